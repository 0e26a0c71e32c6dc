"""Requests that no page of the site makes are refused with a 400 or 404, on each database alike."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.home import HomeView
from wagtail.models import Page, Workflow

from dossiers.models import CandidateLanguage, FollowUp
from dossiers.models.candidate_page.languages import get_languages
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import text

pytestmark = pytest.mark.usefixtures("base_data")
BULK_ACTIONS = [("auth", "user", "assign_role"), ("dossiers", "followup", "delete")]


@pytest.fixture
def browser(admin) -> LoggedIn:
    browser = LoggedIn()
    browser.force_login(admin)
    return browser


@pytest.mark.parametrize("path", ["/beheer/dossiers/?q=%00", "/beheer/?%00=1"])
def test_a_nul_character_in_the_query_gets_a_400(browser: LoggedIn, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 400
    assert "Het adres is te lang of bevat een ongeldig teken." in text(response)


@pytest.mark.parametrize("path", ["/x%00y/", "/beheer/%00/", "/mijn-gegevens/%00/", "/documenten/1/%00"])
def test_a_nul_character_in_the_path_gets_a_404(browser: LoggedIn, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "-1", "0", "9" * 30, "1.5"])
def test_an_invalid_page_number_gets_a_404(browser: LoggedIn, wrong: str) -> None:
    pk = Workflow.objects.get_or_create(name="Redactie")[0].pk
    address = reverse("wagtailadmin_workflows:edit", args=[pk])
    assert browser.get(address).status_code == 200
    assert browser.get(f"{address}?p={wrong}").status_code == 404


@pytest.mark.parametrize("wrong", ["x", "-1", "", "1&id=x", "9" * 30])
@pytest.mark.parametrize(("app", "model", "action"), BULK_ACTIONS)
def test_a_bulk_action_refuses_an_invalid_id(browser: LoggedIn, app: str, model: str, action: str, wrong: str) -> None:
    FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    address = reverse("wagtail_bulk_action", args=[app, model, action])
    assert browser.get(f"{address}?id={wrong}").status_code in (302, 404)
    assert browser.post(f"{address}?id={wrong}").status_code in (302, 404)
    assert FollowUp.objects.exists()


@pytest.mark.parametrize("wrong", ["9" * 30, "9223372036854775807", "9" * 5000])
def test_the_read_api_refuses_an_offset_out_of_range(client: Client, wrong: str) -> None:
    response = client.get(f"/api/v2/pages/?offset={wrong}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_the_backoffice_allows_only_get_and_post(browser: LoggedIn, method: str) -> None:
    for address in ("/beheer/", reverse("wagtailadmin_pages:copy", args=[Page.objects.get(depth=2).pk])):
        response = getattr(browser, method)(address)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


INVALID_FORMS = [
    ("wagtailadmin_choose_page_external_link", {}, 400),
    ("wagtailadmin_pages:copy", {}, 400),
    ("wagtailadmin_pages:copy", {"new_parent_page": "x"}, 400),
    ("wagtailadmin_pages:edit", {"overwrite_revision_id": "x"}, 400),
    ("wagtailadmin_pages:edit", {"workflow-action-extra-data": "x"}, 400),
    ("wagtailadmin_pages:edit", {"workflow-action-extra-data": "[]"}, 400),
    ("wagtailadmin_pages:copy", {"new_title": "x", "new_slug": "x", "new_parent_page": "9" * 30}, 400),
    ("wagtailadmin_pages:copy", {"new_title": "x", "new_slug": "x", "new_parent_page": "9" * 9}, 404),
    ("wagtailadmin_pages:copy", {"new_title": "a\0b"}, 400),
    ("wagtailadmin_pages:delete", {"next": "9" * 30}, 400),
    ("wagtailadmin_pages:delete", {"next": "nergens"}, 400),
    ("dossiers_settle", {"back": "9" * 30}, 400),
]


@pytest.mark.parametrize(("name", "data", "status"), INVALID_FORMS)
def test_an_invalid_form_is_refused(browser: LoggedIn, name: str, data: dict[str, str], status: int) -> None:
    action = FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    page = Page.objects.get(depth=2).add_child(instance=Page(title="Kopie", slug="kopie"))
    args = {"wagtailadmin_choose_page_external_link": [], "dossiers_settle": [action.pk]}.get(name, [page.pk])
    with transaction.atomic():
        assert browser.post(reverse(name, args=args), data).status_code == status
        transaction.set_rollback(True)
    assert Page.objects.filter(title="Kopie").count() == 1
    assert not FollowUp.objects.get().is_done


def test_a_redirect_to_a_url_is_followed(browser: LoggedIn) -> None:
    action = FollowUp.objects.create(text="Bellen", due_on="2030-01-01")
    response = browser.post(reverse("dossiers_settle", args=[action.pk]), {"back": "/beheer/"})
    assert (response.status_code, response.url) == (302, "/beheer/")


@pytest.mark.parametrize("path", [
    "dossiers/?sectors=" + "9" * 30, "placements/board/?coordinator=" + "9" * 30, "pages/?content_type=" + "9" * 30,
    "access-log/?at_from=0001-01-01", "snippets/choose/dossiers/dossier/chosen-multiple/?id=x",
    "snippets/choose/dossiers/dossier/chosen-multiple/?id=" + "9" * 30, "choose-page/?target_pages[]=x",
    "images/chooser/chosen-multiple/?id=x", "documents/chooser/chosen-multiple/?id=x",
    "images/chooser/chosen/x/", "documents/chooser/chosen/x/", "snippets/choose/dossiers/sector/chosen/_2D/",
    "choose-external-link/?parent_page_id=x",
    "api/main/pages/?offset=" + "9" * 30, "api/main/images/?offset=" + "9" * 30,
])  # fmt: skip
def test_an_invalid_number_or_date_causes_no_server_error(browser: LoggedIn, path: str) -> None:
    with transaction.atomic():
        assert browser.get(f"/beheer/{path}").status_code in (200, 400, 404)
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", ["contactmoment", "dossier"])
def test_a_chooser_can_be_searched(browser: LoggedIn, model: str) -> None:
    for part in ("", "results/"):
        assert browser.get(f"/beheer/snippets/choose/dossiers/{model}/{part}?q=Selam").status_code == 200


def test_an_editing_session_without_a_valid_id_is_refused(browser: LoggedIn) -> None:
    address = reverse("wagtailadmin_editing_sessions:ping", args=["dossiers", "dossier", "x", 1])
    assert browser.post(address).status_code == 404


def test_a_translation_is_not_approved_under_a_name_with_a_nul_character(browser: LoggedIn) -> None:
    form = {
        "code": "ar",
        "mark": next(language.mark for language in get_languages() if language.code == "ar"),
        "ar-name": "An\0",
    }
    assert browser.post(reverse("dossiers_candidate_languages"), form).status_code == 400
    assert not CandidateLanguage.objects.exclude(approved_by="").filter(code="ar").exists()


@pytest.mark.parametrize("path", ["/beheer/dossiers/?q=", "/beheer/?"])
def test_a_very_long_parameter_is_refused(browser: LoggedIn, path: str) -> None:
    assert browser.get(path + "x" * 10_000).status_code == 200
    response = browser.get(f"{path}{'x=' if path.endswith('?') else ''}{'x' * 60_000}")
    assert response.status_code == 400
    assert "Dit konden wij niet lezen" in text(response)


@pytest.mark.parametrize("bug", [AttributeError, KeyError, ValueError])
@pytest.mark.parametrize("query", ["", "?q=x"])
def test_an_exception_in_a_wagtail_view_is_not_hidden(
    browser: LoggedIn, monkeypatch: pytest.MonkeyPatch, bug: type[Exception], query: str
) -> None:
    def raise_bug(*_args: object, **_kwargs: object) -> None:
        raise bug("bug")

    monkeypatch.setattr(HomeView, "get_context_data", raise_bug)
    with pytest.raises(bug, match="bug"):
        browser.get(f"/beheer/{query}")
