"""Anonymising one dossier: nothing that is kept names or describes the person any more. It can't be undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.forgetting import evaluations
from dossiers.forgetting.mentions import Decided, replace_mentions
from dossiers.forgetting.personal_data import (
    Person,
    lists_with_errors_only,
    query_taken_out,
    taken_out,
    unfinished_lists,
)
from dossiers.forgetting.retention_map import OF_A_PERSON, OF_MANY, OF_THE_DOSSIER, emptied, model_of
from dossiers.models import CLOSED_STATUSES, BulkRow, Dossier, ExportRun, ImportRow, ImportRun, Placement, Supply
from dossiers.models.merges.merge import save_told

FORGOTTEN = _("(forgotten)")
LOG_ACTION = "dossiers.anonymise"
REASON_AT_MOST = 100  # letters, in a history


class NotForgotten(Exception):
    """Nothing was anonymised; carries one sentence that says why."""


def in_the_way(dossier: Dossier) -> str:
    """Why this dossier can't be anonymised now, as one sentence; empty when it can."""
    if dossier.anonymised_at:
        return gettext("This dossier was anonymised already.")
    if dossier.status not in CLOSED_STATUSES:
        return gettext("This dossier is open. Close it first.")
    if placement := dossier.placements.open().first():
        return _not_ended(placement.reference)
    if run := Person(dossier).unfinished.first():
        return _not_finished(run.pk)
    return ""


def seen_in_the_way(dossiers: Sequence[Dossier]) -> dict[int, str]:
    """The same of many closed ones at once, by key, as far as it shows without reading each person's lists."""
    keys = [dossier.pk for dossier in dossiers]
    runs = ImportRow.objects.filter(target_id__in=keys, run__in=unfinished_lists()).values_list("target_id", "run")
    placements = Placement.objects.open().filter(dossier__in=keys).values_list("dossier", "reference")
    reasons = {key: _not_finished(run) for key, run in runs if key is not None}
    return reasons | {key: _not_ended(reference) for key, reference in placements}


def _not_ended(reference: str) -> str:
    return gettext("Placement %(reference)s has not ended. End it first.") % {"reference": reference}


def _not_finished(run: int) -> str:
    words = gettext("This person stands in import %(number)d, which is not finished. Finish or stop it first.")
    return words % {"number": run}


def anonymise(key: int, user: User | None, why: str | Promise, decisions: Mapping[str, bool] | None = None) -> Dossier:
    """Forget the person behind a closed dossier; raises NotForgotten. `why` stands in its history; `decisions` says of
    each mention of the name in other texts whether it goes, None lets mentions.py decide."""
    with transaction.atomic():
        dossier = Dossier.objects.get_locked(key)
        if reason := in_the_way(dossier):
            raise NotForgotten(reason)
        _forget(Person(dossier), decisions)
        dossier = Dossier.objects.get(pk=key)
        dossier.anonymised_at = timezone.now()
        save_told(dossier, user, (gettext("Anonymised: %(why)s") % {"why": why})[:REASON_AT_MOST])
        log(instance=dossier, action=LOG_ACTION, user=user, content_changed=True, data={"why": str(why)})
    return dossier


def anonymise_deleted(key: int) -> None:
    """Forget somebody whose dossier was deleted, of which a history is left; raises NotForgotten."""
    with transaction.atomic():
        person = Person.deleted(key)
        if run := person.unfinished.first():
            raise NotForgotten(_not_finished(run.pk))
        _forget(person)


def refuse_undecided(decided: Decided) -> None:
    """Raises NotForgotten for mentions that nobody decided about."""
    if decided.undecided:
        raise NotForgotten(gettext("Another text that names this person was added or changed meanwhile. Look again."))


def _forget(person: Person, decisions: Mapping[str, bool] | None = None) -> None:
    decided = replace_mentions(person, decisions)
    refuse_undecided(decided)
    _lists(person)
    _texts(person)
    evaluations.take_out(person, decided, str(FORGOTTEN))
    _exports()
    _labels(person)
    _deleted(person)
    _emptied(person)


def _emptied(person: Person) -> None:
    for label in OF_A_PERSON:
        nothing = emptied(label, str(FORGOTTEN))
        if hasattr(model_of(label), "history"):
            beside = {"history_change_reason": None, "import_run": None, "import_line": None}
            person.steps(label).update(**nothing, **beside)
        person.records(label).update(**nothing)


def _deleted(person: Person) -> None:
    actions = person.steps("dossiers.FollowUp").values_list("id", flat=True)
    for kind, keys in (("dossier", person.keys), ("followup", set(actions))):
        BulkRow.objects.filter(change__kind=kind, record_id__in=keys).delete()
    for label in OF_THE_DOSSIER:
        person.records(label).delete()
        if hasattr(model_of(label), "history"):
            person.steps(label).delete()  # also the one that the deletion just wrote


def _lists(person: Person) -> None:
    """Lines of lists, what was decided about them, and the clean copies in which they stand."""
    written = person.steps("dossiers.Dossier").exclude(import_run=None).values_list("import_run", "import_line")
    lines: dict[int, set[str]] = {}
    for key, number in (*written, *person.rows.values_list("run", "line")):
        lines.setdefault(key, set()).add(str(number))
    useless = list(lists_with_errors_only().filter(pk__in=lines).values_list("pk", flat=True))
    person.rows.delete()
    for run in ImportRun.objects.filter(pk__in=lines):
        for line in lines[run.pk]:
            run.decided.get("lines", {}).pop(line, None)
        run.forget_upload()
        run.forget_clean()
        run.save()
        if run.pk in useless:
            why = gettext("Nothing of this list could be imported, and somebody in it was forgotten. Upload it again.")
            run.refuse(why)


def _texts(person: Person) -> None:
    """Names of files, headers, words and messages that hold the person's name."""
    if person.marks is None:
        return
    for label, chosen in OF_MANY.items():
        model, names = model_of(label), chosen.masked
        if not names:
            continue
        for record in model._default_manager.exclude(**dict.fromkeys(names, "")).only(*names):
            before = {name: getattr(record, name) for name in names}
            after = {
                name: (query_taken_out if name == "query" else taken_out)(value, person.marks)
                for name, value in before.items()
            }
            if after != before:
                model._default_manager.filter(pk=record.pk).update(**after)


def _labels(person: Person) -> None:
    """What the log calls a Supply holds its number: of this person's, and of those that were deleted."""
    entries = ModelLogEntry.objects.filter(content_type__app_label="dossiers", content_type__model="supply")
    logged = Supply.objects.filter(pk__in=set(entries.values_list("object_id", flat=True)))
    others = logged.exclude(pk__in=[supply.pk for supply in person.supplies]).values_list("pk", flat=True)
    entries.exclude(object_id__in=map(str, others)).update(label=str(FORGOTTEN))


def _exports() -> None:
    """Lists of dossiers that were taken out: they can be asked for again. One that is just being made lives a day."""
    for run in ExportRun.objects.filter(kind=ExportRun.Kind.DOSSIERS).exclude(state=ExportRun.State.GONE):
        if not run.busy:
            run.destroy()


@dataclass(frozen=True)
class PreviewLine:
    """One line of the preview: how many of what, and what becomes of it."""

    count: int
    what: str
    becomes: str | Promise


def preview(dossier: Dossier) -> list[PreviewLine]:
    """What anonymising would reach, in numbers."""
    person = Person(dossier)
    counts: list[tuple[Callable[[], int], str, str | Promise]] = [
        (person.records("dossiers.Supply").count, "dossiers.Supply", _("the number and all values go")),
        (person.records("dossiers.Placement").count, "dossiers.Placement", _("what was agreed and shared goes")),
        (person.records("dossiers.ContactMoment").count, "dossiers.ContactMoment", _("the text goes")),
        (person.records("dossiers.Finding").count, "dossiers.Finding", _("the texts go, the category stays")),
        (person.records("dossiers.Expense").count, "dossiers.Expense", _("the description goes, the amount stays")),
        (person.records("dossiers.FollowUp").count, "dossiers.FollowUp", _("deleted")),
        (person.rows.count, "dossiers.ImportRow", _("deleted, with the copy of the list")),
    ]
    lines = []
    for count, label, becomes in counts:
        meta = model_of(label)._meta
        if number := count():
            lines.append(
                PreviewLine(number, str(meta.verbose_name if number == 1 else meta.verbose_name_plural), becomes)
            )
    return lines
