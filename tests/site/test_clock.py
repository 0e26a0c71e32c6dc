"""The worker publishes and unpublishes scheduled pages on time."""

import fcntl
import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from config.clock import Clock, publish_scheduled_pages


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def page(base_data) -> Page:
    return Page.objects.get(depth=2).add_child(instance=Page(title="Straks", slug="straks", live=False))


def schedule(page: Page, name: str) -> None:
    """Schedule the page for tomorrow, as the editor does; `name` is go_live_at or expire_at."""
    setattr(page, name, timezone.now() + timedelta(days=1))
    page.save_revision().publish()


def make_due(page: Page, name: str) -> None:
    """Move the scheduled moment to one second ago."""
    moment = timezone.now() - timedelta(seconds=1)
    Page.objects.filter(pk=page.pk).update(**{name: moment})
    revision = page.revisions.get()
    revision.content[name] = moment.isoformat()
    revision.approved_go_live_at = revision.approved_go_live_at and moment
    revision.save()


def test_a_page_is_published_at_its_scheduled_time_and_not_before(page):
    schedule(page, "go_live_at")
    publish_scheduled_pages()
    page.refresh_from_db()
    assert not page.live
    make_due(page, "go_live_at")
    assert publish_scheduled_pages()
    page.refresh_from_db()
    assert page.live
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.scheduled").exists()


def test_a_page_is_unpublished_when_it_expires(page):
    schedule(page, "expire_at")
    make_due(page, "expire_at")
    publish_scheduled_pages()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_two_workers_do_not_publish_at_the_same_time(page, settings):
    with (settings.DATA_DIR / "publishing.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert publish_scheduled_pages() is False
    assert publish_scheduled_pages() is True
    assert publish_scheduled_pages() is True


def test_the_clock_continues_after_an_exception_and_stops_on_request(caplog):
    succeeded = threading.Event()
    attempts = []

    def flaky_job() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("the database is away")
        succeeded.set()

    clock = Clock(flaky_job, interval=0.001)
    clock.start()
    assert succeeded.wait(10)
    clock.stop()
    assert not clock.is_alive()
    assert "flaky_job failed" in caplog.text
