from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pilot_pages.link_checks.tasks import check_links


class Command(BaseCommand):
    help = "Opens the links to other sites that are due for a check, and remembers which ones do not work."

    def handle(self, **_options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError("CHECK_LINKS is off, so no other site is opened.")
        check_links.func()
