"""The daily check of the links."""

import time

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from pilot_pages.link_checks.links import find_links
from pilot_pages.link_checks.models import LinkCheck
from pilot_pages.link_checks.reachability import find_problem

MAX_CHECKS = 200  # in one run; the rest is checked the next day
MAX_SECONDS = 10 * 60.0


@task(priority=-10)
def check_links() -> None:
    """Open the addresses that are due, one after the other; forget those that the site no longer links to."""
    if not settings.CHECK_LINKS:
        return
    addresses = set(find_links())
    checks = {check.address: check for check in LinkCheck.objects.all()}
    for address in checks.keys() - addresses:
        checks[address].delete()
    LinkCheck.objects.bulk_create([LinkCheck(address=address) for address in sorted(addresses - checks.keys())])
    deadline = time.monotonic() + MAX_SECONDS
    with translation.override(settings.LANGUAGE_CODE):
        for check in LinkCheck.objects.due(timezone.now())[:MAX_CHECKS]:
            if time.monotonic() > deadline:
                return
            check.record(find_problem(check.address), timezone.now())
