"""The sentences in the remarks of an interest by which imports keep a contact who is not that of the employer."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.models.contact_fields import PhoneField, format_phone

OF_LINE, FORMER = "of_line", "former"
LABELS = {
    OF_LINE: gettext_lazy("Contact person according to the list"),
    FORMER: gettext_lazy("Contact person before this list"),
}
GONE = "…"  # in place of a part that was forgotten
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")

Spelling = tuple[str, str, str]
"""The (name, e-mail, telephone) of a contact."""


@cache
def build_labels() -> dict[str, str]:
    """Return the beginnings of the sentences, in one language whoever imports, so that they are recognized later."""
    with translation.override(settings.LANGUAGE_CODE):
        return {kind: f"{label}: " for kind, label in LABELS.items()}


def write_sentence(beginning: str, contact: Spelling) -> str:
    name, email, phone = contact
    texts = filter(None, [name, format_phone(phone), email])
    return privacy.masked(" ".join(f"{beginning}{', '.join(texts)}".split()))


def read_sentences(remarks: str) -> list[Spelling]:
    """Return the contacts in the sentences of these remarks, in their order."""
    return [_parse(match["contact"]) for match in _build_pattern().finditer(remarks)]


def rewrite_sentences(remarks: str, change: Callable[[Spelling], Spelling]) -> str:
    """Return the remarks with changed contacts in their sentences; where nothing changes, the text stays as it is."""

    def rewrite(match: re.Match[str]) -> str:
        before = _parse(match["contact"])
        after = change(before)
        return match[0] if after == before else write_sentence(match["beginning"], after)

    return _build_pattern().sub(rewrite, remarks)


@cache
def _build_pattern() -> re.Pattern[str]:
    beginnings: Iterable[str] = map(re.escape, build_labels().values())
    return re.compile(rf"^(?P<beginning>{'|'.join(beginnings)})(?P<contact>.*\S)", re.MULTILINE)


def _parse(text: str) -> Spelling:
    """Return the parts of a contact; what is no address and no number at the end belongs to the name."""
    parts = [part for part in text.split(", ") if part != GONE]
    email = parts.pop() if parts and ADDRESS.fullmatch(parts[-1]) else ""
    phone = ""
    if parts:
        try:
            phone = PhoneField().to_python(parts[-1])
        except ValidationError:
            pass
        else:
            parts.pop()
    return ", ".join(parts), email.lower(), phone
