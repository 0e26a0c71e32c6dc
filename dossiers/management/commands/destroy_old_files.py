"""Destroys data after its retention period; run it every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from dossiers.tasks import destroy_old_files


class Command(BaseCommand):
    help = "Destroy files whose time is over, and print what was destroyed. Run it every hour; twice does no harm."

    def handle(self, **options: Any) -> None:
        destroyed = destroy_old_files.call()
        for description in destroyed:
            self.stdout.write(_("Destroyed: %(what)s.") % {"what": description})
        if not destroyed:
            self.stdout.write(_("Nothing to destroy."))
