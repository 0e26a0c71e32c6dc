"""The status of a user, and when an invited user's link ends.

An invited user has no password yet. When the invitation was sent stands in the log of the backoffice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Q, QuerySet, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

INVITE = "dossiers.invite"  # the action of the log entry
HAS_NO_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX, last_login=None)


class UserStatus(TextChoices):
    INVITED = "invited", _("invited")
    ACTIVE = "active", _("active")
    BLOCKED = "blocked", _("blocked")


def with_status(users: QuerySet) -> QuerySet:
    """Annotate each user with `status`."""
    return users.annotate(
        status=Case(
            When(is_active=False, then=Value(UserStatus.BLOCKED)),
            When(HAS_NO_PASSWORD, then=Value(UserStatus.INVITED)),
            default=Value(UserStatus.ACTIVE),
        )
    )


def get_status(user: User) -> UserStatus:
    return UserStatus(with_status(User.objects.filter(pk=user.pk)).values_list("status", flat=True).get())


def get_invitation_times(users: Iterable[User]) -> dict[int, datetime]:
    """Return, by primary key, when each of the users was invited last; without those who never were."""
    entries = ModelLogEntry.objects.filter(
        action=INVITE,
        content_type=ContentType.objects.get_for_model(User),
        object_id__in=[str(user.pk) for user in users],
    )
    return {int(key): at for key, at in entries.order_by("timestamp").values_list("object_id", "timestamp")}


def get_link_end(invited_at: datetime) -> datetime:
    """Return when the link of an invitation ends; Django counts the term in local time."""
    return timezone.localtime(invited_at) + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
