"""An import finds the same errors in the same fields as `full_clean()` of the model."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.models import ClosingReason, Dossier, Employer, EmployerInterest, Sector
from dossiers.models.dossiers.dossier import subtract_years

from .imports import Lists
from .undo import INTERESTS, JOB

NOBODY = 999_999  # no record has this key
Cell = tuple[str, Any]  # the text in a list and the value in the model, which is NOT_GIVEN for a blank cell
NOT_GIVEN: Any = object()
BLANK: Cell = ("", NOT_GIVEN)
few_examples = settings(max_examples=12)


def make_cells(*texts: str) -> list[Cell]:
    return [(text, text) for text in texts]


def make_text_cells(limit: int) -> list[Cell]:
    """Return texts of the maximum length and of one character more."""
    return make_cells("x" * limit, "x" * (limit + 1), "  Jan   de  ", "é" * limit)


def make_date_cell(value: date) -> Cell:
    return f"{value:%d-%m-%Y}", value


def make_birth_date_cells() -> list[Cell]:
    today = timezone.localdate()
    grown = subtract_years(today, 18)
    too_young = grown.replace(day=1, year=grown.year + 1)
    return [
        make_date_cell(date(1990, 3, 12)),
        make_date_cell(grown),
        make_date_cell(too_young),
        make_date_cell(today),
        ("31-02-1990", "1990-02-31"),
        BLANK,
    ]


HOURS: list[Cell] = [
    ("1", 1),
    ("40", 40),
    ("24 uur", 24),
    ("0", 0),
    ("41", 41),
    ("-3", -3),
    *make_cells("veel", "2,5"),
    BLANK,
]
FLAG: list[Cell] = [("ja", True), ("nee", False), ("misschien", "misschien"), BLANK]
PHONE: list[Cell] = [*make_cells("06 12345678", "0031612345678", "+49 1511 2345678", "12", "bel de receptie"), BLANK]
EMAIL: list[Cell] = [
    *make_cells("s@example.org", "S@EXAMPLE.ORG", "geen", "a@b", "a b@example.org"),
    *make_text_cells(254),
    BLANK,
]
LEVEL: list[Cell] = [("A1", "A1"), ("b2", "B2"), ("Z9", "Z9"), BLANK]
LANGUAGES: list[Cell] = [("Engels, Turks", ["en", "tr"]), ("Klingon", ["xx"]), ("Engels; Klingon", ["en", "xx"]), BLANK]
NOTES: list[Cell] = [("Heeft een fiets", "Heeft een fiets"), ("é" * 3000, "é" * 3000), BLANK]


def get_dossier_cells(coordinator: Any) -> dict[str, tuple[str, list[Cell]]]:
    """Return the header and the possible cells of each field."""
    reasons = ClosingReason.objects
    mine, theirs = reasons.filter(side="candidate").first(), reasons.filter(side="employer").first()
    assert mine and theirs
    return {
        "given_name": ("Voornaam", [*make_cells("Selam"), *make_text_cells(100), BLANK]),
        "name_prefix": ("Tussenvoegsel", [*make_text_cells(30), BLANK]),
        "date_of_birth": ("Geboortedatum", make_birth_date_cells()),
        "phone": ("Telefoon", PHONE),
        "email": ("E-mail", EMAIL),
        "location": ("Locatie", [*make_text_cells(100), BLANK]),
        "in_reception": ("In opvang", [("ja", "yes"), ("onbekend", "unknown"), ("soms", "soms"), BLANK]),
        "languages": ("Talen", LANGUAGES),
        "dutch_level": ("Niveau Nederlands", LEVEL),
        "education_level": ("Opleidingsniveau", [("mbo", "vocational"), ("toverschool", "toverschool"), BLANK]),
        "profession": ("Beroep", [*make_text_cells(100), BLANK]),
        "hours_per_week": ("Uren per week", HOURS),
        "available_from": ("Beschikbaar vanaf",
                           [make_date_cell(date(2027, 2, 1)), ("31-02-2027", "2027-02-31"), BLANK]),
        "work_right": ("Recht op werk", [("vrij", "free"), ("misschien", "misschien"), BLANK]),
        "driving_licence": ("Rijbewijs", FLAG),
        "transport": ("Vervoer", [("fiets", "bicycle"), ("raket", "raket"), BLANK]),
        "status": ("Status", [("intake", "intake"), ("gekoppeld", "matched"), ("aan het werk", "working"),
                              ("zoek", "zoek"), BLANK]),
        "coordinator": ("Begeleider", [("coordinator", coordinator.pk), ("niemand", NOBODY), BLANK]),
        "closing_reason": ("Afsluitreden", [(mine.name, mine.pk), (theirs.name, theirs.pk), ("zomaar", NOBODY), BLANK]),
        "notes": ("Notities", NOTES),
    }  # fmt: skip


def get_interest_cells(coordinator: Any) -> dict[str, tuple[str, list[Cell]]]:
    reasons = ClosingReason.objects
    mine, theirs = reasons.filter(side="employer").first(), reasons.filter(side="candidate").first()
    sector = Sector.objects.get(name="Landbouw")
    assert mine and theirs
    days = [make_date_cell(date(2027, 2, 1)), make_date_cell(date(2027, 3, 1)), BLANK]
    return {
        "contact_name": ("Contactpersoon", [*make_cells("An"), *make_text_cells(100), BLANK]),
        "email": ("E-mail", EMAIL),
        "phone": ("Telefoon", PHONE),
        "postcode": ("Postcode", [*make_cells("8311 BF", "8311bf", "83 BF", "0123 AB"), BLANK]),
        "city": ("Plaats", [*make_text_cells(80), BLANK]),
        "sector": ("Sector", [("landbouw", sector.pk), ("Ruimtevaart", NOBODY), BLANK]),
        "work_description": ("Werk", [*make_text_cells(500), BLANK]),
        "positions": ("Plekken", [("1", 1), ("500", 500), ("0", 0), ("501", 501), *make_cells("een paar"), BLANK]),
        "hours_per_week": ("Uren per week", HOURS),
        "dutch_level_required": ("Niveau Nederlands", LEVEL),
        "working_languages": ("Werktalen", LANGUAGES),
        "start_date": ("Vanaf", days),
        "end_date": ("Tot", days),
        "transport_offered": ("Vervoer aangeboden", FLAG),
        "status": ("Status", [("nieuw", "new"), ("gesloten", "closed"), ("zoek", "zoek"), BLANK]),
        "owner": ("Begeleider", [("coordinator", coordinator.pk), ("niemand", NOBODY), BLANK]),
        "closing_reason": ("Afsluitreden", [(mine.name, mine.pk), (theirs.name, theirs.pk), ("zomaar", NOBODY), BLANK]),
        "notes": ("Notities", NOTES),
    }


def find_invalid_fields(model: type[Any], values: dict[str, Any]) -> set[str]:
    """Return the fields that `full_clean()` of the model refuses."""
    keys = {field.name: field.attname for field in model._meta.concrete_fields}
    try:
        model(
            **{keys[name]: value for name, value in values.items() if name in keys and value is not NOT_GIVEN}
        ).full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


def draw_rows(data: st.DataObject, pools: dict[str, tuple[str, list[Cell]]]) -> list[dict[str, Cell]]:
    row = st.fixed_dictionaries({name: st.sampled_from(cells) for name, (_header, cells) in pools.items()})
    return data.draw(st.lists(row, min_size=20, max_size=30))


def build_list_row(row: dict[str, Cell], pools: dict[str, tuple[str, list[Cell]]]) -> dict[str, str]:
    return {pools[name][0]: text for name, (text, _value) in row.items()}


@few_examples
@given(data=st.data())
def test_rows_of_dossiers_have_the_same_errors_as_full_clean(lists: Lists, coordinator, data) -> None:
    pools = get_dossier_cells(coordinator)
    rows = [
        row | {"family_name": data.draw(st.sampled_from([(f"Haile{n}", f"Haile{n}"), ("y" * 101, "y" * 101), BLANK]))}
        for n, row in enumerate(draw_rows(data, pools))
    ]
    pools["family_name"] = ("Achternaam", [])
    with transaction.atomic():
        report_rows = lists.preview_rows(
            *({"Extern nummer": f"P{n}"} | build_list_row(row, pools) for n, row in enumerate(rows))
        )
        errors = [set(row["errors"]) for row in report_rows]
        transaction.set_rollback(True)
    assert errors == [
        find_invalid_fields(Dossier, {name: value for name, (_text, value) in row.items()}) for row in rows
    ]


@few_examples
@given(data=st.data())
def test_rows_of_interests_have_the_same_errors_as_full_clean(lists: Lists, coordinator, data) -> None:
    pools = get_interest_cells(coordinator)
    rows = []
    for number, row in enumerate(draw_rows(data, pools)):
        names = [*make_cells(f"Kas {number}", "x" * 147 + f"{number:03}", "x" * 148 + f"{number:03}")]
        numbers = make_cells(f"0{number:07}", f"0{number:08}", f"nr{number:06}")
        numbers.append((f"{number:07}", f"0{number:07}"))  # Excel drops the leading zero
        own = {"company_name": data.draw(st.sampled_from(names)), "kvk_number": data.draw(st.sampled_from(numbers))}
        rows.append(own | row)
    pools |= {"company_name": ("Bedrijf", []), "kvk_number": ("KvK", [])}
    with transaction.atomic():
        report_rows = lists.preview_rows(*(build_list_row(row, pools) for row in rows), **INTERESTS)
        errors = [set(row["errors"]) for row in report_rows]
        transaction.set_rollback(True)
    values = [{name: value for name, (_text, value) in row.items()} for row in rows]
    of_employer = ("company_name", "kvk_number", "contact_name", "email", "phone", "postcode", "city", "sector")
    expected = [
        find_invalid_fields(Employer, {name: row[name] for name in of_employer})
        | find_invalid_fields(EmployerInterest, {name: value for name, value in row.items() if name not in of_employer})
        for row in values
    ]
    assert errors == expected


def test_an_end_date_before_the_stored_start_date_is_an_error(lists: Lists) -> None:
    lists.apply(JOB | {"Vanaf": "1-3-2027"}, **INTERESTS)
    interest = EmployerInterest.objects.get()
    [row] = lists.preview_rows({"Referentie": interest.reference, "Tot": "1-2-2027"}, **INTERESTS)
    assert (row["action"], list(row["errors"])) == ("error", ["end_date"])
    [row] = lists.preview_rows({"Referentie": interest.reference, "Tot": "1-4-2027"}, **INTERESTS)
    assert row["action"] == "changed"


@pytest.mark.parametrize("status", ["gekoppeld", "aan het werk", "aan het werk met begeleiding"])
def test_an_unchanged_status_that_follows_from_a_placement_is_not_an_error(lists: Lists, status: str) -> None:
    code = "matched" if status == "gekoppeld" else "working"
    dossier = Dossier.objects.create(
        given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12), status=code
    )
    [row] = lists.preview_rows({"Referentie": dossier.reference, "Status": status})
    assert row["action"] == "unchanged"
