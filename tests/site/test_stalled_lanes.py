"""Work that waits in a lane without a worker is noticed."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workers import lanes
from workers.models import ALIVE_FOR, WorkerHeartbeat


def test_a_lane_without_a_worker_in_which_work_waits_for_minutes_stands_still(make_waiting_task):
    make_waiting_task("mail", minutes=9)
    make_waiting_task("mail", minutes=3)
    ((lane, since),) = lanes.find_stalled_lanes().items()
    assert lane == "mail"
    assert timedelta(minutes=8) < timezone.now() - since < timedelta(minutes=10)


def test_work_that_has_just_come_does_not_stand_still_yet(make_waiting_task):
    make_waiting_task("mail", minutes=3)
    assert lanes.find_stalled_lanes() == {}


def test_a_lane_with_a_worker_is_only_slow(make_waiting_task, start_worker):
    make_waiting_task("mail", minutes=60)
    start_worker("mail")
    assert lanes.find_stalled_lanes() == {}


def test_a_worker_of_another_lane_does_not_help(make_waiting_task, start_worker):
    make_waiting_task("mail", minutes=60)
    start_worker("reading")
    assert list(lanes.find_stalled_lanes()) == ["mail"]
    assert [lane for lane in ("default", "reading", "mail") if lanes.has_worker(lane)] == ["reading"]


def test_a_worker_without_a_lane_takes_the_tasks_of_all(make_waiting_task, start_worker):
    make_waiting_task("mail", minutes=60)
    start_worker()
    assert lanes.find_stalled_lanes() == {}
    assert lanes.has_worker("default") and lanes.has_worker("mail")


def test_a_killed_worker_does_not_count(make_waiting_task, start_worker):
    make_waiting_task("mail", minutes=60)
    start_worker("mail")
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - ALIVE_FOR - timedelta(seconds=1))
    lanes.forget_states()
    assert list(lanes.find_stalled_lanes()) == ["mail"]


def test_a_task_that_was_enqueued_for_later_waits_from_then_on(make_waiting_task):
    now = timezone.now()
    make_waiting_task("mail", minutes=600, run_after=now + timedelta(minutes=1))
    make_waiting_task("reading", minutes=600, run_after=now - timedelta(minutes=2))
    make_waiting_task("default", minutes=600, run_after=now - timedelta(minutes=7))
    assert list(lanes.find_stalled_lanes()) == ["default"]


def test_no_lane_stands_still_where_tasks_need_no_worker(db):
    assert lanes.has_worker("mail")
    assert lanes.find_stalled_lanes() == {}


def test_the_database_is_asked_once_for_many_pages(make_waiting_task):
    make_waiting_task("mail", minutes=60)
    lanes.find_stalled_lanes()
    with CaptureQueriesContext(connection) as queries:
        assert lanes.find_stalled_lanes() and not lanes.has_worker("mail")
    assert len(queries) == 0
