"""The words of the candidate's own page, a file a language, and which languages it is offered in.

Dutch and English are the product's own. Of any other language a named person has to say that the translation is right
before candidates see it; when its file changes after that, it is offered no more until somebody says so again.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField


@dataclass(frozen=True)
class Words:
    """A language's file: its own name, its direction, texts by key, and the words of choices by field and code."""

    code: str
    name: str
    direction: str
    texts: dict[str, str]
    choices: dict[str, dict[str, str]]
    mark: str  # another one when a word changed

    def fill(self, key: str, **values: str) -> str:
        """A text with its places filled in; among letters from right to left each value keeps its own direction."""
        apart = "\u2068{}\u2069" if self.direction == "rtl" else "{}"
        return self.texts[key].format(**{name: apart.format(value) for name, value in values.items()})

    @property
    def missing(self) -> list[str]:
        """Keys that Dutch has and this language does not."""
        own = words("nl")
        texts = [key for key in own.texts if not self.texts.get(key)]
        return texts + [
            f"{field}.{code}" for field, codes in own.choices.items() for code in codes
            if not self.choices.get(field, {}).get(code)
        ]  # fmt: skip


def folder() -> Path:
    return Path(settings.FIXTURES_DIR) / "candidate"


@lru_cache(maxsize=32)
def _read(path: Path, _changed: float) -> Words:
    content = path.read_bytes()
    texts: dict[str, Any] = yaml.safe_load(content)
    mark = hashlib.sha256(content).hexdigest()
    return Words(path.stem, texts["name"], texts["direction"], texts["texts"], texts["choices"], mark)


def words(code: str) -> Words:
    """Those of a language that has a file."""
    path = folder() / f"{code}.yaml"
    return _read(path, path.stat().st_mtime)


def languages() -> list[Words]:
    """All that have a file, our own first."""
    others = sorted({path.stem for path in folder().glob("*.yaml")} - set(settings.OWN_LANGUAGES))
    return [words(code) for code in (*settings.OWN_LANGUAGES, *others)]


def offered() -> list[Words]:
    """Those that a candidate can choose."""
    approved = dict(CandidateLanguage.objects.values_list("code", "mark"))
    return [
        language
        for language in languages()
        if language.code in settings.OWN_LANGUAGES
        or (approved.get(language.code) == language.mark and not language.missing)
    ]


class CandidateLanguage(models.Model):
    """A translation that somebody who knows the language approved, as its file was then."""

    wagtail_reference_index_ignore = True  # no page refers to it

    code = CharField(_("language"), max_length=8, unique=True)
    approved_by = CharField(_("checked by"), max_length=100)  # seldom a user: an interpreter, a teacher
    approved_at = models.DateTimeField(_("checked on"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    mark = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("language of the candidate's page")
        verbose_name_plural = _("languages of the candidate's page")
        default_permissions = ("change",)

    def __str__(self) -> str:
        return self.code

    @classmethod
    def approve(cls, language: Words, name: str, user: User) -> None:
        """That person says that these words are right."""
        fields = {"approved_by": name, "approved_at": timezone.now(), "user": user, "mark": language.mark}
        cls.objects.update_or_create(code=language.code, defaults=fields)
