"""Explains why a record can't be deleted: its foreign keys protect it, and this module lists the protecting records.

What is open for an employer protects it too, though it would be deleted with the employer.

Foreign keys to a user protect nothing, but would name nobody any more once the user is deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Comment, CommentReply

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.finding import Finding
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.money.expense import Expense
from dossiers.models.placements.placement import Placement

BLOCKING_MODELS: tuple[type[models.Model], ...] = (Placement, ContactMoment, Finding, Expense)
OWN_TEXTS = (Comment, CommentReply)  # deleted with their author, unlike other records, which only lose the name
ALTERNATIVES = {
    Dossier: gettext_lazy(
        "Close it instead: choose the status “completed” or “withdrawn”; then it can be archived. Is it the second "
        "dossier of one person? Then choose “Merge”."
    ),
    Employer: gettext_lazy(
        "Close its interests instead; then it can be archived. Was it a mistake? Then delete its interests first."
    ),
    EmployerInterest: gettext_lazy("Close it instead: choose the status “closed”; then it can be archived."),
    Placement: gettext_lazy("End it instead; then it can be archived."),
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
        paths = _PATHS[model]
        if kind is not Placement:
            paths = [_OWN[model], *(f"placement__{path}" for path in paths)]
            if model is Employer:
                paths.append("interest__employer")
        for key, count in _count_related(kind._base_manager.all(), paths, keys):
            behind[key].append(format_count(kind, count))
    if model is Employer:
        for key, text in _find_open_work(keys):
            behind[key].append(text)
    if model is Placement:
        shared = Placement.objects.filter(pk__in_batch=keys).exclude(shared_on=None)
        for key in shared.values_list("pk", flat=True):
            behind[key].append(_("what the employer was told about the candidate"))
    return dict(behind)


def _find_open_work(employers: list[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the keys of employers with what is open for them, such as (7, "1 open interest")."""
    interests = EmployerInterest.objects.exclude(status=InterestStatus.CLOSED)
    for key, count in _count_related(interests, ["employer"], employers):
        yield key, ngettext("%(count)d open interest", "%(count)d open interests", count) % {"count": count}
    for key, count in _count_related(FollowUp.objects.open(), ["employer", "interest__employer"], employers):
        yield key, ngettext("%(count)d open action", "%(count)d open actions", count) % {"count": count}


def _count_related(records: models.QuerySet[Any], paths: Iterable[str], keys: list[Any]) -> Iterator[tuple[Any, int]]:
    """Yield the keys to which records lead by one of the paths, each with their number."""
    related: dict[Any, set[Any]] = defaultdict(set)  # a record that is related in two ways counts once
    for path in paths:
        for key, record in records.filter(**{f"{path}__in_batch": keys}).values_list(path, "pk"):
            related[key].add(record)
    for key, of_key in related.items():
        yield key, len(of_key)


def format_count(kind: type[models.Model], count: int) -> str:
    """Return the count with the model's name, such as "2 placements"."""
    return f"{count} {kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural}"


def describe_work_of_user(user: User) -> list[str]:
    """Return what names the user, such as ["73 dossiers", "the history of records"]; empty if nothing does."""
    conditions: dict[type[models.Model], models.Q] = {}
    relations: list[Any] = [field for field in User._meta.get_fields(include_hidden=True) if field.one_to_many]
    for relation in relations:
        model = relation.related_model
        if relation.on_delete is models.SET_NULL or model in OWN_TEXTS:
            conditions[model] = conditions.get(model, models.Q()) | models.Q(**{relation.field.name: user.pk})
    records = {model: model._base_manager.filter(condition) for model, condition in conditions.items()}
    counts = {model: count for model in records if _is_shown(model) and (count := records[model].count())}
    descriptions = [format_count(model, count) for model, count in counts.items()]
    if any(records[model].exists() for model in records if not _is_shown(model)):
        descriptions.append(_("the history of records and pages"))
    return descriptions


def _is_shown(model: type[models.Model]) -> bool:
    """Whether the model is known to users by its name, unlike the versions that keep its history."""
    return model._meta.app_label in ("dossiers", "pilot_pages") and not model.__name__.startswith("Historical")
