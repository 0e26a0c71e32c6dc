"""The content of security.txt (RFC 9116)."""

from datetime import UTC, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PATH = "/.well-known/security.txt"
# RFC 9116 advises less than a year. The file is generated for each request, so the expiry date moves on every day.
VALIDITY = timedelta(days=90)


def validate_security_contact(value: str) -> None:
    """Require an e-mail address or an https URL."""
    if value.startswith("https://"):
        return
    try:
        validate_email(value)
    except ValidationError as error:
        message = _("Write an e-mail address, or the address of a page that begins with https://.")
        raise ValidationError(message) from error


def security_txt(contact: str, base_url: str) -> str:
    uri = contact if contact.startswith("https://") else f"mailto:{contact}"
    expires = datetime.combine(timezone.localdate() + VALIDITY, time(), UTC)
    lines = [f"Contact: {uri}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    if base_url.startswith("https://"):  # the RFC allows only https here
        lines.append(f"Canonical: {base_url}{PATH}")
    return "".join(f"{line}\n" for line in lines)
