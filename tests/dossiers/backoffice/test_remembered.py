"""Numbers that take long to count are kept for a while; the page says since when, and counts again when asked."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from dossiers.backoffice import remembered as remembering
from dossiers.backoffice.remembered import remembered
from tests.dossiers.models.making import make_dossier

from .pages import text

FUNNEL = reverse("dossiers_report", args=["funnel"])


@pytest.fixture
def slow(monkeypatch):
    """As if every count took long."""
    monkeypatch.setattr(remembering, "QUICK", 0)
    monkeypatch.setattr(remembering, "TIMES", 1_000_000)
    yield
    cache.clear()


def test_what_is_quick_is_counted_each_time():
    numbers = iter((1, 2))
    assert [remembered("quick", lambda: next(numbers)).value for _time in range(2)] == [1, 2]


def test_what_takes_long_is_kept_and_says_of_when_it_is(slow):
    numbers = iter((1, 2))
    first = remembered("slow", lambda: next(numbers))
    again = remembered("slow", lambda: next(numbers))
    assert (first.value, first.counted_at) == (1, None)
    assert again.value == 1 and again.counted_at <= timezone.now()
    assert remembered("slow", lambda: next(numbers), anew=True).value == 2


def registered(page) -> str:
    shown, _exports = page.context["tables"][0]
    return shown.rows[0].cells[0].text


def test_a_report_that_took_long_says_when_it_was_counted_and_counts_again(desk, base_data, slow):
    make_dossier()
    assert "Geteld om" not in text(desk.get(FUNNEL))
    make_dossier(family_name="Later")
    page = desk.get(FUNNEL)
    assert registered(page) == "1" and "Geteld om" in text(page)
    again = desk.get(page.context["anew_url"].replace("?", f"{FUNNEL}?", 1))
    assert registered(again) == "2" and "Geteld om" not in text(again)


def test_the_desk_says_when_it_was_counted(desk, base_data, slow):
    home = reverse("wagtailadmin_home")
    assert "Geteld om" not in text(desk.get(home))
    assert "Geteld om" in text(desk.get(home))


def test_texts_of_findings_are_never_kept_aside(desk, base_data, slow):
    findings = reverse("dossiers_report", args=["findings"])
    for _time in range(2):
        assert "Geteld om" not in text(desk.get(findings))
