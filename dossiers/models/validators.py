"""What people type passes the privacy gate before it is kept: free text, and names of fields and choices."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dossiers import privacy

NOT_A_BSN = "not_a_bsn"  # what a form sends with each number of which somebody says so
BOX = '<label class="not-a-bsn"><input type="checkbox" name="{}" value="{}"> {}</label>'


def refuse_private_numbers(text: str) -> None:
    """No BSN or V-number within what people type; raises ValidationError, which does not quote the number.

    What may be a BSN or something else is asked about where somebody can be asked, else refused too.
    """
    if message := privacy.refused(text):
        raise ValidationError(str(message), code="private")
    if numbers := privacy.possible_bsns(text):
        refusal = question(numbers) if privacy.can_ask() else str(privacy.PERHAPS_A_BSN)
        raise ValidationError(refusal, code="perhaps_private")


def question(numbers: Iterable[str]) -> SafeString:
    """With a box to tick for each number, which goes along with the form that it stands in."""
    boxes = ((NOT_A_BSN, number, _("%(number)s is not a BSN") % {"number": number}) for number in numbers)
    return format_html(
        "{} {}",
        _("This may be a citizen service number (BSN), which is not kept here. Take it out, or tick:"),
        format_html_join(" ", BOX, boxes),
    )


def refuse_forbidden_name(text: str) -> None:
    """No field or choice for what may not be kept of a person (see dossiers.privacy); raises ValidationError."""
    if privacy.forbidden_header(text):
        message = _(
            "“%(name)s” asks for something that may not be kept: no BSN, V-number, nationality, origin, religion, "
            "health or asylum motive. What work needs can be asked about the work itself."
        )
        raise ValidationError(message, code="private", params={"name": text})
