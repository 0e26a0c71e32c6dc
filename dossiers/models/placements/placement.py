"""A placement of a candidate at an employer; step_requirements.py has the requirements of each step."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models.archive import ArchivableRecord
from dossiers.models.contact_fields import build_phone_condition
from dossiers.models.days import not_before, validate_past, validate_permit_end
from dossiers.models.dossiers.dossier import Dossier, WorkRight, build_naming_condition
from dossiers.models.dossiers.readiness import WorkKind
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.number_fields import PositiveSmallIntegerField
from dossiers.models.querysets import SearchableQuerySet
from dossiers.models.reference import make_reference
from dossiers.models.text_fields import JSONField, TextField


class Step(models.TextChoices):
    """The status of a placement; the date of each step is in the field `<step>_on`."""

    PROPOSED = "proposed", _("proposed")
    INTERVIEW = "interview", _("interview")
    PERMIT_REQUESTED = "permit_requested", _("permit requested")
    PERMIT_GRANTED = "permit_granted", _("permit granted")
    WORKING = "working", _("at work")
    ENDED = "ended", _("ended")

    @property
    def date_field(self) -> str:
        return f"{self.value}_on"


# Reasons in the history.
AGREEMENT_UNDONE = _("Agreement taken back")
SHARING_UNDONE = _("Recorded by mistake that the employer was told")
LAST_STEP_ON = Coalesce(*(step.date_field for step in reversed(Step)))  # the date of the last step taken
PERMIT_STEPS = frozenset({Step.PERMIT_REQUESTED, Step.PERMIT_GRANTED})
SEARCHED_FIELDS = (
    "reference",
    "interest__employer__company_name",
    "interest__work_description",
    "interest__reference",
)
SEARCHED_PHONES = ("dossier__phone", "interest__employer__phone")
INFORMED_STEPS = frozenset({Step.INTERVIEW, *PERMIT_STEPS, Step.WORKING})  # the employer knows of the candidate


class Sharing(NamedTuple):
    """The {field: text} that an employer was told on a day."""

    day: date
    shared: dict[str, str]


class PlacementQuerySet(SearchableQuerySet["Placement"]):
    def open(self) -> Self:
        return self.exclude(status=Step.ENDED)

    def finished(self) -> Self:
        return self.filter(status=Step.ENDED)

    def at_work(self) -> Self:
        return self.filter(status=Step.WORKING)

    def before_work(self) -> Self:
        """Return the open placements of candidates who are not at work there yet."""
        return self.open().exclude(status=Step.WORKING)

    def with_parties(self) -> Self:
        """Load dossier, coordinator, interest, employer and end reason in the same query."""
        return self.select_related("dossier__coordinator", "interest__employer", "end_reason")

    def with_progress(self) -> Self:
        """Annotate `stepped_on`, the date of the last step, and `places_taken`, the others at work at that interest."""
        others = self.model._default_manager.filter(interest=OuterRef("interest"), status=Step.WORKING)
        taken = others.exclude(pk=OuterRef("pk")).order_by().values("interest").annotate(taken=Count("pk"))
        return self.annotate(stepped_on=LAST_STEP_ON, places_taken=Coalesce(Subquery(taken.values("taken")), Value(0)))

    def with_work_elsewhere(self) -> Self:
        """Annotate open placements before work with `works_at`: the company where the candidate works already."""
        at_work = self.model._default_manager.at_work().filter(dossier=OuterRef("dossier")).order_by("working_on", "pk")
        company = Subquery(at_work.values("interest__employer__company_name")[:1])
        waiting = ~Q(status__in=(Step.WORKING, Step.ENDED))
        return self.annotate(works_at=Case(When(waiting, then=Coalesce(company, Value(""))), default=Value("")))

    def overtaken_by_other_work(self) -> models.QuerySet[Any]:
        """Return open placements before work whose candidate started elsewhere after the proposal.

        Annotates `began`, the key of the placement at work, and `began_on`, its first working day.
        """
        there = self.model._default_manager.at_work().filter(
            dossier=OuterRef("dossier"), working_on__gte=OuterRef("proposed_on")
        )
        first = there.order_by("working_on", "pk")
        began, began_on = Subquery(first.values("pk")[:1]), Subquery(first.values("working_on")[:1])
        return self.before_work().annotate(began=began, began_on=began_on).exclude(began=None)

    def search_conditions(self, word: str) -> list[Q]:
        """A word is part of a name, the company, the work or a reference, or the telephone number of the candidate or
        the employer in any spelling.
        """
        searched = (Q(**{f"{field}__folded__contains": word}) for field in SEARCHED_FIELDS)
        phones = (build_phone_condition(field, word) for field in SEARCHED_PHONES)
        return [build_naming_condition("dossier", word), *searched, *phones]


class Placement(ArchivableRecord):
    """One candidate at one employer; its status and dates change only by the functions of placement_steps.py."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    REFERENCE_PREFIX = "P"

    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, verbose_name=_("dossier"), on_delete=models.PROTECT, related_name="placements")
    interest = models.ForeignKey(
        EmployerInterest, verbose_name=_("employer interest"), on_delete=models.PROTECT, related_name="placements"
    )
    kind = models.CharField(_("kind of work"), max_length=12, choices=WorkKind.choices, default=WorkKind.PAID)
    status = models.CharField(
        _("status"), max_length=16, choices=Step.choices, default=Step.PROPOSED, editable=False, db_index=True
    )
    proposed_on = models.DateField(
        _("proposed on"), default=timezone.localdate, editable=False, validators=[validate_past]
    )
    candidate_agreed_on = models.DateField(_("candidate agreed on"), null=True, blank=True, editable=False)
    candidate_declined_on = models.DateField(
        _("candidate said no on"), null=True, blank=True, editable=False
    )  # the latest no on the candidate's own page, without a yes there after it
    shared_on = models.DateField(_("shared with the employer on"), null=True, blank=True, editable=False)
    shared = JSONField(
        _("what was shared"), default=dict, blank=True, editable=False
    )  # {field: text shown to the employer}
    interview_on = models.DateField(_("interview on"), null=True, blank=True, editable=False)
    permit_requested_on = models.DateField(_("permit requested on"), null=True, blank=True, editable=False)
    permit_granted_on = models.DateField(_("permit granted on"), null=True, blank=True, editable=False)
    permit_refused_on = models.DateField(_("permit refused on"), null=True, blank=True, editable=False)
    permit_valid_until = models.DateField(
        _("permit valid until"),
        null=True,
        blank=True,
        validators=[validate_permit_end],
        help_text=_("For volunteering: until when UWV's declaration of the organisation is valid."),
    )
    working_on = models.DateField(_("at work since"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    end_reason = models.ForeignKey(
        ClosingReason,
        verbose_name=_("reason of the end"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        limit_choices_to={"side": ClosingReason.Side.PLACEMENT},
    )
    hours_per_week = PositiveSmallIntegerField(
        _("hours per week of this work"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
    )
    wage_agreed = models.DecimalField(
        _("wage agreed (gross an hour, in euros)"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    notes = TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PlacementQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        permissions = export_permissions("placement")
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(LAST_STEP_ON.desc(), F("changed_at").desc(), F("id").desc(), name="placement_by_step")]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "interest"],
                condition=~Q(status="ended"),
                name="open_placement_once",
                violation_error_message=_("This candidate has a placement at this employer interest already."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def heading(self) -> str:
        """The title of a page about this placement."""
        return f"{self.reference} · {self.dossier.full_name} · {self.interest.company_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.reference:
            self.reference = make_reference(self.REFERENCE_PREFIX)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.dossier.anonymised_at:
            raise ValidationError(_("This person was anonymised. Nothing more is kept about them."))
        if self.kind == WorkKind.VOLUNTEERING and self.wage_agreed:
            raise ValidationError({"wage_agreed": _("Volunteering is not paid. Leave the wage empty.")})
        if self.needs_permit and self.permit_granted_on and not self.permit_valid_until:
            raise ValidationError({"permit_valid_until": _("Fill in until when the permit is valid.")})
        ended_first = _("This day is before the one on which the permit was granted. Check both.")
        if message := not_before(self.permit_granted_on, self.permit_valid_until, ended_first):
            raise ValidationError({"permit_valid_until": message})

    @property
    def is_finished(self) -> bool:
        return self.status == Step.ENDED

    @property
    def is_declined(self) -> bool:
        """Whether the candidate said no and no agreement was recorded after it."""
        return self.candidate_declined_on is not None and self.candidate_agreed_on is None

    @property
    def stopped_on(self) -> date | None:
        """The day since which the employer may hear nothing: of the candidate's no, or of a wish to stop."""
        days = [record.withdrawal_requested_on for record in (self.dossier, self.interest) if record.wants_to_stop]
        if self.is_declined:
            days.append(self.candidate_declined_on)
        return min(filter(None, days), default=None)

    def find_agreement_day(self) -> date | None:
        """Return the day of the recorded agreement, also of one that a later no took back, unless it was a mistake."""
        if self.candidate_agreed_on:
            return self.candidate_agreed_on
        steps = self.history.order_by("-history_date", "-history_id")
        agreed = steps.exclude(candidate_agreed_on=None)
        if mistake := steps.filter(history_change_reason__in=_translate_all(AGREEMENT_UNDONE)).first():
            agreed = agreed.filter(history_id__gt=mistake.history_id)
        day: date | None = agreed.values_list("candidate_agreed_on", flat=True).first()
        return day

    def find_sharings(self) -> list[Sharing]:
        """Return each time that the employer was told, the last first, without those that were taken back."""
        names, mistakes = ("shared_on", "shared", "history_change_reason"), _translate_all(SHARING_UNDONE)
        versions = self.history.order_by("history_date", "history_id").values_list(*names)
        sharings: list[Sharing] = []
        for day, shared, reason in (*versions, (self.shared_on, self.shared, "")):
            if reason in mistakes:
                del sharings[:1]
            elif day is None:
                sharings.clear()
            elif sharings[:1] != [(day, shared)]:
                sharings.insert(0, Sharing(day, shared))
        return sorted(sharings, key=lambda sharing: sharing.day, reverse=True)

    @property
    def is_told_by_mail(self) -> bool:
        """Whether the employer was told the last time by a mail that was sent from here."""
        sent = self.proposal_mails.filter(state="sent").values_list("state_since", flat=True)
        return any(timezone.localdate(sent_at) == self.shared_on for sent_at in sent)

    @property
    def needs_permit(self) -> bool:
        """Whether the work is paid and the candidate is not free to work."""
        return self.kind == WorkKind.PAID and self.dossier.work_right != WorkRight.FREE

    @property
    def steps(self) -> list[Step]:
        """The steps of this placement in order, without the permit steps if no permit is needed."""
        return [step for step in Step if self.needs_permit or step not in PERMIT_STEPS]

    def get_step_date(self, step: Step) -> date | None:
        day: date | None = getattr(self, step.date_field)
        return day

    @property
    def reached_steps(self) -> list[tuple[Step, date]]:
        """The steps that were taken, with their dates."""
        return [(step, day) for step in Step if (day := self.get_step_date(step))]

    @property
    def lead_times(self) -> list[tuple[Step, Step, timedelta]]:
        """The (step, next step, duration) of each two successive steps that were taken."""
        return [(step, other, after - before) for (step, before), (other, after) in pairwise(self.reached_steps)]

    @property
    def next_steps(self) -> list[Step]:
        """The steps after the current one; `ended` can follow every step, and nothing follows it."""
        order = list(Step)
        return [step for step in self.steps if order.index(step) > order.index(Step(self.status))]

    @property
    def next_step(self) -> Step | None:
        """The next step except `ended`, or None for a placement at work or ended."""
        return next((step for step in self.next_steps if step != Step.ENDED), None)


def _translate_all(text: Promise) -> list[str]:
    """Return a text in all languages of the backoffice, since a reason is in that of the user."""
    texts = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts.append(str(text))
    return texts
