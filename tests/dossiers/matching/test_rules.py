"""The reasons for and against a match of a candidate and an offer, in words and in points."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from dossiers.matching import FITS_FROM, MOST_POINTS, WEIGHTS, Aspect, Candidate, Comparer, Offer, Way, compare

TODAY = date(2026, 11, 24)
ABLE = Candidate(("Landbouw", "Zorg"), "B1", ("ar", "en"), 32, date(2026, 11, 1), "bicycle")
WORK = Offer("Landbouw", "A2", ("en", "pl"), 24, date(2026, 12, 15), None, False)


def compare_aspect(aspect: Aspect, candidate: Candidate = ABLE, offer: Offer = WORK) -> SimpleNamespace:
    """Return the reasons of one aspect, and its points when nothing else is known."""
    comparison = compare(candidate, offer, TODAY)
    reasons = [(reason.way, reason.text) for reason in comparison.reasons if reason.aspect == aspect]
    fields = {
        Aspect.SECTOR: (("sectors",), ("sector",)),
        Aspect.LANGUAGE: (("dutch_level", "languages"), ("dutch_level_required", "working_languages")),
        Aspect.HOURS: (("hours_per_week",), ("hours_per_week",)),
        Aspect.START: (("available_from",), ("start_date", "end_date")),
        Aspect.TRANSPORT: (("transport",), ("transport_offered",)),
    }[aspect]
    alone = compare(
        Candidate(**{name: getattr(candidate, name) for name in fields[0]}),
        Offer(**{name: getattr(offer, name) for name in fields[1]}),
        TODAY,
    )
    return SimpleNamespace(reasons=reasons, points=alone.score)


def test_a_perfect_match_has_the_maximum_score_and_a_reason_for_each_aspect():
    compared = compare(ABLE, WORK, TODAY)
    assert compared.score == MOST_POINTS
    assert [reason.text for reason in compared.of(Way.FOR)] == [
        "Landbouw: een sector die de kandidaat zoekt",
        "Nederlands B1, gevraagd A2",
        "gedeelde taal op het werk: Engels",
        "werk van 24 uur, de kandidaat kan 32 uur",
        "beschikbaar vanaf 01-11-2026, het werk begint op 15-12-2026",
        "de kandidaat heeft vervoer: fiets",
    ]
    assert compared.of(Way.AGAINST) == compared.of(Way.UNKNOWN) == []


def test_unknown_aspects_are_listed_and_score_zero():
    compared = compare(Candidate(), Offer(), TODAY)
    assert compared.score == 0
    assert {reason.aspect for reason in compared.of(Way.UNKNOWN)} == set(Aspect)
    assert compared.of(Way.FOR) == compared.of(Way.AGAINST) == []


@pytest.mark.parametrize("aspect", Aspect)
def test_an_aspect_unknown_on_either_side_scores_zero(aspect):
    for candidate, offer in ((Candidate(), WORK), (ABLE, Offer())):
        result = compare_aspect(aspect, candidate, offer)
        if aspect == Aspect.TRANSPORT and offer == Offer():
            assert result.points == 1, "own transport is enough, whatever the employer does"
            continue
        assert [way for way, _text in result.reasons] == [Way.UNKNOWN]
        assert result.points == 0


def test_a_different_sector_counts_against_and_names_the_wanted_sectors():
    result = compare_aspect(Aspect.SECTOR, offer=WORK._replace(sector="Horeca"))
    assert result.reasons == [(Way.AGAINST, "Horeca; de kandidaat zoekt Landbouw, Zorg")]
    assert result.points == -4


@pytest.mark.parametrize(
    ("level", "asked", "points", "reasons"),
    [
        ("B1", "B1", 4, [(Way.FOR, "Nederlands B1, gevraagd B1")]),
        ("A2", "B1", -2, [(Way.AGAINST, "Nederlands A2, gevraagd B1")]),
        ("A0", "B1", -4, [(Way.AGAINST, "Nederlands A0, gevraagd B1")]),
        ("", "A0", 4, [(Way.FOR, "geen Nederlands nodig")]),
        ("", "B1", 0, [(Way.UNKNOWN, "niveau Nederlands niet ingevuld, gevraagd B1")]),
    ],
)
def test_the_level_of_dutch_is_compared_with_the_required_level(level, asked, points, reasons):
    result = compare_aspect(
        Aspect.LANGUAGE,
        ABLE._replace(dutch_level=level, languages=("ar",)),
        WORK._replace(dutch_level_required=asked, working_languages=("en",)),
    )
    assert (result.points, result.reasons) == (points, reasons)


def test_a_shared_working_language_outweighs_insufficient_dutch():
    result = compare_aspect(Aspect.LANGUAGE, ABLE._replace(dutch_level="A0"), WORK._replace(dutch_level_required="B2"))
    assert result.reasons == [
        (Way.FOR, "gedeelde taal op het werk: Engels"),
        (Way.AGAINST, "Nederlands A0, gevraagd B2"),
    ]
    assert result.points == 3


def test_dutch_does_not_count_as_a_shared_working_language():
    result = compare_aspect(
        Aspect.LANGUAGE,
        ABLE._replace(dutch_level="A1", languages=("ar", "nl")),
        WORK._replace(dutch_level_required="B2", working_languages=("nl",)),
    )
    assert result.points == -4


@pytest.mark.parametrize(("asked", "points"), [(32, 2), (16, 2), (15, 1), (33, -1), (40, -1)])
def test_the_hours_of_the_offer_are_compared_with_those_of_the_candidate(asked, points):
    result = compare_aspect(Aspect.HOURS, offer=WORK._replace(hours_per_week=asked))
    assert result.points == points
    assert result.reasons == [
        (Way.FOR if points > 0 else Way.AGAINST, f"werk van {asked} uur, de kandidaat kan 32 uur")
    ]


def test_far_too_many_hours_count_more_heavily_against():
    result = compare_aspect(Aspect.HOURS, ABLE._replace(hours_per_week=16), WORK._replace(hours_per_week=25))
    assert result.points == -2


@pytest.mark.parametrize(("days", "points"), [(0, 2), (1, -1), (28, -1), (29, -3)])
def test_a_later_availability_than_the_start_date_counts_against(days, points):
    result = compare_aspect(Aspect.START, ABLE._replace(available_from=WORK.start_date + timedelta(days=days)))
    assert result.points == points


def test_work_that_already_started_is_treated_as_starting_today():
    begun = WORK._replace(start_date=TODAY - timedelta(days=300))
    assert compare_aspect(Aspect.START, ABLE._replace(available_from=TODAY), begun).points == 2
    assert compare_aspect(Aspect.START, ABLE._replace(available_from=TODAY + timedelta(days=1)), begun).points == -1


def test_availability_after_the_end_date_counts_against():
    short = WORK._replace(start_date=None, end_date=date(2026, 12, 31))
    result = compare_aspect(Aspect.START, ABLE._replace(available_from=date(2027, 1, 1)), short)
    assert result.reasons == [(Way.AGAINST, "beschikbaar vanaf 01-01-2027, het werk eindigt op 31-12-2026")]
    assert result.points == -3


@pytest.mark.parametrize(
    ("own", "arranged", "points"),
    [("none", True, 1), ("", True, 1), ("car", False, 1), ("none", False, -1), ("none", None, 0), ("", False, 0)],
)
def test_transport_may_be_provided_by_either_side(own, arranged, points):
    result = compare_aspect(Aspect.TRANSPORT, ABLE._replace(transport=own), WORK._replace(transport_offered=arranged))
    assert result.points == points


def test_a_matching_sector_suffices_and_another_sector_requires_all_other_aspects():
    assert compare(Candidate(sectors=("Landbouw",)), Offer(sector="Landbouw"), TODAY).score >= FITS_FROM
    elsewhere = WORK._replace(sector="Horeca")
    assert compare(ABLE, elsewhere, TODAY).score >= FITS_FROM
    assert compare(ABLE._replace(transport=""), elsewhere, TODAY).score < FITS_FROM
    assert compare(ABLE._replace(sectors=(), dutch_level=""), WORK._replace(working_languages=()), TODAY).score == 5


def test_each_aspect_weighs_no_more_than_the_previous_aspect():
    most = [max(weight.points for weight in WEIGHTS if weight.aspect == aspect) for aspect in Aspect]
    assert most == sorted(most, reverse=True)


def test_a_comparer_gives_the_same_results_as_compare():
    comparing = Comparer(TODAY)
    for candidate in (ABLE, ABLE._replace(dutch_level="A0"), Candidate()):
        for offer in (WORK, WORK._replace(sector="Horeca"), Offer()):
            assert comparing.score(candidate, offer) == compare(candidate, offer, TODAY).score
            assert comparing.compare(candidate, offer) == compare(candidate, offer, TODAY)


def test_only_job_related_fields_are_compared():
    assert set(Candidate._fields) == {
        "sectors", "dutch_level", "languages", "hours_per_week", "available_from", "transport",
    }  # fmt: skip
