"""An odd number or date in one cell waits as the error of its row, and its likely answers stand beside it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from dossiers.models import Dossier, ImportProfile, ImportRun

from ..backoffice.pages import press, text
from .imports import PERSON, Lists
from .test_decisions import upload

OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "01-01-1980"}
HOURS, DAY = "Uren per week", "Beschikbaar vanaf"


def find_labels(page) -> list[str]:
    buttons = BeautifulSoup(page.content, "html.parser").select(".grid-answers button")
    return [" ".join(button.text.split()) for button in buttons]


@pytest.fixture
def open_list(lists: Lists, coordinator, client):
    """Return a function that opens the preview of a list in which Selam has this text and Omar the other."""
    client.force_login(coordinator)

    def open_page(header: str, cell: str, other: str = ""):
        run = upload(lists, PERSON | {header: cell}, OMAR | ({header: other} if other else {}))
        return run, client.get(reverse("dossiers_import", args=[run.pk]))

    return open_page


BLANK = ["Niet invullen", "Niet invullen, en bij Opmerkingen zetten"]


@pytest.mark.parametrize(
    ("header", "cell", "labels"),
    [
        (HOURS, "24+", ["24", *BLANK]),
        (HOURS, "max 24", ["24", *BLANK]),
        (HOURS, "max. 24 uur", ["24", *BLANK]),
        (HOURS, "ca. 32", ["32", *BLANK]),
        (HOURS, "±32", ["32", *BLANK]),
        (HOURS, "24 uur per week", ["24", *BLANK]),
        (HOURS, "24 of meer", ["24", *BLANK]),
        (HOURS, "parttime (24 uur)", ["24", *BLANK]),
        (HOURS, "32-36", ["32 (laagste)", "36 (hoogste)", *BLANK]),
        (HOURS, "parttime", BLANK),
        (HOURS, "in overleg", BLANK),
        (HOURS, "3 dagen", BLANK),
        (HOURS, "max 200", BLANK),
        (DAY, "zsm", BLANK),
        (HOURS, "06-12 34 56 78", []),
        ("Geboortedatum", "onbekend", []),
    ],
)
def test_the_likely_answers_stand_beside_an_odd_number_or_date(open_list, header, cell, labels) -> None:
    run, page = open_list(header, cell)
    assert run.counts()["error"] == 1 and find_labels(page) == labels


@pytest.mark.parametrize("cell", ["24+", "32-36", "in overleg"])
def test_the_good_rows_are_imported_while_the_row_with_an_odd_number_waits(open_list, client, cell) -> None:
    run, page = open_list(HOURS, cell, "16")
    press(client, page, "Alleen de goede regels importeren")
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED
    assert [*Dossier.objects.values_list("given_name", "hours_per_week")] == [("Omar", 16)]


def test_one_click_answers_an_odd_number_and_it_is_remembered_for_the_next_list(open_list, lists, client) -> None:
    run, page = open_list(HOURS, "max 24")
    page = press(client, page, "24")
    assert "“max 24” bij Uren per week: 24." in text(page)
    assert run.rows.get(line=2).given["hours_per_week"] == 24
    press(client, page, "Alles importeren")
    assert ImportProfile.objects.get().values == {"hours_per_week": {"max 24": "24"}}
    following = lists.preview(PERSON | {HOURS: "max. 24"}, OMAR | {HOURS: "Max 24"})
    assert [row.given["hours_per_week"] for row in following.rows.order_by("line")] == [24, 24]


def test_an_answer_beside_one_cell_holds_for_all_rows_with_that_text(open_list, client) -> None:
    run, page = open_list(DAY, "zsm", "z.s.m.")
    press(client, page, "Niet invullen, en bij Opmerkingen zetten")
    assert run.counts()["error"] == 0
    assert [row.given["notes"] for row in run.rows.order_by("line")] == [f"{DAY}: zsm", f"{DAY}: z.s.m."]


def test_a_blank_keeps_what_a_dossier_has_and_the_button_says_so(open_list, lists: Lists) -> None:
    lists.apply(PERSON | {HOURS: "16"})
    _run, page = open_list(HOURS, "24+")
    assert find_labels(page)[1] == "Niet invullen: wat er stond blijft"


@pytest.mark.parametrize("answer", ["Niet invullen: wat er stond blijft", "Niet invullen, en bij Opmerkingen zetten"])
def test_the_preview_shows_the_known_value_that_stays_if_an_odd_number_is_not_filled_in(
    open_list, lists: Lists, client, answer
) -> None:
    lists.apply(PERSON | {HOURS: "16"})
    run, page = open_list(HOURS, "in overleg")
    page = press(client, page, answer)
    page = client.get(reverse("dossiers_import", args=[run.pk]), {"action": run.rows.get(line=2).action})
    assert "In de lijst: “in overleg” 16 blijft staan" in text(page)
    press(client, page, "Alles importeren")
    assert Dossier.objects.get(given_name="Selam").hours_per_week == 16


def test_the_preview_says_nothing_of_a_value_that_stays_if_nothing_is_known(open_list, lists: Lists, client) -> None:
    lists.apply(PERSON)
    run, page = open_list(HOURS, "in overleg")
    press(client, page, "Niet invullen: wat er stond blijft")
    page = client.get(reverse("dossiers_import", args=[run.pk]), {"action": run.rows.get(line=2).action})
    assert "In de lijst: “in overleg”" in text(page) and "blijft staan" not in text(page)


def test_another_answer_or_another_text_changes_nothing(open_list, client) -> None:
    run, _page = open_list(HOURS, "24+")
    row = run.rows.get(line=2)
    address = reverse("dossiers_import_line", args=[run.pk, row.pk]) + "?field=hours_per_week&answer="
    assert client.post(f"{address}99", {"what": "answer"}).status_code == 404
    typed = {f"cell-{row.pk}-hours_per_week": "26", f"was-cell-{row.pk}-hours_per_week": "24+"}
    client.post(f"{address}24", {"what": "answer"} | typed)
    assert run.rows.get(line=2).given["hours_per_week"] == 26, "what was typed counts"
    run.refresh_from_db()
    assert not run.decided.get("words")
