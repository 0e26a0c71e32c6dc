from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import serving
from config.environment import DEMO
from config.processes import Household
from dossiers.management.demo_logins import LOGINS


class Command(BaseCommand):
    help = "Starts the web server and the workers together, and stops all on Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-demo",
            action="store_true",
            help="Migrate and load the demo first; in this one process, since each takes seconds to start.",
        )

    def handle(self, **options: Any) -> None:
        host, port = serving.host(), int(settings.PORT)
        if reason := serving.why_not_listen(host, port):
            raise CommandError(reason)
        try:
            web_server = serving.web_server(host, port)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if options["with_demo"]:
            call_command("migrate", verbosity=0)
            call_command("load_demo", stdout=self.stdout)
        else:
            self.check_migrations()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a folder that is not there
        household = Household(web_server, serving.workers(), self.say)
        logins = self.demo_logins()

        def told_when_ready() -> bool:
            if not serving.answers(host, port):
                return False
            self.say(f"\nThe site: {settings.BASE_URL}/\nThe backoffice: {settings.BASE_URL}/beheer/{logins}")
            self.say("Ctrl-C stops it.")
            return True

        if exit_code := household.run(told_when_ready):
            raise CommandError(f"The web server stopped by itself (exit code {exit_code}).", returncode=exit_code)

    def say(self, words: str) -> None:
        """Print at once, also where the output is a file or a pipe."""
        self.stdout.write(words)
        self.stdout.flush()

    def demo_logins(self) -> str:
        """Who can log in to the demo; nothing in production."""
        if settings.MODE != DEMO:
            return ""
        there = set(get_user_model().objects.values_list("username", flat=True))
        names = [login.username for login in LOGINS if login.username in there]
        connection.close()  # the programs have their own
        if not names:
            return "\nNo demo logins: `manage.py load_demo` makes them."
        return f"\nDemo logins: {', '.join(names)}; password: {settings.DEMO_PASSWORD}"
