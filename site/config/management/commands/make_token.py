from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.api.key_pages import KeyForm, create_key
from config.api.keys import lacks_second_factor


class Command(BaseCommand):
    help = "Makes a key of the API for a user and prints it, once. It opens what that user may do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name", help="what it is for: the program that uses it")

    def handle(self, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user called {options['username']!r}.")
        if lacks_second_factor(user):
            raise CommandError(f"{user.get_username()} has no second factor: let them set it up.")
        form = KeyForm({"name": options["name"]})
        if not form.is_valid():
            raise CommandError(" ".join(map(str, form.errors["name"])))
        self.stdout.write(create_key(user, form.cleaned_data["name"]))
