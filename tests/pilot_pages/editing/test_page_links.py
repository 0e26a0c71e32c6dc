"""Buttons and links to a page that is unpublished."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.models import Locale, Page

from pilot_pages.editing.linking_places import list_linking_places
from pilot_pages.models import CheckPage, GuidancePage, HomePage, ProgressPage, SignUpPage
from pilot_pages.templatetags.public_site import headings

NEXT_STEP = 'id="volgende-stap"'


def test_a_next_step_to_an_unpublished_page_is_omitted(client: Client, content: SignUpPage) -> None:
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.find_next_step().slug == "contact"
    assert NEXT_STEP in client.get(privacy.url).content.decode()
    GuidancePage.objects.get(slug="contact").unpublish()
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.find_next_step() is None
    assert NEXT_STEP not in client.get(privacy.url).content.decode()


def test_a_next_step_to_a_deleted_page_does_not_lead_to_another_page(content: SignUpPage) -> None:
    GuidancePage.objects.get(slug="contact").delete()
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.next_heading
    assert privacy.find_next_step() is None
    privacy.next_heading = privacy.next_text = privacy.next_label = ""
    assert privacy.find_next_step().pk == content.pk, "a page for which nothing was chosen or written"


def test_a_call_to_action_to_an_unpublished_page_is_not_a_heading_of_the_page(content: SignUpPage) -> None:
    contact = GuidancePage.objects.get(slug="contact")
    home = HomePage.objects.get()
    action = {"heading": "Bel ons", "text": "", "page": contact.pk, "label": "Naar contact"}
    cards = {"heading": "Lees verder", "cards": [{"page": contact.pk, "text": "Wie u belt."}]}
    home.body = home.body.stream_block.to_python(
        [{"type": "call_to_action", "value": action}, {"type": "page_cards", "value": cards}]
    )
    assert headings(home) == ["Bel ons", "Lees verder"]
    contact.unpublish()
    home.body = home.body.stream_block.to_python(home.body.get_prep_value())
    assert headings(home) == []


def read_places(html: str) -> tuple[str, list[str]]:
    """Return the sentence with the number of places that lead to the page, and the places in its list."""
    count, listed = re.search(
        r"(Hiernaar wordt op \d+ plaats\w* verwezen)\..*?<ul>(.*?)</ul>", html, re.DOTALL
    ).groups()
    items = re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)
    return count, [unescape(strip_tags(item)).strip() for item in items]


def list_titles(*slugs: str) -> list[str]:
    return list(Page.objects.filter(slug__in=slugs).order_by("path").values_list("title", flat=True))


def test_unpublishing_a_page_lists_the_places_that_link_to_it(anna: Client, content: SignUpPage) -> None:
    contact = GuidancePage.objects.get(slug="contact")
    titles = list_titles("privacy", "toegankelijkheid", "voor-kandidaten", "vragen")
    count, places = read_places(anna.get(reverse("wagtailadmin_pages:unpublish", args=[contact.pk])).content.decode())
    assert places == ["het menu boven aan elke pagina", *titles]
    assert count == "Hiernaar wordt op 5 plaatsen verwezen"

    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    html = anna.get(in_bulk, {"id": contact.pk}).content.decode()
    assert "Deze plaatsen leiden naar" in html


def translate_contact(content: SignUpPage) -> tuple[Page, Page]:
    """Return the Dutch contact page and a live translation of it."""
    contact = Page.objects.get(slug="contact")
    locale, _made = Locale.objects.get_or_create(language_code="en")
    english = contact.specific.copy_for_translation(locale, copy_parents=True)
    Page.objects.filter(pk=english.pk).update(live=True)
    return contact, english


def test_deleting_a_page_names_the_translations_that_stay_on_the_site(anna: Client, content: SignUpPage) -> None:
    contact, english = translate_contact(content)
    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    stays = "Deze vertaling blijft op de site staan."
    for url in (reverse("wagtailadmin_pages:delete", args=[contact.pk]), f"{in_bulk}?id={contact.pk}"):
        html = anna.get(url).content.decode()
        assert stays in html and f"{english.title} (Engels)" in html.split(stays)[1]
    assert stays not in anna.get(f"{in_bulk}?id={contact.pk}&id={english.pk}").content.decode()
    Page.objects.filter(pk=english.pk).update(live=False)
    assert stays not in anna.get(reverse("wagtailadmin_pages:delete", args=[contact.pk])).content.decode()


def test_unpublishing_a_page_names_the_translations_that_stay_on_the_site_before_and_after(
    anna: Client, content: SignUpPage
) -> None:
    contact, english = translate_contact(content)
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[contact.pk])
    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    stays = "Deze vertaling blijft op de site staan."
    for url in (unpublish, f"{in_bulk}?id={contact.pk}"):
        html = anna.get(url).content.decode()
        assert stays in html and f"{english.title} (Engels)" in html.split(stays)[1]
    assert stays not in anna.get(f"{in_bulk}?id={contact.pk}&id={english.pk}").content.decode()

    message = f"Nog op de site: {english.title} (Engels)."
    assert message in strip_tags(anna.post(unpublish, follow=True).content.decode())
    to_english = reverse("wagtailadmin_pages:unpublish", args=[english.pk])
    assert stays not in anna.get(to_english).content.decode(), "the Dutch page is not on the site any more"
    assert "Nog op de site" not in anna.post(to_english, follow=True).content.decode()


def test_moving_a_page_says_that_its_address_changes_and_which_translations_do_not_move_along(
    anna: Client, content: SignUpPage
) -> None:
    contact, english = translate_contact(content)
    section, home = GuidancePage.objects.get(slug="voor-werkgevers"), HomePage.objects.get(locale=content.locale)
    move = reverse("wagtailadmin_pages:move_confirm", args=[contact.pk, section.pk])
    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    address, stays = "Wie het oude adres opent, komt vanzelf op het nieuwe.", "Vertalingen verhuizen niet mee."
    for url in (move, f"{in_bulk}?id={contact.pk}"):
        html = anna.get(url).content.decode()
        assert address in html
        assert stays in html and f"{english.title} (Engels)" in html.split(stays)[1]
    assert stays not in anna.get(f"{in_bulk}?id={contact.pk}&id={english.pk}").content.decode()
    to_section = reverse("wagtailadmin_pages:move_confirm", args=[section.pk, home.pk])
    assert stays not in anna.get(to_section).content.decode(), "there is no translation"

    old_address = contact.url
    anna.post(move)
    contact.refresh_from_db()
    response = Client().get(old_address)
    assert (response.status_code, response.url) == (301, f"{section.url}contact/")
    contact.unpublish()
    html = anna.get(reverse("wagtailadmin_pages:move_confirm", args=[contact.pk, home.pk])).content.decode()
    assert address not in html, "nobody can have the address of a page that is not on the site"


def test_unpublishing_a_section_with_its_pages_lists_and_counts_the_places_that_link_to_them(
    anna: Client, content: SignUpPage
) -> None:
    section = GuidancePage.objects.get(slug="voor-werkgevers")
    below = section.get_descendants().live()
    linking_page, linked_page = GuidancePage.objects.get(slug="toegankelijkheid"), below.first()
    linking_page.next_page = linked_page
    linking_page.save()
    assert linking_page.title not in list_labels(section), "it leads to a page below the section only"
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[section.pk])
    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={section.pk}"
    for url in (unpublish, in_bulk):
        html = anna.get(url).content.decode()
        assert "dan komt alles terug" not in html
        to_section, to_pages_below = html.split("Haalt u ook de pagina’s eronder van de site")
        assert linking_page.title not in to_section.split("Deze plaatsen leiden naar")[1]
        assert linking_page.title in to_pages_below
        assert "Die moet u stuk voor stuk weer publiceren." in to_pages_below
    titles = [page.title for page in below]
    assert not set(titles) & {place.label for place in list_linking_places(list(below), removed=[section])}

    message = strip_tags(anna.post(unpublish, {"include_descendants": "on"}, follow=True).content.decode())
    assert f"‘{section.title}’ en {len(titles)} pagina’s eronder staan niet meer op de site." in unescape(message)
    assert not below.all().exists()

    linking_page.unpublish()
    page = anna.get(reverse("wagtailadmin_pages:unpublish", args=[GuidancePage.objects.get(slug="contact").pk]))
    assert "stuk voor stuk" not in page.content.decode(), "there are no pages below it"


def test_deleting_a_section_lists_the_places_that_link_to_its_descendants(anna: Client, content: SignUpPage) -> None:
    section = GuidancePage.objects.get(slug="voor-werkgevers")
    home = HomePage.objects.get()
    delete_urls = [
        reverse("wagtailadmin_pages:delete", args=[section.pk]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={section.pk}",
    ]
    for url in delete_urls:
        count, places = read_places(anna.get(url).content.decode())
        assert places[0] == "het menu boven aan elke pagina"
        assert home.title in places
        assert not {page.title for page in section.get_descendants(inclusive=True)} & set(places)
        assert count == f"Hiernaar wordt op {len(places)} plaatsen verwezen"


def test_the_block_of_figures_and_the_footer_link_to_the_progress_page(content: SignUpPage) -> None:
    labels = list_labels(ProgressPage.objects.get())
    assert labels[:2] == ["de links onder aan elke pagina", HomePage.objects.get().title]


def test_outcomes_and_pages_without_a_next_step_of_their_own_link_to_the_sign_up(content: SignUpPage) -> None:
    labels = list_labels(content)
    assert "de pagina’s en e-mails over een aanmelding" in labels
    assert CheckPage.objects.get().title in labels
    page = GuidancePage.objects.get(slug="privacy")
    assert page.title not in labels
    page.next_page, page.next_heading, page.next_text, page.next_label = None, "", "", ""
    page.save()
    assert page.title in list_labels(content)


def test_a_place_on_an_unpublished_page_is_labeled_as_such(content: SignUpPage) -> None:
    privacy = GuidancePage.objects.get(slug="privacy")
    privacy.unpublish()
    with translation.override("nl"):
        assert f"{privacy.title} (niet op de site)" in list_labels(GuidancePage.objects.get(slug="contact"))


def list_labels(page: Page) -> list[str]:
    with translation.override("nl"):
        return [place.label for place in list_linking_places([page])]
