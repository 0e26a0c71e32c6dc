"""Anonymizes the contact person of an employer after the last interest was closed; the company is kept."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.forgetting.anonymize import (
    FORGOTTEN,
    AnonymizationRefused,
    describe_open_placements,
    find_bulk_rows,
    find_import_obstacle,
    find_unread_list,
    forget_searches,
    forget_uploads,
    refuse_undecided,
    remove_lines,
)
from dossiers.forgetting.deletions import clear_deletions
from dossiers.forgetting.list_mentions import ENDED
from dossiers.forgetting.mention_removal import replace_mentions
from dossiers.forgetting.personal_data import (
    SHORTEST,
    build_address_pattern,
    build_pattern,
    find_last_about,
    get_unfinished_lists,
    split_names,
)
from dossiers.forgetting.retention_map import EMPLOYER_MODELS, FieldRetention, build_empty_values, get_model, rewrite
from dossiers.models import (
    ContactMoment,
    Employer,
    EmployerInterest,
    FollowUp,
    ImportRow,
    ImportRun,
    InterestStatus,
    Placement,
    RecordKind,
    Retention,
)
from dossiers.models.deletion import DeletedRecord, DeletedRow, KeysByModel, find_rows_to_store
from dossiers.models.dossiers.retention import annotate_closed_at, find_unrestorable, start_of_next_day
from dossiers.models.employers.contact_sentences import Spelling, read_sentences
from dossiers.models.snapshots import FIELDS
from dossiers.privacy.normalization import strip_accents
from dossiers.signals import Removal, personal_data_removed

CLOSED = (InterestStatus.CLOSED,)
CONTACT_NAMES = ("contact_name", "email", "phone")
NO_CONTACT = Q(email="", phone="", contact_name=FORGOTTEN)
LOG_ACTION, CONTACT_FORGOTTEN = "dossiers.forget_employer", _("The contact was forgotten")


def find_expired_contacts(day: date, retention: Retention | None = None) -> list[Employer]:
    """Return the employers whose interests were all closed before the term, without an open placement.

    An employer without interests counts from its last change, contact moment or done action, or from the deletion of
    its last interest.
    """
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return []
    since = start_of_next_day(last)
    interests = EmployerInterest.objects.filter(employer=OuterRef("pk"))
    placed = Placement.objects.open().filter(interest__employer=OuterRef("pk"))
    over = Employer.objects.exclude(NO_CONTACT).exclude(Exists(placed))
    over = over.exclude(Exists(interests.exclude(status__in=CLOSED)))
    theirs = annotate_closed_at(EmployerInterest.objects.filter(employer__in=over), CLOSED)
    recent = set(theirs.filter(closed_at__gte=since).values_list("employer", flat=True))
    alone = over.exclude(Exists(interests))
    work = [
        EmployerInterest.history.filter(employer_id=OuterRef("pk"), history_date__gte=since),
        ContactMoment.objects.filter(employer=OuterRef("pk"), changed_at__gte=since),
        FollowUp.objects.filter(Q(done_at=None) | Q(changed_at__gte=since), employer=OuterRef("pk")),
    ]
    worked_on = reduce(or_, map(Exists, work), Q(changed_at__gte=since))
    recent |= set(alone.filter(worked_on).values_list("pk", flat=True))
    return [employer for employer in over.order_by("pk") if employer.pk not in recent]


def find_expired_deleted_contacts(day: date) -> "dict[str, Contact]":
    """Return {name for the log: contact} of deleted employers and sign-ups that can't be restored any more."""
    employers = find_unrestorable(Employer, day).exclude(NO_CONTACT)
    sign_ups = find_unrestorable(EmployerInterest, day).filter(employer=None).exclude(contact_given={})
    contacts = {name_employer(step.id): Contact.of(step.instance) for step in employers}
    return contacts | {step.reference: Contact(None, [step.id]) for step in sign_ups}


def name_employer(key: int) -> str:
    return gettext("employer %(number)d") % {"number": key}


def find_expired_sign_ups(day: date, retention: Retention | None = None) -> Any:
    """Return the closed sign-ups past the term that were never taken over and still have a contact."""
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return EmployerInterest.objects.none()
    alone = EmployerInterest.objects.filter(employer=None, status__in=CLOSED).exclude(contact_given={})
    return annotate_closed_at(alone, CLOSED).filter(closed_at__lt=start_of_next_day(last)).order_by("closed_at", "pk")


class Contact:
    """The contact person of an employer or of a sign-up that was not taken over; implements name_search.Named."""

    def __init__(self, employer: Employer | None, interests: Iterable[int]) -> None:
        self.employer, self.interests = employer, set(interests)
        if employer:
            deleted = EmployerInterest.history.filter(employer=employer.pk)
            deleted = deleted.exclude(id__in=EmployerInterest.objects.values("pk"))
            self.interests |= set(deleted.values_list("id", flat=True))

    @classmethod
    def of(cls, employer: Employer) -> "Contact":
        return cls(employer, EmployerInterest.objects.filter(employer=employer.pk).values_list("pk", flat=True))

    @property
    def keys(self) -> KeysByModel:
        employers = [self.employer.pk] if self.employer else []
        return {"dossiers.Employer": employers, "dossiers.EmployerInterest": self.interests}

    @property
    def about(self) -> Q:
        """The condition for records that are only about this employer."""
        employer = Q(employer=self.employer.pk) if self.employer else Q()
        return (Q(interest__in=self.interests) | employer) & Q(dossier=None, placement=None)

    def owns(self, label: str, field: str) -> bool:
        fields = EMPLOYER_MODELS.get(label, FieldRetention())
        return field in fields.emptied | fields.replaced or label in ("dossiers.ContactMoment", "dossiers.FollowUp")

    def owns_deleted(self, record: DeletedRecord) -> bool:
        """Whether the record, or what was deleted with it, refers to the employer or to one of the interests."""
        return record.is_about(self.keys)

    def records(self, label: str) -> QuerySet[Any]:
        if label == "dossiers.EmployerInterest":
            return EmployerInterest.objects.filter(pk__in=self.interests)
        if label == "dossiers.Employer":
            return Employer.objects.filter(pk=self.employer.pk) if self.employer else Employer.objects.none()
        return get_model(label)._base_manager.filter(self.about)

    @property
    def rows(self) -> QuerySet[ImportRow]:
        """The rows of imports that matched the employer or an interest, and others with an address or number of it.

        Rows with that e-mail address or telephone number that matched another employer are left out.
        """
        matched, addressed = self._is_matched, Q()
        for _name, email, phone in set(self.spellings):
            addressed |= Q(given__email=email) if email else Q()
            addressed |= Q(given__phone=phone) if phone else Q()
        if addressed:
            others = Employer.objects.filter(pk=OuterRef("employer_id"))
            matched |= addressed & Q(~Exists(others))
        return ImportRow.objects.filter(matched, run__record=RecordKind.EMPLOYER_INTEREST)

    @property
    def _is_matched(self) -> Q:
        """The condition for rows of imports that matched the employer or an interest."""
        matched = Q(target_id__in=self.interests)
        return matched | Q(employer_id=self.employer.pk) if self.employer else matched

    @property
    def unfinished_rows(self) -> QuerySet[ImportRow]:
        return self.rows.filter(run__in=get_unfinished_lists(RecordKind.EMPLOYER_INTEREST))

    @property
    def similar_rows(self) -> QuerySet[ImportRow]:
        return ImportRow.objects.none()  # the name in a line of another employer is a mention

    def steps(self, label: str) -> QuerySet[Any]:
        """Return the history records about this employer, including those of deleted records.

        Of a record that is or was last about it they are all, also those from when it was about another one.
        """
        model = get_model(label)
        if label in self.keys:
            return model.history.filter(id__in=self.keys[label])
        own = Q(id__in=self.records(label).values("pk"))
        own |= Q(id__in=find_last_about(model.history.model, self.about))
        return model.history.filter(own | (self.about & ~Q(id__in=model._base_manager.values("pk"))))

    def find_sources(self) -> Iterator[tuple[Any, str, Spelling]]:
        """Yield (record, place in it, contact) of the employer, its sign-ups, their histories and its lines in lists.

        The lines are those of lists that were applied. The last records of a history come first.
        """
        histories = [(self.records(label), self.steps(label).order_by("-history_id")) for label in self.keys]
        lines = find_rows_with_contacts().filter(self._is_matched).order_by("-pk")
        for record in chain(*chain.from_iterable(histories), lines):
            for place, contact in read_contacts(record).items():
                yield record, place, contact

    @cached_property
    def spellings(self) -> list[Spelling]:
        """All current, former and listed (name, e-mail, telephone) of the employer and of its sign-ups."""
        return [contact for _record, _place, contact in self.find_sources()]

    @property
    def values(self) -> dict[str, list[str]]:
        """{field: current and former values, the current one first}"""
        columns = zip(*self.spellings, strict=True)
        return {
            name: [text for text in dict.fromkeys(column) if text and text != str(FORGOTTEN)]
            for name, column in zip(CONTACT_NAMES, columns, strict=True)
        }

    @cached_property
    def likely_texts(self) -> set[str]:
        parts = split_names(name for name, _mail, _phone in self.spellings)
        whole = {text for texts in self.spellings for text in texts}
        return {text for text in parts | whole if len(text) >= SHORTEST and text != str(FORGOTTEN)}

    @cached_property
    def likely_marks(self) -> re.Pattern[str] | None:
        return build_pattern(self.likely_texts, inside_words=True)

    @cached_property
    def sure_marks(self) -> re.Pattern[str] | None:
        """The pattern of full names, e-mail addresses and numbers; single names would match too many people."""
        whole = {name for name, _mail, _phone in self.spellings if " " in name}
        return build_pattern(whole | {text for _name, *texts in self.spellings for text in texts})

    @cached_property
    def address_marks(self) -> re.Pattern[str] | None:
        surnames = split_names(" ".join(name.split()[1:]) for name, _mail, _phone in self.spellings)
        return build_address_pattern({email for _name, email, _phone in self.spellings}, surnames & self.likely_texts)

    @property
    def birth_date_marks(self) -> None:
        """Nothing: nobody keeps the date of birth of a contact."""

    def clear_sentences(self, label: str, key: int, text: str) -> str:
        return text

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether the record is about another employer with a contact of the same name."""
        paths = {"employer": "pk", "interest": "interests", "placement": "interests__placements"}
        keys = {path: getattr(record, f"{name}_id", None) for name, path in paths.items()}
        # a path to no record would mean all employers without one
        conditions = [Q(**{path: key}) for path, key in keys.items() if key is not None]
        if not conditions:
            return False
        about = reduce(or_, conditions)
        others = Employer.objects.exclude(pk=self.employer.pk if self.employer else 0).filter(about)
        mine = {strip_accents(name) for name, _mail, _phone in self.spellings if name}
        return any(strip_accents(name) in mine for name in others.values_list("contact_name", flat=True))

    def is_contact_elsewhere(self) -> bool:
        """Whether another employer or sign-up has the name, the e-mail address or the telephone number."""
        employer, sign_up = Q(pk__in=[]), Q(pk__in=[])
        for values in self.spellings:
            for name, value in zip(CONTACT_NAMES, values, strict=True):
                if value and value != str(FORGOTTEN):
                    employer |= Q(**{name: value})
                    sign_up |= Q(**{f"contact_given__{name}": value})
        sign_ups = EmployerInterest.objects.filter(sign_up, employer=None).exclude(pk__in=self.interests)
        employers = Employer.objects.exclude(pk=self.employer.pk if self.employer else 0)
        return sign_ups.exists() or employers.filter(employer).exists()


def read_contacts(record: Any) -> dict[str, Spelling]:
    """Return {place: contact} of a record, of a record in a history, or of a line of a list.

    The place of the contact itself is empty; in remarks it is the number of the sentence of an import.
    """
    if isinstance(record, ImportRow):
        values = record.given | record.withheld
        return {"": _read_values(values)}
    contacts = {"": read_contact(record)}
    for number, contact in enumerate(read_sentences(getattr(record, "notes", "")), 1):
        contacts[str(number)] = contact
    return contacts


def find_rows_with_contacts() -> QuerySet[ImportRow]:
    """Return the lines of lists that were applied, which may name a contact."""
    return ImportRow.objects.filter(run__record=RecordKind.EMPLOYER_INTEREST, run__state__in=ENDED)


def _read_values(values: Mapping[str, Any]) -> Spelling:
    return tuple(str(values.get(name) or "") for name in CONTACT_NAMES)  # type: ignore[return-value]


def read_contact(record: Any) -> Spelling:
    """Return the contact of an employer, of an interest or of a record in the history of either."""
    return _read_values(record.contact_given if hasattr(record, "contact_given") else vars(record))


class DeletedContact(NamedTuple):
    """The contact of a deleted employer, or of a deleted sign-up that was not taken over."""

    record: Employer | EmployerInterest
    """The employer or the sign-up as it was last, unsaved."""
    deleted_at: datetime
    contact: Contact

    @property
    def name_for_log(self) -> str:
        return name_employer(self.record.pk) if isinstance(self.record, Employer) else self.record.reference


def get_deleted_contact(model: type[Employer | EmployerInterest], key: int) -> DeletedContact | None:
    """Return the contact of a deleted employer or sign-up if its history still says who it was."""
    step = model.history.filter(id=key).order_by("history_id").last()
    if step is None or model._base_manager.filter(pk=key).exists():
        return None
    record, deleted_at = step.instance, step.history_date
    if isinstance(record, Employer):
        contact = Contact.of(record)
    elif record.employer_id is None:
        contact = Contact(None, [key])
    else:
        return None
    return DeletedContact(record, deleted_at, contact) if any(contact.values.values()) else None


def find_contact_obstacle(employer: Employer) -> str:
    """Return why this contact can't be anonymized now, as a text for people; empty if it can."""
    if Employer.objects.filter(NO_CONTACT, pk=employer.pk).exists():
        return gettext("This contact was forgotten already.")
    placements, interests = find_open_work(employer)
    sentences = []
    if placements:
        sentences.append(describe_open_placements(map(str, placements)))
    if interests:
        text = ngettext(
            "Interest %(reference)s is open. Close it first.",
            "Interests %(reference)s are open. Close them first.",
            len(interests),
        )
        sentences.append(text % {"reference": get_text_list(list(map(str, interests)), gettext("and"))})
    return " ".join(sentences)


def find_open_work(employer: Employer) -> tuple[list[Placement], list[EmployerInterest]]:
    """Return the placements and the interests that have to end before the contact can be anonymized."""
    placements = Placement.objects.open().filter(interest__employer=employer.pk)
    interests = EmployerInterest.objects.filter(employer=employer.pk).exclude(status__in=CLOSED)
    return list(placements.select_related("dossier", "interest__employer").order_by("pk")), list(interests)


@transaction.atomic
def anonymize_contact(
    employer: Employer,
    user: User | None = None,
    decisions: Mapping[str, bool] | None = None,
    discard: Collection[int] = (),
) -> None:
    """Anonymize the contact, the sign-ups and the contact moments that are only about this employer.

    Raises AnonymizationRefused; `decisions` is as in mention_removal.py, and `discard` as in `find_import_obstacle`.
    """
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    if reason := find_contact_obstacle(employer):
        raise AnonymizationRefused(reason)
    contact = Contact.of(employer)
    refuse_undecided(replace_mentions(contact, decisions, user))
    clear_contact(contact, user, discard)


@transaction.atomic
def anonymize_deleted_contact(contact: Contact) -> None:
    """Anonymize a contact of what was deleted; who is a contact elsewhere too stays in texts about others."""
    if not contact.is_contact_elsewhere():
        replace_mentions(contact, None, None)
    clear_contact(contact, None)


@transaction.atomic
def anonymize_deleted_contact_by_hand(
    deleted: DeletedContact, user: User, decisions: Mapping[str, bool], discard: Collection[int] = ()
) -> None:
    """Anonymize a contact of what was deleted; raises AnonymizationRefused.

    `decisions` and `discard` are as in `anonymize_contact`.
    """
    refuse_undecided(replace_mentions(deleted.contact, decisions, user))
    clear_contact(deleted.contact, user, discard)
    # without a title, the log would store the name of the company, which may be that of the contact
    log(instance=deleted.record, action=LOG_ACTION, title=deleted.name_for_log, user=user, content_changed=True)


@transaction.atomic
def anonymize_sign_up(interest: EmployerInterest) -> None:
    contact = Contact(None, [interest.pk])
    replace_mentions(contact, None, None)
    clear_contact(contact, None)


def find_rows_of_employers(keys: Collection[int]) -> QuerySet[ImportRow]:
    """Return the rows of imports that matched these employers or their interests."""
    interests = EmployerInterest.objects.filter(employer__in_batch=list(keys))
    matched = Q(employer_id__in_batch=list(keys)) | Q(target_id__in=interests.values("pk"))
    return ImportRow.objects.filter(matched, run__record=RecordKind.EMPLOYER_INTEREST)


def delete_rows_of_employers(keys: Collection[int]) -> dict[int, list[DeletedRow]]:
    """Delete the rows of employers that are deleted next; return those to store with each, by its key."""
    rows = find_rows_of_employers(keys)
    employers = dict(EmployerInterest.objects.filter(employer__in_batch=list(keys)).values_list("pk", "employer"))
    stored: dict[int, list[DeletedRow]] = defaultdict(list)
    for row in find_rows_to_store(rows):
        values = row.values[FIELDS]  # an interest that was deleted before has no employer any more
        stored[employers.get(values["target_id"]) or values["employer_id"]].append(row)
    delete_rows(rows)
    return stored


def delete_rows(rows: QuerySet[ImportRow]) -> None:
    """Delete these rows of imports with interests, the decisions about them, and the copies of their lines."""
    lines: dict[int, set[int]] = defaultdict(set)
    employers: dict[int, set[int | None]] = defaultdict(set)
    for run_key, line, employer in rows.values_list("run", "line", "employer_id"):
        lines[run_key].add(line)
        employers[run_key].add(employer)
    rows.delete()
    for run in ImportRun.objects.filter(pk__in=lines):
        run.forgotten_rows += len(employers[run.pk])  # counts employers here, who may have several lines
        remove_lines(run, lines[run.pk], is_unfinished=run.state not in ENDED)
        run.save()


def clear_contact(contact: Contact, user: User | None, discard: Collection[int] = ()) -> None:
    """Clear what is stored about the contact; the history still tells by what it was changed, and of this.

    Raises AnonymizationRefused if a list was not read yet, or may bring the contact back.
    """
    clear_lists(contact, discard)
    actions = contact.steps("dossiers.FollowUp")
    find_bulk_rows("followup", set(actions.values_list("id", flat=True))).delete()
    find_bulk_rows("employerinterest", contact.interests).delete()
    contact.records("dossiers.FollowUp").delete()
    contact.steps("dossiers.FollowUp").delete()  # including the record that the deletion just created
    for label in ("dossiers.Employer", "dossiers.EmployerInterest", "dossiers.ContactMoment"):
        nothing = build_empty_values(label, str(FORGOTTEN))
        contact.steps(label).update(**nothing)
        rewrite(contact.records(label), **nothing)
    for record in (*contact.records("dossiers.Employer"), *contact.records("dossiers.EmployerInterest")):
        record_removal(record, user, LOG_ACTION, str(CONTACT_FORGOTTEN))
    for label, keys in contact.keys.items():
        personal_data_removed.send(None, action=Removal.ANONYMIZED, model=label, keys=keys)


def clear_lists(contact: Contact, discard: Collection[int]) -> None:
    """Clear the lists with the contact, the searches and the deleted records that are about it.

    Raises AnonymizationRefused if a list was not read yet, or may bring the contact back.
    """
    if reason := find_unread_list() or find_import_obstacle(contact, discard):
        raise AnonymizationRefused(reason)
    clear_deletions(contact)
    forget_uploads()
    forget_searches()
    delete_rows(contact.rows)
    for run in ImportRun.objects.filter(pk__in=discard, rows=None):
        run.refuse(gettext("The only person in this list was forgotten."))


def record_removal(record: Any, user: User | None, action: str, reason: str) -> None:
    record.history.bulk_history_create([record], update=True, default_user=user, default_change_reason=reason)
    # With a UUID of its own: of entries with that of the request, Wagtail shows only the last.
    log(instance=record, action=action, user=user, uuid=uuid4(), content_changed=True)
