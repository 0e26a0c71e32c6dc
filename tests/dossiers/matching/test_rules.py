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


def test_what_fits_in_all_gets_all_points_and_a_reason_for_each():
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


def test_of_what_is_unknown_each_thing_is_said_and_counts_for_nothing():
    compared = compare(Candidate(), Offer(), TODAY)
    assert compared.score == 0
    assert {reason.aspect for reason in compared.of(Way.UNKNOWN)} == set(Aspect)
    assert compared.of(Way.FOR) == compared.of(Way.AGAINST) == []


@pytest.mark.parametrize("aspect", Aspect)
def test_what_one_side_left_open_is_neither_for_nor_against(aspect):
    for candidate, offer in ((Candidate(), WORK), (ABLE, Offer())):
        result = compare_aspect(aspect, candidate, offer)
        if aspect == Aspect.TRANSPORT and offer == Offer():
            assert result.points == 1, "own transport is enough, whatever the employer does"
            continue
        assert [way for way, _text in result.reasons] == [Way.UNKNOWN]
        assert result.points == 0


def test_another_sector_is_named_beside_those_that_are_wanted():
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
def test_dutch_is_enough_or_falls_short(level, asked, points, reasons):
    result = compare_aspect(
        Aspect.LANGUAGE,
        ABLE._replace(dutch_level=level, languages=("ar",)),
        WORK._replace(dutch_level_required=asked, working_languages=("en",)),
    )
    assert (result.points, result.reasons) == (points, reasons)


def test_a_shared_working_language_outweighs_too_little_dutch_which_is_still_told():
    result = compare_aspect(Aspect.LANGUAGE, ABLE._replace(dutch_level="A0"), WORK._replace(dutch_level_required="B2"))
    assert result.reasons == [
        (Way.FOR, "gedeelde taal op het werk: Engels"),
        (Way.AGAINST, "Nederlands A0, gevraagd B2"),
    ]
    assert result.points == 3


def test_that_both_know_dutch_is_no_shared_language_beside_its_level():
    result = compare_aspect(
        Aspect.LANGUAGE,
        ABLE._replace(dutch_level="A1", languages=("ar", "nl")),
        WORK._replace(dutch_level_required="B2", working_languages=("nl",)),
    )
    assert result.points == -4


@pytest.mark.parametrize(("asked", "points"), [(32, 2), (16, 2), (15, 1), (33, -1), (40, -1)])
def test_hours_that_the_candidate_can_or_cannot_work(asked, points):
    result = compare_aspect(Aspect.HOURS, offer=WORK._replace(hours_per_week=asked))
    assert result.points == points
    assert result.reasons == [
        (Way.FOR if points > 0 else Way.AGAINST, f"werk van {asked} uur, de kandidaat kan 32 uur")
    ]


def test_far_more_hours_than_the_candidate_can_weigh_more():
    result = compare_aspect(Aspect.HOURS, ABLE._replace(hours_per_week=16), WORK._replace(hours_per_week=25))
    assert result.points == -2


@pytest.mark.parametrize(("days", "points"), [(0, 2), (1, -1), (28, -1), (29, -3)])
def test_who_is_available_later_than_the_work_begins(days, points):
    result = compare_aspect(Aspect.START, ABLE._replace(available_from=WORK.start_date + timedelta(days=days)))
    assert result.points == points


def test_work_that_began_already_can_be_begun_today():
    begun = WORK._replace(start_date=TODAY - timedelta(days=300))
    assert compare_aspect(Aspect.START, ABLE._replace(available_from=TODAY), begun).points == 2
    assert compare_aspect(Aspect.START, ABLE._replace(available_from=TODAY + timedelta(days=1)), begun).points == -1


def test_who_is_available_after_the_work_is_told_so():
    short = WORK._replace(start_date=None, end_date=date(2026, 12, 31))
    result = compare_aspect(Aspect.START, ABLE._replace(available_from=date(2027, 1, 1)), short)
    assert result.reasons == [(Way.AGAINST, "beschikbaar vanaf 01-01-2027, het werk eindigt op 31-12-2026")]
    assert result.points == -3


@pytest.mark.parametrize(
    ("own", "arranged", "points"),
    [("none", True, 1), ("", True, 1), ("car", False, 1), ("none", False, -1), ("none", None, 0), ("", False, 0)],
)
def test_transport_comes_from_either_side(own, arranged, points):
    result = compare_aspect(Aspect.TRANSPORT, ABLE._replace(transport=own), WORK._replace(transport_offered=arranged))
    assert result.points == points


def test_the_right_sector_alone_fits_and_another_only_with_all_the_rest():
    assert compare(Candidate(sectors=("Landbouw",)), Offer(sector="Landbouw"), TODAY).score >= FITS_FROM
    elsewhere = WORK._replace(sector="Horeca")
    assert compare(ABLE, elsewhere, TODAY).score >= FITS_FROM
    assert compare(ABLE._replace(transport=""), elsewhere, TODAY).score < FITS_FROM
    assert compare(ABLE._replace(sectors=(), dutch_level=""), WORK._replace(working_languages=()), TODAY).score == 5


def test_each_aspect_weighs_less_than_the_one_before_it():
    most = [max(weight.points for weight in WEIGHTS if weight.aspect == aspect) for aspect in Aspect]
    assert most == sorted(most, reverse=True)


def test_many_are_compared_as_one_is():
    comparing = Comparer(TODAY)
    for candidate in (ABLE, ABLE._replace(dutch_level="A0"), Candidate()):
        for offer in (WORK, WORK._replace(sector="Horeca"), Offer()):
            assert comparing.score(candidate, offer) == compare(candidate, offer, TODAY).score
            assert comparing.compare(candidate, offer) == compare(candidate, offer, TODAY)


def test_nothing_is_compared_that_must_not_decide():
    assert set(Candidate._fields) == {
        "sectors", "dutch_level", "languages", "hours_per_week", "available_from", "transport",
    }  # fmt: skip
