"""Tests of the pages of a record."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from admin_pages.users import get_person_name
from dossiers.models import (
    Dossier,
    Employer,
    EmployerInterest,
    Finding,
    InterestStatus,
    Milestone,
    Organisation,
    Status,
    Supply,
)

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.test_activity import make_finding, saved
from .pages import form_data, raw, text, url

MAKERS = {Dossier: make_dossier, Employer: make_employer, EmployerInterest: make_interest}
HOME = reverse("wagtailadmin_home")
PAGES = ("edit", "inspect", "history", "usage", "delete")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", MAKERS)
def test_a_coordinator_opens_each_page_of_a_record_by_its_heading(coordinator_client, model, page):
    record = MAKERS[model]()
    response = coordinator_client.get(url(model, page, record.pk))
    assert response.status_code == 200
    assert record.heading in text(response)


@pytest.mark.parametrize("page", PAGES)
def test_an_invisible_record_is_not_found(coordinator_client, page):
    hidden = make_sign_up(status=InterestStatus.UNCONFIRMED)
    for response in (
        coordinator_client.get(url(EmployerInterest, page, hidden.pk)),
        coordinator_client.post(url(EmployerInterest, page, hidden.pk)),
    ):
        assert response.status_code == 404
        assert "Plukkerij" not in text(response)
    assert EmployerInterest.objects.filter(pk=hidden.pk).exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_record_that_does_not_exist_is_not_found(coordinator_client, page):
    assert coordinator_client.get(url(Dossier, page, 999)).status_code == 404


def test_a_finding_leads_to_its_employer_and_to_its_form_and_says_once_what_is_empty(coordinator_client):
    employer = make_employer()
    finding = saved(make_finding(side="employer", tried="Gebeld", employer=employer))
    response = coordinator_client.get(url(Finding, "inspect", finding.pk))
    main = BeautifulSoup(raw(response), "html.parser").select_one("#main")
    links = {link["href"]: link.get_text(strip=True) for link in main.select(".nice-padding a")}
    assert links[url(Employer, "inspect", employer.pk)] == employer.heading
    assert links[url(Finding, "edit", finding.pk)] == "Wijzigen"
    assert "Leeg: Resultaat, Opgelost op, Dossier, Werkgeversinteresse, Plaatsing" in text(response)
    assert "Wat er geprobeerd is Gebeld" in text(response) and "–" not in main.dl.get_text()


def test_a_sign_up_shows_first_the_button_that_takes_it_over(coordinator_client):
    response = coordinator_client.get(url(EmployerInterest, "inspect", make_sign_up().pk))
    buttons = BeautifulSoup(raw(response), "html.parser").select(".record-actions .button")
    labels = [button.get_text(strip=True) for button in buttons]
    assert labels == ["Overnemen: deze werkgever maken", "Gesprek vastleggen", "Mail schrijven", "Wijzigen"]


# Add and edit


@pytest.mark.parametrize(
    ("model", "title"),
    [
        (Dossier, "Kandidaat toevoegen"),
        (Employer, "Werkgever toevoegen"),
        (EmployerInterest, "Interesse toevoegen"),
        (Finding, "Bevinding toevoegen"),
        (Milestone, "Mijlpaal toevoegen"),
        (Organisation, "Organisatie toevoegen"),
    ],
)
def test_the_form_that_adds_a_record_has_the_title_of_its_button(coordinator_client, model, title):
    assert title in text(coordinator_client.get(url(model, "list")))
    page = BeautifulSoup(raw(coordinator_client.get(url(model, "add"))), "html.parser")
    assert page.select_one("#header-title").get_text(strip=True) == title
    assert page.select_one(".w-breadcrumbs li:last-child").get_text(strip=True) == title
    assert page.title.get_text(strip=True).startswith(title)


def test_a_coordinator_adds_a_dossier_which_gets_its_reference(coordinator_client):
    page = coordinator_client.get(url(Dossier, "add"))
    data = form_data(page, given_name="Selam", family_name="Haile", date_of_birth="12-03-1990", phone="0612345678")
    response = coordinator_client.post(url(Dossier, "add"), data)
    dossier = Dossier.objects.get()
    assert response.url == url(Dossier, "inspect", dossier.pk)
    assert (dossier.full_name, dossier.phone) == ("Selam Haile", "+31612345678")
    assert dossier.reference.startswith("D-")
    assert dossier.history.get().history_user.get_username() == "coordinator"


def test_an_invalid_form_keeps_its_input_and_saves_nothing(coordinator_client):
    page = coordinator_client.get(url(Dossier, "add"))
    data = form_data(page, given_name="Selam", family_name="Haile", date_of_birth="12-03-2020", phone="06 12")
    response = coordinator_client.post(url(Dossier, "add"), data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"date_of_birth", "phone"}
    assert 'value="06 12"' in response.content.decode()
    assert not Dossier.objects.exists()


def test_an_edit_is_saved_and_logged_with_its_user(coordinator_client):
    dossier = make_dossier(sectors=["Bouw"])
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    zorg = page.context["form"].fields["sectors"].queryset.get(name="Zorg")
    data = form_data(page, profession="lasser", sectors=[zorg.pk], languages=["ti", "ar"])
    assert coordinator_client.post(url(Dossier, "edit", dossier.pk), data).status_code == 302
    dossier.refresh_from_db()
    assert (dossier.profession, dossier.languages) == ("lasser", ["ar", "ti"])
    step = dossier.history.first()
    assert (step.profession, step.sector_names) == ("lasser", "Zorg")
    assert "coordinator" in text(coordinator_client.get(url(Dossier, "history", dossier.pk)))


@pytest.mark.parametrize("make", [make_dossier, make_interest])
def test_saving_redirects_to_the_page_of_the_record(coordinator_client, make):
    record = make()
    page = coordinator_client.get(url(type(record), "edit", record.pk))
    saved = coordinator_client.post(url(type(record), "edit", record.pk), form_data(page))
    assert saved.url == url(type(record), "inspect", record.pk)


def test_saving_an_unchanged_form_changes_nothing(coordinator_client):
    dossier = make_dossier(
        phone="+31612345678", languages=["ar"], application_date=date(2025, 1, 1), driving_licence=True,
        sectors=["Zorg"], hours_per_week=24,
    )  # fmt: skip
    same = Dossier.objects.values().get()
    coordinator_client.post(
        url(Dossier, "edit", dossier.pk), form_data(coordinator_client.get(url(Dossier, "edit", dossier.pk)))
    )
    assert Dossier.objects.values().get() | {"changed_at": None} == same | {"changed_at": None}
    assert Dossier.objects.get().changed_at > same["changed_at"]
    assert [sector.name for sector in dossier.sectors.all()] == ["Zorg"]


def test_a_form_refuses_a_status_that_follows_from_a_placement(coordinator_client):
    dossier = make_dossier()
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    offered = [code for code, _label in page.context["form"].fields["status"].choices]
    assert not {"matched", "working"} & set(offered)
    response = coordinator_client.post(url(Dossier, "edit", dossier.pk), form_data(page, status="working"))
    assert "status" in response.context["form"].errors
    assert Dossier.objects.get().status == Status.REGISTERED


def test_editing_a_placed_candidate_keeps_the_status(coordinator_client):
    dossier = make_dossier(status=Status.WORKING)
    data = form_data(coordinator_client.get(url(Dossier, "edit", dossier.pk)), profession="lasser")
    assert coordinator_client.post(url(Dossier, "edit", dossier.pk), data).status_code == 302
    dossier.refresh_from_db()
    assert (dossier.status, dossier.profession) == (Status.WORKING, "lasser")


def test_a_form_offers_coordinators_as_owners_and_nobody_else(coordinator_client, coordinator, reader, make_user):
    make_user("left", "Begeleiders", is_active=False)
    coordinator.first_name = "Anneke"
    coordinator.save()
    field = coordinator_client.get(url(Dossier, "add")).context["form"].fields["coordinator"]
    assert [str(label) for _key, label in field.choices][1:] == ["Anneke"]


def test_an_interest_can_not_be_made_unconfirmed_by_hand(coordinator_client):
    interest = make_interest()
    page = coordinator_client.get(url(EmployerInterest, "edit", interest.pk))
    coordinator_client.post(url(EmployerInterest, "edit", interest.pk), form_data(page, status="unconfirmed"))
    assert EmployerInterest.objects.get().status == InterestStatus.NEW


# One person twice


@pytest.mark.parametrize(("given_name", "family_name"), [("Selam", "Haile"), ("Haile", "Selam"), ("selám", "Hailee")])
def test_a_likely_duplicate_is_saved_only_after_confirmation(coordinator_client, given_name, family_name):
    existing = make_dossier(given_name="Selam", family_name="Haile", profession="kok")
    typed = form_data(
        coordinator_client.get(url(Dossier, "add")),
        given_name=given_name,
        family_name=family_name,
        date_of_birth="12-03-1990",
    )
    question_page = coordinator_client.post(url(Dossier, "add"), typed)
    assert Dossier.objects.get() == existing
    page = text(question_page)
    assert existing.reference in page and "kok" in page and f"{given_name} {family_name} · 12-03-1990" in page
    assert f'href="{url(Dossier, "inspect", existing.pk)}"' in raw(question_page)
    assert 'name="another" value="D-' in raw(question_page) and "Dit is iemand anders" in page
    assert "Open dat dossier en wijzig het daar" in page and "Voeg de twee" not in page
    assert coordinator_client.post(url(Dossier, "add"), typed | {"another": "D-2000-0001"}).status_code == 200
    assert (
        coordinator_client.post(url(Dossier, "add"), typed | {"another": question_page.context["another"]}).status_code
        == 302
    )
    assert Dossier.objects.count() == 2


def test_another_date_of_birth_or_a_correction_needs_no_confirmation(coordinator_client):
    first, second = (make_dossier(given_name="Selam", family_name="Haile") for _number in range(2))
    typed = form_data(coordinator_client.get(url(Dossier, "edit", first.pk)), profession="lasser")
    assert coordinator_client.post(url(Dossier, "edit", first.pk), typed).status_code == 302
    birth_date_form = form_data(coordinator_client.get(url(Dossier, "edit", first.pk)), date_of_birth="25-11-1985")
    assert coordinator_client.post(url(Dossier, "edit", first.pk), birth_date_form).status_code == 302
    duplicate_form = form_data(coordinator_client.get(url(Dossier, "edit", first.pk)), date_of_birth="12-03-1990")
    question_page = coordinator_client.post(url(Dossier, "edit", first.pk), duplicate_form)
    assert second.reference in text(question_page) and "Voeg de twee dossiers dan samen" in text(question_page)
    assert f'<a href="{reverse("dossiers_merge_choose", args=[first.pk])}">Voeg de twee' in raw(question_page)


def test_the_telephone_number_of_a_namesake_needs_confirmation(coordinator_client):
    namesake = make_dossier(given_name="Selam", family_name="Haile", phone="0612345678")
    near = make_dossier(given_name="Selam", family_name="Haile", date_of_birth="1985-11-26")
    dossier = make_dossier(given_name="Selam", family_name="Haile", date_of_birth="1985-11-25")
    page = url(Dossier, "edit", dossier.pk)
    assert coordinator_client.post(page, form_data(coordinator_client.get(page), phone="0687654321")).status_code == 302
    typed = form_data(coordinator_client.get(page), phone="06 1234 5678")
    answer = text(coordinator_client.post(page, typed))
    assert f"{namesake.reference} Selam Haile · 12-03-1990 · 06 12345678" in answer
    assert near.reference not in answer, "who is similar by name was asked about when the name was typed"


# Two people at once


@pytest.mark.parametrize(
    ("model", "field"),
    [(Dossier, "profession"), (Employer, "city"), (EmployerInterest, "notes")],
)
def test_a_concurrent_edit_is_refused(coordinator_client, as_user, admin, model, field):
    record = MAKERS[model]()
    address = url(model, "edit", record.pk)
    first, second = form_data(coordinator_client.get(address)), form_data(as_user(admin).get(address))
    assert coordinator_client.post(address, first | {field: "van de eerste"}).status_code == 302
    response = as_user(admin).post(address, second | {field: "van de tweede"})
    assert response.status_code == 200
    assert "Iemand anders heeft" in text(response)
    assert getattr(model.objects.get(), field) == "van de eerste"
    assert "van de tweede" in response.content.decode()
    assert as_user(admin).post(address, form_data(response)).status_code == 200, "and neither does trying again"
    assert getattr(model.objects.get(), field) == "van de eerste"


def test_a_refused_edit_shows_the_changes_of_the_other_user(coordinator_client, as_user, admin, coordinator):
    dossier = make_dossier(profession="kok")
    hour_ago = timezone.now() - timedelta(hours=1)
    Dossier.objects.filter(pk=dossier.pk).update(changed_at=hour_ago)
    dossier.history.update(history_date=hour_ago)
    address = url(Dossier, "edit", dossier.pk)
    second = form_data(as_user(admin).get(address))
    coordinator_client.post(address, form_data(coordinator_client.get(address), profession="lasser"))
    page_text = text(as_user(admin).post(address, second | {"location": "Ens"}))
    assert f"{get_person_name(coordinator)} bewaarde op {timezone.localdate():%d-%m-%Y} om" in page_text
    assert "Beroep kok → lasser." in page_text


def test_a_refused_edit_of_a_finding_shows_its_changes_and_opens_the_current_version(
    coordinator_client, as_user, admin
):
    finding = saved(make_finding(side="employer", tried="Gebeld"))
    hour_ago = timezone.now() - timedelta(hours=1)
    Finding.objects.filter(pk=finding.pk).update(changed_at=hour_ago)
    finding.history.update(history_date=hour_ago)
    address = url(Finding, "edit", finding.pk)
    second = form_data(as_user(admin).get(address))
    first = form_data(coordinator_client.get(address), side="process", tried="Gemaild")
    coordinator_client.post(address, first)
    response = as_user(admin).post(address, second | {"result": "Gelukt"})
    assert "Bij wie werkgever → proces; Wat er geprobeerd is Gebeld → Gemaild." in text(response)
    assert f'<a href="{address}" class="button button-small button-secondary" target="_blank"' in (
        response.content.decode()
    )


@pytest.mark.parametrize("moment", ["x", "2026-01-01T00:00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00"])
def test_an_invalid_timestamp_is_refused(coordinator_client, moment):
    address = url(Dossier, "edit", make_dossier(profession="kok").pk)
    response = coordinator_client.post(
        address, form_data(coordinator_client.get(address), profession="lasser", seen_at=moment)
    )
    assert response.status_code == 200
    assert Dossier.objects.get().profession == "kok"


def test_a_user_can_save_twice_in_a_row(coordinator_client):
    dossier = make_dossier()
    address = url(Dossier, "edit", dossier.pk)
    for profession in ("kok", "lasser"):
        assert (
            coordinator_client.post(
                address, form_data(coordinator_client.get(address), profession=profession)
            ).status_code
            == 302
        )
    assert Dossier.objects.get().profession == "lasser"


# Reading


def test_the_form_shows_missing_requirements_their_rules_and_the_suppliers(coordinator_client):
    dossier = make_dossier()
    Supply.objects.create(
        dossier=dossier, organisation=Organisation.objects.named("AZC Luttelgeest"), external_id="P1017"
    )
    page = text(coordinator_client.get(url(Dossier, "edit", dossier.pk)))
    for words in ("datum asielaanvraag onbekend", "Wachttijd na de asielaanvraag", "uwv.nl", "AZC Luttelgeest (P1017)"):
        assert words in page


def test_a_closed_dossier_shows_no_missing_requirements(coordinator_client):
    dossier = make_dossier(status=Status.WITHDRAWN)
    assert (
        "verwachtingengesprek" not in text(coordinator_client.get(url(Dossier, "edit", dossier.pk))).split("Persoon")[0]
    )


def test_the_page_of_a_record_shows_labels_instead_of_codes(coordinator_client, coordinator):
    dossier = make_dossier(
        date_of_birth=date(1990, 3, 12), phone="+31612345678", languages=["ti", "ar"], driving_licence=False,
        work_right="permit_needed", coordinator=coordinator,
    )  # fmt: skip
    coordinator.first_name, coordinator.last_name = "Nel", "Voorbeeld"
    coordinator.save()
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    for words in (
        "12-03-1990",
        "06 12345678",
        "Begeleider Nel Voorbeeld",
        "Arabisch, Tigrinya",
        "Rijbewijs nee",
        "alleen met vergunning",
    ):
        assert words in page
    for code in ("None", "False", "permit_needed", "['ar'"):
        assert code not in page


def test_the_page_of_a_sign_up_shows_its_contact_and_answers(coordinator_client):
    interest = make_sign_up(answers={"Heeft u eerder iemand aangenomen?": "Ja, één keer"})
    page = text(coordinator_client.get(url(EmployerInterest, "inspect", interest.pk)))
    for words in ("Plukkerij Voorbeeld", "0527 000 160", "Heeft u eerder iemand aangenomen?", "Ja, één keer"):
        assert words in page


def test_answers_to_further_questions_are_words_on_the_page_and_in_the_form(coordinator_client):
    answers = {"Nieuwsbrief": True, "Vervoer": False, "Talen": ["Nederlands", "Tigrinya"], "Vanaf": "2026-12-01"}
    interest = make_sign_up(answers=answers)
    for view in ("inspect", "edit"):
        page = text(coordinator_client.get(url(EmployerInterest, view, interest.pk)))
        for words in ("Nieuwsbrief ja", "Vervoer nee", "Talen Nederlands, Tigrinya", "Vanaf 01-12-2026"):
            assert words in page, view


def test_the_page_of_an_interest_shows_its_employer(coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas Zon", city="Ens"))
    page = text(coordinator_client.get(url(EmployerInterest, "inspect", interest.pk)))
    assert "Kas Zon" in page
    assert "Ens" in page


def test_the_page_of_an_interest_starts_with_its_status_and_edit_button(coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Nel", "Voorbeeld"
    coordinator.save()
    interest = make_interest(positions=3, owner=coordinator)
    page = coordinator_client.get(url(EmployerInterest, "inspect", interest.pk))
    assert "nieuw Begeleider: Nel Voorbeeld · 0 van 3 plekken bezet" in text(page)
    assert url(EmployerInterest, "edit", interest.pk) in raw(page)
    EmployerInterest.objects.update(positions=1)
    assert "0 van 1 plek bezet" in text(coordinator_client.get(url(EmployerInterest, "inspect", interest.pk)))


@pytest.mark.parametrize("model", MAKERS)
def test_the_breadcrumbs_lead_from_the_form_to_the_page_and_from_the_page_to_the_list(coordinator_client, model):
    record = MAKERS[model]()
    above = {"inspect": ["list"], "edit": ["list", "inspect"]}
    for page, names in above.items():
        soup = BeautifulSoup(raw(coordinator_client.get(url(model, page, record.pk))), "html.parser")
        links = [link["href"] for link in soup.select(".w-breadcrumbs li a[href^='/']")]
        assert links == [HOME, *(url(model, name, *([record.pk] * (name != "list"))) for name in names)]


def test_a_record_can_not_be_copied(coordinator_client):
    dossier = make_dossier()
    assert coordinator_client.get(f"/beheer/dossiers/copy/{dossier.pk}/").status_code == 404
    assert Dossier.objects.count() == 1


def test_a_list_shows_its_active_filters(coordinator_client, base_data):
    page = text(coordinator_client.get(url(Dossier, "list"), {"without_coordinator": "true"}))
    assert "Zonder actieve begeleider: ja" in page


@pytest.mark.parametrize("ordering", ["family_name", "-family_name", "profession", "-dutch_level"])
def test_people_with_the_same_name_have_a_stable_order(coordinator_client, base_data, ordering):
    for number in range(70):
        make_dossier(given_name=f"Kind{number % 9}", family_name="Haile")
    pages = [
        [
            dossier.pk
            for dossier in coordinator_client.get(url(Dossier, "list"), {"ordering": ordering, "p": page}).context[
                "object_list"
            ]
        ]
        for page in (1, 2)
    ]
    names = dict(Dossier.objects.values_list("pk", "given_name"))
    shown = [*pages[0], *pages[1]]
    assert shown == sorted(names, key=lambda key: (names[key], key))


def test_an_interest_requires_an_employer_unless_it_is_a_sign_up(coordinator_client):
    page = coordinator_client.get(url(EmployerInterest, "add"))
    answer = coordinator_client.post(url(EmployerInterest, "add"), form_data(page, work_description="Plukken"))
    assert "Kies de werkgever" in text(answer) and not EmployerInterest.objects.exists()
    employer = make_employer()
    coordinator_client.post(
        url(EmployerInterest, "add"), form_data(page, work_description="Plukken", employer=employer.pk)
    )
    assert EmployerInterest.objects.get().employer == employer
    sign_up = make_sign_up()
    address = url(EmployerInterest, "edit", sign_up.pk)
    coordinator_client.post(address, form_data(coordinator_client.get(address), work_description="Sorteren"))
    assert EmployerInterest.objects.get(pk=sign_up.pk).work_description == "Sorteren"


def test_the_form_of_a_dossier_does_not_call_it_live(coordinator_client):
    dossier = make_dossier()
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    panel = BeautifulSoup(page.content, "html.parser").select_one("[data-side-panel=status]")
    assert "Live" not in panel.text and " ".join(panel.text.split()).startswith("Status Laatst gewijzigd")
    assert panel.select_one(f'a[href="{url(Dossier, "history", dossier.pk)}"]')


def test_an_organisation_without_numbers_is_named_once_as_supplier(coordinator_client):
    dossier, organisation = make_dossier(), Organisation.objects.named("AZC Luttelgeest")
    for number in ("", "", "P1"):
        Supply.objects.create(organisation=organisation, dossier=dossier, external_id=number)
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "aangeleverd door AZC Luttelgeest, AZC Luttelgeest (P1)" in page


def test_a_new_dossier_proposes_the_coordinator_who_adds_it_and_no_other_user(as_user, coordinator, admin):
    proposed = [
        as_user(user).get(url(Dossier, "add")).context["form"]["coordinator"].value() for user in (coordinator, admin)
    ]
    assert proposed == [coordinator.pk, None]
