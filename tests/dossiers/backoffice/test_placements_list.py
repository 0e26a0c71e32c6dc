"""Tests of the list and the board of placements, with a fixed number of queries."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import Dossier, Placement, Regulation, Sector, Step, WorkKind, WorkRight
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.models.placements.placement_steps import take_step, undo_last_step

from ..models.factories import make_employer, make_interest
from ..models.placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today
from .pages import queries_of_records, raw, text, url
from .test_exports import rows

pytestmark = pytest.mark.usefixtures("base_data")


def get_given_names(response) -> list[str]:
    return [placement.dossier.given_name for placement in response.context["object_list"]]


def make_placements(number: int, **fields) -> None:
    """Create many proposed placements of different candidates and employers."""
    User = get_user_model()
    for _number in range(number):
        make_placement(Step.PROPOSED, make_ready_dossier(coordinator=User.objects.first()), make_interest(), **fields)


# The list


def test_the_list_shows_candidate_employer_step_and_permit(coordinator_client, coordinator):
    interest = make_interest(employer=make_employer(company_name="Kas Zon"), work_description="Tomaten plukken")
    placement = make_placement(
        Step.PERMIT_GRANTED, make_ready_dossier(given_name="Selam", family_name="Haile"), interest
    )
    page = text(coordinator_client.get(url(Placement, "list")))
    for words in (
        *("Selam Haile", "Kas Zon", "Tomaten plukken", "betaald werk", "vergunning verleend"),
        *(
            f"{placement.permit_granted_on:%d-%m-%Y}",
            f"{placement.permit_valid_until:%d-%m-%Y}",
            "Klaar voor de eerste werkdag",
        ),
    ):
        assert words in page


def test_the_list_shows_missing_requirements_for_the_next_step(coordinator_client):
    make_placement(Step.INTERVIEW, make_ready_dossier(document_expires_on=None))
    page = text(coordinator_client.get(url(Placement, "list")))
    assert "Vergunning aangevraagd: document: einddatum onbekend" in page


def test_the_menu_has_placements_beside_dossiers(coordinator_client):
    page = raw(coordinator_client.get("/beheer/"))
    assert page.index("/beheer/dossiers/") < page.index("/beheer/interests/") < page.index("/beheer/placements/")


def test_each_filter_narrows_the_list(coordinator_client, coordinator):
    zorg = Sector.objects.get(name="Zorg")
    employer = make_employer(company_name="Zorghuis", sector=zorg)
    mine = make_placement(
        Step.PERMIT_GRANTED,
        make_ready_dossier(given_name="Mijn", coordinator=coordinator),
        make_interest(employer=employer),
    )
    make_placement(Step.INTERVIEW, make_ready_dossier(given_name="Ander"), kind=WorkKind.VOLUNTEERING)
    until = mine.permit_valid_until
    for query in (
        *({"status": "permit_granted"}, {"kind": "paid"}, {"coordinator": coordinator.pk}, {"employer": employer.pk}),
        *({"sector": zorg.pk}, {"permit_valid_until_to": f"{until:%d-%m-%Y}"}, {"q": "zorghuis"}, {"q": "mijn"}),
    ):
        assert get_given_names(coordinator_client.get(url(Placement, "list"), query)) == ["Mijn"], query
    assert set(get_given_names(coordinator_client.get(url(Placement, "list")))) == {"Mijn", "Ander"}


def test_the_filter_offers_only_employers_that_have_a_placement(coordinator_client):
    make_placement(interest=make_interest(employer=make_employer(company_name="Kas Zon")))
    make_interest(employer=make_employer(company_name="Zonder Plaatsing"))
    page = coordinator_client.get(url(Placement, "list")).content.decode()
    assert "Kas Zon" in page
    assert "Zonder Plaatsing" not in page


def test_the_list_is_ordered_by_the_day_of_the_last_step(coordinator_client):
    make_placement(Step.PROPOSED, make_ready_dossier(given_name="Oud"), begun=30)
    make_placement(Step.WORKING, make_ready_dossier(given_name="Nieuw"), begun=60)
    assert get_given_names(coordinator_client.get(url(Placement, "list"))) == ["Nieuw", "Oud"]
    assert get_given_names(coordinator_client.get(url(Placement, "list"), {"ordering": "stepped_on"})) == [
        "Oud",
        "Nieuw",
    ]


@pytest.mark.parametrize("page", ["list", "board"])
def test_list_and_board_have_a_constant_number_of_queries(coordinator_client, page):
    address = url(Placement, page)
    make_placements(10)
    coordinator_client.get(address)
    with CaptureQueriesContext(connection) as few:
        coordinator_client.get(address)
    make_placements(90)
    with CaptureQueriesContext(connection) as many:
        assert coordinator_client.get(address).status_code == 200
    queries = queries_of_records(many)
    assert len(queries) <= len(queries_of_records(few)), queries[-5:]


def test_an_export_has_a_constant_number_of_queries(coordinator_client):
    address = url(Placement, "export", "csv")
    make_placements(10)
    with CaptureQueriesContext(connection) as few:
        assert len(rows(coordinator_client.get(address))) == 10
    make_placements(90)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(coordinator_client.get(address))) == 100
    assert len(many) == len(few)


def test_the_export_has_all_days_hours_wage_the_reason_and_lead_times(coordinator_client):
    placement = make_placement(
        Step.ENDED, make_ready_dossier(given_name="Selam", family_name="Haile"), hours_per_week=24, wage_agreed="14.50"
    )
    (row,) = rows(coordinator_client.get(url(Placement, "export", "csv")))
    assert row["Kandidaat"] == "Selam Haile"
    for label, day in (
        *(("Voorgesteld op", placement.proposed_on), ("Akkoord van de kandidaat op", placement.candidate_agreed_on)),
        *(("Gedeeld met de werkgever op", placement.shared_on), ("Kennismaking op", placement.interview_on)),
        *(
            ("Vergunning aangevraagd op", placement.permit_requested_on),
            ("Vergunning verleend op", placement.permit_granted_on),
        ),
        *(("Aan het werk sinds", placement.working_on), ("Beëindigd op", placement.ended_on)),
        ("Vergunning t/m", placement.permit_valid_until),
    ):
        assert row[label] == f"{day:%d-%m-%Y}", label
    assert (row["Uren per week van dit werk"], row["Reden van het einde"], row["Referentie"]) == (
        "24",
        "Contract afgelopen",
        placement.reference,
    )
    assert row["Afgesproken loon (bruto per uur, in euro's)"] == "14,5"
    lead_times = {name: value for name, value in row.items() if name.startswith("Dagen tot")}
    assert list(lead_times.values()) == ["10"] * 5
    assert next(iter(lead_times)) == "Dagen tot “kennismaking”"


def test_the_export_says_what_the_list_says_is_missing(coordinator_client):
    free = {"work_right": WorkRight.FREE}
    at_work = make_placement(
        Step.WORKING, make_ready_dossier(**free), make_interest(employer=make_employer(company_name="Kas Zon"))
    )
    elsewhere = make_placement(Step.INTERVIEW, at_work.dossier)
    stops = make_placement(Step.WORKING, make_ready_dossier(**free))
    Dossier.objects.filter(pk=stops.dossier_id).update(withdrawal_requested_on=today())
    waits = make_placement(Step.INTERVIEW, make_ready_dossier(document_expires_on=None))
    cells = {
        row["Referentie"]: row["Nog nodig"] for row in rows(coordinator_client.get(url(Placement, "export", "csv")))
    }
    assert cells == {
        at_work.reference: "",
        elsewhere.reference: "Klaar voor de eerste werkdag; Werkt al bij Kas Zon",
        stops.reference: "Wil stoppen",
        waits.reference: "Vergunning aangevraagd: document: einddatum onbekend",
    }


def test_each_format_is_offered(coordinator_client):
    page = raw(coordinator_client.get(url(Placement, "list")))
    for format in EXPORT_FORMATS:
        assert url(Placement, "export", format) in page


# The board


def get_board(client, **query):
    response = client.get(url(Placement, "board"), query)
    return {
        column.step.value: [card.placement.dossier.given_name for card in column.cards]
        for column in response.context["columns"]
    }


def move_card(client, placement, step, **data):
    """Submit the form of a card on the board."""
    seen_at = Placement.objects.get(pk=placement.pk).changed_at.isoformat()
    data = {"step": step, "board": "", "seen_at": seen_at} | data
    return client.post(url(Placement, "step", placement.pk), data, follow=True)


def test_work_on_the_board_that_begins_before_the_candidate_is_available_is_remarked(coordinator_client):
    dossier = make_ready_dossier(work_right=WorkRight.FREE, available_from=today() + timedelta(days=9))
    placement = make_placement(Step.INTERVIEW, dossier)
    page = text(move_card(coordinator_client, placement, "working"))
    days = f"beschikbaar vanaf {dossier.available_from:%d-%m-%Y}, het werk begint op {today():%d-%m-%Y}"
    assert f"{placement.heading}: Dit past niet bij wat in het dossier staat: {days}." in page
    assert Placement.objects.get().status == Step.WORKING


def test_each_placement_is_in_the_column_of_its_step(coordinator_client):
    for step in Step:
        make_placement(step, make_ready_dossier(given_name=step.value), begun=60)
    assert get_board(coordinator_client) == {step.value: [step.value] for step in Step}


def test_the_board_shows_only_recently_ended_placements(coordinator_client):
    for days in (30, 31):
        placement = make_placement(Step.PROPOSED, make_ready_dossier(given_name=f"voor {days}"))
        take_step(placement, Step.ENDED, days_ago(days), end_reason=get_end_reason())
    assert get_board(coordinator_client)["ended"] == ["voor 30"]


def test_a_card_shows_candidate_employer_duration_and_missing_requirements(coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas Zon"), work_description="Tomaten plukken")
    make_placement(Step.PROPOSED, make_ready_dossier(given_name="Selam", family_name="Haile"), interest, begun=12)
    page = text(coordinator_client.get(url(Placement, "board")))
    for words in (
        "Selam Haile",
        "Kas Zon",
        "Tomaten plukken",
        "12 dagen in deze stap",
        "nog 2 dingen nodig",
        "Nog nodig voor “kennismaking”",
    ):
        assert words in page
    assert "het akkoord van de kandidaat" in page


def test_the_board_narrows_by_coordinator_and_by_sector(coordinator_client, coordinator):
    zorg = Sector.objects.get(name="Zorg")
    make_placement(dossier=make_ready_dossier(given_name="Mijn", coordinator=coordinator))
    make_placement(
        dossier=make_ready_dossier(given_name="Zorg"), interest=make_interest(employer=make_employer(sector=zorg))
    )
    assert get_board(coordinator_client, coordinator=coordinator.pk)["proposed"] == ["Mijn"]
    assert get_board(coordinator_client, sector=zorg.pk)["proposed"] == ["Zorg"]
    assert get_board(coordinator_client, sector="", coordinator=coordinator.pk)["proposed"] == ["Mijn"]


def test_the_board_narrows_to_one_employer_and_to_my_own_candidates(coordinator_client, coordinator):
    kas, bakker = make_employer(company_name="Kas Zon"), make_employer(company_name="Bakker Voorbeeld")
    mine = make_ready_dossier(given_name="Mijn", coordinator=coordinator)
    make_placement(dossier=mine, interest=make_interest(employer=kas))
    make_placement(dossier=make_ready_dossier(given_name="Kas"), interest=make_interest(employer=kas))
    make_placement(dossier=make_ready_dossier(given_name="Brood"), interest=make_interest(employer=bakker))
    assert get_board(coordinator_client, employer=kas.pk)["proposed"] == ["Mijn", "Kas"]
    page = coordinator_client.get(url(Placement, "board"), {"employer": kas.pk, "coordinator": coordinator.pk})
    assert "Mijn" in text(page) and "Brood" not in text(page)
    assert f'<option value="{coordinator.pk}" selected>Van mij</option>' in raw(page)
    assert f'<option value="{kas.pk}" selected>Kas Zon</option>' in raw(page)


def test_a_filter_of_the_list_without_a_field_on_the_board_is_named_and_kept(coordinator_client):
    make_placement(kind=WorkKind.VOLUNTEERING)
    page = coordinator_client.get(url(Placement, "board"), {"kind": "volunteering"})
    assert "Ook gefilterd op Soort werk: vrijwilligerswerk" in text(page)
    assert '<input type="hidden" name="kind" value="volunteering">' in raw(page)


def test_an_empty_board_says_why_and_what_to_do(coordinator_client, coordinator):
    page = coordinator_client.get(url(Placement, "board"))
    assert "Hier staan de kandidaten die" in text(page) and "data-step" not in raw(page)
    make_placement()
    page = text(coordinator_client.get(url(Placement, "board"), {"coordinator": coordinator.pk}))
    assert "Geen plaatsing voldoet aan deze filters. Alles tonen" in page
    page = text(coordinator_client.get(url(Placement, "board"), {"employer": 999}))
    assert "Werkgever. Er wordt nu niets getoond" in page and "Kennismaking" not in page


def test_all_pages_behind_a_card_lead_back_to_the_filtered_board(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    query = f"employer={placement.interest.employer_id}"
    back = f'href="{url(Placement, "board")}?{query}#placement-{placement.pk}"'
    board = coordinator_client.get(url(Placement, "board"), {"employer": placement.interest.employer_id})
    card = next(card for column in board.context["columns"] for card in column.cards)
    page = coordinator_client.get(card.url)
    assert back in raw(page)
    seen_at = {"seen_at": placement.changed_at.isoformat(), "day": f"{today():%d-%m-%Y}", "step": "permit_requested"}
    taken = coordinator_client.post(page.context["urls"]["step"], seen_at, follow=True)
    assert "“vergunning aangevraagd” op" in text(taken) and back in raw(taken)
    asks = move_card(coordinator_client, placement, "permit_granted", board=query)
    assert back in raw(asks) and '<details id="step-permit_granted" open>' in raw(asks)


def test_a_step_taken_on_the_board_can_be_taken_back_from_its_message(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    page = move_card(coordinator_client, placement, "permit_requested", board="sector=1")
    assert f'href="{url(Placement, "back", placement.pk)}?board=sector%3D1"' in raw(page)
    assert "Terugdraaien…" in text(page)


def test_the_script_of_the_board_hears_where_to_go_or_why_not(coordinator_client):
    def ask(step: str, seen_at: str | None = None) -> dict[str, str]:
        current = Placement.objects.get(pk=placement.pk).changed_at.isoformat()
        data = {"step": step, "board": "sector=1", "seen_at": current if seen_at is None else seen_at}
        headers = {"accept": "application/json"}
        return coordinator_client.post(url(Placement, "step", placement.pk), data, headers=headers).json()

    placement = make_placement(Step.INTERVIEW, make_ready_dossier(document_expires_on=None))
    refusal = "“vergunning aangevraagd” kan nog niet worden vastgelegd: document: einddatum onbekend"
    assert ask("permit_requested")["refusal"].startswith(refusal)
    assert "een werkvergunning" in ask("working")["refusal"]
    assert "nog niet aangevraagd" in ask("permit_granted")["refusal"]
    assert "staat al op “kennismaking”" in ask("proposed")["refusal"]
    assert "intussen gewijzigd" in ask("interview", seen_at="-")["refusal"]
    assert not list(coordinator_client.get(url(Placement, "board")).context["messages"])
    page = url(Placement, "inspect", placement.pk)
    assert ask("ended") == {"url": f"{page}?step=ended&board=sector%3D1#step-ended"}
    Dossier.objects.filter(pk=placement.dossier_id).update(document_expires_on=today() + timedelta(days=99))
    board = f"{url(Placement, 'board')}?sector=1#placement-{placement.pk}"
    assert ask("permit_requested") == {"url": board}
    assert Placement.objects.get(pk=placement.pk).status == Step.PERMIT_REQUESTED


def test_a_card_knows_the_steps_for_which_nothing_is_missing(coordinator_client):
    make_placement(Step.INTERVIEW, make_ready_dossier(given_name="Klaar"))
    make_placement(Step.INTERVIEW, make_ready_dossier(given_name="Mist", document_expires_on=None))
    board = coordinator_client.get(url(Placement, "board"))
    cards = [card for column in board.context["columns"] for card in column.cards]
    assert {card.placement.dossier.given_name: card.possible for card in cards} == {
        "Klaar": [Step.PERMIT_REQUESTED, Step.ENDED],
        "Mist": [Step.ENDED],
    }


def test_moving_a_card_returns_to_the_filtered_board(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    response = move_card(coordinator_client, placement, "permit_requested", board="sector=1")
    assert response.redirect_chain[-1][0] == f"{url(Placement, 'board')}?sector=1#placement-{placement.pk}"
    placement = Placement.objects.get(pk=placement.pk)
    assert (placement.status, placement.permit_requested_on) == (Step.PERMIT_REQUESTED, today())


def test_an_impossible_move_shows_the_rule_and_its_source_on_the_board(coordinator_client):
    placement = make_placement(Step.INTERVIEW, make_ready_dossier(application_date=days_ago(90)))
    for step in ("permit_requested", "permit_granted", "proposed"):
        response = move_card(coordinator_client, placement, step)
        assert response.redirect_chain[-1][0].startswith(url(Placement, "board")), step
        assert f"{placement.heading}: “" in text(response) and "kan nog niet worden vastgelegd" in text(response), step
    assert Regulation.objects.get(key=Regulation.WAITING_TIME).title in text(
        move_card(coordinator_client, placement, "permit_requested")
    )
    assert Placement.objects.get(pk=placement.pk).status == Step.INTERVIEW


@pytest.mark.parametrize(("step", "asks"), [("permit_granted", "Vergunning geldig"), ("ended", "Waarom is het")])
def test_a_step_with_more_fields_opens_its_form_on_the_page(coordinator_client, step, asks):
    placement = make_placement(Step.PERMIT_REQUESTED)
    response = move_card(coordinator_client, placement, step)
    assert response.redirect_chain[-1][0] == f"{url(Placement, 'inspect', placement.pk)}?step={step}#step-{step}"
    assert f'<details id="step-{step}" open>' in raw(response)
    assert raw(response).count(" open>") == 1
    assert asks in text(response)
    assert Placement.objects.get(pk=placement.pk).status == Step.PERMIT_REQUESTED


def test_a_move_on_an_outdated_board_is_refused(coordinator_client):
    placement = make_placement(Step.PERMIT_REQUESTED)
    old = placement.changed_at.isoformat()
    undo_last_step(placement)
    assert "intussen gewijzigd" in text(move_card(coordinator_client, placement, "permit_requested", seen_at=old))
    assert "intussen gewijzigd" in text(move_card(coordinator_client, placement, "permit_requested", seen_at=""))
    assert Placement.objects.get(pk=placement.pk).status == Step.INTERVIEW


def test_a_full_column_shows_its_first_cards_and_links_to_the_list(coordinator_client, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.placements.board.MAX_CARDS_PER_COLUMN", 2)
    for number in range(3):
        make_placement(Step.PROPOSED, make_ready_dossier(given_name=f"nr {number}"), begun=10 - number)
    assert get_board(coordinator_client)["proposed"] == ["nr 0", "nr 1"]
    assert "Alle 3 in de lijst" in text(coordinator_client.get(url(Placement, "board")))


def test_today_is_the_day_of_a_move(coordinator_client, monkeypatch):
    placement = make_placement(Step.INTERVIEW)
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    move_card(coordinator_client, placement, "permit_requested")
    assert Placement.objects.get(pk=placement.pk).permit_requested_on == tomorrow
