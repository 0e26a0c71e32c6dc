"""Forgets and deletes again what a restored backup still has, although it was forgotten or deleted since.

What was an obstacle then must have been solved by people at that time, so it holds up nothing now: an open dossier or
placement is closed, and lists that may still be applied lose the person's lines. In texts about others, sure mentions
are removed and a first name alone is kept, as what people decided about each is lost.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.forgetting.anonymize import anonymize_locked, anonymize_person, remove_from_other_records
from dossiers.forgetting.employers import (
    NO_CONTACT,
    Contact,
    clear_contact,
    delete_rows_of_employers,
    get_deleted_contact,
)
from dossiers.forgetting.former_contacts import clear_former_contact, get_contact_at
from dossiers.forgetting.mention_removal import replace_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.models import (
    CLOSED_STATUSES,
    Dossier,
    Employer,
    EmployerInterest,
    ImportRow,
    ImportRun,
    Placement,
    Status,
    Step,
)
from dossiers.models.employers.withdrawal import erase_interest
from dossiers.models.placements.status_sync import sync_after_deletion, sync_statuses
from dossiers.models.withdrawal import save_with_reason
from dossiers.signals import Removal

PEOPLE = (Dossier, Employer, EmployerInterest)
FORMER_CONTACTS = {
    Employer.history.model._meta.label: "history_date",
    EmployerInterest.history.model._meta.label: "history_date",
    ImportRow._meta.label: "run__created_at",
}
"""{label of a model whose records name former contacts: field with the moment of a record}"""
AGAIN = gettext_lazy("again, as a backup was restored")  # the reason in the history


@dataclass(frozen=True)
class Event:
    """Records that were forgotten or deleted, or deleted ones that came back; see `dossiers.signals`."""

    at: datetime
    action: str
    model: str
    keys: Sequence[int]


@transaction.atomic
def replay_events(events: Sequence[Event]) -> int:
    """Repeat the events, which are in their order, and return how many records they concerned."""
    if events:
        for run in ImportRun.objects.filter(state__in=ImportRun.UNREAD):  # nobody knows who is in them
            run.refuse(_("The site was restored from a backup before this list was read. Upload it again."))
    count = 0
    for number, event in enumerate(events):
        keys = set(event.keys) - _find_keys_that_returned(event, events[number + 1 :])
        count += _REPEATS[event.action](event, keys)
    return count


def _find_keys_that_returned(event: Event, later: Sequence[Event]) -> set[int]:
    if event.action != Removal.DELETED:
        return set()
    returns = (each.keys for each in later if each.action == Removal.RESTORED and each.model == event.model)
    return {key for keys in returns for key in keys}


def _anonymize(event: Event, keys: Collection[int]) -> int:
    if event.model == Dossier._meta.label:
        return _anonymize_dossiers(event, keys)
    label, place = _split_place(event.model)
    if label in FORMER_CONTACTS:
        return _anonymize_former_contact(event, label, place, keys)
    if event.model == Employer._meta.label:
        employers = Employer.objects.filter(pk__in=keys).exclude(NO_CONTACT)
        contacts = [Contact.of(employer) for employer in employers]
    else:
        interests = EmployerInterest.objects.filter(pk__in=keys).exclude(contact_given={})
        contacts = [Contact(None, [interest.pk]) for interest in interests]
    model: Any = apps.get_model(event.model)
    contacts += [deleted.contact for key in keys if (deleted := get_deleted_contact(model, key))]
    for contact in contacts:
        replace_mentions(contact, None, None)
        clear_contact(contact, None, _get_lists(contact))
    return len(contacts)


def _split_place(model: str) -> tuple[str, str]:
    """Return the label of the model of an event, and the place in its records, which only former contacts have."""
    app, name, *place = model.split(".")
    return f"{app}.{name}", ".".join(place)


def _anonymize_former_contact(event: Event, label: str, place: str, keys: Collection[int]) -> int:
    """Anonymize the contact whom these records name, also where the backup still has it as the current one.

    A record that is younger than the event is another one, which got its key after the backup was restored.
    """
    records = apps.get_model(label)._base_manager.filter(**{f"{FORMER_CONTACTS[label]}__lt": event.at}, pk__in=keys)
    for record in records.order_by("pk"):
        if contact := get_contact_at(record, place):
            clear_former_contact(contact, None, None, _get_lists(contact))
            return 1
    return 0


def _get_lists(person: Person | Contact) -> set[int]:
    """Return the keys of the lists that may still be applied and have lines about the person, so that these go."""
    return set(person.unfinished_rows.values_list("run", flat=True))


def _anonymize_dossiers(event: Event, keys: Collection[int]) -> int:
    """Anonymize the dossiers of one person, which were merged or deleted later than the backup or before."""
    count = 0
    for key in sorted(keys):
        dossier = Dossier.objects.select_for_update().filter(pk=key).first()
        if dossier is None:
            is_known = Dossier.history.filter(id=key).exclude(given_name="", family_name="").exists()
            if is_known:
                person = Person.deleted(key)
                anonymize_person(person, None, None, _take_similar_rows(person))
        elif is_known := dossier.anonymised_at is None:
            _close(dossier, event)
            anonymize_locked(dossier, None, str(AGAIN), None, _take_similar_rows(Person(dossier)))
        count += is_known
    return count


def _take_similar_rows(person: Person) -> Mapping[int, bool]:
    """Decide that similar lines in lists that may still be applied are about the person, so that they go."""
    return dict.fromkeys(person.similar_rows.values_list("pk", flat=True), True)


def _close(dossier: Dossier, event: Event) -> None:
    for placement in dossier.placements.open():
        placement.status = Step.ENDED
        placement.ended_on = max(timezone.localdate(event.at), *(day for _step, day in placement.reached_steps))
        save_with_reason(placement, str(AGAIN))
        sync_statuses(placement)
    if dossier.status not in CLOSED_STATUSES:
        dossier.status = Status.WITHDRAWN
        save_with_reason(dossier, str(AGAIN))


def _delete(event: Event, keys: Collection[int]) -> int:
    """Delete the records again; what depends on one and keeps it, its own deletion is in the list before.

    One that can't be deleted nevertheless, such as a dossier that was merged differently, is anonymized.
    """
    records = list(apps.get_model(event.model)._base_manager.filter(pk__in=keys))
    placements = Placement.objects.filter(pk__in=[record.pk for record in records if isinstance(record, Placement)])
    with sync_after_deletion(placements):
        for record in records:
            try:
                with transaction.atomic():
                    _delete_record(record)
            except ProtectedError:
                if isinstance(record, PEOPLE):
                    _anonymize(event, [record.pk])
    return len(records)


def _delete_record(record: Any) -> None:
    if isinstance(record, Dossier):
        person = Person(record, with_deleted=False)
        remove_from_other_records(record, None, None, _get_lists(person), _take_similar_rows(person))
    elif isinstance(record, Employer):
        delete_rows_of_employers([record.pk])
    record.delete()


def _erase(event: Event, keys: Collection[int]) -> int:
    interests = list(EmployerInterest.objects.filter(pk__in=keys))
    for interest in interests:
        try:
            with transaction.atomic():
                erase_interest(interest)
        except ProtectedError:  # the placements that it had have no event of their own
            _anonymize(event, [interest.pk])
    return len(interests)


_REPEATS: dict[str, Callable[[Event, Collection[int]], int]] = {
    Removal.ANONYMIZED: _anonymize,
    Removal.DELETED: _delete,
    Removal.ERASED: _erase,
    Removal.RESTORED: lambda _event, _keys: 0,
}
