"""Users without permission to see people find nobody at any URL."""

from datetime import date

import pytest
from django.urls import reverse

from dossiers.models import Dossier, Employer, EmployerInterest, Organisation, Placement, Supply

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from .pages import raw, url

SECRETS = ("Selamawit", "Hailemariam", "12-03-1990", "12 maart 1990", "Geheime Kas", "Geheime Plukkerij", "Geheim Werk")
PAGES = ("edit", "inspect", "history", "history_results", "usage", "delete")
MENU = [f"/beheer/{part}/" for part in ("dossiers", "placements", "interests", "employers", "imports")]
OTHERS = ["partner", "editor", "reader"]


@pytest.fixture
def records(base_data):
    dossier = make_dossier(given_name="Selamawit", family_name="Hailemariam", date_of_birth=date(1990, 3, 12))
    azc = Organisation.objects.named("AZC Luttelgeest")
    Supply.objects.create(dossier=dossier, organisation=azc, external_id="P1017")
    employer = make_employer(company_name="Geheime Kas")
    interest = make_interest(employer=employer, work_description="Geheim Werk")
    make_sign_up(given={"company_name": "Geheime Plukkerij"})
    placement = Placement.objects.create(dossier=dossier, interest=interest)
    return {Dossier: dossier, Employer: employer, EmployerInterest: interest, Placement: placement}


@pytest.fixture
def deletable_records(records) -> dict:
    """Records without work on them, so that their deletion page shows more than a refusal."""
    dossier = make_dossier(given_name="Selamawit", family_name="Hailemariam", date_of_birth=date(1991, 4, 13))
    employer = make_employer(company_name="Geheime Kas", email="info@example.org")
    interest = make_interest(employer=records[Employer], work_description="Geheim Werk")
    return {Dossier: dossier, Employer: employer, EmployerInterest: interest, Placement: records[Placement]}


def page_urls(records, deletable_records) -> list[str]:
    """Return the URLs of every page of the viewsets and their choosers."""
    urls = [url(model, "delete", record.pk) for model, record in deletable_records.items()]
    for model, record in records.items():
        name = model._meta.model_name
        chooser = f"wagtailsnippetchoosers_dossiers_{name}"
        urls += [url(model, page) for page in ("list", "list_results", "add")]
        urls += [url(model, page, record.pk) for page in PAGES]
        urls += [url(model, "export", format) for format in ("xlsx", "csv", "ods", "json")]
        urls += [f"{url(model, 'list')}?export={format}" for format in ("xlsx", "csv")]
        urls += [reverse(f"{chooser}:{page}") for page in ("choose", "choose_results", "create")]
        urls += [f"{reverse(f'{chooser}:choose_results')}?q=geheim", f"{reverse(f'{chooser}:choose')}?q=selam"]
        urls += [reverse(f"{chooser}:chosen", args=[record.pk])]
        urls += [f"{reverse(f'{chooser}:chosen_multiple')}?id={record.pk}"]
        urls += [f"{reverse('wagtail_bulk_action', args=['dossiers', name, 'delete'])}?id={record.pk}"]
        urls += [reverse("wagtailadmin_editing_sessions:ping", args=["dossiers", name, record.pk, 1])]
    urls += [reverse("wagtailsnippets:index"), reverse("wagtailadmin_reports:site_history"), "/beheer/"]
    urls += [f"/beheer/pages/search/?q={word}" for word in ("Selamaw", "Geheim")]  # the page repeats the word
    urls += [reverse("dossiers_imports"), reverse("dossiers_import_upload", args=["dossiers"])]
    return urls


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_shows_a_name_to_unauthorized_users(records, deletable_records, as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    for address in page_urls(records, deletable_records):
        for response in (client.get(address), client.post(address)):
            page = raw(response)
            assert response.status_code < 500, address
            assert [secret for secret in SECRETS if secret in page] == [], address


def test_the_same_pages_show_names_to_a_coordinator(records, deletable_records, coordinator_client):
    """Prove that the test above does not pass because the pages are empty for everyone."""
    pages = {address: raw(coordinator_client.get(address)) for address in page_urls(records, deletable_records)}
    urls_with_names = [address for address, page in pages.items() if any(secret in page for secret in SECRETS)]
    for model, record in records.items():
        for page in ("list", "list_results"):
            assert url(model, page) in urls_with_names
        for page in ("edit", "inspect", "history", "usage"):
            assert url(model, page, record.pk) in urls_with_names
        assert url(model, "delete", deletable_records[model].pk) in urls_with_names
        assert url(model, "export", "csv") in urls_with_names
    choosers = [address for address in urls_with_names if "/choose/" in address]
    assert any("chosen-multiple" in address for address in choosers)
    assert any("/results/" in address for address in choosers)


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("model", [Dossier, Employer, EmployerInterest, Placement])
def test_unauthorized_users_are_refused_and_change_nothing(records, as_user, request, role, model):
    client = as_user(request.getfixturevalue(role))
    before = list(model.objects.order_by("pk").values())
    for page in PAGES:
        response = client.post(url(model, page, records[model].pk), {"given_name": "Anders"})
        assert response.status_code in (302, 403, 404), page
        assert response.status_code != 302 or response.url == "/beheer/", "sent home, not on"
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("role", OTHERS)
def test_the_menu_of_other_users_has_no_links_to_records(as_user, request, role):
    page = raw(as_user(request.getfixturevalue(role)).get("/beheer/"))
    for path in MENU:
        assert path not in page


def test_the_menu_of_a_coordinator_has_all_links(coordinator_client):
    page = raw(coordinator_client.get("/beheer/"))
    for path in (*MENU, "/beheer/actions/", "/beheer/reports/", "/beheer/settings/"):
        assert path in page


def test_anonymous_users_are_redirected_to_the_login(records, deletable_records, client):
    for address in page_urls(records, deletable_records):
        response = client.get(address)
        assert response.status_code in (302, 403), address
        assert response.status_code == 403 or response.url.startswith("/inloggen/"), address


def test_a_chooser_offers_only_visible_records(coordinator_client, base_data):
    hidden = make_sign_up(status="unconfirmed", given={"company_name": "Nooit Bevestigd"})
    chooser = "wagtailsnippetchoosers_dossiers_employerinterest"
    assert coordinator_client.get(reverse(f"{chooser}:chosen", args=[hidden.pk])).status_code == 404
    page = raw(coordinator_client.get(f"{reverse(f'{chooser}:chosen_multiple')}?id={hidden.pk}"))
    assert hidden.reference not in page
    assert hidden.reference not in raw(coordinator_client.get(reverse(f"{chooser}:choose")))


def test_a_chooser_finds_an_employer_by_a_word(coordinator_client):
    matching_employer, other_employer = (
        make_employer(company_name="Kas Zon"),
        make_employer(company_name="Bakker", email="b@example.org"),
    )
    chooser = "wagtailsnippetchoosers_dossiers_employer:choose_results"
    page = raw(coordinator_client.get(reverse(chooser), {"q": "kas"}))
    assert matching_employer.company_name in page
    assert other_employer.company_name not in page
