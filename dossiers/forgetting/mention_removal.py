"""Removes the name of a person from the texts of other records that mention it, as users decided."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.forgetting.deletions import change_deleted_records
from dossiers.forgetting.free_text import COMPANY, CONTACT, RECORDS_IN_JSON, change_free_text
from dossiers.forgetting.list_mentions import (
    build_removal_from_row,
    remove_from_left_out_cells,
    remove_from_lists,
    remove_from_row,
    remove_from_staged_rows,
)
from dossiers.forgetting.mention_decisions import Decided
from dossiers.forgetting.mentions import ROW, Mention, find_mentions, is_name_kept
from dossiers.forgetting.name_search import Named, filter_likely
from dossiers.forgetting.personal_data import add_pattern, remove_marks
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS, get_model, rewrite
from dossiers.models import (
    BulkRow,
    Deletion,
    Dossier,
    Employer,
    EmployerInterest,
    ImportRow,
    ImportRun,
    Merge,
    Placement,
    Supply,
)
from dossiers.models.deletion import DeletedRecord, DeletedRow, get_key
from dossiers.models.imports.staff_texts import HELD
from dossiers.models.lists.names import add_free_number
from dossiers.models.snapshots import FIELDS, read_record
from page_cache.models import ShownOnPages
from page_cache.version import pages_changed

MERGED = ("snapshot", "changes")
COPIES: dict[str, tuple[tuple[str, ...], Callable[[Any], tuple[str, object]]]] = {
    Placement._meta.label: (("shared",), lambda placement: (Dossier._meta.label, placement.dossier_id)),
    Supply._meta.label: (("parts",), lambda supply: (Supply._meta.label, supply.pk)),
    Merge._meta.label: (MERGED, lambda merge: (Dossier._meta.label, merge.kept_id)),
}
"""{model: (fields with copies of texts, function that returns the place of the texts)}"""
NAMED_BY_PERSON = (Dossier, Placement)  # no free text is in the titles of these
FORGOTTEN_NAME, DELETED_NAME = "dossiers.remove_forgotten_name", "dossiers.remove_deleted_name"
NAME_REMOVALS = {
    FORGOTTEN_NAME: _("The name of a forgotten person was removed"),
    DELETED_NAME: _("The name of a deleted person was removed"),
}
"""{log action: reason in the history} of the records whose texts lost a name."""


def replace_mentions(
    person: Named, decisions: Mapping[str, bool] | None, user: User | None, action: str = FORGOTTEN_NAME
) -> Decided:
    """Remove the person's name from the texts, histories and log labels for which `decisions` has True.

    `decisions` has the keys of the mentions. With None, sure mentions are removed and a first name alone is kept.
    Changes nothing if a mention has no decision. `action` is one of NAME_REMOVALS, which the histories tell.
    """
    # Else a list could be applied, or a deletion undone, between the search and the replacement.
    list(ImportRun.objects.select_for_update().filter(state__in=ImportRun.STAGED).values_list("pk"))
    list(Deletion.objects.select_for_update().exclude(records=[]).values_list("pk"))
    mentions = find_mentions(person)
    undecided = set() if decisions is None else {mention.key for mention in mentions} - decisions.keys()
    marks = person.sure_marks if decisions is None else person.likely_marks
    keeps_name = decisions is not None and not undecided and is_name_kept(mentions, decisions)
    marks_and_dates = add_pattern(marks, person.birth_date_marks) if marks else None
    decided = Decided(undecided, {}, marks_and_dates, person.sure_marks, person.address_marks, keeps_name)
    if undecided or marks is None or marks_and_dates is None:
        return decided
    fields_by_place: dict[tuple[str, int], list[str]] = defaultdict(list)
    for mention in mentions:
        goes = mention.sure if decisions is None else decisions[mention.key]
        if goes and mention.label != ROW:
            _replace(mention, marks_and_dates, person.address_marks)
            fields_by_place[mention.label, mention.pk].append(mention.field)
        place = mention.label, str(mention.pk)
        decided.goes[place] = goes or decided.goes.get(place, False)
    _record_removals([place for place, goes in decided.goes.items() if goes and place[0] != ROW], user, action)
    looked_through = ContentType.objects.get_for_models(*map(get_model, FREE_TEXT_FIELDS))
    labels = {kind.pk: model._meta.label for model, kind in looked_through.items()}
    entries = ModelLogEntry.objects.filter(content_type__in=labels)  # their labels are copies of the records' titles
    for entry in filter_likely(entries, ["label"], person.likely_texts):
        label = decided.remove_from(entry.label, labels[entry.content_type_id], entry.object_id)
        if label != entry.label:
            ModelLogEntry.objects.filter(pk=entry.pk).update(label=label)
    change_deleted_records(
        person, lambda record: _remove_from_deleted(record, fields_by_place, marks_and_dates, decided)
    )
    remove_from_lists(person, decided)
    _replace_in_copies(person, decided)
    remove_from_staged_rows([int(key) for (label, key), goes in decided.goes.items() if label == ROW and goes], marks)
    if not keeps_name:
        remove_from_left_out_cells(person, marks)
    return decided


def _replace(mention: Mention, marks: re.Pattern[str], address_marks: re.Pattern[str] | None) -> None:
    field, model = mention.field, get_model(mention.label)

    def without(record: Any) -> Any:
        return _remove_from_text(getattr(record, field), field, marks, address_marks)

    if issubclass(model, ShownOnPages):
        pages_changed()
    records = model._base_manager.filter(pk=mention.pk)
    for record in records.only("pk", field):
        before, after = getattr(record, field), without(record)
        if isinstance(after, str) and after != before:
            after = add_free_number(record, field, after)
        rewrite(records, **{field: after})
    steps = model.history.filter(id=mention.pk) if hasattr(model, "history") else model._base_manager.none()
    for step in steps.only("pk", field):
        steps.filter(pk=step.pk).update(**{field: without(step)})


def _record_removals(places: Iterable[tuple[str, str]], user: User | None, action: str) -> None:
    """Tell in the history and the log of these records that they lost a name, as (label, key)."""
    for label, key in places:
        model = get_model(label)
        record = model._base_manager.filter(pk=key).first()
        if record is None:
            continue
        if hasattr(model, "history"):
            reason = str(NAME_REMOVALS[action])
            model.history.bulk_history_create([record], update=True, default_user=user, default_change_reason=reason)
        if isinstance(record, Dossier):
            record.record_sectors_in_history()
        # With a UUID of its own: of entries with that of the request, Wagtail shows only the last.
        log(instance=record, action=action, user=user, uuid=uuid4(), content_changed=True)


def _remove_from_text(value: Any, field: str, marks: re.Pattern[str], address_marks: re.Pattern[str] | None) -> Any:
    if field == "contact_given":
        names = (*COMPANY, *CONTACT)
        return {
            name: _remove_from_field(text, name, marks, address_marks) if name in names else text
            for name, text in value.items()
        }
    if field in RECORDS_IN_JSON:
        return change_free_text(value, lambda text, _field: remove_marks(text, marks))
    return _remove_from_field(value, field, marks, address_marks)


def _remove_from_field(value: Any, field: str, marks: re.Pattern[str], address_marks: re.Pattern[str] | None) -> Any:
    if field == "email":  # which holds an address or nothing
        return "" if address_marks and address_marks.search(value) else value
    if field == "phone":  # which holds a number or nothing
        return "" if marks.search(value) else value
    return remove_marks(value, marks)


def _replace_in_copies(person: Named, decided: Decided) -> None:
    """Remove the name from copies of a record's texts, as it was decided for the record."""
    copies: list[tuple[QuerySet[Any], str, Callable[[Any], tuple[str, object]]]] = [
        *(
            (get_model(label)._base_manager.all(), name, place)
            for label, (names, place) in COPIES.items()
            for name in names
        ),
        (Placement.history.all(), "shared", COPIES[Placement._meta.label][1]),
        *(
            (BulkRow.objects.select_related("change"), name, lambda row: (row.change.model._meta.label, row.record_id))
            for name in ("old", "new")
        ),
    ]
    for records, column, find_place in copies:
        for record in filter_likely(records, [column], person.likely_texts):
            place, before = find_place(record), getattr(record, column)
            after = _remove_from_copy(before, column, place, decided)
            if after != before:
                records.model._base_manager.filter(pk=record.pk).update(**{column: after})


def _remove_from_copy(value: Any, column: str, place: tuple[str, object], decided: Decided) -> Any:
    def without(text: Any, _field: str) -> Any:
        return decided.remove_from(text, *place)

    return change_free_text(value, without) if column in RECORDS_IN_JSON else without(value, column)


def _remove_from_deleted(
    deleted: DeletedRecord,
    fields_by_place: Mapping[tuple[str, int], Iterable[str]],
    marks: re.Pattern[str],
    decided: Decided,
) -> DeletedRecord:
    """Return a deleted record without the name in these fields, and in its copies and rows as it was decided."""
    snapshots = []
    for label, values in deleted.snapshots:
        fields = dict(values[FIELDS])
        for field in fields.keys() & fields_by_place.get((label, get_key(label, values)), ()):
            fields[field] = _remove_from_text(fields[field], field, marks, decided.address_marks)
        if label in COPIES:
            columns, find_place = COPIES[label]
            place = find_place(read_record(get_model(label), values))
            for column in fields.keys() & columns:
                fields[column] = _remove_from_copy(fields[column], column, place, decided)
        snapshots.append((label, values | {FIELDS: fields}))
    is_of_employer = deleted.model in (Employer, EmployerInterest)
    label = (EmployerInterest if is_of_employer else Dossier)._meta.label
    rows = [_remove_from_deleted_row(row, label, decided) for row in deleted.import_rows]
    has_own_title = fields_by_place.get((deleted.snapshots[0][0], deleted.key)) and deleted.model not in NAMED_BY_PERSON
    name = remove_marks(deleted.name, marks) if has_own_title else deleted.name
    return DeletedRecord(name, snapshots, rows)


def _remove_from_deleted_row(deleted: DeletedRow, label: str, decided: Decided) -> DeletedRow:
    row = read_record(ImportRow, deleted.values)
    without = build_removal_from_row(row, label, decided)
    decision = change_free_text(deleted.decision, without)
    if HELD in decision:
        decision[HELD] = without(decision[HELD], "")
    fields = deleted.values[FIELDS] | remove_from_row(row, label, decided)
    return deleted._replace(values=deleted.values | {FIELDS: fields}, decision=decision)
