"""Validators of the privacy gate, for free text and for names of fields and choices."""

from collections.abc import Iterable, Sequence
from html import unescape
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dossiers import privacy

PRIVATE, PERHAPS_PRIVATE = "private", "perhaps_private"  # codes of errors
NOT_A_BSN = "not_a_bsn"  # what a form sends with each number of which somebody says so
CHECKBOX = '<label class="not-a-bsn"><input type="checkbox" name="{}" value="{}"> {}</label>'


def refuse_private_numbers(text: str) -> None:
    """Raise ValidationError if the text contains a BSN or V-number; the message does not quote the number.

    A number that may be a BSN or something else is a question if the user can answer it, and is refused otherwise.
    """
    if message := privacy.refused(text):
        raise ValidationError(str(message), code=PRIVATE)
    if numbers := privacy.possible_bsns(text):
        refusal = build_question(numbers) if privacy.can_ask() else str(privacy.PERHAPS_A_BSN)
        raise ValidationError(refusal, code=PERHAPS_PRIVATE)


def refuse_private_numbers_in_html(html: str) -> None:
    """Raise ValidationError for a number in the text that readers see or in an attribute: an address, an alt text."""
    source = unquote(unescape(html))
    for text in (source, strip_tags(source)):
        refuse_private_numbers(text)


def build_question(numbers: Iterable[str]) -> SafeString:
    """Return the question about these numbers, with a checkbox for each that is submitted with the form."""
    boxes = ((NOT_A_BSN, number, _("%(number)s is not a BSN") % {"number": number}) for number in numbers)
    return format_html(
        "{} {}",
        _("This may be a citizen service number (BSN), which is not kept here. Take it out, or tick:"),
        format_html_join(" ", CHECKBOX, boxes),
    )


def refuse_forbidden_name(text: str) -> None:
    """Raise ValidationError if this name, explanation or choice of a field asks for data that may not be stored."""
    if privacy.forbidden_header(text):
        message = _(
            "“%(name)s” asks for something that may not be kept: no BSN, V-number or number of a passport or another "
            "document, and nothing about nationality, origin, religion, political preference, trade union, health, "
            "sexual orientation, biometrics, asylum motive or criminal record. What work needs can be asked about the "
            "work itself."
        )
        raise ValidationError(message, code=PRIVATE, params={"name": text})


def refuse_nationalities(choices: Sequence[str], about: str) -> None:
    """Raise ValidationError if the choices of a field with the text `about` tell where somebody comes from."""
    if choice := privacy.find_nationality(choices, about):
        message = _(
            "“%(name)s” tells somebody's nationality or origin, which may not be kept; a country of a diploma or of "
            "earlier work does too. Ask what work needs instead: the diploma and its level, or the language."
        )
        raise ValidationError(message, code=PRIVATE, params={"name": choice})
