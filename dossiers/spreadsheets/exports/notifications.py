"""Tells a user that an export is ready: on their next page of the backoffice, and by e-mail with nothing but the link.

The page finds it in the cache that web and worker share: no page asks the database, and none writes to it.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.models import ExportRun
from dossiers.models.exports.export_run import KEPT

logger = logging.getLogger(__name__)


def tell(run: ExportRun) -> None:
    """Once, when its making has ended, well or not."""
    key = _key(run.user_id)
    cache.set(key, [*cache.get(key, []), run.pk], KEPT.total_seconds())
    if run.state == ExportRun.State.READY and run.user.email:
        _send(run)


def untold(user_id: int | None) -> list[int]:
    """The runs whose end that user was not told on a page yet; asking takes them away."""
    key = _key(user_id)
    keys = cache.get(key, [])
    if keys:
        cache.delete(key)
    return list(keys)


def seen(run: ExportRun) -> None:
    """Its user looks at its own page: no need to tell."""
    key = _key(run.user_id)
    if run.pk in (keys := cache.get(key, [])):
        cache.set(key, [pk for pk in keys if pk != run.pk], KEPT.total_seconds())


def _key(user_id: int | None) -> str:
    return f"exports-ended-{user_id}"


def _send(run: ExportRun) -> None:
    link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('dossiers_export', args=[run.pk])}"
    text = _("The file that you asked for is ready. Download it within a day, after that it is destroyed:")
    only = _("Only you can open it, after signing in.")
    try:
        send_mail(_("Your file is ready"), f"{text}\n\n{link}\n\n{only}\n", None, [run.user.email])
    except OSError:  # the file is there all the same, and the next page says so
        logger.exception("No e-mail about export %s could be sent", run.pk)
