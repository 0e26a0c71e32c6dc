"""The block with a video, which visitors fetch from this site and no other."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from pilot_pages.blocks import groups
from pilot_pages.blocks.consent import BlockWithConsent, ConsentInPictureBlock
from pilot_pages.blocks.media import FileBlock
from pilot_pages.blocks.text import HEADING_LENGTH, TextBlock
from pilot_pages.read_api import schemas
from pilot_pages.read_api.files import serialize_image

MAX_SIZE = 100 * 1024 * 1024  # bytes


class MediaFileBlock(FileBlock):
    """A document of one of some types, and not too large for a telephone."""

    def __init__(self, extensions: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.extensions = extensions

    def clean(self, value: Any) -> Any:
        document = super().clean(value)
        if document and document.file_extension.lower() not in self.extensions:
            raise ValidationError(
                _("Choose a file of this type: %(types)s."), params={"types": ", ".join(self.extensions)}
            )
        if document and (document.get_file_size() or 0) > MAX_SIZE:
            raise ValidationError(_("This file is larger than %(size)s."), params={"size": filesizeformat(MAX_SIZE)})
        return document


class PosterBlock(ImageChooserBlock):
    """An image chooser. The API returns the image with its sizes."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> schemas.PageImage | None:
        return value and serialize_image(value)


class VideoBlock(BlockWithConsent):
    heading = blocks.CharBlock(label=_("Heading"), max_length=HEADING_LENGTH, help_text=_("What the video is about."))
    video = MediaFileBlock(
        ("mp4", "webm"),
        label=_("Video"),
        help_text=_(
            "An MP4 or WebM file of 100 MB at most. A telephone can write into it where it was made: remove that first."
        ),
    )
    poster = PosterBlock(
        label=_("Image before it starts"), required=False, help_text=_("Without it the video is black until it starts.")
    )
    captions = MediaFileBlock(
        ("vtt",),
        label=_("Captions"),
        required=False,
        help_text=_("A WebVTT file (.vtt). Required by law if there is speech in the video."),
    )
    transcript = TextBlock(
        label=_("The video as text"),
        features=["bold", "ul", "link"],
        help_text=_("All that is said and all that matters of what is shown, for who can't see or hear it."),
    )
    consent = ConsentInPictureBlock()

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ("video", "poster")

    class Meta:
        icon = "media"
        group = groups.MEDIA
        label = _("Video")
        description = _("A video from this site itself, with all of it as text.")
        template = "pilot_pages/blocks/video.html"
        preview_template = "pilot_pages/blocks/previews/video.html"
        preview_value = {"heading": "Een dag op het werk", "transcript": "<p>Wat er te zien en te horen is.</p>"}
