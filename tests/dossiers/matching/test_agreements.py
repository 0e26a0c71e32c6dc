"""Tests of what a placement agrees against what the candidate can do."""

from datetime import timedelta

import pytest

from dossiers.matching import find_objections
from dossiers.models import EmployerInterest, Placement, Step

from ..models.factories import make_dossier
from ..models.placements import days_ago, today

pytestmark = pytest.mark.django_db


def find_texts(dossier: dict | None = None, interest: dict | None = None, **placement) -> list[str]:
    parties = {"dossier": make_dossier(**dossier or {}), "interest": EmployerInterest(**interest or {})}
    return find_objections(Placement(**parties, **placement), today())


def test_more_hours_than_the_candidate_can_work_are_an_objection():
    can_work_16 = {"hours_per_week": 16}
    assert find_texts(can_work_16, hours_per_week=24) == ["werk van 24 uur, de kandidaat kan 16 uur"]
    assert find_texts(can_work_16, hours_per_week=16) == find_texts(can_work_16) == find_texts(hours_per_week=24) == []
    assert find_texts(can_work_16, hours_per_week=24, status=Step.ENDED) == []


def test_a_start_before_the_candidate_is_available_is_an_objection():
    available_from = today() + timedelta(days=10)
    available, on_day = {"available_from": available_from}, f"beschikbaar vanaf {available_from:%d-%m-%Y}"
    started = {"status": Step.WORKING, "working_on": days_ago(3)}
    assert find_texts(available, **started) == [f"{on_day}, het werk begint op {days_ago(3):%d-%m-%Y}"]
    assert find_texts(available, {"start_date": today()}) == [f"{on_day}, het werk begint op {today():%d-%m-%Y}"]
    assert find_texts(available, {"start_date": available_from}) == find_texts(available) == []
    assert find_texts({"available_from": days_ago(3)}, **started) == []
