"""Two people at one placement: what the other saved stays, and who saw an older state is told."""

import pytest

from dossiers.models import Dossier, Step, WorkRight
from dossiers.models.placements.placement_steps import change_agreement, propose, record_agreement, take_step

from .factories import make_interest
from .placements import get_end_reason, make_placement, make_ready_dossier, today
from .test_placement_steps import why

pytestmark = pytest.mark.usefixtures("base_data")


def test_who_looked_at_an_older_state_is_told():
    one = make_placement()
    seen = one.changed_at.isoformat()
    record_agreement(one, today(), seen_at=seen)
    assert why(take_step, one, Step.ENDED, today(), end_reason=get_end_reason(), seen_at=seen) == ["meanwhile"]


def test_what_somebody_else_saved_meanwhile_stays():
    """The dossier and the offer are read again under lock, whatever the page had read before."""
    dossier, interest = make_ready_dossier(), make_interest(positions=2)
    Dossier.objects.filter(pk=dossier.pk).update(profession="lasser")
    propose(dossier, interest)
    assert Dossier.objects.get(pk=dossier.pk).profession == "lasser"
    other = make_ready_dossier()
    Dossier.objects.filter(pk=other.pk).update(work_right=WorkRight.NONE)
    assert why(propose, other, interest) == ["work_right"]


def test_a_form_changes_what_was_agreed_and_never_the_step():
    one = make_placement(Step.INTERVIEW)
    seen = one.changed_at.isoformat()
    one = change_agreement(one, {"hours_per_week": 24, "status": "working"}, seen_at=seen)
    assert (one.hours_per_week, one.status) == (24, Step.INTERVIEW)
    assert why(change_agreement, one, {"hours_per_week": 32}, seen_at=seen) == ["meanwhile"]
