"""Facts: the rules in force, as pages and the API show them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Self, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from dossiers.models import Regulation, RegulationTranslation
from dossiers.models.lists.regulation import VALUE_PLACE, RegulationQuerySet
from pilot_pages.read_api import schemas

CONTEXT_KEY = "_facts_of_today"


@dataclass(frozen=True)
class FactTexts:
    """The texts of a rule in a language, with its value filled in."""

    title: str
    sentence: str
    explanation: str
    source: str
    source_date: str

    @classmethod
    def from_rule(cls, rule: Regulation, texts: Regulation | RegulationTranslation, language: str) -> Self:
        """Fill in the value of the rule, which in right-to-left text keeps its own direction."""
        value = f"\u2068{rule.value}\u2069" if language in settings.LANGUAGES_BIDI else rule.value
        return cls(
            title=texts.title,
            sentence=texts.statement.replace(VALUE_PLACE, value),
            explanation=texts.explanation.replace(VALUE_PLACE, value),
            source=texts.source or rule.source,
            source_date=texts.source_date or rule.source_date,
        )


@dataclass(frozen=True)
class Fact:
    """A rule in the reader's language. If the source is empty, the sentence says whom to ask instead."""

    key: str
    title: str
    sentence: str
    source: str
    source_date: str
    checked_on: date | None
    explanation: str
    source_url: str
    apply_url: str
    language: str  # of the texts: the reader's if the rule is translated
    texts: dict[str, FactTexts] = field(compare=False)  # by the code of their language; see `facts_in_force`
    proposals: tuple["Fact", ...] = ()  # what may change this rule

    @classmethod
    def from_rule(cls, rule: Regulation, translations: Iterable[RegulationTranslation]) -> Self:
        """Return the fact in the active language, or else in the first of OWN_LANGUAGES besides Dutch, or in Dutch."""
        texts = {settings.LANGUAGE_CODE: FactTexts.from_rule(rule, rule, settings.LANGUAGE_CODE)} | {
            translation.language: FactTexts.from_rule(rule, translation, translation.language)
            for translation in translations
            if translation.is_shown
        }
        active = get_language() or settings.LANGUAGE_CODE
        others = reversed(settings.OWN_LANGUAGES)  # readers of no Dutch sooner read English
        language = next(code for code in (active, *others) if code in texts)
        shown = texts[language]
        return cls(
            key=rule.key,
            title=shown.title,
            sentence=shown.sentence,
            source=shown.source,
            source_date=shown.source_date,
            checked_on=rule.checked_on,
            explanation=shown.explanation,
            source_url=rule.source_url,
            apply_url=rule.apply_url,
            language=language,
            texts=texts,
        )

    @property
    def direction(self) -> str:
        return "rtl" if self.language in settings.LANGUAGES_BIDI else "ltr"

    @property
    def source_language(self) -> str:
        """The language of the source, which is as in Dutch if the translation has none."""
        is_dutch = self.source == self.texts[settings.LANGUAGE_CODE].source
        return settings.LANGUAGE_CODE if is_dutch else self.language

    @property
    def apply_host(self) -> str:
        return (urlsplit(self.apply_url).hostname or "").removeprefix("www.")

    def for_api(self) -> schemas.Fact:
        return {
            "key": self.key,
            "title": self.title,
            "sentence": self.sentence,
            "source": self.source,
            "source_date": self.source_date,
            "checked_on": self.checked_on,
            "explanation": self.explanation,
            "source_url": self.source_url,
            "apply_url": self.apply_url,
            "proposals": [proposal.sentence for proposal in self.proposals],
            "language": self.language,
            "texts": {code: cast("schemas.FactTexts", asdict(texts)) for code, texts in self.texts.items()},
        }


def facts_in_force(keys: Iterable[str], day: date | None = None, *, in_every_language: bool = False) -> list[Fact]:
    """Return the rules in force on `day` (default: today), in the order of `keys`; keys without one are omitted.

    Their texts are in Dutch alone if that is the active language, unless all languages are asked for.
    """
    keys = list(dict.fromkeys(keys))
    proposals = Regulation.objects.order_by().filter(proposal_for__in=keys)
    condition = Q(key__in=keys) | Q(key__in=proposals.values("key"))
    facts = _build_facts(condition, day, in_every_language=in_every_language)
    return [facts[key] for key in keys if key in facts]


def regulations_in_force(keys: Iterable[str], day: date | None = None) -> dict[str, Regulation]:
    """Return the rule in force on `day` (default: today) for each key."""
    return _select_in_force(Regulation.objects.filter(key__in=list(keys)), day)


def _select_in_force(rules: RegulationQuerySet, day: date | None) -> dict[str, Regulation]:
    in_force = rules.in_force(day or timezone.localdate())
    # Sorted by date, so that the latest rule of a key replaces the earlier ones in the dict.
    return {rule.key: rule for rule in sorted(in_force, key=lambda rule: rule.valid_from or date.min)}


def _build_facts(condition: Q, day: date | None = None, *, in_every_language: bool) -> dict[str, Fact]:
    """Return the facts by key, each with the proposals that may change it."""
    rules = Regulation.objects.filter(condition)
    is_translated = in_every_language or get_language() not in (None, settings.LANGUAGE_CODE)
    in_force = _select_in_force(rules.prefetch_related("translations__approvals") if is_translated else rules, day)
    facts = {
        key: Fact.from_rule(rule, rule.translations.all() if is_translated else ()) for key, rule in in_force.items()
    }
    proposals: dict[str, list[Fact]] = {}
    for key, rule in in_force.items():
        proposals.setdefault(rule.proposal_for, []).append(facts[key])
    return {key: replace(fact, proposals=tuple(proposals.get(key, ()))) for key, fact in facts.items()}


def facts_of_today(context: dict[str, Any]) -> dict[str, Fact]:
    """Return all facts of today by key, cached in `context`, the context of one response of the read API."""
    if CONTEXT_KEY not in context:
        context[CONTEXT_KEY] = _build_facts(Q(), in_every_language=True)
    facts: dict[str, Fact] = context[CONTEXT_KEY]
    return facts


def leave_out_shown_proposals(facts: list[Fact]) -> list[Fact]:
    """Return the facts without the proposals that stand beside another one of them."""
    beside = {proposal.key for fact in facts for proposal in fact.proposals}
    return [fact for fact in facts if fact.key not in beside]


def fact_choices() -> list[tuple[str, str]]:
    """Return (key, title) of each rule, as choices for editors."""
    return list(dict(Regulation.objects.order_by("title").values_list("key", "title")).items())
