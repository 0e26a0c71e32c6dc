"""Somebody is said to be missing only from a list of the kind in which the person stood last."""

from django.urls import reverse

from ..backoffice.pages import text
from .imports import PERSON, Lists, apply
from .test_absent import NAVID, OMAR, SARA, SELAM, get_absent_names

LESSONS = {"Taalniveau NL": "A1", "Lesgroep": "dinsdag", "Docent": "J. Docent", "Lokaal": "3", "Aanwezig": "vaak"}


def give_lessons(person: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in person.items() if name != "Extern nummer"} | LESSONS


def test_nobody_is_missing_from_a_list_of_lessons_because_of_a_list_of_newcomers(lists: Lists) -> None:
    lists.apply(SELAM, OMAR)
    lessons = lists.preview(give_lessons(SARA), give_lessons(NAVID))
    assert get_absent_names(lessons) == []
    apply(lessons)
    assert get_absent_names(lists.preview(give_lessons(SARA))) == ["Navid"], "of the list of the same kind"
    assert get_absent_names(lists.preview(SELAM)) == ["Omar"], "not who stood in the lessons only"


def test_who_stood_last_in_another_kind_of_list_is_still_there(lists: Lists) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    lists.apply(give_lessons(OMAR))
    assert get_absent_names(lists.preview(SELAM)) == ["Navid"]
    lists.apply(give_lessons(SARA))
    lists.apply(SELAM, OMAR)
    assert get_absent_names(lists.preview(SELAM)) == ["Navid", "Omar"]


def test_a_list_with_some_more_or_fewer_columns_is_of_the_same_kind(lists: Lists) -> None:
    lists.apply(SELAM | {"Beroep": "kok", "Telefoon": "06 12001006"}, OMAR)
    assert get_absent_names(lists.preview(PERSON)) == ["Omar"]
    assert get_absent_names(lists.preview(SELAM | {"Uren": "16", "Talen": "Tigrinya"})) == ["Omar"]


def test_the_tab_says_with_which_list_it_was_compared_and_how_many_are_in_both(
    lists: Lists, coordinator, client
) -> None:
    client.force_login(coordinator)
    lists.apply(give_lessons(SARA))
    lists.apply(SELAM, OMAR, NAVID)
    run = lists.preview(SELAM, NAVID)
    page = text(client.get(reverse("dossiers_import", args=[run.pk]), {"action": "absent"}))
    assert "De laatste lijst met ongeveer dezelfde kolommen, lijst-2.csv van" in page
    assert "had 3 mensen; daarvan staan er 2 ook in deze lijst." in page
    assert "Ook weggelaten: wie het laatst in een lijst met andere kolommen stond: lijst-1.csv." in page
