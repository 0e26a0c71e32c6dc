"""Employers: companies, each with one contact person."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.archive import ArchivableRecord
from dossiers.models.constraints import MarksConstraintField
from dossiers.models.contact_fields import (
    KvkField,
    LowerCaseEmailField,
    PhoneField,
    PostcodeField,
    build_phone_condition,
    build_postcode_condition,
)
from dossiers.models.exports.formats import export_permissions
from dossiers.models.folded_text import Folded
from dossiers.models.history import history
from dossiers.models.lists.lists import Sector
from dossiers.models.querysets import SearchableQuerySet
from dossiers.models.text_fields import CharField

CONTACT_MARKS = ("email", "phone", "contact_name")  # the first one that two contacts have decides if they are the same
REACHABLE_BY = frozenset({"email", "phone"})
UNREACHABLE = _("Fill in a telephone number or an e-mail address. Without either nobody can reach this employer.")


class EmployerQuerySet(SearchableQuerySet["Employer"]):
    similar_fields = name_attributes = ("company_name", "contact_name")

    def with_interest_counts(self) -> Self:
        """Annotate `interest_count`, the number of confirmed interests."""
        confirmed = Q(interests__isnull=False) & ~Q(interests__status="unconfirmed")
        return self.annotate(interest_count=models.Count("interests", filter=confirmed))

    def finished(self) -> Self:
        """Return the employers without an open interest or an open placement."""
        return self.filter(*(~Exists(records) for records in _open_work()))

    def find_by_contact(self, contact: Mapping[str, Any]) -> "Employer | None":
        """Return the employer of that company name with the same contact, if there is one."""
        return find_same_contact(contact, self.filter(company_name__iexact=contact.get("company_name", "")))

    def leave_archive(self, user_id: int | None = None) -> None:
        """Take the employers out of the archive that are not finished any more.

        The history names this user, or that of the request.
        """
        interests, placements = _open_work()
        archived = self.exclude(archived_at=None).filter(Exists(interests) | Exists(placements))
        for employer in archived:
            if user_id:
                employer._history_user = get_user_model().objects.get(pk=user_id)  # type: ignore[attr-defined]
            employer.save()

    def search_conditions(self, word: str) -> list[Q]:
        """A word is part of a name, the city, the e-mail address or the KvK number, or the telephone number or the
        postcode in any spelling.
        """
        searched = ("company_name", "contact_name", "city", "email", "kvk_number")
        conditions = [Q(**{f"{field}__folded__contains": word}) for field in searched]
        return [*conditions, build_phone_condition("phone", word), build_postcode_condition("postcode", word)]


def find_same_contact(contact: Mapping[str, Any], employers: Iterable["Employer"]) -> "Employer | None":
    """Return the employer with the same e-mail address, or else telephone number, or else name of the contact.

    A mark decides only if both have it, so that two employers without an address are not the same for that.
    """
    employers = list(employers)
    for mark in CONTACT_MARKS:
        for employer in employers:
            shared = next((name for name in CONTACT_MARKS if contact.get(name) and getattr(employer, name)), "")
            if shared == mark and contact[mark].casefold() == getattr(employer, mark).casefold():
                return employer
    return None


def _open_work() -> list[models.QuerySet]:
    """Return the open interests and the open placements of the employer of an outer query."""
    interests = apps.get_model("dossiers", "EmployerInterest").objects.filter(employer=OuterRef("pk"))
    placements = apps.get_model("dossiers", "Placement").objects.open()
    return [interests.exclude(status="closed"), placements.filter(interest__employer=OuterRef("pk"))]


class Employer(ArchivableRecord, MarksConstraintField):
    """A company, recognized by its KvK number, or else by its name and its contact: see `find_same_contact`."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    constraint_field = "kvk_number"

    company_name = CharField(_("company"), max_length=150)
    kvk_number = KvkField(_("KvK number"), blank=True)
    contact_name = CharField(_("contact"), max_length=100, blank=True)
    email = LowerCaseEmailField(_("e-mail"), blank=True)
    phone = PhoneField(_("telephone"), blank=True)
    postcode = PostcodeField(_("postcode"), blank=True)
    city = CharField(_("place"), max_length=80, blank=True)
    sector = models.ForeignKey(Sector, verbose_name=_("sector"), null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = EmployerQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        permissions = export_permissions("employer")
        ordering = [Folded("company_name"), "pk"]
        indexes = [
            models.Index(fields=["company_name", "email"], name="employer_by_name"),
            models.Index(Folded("company_name"), "id", name="employer_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kvk_number"],
                condition=~Q(kvk_number=""),
                name="employer_once_a_kvk_number",
                violation_error_message=_("There is an employer with this KvK number already."),
            )
        ]

    def __str__(self) -> str:
        return self.company_name

    @property
    def heading(self) -> str:
        """The title of a page about this employer."""
        return self.company_name

    @property
    def is_reachable(self) -> bool:
        return any(getattr(self, name) for name in REACHABLE_BY)

    @property
    def is_finished(self) -> bool:
        return type(self).objects.finished().filter(pk=self.pk).exists()

    def clean(self) -> None:
        self.company_name = " ".join((self.company_name or "").split())
        self.contact_name = " ".join((self.contact_name or "").split())
