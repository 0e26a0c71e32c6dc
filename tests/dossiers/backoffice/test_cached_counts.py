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
def slow_counts(monkeypatch):
    """Make every count slow enough to be cached."""
    monkeypatch.setattr(remembering, "QUICK", dict.fromkeys(remembering.QUICK, 0))
    monkeypatch.setattr(remembering, "TIMES", 1_000_000)
    yield
    cache.clear()


@pytest.fixture
def outdated_counts(slow_counts, monkeypatch):
    """Make every cached count outdated at once."""
    monkeypatch.setattr(remembering, "AT_MOST", timedelta(0))


@pytest.fixture
def run_worker(settings):
    """Enqueue tasks; the fixture is a function that runs the next one."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

    def run_enqueued_counts() -> int:
        enqueued = [task.args_kwargs["args"] for task in get_enqueued_counts()]
        get_enqueued_counts().delete()
        for args in enqueued:
            tasks.count_again.func(*args)
        return len(enqueued)

    return run_enqueued_counts


def get_enqueued_counts():
    return DBTaskResult.objects.filter(task_path="dossiers.tasks.count_again")


def get_registered_count(page) -> str:
    shown, _exports = page.context["tables"][0]
    return shown.rows[0].cells[0].text


def test_a_quick_count_is_not_cached(coordinator_client, monkeypatch):
    monkeypatch.setattr(remembering, "QUICK", dict.fromkeys(remembering.QUICK, 60))  # seconds, on a busy machine too
    for number in (1, 2):
        make_dossier(family_name=f"Nummer {number}")
        page = coordinator_client.get(FUNNEL)
        assert get_registered_count(page) == str(number) and "Geteld om" not in text(page)


def test_a_slow_report_shows_its_age_and_can_be_counted_again(coordinator_client, slow_counts):
    make_dossier()
    assert "Geteld om" not in text(coordinator_client.get(FUNNEL))
    make_dossier(family_name="Later")
    page = coordinator_client.get(FUNNEL)
    assert get_registered_count(page) == "1" and "Geteld om" in text(page)
    recounted_page = coordinator_client.get(page.context["anew_url"].replace("?", f"{FUNNEL}?", 1))
    assert get_registered_count(recounted_page) == "2" and "Geteld om" not in text(recounted_page)


def test_the_dashboard_shows_when_it_was_counted(coordinator_client, slow_counts):
    assert "Geteld om" not in text(coordinator_client.get(HOME))
    assert "Geteld om" in text(coordinator_client.get(HOME))


def test_outdated_counts_are_shown_while_a_worker_counts_again(coordinator_client, outdated_counts, run_worker):
    make_dossier()
    coordinator_client.get(FUNNEL)
    make_dossier(family_name="Later")
    assert [get_registered_count(coordinator_client.get(FUNNEL)) for _time in range(2)] == ["1", "1"]
    assert run_worker() == 1
    assert get_registered_count(coordinator_client.get(FUNNEL)) == "2"


def test_outdated_counts_are_recounted_on_request_without_a_worker(coordinator_client, outdated_counts):
    for number in (1, 2):
        make_dossier(family_name=f"Nummer {number}")
        assert get_registered_count(coordinator_client.get(FUNNEL)) == str(number)


def test_the_morning_task_counts_everything_ahead(coordinator_client, slow_counts):
    make_dossier()
    tasks.count_ahead.func()
    assert "Geteld om" in text(coordinator_client.get(HOME))
    for name in ("period", "funnel", "lead-times", "permits", "employers", "retention", "money"):
        assert "Geteld om" in text(coordinator_client.get(reverse("dossiers_report", args=[name]))), name


def test_texts_of_findings_are_never_cached(coordinator_client, slow_counts):
    tasks.count_ahead.func()
    findings = reverse("dossiers_report", args=["findings"])
    for _time in range(2):
        assert "Geteld om" not in text(coordinator_client.get(findings))


@pytest.mark.parametrize("name", ["", "waits:", "waits:gisteren", "report:", "report:nothing.2026-01-01", "other:1"])
def test_an_unknown_count_is_refused(name):
    with pytest.raises(ValueError):
        get_cached_count(name)


def test_a_cached_count_has_the_time_it_was_counted(base_data, slow_counts):
    name = remembering.get_waiting_key(timezone.localdate())
    assert get_cached_count(name).counted_at is None
    assert get_cached_count(name).counted_at <= timezone.now()
