"""Everything that is kept about one person, wherever it stands."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from dossiers.forgetting.retention_map import OF_A_PERSON, OF_THE_DOSSIER, model_of
from dossiers.models import Dossier, ImportRow, ImportRun, Merge, Placement, RecordKind
from dossiers.models.activity.related_records import WorkOnRecords
from dossiers.models.imports.import_run import Action

NAMES = ("given_name", "family_name")
MARKS = (*NAMES, "phone", "email")
SHORTEST = 3  # letters: a shorter name is part of too many other texts
SHORTEST_PART = 4  # of a name of several words: no "van" or "der"
GONE = "…"
LINES = "lines"  # of what was decided about a list


def unfinished_lists() -> QuerySet[ImportRun]:
    """Those that may still write: not the ones that ended, nor those of which every line is in error."""
    state = ImportRun.State
    ended = (state.APPLIED, state.UNDONE, state.REFUSED)
    return ImportRun.objects.filter(record=RecordKind.DOSSIERS).exclude(state__in=ended).exclude(_only_errors())


def _only_errors() -> Q:
    """That was read, and has no line that would do anything."""
    rows = ImportRow.objects.filter(run=OuterRef("pk"))
    read = Q(state__in=(ImportRun.State.PREVIEWED, ImportRun.State.SENT, ImportRun.State.RETURNED))
    return read & Exists(rows) & ~Exists(rows.exclude(action__in=(Action.ERROR, Action.SKIPPED)))


def lists_with_errors_only() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(_only_errors(), record=RecordKind.DOSSIERS)


class Person:
    """One dossier, and the dossiers that went into it, with all that was ever about them."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        merged = Merge.objects.not_undone().filter(kept=dossier.pk)
        self.keys = {dossier.pk, *merged.values_list("other_id", flat=True)}
        self.placements = set(Placement.history.filter(dossier_id__in=self.keys).values_list("id", flat=True))
        self.placements |= set(dossier.placements.values_list("pk", flat=True))
        self.supplies = list(dossier.supplies.all())

    @classmethod
    def deleted(cls, key: int) -> "Person":
        """Somebody whose dossier was deleted: what its history still tells, and what stayed without it."""
        history: Any = Dossier.history.filter(id=key).latest("history_id")
        return cls(history.instance)

    def records(self, label: str) -> QuerySet[Any]:
        """Those of that model that are there now."""
        model = model_of(label)
        if model is Dossier:
            return model._base_manager.filter(pk=self.dossier.pk)
        if model is Merge:
            return model._base_manager.filter(kept=self.dossier.pk)
        return model._base_manager.filter(self._about(model))

    def steps(self, label: str) -> QuerySet[Any]:
        """The steps of their histories: also of what was deleted, or is about somebody else by now."""
        history = model_of(label).history.model
        if model_of(label) is Dossier:
            return history._base_manager.filter(id__in=self.keys)
        now = list(self.records(label).values_list("pk", flat=True))
        return history._base_manager.filter(Q(id__in=now) | self._about(history))

    def _about(self, model: Any) -> Q:
        names = {field.name for field in model._meta.fields}
        about = Q(dossier__in=self.keys) | Q(pk__in=self._left(model))
        return about | Q(placement__in=self.placements) if "placement" in names else about

    def _left(self, model: Any) -> list[int]:
        """Keys of what stays when a dossier is deleted: it is about nobody now, and was about this one at the last."""
        if not issubclass(model, WorkOnRecords):
            return []
        last = model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        rows = model._base_manager.filter(dossier=None).annotate(last=Subquery(last.values("dossier_id")[:1]))
        return list(rows.filter(last__in=self.keys).values_list("pk", flat=True))

    @property
    def own_rows(self) -> QuerySet[ImportRow]:
        """Lines of lists that reach the dossier."""
        condition = Q(target_id__in=self.keys) | Q(supply_id__in=[supply.pk for supply in self.supplies])
        return ImportRow.objects.filter(condition, run__record=RecordKind.DOSSIERS)

    @cached_property
    def rows(self) -> QuerySet[ImportRow]:
        """Also those that give the same person and reach nothing: by number, or by name and date of birth."""
        condition = Q(pk__in=self.own_rows.values("pk"))
        for supply in self.supplies:
            if supply.external_id:
                condition |= Q(given__external_id=supply.external_id, run__organisation=supply.organisation_id)
        for values in self._given():
            named = Q(**{f"given__{name}": values.get(name, "") for name in NAMES})
            condition |= named & (
                Q(given__date_of_birth=values.get("date_of_birth", "")) | ~Q(given__has_key="date_of_birth")
            )
        return ImportRow.objects.filter(condition, run__record=RecordKind.DOSSIERS)

    @property
    def unfinished(self) -> QuerySet[ImportRun]:
        """Lists with this person that are still at work."""
        return unfinished_lists().filter(pk__in=self.rows.values("run"))

    @cached_property
    def marks(self) -> re.Pattern[str] | None:
        """What names this person in a text, now and before: names, telephone, e-mail, numbers; None for nothing."""
        return pattern_of(self._mark_texts)

    @cached_property
    def sure_marks(self) -> re.Pattern[str] | None:
        """What names this person and hardly anything else, for texts about many: no first name or number alone."""
        return pattern_of(self._sure_texts)

    @cached_property
    def likely_texts(self) -> set[str]:
        """For texts that somebody judges: also each part of a name of several words."""
        parts = {part for text in self._mark_texts for part in text.split() if len(part) >= SHORTEST_PART}
        return {text for text in self._mark_texts | self._sure_texts | parts if len(text) >= SHORTEST}

    @cached_property
    def likely_marks(self) -> re.Pattern[str] | None:
        return pattern_of(self.likely_texts)

    def owns(self, label: str, field: str) -> bool:
        """Whether what is about this person loses that field anyway."""
        return label in OF_A_PERSON or label in OF_THE_DOSSIER

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether that record is about somebody else with a family name that this person has, or had."""
        if label == "dossiers.Dossier":
            names = [record.family_name]
        else:
            dossier, placement = getattr(record, "dossier_id", None), getattr(record, "placement_id", None)
            if dossier is None and placement is None:
                return False
            about = Dossier.objects.filter(Q(pk=dossier) | Q(placements=placement))
            names = list(about.values_list("family_name", flat=True))
        return any(name and name.casefold() in self._family_names for name in names)

    @cached_property
    def _family_names(self) -> set[str]:
        return {str(values.get("family_name") or "").casefold() for values in self._ever()}

    @cached_property
    def _mark_texts(self) -> set[str]:
        numbers = {supply.external_id for supply in self.supplies}
        return {str(values.get(name) or "") for values in self._ever() for name in MARKS} | numbers

    @cached_property
    def _sure_texts(self) -> set[str]:
        texts = {str(values.get(name) or "") for values in self._ever() for name in ("family_name", "phone", "email")}
        for values in self._ever():
            if values.get("given_name") and values.get("family_name"):
                names = (values["given_name"], values.get("name_prefix"), values["family_name"])
                texts |= {" ".join(filter(None, names)), f"{values['given_name']} {values['family_name']}"}
        return texts

    def _ever(self) -> Iterable[dict[str, Any]]:
        """The same, and as the dossier had it before."""
        yield from self._given()
        yield from self.steps("dossiers.Dossier").values("name_prefix", *MARKS)

    def _given(self) -> Iterable[dict[str, Any]]:
        """The person as the dossier has it, and as each organisation gave it."""
        own = {name: getattr(self.dossier, name) for name in ("name_prefix", *MARKS)}
        born = self.dossier.date_of_birth
        yield own | {"date_of_birth": born.isoformat() if born else ""}
        yield from (supply.values for supply in self.supplies if supply.values)


def pattern_of(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Also with other blanks between its words, and with the s of a Dutch possessive."""
    patterns = sorted((r"\s+".join(map(re.escape, text.split())) for text in texts if len(text) >= SHORTEST), key=len)
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(reversed(patterns))})(?:['’]?s)?(?!\w)", re.IGNORECASE) if patterns else None
    )


def taken_out(value: Any, marks: re.Pattern[str]) -> Any:
    """Text or JSON without what names the person; what is kept under a key that does goes whole.

    Not cells that were mended in lines of a list: another line may be about somebody of the same name, and its cells
    are still to be read. The person's own lines go by their number.
    """
    if isinstance(value, str):
        return marks.sub(GONE, value)
    if isinstance(value, list):
        return [taken_out(item, marks) for item in value]
    if isinstance(value, dict):
        rest = {key: item for key, item in value.items() if not marks.search(key)}
        return {key: item if key == LINES else taken_out(item, marks) for key, item in rest.items()}
    return value


def query_taken_out(query: str, marks: re.Pattern[str]) -> str:
    """A list's address without what names the person. A number chooses a record, except where one searches (`q`)."""
    before, after = QueryDict(query), QueryDict(mutable=True)
    for name, values in before.lists():
        after.setlist(name, [item if item.isdigit() and name != "q" else taken_out(item, marks) for item in values])
    return query if after == before else after.urlencode()
