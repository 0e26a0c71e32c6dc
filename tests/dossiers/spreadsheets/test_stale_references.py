"""Rows that name a record that was renamed or deleted since the preview are shown again."""

import pytest

from dossiers.models import ClosingReason, Dossier, Employer, EmployerInterest, ImportRun, Sector
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.tasks import read_import

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


def test_a_renamed_sector_of_a_new_person(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg; Bouw"}, OTHER)
    Sector.objects.filter(name="Zorg").update(name="Hulp aan mensen")
    assert is_shown_again(run, "sectors")
    row = run.rows.get(line=2)
    assert "“Zorg”" in row.errors["sectors"][0] and row.bad == {"sectors": "Bouw; Zorg"}
    row_corrections.correct_cell(run, row, "sectors", "Bouw; Hulp aan mensen")
    apply(run)
    names = Dossier.objects.get(family_name="Haile").sectors.values_list("name", flat=True)
    assert sorted(names) == ["Bouw", "Hulp aan mensen"] and Dossier.objects.count() == 2


def test_a_deleted_sector_of_somebody_known(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"})
    Sector.objects.filter(name="Zorg").delete()
    assert is_shown_again(run, "sectors")


def test_a_line_that_changed_nothing_is_shown_too_when_what_it_names_is_gone(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Sectoren": "Zorg"})
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"}, OTHER)
    Sector.objects.filter(name="Zorg").delete()
    assert is_shown_again(run, "sectors")


def test_a_renamed_user(lists: Lists, coordinator) -> None:
    run = lists.preview(NUMBERED | {"Begeleider": "coordinator"})
    coordinator.username = "iemand-anders"
    coordinator.save()
    assert is_shown_again(run, "coordinator")


def test_a_deleted_closing_reason_though_the_other_side_has_one_of_that_name(lists: Lists, reasons) -> None:
    run = lists.preview(NUMBERED | {"Status": "teruggetrokken", "Afsluitreden": REASON})
    ClosingReason.objects.get(side="candidate", name=REASON).delete()
    assert is_shown_again(run, "closing_reason")


def test_a_closing_reason_is_the_one_of_its_own_side(lists: Lists, reasons) -> None:
    lists.apply(NUMBERED | {"Status": "teruggetrokken", "Afsluitreden": REASON})
    lists.apply(JOB | {"Status": "gesloten", "Afsluitreden": REASON}, **INTERESTS)
    assert Dossier.objects.get().closing_reason.side == "candidate"
    assert EmployerInterest.objects.get().closing_reason.side == "employer"


def test_the_sector_of_an_employer(lists: Lists) -> None:
    run = lists.preview(JOB | {"Sector": "Landbouw"}, **INTERESTS)
    Sector.objects.filter(name="Landbouw").delete()
    assert is_shown_again(run, "sector")
    assert not Employer.objects.exists()


def test_a_name_that_is_only_written_in_another_way_now_is_shown_and_taken_as_it_is(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"})
    Sector.objects.filter(name="Zorg").update(name="zorg")
    apply(run)
    assert (run.state, run.rows.get().given["sectors"], run.rows.get().action) == ("previewed", ["zorg"], "new")
    apply(run)
    assert list(Dossier.objects.get().sectors.values_list("name", flat=True)) == ["zorg"]


def test_a_word_that_is_gone_is_asked_about_once_for_all_lines(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Bouw"}, OTHER)
    Sector.objects.filter(name="Bouw").update(name="Bouwen")
    apply(run)
    assert run.asked["words"] == {"sectors": {"Bouw": 2}}
    run.decided["words"] = {"sectors": {"Bouw": "Bouwen"}}
    run.state = ImportRun.State.READING
    run.save()
    read_import.call(run.pk)
    run.refresh_from_db()
    assert run.counts()["new"] == 2 and not run.asked["words"]


def test_other_lines_are_as_they_were(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Sectoren": "Zorg"}, OTHER)
    Sector.objects.filter(name="Techniek").delete()
    apply(run)
    assert run.state == ImportRun.State.APPLIED and Dossier.objects.count() == 2
    assert staging.resource_for(run).sheet_fields()["sectors"].widget.multiple
