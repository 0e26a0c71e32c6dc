"""The blocks in the read API."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Site, get_page_models

from pilot_pages.models import GuidancePage, PilotSettings, SignUpPage
from tests.pilot_pages.read_api.pages import get, get_block, make_image, publish_block


@pytest.fixture
def page_of(client: Client, content: SignUpPage):
    """Return the value of the block in the API, on a page with only this block."""

    def make(kind: str, value):
        page = publish_block(kind, value)
        return get_block(get(client, f"pages/{page.pk}/"), kind)

    return make


def test_an_image_has_several_renditions(page_of) -> None:
    image = make_image()
    picture = page_of("picture", {"image": {"image": image.pk, "alt_text": "Een kas"}, "caption": "Onze kas"})
    shown = picture["image"]
    assert (shown["alt"], shown["width"], shown["height"], shown["title"]) == ("Een kas", 960, 480, "Kas")
    assert shown["src"].startswith("http://testserver/media/images/")
    assert [rendition["width"] for rendition in shown["renditions"]] == [480, 960, 1440]
    assert picture["caption"] == "Onze kas"


def test_a_decorative_image_has_an_empty_alt_text(page_of) -> None:
    value = {"image": {"image": make_image().pk, "alt_text": "Een kas", "decorative": True}}
    assert page_of("picture", value)["image"]["alt"] == ""


def test_an_svg_image_stays_svg(page_of) -> None:
    shown = page_of("picture", {"image": {"image": make_image(svg=True).pk, "alt_text": "Een lijn"}})["image"]
    assert shown["src"].endswith(".svg")


def test_an_image_without_its_file_is_omitted(page_of) -> None:
    image = make_image()
    image.file.storage.delete(image.file.name)
    assert page_of("picture", {"image": {"image": image.pk, "alt_text": "Een kas"}})["image"] is None


def test_a_document_has_its_url_extension_and_size(page_of) -> None:
    file = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    file.get_file_size()  # as an upload does
    document = page_of("download", {"document": file.pk, "text": "Om mee te nemen"})["document"]
    assert document["url"].startswith(f"http://testserver/documenten/{file.pk}/folder")
    assert (document["title"], document["extension"], document["size"]) == ("Folder", "pdf", 8)


def test_a_link_to_a_document_in_rich_text_is_absolute(page_of) -> None:
    file = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    text = page_of("text", f'<p><a linktype="document" id="{file.pk}">Folder</a></p>')
    assert f'<a href="http://testserver/documenten/{file.pk}/folder' in text


def test_a_link_to_an_unpublished_page_in_rich_text_has_no_url(page_of) -> None:
    there, gone = GuidancePage.objects.get(slug="toegankelijkheid"), GuidancePage.objects.get(slug="over-de-pilot")
    gone.unpublish()
    source = "".join(f'<p><a linktype="page" id="{page.pk}">{page.slug}</a></p>' for page in (there, gone))
    text = page_of("text", source)
    assert '<a href="/toegankelijkheid/">toegankelijkheid</a>' in text
    assert "<a>over-de-pilot</a>" in text


def test_a_card_of_an_unpublished_page_refers_to_null(page_of) -> None:
    gone = GuidancePage.objects.get(slug="over-de-pilot")
    gone.unpublish()
    cards = page_of("page_cards", {"heading": "Verder", "cards": [{"page": gone.pk, "text": "Waarom"}]})
    assert cards["cards"][0]["page"] is None


def test_the_contact_block_contains_the_contact_details(page_of, content: SignUpPage) -> None:
    settings = PilotSettings.for_site(Site.objects.get())
    settings.contact_name = "Balie Voorbeeld"
    settings.save()
    assert page_of("contact", {"heading": "Contact"})["contact"]["contact_name"] == "Balie Voorbeeld"


def test_the_lists_of_images_and_documents_have_absolute_urls(client: Client, content: SignUpPage) -> None:
    image = make_image(description="Een kas in de polder")
    publish_page_with_image(image)
    download_url = get(client, "images/")["items"][0]["meta"]["download_url"]
    assert download_url.startswith("http://testserver/media/images/") and client.get(download_url).status_code == 200
    assert [item["id"] for item in get(client, f"images/?search={image.title}")["items"]] == [image.pk]
    assert get(client, "images/?search=nergens")["items"] == []
    assert get(client, "documents/?search=nergens")["items"] == []
    detail = get(client, f"images/{image.pk}/")
    assert detail["description"] == "Een kas in de polder"
    assert detail["renditions"][0]["src"].startswith("http://testserver/media/images/")


def publish_page_with_image(image: AbstractImage) -> GuidancePage:
    return publish_block("picture", {"image": {"image": image.pk, "decorative": True, "alt_text": ""}, "caption": ""})


def test_an_image_is_listed_only_while_a_public_page_uses_it(client: Client, content: SignUpPage) -> None:
    image = make_image()
    assert get(client, "images/")["items"] == []
    assert client.get(f"/api/v2/images/{image.pk}/").status_code == 404
    page = publish_page_with_image(image)
    assert [item["id"] for item in get(client, "images/")["items"]] == [image.pk]
    page.unpublish()
    assert get(client, "images/")["items"] == []


def choosers(block: blocks.Block, path: str) -> Iterator[tuple[str, blocks.Block]]:
    if isinstance(block, blocks.ChooserBlock):
        yield path, block
    for name, child in getattr(block, "child_blocks", {}).items():
        yield from choosers(child, f"{path}.{name}")
    if isinstance(block, blocks.ListBlock):
        yield from choosers(block.child_block, path)


def test_no_block_refers_to_another_object_by_its_id_alone() -> None:
    """The id of a page, image or document is of no use to a client without the database."""
    streams = [
        (f"{model.__name__}.{field.name}", field.stream_block)
        for model in get_page_models()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
    ]
    assert streams
    bare = [
        path
        for name, stream in streams
        for path, block in choosers(stream, name)
        if not path.endswith(".image.image")  # a part of DescribedImageBlock, which speaks for it
        and type(block).get_api_representation is blocks.Block.get_api_representation
    ]
    assert bare == []
