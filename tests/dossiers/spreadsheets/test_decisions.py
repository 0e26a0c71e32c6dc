"""The decisions of users about a list are asked once and stored, without data that may not be stored."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dossiers.models import Dossier, ImportProfile, ImportRun, Organisation
from dossiers.spreadsheets.imports import profiles, row_corrections, staging
from dossiers.spreadsheets.imports.columns.samples import get_sample
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.tasks import read_import
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import AZC, PERSON, SHEETS, Lists, apply, preview
from .undo import undo_import

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OTHER = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}


def upload(lists: Lists, *rows: dict, path: Path | None = None) -> ImportRun:
    """Upload a list as the browser does: store the file and ask about what is in doubt."""
    from django.core.files.base import ContentFile

    path = path or lists.file(*rows)
    run = ImportRun.objects.create(
        record="dossiers", organisation=Organisation.objects.named(AZC), file_name=path.name,
        upload=ContentFile(path.read_bytes(), path.name),
    )  # fmt: skip
    read_import.call(run.pk)
    run.refresh_from_db()
    return run


def answer_questions(run: ImportRun, **decided) -> ImportRun:
    run.decided |= decided
    run.state = ImportRun.State.READING
    run.save()
    read_import.call(run.pk)
    run.refresh_from_db()
    return run


def test_the_user_chooses_between_two_columns_for_a_field(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Telefoon": "0612345678", "Mobiel": "0687654321"})
    assert run.state == ImportRun.State.ASKING and "Mobiel" in run.reason
    assert [column.asked for column in get_sample(run).columns][-2:] == [True, True]
    run = answer_questions(run, columns={"Telefoon": None, "Mobiel": "phone"})
    assert run.state == ImportRun.State.PREVIEWED
    assert run.rows.get().given["phone"] == "+31687654321"


def test_the_user_says_what_a_column_with_two_fields_in_its_header_is(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Taal/niveau": "A2"})
    assert run.state == ImportRun.State.ASKING and "“Taal/niveau”" in run.reason and "Talen" in run.reason
    sample = get_sample(run).columns
    assert sample[-1].asked and sample[0].column.field
    run = answer_questions(run, columns={"Taal/niveau": "dutch_level"})
    assert run.rows.get().given["dutch_level"] == "A2"


def test_the_user_assigns_the_columns_of_a_list_without_known_headers(lists: Lists) -> None:
    run = upload(lists, {"Wie": "Selam", "Hoe verder": "Haile", "Wanneer": "12-03-1990"})
    assert run.state == ImportRun.State.ASKING and run.upload
    columns = {"Wie": "given_name", "Hoe verder": "family_name", "Wanneer": "date_of_birth"}
    assert answer_questions(run, columns=columns).counts()["new"] == 1


def test_a_list_without_a_known_column_for_a_needed_field_asks_for_its_columns_once(lists: Lists) -> None:
    person = {"Voornaam": "Selam", "Achternaam": "Haile", "Wanneer": "12-03-1990", "Beroep": "kok"}
    run = upload(lists, person)
    assert run.state == ImportRun.State.ASKING and "Geboortedatum" in run.reason
    assert answer_questions(run, columns={"Wanneer": "date_of_birth"}).counts()["new"] == 1
    run = answer_questions(upload(lists, person), columns={"Wanneer": None})
    assert run.state == ImportRun.State.PREVIEWED and run.counts()["error"] == 1, "the answer is taken as it is"


@pytest.mark.parametrize("column", ["Extern nummer", "Wanneer"])
def test_a_list_that_needs_no_other_column_is_read_without_a_question(lists: Lists, column: str) -> None:
    person = {"Voornaam": "Selam", "Achternaam": "Haile", column: "P1"}
    lists.apply(NUMBERED)
    run = upload(lists, person | ({"Vrij": "x"} if column == "Extern nummer" else {"Geboortedatum": "12-03-1990"}))
    assert run.state == ImportRun.State.PREVIEWED and run.counts()["unchanged"] == 1


def test_a_fixed_value_applies_to_all_rows(lists: Lists) -> None:
    run = answer_questions(upload(lists, NUMBERED, OTHER), fixed={"location": "AZC Luttelgeest", "sectors": "zorg"})
    assert [row.given["location"] for row in run.rows.all()] == ["AZC Luttelgeest"] * 2
    apply(run)
    assert Dossier.objects.filter(location="AZC Luttelgeest", sectors__name="Zorg").count() == 2


def test_a_column_of_the_list_wins_over_a_fixed_value_which_fills_its_blank_cells(lists: Lists) -> None:
    third = {**PERSON, "Voornaam": "Feven", "Extern nummer": "P3"}
    rows = [NUMBERED | {"In de opvang": "nee"}, OTHER | {"In de opvang": ""}, third | {"In de opvang": "misschien"}]
    run = answer_questions(upload(lists, *rows), fixed={"in_reception": "ja"})
    assert [row.given.get("in_reception") for row in run.rows.order_by("line")] == ["no", "yes", None]
    assert run.asked["words"] == {"in_reception": {"misschien": 1}}


def test_a_cell_that_is_typed_over_a_fixed_value_stays_when_the_list_is_read_again(lists: Lists) -> None:
    run = answer_questions(upload(lists, NUMBERED, OTHER), fixed={"in_reception": "ja"})
    correct_cell(run, run.rows.get(line=2), "in_reception", "nee")
    assert [row.given["in_reception"] for row in answer_questions(run).rows.order_by("line")] == ["no", "yes"]


def test_a_fixed_value_is_not_remembered_for_the_next_list_of_the_sender(lists: Lists) -> None:
    run = answer_questions(upload(lists, NUMBERED), fixed={"in_reception": "ja"})
    profiles.save_profile(apply(run))
    Dossier.objects.update(in_reception="no")
    rows = lists.preview_rows(NUMBERED, OTHER)
    assert [(row["action"], row["values"].get("in_reception")) for row in rows] == [("unchanged", None), ("new", None)]


def import_with_answers(lists: Lists, *rows: dict, **decided) -> ImportRun:
    run = apply(answer_questions(upload(lists, *rows), **decided))
    profiles.save_profile(run)
    return run


def test_what_only_an_undone_list_taught_holds_no_more_for_the_next_list(lists: Lists) -> None:
    rows = [{**NUMBERED, "Uren": "fulltime", "Code": "kok"}, {**OTHER, "Uren": "fulltime", "Code": "ober"}]
    answers = {"words": {"hours_per_week": {"fulltime": "36"}}, "columns": {"Code": "profession"}}
    run = import_with_answers(lists, *rows, **answers)
    profile = ImportProfile.objects.get()
    assert profile.columns["Code"] == "profession" and not lists.preview(*rows).asked["words"]
    undo_import(run)
    profile.refresh_from_db()
    assert profile.values == {} and "Code" not in profile.columns
    assert lists.preview(*rows).asked["words"] == {"hours_per_week": {"fulltime": 2}}


def test_what_another_list_in_force_taught_stays_and_holds_again_after_an_undo(lists: Lists) -> None:
    rows = [{**NUMBERED, "Uren": "fulltime"}, {**OTHER, "Uren": "fulltime"}]
    first = import_with_answers(lists, *rows, words={"hours_per_week": {"fulltime": "36"}})
    second = import_with_answers(lists, *rows, words={"hours_per_week": {"fulltime": "40"}})
    undo_import(second)
    assert ImportProfile.objects.get().values == {"hours_per_week": {"fulltime": "36"}}
    undo_import(first)
    assert ImportProfile.objects.get().values == {}


@pytest.mark.parametrize("first_undone", [0, 1], ids=["the older first", "the newer first"])
def test_an_answer_about_a_column_holds_no_more_after_its_list_and_a_later_one_were_undone(
    lists: Lists, first_undone: int
) -> None:
    answered = import_with_answers(lists, NUMBERED | {"Code": "kok"}, columns={"Code": "profession"})
    later = apply(lists.preview(OTHER | {"Code": "bakker"}))
    profiles.save_profile(later)
    assert later.rows.get(action="new").given["profession"] == "bakker" and "Code" not in later.decided.get(
        "columns", {}
    )
    runs = [answered, later]
    for run in (runs[first_undone], runs[1 - first_undone]):
        assert undo_import(run).state == ImportRun.State.UNDONE
    assert "Code" not in ImportProfile.objects.get().columns
    assert "profession" not in lists.preview(NUMBERED | {"Code": "kok"}).fields


def test_an_undone_answer_does_not_hold_again_because_a_later_list_was_read_with_it(lists: Lists) -> None:
    first = import_with_answers(lists, NUMBERED | {"Code": "kok"}, columns={"Code": "profession"})
    profiles.save_profile(apply(lists.preview(OTHER | {"Code": "bakker"})))
    person = {"Voornaam": "Lina", "Achternaam": "Kaya", "Geboortedatum": "1-1-1991", "Code": "kok"}
    third = import_with_answers(lists, person, columns={"Code": "notes"})
    undo_import(first)
    assert ImportProfile.objects.get().columns["Code"] == "notes"
    undo_import(third)
    assert "Code" not in ImportProfile.objects.get().columns


def test_unknown_words_are_counted_and_mapped_once_for_all_rows(lists: Lists) -> None:
    run = upload(
        lists,
        {**NUMBERED, "Niveau Nederlands": "redelijk", "Talen": "Engels, Eritrees"},
        {**OTHER, "Niveau Nederlands": "Redelijk", "Talen": "Eritrees"},
    )
    assert run.asked["words"] == {"languages": {"Eritrees": 2}, "dutch_level": {"redelijk": 1, "Redelijk": 1}}
    run = answer_questions(run, words={"dutch_level": {"redelijk": "A2"}, "languages": {"Eritrees": "ti"}})
    assert [row.given["languages"] for row in run.rows.all()] == [["en", "ti"], ["ti"]]
    assert not run.asked["words"] and run.counts()["new"] == 2


def test_the_answer_about_a_word_with_a_sign_is_not_the_answer_about_the_word(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Niveau Nederlands": "A2-"}, {**OTHER, "Niveau Nederlands": "A2"})
    assert run.asked["words"] == {"dutch_level": {"A2-": 1}}
    run = answer_questions(run, words={"dutch_level": {"A2-": "A1"}})
    assert [row.given["dutch_level"] for row in run.rows.order_by("line")] == ["A1", "A2"]


def test_a_text_that_is_no_number_in_several_rows_is_asked_once_and_answered_for_all_of_them(lists: Lists) -> None:
    third = {**PERSON, "Voornaam": "Feven", "Extern nummer": "P3"}
    rows = [{**NUMBERED, "Uren": "Fulltime"}, {**OTHER, "Uren": "fulltime"}, {**third, "Uren": "in overleg"}]
    run = upload(lists, *rows)
    assert run.asked["words"] == {"hours_per_week": {"Fulltime": 2}}, "a text of one row is the error of its cell"
    run = answer_questions(run, words={"hours_per_week": {"Fulltime": "36 uur"}})
    assert [row.given.get("hours_per_week") for row in run.rows.order_by("line")] == [36, 36, None]
    assert not run.asked["words"] and run.counts()["error"] == 1
    profiles.save_profile(run)
    assert ImportProfile.objects.get().values == {"hours_per_week": {"Fulltime": "36 uur"}}
    [row] = lists.preview_rows({**OTHER, "Uren": "FULLTIME"})
    assert row["values"]["hours_per_week"] == 36, "remembered of this sender"


@pytest.mark.parametrize("cell", ["32-36", "32 – 36 uur", "32 tot 36", "32 t/m 36"])
def test_a_range_of_one_row_is_asked_about_since_its_numbers_may_be_the_answer(lists: Lists, cell: str) -> None:
    run = upload(lists, {**NUMBERED, "Uren": cell}, {**OTHER, "Uren": "24"})
    assert run.asked["words"] == {"hours_per_week": {cell: 1}}
    run = answer_questions(run, words={"hours_per_week": {cell: "36"}})
    assert [row.given["hours_per_week"] for row in run.rows.order_by("line")] == [36, 24]


@pytest.mark.parametrize("cell", ["36-32", "32-99", "32-36-40", "32+", "halve dagen"])
def test_another_text_of_one_row_is_the_error_of_its_cell(lists: Lists, cell: str) -> None:
    run = upload(lists, {**NUMBERED, "Uren": cell}, {**OTHER, "Uren": "24"})
    assert run.counts()["error"] == 1 and not run.asked["words"]


def test_a_date_that_answers_a_text_is_read_day_first_in_a_month_first_list(lists: Lists, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([*NUMBERED, "Beschikbaar vanaf"])
    names = ["Selam", "Omar", "Feven", "Amira", "Baran"]
    for name, day in zip(names, ["zsm", "zsm", "04/20/2027", "04/21/2027", date(2027, 6, 5)], strict=True):
        book.active.append([name, "Haile", "12-03-1990", f"P{name}", day])
    book.save(tmp_path / "lijst.xlsx")
    run = upload(lists, path=tmp_path / "lijst.xlsx")
    assert run.asked["words"] == {"available_from": {"zsm": 2}}
    run = answer_questions(run, words={"available_from": {"zsm": "03-04-2027"}})
    days = [row.given["available_from"] for row in run.rows.order_by("line")]
    assert days == ["2027-04-03", "2027-04-03", "2027-04-20", "2027-04-21", "2027-06-05"]


def test_the_answer_about_a_text_is_not_about_a_number_with_the_same_digits_nor_about_a_blank(lists: Lists) -> None:
    run = lists.preview({**NUMBERED, "Uren": "32,0", "Niveau Nederlands": ""}, {**OTHER, "Uren": "32-0"})
    run.decided = {"words": {"hours_per_week": {"32-0": "16"}, "dutch_level": {".": "A2"}}}
    staging.stage(run)
    assert [row.given["hours_per_week"] for row in run.rows.order_by("line")] == [32, 16]
    assert not any("dutch_level" in row.given for row in run.rows.all())


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Geboortedatum", "onbekend"),
        ("Uren", "06-12 34 56 78"),
        ("Uren", "selam@example.org"),
        ("Uren", "V-nummer 1234567890"),
        ("Beschikbaar vanaf", "111222333"),
        ("Telefoon", "geen"),
        ("E-mail", "geen"),
    ],
)
def test_what_may_be_personal_is_never_asked_about_for_all_rows(lists: Lists, column: str, cell: str) -> None:
    run = upload(lists, {**NUMBERED, column: cell}, {**OTHER, column: cell})
    assert run.counts()["error"] == 2 and not run.asked["words"]


def test_dates_that_wait_for_the_order_of_day_and_month_are_not_asked_about_twice(lists: Lists) -> None:
    days = ["04/20/2027", "04/20/2027", "21-04-2027", "03/04/2027"]
    rows = [{**NUMBERED, "Extern nummer": f"P{at}", "Voornaam": f"Kandidaat{'abcd'[at]}", "Beschikbaar vanaf": day}
            for at, day in enumerate(days)]  # fmt: skip
    run = upload(lists, *rows)
    assert "available_from" in run.asked["dates"] and not run.asked["words"]


def test_an_unknown_word_can_be_left_empty(lists: Lists) -> None:
    run = answer_questions(upload(lists, {**NUMBERED, "Talen": "Engels, ?"}), words={"languages": {"?": None}})
    assert run.rows.get().given["languages"] == ["en"]


def test_the_order_of_day_and_month_is_asked_once_per_column(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Geboortedatum": "03/04/1990"})
    assert run.asked["dates"] == ["date_of_birth"]
    run = answer_questions(run, month_first={"date_of_birth": True})
    assert run.rows.get().given["date_of_birth"] == "1990-03-04" and not run.asked["dates"]


def test_a_date_typed_by_the_user_is_read_day_first_even_in_a_month_first_list(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Geboortedatum": "03/04/1990"}, {**OTHER, "Geboortedatum": "31/31/1990"})
    run = answer_questions(run, month_first={"date_of_birth": True})
    correct_cell(run, run.rows.get(action="error"), "date_of_birth", "05-06-1990")
    run.save()
    assert run.rows.get(line=3).given["date_of_birth"] == "1990-06-05"
    run = answer_questions(run, month_first={"date_of_birth": True})  # the list is read again
    assert [row.given["date_of_birth"] for row in run.rows.all()] == ["1990-03-04", "1990-06-05"]


def test_the_decisions_are_saved_in_the_profile_of_the_organisation(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "Code": "x", "Niveau Nederlands": "redelijk"})
    run = answer_questions(run, columns={"Code": "profession"}, words={"dutch_level": {"redelijk": "A2"}})
    profiles.save_profile(apply(run))
    profile = ImportProfile.objects.get()
    assert profile.columns["Code"] == "profession"
    [row] = lists.preview_rows({**OTHER, "Code": "kok", "Niveau Nederlands": "Redelijk"})
    assert (row["values"]["profession"], row["values"]["dutch_level"]) == ("kok", "A2")


def test_the_sanitized_copy_contains_no_forbidden_data_and_can_be_read_again(lists: Lists) -> None:
    run = upload(lists, {**NUMBERED, "BSN": "123456782", "Notities": "bsn 123456782", "Vrij": "nr 123456782"})
    assert run.state == ImportRun.State.PREVIEWED
    with run.clean_copy.open() as file:
        import gzip

        assert "123456782" not in gzip.decompress(file.read()).decode()
    run.forget_upload()
    run.save()
    again = answer_questions(run)
    assert list(again.rows.get().errors) == ["notes"]


def test_the_uploaded_file_is_deleted_when_the_import_is_applied(lists: Lists) -> None:
    run = upload(lists, NUMBERED)
    name = run.upload.path
    assert Path(name).exists()
    apply(run)
    assert not Path(name).exists() and not ImportRun.objects.get().upload


def test_a_corrected_cell_is_validated_again(lists: Lists) -> None:
    run = lists.preview({**NUMBERED, "Uren": "veel"})
    row = run.rows.get()
    correct_cell(run, row, "hours_per_week", "nog meer")
    assert "nog meer" in run.rows.get().errors["hours_per_week"][0]
    correct_cell(run, run.rows.get(), "hours_per_week", "24")
    assert (run.rows.get().action, run.rows.get().given["hours_per_week"]) == ("new", 24)


def test_a_missing_name_can_be_filled_in(lists: Lists) -> None:
    run = lists.preview({**NUMBERED, "Achternaam": ""})
    correct_cell(run, run.rows.get(), "family_name", "Haile")
    apply(run)
    assert Dossier.objects.get().family_name == "Haile"


def test_corrections_survive_restaging(lists: Lists) -> None:
    run = lists.preview({**NUMBERED, "Uren": "veel"}, OTHER)
    correct_cell(run, run.rows.get(line=2), "hours_per_week", "24")
    row_corrections.leave_out(run, [run.rows.get(line=3)])
    staging.stage(run)
    assert [(row.action, row.given.get("hours_per_week")) for row in run.rows.all()] == [("new", 24), ("skipped", None)]


def test_skipping_one_of_two_duplicate_rows_resolves_the_other(lists: Lists) -> None:
    run = lists.preview(NUMBERED, {**NUMBERED, "Beroep": "kok"})
    row_corrections.leave_out(run, [run.rows.get(line=2)])
    assert [row.action for row in run.rows.all()] == ["skipped", "new"]
    row_corrections.take_in(run, [run.rows.get(line=2)])
    assert [row.action for row in run.rows.all()] == ["error", "error"]


def test_a_similar_person_can_be_marked_as_the_same_or_another_person(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview({**NUMBERED, "Voornaam": "Selma", "Extern nummer": "P9"})
    dossier = Dossier.objects.get()
    row_corrections.same_record(run, run.rows.exclude(action="absent").get(), dossier)
    assert (run.rows.get(action="changed").target_id, run.counts()["similar"]) == (dossier.pk, 0)
    run = lists.preview({**NUMBERED, "Voornaam": "Selma", "Extern nummer": "P9"})
    row_corrections.another_record(run, run.rows.exclude(action="absent").get())
    assert run.counts()["new"] == 1
    apply(run)
    assert Dossier.objects.count() == 2


def test_a_corrected_error_workbook_continues_its_import(lists: Lists, tmp_path: Path) -> None:
    run = preview(SHEETS / "coa-lijst-juli.xlsx")
    path = tmp_path / "terug.xlsx"
    with build_error_workbook(run) as file:
        path.write_bytes(file.read())
    book = openpyxl.load_workbook(path)
    sheet = book.active
    header = [cell.value for cell in sheet[4]]
    assert "BSN" not in header and header[-1] == f"Reden (import {run.pk})"
    wrong = sheet.cell(8, header.index("Geb.datum") + 1)
    assert wrong.value == "31-02-1990" and wrong.fill.start_color.rgb == "FFF8D7DA"
    assert "bestaat niet" in sheet.cell(8, len(header)).value
    assert sheet.cell(5, len(header)).value is None
    wrong.value = "28-02-1990"
    book.save(path)
    apply(run, good_rows_only=True)
    later = preview(path)
    assert later.continues == run
    counts = later.counts()
    assert (counts["new"], counts["unchanged"], counts["error"]) == (1, 20, 3)


def test_the_error_workbook_preserves_the_line_numbers(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "lijst.xlsx"
    book = openpyxl.Workbook()
    person = ["Selam", "Haile", date(1990, 3, 12)]
    for row in (["Lijst van oktober"], [], [*PERSON], person, [], ["Omar", "Said", date(1985, 2, 1)], [], person):
        book.active.append(row)
    book.save(path)
    run = preview(path)
    with build_error_workbook(run) as file:
        sheet = openpyxl.load_workbook(file).active
    assert [sheet.cell(line, 1).value for line in range(1, 9)] == [
        *(None, None, "Voornaam", "Selam", None, "Omar", None, "Selam")
    ]
    assert sheet.cell(4, 4).value is None and "regel 4" in sheet.cell(8, 4).value


def test_only_invalid_cells_of_date_fields_are_formatted_as_dates_in_the_error_workbook(
    lists: Lists, tmp_path: Path
) -> None:
    path = tmp_path / "lijst.xlsx"
    book = openpyxl.Workbook()
    book.active.append([*PERSON, "Uren per week", "Beschikbaar vanaf"])
    book.active.append([*PERSON.values(), date(1900, 1, 24), "ooit"])
    book.save(path)
    with build_error_workbook(preview(path)) as file:
        _header, (*_person, hours, available, _why) = openpyxl.load_workbook(file).active.iter_rows()
    assert (hours.value, hours.number_format) == ("24-01-1900", "General")
    assert (available.value, available.number_format) == ("ooit", "dd-mm-yyyy")
    assert hours.fill.start_color.rgb == available.fill.start_color.rgb == "FFF8D7DA"


@pytest.mark.parametrize("name", ["coa-lijst-juli.xlsx", "werkcorporatie-export.csv"])
def test_restaging_from_the_sanitized_copy_gives_the_same_rows(name: str, base_data: None) -> None:
    run = preview(SHEETS / name)
    before = list(run.rows.values_list("line", "action", "given", "errors", "bad"))
    staging.stage(run)
    assert list(run.rows.values_list("line", "action", "given", "errors", "bad")) == before


def test_an_organisation_that_takes_the_name_of_another_gets_its_own_profile(lists: Lists) -> None:
    profiles.save_profile(lists.preview(NUMBERED))
    former = Organisation.objects.named(AZC)
    Organisation.objects.filter(pk=former.pk).update(name="AZC Emmeloord")
    Organisation.objects.create(name=AZC)
    profile = profiles.save_profile(lists.preview(NUMBERED))
    assert profile.name == f"{AZC}: dossiers (2)"
    assert ImportProfile.objects.filter(organisation=former).exists()


def test_a_single_month_first_date_does_not_change_how_the_other_dates_are_read(lists: Lists) -> None:
    baran = {"Voornaam": "Baran", "Achternaam": "Rojhat", "Geboortedatum": "07-02-1983"}
    apply(lists.preview(baran))
    run = upload(lists, baran, {**OTHER, "Geboortedatum": "05-13-1990"}, {**PERSON, "Geboortedatum": "07-08-1992"})
    assert run.asked["dates"] == ["date_of_birth"]
    assert [(row.action, row.given.get("date_of_birth")) for row in run.rows.order_by("line")] == [
        ("unchanged", "1983-02-07"),
        ("error", None),
        ("new", "1992-08-07"),
    ]
    assert "bestaat niet" in run.rows.get(line=3).errors["date_of_birth"][0]
    warnings = " ".join(collect_warnings(run))
    assert "blijkt niet of de dag of de maand eerst staat" in warnings and "Alleen op regel 3" in warnings
    run = answer_questions(run, month_first={"date_of_birth": True})
    assert run.rows.get(line=3).given["date_of_birth"] == "1990-05-13"
    assert (run.asked["dates"], run.asked["answered_dates"]) == ([], ["date_of_birth"]), "the answer can be changed"


def test_several_month_first_dates_are_reported_and_can_be_overruled(lists: Lists) -> None:
    days = ["07-02-1983", "05-13-1990", "05-14-1990"]
    run = upload(lists, *({**PERSON, "Voornaam": f"Selam{day}", "Geboortedatum": day} for day in days))
    assert not run.asked["dates"] and run.rows.get(line=2).given["date_of_birth"] == "1983-07-02"
    assert "gelezen als maand-dag, vanwege regel 3, 4" in " ".join(collect_warnings(run))
    assert run.asked["answered_dates"] == ["date_of_birth"], "the page of words offers to change it"
    run = answer_questions(run, month_first={"date_of_birth": False})
    assert run.rows.get(line=2).given["date_of_birth"] == "1983-02-07" and run.counts()["error"] == 2
    assert "maand-dag" not in " ".join(collect_warnings(run))


def test_the_order_of_dates_is_asked_of_each_list_and_not_remembered(lists: Lists) -> None:
    rows = [{**NUMBERED, "Geboortedatum": "03-04-1990"}]
    answered = answer_questions(upload(lists, *rows), month_first={"date_of_birth": True})
    assert "gelezen als maand-dag-jaar, zoals is geantwoord" in " ".join(collect_warnings(answered))
    profiles.save_profile(apply(answered))
    run = upload(lists, {**OTHER, "Geboortedatum": "05-04-1990"})
    assert run.rows.exclude(action="absent").get().given["date_of_birth"] == "1990-04-05"
    assert run.asked["dates"] == ["date_of_birth"]
    run = upload(lists, *({**OTHER, "Geboortedatum": day} for day in ("05-04-1990", "25-12-1990")))
    days = [row.given["date_of_birth"] for row in run.rows.exclude(action="absent").order_by("line")]
    assert days == ["1990-04-05", "1990-12-25"] and not run.asked["dates"]


def test_dates_that_only_begin_with_the_day_overrule_an_answer_about_an_earlier_version(lists: Lists) -> None:
    run = upload(lists, *({**NUMBERED, "Geboortedatum": day} for day in ("03-12-1990", "25-12-1990")))
    run = answer_questions(run, month_first={"date_of_birth": True})
    assert [row.given["date_of_birth"] for row in run.rows.order_by("line")] == ["1990-12-03", "1990-12-25"]
    assert not run.asked["dates"] and not run.asked["answered_dates"]
    assert "maand-dag" not in " ".join(collect_warnings(run))


def test_a_date_that_does_not_exist_in_the_order_of_its_column_says_so(lists: Lists) -> None:
    days = ("10-14-1990", "29-03-1990", "04-05-1990", "31-31-1990")
    run = upload(lists, *({**NUMBERED, "Voornaam": f"Selam{day}", "Geboortedatum": day} for day in days))
    run = answer_questions(run, month_first={"date_of_birth": True})
    errors = {row.line: row.errors.get("date_of_birth", [""])[0] for row in run.rows.order_by("line")}
    assert errors[3] == (
        "“29-03-1990” wordt gelezen als maand-dag-jaar, zoals de andere datums in deze kolom, en bestaat dan niet. "
        "Staat de dag eerst? Schrijf de maand als woord, of wijzig het antwoord over deze lijst."
    )
    assert "bestaat niet. Schrijf dag-maand-jaar" in errors[5] and not errors[2] and not errors[4]
