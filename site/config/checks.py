"""What is wrong with the installation itself, told before someone sees it in a browser."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register("style_sheets")
def check_style_sheets(**_kwargs: Any) -> list[CheckMessage]:
    """The pages are legible without style sheets, and look broken."""
    hint = "Run `make install`, or `npm install --no-package-lock` in the project's directory."
    if not (settings.STYLE_SHEETS_DIR / "components.css").is_file():
        return [Warning("The style sheets of the public site are missing.", hint=hint, id="config.W001")]
    if not (settings.STYLE_SHEETS_DIR / "themes" / f"{settings.THEME}.css").is_file():
        message = f"THEME is {settings.THEME!r}, and package.json brings no theme of that name."
        return [Warning(message, hint=f"Add its design tokens to package.json. {hint}", id="config.W002")]
    return []
