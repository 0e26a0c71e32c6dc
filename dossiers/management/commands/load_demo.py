"""Loads the demo's content, logins and synthetic records, to try the product out; never for real use."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.management.demo_logins import LOGINS
from dossiers.management.demo_records import is_demo_loaded, load_demo

PRODUCTION = "production"


class Command(BaseCommand):
    help = "Load the site's content, the demo logins and synthetic records. Refused with MODE=production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == PRODUCTION:
            raise CommandError(_("load_demo is not for MODE=production: it makes logins with a known password."))
        call_command("load_content", stdout=self.stdout, stderr=self.stderr)
        if is_demo_loaded():
            self.stdout.write(_("The demo stands already; nothing was changed."))
            return
        made = load_demo(timezone.localdate())
        self.stdout.write(
            _(
                "Made %(dossiers)d dossiers, %(employers)d employers, %(interests)d interests and"
                " %(placements)d placements, all invented."
            )
            % made
        )
        names = ", ".join(login.username for login in LOGINS)
        self.stdout.write(
            _("Logins: %(names)s; password: %(password)s") % {"names": names, "password": settings.DEMO_PASSWORD}
        )
