"""Employer interests: the work that employers offer."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.closing import ClosableRecord
from dossiers.models.contact_fields import build_phone_condition, build_postcode_condition
from dossiers.models.days import validate_start, validate_year
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.dossiers.levels import DutchLevel
from dossiers.models.employers.employer import Employer, find_same_contact
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.lists.lists import ClosingReason, Sector
from dossiers.models.number_fields import PositiveSmallIntegerField
from dossiers.models.own_fields.own_values import ExtraField
from dossiers.models.querysets import SearchableQuerySet
from dossiers.models.reference import make_reference
from dossiers.models.text_fields import CharField, JSONField, TextField
from dossiers.models.withdrawal_fields import WANTS_TO_STOP, WithdrawalFields

UNCONFIRMED_RETENTION = timedelta(days=14)
CONTACT_FIELDS = ("company_name", "kvk_number", "contact_name", "email", "phone", "postcode", "city")
COMPANY_GIVEN = KT("contact_given__company_name")

# Whether nobody is looking after an interest: it has no owner, or one whose login was switched off.
HAS_NO_OWNER = models.Q(owner=None) | models.Q(owner__is_active=False)


class InterestStatus(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("unconfirmed")
    NEW = "new", _("new")
    CONTACTED = "contacted", _("contacted")
    MATCHED = "matched", _("matched")
    CLOSED = "closed", _("closed")


class InterestQuerySet(SearchableQuerySet["EmployerInterest"]):
    def confirmed(self) -> Self:
        """Return the interests except sign-ups that the sender has not confirmed; those are shown nowhere."""
        return self.exclude(status=InterestStatus.UNCONFIRMED)

    def finished(self) -> Self:
        return self.filter(status=InterestStatus.CLOSED)

    def never_confirmed(self, now: datetime) -> Self:
        """Return the sign-ups that were not confirmed within 14 days; the site promises to delete them."""
        return self.filter(status=InterestStatus.UNCONFIRMED, created_at__lte=now - UNCONFIRMED_RETENTION)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the confirmed interests if the user may view interests, else none."""
        return super().visible_to(user).confirmed()

    def with_search_texts(self) -> Self:
        names = ("contact_name", "email", "phone", "postcode")
        contact_values = {f"{name}_given": KT(f"contact_given__{name}") for name in names}
        return self.alias(company_given=COMPANY_GIVEN, **contact_values)

    def search_conditions(self, word: str) -> list[models.Q]:
        """A word is part of the work, the reference, the company or its city, the name or the e-mail address of who
        signed up, or the telephone number or the postcode of the employer in any spelling.
        """
        of_sign_up = ("company_given", "contact_name_given", "email_given")
        searched = (*of_sign_up, "work_description", "reference", "employer__company_name", "employer__city")
        return [
            *(models.Q(**{f"{field}__folded__contains": word}) for field in searched),
            *(build_phone_condition(field, word) for field in ("phone_given", "employer__phone")),
            *(build_postcode_condition(field, word) for field in ("postcode_given", "employer__postcode")),
        ]

    def with_places_taken(self) -> Self:
        """Annotate `taken`, the number of positions at which a candidate is at work."""
        at_work = apps.get_model("dossiers", "Placement").objects.at_work()
        counted = at_work.filter(interest=models.OuterRef("pk")).order_by().values("interest")
        taken = models.Subquery(counted.annotate(number=models.Count("pk")).values("number"))
        return self.annotate(taken=Coalesce(taken, models.Value(0)))

    def open_to_proposals(self, day: date) -> Self:
        """Return the interests to which a candidate can be proposed on that day: open, with a free position.

        Interests of which the employer wants to withdraw are left out.
        """
        going_on = self.confirmed().exclude(status=InterestStatus.CLOSED).exclude(employer=None).exclude(WANTS_TO_STOP)
        not_over = going_on.filter(Q(end_date=None) | Q(end_date__gte=day))
        return not_over.with_places_taken().filter(positions__gt=models.F("taken"))

    def wanting_to_withdraw(self) -> Self:
        """Return the open interests of which the employer asked to withdraw and nobody recorded the outcome yet."""
        return self.exclude(status=InterestStatus.CLOSED).filter(WANTS_TO_STOP)

    def to_take_over(self) -> Self:
        """Return the confirmed sign-ups that are not linked to an employer yet."""
        return self.confirmed().filter(employer=None)


class EmployerInterest(ClosableRecord, WithdrawalFields):
    """An employer's offer of work.

    A sign-up creates one without an employer: until a coordinator takes it over, `contact_given` has the contact.
    """

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    REFERENCE_PREFIX = "W"
    closed_statuses = frozenset({InterestStatus.CLOSED.value})
    open_with_reason_error = _("An open interest has no closing reason. Close the interest, or leave this empty.")

    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    employer = models.ForeignKey(
        Employer,
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="interests",
    )
    contact_given = JSONField(_("contact as given"), default=dict, blank=True, editable=False)
    work_description = CharField(_("work"), max_length=500, blank=True)
    positions = PositiveSmallIntegerField(
        _("places"), default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    hours_per_week = PositiveSmallIntegerField(
        _("hours per week"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    dutch_level_required = models.CharField(
        _("level of Dutch needed"), max_length=2, choices=DutchLevel.choices, blank=True
    )
    working_languages = LanguagesField(_("working languages"), blank=True)
    start_date = models.DateField(_("from"), null=True, blank=True, validators=[validate_start])
    end_date = models.DateField(_("until"), null=True, blank=True, validators=[validate_year])
    transport_offered = models.BooleanField(_("transport offered"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=11, choices=InterestStatus.choices, default=InterestStatus.NEW, db_index=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="interests",
    )
    closing_reason = models.ForeignKey(
        ClosingReason,
        verbose_name=_("closing reason"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        limit_choices_to={"side": ClosingReason.Side.EMPLOYER},
    )
    answers = JSONField(_("answers to further questions"), default=dict, blank=True, editable=False)
    notes = TextField(_("notes"), blank=True)
    extra = ExtraField(_("own fields"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = InterestQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("employer interest")
        verbose_name_plural = _("employer interests")
        permissions = export_permissions("employerinterest")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="interest_by_creation")]

    def __str__(self) -> str:
        return self.reference

    @property
    def company_name(self) -> str:
        return self.employer.company_name if self.employer else self.contact_given.get("company_name", "")

    @property
    def has_other_contact(self) -> bool:
        """Whether the linked employer has another name, telephone number or e-mail address than the sign-up gave."""
        return self.employer is not None and any(
            (text := self.contact_given.get(name)) and text.casefold() != getattr(self.employer, name).casefold()
            for name in ("contact_name", "phone", "email")
        )

    @property
    def is_closed(self) -> bool:
        return self.status == InterestStatus.CLOSED

    @property
    def heading(self) -> str:
        """The title of a page about this interest."""
        return f"{self.reference} · {self.company_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.reference:
            self.reference = make_reference(self.REFERENCE_PREFIX)
        super().save(*args, **kwargs)
        if self.employer_id:
            Employer.objects.filter(pk=self.employer_id).leave_archive()

    def clean(self) -> None:
        stored = type(self).objects.get(pk=self.pk) if self.pk else None
        if stored:
            agreed = self.placements.open().exclude(candidate_agreed_on=None)
            if stored.employer_id and stored.employer_id != self.employer_id and agreed.exists():
                raise ValidationError({"employer": _("A candidate agreed to this employer. End that placement first.")})
            if errors := self.find_position_errors(self.positions, self.placements.at_work().count()):
                raise ValidationError(errors)
            if self.is_closing(stored.status, self.status) and (
                errors := self.find_closing_errors(self.placements.before_work().count())
            ):
                raise ValidationError(errors)
        errors = self.find_errors({"start_date": self.start_date, "end_date": self.end_date})
        errors |= self.clean_closing_reason(stored)
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def find_position_errors(positions: int | None, at_work: int) -> dict[str, str | Promise]:
        """Return the errors by field if an interest with `at_work` people at work gets this number of positions."""
        if positions is None or positions >= at_work:
            return {}
        text = gettext("%(count)d people are at work here already. Fewer places than that can't be.")
        return {"positions": text % {"count": at_work}}

    @staticmethod
    def find_closing_errors(before_work: int) -> dict[str, str | Promise]:
        """Return the errors by field if an interest with `before_work` open placements before work is closed.

        Each of these candidates reads on the own page why the placement ended.
        """
        if not before_work:
            return {}
        text = gettext(
            "%(count)d proposed candidates are not at work yet. End those placements first, then close the interest."
        )
        return {"status": text % {"count": before_work}}

    @staticmethod
    def find_errors(values: Mapping[str, Any]) -> dict[str, str | Promise]:
        """Return the errors by field if an interest gets these values; both dates are dates or ISO texts."""
        start, end = values.get("start_date"), values.get("end_date")
        if start and end and end < start:
            return {"end_date": _("The last day is before the first. Check both dates.")}
        return {}

    def find_matching_employer(self) -> Employer | None:
        """Return the employer with the KvK number of the sign-up's contact, or else with its name and contact.

        One with another KvK number is another employer.
        """
        contact, employers = self.contact_given, Employer.objects.all()
        if kvk := contact.get("kvk_number"):
            numbered = employers.filter(kvk_number=kvk).first()
            return numbered or employers.filter(kvk_number="").find_by_contact(contact)
        return employers.find_by_contact(contact)

    @transaction.atomic
    def take_over(self) -> Employer:
        """Link the sign-up to the employer of its contact, created if needed; raises ValidationError.

        If its contact is that of the employer, it fills in what the employer lacks, and replaces nothing. The caller
        has read and locked the interest in the same transaction.
        """
        matching = self.find_matching_employer()
        employer = Employer.objects.select_for_update().get(pk=matching.pk) if matching else Employer()
        if matching is None:
            employer.sector = Sector.objects.filter(name=self.contact_given.get("sector", "")).first()
        contact = {field: text for field in CONTACT_FIELDS if (text := self.contact_given.get(field))}
        if employer.is_reachable:  # else it is a new employer, or one whose contact reaches nobody or was anonymized
            is_same = find_same_contact(contact, [employer]) is not None
            contact = {field: text for field, text in contact.items() if is_same and not getattr(employer, field)}
        if contact or matching is None:
            for field, text in contact.items():
                setattr(employer, field, text)
            employer.full_clean()
            employer.save()
        self.employer = employer
        self.save()
        return employer
