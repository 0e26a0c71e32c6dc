"""The lists of the backoffice cut off nothing, on a desktop and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from wagtail.snippets.models import get_snippet_models

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import (
    ContactMoment,
    Cost,
    Dossier,
    EmployerInterest,
    Evaluation,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    Milestone,
    Step,
)
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import END_ANIMATIONS, find_broken_words, find_clipped
from tests.dossiers.models.factories import make_dossier, make_interest
from tests.dossiers.models.placements import make_placement, make_ready_dossier, today

LISTS_OF_NO_SNIPPET = ("imports", "evaluations", "merges", "bulk_changes", "access_log", "money", "forgetting")


@pytest.fixture
def full_lists(admin) -> None:
    """One record with long words in each list."""
    admin.first_name, admin.last_name = "Wilhelmina", "Schoonhoven-Zonnestraal"
    admin.save()
    interest = make_interest(owner=admin, work_description="Productiemedewerker champignonkwekerij", start_date=today())
    dossier = make_ready_dossier(
        given_name="Gebreyesus", family_name="Woldemariam", profession="productiemedewerker", coordinator=admin
    )
    make_placement(Step.WORKING, dossier, interest)
    make_dossier(profession="leerkracht basisschool", coordinator=admin)
    Finding.objects.create(
        dossier=dossier,
        category=FindingCategory.objects.get(code="vervoer"),
        side=Finding.Side.EMPLOYER,
        description="De champignonkwekerij ligt te ver weg om te fietsen.",
        noticed_on=today(),
    )
    FollowUp.objects.create(text="Terugbellen over de werkvergunning", due_on=today(), dossier=dossier, owner=admin)
    ContactMoment.objects.create(held_on=today(), text="Over de verblijfsvergunning", dossier=dossier, user=admin)
    Expense.objects.create(
        spent_on=today(), category=Cost.GUIDANCE, description="Taalondersteuning", amount=500, dossier=dossier
    )
    Milestone.objects.create(title="Tussenevaluatie", planned_on=today() + timedelta(days=30))
    Evaluation.objects.create(title="Tussenevaluatie november", begin=today() - timedelta(days=90), end=today())


def get_list_urls() -> list[str]:
    snippets = [model for model in get_snippet_models() if model._meta.app_label == "dossiers"]
    all_columns = ("reference", "date_of_birth", "phone", "email", "location", "languages", "dutch_level", "profession",
                   "education_level", "sectors", "hours_per_week", "notes", "created_at", "changed_at")  # fmt: skip
    dossiers = reverse(Dossier.snippet_viewset.get_url_name("list"))
    return [
        *(reverse(model.snippet_viewset.get_url_name("list")) for model in snippets),
        *(reverse(f"dossiers_{name}") for name in LISTS_OF_NO_SNIPPET),
        f"{dossiers}?{urlencode({'columns': ','.join(all_columns)})}",
    ]


def test_no_list_is_cut_off_on_a_desktop_or_a_phone(
    log_in: Callable[..., Page], admin, full_lists, fits_width: Callable[[Page], bool]
):
    page = log_in(admin)
    for url in get_list_urls():
        assert page.goto(url).ok, url
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(END_ANIMATIONS)  # the menu slides away
            assert fits_width(page), (url, width)
            assert find_clipped(page) == [], (url, width)


def test_the_findings_are_rows_of_a_table_on_a_desktop(log_in, admin, full_lists, live_site):
    page = log_in(admin, reverse(Finding.snippet_viewset.get_url_name("list")), DESK)
    display = page.locator(".listing-frame thead").evaluate("head => getComputedStyle(head).display")
    assert display == "table-header-group"  # that of a card is "block"


def test_on_a_phone_a_row_is_a_card_with_a_label_at_each_value(log_in: Callable[..., Page], admin, full_lists):
    page = log_in(admin, reverse(Dossier.snippet_viewset.get_url_name("list")), PHONE)
    row = page.get_by_role("row").filter(has_text="Gebreyesus Woldemariam")
    value = row.get_by_role("cell", name="Beroep productiemedewerker").bounding_box()
    assert value and value["x"] + value["width"] <= PHONE
    page.get_by_role("link", name="Beroep").click()  # a card has no columns to click on
    page.wait_for_url("**ordering=profession**")
    expect(row).to_be_visible()


def test_a_heading_breaks_no_word_on_a_telephone(log_in, admin, full_lists, live_site):
    interest = EmployerInterest.objects.first()
    page = log_in(admin, reverse("wagtailusers_users:index"), PHONE)
    for address in (page.url, get_record_url(interest)):
        page.goto(address)
        assert find_broken_words(page, ".w-breadcrumbs li:last-child > a") == [], address


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_one_can_do_with_ticked_rows_stays_in_sight(log_in, coordinator, base_data, width):
    for number in range(30):
        make_dossier(given_name=f"Tesfay{number:02}", family_name="Woldu")
    page = log_in(coordinator, reverse(Dossier.snippet_viewset.get_url_name("list")), width)
    change = page.get_by_role("button", name="Wijzigen…")
    page.get_by_text("Tesfay29").scroll_into_view_if_needed()
    expect(change).not_to_be_in_viewport()
    page.get_by_role("checkbox", name="Tesfay29").check()
    expect(page.get_by_text("1 aangevinkt op deze pagina")).to_be_in_viewport()
    change.click()
    expect(page.get_by_role("heading", name="1 dossier")).to_be_visible()


def test_on_a_telephone_the_heading_leaves_the_screen_to_the_list(log_in, coordinator, full_lists, live_site):
    page = log_in(coordinator, reverse(Dossier.snippet_viewset.get_url_name("list")), PHONE)
    heading = page.locator(".w-slim-header")
    expect(heading).to_be_in_viewport()
    page.get_by_role("row").last.scroll_into_view_if_needed()
    page.locator("#main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(heading).not_to_be_in_viewport()


def test_ten_filters_are_seen_without_scrolling_on_a_desktop(log_in, coordinator, full_lists, live_site):
    page = log_in(coordinator, reverse(Dossier.snippet_viewset.get_url_name("list")))
    page.get_by_role("button", name="Toon filters").click()
    expect(page.locator(".w-drilldown__toggle").nth(9)).to_be_in_viewport()
