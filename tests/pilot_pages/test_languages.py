"""Pages in other languages than Dutch, and the links between the languages."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from dossiers.models import EmployerInterest, GlossaryTerm, Regulation, RegulationTranslation, Sector
from pilot_pages.models import GuidancePage, HomePage, SignUpPage, TranslationApproval
from pilot_pages.templatetags.languages import Language, language
from tests.compact_html import compact_html
from tests.pilot_pages.explanations import without_explanations

pytestmark = pytest.mark.usefixtures("languages")

# Dutch that no English page may hold; names of laws, offices and forms stay as they are.
DUTCH_WORDS = re.compile(r"\b(de|het|een|van|voor|uw|wij|niet|naar|bij|werkgever|meld|vergunning)\b", re.IGNORECASE)
NAMES = ("arbeid vrij toegestaan; TWV niet vereist", "hreflang", "Asielzoekers naar werk")


def page_in(language: str, slug: str) -> Page:
    return Page.objects.get(slug=slug, locale__language_code=language).specific


def get_translated_text(html: str) -> str:
    """Return the text of the page without the parts that are marked as Dutch."""
    body = re.sub(
        r"<(script|style|svg)\b.*?</\1>", " ", without_explanations(html).split("<body", 1)[1], flags=re.DOTALL
    )
    body = re.sub(r'<a [^>]*lang="nl"[^>]*>.*?</a>', " ", body, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", body)
    for name in NAMES:
        text = text.replace(name, " ")
    return text


def english_pages() -> list[Page]:
    return list(Page.objects.filter(locale__language_code="en", live=True, depth__gt=1).specific())


def test_every_english_page_is_entirely_in_english(client: Client) -> None:
    pages = english_pages()
    assert len(pages) == Page.objects.filter(locale__language_code="nl", live=True, depth__gt=1).count()
    words_by_slug = {
        page.slug: DUTCH_WORDS.findall(get_translated_text(client.get(page.url).content.decode())) for page in pages
    }
    assert {slug: words for slug, words in words_by_slug.items() if words} == {}


def test_the_check_for_dutch_words_detects_a_dutch_page(client: Client) -> None:
    assert DUTCH_WORDS.search(get_translated_text(client.get("/").content.decode()))


def test_an_english_page_has_an_english_url_and_the_english_lang_attribute(client: Client) -> None:
    html = client.get("/en/for-employers/can-i-hire/").content.decode()
    assert '<html lang="en" dir="ltr"' in html
    assert "The candidate is 18 years or older." in html
    assert "uwv.nl, work permit, special conditions by category, asylum seeker" in html
    assert "(after 29-11-2023)" in html


def test_a_fact_without_an_english_text_is_shown_in_dutch_and_marked_as_dutch(client: Client) -> None:
    page = "/en/for-employers/can-i-hire/"
    assert "is not available in English yet" not in client.get(page).content.decode()
    RegulationTranslation.objects.filter(regulation__key="leeftijd").delete()
    html = client.get(page).content.decode()
    assert re.search(r'<li class="fact" lang="nl" dir="ltr">.{0,300}De kandidaat is 18 jaar of ouder', html, re.DOTALL)
    assert html.count("What stands here in Dutch is not available in English yet.") == 1


def test_each_page_links_to_its_translation(client: Client) -> None:
    for dutch, english in (
        (page_in("nl", "home"), "/en/"),
        (page_in("nl", "mag-ik-aannemen"), "/en/for-employers/can-i-hire/"),
        (page_in("nl", "aanmelden"), "/en/sign-up/"),
    ):
        there, back = (compact_html(client.get(url)) for url in (dutch.url, english))
        assert f'href="{english}" lang="en" hreflang="en" dir="ltr">English</a>' in there
        assert f'href="{dutch.url}" lang="nl" hreflang="nl" dir="ltr">Nederlands</a>' in back


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_the_home_page_tells_why_and_for_whom_then_how_then_where_to_start(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    said = {
        "/": ("6 van de 10", "Voor wie", "Voorstel aan het college", "in vijf stappen", "Zo begint u", "Vragen van"),
        "/en/": ("6 out of 10", "For whom", "Proposal to the executive", "in five steps", "How to start", "Questions"),
    }[path]
    assert sorted(said, key=html.index) == list(said)


def test_a_page_without_a_translation_links_to_the_home_page_of_the_other_language(client: Client) -> None:
    page_in("en", "can-i-hire").unpublish()
    assert 'href="/en/" lang="en"' in client.get("/voor-werkgevers/mag-ik-aannemen/").content.decode()


def test_a_site_in_one_language_has_no_language_switch(client: Client) -> None:
    for page in english_pages():
        page.unpublish()
    html = client.get("/").content.decode()
    assert "site-languages" not in html
    assert "hreflang" not in html


def test_alternate_links_list_the_translations_of_a_page(client: Client) -> None:
    for url in ("/contact/", "/en/contact/"):
        html = client.get(url).content.decode()
        assert re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="http://testserver([^"]+)">', html) == [
            ("nl", "/contact/"), ("en", "/en/contact/"), ("x-default", "/contact/"),
        ]  # fmt: skip


def test_a_language_without_published_pages_is_not_found(client: Client) -> None:
    for url in ("/ar/", "/ti/", "/ar/contact/", "/ti/voor-kandidaten/", "/ar/for-candidates/"):
        assert client.get(url).status_code == 404, url


def test_an_unpublished_english_site_is_not_found(client: Client) -> None:
    for page in english_pages():
        page.unpublish()
    assert client.get("/en/").status_code == 404
    assert client.get("/").status_code == 200


# --- The page for candidates, in the languages that candidates read ---


@pytest.fixture
def arabic(candidate_page: Callable[[str], GuidancePage]) -> GuidancePage:
    return candidate_page("ar")


def test_an_approved_arabic_page_is_right_to_left(client: Client, arabic: GuidancePage) -> None:
    html = client.get("/ar/for-candidates/").content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert "عمل لطالبي اللجوء" in html
    assert "انتقل إلى المحتوى" in html


def test_the_language_switch_of_a_page_lists_only_its_published_translations(
    client: Client, arabic: GuidancePage
) -> None:
    html = client.get("/ar/for-candidates/").content.decode()
    assert 'href="/voor-kandidaten/" lang="nl"' in html
    assert 'href="/en/for-candidates/" lang="en"' in html
    assert 'lang="ti"' not in html
    assert 'href="/ar/for-candidates/" lang="ar" hreflang="ar" dir="rtl">العربيّة</a>' in compact_html(
        client.get("/voor-kandidaten/")
    )
    assert 'lang="ar"' not in client.get("/contact/").content.decode()


def test_an_arabic_page_links_to_the_dutch_site_and_has_no_dutch_menu(client: Client, arabic: GuidancePage) -> None:
    html = client.get("/ar/for-candidates/").content.decode()
    assert re.search(r'<a class="site-name" href="/"\s+hreflang="nl"\s*>', html)
    assert "site-nav" not in html


@pytest.mark.parametrize(("language", "in_english"), [("ar", "(بالإنجليزية)"), ("ti", "(ብእንግሊዝኛ)")])
def test_the_footer_of_a_page_in_another_language_says_that_its_links_are_in_english(
    client: Client, candidate_page: Callable[[str], GuidancePage], language: str, in_english: str
) -> None:
    page = candidate_page(language)

    def read_footer(url: str) -> str:
        return compact_html(client.get(url)).split("<footer")[1]

    assert f'href="/en/privacy/" hreflang="en"><span lang="en">Privacy</span> {in_english}</a>' in read_footer(page.url)
    assert 'href="/privacy/"' not in read_footer(page.url)
    assert 'href="/privacy/">Privacy</a>' in read_footer("/contact/")
    assert 'href="/en/privacy/">Privacy</a>' in read_footer("/en/contact/")
    page_in("en", "privacy").unpublish()
    assert "Privacy" not in read_footer(page.url)


def test_the_facts_on_an_arabic_page_are_in_english_and_marked_as_english(client: Client, arabic: GuidancePage) -> None:
    html = client.get("/ar/for-candidates/").content.decode()
    assert re.search(r'<li class="fact" lang="en" dir="ltr">.{0,300}pending for 6 months', html, re.DOTALL)


def test_the_url_of_a_language_redirects_to_its_only_page(client: Client, arabic: GuidancePage) -> None:
    assert client.get("/ar/").headers["Location"] == "/ar/for-candidates/"


def test_an_empty_published_home_page_redirects_to_its_only_child(
    client: Client, arabic: GuidancePage, admin_user: User
) -> None:
    home = arabic.get_parent().specific
    TranslationApproval.record(home, "Een tolk", admin_user)
    home.get_latest_revision().publish()
    assert client.get("/ar/").headers.get("Location") == "/ar/for-candidates/"


def test_a_page_in_tigrinya_is_shown_in_its_own_script(
    client: Client, candidate_page: Callable[[str], GuidancePage]
) -> None:
    candidate_page("ti")
    html = client.get("/ti/for-candidates/").content.decode()
    assert '<html lang="ti" dir="ltr"' in html
    assert "ሓተትቲ ዑቕባ ናብ ስራሕ" in html
    assert "ናብ ትሕዝቶ" in html


def test_the_not_found_page_is_in_the_language_of_its_url(client: Client) -> None:
    assert "This page is not here" in client.get("/en/nothing/").content.decode()
    assert "هذه الصفحة غير موجودة" in client.get("/ar/nothing/").content.decode()


# --- The sign-up ---


def sign_up_in_english(client: Client, form_data: Callable[..., dict[str, str]], **changes: str) -> Any:
    return client.post("/en/sign-up/", form_data(**changes))


def test_the_english_form_has_english_choices_and_error_messages(
    client: Client, form_data: Callable[..., dict[str, str]]
) -> None:
    wrong = {"company_name": "", "email": "anna", "kvk_number": "12", "phone": "1", "postcode": "1", "start_date": "x"}
    refused = sign_up_in_english(client, form_data, **wrong, positions="0")
    for response in (client.get("/en/sign-up/"), client.get(refused.url)):
        html = response.content.decode()
        assert "Agriculture" in html
        assert "Landbouw" not in html
        assert DUTCH_WORDS.findall(get_translated_text(html)) == []


def test_a_sector_without_an_english_name_has_its_dutch_name(client: Client) -> None:
    Sector.objects.filter(name="Landbouw").update(name_en="")
    assert "Landbouw" in client.get("/en/sign-up/").content.decode()


def test_the_sector_is_stored_with_its_dutch_name(client: Client, form_data: Callable[..., dict[str, str]]) -> None:
    sign_up_in_english(client, form_data, sector=str(Sector.objects.get(name="Landbouw").pk))
    assert EmployerInterest.objects.get().contact_given["sector"] == "Landbouw"


def test_an_english_sign_up_gets_an_english_email_with_links_to_english_pages(
    client: Client, form_data: Callable[..., dict[str, str]]
) -> None:
    response = sign_up_in_english(client, form_data)
    assert response.headers["Location"].startswith("/en/")
    message = mail.outbox[-1]
    assert message.subject == "Confirm your sign-up for Asylum seekers to work"
    assert DUTCH_WORDS.findall(re.sub(r"http\S+", " ", str(message.body))) == []
    link = re.search(r"http://testserver(/en/\S+)", str(message.body))
    assert link
    for answer in (client.get(link[1]), client.post(link[1], follow=True), client.get(f"{link[1]}withdraw/")):
        html = answer.content.decode()
        assert '<html lang="en"' in html
        typed = "Tomaten plukken en inpakken|Kassenbouw De Wit|Anna de Wit"
        assert DUTCH_WORDS.findall(re.sub(typed, "", get_translated_text(html))) == []


def test_the_status_pages_of_a_sign_up_link_to_the_other_language(
    client: Client, form_data: Callable[..., dict[str, str]]
) -> None:
    sign_up_in_english(client, form_data)
    match = re.search(r"http://testserver/en/sign-up/(\S+)/", str(mail.outbox[-1].body))
    assert match
    dutch, english = f"/aanmelding/{match[1]}/", f"/en/sign-up/{match[1]}/"
    assert f'href="{dutch}" lang="nl"' in client.get(english).content.decode()
    assert f'href="{english}" lang="en"' in client.get(dutch).content.decode()


@pytest.mark.parametrize(
    ("name", "dutch", "english"),
    [
        ("sent", "/aanmelding/verstuurd/", "/en/sign-up/sent/"),
        ("erased", "/aanmelding/ingetrokken/", "/en/sign-up/withdrawn/"),
        ("status", "/aanmelding/x/", "/en/sign-up/x/"),
        ("experience", "/aanmelding/x/ervaring/", "/en/sign-up/x/experience/"),
        ("withdraw", "/aanmelding/x/intrekken/", "/en/sign-up/x/withdraw/"),
    ],
)
def test_the_urls_of_sign_up_pages_are_in_the_language_of_the_reader(
    client: Client, name: str, dutch: str, english: str
) -> None:
    for code, address in (("nl", dutch), ("en", english)):
        with translation.override(code):
            assert reverse(f"pilot_pages:{name}", args=["x"] if "/x/" in dutch else []) == address
    there = client.get(english, follow=True).content.decode()
    assert '<html lang="en"' in there
    assert f"/en{dutch}" not in there


def test_the_date_of_a_check_is_shown_on_an_english_page(client: Client) -> None:
    Regulation.objects.filter(key="wachttijd").update(checked_on=date(2026, 11, 12))
    assert "Checked on 12-11-2026." in client.get("/en/").content.decode()


def test_each_language_has_one_home_page_and_one_sign_up_page() -> None:
    for model in (HomePage, SignUpPage):
        live = model.objects.live().values_list("locale__language_code", flat=True)
        assert sorted(live) == ["en", "nl"]


def test_a_language_is_listed_by_its_own_name_and_script() -> None:
    assert language("ar") == Language("ar", "العربيّة", "rtl")
    assert language("nl") == Language("nl", "Nederlands", "ltr")


def test_a_language_unknown_to_django_causes_no_error() -> None:
    assert language("so") == Language("so", "So", "ltr")


def test_an_english_page_has_the_english_explanation_or_none(client: Client) -> None:
    address = "/en/for-employers/can-i-hire/"
    assert "The organisation that provides the reception of asylum seekers." in compact_html(client.get(address))
    GlossaryTerm.objects.update(explanation_en="")
    assert "term-explanation" not in compact_html(client.get(address))


def test_an_arabic_page_stays_as_it_is(client: Client, candidate_page: Callable[[str], GuidancePage]) -> None:
    assert 'class="term"' not in compact_html(client.get(candidate_page("ar").url))
