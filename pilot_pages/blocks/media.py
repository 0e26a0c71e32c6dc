"""Blocks for images and documents."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from pilot_pages.blocks import groups
from pilot_pages.blocks.consent import BlockWithConsent, ConsentInPictureBlock
from pilot_pages.blocks.required_fields import require_in_parent
from pilot_pages.read_api import schemas
from pilot_pages.read_api.files import serialize_document, serialize_image

FILE_NAME = re.compile(r"(\.(avif|gif|jpe?g|png|svg|webp)|^(img|dsc|dscf|pxl|schermafbeelding)[-_ \d]+)$", re.I)
FILE_NAME_AS_ALT_TEXT = _("This is the name of a file. Say what is to be seen, or tick that it is decorative.")


class DescribedImageBlock(ImageBlock):
    """An image that has a meaningful alt text or is marked as decorative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.child_blocks["image"].label = _("Image")  # Wagtail's label is not translated
        require_in_parent(self.child_blocks["alt_text"])

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if value and not value.decorative and FILE_NAME.search((value.contextual_alt_text or "").strip()):
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(FILE_NAME_AS_ALT_TEXT)})
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> schemas.PageImage | None:
        return value and serialize_image(value)


class PictureBlock(BlockWithConsent):
    image = DescribedImageBlock(
        label=_("Image"),
        help_text=_("The alt text says what is to be seen, for who can't see it. A decorative image needs none."),
    )
    caption = blocks.CharBlock(
        label=_("Caption"),
        required=False,
        max_length=200,
        help_text=_("Below the image, for everybody."),
    )
    consent = ConsentInPictureBlock()

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ("image",)

    class Meta:
        icon = "image"
        group = groups.MEDIA
        label = _("Image")
        description = _("A picture with a text for who can't see it.")
        template = "pilot_pages/blocks/picture.html"
        preview_template = "pilot_pages/blocks/previews/picture.html"
        preview_value = {"caption": "Een onderschrift bij de afbeelding"}


class FileBlock(DocumentChooserBlock):
    """A document chooser. The API returns the document with its URL."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> schemas.PageDocument | None:
        return value and serialize_document(value)


class DownloadBlock(blocks.StructBlock):
    document = FileBlock(label=_("File"))
    text = blocks.CharBlock(
        label=_("What it is"), required=False, max_length=200, help_text=_("What a reader finds in it, in a sentence.")
    )

    class Meta:
        icon = "download"
        group = groups.MEDIA
        label = _("Download")
        description = _("A file to fetch; its kind and size are shown.")
        template = "pilot_pages/blocks/download.html"
        preview_template = "pilot_pages/blocks/previews/download.html"
        preview_value = {"text": "Wat een lezer erin vindt."}
