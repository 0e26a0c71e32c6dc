"""Creates the actions of a day by the rules, which the worker does every morning too."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus

from dossiers.actions.generate import apply_rules
from dossiers.emails.daily_digest import enqueue_digests
from dossiers.models import FollowUp


class Command(BaseCommand):
    help = "Make the actions that the rules ask for, and print them. Twice does no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", help="The day to look at, as 2026-11-24; without it today.")
        parser.add_argument("--mail", action="store_true", help="Also send the e-mail of the morning.")

    def handle(self, **options: Any) -> None:
        try:
            day = date.fromisoformat(options["day"]) if options["day"] else timezone.localdate()
        except ValueError as error:
            raise CommandError(
                _("“%(day)s” is not a date: write it as 2026-11-24.") % {"day": options["day"]}
            ) from error
        if options["mail"] and day != timezone.localdate():
            raise CommandError(_("--mail is for today: leave --day out."))
        outcome = apply_rules(day)
        for action in outcome.created:
            self.print_action(_("Made: %(action)s (%(about)s)."), action)
        for action in outcome.reopened:
            self.print_action(_("Open again: %(action)s (%(about)s)."), action)
        for action in outcome.resolved:
            self.print_action(_("Done by itself: %(action)s (%(about)s). %(why)s"), action)
        if not (outcome.created or outcome.reopened or outcome.resolved):
            self.stdout.write(_("Nothing to make."))
        results = enqueue_digests(day) if options["mail"] else []
        if failed := sum(result.status == TaskResultStatus.FAILED for result in results):  # where no worker sends them
            raise CommandError(_("%(number)d e-mails could not be sent.") % {"number": failed})

    def print_action(self, message: str, action: FollowUp) -> None:
        """Print an action with references instead of names, since the output may be logged."""
        about = ", ".join(map(str, action.subjects))
        self.stdout.write(message % {"action": action.text, "about": about, "why": action.done_note})
