"""The alt text that is filled in where an editor chooses an image."""

from wagtail.images.models import AbstractImage


def propose_only_descriptions() -> None:
    """Fill in the description of an image, or nothing; called once, when the site starts.

    Wagtail fills in the title of an image without a description. That is the name of its file, unless somebody changed
    it, and a page was published with it.
    """
    AbstractImage.default_alt_text = property(lambda image: image.description)
