"""The responses from the page cache, which cost no query."""

import gzip

import brotli
import pytest
from django.apps import apps
from wagtail.models import Site

from page_cache.keys import LONGEST_PATH
from page_cache.store import MAX_PAGES
from pilot_pages.models import GuidancePage, HomePage, PilotPage, PilotSettings, SignUpPage
from tests.conftest import LoggedIn
from tests.pilot_pages.conftest import dutch
from tests.site.page_cache.conftest import Server

FOR_EACH_VISITOR = {SignUpPage}
KINDS = [model for model in apps.get_models() if issubclass(model, PilotPage) and model not in FOR_EACH_VISITOR]


@pytest.mark.parametrize("kind", KINDS)
def test_a_cached_page_costs_no_query_and_is_identical(server, kind, django_assert_num_queries):
    for page in kind.objects.live():
        first = server.get(page.url)
        with django_assert_num_queries(0):
            second = server.get(page.url)
        assert first.status == 200
        assert page.title in first.text
        assert second == first


def test_a_page_has_the_headers_for_revalidation(server):
    for _visit in range(2):
        headers = server.get("/").headers
        assert headers["Cache-Control"] == "max-age=0, must-revalidate"
        assert headers["Vary"] == "Accept-Encoding"
        assert headers["Content-Language"] == "nl"
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0", "gzip", gzip.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0.0", None, bytes),
        ("", None, bytes),
    ],
)
def test_each_browser_gets_an_encoding_that_it_accepts(server, accepted, encoding, decode):
    plain = server.get("/").body
    for process in (server, Server()):  # from the cache, and rendered for this request
        answer = process.get("/", HTTP_ACCEPT_ENCODING=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert decode(answer.body) == plain


def test_a_matching_conditional_request_gets_a_304(server):
    headers = server.get("/").headers
    for known in (
        {"HTTP_IF_NONE_MATCH": headers["ETag"]},
        {"HTTP_IF_NONE_MATCH": f'"other", {headers["ETag"]}'},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_MODIFIED_SINCE": headers["Last-Modified"]},
    ):
        answer = server.get("/", **known)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == headers["ETag"]
        assert "Content-Length" not in answer.headers


def test_a_conditional_request_that_does_not_match_gets_the_page(server):
    latest = server.get("/").headers["Last-Modified"]
    for known in (
        {"HTTP_IF_NONE_MATCH": '"another"', "HTTP_IF_MODIFIED_SINCE": latest},  # the hash goes before the time
        {"HTTP_IF_MODIFIED_SINCE": "Wed, 21 Oct 2015 07:28:00 GMT"},
        {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
    ):
        assert server.get("/", **known).status == 200


def test_a_head_request_gets_the_content_length_without_a_body(server):
    page = server.get("/")
    head = server.get("/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(page.body))


def test_a_range_request_gets_the_whole_page(server):
    assert server.get("/", HTTP_RANGE="bytes=0-9") == server.get("/")


def test_a_form_is_not_cached(server):
    page = SignUpPage.objects.get()
    first, second = server.get(page.url), server.get(page.url)
    assert "no-store" in first.headers["Cache-Control"]
    assert first.body != second.body
    assert server.page_count == 0


@pytest.mark.parametrize(
    "path",
    [
        "/aanmelding/verstuurd/",
        "/aanmelding/een-sleutel/",
        "/mijn-gegevens/een-sleutel/",
        "/inloggen/",
        "/beheer/",
        "/api/v2/pages/",
        "/nergens/",
    ],
)
def test_responses_for_one_visitor_are_not_cached(server, path):
    assert server.get(path).status in (200, 302, 404)
    assert server.page_count == 0


def test_only_an_editor_sees_the_user_bar(server, editor):
    client = LoggedIn()
    client.force_login(editor)
    cookie = f"sessionid={client.session.session_key}"
    assert "wagtail-userbar" not in server.get("/").text
    own = server.get("/", HTTP_COOKIE=cookie)
    assert "wagtail-userbar" in own.text
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert "wagtail-userbar" not in server.get("/").text
    assert "wagtail-userbar" not in Server().get("/").text


def test_a_page_with_a_password_is_not_cached(server):
    page = GuidancePage.objects.live().first()
    page.view_restrictions.create(restriction_type="password", password="een-wachtwoord")
    assert page.intro not in server.get(page.url).text
    assert server.page_count == 0


def test_tracking_parameters_share_the_cached_page(server, django_assert_num_queries):
    first = server.get("/?utm_source=nieuwsbrief&gclid=1")
    assert "nieuwsbrief" not in first.text
    with django_assert_num_queries(0):
        assert server.get("/") == server.get("/?mtm_campaign=2&utm_medium=") == first


@pytest.mark.parametrize("path", ["/?x=1", "/?utm_source=a&q=werk", f"/{'a' * LONGEST_PATH}/"])
def test_made_up_urls_are_not_cached(server, path):
    server.get(path)
    assert server.page_count == 0


def test_pages_are_not_cached_in_debug_mode(server, settings):
    settings.DEBUG = True
    assert server.get("/").status == 200
    assert server.page_count == 0


def test_a_full_cache_is_emptied(server):
    version = server.handler.cached_version.current()
    for number in range(MAX_PAGES):
        server.handler.pages.set(version, ("host", False, f"/{number}/"), None)
    server.get("/")
    assert server.page_count == 1


def test_each_host_and_scheme_has_its_own_cached_pages(server):
    Site.objects.create(hostname="andere.example.nl", root_page=GuidancePage.objects.live().first())
    assert server.get("/").body != server.get("/", HTTP_HOST="andere.example.nl").body
    server.get("/", **{"wsgi.url_scheme": "https"})
    assert server.page_count == 3


def test_not_found_pages_are_in_the_language_of_the_url_and_take_few_queries(server, django_assert_max_num_queries):
    first = server.get("/nergens/")
    with django_assert_max_num_queries(8):
        again = server.get("/ook-nergens/?met=vraag")
    assert (first.status, again.status) == (404, 404)
    assert again.body == first.body
    assert dutch("This page is not here") in first.text
    assert "This page is not here" in server.get("/en/nowhere/").text
    assert dutch("This page is not here") in server.get("/nergens/").text


def test_not_found_pages_have_the_current_menu(server, run_on_commit):
    home = HomePage.objects.get(locale__language_code="nl")
    server.get("/nergens/")
    with run_on_commit():
        home.title = "Andere titel"
        home.save_revision().publish()
    server.expire_cached_version()
    assert "Andere titel" in server.get("/nergens/").text


def test_a_broken_shared_cache_gets_an_error_page(server, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "/dev/null/x"}
    }
    answer = server.get("/")
    assert answer.status == 500
    assert "Er ging iets mis bij ons" in answer.text


def test_changed_site_settings_are_visible_on_cached_pages(server, run_on_commit):
    server.get("/")
    site_settings = PilotSettings.for_default_site()
    site_settings.contact_name = "Balie van de gemeente"
    with run_on_commit():
        site_settings.save()
    server.expire_cached_version()
    assert "Balie van de gemeente" in server.get("/").text
