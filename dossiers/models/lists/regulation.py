"""Regulations: dated facts from the law, with their source and the last check."""

import hashlib
import json
import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.constraints import MarksConstraintField
from dossiers.models.days import validate_century
from dossiers.models.exports.formats import export_permissions
from dossiers.models.text_fields import CharField, SlugField, TextField, URLField
from dossiers.numerals import ENGLISH, read_numeral
from dossiers.signals import facts_changed
from page_cache.models import ShownOnPages

STALE_AFTER = timedelta(days=91)
VALUE_PLACE = "{value}"
PLACE = re.compile(r"\{[^{}\s]*\}")
SEPARATOR = re.compile(r"[.,]")
TOKENS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]")
OTHER_UNIT = _("The sentence has “%(word)s” at {value}. Choose the unit that the sentence has, or change the sentence.")
VALUE_WITH_WORDS = re.compile(r"(€?)\s?\{value\}[\s-]*(%|[^\W\d_]*)")


class RegulationQuerySet(models.QuerySet["Regulation"]):
    def in_force(self, day: date) -> Self:
        """Return the facts valid from that day or before; a fact without a first day is always valid."""
        return self.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=day))

    def get_in_force(self, key: str, day: date) -> "Regulation | None":
        """Return the latest fact with that key that is in force on that day."""
        return self.in_force(day).filter(key=key).latest_first().first()

    def latest_first(self) -> Self:
        return self.order_by(F("valid_from").desc(nulls_last=True))

    def with_version_in_force(self, day: date) -> Self:
        """Annotate the facts with the key of the version that is in force on that day, and whether it has others."""
        versions = self.model._default_manager.filter(key=models.OuterRef("key"))
        return self.annotate(
            version_in_force=models.Subquery(versions.in_force(day).latest_first().values("pk")[:1]),
            has_other_versions=models.Exists(versions.exclude(pk=models.OuterRef("pk"))),
        )

    def get_in_force_without(self, rule: "Regulation", day: date) -> "Regulation | None":
        """Return the version of this rule that would be in force on that day if this one were deleted."""
        return self.exclude(pk=rule.pk).get_in_force(rule.key, day)

    def to_check(self, day: date) -> Self:
        """Return the facts that were never checked, or more than three months ago."""
        return self.filter(models.Q(checked_on=None) | models.Q(checked_on__lt=day - STALE_AFTER))


class Regulation(MarksConstraintField, ShownOnPages):
    """One fact with its source; both pages and rules use it, so that it is maintained in one place."""

    WAITING_TIME = "wachttijd"
    constraint_field = "valid_from"

    class Unit(models.TextChoices):
        TEXT = "text", _("in words")
        MONTHS = "months", _("months")
        WEEKS = "weeks", _("weeks")
        YEARS = "years", _("years")
        PERCENT = "percent", _("percent")
        EURO = "euro", _("euro")
        EURO_A_MONTH = "euro_a_month", _("euro a month")

    UNIT_WORDS: ClassVar[dict[Unit, set[str]]] = {
        Unit.MONTHS: {"maand", "maanden", "month", "months"},
        Unit.WEEKS: {"week", "weken", "weeks"},
        Unit.YEARS: {"jaar", "jaren", "year", "years"},
        Unit.PERCENT: {"%", "procent", "percent"},
        Unit.EURO: {"€", "euro", "euros"},
        Unit.EURO_A_MONTH: {"€", "euro", "euros"},
    }
    CHECKED_FIELDS = ("value", "unit", "statement", "explanation", "source", "source_date", "valid_from")
    SENTENCES = ("statement", "explanation")
    TEXTS = ("title", *SENTENCES, "source", "source_date")
    """The texts that are translated."""

    class Confidence(models.TextChoices):
        HIGH = "H", _("high")
        MEDIUM = "M", _("medium")
        LOW = "L", _("low")
        UNKNOWN = "", _("not found")

    key = SlugField(
        _("key"),
        max_length=60,
        help_text=_(
            "Facts with the same key follow each other in time. A key in braces in the text of a page, such as "
            "{wachttijd}, becomes the value."
        ),
    )
    proposal_for = SlugField(
        _("may change the rule"),
        max_length=60,
        blank=True,
        help_text=_("Of a proposal only: the rule beside which readers see it, wherever that rule is shown."),
    )
    title = CharField(_("title"), max_length=150)
    value = CharField(_("value"), max_length=100, blank=True, help_text=_("A number, where the unit asks one."))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, default=Unit.TEXT)
    statement = TextField(_("in a sentence"), help_text=_("What an employer reads; {value} becomes the value."))
    explanation = TextField(
        _("explanation"), blank=True, help_text=_("Not required. What it means in practice; {value} becomes the value.")
    )
    source = CharField(_("source"), max_length=200, blank=True)
    source_date = CharField(_("date of the source"), max_length=60, blank=True)
    source_url = URLField(
        _("address of the source"), blank=True, help_text=_("Not required. Then readers can open the source.")
    )
    apply_url = URLField(
        _("address to apply"),
        blank=True,
        help_text=_("Not required. The page on which an employer applies for it or reports it; gives a link “Apply”."),
    )
    confidence = models.CharField(_("confidence"), max_length=1, choices=Confidence.choices, blank=True)
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, validators=[validate_century], help_text=_("Empty: since always.")
    )
    checked_on = models.DateField(_("last checked"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        permissions = export_permissions("regulation")
        ordering = ["title", F("valid_from").desc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from"],
                name="rule_once_a_day",
                violation_error_message=_("A rule with this key begins on this day already. Choose another first day."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(valid_from=None),
                name="rule_once_since_always",
                violation_error_message=_(
                    "A rule with this key holds since always already. Fill in on which day this one begins."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the last check no longer counts if something that it was about changed since."""
        if self.pk and not kwargs.get("update_fields"):
            saved = Regulation.objects.filter(pk=self.pk).first()
            check = (self.checked_on, self.checked_by_id)
            is_same_check = saved is not None and (saved.checked_on, saved.checked_by_id) == check
            if is_same_check and any(getattr(saved, name) != getattr(self, name) for name in self.CHECKED_FIELDS):
                self.checked_on = self.checked_by = None
        super().save(*args, **kwargs)
        facts_changed.send(type(self), keys=[self.key])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        facts_changed.send(type(self), keys=[self.key])
        return gone

    @property
    def number(self) -> Decimal | None:
        """The value as a number, or None if it is a text."""
        if self.unit == self.Unit.TEXT:
            return None
        try:
            number = Decimal(self.value.replace(",", "."))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None

    @property
    def months(self) -> int | None:
        """The value as a whole number of months, 1 or more, with which waiting times are computed; None if it isn't."""
        number = self.number
        if self.unit != self.Unit.MONTHS or number is None or number < 1 or number != int(number):
            return None
        return int(number)

    @property
    def value_in_words(self) -> str:
        """The value with its unit in the active language, such as “6 months” or “25%”."""
        number, value = int(self.number or 0), self.value
        words = {
            self.Unit.MONTHS: ngettext("%(value)s month", "%(value)s months", number),
            self.Unit.WEEKS: ngettext("%(value)s week", "%(value)s weeks", number),
            self.Unit.YEARS: ngettext("%(value)s year", "%(value)s years", number),
            self.Unit.PERCENT: "%(value)s%%",
            self.Unit.EURO: "€ %(value)s",
            self.Unit.EURO_A_MONTH: gettext("€ %(value)s a month"),
        }
        return words.get(self.Unit(self.unit), "%(value)s") % {"value": value}

    def clean(self) -> None:
        """Validate the value and the placeholders, because an error would be shown on every page with this fact."""
        errors: dict[str, Any] = {}
        if self.unit != self.Unit.TEXT and self.number is None:
            errors["value"] = _("Write a number: the unit asks for one.")
        elif (self.number or 0) < 0:
            errors["value"] = _("Write a number of 0 or more.")
        elif self.key == self.WAITING_TIME and self.unit == self.Unit.MONTHS and self.months is None:
            errors["value"] = _("Write a whole number of 1 or more: who may work is computed with it.")
        if self.key == self.WAITING_TIME and self.unit != self.Unit.MONTHS:
            errors["unit"] = _("Choose “months”: who may work is computed with a number of months.")
        elif word := self.find_word_of_another_unit(self.statement) or self.find_word_of_another_unit(self.explanation):
            errors["unit"] = OTHER_UNIT % {"word": word}
        texts = {name: self.find_error_in_sentence(getattr(self, name)) for name in self.SENTENCES}
        texts["title"] = self.find_error_in_amount(self.title)
        errors |= {name: error for name, error in texts.items() if error}
        if self.source_url and not self.source:
            errors["source"] = _("Write what the source is called: readers see that as the link.")
        if self.proposal_for and self.proposal_for == self.key:
            errors["proposal_for"] = _("Choose another rule: a proposal can't change itself.")
        elif self.proposal_for and not Regulation.objects.filter(key=self.proposal_for).exists():
            errors["proposal_for"] = _("There is no rule with this key. Choose one of the list.")
        if errors:
            raise ValidationError(errors)

    def find_error_in_sentence(self, text: str) -> str:
        """Return the error of a sentence with an unknown placeholder or another amount than the value, or ""."""
        if wrong := set(PLACE.findall(text)) - {VALUE_PLACE}:
            return gettext("Write {value} for the value, or take %(place)s out of the sentence.") % {
                "place": min(wrong)
            }
        return self.find_error_in_amount(text)

    def find_error_in_amount(self, text: str) -> str:
        """Return the error of a text with another amount of the rule's unit than the value, such as "4 maanden", or "".

        A text with {value} may compare the value with another amount. Numbers without the unit, such as those of
        articles and years, are not compared.
        """
        if self.number is None or VALUE_PLACE in text:
            return ""
        own_words = self.UNIT_WORDS[self.Unit(self.unit)]
        tokens = TOKENS.findall(text)
        for number, unit in [*pairwise(tokens), *((after, sign) for sign, after in pairwise(tokens) if sign == "€")]:
            numbers = read_numbers(number) if unit.lower() in own_words else set()
            if numbers and self.number not in numbers:
                stated = f"€ {number}" if unit == "€" else f"{number}{'' if unit == '%' else ' '}{unit}"
                return gettext(
                    "This says “%(stated)s”, but the value is %(value)s. Change one of them; in a sentence {value} "
                    "becomes the value."
                ) % {"stated": stated, "value": self.value_in_words}
        return ""

    def find_word_of_another_unit(self, sentence: str) -> str:
        """Return the first word beside {value} in a sentence that is of another unit than the chosen one, or ""."""
        if self.unit == self.Unit.TEXT:
            return ""
        others = set().union(*self.UNIT_WORDS.values()) - self.UNIT_WORDS[self.Unit(self.unit)]
        words = (word for words in VALUE_WITH_WORDS.findall(sentence) for word in words)
        return next((str(word) for word in words if word.lower() in others), "")

    def hash_texts(self) -> str:
        """Return a hash of what is translated, which changes with each edit of it."""
        return hash_texts(self.unit, *(getattr(self, name) for name in self.TEXTS))

    def was_checked_today_by(self, user: AbstractBaseUser) -> bool:
        return self.checked_on == timezone.localdate() and self.checked_by_id == user.pk

    def mark_checked(self, user: AbstractBaseUser) -> None:
        """Record that an editor checked this fact at its source today."""
        self.checked_on, self.checked_by_id = timezone.localdate(), user.pk
        self.save(update_fields=["checked_on", "checked_by"])

    def withdraw_check(self) -> None:
        if self.checked_on:
            self.checked_on = self.checked_by = None
            self.save(update_fields=["checked_on", "checked_by"])


def hash_texts(*texts: str) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def read_numbers(token: str) -> set[Decimal]:
    """Return the numbers that a numeral may be: "1.500" is 1500 or 1.5; an empty set if it is no numeral."""
    word = token.lower()
    if not word[0].isdecimal():
        number = ENGLISH.get(word) or read_numeral(word)
        return {Decimal(str(number))} if number else set()
    whole, *fraction = SEPARATOR.split(word)
    numbers = {Decimal(whole + "".join(fraction))}
    if fraction:
        numbers.add(Decimal(f"{whole}{''.join(fraction[:-1])}.{fraction[-1]}"))
    return numbers
