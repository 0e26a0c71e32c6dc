"""Two dossiers of one person become one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin, User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models.candidate_page.links import CandidateLink
from dossiers.models.dossiers.dossier import PLACED_STATUSES, Dossier, InReception, Status
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.exports.formats import export_permissions
from dossiers.models.imports.import_run import UNDO_WITHIN
from dossiers.models.merges.reassign import Collision, move
from dossiers.models.merges.snapshots import put, snapshot, value_of
from dossiers.models.own_fields.own_field import OwnField
from dossiers.models.text_fields import JSONField

BLANK: tuple[Any, ...] = (None, "", [], InReception.UNKNOWN)
SECTORS = "sectors"


class NotMerged(Exception):
    """Nothing was merged; carries one sentence that says why."""


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        allowed = isinstance(user, PermissionsMixin) and user.has_perms(
            ("dossiers.view_merge", "dossiers.change_dossier")
        )
        return self.all() if allowed else self.none()

    def not_undone(self) -> Self:
        return self.filter(undone_at=None)

    def outlived(self, now: datetime) -> Self:
        """Those that can't be undone any more, and still hold what an undo would need."""
        return self.filter(merged_at__lt=now - UNDO_WITHIN).exclude(snapshot={})


class Merge(models.Model):
    """A dossier that went into another one, with all that is needed to take it out again."""

    wagtail_reference_index_ignore = True  # no page refers to it; each save would cost a task

    kept = models.ForeignKey(Dossier, verbose_name=_("kept dossier"), on_delete=models.CASCADE, related_name="merges")
    kept_reference = models.CharField(_("reference of the kept dossier"), max_length=16)  # of then: it may go on itself
    other_id = models.BigIntegerField(_("key of the other dossier"), db_index=True)
    reference = models.CharField(_("reference of the other dossier"), max_length=16, db_index=True)
    snapshot = JSONField(_("the other dossier as it was"), default=dict, encoder=DjangoJSONEncoder)
    changes = JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)  # of the kept one: {field: [old, new]}
    moved = JSONField(_("moved"), default=dict, encoder=DjangoJSONEncoder)  # see moving.Moved
    left = JSONField(_("left by the undo"), default=dict)  # field: reason, see unmerging.REASONS
    merged_at = models.DateTimeField(_("merged on"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        permissions = export_permissions("merge")
        ordering = ["-merged_at"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return f"{self.reference} → {self.kept_reference}"

    @property
    def undo_until(self) -> datetime:
        return self.merged_at + UNDO_WITHIN

    def forget(self) -> None:
        """Keep who, when and which references; no values of a person that nobody needs any more."""
        self.snapshot, self.changes, self.moved = {}, {}, {}


class Side(models.TextChoices):
    """Whose value the kept dossier gets."""

    KEPT = "kept", _("of the dossier that stays")
    OTHER = "other", _("of the dossier that goes")
    BOTH = "both", _("both together")


@dataclass(frozen=True)
class Difference:
    """A field in which two dossiers differ; the values as JSON keeps them."""

    field: models.Field
    kept: Any
    other: Any

    @property
    def options(self) -> list[Side]:
        """What can be chosen. A status that follows from placements isn't: they move along, and so does it."""
        if self.field.name == "status" and (placed := PLACED_STATUSES & {self.kept, self.other}):
            furthest = Status.WORKING if Status.WORKING in placed else Status.MATCHED
            return [Side.KEPT if self.kept == furthest else Side.OTHER]
        together = isinstance(self.field, models.TextField | LanguagesField) and not self.fills
        return [Side.KEPT, Side.OTHER, *([Side.BOTH] if together else [])]

    @property
    def fills(self) -> bool:
        """Whether one of the two has nothing here."""
        return self.kept in BLANK or self.other in BLANK

    @property
    def default(self) -> Side:
        """What loses nothing: a value rather than none, both where they fit together, else that of the kept one."""
        if len(self.options) != 2:
            return self.options[-1]
        return Side.OTHER if self.kept in BLANK else Side.KEPT

    def chosen(self, side: str) -> Any:
        if side != Side.BOTH:
            return self.other if side == Side.OTHER else self.kept
        if isinstance(self.field, LanguagesField):
            return sorted({*self.kept, *self.other})
        return f"{self.kept}\n\n{self.other}"


def differences(kept_dossier: Dossier, other: Dossier) -> list[Difference]:
    """The fields that people edit in which two dossiers differ, in the model's order, own fields last, also those out
    of use; sectors are never a choice."""
    fields = [field for field in Dossier._meta.concrete_fields if field.editable and not field.primary_key]
    if kept_dossier.extra or other.extra:
        fields += [own.as_model_field() for own in OwnField.objects.of(Dossier)]
    compared = [Difference(field, value_of(kept_dossier, field.name), value_of(other, field.name)) for field in fields]
    return [difference for difference in compared if difference.kept != difference.other]


def united_sectors(kept_dossier: Dossier, other: Dossier) -> list[int]:
    return sorted({*value_of(kept_dossier, SECTORS), *value_of(other, SECTORS)})


def supplied_twice(kept_dossier: Dossier, other: Dossier) -> list[tuple[str, list[str]]]:
    """Organisations that supplied both dossiers, each with the numbers that it gave ("" for none)."""
    numbers: dict[str, dict[int | None, list[str]]] = {}
    supplies = kept_dossier.supplies.model.objects.filter(dossier__in=[kept_dossier, other]).select_related(
        "organisation"
    )
    for supply in supplies.order_by("organisation__name", "pk"):
        numbers.setdefault(supply.organisation.name, {}).setdefault(supply.dossier_id, []).append(supply.external_id)
    return [(name, list(chain(*both.values()))) for name, both in numbers.items() if len(both) == 2]


def seen(*dossiers: Dossier) -> str:
    """A mark of these dossiers as they are now; another one when somebody changed them."""
    return " ".join(dossier.changed_at.isoformat() for dossier in dossiers)


def merge(kept_id: int, other_id: int, choices: Mapping[str, str], user: User | None, shown: str) -> Merge:
    """Let the other dossier go into the kept one; raises NotMerged.

    `choices` has a Side by field, and the default holds where it has none. `shown` is the mark of both as the user
    saw them. Values that one of the two has are not checked again: a rule that came since would keep two dossiers of
    one person apart.
    """
    with transaction.atomic():
        kept_dossier, other = _locked(kept_id, other_id)
        if seen(kept_dossier, other) != shown:
            raise NotMerged(
                gettext("One of these dossiers was changed meanwhile. Look at both again, then merge them.")
            )
        done = Merge(
            kept=kept_dossier,
            kept_reference=kept_dossier.reference,
            other_id=other.pk,
            reference=other.reference,
            user=user,
        )
        done.snapshot, done.changes = snapshot(other), _changes(kept_dossier, other, choices)
        CandidateLink.revoke_of(other)  # it was given to who may be somebody else
        try:
            done.moved = move(
                other, kept_dossier, user, gettext("Merged with %(reference)s") % {"reference": other.reference}
            )
        except Collision as both:
            raise NotMerged(
                gettext("Both dossiers have a %(what)s that can't be there twice. Remove one of them, then merge.")
                % {"what": both}
            ) from both
        _remove(other, kept_dossier, user)
        _change(kept_dossier, other.reference, done.changes, user)
        done.save()
    return done


def _locked(kept_id: int, other_id: int) -> tuple[Dossier, Dossier]:
    """Both, held until the transaction ends; always in the same order, so that two users never wait for each other."""
    rows = Dossier.objects.not_anonymised().select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    by_pk = {dossier.pk: dossier for dossier in rows}
    if len(by_pk) != 2:
        raise NotMerged(gettext("One of these dossiers is not there any more. Nothing was merged."))
    return by_pk[kept_id], by_pk[other_id]


def _changes(kept_dossier: Dossier, other: Dossier, choices: Mapping[str, str]) -> dict[str, list[Any]]:
    """Old and new value of each field of the kept dossier that changes."""
    changes = {}
    for difference in differences(kept_dossier, other):
        side = choices.get(difference.field.name, difference.default)
        value = difference.chosen(side if side in difference.options else difference.default)
        changes[difference.field.name] = [difference.kept, value]
    changes[SECTORS] = [value_of(kept_dossier, SECTORS), united_sectors(kept_dossier, other)]
    return {name: [old, new] for name, (old, new) in changes.items() if old != new}


def _change(kept_dossier: Dossier, reference: str, changes: dict[str, list[Any]], user: User | None) -> None:
    for name, (_old, new) in changes.items():
        put(kept_dossier, name, new)
    save_told(kept_dossier, user, gettext("Merged with %(reference)s") % {"reference": reference})
    log(instance=kept_dossier, action="dossiers.merge", user=user, content_changed=True, data={"reference": reference})


def save_told(dossier: Dossier, user: User | None, reason: str) -> None:
    """Save, with a step in the history that gives the reason and the sectors."""
    dossier._history_user, dossier._change_reason = user, reason  # type: ignore[attr-defined]
    dossier.save()
    dossier.record_sectors_in_history()


def _remove(other: Dossier, kept_dossier: Dossier, user: User | None) -> None:
    key, names = other.pk, ", ".join(other.sectors.values_list("name", flat=True))
    into = {"reference": kept_dossier.reference}
    log(instance=other, action="dossiers.merged_away", user=user, content_changed=True, deleted=True, data=into)
    other._history_user, other._change_reason = user, gettext("Merged into %(reference)s") % into  # type: ignore[attr-defined]
    other.delete()
    last = Dossier.history.filter(id=key).order_by("-history_id").first()
    Dossier.history.filter(pk=last.pk).update(sector_names=names)  # written when the sectors were gone already
