"""Findings: barriers and opportunities, and how they were solved; the pilot's research material."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.activity.related_records import RelatedRecordsQuerySet, WorkOnRecords
from dossiers.models.days import not_before, validate_past
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.lists.lists import FindingCategory
from dossiers.models.lists.organisation import Organisation
from dossiers.models.lists.regulation import Regulation
from dossiers.models.text_fields import TextField


class FindingQuerySet(RelatedRecordsQuerySet["Finding"]):
    def confirmed(self) -> Self:
        """Return the findings that a coordinator confirmed; only these count in figures."""
        return self.exclude(confirmed_at=None)

    def drafts(self) -> Self:
        return self.filter(confirmed_at=None)

    def told_by_employer_of(self, interest: EmployerInterest) -> Self:
        """Return the findings that the employer of this interest reported on the public site, the latest first."""
        return self.filter(interest=interest, by_employer=True).select_related("category").order_by("-pk")

    def solved(self) -> Self:
        return self.exclude(solved_on=None)


class Finding(WorkOnRecords):
    """One barrier or opportunity (see its category); a draft until a coordinator confirms it."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    SEARCH_FIELDS = ("description", "tried", "result", "category__name")

    class Side(models.TextChoices):
        EMPLOYER = "employer", _("employer")
        CANDIDATE = "candidate", _("candidate")
        REGULATION = "regulation", _("regulation")
        PROCESS = "process", _("process")

    side = models.CharField(_("at whose side"), max_length=10, choices=Side.choices)
    category = models.ForeignKey(
        FindingCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="findings"
    )
    description = TextField(
        _("what happened"),
        help_text=_("Without names: this ends up in reports."),
    )
    tried = TextField(_("what was tried"), blank=True)
    result = TextField(_("result"), blank=True)
    noticed_on = models.DateField(_("noticed on"), default=timezone.localdate, validators=[validate_past])
    solved_on = models.DateField(_("solved on"), null=True, blank=True, validators=[validate_past])
    regulation = models.ForeignKey(
        Regulation,
        verbose_name=_("rule"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="findings",
        help_text=_("The rule, with its source, that it is about."),
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("noted by the organisation"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="findings",
    )
    by_employer = models.BooleanField(_("told by the employer"), default=False, editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noted by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = FindingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        permissions = export_permissions("finding")
        ordering = ["-noticed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.category.get_kind_display()}: {self.category}"

    @property
    def heading(self) -> str:
        """The title of a page about this finding."""
        return str(self)

    @property
    def original_description(self) -> str:
        """The first version of the description: an employer gets to see only their own words."""
        first = self.history.order_by("history_id").values_list("description", flat=True).first()
        return self.description if first is None else first

    @property
    def is_draft(self) -> bool:
        return self.confirmed_at is None

    def clean(self) -> None:
        super().clean()
        solved_first = _("It was solved before it was noticed. Check both days.")
        if message := not_before(self.noticed_on, self.solved_on, solved_first):
            raise ValidationError({"solved_on": message})

    def confirm(self, user: AbstractBaseUser) -> None:
        """Confirm a draft, so that it counts in figures and reports."""
        if self.is_draft:
            self.confirmed_at, self.confirmed_by_id = timezone.now(), user.pk
            self.save()
