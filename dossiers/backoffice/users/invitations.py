"""Inviting a user, and the log entries of it."""

import re
from itertools import count

from allauth.account.internal.userkit import unicode_ci_compare
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, log

from dates.format import format_datetime
from dossiers.emails.invitations import InvitationEmail
from dossiers.models.user_status import INVITE, UserStatus, get_invitation_times, get_link_end, get_status

BLOCK, UNBLOCK = "dossiers.block_user", "dossiers.unblock_user"
NOT_IN_A_USER_NAME = re.compile(r"[^\w.+-]+")
MAX_NAME_LENGTH = 140  # leaves room for a number


def make_username(address: str) -> str:
    """Return the part of the address before the @, with a number if another user has that name in whatever case."""
    base = NOT_IN_A_USER_NAME.sub("-", address.partition("@")[0])[:MAX_NAME_LENGTH]
    names = list(User.objects.values_list("username", flat=True))  # SQLite ignores the case of unaccented letters only
    candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in candidates if not any(unicode_ci_compare(name, other) for other in names))


def invite(user: User, inviter: AbstractBaseUser | AnonymousUser) -> None:
    """Send the user a link in the background; an earlier link ends, since the user gets another unusable password."""
    user.set_unusable_password()
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    log(user, INVITE, user=inviter)
    InvitationEmail.enqueue(user.pk)


def describe_status(user: User) -> str:
    """Return the status of a user as the end of a sentence, such as "invited, with a link until 03-12-2026 14:05"."""
    status = get_status(user)
    return describe_invitation(user) if status == UserStatus.INVITED else str(status.label)


def describe_invitation(user: User) -> str:
    invited_at = get_invitation_times([user]).get(user.pk)
    if invited_at is None:
        return str(UserStatus.INVITED.label)
    return _("invited, with a link until %(until)s") % {"until": format_datetime(get_link_end(invited_at))}


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(INVITE, gettext_lazy("Invite"), gettext_lazy("Invitation sent"))
    actions.register_action(BLOCK, gettext_lazy("Block"), gettext_lazy("Blocked"))
    actions.register_action(UNBLOCK, gettext_lazy("Let in again"), gettext_lazy("Let in again"))
