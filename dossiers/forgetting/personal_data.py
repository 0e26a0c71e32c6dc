"""Finds all data that is stored about one person."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from dossiers.forgetting.birth_date_spellings import build_birth_date_pattern
from dossiers.forgetting.list_rows import find_dossiers, find_rows
from dossiers.forgetting.phone_spellings import build_phone_pattern, is_phone
from dossiers.forgetting.retention_map import DELETED_WITH_DOSSIER, PERSON_MODELS, get_model
from dossiers.forgetting.same_person import Identity, find_deleted_dossiers
from dossiers.models import Dossier, ImportRow, ImportRun, Merge, Placement, RecordKind
from dossiers.models.activity.related_records import WorkOnRecords
from dossiers.models.deletion import DeletedRecord
from dossiers.models.dossiers.surnames import Surname
from dossiers.models.imports.import_row import Action
from dossiers.models.imports.staff_texts import HELD
from dossiers.models.own_fields.own_field import PREFIX
from dossiers.privacy.dutch_vocabulary import WORD, load_common_words
from dossiers.privacy.normalization import build_spellings_pattern, strip_accents

NAMES = ("given_name", "family_name")
MARKS = (*NAMES, "phone", "email")
SHORTEST = 3  # characters; a shorter name would match too many other texts
SHORTEST_PART = 4  # of a part of a name, to skip "van" and "der"
SHORTEST_IN_WORD = 7  # of a name that is found inside a longer word; the page of forgetting says so
GONE = "…"
INSIDE_A_SENTENCE = (
    r"(?:(?<=[^\s.!?:…•–-] )|(?<=[^\s.!?:…•–-]  )"
    r"|(?<=\b[a-z]\. )|(?<=\b(?:hr|mr|mw)\. )|(?<=\bdhr\. )|(?<=\bmevr\. ))"  # after an initial or a title
)
HYPHENS = r"\-\u2010\u2011"
RUN = re.compile(rf"{GONE}(?:[\s{HYPHENS}]+{GONE})+")  # of names that stand beside each other
NAME_SEPARATORS = re.compile(rf"[\s{HYPHENS}]+")
BETWEEN_WORDS = rf"(?:[\s_{HYPHENS}]+|(?-i:(?<=[^\W\d_A-Z])(?=[A-Z])))"  # the last in ZarimahQoltaxani
LINES = "lines"  # a key of ImportRun.decided


def get_unfinished_lists(record: str = RecordKind.DOSSIERS) -> QuerySet[ImportRun]:
    """Return the imports of these records that may still write records: not ended, and with a row without errors."""
    state = ImportRun.State
    ended = (state.APPLIED, state.UNDONE, state.REFUSED)
    return ImportRun.objects.filter(record=record).exclude(state__in=ended).exclude(_only_errors())


def _only_errors() -> Q:
    """Return the condition for imports that were read and have only rows with errors or skipped rows."""
    rows = ImportRow.objects.filter(run=OuterRef("pk"))
    read = Q(state__in=(ImportRun.State.PREVIEWED, ImportRun.State.SENT, ImportRun.State.RETURNED))
    return read & Exists(rows) & ~Exists(rows.exclude(action__in=(Action.ERROR, Action.SKIPPED)))


def get_lists_with_errors_only() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(_only_errors(), record=RecordKind.DOSSIERS)


class Person:
    """A dossier with the dossiers that were merged into it, and all records that were ever about them.

    To it belong the deleted dossiers of the same person too, unless it is deleted itself next: they can be restored
    apart from it.
    """

    def __init__(self, dossier: Dossier, *, with_deleted: bool = True) -> None:
        self.dossier = dossier
        merged = Merge.objects.not_undone().filter(kept=dossier.pk)
        self.keys = {dossier.pk, *merged.values_list("other_id", flat=True)}
        self.references = {dossier.reference, *merged.values_list("reference", flat=True)}
        self.deleted_dossiers = find_deleted_dossiers(Identity(self.keys)) if with_deleted else []
        self.keys |= {deleted.dossier.pk for deleted in self.deleted_dossiers}
        self.references |= {deleted.dossier.reference for deleted in self.deleted_dossiers}
        self.placements = set(Placement.history.filter(dossier_id__in=self.keys).values_list("id", flat=True))
        self.placements |= set(dossier.placements.values_list("pk", flat=True))
        self.supplies = list(dossier.supplies.all())
        self.numbers = {(supply.organisation_id, supply.external_id) for supply in self.supplies if supply.external_id}
        if self.deleted_dossiers:
            self.numbers |= Identity(self.keys).numbers

    @classmethod
    def deleted(cls, key: int, *, with_deleted: bool = True) -> "Person":
        """Return the person of a deleted dossier, from its history."""
        history: Any = Dossier.history.filter(id=key).latest("history_id")
        return cls(history.instance, with_deleted=with_deleted)

    def records(self, label: str) -> QuerySet[Any]:
        """Return the existing records of a model about this person."""
        model = get_model(label)
        if model is Dossier:
            return model._base_manager.filter(pk=self.dossier.pk)
        if model is Merge:
            return model._base_manager.filter(kept=self.dossier.pk)
        return model._base_manager.filter(self._about(model))

    def steps(self, label: str) -> QuerySet[Any]:
        """Return the history records about this person, including those of deleted or reassigned records.

        Of a record that is or was last about this person they are all, also those from when it was about another one.
        """
        history = get_model(label).history.model
        if get_model(label) is Dossier:
            return history._base_manager.filter(id__in=self.keys)
        return history._base_manager.filter(Q(id__in=self.get_own_keys(label)) | self._about(history))

    def get_own_keys(self, label: str) -> list[int]:
        """Return the keys of the records that are about this person, or were last, also of deleted ones."""
        history = get_model(label).history.model
        existing = self.records(label).values_list("pk", flat=True)
        return [*existing, *find_last_about(history, self._about(history))]

    def _about(self, model: Any) -> Q:
        names = {field.name for field in model._meta.fields}
        about = Q(dossier__in=self.keys)
        if issubclass(model, WorkOnRecords):  # records lose their dossier when it is deleted; the history has it
            last = model.history.filter(id=OuterRef("pk")).order_by("-history_id")
            rows = model._base_manager.filter(dossier=None).annotate(last=Subquery(last.values("dossier_id")[:1]))
            about |= Q(pk__in=list(rows.filter(last__in=self.keys).values_list("pk", flat=True)))
        return about | Q(placement__in=self.placements) if "placement" in names else about

    @property
    def own_rows(self) -> QuerySet[ImportRow]:
        """The rows of imports that matched the dossier."""
        return find_rows(self.keys)

    @cached_property
    def rows(self) -> QuerySet[ImportRow]:
        """Also other rows about the same person, by external number, or by name and date of birth.

        Rows that matched another dossier, such as a duplicate of this one, are left out.
        """
        condition = Q()
        for organisation, number in self.numbers:
            condition |= Q(given__external_id=number, run__organisation=organisation)
        for values in self.iterate_current_values():
            named = Q(**{f"given__{name}": values.get(name, "") for name in NAMES})
            condition |= named & (
                Q(given__date_of_birth=values.get("date_of_birth", "")) | ~Q(given__has_key="date_of_birth")
            )
        dossiers = find_dossiers(ImportRow.objects.filter(condition, run__record=RecordKind.DOSSIERS))
        others = set(Dossier.objects.filter(pk__in=set(dossiers.values()) - self.keys).values_list("pk", flat=True))
        of_others = [row.pk for row, key in dossiers.items() if key in others]
        condition = Q(pk__in=self.own_rows.values("pk")) | condition & ~Q(pk__in=of_others)
        return ImportRow.objects.filter(condition, run__record=RecordKind.DOSSIERS)

    @property
    def listed_rows(self) -> QuerySet[ImportRow]:
        """The rows of lists that hold the person, without those of lists that they are absent from."""
        return self.rows.exclude(action=Action.ABSENT)

    @property
    def similar_rows(self) -> QuerySet[ImportRow]:
        """The rows of unfinished imports that may be about this person, although they did not match the dossier."""
        condition = Q()
        for reference in self.references:
            condition |= Q(references__contains=f'"{reference}"')
        rows = ImportRow.objects.filter(run__in=get_unfinished_lists()).exclude(pk__in=self.rows.values("pk"))
        # as text, since SQLite has no lookup for a member of a JSON list
        return rows.annotate(references=Cast("similar", TextField())).filter(condition)

    @property
    def unfinished_rows(self) -> QuerySet[ImportRow]:
        """The rows of unfinished imports about this person."""
        return self.listed_rows.filter(run__in=get_unfinished_lists())

    @cached_property
    def marks(self) -> re.Pattern[str] | None:
        """The pattern of current and former names, phone numbers, e-mail addresses and external numbers, or None."""
        return build_pattern(self._mark_texts)

    @cached_property
    def sure_marks(self) -> re.Pattern[str] | None:
        """The pattern for texts about many people: without first names alone and external numbers."""
        return build_pattern(self._sure_texts)

    @cached_property
    def likely_texts(self) -> set[str]:
        """The texts for mentions that a user judges: also each part of a name with several words or a hyphen."""
        names = {str(values.get(name) or "") for values in self._ever() for name in NAMES}
        texts = self._mark_texts | self._sure_texts | split_names(names)
        return {text for text in texts if len(text) >= SHORTEST}

    @cached_property
    def current_names(self) -> set[str]:
        """The names in the dossier and of the organizations, whole and in parts.

        A former name may be of somebody who was merged with this person by mistake.
        """
        names = {str(values.get(name) or "") for values in self.iterate_current_values() for name in NAMES}
        whole = {
            f"{values.get('given_name') or ''} {values.get('family_name') or ''}"
            for values in self.iterate_current_values()
        }
        return names | whole | split_names(names)

    @cached_property
    def likely_marks(self) -> re.Pattern[str] | None:
        return build_pattern(self.likely_texts, inside_words=True)

    @cached_property
    def address_marks(self) -> re.Pattern[str] | None:
        emails = {str(values.get("email") or "") for values in self._ever()}
        return build_address_pattern(emails, {str(values.get("family_name") or "") for values in self._ever()})

    @cached_property
    def birth_date_marks(self) -> re.Pattern[str] | None:
        """The pattern of current and former dates of birth, which say who somebody is beside a name."""
        texts = {values.get("date_of_birth") for values in self.iterate_current_values()}
        days = {date.fromisoformat(text) for text in texts if text}
        days |= set(self.steps("dossiers.Dossier").exclude(date_of_birth=None).values_list("date_of_birth", flat=True))
        patterns = map(build_birth_date_pattern, sorted(days))
        return re.compile("|".join(patterns), re.IGNORECASE) if days else None

    def iterate_current_values(self) -> Iterable[dict[str, Any]]:
        """Yield the current values of the dossier and those that each organization supplied."""
        own = {name: getattr(self.dossier, name) for name in ("name_prefix", *MARKS)}
        born = self.dossier.date_of_birth
        yield own | {"date_of_birth": born.isoformat() if born else ""}
        yield from (supply.values for supply in self.supplies if supply.values)

    def owns(self, label: str, field: str) -> bool:
        """Whether anonymizing clears or deletes this model's records about the person anyway."""
        return label in PERSON_MODELS or label in DELETED_WITH_DOSSIER

    def clear_sentences(self, label: str, key: int, text: str) -> str:
        return text

    def owns_deleted(self, record: DeletedRecord) -> bool:
        """Whether the record, or what was deleted with it, refers to one of the dossiers or placements."""
        return record.is_about({"dossiers.Dossier": self.keys, "dossiers.Placement": self.placements})

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether the record is about another person with a current or former family name of this person."""
        if label == "dossiers.Dossier":
            names = [record.family_name]
        elif label == "dossiers.ImportRow":
            names = [record.given.get("family_name", "")]
        else:
            dossier, placement = getattr(record, "dossier_id", None), getattr(record, "placement_id", None)
            if dossier is None and placement is None:
                return False
            about = Q(pk=dossier) | Q(placements=placement) if placement else Q(pk=dossier)
            names = list(Dossier.objects.filter(about).values_list("family_name", flat=True))
        return any(name and strip_accents(Surname("", name).key) in self._family_names for name in names)

    @cached_property
    def _family_names(self) -> set[str]:
        return {strip_accents(Surname.from_values(values).key) for values in self._ever()}

    @cached_property
    def _mark_texts(self) -> set[str]:
        numbers = {number for _organisation, number in self.numbers}
        return {str(values.get(name) or "") for values in self._ever() for name in MARKS} | numbers

    @cached_property
    def _sure_texts(self) -> set[str]:
        texts = {str(values.get(name) or "") for values in self._ever() for name in ("family_name", "phone", "email")}
        for values in self._ever():
            if values.get("family_name"):
                surname, given_name = Surname.from_values(values), values.get("given_name") or ""
                names = {surname.family_name, surname.text}
                texts |= {*names, *(f"{given_name} {name}".strip() for name in names)}
        return texts

    def _ever(self) -> Iterable[dict[str, Any]]:
        """Yield the current and former values of the names and contact fields."""
        yield from self.iterate_current_values()
        yield from self.steps("dossiers.Dossier").values("name_prefix", *MARKS)


def find_last_about(history: Any, about: Q) -> QuerySet[Any]:
    """Return the keys of the records whose last history record meets a condition, also of those that were deleted."""
    last = history._base_manager.filter(id=OuterRef("id")).order_by("-history_id").values("history_id")[:1]
    return history._base_manager.filter(about, history_id=Subquery(last)).values_list("id", flat=True)


def split_names(names: Iterable[str]) -> set[str]:
    """Return the parts of these names by which somebody may be called too: both of "Haile-Woldu"."""
    return {part for name in names for part in NAME_SEPARATORS.split(name) if len(part) >= SHORTEST_PART}


def build_pattern(texts: Iterable[str], *, inside_words: bool = False) -> re.Pattern[str] | None:
    """Return a pattern of these texts, with spaces, hyphens or underscores between words and a Dutch possessive s.

    They are matched with and without accents. A telephone number is matched in all its spellings, and a name that is a
    common Dutch word, such as "Meer", only where it is written as a name; "Dağ" in its own spelling is no such word.
    With `inside_words`, a long name that is no such word is matched as part of a longer word: all of "Qoraxsanhuis".
    """
    long_texts = {text for text in texts if len(text) >= SHORTEST}
    phones = {text for text in long_texts if is_phone(text)}
    accented = {text for text in long_texts - phones if text.casefold() not in load_common_words()}
    plain = set(map(strip_accents, long_texts - phones))
    common = plain & load_common_words()
    spelled = [re.escape(text) for text in accented if strip_accents(text) in common]
    split = [list(filter(None, NAME_SEPARATORS.split(text))) for text in plain - common]
    folded = [BETWEEN_WORDS.join(map(build_spellings_pattern, parts)) for parts in split if parts]
    words = sorted([*spelled, *folded], key=len)
    other_names = sorted({name for text in plain for name in WORD.findall(text)} - load_common_words())
    common_names = []
    for text in sorted(common):
        # With a capital, and inside a sentence, alone or before another name. After another name it is a part of the
        # full name, which is a text of its own.
        spellings = "|".join(sorted(map(build_spellings_pattern, {text.capitalize(), text.upper()})))
        capitalized = f"(?-i:{spellings})"
        if other_names:
            common_names.append(rf"{capitalized},?\s+(?:{'|'.join(map(build_spellings_pattern, other_names))})")
        common_names += [f"{INSIDE_A_SENTENCE}{capitalized}", rf"\A{capitalized}\Z"]
    patterns = [build_phone_pattern(phone) for phone in sorted(phones)]
    if words or common_names:
        patterns.append(rf"(?<![^\W_])(?:{'|'.join([*reversed(words), *common_names])})(?:['’]?s)?(?![^\W_])")
    if inside_words:
        long_names = [text for text in plain - common if len(text) >= SHORTEST_IN_WORD and text.isalpha()]
        if long_names:
            inside = "|".join(map(build_spellings_pattern, sorted(long_names)))
            patterns.append(rf"(?<![^\W_])[^\W_]*(?:{inside})[^\W_]*")
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def add_pattern(pattern: re.Pattern[str], other: re.Pattern[str] | None) -> re.Pattern[str]:
    """Return a pattern of what either of these matches; they ignore case."""
    return re.compile(f"{pattern.pattern}|{other.pattern}", re.IGNORECASE) if other else pattern


def build_address_pattern(emails: Iterable[str], surnames: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of exactly these e-mail addresses, and of others that hold one of the surnames."""
    patterns = [rf"\A{re.escape(email)}\Z" for email in sorted(filter(None, emails))]
    if holding := build_pattern(surnames, inside_words=True):
        patterns.append(holding.pattern)
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def remove_marks(value: Any, marks: re.Pattern[str]) -> Any:
    """Return text or JSON without what names the person; a JSON value under a matching key is removed.

    Corrected cells of import rows are not changed: a row may be about a namesake, and it is still to be read. The
    person's own rows are deleted by their number. Texts of coordinators about a list that is with its partner are
    changed, since no row shows them.
    """
    if isinstance(value, str):
        return RUN.sub(GONE, marks.sub(GONE, value)) if marks.search(value) else value
    if isinstance(value, list):
        return [remove_marks(item, marks) for item in value]
    if isinstance(value, dict):
        # A key that is the name of a field, such as `own_haile`, names nobody.
        rest = {
            key: item
            for key, item in value.items()
            if not marks.search(key) or key.startswith(PREFIX) or key in _list_field_names()
        }
        return {
            key: _remove_from_held_texts(item, marks) if key == LINES else remove_marks(item, marks)
            for key, item in rest.items()
        }
    return value


def _remove_from_held_texts(lines: Any, marks: re.Pattern[str]) -> Any:
    """Return the decisions about lines without the name in the texts of coordinators that are held."""
    if not isinstance(lines, dict):
        return lines
    return {
        line: about | {HELD: remove_marks(about[HELD], marks)} if isinstance(about, dict) and HELD in about else about
        for line, about in lines.items()
    }


@cache
def _list_field_names() -> set[str]:
    models = apps.get_app_config("dossiers").get_models()
    return {field.name for model in models for field in model._meta.concrete_fields}


def remove_marks_from_query(query: str, marks: re.Pattern[str]) -> str:
    """Return a query string without what names the person; a number is the key of a record, except in `q`."""
    before, after = QueryDict(query), QueryDict(mutable=True)
    for name, values in before.lists():
        after.setlist(name, [item if item.isdigit() and name != "q" else remove_marks(item, marks) for item in values])
    return query if after == before else after.urlencode()
