"""Lines that name the same employer have the same result as saving them one after the other."""

from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from dossiers.models import Employer, EmployerInterest, ImportRun
from dossiers.spreadsheets.imports import apply, row_corrections
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.matching.similar_employers import fold_company_name
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import Lists, decide_on_older_values
from .imports import apply as apply_run
from .undo import INTERESTS, JOB, get_kept_reasons, read_records, undo_import

SORTING, PACKING = JOB | {"Werk": "Sorteren"}, JOB | {"Werk": "Inpakken"}


def get_history_steps(name: str) -> list[tuple[str, Any, int]]:
    """Return the type, the value of the field and the import line of each step in the history."""
    rows = Employer.history.order_by("history_id")
    return [(step.history_type, getattr(step, name), step.import_line) for step in rows]


@pytest.fixture
def lists_with_employer(lists: Lists) -> Lists:
    """Lists, after the employer and its three interests were imported and the history was cleared."""
    lists.apply(JOB | {"Plaats": "Ens"}, SORTING, PACKING, **INTERESTS)
    Employer.history.all().delete()
    ModelLogEntry.objects.all().delete()
    return lists


def test_changes_to_different_fields_of_an_employer_in_two_rows_are_both_written(lists_with_employer: Lists) -> None:
    run = lists_with_employer.apply(JOB | {"Plaats": "Urk"}, SORTING | {"Postcode": "8311 BF"}, **INTERESTS)
    employer = Employer.objects.get()
    assert (employer.city, employer.postcode) == ("Urk", "8311 BF")
    assert get_history_steps("city") == [("~", "Urk", 2), ("~", "Urk", 3)]
    assert get_history_steps("postcode") == [("~", "", 2), ("~", "8311 BF", 3)]
    assert ModelLogEntry.objects.for_instance(employer).count() == 2
    assert run.warnings == []


def test_changes_to_an_employer_in_two_rows_with_new_interests_are_both_written(lists_with_employer: Lists) -> None:
    new = [JOB | {"Werk": "Snoeien", "Plaats": "Urk"}, JOB | {"Werk": "Planten", "Postcode": "8311 BF"}]
    lists_with_employer.apply(*new, **INTERESTS)
    employer = Employer.objects.get()
    assert (employer.city, employer.postcode, EmployerInterest.objects.count()) == ("Urk", "8311 BF", 5)


def test_the_last_of_contradicting_rows_applies_with_a_warning(
    lists_with_employer: Lists,
) -> None:
    run = lists_with_employer.preview(JOB | {"Plaats": "Urk"}, SORTING, PACKING | {"Plaats": "Emmeloord"}, **INTERESTS)
    [warning] = run.warnings
    assert warning == (
        "De regels 2, 3, 4 gaan over één werkgever, maar zeggen niet hetzelfde: Plaats. De laatste regel telt."
    )
    assert report(run)["warnings"] == [warning]
    apply.claim(run, False)
    apply.apply(run, None)
    assert Employer.objects.get().city == "Emmeloord"
    assert get_history_steps("city") == [("~", "Urk", 2), ("~", "Emmeloord", 4)]


def test_a_last_row_with_the_original_value_restores_the_original_value(lists_with_employer: Lists) -> None:
    run = lists_with_employer.apply(JOB | {"Plaats": "Urk"}, SORTING | {"Plaats": "Ens"}, **INTERESTS)
    assert Employer.objects.get().city == "Ens"
    assert get_history_steps("city") == [("~", "Urk", 2), ("~", "Ens", 3)]
    assert [row.changes for row in run.rows.order_by("line")] == [{"city": ["Ens", "Urk"]}, {"city": ["Urk", "Ens"]}]


def test_the_same_change_in_two_rows_is_recorded_once(lists_with_employer: Lists) -> None:
    lists_with_employer.apply(JOB | {"Plaats": "Urk"}, SORTING | {"Plaats": "Urk"}, **INTERESTS)
    assert get_history_steps("city") == [("~", "Urk", 2)]


def test_the_fill_policy_uses_the_first_value(lists_with_employer: Lists) -> None:
    lines = [JOB | {"Postcode": "8311 BF", "Plaats": "Urk"}, SORTING | {"Postcode": "8302 AA"}]
    run = lists_with_employer.apply(*lines, policy=ImportRun.Policy.FILL, **INTERESTS)
    employer = Employer.objects.get()
    assert (employer.city, employer.postcode) == ("Ens", "8311 BF")
    assert run.warnings[0].endswith("De eerste regel telt.")


def test_the_new_policy_does_not_change_the_employer(lists_with_employer: Lists) -> None:
    lines = [JOB | {"Werk": "Snoeien", "Plaats": "Urk"}, JOB | {"Werk": "Planten", "Plaats": "Emmeloord"}]
    lists_with_employer.apply(*lines, policy=ImportRun.Policy.NEW, **INTERESTS)
    assert Employer.objects.get().city == "Ens" and get_history_steps("city") == []


def test_rows_with_the_same_new_employer_complete_its_fields(lists: Lists) -> None:
    lists.apply(JOB, SORTING | {"Plaats": "Ens", "Sector": "Landbouw"}, PACKING | {"Plaats": "Urk"}, **INTERESTS)
    employer = Employer.objects.get()
    assert (employer.city, employer.sector.name) == ("Urk", "Landbouw")
    assert get_history_steps("city") == [("+", "", 2), ("~", "Ens", 3), ("~", "Urk", 4)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_result_does_not_depend_on_the_batch_size(lists: Lists, monkeypatch, size: int) -> None:
    monkeypatch.setattr(apply, "BATCH", size)
    lists.apply(JOB, SORTING | {"Plaats": "Ens"}, PACKING | {"Plaats": "Urk", "Postcode": "8311 BF"}, **INTERESTS)
    employer = Employer.objects.get()
    assert (employer.city, employer.postcode, employer.interests.count()) == ("Urk", "8311 BF", 3)
    assert get_history_steps("city") == [("+", "", 2), ("~", "Ens", 3), ("~", "Urk", 4)]
    again = lists.preview(
        JOB | {"Plaats": "Ens"}, SORTING | {"Plaats": "Nagele"}, PACKING | {"Plaats": "Ens"}, **INTERESTS
    )
    apply_run(decide_on_older_values(again, use_older=True))
    assert [city for _kind, city, _line in get_history_steps("city")][3:] == ["Ens", "Nagele", "Ens"]


def test_alternating_rows_of_two_employers_are_not_mixed_up(lists: Lists) -> None:
    other = JOB | {"KvK": "76543210", "Bedrijf": "Bakkerij", "Plaats": "Urk"}
    lines = [JOB, other, SORTING | {"Plaats": "Ens"}, other | {"Werk": "Bakken", "Postcode": "8321 AA"}]
    assert lists.apply(*lines, **INTERESTS).warnings == []
    employers = Employer.objects.order_by("company_name").values_list("company_name", "city", "postcode")
    assert list(employers) == [("Bakkerij", "Urk", "8321 AA"), ("Kwekerij", "Ens", "")]


def test_undoing_restores_the_values_before_all_rows(lists_with_employer: Lists) -> None:
    before = read_records()
    lines = [
        JOB | {"Plaats": "Urk"},
        SORTING | {"Plaats": "Nagele", "Postcode": "8311 BF"},
        PACKING | {"Plaats": "Ens"},
    ]
    run = lists_with_employer.apply(*lines, **INTERESTS)
    assert Employer.objects.get().postcode == "8311 BF"
    undo_import(run)
    assert read_records() == before and get_kept_reasons(run) == {}


def test_undoing_does_not_change_a_created_employer_that_was_edited_since(lists: Lists) -> None:
    run = lists.apply(JOB, SORTING | {"Plaats": "Ens"}, **INTERESTS)
    employer = Employer.objects.get()
    employer.contact_name = "Bo"
    employer.save()
    undo_import(run)
    employer.refresh_from_db()
    assert (employer.city, employer.contact_name, EmployerInterest.objects.count()) == ("Ens", "Bo", 0)
    assert get_kept_reasons(run) == {2: {"employer": ["edited"]}}


def test_the_warning_disappears_when_the_contradiction_is_resolved(lists_with_employer: Lists) -> None:
    run = lists_with_employer.preview(JOB | {"Plaats": "Urk"}, SORTING | {"Plaats": "Ens"}, **INTERESTS)
    assert len(run.warnings) == 1
    row_corrections.leave_out(run, [run.rows.get(line=3)])
    run.refresh_from_db()
    assert run.warnings == []
    row_corrections.take_in(run, [run.rows.get(line=3)])
    run.refresh_from_db()
    assert len(run.warnings) == 1


def test_a_row_of_a_known_interest_cannot_have_the_kvk_number_of_another_employer(lists: Lists) -> None:
    lists.apply(JOB, JOB | {"KvK": "76543210", "Bedrijf": "Bakkerij"}, **INTERESTS)
    reference = EmployerInterest.objects.get(employer__company_name="Bakkerij").reference
    [row] = lists.preview_rows({"Referentie": reference, "KvK": "01234567"}, **INTERESTS)
    assert list(row["errors"]) == ["kvk_number"]


def test_a_row_cannot_set_the_employer_of_a_sign_up(lists: Lists) -> None:
    contact = {"company_name": "Kas", "contact_name": "Bo", "email": "bo@example.org"}
    interest = EmployerInterest.objects.create(contact_given=contact, status="new")
    [row] = lists.preview_rows({"Referentie": interest.reference, "Bedrijf": "Kas"}, **INTERESTS)
    assert row["action"] == "error" and list(row["errors"]) == ["company_name"]
    [row] = lists.preview_rows({"Referentie": interest.reference, "Plekken": "3"}, **INTERESTS)
    assert row["action"] == "changed"


@pytest.mark.parametrize(
    "names",
    [
        ("Kwekerij De Zon B.V.", "kwekerij  de zon"),
        ("De Kas", "kas BV"),
        ("’t Hoekje", "Het Hoekje V.O.F."),
        ("Zonnevis", "Zonne Vis b.v. i.o."),
        ("Café Été N.V.", "cafe ete"),
        ("B.V. Jansen", "Jansen B.V."),
        ("BV", "B.V."),
    ],
)
def test_company_names_are_compared_without_case_spaces_legal_form_and_article(names: tuple[str, str]) -> None:
    assert fold_company_name(names[0]) == fold_company_name(names[1]) != ""


def test_different_company_names_are_not_equal() -> None:
    names = ["De Zon", "De Maan", "Zonbv", "Zon Vof Noord", "BV", ""]
    assert len(set(map(fold_company_name, names))) == len(names)


def test_a_new_employer_with_the_name_of_a_known_employer_gives_a_warning(lists: Lists) -> None:
    unnumbered = {name: value for name, value in JOB.items() if name != "KvK"}
    lists.apply(JOB, unnumbered | {"Bedrijf": "De Kas", "E-mail": "kas@kas.example"}, **INTERESTS)
    run = lists.preview(
        unnumbered | {"Bedrijf": "KWEKERIJ B.V.", "E-mail": "bo@kwekerij.example"},
        unnumbered | {"Bedrijf": "Kwekerij", "E-mail": "cas@kwekerij.example"},
        JOB | {"KvK": "76543210", "Bedrijf": "Boerderij", "E-mail": "bo@boer.example"},
        JOB | {"Bedrijf": "Kas BV", "KvK": "76543211", "E-mail": "kas@kas.example"},
        JOB | {"Bedrijf": "Bakkerij", "KvK": "76543212", "E-mail": "bakker@bakkerij.example"},
        unnumbered | {"Bedrijf": "De kas", "E-mail": "kas@kas.example", "Werk": "Planten"},  # the known employer itself
        **INTERESTS,
    )
    farm, greenhouse = collect_warnings(run)
    assert "De regels 2, 3 " in farm and ": Kwekerij." in farm
    assert (
        "Anders: de schrijfwijze van de naam en het e-mailadres. Niet ingevuld in de lijst: het KvK-nummer." in farm
        and "Hetzelfde:" not in farm
    )
    assert "Regel 5 " in greenhouse and ": De Kas." in greenhouse
    spelling = "Hetzelfde: het e-mailadres. Anders: de schrijfwijze van de naam. "
    assert spelling + "Hier niet bekend van deze werkgever: het KvK-nummer." in greenhouse
    assert report(run)["warnings"] == [farm, greenhouse] and "Kwekerij" not in str((run.warnings, run.asked))
    row = run.rows.get(line=2)
    row_corrections.leave_out(run, [row])
    assert "Regel 3 " in collect_warnings(run)[0]
    Employer.objects.filter(company_name="De Kas").delete()
    assert len(collect_warnings(run)) == 1


def test_a_new_employer_with_nearly_the_name_of_a_known_employer_gives_a_warning(lists: Lists) -> None:
    unnumbered = {name: text for name, text in JOB.items() if name != "KvK"}
    lists.apply(unnumbered | {"Bedrijf": "Bakkerij De Fictieve Krent", "Plaats": "Ens"}, **INTERESTS)
    nearly = unnumbered | {"Bedrijf": "Bakkerij Fictive Krent B.V.", "E-mail": "krent@example.org", "Plaats": "Urk"}
    (warning,) = collect_warnings(lists.preview(nearly, **INTERESTS))
    assert "zo of bijna zo heet: Bakkerij De Fictieve Krent." in warning and "schrijfwijze van de naam" in warning
    other = unnumbered | {"Bedrijf": "Slagerij Krent", "E-mail": "slager@example.org"}
    assert not collect_warnings(lists.preview(other, **INTERESTS))


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        ({}, {"KvK": "01234657"}),  # two digits changed places
        ({"KvK": "00123456"}, {"KvK": "12345678", "Bedrijf": "Kwekerij B.V.", "E-mail": "info@kwekerij.example"}),
        ({}, {"KvK": "76543210", "Bedrijf": "De Kas"}),
        ({"Telefoon": "0527 123456"}, {"KvK": "76543210", "Bedrijf": "De Kas", "E-mail": "b@kas.example"}),
    ],
)
def test_a_new_employer_with_the_name_or_contact_of_one_with_another_kvk_number_gives_a_warning(
    lists: Lists, known: dict[str, str], cells: dict[str, str]
) -> None:
    lists.apply(JOB | known, **INTERESTS)
    run = lists.preview(JOB | known | cells, **INTERESTS)
    (warning,) = collect_warnings(run)
    assert "deze werkgever kan dezelfde zijn: Kwekerij." in warning and "Anders: " in warning
    assert "verbeter dan het KvK-nummer op die regel, of dat van de werkgever" in warning
    employer = Employer.objects.get()
    employer.kvk_number = cells["KvK"]
    employer.save()
    assert apply_run(run).state == "previewed", "the line is shown again"
    apply_run(decide_on_older_values(run, use_older=True))
    assert (Employer.objects.count(), run.rows.get().employer_id) == (1, employer.pk)


def test_another_name_contact_and_kvk_number_are_another_employer(lists: Lists) -> None:
    lists.apply(JOB | {"Telefoon": "0527 123456"}, **INTERESTS)
    other = {"KvK": "01234657", "Bedrijf": "Kwekerijen", "E-mail": "b@kas.example", "Telefoon": "0527 654321"}
    assert not collect_warnings(lists.preview(JOB | other, **INTERESTS))


def test_new_employers_with_the_same_name_in_a_list_give_a_warning(lists: Lists) -> None:
    unnumbered = {name: value for name, value in JOB.items() if name != "KvK"}
    lines = [JOB, unnumbered | {"Bedrijf": "Kwekerij BV"}, JOB | {"KvK": "76543210", "Bedrijf": "Bakkerij"}]
    [warning] = collect_warnings(lists.preview(*lines, **INTERESTS))
    assert "De regels 2, 3 " in warning and "hetzelfde KvK-nummer" in warning
    spelling = "Hetzelfde: het e-mailadres. Anders: de schrijfwijze van de naam. "
    assert spelling + "Niet op elke regel ingevuld: het KvK-nummer." in warning
    timber = [unnumbered | {"Bedrijf": name, "Werk": name} for name in ("Test Timmer", "Test Timmer B.V.")]
    [warning] = collect_warnings(lists.preview(*timber, **INTERESTS))
    assert "Hetzelfde: het e-mailadres. Anders: de schrijfwijze van de naam. Daardoor" in warning
    timber[1] |= {"Bedrijf": "TEST TIMMER", "E-mail": "b@timmer.example"}
    [warning] = collect_warnings(lists.preview(*timber, **INTERESTS))
    assert "Hetzelfde: de naam. Anders: het e-mailadres. Daardoor" in warning
    for same in ([JOB, SORTING], [JOB, JOB | {"KvK": "76543210"}], [unnumbered, unnumbered | {"Werk": "Sorteren"}]):
        assert collect_warnings(lists.preview(*same, **INTERESTS)) == []


def test_a_kvk_number_that_lacks_a_zero_is_filled_up_and_the_list_says_so(lists: Lists) -> None:
    run = lists.preview(JOB, JOB | {"KvK": "8123456", "Bedrijf": "Bakkerij"}, **INTERESTS)
    assert [row.given["kvk_number"] for row in run.rows.order_by("line")][1] == "08123456"
    (warning,) = [text for text in collect_warnings(run) if "KvK" in text]
    assert "regel 3" in warning and "aangevuld met een nul" in warning
    correct_cell(run, run.rows.get(line=3), "kvk_number", "78123456")
    run.refresh_from_db()
    assert not [text for text in collect_warnings(run) if "aangevuld" in text]


def test_a_line_that_renames_an_employer_is_told_also_for_a_new_interest(lists_with_employer: Lists) -> None:
    name = JOB["Bedrijf"]
    renamed = JOB | {"Bedrijf": f"{name}t", "Werk": "Snoeien"}
    run = lists_with_employer.preview(renamed, SORTING | {"Plaats": "Urk"}, **INTERESTS)
    sentence = f"Regel 2 geeft een werkgever een andere naam: {name} → {name}t."
    assert sentence in " ".join(collect_warnings(run))
    correct_cell(run, run.rows.get(line=2), "company_name", name)
    assert "andere naam" not in " ".join(collect_warnings(run))
