"""Tests of suggestions on the page of a record and on their own page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier, Employer, EmployerInterest, InterestStatus, Placement, Status, WorkRight
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.models.lists.lists import Sector
from dossiers.models.placements.placement import Step

from ..models.factories import make_employer, make_interest, make_sign_up
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, make_ready_dossier, today
from .pages import raw, text, url
from .test_exports import rows

pytestmark = pytest.mark.usefixtures("base_data")
EMPLOYERS, CANDIDATES = "dossiers_fitting_employers", "dossiers_fitting_candidates"


def farm(name: str = "Kas Zon", **fields) -> EmployerInterest:
    employer = make_employer(company_name=name, sector=Sector.objects.get(name="Landbouw"))
    return make_interest(employer=employer, **fields)


def grower(**fields) -> Dossier:
    return make_ready_dossier(**{"given_name": "Selam", "family_name": "Haile", "sectors": ["Landbouw"]} | fields)


def employers_for(dossier: Dossier) -> str:
    return reverse(EMPLOYERS, args=[dossier.pk])


def candidates_for(interest: EmployerInterest) -> str:
    return reverse(CANDIDATES, args=[interest.pk])


def propose(dossier: Dossier, interest: EmployerInterest) -> str:
    return f"{url(Placement, 'add')}?dossier={dossier.pk}&amp;interest={interest.pk}"


def record_part(response) -> str:
    """Return the text of the section with suggestions on a record's page."""
    body = response.content.decode()
    return body.split('id="matching"')[1].split("</section>")[0] if 'id="matching"' in body else ""


def test_a_dossiers_page_shows_the_five_best_employers_with_reasons(coordinator_client):
    dossier = grower(dutch_level="A2", hours_per_week=32)
    for number in range(6):
        farm(f"Kas {number}", hours_per_week=24)
    best = farm("Beste Kas", dutch_level_required="B1", working_languages=["ar"], hours_per_week=24)
    Dossier.objects.filter(pk=dossier.pk).update(languages=["ar"])
    part = record_part(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert '<span class="import-count">7</span>' in part.partition("Passende werkgevers")[2]
    assert part.count('class="match"') == 5
    first = part.split('class="match"')[1]
    for words in ("Beste Kas", "Landbouw: een sector die de kandidaat zoekt", "Nederlands A2, gevraagd B1"):
        assert words in first
    assert "10 van 14 punten" in first
    assert propose(dossier, best) in first
    assert employers_for(dossier) in part


def test_an_interests_page_shows_the_candidates(coordinator_client):
    offer, dossier = farm(), grower(expectation_talk_on=None)
    part = record_part(coordinator_client.get(url(EmployerInterest, "inspect", offer.pk)))
    assert '<span class="import-count">1</span>' in part.partition("Passende kandidaten")[2]
    assert "Selam Haile" in part
    assert "Nog nodig om voor te stellen: verwachtingengesprek" in " ".join(part.split())
    assert propose(dossier, offer) in part
    assert candidates_for(offer) in part


def test_the_whole_page_holds_the_twenty_best_and_says_how_they_were_counted(coordinator_client):
    dossier = grower()
    for number in range(22):
        farm(f"Kas {number}")
    page = coordinator_client.get(employers_for(dossier))
    assert raw(page).count('class="match"') == 20
    assert "22 passen, van de 22 die zijn vergeleken. Dit zijn de beste 20." in text(page)
    assert "Naam, leeftijd, geslacht, afkomst, verblijfplaats en opleiding tellen niet mee" in text(page)
    assert "+5 de kandidaat zoekt de sector van de werkgever" in text(page)
    assert "−4 het is een andere sector" in text(page)


def test_for_and_against_and_unknown_stand_apart(coordinator_client):
    dossier = grower(dutch_level="A2", hours_per_week=16)
    farm(dutch_level_required="A1", hours_per_week=24)
    page = text(coordinator_client.get(employers_for(dossier)))
    pro, rest = page.split(" Tegen ")
    con, unknown = rest.split(" Onbekend ")
    assert "Nederlands A2, gevraagd A1" in pro.split(" Voor ")[1]
    assert "Werk van 24 uur, de kandidaat kan 16 uur" in con
    assert "Vanaf wanneer de kandidaat kan, is niet ingevuld" in unknown


def test_the_button_leads_to_the_proposal_with_both_filled_in(coordinator_client):
    dossier, offer = grower(), farm()
    page = coordinator_client.get(candidates_for(offer))
    assert propose(dossier, offer) in raw(page)
    proposal = text(coordinator_client.get(propose(dossier, offer).replace("&amp;", "&")))
    assert "Selam Haile" in proposal
    assert "Kas Zon" in proposal


def test_who_may_not_propose_gets_no_button(as_user, make_user):
    reading = make_user("reading")
    names = ["access_admin", "view_dossier", "view_employerinterest"]
    reading.user_permissions.set(Permission.objects.filter(codename__in=names))
    dossier, offer = grower(), farm()
    page = as_user(reading).get(employers_for(dossier))
    assert "Kas Zon" in text(page)
    assert propose(dossier, offer) not in raw(page)
    assert "Vul aan" not in text(page)


def test_a_pair_with_a_placement_is_left_out_and_an_ended_one_is_told(coordinator_client):
    dossier = grower()
    ended = make_placement(Step.ENDED, dossier, farm("Kas Oud"))
    make_placement(Step.PROPOSED, dossier, farm("Kas Bezig"))
    page = coordinator_client.get(employers_for(dossier))
    assert "Kas Bezig" not in text(page)
    assert "Hier staat er 1 niet bij: daar loopt al een plaatsing." in text(page)
    assert f"Een eerdere plaatsing eindigde op {ended.ended_on:%d-%m-%Y}: Contract afgelopen." in text(page)
    assert url(Placement, "inspect", ended.pk) in raw(page)


def test_without_sectors_it_says_what_to_fill_in_and_where(coordinator_client):
    dossier = grower(sectors=[])
    farm()
    for page in (
        coordinator_client.get(employers_for(dossier)),
        coordinator_client.get(url(Dossier, "inspect", dossier.pk)),
    ):
        assert "De enige die is vergeleken, past niet." in text(page)
        assert "Nog niet ingevuld en daarom niet vergeleken: sectoren, niveau Nederlands, talen, uren" in text(page)
        assert url(Dossier, "edit", dossier.pk) in raw(page)


def test_an_interest_without_a_sector_says_so(coordinator_client):
    offer = make_interest(dutch_level_required="A1", transport_offered=False)
    page = text(coordinator_client.get(candidates_for(offer)))
    assert "Er is nu geen open dossier van iemand die nog geen werk heeft." in page
    assert "niet vergeleken: sector van de werkgever, talen op het werk, uren per week, vanaf" in page
    assert "niveau Nederlands dat nodig is" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"work_right": WorkRight.NONE}, "mag niet werken"),
        ({"status": Status.WORKING}, "is aan het werk"),
        ({"status": Status.WITHDRAWN}, "Dit dossier is gesloten"),
    ],
)
def test_for_whom_no_work_is_sought_the_page_says_why(coordinator_client, fields, words):
    dossier, _offer = grower(**fields), farm()
    page = text(coordinator_client.get(employers_for(dossier)))
    assert words in page
    assert "Kas Zon" not in page
    assert "Kas Zon" not in text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_for_a_closed_interest_or_a_sign_up_the_page_says_why(coordinator_client):
    grower()
    closed, sign_up = farm(status=InterestStatus.CLOSED), make_sign_up()
    assert "Deze interesse is gesloten" in text(coordinator_client.get(candidates_for(closed)))
    assert "Neem de aanmelding eerst over" in text(coordinator_client.get(candidates_for(sign_up)))
    for offer in (closed, sign_up):
        assert "Selam Haile" not in text(coordinator_client.get(candidates_for(offer)))
        assert "Selam Haile" not in text(coordinator_client.get(url(EmployerInterest, "inspect", offer.pk)))


def test_forms_lead_to_it(coordinator_client):
    dossier, offer = grower(), farm()
    assert employers_for(dossier) in raw(coordinator_client.get(url(Dossier, "edit", dossier.pk)))
    assert candidates_for(offer) in raw(coordinator_client.get(url(EmployerInterest, "edit", offer.pk)))


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_who_may_not_see_people_gets_the_same_answer_as_for_one_that_never_was(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    dossier, offer = grower(), farm()
    for name, record in ((EMPLOYERS, dossier), (CANDIDATES, offer)):
        for more in ([], ["csv"]):
            there = client.get(reverse(f"{name}_export" if more else name, args=[record.pk, *more]))
            never = client.get(reverse(f"{name}_export" if more else name, args=[999_999, *more]))
            assert there.status_code == never.status_code == 404
            assert "Haile" not in raw(there) and "Kas Zon" not in raw(there)


@pytest.mark.parametrize("only", ["dossier", "employerinterest"])
def test_who_may_see_one_side_alone_is_shown_no_pairs(as_user, make_user, only):
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", f"view_{only}"]))
    client, dossier, offer = as_user(clerk), grower(), farm()
    assert client.get(employers_for(dossier)).status_code == 404
    assert client.get(candidates_for(offer)).status_code == 404
    record = dossier if only == "dossier" else offer
    assert record_part(client.get(url(type(record), "inspect", record.pk))) == ""


def test_an_unconfirmed_sign_up_is_not_found(coordinator_client):
    hidden = make_sign_up(status=InterestStatus.UNCONFIRMED)
    assert coordinator_client.get(candidates_for(hidden)).status_code == 404
    assert coordinator_client.get(reverse(f"{CANDIDATES}_export", args=[hidden.pk, "csv"])).status_code == 404


def test_the_address_of_a_dossier_that_was_merged_away_leads_on(coordinator_client):
    kept, gone = grower(), grower(given_name="Selamm")
    merge_dossiers(kept, gone)
    assert coordinator_client.get(employers_for(gone)).status_code == 302


def test_the_list_goes_out_in_each_format_as_it_stands(coordinator_client):
    dossier = grower(dutch_level="A2")
    farm("Kas Zon", dutch_level_required="B1", work_description="=Plukken")
    best = farm("Kas Maan", dutch_level_required="A2")
    farm("Kas Ster", dutch_level_required="A1")
    page = raw(coordinator_client.get(employers_for(dossier)))
    for format in EXPORT_FORMATS:
        address = reverse(f"{EMPLOYERS}_export", args=[dossier.pk, format])
        assert address in page
        assert coordinator_client.get(address).status_code == 200
    out = rows(coordinator_client.get(reverse(f"{EMPLOYERS}_export", args=[dossier.pk, "csv"])))
    assert [row["Naam"] for row in out] == ["Kas Maan", "Kas Ster"]
    assert out[0]["Referentie"] == best.reference
    assert out[0]["Punten"] == "9"
    assert out[0]["Voor"] == "Landbouw: een sector die de kandidaat zoekt; Nederlands A2, gevraagd A2"
    assert out[0]["Tegen"] == ""


def test_candidates_go_out_and_only_as_far_as_the_user_may(coordinator_client, as_user, make_user):
    offer = farm()
    dossier = grower()
    (out,) = rows(coordinator_client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "xlsx"])), "xlsx")
    assert (out["Referentie"], out["Naam"]) == (dossier.reference, "Selam Haile")
    clerk = make_user("clerk")
    names = ["access_admin", "view_dossier", "view_employerinterest", "export_ods_dossier"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = as_user(clerk)
    assert client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "ods"])).status_code == 200
    refused = client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "csv"]))
    assert (refused.status_code, refused.url) == (302, "/beheer/")
    assert client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "exe"])).status_code == 302
    assert client.get(reverse(f"{EMPLOYERS}_export", args=[dossier.pk, "ods"])).status_code == 302


def test_the_page_asks_no_more_of_the_database_for_more_records(coordinator_client):
    offer = farm()
    address = candidates_for(offer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert coordinator_client.get(address).status_code == 200
        return len(queries)

    for _number in range(3):
        grower()
    asked()
    few = asked()
    for _number in range(30):
        grower()
    assert asked() == few


def test_work_that_is_over_is_offered_to_nobody(coordinator_client):
    dossier = grower()
    farm("Kas Voorbij", end_date=today() - timedelta(days=1))
    page = text(coordinator_client.get(employers_for(dossier)))
    assert "Er is nu geen open interesse van een werkgever met een vrije plek." in page
    assert Employer.objects.filter(company_name="Kas Voorbij").exists()
    assert "Kas Voorbij" not in page
