"""The consent of people in blocks: required where a person is named, quoted or shown, and seen by staff alone."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.search.backends import get_search_backend

from pilot_pages.blocks.people import PhoneBlock
from pilot_pages.models import GuidancePage
from tests.pilot_pages.editing.test_blocks import clean_blocks, error_texts
from tests.pilot_pages.read_api.pages import make_image, publish_block

pytestmark = pytest.mark.usefixtures("content")
GIVER, DAY = "Quirine Toestemming", "2026-11-02"
CONSENT = {"given_by": GIVER, "given_on": DAY}


def build_blocks() -> dict[str, dict[str, Any]]:
    """Return a value without consent of each block that shows, names or quotes people."""
    image = {"image": make_image().pk, "alt_text": "Iemand lacht"}
    film = get_document_model().objects.create(title="Film", file=ContentFile(b"film", "film.mp4"))
    return {
        "picture": {"image": image},
        "quote": {"quote": "Ik leer elke dag.", "who": "Sam Voorbeeld", "image": image},
        "employer_story": {"text": "<p>Zo ging het.</p>", "name": "Sam Voorbeeld", "company": "De Kas"},
        "team": {"people": [{"name": "Sam Voorbeeld", "role": "Begeleider", "phone": "+31527123456"}]},
        "video": {"heading": "In de kas", "video": film.pk, "transcript": "<p>Een kas.</p>"},
    }


def add_consent(value: dict[str, Any], consent: dict[str, Any]) -> dict[str, Any]:
    if people := value.get("people"):
        return value | {"people": [person | {"consent": consent} for person in people]}
    return value | {"consent": consent}


@pytest.mark.parametrize("kind", ["picture", "quote", "employer_story", "team", "video"])
def test_who_is_shown_named_or_quoted_must_have_given_consent(kind: str) -> None:
    value = build_blocks()[kind]
    for part in ({}, {"given_by": GIVER}, {"given_on": DAY}):
        with pytest.raises(ValidationError) as refused:
            clean_blocks((kind, add_consent(value, part)))
        assert "Noteer wie toestemming gaf, en op welke dag" in error_texts(refused)
    [block] = clean_blocks((kind, add_consent(value, CONSENT)))
    note = (block.value["people"][0] if kind == "team" else block.value)["consent"]
    assert (note["given_by"], note["given_on"]) == (GIVER, date(2026, 11, 2))


def test_consent_is_not_asked_where_nobody_is_shown_or_named() -> None:
    blocks = build_blocks()
    clean_blocks(("quote", {"quote": "Werk is meer dan loon.", "who": ""}))
    clean_blocks(("employer_story", blocks["employer_story"] | {"name": ""}))
    for kind in ("picture", "video"):
        clean_blocks((kind, add_consent(blocks[kind], {"nobody": True})))


def test_consent_cannot_be_of_a_day_to_come() -> None:
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("quote", {"quote": "Zo.", "who": "Sam", "consent": CONSENT | {"given_on": tomorrow}}))
    assert "nog niet geweest" in error_texts(refused)


@pytest.mark.parametrize("kind", ["picture", "quote", "employer_story", "team", "video"])
def test_no_visitor_api_or_search_gets_the_consent(client: Client, anna: Client, kind: str) -> None:
    page = publish_block(kind, add_consent(build_blocks()[kind], CONSENT))
    html = client.get(page.url).content.decode()
    assert "Sam Voorbeeld" in html or kind in ("picture", "video")
    for address in (page.url, f"/api/v2/pages/{page.pk}/", "/api/v2/pages/?fields=*&limit=100", "/zoeken/?q=Quirine"):
        text = client.get(address).content.decode().replace('value="Quirine"', "").replace("“Quirine”", "")
        assert GIVER not in text and DAY not in text, address
    assert not list(get_search_backend().search("Quirine", GuidancePage))
    assert GIVER in anna.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_a_bsn_in_the_consent_is_refused() -> None:
    page = GuidancePage.objects.get(slug="privacy")
    note = CONSENT | {"given_by": "Sam, BSN 123456782"}  # made up; it passes the eleven-test
    page.body = json.dumps([{"type": "quote", "value": {"quote": "Zo.", "who": "Sam", "consent": note}}])
    with pytest.raises(ValidationError, match="burgerservicenummer"):
        page.full_clean()
    page.body = json.dumps(
        [{"type": kind, "value": add_consent(value, CONSENT)} for kind, value in build_blocks().items()]
    )
    page.full_clean()


def test_the_check_of_a_page_names_the_blocks_whose_consent_lacks(anna: Client) -> None:
    blocks = build_blocks()
    page = GuidancePage.objects.get(slug="privacy")
    page.body = json.dumps(
        [{"type": kind, "value": blocks[kind]} for kind in ("picture", "team")]
        + [{"type": "quote", "value": add_consent(blocks["quote"], CONSENT)}]
    )
    page.save_revision().publish()  # as a page from before there was consent
    html = anna.get(reverse("pilot_pages_page_checked", args=[page.pk])).content.decode()
    assert "Van deze blokken is de toestemming niet genoteerd: Afbeelding, Persoon." in html
    page.body = "[]"
    page.save_revision().publish()
    html = anna.get(reverse("pilot_pages_page_checked", args=[page.pk])).content.decode()
    assert "is de toestemming niet genoteerd" not in html


def test_the_telephone_number_of_a_person_is_stored_as_the_others_and_shown_as_people_write_it(client: Client) -> None:
    person = {"name": "Sam Voorbeeld", "role": "Begeleider", "consent": CONSENT}
    [block] = clean_blocks(("team", {"people": [person | {"phone": "0527 12 34 56"}]}))
    assert block.value["people"][0]["phone"] == "+31527123456"
    assert PhoneBlock().value_for_form("+31527123456") == "0527 123 456"
    with pytest.raises(ValidationError):
        clean_blocks(("team", {"people": [person | {"phone": "bel maar"}]}))
    page = publish_block("team", {"people": [person | {"phone": "+31527123456"}]})
    assert 'href="tel:+31527123456" dir="ltr">0527 123 456</a>' in client.get(page.url).content.decode()
