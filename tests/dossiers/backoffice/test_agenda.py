"""The agenda: what comes in two weeks, on the first page, on a page of its own and in Outlook."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from access_log.models import AccessLogEntry
from config.logins.revocation import RevokeKeysOnPasswordChange
from dossiers.backoffice.agenda.entries import find_entries
from dossiers.models import CalendarKey, FollowUp, Milestone, Placement, Status, Step
from dossiers.models.rights import READERS

from ..models.factories import make_dossier, make_interest
from ..models.placements import make_ready_dossier, today
from .pages import raw, text

HOME, AGENDA = reverse("wagtailadmin_home"), "/beheer/agenda/"


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def records(coordinator) -> dict[str, Any]:
    """A record of each kind that falls within the coming two weeks."""
    dossier = make_dossier(
        given_name="Selam",
        family_name="Haile",
        coordinator=coordinator,
        expectation_talk_on=in_days(2),
        document_expires_on=in_days(13),
    )
    placed = make_ready_dossier(given_name="Omar", family_name="Abdi")
    placement = Placement.objects.create(
        dossier=placed, interest=make_interest(), status=Step.WORKING, permit_valid_until=in_days(5)
    )
    action = FollowUp.objects.create(text="Bel Selam terug", due_on=in_days(1), owner=coordinator, dossier=dossier)
    milestone = Milestone.objects.create(title="Tien mensen aan het werk", planned_on=in_days(9))
    return {"dossier": dossier, "placement": placement, "action": action, "milestone": milestone}


def list_days(user: Any, days: int = 14) -> list[tuple[int, str]]:
    """Return in how many days each entry of the agenda comes, and its kind."""
    return [((entry.day - today()).days, entry.kind.name) for entry in find_entries(user, today(), in_days(days - 1))]


@pytest.fixture
def second_factor(coordinator) -> None:
    """Give the coordinator a second factor, without which an address is refused."""
    Authenticator.objects.create(user=coordinator, type=Authenticator.Type.TOTP, data={"secret": "x"})


def make_address(client: Client) -> str:
    page = BeautifulSoup(raw(client.post(AGENDA)), "html.parser")
    return re.sub(r"^https?://[^/]+", "", page.select_one("#feed-address")["value"])


def test_the_coming_two_weeks_stand_on_the_first_page_by_day(coordinator_client, coordinator, records) -> None:
    assert list_days(coordinator) == [(1, "action"), (2, "talk"), (5, "permit"), (9, "milestone"), (13, "document")]
    page = text(coordinator_client.get(HOME))
    shown = page.index("De komende twee weken")
    for words in ("Bel Selam terug", "Selam Haile", "Omar Abdi", "Tien mensen aan het werk"):
        assert words in page[shown:], words


def test_what_is_done_closed_or_of_a_colleague_is_not_in_the_agenda(coordinator, colleague, records) -> None:
    records["action"].mark_done(coordinator)
    records["dossier"].delete()
    make_dossier(status=Status.WITHDRAWN, expectation_talk_on=in_days(2))
    make_dossier(coordinator=colleague, expectation_talk_on=in_days(2))
    FollowUp.objects.create(text="Van een ander", due_on=in_days(1), owner=colleague)
    Placement.objects.update(status=Step.ENDED)
    Milestone.objects.update(reached_on=today())
    assert list_days(coordinator) == []


def test_an_action_of_today_stands_once_on_the_first_page(coordinator_client, coordinator, base_data) -> None:
    FollowUp.objects.create(text="Vandaag bellen", due_on=today(), owner=coordinator)
    assert raw(coordinator_client.get(HOME)).count("<strong>Vandaag bellen</strong>") == 1
    assert "Niets gepland in deze weken" in text(coordinator_client.get(HOME))
    assert "Vandaag bellen" in text(coordinator_client.get(AGENDA))


def test_the_page_goes_to_other_weeks(coordinator_client, records) -> None:
    page = coordinator_client.get(AGENDA)
    assert "Bel Selam terug" in text(page)
    later = f"?from={in_days(14).isoformat()}"
    assert f'href="{later}"' in raw(page)
    assert "Niets gepland in deze weken" in text(coordinator_client.get(AGENDA + later))
    assert "Bel Selam terug" in text(coordinator_client.get(AGENDA, {"from": "geen dag"}))


def test_who_looked_at_the_names_in_the_agenda_is_logged(coordinator_client, records) -> None:
    coordinator_client.get(AGENDA)
    entry = AccessLogEntry.objects.get(about="Agenda")
    assert entry.count == 4, "all but the milestone"


@pytest.mark.usefixtures("second_factor")
def test_outlook_reads_the_agenda_without_login_names_and_typed_text(coordinator_client, records) -> None:
    response = Client().get(make_address(coordinator_client))
    assert response["Content-Type"].startswith("text/calendar")
    assert "no-store" in response["Cache-Control"]
    events = {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}
    dossier, placement = records["dossier"], records["placement"]
    assert events.keys() == {
        f"Actie {dossier.reference}",
        f"Verwachtingengesprek {dossier.reference}",
        f"Document loopt af {dossier.reference}",
        f"Vergunning loopt af {placement.reference}",
        "Mijlpaal",
    }
    talk = events[f"Verwachtingengesprek {dossier.reference}"]
    assert talk["dtstart"].dt == in_days(2) and talk["dtend"].dt == in_days(3)
    assert str(talk["url"]).endswith(reverse("wagtailsnippets_dossiers_dossier:inspect", args=[dossier.pk]))
    for word in ("Selam", "Haile", "Omar", "Tien mensen"):
        assert word not in raw(response), word


@pytest.mark.usefixtures("second_factor")
def test_a_revoked_or_replaced_address_ends(coordinator_client, records) -> None:
    first, second = make_address(coordinator_client), make_address(coordinator_client)
    assert Client().get(first).status_code == 404 and Client().get(second).status_code == 200
    assert first.split("/")[-1] not in raw(coordinator_client.get(AGENDA)), "an address is shown once"
    coordinator_client.post(AGENDA, {"revoke": ""})
    assert Client().get(second).status_code == 404
    assert Client().get("/agenda/verzonnen.ics").status_code == 404


@pytest.mark.usefixtures("second_factor")
def test_an_address_ends_with_the_login_and_with_the_password(coordinator, coordinator_client, records) -> None:
    address = make_address(coordinator_client)
    assert Client().get(address).status_code == 200
    RevokeKeysOnPasswordChange().password_changed("nieuw", coordinator)
    assert Client().get(address).status_code == 404
    address = make_address(coordinator_client)
    coordinator.is_active = False
    coordinator.save()
    assert Client().get(address).status_code == 404 and not CalendarKey.objects.exists()


@pytest.mark.usefixtures("second_factor")
def test_an_address_shows_only_what_its_owner_may_still_see(coordinator, coordinator_client, records) -> None:
    address = make_address(coordinator_client)
    assert b"VEVENT" in Client().get(address).content
    coordinator.groups.clear()
    assert b"VEVENT" not in Client().get(address).content


def test_an_address_of_somebody_without_a_second_factor_opens_nothing(coordinator_client, records) -> None:
    assert Client().get(make_address(coordinator_client)).status_code == 404


@pytest.mark.parametrize("role", [READERS, "partner"])
def test_others_have_no_agenda(role, make_user, partner, as_user, records) -> None:
    client = as_user(partner if role == "partner" else make_user("lezer", role))
    for response in (client.get(AGENDA), client.post(AGENDA)):
        assert response.status_code in (302, 404)
    assert not CalendarKey.objects.exists() and "Agenda" not in raw(client.get(HOME))
