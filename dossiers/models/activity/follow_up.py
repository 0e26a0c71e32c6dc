"""Actions: tasks with a due date and an owner, created by a user or by a rule."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dates.format import format_date
from dossiers.models.activity.action_rule import RuleCode
from dossiers.models.activity.related_records import AboutRecords, RelatedRecordsQuerySet
from dossiers.models.days import validate_year
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.text_fields import CharField

BY_CANDIDATE = "candidate:"  # prefix of the occasion of an action that an answer on the own page created
YES, NO, CORRECTION, STOP = (f"{BY_CANDIDATE}{name}" for name in ("yes", "no", "correction", "stop"))
WITHDRAW, ERASE = "employer:withdraw", "employer:erase"  # an employer withdraws an open, or a closed, interest
CORRECTED = "employer:corrected"  # an employer corrected the answers of a sign-up

IS_UNASSIGNED = models.Q(owner=None) | models.Q(owner__is_active=False)  # FollowUp.is_unassigned as a condition


class FollowUpQuerySet(RelatedRecordsQuerySet["FollowUp"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def due(self, day: date) -> Self:
        """Return the open actions that are due on that day or before."""
        return self.open().filter(due_on__lte=day)

    def owned_by(self, user: AbstractBaseUser) -> Self:
        """Return the actions of this user, and those without an active owner."""
        return self.filter(models.Q(owner=user.pk) | IS_UNASSIGNED)

    def answers_first(self) -> Self:
        """Put what candidates and employers answered on their own page before the other actions."""
        is_answer = models.Case(models.When(occasion__in=(YES, NO, STOP, WITHDRAW, ERASE), then=0), default=1)
        return self.order_by(is_answer, "due_on", "pk")

    def by_rule(self, code: str) -> Self:
        """Return the actions that this rule created."""
        return self.filter(rule=code)


class FollowUp(AboutRecords):
    """An action; the class has another name because `Action` is the action of an import row."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    SEARCH_FIELDS = ("text",)

    text = CharField(_("what to do"), max_length=250)
    due_on = models.DateField(_("day"), db_index=True, validators=[validate_year])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="follow_ups",
    )
    rule = models.CharField(_("made by the rule"), max_length=30, blank=True, editable=False, choices=RuleCode.choices)
    occasion = models.CharField(
        max_length=60, blank=True, editable=False
    )  # key of what triggered the rule: a rule creates one action for each
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    done_note = CharField(_("why it is done"), max_length=200, blank=True, editable=False)  # filled in by the rule
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = FollowUpQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = pgettext_lazy("something to do", "action")
        verbose_name_plural = pgettext_lazy("something to do", "actions")
        permissions = export_permissions("followup")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "occasion"],
                condition=~models.Q(rule=""),
                name="one_action_an_occasion",
                violation_error_message=_("There is an action of this rule for this occasion already."),
            )
        ]

    def __str__(self) -> str:
        """Return kind and date only: this text is written to logs, and the action's text may contain a name."""
        return f"{self._meta.verbose_name} {format_date(self.due_on)}"

    @property
    def heading(self) -> str:
        """The title of a page about this action."""
        return self.text

    @property
    def references(self) -> str:
        """Return the references of the related records, or the kind of a record without one; none of it is a name."""
        return ", ".join(getattr(subject, "reference", str(subject._meta.verbose_name)) for subject in self.subjects)

    def clean(self) -> None:
        super().clean()
        if self.is_done and not self.has_lapsed and self.needs_outcome:
            raise ValidationError(
                _(
                    "This action is done once the outcome of the wish to stop is recorded, from the page of the "
                    "dossier or the interest."
                )
            )

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_unassigned(self) -> bool:
        return self.owner is None or not self.owner.is_active

    @property
    def has_lapsed(self) -> bool:
        """Whether nobody did it, because its trigger no longer applies."""
        return self.is_done and bool(self.done_note) and self.done_by_id is None

    @property
    def needs_outcome(self) -> bool:
        """Whether nobody can mark it as done: it is done once the outcome of the wish to stop is recorded."""
        return self.withdrawing_record is not None and self.withdrawing_record.awaits_withdrawal_outcome

    @property
    def withdrawing_record(self) -> Dossier | EmployerInterest | None:
        """The dossier or interest of which this action asks for the outcome of the wish to stop."""
        if self.occasion == STOP:
            return self.dossier
        return self.interest if self.occasion == WITHDRAW else None

    def mark_done(self, user: AbstractBaseUser) -> None:
        self.resolve("", user)

    def resolve(self, reason: str, user: AbstractBaseUser | None = None) -> None:
        """End the action with a reason for people: it is done by this user, or it lapses if nobody did it."""
        if not self.is_done:
            self.done_at, self.done_by_id, self.done_note = timezone.now(), user.pk if user else None, reason
            self.save()

    def reopen(self) -> None:
        if self.is_done:
            self.done_at = self.done_by = None
            self.done_note = ""
            self.save()
