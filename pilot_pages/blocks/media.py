"""Pictures and files."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock


class DescribedImageBlock(ImageBlock):
    """An image with its alt text, or one that says nothing and is marked so."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        if value is None:
            return None
        shown = value.get_rendition("width-960|format-webp")
        return {"id": value.pk, "url": shown.full_url, "alt": value.contextual_alt_text or "", **_size(shown)}


def _size(rendition: Any) -> dict[str, int]:
    return {"width": rendition.width, "height": rendition.height}


class PictureBlock(blocks.StructBlock):
    image = DescribedImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        description = _("A picture with a text for who can't see it.")
        template = "pilot_pages/blocks/picture.html"


class FileBlock(DocumentChooserBlock):
    """A document, in the API with its address."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        return value and {"id": value.pk, "title": value.title, "url": value.full_url, "size": value.file_size}


class DownloadBlock(blocks.StructBlock):
    document = FileBlock(label=_("File"))
    text = blocks.CharBlock(label=_("What it is"), required=False)

    class Meta:
        icon = "download"
        label = _("Download")
        description = _("A file to fetch; its kind and size are shown.")
        template = "pilot_pages/blocks/download.html"
