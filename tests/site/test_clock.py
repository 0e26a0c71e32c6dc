"""Pages appear and go on time, without anybody there."""

import fcntl
import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from config.clock import Clock, publish_due


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def page(base_data) -> Page:
    return Page.objects.get(depth=2).add_child(instance=Page(title="Straks", slug="straks", live=False))


def scheduled(page: Page, name: str) -> None:
    """As an editor schedules it, for tomorrow."""
    setattr(page, name, timezone.now() + timedelta(days=1))
    page.save_revision().publish()


def come(page: Page, name: str) -> None:
    """Tomorrow is a second ago."""
    moment = timezone.now() - timedelta(seconds=1)
    Page.objects.filter(pk=page.pk).update(**{name: moment})
    revision = page.revisions.get()
    revision.content[name] = moment.isoformat()
    revision.approved_go_live_at = revision.approved_go_live_at and moment
    revision.save()


def test_a_page_appears_when_its_moment_has_come_and_not_before(page):
    scheduled(page, "go_live_at")
    publish_due()
    page.refresh_from_db()
    assert not page.live
    come(page, "go_live_at")
    assert publish_due()
    page.refresh_from_db()
    assert page.live
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.scheduled").exists()


def test_a_page_goes_when_its_time_is_over(page):
    scheduled(page, "expire_at")
    come(page, "expire_at")
    publish_due()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_two_workers_do_not_publish_the_same_page_at_once(page, settings):
    with (settings.DATA_DIR / "publishing.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert publish_due() is False
    assert publish_due() is True
    assert publish_due() is True


def test_the_clock_goes_on_after_something_went_wrong_and_stops_when_asked(caplog):
    done = threading.Event()
    tries = []

    def do() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the database is away")
        done.set()

    clock = Clock(do, every=0.001)
    clock.start()
    assert done.wait(10)
    clock.stop()
    assert not clock.is_alive()
    assert "do went wrong" in caplog.text
