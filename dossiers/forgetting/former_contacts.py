"""Anonymizes contacts whom another one replaced, or whom only sign-ups or lists name, also while work is going on."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.forgetting.anonymize import FORGOTTEN, AnonymizationRefused, refuse_undecided
from dossiers.forgetting.employers import (
    CONTACT_NAMES,
    Contact,
    clear_lists,
    read_contact,
    read_contacts,
    record_removal,
)
from dossiers.forgetting.list_mentions import OF_A_LINE
from dossiers.forgetting.mention_removal import replace_mentions
from dossiers.forgetting.personal_data import build_pattern, split_names
from dossiers.forgetting.retention_map import build_empty_values, rewrite
from dossiers.models import Employer, EmployerInterest, ImportRow
from dossiers.models.deletion import DeletedRecord, get_key
from dossiers.models.employers.contact_sentences import GONE, Spelling, rewrite_sentences
from dossiers.models.snapshots import read_record
from dossiers.models.text_fields import iterate_texts
from dossiers.privacy.normalization import strip_accents
from dossiers.signals import Removal, personal_data_removed

NOBODY: Spelling = ("", "", "")
LOG_ACTION, CONTACT_FORGOTTEN = "dossiers.forget_former_contact", _("A former contact was forgotten")


class FormerContact(Contact):
    """A contact of an employer who is not its contact any more, or whom only a sign-up or a list of it names.

    What the current contact has too, such as the number of the office, is not of the former one. A contact without a
    name of its own is one e-mail address or telephone number, whatever name stands beside it.
    """

    def __init__(self, everybody: Contact, identity: str) -> None:
        """`everybody` has all contacts of the employer, of whom `identity` tells this one apart.

        It is the folded name, or the address or number.
        """
        super().__init__(everybody.employer, everybody.interests)
        self.everybody, self.identity = everybody, identity

    @property
    def is_named(self) -> bool:
        return bool(self.values["contact_name"])

    @property
    def digest(self) -> str:
        """A key of the contact for addresses of pages, which names nobody."""
        text = f"{self.employer.pk if self.employer else 0} {self.identity}"
        return salted_hmac("dossiers.former_contact", text, algorithm="sha256").hexdigest()[:32]

    def owns(self, label: str, field: str) -> bool:
        return label in self.keys and field in (*CONTACT_NAMES, "contact_given")

    def owns_deleted(self, record: DeletedRecord) -> bool:
        """Whether it is an interest of the employer that has this contact, in a sentence of an import or a line too."""
        interests = [
            read_record(EmployerInterest, values)
            for label, values in record.snapshots
            if label == EmployerInterest._meta.label and get_key(label, values) in self.interests
        ]
        rows = [read_record(ImportRow, row.values) for row in record.import_rows] if interests else []
        texts = {text for texts in self.values.values() for text in texts}
        contacts = chain.from_iterable(read_contacts(each).values() for each in (*interests, *rows))
        return any(not texts.isdisjoint(contact) for contact in contacts)

    @property
    def rows(self) -> QuerySet[ImportRow]:
        """Those of the rows that hold the name, the e-mail address or the telephone number."""
        own = {text for texts in self.values.values() for text in texts}
        marks, rows = build_pattern(own), super().rows

        def names_contact(row: ImportRow) -> bool:
            texts = chain.from_iterable(iterate_texts(getattr(row, column)) for column in OF_A_LINE)
            return any(text in own or (marks and marks.search(text)) for text in texts)

        return rows.filter(pk__in=[row.pk for row in rows if names_contact(row)])

    @cached_property
    def current(self) -> Spelling:
        """The current contact; empty if that is this one, as in a backup from before the replacement."""
        spelling = read_contact(self.employer) if self.employer else NOBODY
        return tuple("" if own else text for text, own in zip(spelling, self._select(spelling), strict=True))  # type: ignore[return-value]

    def _select(self, contact: Spelling) -> Spelling:
        """Return what is of this contact: all beside its name, or only the address or number that it is."""
        if _identify(contact) == self.identity:
            return contact
        return tuple(text if text == self.identity else "" for text in contact)  # type: ignore[return-value]

    @cached_property
    def _own(self) -> list[Spelling]:
        return [own for own in map(self._select, self.everybody.spellings) if any(own)]

    @cached_property
    def spellings(self) -> list[Spelling]:
        current = set(self.current)
        return [tuple("" if text in current else text for text in own) for own in self._own]  # type: ignore[misc]

    @property
    def shared(self) -> dict[str, list[str]]:
        """{field: values} of the e-mail address and the telephone number that the current contact has too."""
        _name, *texts = self.current
        own = {text for contact in self._own for text in contact if text}
        return {name: [text] for name, text in zip(CONTACT_NAMES[1:], texts, strict=True) if text in own}

    @cached_property
    def likely_texts(self) -> set[str]:
        current = set(map(strip_accents, {*self.current, *split_names(self.current[:1])}))
        return {text for text in super().likely_texts if strip_accents(text) not in current}

    def find_places(self) -> dict[str, list[int]]:
        """Return {label of the model, with the place in it: keys of the history records and lines with this contact}

        The place of an address or a number ends with its field.
        """
        places: dict[str, list[int]] = defaultdict(list)
        for record, place, contact in self.find_sources():
            if isinstance(record, Employer | EmployerInterest):
                continue
            is_whole = _identify(contact) == self.identity
            own = zip(CONTACT_NAMES, self._select(contact), strict=True)
            for field in [""] if is_whole else [name for name, text in own if text]:
                places[".".join(filter(None, [record._meta.label, place, field]))].append(record.pk)
        return places

    def clear_sentences(self, label: str, key: int, text: str) -> str:
        """Return the remarks of an interest of this employer without the contact in the sentences of imports."""
        if label != "dossiers.EmployerInterest" or key not in self.interests:
            return text
        return rewrite_sentences(text, self._clear)

    def _clear(self, contact: Spelling) -> Spelling:
        pairs = zip(contact, self._select(contact), strict=True)
        return tuple(GONE if own and own not in self.current else text for text, own in pairs)  # type: ignore[return-value]

    def find_sentences(self) -> Iterator[tuple[Any, str]]:
        """Yield (record, remarks without the contact) of the interests and their histories with such a sentence."""
        label = "dossiers.EmployerInterest"
        for record in chain(self.records(label), self.steps(label)):
            if (cleared := self.clear_sentences(label, record.id, record.notes)) != record.notes:
                yield record, cleared


def _identify(spelling: Spelling) -> str:
    """Return the folded name by which contacts of one employer are told apart."""
    name, _email, _phone = spelling
    return "" if name == str(FORGOTTEN) else strip_accents(name)


def get_contact_at(record: Any, place: str) -> FormerContact | None:
    """Return the contact at a place in a history record or a line of a list; None if nobody is named there."""
    *number, field = place.split(".") if place.endswith(CONTACT_NAMES) else (place, "")
    contact = read_contacts(record).get("".join(number), NOBODY)
    identity = contact[CONTACT_NAMES.index(field)] if field else _identify(contact)
    if not identity:
        return None
    if isinstance(record, ImportRow):
        employer_key, interest = record.employer_id, record.target_id
    else:
        employer_key, interest = (record.id, None) if record.instance_type is Employer else (None, record.id)
    # a path to no record would mean all employers without one
    about = Q(pk=employer_key) | Q(interests=interest) if interest else Q(pk=employer_key)
    employer = Employer.objects.filter(about).first()
    interests = Contact.of(employer).interests if employer else set()
    return FormerContact(Contact(employer, {*interests, interest} if interest else interests), identity)


def find_former_contacts(employer: Employer) -> list[FormerContact]:
    """Return the contacts whom the employer had, then those whom only sign-ups or lists name, the last first.

    After them come the addresses and numbers that none of these has, and that the current contact has no more.
    """
    contact, current = Contact.of(employer), read_contact(employer)
    names = dict.fromkeys(map(_identify, contact.spellings))
    named = [FormerContact(contact, name) for name in names if name not in ("", _identify(current))]
    named = [former for former in named if any(former.values.values())]
    known = {"", *current, *chain.from_iterable(chain.from_iterable(former.spellings for former in named))}
    texts = dict.fromkeys(text for _name, *texts in contact.spellings for text in texts if text not in known)
    return [*named, *(FormerContact(contact, text) for text in texts)]


def find_former_contact(employer: Employer, digest: str) -> FormerContact | None:
    """Return the former contact with this digest; None if it was forgotten or is the contact again."""
    return next((contact for contact in find_former_contacts(employer) if contact.digest == digest), None)


@transaction.atomic
def anonymize_former_contact(
    employer: Employer, digest: str, user: User, decisions: Mapping[str, bool], discard: Collection[int] = ()
) -> None:
    """Anonymize the former contact with this digest; raises AnonymizationRefused.

    `decisions` and `discard` are as in `anonymize_contact`.
    """
    contact = find_former_contact(Employer.objects.select_for_update().get(pk=employer.pk), digest)
    if contact is None:
        raise AnonymizationRefused(gettext("This contact was forgotten already, or is the contact again."))
    clear_former_contact(contact, user, decisions, discard)


def clear_former_contact(
    contact: FormerContact, user: User | None, decisions: Mapping[str, bool] | None, discard: Collection[int] = ()
) -> None:
    """Clear the name, the e-mail address and the telephone number, and nothing else of the employer.

    Raises AnonymizationRefused as `clear_contact` does, and if a mention has no decision. The event has the keys of
    history records and lines, as those tell the former contact from the current one.
    """
    values, places = contact.values, contact.find_places()
    changed_interests = _clear_sentences(contact)  # first, since the texts without a name can't be read any more
    refuse_undecided(replace_mentions(contact, decisions, user))
    clear_lists(contact, discard)
    nothing = build_empty_values("dossiers.Employer", str(FORGOTTEN))
    for name, texts in values.items():
        for records in (contact.records("dossiers.Employer"), contact.steps("dossiers.Employer")):
            records.filter(**{f"{name}__in": texts}).update(**{name: nothing[name]})
    for records in (contact.records("dossiers.EmployerInterest"), contact.steps("dossiers.EmployerInterest")):
        for record in records.exclude(contact_given={}):
            rest = {name: text for name, text in record.contact_given.items() if text not in values.get(name, [])}
            records.filter(pk=record.pk).update(contact_given=rest)
    interests = contact.records("dossiers.EmployerInterest").filter(pk__in=changed_interests)
    for record in (*contact.records("dossiers.Employer"), *interests):
        record_removal(record, user, LOG_ACTION, str(CONTACT_FORGOTTEN))
    for label, keys in places.items():
        personal_data_removed.send(None, action=Removal.ANONYMIZED, model=label, keys=keys)


def _clear_sentences(contact: FormerContact) -> set[int]:
    """Clear the contact in the sentences of imports; return the keys of the interests whose remarks changed."""
    interests = set()
    for record, notes in contact.find_sentences():
        if isinstance(record, EmployerInterest):
            interests.add(record.pk)
            rewrite(EmployerInterest.objects.filter(pk=record.pk), notes=notes)
        else:
            EmployerInterest.history.filter(pk=record.pk).update(notes=notes)
    return interests
