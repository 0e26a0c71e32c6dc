"""Finds the texts of other records that mention a person."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Model

from dossiers.forgetting.deletions import DeletedText, find_deleted_texts
from dossiers.forgetting.free_text import CONTACT, NAMES_OF_THINGS, find_free_texts, get_texts
from dossiers.forgetting.list_mentions import find_left_out_cells
from dossiers.forgetting.name_search import Named, filter_likely
from dossiers.forgetting.personal_data import add_pattern
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS, get_model
from dossiers.models import ImportRow, ImportRun
from dossiers.models.imports.import_row import Action

AROUND = 160  # maximum number of characters before and after a name, if the sentence is longer
SENTENCE_END = re.compile(
    r"(?<!\b[^\W\d_])"  # not after an initial or "o.a."
    r"(?<!\b(?:bv|(?i:ca|dr|hr|ir|jl|mr|mw|nr|st)))"
    r"(?<!\b(?i:afd|dhr|drs|enz|etc|evt|ing|mej|mob|ong|tel|vnl))"
    r"(?<!\b(?i:bijv|excl|incl|mevr|prof|resp))"
    r"[.!?]\s|\n"
)
NAMES_IN_USE = ("dossiers.Organisation", "dossiers.Sector")  # which sign-ups and lists are read by
ROW = ImportRow._meta.label

Sentence = tuple[str, ...]
"""The text before a name, the name, the text after it, and so on for each name."""


@dataclass(frozen=True)
class Mention:
    """A text of a record that mentions the person.

    `sure` says that it has more than a first name and is not about a namesake; `earlier` that only the history has
    the text; `record` is None if it was deleted, and `deleted` says by what, if it can be restored.
    """

    label: str
    pk: int
    field: str
    record: Model | None
    sentences: tuple[Sentence, ...]
    sure: bool
    earlier: bool
    deleted: DeletedText | None = None

    @property
    def key(self) -> str:
        """A key of the place and the sentences: a decision holds only for these sentences."""
        seen = hashlib.sha256(repr(self.sentences).encode()).hexdigest()[:12]
        return f"{self.label}-{self.pk}-{self.field}-{seen}"


def find_mentions(person: Named) -> list[Mention]:
    """Find the mentions of this person in all records that are not only about this person."""
    if person.likely_marks is None:
        return []
    mentions: dict[tuple[str, int, str], Mention] = {}
    deleted_texts = list(find_deleted_texts(person))
    for label, names in FREE_TEXT_FIELDS.items():
        for record, fields, earlier, deleted in _records(person, label, names.split(), deleted_texts):
            pk = record.id if earlier else record.pk
            for field in fields:
                place = (label, pk, field)
                texts = [(name, person.clear_sentences(label, pk, text)) for name, text in get_texts(record, field)]
                sentences = tuple(_sentences(texts, person, person.birth_date_marks))
                if not sentences:
                    continue
                sure = label not in NAMES_IN_USE and _are_sure(texts, person.sure_marks)
                sure = sure and not person.has_namesake_at(label, record)
                if place in mentions:
                    before = mentions[place]
                    sentences = tuple(dict.fromkeys((*before.sentences, *sentences)))
                    mentions[place] = replace(before, sentences=sentences, sure=before.sure or sure)
                else:
                    is_past = earlier or deleted
                    now = get_model(label)._base_manager.filter(pk=pk).first() if is_past else record
                    mentions[place] = Mention(*place, now, sentences, sure, earlier, None if now else deleted)
    return [*mentions.values(), *_find_in_staged_rows(person)]


def is_name_kept(mentions: Iterable[Mention], decisions: Mapping[str, bool]) -> bool:
    """Whether users keep the name in all these texts: then it is a namesake's. A first name alone does not say so."""
    return any(mention.sure for mention in mentions) and not any(decisions[mention.key] for mention in mentions)


def _find_in_staged_rows(person: Named) -> Iterator[Mention]:
    """Find the mentions in rows of unfinished imports about others, which are all in the field `given`.

    They include the cells in columns that were left out, since users can still choose a field for such a column. If the
    row has no name of its own, that column may be the one with the names, so that a mention in it is not sure.
    """
    rows = ImportRow.objects.filter(run__state__in=ImportRun.STAGED).exclude(pk__in=person.rows.values("pk"))
    columns = ("given", "bad")  # the others repeat these, or the record
    likely = {row.pk: row for row in filter_likely(rows, columns, person.likely_texts)}
    left_out: dict[int, list[tuple[str, str]]] = {}
    for run in ImportRun.objects.filter(state__in=ImportRun.STAGED).exclude(clean_copy=""):
        cells = find_left_out_cells(run, person, person.likely_marks)
        for row in rows.filter(run=run, line__in_batch=list(cells)).exclude(action=Action.ABSENT):
            likely[row.pk], left_out[row.pk] = row, [("", cell) for cell in cells[row.line]]
    for row in likely.values():
        texts = [text for column in columns for text in find_free_texts(getattr(row, column))]
        others = left_out.get(row.pk, [])
        if sentences := tuple(dict.fromkeys(_sentences([*texts, *others], person))):
            is_named = bool(row.given.get("family_name") or row.given.get("contact_name"))
            sure = _are_sure([*texts, *others] if is_named else texts, person.sure_marks)
            sure = sure and not person.has_namesake_at(ROW, row)
            yield Mention(ROW, row.pk, "given", row, sentences, sure, earlier=False)


def _records(
    person: Named, label: str, fields: Sequence[str], deleted_texts: Iterable[DeletedText]
) -> Iterator[tuple[Any, Sequence[str], bool, DeletedText | None]]:
    """Yield (record, fields to read, whether it is a history record, its deletion) of what may contain a name.

    A query judges those that exist and the history records.
    """
    model = get_model(label)
    history = model.history.model if hasattr(model, "history") else None

    for deleted in deleted_texts:
        if deleted.label == label:
            yield deleted.record, fields, False, deleted

    def owns(field: str) -> bool:
        return person.owns(label, field)

    for own, owned in groupby(sorted(fields, key=owns), key=owns):
        names = list(owned)
        now = model._base_manager.all()
        if own:
            now = now.exclude(pk__in=person.records(label).values("pk"))
        for record in filter_likely(now, names, person.likely_texts):
            yield record, names, False, None
        if history:
            steps = history._base_manager.all()
            if own:
                steps = steps.exclude(pk__in=person.steps(label).values("pk"))
                steps = steps.exclude(id__in=person.records(label).values("pk"))
            for step in filter_likely(steps, names, person.likely_texts):
                yield step, names, True, None


def _sentences(
    texts: Iterable[tuple[str, str]], person: Named, birth_dates: re.Pattern[str] | None = None
) -> Iterator[Sentence]:
    """Yield each sentence that names the person; a first name alone is not looked for where contacts have theirs.

    Sentences with the date of birth are among them in a text that names the person.
    """
    for field, text in texts:
        marks = person.sure_marks if field in CONTACT else person.likely_marks
        if field == "email":
            marks = person.address_marks
        if marks and marks.search(text):
            matches = add_pattern(marks, birth_dates).finditer(text)
            yield from cut_sentences(text, (match.span() for match in matches))


def cut_sentences(text: str, places: Iterable[tuple[int, int]]) -> Iterator[Sentence]:
    """Yield each sentence that has names; `places` has the (begin, end) of each name, in order."""
    sentence: list[str] = []
    last = stop = 0  # the end of the last name, and of its sentence
    for begin, end in places:
        if sentence and begin < stop:
            sentence += [text[last:begin], text[begin:end]]
        else:
            if sentence:
                yield (*sentence, _cut_end(text, last, stop))
            earlier = [match.end() for match in SENTENCE_END.finditer(text, max(0, begin - AROUND), begin)]
            start = earlier[-1] if earlier else max(0, begin - AROUND)
            sentence = [("…" if start and not earlier else "") + text[start:begin], text[begin:end]]
        later = SENTENCE_END.search(text, end, end + AROUND)
        last, stop = end, later.start() + 1 if later else end + AROUND
    if sentence:
        yield (*sentence, _cut_end(text, last, stop))


def _cut_end(text: str, begin: int, stop: int) -> str:
    is_whole = stop >= len(text) or SENTENCE_END.match(text, stop - 1)
    return text[begin:stop].rstrip("\n") + ("" if is_whole else "…")


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
