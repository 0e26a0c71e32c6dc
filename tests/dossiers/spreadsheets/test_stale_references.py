"""Rows that name a record that was renamed or deleted since the preview are shown again."""

import pytest

from dossiers.models import ClosingReason, Dossier, Employer, EmployerInterest, ImportRun, Sector
from dossiers.spreadsheets.imports import staging
from dossiers.tasks import read_import
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply
from .undo import INTERESTS, JOB

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OTHER = {
    "Voornaam": "Omar",
    "Achternaam": "Abdi",
    "Geboortedatum": "1-1-1980",
    "Extern nummer": "P2",
    "Sectoren": "Bouw",
}
REASON = "Reden van deze test"


@pytest.fixture
def reasons(base_data) -> None:
    for side in ClosingReason.Side.values:
        ClosingReason.objects.create(side=side, name=REASON)


def is_shown_again(run: ImportRun, field: str, line: int = 2) -> bool:
    """Apply the import; return whether it stopped with an error in that cell of that line."""
    apply(run)
    row = run.rows.get(line=line)
    assert run.state == ImportRun.State.PREVIEWED and "1 regel nu een andere uitkomst" in run.reason
    assert not Dossier.objects.filter(family_name="Abdi").exists()
    return (row.action, list(row.errors), field in row.given) == ("error", [field], False)


def test_a_renamed_sector_in_a_new_row_is_an_error(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg; Bouw"}, OTHER)
    Sector.objects.filter(name="Zorg").update(name="Hulp aan mensen")
    assert is_shown_again(run, "sectors")
    row = run.rows.get(line=2)
    assert "“Zorg”" in row.errors["sectors"][0] and row.bad == {"sectors": "Bouw; Zorg"}
    correct_cell(run, row, "sectors", "Bouw; Hulp aan mensen")
    apply(run)
    names = Dossier.objects.get(family_name="Haile").sectors.values_list("name", flat=True)
    assert sorted(names) == ["Bouw", "Hulp aan mensen"] and Dossier.objects.count() == 2


def test_a_deleted_sector_in_a_changed_row_is_an_error(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"})
    Sector.objects.filter(name="Zorg").delete()
    assert is_shown_again(run, "sectors")


def test_a_deleted_sector_in_an_unchanged_row_is_an_error(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Sectoren": "Zorg"})
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"}, OTHER)
    Sector.objects.filter(name="Zorg").delete()
    assert is_shown_again(run, "sectors")


def test_a_renamed_coordinator_is_an_error(lists: Lists, coordinator) -> None:
    run = lists.preview(NUMBERED | {"Begeleider": "coordinator"})
    coordinator.username = "iemand-anders"
    coordinator.save()
    assert is_shown_again(run, "coordinator")


def test_a_deleted_closing_reason_is_an_error_despite_a_namesake_of_the_other_side(lists: Lists, reasons) -> None:
    run = lists.preview(NUMBERED | {"Status": "teruggetrokken", "Afsluitreden": REASON})
    ClosingReason.objects.get(side="candidate", name=REASON).delete()
    assert is_shown_again(run, "closing_reason")


def test_a_closing_reason_is_looked_up_on_its_own_side(lists: Lists, reasons) -> None:
    lists.apply(NUMBERED | {"Status": "teruggetrokken", "Afsluitreden": REASON})
    lists.apply(JOB | {"Status": "gesloten", "Afsluitreden": REASON}, **INTERESTS)
    assert Dossier.objects.get().closing_reason.side == "candidate"
    assert EmployerInterest.objects.get().closing_reason.side == "employer"


def test_a_deleted_sector_of_an_employer_is_an_error(lists: Lists) -> None:
    run = lists.preview(JOB | {"Sector": "Landbouw"}, **INTERESTS)
    Sector.objects.filter(name="Landbouw").delete()
    assert is_shown_again(run, "sector")
    assert not Employer.objects.exists()


def test_a_renaming_in_case_only_is_shown_again_and_accepted(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"})
    Sector.objects.filter(name="Zorg").update(name="zorg")
    apply(run)
    assert (run.state, run.rows.get().given["sectors"], run.rows.get().action) == ("previewed", ["zorg"], "new")
    apply(run)
    assert list(Dossier.objects.get().sectors.values_list("name", flat=True)) == ["zorg"]


def test_a_stale_name_is_asked_once_for_all_rows(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Bouw"}, OTHER)
    Sector.objects.filter(name="Bouw").update(name="Bouwen")
    apply(run)
    assert run.asked["words"] == {"sectors": {"Bouw": 2}} and run.asked["outdated"] == [2, 3]
    run.decided["words"] = {"sectors": {"Bouw": "Bouwen"}}
    run.state = ImportRun.State.READING
    run.save()
    read_import.call(run.pk)
    run.refresh_from_db()
    assert run.counts()["new"] == 2 and not run.asked["words"]


def test_a_deleted_sector_that_no_row_names_does_not_stop_the_import(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"}, OTHER)
    Sector.objects.filter(name="Techniek").delete()
    apply(run)
    assert run.state == ImportRun.State.APPLIED and Dossier.objects.count() == 2
    assert staging.resource_for(run).sheet_fields()["sectors"].widget.multiple
