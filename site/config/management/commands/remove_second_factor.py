from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.logins.second_factor import remove_second_factor


class Command(BaseCommand):
    help = (
        "Takes away the second factor of somebody who lost the telephone and the recovery codes, revokes their keys of "
        "the API, and logs them out. "
        "Make sure first that it is they who ask; at the next login they set up a new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user called {options['username']!r}.")
        if not remove_second_factor(user):
            raise CommandError(f"{user.get_username()} has no second factor.")
        self.stdout.write(f"{user.get_username()} has no second factor and no API keys any more, and is logged out.")
