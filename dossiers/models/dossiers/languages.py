"""Languages that people speak, as ISO 639-1 codes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple, Field, MultipleChoiceField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers import privacy

LANGUAGES = [
    ("sq", _("Albanian")),
    ("am", _("Amharic")),
    ("ar", _("Arabic")),
    ("hy", _("Armenian")),
    ("az", _("Azerbaijani")),
    ("bn", _("Bengali")),
    ("zh", _("Chinese")),
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("fa", _("Farsi or Dari")),
    ("fr", _("French")),
    ("ka", _("Georgian")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("ku", _("Kurdish")),
    ("om", _("Oromo")),
    ("ps", _("Pashto")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("so", _("Somali")),
    ("es", _("Spanish")),
    ("sw", _("Swahili")),
    ("ti", _("Tigrinya")),
    ("tr", _("Turkish")),
    ("uk", _("Ukrainian")),
    ("ur", _("Urdu")),
    ("uz", _("Uzbek")),
]


def languages_by_name() -> list[tuple[str, str]]:
    """Return (code, name) pairs, sorted by the name in the active language."""
    return sorted(((code, str(name)) for code, name in LANGUAGES), key=lambda language: language[1])


class LanguagesField(models.CharField):
    """A sorted list of ISO 639-1 codes, stored as comma-separated text: `ar,en`.

    Every code has two letters, so that `field__contains="ar"` matches only that language, on any database.
    """

    description = _("Languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 100
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_args: Any) -> list[str]:
        return self.to_python(value)

    def to_python(self, value: Any) -> list[str]:
        """Return a sorted list without duplicates; raises ValidationError on a code that isn't in LANGUAGES."""
        codes = value.split(",") if isinstance(value, str) else (value or [])
        codes = sorted({code for code in codes if code})
        if unknown := set(codes) - dict(LANGUAGES).keys():
            raise ValidationError(
                _("“%(value)s” is not a language that we know. Write its name or code, for example Arabisch or ar."),
                params={"value": privacy.masked(", ".join(sorted(map(str, unknown))))},
            )
        return codes

    def get_prep_value(self, value: Any) -> str:
        return ",".join(self.to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def run_validators(self, value: Any) -> None:
        """Do nothing: to_python has checked the codes, and CharField's validators expect text."""

    def formfield(self, **kwargs: Any) -> Field:
        return MultipleChoiceField(
            choices=languages_by_name,
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
            widget=CheckboxSelectMultiple,
        )
