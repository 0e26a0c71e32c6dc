"""The question to employers about their experience: barriers and opportunities. Each answer becomes a draft finding."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models import EmployerInterest, Finding, FindingCategory, InterestStatus
from pilot_pages.sign_up.bsn_questions import BsnQuestionForm
from pilot_pages.sign_up.fields import StyledBoundField, name_question
from pilot_pages.sign_up.progress import find_status
from pilot_pages.sign_up.sanitize import find_markup_problem
from web_api.throttle import Limit

ASKED_AFTER = timedelta(days=14)  # after confirmation, also if nobody called the employer: that is an experience too
ANSWER_LIMIT = Limit("sign-up-experience", 10, timedelta(days=1))  # per sign-up
HAD_CONTACT = frozenset({InterestStatus.CONTACTED, InterestStatus.MATCHED, InterestStatus.CLOSED})
GROUP_LABELS: dict[str, Promise] = {
    FindingCategory.Kind.BARRIER: _("What stood in the way"),
    FindingCategory.Kind.OPPORTUNITY: _("What helped"),
}


def is_asked(interest: EmployerInterest, now: datetime) -> bool:
    """Whether to ask the employer: after contact, after a placement, or two weeks after confirmation."""
    if interest.status == InterestStatus.UNCONFIRMED:
        return False
    if find_status(interest) in HAD_CONTACT or interest.placements.exclude(shared_on=None).exists():
        return True
    return interest.confirmed_at is not None and interest.confirmed_at <= now - ASKED_AFTER


def category_choices() -> list[tuple[Any, Any]]:
    """Return the choices in two groups, from the categories that coordinators maintain."""
    by_kind = groupby(FindingCategory.objects.order_by("kind", "heading", "name"), lambda category: category.kind)
    groups = [
        (GROUP_LABELS[kind], [(category.pk, capfirst(category.shown_name)) for category in categories])
        for kind, categories in by_kind
    ]
    return [("", _("Choose what it is about")), *groups]


class ExperienceForm(BsnQuestionForm):
    bound_field_class = StyledBoundField
    use_required_attribute = False

    category = forms.TypedChoiceField(
        label=_("What is it about?"),
        coerce=int,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )
    description = forms.CharField(
        label=_("What happened?"),
        help_text=_("Without names of people: this is used in reports about the pilot."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"required": _("Write in a few words what happened.")},
    )
    tried = forms.CharField(
        label=_("What did you do about it?"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in ("description", "tried"):
            text = self.cleaned_data.get(name, "")
            if problem := find_markup_problem(text) or self.find_private_numbers(text):
                self.add_error(name, str(problem))
        return cleaned

    def problems(self) -> list[tuple[str, str]]:
        """Return each error as (id of its field, question and message), without an id for errors of the whole form."""
        return [
            (self[name].id_for_label, name_question(self[name], error)) if name in self.fields else ("", str(error))
            for name, errors in self.errors.items()
            for error in errors
        ]


def save_answer(interest: EmployerInterest, form: ExperienceForm) -> Finding | None:
    """Save a valid answer as a draft finding; return None for a repeated answer. Raise ValidationError at the limit."""
    data = form.cleaned_data
    fields = {"category_id": data["category"], "description": data["description"], "tried": data["tried"]}
    if Finding.objects.told_by_employer_of(interest).filter(**fields).exists():
        return None
    if ANSWER_LIMIT.take(str(interest.pk)):
        raise ValidationError(
            _("That was a lot of answers for one day. Tell us the rest tomorrow; nothing was stored.")
        )
    finding = Finding(
        **fields,
        side=Finding.Side.EMPLOYER,
        interest=interest,
        employer=interest.employer,
        by_employer=True,
        noticed_on=timezone.localdate(),
    )
    with form.confirming():
        finding.full_clean()
    finding.save()
    return finding
