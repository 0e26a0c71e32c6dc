"""How far a partner's list is, in the words of the one who sent it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun

State = ImportRun.State

OURS: dict[str, str | Promise] = {  # in the partner's hands
    State.READING: _("being read"),
    State.ASKING: _("not sent yet: it has a question for you"),
    State.PREVIEWED: _("not sent yet"),
    State.SENT: _("sent, waits for a coordinator"),
    State.RETURNED: _("returned to you"),
    State.REFUSED: _("not read"),
}
THEIRS: dict[str, str | Promise] = {  # a coordinator's
    State.APPLIED: _("taken over"),
    State.UNDOING: _("taken over"),
    State.UNDONE: _("taken back by a coordinator"),
    State.REFUSED: _("could not be judged: send it again"),
}
WITH_A_COORDINATOR = _("a coordinator is looking at it")
ENDED = frozenset({State.APPLIED, State.UNDOING, State.UNDONE, State.REFUSED})


def state_in_words(run: ImportRun) -> str:
    words = OURS if run.with_partner else THEIRS
    return str(words.get(run.state, WITH_A_COORDINATOR))


def to_do(run: ImportRun) -> bool:
    """Whether it waits for the partner."""
    return run.with_partner and run.state in (State.ASKING, State.PREVIEWED, State.RETURNED)
