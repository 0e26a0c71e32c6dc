"""A deletion is undone from the message that reports it."""

from django.urls import reverse
from playwright.sync_api import expect

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import Dossier
from tests.browser.page_checks import find_problems
from tests.browser.test_backoffice import address
from tests.dossiers.models.factories import make_dossier


def test_a_deletion_is_undone_from_its_message(log_in, coordinator, live_site):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    page = log_in(coordinator, address(Dossier, "delete", dossier.pk))
    assert find_problems(page) == []
    page.get_by_role("button", name="Ja, verwijderen").click()
    expect(page.get_by_text("verwijderd.")).to_be_visible()
    assert find_problems(page) == [] and not Dossier.objects.exists()
    page.get_by_role("link", name="Ongedaan maken").click()
    expect(page.get_by_role("heading", name="Dit komt terug")).to_be_visible()
    assert find_problems(page) == []
    page.goto(reverse("dossiers_deletions"))
    expect(page.get_by_role("link", name="Selam Haile")).to_be_visible()
    assert find_problems(page) == []
    page.go_back()
    page.get_by_role("button", name="Terughalen").click()
    page.wait_for_url(f"**{get_record_url(dossier)}")
    expect(page.get_by_text("Selam Haile is terug.")).to_be_visible()
