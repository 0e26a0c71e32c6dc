"""The blocks of pages: their previews, their Dutch labels and their accessibility checks."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.admin.telepath import JSContext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pilot_pages.blocks import BodyBlock
from pilot_pages.models import GuidancePage, SignUpPage

NAMES = list(BodyBlock().child_blocks)
H2, H3 = "<h2>Kop</h2><p>Tekst.</p>", "<h3>Kopje</h3><p>Tekst.</p>"
STEPS = {"steps": [{"title": "Bel", "text": "", "facts": []}, {"title": "Kom", "text": "", "facts": []}]}


def clean_blocks(*blocks: tuple[str, Any]) -> Any:
    """Return the blocks after the validation of the editor's form."""
    body = BodyBlock()
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    return body.clean(body.to_python(raw))


def error_texts(refused: Any) -> str:
    """Return all messages of a ValidationError, including nested ones."""
    with translation.override("nl"):
        return str(refused.value.as_json_data())


@pytest.mark.parametrize("name", NAMES)
def test_the_block_picker_shows_a_preview_and_a_description_of_each_block(anna: Client, name: str) -> None:
    block = BodyBlock().child_blocks[name]
    assert block.is_previewable
    assert len(str(block.get_description())) > 20
    assert block.meta.group and block.meta.icon != "placeholder"
    html = anna.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}).content.decode()
    assert "utrecht-" in html.split("<main")[1]


@pytest.mark.parametrize("name", NAMES)
def test_wagtails_editor_can_render_each_block(content: SignUpPage, name: str) -> None:
    assert JSContext().pack(BodyBlock().child_blocks[name])


def test_headings_in_order_are_accepted() -> None:
    clean_blocks(("text", H2 + H3), ("text", H3), ("steps", STEPS), ("text", H2), ("steps", STEPS | {"heading": "Zo"}))


def test_a_subheading_without_a_heading_above_it_is_refused_with_an_explanation() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("text", "<p>Eerst wat tekst.</p>"), ("text", H3))
    assert "Zet er een grote boven" in error_texts(refused)


def test_steps_without_a_heading_above_them_need_a_heading_of_their_own() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("steps", STEPS))
    assert "Geef dit een kop" in error_texts(refused)


def test_a_page_has_at_most_one_contact_block() -> None:
    with pytest.raises(ValidationError):
        clean_blocks(*[("contact", {"heading": "Bel ons"})] * 2)


@pytest.fixture
def image(content: SignUpPage) -> int:
    return get_image_model().objects.create(title="IMG_1234.jpg", file=get_test_image_file()).pk


def test_an_image_needs_an_alt_text_or_must_be_marked_as_decorative(image: int) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("picture", {"image": {"image": image, "alt_text": "", "decorative": False}}))
    assert "Voeg alt tekst toe" in error_texts(refused)
    nobody = {"consent": {"nobody": True}}
    described = {"image": {"image": image, "alt_text": "Een rij tomaten in een kas", "decorative": False}}
    clean_blocks(("picture", described | nobody))
    clean_blocks(("picture", {"image": {"image": image, "alt_text": "", "decorative": True}} | nobody))


@pytest.mark.parametrize("alt", ["IMG_1234.jpg", "kas.webp", "DSC 0042", "schermafbeelding-3"])
def test_a_file_name_is_refused_as_alt_text(image: int, alt: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("picture", {"image": {"image": image, "alt_text": alt, "decorative": False}}))
    assert "naam van een bestand" in error_texts(refused)


@pytest.mark.parametrize("description", ["", "Een rood vlak"])
def test_a_chosen_image_brings_its_description_as_alt_text_and_never_its_title(anna: Client, description: str) -> None:
    image = get_image_model().objects.create(title="rood", description=description, file=get_test_image_file())
    answer = anna.get(reverse("wagtailimages_chooser:chosen", args=[image.pk])).json()
    assert answer["result"]["default_alt_text"] == description


@pytest.mark.parametrize(("app", "record"), [("wagtailimages", "image"), ("wagtaildocs", "document")])
def test_what_the_deletion_of_a_used_file_does_to_pages_is_said_and_so(
    anna: Client, client: Client, image: int, app: str, record: str
) -> None:
    document = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    key, kind = (image, "picture") if record == "image" else (document.pk, "download")
    values = {
        "picture": {"image": {"image": image, "alt_text": "", "decorative": True}, "caption": "Bijschrift"},
        "download": {"document": document.pk, "text": "Bijschrift"},
    }
    page = GuidancePage.objects.get(slug="privacy")
    page.body = page.body.stream_block.to_python([{"type": kind, "value": values[kind]}])
    page.save_revision().publish()
    assert "Bijschrift" in client.get(page.url).content.decode()

    url = reverse(f"{app}:delete", args=[key])
    bulk_url = f"{reverse('wagtail_bulk_action', args=[app, record, 'delete'])}?id={key}"
    for response in (anna.get(url), anna.get(bulk_url)):
        text = {"image": "het bijschrift verdwijnt mee", "document": "Een download valt daar weg"}[record]
        assert text in (html := response.content.decode()) and "voordat de pagina gepubliceerd kan worden" in html
    anna.post(url)
    assert "Bijschrift" not in client.get(page.url).content.decode()
    page.refresh_from_db()
    with pytest.raises(ValidationError):
        page.body.stream_block.clean(page.body)
