"""Labels of the state of a partner's list, as the partner sees it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun

State = ImportRun.State

PARTNER_LABELS: dict[str, str | Promise] = {  # the partner has the list
    State.READING: _("being read"),
    State.ASKING: _("not sent yet: it has a question for you"),
    State.PREVIEWED: _("not sent yet"),
    State.SENT: _("sent, waits for a coordinator"),
    State.RETURNED: _("returned to you"),
    State.REFUSED: _("not read"),
}
COORDINATOR_LABELS: dict[str, str | Promise] = {  # a coordinator has the list
    State.APPLIED: _("taken over"),
    State.UNDOING: _("taken over"),
    State.UNDONE: _("taken back by a coordinator"),
    State.REFUSED: _("could not be judged: send it again"),
}
NOTHING_NEW = _("taken over: nothing was new")
WITH_A_COORDINATOR = _("a coordinator is looking at it")
ENDED = frozenset({State.APPLIED, State.UNDOING, State.UNDONE, State.REFUSED})


def get_state_label(run: ImportRun) -> str:
    """Return the label of a list that was queried `with_nothing_new()`."""
    if run.state == State.APPLIED and run.nothing_new:  # type: ignore[attr-defined]
        return str(NOTHING_NEW)
    words = PARTNER_LABELS if run.with_partner else COORDINATOR_LABELS
    return str(words.get(run.state, WITH_A_COORDINATOR))


def needs_action(run: ImportRun) -> bool:
    """Return whether the list waits for the partner."""
    return run.with_partner and run.state in (State.ASKING, State.PREVIEWED, State.RETURNED)
