"""Notifies a user that an export is ready, on the next page of the backoffice and by e-mail with only a link.

The pages read the notifications from the cache that web and worker share, so that they need no database query.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.models import ExportRun
from dossiers.models.exports.export_run import FILE_RETENTION

logger = logging.getLogger(__name__)


def notify(run: ExportRun) -> None:
    """Notify the user of a run that has finished or failed; call this once."""
    key = _key(run.user_id)
    cache.set(key, [*cache.get(key, []), run.pk], FILE_RETENTION.total_seconds())
    if run.state != ExportRun.State.READY or not run.user.email:
        return
    link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('dossiers_export', args=[run.pk])}"
    text = _("The file that you asked for is ready. Download it within a day, after that it is destroyed:")
    only = _("Only you can open it, after signing in.")
    try:
        send_mail(_("Your file is ready"), f"{text}\n\n{link}\n\n{only}\n", None, [run.user.email])
    except OSError:  # the message is not essential, since the next page shows the notification too
        logger.exception("No e-mail about export %s could be sent", run.pk)


def pop_unseen(user_id: int | None) -> list[int]:
    """Return the keys of the finished runs that the user has not seen on a page yet, and clear them."""
    key = _key(user_id)
    keys = cache.get(key, [])
    if keys:
        cache.delete(key)
    return list(keys)


def mark_seen(run: ExportRun) -> None:
    """Clear the notification of a run, since the user has seen its own page."""
    key = _key(run.user_id)
    if run.pk in (keys := cache.get(key, [])):
        cache.set(key, [pk for pk in keys if pk != run.pk], FILE_RETENTION.total_seconds())


def _key(user_id: int | None) -> str:
    return f"exports-ended-{user_id}"
