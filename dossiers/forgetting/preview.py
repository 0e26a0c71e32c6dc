"""Counts what goes if a person or the contact of an employer is forgotten, for the page that asks for confirmation."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dossiers.forgetting.anonymize import find_bulk_rows
from dossiers.forgetting.deletions import find_deleted_records
from dossiers.forgetting.employers import Contact
from dossiers.forgetting.former_contacts import FormerContact
from dossiers.forgetting.name_search import Named
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import build_empty_values, get_model
from dossiers.models import Deletion

MAX_NAMES = 10
EVERYTHING = Q()
ROWS_GO = _("deleted, with the copy of the list")


@dataclass(frozen=True)
class PreviewLine:
    """One line of the preview: the number and kind of records, and what happens to them."""

    count: int
    what: str
    becomes: str | Promise


Count = tuple[Callable[[], int], str, str | Promise]
"""(function that counts, label of the model, what happens to them)"""


def preview_person(person: Person, user: User) -> list[PreviewLine]:
    """Return the numbers of records that anonymizing this person would affect."""
    counts: list[Count] = [
        (person.records("dossiers.Supply").count, "dossiers.Supply", _("the number and all values go")),
        (person.records("dossiers.Placement").count, "dossiers.Placement", _("what was agreed and shared is removed")),
        (person.records("dossiers.ContactMoment").count, "dossiers.ContactMoment", _("the text is removed")),
        (person.records("dossiers.Finding").count, "dossiers.Finding", _("the texts go, the category stays")),
        (
            person.records("dossiers.Expense").count,
            "dossiers.Expense",
            _("the description is removed, the amount stays"),
        ),
        (person.records("dossiers.FollowUp").count, "dossiers.FollowUp", _("deleted")),
        (person.listed_rows.exclude(pk__in=person.unfinished_rows.values("pk")).count, "dossiers.ImportRow", ROWS_GO),
    ]
    bulk_rows = _preview_bulk_rows(person, "dossier", person.keys)
    return [*_count(counts), *bulk_rows, *_preview_deletions(person, user)]


def preview_contact(contact: Contact, user: User, *, deleted: bool = False) -> list[PreviewLine]:
    """Return the numbers of records that anonymizing this contact would affect; `deleted` counts them in histories."""

    def find_records(label: str, condition: Q = EVERYTHING) -> QuerySet[Any]:
        if not deleted:
            return contact.records(label).filter(condition)
        return contact.steps(label).filter(condition).order_by().values("id").distinct()

    filled = Q()
    for name, empty in build_empty_values("dossiers.EmployerInterest", "").items():
        filled |= ~Q(**{name: empty})
    counts: list[Count] = [
        (
            find_records("dossiers.EmployerInterest", filled).count,
            "dossiers.EmployerInterest",
            _("remarks, answers, contact details and own fields go"),
        ),
        (find_records("dossiers.ContactMoment").count, "dossiers.ContactMoment", _("the text is removed")),
        (find_records("dossiers.FollowUp").count, "dossiers.FollowUp", _("deleted")),
        _count_rows(contact),
    ]
    bulk_rows = _preview_bulk_rows(contact, "employerinterest", contact.keys["dossiers.EmployerInterest"])
    return [*_count(counts), *bulk_rows, *_preview_deletions(contact, user)]


def preview_former_contact(contact: FormerContact, user: User) -> list[PreviewLine]:
    """Return the numbers of lines and of deleted records that anonymizing this former contact would affect."""
    counts: list[Count] = [
        (
            lambda: len({record.id for record, _cleared in contact.find_sentences()}),
            "dossiers.EmployerInterest",
            _("what a list wrote about this contact goes from the remarks"),
        ),
        _count_rows(contact),
    ]
    return [*_count(counts), *_preview_deletions(contact, user)]


def _count_rows(contact: Contact) -> Count:
    rows = contact.rows.exclude(pk__in=contact.unfinished_rows.values("pk"))
    return rows.count, "dossiers.ImportRow", ROWS_GO


def _count(counts: list[Count]) -> list[PreviewLine]:
    lines = []
    for count, label, becomes in counts:
        meta: Any = get_model(label)._meta
        if number := count():
            lines.append(
                PreviewLine(number, str(meta.verbose_name if number == 1 else meta.verbose_name_plural), becomes)
            )
    return lines


def _preview_bulk_rows(named: Named, kind: str, keys: Collection[int]) -> list[PreviewLine]:
    """Return a line on the lines of bulk changes that go, of these records and of their actions."""
    actions = set(named.steps("dossiers.FollowUp").values_list("id", flat=True))
    number = find_bulk_rows(kind, keys).count() + find_bulk_rows("followup", actions).count()
    if not number:
        return []
    what = ngettext("line of a bulk change", "lines of bulk changes", number)
    return [PreviewLine(number, what, _("deleted, so that they can't be undone"))]


def _preview_deletions(named: Named, user: User) -> list[PreviewLine]:
    """Return a line on the deleted records that can't be restored afterwards, with the names that the user may see."""
    undoable = Deletion.objects.undoable()
    number = len(find_deleted_records(undoable, named))
    if not number:
        return []
    names = [record.name for record in find_deleted_records(undoable.visible_to(user), named)]
    shown = ", ".join([*names[:MAX_NAMES], *(["…"] if len(names) > MAX_NAMES else [])])
    becomes = ngettext("can't be restored any more", "can't be restored any more", number)
    return [
        PreviewLine(
            number,
            ngettext("deleted record", "deleted records", number),
            gettext("%(what)s (%(names)s)") % {"what": becomes, "names": shown} if shown else becomes,
        )
    ]
