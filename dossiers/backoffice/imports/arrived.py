"""The lists that came by e-mail or through the folder, and wait for a coordinator."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from dossiers.incoming_lists.collect import get_last_collection, is_configured
from dossiers.models import Channel, ImportRun
from dossiers.models.change_set import UNDO_WITHIN

MAX_LISTS = 8
STATES = (ImportRun.State.READING, ImportRun.State.REFUSED, *ImportRun.OPEN)


def get_arrived_context(user: User) -> dict[str, Any]:
    """Return the lists that nobody imported or threw away yet, for a template; refused ones for 30 days."""
    if not user.has_perm("dossiers.add_importrun"):
        return {}
    refused_long_ago = Q(state=ImportRun.State.REFUSED, created_at__lt=timezone.now() - UNDO_WITHIN)
    runs = ImportRun.objects.visible_to(user).arrived().filter(state__in=STATES).exclude(refused_long_ago)
    shown = list(runs[: MAX_LISTS + 1])
    mailbox = settings.LISTS_MAILBOX or {}
    query = urlencode({"channel": [Channel.MAIL, Channel.FOLDER], "state": STATES}, doseq=True)
    return {
        "shows_arrived": is_configured() or bool(shown),
        "arrived_lists": shown[:MAX_LISTS],
        "more_arrived_url": f"{reverse('dossiers_imports')}?{query}" if len(shown) > MAX_LISTS else "",
        "last_collection": get_last_collection() if is_configured() else None,
        "lists_address": mailbox.get("user", "") if "@" in mailbox.get("user", "") else "",
        "has_lists_folder": bool(settings.LISTS_FOLDER),
    }
