"""A name goes from the columns of a list that were not taken over, wherever these can still be read."""

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.forgetting.employers import anonymize_contact
from dossiers.forgetting.mentions import find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, InterestStatus, Organisation, Supply
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook

from ..backoffice.pages import text
from ..models.factories import make_employer, make_interest
from ..spreadsheets.imports import AZC, Lists, apply
from .test_anonymize import make_closed_dossier

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return Lists(tmp_path)


@pytest.fixture
def dossier() -> Dossier:
    return make_closed_dossier(given_name="Farah", family_name="Qoraxsan", phone="+31612345675")


def row(number: int, **cells: Any) -> dict[str, Any]:
    names = {"Extern nummer": f"P{number}", "Voornaam": f"Robel{number}", "Achternaam": "Berhe"}
    return names | {"Geboortedatum": f"0{number}-02-1991"} | cells


def read_everything(run: ImportRun) -> str:
    """Return the copy of a list and its workbook as text."""
    run = ImportRun.objects.get(pk=run.pk)
    sheet = openpyxl.load_workbook(build_error_workbook(run)).active
    cells = [str(cell) for cells in sheet.iter_rows(values_only=True) for cell in cells]
    return gzip.decompress(run.clean_copy.open("rb").read()).decode() + " ".join(cells)


def forget(dossier: Dossier) -> None:
    decisions = {mention.key: True for mention in find_mentions(Person(dossier))}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)


def test_a_forgotten_name_is_in_no_left_out_column_of_an_applied_list_and_of_what_continues_it(
    coordinator_client, coordinator, lists, dossier
):
    rows = [
        row(1, Buddy="Qoraxsan", Nummer_buddy="06 12345675", Bijzonderheid="blauw", Begin="2026-03-04"),
        row(2, Buddy="Farah", Geboortedatum="31-02-1990"),
    ]
    first = lists.apply(*rows, good_rows_only=True)
    later = continue_run(first, coordinator)
    staging.stage(later, ask=lambda run, rows: None)
    pages = [
        address
        for run in (first, later)
        for address in (
            reverse("dossiers_import", args=[run.pk]),
            reverse("dossiers_import_columns", args=[run.pk]),
        )
    ]
    assert "“Qoraxsan”" in text(coordinator_client.get(pages[0]))
    assert any("Qoraxsan" in text(coordinator_client.get(page)) for page in pages[2:])
    forget(dossier)
    for page in pages:
        shown = text(coordinator_client.get(page))
        assert "Qoraxsan" not in shown and "Farah" not in shown
    for run in (first, later):
        stored = read_everything(run)
        assert [name for name in ("Qoraxsan", "Farah", "12345675") if name in stored] == []
        assert "blauw" in stored and "2026-03-04" in stored and "Berhe" in stored


@pytest.mark.parametrize("by_partner", [False, True])
def test_a_name_in_a_left_out_column_of_a_waiting_list_is_offered_and_goes_as_chosen(
    coordinator_client, lists, dossier, by_partner
):
    sender = {"by_partner": True, "organisation": AZC} if by_partner else {}
    run = lists.preview(row(1, Buddy="Kent Qoraxsan"), row(2, Buddy="Qoraxsan"), row(3, Buddy="Said"), **sender)
    goes, stays = find_mentions(Person(dossier))
    assert goes.sure and stays.sure
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    assert f"{run}, regel 2" in (page := text(coordinator_client.get(address))) and "Kent Qoraxsan" in page
    coordinator_client.post(address, {"reference": dossier.reference, goes.key: "replace", stays.key: "keep"})
    assert not Dossier.objects.not_anonymised().filter(pk=dossier.pk).exists()
    stored = read_everything(run)
    assert "Kent …" in stored and '"Qoraxsan"' in stored and "Said" in stored


def test_the_nightly_run_takes_surnames_from_left_out_columns_and_leaves_the_names_of_a_list_alone(lists, dossier):
    applied = lists.apply(row(1, Buddy="Farah Qoraxsan"), row(2, Buddy="Farah"))
    waiting = lists.preview(row(3, Buddy="Qoraxsan"))
    known = {"Extern nummer": "P1", "Beroep": "kok"}
    without_names = lists.preview(known | {"Naam van betrokkene": "Qoraxsan"})
    anonymize_dossier(dossier.pk, None, "termijn")
    assert "Qoraxsan" not in read_everything(applied) and "Farah" in read_everything(applied), "a first name alone"
    assert "Qoraxsan" not in read_everything(waiting)
    assert "Qoraxsan" in read_everything(without_names), "which may be the name of the person in this line"


def test_the_name_and_number_of_a_forgotten_contact_go_from_left_out_columns_too(lists):
    employer = make_employer(contact_name="Henk Qzwart", email="henk@example.org", phone="+31612345675")
    make_interest(employer=employer, status=InterestStatus.CLOSED)
    run = lists.apply(row(1, Werkbegeleider="Henk Qzwart", Nummer_begeleider="0612345675"))
    anonymize_contact(employer)
    assert [name for name in ("Qzwart", "12345675") if name in read_everything(run)] == []


def test_a_telephone_number_goes_that_a_workbook_has_as_a_number(lists, dossier, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Extern nummer", "Voornaam", "Achternaam", "Geboortedatum", "Tel buddy"])
    book.active.append(["P1", "Robel", "Berhe", "01-02-1991", 612345675])
    book.save(path := tmp_path / "lijst.xlsx")
    sender = Organisation.objects.named(AZC)
    run = ImportRun.objects.create(record="dossiers", organisation=sender, file_name=path.name)
    staging.stage(run, path)
    assert "612345675" in read_everything(run)
    forget(dossier)
    assert "612345675" not in read_everything(run)


def test_the_line_of_a_forgotten_contact_goes_from_the_copy_of_a_list_with_lines_to_decide(lists):
    offer = {
        "Bedrijf": "Kas",
        "Plekken": 1,
        "Contactpersoon": "Qzanneke",
        "E-mail": "qz@example.org",
        "Werk": "Plukken",
    }
    other = {
        "Bedrijf": "Akker",
        "Contactpersoon": "An",
        "E-mail": "an@example.org",
        "Werk": "Ploegen",
        "Plekken": "veel",
    }
    run = lists.apply(offer, other, record="employer_interest", good_rows_only=True)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    anonymize_contact(Employer.objects.get(company_name="Kas"))
    stored = read_everything(run)
    assert "Qzanneke" not in stored and "qz@" not in stored
    assert "Akker" in stored and run.find_undecided_rows().count() == 1


def test_a_forgotten_name_goes_from_what_a_column_with_contact_details_left_over(coordinator, lists, dossier):
    rows = [row(1, Contact="0612345678 (buddy Qoraxsan)"), row(2, Contact="via Qoraxsan", Geboortedatum="31-02-1990")]
    first = lists.preview(*rows)
    first.decided = {"columns": {"Contact": "contact_details"}}
    staging.stage(first, lists.last_file)
    apply(first, good_rows_only=True)
    later = continue_run(first, coordinator)
    staging.stage(later, ask=lambda run, rows: None)
    assert Dossier.objects.get(given_name="Robel1").notes == "Contact: buddy Qoraxsan"
    assert "Qoraxsan" in str(Supply.objects.values_list("parts")) and "Qoraxsan" in read_everything(first)
    forget(dossier)
    stored_texts = [*Dossier.objects.values_list("notes"), *Supply.objects.values_list("parts", "values")]
    assert "Qoraxsan" not in str(stored_texts) and "0612345678" in read_everything(later)
    for run in (first, later):
        assert "Qoraxsan" not in read_everything(run)
