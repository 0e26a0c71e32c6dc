"""The endpoints of pages: the list, the detail and the search by path."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from pilot_pages.models import GuidancePage, HomePage, SignUpPage
from tests.pilot_pages.read_api.pages import get, publish_english

HIDDEN = "Nog niet te lezen"


@pytest.fixture
def hidden(content: SignUpPage) -> GuidancePage:
    """An unpublished page to which other pages still link."""
    page = GuidancePage.objects.get(slug="kosten-en-loon")
    page.title = HIDDEN
    page.save()
    HomePage.objects.update(second_page=page)
    GuidancePage.objects.filter(slug="privacy").update(next_page=page)
    page.unpublish()
    return page


def test_a_page_has_its_url_its_path_and_its_ancestors(client: Client, content: SignUpPage) -> None:
    page = get(client, f"pages/{GuidancePage.objects.get(slug='kosten-en-loon').pk}/")
    assert page["meta"]["html_url"] == "http://testserver/voor-werkgevers/kosten-en-loon/"
    assert page["meta"]["url"] == "/voor-werkgevers/kosten-en-loon/"
    assert [above["url"] for above in page["meta"]["breadcrumbs"]] == ["/", "/voor-werkgevers/"]
    assert page["meta"]["parent"] == page["meta"]["breadcrumbs"][-1]
    card = page["meta"]["card"]
    assert f'content="{card["url"]}"' in client.get(page["meta"]["url"]).content.decode()
    assert (card["width"], card["height"], card["alt"]) == (1200, 630, page["title"])
    assert set(page["meta"]["parent"]) == {"id", "title", "label", "html_url", "url", "locale"}
    assert page["meta"]["locale"] == "nl"


def test_a_page_of_another_page_type_has_no_card(client: Client, content: SignUpPage) -> None:
    page = HomePage.objects.get().add_child(instance=Page(title="Gewoon", slug="gewoon"))
    assert get(client, f"pages/{page.pk}/")["meta"]["card"] is None


def test_buttons_have_the_title_and_url_of_their_page(client: Client, content: SignUpPage) -> None:
    home = get(client, f"pages/{HomePage.objects.get().pk}/")
    assert home["second_page"]["url"] == "/aanmelden/"
    assert home["first_page"]["title"] == HomePage.objects.get().first_page.title
    assert home["drawing_svg"].startswith("<svg")


def test_the_default_next_step_is_the_sign_up_page(client: Client, content: SignUpPage) -> None:
    privacy = GuidancePage.objects.filter(slug="privacy")
    privacy.update(next_page=None)
    page = get(client, f"pages/{privacy.get().pk}/")
    assert (page["next_page"], page["next_step"]) == (None, None), "its words are of the page that was chosen"
    privacy.update(next_heading="", next_text="", next_label="")
    page = get(client, f"pages/{privacy.get().pk}/")
    assert (page["next_page"], page["next_step"]["url"]) == (None, "/aanmelden/")


def test_a_page_lists_its_related_pages(client: Client, content: SignUpPage) -> None:
    page = get(client, f"pages/{GuidancePage.objects.get(slug='kosten-en-loon').pk}/")
    assert {"/voor-werkgevers/kosten-en-loon/", "/voor-werkgevers/in-stappen/"} <= {
        related_page["url"] for related_page in page["related"]
    }


def test_references_to_a_page_have_its_short_title(client: Client, content: SignUpPage) -> None:
    page = get(client, f"pages/{GuidancePage.objects.get(slug='kosten-en-loon').pk}/")
    [steps] = [
        related_page for related_page in page["related"] if related_page["url"] == "/voor-werkgevers/in-stappen/"
    ]
    assert steps["label"] == "In stappen" != steps["title"]
    GuidancePage.objects.filter(slug="in-stappen").update(menu_title="")
    [steps] = [
        related_page
        for related_page in get(client, f"pages/{page['id']}/")["related"]
        if related_page["id"] == steps["id"]
    ]
    assert steps["label"] == steps["title"]


def test_translations_are_listed_with_their_urls(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    english = publish_english(page, title="Your privacy", slug="your-privacy")
    translations = get(client, f"pages/{page.pk}/")["meta"]["translations"]
    assert [(translation["id"], translation["locale"], translation["url"]) for translation in translations] == [
        (english.pk, "en", "/en/your-privacy/")
    ]
    assert get(client, f"pages/?translation_of={page.pk}")["items"][0]["id"] == english.pk
    assert get(client, "pages/?locale=en")["meta"]["total_count"] == 2
    english.unpublish()
    assert get(client, f"pages/{page.pk}/")["meta"]["translations"] == []


def test_facts_are_in_the_language_of_the_page_not_of_the_browser(client: Client, content: SignUpPage) -> None:
    home = HomePage.objects.get()
    english = publish_english(home)
    dutch = list_sentences(get(client, f"pages/{home.pk}/", **{"accept-language": "en"}))
    assert "De asielaanvraag loopt 6 maanden of langer." in dutch
    in_english = list_sentences(get(client, f"pages/{english.pk}/"))
    assert "The asylum application has been pending for 6 months or longer." in in_english
    assert not set(dutch) & set(in_english)


def list_sentences(value: Any) -> list[str]:
    """Return the sentences of all rules in a response, in the language of the page."""
    if isinstance(value, list):
        return [sentence for item in value for sentence in list_sentences(item)]
    if not isinstance(value, dict):
        return []
    return [value["sentence"]] if "texts" in value else list_sentences(list(value.values()))


@pytest.mark.parametrize(
    ("path", "slug"),
    [("/", "home"), ("", "home"), ("/voor-werkgevers/kosten-en-loon/", "kosten-en-loon"), ("privacy", "privacy")],
)
def test_a_page_can_be_found_by_its_path(client: Client, content: SignUpPage, path: str, slug: str) -> None:
    assert get(client, f"pages/find/?html_path={path}")["meta"]["slug"] == slug


def test_a_translation_can_be_found_by_its_path(client: Client, content: SignUpPage) -> None:
    english = publish_english(GuidancePage.objects.get(slug="privacy"), slug="your-privacy")
    assert get(client, "pages/find/?html_path=/en/your-privacy/")["id"] == english.pk
    assert client.get("/api/v2/pages/find/?html_path=/your-privacy/").status_code == 404


def test_published_pages_can_be_searched(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    results = get(client, f"pages/?search={page.title}&locale=nl")
    assert page.pk in [result["id"] for result in results["items"]]


def test_an_unpublished_page_is_mentioned_nowhere(client: Client, hidden: GuidancePage) -> None:
    addresses = [
        f"/api/v2/pages/{hidden.pk}/",
        "/api/v2/pages/find/?html_path=/voor-werkgevers/kosten-en-loon/",
        "/api/v2/pages/?search=lezen",
        "/api/v2/site/",
        *(f"/api/v2/pages/{page.pk}/" for page in Page.objects.live().filter(depth__gt=1)),
    ]
    mentions = [path for path in addresses if HIDDEN.encode() in client.get(path, follow=True).content]
    assert mentions == []
    assert get(client, f"pages/{HomePage.objects.get().pk}/")["second_page"] is None
    assert client.get(f"/api/v2/pages/{hidden.pk}/").status_code == 404
    assert client.get("/api/v2/pages/find/?html_path=/voor-werkgevers/kosten-en-loon/").status_code == 404


def test_a_draft_of_a_published_page_is_not_shown(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    page.title, page.intro = HIDDEN, HIDDEN
    page.save_revision()
    assert HIDDEN.encode() not in client.get(f"/api/v2/pages/{page.pk}/").content


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS])
def test_a_page_that_needs_a_login_is_hidden_even_from_logged_in_users(admin_client, content, kind: str) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    restriction.groups.set(Group.objects.all())
    assert admin_client.get(f"/api/v2/pages/{page.pk}/").status_code == 404
    assert page.pk not in [item["id"] for item in get(admin_client, "pages/?limit=100")["items"]]


def test_the_authors_of_pages_are_not_in_the_api(client: Client, content: SignUpPage, admin) -> None:
    Page.objects.update(owner=admin)
    assert client.get("/api/v2/pages/?fields=owner").status_code == 400
    assert client.get("/api/v2/pages/?owner=1").status_code == 400
    assert b"admin@example.nl" not in client.get(f"/api/v2/pages/{content.pk}/?fields=*").content


def test_the_number_of_queries_does_not_depend_on_the_length_of_the_list(
    client: Client, content: SignUpPage, django_assert_max_num_queries
) -> None:
    address = "/api/v2/pages/?type=pilot_pages.GuidancePage&fields=*&limit={}"
    client.get(address.format(3))
    with django_assert_max_num_queries(10) as few:
        client.get(address.format(3))  # one of which leads to the sign-up
    with django_assert_max_num_queries(10) as many:
        assert len(client.get(address.format(100)).json()["items"]) > 5
    assert len(many) == len(few)


def test_the_facts_of_a_page_are_loaded_together(client: Client, content: SignUpPage) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        get(client, f"pages/{HomePage.objects.get().pk}/")
    assert sum('FROM "dossiers_regulation"' in query["sql"] for query in queries) <= 2


def test_all_fields_of_all_page_types_can_be_requested(client: Client, content: SignUpPage) -> None:
    pages = get(client, "pages/?fields=*&limit=100")["items"]
    assert {page["meta"]["type"] for page in pages} >= {"pilot_pages.HomePage", "pilot_pages.SignUpPage"}


def test_expensive_fields_are_only_on_the_detail_endpoint(client: Client, content: SignUpPage) -> None:
    response = client.get("/api/v2/pages/?type=pilot_pages.GuidancePage&fields=body")
    assert (response.status_code, response.json()["errors"]) == (
        400,
        [{"field": "", "messages": ["Dit adres kent geen veld met de naam: body."]}],
    )


def test_a_conditional_request_gets_not_modified(client: Client, content: SignUpPage) -> None:
    address = f"/api/v2/pages/{content.pk}/"
    first = client.get(address)
    assert first["Cache-Control"] == "public, no-cache"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    content.intro = "Anders."
    content.save_revision().publish()
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.json()["intro"]) == (200, "Anders.")


def test_a_browser_gets_json_too(client: Client, content: SignUpPage) -> None:
    response = client.get("/api/v2/pages/", headers={"accept": "text/html"})
    assert "json" in response["Content-Type"]
