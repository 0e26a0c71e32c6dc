"""The banner of the backoffice that says which work in the background stands still."""

from typing import Any

from django import template
from django.contrib.auth import get_user_model

from admin_pages.users import get_person_name
from dates.format import format_datetime
from workers.lanes import LABELS, find_stalled_lanes

MAX_NAMES = 3

register = template.Library()


@register.inclusion_tag("dossiers/stalled_work.html", takes_context=True)
def stalled_work(context: dict[str, Any]) -> dict[str, Any]:
    lanes = find_stalled_lanes()
    user = context["request"].user
    if not lanes or not user.is_authenticated:
        return {}
    is_administrator = user.has_perm("workers.change_workerheartbeat")
    administrators = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).order_by("pk")
    return {
        "works": [(LABELS[lane], format_datetime(since)) for lane, since in lanes.items()],
        "is_administrator": is_administrator,
        "names": [] if is_administrator else [get_person_name(other) for other in administrators[:MAX_NAMES]],
    }
