"""Widgets for fields with fixed choices; a cell can have the code, the label or a synonym of a choice."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dossiers.models import LANGUAGES, PLACED_STATUSES, InterestStatus, languages_by_name
from dossiers.spreadsheets.values.base import CellWidget, as_text, fold_word, split_words

YES = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x", "v", "wel", "ok"})
NO = frozenset({"nee", "n", "no", "false", "onwaar", "0", "geen", "niet", "neen"})
# Statuses that a list can't set, by the name of their model: those that follow from a placement or a confirmation.
DERIVED_STATUSES = {"dossier": PLACED_STATUSES, "employerinterest": frozenset({InterestStatus.UNCONFIRMED})}
CROSSES = frozenset({"x", "v", "✓", "✔", "☑", "✗", "✘"})

# Further words for yes, by field: an answer to the question which driving licence somebody has.
OTHER_YES = {"driving_licence": frozenset({"b", "rijbewijs b", "b rijbewijs", "ja b"})}
# Words with which an employer demands nothing, by field; about a person “geen” can be a level.
NO_DEMAND = {
    "dutch_level_required": frozenset(
        {"geen", "geen eis", "geen eisen", "geen niveau", "maakt niet uit", "niet nodig", "niet van toepassing"}
    )
}

# Synonyms of choices: field name -> word -> code. A word that can be several levels is no synonym, so that it is asked.
OTHER_WORDS: dict[str, dict[str, str]] = {
    "dutch_level": {"a0 geen": "A0", "0": "A0"},
    "education_level": {
        "geen": "none",
        "geen opleiding": "none",
        "basisonderwijs": "primary",
        "basisschool": "primary",
        "lager onderwijs": "primary",
        "vmbo": "lower_secondary",
        "mavo": "lower_secondary",
        "lbo": "lower_secondary",
        "havo": "upper_secondary",
        "vwo": "upper_secondary",
        "havo vwo": "upper_secondary",
        "mbo": "vocational",
        "beroepsonderwijs": "vocational",
        "hbo": "bachelor",
        "wo": "master",
        "universiteit": "master",
        "university": "master",
    },
    "work_right": {
        "twv nodig": "permit_needed",
        "met twv": "permit_needed",
        "twv": "permit_needed",
        "vrij": "free",
        "vrij op de arbeidsmarkt": "free",
        "arbeid vrij toegestaan": "free",
        "geen": "none",
        "niet": "none",
    },
    "in_reception": {"ja": "yes", "j": "yes", "x": "yes", "nee": "no", "n": "no", "onbekend": "unknown"},
    "transport": {
        "geen": "none",
        "fiets": "bicycle",
        "ov": "public_transport",
        "openbaar vervoer": "public_transport",
        "bus": "public_transport",
        "auto": "car",
    },
    "status": {
        "aangemeld": "registered",
        "nieuw": "registered",
        "ingeschreven": "registered",
        "beschikbaar": "available",
        "aan het werk": "working",
        "afgerond": "completed",
        "teruggetrokken": "withdrawn",
        "gestopt": "withdrawn",
    },
}
LANGUAGE_WORDS = {
    "albanees": "sq",
    "amhaars": "am",
    "arabisch": "ar",
    "armeens": "hy",
    "azerbeidzjaans": "az",
    "bengaals": "bn",
    "chinees": "zh",
    "mandarijn": "zh",
    "nederlands": "nl",
    "engels": "en",
    "farsi": "fa",
    "perzisch": "fa",
    "dari": "fa",
    "frans": "fr",
    "georgisch": "ka",
    "duits": "de",
    "italiaans": "it",
    "koerdisch": "ku",
    "kurmanci": "ku",
    "sorani": "ku",
    "oromo": "om",
    "pasjtoe": "ps",
    "pashto": "ps",
    "portugees": "pt",
    "russisch": "ru",
    "somalisch": "so",
    "somali": "so",
    "spaans": "es",
    "swahili": "sw",
    "tigrinya": "ti",
    "tigrigna": "ti",
    "turks": "tr",
    "oekraiens": "uk",
    "urdu": "ur",
    "oezbeeks": "uz",
}


class ChoiceWidget(CellWidget):
    """One of the choices of the model field."""

    @cached_property
    def labels(self) -> dict[str, str]:
        return {str(code): str(label) for code, label in self.model_field.choices or [] if code}

    @cached_property
    def codes(self) -> dict[str, str]:
        """The code of each word that stands for one."""
        others = OTHER_WORDS.get(self.model_field.name, {})
        codes = {word: code for word, code in others.items() if code in self.labels}
        codes |= {fold_word(code): code for code in self.labels}
        return codes | {fold_word(label): code for code, label in self.labels.items()}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = as_text(value)
        code = self.codes.get(fold_word(text))
        if code is None:
            raise self.unknown([text])
        return code

    def is_blank(self, text: str) -> bool:
        return super().is_blank(text) or fold_word(text) in NO_DEMAND.get(self.model_field.name, ())

    def options(self) -> list[tuple[str, str]]:
        return list(self.labels.items())

    def settable_options(self) -> list[tuple[str, str]]:
        if self.model_field.name != "status":
            return self.options()
        derived = DERIVED_STATUSES.get(self.model_field.model._meta.model_name or "", frozenset())
        return [(code, label) for code, label in self.options() if code not in derived]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return self.labels.get(value)


@dataclass
class CrossEvidence:
    """Records whether a yes/no column has only crosses and blanks, so that a blank cell means no."""

    crosses: bool = False
    others: bool = False

    def see(self, value: Any) -> None:
        if as_text(value).casefold() in CROSSES:
            self.crosses = True
        else:
            self.others = True

    @property
    def blank_is_no(self) -> bool:
        return self.crosses and not self.others


class FlagWidget(CellWidget):
    """Yes or no; `blank_is_no` is set for a column that has only crosses and blanks."""

    empty = None
    blank_is_no = False

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> bool:
        text = as_text(value).casefold()
        if text in CROSSES or fold_word(text) in YES | OTHER_YES.get(self.model_field.name, frozenset()):
            return True
        if fold_word(text) in NO:
            return False
        raise self.unknown([as_text(value)])

    def is_blank(self, text: str) -> bool:
        """Return False, since a dash between yes and no can mean no, which is asked."""
        return False

    def options(self) -> list[tuple[str, str]]:
        return [("ja", "ja"), ("nee", "nee")]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return None if value is None else "ja" if value else "nee"


class LanguagesWidget(CellWidget):
    """One or more languages, by name or by ISO 639-1 code."""

    multiple = True

    @cached_property
    def labels(self) -> dict[str, str]:
        return {code: str(label) for code, label in LANGUAGES}

    @cached_property
    def codes(self) -> dict[str, str]:
        """The code of each word that stands for a language."""
        codes = {fold_word(label): code for code, label in self.labels.items()}
        return codes | LANGUAGE_WORDS | {code: code for code in self.labels}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[str]:
        words = split_words(as_text(value))
        codes = {word: self.codes.get(fold_word(word)) for word in words}
        if unknown := [word for word, code in codes.items() if code is None]:
            raise self.unknown(unknown)
        return sorted({code for code in codes.values() if code})

    def options(self) -> list[tuple[str, str]]:
        return languages_by_name()

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return ", ".join(self.labels.get(code, code) for code in value) or None
