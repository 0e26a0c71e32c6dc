"""Tests of the page of a placement: its steps, missing requirements and the data that is shared."""

from datetime import timedelta

import pytest

from dossiers.models import (
    Dossier,
    EmployerInterest,
    FollowUp,
    InReception,
    InterestStatus,
    Placement,
    Status,
    Step,
    WorkKind,
)
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.placements.placement_steps import SHARED_FIELDS, record_agreement, record_shared_data, take_step

from ..models.factories import make_employer, make_interest
from ..models.placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today
from .pages import form_data, press, raw, text, url

pytestmark = pytest.mark.usefixtures("base_data")
NEXT_YEAR = f"31-12-{today().year + 1}"


def placement_url(placement: Placement) -> str:
    return url(Placement, "inspect", placement.pk)


def submit(client, placement: Placement, name: str, **data):
    """Submit the form that the page of this placement would submit."""
    current = Placement.objects.get(pk=placement.pk)
    data = {"seen_at": current.changed_at.isoformat(), "day": f"{today():%d-%m-%Y}"} | data
    return client.post(url(Placement, name, placement.pk), data, follow=True)


def get_status(placement: Placement) -> str:
    return Placement.objects.get(pk=placement.pk).status


# The page


def test_a_step_of_today_is_shown_as_today(coordinator_client):
    placement = make_placement(Step.PROPOSED)
    Placement.objects.filter(pk=placement.pk).update(proposed_on=today())
    assert "voorgesteld sinds vandaag" in text(coordinator_client.get(url(Placement, "inspect", placement.pk)))
    assert "in deze stap sinds vandaag" in text(coordinator_client.get("/beheer/placements/board/"))


def test_the_page_shows_candidate_employer_progress_and_lead_times(coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas Zon"), work_description="Tomaten plukken")
    placement = make_placement(Step.WORKING, make_ready_dossier(given_name="Selam", family_name="Haile"), interest)
    page = text(coordinator_client.get(placement_url(placement)))
    for words in (
        *("Selam Haile", "Kas Zon", "Tomaten plukken", "betaald werk", "aan het werk"),
        *(f"{placement.working_on:%d-%m-%Y}", "10 dagen later", "al 60 dagen"),
    ):
        assert words in page


def test_the_page_shows_missing_requirements_with_rule_and_source(coordinator_client):
    placement = make_placement(
        Step.INTERVIEW, make_ready_dossier(application_date=days_ago(90), in_reception=InReception.NO)
    )
    page = text(coordinator_client.get(placement_url(placement)))
    for words in ("wachttijd tot", "Wachttijd na de asielaanvraag", "uwv.nl", "verblijft niet in de opvang"):
        assert words in page


def test_the_page_has_no_permit_steps_if_no_permit_is_required(coordinator_client):
    page = text(coordinator_client.get(placement_url(make_placement(Step.INTERVIEW, kind=WorkKind.VOLUNTEERING))))
    assert "ergunning aangevraagd" not in page
    assert "geen vergunning nodig" in page


# Steps


def test_all_steps_can_be_taken_with_the_buttons_of_the_page(coordinator_client):
    placement = make_placement(begun=5)
    submit(coordinator_client, placement, "agreed")
    share_page = coordinator_client.get(url(Placement, "tell", placement.pk))
    submit(coordinator_client, placement, "tell", list=share_page.context["will_share"].fingerprint)
    submit(coordinator_client, placement, "step", step="interview")
    submit(coordinator_client, placement, "step", step="permit_requested")
    submit(coordinator_client, placement, "step", step="permit_granted", permit_valid_until=NEXT_YEAR)
    submit(coordinator_client, placement, "step", step="working")
    assert Dossier.objects.get(pk=placement.dossier_id).status == Status.WORKING
    page = submit(coordinator_client, placement, "step", step="ended", end_reason=get_end_reason().pk)
    assert "Contract afgelopen" in text(page)
    assert [step for step, _day in Placement.objects.get(pk=placement.pk).reached_steps] == list(Step)


def test_a_mistaken_agreement_is_taken_back_on_the_page(coordinator_client):
    placement = make_placement()
    assert "Akkoord terugdraaien" in text(submit(coordinator_client, placement, "agreed"))
    page = text(submit(coordinator_client, placement, "agreed", take_back="on"))
    assert "Het akkoord is teruggedraaid." in page and "Vastleggen: de kandidaat is akkoord" in page
    assert "was een vergissing" in text(coordinator_client.get(url(Placement, "history", placement.pk)))
    page = text(submit(coordinator_client, placement, "agreed", take_back="on"))
    assert "Het akkoord kan niet worden teruggedraaid: er is geen akkoord vastgelegd." in page
    assert "Akkoord terugdraaien" not in text(coordinator_client.get(placement_url(make_placement(Step.INTERVIEW))))


def test_telling_the_employer_that_was_recorded_by_mistake_is_taken_back_on_the_page(coordinator_client):
    placement = make_placement()
    submit(coordinator_client, placement, "agreed")
    share_page = coordinator_client.get(url(Placement, "tell", placement.pk))
    page = text(submit(coordinator_client, placement, "tell", list=share_page.context["will_share"].fingerprint))
    assert "De werkgever is niet ingelicht: draai dit terug" in page
    page = text(submit(coordinator_client, placement, "tell", take_back="on"))
    assert f"Teruggedraaid: de werkgever is op {today():%d-%m-%Y} niet ingelicht." in page
    assert "Werkgever inlichten…" in page and "Wat de werkgever hoorde" not in page
    assert "was een vergissing" in text(coordinator_client.get(url(Placement, "history", placement.pk)))
    page = text(submit(coordinator_client, placement, "tell", take_back="on"))
    assert "kan niet worden teruggedraaid: de werkgever is niet ingelicht." in page
    at_interview = text(coordinator_client.get(placement_url(make_placement(Step.INTERVIEW))))
    assert "draai dit terug" not in at_interview


def test_an_interest_where_a_candidate_is_proposed_is_not_closed(coordinator_client):
    """The candidate would read that the employer stopped it, and the work could not begin."""
    placement, at_work = make_placement(Step.PERMIT_GRANTED), make_placement(Step.WORKING)
    closed = {}
    for each in (placement, at_work):
        edit = url(EmployerInterest, "edit", each.interest_id)
        form = form_data(coordinator_client.get(edit), status=InterestStatus.CLOSED)
        closed[each] = text(coordinator_client.post(edit, form, follow=True))
    refusal = "Hier zijn nog kandidaten voorgesteld die niet aan het werk zijn: 1. Beëindig eerst die plaatsingen"
    assert refusal in closed[placement] and refusal not in closed[at_work]
    statuses = EmployerInterest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [InterestStatus.MATCHED, InterestStatus.CLOSED]


def test_a_step_is_recorded_on_the_submitted_day_and_logged_with_its_user(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    page = submit(coordinator_client, placement, "step", step="permit_requested", day=f"{days_ago(4):%d-%m-%Y}")
    assert page.redirect_chain == [(placement_url(placement), 302)]
    assert Placement.objects.get(pk=placement.pk).permit_requested_on == days_ago(4)
    history = text(coordinator_client.get(url(Placement, "history", placement.pk)))
    assert f"“vergunning aangevraagd” op {days_ago(4):%d-%m-%Y}" in history
    assert "coordinator" in history


def test_the_button_of_a_blocked_step_explains_the_missing_requirement(coordinator_client):
    placement = make_placement(Step.INTERVIEW, make_ready_dossier(application_date=days_ago(90)))
    page = coordinator_client.get(placement_url(placement))
    assert "“vergunning aangevraagd” vastleggen" in text(page)
    answer = submit(coordinator_client, placement, "step", step="permit_requested")
    (message,) = map(str, answer.context["messages"])
    for words in ("kan nog niet worden vastgelegd", "wachttijd tot", "Wachttijd na de asielaanvraag", "uwv.nl"):
        assert words in message
    assert get_status(placement) == Step.INTERVIEW


def test_a_refused_step_keeps_the_input(coordinator_client):
    placement = make_placement(Step.PERMIT_REQUESTED)
    answer = submit(
        coordinator_client, placement, "step", step="permit_granted", day="01-01-2001", permit_valid_until=NEXT_YEAR
    )
    assert "de stap ervoor was op" in text(answer)
    assert 'value="01-01-2001"' in raw(answer)
    assert f'value="{NEXT_YEAR}"' in raw(answer)
    answer = submit(
        coordinator_client, placement, "step", step="permit_granted", day="gisteren", permit_valid_until=NEXT_YEAR
    )
    assert 'value="gisteren"' in raw(answer)
    assert f'value="{NEXT_YEAR}"' in raw(answer)
    assert get_status(placement) == Step.PERMIT_REQUESTED


def test_a_permit_requires_its_last_day_and_an_end_its_reason(coordinator_client):
    placement = make_placement(Step.PERMIT_REQUESTED)
    assert "Vul in tot en met wanneer" in text(submit(coordinator_client, placement, "step", step="permit_granted"))
    assert "Kies waarom" in text(submit(coordinator_client, placement, "step", step="ended"))
    assert get_status(placement) == Step.PERMIT_REQUESTED


def test_an_end_can_record_a_refused_permit_only_while_it_is_pending(coordinator_client):
    placement = make_placement(Step.PERMIT_REQUESTED)
    assert "UWV heeft de vergunning geweigerd" in text(coordinator_client.get(placement_url(placement)))
    answer = submit(
        coordinator_client,
        placement,
        "step",
        step="ended",
        end_reason=get_end_reason("Vergunning geweigerd").pk,
        refused="on",
    )
    assert "UWV heeft de vergunning geweigerd" in text(answer)
    assert Placement.objects.get(pk=placement.pk).permit_refused_on == today()
    assert "UWV heeft de vergunning geweigerd" not in text(
        coordinator_client.get(placement_url(make_placement(Step.INTERVIEW)))
    )


def test_a_closing_reason_of_dossiers_is_refused_for_a_placement(coordinator_client):
    from dossiers.models import ClosingReason

    dossier_reason = ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE).first()
    placement = make_placement()
    submit(coordinator_client, placement, "step", step="ended", end_reason=dossier_reason.pk)
    assert get_status(placement) == Step.PROPOSED


def test_the_last_step_is_undone_after_confirmation(coordinator_client):
    placement = make_placement(Step.WORKING)
    question = text(coordinator_client.get(url(Placement, "back", placement.pk)))
    assert f"“aan het werk” van {placement.working_on:%d-%m-%Y} verdwijnt" in question
    assert get_status(placement) == Step.WORKING
    assert "teruggedraaid" in text(submit(coordinator_client, placement, "back"))
    assert get_status(placement) == Step.PERMIT_GRANTED
    assert Dossier.objects.get(pk=placement.dossier_id).status == Status.MATCHED


def test_the_first_step_can_not_be_undone(coordinator_client):
    placement = make_placement()
    assert "beëindig de plaatsing" in text(submit(coordinator_client, placement, "back"))
    assert get_status(placement) == Step.PROPOSED


@pytest.mark.parametrize("step", ["", "hired", "None"])
def test_a_step_that_does_not_exist_is_not_found(coordinator_client, step):
    assert submit(coordinator_client, make_placement(), "step", step=step).status_code == 404


def test_only_a_step_with_errors_of_its_own_asks_before_another_form_is_sent(coordinator_client):
    counts_as_typed = 'data-w-unsaved-force-value="true"'
    lacks_agreement = raw(submit(coordinator_client, make_placement(), "step", step="interview"))
    assert "het akkoord van de kandidaat" in lacks_agreement and counts_as_typed not in lacks_agreement
    requested = make_placement(Step.PERMIT_REQUESTED)
    assert raw(submit(coordinator_client, requested, "step", step="permit_granted")).count(counts_as_typed) == 1


def test_taking_the_first_step_back_is_not_offered(coordinator_client):
    placement = make_placement(begun=5)
    assert "terugdraaien…" not in text(coordinator_client.get(placement_url(placement)))
    back = coordinator_client.get(url(Placement, "back", placement.pk))
    assert "dit is de eerste stap" in text(back) and "“voorgesteld” terugdraaien" not in text(back)
    placement = make_placement(Step.INTERVIEW)
    assert "Stap “kennismaking” terugdraaien…" in text(coordinator_client.get(placement_url(placement)))


def test_the_page_that_undoes_an_end_says_what_becomes_of_the_dossier_and_that_a_closed_interest_forbids_it(
    coordinator_client,
):
    placement = make_placement(Step.ENDED)
    back = url(Placement, "back", placement.pk)
    page = text(coordinator_client.get(back))
    assert "“beëindigd” terugdraaien" in page and "De status van het dossier verandert mee." in page
    Dossier.objects.filter(pk=placement.dossier_id).update(status=Status.COMPLETED)
    assert "De status van het dossier blijft “afgerond”." in text(coordinator_client.get(back))
    EmployerInterest.objects.filter(pk=placement.interest_id).update(status="closed")
    page = text(coordinator_client.get(back))
    assert "de interesse van de werkgever is gesloten" in page and "“beëindigd” terugdraaien" not in page


# What the employer hears


def test_exactly_the_shared_fields_are_shown_and_stored(coordinator_client):
    dossier = make_ready_dossier(
        given_name="Selam", family_name="Geheimnaam", profession="kok", sectors=["Zorg", "Bouw"], dutch_level="A2",
        hours_per_week=24, available_from=today() + timedelta(days=9), phone="+31612345678",
    )  # fmt: skip
    placement = record_agreement(make_placement(dossier=dossier), today())
    share_page = coordinator_client.get(url(Placement, "tell", placement.pk))
    shown = dict(share_page.context["will_share"].rows)
    assert list(shown.values()) == ["Selam", "kok", "Bouw, Zorg", "A2", "24", f"{today() + timedelta(days=9):%d-%m-%Y}"]
    section = text(share_page).split("en niets anders")[1]
    assert "Kan werken (uren per week) 24" in section and "Uren per week 24" not in section
    assert [value for value in shown.values() if value not in section] == []
    assert "0612345678" not in section.replace(" ", "")
    assert not Placement.objects.get(pk=placement.pk).shared_on
    submit(coordinator_client, placement, "tell", list=share_page.context["will_share"].fingerprint)
    stored = Placement.objects.get(pk=placement.pk)
    assert (stored.shared_on, sorted(stored.shared.values()), set(stored.shared)) == (
        today(),
        sorted(shown.values()),
        set(SHARED_FIELDS),
    )
    Dossier.objects.filter(pk=dossier.pk).update(profession="lasser")
    page = text(coordinator_client.get(placement_url(placement)))
    assert f"Wat de werkgever hoorde op {today():%d-%m-%Y}" in page
    assert "kok" in page and "lasser" not in page


def test_the_page_shows_each_time_that_the_employer_was_told_the_last_first(coordinator_client):
    placement = record_agreement(make_placement(begun=9), days_ago(9))
    for day, profession in ((days_ago(8), "kelner"), (days_ago(4), "kok")):
        record_shared_data(placement, {"profession": profession}, day)
    page = text(coordinator_client.get(placement_url(placement)))
    last, first = page.split("Wat de werkgever hoorde op ")[1:]
    assert last.startswith(f"{days_ago(4):%d-%m-%Y}") and "Beroep kok" in last and "ging akkoord op" in last
    assert first.startswith(f"{days_ago(8):%d-%m-%Y} Beroep kelner")
    tell_page = text(coordinator_client.get(url(Placement, "tell", placement.pk)))
    assert f"op {days_ago(4):%d-%m-%Y}. Wat u nu bevestigt, komt daarbij." in tell_page


def test_nothing_is_shared_before_the_candidate_agreed(coordinator_client):
    placement = make_placement()
    share_page = coordinator_client.get(url(Placement, "tell", placement.pk))
    assert "nog niet akkoord" in text(share_page)
    answer = submit(coordinator_client, placement, "tell", list=share_page.context["will_share"].fingerprint)
    assert "het akkoord van de kandidaat" in text(answer)
    assert not Placement.objects.get(pk=placement.pk).shared_on


def test_a_declined_proposal_needs_a_confirmed_change_of_mind_to_be_agreed(coordinator_client):
    placement, said_on = make_placement(), f"{today():%d-%m-%Y}"
    for agrees in (True, False):
        record_answer(placement, agrees=agrees)
    page = text(coordinator_client.get(placement_url(placement)))
    assert f"De kandidaat heeft op {said_on} nee gezegd tegen dit voorstel." in page
    assert "Werkgever inlichten…" not in page and "Leg het akkoord vast. vervallen" in page and "gedaan" not in page
    share_page = coordinator_client.get(url(Placement, "tell", placement.pk))
    assert "nee gezegd tegen dit voorstel" in text(share_page) and 'name="list"' not in raw(share_page)
    answer = text(submit(coordinator_client, placement, "tell", list=share_page.context["will_share"].fingerprint))
    assert f"de kandidaat zei nee op {said_on}" in answer
    assert "Vink dit alleen aan" in text(submit(coordinator_client, placement, "agreed"))
    assert Placement.objects.get().candidate_agreed_on is None and not Placement.objects.get().shared_on
    submit(coordinator_client, placement, "agreed", changed_mind="on")
    page = text(coordinator_client.get(placement_url(placement)))
    assert f"De kandidaat zei nee op {said_on}, en ging op {said_on} toch akkoord." in page
    assert f"zei eerst nee, en ging op {said_on} toch akkoord" in text(
        coordinator_client.get(url(Placement, "history", placement.pk))
    )


def test_data_that_was_not_shown_is_not_shared(coordinator_client):
    placement = record_agreement(make_placement(), today())
    fingerprint = coordinator_client.get(url(Placement, "tell", placement.pk)).context["will_share"].fingerprint
    Dossier.objects.filter(pk=placement.dossier_id).update(profession="lasser")
    answer = submit(coordinator_client, placement, "tell", list=fingerprint)
    assert "intussen gewijzigd" in text(answer)
    assert "lasser" in text(answer)
    assert not Placement.objects.get(pk=placement.pk).shared_on


def test_an_agreement_before_the_proposal_is_refused_and_keeps_the_input(coordinator_client):
    placement = make_placement(begun=10)
    answer = submit(coordinator_client, placement, "agreed", day=f"{days_ago(20):%d-%m-%Y}")
    assert "kan niet worden vastgelegd" in text(answer)
    assert f'value="{days_ago(20):%d-%m-%Y}"' in raw(answer)
    assert Placement.objects.get(pk=placement.pk).candidate_agreed_on is None


# Two people


@pytest.mark.parametrize("name", ["step", "agreed", "tell", "back"])
def test_a_concurrent_step_is_refused(coordinator_client, name):
    placement = make_placement(Step.INTERVIEW)
    seen_at = placement.changed_at.isoformat()
    take_step(placement, Step.PERMIT_REQUESTED, days_ago(1))
    before = Placement.objects.values().get()
    more = (
        {"list": coordinator_client.get(url(Placement, "tell", placement.pk)).context["will_share"].fingerprint}
        if name == "tell"
        else {}
    )
    answer = submit(
        coordinator_client,
        placement,
        name,
        step="permit_granted",
        permit_valid_until=NEXT_YEAR,
        seen_at=seen_at,
        **more,
    )
    assert "intussen" in text(answer)
    assert Placement.objects.values().get() == before


@pytest.mark.parametrize("name", ["step", "agreed", "tell", "back"])
def test_a_form_without_a_version_is_refused(coordinator_client, name):
    placement = make_placement(Step.INTERVIEW)
    before = Placement.objects.values().get()
    more = (
        {"list": coordinator_client.get(url(Placement, "tell", placement.pk)).context["will_share"].fingerprint}
        if name == "tell"
        else {}
    )
    submit(coordinator_client, placement, name, step="permit_requested", seen_at="", **more)
    assert Placement.objects.values().get() == before


# The form


def test_the_form_has_the_agreements_and_no_steps(coordinator_client):
    placement = make_placement()
    form = coordinator_client.get(url(Placement, "edit", placement.pk)).context["form"]
    assert set(form.fields) == {"kind", "hours_per_week", "wage_agreed", "permit_valid_until", "notes", "seen_at"}
    later = coordinator_client.get(url(Placement, "edit", make_placement(Step.INTERVIEW).pk)).context["form"]
    assert "kind" not in later.fields


def test_saving_the_form_redirects_to_the_placement(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    address = url(Placement, "edit", placement.pk)
    data = form_data(
        coordinator_client.get(address), hours_per_week="24", wage_agreed="14,50", kind="volunteering", status="working"
    )
    assert coordinator_client.post(address, data).url == placement_url(placement)
    placement = Placement.objects.get(pk=placement.pk)
    assert (placement.hours_per_week, str(placement.wage_agreed), placement.kind, placement.status) == (
        24,
        "14.50",
        "paid",
        "interview",
    )
    assert "€ 14,50 bruto per uur" in text(coordinator_client.get(placement_url(placement)))


def test_a_concurrent_edit_of_the_agreements_is_refused(coordinator_client):
    placement = make_placement()
    address = url(Placement, "edit", placement.pk)
    data = form_data(coordinator_client.get(address), notes="van de tweede")
    record_agreement(placement, today())
    assert "Iemand anders heeft" in text(coordinator_client.post(address, data))
    assert Placement.objects.get().notes == ""


def test_the_yes_of_a_candidate_is_shown_and_recorded_with_one_button(coordinator_client):
    placement = make_placement(begun=10)
    for agrees in (False, True):
        record_answer(placement, agrees=agrees)
    sentence = f"De kandidaat zei op {today():%d-%m-%Y} op de eigen pagina ja tegen dit voorstel."
    page = coordinator_client.get(url(Placement, "inspect", placement.pk))
    assert sentence in text(page) and "Wil de kandidaat dit werk bij deze werkgever?" not in text(page)
    assert sentence in text(coordinator_client.get(url(Placement, "tell", placement.pk)))
    page_text = text(press(coordinator_client, page, "Vastleggen: de kandidaat is akkoord"))
    assert f"De kandidaat ging akkoord op {today():%d-%m-%Y}." in page_text and sentence not in page_text
    assert not FollowUp.objects.open().exists()


def test_the_agreed_wage_has_a_dot_for_thousands(coordinator_client):
    placement = make_placement(wage_agreed="1250.50")
    assert "€ 1.250,50 bruto per uur" in text(coordinator_client.get(url(Placement, "inspect", placement.pk)))
