"""Buttons and links to a page that is unpublished."""

from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Page

from pilot_pages.models import GuidancePage, HomePage, SignUpPage
from pilot_pages.templatetags.public_site import headings

NEXT_STEP = 'id="volgende-stap"'


def test_a_button_to_a_page_offline_is_left_out_and_leads_to_no_other_page(client: Client, content: SignUpPage) -> None:
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.find_next_step().slug == "contact"
    assert NEXT_STEP in client.get(privacy.url).content.decode()
    GuidancePage.objects.get(slug="contact").unpublish()
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.find_next_step() is None
    assert NEXT_STEP not in client.get(privacy.url).content.decode()


def test_words_for_a_deleted_page_lead_to_no_other_page(content: SignUpPage) -> None:
    GuidancePage.objects.get(slug="contact").delete()
    privacy = GuidancePage.objects.get(slug="privacy")
    assert privacy.next_heading
    assert privacy.find_next_step() is None
    privacy.next_heading = privacy.next_text = privacy.next_label = ""
    assert privacy.find_next_step().pk == content.pk, "a page for which nothing was chosen or written"


def test_a_call_to_action_for_a_page_offline_is_no_heading_of_the_page(content: SignUpPage) -> None:
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


def test_who_takes_a_page_offline_reads_which_pages_will_hide_their_links(anna: Client, content: SignUpPage) -> None:
    contact = GuidancePage.objects.get(slug="contact")
    html = anna.get(reverse("wagtailadmin_pages:unpublish", args=[contact.pk])).content.decode()
    listed = html[html.index("Deze pagina’s van de site") : html.index("Ja, ")]
    for page in Page.objects.filter(slug__in=["privacy", "toegankelijkheid", "voor-kandidaten", "vragen"]):
        assert f">{escape(page.title)}</a>" in listed
    assert f">{escape(content.title)}</a>" not in listed, "its button leads elsewhere"
    assert "Hiernaar wordt op 4 plaatsen verwezen." in html

    in_bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    html = anna.get(in_bulk, {"id": contact.pk}).content.decode()
    assert "Deze pagina’s van de site" in html
