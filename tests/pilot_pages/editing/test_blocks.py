"""The blocks of pages: their previews, their Dutch labels and their accessibility checks."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.admin.telepath import JSContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pilot_pages.blocks import BodyBlock
from pilot_pages.models import SignUpPage

NAMES = list(BodyBlock().child_blocks)
H2, H3 = "<h2>Kop</h2><p>Tekst.</p>", "<h3>Kopje</h3><p>Tekst.</p>"
STEPS = {"steps": [{"title": "Bel", "text": "", "facts": []}, {"title": "Kom", "text": "", "facts": []}]}


def cleaned(*blocks: tuple[str, Any]) -> Any:
    """Return the blocks after the validation of the editor's form."""
    body = BodyBlock()
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    return body.clean(body.to_python(raw))


def words_of(refused: Any) -> str:
    """Return all messages of a ValidationError, including nested ones."""
    with translation.override("nl"):
        return str(refused.value.as_json_data())


@pytest.mark.parametrize("name", NAMES)
def test_the_picker_shows_each_block_as_it_will_look_with_what_it_is_for(anna: Client, name: str) -> None:
    block = BodyBlock().child_blocks[name]
    assert block.is_previewable
    assert len(str(block.get_description())) > 20
    assert block.meta.group and block.meta.icon != "placeholder"
    html = anna.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}).content.decode()
    assert "utrecht-" in html.split("<main")[1]


@pytest.mark.parametrize("name", NAMES)
def test_and_so_does_the_editor_of_wagtail(content: SignUpPage, name: str) -> None:
    assert JSContext().pack(BodyBlock().child_blocks[name])


def test_headings_in_order_are_taken() -> None:
    cleaned(("text", H2 + H3), ("text", H3), ("steps", STEPS), ("text", H2), ("steps", STEPS | {"heading": "Zo"}))


def test_a_small_heading_without_a_large_one_above_it_is_refused_with_words() -> None:
    with pytest.raises(ValidationError) as refused:
        cleaned(("text", "<p>Eerst wat tekst.</p>"), ("text", H3))
    assert "Zet er een grote boven" in words_of(refused)


def test_steps_and_cards_need_a_heading_when_nothing_stands_above_them() -> None:
    with pytest.raises(ValidationError) as refused:
        cleaned(("steps", STEPS))
    assert "Geef dit een kop" in words_of(refused)


def test_one_thing_to_do_is_asked_at_most_twice() -> None:
    with pytest.raises(ValidationError):
        cleaned(*[("contact", {"heading": "Bel ons"})] * 2)


@pytest.fixture
def image(content: SignUpPage) -> int:
    return get_image_model().objects.create(title="IMG_1234.jpg", file=get_test_image_file()).pk


def test_an_image_needs_its_alt_text_or_the_tick_that_it_is_decorative(image: int) -> None:
    with pytest.raises(ValidationError) as refused:
        cleaned(("picture", {"image": {"image": image, "alt_text": "", "decorative": False}}))
    assert "Voeg alt tekst toe" in words_of(refused)
    cleaned(("picture", {"image": {"image": image, "alt_text": "Twee mensen in een kas", "decorative": False}}))
    cleaned(("picture", {"image": {"image": image, "alt_text": "", "decorative": True}}))


@pytest.mark.parametrize("alt", ["IMG_1234.jpg", "kas.webp", "DSC 0042", "schermafbeelding-3"])
def test_the_name_of_a_file_is_no_alt_text(image: int, alt: str) -> None:
    with pytest.raises(ValidationError) as refused:
        cleaned(("picture", {"image": {"image": image, "alt_text": alt, "decorative": False}}))
    assert "naam van een bestand" in words_of(refused)
