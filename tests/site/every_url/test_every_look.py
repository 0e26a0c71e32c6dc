"""Each page of the backoffice that names a candidate is in the log of who looked."""

from django.db import transaction

from access_log.models import AccessLogEntry
from dossiers.models import ContactMoment, Placement
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import text
from tests.site.every_url.addresses import list_addresses

OF_DOSSIERS = ("dossiers_", "wagtailsnippets_dossiers_", "wagtail_bulk_action dossiers.")
ABOUT_PEOPLE = ("dossier", "placement", "finding", "contactmoment", "followup", "expense")
# Pages that name people and are not in the log, with the reason.
NOT_LOGGED = {
    "dossiers_access_log_at": "the log itself, which would grow by each look at it",
}


def open_page(client: LoggedIn, path: str) -> tuple[str, list[str]]:
    """Return the text of a page, and what the access log has of it."""
    AccessLogEntry.objects.all().delete()  # a list is logged once a minute
    with transaction.atomic():
        response = client.get(path)
        is_page = response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
        words = text(response) if is_page else ""
        about = list(AccessLogEntry.objects.values_list("about", flat=True))
        transaction.set_rollback(True)
    return words, about


def test_every_page_that_names_a_candidate_is_in_the_log(world, browsers):
    logged, not_logged = set(), set()
    for address in list_addresses(world):
        if address.name.startswith(OF_DOSSIERS):
            words, about = open_page(browsers["coordinator"], address.path)
            if "Geheimdossier" in words:
                (logged if about else not_logged).add(address.name)
    assert not_logged == NOT_LOGGED.keys()
    assert {"dossiers_talk_dossier", "dossiers_moved", "dossiers_letter", "dossiers_anonymise"} <= logged


def test_every_page_about_a_dossier_is_in_its_log(world, browsers):
    """Also if the page itself does not name the candidate."""
    moment = ContactMoment.objects.get(pk=world["wagtailsnippets_dossiers_contactmoment:"]["pk"])
    placement = Placement.objects.get(pk=world["wagtailsnippets_dossiers_placement:"]["pk"])
    for name in ABOUT_PEOPLE:
        reference = (placement if name == "placement" else moment).dossier.reference
        for page in ("inspect", "edit", "history", *(["tell"] if name == "placement" else [])):
            url_name = f"wagtailsnippets_dossiers_{name}:{page}"
            address = next(address for address in list_addresses(world) if address.name == url_name)
            assert open_page(browsers["coordinator"], address.path)[1] == [reference], url_name
