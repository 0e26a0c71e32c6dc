"""System checks of the installation: style sheets, file permissions, encryption keys."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from config.logins import encryption
from config.private_files import is_accessible_to_others, roots


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


@register("second_factor", deploy=True)
def check_second_factor(**_kwargs: Any) -> list[CheckMessage]:
    """Report a missing MFA_KEYS and second-factor secrets that no current key can decrypt."""
    messages: list[CheckMessage] = []
    if not settings.MFA_KEYS:
        message = "MFA_KEYS is not set: second factors are encrypted with a key made from SECRET_KEY."
        hint = "Another SECRET_KEY would then make everybody set theirs up again. Set MFA_KEYS, then run `migrate`."
        messages.append(Warning(message, hint=hint, id="config.W003"))
    try:
        unreadable = sum(not encryption.is_readable(authenticator) for authenticator in Authenticator.objects.all())
    except DatabaseError:  # not migrated yet
        unreadable = 0
    if unreadable:
        message = f"{unreadable} second factor(s) can't be read with MFA_KEYS and SECRET_KEY: nobody gets in with them."
        hint = "Put the key that is gone back in MFA_KEYS or SECRET_KEY, then run `migrate`."
        messages.append(Error(message, hint=hint, id="config.E002"))
    return messages
