"""Every page on which a candidate can be chosen says that they want to stop, until the outcome is recorded."""

import pytest
from django.urls import reverse

from dossiers.backoffice.placements.routes import board_url, propose_url
from dossiers.models import ClosingReason, Dossier, Placement, Status, Step
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from dossiers.models.placements.placement_steps import record_agreement

from ..models.making import make_interest
from ..models.placed import days_ago, placed, ready, today
from .pages import text, url

pytestmark = pytest.mark.usefixtures("base_data")
NOTICE = f"heeft op {today():%d-%m-%Y} op de eigen pagina gezegd te willen stoppen."
MISSING = f"de kandidaat wil stoppen (gezegd op {today():%d-%m-%Y}): bel, en leg de uitkomst vast"


def test_every_page_says_that_a_candidate_wants_to_stop(desk):
    agreed, at_work = record_agreement(placed(begun=10), days_ago(9)), placed(Step.WORKING)
    for placement in (agreed, at_work):
        request_withdrawal(placement.dossier)
    interest = make_interest()
    candidate = agreed.dossier_id
    page, tell = (text(desk.get(url(Placement, name, agreed.pk))) for name in ("inspect", "tell"))
    assert NOTICE in page and MISSING in page and "Werkgever inlichten…" not in page
    assert NOTICE in tell and "Vastleggen: de werkgever is zo ingelicht" not in tell
    for address in (
        *(url(Dossier, name, candidate) for name in ("inspect", "edit")),
        propose_url(dossier=candidate),
        propose_url(dossier=candidate, interest=interest.pk),
    ):
        assert NOTICE in text(desk.get(address)), address
    for address in (propose_url(interest=interest.pk), url(Dossier, "list"), url(Placement, "list"), board_url()):
        assert MISSING in text(desk.get(address)), address
    for address in (url(Placement, "list"), board_url()):  # who is at work has no next step, of which it is missing
        assert "Wil stoppen" in text(desk.get(address)), address
    fitting = text(desk.get(reverse("dossiers_fitting_candidates", args=[interest.pk])))
    assert "Weggelaten: 2 kandidaten die willen stoppen." in fitting
    refused = desk.post(
        url(Placement, "tell", agreed.pk), {"day": f"{today():%d-%m-%Y}", "seen_at": "-", "list": "-"}, follow=True
    )
    assert NOTICE in text(refused) and Placement.objects.get(pk=agreed.pk).shared_on is None


def test_the_outcome_is_recorded_as_closed_or_as_going_on_with_day_and_name(desk, coordinator, client):
    goes_on, stops = ready(), ready()
    for dossier in (goes_on, stops):
        request_withdrawal(dossier)
    page, closing = (reverse("dossiers_withdrawal", args=[dossier.pk]) for dossier in (goes_on, stops))
    call = {"day": f"{today():%d-%m-%Y}"}
    assert "Kies wat de kandidaat zei." in text(desk.post(page, call))
    assert "Kies waarom de kandidaat stopt." in text(desk.post(page, call | {"outcome": "close"}))
    told = text(desk.post(page, call | {"outcome": "continue"}, follow=True))
    assert f"Gebeld op {today():%d-%m-%Y}: de kandidaat gaat door. Vastgelegd door" in told and NOTICE in told
    assert "Gebeld: de kandidaat gaat door" in told.split("Tijdlijn")[-1]
    assert "geen wens om te stoppen" in text(desk.get(page, follow=True))
    reason = ClosingReason.objects.get(side="candidate", name="Wil niet meer meedoen")
    told = text(desk.post(closing, call | {"outcome": "close", "closing_reason": reason.pk}, follow=True))
    stops.refresh_from_db()
    assert (stops.status, stops.closing_reason) == (Status.WITHDRAWN, reason)
    assert NOTICE in told and "Stel geen werk meer voor" not in told


def test_who_may_not_change_dossiers_records_no_outcome(as_user, reader, partner):
    dossier = ready()
    request_withdrawal(dossier)
    page = reverse("dossiers_withdrawal", args=[dossier.pk])
    for user in (reader, partner):
        assert as_user(user).post(page, {"outcome": "continue"}).status_code == 404
    dossier.refresh_from_db()
    assert dossier.wants_to_stop
