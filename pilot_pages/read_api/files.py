"""Images and documents as data, with absolute URLs."""

from django.conf import settings
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, SourceImageIOError
from wagtail.images.utils import to_svg_safe_spec

from pilot_pages.read_api import schemas

WIDTHS = (480, 960, 1440)  # pixels; smaller images are not enlarged
DEFAULT_WIDTH = 960


def make_absolute(address: str) -> str:
    return address if "://" in address else settings.BASE_URL + address


def serialize_renditions(image: AbstractImage) -> list[schemas.Rendition]:
    """Return the renditions, the smallest first; an empty list if the file of the image is missing."""
    specs = [f"width-{width}|format-webp" for width in WIDTHS]
    if image.is_svg():
        specs = [to_svg_safe_spec(spec) or "original" for spec in specs]
    try:
        renditions_by_spec = image.get_renditions(*dict.fromkeys(specs))
    except SourceImageIOError:
        return []
    sizes: list[schemas.Rendition] = [
        {"src": make_absolute(rendition.url), "width": rendition.width, "height": rendition.height}
        for rendition in renditions_by_spec.values()
    ]
    return list({size["width"]: size for size in sizes}.values())


def serialize_image(image: AbstractImage, alt: str | None = None) -> schemas.PageImage | None:
    """Return the image as data; `src` is the rendition to use by default. None if its file is missing.

    `alt` is the alt text of an image that is not in a block.
    """
    sizes = serialize_renditions(image)
    if not sizes:
        return None
    default_size = next((size for size in sizes if size["width"] >= DEFAULT_WIDTH), sizes[-1])
    if alt is None:
        alt = "" if image.decorative else image.contextual_alt_text or ""
    return {"id": image.pk, "title": image.title, "alt": alt, **default_size, "renditions": sizes}


def serialize_document(file: AbstractDocument) -> schemas.PageDocument:
    """Return the document as data; `size` is in bytes."""
    return {
        "id": file.pk,
        "title": file.title,
        "url": make_absolute(file.url),
        "size": file.file_size,
        "extension": file.file_extension,
    }
