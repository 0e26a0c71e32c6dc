"""Work that stands still, on a phone and on a desktop, with the keyboard."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from dossiers.emails.daily_digest import DigestEmail
from dossiers.models import ImportRun
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_clipped, find_violations, tab_to


@pytest.fixture
def failed_task(make_waiting_task, start_worker) -> DBTaskResult:
    """A task that failed, beside work that waits in a lane without a worker."""
    start_worker("default")
    make_waiting_task("mail", minutes=30)
    DigestEmail.enqueue(1, "2026-01-02")
    return make_waiting_task(
        "default",
        minutes=30,
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        exception_class_path="config.lane_worker.TimeLimitExceeded",
    )


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_page_of_the_system_fits_and_is_accessible(log_in, admin, failed_task, fits_width, width):
    page = log_in(admin, reverse("system"), width)
    expect(page.get_by_text("De taak duurde langer dan is toegestaan.")).to_be_visible()
    assert fits_width(page)
    assert find_clipped(page) == []
    assert find_violations(page) == []


def test_a_failed_task_is_tried_again_with_the_keyboard(log_in, admin, failed_task):
    page = log_in(admin, reverse("system"), DESK)
    tab_to(page, "Opnieuw proberen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("De taak wordt opnieuw uitgevoerd")).to_be_visible()
    failed_task.refresh_from_db()
    assert failed_task.status == TaskResultStatus.READY


def test_an_open_page_of_progress_says_when_a_worker_is_back(log_in, coordinator, failed_task, start_worker):
    run = ImportRun.objects.create(
        user=coordinator, state=ImportRun.State.READING, record="dossiers", file_name="lijst.xlsx"
    )
    page = log_in(coordinator, reverse("dossiers_import", args=[run.pk]), PHONE)
    standstill, bar = page.get_by_text("Dit werk staat stil."), page.get_by_role("progressbar")
    expect(standstill).to_be_visible()
    expect(bar).to_be_hidden()
    goes_on = page.get_by_text("U kunt deze pagina sluiten")
    expect(goes_on).to_be_hidden()
    start_worker("reading")
    expect(bar).to_be_visible()
    expect(goes_on).to_be_visible()
    expect(standstill).to_be_hidden()
