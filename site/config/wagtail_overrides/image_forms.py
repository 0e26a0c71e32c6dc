"""The form of an image, which stores a picture without what its camera wrote into it."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageOps
from wagtail.images.forms import BaseImageForm

from config.wagtail_overrides.document_forms import TitleFromFileName

METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment")  # names in Pillow's `Image.info`
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
QUALITY = 95  # of 100, as a picture is encoded anew


class ImageForm(TitleFromFileName, BaseImageForm):
    """Removes the metadata of an upload: a telephone writes there where the picture was taken, and by whom.

    The renditions that visitors get would have it too, and staff can download the picture as it is stored.
    """

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return (
            remove_metadata(file) if isinstance(file, UploadedFile) and file.content_type != "image/svg+xml" else file
        )


def remove_metadata(file: UploadedFile) -> UploadedFile:
    """Return the picture upright and without metadata; the file itself if there is none."""
    with Image.open(file) as picture:
        names = {*METADATA, *getattr(picture, "text", ())} & picture.info.keys()
        if picture.format in FORMATS and names:
            is_animated = getattr(picture, "is_animated", False)
            shown = picture if is_animated else ImageOps.exif_transpose(picture)
            for name in {*METADATA, *names}:
                shown.info.pop(name, None)
            stripped = BytesIO()
            colors = shown.info.get("icc_profile")
            options = {"exif": b"", "icc_profile": colors, "quality": QUALITY, "save_all": is_animated}
            shown.save(stripped, picture.format, **options)
            return SimpleUploadedFile(file.name or "", stripped.getvalue(), file.content_type or "")
    file.seek(0)
    return file
