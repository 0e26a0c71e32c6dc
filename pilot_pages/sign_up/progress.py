"""The stages of a sign-up as the employer sees them, without personal data or promises."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import InterestStatus


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


def stages(status: str) -> list[tuple[Stage, bool]]:
    """Return the stages, each with whether it is the current one; only "closed" if the sign-up is closed."""
    if status == InterestStatus.CLOSED:
        return [(STAGES[status], True)]
    return [(stage, code == status) for code, stage in STAGES.items() if code != InterestStatus.CLOSED]
