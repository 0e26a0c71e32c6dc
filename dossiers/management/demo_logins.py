"""Creates the demo's logins, one for each group of users."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, Group, User
from wagtail.users.models import UserProfile

from dossiers.models import Organisation
from dossiers.models.rights import AUTHORS, COMMUNICATIONS, COORDINATORS, PARTNERS, READERS

PARTNER_ORGANISATION = "AZC Luttelgeest"


@dataclass(frozen=True)
class Login:
    username: str
    last_name: str
    group: str | None = None
    organisation: str | None = None

    @property
    def is_superuser(self) -> bool:
        return self.group is None

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"


# The names are Dutch, since staff see them.
LOGINS = (
    Login("admin", "Beheerder"),
    Login("coordinator", "Begeleider", COORDINATORS),
    Login("partner", "Partnermedewerker", PARTNERS, PARTNER_ORGANISATION),
    Login("editor", "Communicatie", COMMUNICATIONS),
    Login("author", "Redacteur", AUTHORS),
    Login("reader", "Lezer", READERS),
)


def is_demo_login(user: AbstractUser) -> bool:
    """Whether the user is one of the demo's, by name and address; no real person has an address at example.org."""
    return any((user.username, user.email) == (login.username, login.email) for login in LOGINS)


def make_logins() -> dict[str, User]:
    """Create the logins and return them by user name; an existing one is not changed."""
    password = make_password(settings.DEMO_PASSWORD)  # only once, since hashing is slow on purpose
    users = {}
    for login in LOGINS:
        user, created = get_user_model().objects.get_or_create(
            username=login.username,
            defaults={
                "first_name": "Demo",
                "last_name": login.last_name,
                "email": login.email,
                "password": password,
                "is_staff": login.is_superuser,
                "is_superuser": login.is_superuser,
            },
        )
        if created:
            UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": settings.LANGUAGE_CODE})
            if login.group:
                user.groups.add(Group.objects.get(name=login.group))
            if login.organisation:
                Organisation.objects.get_or_create(name=login.organisation)[0].staff.add(user)
        users[login.username] = user
    return users
