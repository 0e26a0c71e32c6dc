"""Evaluations: frozen figures of a period with written sections, released by a named person."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers.models.days import validate_year
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.lists.lists import Sector
from dossiers.models.lists.organisation import Organisation
from dossiers.models.text_fields import CharField, JSONField, TextField
from page_cache.models import ShownOnPages

NOT_FROZEN = _("Freeze the figures first: without figures there is no letter to read or to release.")
NOT_RELEASED = _("Only a released evaluation can be withdrawn.")
RELEASED_ALREADY = _("This evaluation was released: it can't be changed any more. Make a new one.")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return all evaluations for users who may change them, the released ones for readers, else none."""
        if not isinstance(user, PermissionsMixin):
            return self.none()
        if user.has_perm("dossiers.change_evaluation"):
            return self.all()
        return self.released() if user.has_perm("dossiers.view_evaluation") else self.none()

    def released(self) -> Self:
        """Return the evaluations that are released and not withdrawn, the oldest release first."""
        return self.exclude(released_at=None).filter(withdrawn_at=None).order_by("released_at", "pk")

    def withdrawn(self) -> Self:
        """Return the evaluations that were released and then withdrawn, the oldest withdrawal first."""
        return self.exclude(released_at=None).exclude(withdrawn_at=None).order_by("withdrawn_at", "pk")

    def on_website(self) -> Self:
        """Return the released evaluations with figures for the website, which shows those of the last one."""
        return self.released().filter(on_website=True)

    def without_figures(self) -> Self:
        """Defer the large JSON fields, which a list doesn't show."""
        return self.defer("frozen", "frozen_in", "public", "public_in")


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class Evaluation(ShownOnPages):
    """An evaluation is a draft, then frozen, then released; after the release it can only be withdrawn.

    `frozen` has the reports with full counts as JSON, `public` the edition with rounded counts; `frozen_in` and
    `public_in` have them in other languages. `cases` has the keys of findings whose texts may be published.
    `first_registered_on` is frozen with the reports: the day of the first registration that they count. `on_website`
    is chosen at the release: the website shows the figures of the last release with it.
    """

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    class Kind(models.TextChoices):
        INTERIM = "interim", _("interim evaluation")
        FINAL = "final", _("final evaluation")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        FROZEN = "frozen", _("frozen")
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", pgettext_lazy("of an evaluation", "withdrawn")

    title = CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.INTERIM)
    begin = models.DateField(
        _("first day"),
        null=True,
        blank=True,
        validators=[validate_year],
        help_text=_("Empty: everything until the last day."),
    )
    end = models.DateField(_("last day"), default=timezone.localdate, validators=[validate_year])
    sector = models.ForeignKey(Sector, verbose_name=_("sector"), null=True, blank=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("supplied by"), null=True, blank=True, on_delete=models.PROTECT
    )
    reports = JSONField(_("reports"), default=list)
    cases = JSONField(default=list)
    frozen = JSONField(null=True, editable=False)
    frozen_in = JSONField(default=dict, editable=False)
    first_registered_on = models.DateField(null=True, editable=False)
    frozen_at = models.DateTimeField(_("frozen on"), null=True, editable=False)
    frozen_by = _person(_("frozen by"))
    public = JSONField(null=True, editable=False)
    public_in = JSONField(default=dict, editable=False)
    released_at = models.DateTimeField(_("released on"), null=True, editable=False)
    released_by = _person(_("released by"))
    released_by_name = CharField(max_length=150, blank=True, editable=False)
    on_website = models.BooleanField(_("Show these figures on the website"), default=False, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)
    withdrawn_by = _person(_("withdrawn by"))
    withdrawn_because = TextField(_("why it is withdrawn"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = EvaluationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-end", "-pk"]
        permissions = (
            ("release_evaluation", "Can release and withdraw"),
            ("read_full_evaluation", "Can read the edition with full counts"),
            *export_permissions("evaluation"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> "Evaluation.State":
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.released_at:
            return self.State.RELEASED
        return self.State.FROZEN if self.frozen_at else self.State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether the evaluation is not released yet, so that it can be changed."""
        return self.released_at is None

    def clean(self) -> None:
        if self.begin and self.end and self.begin > self.end:
            raise ValidationError({"end": _("The period ends before it begins. Turn the two days around.")})
        if self.end and self.end > timezone.localdate():
            raise ValidationError({"end": _("This day is still to come.")})

    def refuse_change(self) -> None:
        """Raise ValidationError if the evaluation was released."""
        if not self.is_open:
            raise ValidationError(RELEASED_ALREADY)


class EvaluationText(models.Model):
    """The text of one section; a record of its own, so that two people can write in two sections without conflict."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField(max_length=20)
    text = TextField(_("text"), blank=True)
    changed_by = _person(_("changed by"))
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    history = history()

    class Meta:
        verbose_name = _("text of an evaluation")
        verbose_name_plural = _("texts of evaluations")
        constraints = [models.UniqueConstraint(fields=["evaluation", "section"], name="evaluation_text_once")]

    def __str__(self) -> str:
        return f"{self.evaluation}: {self.section}"
