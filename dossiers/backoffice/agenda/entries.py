"""Finds the entries of a user's agenda: actions, talks, the ends of permits and documents, and milestones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, FollowUp, Milestone, Placement, Step

MAX_ENTRIES = 200


@dataclass(frozen=True)
class Kind:
    """A kind of entries: a date of the records of a model."""

    name: str
    label: Any
    icon: str
    date_field: str
    query: Callable[[Any], QuerySet[Any]]
    """Returns the records of the user, with what the titles need."""
    get_title: Callable[[Any], str] = attrgetter("heading")
    """Returns the title of a record in the backoffice."""
    get_reference: Callable[[Any], str] = attrgetter("reference")
    """Returns the title outside the backoffice, without names and typed text."""


@dataclass(frozen=True)
class Entry:
    """A day on which something happens with a record."""

    day: date
    kind: Kind
    record: Model

    @property
    def title(self) -> str:
        return self.kind.get_title(self.record)

    @property
    def reference(self) -> str:
        return self.kind.get_reference(self.record)


def _of_user(user: Any, prefix: str = "") -> Q:
    """Return the condition that the user is the coordinator of the dossier, or nobody who is active."""
    return (
        Q(**{f"{prefix}coordinator": user.pk})
        | Q(**{f"{prefix}coordinator": None})
        | Q(**{f"{prefix}coordinator__is_active": False})
    )


def _find_dossiers(user: Any) -> QuerySet[Dossier]:
    return Dossier.objects.visible_to(user).open().filter(_of_user(user))


KINDS = (
    Kind(
        "action",
        FollowUp._meta.verbose_name,
        "list-ul",
        "due_on",
        lambda user: FollowUp.objects.visible_to(user).open().owned_by(user).with_subjects(),
        lambda action: " · ".join(
            [action.text, *(getattr(subject, "heading", str(subject)) for subject in action.subjects)]
        ),
        attrgetter("references"),
    ),
    Kind("talk", _("expectation talk"), "user", "expectation_talk_on", _find_dossiers),
    Kind("document", _("Document ends"), "doc-full", "document_expires_on", _find_dossiers),
    Kind(
        "permit",
        _("Permit ends"),
        "doc-full-inverse",
        "permit_valid_until",
        lambda user: (
            Placement.objects.visible_to(user)
            .filter(_of_user(user, "dossier__"), status__in=(Step.PERMIT_GRANTED, Step.WORKING))
            .with_parties()
        ),
    ),
    Kind(
        "milestone",
        _("Milestone"),
        "tick",
        "planned_on",
        lambda user: Milestone.objects.visible_to(user).filter(reached_on=None),
        get_reference=lambda _milestone: "",
    ),
)


def find_entries(user: Any, first: date, last: date) -> list[Entry]:
    """Return what happens from the first to the last day, at most MAX_ENTRIES, in the order of the days.

    They are about what the user is responsible for, or nobody, and milestones, which are of everybody.
    """
    entries = []
    for kind in KINDS:
        records = kind.query(user).filter(**{f"{kind.date_field}__range": (first, last)})
        earliest = records.order_by(kind.date_field, "pk")[:MAX_ENTRIES]
        entries += [Entry(getattr(record, kind.date_field), kind, record) for record in earliest]
    return sorted(entries, key=attrgetter("day"))[:MAX_ENTRIES]
