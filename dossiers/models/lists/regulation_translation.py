"""Translations of rules: their texts in the other languages of the site."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from dates.scripts import ETHIOPIC_NUMBER, read_ethiopic
from dossiers.models.approval import Approval
from dossiers.models.lists.regulation import OTHER_UNIT, VALUE_PLACE, Regulation, hash_texts
from dossiers.models.text_fields import CharField, TextField
from dossiers.signals import facts_changed
from page_cache.models import ShownOnPages
from page_cache.version import pages_changed

NUMBER = re.compile(r"\d+")


def get_other_languages() -> list[str]:
    """Return the codes of the languages of the site besides Dutch."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def get_language_name(code: str) -> str:
    """Return the name of a language in the active language."""
    return str(get_language_info(code)["name_translated"])


class RegulationTranslation(ShownOnPages):
    """The texts of a rule in another language, which hold for the Dutch texts that they were translated from.

    The value is filled in from the rule, as in Dutch, so that a translation has no figure of its own.
    """

    wagtail_reference_index_ignore = True  # no page refers to it

    class State(models.TextChoices):
        SHOWN = "shown", _("on the site")
        OUTDATED = "outdated", _("outdated")
        NOT_APPROVED = "not_approved", _("not approved yet")

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("rule"), on_delete=models.CASCADE, related_name="translations"
    )
    language = models.CharField(_("language"), max_length=8)
    title = CharField(_("title"), max_length=150)
    statement = TextField(_("in a sentence"), help_text=_("{value} becomes the value, as in the Dutch sentence."))
    explanation = TextField(
        _("explanation"), blank=True, help_text=_("Not required. What it means in practice; {value} becomes the value.")
    )
    source = CharField(_("source"), max_length=200, blank=True, help_text=_("Empty: as in Dutch."))
    source_date = CharField(_("date of the source"), max_length=60, blank=True, help_text=_("Empty: as in Dutch."))
    original_mark = models.CharField(max_length=64, editable=False)  # hash of the Dutch texts that it translates

    class Meta:
        verbose_name = _("translation of a rule")
        verbose_name_plural = _("translations of rules")
        default_permissions = ()  # the permission to change the rule is enough
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["regulation", "language"], name="rule_once_a_language")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the last check of the rule no longer counts if a text changed that staff can read."""
        saved = type(self).objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        names = set(Regulation.TEXTS) - {"title"}
        if saved is None or any(getattr(saved, name) != getattr(self, name) for name in names):
            self._withdraw_check()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self._withdraw_check()
        return deleted

    def _withdraw_check(self) -> None:
        if not self.needs_approval:
            self.regulation.withdraw_check()

    @property
    def needs_approval(self) -> bool:
        """Whether the language is one that the staff cannot read."""
        return self.language not in settings.OWN_LANGUAGES

    @property
    def language_name(self) -> str:
        return get_language_name(self.language)

    @property
    def is_outdated(self) -> bool:
        """Whether the Dutch texts changed since they were translated."""
        return self.original_mark != self.regulation.hash_texts()

    @property
    def approval(self) -> "RegulationTranslationApproval | None":
        """The approval of the texts as they are now."""
        mark = self.hash_texts()
        return next((approval for approval in self.approvals.all() if approval.mark == mark), None)

    @property
    def state(self) -> State:
        if self.is_outdated:
            return self.State.OUTDATED
        return self.State.NOT_APPROVED if self.needs_approval and not self.approval else self.State.SHOWN

    @property
    def is_shown(self) -> bool:
        return self.state == self.State.SHOWN

    def hash_texts(self) -> str:
        """Return a hash of the texts and of what they translate, which changes with each edit of either."""
        return hash_texts(self.original_mark, *(getattr(self, name) for name in Regulation.TEXTS))

    def approve(self, name: str, user: User) -> None:
        """Record that this person approved the current texts."""
        self.approvals.get_or_create(mark=self.hash_texts(), defaults={"approved_by": name, "user": user})
        pages_changed()
        facts_changed.send(Regulation, keys=[self.regulation.key])

    def clean(self) -> None:
        """Validate that the texts have the value of the rule and no other figures than the Dutch ones."""
        rule = self.regulation
        errors: dict[str, Any] = {"title": rule.find_error_in_amount(self.title)}
        for name in Regulation.SENTENCES:
            original, text = getattr(rule, name), getattr(self, name)
            errors[name] = rule.find_error_in_sentence(text)
            if not errors[name] and (word := rule.find_word_of_another_unit(text)):
                errors[name] = OTHER_UNIT % {"word": word}
            elif not errors[name] and text and VALUE_PLACE in original and VALUE_PLACE not in text:
                errors[name] = _("The Dutch text has {value}. Write {value} here too, where the value belongs.")
        for name in ("title", *Regulation.SENTENCES):
            added = _find_numbers(getattr(self, name)) - _find_numbers(getattr(rule, name))
            if added and not errors[name]:
                errors[name] = _("The Dutch text does not have the number %(number)s. Take it out or correct it.") % {
                    "number": min(added)
                }
        if errors := {name: error for name, error in errors.items() if error}:
            raise ValidationError(errors)


def _find_numbers(text: str) -> set[int]:
    """Return the numbers in a text in digits of any script."""
    return {*map(int, NUMBER.findall(text)), *map(read_ethiopic, ETHIOPIC_NUMBER.findall(text))}


class RegulationTranslationApproval(Approval):
    """An approval of the texts of a rule in a language. Rows never change: approved texts stay approved."""

    wagtail_reference_index_ignore = True  # no page refers to it

    translation = models.ForeignKey(RegulationTranslation, on_delete=models.CASCADE, related_name="approvals")

    class Meta:
        verbose_name = _("approval of a translation of a rule")
        default_permissions = ()
        ordering = ["-approved_at"]
        constraints = [models.UniqueConstraint(fields=["translation", "mark"], name="rule_texts_approved_once")]

    def __str__(self) -> str:
        return self.approved_by
