"""Searches for everything that is kept of somebody who asks to be forgotten, also of what was deleted.

A contact of an employer is found by the full name, whatever the order of its words, by the e-mail address or by the
telephone number; a dossier by the name with the date of birth, or by the same address or number. Other spellings of a
name are found too, for the user to judge.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from dates.format import format_date
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.forgetting.contact import (
    CONTACT_PERMISSIONS,
    describe_deleted,
    find_employer,
    get_contact_url,
    get_former_contact_url,
    name_contact,
)
from dossiers.forgetting.employers import (
    CONTACT_NAMES,
    DeletedContact,
    find_rows_with_contacts,
    get_deleted_contact,
    read_contact,
    read_contacts,
)
from dossiers.forgetting.former_contacts import FormerContact, find_former_contacts
from dossiers.forgetting.name_search import filter_likely
from dossiers.forgetting.same_person import (
    DeletedDossier,
    Identity,
    exclude_merged_periods,
    find_existing_dossiers,
    get_deleted_dossiers,
)
from dossiers.models import Dossier, Employer, EmployerInterest, Merge
from dossiers.models.dossiers.surnames import PREFIXES
from dossiers.spreadsheets.matching.similar_people import Person, get_folded_names, get_near_dates
from dossiers.spreadsheets.values import fold

MAX_SHOWN = 100  # existing dossiers
PERSON_FIELDS = ("given_name", "family_name", "date_of_birth", "phone", "email")


@dataclass(frozen=True)
class SearchResult:
    """A dossier or a contact of the person, with the address of the page that forgets it, or of its own page."""

    name: str
    details: str
    url: str


class PersonSearch:
    """Finds the dossiers and contacts of a person with these names, date of birth, telephone number and e-mail address.

    `values` has PERSON_FIELDS, of which any may be empty.
    """

    def __init__(self, values: Mapping[str, Any], user: Any) -> None:
        self.values, self.user = values, user
        self.person = _build_person(values)
        self.words = _get_words(self.person)
        self.has_full_name = all(values[name] for name in ("given_name", "family_name", "date_of_birth"))
        self.identity = Identity.of_name(values)

    @cached_property
    def certain(self) -> list[SearchResult]:
        """The deleted dossier with this name and date of birth, the first of them, and the deleted contacts."""
        return [
            *map(_describe_dossier, self._certain_dossiers[:1]),
            *map(_describe_contact, self._get_deleted_contacts(certain=True)),
        ]

    @cached_property
    def possible(self) -> list[SearchResult]:
        """The deleted dossiers and contacts that may be of this person."""
        steps = Dossier.history.exclude(id__in=Dossier.objects.values("pk")).order_by()
        rows = steps.values("id", *PERSON_FIELDS).distinct()
        keys = {row["id"] for row in rows if self._may_be_dossier(_build_person(row))}
        keys -= {deleted.dossier.pk for deleted in self._certain_dossiers}
        contacts = self._get_deleted_contacts(certain=False)
        return [*map(_describe_dossier, get_deleted_dossiers(keys)), *map(_describe_contact, contacts)]

    @cached_property
    def existing(self) -> list[SearchResult]:
        """The dossiers, employers and sign-ups that exist and may be of this person, and that the user may see.

        Of an employer they are its contacts, with the pages that forget them, for a user who may.
        A dossier of this name and date of birth is left out if a deleted one is certain, since its page names it.
        """
        dossiers = Dossier.objects.visible_to(self.user).not_anonymised()
        records: list[Any] = [*dossiers.filter(pk__in_batch=list(self._find_existing_dossiers()))[:MAX_SHOWN]]
        for contacts in self._contacts.values():
            for model, keys in contacts.items():
                records += model.objects.visible_to(self.user).filter(pk__in=keys)
        return [result for record in records for result in self._describe_existing(record)]

    def _describe_existing(self, record: Any) -> list[SearchResult]:
        page = SearchResult(record.heading, str(type(record)._meta.verbose_name), get_record_url(record))
        if not isinstance(record, Employer) or not self.user.has_perms(CONTACT_PERMISSIONS):
            return [page]
        former = [
            SearchResult(
                name_contact(contact),
                _describe_former_contact(contact) % {"employer": record.heading},
                get_former_contact_url(record, contact),
            )
            for contact in find_former_contacts(record)
            if any(self._judge_contact(*spelling) is not None for spelling in contact.spellings)
        ]
        is_current = self._judge_contact(*read_contact(record)) is not None
        current = replace(page, url=get_contact_url(Employer, record.pk))
        return [current, *former] if is_current or not former else former

    def _find_existing_dossiers(self) -> set[int]:
        """Return the keys of dossiers that may be of this person by what they or one merged into them hold or held."""
        identical = (
            set(find_existing_dossiers(self.identity).values_list("pk", flat=True)) if self.has_full_name else set()
        )
        name = f"{self.person.given_name} {self.person.family_name}".strip()
        alike = Dossier.objects.search_similar(name) if name else []
        keys = {each.pk for each in alike if self._may_be_dossier(_build_person(vars(each)))}
        steps = Dossier.history.order_by()
        likely = [steps.filter(**{field: self.values[field]}) for field in ("phone", "email") if self.values[field]]
        if self.words:
            likely.append(filter_likely(steps, ("given_name", "family_name"), self.words))
        for rows in likely:
            for row in rows.values("id", *PERSON_FIELDS).distinct():
                if self._may_be_dossier(_build_person(row)):
                    keys.add(row["id"])
        keys |= set(Merge.objects.not_undone().filter(other_id__in_batch=list(keys)).values_list("kept_id", flat=True))
        return keys - identical if self._certain_dossiers else keys | identical

    @cached_property
    def _certain_dossiers(self) -> list[DeletedDossier]:
        if not self.has_full_name:
            return []
        return get_deleted_dossiers(self.identity.find_in(exclude_merged_periods(Dossier.history.all())))

    def _may_be_dossier(self, person: Person) -> bool:
        """Whether the dossier may be of this person.

        With the same date of birth one part of the name is enough, and with nearly the same date it takes the whole
        name. If one of them has no date, the parts of the shorter name have to stand in the other.
        """
        if person.has_same_contact(self.person._asdict()):
            return True
        words, born, other_born = _get_words(person), person.date_of_birth, self.person.date_of_birth
        if not words or not self.words:
            return False
        if born and other_born and born != other_born:
            return words == self.words and bool({*get_near_dates(born)} & {*get_near_dates(other_born)})
        return (bool(born and other_born) and bool(words & self.words)) or self._has_similar_words(person, words)

    def _has_similar_words(self, person: Person, words: set[str]) -> bool:
        return words <= self.words or self.words <= words or person.has_similar_name(self.person._asdict())

    def _get_deleted_contacts(self, *, certain: bool) -> list[DeletedContact]:
        if not self.user.has_perms(CONTACT_PERMISSIONS):
            return []
        contacts = [get_deleted_contact(model, key) for model, keys in self._contacts[certain].items() for key in keys]
        shown = [contact for contact in contacts if contact is not None]
        return sorted(shown, key=lambda contact: contact.deleted_at, reverse=True)

    @cached_property
    def _contacts(self) -> dict[bool, dict[type[Employer | EmployerInterest], set[int]]]:
        """{whether it is certain: {model: keys of employers, or of sign-ups without one}}"""
        employers: dict[bool, set[int]] = defaultdict(set)
        sign_ups: dict[bool, set[int]] = defaultdict(set)
        records: Any
        for records in (Employer.objects, Employer.history):
            for key, *texts in records.order_by().values_list("id", *CONTACT_NAMES).distinct():
                if (certain := self._judge_contact(*texts)) is not None:
                    employers[certain].add(key)
        for records in (EmployerInterest.objects, EmployerInterest.history):
            for record in records.exclude(contact_given={}, notes="").only("id", "contact_given", "notes").order_by():
                for contact in read_contacts(record).values():
                    if (certain := self._judge_contact(*contact)) is not None:
                        employer = find_employer(record.id)
                        (sign_ups[certain].add(record.id) if employer is None else employers[certain].add(employer))
        for row in find_rows_with_contacts():
            employer = row.employer_id or (find_employer(row.target_id) if row.target_id else None)
            if employer and (certain := self._judge_contact(*read_contacts(row)[""])) is not None:
                employers[certain].add(employer)
        employers[False] -= employers[True]
        sign_ups[False] -= sign_ups[True]
        return {
            certain: {Employer: employers[certain], EmployerInterest: sign_ups[certain]} for certain in (True, False)
        }

    def _judge_contact(self, name: str, email: str, phone: str) -> bool | None:
        """Return whether this contact certainly is this person; None if it is not."""
        person = Person(0, "", "", name, "", phone, email.lower())
        if person.has_same_contact(self.person._asdict()):
            return True
        words = _get_words(person)
        if not words or not self.words:
            return None
        if sorted(fold(name).split()) == sorted(fold(self.person.given_name + " " + self.person.family_name).split()):
            return True
        return False if self._has_similar_words(person, words) else None


def _build_person(values: Mapping[str, Any]) -> Person:
    born: date | None = values["date_of_birth"]
    given_name, family_name, phone, email = (values[name] for name in ("given_name", "family_name", "phone", "email"))
    return Person(0, "", given_name, family_name, str(born or ""), phone, email)


def _get_words(person: Person) -> set[str]:
    """Return the words of the folded name without prefixes."""
    return set(" ".join(get_folded_names(person._asdict())).split()) - PREFIXES


def _describe_dossier(deleted: DeletedDossier) -> SearchResult:
    dossier = deleted.dossier
    born = gettext("born on %(day)s") % {"day": format_date(dossier.date_of_birth)} if dossier.date_of_birth else ""
    deleted_on = gettext("deleted on %(day)s") % {"day": format_date(deleted.deleted_at)}
    details = ", ".join(filter(None, [born, deleted_on]))
    return SearchResult(dossier.heading, details, reverse("dossiers_forget_deleted", args=[dossier.pk]))


def _describe_former_contact(contact: FormerContact) -> str:
    if contact.is_named:
        return gettext("former contact of %(employer)s")
    return gettext("former address or number of %(employer)s")


def _describe_contact(deleted: DeletedContact) -> SearchResult:
    url = get_contact_url(type(deleted.record), deleted.record.pk)
    return SearchResult(name_contact(deleted.contact), describe_deleted(deleted), url)
