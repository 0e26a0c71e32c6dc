"""The stages of a sign-up as the employer sees them, without personal data or promises."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.figures import Scope
from dossiers.figures.employers import was_spoken_with
from dossiers.models import EmployerInterest, InterestStatus


@dataclass(frozen=True)
class Stage:
    name: Promise
    meaning: Promise


STAGES: dict[str, Stage] = {
    InterestStatus.NEW: Stage(
        _("Received"), _("A member of our staff reads your sign-up, and gets in touch with you to talk about the work.")
    ),
    InterestStatus.CONTACTED: Stage(
        _("In contact"),
        _("We have been in touch. We are looking for someone who suits the work, and you will hear from us."),
    ),
    InterestStatus.MATCHED: Stage(
        _("With a candidate"), _("A candidate has been found for your work. We will discuss each next step with you.")
    ),
    InterestStatus.CLOSED: Stage(
        _("Closed"), _("We are doing nothing more with this sign-up. Do you have work again? Then sign up again.")
    ),
}


def find_status(interest: EmployerInterest) -> str:
    """Return the status as the employer sees it: there was contact too if somebody recorded a talk, not the status."""
    spoken_with = was_spoken_with(Scope(end=timezone.localdate()))
    is_new = interest.status == InterestStatus.NEW
    if is_new and EmployerInterest.objects.filter(spoken_with, pk=interest.pk).exists():
        return InterestStatus.CONTACTED.value
    return interest.status


def stages(status: str) -> list[tuple[Stage, bool]]:
    """Return the stages, each with whether it is the current one; only "closed" if the sign-up is closed."""
    if status == InterestStatus.CLOSED:
        return [(STAGES[status], True)]
    return [(stage, code == status) for code, stage in STAGES.items() if code != InterestStatus.CLOSED]
