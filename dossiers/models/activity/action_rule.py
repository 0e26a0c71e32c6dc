"""Rules that create actions.

The condition of a rule is code (dossiers.actions.triggers); coordinators edit its timing, its text and its receiver.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.exports.formats import export_permissions
from dossiers.models.text_fields import CharField

DATE_PLACEHOLDER = "{dag}"  # placeholder in a rule's text; Dutch, because coordinators type it


class RuleCode(models.TextChoices):
    PERMIT_ENDS = "permit_ends", _("permit ends")
    DOCUMENT_ENDS = "document_ends", _("W-document ends")
    AT_WORK = "at_work", _("at work for a while")
    AT_WORK_LONG = "at_work_long", _("at work for a longer while")
    WORK_RIGHT_LOST = "work_right_lost", _("right to work lost")
    SIGN_UP_UNANSWERED = "sign_up_unanswered", _("sign-up not answered")
    WORKS_ELSEWHERE = "works_elsewhere", _("at work elsewhere, proposal open")


class Receiver(models.TextChoices):
    COORDINATOR = "coordinator", _("the coordinator of the dossier")
    OWNER = "owner", _("the owner of the employer's interest")
    NOBODY = "nobody", _("nobody: every coordinator sees it")


RULES_BEFORE_DATE = frozenset(
    {RuleCode.PERMIT_ENDS, RuleCode.DOCUMENT_ENDS}
)  # the other rules apply after their date, or at once
RECEIVERS: dict[str, tuple[Receiver, ...]] = {
    RuleCode.PERMIT_ENDS: tuple(Receiver),
    RuleCode.DOCUMENT_ENDS: (Receiver.COORDINATOR, Receiver.NOBODY),
    RuleCode.AT_WORK: tuple(Receiver),
    RuleCode.AT_WORK_LONG: tuple(Receiver),
    RuleCode.WORK_RIGHT_LOST: (Receiver.COORDINATOR, Receiver.NOBODY),
    RuleCode.SIGN_UP_UNANSWERED: (Receiver.OWNER, Receiver.NOBODY),
    RuleCode.WORKS_ELSEWHERE: tuple(Receiver),
}
"""The possible receivers of each rule: a sign-up has no dossier, and a dossier has no interest owner."""


class ActionRule(models.Model):
    """One rule; a code without an ActionRule creates no actions."""

    code = models.CharField(_("rule"), max_length=30, choices=RuleCode.choices, unique=True)
    active = models.BooleanField(
        _("active"), default=True, help_text=_("What it made before stays when you switch it off.")
    )
    days = models.PositiveSmallIntegerField(
        _("number of days"),
        default=0,
        validators=[MaxValueValidator(730)],
        help_text=_("13 weeks is 91 days. For sign-ups these are working days, Monday to Friday."),
    )
    text = CharField(
        _("what to do"),
        max_length=200,
        help_text=_("Where you write {dag} comes the day that it is about."),
    )
    receiver = models.CharField(
        _("for"),
        max_length=12,
        choices=Receiver.choices,
        default=Receiver.COORDINATOR,
        help_text=_("Where there is none, the action is nobody's: every coordinator sees it."),
    )

    class Meta:
        verbose_name = _("rule for actions")
        verbose_name_plural = _("rules for actions")
        permissions = export_permissions("actionrule")
        ordering = ["pk"]

    def __str__(self) -> str:
        return capfirst(self.get_code_display())

    def clean(self) -> None:
        if self.code == RuleCode.WORK_RIGHT_LOST and self.days:
            raise ValidationError({"days": _("This rule speaks at once: fill in 0.")})
        if self.code in RECEIVERS and self.receiver not in RECEIVERS[self.code]:
            raise ValidationError({"receiver": _("There is no such person for this rule. Choose another one.")})

    @property
    def when(self) -> str:
        """The moment at which the rule creates an action, as a text for people."""
        if not self.days and self.code not in RULES_BEFORE_DATE:
            return gettext("at once")
        if self.code == RuleCode.SIGN_UP_UNANSWERED:
            words = ngettext("%(days)d working day after", "%(days)d working days after", self.days)
        elif self.code in RULES_BEFORE_DATE:
            words = ngettext("%(days)d day before", "%(days)d days before", self.days)
        else:
            words = ngettext("%(days)d day after", "%(days)d days after", self.days)
        return words % {"days": self.days}

    def format_text(self, day: date) -> str:
        """Return the text of an action about that day."""
        return self.text.replace(DATE_PLACEHOLDER, format_date(day))[:250]
