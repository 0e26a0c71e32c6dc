"""Free text that passes the privacy gate before it is kept."""

from django.core.exceptions import ValidationError

from dossiers import privacy


def refuse_private_numbers(text: str) -> None:
    """No BSN or V-number within what people type; raises ValidationError, which does not quote the number."""
    if message := privacy.check_text(text):
        raise ValidationError(str(message), code="private")
