"""What still stands between a dossier and work."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.models import Dossier, Regulation, WorkKind, eligible_from, missing
from dossiers.models.dossiers.readiness import first_day_after_months

TODAY = date(2026, 7, 1)
READY = {
    "application_date": date(2025, 12, 1),
    "in_reception": "yes",
    "document_expires_on": TODAY,
    "expectation_talk_on": TODAY,
    "privacy_notice_on": TODAY,
}


@pytest.fixture(autouse=True)
def rule(base_data) -> Regulation:
    """Six months, since always: what an empty installation starts with."""
    return Regulation.objects.get(key=Regulation.WAITING_TIME)


def lacks(day: date = TODAY, kind: str = WorkKind.PAID, **fields) -> dict[str, str]:
    return {one.code: str(one.text) for one in missing(Dossier(**READY | fields), day, kind)}


def test_nothing_is_missing_for_who_has_everything():
    assert lacks() == {}


def test_all_five_are_missing_for_who_has_nothing_and_unknown_says_so():
    nothing = dict.fromkeys(("application_date", "document_expires_on", "expectation_talk_on", "privacy_notice_on"))
    assert lacks(**nothing, in_reception="unknown") == {
        "waiting_time": "datum asielaanvraag onbekend",
        "reception": "verblijf in de opvang onbekend",
        "document": "document: einddatum onbekend",
        "expectation_talk": "verwachtingengesprek",
        "privacy_notice": "privacyverklaring",
    }


@pytest.mark.parametrize("work_right", ["permit_needed", ""])
def test_a_right_to_work_that_nobody_filled_in_asks_as_much_as_a_permit(work_right):
    assert set(lacks(work_right=work_right, in_reception="no", document_expires_on=None)) == {"reception", "document"}


def test_who_is_free_to_work_needs_the_talk_and_the_notice_alone():
    nothing = dict.fromkeys(READY)
    assert set(lacks(**nothing | {"in_reception": "no"}, work_right="free")) == {"expectation_talk", "privacy_notice"}
    assert lacks(work_right="free", in_reception="no", application_date=None) == {}


@pytest.mark.parametrize("work_right", ["permit_needed", "free"])
def test_volunteering_needs_the_talk_and_the_notice_alone(work_right):
    found = lacks(
        kind=WorkKind.VOLUNTEERING, work_right=work_right, in_reception="no", application_date=None,
        document_expires_on=None, expectation_talk_on=None, privacy_notice_on=None,
    )  # fmt: skip
    assert set(found) == {"expectation_talk", "privacy_notice"}


@pytest.mark.parametrize("kind", list(WorkKind))
def test_without_a_right_to_work_there_is_no_placement_of_any_kind(kind):
    assert set(lacks(kind=kind, work_right="none")) == {"work_right"}


def test_living_outside_reception_is_told_apart_from_not_knowing():
    assert lacks(in_reception="no")["reception"] != lacks(in_reception="unknown")["reception"]
    assert lacks(in_reception="")["reception"] == lacks(in_reception="unknown")["reception"]


def test_a_document_holds_on_its_last_day_and_not_on_the_next():
    assert lacks(document_expires_on=TODAY) == {}
    assert set(lacks(document_expires_on=TODAY - timedelta(days=1))) == {"document"}


@pytest.mark.parametrize("field", ["expectation_talk_on", "privacy_notice_on"])
def test_a_talk_that_is_planned_did_not_take_place_yet(field):
    assert len(lacks(**{field: TODAY + timedelta(days=1)})) == 1


# Waiting time


def test_the_waiting_time_is_over_on_the_same_day_six_months_later():
    assert lacks(application_date=date(2026, 1, 1)) == {}
    assert set(lacks(application_date=date(2026, 1, 2))) == {"waiting_time"}


def test_it_says_until_when_by_which_rule_and_where_that_stands(rule):
    (one,) = missing(Dossier(**READY | {"application_date": date(2026, 5, 14)}), TODAY)
    assert "14-11-2026" in str(one.text)
    assert (one.rule, one.source) == (rule.title, rule.source)
    assert rule.source


@pytest.mark.parametrize(
    ("applied", "first_day"),
    [
        (date(2025, 8, 14), date(2026, 2, 14)),
        (date(2025, 8, 28), date(2026, 2, 28)),
        (date(2025, 8, 29), date(2026, 3, 1)),  # 28 February minus six months is 28 August: too early
        (date(2025, 8, 31), date(2026, 3, 1)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2027, 8, 30), date(2028, 3, 1)),
        (date(2026, 2, 28), date(2026, 8, 28)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 3, 31), date(2026, 10, 1)),  # September has 30 days
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_at_the_end_of_a_month_nobody_may_start_a_day_early(applied, first_day):
    dossier = Dossier(**READY | {"application_date": applied})
    assert eligible_from(dossier, first_day) == first_day
    assert "waiting_time" not in lacks(first_day, application_date=applied)
    assert "waiting_time" in lacks(first_day - timedelta(days=1), application_date=applied)


def minus_months(day: date, months: int) -> date:
    """The definition, counted back a day at a time."""
    month = day.year * 12 + day.month - 1 - months
    for last in range(day.day, 0, -1):
        try:
            return date(month // 12, month % 12 + 1, last)
        except ValueError:
            continue
    raise AssertionError


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(0, 24))
def test_eligible_from_is_the_first_day_that_is_so_many_months_after_the_application(applied, months):
    first = first_day_after_months(applied, months)
    assert minus_months(first, months) >= applied
    assert minus_months(first - timedelta(days=1), months) < applied


def test_a_new_rule_counts_from_its_first_day_and_the_old_one_until_then():
    Regulation.objects.create(
        key=Regulation.WAITING_TIME, title="Korter", value="3", unit="months", valid_from=date(2026, 7, 1)
    )
    dossier = Dossier(**READY | {"application_date": date(2026, 3, 15), "document_expires_on": date(2027, 1, 1)})
    assert eligible_from(dossier, date(2026, 6, 30)) == date(2026, 9, 15)
    assert eligible_from(dossier, date(2026, 7, 1)) == date(2026, 6, 15)
    assert missing(dossier, date(2026, 7, 1)) == []


def test_before_the_first_rule_is_in_force_the_waiting_time_is_unknown(rule):
    rule.valid_from = date(2026, 7, 2)
    rule.save()
    assert lacks() == {"waiting_time": "wachttijd onbekend"}
    assert lacks(day=date(2026, 7, 2), document_expires_on=date(2027, 1, 1)) == {}
    assert eligible_from(Dossier(**READY), TODAY) is None


def test_without_any_rule_the_waiting_time_is_unknown(rule):
    rule.delete()
    assert lacks() == {"waiting_time": "wachttijd onbekend"}


def test_a_rule_in_words_leaves_the_waiting_time_unknown(rule):
    rule.unit, rule.value = "text", ""
    rule.save()
    assert lacks() == {"waiting_time": "wachttijd onbekend"}


def test_a_rule_of_no_months_asks_for_no_waiting(rule):
    rule.value = "0"
    rule.save()
    assert lacks(application_date=TODAY) == {}


def test_who_has_no_application_date_has_no_first_day():
    assert eligible_from(Dossier(**READY | {"application_date": None}), TODAY) is None
