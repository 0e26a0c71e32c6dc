"""Every form of the backoffice with text input asks for confirmation before unsaved input is lost."""

import re
from pathlib import Path

from django.conf import settings

ASKS = 'include "admin_pages/asks_before_leaving.html"'
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.S)
TYPED = re.compile(
    r'formattedfield|\{\{ (field|value) \}\}|<textarea|<input type="(text|number|email|search)"(?! readonly)'
)
ON_THE_SITE = ("base.html", "403_csrf.html", "logins", "mfa", "account", "pilot_pages/sign_up", "pilot_pages/candidate")
WITHOUT_TYPING = {
    "admin_pages/repeated_form.html",  # what was typed is hidden in it, and the page offers two choices
    "dossiers/exports/choice.html",  # two choices
    "dossiers/imports/_lines_form.html",  # its script saves the input before it follows a link
}


def has_text_input(form: str) -> bool:
    return 'role="search"' not in form and (bool(TYPED.search(form)) or 'id="lines-form"' in form)


def test_each_form_with_text_input_asks_before_it_is_left():
    silent, number = [], 0
    for folder in (settings.BASE_DIR / "dossiers/templates", settings.BASE_DIR / "site/templates"):
        for path in Path(folder).rglob("*.html"):
            name = str(path.relative_to(folder))
            if name.startswith(ON_THE_SITE) or name in WITHOUT_TYPING:
                continue
            for form in FORM.findall(path.read_text("utf-8")):
                if has_text_input(form):
                    number += 1
                    silent += [] if ASKS in form else [f"{name}: {form[:80]}"]
    assert silent == []
    assert number > 20
