"""Tests of the distance between a candidate and an employer."""

import pytest

from dossiers.matching.distance import describe_distance, find_coordinates, measure_distance


@pytest.mark.parametrize(
    ("location", "city", "distance"),
    [
        ("AZC Luttelgeest", "Emmeloord", "8 km hemelsbreed"),
        ("luttelgeest", "MARKNESSE", "4 km hemelsbreed"),
        ("Emmeloord (centrum)", "Den Haag", "121 km hemelsbreed"),
        ("Kampen", "'s-Hertogenbosch", "104 km hemelsbreed"),
        ("AZC Luttelgeest", "Luttelgeest", "zelfde plaats"),
        ("Verzonnendorp", "Verzonnendorp", "zelfde plaats"),
    ],
)
def test_the_distance_is_told_between_two_places(location, city, distance):
    assert describe_distance(location, city) == distance


@pytest.mark.parametrize(
    ("location", "city"),
    [
        ("", "Emmeloord"),
        ("Emmeloord", ""),
        ("bij een zus", "Emmeloord"),  # Een is a place too
        ("Emmeloord of Urk", "Kampen"),  # it names two places
        ("Oosterwolde", "Kampen"),  # there are two
    ],
)
def test_no_distance_is_guessed(location, city):
    assert describe_distance(location, city) == ""


def test_the_longest_name_in_a_text_is_its_place():
    assert find_coordinates("AZC Ter Apel") == find_coordinates("ter apel") is not None
    assert find_coordinates("Apel") is None


def test_a_degree_of_latitude_is_111_kilometers():
    assert round(measure_distance((52.0, 5.0), (53.0, 5.0))) == 111
