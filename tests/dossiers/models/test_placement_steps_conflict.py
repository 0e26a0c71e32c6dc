"""Two people change one placement: nobody overwrites newer changes unnoticed."""

import pytest

from dossiers.models import Dossier, Step, WorkRight
from dossiers.models.placements.placement_steps import change_agreement, propose, record_agreement, take_step

from .factories import make_interest
from .placements import get_end_reason, make_placement, make_ready_dossier, today
from .test_placement_steps import get_refusal_codes

pytestmark = pytest.mark.usefixtures("base_data")


def test_a_step_from_an_outdated_page_is_refused():
    placement = make_placement()
    seen_at = placement.changed_at.isoformat()
    record_agreement(placement, today(), seen_at=seen_at)
    assert get_refusal_codes(
        take_step, placement, Step.ENDED, today(), end_reason=get_end_reason(), seen_at=seen_at
    ) == ["meanwhile"]


def test_changes_saved_by_others_meanwhile_stay():
    """The dossier and the offer are read again under lock, whatever the page had read before."""
    dossier, interest = make_ready_dossier(), make_interest(positions=2)
    Dossier.objects.filter(pk=dossier.pk).update(profession="lasser")
    propose(dossier, interest)
    assert Dossier.objects.get(pk=dossier.pk).profession == "lasser"
    other = make_ready_dossier()
    Dossier.objects.filter(pk=other.pk).update(work_right=WorkRight.NONE)
    assert get_refusal_codes(propose, other, interest) == ["work_right"]


def test_the_agreement_form_changes_the_terms_and_never_the_step():
    placement = make_placement(Step.INTERVIEW)
    seen_at = placement.changed_at.isoformat()
    placement = change_agreement(placement, {"hours_per_week": 24, "status": "working"}, seen_at=seen_at)
    assert (placement.hours_per_week, placement.status) == (24, Step.INTERVIEW)
    assert get_refusal_codes(change_agreement, placement, {"hours_per_week": 32}, seen_at=seen_at) == ["meanwhile"]
