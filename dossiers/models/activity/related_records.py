"""Base classes of records that are about a dossier, an employer, an interest, a placement, or several of them."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import COMPANY_GIVEN, EmployerInterest
from dossiers.models.placements.placement import Placement
from dossiers.models.querysets import SearchableQuerySet

SUBJECTS = ("dossier", "employer", "interest", "placement")
M = TypeVar("M", bound=models.Model)


def build_heading_condition(word: str) -> models.Q:
    """Return the condition that the heading of a related record contains the word.

    It has a subquery for each model, so that the database can use the indexes of each.
    """
    dossiers = Dossier.objects.naming(word).values("pk")
    employers = Employer.objects.filter(company_name__folded__contains=word).values("pk")
    of_company = models.Q(employer__in=employers) | models.Q(company_given__folded__contains=word)
    named = EmployerInterest.objects.alias(company_given=COMPANY_GIVEN)
    interests = named.filter(models.Q(reference__icontains=word) | of_company).values("pk")
    of_placement = models.Q(placement__dossier__in=dossiers) | models.Q(placement__interest__in=interests)
    return (
        models.Q(dossier__in=dossiers)
        | models.Q(employer__in=employers)
        | models.Q(interest__in=interests)
        | of_placement
        | models.Q(placement__reference__icontains=word)
    )


class RelatedRecordsQuerySet(SearchableQuerySet[M]):
    def with_subjects(self) -> Self:
        """Load the related dossier, employer, interest and placement in the same query."""
        return self.select_related(
            "dossier", "employer", "interest__employer", "placement__dossier", "placement__interest__employer"
        )

    def search_conditions(self, word: str) -> list[models.Q]:
        """A word is part of a text, or of a name or reference of a related record."""
        searched: Iterable[str] = self.model.SEARCH_FIELDS  # type: ignore[attr-defined]
        texts = [models.Q(**{f"{field}__folded__contains": word}) for field in searched]
        return [*texts, build_heading_condition(word)]

    def about(self, record: models.Model) -> Self:
        """Return the records about this record, or about the interests and placements that belong to it."""
        own: dict[type[models.Model], models.Q] = {
            Dossier: models.Q(dossier=record.pk) | models.Q(placement__dossier=record.pk),
            Employer: models.Q(employer=record.pk)
            | models.Q(interest__employer=record.pk)
            | models.Q(placement__interest__employer=record.pk),
            EmployerInterest: models.Q(interest=record.pk) | models.Q(placement__interest=record.pk),
            Placement: models.Q(placement=record.pk),
        }
        return self.filter(own[type(record)])


def subject_foreign_key(model: type[models.Model], on_delete: Any = models.CASCADE) -> Any:
    return models.ForeignKey(
        model,
        verbose_name=model._meta.verbose_name,
        null=True,
        blank=True,
        on_delete=on_delete,
        related_name="%(class)ss",
    )


class HasSubjects(models.Model):
    """A record with the foreign keys of SUBJECTS."""

    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ()  # the own texts that `search` looks in

    class Meta:
        abstract = True

    @property
    def subjects(self) -> list[models.Model]:
        """The records to which it is related."""
        return [record for name in SUBJECTS if (record := getattr(self, name))]

    @property
    def is_anonymised(self) -> bool:
        """Whether it is about a dossier that was anonymized."""
        dossiers = (record.dossier if isinstance(record, Placement) else record for record in self.subjects)
        return any(getattr(dossier, "anonymised_at", None) for dossier in dossiers)

    def clean(self) -> None:
        super().clean()
        if self.is_anonymised:
            raise ValidationError(_("This person was anonymised. Nothing more is kept about them."))


class AboutRecords(HasSubjects):
    """A record that is deleted together with its subject."""

    dossier = subject_foreign_key(Dossier)
    employer = subject_foreign_key(Employer)
    interest = subject_foreign_key(EmployerInterest)
    placement = subject_foreign_key(Placement)

    class Meta:
        abstract = True


class WorkOnRecords(HasSubjects):
    """A record of work or costs, which protects its subjects from deletion."""

    dossier = subject_foreign_key(Dossier, models.PROTECT)
    employer = subject_foreign_key(Employer, models.PROTECT)
    interest = subject_foreign_key(EmployerInterest, models.PROTECT)
    placement = subject_foreign_key(Placement, models.PROTECT)

    class Meta:
        abstract = True
