"""Anonymizes dossiers after their retention term, which the worker does every morning too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.format import format_datetime
from dossiers.forgetting.retention import forget
from dossiers.models.dossiers.retention import Retention


class Command(BaseCommand):
    help = "Anonymise closed dossiers whose time is over, and print their references. Twice does no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only list what would go, and why.")

    def handle(self, **options: Any) -> None:
        retention = Retention.load()
        dry_run = options["dry_run"]
        is_term_in_force = retention.is_set
        if not retention.is_set:
            words = _("Only deleted dossiers and contacts go, after 30 days: no term was set in the backoffice.")
            self.stdout.write(words)
        elif retention.waits_until and retention.is_waiting(timezone.now()):
            words = _("Nothing goes before %(moment)s: the term is new or was shortened. Until then it can be stopped.")
            self.stdout.write(words % {"moment": format_datetime(retention.waits_until)})
            is_term_in_force = dry_run
        outcome = forget(timezone.localdate(), dry_run=dry_run)
        words = (
            _("Would be anonymised: %(reference)s (%(why)s).") if dry_run else _("Anonymised: %(reference)s (%(why)s).")
        )
        for reference, reason in outcome.forgotten:
            self.stdout.write(words % {"reference": reference, "why": reason})
        for reference, reason in outcome.left:
            self.stdout.write(_("Stays: %(reference)s. %(why)s") % {"reference": reference, "why": reason})
        if is_term_in_force and not (outcome.forgotten or outcome.left):
            self.stdout.write(_("Nothing to forget."))
