"""The consent of the people whom a block shows, names or quotes."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from pilot_pages.blocks.required_fields import require_in_parent


class ConsentValue(blocks.StructValue):
    @property
    def is_noted(self) -> bool:
        return bool(self.get("nobody") or (self["given_by"] and self["given_on"]))


class ConsentBlock(blocks.StructBlock):
    """Stores who gave consent, and when. Only staff see it: no template, API or search shows it."""

    given_by = require_in_parent(
        blocks.CharBlock(
            label=_("Who gave consent"),
            required=False,
            max_length=200,
            search_index=False,
            help_text=_("The name of each person who can be recognized."),
        )
    )
    given_on = require_in_parent(blocks.DateBlock(label=_("On which day"), required=False))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["given_on"] and cleaned["given_on"] > timezone.localdate():
            message = _("This day has not come yet.")
            raise StructBlockValidationError(block_errors={"given_on": ValidationError(message)})
        return cleaned

    class Meta:
        icon = "check"
        label = _("Consent; only staff see this")
        help_text = _("Required as soon as somebody is named, quoted or shown.")
        value_class = ConsentValue


class ConsentInPictureBlock(ConsentBlock):
    """The consent for a picture or video, in which there may be nobody."""

    nobody = blocks.BooleanBlock(label=_("Nobody can be recognized in it"), required=False)

    class Meta:
        help_text = _("Required, unless nobody can be recognized.")


class BlockWithConsent(blocks.StructBlock):
    """A block with consent in `consent`, which is required if a field of `PEOPLE_FIELDS` is filled."""

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ()

    def lacks_consent(self, value: Any) -> bool:
        return any(value[name] for name in self.PEOPLE_FIELDS) and not value["consent"].is_noted

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not getattr(self, "is_deferred_validation", False) and self.lacks_consent(cleaned):
            message = _("Note who gave consent, and on which day.")
            if "nobody" in cleaned["consent"]:
                message = _("Note who gave consent, and on which day, or that nobody can be recognized.")
            errors = {"given_by": ValidationError(message)}
            raise StructBlockValidationError(block_errors={"consent": StructBlockValidationError(block_errors=errors)})
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        content: dict[str, Any] = super().get_api_representation(value, context)
        del content["consent"]
        return content


def find_blocks_without_consent(block: blocks.Block, value: Any) -> Iterator[blocks.Block]:
    """Yield each block in the value whose consent is required and not noted."""
    if isinstance(block, blocks.StreamBlock):
        for child in value:
            yield from find_blocks_without_consent(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            yield from find_blocks_without_consent(block.child_block, item)
    elif isinstance(value, blocks.StructValue):
        if isinstance(block, BlockWithConsent) and block.lacks_consent(value):
            yield block
        for name, child in block.child_blocks.items():
            yield from find_blocks_without_consent(child, value[name])
