"""Applying an import writes exactly what the preview showed, once, or nothing."""

import gzip

import pytest
from django.core.cache import cache

from dossiers.models import ClosingReason, Dossier, Employer, ImportProfile, ImportRow, ImportRun, Supply
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from dossiers.models.change_set import NotApplied
from dossiers.progress import Progress
from dossiers.spreadsheets.imports import apply as imports_apply
from dossiers.spreadsheets.imports import profiles, writer
from dossiers.spreadsheets.imports.differing_values import find_differing_values
from dossiers.spreadsheets.imports.parsed_rows import POSSIBLE_BSN_IN_PHONE
from dossiers.spreadsheets.imports.row_corrections import Correction, correct_cells
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.tasks import apply_import
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import undo_import

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OTHER = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
BAD = {**OTHER, "Uren": "veel"}


def test_a_preview_writes_nothing(lists: Lists) -> None:
    lists.preview(NUMBERED)
    assert not Dossier.objects.exists() and not Supply.objects.exists()


def test_a_list_with_errors_is_applied_only_with_good_rows_only(lists: Lists) -> None:
    run = lists.preview(NUMBERED, BAD)
    with pytest.raises(NotApplied, match="goede regels"):
        apply(run)
    assert not Dossier.objects.exists()
    apply(run, good_rows_only=True)
    assert Dossier.objects.get().given_name == "Selam"


def test_an_import_is_applied_once(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    with pytest.raises(NotApplied):
        imports_apply.claim(run, good_rows_only=True)
    imports_apply.apply(run, None)  # a worker that was killed starts its task again
    assert Dossier.objects.count() == 1


def test_the_same_list_uploaded_twice_is_imported_once(lists: Lists) -> None:
    first, second = lists.preview(NUMBERED), lists.preview(NUMBERED)
    apply(first)
    apply(second)
    assert second.state == ImportRun.State.PREVIEWED and "1 regel nu een andere uitkomst" in second.reason
    assert second.counts()["unchanged"] == 1 and Dossier.objects.count() == 1


def test_values_supplied_earlier_remain_when_a_list_lacks_their_column(lists: Lists) -> None:
    lists.apply(NUMBERED | {"E-mail": "selam@example.nl", "Talen": "ar, en"})
    run = lists.apply(NUMBERED | {"Beroep": "kok", "Talen": "nl"})
    supply = Supply.objects.get()
    assert (supply.values["email"], supply.values["profession"]) == ("selam@example.nl", "kok")
    assert supply.values["languages"] == ["nl"]
    undo_import(run)
    supply.refresh_from_db()
    assert (supply.values["email"], "profession" in supply.values) == ("selam@example.nl", False)
    assert supply.values["languages"] == ["ar", "en"]


def test_a_withdrawal_action_lapses_with_the_import_that_closes_the_dossier_and_reopens_with_its_undo(
    lists: Lists,
) -> None:
    lists.apply(NUMBERED)
    action = request_withdrawal(Dossier.objects.get())
    run = lists.apply(NUMBERED | {"Status": "gestopt", "Afsluitreden": ClosingReason.objects.first()})
    action.refresh_from_db()
    assert action.is_done and action.has_lapsed
    undo_import(run)
    action.refresh_from_db()
    assert not (action.is_done or action.has_lapsed)


def test_two_lists_with_the_same_unchanged_person_are_both_applied(lists: Lists) -> None:
    lists.apply(PERSON, organisation=WERKCORPORATIE)
    first, second = lists.preview(NUMBERED), lists.preview(NUMBERED)
    assert first.counts()["unchanged"] == second.counts()["unchanged"] == 1
    apply(first)
    apply(second)
    assert second.state == ImportRun.State.APPLIED
    supply = Supply.objects.get(organisation__name=AZC)
    assert (supply.external_id, supply.last_seen) == ("P1", second.applied_at)


def test_an_external_id_taken_by_another_import_in_the_meantime_stops_the_import(lists: Lists) -> None:
    lists.apply(PERSON, {**OTHER, "Extern nummer": ""}, organisation=WERKCORPORATIE)
    first, second = lists.preview(NUMBERED), lists.preview({**OTHER, "Extern nummer": "P1"})
    apply(first)
    apply(second)
    assert second.state == ImportRun.State.PREVIEWED and "1 regel nu een andere uitkomst" in second.reason
    assert second.rows.get().errors.keys() == {"external_id"}
    assert Supply.objects.filter(organisation__name=AZC).count() == 1


def test_a_supply_deleted_in_the_meantime_is_created_again(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED)
    Supply.objects.all().delete()
    apply(run)
    assert run.state == ImportRun.State.APPLIED and Supply.objects.get().external_id == "P1"


def test_a_reference_with_the_external_id_of_another_dossier_is_an_error(lists: Lists) -> None:
    lists.apply(NUMBERED, OTHER)
    reference = Dossier.objects.get(given_name="Omar").reference
    (row,) = lists.preview_rows({"Referentie": reference, "Extern nummer": "P1"})
    assert row["errors"].keys() == {"external_id"}


def test_two_imports_with_the_same_new_employer_create_a_single_employer(lists: Lists) -> None:
    kas = {"Bedrijf": "Kas Ens", "KvK": "01234567", "Contactpersoon": "An", "E-mail": "kas@example.org", "Plekken": 1}
    runs = [lists.preview({**kas, "Werk": work}, record="employer_interest") for work in ("Plukken", "Sorteren")]
    assert [run.counts()["new"] for run in runs] == [1, 1], runs[0].rows.get().errors
    for run in runs:
        apply(run)
        assert run.state == ImportRun.State.APPLIED, run.reason
    assert Employer.objects.get().interests.count() == 2


def test_a_value_edited_after_the_preview_is_asked_about_before_being_overwritten(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview({**NUMBERED, "Beroep": "kok"})
    dossier = Dossier.objects.get()
    dossier.profession = "lasser"
    dossier.save()
    with pytest.raises(NotApplied, match="Kies eerst of"):
        apply(run)
    assert Dossier.objects.get().profession == "lasser"
    apply(decide_on_older_values(run, use_older=True))
    assert Dossier.objects.get().profession == "kok"


def test_an_edit_of_another_field_does_not_stop_the_import(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview({**NUMBERED, "Beroep": "kok"})
    dossier = Dossier.objects.get()
    dossier.notes = "Belde vandaag"
    dossier.save()
    apply(run)
    assert (Dossier.objects.get().profession, Dossier.objects.get().notes) == ("kok", "Belde vandaag")


def test_an_exception_rolls_the_import_back(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports_apply, "BATCH", 1)
    run = lists.preview(NUMBERED, OTHER)
    written = []

    def write(self: writer.DossierBatchWriter, rows: writer.RowRange, year: int) -> None:
        if written:
            raise OSError("the disk is full")
        written.append(rows)
        real(self, rows, year)

    real = writer.DossierBatchWriter.write
    monkeypatch.setattr(writer.DossierBatchWriter, "write", write)
    with pytest.raises(OSError, match="full"):
        apply(run)
    assert written and not Dossier.objects.exists()


def test_a_stopped_import_writes_nothing(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    run = lists.preview(NUMBERED)
    Progress.of(run).ask_to_stop()
    apply(run)
    assert run.state == ImportRun.State.PREVIEWED and "Gestopt" in run.reason and not Dossier.objects.exists()
    apply(run)
    assert Dossier.objects.exists()


def test_progress_is_cached_during_the_import(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports_apply, "BATCH", 1)
    run, progress = lists.preview(NUMBERED, OTHER), []
    real = Progress.report

    def report(self: Progress, done: int, total: int | None = None) -> None:
        self.last = 0
        real(self, done, total)
        progress.append(cache.get(self.key))

    monkeypatch.setattr(Progress, "report", report)
    apply(run)
    assert progress == [(1, 2), (2, 2)]


def test_rows_are_written_in_batches(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports_apply, "BATCH", 1)
    lists.apply(NUMBERED, {**OTHER, "Sectoren": "Zorg"})
    people = Dossier.objects.order_by("pk").values_list("given_name", "sectors__name", "supplies__external_id")
    assert list(people) == [("Selam", None, "P1"), ("Omar", "Zorg", "P2")]


def test_a_refused_list_stores_no_rows(lists: Lists) -> None:
    run = lists.preview({"Iets": "1", "Anders": "2"})
    assert run.state == ImportRun.State.REFUSED and "herkend" in run.reason
    assert not ImportRow.objects.exists()


def test_the_profile_is_saved_when_a_killed_task_is_run_again(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    assert not ImportProfile.objects.exists()
    apply_import.call(run.pk, None)
    assert ImportProfile.objects.exists() and Dossier.objects.count() == 1


def test_the_profile_is_saved_when_the_import_is_applied(lists: Lists) -> None:
    run = lists.preview(NUMBERED)
    assert not ImportProfile.objects.exists()
    profiles.save_profile(apply(run))
    assert ImportProfile.objects.get().columns["Extern nummer"] == "external_id"


def test_a_value_is_translated_with_the_profile(lists: Lists) -> None:
    profiles.save_profile(lists.apply(NUMBERED))
    ImportProfile.objects.update(values={"dutch_level": {"redelijk": "A2"}})
    [row] = lists.preview_rows({**NUMBERED, "Niveau Nederlands": "Redelijk"})
    assert row["changes"] == {"dutch_level": ["", "A2"]}


def test_a_bsn_is_stored_nowhere(lists: Lists) -> None:
    run = lists.preview({**NUMBERED, "BSN": "123456782", "Notities": "bsn 123456782"})
    row = run.rows.get()
    assert list(row.errors) == ["notes"]
    assert "123456782" not in str([row.given, row.errors, row.bad, run.columns])


@pytest.mark.parametrize("cell", [111222333, "111222333", "111.222.333", "tel 111222333"])
def test_nine_digits_in_a_phone_column_that_may_be_a_bsn_are_an_error(lists: Lists, cell: object) -> None:
    run = lists.preview(NUMBERED | {"Telefoon": cell})
    row = run.rows.get()
    assert row.errors == {"phone": [POSSIBLE_BSN_IN_PHONE]} and "phone" not in row.given
    correct_cell(run, row, "phone", row.bad["phone"])  # an unchanged number must still be confirmed
    assert row.errors == {"phone": [POSSIBLE_BSN_IN_PHONE]}
    row.refresh_from_db()
    correct_cell(run, row, "phone", row.bad["phone"].replace("tel. ", "").replace("tel ", "").replace("1", "01", 1))
    assert row.given["phone"] == "+31111222333" and not row.errors


def test_a_leading_zero_lost_in_excel_is_restored_unless_the_number_may_be_a_bsn(lists: Lists) -> None:
    assert lists.preview(NUMBERED | {"Telefoon": 612345678}).rows.get().given["phone"] == "+31612345678"
    assert lists.preview(NUMBERED | {"Telefoon": 527123457}).rows.get().given["phone"] == "+31527123457"
    assert lists.preview(NUMBERED | {"Telefoon": 612345671}).rows.get().errors == {"phone": [POSSIBLE_BSN_IN_PHONE]}


def test_a_bsn_with_its_label_is_removed_from_a_phone_column(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Telefoon": "BSN 0111222333"})
    row = run.rows.get()
    assert "0111222333" not in str([row.bad, row.errors, row.given]) and "weggelaten" in row.errors["phone"][0]
    with gzip.open(run.clean_copy.open("rb"), "rt") as copy:
        assert "111222333" not in copy.read()


def test_a_bsn_in_a_correction_is_masked_and_explained(lists: Lists) -> None:
    run = lists.preview(NUMBERED | {"Notities": "bsn 123456782", "Telefoon": "geen"})
    row = run.rows.get()
    correct_cells(run, [Correction(row, {"notes": "belt graag, bsn 123456782", "phone": "bsn 123456782"})])
    assert row.bad == {"notes": "belt graag, bsn ***", "phone": ""}
    assert "weggehaald (***)" in row.errors["notes"][0] and "Neem het zo over, of wijzig het" in row.errors["notes"][0]
    assert "weggelaten" in row.errors["phone"][0] and "Laat de cel leeg, of schrijf" in row.errors["phone"][0]


def test_a_column_of_bsns_is_dropped_whatever_its_header(lists: Lists) -> None:
    people = [{**PERSON, "Voornaam": name, "Zorgnummer": bsn} for name, bsn in
              (("Selam", "123456782"), ("Omar", "111222333"), ("Navid", "987654329"))]  # fmt: skip
    run = lists.preview(*people)
    assert {column["header"]: column["dropped"] for column in run.columns}["Zorgnummer"] == "privacy"


def test_a_column_that_proves_month_first_in_later_rows_is_read_again(lists: Lists) -> None:
    rows = [{**PERSON, "Voornaam": f"Selam{n}", "Geboortedatum": "03/04/1990"} for n in range(3)]
    proofs = [{**PERSON, "Geboortedatum": date} for date in ("03/25/1990", "03/26/1990")]
    report_rows = lists.preview_rows(*rows, *proofs)
    born = [row["values"]["date_of_birth"] for row in report_rows]
    assert born == ["1990-03-04"] * 3 + ["1990-03-25", "1990-03-26"]


def test_an_ambiguous_date_column_is_read_day_first_with_a_warning(lists: Lists) -> None:
    run = lists.preview({**PERSON, "Geboortedatum": "03/04/1990"})
    assert run.rows.get().given["date_of_birth"] == "1990-04-03"
    assert any("dag-maand" in warning for warning in collect_warnings(run))


def test_a_list_that_only_drops_diacritics_or_changes_capitals_of_a_name_changes_nothing(lists: Lists) -> None:
    person = NUMBERED | {"Voornaam": "Ayşe", "Tussenvoegsel": "el", "Achternaam": "Çelik"}
    plain = person | {"Voornaam": "AYSE", "Tussenvoegsel": "El", "Achternaam": "Celik"}
    lists.apply(plain)
    lists.apply(person)
    dossier = Dossier.objects.get()
    assert (dossier.given_name, dossier.family_name) == ("Ayşe", "Çelik"), "a list that adds diacritics is a change"
    assert lists.preview(plain).rows.get().action == "unchanged"
    gaps_only = lists.preview(plain, policy=ImportRun.Policy.FILL)
    assert not find_differing_values(gaps_only, gaps_only.rows.all())
    other_letters = lists.preview(person | {"Voornaam": "Ayse", "Achternaam": "Celic"}).rows.get()
    assert other_letters.changes == {"family_name": ["Çelik", "Celic"]}
    lists.apply(person | {"Achternaam": "Læssøe"})
    assert lists.preview(person | {"Achternaam": "Laessoe"}).rows.get().action == "unchanged"
