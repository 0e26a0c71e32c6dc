"""Explains why a record can't be deleted: its foreign keys protect it, and this module lists the protecting records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.finding import Finding
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.money.expense import Expense
from dossiers.models.placements.placement import Placement

BLOCKING_MODELS: tuple[type[models.Model], ...] = (Placement, ContactMoment, Finding, Expense)
ALTERNATIVES = {
    Dossier: gettext_lazy(
        "Close it instead: choose the status “completed” or “withdrawn”. Is it the second dossier of one person? Then "
        "choose “Merge”."
    ),
    Employer: gettext_lazy("Close its interests instead."),
    EmployerInterest: gettext_lazy("Close it instead: choose the status “closed”."),
    Placement: gettext_lazy("End it instead."),
}
_OWN = {Dossier: "dossier", Employer: "employer", EmployerInterest: "interest", Placement: "placement"}
_PATHS = {  # lookups from a placement
    Dossier: ["dossier"],
    Employer: ["interest__employer"],
    EmployerInterest: ["interest"],
    Placement: [],
}


def find_blocking_records(model: type[models.Model], keys: Iterable[Any]) -> dict[Any, list[str]]:
    """Return {key: texts} for the records that can't be deleted, such as {7: ["2 placements"]}."""
    keys = list(keys)
    if model not in _OWN:
        return {}
    behind: dict[Any, list[str]] = defaultdict(list)
    for kind in BLOCKING_MODELS:
        for key, records in _find_related_keys(kind, model, keys).items():
            behind[key].append(format_count(kind, len(records)))
    if model is Placement:
        shared = Placement.objects.filter(pk__in_batch=keys).exclude(shared_on=None)
        for key in shared.values_list("pk", flat=True):
            behind[key].append(_("what the employer was told about the candidate"))
    return dict(behind)


def _find_related_keys(kind: type[models.Model], model: type[models.Model], keys: list[Any]) -> Mapping[Any, set[Any]]:
    """Return for each key of `model` the keys of related `kind` records, direct or by interest or placement."""
    paths = _PATHS[model]
    if kind is not Placement:
        paths = [_OWN[model], *(f"placement__{path}" for path in paths)]
        if model is Employer:
            paths.append("interest__employer")
    records: dict[Any, set[Any]] = defaultdict(set)
    for path in paths:
        rows = kind._base_manager.filter(**{f"{path}__in_batch": keys})
        for key, record in rows.values_list(path, "pk"):
            records[key].add(record)
    return records


def format_count(kind: type[models.Model], count: int) -> str:
    """Return the count with the model's name, such as "2 placements"."""
    return f"{count} {kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural}"
