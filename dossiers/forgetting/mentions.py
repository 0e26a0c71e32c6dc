"""Finds the texts of other records that mention a person, and removes the person's name from them."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import JSONField, Model, QuerySet
from wagtail.models import ModelLogEntry

from dossiers.forgetting.personal_data import LINES, remove_marks
from dossiers.forgetting.phone_spellings import build_digits_pattern, is_phone
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS, get_model, rewrite
from dossiers.models import (
    BulkRow,
    Dossier,
    Employer,
    EmployerInterest,
    ImportRow,
    ImportRun,
    Merge,
    Placement,
    RecordKind,
)
from dossiers.models.folded_text import Folded, FoldedJson
from dossiers.models.imports.import_row import Action
from dossiers.models.lists.names import add_free_number
from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.text_fields import iterate_texts
from dossiers.privacy.normalization import strip_accents
from page_cache.models import ShownOnPages
from page_cache.version import pages_changed

AROUND = 160  # maximum number of characters before and after a name, if the sentence is longer
SENTENCE_END = re.compile(r"[.!?]\s|\n")
PLAIN = re.compile(r"[a-z0-9]+")  # the letters that every database folds as Python does

ENDED = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
OF_A_LINE = ("given", "changes", "withheld", "bad", "supply_before")
COMPANY = ("company_name", "city", "contact_name")  # in an import these are of the employer
CONTACT = ("contact_name", "phone")  # of an employer, who has a name and a number too
NAMES_OF_THINGS = ("location", "profession", "city", "name", "label")
NAMES_IN_USE = ("dossiers.Organisation", "dossiers.Sector")  # which sign-ups and lists are read by
TYPED = ("notes", "work_description", *COMPANY, *NAMES_OF_THINGS)  # the free text of a record in JSON, with own fields
RECORDS_IN_JSON = ("values", "shared", "snapshot", "changes")
MERGED = ("snapshot", "changes")
ROW = ImportRow._meta.label

Sentence = tuple[str, str, str]
"""The text before a name, the name, and the text after it."""


class Named(Protocol):
    """A person to anonymize: personal_data.Person, or employers.Contact."""

    @property
    def sure_marks(self) -> re.Pattern[str] | None:
        """The pattern of texts that almost certainly mean this person."""

    @property
    def likely_marks(self) -> re.Pattern[str] | None:
        """The pattern of texts that may mean this person."""

    @property
    def likely_texts(self) -> set[str]:
        """The texts that may mean this person."""

    def owns(self, label: str, field: str) -> bool:
        """Whether anonymizing clears this field of `records` and `steps` of the model anyway."""

    def records(self, label: str) -> QuerySet[Any]: ...

    def steps(self, label: str) -> QuerySet[Any]: ...

    @property
    def rows(self) -> QuerySet[ImportRow]:
        """The rows of imports about this person."""

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether the record is about another person with the same name."""


@dataclass(frozen=True)
class Mention:
    """A text of a record that mentions the person.

    `sure` says that it has more than a first name and is not about a namesake; `earlier` that only the history has
    the text; `record` is None if it was deleted.
    """

    label: str
    pk: int
    field: str
    record: Model | None
    sentences: tuple[Sentence, ...]
    sure: bool
    earlier: bool

    @property
    def key(self) -> str:
        """A key of the place and the sentences: a decision holds only for these sentences."""
        seen = hashlib.sha256(repr(self.sentences).encode()).hexdigest()[:12]
        return f"{self.label}-{self.pk}-{self.field}-{seen}"


@dataclass(frozen=True)
class Decided:
    """The decisions about the mentions: `goes` has them by model and key.

    `marks` is the pattern to remove from these records, `sure_marks` the pattern for records without a mention.
    `is_name_kept` says that the name stays in all texts, so that it stays too in what users are not asked about.
    """

    undecided: set[str]  # keys of mentions without a decision
    goes: dict[tuple[str, str], bool]
    marks: re.Pattern[str] | None
    sure_marks: re.Pattern[str] | None
    is_name_kept: bool = False

    def remove_from(self, value: Any, label: str, key: object) -> Any:
        """Return a copy of data of a record, without the names that were removed from the record."""
        goes = self.goes.get((label, str(key)))
        marks = self.sure_marks if goes is None else self.marks if goes else None
        return value if marks is None else remove_marks(value, marks)


def find_mentions(person: Named) -> list[Mention]:
    """Find the mentions of this person in all records that are not only about this person."""
    if person.likely_marks is None:
        return []
    mentions: dict[tuple[str, int, str], Mention] = {}
    for label, fields in FREE_TEXT_FIELDS.items():
        for field in fields.split():
            for record, earlier in _records(person, label, field):
                place = (label, record.pk if not earlier else record.id, field)
                texts = _get_texts(record, field)
                sentences = tuple(_sentences(texts, person))
                if not sentences:
                    continue
                sure = label not in NAMES_IN_USE and _are_sure(texts, person.sure_marks)
                sure = sure and not person.has_namesake_at(label, record)
                if place in mentions:
                    before = mentions[place]
                    sentences = tuple(dict.fromkeys((*before.sentences, *sentences)))
                    mentions[place] = Mention(*place, before.record, sentences, before.sure or sure, before.earlier)
                else:
                    now = get_model(label)._base_manager.filter(pk=record.id).first() if earlier else record
                    mentions[place] = Mention(*place, now, sentences, sure, earlier)
    return [*mentions.values(), *_find_in_staged_rows(person)]


def _find_in_staged_rows(person: Named) -> Iterator[Mention]:
    """Find the mentions in rows of unfinished imports about others, which are all in the field `given`.

    They include the cells in columns that were left out, since users can still choose a field for such a column. If the
    row has no name of its own, that column may be the one with the names, so that a mention in it is not sure.
    """
    rows = ImportRow.objects.filter(run__state__in=ImportRun.STAGED).exclude(pk__in=person.rows.values("pk"))
    columns = ("given", "bad")  # the others repeat these, or the record
    likely = {row.pk: row for column in columns for row in _likely(rows, column, person.likely_texts)}
    left_out: dict[int, list[tuple[str, str]]] = {}
    for run in ImportRun.objects.filter(state__in=ImportRun.STAGED).exclude(clean_copy=""):
        cells = _find_left_out_cells(run, person, person.likely_marks)
        for row in rows.filter(run=run, line__in_batch=list(cells)).exclude(action=Action.ABSENT):
            likely[row.pk], left_out[row.pk] = row, [("", cell) for cell in cells[row.line]]
    for row in likely.values():
        texts = [text for column in columns for text in _find_free_texts(getattr(row, column))]
        others = left_out.get(row.pk, [])
        if sentences := tuple(dict.fromkeys(_sentences([*texts, *others], person))):
            is_named = bool(row.given.get("family_name") or row.given.get("contact_name"))
            sure = _are_sure([*texts, *others] if is_named else texts, person.sure_marks)
            sure = sure and not person.has_namesake_at(ROW, row)
            yield Mention(ROW, row.pk, "given", row, sentences, sure, earlier=False)


def _find_left_out_cells(run: ImportRun, person: Named, marks: re.Pattern[str] | None) -> dict[int, list[str]]:
    """Return {line: cells} of the cells that name the person in the columns of a list that fill no field."""
    indexes = [column["index"] for column in run.columns if not column["field"]]
    if not indexes or marks is None:
        return {}
    likely = re.compile("|".join(_build_folded_patterns(person.likely_texts)))
    cells_by_line = {}
    for json_text in run.read_clean_copy():
        if likely.search(strip_accents(json_text)):
            number, cells = json.loads(json_text)
            if texts := [text for index in indexes if marks.search(text := _get_cell_text(cells[index]))]:
                cells_by_line[number] = texts
    return cells_by_line


def is_name_kept(mentions: Iterable[Mention], decisions: Mapping[str, bool]) -> bool:
    """Whether users keep the name in all these texts: then it is a namesake's. A first name alone does not say so."""
    return any(mention.sure for mention in mentions) and not any(decisions[mention.key] for mention in mentions)


def replace_mentions(person: Named, decisions: Mapping[str, bool] | None) -> Decided:
    """Remove the person's name from the texts, histories and log labels for which `decisions` has True.

    `decisions` has the keys of the mentions. With None, sure mentions are removed and a first name alone is kept.
    Changes nothing if a mention has no decision.
    """
    # Else a list could be applied between the search and the replacement.
    list(ImportRun.objects.select_for_update().filter(state__in=ImportRun.STAGED).values_list("pk"))
    mentions = find_mentions(person)
    undecided = set() if decisions is None else {mention.key for mention in mentions} - decisions.keys()
    marks = person.sure_marks if decisions is None else person.likely_marks
    keeps_name = decisions is not None and not undecided and is_name_kept(mentions, decisions)
    decided = Decided(undecided, {}, marks, person.sure_marks, keeps_name)
    if undecided or marks is None:
        return decided
    for mention in mentions:
        goes = mention.sure if decisions is None else decisions[mention.key]
        if goes and mention.label != ROW:
            _replace(mention, marks)
        place = mention.label, str(mention.pk)
        decided.goes[place] = goes or decided.goes.get(place, False)
    looked_through = ContentType.objects.get_for_models(*map(get_model, FREE_TEXT_FIELDS))
    labels = {kind.pk: model._meta.label for model, kind in looked_through.items()}
    entries = ModelLogEntry.objects.filter(content_type__in=labels)  # their labels are copies of the records' titles
    for entry in _likely(entries, "label", person.likely_texts):
        label = decided.remove_from(entry.label, labels[entry.content_type_id], entry.object_id)
        if label != entry.label:
            ModelLogEntry.objects.filter(pk=entry.pk).update(label=label)
    _replace_in_lists(person, decided)
    _replace_in_copies(person, decided)
    _replace_in_staged_rows([int(key) for (label, key), goes in decided.goes.items() if label == ROW and goes], marks)
    if not keeps_name:
        _replace_in_left_out_cells(person, marks)
    return decided


def _replace_in_staged_rows(keys: list[int], marks: re.Pattern[str]) -> None:
    """Remove the name from these rows, from the user's decisions about them, and from the file they are read from."""

    def without(text: Any, _field: str = "") -> Any:
        return remove_marks(text, marks)

    rows = ImportRow.objects.filter(pk__in=keys)
    for row in rows:
        changed = {column: _in_free_text(getattr(row, column), without) for column in OF_A_LINE}
        ImportRow.objects.filter(pk=row.pk).update(**changed)
    for run in ImportRun.objects.filter(pk__in=set(rows.values_list("run", flat=True))):
        lines = set(rows.filter(run=run).values_list("line", flat=True))
        _replace_in_clean_copy(run, dict.fromkeys(lines, without))
        run.forget_upload()
        for line, decision in run.decided.get(LINES, {}).items():
            if int(line) in lines:
                for texts in ("cells", "before"):
                    decision[texts] = _in_free_text(decision.get(texts, {}), without)
        run.save(update_fields=["clean_copy", "upload", "sample", "decided"])


def _replace_in_lists(person: Named, decided: Decided) -> None:
    """Remove the name from rows of finished imports about others, as it was decided for the record of the row.

    The clean copy of an import with such a row is deleted, unless the import has rows that can still be decided: then
    only the free texts of the row are changed in it.
    """
    rows = ImportRow.objects.filter(run__state__in=ENDED).select_related("run")
    changes_by_run: dict[ImportRun, dict[int, Callable[[Any, str], Any]]] = defaultdict(dict)
    for column in OF_A_LINE:
        for row in _likely(rows, column, person.likely_texts):
            label = Dossier._meta.label if row.run.record == RecordKind.DOSSIERS else EmployerInterest._meta.label

            def without(
                text: Any, field: str, place: Any = (label, row.target_id), employer: Any = row.employer_id
            ) -> Any:
                return decided.remove_from(text, *((Employer._meta.label, employer) if field in COMPANY else place))

            before = getattr(row, column)
            if (after := _in_free_text(before, without)) != before:
                ImportRow.objects.filter(pk=row.pk).update(**{column: after})
                changes_by_run[row.run][row.line] = without
    for run, changes in changes_by_run.items():
        if run.find_undecided_rows().exists():
            _replace_in_clean_copy(run, changes)
        else:
            run.forget_clean()
        run.save(update_fields=["clean_copy"])


def _replace_in_left_out_cells(person: Named, marks: re.Pattern[str]) -> None:
    """Remove the name from the columns that fill no field, in the lines of all lists that users don't judge.

    These are the lines of finished lists, and those that an unfinished list leaves alone, as a continuation does.
    """
    for run in ImportRun.objects.filter(state__in=(*ENDED, *ImportRun.STAGED)).exclude(clean_copy=""):
        lines = set(_find_left_out_cells(run, person, marks))
        if run.state in ImportRun.STAGED:
            lines -= set(run.rows.exclude(action=Action.ABSENT).values_list("line", flat=True))
        if lines:
            _replace_in_clean_copy(
                run, dict.fromkeys(lines, lambda text, field: text if field else remove_marks(text, marks))
            )
            run.forget_upload()
            run.save(update_fields=["clean_copy", "upload", "sample"])


def _replace_in_clean_copy(run: ImportRun, changes: Mapping[int, Callable[[Any, str], Any]]) -> None:
    """Change the free texts of these lines in the file that the import is read from, and the cells without a field."""
    fields = {column["index"]: column["field"] or "" for column in run.columns}

    def change(line: int, cells: list[Any]) -> list[Any]:
        for index, cell in enumerate(cells) if line in changes else ():
            field, text = fields.get(index, ""), _get_cell_text(cell)
            if (not field or _is_free_text(field)) and (changed := changes[line](text, field)) != text:
                cells[index] = {"@private": changed} if isinstance(cell, dict) else changed
        return cells

    run.rewrite_clean_copy(change)


def _get_cell_text(cell: Any) -> str:
    """Return the text of a cell in a clean copy; a day or a time, which can hold no name, has none."""
    if isinstance(cell, dict):
        return str(cell.get("@private", ""))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:.15g}"  # of a telephone number too
    return cell if isinstance(cell, str) else ""


def _replace_in_copies(person: Named, decided: Decided) -> None:
    """Remove the name from copies of a record's texts, as it was decided for the record."""
    copies: list[tuple[QuerySet[Any], str, Callable[[Any], tuple[str, object]]]] = [
        *(
            (placements, "shared", lambda placement: (Dossier._meta.label, placement.dossier_id))
            for placements in (Placement._base_manager.all(), Placement.history.all())
        ),
        *((Merge.objects.all(), name, lambda merge: (Dossier._meta.label, merge.kept_id)) for name in MERGED),
        *(
            (BulkRow.objects.select_related("change"), name, lambda row: (row.change.model._meta.label, row.record_id))
            for name in ("old", "new")
        ),
    ]
    for records, column, find_place in copies:
        for record in _likely(records, column, person.likely_texts):
            place, before = find_place(record), getattr(record, column)

            def without(text: Any, _field: str, place: tuple[str, object] = place) -> Any:
                return decided.remove_from(text, *place)

            after = _in_free_text(before, without) if column in RECORDS_IN_JSON else without(before, column)
            if after != before:
                records.model._base_manager.filter(pk=record.pk).update(**{column: after})


def _in_free_text(value: Any, change: Callable[[Any, str], Any]) -> Any:
    """Apply `change` to the free-text values in the JSON of a record; a name in a name field is another person's."""
    if not isinstance(value, dict):
        return value
    return {
        key: change(part, key) if _is_free_text(key) else _in_free_text(part, change) for key, part in value.items()
    }


def _find_free_texts(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of the free text in the JSON of a record."""
    for key, part in value.items() if isinstance(value, dict) else ():
        if _is_free_text(key):
            yield from ((key, text) for text in iterate_texts(part))
        else:
            yield from _find_free_texts(part)


def _is_free_text(field: str) -> bool:
    return field in TYPED or field.startswith(PREFIX)


def _replace(mention: Mention, marks: re.Pattern[str]) -> None:
    model = get_model(mention.label)
    if issubclass(model, ShownOnPages):
        pages_changed()
    records = model._base_manager.filter(pk=mention.pk)
    for record in records.only("pk", mention.field):
        before, after = getattr(record, mention.field), _without_marks(record, mention.field, marks)
        if isinstance(after, str) and after != before:
            after = add_free_number(record, mention.field, after)
        rewrite(records, **{mention.field: after})
    steps = model.history.filter(id=mention.pk) if hasattr(model, "history") else model._base_manager.none()
    for step in steps.only("pk", mention.field):
        steps.filter(pk=step.pk).update(**{mention.field: _without_marks(step, mention.field, marks)})


def _without_marks(record: Any, field: str, marks: re.Pattern[str]) -> Any:
    value = getattr(record, field)
    if field == "contact_given":
        names = (*COMPANY, *CONTACT)
        return {name: _remove_from_field(text, name, marks) if name in names else text for name, text in value.items()}
    if field in RECORDS_IN_JSON:
        return _in_free_text(value, lambda text, _field: remove_marks(text, marks))
    return _remove_from_field(value, field, marks)


def _remove_from_field(value: Any, field: str, marks: re.Pattern[str]) -> Any:
    if field == "phone":  # which holds a number or nothing
        return "" if marks.search(value) else value
    return remove_marks(value, marks)


def _records(person: Named, label: str, field: str) -> Iterator[tuple[Any, bool]]:
    """Yield (record, whether it is a history record) that may contain a name, as far as a query can tell."""
    model, own = get_model(label), person.owns(label, field)
    now = model._base_manager.all()
    if own:
        now = now.exclude(pk__in=person.records(label).values("pk"))
    for record in _likely(now, field, person.likely_texts):
        yield record, False
    if hasattr(model, "history"):
        steps = model.history.model._base_manager.all()
        if own:
            steps = steps.exclude(pk__in=person.steps(label).values("pk"))
            steps = steps.exclude(id__in=person.records(label).values("pk"))
        for step in _likely(steps, field, person.likely_texts):
            yield step, True


def _likely(records: QuerySet[Any], column: str, texts: Iterable[str]) -> QuerySet[Any]:
    """Filter on the longest part of each text in letters without accents, as databases don't fold all others alike.

    Of a telephone number, filter on its digits in their order.
    """
    if not (patterns := _build_folded_patterns(texts)):
        return records
    is_json = isinstance(records.model._meta.get_field(column), JSONField)
    records = records.alias(folded_text=FoldedJson(column) if is_json else Folded(column))
    return records.filter(folded_text__regex="|".join(patterns))


def _build_folded_patterns(texts: Iterable[str]) -> list[str]:
    """Return the regular expressions for `_likely`; none if a text has no part that it can search for."""
    phones = {text for text in texts if is_phone(text)}
    parts = {max(PLAIN.findall(strip_accents(text)), key=len, default="") for text in texts if text not in phones}
    return [] if "" in parts else sorted(parts | {build_digits_pattern(phone) for phone in phones})


def _get_texts(record: Any, field: str) -> list[tuple[str, str]]:
    """Return (field, text) of each text in a field of a record; of a record in JSON only the free text."""
    value = getattr(record, field)
    if field == "contact_given":
        return [(name, text) for name, text in value.items() if name in (*COMPANY, *CONTACT)]
    if field in RECORDS_IN_JSON:
        return list(_find_free_texts(value))
    return [(field, text) for text in iterate_texts(value)]


def _sentences(texts: Iterable[tuple[str, str]], person: Named) -> Iterator[Sentence]:
    """Yield each sentence that names the person; a first name alone is not looked for where contacts have theirs."""
    for field, text in texts:
        marks = person.sure_marks if field in CONTACT else person.likely_marks
        for match in marks.finditer(text) if marks else ():
            ends = [end.end() for end in SENTENCE_END.finditer(text, max(0, match.start() - AROUND), match.start())]
            start = ends[-1] if ends else max(0, match.start() - AROUND)
            end = SENTENCE_END.search(text, match.end(), match.end() + AROUND)
            stop = end.start() + 1 if end else match.end() + AROUND
            before = ("…" if start and not ends else "") + text[start : match.start()]
            behind = text[match.end() : stop].rstrip("\n") + ("…" if stop < len(text) and not end else "")
            yield before, match.group(), behind


def _are_sure(texts: Iterable[tuple[str, str]], marks: re.Pattern[str] | None) -> bool:
    """Whether one of the texts almost certainly means the person.

    The name of a company or a contact is its own, also if somebody has the same, and Kampen or Bakker alone is a place
    or a trade.
    """
    return marks is not None and any(
        marks.search(text) and (field not in NAMES_OF_THINGS or " " in text or not marks.fullmatch(text))
        for field, text in texts
        if field not in ("company_name", *CONTACT)
    )
