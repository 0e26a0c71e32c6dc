"""What people type passes the privacy gate before it is kept: free text, and names of fields and choices."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dossiers import privacy


def refuse_private_numbers(text: str) -> None:
    """No BSN or V-number within what people type; raises ValidationError, which does not quote the number."""
    if message := privacy.check_text(text):
        raise ValidationError(str(message), code="private")


def refuse_forbidden_name(text: str) -> None:
    """No field or choice for what may not be kept of a person (see dossiers.privacy); raises ValidationError."""
    if privacy.forbidden_header(text):
        told = _(
            "“%(name)s” asks for something that may not be kept: no BSN, V-number, nationality, origin, religion, "
            "health or asylum motive. What work needs can be asked about the work itself."
        )
        raise ValidationError(told, code="private", params={"name": text})
