"""System checks of the installation: style sheets, file permissions, encryption keys."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from config.logins import encryption
from config.private_files import is_accessible_to_others, roots
from pilot_pages.webhooks.models import Webhook


@register("style_sheets")
def check_style_sheets(**_kwargs: Any) -> list[CheckMessage]:
    """Warn if the style sheets are missing: pages are then legible, but look broken."""
    hint = "Run `make install`, or `npm install --no-package-lock` in the project's directory."
    if not (settings.STYLE_SHEETS_DIR / "components.css").is_file():
        return [Warning("The style sheets of the public site are missing.", hint=hint, id="config.W001")]
    if not (settings.STYLE_SHEETS_DIR / "themes" / f"{settings.THEME}.css").is_file():
        message = f"THEME is {settings.THEME!r}, and package.json brings no theme of that name."
        return [Warning(message, hint=f"Add its design tokens to package.json. {hint}", id="config.W002")]
    return []


@register("private_files", deploy=True)
def check_private_files(**_kwargs: Any) -> list[CheckMessage]:
    """Report files with personal data that other users of the machine can read."""
    return [
        Error(
            f"Other users of this machine can enter {path}.",
            hint="Give it to the user that the site runs as, and let nobody else in (chmod 700).",
            id="config.E001",
        )
        for path in roots()
        if is_accessible_to_others(path)
    ]


@register("encryption", deploy=True)
def check_encryption(**_kwargs: Any) -> list[CheckMessage]:
    """Report a missing ENCRYPTION_KEYS, and secrets that no current key can decrypt."""
    messages: list[CheckMessage] = []
    if not settings.ENCRYPTION_KEYS:
        message = "ENCRYPTION_KEYS is not set: second factors and webhooks' secrets are encrypted with SECRET_KEY."
        hint = "They could not be read any more with another one. Set ENCRYPTION_KEYS, then run `migrate`."
        messages.append(Warning(message, hint=hint, id="config.W003"))
    try:
        factors = sum(not encryption.is_readable(authenticator) for authenticator in Authenticator.objects.all())
        webhooks = sum(not webhook.is_readable for webhook in Webhook.objects.all())
    except DatabaseError:  # not migrated yet
        return messages
    hint = "Put the key that is gone back in ENCRYPTION_KEYS or SECRET_KEY_FALLBACKS, then run `migrate`."
    if factors:
        message = f"{factors} second factor(s) can't be decrypted: nobody gets in with them."
        messages.append(Error(message, hint=hint, id="config.E002"))
    if webhooks:
        message = f"The secrets of {webhooks} webhook(s) can't be decrypted: their messages are not sent."
        messages.append(Error(message, hint=hint, id="config.E003"))
    return messages
