"""Where a sign-up stands, in words for the employer. They tell of no person, and promise nothing."""

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
    """Those on the way, each with whether it is the one now; closed stands alone, for it can come at any moment."""
    if status == InterestStatus.CLOSED:
        return [(STAGES[status], True)]
    return [(stage, code == status) for code, stage in STAGES.items() if code != InterestStatus.CLOSED]
