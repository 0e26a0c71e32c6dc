"""Addresses that no page of ours leads to are refused politely, on each database alike."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.home import HomeView
from wagtail.models import Page, Workflow

from dossiers.models import CandidateLanguage, FollowUp
from dossiers.models.candidate_page.languages import languages
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import text

pytestmark = pytest.mark.usefixtures("base_data")
TICKS = [("auth", "user", "assign_role"), ("dossiers", "followup", "delete")]


@pytest.fixture
def browser(admin) -> LoggedIn:
    found = LoggedIn()
    found.force_login(admin)
    return found


@pytest.mark.parametrize("path", ["/beheer/dossiers/?q=%00", "/beheer/?%00=1"])
def test_a_character_that_is_no_text_is_told(browser: LoggedIn, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 400
    assert "Het adres is te lang of bevat een teken dat geen tekst is." in text(response)


@pytest.mark.parametrize("path", ["/x%00y/", "/beheer/%00/", "/mijn-gegevens/%00/", "/documenten/1/%00"])
def test_there_is_no_page_of_such_a_name(browser: LoggedIn, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "-1", "0", "9" * 30, "1.5"])
def test_a_page_of_a_list_that_can_not_be_is_not_there(browser: LoggedIn, wrong: str) -> None:
    pk = Workflow.objects.get_or_create(name="Redactie")[0].pk
    address = reverse("wagtailadmin_workflows:edit", args=[pk])
    assert browser.get(address).status_code == 200
    assert browser.get(f"{address}?p={wrong}").status_code == 404


@pytest.mark.parametrize("wrong", ["x", "-1", "", "1&id=x", "9" * 30])
@pytest.mark.parametrize(("app", "model", "action"), TICKS)
def test_what_is_ticked_has_a_number(browser: LoggedIn, app: str, model: str, action: str, wrong: str) -> None:
    FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    address = reverse("wagtail_bulk_action", args=[app, model, action])
    assert browser.get(f"{address}?id={wrong}").status_code in (302, 404)
    assert browser.post(f"{address}?id={wrong}").status_code in (302, 404)
    assert FollowUp.objects.exists()


@pytest.mark.parametrize("wrong", ["9" * 30, "9223372036854775807", "9" * 5000])
def test_the_read_api_takes_no_offset_that_no_database_has(client: Client, wrong: str) -> None:
    response = client.get(f"/api/v2/pages/?offset={wrong}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_the_backoffice_is_only_read_and_filled_in(browser: LoggedIn, method: str) -> None:
    for address in ("/beheer/", reverse("wagtailadmin_pages:copy", args=[Page.objects.get(depth=2).pk])):
        response = getattr(browser, method)(address)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_a_form_of_wagtail_without_its_fields_is_told(browser: LoggedIn) -> None:
    root = Page.objects.get(depth=2)
    page = root.add_child(instance=Page(title="Kopie", slug="kopie"))
    response = browser.post(reverse("wagtailadmin_pages:copy", args=[page.pk]))
    assert response.status_code in (200, 400)


ODD = [
    ("wagtailadmin_choose_page_external_link", {}, 400),
    ("wagtailadmin_pages:copy", {"new_title": "x", "new_slug": "x", "new_parent_page": "9" * 30}, 404),
    ("wagtailadmin_pages:copy", {"new_title": "a\0b"}, 400),
    ("wagtailadmin_pages:delete", {"next": "9" * 30}, 400),
    ("wagtailadmin_pages:delete", {"next": "nergens"}, 400),
    ("dossiers_settle", {"back": "9" * 30}, 400),
]


@pytest.mark.parametrize(("name", "given", "status"), ODD)
def test_what_no_form_sends_is_refused(browser: LoggedIn, name: str, given: dict[str, str], status: int) -> None:
    action = FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    page = Page.objects.get(depth=2).add_child(instance=Page(title="Kopie", slug="kopie"))
    args = {"wagtailadmin_choose_page_external_link": [], "dossiers_settle": [action.pk]}.get(name, [page.pk])
    with transaction.atomic():
        assert browser.post(reverse(name, args=args), given).status_code == status
        transaction.set_rollback(True)
    assert Page.objects.filter(title="Kopie").count() == 1
    assert not FollowUp.objects.get().is_done


def test_a_way_back_to_a_page_is_followed(browser: LoggedIn) -> None:
    action = FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    response = browser.post(reverse("dossiers_settle", args=[action.pk]), {"back": "/beheer/"})
    assert (response.status_code, response.url) == (302, "/beheer/")


@pytest.mark.parametrize("path", [
    "dossiers/?sectors=" + "9" * 30, "placements/board/?coordinator=" + "9" * 30, "pages/?content_type=" + "9" * 30,
    "looks/?at_from=0001-01-01", "snippets/choose/dossiers/dossier/chosen-multiple/?id=x",
    "snippets/choose/dossiers/dossier/chosen-multiple/?id=" + "9" * 30,
])  # fmt: skip
def test_a_number_or_a_day_that_no_database_has_is_refused(browser: LoggedIn, path: str) -> None:
    with transaction.atomic():
        assert browser.get(f"/beheer/{path}").status_code in (200, 400, 404)
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", ["contactmoment", "dossier"])
def test_records_are_chosen_by_a_word_or_all_are_shown(browser: LoggedIn, model: str) -> None:
    for part in ("", "results/"):
        assert browser.get(f"/beheer/snippets/choose/dossiers/{model}/{part}?q=Selam").status_code == 200


def test_nobody_of_an_unreadable_name_checked_a_translation(browser: LoggedIn) -> None:
    form = {"code": "ar", "mark": next(one.mark for one in languages() if one.code == "ar"), "name": "An\0"}
    assert browser.post(reverse("dossiers_candidate_languages"), form).status_code == 400
    assert not CandidateLanguage.objects.exclude(approved_by="").filter(code="ar").exists()


@pytest.mark.parametrize("path", ["/beheer/dossiers/?q=", "/beheer/?"])
def test_a_word_that_is_far_too_long_is_refused(browser: LoggedIn, path: str) -> None:
    assert browser.get(path + "x" * 10_000).status_code == 200
    response = browser.get(f"{path}{'x=' if path.endswith('?') else ''}{'x' * 60_000}")
    assert response.status_code == 400
    assert "Dit konden wij niet lezen" in text(response)


def test_a_page_that_breaks_without_being_asked_anything_is_a_fault_of_ours(
    browser: LoggedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(HomeView, "get_context_data", broken)
    with pytest.raises(ValueError, match="ours"):
        browser.get("/beheer/")
    assert browser.get("/beheer/?q=odd").status_code == 400
