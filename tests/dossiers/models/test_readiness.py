"""The requirements that a dossier still misses before work."""

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
    """The waiting time of an empty installation: six months, without a first day."""
    return Regulation.objects.get(key=Regulation.WAITING_TIME)


def get_missing(day: date = TODAY, kind: str = WorkKind.PAID, **fields) -> dict[str, str]:
    return {requirement.code: str(requirement.text) for requirement in missing(Dossier(**READY | fields), day, kind)}


def test_a_complete_dossier_misses_nothing():
    assert get_missing() == {}


def test_an_empty_dossier_misses_all_five_and_says_what_is_unknown():
    nothing = dict.fromkeys(("application_date", "document_expires_on", "expectation_talk_on", "privacy_notice_on"))
    assert get_missing(**nothing, in_reception="unknown") == {
        "waiting_time": "datum asielaanvraag onbekend",
        "reception": "verblijf in de opvang onbekend",
        "document": "document: einddatum onbekend",
        "expectation_talk": "verwachtingengesprek",
        "privacy_notice": "privacyverklaring",
    }


@pytest.mark.parametrize("work_right", ["permit_needed", ""])
def test_an_empty_right_to_work_requires_the_same_as_a_permit(work_right):
    assert set(get_missing(work_right=work_right, in_reception="no", document_expires_on=None)) == {
        "reception",
        "document",
    }


def test_a_candidate_free_to_work_needs_only_the_talk_and_the_notice():
    nothing = dict.fromkeys(READY)
    assert set(get_missing(**nothing | {"in_reception": "no"}, work_right="free")) == {
        "expectation_talk",
        "privacy_notice",
    }
    assert get_missing(work_right="free", in_reception="no", application_date=None) == {}


@pytest.mark.parametrize("work_right", ["permit_needed", "free"])
def test_volunteering_needs_only_the_talk_and_the_notice(work_right):
    missing_requirements = get_missing(
        kind=WorkKind.VOLUNTEERING, work_right=work_right, in_reception="no", application_date=None,
        document_expires_on=None, expectation_talk_on=None, privacy_notice_on=None,
    )  # fmt: skip
    assert set(missing_requirements) == {"expectation_talk", "privacy_notice"}


@pytest.mark.parametrize("kind", list(WorkKind))
def test_without_a_right_to_work_there_is_no_placement_of_any_kind(kind):
    assert set(get_missing(kind=kind, work_right="none")) == {"work_right"}


def test_living_outside_reception_differs_from_unknown():
    assert get_missing(in_reception="no")["reception"] != get_missing(in_reception="unknown")["reception"]
    assert get_missing(in_reception="")["reception"] == get_missing(in_reception="unknown")["reception"]


def test_a_document_is_valid_through_its_last_day():
    assert get_missing(document_expires_on=TODAY) == {}
    assert set(get_missing(document_expires_on=TODAY - timedelta(days=1))) == {"document"}


@pytest.mark.parametrize("field", ["expectation_talk_on", "privacy_notice_on"])
def test_a_planned_talk_counts_as_missing(field):
    assert len(get_missing(**{field: TODAY + timedelta(days=1)})) == 1


# Waiting time


def test_the_waiting_time_is_over_on_the_same_day_six_months_later():
    assert get_missing(application_date=date(2026, 1, 1)) == {}
    assert set(get_missing(application_date=date(2026, 1, 2))) == {"waiting_time"}


def test_the_missing_waiting_time_names_its_end_its_rule_and_the_source(rule):
    (requirement,) = missing(Dossier(**READY | {"application_date": date(2026, 5, 14)}), TODAY)
    assert "14-11-2026" in str(requirement.text)
    assert (requirement.rule, requirement.source) == (rule.title, rule.source)
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
def test_a_waiting_time_from_the_end_of_a_month_ends_no_day_early(applied, first_day):
    dossier = Dossier(**READY | {"application_date": applied})
    assert eligible_from(dossier, first_day) == first_day
    assert "waiting_time" not in get_missing(first_day, application_date=applied)
    assert "waiting_time" in get_missing(first_day - timedelta(days=1), application_date=applied)


def minus_months(day: date, months: int) -> date:
    """Subtract months by counting back a day at a time, as the definition says."""
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


def test_the_waiting_time_is_unknown_before_the_first_rule_is_in_force(rule):
    rule.valid_from = date(2026, 7, 2)
    rule.save()
    assert get_missing() == {"waiting_time": "wachttijd onbekend"}
    assert get_missing(day=date(2026, 7, 2), document_expires_on=date(2027, 1, 1)) == {}
    assert eligible_from(Dossier(**READY), TODAY) is None


def test_the_waiting_time_is_unknown_without_any_rule(rule):
    rule.delete()
    assert get_missing() == {"waiting_time": "wachttijd onbekend"}


def test_the_waiting_time_is_unknown_with_a_rule_in_words(rule):
    rule.unit, rule.value = "text", ""
    rule.save()
    assert get_missing() == {"waiting_time": "wachttijd onbekend"}


def test_a_dossier_without_application_date_has_no_first_day():
    assert eligible_from(Dossier(**READY | {"application_date": None}), TODAY) is None


@pytest.mark.parametrize(("value", "unit"), [("26", "weeks"), ("3,5", "months"), ("0", "months")])
def test_a_waiting_time_stored_in_anything_but_whole_months_is_unknown(rule, value, unit):
    Regulation.objects.filter(pk=rule.pk).update(value=value, unit=unit)
    assert get_missing() == {"waiting_time": "wachttijd onbekend"}
