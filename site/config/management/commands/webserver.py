import gc
import multiprocessing
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config.environment import DEMO, number
from config.serve import listen_address
from dossiers.management.demo_logins import LOGINS


class Command(BaseCommand):
    help = "Runs the web server alone; `serve` runs it together with the workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-demo", action="store_true", help="Migrate and load the demo first.")

    def handle(self, **options: Any) -> None:
        host, port = listen_address()
        processes = number("WEB_WORKERS", 2, lowest=1, highest=1000)
        # Each thread keeps a connection to the database, hence few: granian's own default is hundreds.
        threads = number("WEB_THREADS", 8, lowest=1, highest=1000)
        if options["with_demo"]:
            call_command("migrate", verbosity=0)
            call_command("load_demo", stdout=self.stdout)
        else:
            self.check_migrations()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns if the folder does not exist
        if settings.MODE == DEMO:
            self.print_logins()
        self.stdout.flush()
        self.prepare_to_fork()
        Granian(
            "config.wsgi:application",
            host,
            port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.error,
        ).serve()

    @staticmethod
    def prepare_to_fork() -> None:
        """Load the application once, so that the web server's processes share its memory and start at once."""
        from config.wsgi import application  # noqa: F401  (not before the demo is there: it reads the static files)

        connections.close_all()  # a connection can't be shared
        gc.freeze()
        if sys.platform == "linux":  # the default there until Python 3.14
            multiprocessing.set_start_method("fork", force=True)

    def print_logins(self) -> None:
        existing = set(get_user_model().objects.values_list("username", flat=True))
        names = [login.username for login in LOGINS if login.username in existing]
        if names:
            self.stdout.write(f"Demo logins: {', '.join(names)}; password: {settings.DEMO_PASSWORD}")
        else:
            self.stdout.write("No demo logins: `manage.py load_demo` makes them.")
