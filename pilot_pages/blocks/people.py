"""Blocks that quote people or show who they are."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from dossiers.models.contact_fields import PhoneField, format_phone
from pilot_pages.blocks import groups
from pilot_pages.blocks.consent import BlockWithConsent, ConsentBlock
from pilot_pages.blocks.media import DescribedImageBlock
from pilot_pages.blocks.text import TextBlock, heading_block


class QuoteBlock(BlockWithConsent):
    quote = blocks.TextBlock(
        label=_("Quote"), rows=3, max_length=400, help_text=_("Without quotation marks: the page adds them.")
    )
    who = blocks.CharBlock(
        label=_("Who said it"), required=False, help_text=_("Only with this person's permission; a role will do.")
    )
    image = DescribedImageBlock(label=_("Photo"), required=False)
    consent = ConsentBlock()

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ("who", "image")

    class Meta:
        icon = "openquote"
        group = groups.PEOPLE
        label = _("Quote")
        description = _("What someone said, in their own words, with or without a photo.")
        template = "pilot_pages/blocks/quote.html"
        preview_value = {"quote": "Een zin die iemand zo heeft gezegd.", "who": "Functie van de spreker"}


class EmployerStoryValue(blocks.StructValue):
    @property
    def attribution(self) -> str:
        return ", ".join(filter(None, map(self.get, ("name", "role", "company"))))


class EmployerStoryBlock(BlockWithConsent):
    heading = heading_block()
    text = TextBlock(label=_("Story"), features=["bold", "ul", "link"])
    quote = blocks.TextBlock(
        label=_("Quote"),
        required=False,
        rows=2,
        max_length=400,
        help_text=_("Without quotation marks: the page adds them."),
    )
    name = blocks.CharBlock(label=_("Name"), required=False, max_length=100)
    role = blocks.CharBlock(label=_("Role"), required=False, max_length=100)
    company = blocks.CharBlock(label=_("Company"), max_length=100)
    image = DescribedImageBlock(label=_("Photo"), required=False)
    consent = ConsentBlock()

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ("name", "quote", "image")

    class Meta:
        icon = "user"
        group = groups.PEOPLE
        label = _("An employer's story")
        description = _("What an employer went through, with the name of the company and, if they wish, of the person.")
        template = "pilot_pages/blocks/employer_story.html"
        value_class = EmployerStoryValue
        preview_value = {
            "heading": "Zo ging het bij ons",
            "text": "<p>Wat de werkgever meemaakte.</p>",
            "quote": "Een zin die iemand zo heeft gezegd.",
            "role": "Functie van de spreker",
            "company": "Naam van het bedrijf",
        }


class PhoneBlock(blocks.CharBlock):
    """A telephone number, stored as `PhoneField` stores it."""

    def clean(self, value: str) -> str:
        return PhoneField().to_python(super().clean(value)) or ""

    def value_for_form(self, value: str) -> str:
        return format_phone(value) if value else value


class TeamMemberBlock(BlockWithConsent):
    name = blocks.CharBlock(label=_("Name"), max_length=100)
    role = blocks.CharBlock(label=_("Role"), max_length=100)
    image = DescribedImageBlock(label=_("Photo"), required=False)
    phone = PhoneBlock(label=_("Telephone"), required=False)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)
    consent = ConsentBlock()

    PEOPLE_FIELDS: ClassVar[tuple[str, ...]] = ("name", "image")

    class Meta:
        icon = "user"
        label = _("Person")


class TeamBlock(blocks.StructBlock):
    heading = heading_block()
    people = blocks.ListBlock(TeamMemberBlock(), label=_("People"), max_num=20)

    class Meta:
        icon = "group"
        group = groups.PEOPLE
        label = _("People of the team")
        description = _("Who works on the pilot, and how to reach them.")
        template = "pilot_pages/blocks/team.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": "Wie u spreekt",
            "people": [{"name": "Naam", "role": "Functie", "phone": "+31527123456", "email": "naam@example.org"}] * 2,
        }
