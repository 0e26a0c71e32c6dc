"""Searches the whole backoffice for records, pages and actions that the user may see."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.evaluations.permissions import get_evaluation_url
from dossiers.backoffice.labels import format_value
from dossiers.backoffice.partners.people import find_people
from dossiers.backoffice.partners.permissions import is_partner
from dossiers.backoffice.search.actions import find_actions
from dossiers.filters.archive import ALSO, ARCHIVE
from dossiers.models import (
    Dossier,
    Employer,
    EmployerInterest,
    Evaluation,
    Organisation,
    Placement,
    Supply,
)
from dossiers.models.dossiers.supply import SupplyQuerySet
from dossiers.models.search_terms import search_terms

MAX_SHOWN = 6  # of each kind
RELATED: dict[Any, list[str]] = {EmployerInterest: ["employer"], Placement: ["dossier", "interest__employer"]}


@dataclass(frozen=True)
class Result:
    url: str
    title: str
    details: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Group:
    """The results of one kind; `more_url` leads to the list of all of them if there are more.

    `is_similar` says that their names are not those searched, but may be with a typing error.
    """

    label: str
    icon: str
    results: list[Result] = field(default_factory=list)
    more_url: str = ""
    holds_people: bool = False
    is_similar: bool = False


def search(request: HttpRequest, text: str) -> list[Group]:
    """Return the groups in which something matches each word of the text, in the order of their importance.

    If there is none, return the people and employers of which the names match with a typing error.
    """
    if not search_terms(text):
        return []
    supplies, query = _get_own_people(request.user), urlencode({"q": text})
    people = find_people(supplies, supplies.one_per_person().with_progress(timezone.localdate()), text)
    people_url, pages_url = reverse("dossiers_partner_people"), reverse("wagtailadmin_pages:search")
    evaluations = _filter_words(Evaluation.objects.visible_to(request.user).without_figures(), "title", text)
    groups = [
        *find_records(request, text),
        _build_group(
            Group(_("Our people"), "group", more_url=f"{people_url}?{query}", holds_people=True),
            people,
            describe_supply,
            _get_supply_url,
        ),
        _build_group(
            Group(_("Evaluations"), "doc-full-inverse"),
            evaluations,
            lambda evaluation: (evaluation.title, evaluation.state.label),
            get_evaluation_url,
        ),
        _build_group(
            Group(_("Pages"), "folder-open-inverse", more_url=f"{pages_url}?{query}"),
            _find_pages(request.user, text),
            lambda page: (page.title, page.status_string),
            lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        Group(_("Do"), "arrow-right", results=[Result(*action) for action in find_actions(request, text)[:MAX_SHOWN]]),
    ]
    return [group for group in groups if group.results] or find_similar(request, text)


def find_similar(request: HttpRequest, text: str, get_url: Callable[[Any], str] = get_record_url) -> list[Group]:
    """Return the people and employers of which the names match with a typing error."""
    user = request.user
    dossiers, employers = Dossier.objects.visible_to(user), Employer.objects.visible_to(user)
    kinds = (
        (dossiers, _("Candidates with a similar name"), "user", describe_dossier, get_url, True),
        (_get_own_people(user), _("Our people with a similar name"), "group", describe_supply, _get_supply_url, True),
        (employers, _("Employers with a similar name"), "home", describe_employer, get_url, False),
    )
    groups = []
    for records, label, icon, describe, get_result_url, holds_people in kinds:
        group = Group(label, icon, holds_people=holds_people, is_similar=True)
        groups.append(_build_group(group, records.search_similar(text), describe, get_result_url))
    return [group for group in groups if group.results]


def _build_group(
    group: Group, records: Any, describe: Callable[[Any], tuple[Any, ...]], get_url: Callable[[Any], str]
) -> Group:
    """Return the group with the first of the records, and without the link to their list if there are no more."""
    matching = [*records[: MAX_SHOWN + 1]]
    results = []
    for record in matching[:MAX_SHOWN]:
        title, *details = describe(record)
        if getattr(record, "archived_at", None):
            details.append(_("archived"))
        described = " · ".join(str(part) for part in details if part)
        results.append(Result(get_url(record), title, described, getattr(record, "reference", "")))
    return replace(group, results=results, more_url=group.more_url if len(matching) > MAX_SHOWN else "")


def find_records(request: HttpRequest, text: str, get_url: Callable[[Any], str] = get_record_url) -> list[Group]:
    """Return the groups of records that match each word of the text; `get_url` returns where a result leads."""
    kinds: list[tuple[Any, str, str, Callable[[Any], tuple[Any, ...]]]] = [
        (Dossier, _("Candidates"), "user", describe_dossier),
        (Employer, _("Employers"), "home", describe_employer),
        (EmployerInterest, _("Interests"), "pick", describe_interest),
        (Placement, _("Placements"), "link", describe_placement),
    ]
    groups = []
    for model, label, icon, describe in kinds if search_terms(text) else ():
        records = model.objects.visible_to(request.user).search_sample(text).select_related(*RELATED.get(model, ()))
        more_url = get_list_url(model, q=text, **{ARCHIVE: ALSO})
        group = Group(label, icon, more_url=more_url, holds_people=model in (Dossier, Placement))
        groups.append(_build_group(group, records, describe, get_url))
    return [group for group in groups if group.results]


def describe_dossier(dossier: Dossier) -> tuple[Any, ...]:
    return (
        dossier.full_name,
        dossier.reference,
        dossier.phone and format_value(dossier.phone),
        dossier.profession,
        dossier.get_status_display(),
    )


def describe_employer(employer: Employer) -> tuple[Any, ...]:
    return employer.company_name, employer.contact_name, employer.phone and format_value(employer.phone), employer.city


def describe_interest(interest: EmployerInterest) -> tuple[Any, ...]:
    return interest.company_name, interest.work_description, interest.reference, interest.get_status_display()


def describe_placement(placement: Placement) -> tuple[Any, ...]:
    names = f"{placement.dossier.full_name} – {placement.interest.company_name}"
    return names, placement.reference, placement.get_status_display()


def describe_supply(supply: Supply) -> tuple[Any, ...]:
    return supply.full_name, supply.external_id


def _get_supply_url(supply: Supply) -> str:
    return reverse("dossiers_partner_correct", args=[supply.pk])


def _get_own_people(user: Any) -> SupplyQuerySet:
    """Return the people whom the organizations of a partner supplied; none for another user."""
    if not is_partner(user):
        return Supply.objects.none()
    return Supply.objects.not_anonymised().filter(organisation__in=Organisation.objects.of(user))


def _find_pages(user: Any, text: str) -> PageQuerySet:
    """Return the pages that the user may edit with the words in their title, or their beginnings in the short title."""
    policy = policy_registry.get_by_type(Page)
    editable = policy.instances_user_has_any_permission_for(user, ["change", "publish"]).filter(depth__gt=1)
    if not editable.exists():
        return editable
    indexed = [page.pk for page in editable.autocomplete(text)[: MAX_SHOWN + 1]]
    titled = _filter_words(editable, "title", text).order_by().values("pk")
    return editable.filter(Q(pk__in=titled) | Q(pk__in=indexed)).order_by("title", "pk")


def _filter_words(records: Any, field: str, text: str) -> Any:
    """Return the records of which the field contains each word of the text."""
    for word in search_terms(text):
        records = records.filter(**{f"{field}__folded__contains": word})
    return records
