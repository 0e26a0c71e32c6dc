"""The breadcrumbs of a record's pages lead back to the list that one came from, with its search, filters and page."""

from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from dossiers.backoffice.activity.subjects import get_talk_url
from dossiers.models import Dossier, Employer, EmployerInterest, Placement

from ..models.factories import make_employer, make_interest
from ..models.placements import make_placement, make_ready_dossier, today
from .pages import form_data, url

MODELS = (Dossier, Employer, EmployerInterest, Placement)
QUERY = "q=selam&archive=also&ordering=-changed_at"


@pytest.fixture
def placement(base_data: None) -> Placement:
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile")
    employer = make_employer(company_name="Selam Kassen")
    return make_placement(dossier=dossier, interest=make_interest(employer=employer))


def find_record(placement: Placement, model: type) -> Any:
    records = {type(record): record for record in (placement, placement.dossier, placement.interest)}
    return (records | {Employer: placement.interest.employer})[model]


def read_links(client: Client, address: str, selector: str = "a[href]") -> list[str]:
    page = client.get(address)
    assert page.status_code == 200, address
    return [str(link["href"]) for link in BeautifulSoup(page.content, "html.parser").select(selector)]


def read_breadcrumbs(client: Client, address: str) -> list[str]:
    return read_links(client, address, ".w-breadcrumbs a[href]")


@pytest.mark.parametrize("model", MODELS)
def test_the_page_and_the_form_of_a_record_lead_back_to_the_filtered_list(coordinator_client, placement, model) -> None:
    filtered = f"{url(model, 'list')}?{QUERY}"
    page, form = (url(model, name, find_record(placement, model).pk) for name in ("inspect", "edit"))
    opened = next(link for link in read_links(coordinator_client, filtered) if link.startswith(page))
    assert filtered in read_breadcrumbs(coordinator_client, opened)
    changing = next(link for link in read_links(coordinator_client, opened) if link.startswith(form))
    assert {filtered, opened} <= {*read_breadcrumbs(coordinator_client, changing)}


@pytest.mark.parametrize("model", MODELS)
def test_without_a_filter_the_breadcrumbs_lead_to_the_whole_list(coordinator_client, placement, model) -> None:
    page = url(model, "inspect", find_record(placement, model).pk)
    assert page in read_links(coordinator_client, url(model, "list"))
    assert url(model, "list") in read_breadcrumbs(coordinator_client, page)


def test_who_changes_a_record_comes_back_to_its_page_and_from_there_to_the_list(coordinator_client, placement) -> None:
    origin = urlencode({"list": QUERY})
    for model in (Dossier, EmployerInterest):
        record = find_record(placement, model)
        form = coordinator_client.get(f"{url(model, 'edit', record.pk)}?{origin}")
        saved = coordinator_client.post(form.context["action_url"], form_data(form, notes="Gebeld"))
        assert saved.url == f"{url(model, 'inspect', record.pk)}?{origin}", model


def test_who_records_a_talk_comes_back_to_the_page_and_from_there_to_the_list(coordinator_client, placement) -> None:
    origin = urlencode({"list": QUERY})
    page = f"{url(Dossier, 'inspect', placement.dossier.pk)}?{origin}"
    talk = f"{get_talk_url(placement.dossier)}?{origin}"
    assert talk in read_links(coordinator_client, page)
    assert {page, f"{url(Dossier, 'list')}?{QUERY}"} <= {*read_breadcrumbs(coordinator_client, talk)}
    form = coordinator_client.get(talk)
    assert coordinator_client.post(talk, form_data(form, kind="call", text="Gebeld")).url == page


def test_who_records_an_agreement_comes_back_to_the_page_and_from_there_to_the_list(
    coordinator_client, placement
) -> None:
    page = f"{url(Placement, 'inspect', placement.pk)}?{urlencode({'list': QUERY})}"
    agreed = coordinator_client.get(page).context["urls"]["agreed"]
    data = {"day": f"{today():%d-%m-%Y}", "seen_at": placement.changed_at.isoformat()}
    assert coordinator_client.post(agreed, data).url == page


@pytest.mark.parametrize("origin", ["https://elders.example/", "//elders.example", "javascript:alert(1)", "q=a#//b"])
def test_the_breadcrumbs_lead_to_no_other_address_than_the_list(coordinator_client, placement, origin) -> None:
    record = placement.dossier
    for page in (*(url(Dossier, name, record.pk) for name in ("inspect", "edit")), get_talk_url(record)):
        crumbs = read_breadcrumbs(coordinator_client, f"{page}?{urlencode({'list': origin})}")
        assert crumbs[1].partition("?")[0] == url(Dossier, "list")
        assert not any("//" in crumb or "#" in crumb or "script:" in crumb for crumb in crumbs), crumbs


def test_a_query_string_too_long_for_a_link_is_left_out(coordinator_client, placement) -> None:
    page = url(Dossier, "inspect", placement.dossier.pk)
    ticked = f"{url(Dossier, 'list')}?id={placement.dossier.pk}{'&id=1' * 1_000}"
    assert page in read_links(coordinator_client, ticked)
