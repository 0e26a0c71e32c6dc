"""The name, the owner, the footer, the logo and the 404 page, which editors change on the home page of a language."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from dossiers.models import EmailText, Evaluation
from dossiers.models.activity.email_text import EMAIL_KINDS
from dossiers.models.candidate_page.languages import get_words
from dossiers.models.rights import COMMUNICATIONS, COORDINATORS
from dossiers.reports.documents.letter import PUBLIC, build_paper
from dossiers.reports.documents.pdf import render_pdf
from dossiers.reports.documents.word import render_word
from dossiers.reports.evaluations import freeze
from pilot_pages.models import GuidancePage, HomePage, SignUpPage, get_site_words
from pilot_pages.sharing.card import render_card_svg
from tests.conftest import LoggedIn
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.read_api.pages import get, make_image
from tests.pilot_pages.test_weight import AT_MOST, find_fetched_files, get_transfer_size

NAME, OWNER, FOOTER = "Werk in de polder", "Gemeente Voorbeeld", "Een proef van drie gemeenten."


def publish(language: str = "nl", **fields: object) -> HomePage:
    home = HomePage.objects.get(locale__language_code=language)
    for name, value in fields.items():
        setattr(home, name, value)
    home.full_clean()
    home.save_revision().publish()
    return home


def body(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_readers_see_the_name_the_owner_and_the_footer_of_the_home_page(client: Client, content: SignUpPage) -> None:
    assert "<title>Contact met de pilot" not in body(client, "/contact/")
    publish(site_name=NAME, site_owner=OWNER, footer_text=FOOTER)
    for url in ("/", "/contact/", "/zoeken/?q=loon", "/bestaat-niet/"):
        html = body(client, url)
        assert re.search(rf"<title>[^<]+ \| {NAME}</title>", html), url
        assert html.count(NAME) >= 3 and OWNER in html and FOOTER in html, url
        assert "Gemeente Noordoostpolder</span>" not in html and "| Asielzoekers naar werk" not in html, url
    assert f'<meta property="og:site_name" content="{NAME}">' in body(client, "/contact/")
    data = json.loads(body(client, "/").split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (data[0]["name"], data[0]["provider"]["name"]) == (NAME, OWNER)
    assert client.get("/site.webmanifest").json()["name"] == NAME


def test_a_shared_link_names_the_site_and_its_owner(client: Client, content: SignUpPage) -> None:
    def find_address() -> str:
        return re.search(r'og:image" content="https?://[^/]+(/kaart/[^"]+)"', body(client, "/contact/"))[1]

    before = find_address()
    publish(site_name=NAME, site_owner=OWNER)
    assert find_address() != before
    card = render_card_svg(GuidancePage.objects.get(slug="contact"), HomePage.get_words_in("nl"))
    assert NAME in card and OWNER in card


def test_the_emails_of_a_sign_up_name_the_site(sign_up, content: SignUpPage) -> None:
    publish(site_name=NAME)
    sign_up()
    message = mail.outbox[-1]
    assert NAME in message.alternatives[0][0]
    assert message.subject == f"Bevestig uw aanmelding bij {NAME}"
    assert f"bij de pilot {NAME} van de gemeente" in message.body and "Asielzoekers naar werk" not in message.body


def test_the_emails_of_a_sign_up_have_the_first_name_until_it_is_changed(sign_up, content: SignUpPage) -> None:
    sign_up()
    assert mail.outbox[-1].subject == "Bevestig uw aanmelding bij Asielzoekers naar werk"


def test_the_letter_to_a_candidate_names_the_site_in_each_language_that_has_a_name(
    content: SignUpPage, coordinator: User
) -> None:
    publish(site_name=NAME)
    address = reverse("dossiers_letter", args=[make_dossier().pk])
    browser = LoggedIn()
    browser.force_login(coordinator)
    page = browser.post(address, browser.get(address).context["form"].initial).content.decode()
    assert f"project “{NAME}”." in page and "Asielzoekers naar werk" not in page
    assert "project “Asylum seekers to work”." in page  # there is no English home page
    assert "مشروع «عمل لطالبي اللجوء»" in get_words("ar").naming_site("").texts["letter_from"]


def test_the_letter_of_an_evaluation_names_the_site_and_its_owner(content: SignUpPage, coordinator: User) -> None:
    publish(site_name=NAME, site_owner=OWNER)
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=timezone.localdate(), reports=["funnel"])
    freeze(evaluation, coordinator)
    paper = build_paper(evaluation, PUBLIC)
    assert ("Onderwerp", f"Pilot “{NAME}”: tussenevaluatie") in paper.facts
    word = docx.Document(BytesIO(render_word(paper)))
    assert word.paragraphs[0].text == f"{OWNER} · {NAME}"
    assert f"{OWNER} · {NAME}" in PdfReader(BytesIO(render_pdf(paper))).pages[0].extract_text()


def test_empty_fields_and_an_empty_site_have_the_first_words(content: SignUpPage) -> None:
    with override("nl"):
        home = publish(site_name="", site_owner="", footer_text="")
        assert get_site_words(home) == get_site_words(None)
        assert get_site_words(None)["site_name"] == "Asielzoekers naar werk"


def test_a_logo_replaces_the_drawing_and_stays_small(client: Client, content: SignUpPage) -> None:
    drawing = body(client, "/contact/").split('class="site-name__mark">')[1].split("</span>")[0]
    publish(logo=make_image("logo"), logo_alt="Wapen van de gemeente")
    html = body(client, "/contact/")
    assert drawing not in html
    image = re.search(r'<img\s+class="site-name__logo" src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)">', html)
    assert (int(image[2]), int(image[3]), image[4]) == (192, 96, "Wapen van de gemeente")
    assert sum(map(get_transfer_size, find_fetched_files(html))) < AT_MOST
    publish(logo=make_image("logo", svg=True), logo_alt="")
    assert re.search(r'site-name__logo" src="[^"]+\.svg" [^>]+ alt="">', body(client, "/contact/"))


def test_a_deleted_logo_gives_the_drawing_back(client: Client, content: SignUpPage) -> None:
    logo = make_image("logo")
    publish(logo=logo)
    logo.delete()
    assert 'class="site-name__mark"><svg' in body(client, "/contact/")


def test_another_front_end_gets_the_same_words(client: Client, content: SignUpPage) -> None:
    home = publish(site_name=NAME, site_owner=OWNER, footer_text=FOOTER, logo=make_image("logo"), logo_alt="Wapen")
    site, page = get(client, "site/"), get(client, f"pages/{home.pk}/")
    assert (site["name"], site["owner"], site["footer_text"]) == (NAME, OWNER, FOOTER)
    assert site["logo"]["src"].startswith("http://testserver/media/")
    assert site["logo"]["alt"] == page["logo_alt"] == "Wapen"
    assert (page["site_name"], page["logo"]["id"]) == (NAME, site["logo"]["id"])


def test_the_404_page_says_what_the_home_page_says(client: Client, content: SignUpPage) -> None:
    assert "Deze pagina is er niet" in body(client, "/bestaat-niet/")
    publish(not_found_heading="Hier is niets", not_found_text="Zoek verder.")
    response = client.get("/bestaat-niet/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "<title>Hier is niets |" in html and re.search(r"<h1[^>]*>Hier is niets</h1>", html)
    assert "Zoek verder." in html and "Deze pagina is er niet" not in html


def test_the_preview_shows_words_that_are_not_published(content: SignUpPage) -> None:
    home = HomePage.objects.get()
    home.site_name = NAME
    assert NAME in home.make_preview_request().render().content.decode().split("<main")[0]


def test_the_name_has_no_placeholders(content: SignUpPage) -> None:
    with pytest.raises(ValidationError):
        publish(site_name="Werk na {wachttijd}")


def test_the_backoffice_the_login_and_the_e_mails_have_the_name_and_the_logo_of_the_site(
    client: Client, admin_client: Client, content: SignUpPage
) -> None:
    assert 'backoffice/favicon.svg" alt=""' in body(admin_client, "/beheer/")
    publish(site_name=NAME, logo=make_image("logo"), logo_alt="Wapen van de gemeente")
    for html in (body(admin_client, "/beheer/"), body(client, reverse("account_login"))):
        assert re.search(r"<title>[^<]+ - " + NAME, " ".join(html.split())) and html.count(NAME) >= 2
        image = re.search(r'<img class="site-logo"\s+src="[^"]+" width="192" height="96" alt="([^"]*)">', html)
        assert image[1] == "Wapen van de gemeente"
        assert NAME in html.split("<h1")[1].split("</h1>")[0]
    client.post(reverse("account_reset_password"), {"email": "niemand@example.org"})
    assert NAME in mail.outbox[-1].body and NAME in mail.outbox[-1].alternatives[0][0]
    text = EmailText.objects.get(kind="invitation")
    assert NAME in EMAIL_KINDS[text.kind].preview(text)


def test_a_draft_of_the_name_is_not_in_the_backoffice_yet(admin_client: Client, content: SignUpPage) -> None:
    home = HomePage.objects.get(locale__language_code="nl")
    home.site_name = NAME
    home.save_revision()
    assert NAME not in body(admin_client, "/beheer/")


def test_the_settings_lead_whoever_may_edit_the_home_page_to_the_name_and_the_logo(
    log_in: Callable[..., Client], content: SignUpPage
) -> None:
    anna, coordinator = log_in("anna", COMMUNICATIONS), log_in("kees", COORDINATORS)
    url = reverse("wagtailadmin_pages:edit", args=[HomePage.objects.get(locale__language_code="nl").pk])
    assert f'href="{url}"' in body(anna, "/beheer/settings/") and "Naam en logo" in body(anna, "/beheer/settings/")
    assert "Naam en logo" not in body(coordinator, "/beheer/settings/")
