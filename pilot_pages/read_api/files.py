"""Pictures and documents in a page, with addresses that can be fetched from anywhere."""

from typing import Any

from django.conf import settings
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, SourceImageIOError
from wagtail.images.utils import to_svg_safe_spec

WIDTHS = (480, 960, 1440)  # pixels; none is made larger than it is
SHOWN = 960


def whole(address: str) -> str:
    return address if "://" in address else settings.BASE_URL + address


def renditions(image: AbstractImage) -> list[dict[str, Any]]:
    """The sizes to choose from, smallest first; none of a picture whose file is gone."""
    specs = {width: _spec(image, width) for width in WIDTHS}
    try:
        made = image.get_renditions(*dict.fromkeys(specs.values()))
    except SourceImageIOError:
        return []
    sizes = [
        {"src": whole(rendition.url), "width": rendition.width, "height": rendition.height}
        for rendition in made.values()
    ]
    return list({size["width"]: size for size in sizes}.values())


def _spec(image: AbstractImage, width: int) -> str:
    spec = f"width-{width}|format-webp"
    return (to_svg_safe_spec(spec) or "original") if image.is_svg() else spec


def picture(image: AbstractImage) -> dict[str, Any] | None:
    """A picture in a page: `src` is the one to show where nothing is chosen."""
    sizes = renditions(image)
    if not sizes:
        return None
    shown = next((size for size in sizes if size["width"] >= SHOWN), sizes[-1])
    alt = "" if image.decorative else image.contextual_alt_text or ""
    return {"id": image.pk, "title": image.title, "alt": alt, **shown, "renditions": sizes}


def document(file: AbstractDocument) -> dict[str, Any]:
    """A file in a page; `size` in bytes."""
    kind = {"size": file.file_size, "extension": file.file_extension}
    return {"id": file.pk, "title": file.title, "url": whole(file.url), **kind}
