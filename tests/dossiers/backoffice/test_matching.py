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


def make_farm_interest(name: str = "Kas Zon", **fields) -> EmployerInterest:
    employer = make_employer(company_name=name, sector=Sector.objects.get(name="Landbouw"))
    return make_interest(employer=employer, **fields)


def make_grower_dossier(**fields) -> Dossier:
    return make_ready_dossier(**{"given_name": "Selam", "family_name": "Haile", "sectors": ["Landbouw"]} | fields)


def employers_url(dossier: Dossier) -> str:
    return reverse(EMPLOYERS, args=[dossier.pk])


def candidates_url(interest: EmployerInterest) -> str:
    return reverse(CANDIDATES, args=[interest.pk])


def proposal_url(dossier: Dossier, interest: EmployerInterest) -> str:
    return f"{url(Placement, 'add')}?dossier={dossier.pk}&amp;interest={interest.pk}"


def get_matching_section(response) -> str:
    """Return the text of the section with suggestions on a record's page."""
    body = response.content.decode()
    return body.split('id="matching"')[1].split("</section>")[0] if 'id="matching"' in body else ""


def test_the_page_of_a_dossier_shows_the_five_best_employers_with_reasons(coordinator_client):
    dossier = make_grower_dossier(dutch_level="A2", hours_per_week=32)
    for number in range(6):
        make_farm_interest(f"Kas {number}", hours_per_week=24)
    best = make_farm_interest("Beste Kas", dutch_level_required="B1", working_languages=["ar"], hours_per_week=24)
    Dossier.objects.filter(pk=dossier.pk).update(languages=["ar"])
    part = get_matching_section(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert '<span class="import-count">7</span>' in part.partition("Passende werkgevers")[2]
    assert part.count('class="match"') == 5
    first = part.split('class="match"')[1]
    for words in ("Beste Kas", "Landbouw: een sector die de kandidaat zoekt", "Nederlands A2, gevraagd B1"):
        assert words in first
    assert "10 van 14 punten" in first
    assert proposal_url(dossier, best) in first
    assert employers_url(dossier) in part


def test_the_page_of_an_interest_shows_matching_candidates(coordinator_client):
    offer, dossier = make_farm_interest(), make_grower_dossier(expectation_talk_on=None)
    part = get_matching_section(coordinator_client.get(url(EmployerInterest, "inspect", offer.pk)))
    assert '<span class="import-count">1</span>' in part.partition("Passende kandidaten")[2]
    assert "Selam Haile" in part
    assert "Nog nodig om voor te stellen: verwachtingengesprek" in " ".join(part.split())
    assert proposal_url(dossier, offer) in part
    assert candidates_url(offer) in part


def test_the_full_page_shows_the_twenty_best_and_explains_the_score(coordinator_client):
    dossier = make_grower_dossier()
    for number in range(22):
        make_farm_interest(f"Kas {number}")
    page = coordinator_client.get(employers_url(dossier))
    assert raw(page).count('class="match"') == 20
    assert "22 passen, van de 22 die zijn vergeleken. Dit zijn de beste 20." in text(page)
    assert "Naam, leeftijd, geslacht, afkomst, verblijfplaats en opleiding tellen niet mee" in text(page)
    assert "+5 de kandidaat zoekt de sector van de werkgever" in text(page)
    assert "−4 het is een andere sector" in text(page)


def test_reasons_for_and_against_and_unknown_facts_are_separate(coordinator_client):
    dossier = make_grower_dossier(dutch_level="A2", hours_per_week=16)
    make_farm_interest(dutch_level_required="A1", hours_per_week=24)
    page = text(coordinator_client.get(employers_url(dossier)))
    pro, rest = page.split(" Tegen ")
    con, unknown = rest.split(" Onbekend ")
    assert "Nederlands A2, gevraagd A1" in pro.split(" Voor ")[1]
    assert "Werk van 24 uur, de kandidaat kan 16 uur" in con
    assert "Vanaf wanneer de kandidaat kan, is niet ingevuld" in unknown


def test_the_distance_is_shown_on_both_sides_and_gives_no_points(coordinator_client):
    dossier, interest = make_grower_dossier(location="AZC Luttelgeest"), make_farm_interest()
    without = text(coordinator_client.get(employers_url(dossier))).split(" punten")[0][-8:]
    Employer.objects.filter(pk=interest.employer_id).update(city="Marknesse")
    page = text(coordinator_client.get(employers_url(dossier)))
    assert "4 km hemelsbreed" in page and page.split(" punten")[0][-8:] == without
    assert "4 km hemelsbreed" in text(coordinator_client.get(candidates_url(interest)))


def test_the_button_leads_to_the_proposal_with_both_filled_in(coordinator_client):
    dossier, offer = make_grower_dossier(), make_farm_interest()
    page = coordinator_client.get(candidates_url(offer))
    assert proposal_url(dossier, offer) in raw(page)
    proposal = text(coordinator_client.get(proposal_url(dossier, offer).replace("&amp;", "&")))
    assert "Selam Haile" in proposal
    assert "Kas Zon" in proposal


def test_a_user_who_may_not_propose_gets_no_button(as_user, make_user):
    reading = make_user("reading")
    names = ["access_admin", "view_dossier", "view_employerinterest"]
    reading.user_permissions.set(Permission.objects.filter(codename__in=names))
    dossier, offer = make_grower_dossier(), make_farm_interest()
    page = as_user(reading).get(employers_url(dossier))
    assert "Kas Zon" in text(page)
    assert proposal_url(dossier, offer) not in raw(page)
    assert "Aanvullen" not in text(page)


def test_an_employer_with_an_open_placement_is_left_out_and_an_ended_one_is_shown(coordinator_client):
    dossier = make_grower_dossier()
    ended = make_placement(Step.ENDED, dossier, make_farm_interest("Kas Oud"))
    make_placement(Step.PROPOSED, dossier, make_farm_interest("Kas Bezig"))
    page = coordinator_client.get(employers_url(dossier))
    assert "Kas Bezig" not in text(page)
    assert "Hier staat er 1 niet bij: daar loopt al een plaatsing." in text(page)
    assert f"Een eerdere plaatsing eindigde op {ended.ended_on:%d-%m-%Y}: Contract afgelopen." in text(page)
    assert url(Placement, "inspect", ended.pk) in raw(page)


def test_a_dossier_without_sectors_names_the_fields_to_fill_in(coordinator_client):
    dossier = make_grower_dossier(sectors=[])
    make_farm_interest()
    for page in (
        coordinator_client.get(employers_url(dossier)),
        coordinator_client.get(url(Dossier, "inspect", dossier.pk)),
    ):
        assert "De enige die is vergeleken, past niet." in text(page)
        assert "Nog niet ingevuld en daarom niet vergeleken: sectoren, niveau Nederlands, talen, uren" in text(page)
        assert url(Dossier, "edit", dossier.pk) in raw(page)


def test_an_interest_without_a_sector_names_the_fields_to_fill_in(coordinator_client):
    offer = make_interest(dutch_level_required="A1", transport_offered=False)
    page = text(coordinator_client.get(candidates_url(offer)))
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
def test_a_dossier_for_which_no_work_is_sought_shows_the_reason(coordinator_client, fields, words):
    dossier, _offer = make_grower_dossier(**fields), make_farm_interest()
    page = text(coordinator_client.get(employers_url(dossier)))
    assert words in page
    assert "Kas Zon" not in page
    assert "Kas Zon" not in text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_a_closed_interest_or_a_sign_up_shows_the_reason(coordinator_client):
    make_grower_dossier()
    closed, sign_up = make_farm_interest(status=InterestStatus.CLOSED), make_sign_up()
    assert "Deze interesse is gesloten" in text(coordinator_client.get(candidates_url(closed)))
    assert "Neem de aanmelding eerst over" in text(coordinator_client.get(candidates_url(sign_up)))
    for offer in (closed, sign_up):
        assert "Selam Haile" not in text(coordinator_client.get(candidates_url(offer)))
        assert "Selam Haile" not in text(coordinator_client.get(url(EmployerInterest, "inspect", offer.pk)))


def test_the_forms_link_to_the_suggestions(coordinator_client):
    dossier, offer = make_grower_dossier(), make_farm_interest()
    assert employers_url(dossier) in raw(coordinator_client.get(url(Dossier, "edit", dossier.pk)))
    assert candidates_url(offer) in raw(coordinator_client.get(url(EmployerInterest, "edit", offer.pk)))


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_tell_an_existing_record_from_a_missing_one(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    dossier, offer = make_grower_dossier(), make_farm_interest()
    for name, record in ((EMPLOYERS, dossier), (CANDIDATES, offer)):
        for extra_args in ([], ["csv"]):
            existing = client.get(reverse(f"{name}_export" if extra_args else name, args=[record.pk, *extra_args]))
            missing = client.get(reverse(f"{name}_export" if extra_args else name, args=[999_999, *extra_args]))
            assert existing.status_code == missing.status_code == 404
            assert "Haile" not in raw(existing) and "Kas Zon" not in raw(existing)


@pytest.mark.parametrize("only", ["dossier", "employerinterest"])
def test_a_user_who_may_see_only_one_side_gets_no_suggestions(as_user, make_user, only):
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", f"view_{only}"]))
    client, dossier, offer = as_user(clerk), make_grower_dossier(), make_farm_interest()
    assert client.get(employers_url(dossier)).status_code == 404
    assert client.get(candidates_url(offer)).status_code == 404
    record = dossier if only == "dossier" else offer
    assert get_matching_section(client.get(url(type(record), "inspect", record.pk))) == ""


def test_an_unconfirmed_sign_up_is_not_found(coordinator_client):
    hidden = make_sign_up(status=InterestStatus.UNCONFIRMED)
    assert coordinator_client.get(candidates_url(hidden)).status_code == 404
    assert coordinator_client.get(reverse(f"{CANDIDATES}_export", args=[hidden.pk, "csv"])).status_code == 404


def test_the_suggestions_of_a_merged_dossier_redirect(coordinator_client):
    target, source = make_grower_dossier(), make_grower_dossier(given_name="Selamm")
    merge_dossiers(target, source)
    assert coordinator_client.get(employers_url(source)).status_code == 302


def test_suggestions_can_be_exported_in_each_format(coordinator_client):
    dossier = make_grower_dossier(dutch_level="A2")
    make_farm_interest("Kas Zon", dutch_level_required="B1", work_description="=Plukken")
    best = make_farm_interest("Kas Maan", dutch_level_required="A2")
    make_farm_interest("Kas Ster", dutch_level_required="A1")
    page = raw(coordinator_client.get(employers_url(dossier)))
    for format in EXPORT_FORMATS:
        address = reverse(f"{EMPLOYERS}_export", args=[dossier.pk, format])
        assert address in page
        assert coordinator_client.get(address).status_code == 200
    exported_rows = rows(coordinator_client.get(reverse(f"{EMPLOYERS}_export", args=[dossier.pk, "csv"])))
    assert [row["Naam"] for row in exported_rows] == ["Kas Maan", "Kas Ster"]
    assert exported_rows[0]["Referentie"] == best.reference
    assert exported_rows[0]["Punten"] == "9"
    assert exported_rows[0]["Voor"] == "Landbouw: een sector die de kandidaat zoekt; Nederlands A2, gevraagd A2"
    assert exported_rows[0]["Tegen"] == ""


def test_exporting_candidates_needs_the_permission_of_the_format(coordinator_client, as_user, make_user):
    offer = make_farm_interest()
    dossier = make_grower_dossier()
    (exported_row,) = rows(coordinator_client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "xlsx"])), "xlsx")
    assert (exported_row["Referentie"], exported_row["Naam"]) == (dossier.reference, "Selam Haile")
    clerk = make_user("clerk")
    names = ["access_admin", "view_dossier", "view_employerinterest", "export_ods_dossier"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = as_user(clerk)
    assert client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "ods"])).status_code == 200
    refused = client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "csv"]))
    assert (refused.status_code, refused.url) == (302, "/beheer/")
    assert client.get(reverse(f"{CANDIDATES}_export", args=[offer.pk, "exe"])).status_code == 302
    assert client.get(reverse(f"{EMPLOYERS}_export", args=[dossier.pk, "ods"])).status_code == 302


def test_the_page_of_candidates_has_a_constant_number_of_queries(coordinator_client):
    offer = make_farm_interest()
    address = candidates_url(offer)

    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert coordinator_client.get(address).status_code == 200
        return len(queries)

    for _number in range(3):
        make_grower_dossier()
    count_queries()
    query_count = count_queries()
    for _number in range(30):
        make_grower_dossier()
    assert count_queries() == query_count


def test_an_interest_that_has_ended_is_not_suggested(coordinator_client):
    dossier = make_grower_dossier()
    make_farm_interest("Kas Voorbij", end_date=today() - timedelta(days=1))
    page = text(coordinator_client.get(employers_url(dossier)))
    assert "Er is nu geen open interesse van een werkgever met een vrije plek." in page
    assert Employer.objects.filter(company_name="Kas Voorbij").exists()
    assert "Kas Voorbij" not in page
