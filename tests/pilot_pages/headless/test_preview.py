"""Previews of drafts in another front end, which loads them with a token."""

import html
import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from pilot_pages.headless import drafts
from pilot_pages.models import GuidancePage, HomePage, SignUpPage, SignUpQuestion
from pilot_pages.sign_up.emails import PREVIEWS

FRONT_END_URL = "https://www.example.nl/preview"
DRAFT = "Zo wordt het"


@pytest.fixture(autouse=True)
def front_end(settings) -> None:
    settings.HEADLESS_PREVIEW_URL = FRONT_END_URL


@pytest.fixture
def page(content: SignUpPage) -> GuidancePage:
    """A page with unsaved changes, as in the form of an editor."""
    page = GuidancePage.objects.get(slug="privacy")
    page.title = DRAFT
    return page


def preview_query(page) -> dict[str, str]:
    """Return the query parameters that the preview passes to the other front end."""
    shown = page.make_preview_request(preview_mode="headless").content.decode()
    address = html.unescape(re.search(r'<iframe src="([^"]+)"', shown)[1])
    assert address.startswith(FRONT_END_URL + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_preview_page_may_only_frame_the_other_front_end(page: GuidancePage) -> None:
    policy = page.make_preview_request(preview_mode="headless").headers["Content-Security-Policy"]
    assert "frame-src https://www.example.nl" in policy.split("; ")
    assert "frame-src" not in page.make_preview_request(preview_mode="").headers["Content-Security-Policy"]


def test_a_draft_has_the_fields_of_a_published_page(client: Client, page: GuidancePage) -> None:
    response = client.get("/api/v2/page_preview/", preview_query(page))
    draft, published = response.json(), client.get(f"/api/v2/pages/{page.pk}/").json()
    assert draft["title"] == DRAFT
    assert published["title"] != DRAFT
    assert draft["meta"].pop("card") is None
    assert published["meta"].pop("card")["alt"] == published["title"]
    for data in (draft, published):  # a draft keeps milliseconds only
        del data["meta"]["first_published_at"], data["meta"]["last_published_at"]
    assert {**draft, "title": published["title"]} == published


def test_a_client_can_choose_the_fields_of_a_draft(client: Client, page: GuidancePage) -> None:
    data = client.get("/api/v2/page_preview/", preview_query(page) | {"fields": "_,title"}).json()
    assert data == {"title": DRAFT}


def test_a_draft_is_not_cached(client: Client, page: GuidancePage) -> None:
    response = client.get("/api/v2/page_preview/", preview_query(page))
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response


def test_a_page_that_was_never_saved_can_be_previewed(client: Client, content: SignUpPage) -> None:
    home = HomePage.objects.get()
    new = GuidancePage(title=DRAFT, slug="nieuw", intro="Kort.", locale=home.locale)
    new.depth, new.path = home.depth + 1, home.get_last_child()._inc_path()
    new.set_url_path(home)
    answer = client.get("/api/v2/page_preview/", preview_query(new)).json()
    assert (answer["id"], answer["title"], answer["meta"]["detail_url"]) == (None, DRAFT, None)
    assert answer["meta"]["parent"]["id"] == home.pk


def test_a_draft_contains_unsaved_questions(client: Client, content: SignUpPage) -> None:
    content.form_fields.add(SignUpQuestion(label="Vervoer", field_type="singleline", sort_order=1))
    answer = client.get("/api/v2/page_preview/", preview_query(content)).json()
    assert [question["label"] for question in answer["form_fields"]] == ["Vervoer"]


def test_two_editors_do_not_see_each_others_draft(client: Client, page: GuidancePage) -> None:
    mine = preview_query(page)
    page.title = "Van een ander"
    preview_query(page)
    assert client.get("/api/v2/page_preview/", mine).json()["title"] == DRAFT


@pytest.mark.parametrize(
    "changed",
    [
        {"token": "onzin"},
        {"token": ""},
        {"token": signing.dumps(["pilot_pages.guidancepage", "x"], salt="elsewhere")},
        {"token": signing.dumps(["pilot_pages.guidancepage", "x"], salt=drafts.SALT)},
        {"content_type": "pilot_pages.homepage"},
        {"content_type": "auth.user"},
    ],
)
def test_a_wrong_token_is_not_found(client: Client, page: GuidancePage, changed: dict[str, str]) -> None:
    assert client.get("/api/v2/page_preview/", preview_query(page) | changed).status_code == 404


def test_a_token_is_valid_for_an_hour(client: Client, page: GuidancePage, monkeypatch) -> None:
    query = preview_query(page)
    then = datetime.now().timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: then + 3590)
    assert client.get("/api/v2/page_preview/", query).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: then + 3605)
    assert client.get("/api/v2/page_preview/", query).status_code == 404


def test_the_draft_itself_expires_after_an_hour(page: GuidancePage) -> None:
    assert drafts.LIFETIME.total_seconds() == 3600
    token = drafts.store_draft(page)
    cache.clear()
    assert drafts.find_draft("pilot_pages.guidancepage", token) is None


def test_there_is_no_preview_mode_without_a_front_end(page: GuidancePage, content: SignUpPage, settings) -> None:
    assert [name for name, _label in page.preview_modes] == ["", "headless"]
    assert [name for name, _label in content.preview_modes] == ["form", "sent", *PREVIEWS, "headless"]
    settings.HEADLESS_PREVIEW_URL = ""
    assert [name for name, _label in page.preview_modes] == [""]
    assert page.default_preview_mode == ""


def test_the_editor_can_choose_the_preview_mode(admin_client, page: GuidancePage) -> None:
    assert 'value="headless"' in admin_client.get(f"/beheer/pages/{page.pk}/edit/").content.decode()
