"""Merges two dossiers of the same person."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin, User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models.candidate_page.links import CandidateLink
from dossiers.models.change_set import UNDO_WITHIN, ChangeSet, NotApplied
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, InReception, Status
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.dossiers.surnames import SURNAME_FIELDS, Surname
from dossiers.models.exports.formats import export_permissions
from dossiers.models.merges.reassign import Collision, reassign
from dossiers.models.own_fields.own_field import OwnField
from dossiers.models.snapshots import create_snapshot, get_json_value, set_json_value
from dossiers.models.text_fields import JSONField

BLANK: tuple[Any, ...] = (None, "", [], InReception.UNKNOWN)
SECTORS = "sectors"
ARCHIVED = "archived_at"
WITHDRAWAL_FIELDS = ("withdrawal_requested_on", "withdrawal_retracted_on", "withdrawal_retracted_by")


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        allowed = isinstance(user, PermissionsMixin) and user.has_perms(
            ("dossiers.view_merge", "dossiers.change_dossier")
        )
        return self.all() if allowed else self.none()

    def not_undone(self) -> Self:
        return self.filter(undone_at=None)

    def find_merged(self, model: type[models.Model], keys: Iterable[int]) -> set[int]:
        """Return the keys of the records that do not exist any more because they were merged into another one."""
        if model is not Dossier:
            return set()
        return set(self.not_undone().filter(other_id__in_batch=list(keys)).values_list("other_id", flat=True))

    def find_last_merges(self, model: type[models.Model], keys: Iterable[int]) -> dict[int, datetime]:
        """Return {key: moment} of the last merge of another record into each of these records."""
        if model is not Dossier:
            return {}
        merges = self.not_undone().filter(kept_id__in_batch=list(keys)).order_by("applied_at")
        return dict(merges.values_list("kept_id", "applied_at"))

    def find_undone(self, references: Collection[str]) -> Iterator["Merge"]:
        """Yield the undone merges that brought data of the dossiers with these references into another dossier.

        They did so directly or by way of a third dossier.
        """
        reached: list[tuple[str, datetime | None, datetime | None]] = [(each, None, None) for each in references]
        while reached:
            reference, since, until = reached.pop()
            merges = self.filter(reference=reference, undone_at__isnull=False)
            if since and until:
                merges = merges.filter(applied_at__gt=since, applied_at__lt=until)
            for merge in merges.exclude(kept_reference__in=references):
                yield merge
                reached.append((merge.kept_reference, merge.applied_at, merge.undone_at))

    def expired(self, now: datetime) -> Self:
        """Return the merges that can't be undone any more but still store the data for an undo."""
        return self.filter(applied_at__lt=now - UNDO_WITHIN).exclude(snapshot={})


def keep_undone(collector: Any, field: models.ForeignKey, merges: Iterable["Merge"], using: str) -> None:
    """Keep the undone merges of a dossier that is deleted, which hold no personal data; the others go with it."""
    undone = [merge for merge in merges if merge.undone_at]
    models.CASCADE(collector, field, [merge for merge in merges if not merge.undone_at], using)  # type: ignore[arg-type]
    models.SET_NULL(collector, field, undone, using)  # type: ignore[arg-type]


class Merge(ChangeSet):
    """A merge of a dossier into another one, with the data to undo it."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    kept: "models.ForeignKey[Any, Any]" = models.ForeignKey(  # None after the undo, once the dossier is deleted
        Dossier, verbose_name=_("kept dossier"), null=True, on_delete=keep_undone, related_name="merges"
    )
    kept_reference = models.CharField(_("reference of the kept dossier"), max_length=16)
    other_id = models.BigIntegerField(_("key of the other dossier"), db_index=True)
    reference = models.CharField(_("reference of the other dossier"), max_length=16, db_index=True)
    snapshot = JSONField(_("the other dossier as it was"), default=dict, encoder=DjangoJSONEncoder)
    changes = JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)  # {field: [old, new]}
    moved = JSONField(_("moved"), default=dict, encoder=DjangoJSONEncoder)  # see reassign.Moved
    left = JSONField(_("left by the undo"), default=dict)  # {field: reason}, see undo.REASONS
    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        permissions = export_permissions("merge")
        ordering = ["-applied_at"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return f"{self.reference} → {self.kept_reference}"

    @property
    def kept_heading(self) -> str:
        """The dossier that was kept; of an undone merge the one of then, as a later merge may have moved `kept`."""
        has_moved = self.undone_at and self.kept and self.kept.reference != self.kept_reference
        return self.kept.heading if self.kept and not has_moved else self.kept_reference

    @property
    def has_undo_data(self) -> bool:
        return bool(self.snapshot)

    @property
    def is_forgotten(self) -> bool:
        """Whether the person was anonymised, whose former values are destroyed then."""
        return bool(self.kept and self.kept.anonymised_at)

    def find_undo_refusal(self) -> str:
        if self.is_forgotten and not self.undone_at:
            return gettext("This merge can't be undone any more: the person was forgotten.")
        if refusal := super().find_undo_refusal():
            return refusal
        later = Merge.objects.not_undone().filter(kept=self.kept_id, pk__gt=self.pk).order_by("-pk").first()
        if later:
            return gettext("%(later)s was merged into this dossier after it. Undo that first.") % {
                "later": later.reference
            }
        return ""

    def forget(self) -> None:
        """Clear the personal data, which is not needed after the undo term; user, date and references stay."""
        self.snapshot, self.changes, self.moved = {}, {}, {}


class Side(models.TextChoices):
    """The source of a value of the kept dossier."""

    KEPT = "kept", _("of the dossier that stays")
    OTHER = "other", _("of the dossier that is merged into the other")
    BOTH = "both", _("both together")


@dataclass(frozen=True)
class Difference:
    """A field in which two dossiers differ, with both values as JSON."""

    field: models.Field
    kept: Any
    other: Any

    @property
    def options(self) -> list[Side]:
        """The possible choices; a status that is derived from placements is fixed, because the placements move too."""
        if self.field.name == "status" and (placed := PLACED_STATUSES & {self.kept, self.other}):
            furthest = Status.WORKING if Status.WORKING in placed else Status.MATCHED
            return [Side.KEPT if self.kept == furthest else Side.OTHER]
        together = isinstance(self.field, models.TextField | LanguagesField) and not self.fills
        return [Side.KEPT, Side.OTHER, *([Side.BOTH] if together else [])]

    @property
    def fills(self) -> bool:
        """Whether one of the two values is empty."""
        return self.kept in BLANK or self.other in BLANK

    @property
    def default(self) -> Side:
        """The choice that loses no data: the value that is not empty, or both, or else that of the kept dossier."""
        if len(self.options) != 2:
            return self.options[-1]
        return Side.OTHER if self.kept in BLANK else Side.KEPT

    def get_value(self, side: str) -> Any:
        if side != Side.BOTH:
            return self.other if side == Side.OTHER else self.kept
        if isinstance(self.field, LanguagesField):
            return sorted({*self.kept, *self.other})
        return f"{self.kept}\n\n{self.other}"


class SurnameDifference(Difference):
    """The whole surnames of two dossiers, in place of their family names."""

    @property
    def default(self) -> Side:
        """The surname of the kept dossier, unless it lacks only the prefix of the other."""
        return Side.OTHER if self.other.casefold().endswith(f" {self.kept.casefold()}") else Side.KEPT


def get_surname(dossier: Dossier) -> Surname:
    return Surname.from_values({name: getattr(dossier, name) for name in SURNAME_FIELDS})


def find_differences(kept_dossier: Dossier, other: Dossier) -> list[Difference]:
    """Return the differing editable fields in the model's order, then the own fields, including those out of use.

    A prefix and a family name are one difference, under the family name. Sectors are not among them: the merged dossier
    gets all sectors of both. The closing reason goes with the status, unless both dossiers are closed.
    """
    fields = [field for field in Dossier._meta.concrete_fields if field.editable and not field.primary_key]
    if not (kept_dossier.is_closed and other.is_closed):
        fields = [field for field in fields if field.name != "closing_reason"]
    if kept_dossier.extra or other.extra:
        fields += [own.as_model_field() for own in OwnField.objects.of(Dossier)]
    compared = [
        Difference(field, get_json_value(kept_dossier, field.name), get_json_value(other, field.name))
        for field in fields
    ]
    surnames = get_surname(kept_dossier), get_surname(other)
    differences = []
    for difference in compared:
        if difference.field.name not in SURNAME_FIELDS:
            differences += [difference] if difference.kept != difference.other else []
        elif difference.field.name == "family_name" and not surnames[0].is_same(surnames[1]):
            differences.append(SurnameDifference(difference.field, *(surname.text for surname in surnames)))
    return differences


def combine_sectors(kept_dossier: Dossier, other: Dossier) -> list[int]:
    return sorted({*get_json_value(kept_dossier, SECTORS), *get_json_value(other, SECTORS)})


def find_shared_suppliers(kept_dossier: Dossier, other: Dossier) -> list[tuple[str, list[str]]]:
    """Return (organization, external numbers) for each organization that supplied both dossiers; "" for no number."""
    numbers: dict[str, dict[int | None, list[str]]] = {}
    supplies = kept_dossier.supplies.model.objects.filter(dossier__in=[kept_dossier, other]).select_related(
        "organisation"
    )
    for supply in supplies.order_by("organisation__name", "pk"):
        numbers.setdefault(supply.organisation.name, {}).setdefault(supply.dossier_id, []).append(supply.external_id)
    return [(name, list(chain(*both.values()))) for name, both in numbers.items() if len(both) == 2]


def get_merge_reason(reference: str) -> str:
    """Return the change reason in the history of a dossier into which this one was merged."""
    return gettext("Merged with %(reference)s") % {"reference": reference}


def get_version_mark(*dossiers: Dossier) -> str:
    """Return a version mark of these dossiers, which differs after any change."""
    return " ".join(dossier.changed_at.isoformat() for dossier in dossiers)


def merge(kept_id: int, other_id: int, choices: Mapping[str, str], user: User | None, shown: str) -> Merge:
    """Merge the other dossier into the kept one; raises NotApplied.

    `choices` has a Side by field name; a missing field gets the default. `shown` is the version mark of the dossiers
    that the user saw. The values are not validated again: a newer rule must not prevent merging old dossiers.
    """
    with transaction.atomic():
        # In the order of their keys, so that two users can't deadlock.
        locked = Dossier.objects.not_anonymised().select_for_update().order_by("pk").in_bulk([kept_id, other_id])
        if len(locked) != 2:
            raise NotApplied(gettext("One of these dossiers is not there any more. Nothing was merged."))
        kept_dossier, other = locked[kept_id], locked[other_id]
        if get_version_mark(kept_dossier, other) != shown:
            raise NotApplied(
                gettext(
                    "One of these dossiers was changed meanwhile. Your choices are kept: look at both again and merge."
                )
            )
        done = Merge(
            kept=kept_dossier,
            kept_reference=kept_dossier.reference,
            other_id=other.pk,
            reference=other.reference,
            user=user,
            applied_at=timezone.now(),
        )
        done.snapshot, done.changes = create_snapshot(other), _find_changes(kept_dossier, other, choices)
        CandidateLink.revoke_of(other)  # the link may have been given to another person
        change_reason = get_merge_reason(other.reference)
        try:
            done.moved = reassign(other, kept_dossier, user, change_reason)
        except Collision as both:
            raise NotApplied(describe_collision(both)) from both
        _delete_merged(other, kept_dossier, user)
        for name, (_old, new) in done.changes.items():
            set_json_value(kept_dossier, name, new)
        save_with_reason(kept_dossier, user, change_reason)
        data = {"reference": other.reference}
        log(instance=kept_dossier, action="dossiers.merge", user=user, content_changed=True, data=data)
        done.save()
    return done


def describe_collision(what: object) -> str:
    """Return why two dossiers can't be merged that each have one of what must be unique."""
    text = gettext("Both dossiers have a %(what)s that can't be there twice. Remove one of them, then merge.")
    return text % {"what": what}


def _find_changes(kept_dossier: Dossier, other: Dossier, choices: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return {field: [old, new]} of the kept dossier."""
    changes = {}
    for difference in find_differences(kept_dossier, other):
        side = choices.get(difference.field.name, difference.default)
        if side not in difference.options:
            side = difference.default
        if not isinstance(difference, SurnameDifference):
            changes[difference.field.name] = [difference.kept, difference.get_value(side)]
        elif side == Side.OTHER:
            for name, value in get_surname(other)._asdict().items():
                changes[name] = [get_json_value(kept_dossier, name), value]
    if "status" in changes and not (kept_dossier.is_closed and other.is_closed):
        is_closed = changes["status"][1] in CLOSED_STATUSES
        closed = next((dossier for dossier in (kept_dossier, other) if is_closed and dossier.is_closed), None)
        changes["closing_reason"] = [kept_dossier.closing_reason_id, closed.closing_reason_id if closed else None]
    if other.wants_to_stop and not kept_dossier.wants_to_stop:
        for name in WITHDRAWAL_FIELDS:
            changes[name] = [get_json_value(kept_dossier, name), get_json_value(other, name)]
    status = changes["status"][1] if "status" in changes else kept_dossier.status
    if kept_dossier.archived_at and status not in CLOSED_STATUSES:  # saving takes it out of the archive
        changes[ARCHIVED] = [get_json_value(kept_dossier, ARCHIVED), None]
    changes[SECTORS] = [get_json_value(kept_dossier, SECTORS), combine_sectors(kept_dossier, other)]
    return {name: [old, new] for name, (old, new) in changes.items() if old != new}


def save_with_reason(dossier: Dossier, user: User | None, reason: str) -> None:
    """Save the dossier with a history record that has the reason and the sectors."""
    dossier._history_user, dossier._change_reason = user, reason  # type: ignore[attr-defined]
    dossier.save()
    dossier.record_sectors_in_history()


def _delete_merged(other: Dossier, kept_dossier: Dossier, user: User | None) -> None:
    key, names = other.pk, ", ".join(other.sectors.values_list("name", flat=True))
    into = {"reference": kept_dossier.reference}
    log(instance=other, action="dossiers.merged_away", user=user, content_changed=True, deleted=True, data=into)
    other._history_user, other._change_reason = user, gettext("Merged into %(reference)s") % into  # type: ignore[attr-defined]
    other.delete()
    last = Dossier.history.filter(id=key).order_by("-history_id").first()
    # The deletion removed the sectors before it wrote the history record.
    Dossier.history.filter(pk=last.pk).update(sector_names=names)
