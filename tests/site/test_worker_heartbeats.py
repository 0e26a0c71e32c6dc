"""Each worker shows that it is alive, also while it is busy, until it stops."""

import signal
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from config.clock import Clock
from config.management.commands.worker import Command, show_heartbeat
from tests.site.commands import command, environment
from workers.models import ALIVE_FOR, SHOWN_FOR, WorkerHeartbeat, WorkerHeartbeatQuerySet


def read_heartbeats(data_dir) -> list[tuple]:
    with closing(sqlite3.connect(data_dir / "db.sqlite3")) as database:
        return database.execute(
            "SELECT worker_id, host, process_id, lane, version FROM workers_workerheartbeat"
        ).fetchall()


@pytest.fixture
def start_worker(migrated_dir):
    """Return a function that starts a worker of the lane of e-mail and waits until it takes tasks."""
    processes = []
    with closing(sqlite3.connect(migrated_dir / "db.sqlite3")) as database, database:
        database.execute("DELETE FROM workers_workerheartbeat")  # of workers that other tests killed

    def start() -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        env = environment(migrated_dir, LOG_LEVEL="INFO")
        process = subprocess.Popen(command("worker", "--lane", "mail"), env=env, **pipes)
        processes.append(process)
        assert any("Starting worker" in line for line in process.stdout)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_a_worker_is_seen_until_it_stops_in_an_orderly_way(start_worker, migrated_dir, settings):
    process = start_worker()
    expected = ("worker-1-mail", socket.gethostname(), process.pid, "mail", settings.VERSION)
    assert read_heartbeats(migrated_dir) == [expected]
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    assert read_heartbeats(migrated_dir) == []


def test_a_killed_worker_leaves_its_heartbeat_until_it_starts_again(start_worker, migrated_dir):
    first = start_worker()
    first.kill()
    first.wait()
    assert [row[2] for row in read_heartbeats(migrated_dir)] == [first.pid]
    second = start_worker()
    assert [row[2] for row in read_heartbeats(migrated_dir)] == [second.pid]


@pytest.mark.django_db(transaction=True)
def test_a_busy_worker_is_not_a_dead_one(monkeypatch):
    monkeypatch.setattr(Clock.__init__, "__kwdefaults__", {"interval": 0.01})
    beat, was_written, seconds = WorkerHeartbeatQuerySet.beat, threading.Event(), []

    def write(*args: object) -> None:
        beat(*args)
        seconds.append(WorkerHeartbeat.objects.get().seen_at)
        if len(seconds) == 3:
            was_written.set()

    monkeypatch.setattr(WorkerHeartbeatQuerySet, "beat", write)
    with show_heartbeat("worker-1", ""):
        assert was_written.wait(30)  # as a task that takes long
        assert WorkerHeartbeat.objects.alive().exists()
    assert seconds[0] < seconds[1] < seconds[2]
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.django_db
def test_a_heartbeat_that_is_not_renewed_is_of_a_dead_worker():
    WorkerHeartbeat.objects.beat("worker-1", "", timezone.now())
    assert WorkerHeartbeat.objects.alive().count() == 1
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - ALIVE_FOR - timedelta(seconds=1))
    assert not WorkerHeartbeat.objects.alive().exists()
    assert not WorkerHeartbeat.objects.get().is_alive


@pytest.mark.django_db
def test_a_worker_has_one_heartbeat_on_each_machine(monkeypatch):
    for host in ("first", "second", "second"):
        monkeypatch.setattr(socket, "gethostname", lambda host=host: host)
        WorkerHeartbeat.objects.beat("worker-1", "", timezone.now())
    assert list(WorkerHeartbeat.objects.values_list("host", flat=True)) == ["first", "second"]


@pytest.mark.django_db
def test_heartbeats_of_workers_killed_long_ago_are_removed():
    WorkerHeartbeat.objects.beat("old", "", timezone.now())
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - SHOWN_FOR - timedelta(seconds=1))
    WorkerHeartbeat.objects.beat("new", "", timezone.now())
    Command.recover_and_enqueue()
    assert list(WorkerHeartbeat.objects.values_list("worker_id", flat=True)) == ["new"]
