"""Pages about a candidate or employer who wants to stop say so, until the outcome is recorded."""

import pytest
from django.urls import reverse

from dossiers.backoffice.placements.routes import board_url, propose_url
from dossiers.figures import Scope
from dossiers.figures.employers import spoken_with
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    Placement,
    Status,
    Step,
)
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from dossiers.models.employers.withdrawal import withdraw_interest
from dossiers.models.placements.placement_steps import record_agreement, take_step

from ..models.factories import make_employer, make_interest
from ..models.placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today
from .pages import form_data, raw, text, url

pytestmark = pytest.mark.usefixtures("base_data")
NOTICE = f"heeft op {today():%d-%m-%Y} op de eigen pagina gezegd te willen stoppen."
MISSING = f"de kandidaat wil stoppen (gezegd op {today():%d-%m-%Y}): bel, en leg de uitkomst vast"

EMPLOYER_NOTICE = f"heeft op {today():%d-%m-%Y} op de eigen pagina gezegd zich te willen terugtrekken met W-"
EMPLOYER_MISSING = f"de werkgever wil zich terugtrekken (gezegd op {today():%d-%m-%Y}): neem contact op"


def test_every_page_says_that_a_candidate_wants_to_stop(coordinator_client):
    agreed, at_work = record_agreement(make_placement(begun=10), days_ago(9)), make_placement(Step.WORKING)
    for placement in (agreed, at_work):
        request_withdrawal(placement.dossier)
    interest = make_interest()
    candidate = agreed.dossier_id
    page, tell = (text(coordinator_client.get(url(Placement, name, agreed.pk))) for name in ("inspect", "tell"))
    assert NOTICE in page and MISSING in page and "Werkgever inlichten…" not in page
    assert NOTICE in tell and "Vastleggen: de werkgever is zo ingelicht" not in tell
    for address in (
        *(url(Dossier, name, candidate) for name in ("inspect", "edit")),
        propose_url(dossier=candidate),
        propose_url(dossier=candidate, interest=interest.pk),
    ):
        assert NOTICE in text(coordinator_client.get(address)), address
    for address in (propose_url(interest=interest.pk), url(Dossier, "list"), url(Placement, "list"), board_url()):
        assert MISSING in text(coordinator_client.get(address)), address
    for address in (url(Placement, "list"), board_url()):  # who is at work has no next step, of which it is missing
        assert "Wil stoppen" in text(coordinator_client.get(address)), address
    fitting = text(coordinator_client.get(reverse("dossiers_fitting_candidates", args=[interest.pk])))
    assert "Weggelaten: 2 kandidaten die willen stoppen." in fitting
    refused = coordinator_client.post(
        url(Placement, "tell", agreed.pk), {"day": f"{today():%d-%m-%Y}", "seen_at": "-", "list": "-"}, follow=True
    )
    assert NOTICE in text(refused) and Placement.objects.get(pk=agreed.pk).shared_on is None


def test_the_outcome_is_recorded_as_closed_or_continued_with_day_and_name(coordinator_client, coordinator, client):
    goes_on, stops = make_ready_dossier(), make_ready_dossier()
    for dossier in (goes_on, stops):
        request_withdrawal(dossier)
    page, closing = (reverse("dossiers_withdrawal", args=[dossier.pk]) for dossier in (goes_on, stops))
    call = {"day": f"{today():%d-%m-%Y}", "kind": "call"}
    assert "Kies wat de kandidaat zei." in text(coordinator_client.post(page, call))
    assert "Kies waarom de kandidaat stopt." in text(coordinator_client.post(page, call | {"outcome": "close"}))
    page_text = text(coordinator_client.post(page, call | {"outcome": "continue"}, follow=True))
    assert (
        f"Contact op {today():%d-%m-%Y}: de kandidaat gaat door. Vastgelegd door" in page_text and NOTICE in page_text
    )
    assert "De kandidaat gaat toch door" in page_text.split("Tijdlijn")[-1]
    assert "geen wens om te stoppen" in text(coordinator_client.get(page, follow=True))
    reason = ClosingReason.objects.get(side="candidate", name="Wil niet meer meedoen")
    page_text = text(
        coordinator_client.post(closing, call | {"outcome": "close", "closing_reason": reason.pk}, follow=True)
    )
    stops.refresh_from_db()
    assert (stops.status, stops.closing_reason) == (Status.WITHDRAWN, reason)
    assert NOTICE in page_text and "Stel geen werk meer voor" not in page_text
    assert "telefoongesprek: De kandidaat stopt. Reden: Wil niet meer meedoen." in page_text
    assert "De kandidaat stopt" in page_text.split("Tijdlijn")[-1]
    for address in (propose_url(dossier=stops.pk), propose_url(dossier=stops.pk, interest=make_interest().pk)):
        page = text(coordinator_client.get(address))
        assert "is gesloten (teruggetrokken)" in page and "leg de uitkomst vast" not in page.lower()


def test_the_page_of_the_outcome_links_the_placement_and_lets_work_go_on(coordinator_client):
    at_work, proposed = make_placement(Step.WORKING), make_placement()
    for placement in (at_work, proposed):
        request_withdrawal(placement.dossier)
    page, other = (reverse("dossiers_withdrawal", args=[placement.dossier_id]) for placement in (at_work, proposed))
    assert f'href="{url(Placement, "inspect", proposed.pk)}"' in raw(coordinator_client.get(other))
    assert "het werk gaat door" not in text(coordinator_client.get(other))
    reason = ClosingReason.objects.get(side="candidate", name="Wil niet meer meedoen")
    call = {"day": f"{today():%d-%m-%Y}", "kind": "call", "closing_reason": reason.pk}
    refused = coordinator_client.post(page, call | {"outcome": "close"})
    assert f'href="{url(Placement, "inspect", at_work.pk)}"' in raw(refused)
    assert "Gaat het werk door?" in str(refused.context["form"].errors["outcome"])
    page_text = text(coordinator_client.post(page, call | {"outcome": "keeps_working"}, follow=True))
    assert "De plaatsing blijft zoals die is." in page_text
    assert Placement.objects.get(pk=at_work.pk).status == Step.WORKING


def test_an_outcome_is_recorded_without_a_talk_that_never_was(coordinator_client):
    placement, dossier = make_placement(), make_ready_dossier()
    withdraw_interest(placement.interest)
    request_withdrawal(dossier)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    for page, side in (
        (reverse("dossiers_interest_withdrawal", args=[placement.interest_id]), "employer"),
        (reverse("dossiers_withdrawal", args=[dossier.pk]), "candidate"),
    ):
        reason = ClosingReason.objects.filter(side=side).first()
        tried = {"day": f"{today():%d-%m-%Y}", "kind": "tried", "closing_reason": reason.pk}
        refused = text(coordinator_client.post(page, tried | {"outcome": "continue"}))
        assert "Kies hoe u dat hoorde: wie niet bereikt is, kan niets gezegd hebben." in refused, side
        coordinator_client.post(page, tried | {"outcome": "close"})
    assert set(ContactMoment.objects.values_list("kind", flat=True)) == {"tried"}
    assert not spoken_with(Scope(today())).records.exists()


def test_marking_the_action_as_done_leads_to_the_page_of_the_outcome(coordinator_client):
    dossier = make_ready_dossier()
    action = request_withdrawal(dossier)
    outcome = reverse("dossiers_withdrawal", args=[dossier.pk])
    for page in (reverse("wagtailadmin_home"), url(FollowUp, "list")):
        shown = raw(coordinator_client.get(page))
        assert f'href="{outcome}"' in shown and reverse("dossiers_settle", args=[action.pk]) not in shown, page
    page_text = coordinator_client.post(reverse("dossiers_settle", args=[action.pk]), follow=True)
    assert page_text.redirect_chain[-1][0] == outcome and "zodra u de uitkomst vastlegt" in text(page_text)
    action.refresh_from_db()
    assert not action.is_done


def test_saving_a_dossier_as_closed_and_as_open_again_reopens_the_action(coordinator_client):
    dossier = make_ready_dossier()
    action = request_withdrawal(dossier)
    edit = url(Dossier, "edit", dossier.pk)
    for status, done in ((Status.COMPLETED, True), (Status.AVAILABLE, False)):
        coordinator_client.post(edit, form_data(coordinator_client.get(edit), status=status))
        action.refresh_from_db()
        assert action.is_done is done, status


def test_users_who_may_not_change_dossiers_cannot_record_an_outcome(as_user, reader, partner):
    dossier = make_ready_dossier()
    request_withdrawal(dossier)
    page = reverse("dossiers_withdrawal", args=[dossier.pk])
    for user in (reader, partner):
        assert as_user(user).post(page, {"outcome": "continue"}).status_code == 404
    dossier.refresh_from_db()
    assert dossier.wants_to_stop


def test_every_page_says_that_an_employer_wants_to_withdraw(coordinator_client):
    proposed, at_work = make_placement(begun=10, interest=make_interest(positions=2)), make_placement(Step.WORKING)
    for placement in (proposed, at_work):
        withdraw_interest(placement.interest)
    interest, candidate = proposed.interest_id, make_ready_dossier().pk
    page, tell = (text(coordinator_client.get(url(Placement, name, proposed.pk))) for name in ("inspect", "tell"))
    assert EMPLOYER_NOTICE in page and EMPLOYER_MISSING in page
    assert "Vastleggen: de kandidaat is akkoord" not in page and "Werkgever inlichten…" not in page
    assert EMPLOYER_NOTICE in tell and "Vastleggen: de werkgever is zo ingelicht" not in tell
    for address in (
        *(url(EmployerInterest, name, interest) for name in ("inspect", "edit")),
        propose_url(interest=interest),
        propose_url(dossier=candidate, interest=interest),
    ):
        assert EMPLOYER_NOTICE in text(coordinator_client.get(address)), address
    for address in (propose_url(dossier=candidate), url(Placement, "list"), board_url()):
        assert EMPLOYER_MISSING in text(coordinator_client.get(address)), address
    for address in (url(EmployerInterest, "list"), url(Placement, "list"), board_url()):
        assert "Werkgever wil zich terugtrekken" in text(coordinator_client.get(address)), address
    coordinator_client.post(propose_url(dossier=candidate, interest=interest), {"kind": "paid", "day": "01-11-2026"})
    assert not Placement.objects.filter(dossier=candidate).exists()


def test_an_interest_that_is_being_withdrawn_says_so_beside_its_status_and_offers_no_proposal(coordinator_client):
    placement = make_placement(begun=10)
    interest, offer = placement.interest, "Kandidaat voorstellen"
    for name in ("inspect", "edit"):
        assert offer in text(coordinator_client.get(url(EmployerInterest, name, interest.pk))), name
    withdraw_interest(interest)
    for name in ("inspect", "edit"):
        assert offer not in text(coordinator_client.get(url(EmployerInterest, name, interest.pk))), name
    for address in (
        url(EmployerInterest, "inspect", interest.pk),
        url(Employer, "inspect", interest.employer_id),
    ):
        assert "Werkgever wil zich terugtrekken" in text(coordinator_client.get(address)), address


def test_the_outcome_with_an_employer_is_recorded_in_both_directions(coordinator_client, as_user, reader):
    employer = make_employer(contact_name="Anneke Denkbeeld")  # a name with a number may be one of a company too
    goes_on = make_placement(begun=10)
    withdraws = make_placement(begun=10, interest=make_interest(employer=employer))
    for placement in (goes_on, withdraws):
        withdraw_interest(placement.interest)
    page, closing = (
        reverse("dossiers_interest_withdrawal", args=[placement.interest_id]) for placement in (goes_on, withdraws)
    )
    action = FollowUp.objects.get(interest=goes_on.interest)
    for address in (reverse("wagtailadmin_home"), url(FollowUp, "list")):
        assert f'href="{page}"' in raw(coordinator_client.get(address)), address
    settled = coordinator_client.post(reverse("dossiers_settle", args=[action.pk]), follow=True)
    assert settled.redirect_chain[-1][0] == page and "het werk gaat door" not in text(settled)
    assert f'href="{url(Placement, "inspect", goes_on.pk)}"' in raw(settled)
    contact = {"day": f"{today():%d-%m-%Y}", "kind": "mail"}
    assert "Kies wat de werkgever zei." in text(coordinator_client.post(page, contact))
    after = text(coordinator_client.post(page, contact | {"outcome": "continue"}, follow=True))
    assert f"Contact op {today():%d-%m-%Y}: de werkgever gaat door. Vastgelegd door" in after
    assert EMPLOYER_NOTICE not in after and "geen wens om te stoppen" in text(coordinator_client.get(page, follow=True))
    reason = ClosingReason.objects.get(side="employer", name="Ziet ervan af")
    close = contact | {"outcome": "close", "closing_reason": reason.pk}
    assert "Beëindig die eerst" in text(coordinator_client.post(closing, close))
    take_step(withdraws, Step.ENDED, today(), end_reason=get_end_reason())
    closed = coordinator_client.post(closing, close, follow=True)
    assert closed.redirect_chain[-1][0] == reverse("dossiers_forget_contact", args=[withdraws.interest.employer_id])
    assert "vergeet hier de contactpersoon" in text(closed)
    waiting = FollowUp.objects.open().get(interest=withdraws.interest)
    assert waiting.text.startswith(f"De werkgever van {withdraws.interest.reference} heeft zich teruggetrokken")
    coordinator_client.post(closed.redirect_chain[-1][0], form_data(closed))
    assert not FollowUp.objects.open().filter(interest=withdraws.interest).exists()
    withdraws.interest.refresh_from_db()
    assert (withdraws.interest.status, withdraws.interest.closing_reason) == (InterestStatus.CLOSED, reason)
    assert as_user(reader).get(page).status_code == 404
