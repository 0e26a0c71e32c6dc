"""Texts about others that name the person who is forgotten: found with their sentences, replaced or kept."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dossiers.forgetting.personal_data import taken_out
from dossiers.forgetting.retention_map import FREE_TEXT, model_of
from dossiers.models import Dossier, EmployerInterest, ImportRow, ImportRun, RecordKind
from dossiers.models.own_fields.own_field import PREFIX

AROUND = 160  # characters at most before and behind a name, of a sentence without an end
SENTENCE_END = re.compile(r"[.!?]\s|\n")
PLAIN = re.compile(r"[A-Za-z0-9]+")  # what a database of any collation finds in either case

ENDED = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
OF_A_LINE = ("given", "changes", "bad", "supply_before")
TYPED = ("notes", "work_description")  # and fields of one's own

Sentence = tuple[str, str, str]
"""What stands before a name, the name, and what stands behind it."""


class Named(Protocol):
    """Somebody who is forgotten: reaching.Person, or the contact of an employer."""

    @property
    def sure_marks(self) -> re.Pattern[str] | None:
        """What names this person and hardly anybody else."""

    @property
    def likely_marks(self) -> re.Pattern[str] | None:
        """What may name this person."""

    @property
    def likely_texts(self) -> set[str]:
        """The same, as texts."""

    def owns(self, label: str, field: str) -> bool:
        """Whether `records` and `steps` of that model lose that field anyway."""

    def records(self, label: str) -> QuerySet[Any]: ...

    def steps(self, label: str) -> QuerySet[Any]: ...

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether that record is about somebody else of the same name."""


@dataclass(frozen=True)
class Mention:
    """One text of one record. `sure` when it has more than a first name, and is not about a namesake; `earlier` when
    only its history has it; `record` is None when it was deleted."""

    label: str
    pk: int
    field: str  # of the record, or `values.notes` for a part of its JSON
    record: Model | None
    sentences: tuple[Sentence, ...]
    sure: bool
    earlier: bool

    @property
    def key(self) -> str:
        """Of these sentences at this place: what was decided about them holds for no others."""
        seen = hashlib.sha256(repr(self.sentences).encode()).hexdigest()[:12]
        return f"{self.label}-{self.pk}-{self.field}-{seen}"


@dataclass(frozen=True)
class Decided:
    """What becomes of a person's name in records about others: `goes` by model and key, `marks` where it goes, and
    `sure_marks` where no text of the record names the person any more."""

    undecided: set[str]  # keys of mentions about which nobody decided
    goes: dict[tuple[str, str], bool]
    marks: re.Pattern[str] | None
    sure_marks: re.Pattern[str] | None

    def taken_out(self, value: Any, label: str, key: object) -> Any:
        """What was copied from that record, without what was taken out of it."""
        goes = self.goes.get((label, str(key)))
        marks = self.sure_marks if goes is None else self.marks if goes else None
        return value if marks is None else taken_out(value, marks)


def find_mentions(person: Named) -> list[Mention]:
    """Of all records that are not about this person alone, the nearest to hand first."""
    if person.likely_marks is None:
        return []
    mentions: dict[tuple[str, int, str], Mention] = {}
    for label, fields in FREE_TEXT.items():
        for field in fields.split():
            for record, earlier in _records(person, label, field):
                place = (label, record.pk if not earlier else record.id, field)
                sentences = tuple(_sentences(_value(record, field), person.likely_marks))
                if not sentences:
                    continue
                if place in mentions:
                    before = mentions[place]
                    sentences = tuple(dict.fromkeys((*before.sentences, *sentences)))
                    sure = before.sure or _is_sure(label, record, field, person)
                    mentions[place] = Mention(*place, before.record, sentences, sure, before.earlier)
                else:
                    now = None if earlier else record
                    mentions[place] = Mention(*place, now, sentences, _is_sure(label, record, field, person), earlier)
    return [_with_record(mention) for mention in mentions.values()]


def replace_mentions(person: Named, decisions: Mapping[str, bool] | None) -> Decided:
    """Take the person's name out of the texts for which `decisions` has True, by the mention's key, from the histories
    and the log too; None decides by itself: what names the person and hardly anybody else goes, a first name alone
    stays. Does nothing when there are any that nobody decided about."""
    mentions = find_mentions(person)
    undecided = set() if decisions is None else {mention.key for mention in mentions} - decisions.keys()
    marks = person.sure_marks if decisions is None else person.likely_marks
    decided = Decided(undecided, {}, marks, person.sure_marks)
    if undecided or marks is None:
        return decided
    for mention in mentions:
        goes = mention.sure if decisions is None else decisions[mention.key]
        if goes:
            _replace(mention, marks)
        place = mention.label, str(mention.pk)
        decided.goes[place] = goes or decided.goes.get(place, False)
    _replace_in_log(person, decided)
    _replace_in_lists(person, decided)
    return decided


def _replace_in_log(person: Named, decided: Decided) -> None:
    """What the log calls a record is its title of then."""
    looked_through = ContentType.objects.get_for_models(*map(model_of, FREE_TEXT))
    labels = {kind.pk: model._meta.label for model, kind in looked_through.items()}
    entries = ModelLogEntry.objects.filter(content_type__in=labels)
    for entry in _likely(entries, "label", person.likely_texts):
        label = decided.taken_out(entry.label, labels[entry.content_type_id], entry.object_id)
        if label != entry.label:
            ModelLogEntry.objects.filter(pk=entry.pk).update(label=label)


def _replace_in_lists(person: Named, decided: Decided) -> None:
    """What a finished list gave for somebody else, and what undoing it would write: as the record that it reached. The
    copy of the list goes when the name stood there."""
    rows = ImportRow.objects.filter(run__state__in=ENDED).select_related("run")
    runs: set[ImportRun] = set()
    for column in OF_A_LINE:
        for row in _likely(rows, column, person.likely_texts):
            label = Dossier._meta.label if row.run.record == RecordKind.DOSSIERS else EmployerInterest._meta.label

            def without(text: Any, label: str = label, key: object = row.target_id) -> Any:
                return decided.taken_out(text, label, key)

            before = getattr(row, column)
            if (after := _in_free_text(before, without)) != before:
                ImportRow.objects.filter(pk=row.pk).update(**{column: after})
                runs.add(row.run)
    for run in runs:
        run.forget_clean()
        run.save(update_fields=["clean_copy"])


def _in_free_text(value: Any, change: Callable[[Any], Any]) -> Any:
    """JSON of a line, with what people type in a text changed: a name in its own cell is somebody else's."""
    if not isinstance(value, dict):
        return value
    return {
        key: change(part) if key in TYPED or key.startswith(PREFIX) else _in_free_text(part, change)
        for key, part in value.items()
    }


def _replace(mention: Mention, marks: re.Pattern[str]) -> None:
    model = model_of(mention.label)
    records = [model._base_manager.filter(pk=mention.pk)]
    if hasattr(model, "history"):
        records.append(model.history.filter(id=mention.pk))
    column, _dot, part = mention.field.partition(".")
    for queryset in records:
        for record in queryset.only("pk", column):
            before = getattr(record, column)
            after = before | {part: taken_out(before.get(part), marks)} if part else taken_out(before, marks)
            if after != before:
                queryset.filter(pk=record.pk).update(**{column: after})
    if hasattr(model, "changed_at"):  # an open form is told, and does not put the name back
        model._base_manager.filter(pk=mention.pk).update(changed_at=timezone.now())


def _records(person: Named, label: str, field: str) -> Iterator[tuple[Any, bool]]:
    """(record, whether it is a step of a history) in which a name may stand: as many as a database can tell."""
    model, own = model_of(label), person.owns(label, field)
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


def _likely(records: QuerySet[Any], field: str, texts: Iterable[str]) -> QuerySet[Any]:
    """Those that hold the plain part of one of the texts: a database does not fold é or İ as Python does."""
    column = field.partition(".")[0]
    parts = {max(PLAIN.findall(text), key=len, default="") for text in texts}
    if "" in parts:
        return records
    if isinstance(records.model._meta.get_field(column), JSONField):
        records, column = records.annotate(as_text=Cast(column, TextField())), "as_text"
    condition = Q()
    for part in parts:
        condition |= Q(**{f"{column}__icontains": part})
    return records.filter(condition)


def _value(record: Any, field: str) -> Any:
    column, _dot, part = field.partition(".")
    value = getattr(record, column)
    return (value or {}).get(part) if part else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _sentences(value: Any, marks: re.Pattern[str]) -> Iterator[Sentence]:
    for text in _texts(value):
        for match in marks.finditer(text):
            ends = [end.end() for end in SENTENCE_END.finditer(text, max(0, match.start() - AROUND), match.start())]
            start = ends[-1] if ends else max(0, match.start() - AROUND)
            end = SENTENCE_END.search(text, match.end(), match.end() + AROUND)
            stop = end.start() + 1 if end else match.end() + AROUND
            before = ("…" if start and not ends else "") + text[start : match.start()]
            behind = text[match.end() : stop].rstrip("\n") + ("…" if stop < len(text) and not end else "")
            yield before, match.group(), behind


def _is_sure(label: str, record: Any, field: str, person: Named) -> bool:
    marks = person.sure_marks
    if marks is None or not any(marks.search(text) for text in _texts(_value(record, field))):
        return False
    return not person.has_namesake_at(label, record)


def _with_record(mention: Mention) -> Mention:
    if not mention.earlier:
        return mention
    record = model_of(mention.label)._base_manager.filter(pk=mention.pk).first()
    return Mention(mention.label, mention.pk, mention.field, record, mention.sentences, mention.sure, earlier=True)
