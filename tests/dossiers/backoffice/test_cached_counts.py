"""Tests of the cache of slow counts, whose age is shown and which can be refreshed."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dossiers import tasks
from dossiers.backoffice.cached_counts import get_cached_count
from dossiers.reports import cached_counts as remembering
from tests.dossiers.models.factories import make_dossier

from .pages import text

FUNNEL = reverse("dossiers_report", args=["funnel"])
HOME = reverse("wagtailadmin_home")


@pytest.fixture
def slow(monkeypatch):
    """Make every count slow enough to be cached."""
    monkeypatch.setattr(remembering, "QUICK", dict.fromkeys(remembering.QUICK, 0))
    monkeypatch.setattr(remembering, "TIMES", 1_000_000)
    yield
    cache.clear()


@pytest.fixture
def old_at_once(slow, monkeypatch):
    """Make every cached count outdated at once."""
    monkeypatch.setattr(remembering, "AT_MOST", timedelta(0))


@pytest.fixture
def worker(settings):
    """Enqueue tasks; the fixture is a function that runs the next one."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

    def count_what_waits() -> int:
        waiting = [one.args_kwargs["args"] for one in asked_for()]
        asked_for().delete()
        for args in waiting:
            tasks.count_again.func(*args)
        return len(waiting)

    return count_what_waits


def asked_for():
    return DBTaskResult.objects.filter(task_path="dossiers.tasks.count_again")


def registered(page) -> str:
    shown, _exports = page.context["tables"][0]
    return shown.rows[0].cells[0].text


def test_what_is_quick_is_counted_each_time(coordinator_client, monkeypatch):
    monkeypatch.setattr(remembering, "QUICK", dict.fromkeys(remembering.QUICK, 60))  # seconds, on a busy machine too
    for many in (1, 2):
        make_dossier(family_name=f"Nummer {many}")
        page = coordinator_client.get(FUNNEL)
        assert registered(page) == str(many) and "Geteld om" not in text(page)


def test_a_report_that_took_long_says_when_it_was_counted_and_counts_again(coordinator_client, slow):
    make_dossier()
    assert "Geteld om" not in text(coordinator_client.get(FUNNEL))
    make_dossier(family_name="Later")
    page = coordinator_client.get(FUNNEL)
    assert registered(page) == "1" and "Geteld om" in text(page)
    again = coordinator_client.get(page.context["anew_url"].replace("?", f"{FUNNEL}?", 1))
    assert registered(again) == "2" and "Geteld om" not in text(again)


def test_the_desk_says_when_it_was_counted(coordinator_client, slow):
    assert "Geteld om" not in text(coordinator_client.get(HOME))
    assert "Geteld om" in text(coordinator_client.get(HOME))


def test_old_numbers_are_shown_while_a_worker_counts_again(coordinator_client, old_at_once, worker):
    make_dossier()
    coordinator_client.get(FUNNEL)
    make_dossier(family_name="Later")
    assert [registered(coordinator_client.get(FUNNEL)) for _time in range(2)] == ["1", "1"]
    assert worker() == 1
    assert registered(coordinator_client.get(FUNNEL)) == "2"


def test_without_a_worker_old_numbers_are_counted_by_who_opens_them(coordinator_client, old_at_once):
    for many in (1, 2):
        make_dossier(family_name=f"Nummer {many}")
        assert registered(coordinator_client.get(FUNNEL)) == str(many)


def test_in_the_morning_all_is_counted_before_somebody_opens_it(coordinator_client, slow):
    make_dossier()
    tasks.count_ahead.func()
    assert "Geteld om" in text(coordinator_client.get(HOME))
    for name in ("period", "funnel", "lead-times", "permits", "employers", "retention", "money"):
        assert "Geteld om" in text(coordinator_client.get(reverse("dossiers_report", args=[name]))), name


def test_texts_of_findings_are_never_kept_aside(coordinator_client, slow):
    tasks.count_ahead.func()
    findings = reverse("dossiers_report", args=["findings"])
    for _time in range(2):
        assert "Geteld om" not in text(coordinator_client.get(findings))


@pytest.mark.parametrize("name", ["", "waits:", "waits:gisteren", "report:", "report:nothing.2026-01-01", "other:1"])
def test_what_has_no_count_is_refused(name):
    with pytest.raises(ValueError):
        get_cached_count(name)


def test_a_number_says_when_it_was_counted(base_data, slow):
    name = remembering.get_waiting_key(timezone.localdate())
    assert get_cached_count(name).counted_at is None
    assert get_cached_count(name).counted_at <= timezone.now()
