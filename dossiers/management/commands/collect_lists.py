"""Looks for lists in the mailbox and in the folder, which the worker does every five minutes too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dossiers.incoming_lists.collect import is_configured
from dossiers.tasks import collect_lists


class Command(BaseCommand):
    help = "Read lists from the mailbox (LISTS_MAILBOX_URL) and the folder (LISTS_FOLDER). Twice does no harm."

    def handle(self, **options: Any) -> None:
        if not is_configured():
            raise CommandError(_("Neither LISTS_MAILBOX_URL nor LISTS_FOLDER is set."))
        if problems := collect_lists.call():
            raise CommandError(" ".join(problems))
