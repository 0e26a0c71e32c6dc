"""How users are named, and which of them get e-mail."""

from django.contrib.auth.models import AbstractUser, User
from django.db.models import QuerySet
from django.utils.translation import gettext


def get_person_name(user: AbstractUser | None, nobody: str = "") -> str:
    """Return the full name of a user, or the username if there is no full name; `nobody` without a user."""
    return user.get_full_name() or user.get_username() if user else nobody


def get_actor_name(user: AbstractUser | None) -> str:
    """Return the name of the user who did something, or "the system"."""
    return get_person_name(user, gettext("the system"))


def find_users_with_email() -> QuerySet[User]:
    """Return the users to whom e-mail can be sent, which are not blocked."""
    return User.objects.filter(is_active=True).exclude(email="")
