"""The languages of the candidate's own page, with one file of texts for each.

Dutch and English are always available. The translation in any other language must be approved by a named person before
candidates see it, and again after each change of its file.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models.approval import Approval
from dossiers.models.text_fields import CharField

SENTENCE_END = re.compile(r"[.?!؟።]+(?=[”»)\s]|$)")
PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Words:
    """The file of a language: its own name, text direction, texts by key, and labels of choices by field and code."""

    code: str
    name: str
    direction: str
    texts: dict[str, str]
    choices: dict[str, dict[str, str]]
    mark: str  # hash of the file

    def fill(self, key: str, **values: str) -> str:
        """Return a text with its placeholders filled in; in right-to-left text each value keeps its own direction."""
        apart = "\u2068{}\u2069" if self.direction == "rtl" else "{}"
        return self.texts[key].format(**{name: apart.format(value) for name, value in values.items()})

    def naming_contact(self, *, has_coordinator: bool) -> "Words":
        """Return these words with whom to reach filled in: the candidate's coordinator, or else the municipality."""
        contact = self.texts["contact_coordinator" if has_coordinator else "contact_municipality"]
        names = (("{contact}", contact), ("{Contact}", capfirst(contact)))
        texts = dict(self.texts)
        for place, name in names:
            texts = {key: text.replace(place, name) for key, text in texts.items()}
        return replace(self, texts=texts)

    def naming_site(self, own_name: str) -> "Words":
        """Return these words with the name filled in that editors typed for the site, or else the file's own."""
        site = own_name or self.texts["site"]
        texts = {key: text.replace("{site}", site) for key, text in self.texts.items()}
        return replace(self, texts=texts | {"site": site})

    @property
    def missing(self) -> list[str]:
        """The keys of which this language lacks the text, or has another number of sentences or places than Dutch."""
        own = get_words("nl")
        texts = [key for key, text in own.texts.items() if _outline(self.texts.get(key) or "") != _outline(text)]
        return texts + [
            f"{field}.{code}" for field, codes in own.choices.items() for code in codes
            if not self.choices.get(field, {}).get(code)
        ]  # fmt: skip

    def get_text(self, key: str) -> str:
        """Return the text or the label of a key of `missing`."""
        field, _dot, code = key.partition(".")
        return self.choices[field][code] if code else self.texts[key]


def _outline(text: str) -> tuple[bool, int, list[str]]:
    """Return what a translation has in common with its original: a text, sentences, and places to fill in."""
    return bool(text), len(SENTENCE_END.findall(text)), sorted(place.lower() for place in PLACE.findall(text))


def get_folder() -> Path:
    return Path(settings.FIXTURES_DIR) / "candidate"


@lru_cache(maxsize=32)
def _read(path: Path, _changed: float) -> Words:
    content = path.read_bytes()
    texts: dict[str, Any] = yaml.safe_load(content)
    mark = hashlib.sha256(content).hexdigest()
    return Words(path.stem, texts["name"], texts["direction"], texts["texts"], texts["choices"], mark)


def get_words(code: str) -> Words:
    """Return the texts of a language; raises FileNotFoundError if it has no file."""
    path = get_folder() / f"{code}.yaml"
    return _read(path, path.stat().st_mtime)


def get_languages() -> list[Words]:
    """Return all languages with a file, Dutch and English first."""
    others = sorted({path.stem for path in get_folder().glob("*.yaml")} - set(settings.OWN_LANGUAGES))
    return [get_words(code) for code in (*settings.OWN_LANGUAGES, *others)]


def get_offered_languages() -> list[Words]:
    """Return the languages that a candidate can choose."""
    approved = dict(CandidateLanguage.objects.values_list("code", "mark"))
    return [
        language
        for language in get_languages()
        if language.code in settings.OWN_LANGUAGES
        or (approved.get(language.code) == language.mark and not language.missing)
    ]


class CandidateLanguage(Approval):
    """The approval of a translation, which holds for one version of its file."""

    wagtail_reference_index_ignore = True  # no page refers to it

    code = CharField(_("language"), max_length=8, unique=True)

    class Meta:
        verbose_name = _("language of the candidate's page")
        verbose_name_plural = _("languages of the candidate's page")
        default_permissions = ("change",)

    def __str__(self) -> str:
        return self.code

    @classmethod
    def approve(cls, language: Words, name: str, user: User) -> None:
        """Record that this person approved the current texts."""
        fields = {"approved_by": name, "approved_at": timezone.now(), "user": user, "mark": language.mark}
        cls.objects.update_or_create(code=language.code, defaults=fields)
