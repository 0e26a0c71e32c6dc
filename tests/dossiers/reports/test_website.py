"""Tests of the evaluation whose figures the website shows, after a release or a withdrawal."""

from datetime import timedelta
from typing import Any

import pytest

from dossiers.models import Dossier, Evaluation, Pilot, Sector
from dossiers.reports.evaluations import freeze, withdraw
from dossiers.reports.release import release
from dossiers.reports.website import (
    compare_figures,
    covers_pilot,
    get_evaluation_on_website,
    is_meant_for_website,
)

from ..models.factories import make_dossier
from ..models.placements import days_ago, today

pytestmark = pytest.mark.usefixtures("base_data")


def make_frozen(user: Any, **fields: Any) -> Evaluation:
    evaluation = Evaluation.objects.create(end=today(), **{"reports": ["period"]} | fields)
    freeze(evaluation, user)
    return evaluation


def test_an_evaluation_released_off_the_website_does_not_replace_the_published_figures(coordinator):
    for _number in range(7):
        make_dossier()
    whole, part = make_frozen(coordinator, title="Alles"), make_frozen(coordinator, title="Deel", begin=today())
    release(whole, coordinator)
    release(part, coordinator, on_website=False)
    assert get_evaluation_on_website() == whole and part.state == "released"
    release(latest := make_frozen(coordinator, title="Nieuw"), coordinator, on_website=True)
    assert get_evaluation_on_website() == latest
    assert get_evaluation_on_website(without=latest) == whole
    withdraw(latest, coordinator, "Een fout")
    assert get_evaluation_on_website() == whole


def test_an_evaluation_covers_the_pilot_if_it_is_unfiltered_and_starts_on_the_first_day(coordinator):
    whole = Evaluation(end=today())
    assert covers_pilot(whole)
    assert not covers_pilot(Evaluation(end=today(), begin=days_ago(90)))  # the first day of the pilot is unknown
    pilot = Pilot.load()
    pilot.starts_on = days_ago(60)
    pilot.save()
    for days, covers in ((61, True), (60, True), (59, False)):
        assert covers_pilot(Evaluation(end=today(), begin=days_ago(days))) == covers
    assert not covers_pilot(Evaluation(end=today(), sector=Sector.objects.first()))


def test_a_comparison_shows_the_periods_and_the_rounded_headline_figures(coordinator):
    for _number in range(12):
        make_dossier()
    recent = Dossier.objects.order_by("pk")[:5].values("pk")
    Dossier.objects.exclude(pk__in=recent).update(created_at=f"{today() - timedelta(days=40)}T12:00:00+01:00")
    whole = make_frozen(coordinator, title="Alles", begin=days_ago(50))
    part = make_frozen(coordinator, title="Deel", begin=days_ago(5))
    change = compare_figures(whole, part)
    assert change.rows[0] == ("Kandidaten die zich aanmeldden", "10", "5")
    assert change.period_after == f"{days_ago(5):%d-%m-%Y} – {today():%d-%m-%Y}"
    without = compare_figures(whole, make_frozen(coordinator, title="Geld", reports=["money"]))
    assert without.rows[0] == ("Kandidaten die zich aanmeldden", "10", "niet getoond")
    assert compare_figures(None, whole).period_before == "geen cijfers"


def test_only_figures_that_are_no_older_than_those_shown_are_meant_for_the_website(coordinator):
    older, newer = Evaluation(end=days_ago(5)), Evaluation(end=today())
    assert is_meant_for_website(older)
    release(make_frozen(coordinator, title="Nu"), coordinator)
    assert not is_meant_for_website(older) and is_meant_for_website(newer)
    assert not is_meant_for_website(Evaluation(end=today(), sector=Sector.objects.first()))
