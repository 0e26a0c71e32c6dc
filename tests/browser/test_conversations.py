"""A coordinator records a telephone call with the keyboard alone."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.actions.working_days import add_working_days
from dossiers.backoffice.activity.subjects import get_record_url, get_talk_url
from dossiers.models import ContactMoment, EmployerInterest, FollowUp

from ..dossiers.models.factories import make_dossier, make_employer
from .conftest import PHONE
from .page_checks import find_clipped, find_problems, find_violations, tab_to


@pytest.fixture
def dossier(live_site):
    return make_dossier(given_name="Selam", family_name="Haile", phone="+31612345678", location="AZC Dronten")


def test_an_incoming_call_is_recorded_with_what_comes_next_by_keyboard(log_in, coordinator, dossier):
    earlier = FollowUp.objects.create(dossier=dossier, text="Selam terugbellen", due_on=timezone.localdate())
    page = log_in(coordinator)
    page.keyboard.press("Control+k")
    page.keyboard.type("0612345678")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{get_record_url(dossier)}")
    tab_to(page, "Gesprek vastleggen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{get_talk_url(dossier)}")
    assert find_violations(page) == [] == find_clipped(page)
    tab_to(page, "Wat is er gezegd")
    page.keyboard.type("Kan morgen komen kennismaken.")
    tab_to(page, "Wat te doen")
    page.keyboard.type("Bus regelen")
    tab_to(page, "over een week")
    page.keyboard.press("Enter")
    tab_to(page, "Selam terugbellen")
    page.keyboard.press("Space")
    tab_to(page, "Opslaan")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{get_record_url(dossier)}")
    expect(page.get_by_text("Gedaan: Selam terugbellen.")).to_be_visible()
    assert find_violations(page) == []
    today, earlier = timezone.localdate(), FollowUp.objects.get(pk=earlier.pk)
    assert earlier.is_done and ContactMoment.objects.get().text == "Kan morgen komen kennismaken."
    assert FollowUp.objects.get(text="Bus regelen").due_on == add_working_days(today, 5)


def test_the_form_of_a_talk_fits_a_telephone(log_in, coordinator, dossier):
    FollowUp.objects.create(dossier=dossier, text="Selam terugbellen", due_on=timezone.localdate())
    page = log_in(coordinator, get_talk_url(dossier), PHONE)
    page.get_by_text("Een bevinding").click()
    assert find_clipped(page) == []


def test_a_new_vacancy_of_an_employer_who_is_there_is_recorded_with_what_comes_next_by_keyboard(
    log_in, coordinator, live_site
):
    employer = make_employer(company_name="Bosbouw Veluwe")
    page = log_in(coordinator, reverse("dossiers_offer"))
    expect(page.get_by_label("Bedrijf")).to_be_focused()
    page.keyboard.type("bos")
    expect(page.get_by_role("button", name="Bosbouw Veluwe")).to_be_visible()
    assert find_problems(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Andere werkgever")).to_be_visible()
    expect(page.get_by_label("Welk werk")).to_be_focused()
    page.keyboard.type("Bomen planten")
    tab_to(page, "Wat te doen")
    page.keyboard.type("Mensen voorstellen")
    tab_to(page, "over een week")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Wanneer")).not_to_have_value("")
    assert find_problems(page) == []
    tab_to(page, "Opslaan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interests/inspect/**")
    interest, action = EmployerInterest.objects.get(), FollowUp.objects.get()
    assert (interest.employer, interest.work_description) == (employer, "Bomen planten")
    assert (action.interest, action.owner, action.text) == (interest, coordinator, "Mensen voorstellen")
    assert action.due_on == add_working_days(timezone.localdate(), 5)
