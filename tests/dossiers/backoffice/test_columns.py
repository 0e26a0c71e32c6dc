"""Tests of the choice of columns, which is part of the URL for links, paging, order and export."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import (
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    Milestone,
    Placement,
)

from ..models.factories import make_dossier, make_interest
from .pages import queries_of_records, text, url
from .test_exports import rows

LISTS = (Dossier, Placement, EmployerInterest, Employer, FollowUp, Finding, ContactMoment, Expense, Milestone)


def get_headings(response) -> list[str]:
    return [str(column.label) for column in response.context["table"].columns.values()][1:]


def get_values(response, name: str) -> list[str]:
    """Return the values of the form controls with this name; of checkboxes only the ticked ones."""
    page = response.content.decode()
    boxes = re.findall(rf'<input type="checkbox" name="{name}" value="(\w+)" checked', page)
    return boxes or re.findall(rf'name="{name}" value="([\w,]+)"', page)


def test_a_list_shows_the_columns_of_its_url_in_that_order(coordinator_client, coordinator):
    make_dossier(phone="+31612345678", sectors=["Zorg", "Bouw"], languages=["ti", "am"], coordinator=coordinator)
    page = coordinator_client.get(url(Dossier, "list"), {"columns": "sectors,phone,languages,status"})
    assert get_headings(page) == ["Naam", "Sectoren", "Telefoon", "Talen", "Status"]
    for words in ("06 12345678", "Bouw, Zorg", "Amhaars, Tigrinya"):
        assert words in text(page)
    assert "Coordinator" not in text(page).partition("Regel aanvinken")[2]


def test_a_list_without_columns_in_the_url_shows_its_default_columns(coordinator_client):
    make_dossier()
    assert get_headings(coordinator_client.get(url(Dossier, "list")))[:3] == ["Naam", "Referentie", "Status"]


def test_unknown_and_repeated_columns_are_left_out(coordinator_client):
    make_dossier()
    page = coordinator_client.get(url(Dossier, "list"), {"columns": "nergens,phone,full_name,phone,external_id"})
    assert get_headings(page) == ["Naam", "Telefoon"]
    assert get_headings(coordinator_client.get(url(Dossier, "list"), {"columns": "nergens"}))[1] == "Referentie"


def test_pages_order_and_filters_keep_the_columns(coordinator_client):
    for _number in range(60):
        make_dossier(profession="kok", status="intake")
    page = coordinator_client.get(
        url(Dossier, "list"), {"columns": "phone,profession", "status": "intake"}
    ).content.decode()
    assert re.search(r'href="[^"]*columns=phone%2Cprofession[^"]*p=2', page)
    assert re.search(r'href="[^"]*columns=phone%2Cprofession[^"]*ordering=profession', page)
    assert '<input type="hidden" name="columns" value="phone,profession">' in page  # in the form of the filters


def test_the_order_stays_when_its_column_is_removed(coordinator_client):
    make_dossier(profession="kok", given_name="Aron"), make_dossier(profession="bakker", given_name="Bahar")
    page = coordinator_client.get(url(Dossier, "list"), {"columns": "phone", "ordering": "profession"})
    assert [dossier.given_name for dossier in page.context["object_list"]] == ["Bahar", "Aron"]


def test_an_export_of_the_shown_columns_has_those_columns(coordinator_client):
    dossier = make_dossier(phone="+31612345678", profession="kok", sectors=["Zorg"])
    address = url(Dossier, "export", "csv")
    (row,) = rows(coordinator_client.get(address, {"columns": "sectors,phone", "what": "shown"}))
    assert list(row) == ["Referentie", "Naam", "Sectoren", "Telefoon"]
    assert (row["Referentie"], row["Sectoren"], row["Telefoon"]) == (dossier.reference, "Zorg", "06 12345678")
    (all_fields,) = rows(coordinator_client.get(address, {"columns": "sectors,phone", "what": "all"}))
    assert all_fields["Beroep"] == "kok"


def test_a_short_list_is_exported_with_only_the_chosen_columns(coordinator_client):
    Expense.objects.create(category="matching", description="Huur zaal", amount=50, spent_on=timezone.localdate())
    (row,) = rows(coordinator_client.get(url(Expense, "export", "csv"), {"columns": "amount"}))
    assert list(row) == ["Waarvoor", "Bedrag in euro's"]


def make_one_of_each(coordinator) -> None:
    """Create another dossier, interest, employer and placement with everything about them."""
    interest, day = make_interest(owner=coordinator), timezone.localdate()
    dossier = make_dossier(sectors=["Zorg", "Bouw"], languages=["ti"], coordinator=coordinator)
    Placement.objects.create(dossier=dossier, interest=interest, proposed_on=day)
    about = {"dossier": dossier, "employer": interest.employer}
    category = FindingCategory.objects.first()
    Finding.objects.create(category=category, side="process", description="x", noted_by=coordinator, **about)
    ContactMoment.objects.create(text="x", user=coordinator, **about)
    FollowUp.objects.create(text="x", due_on=day, owner=coordinator, done_by=coordinator, **about)
    Expense.objects.create(category="matching", description="x", amount=5, spent_on=day, **about)
    Milestone.objects.create(title="x", planned_on=day)


def test_each_list_with_all_columns_has_a_constant_number_of_queries(coordinator_client, coordinator):
    def count_queries(model) -> int:
        all_columns = ",".join(coordinator_client.get(url(model, "list")).context["view"].available_columns)
        with CaptureQueriesContext(connection) as captured:
            page = coordinator_client.get(url(model, "list"), {"columns": all_columns})
        assert page.status_code == 200
        return len(queries_of_records(captured))

    for _number in range(10):
        make_one_of_each(coordinator)
    count_queries(Dossier)  # what is read once a process
    query_counts = {model: count_queries(model) for model in LISTS}
    for _number in range(90):
        make_one_of_each(coordinator)
    assert {model: count_queries(model) for model in LISTS} == query_counts


def test_columns_of_the_employer_need_permission_to_see_employers(coordinator_client, as_user, make_user):
    make_interest()
    assert "Contactpersoon" in get_headings(
        coordinator_client.get(url(EmployerInterest, "list"), {"columns": "contact_name,status"})
    )
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_employerinterest"]))
    page = as_user(clerk).get(url(EmployerInterest, "list"), {"columns": "contact_name,status"})
    assert get_headings(page) == ["Werkgever", "Status"]


def get_columns_page(coordinator_client, **query):
    return coordinator_client.get("/beheer/lists/dossier/columns/", query)


def test_the_page_of_columns_selects_and_moves_columns(coordinator_client):
    page = get_columns_page(coordinator_client, status="intake", columns="phone,profession,status")
    assert get_values(page, "show") == ["phone", "profession", "status"]
    (order,) = get_values(page, "order")
    moved = get_columns_page(
        coordinator_client, status="intake", order=order, show=["phone", "profession"], up="profession"
    )
    assert get_values(moved, "show") == ["profession", "phone"]
    (order,) = get_values(moved, "order")
    assert order.startswith("profession,phone,status,")
    shown = get_columns_page(coordinator_client, status="intake", order=order, show=["phone", "profession"], use="yes")
    assert shown.url == "/beheer/dossiers/?status=intake&columns=profession%2Cphone"


def test_a_moved_column_keeps_the_focus(coordinator_client):
    (order,) = get_values(get_columns_page(coordinator_client, columns="phone,profession"), "order")
    page = get_columns_page(coordinator_client, order=order, down="phone").content.decode()
    assert re.search(r'name="down" value="phone"[^>]* autofocus', page)
    page = get_columns_page(coordinator_client, order=order, up="profession").content.decode()
    assert re.search(r'name="down" value="profession"[^>]* autofocus', page)


def test_no_selected_columns_show_the_default_columns(coordinator_client):
    address = get_columns_page(coordinator_client, order="phone", use="yes").url
    assert get_headings(coordinator_client.get(address))[1] == "Referentie"


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_the_page_of_columns_is_not_found_without_permission(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get("/beheer/lists/dossier/columns/").status_code == 404
    assert client.get("/beheer/lists/nergens/columns/").status_code == 404
