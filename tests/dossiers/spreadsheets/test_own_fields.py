"""Own fields are imported and exported like other fields."""

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from dossiers.models import Dossier, EmployerInterest, ImportProfile, Organisation, OwnField
from dossiers.spreadsheets.imports import apply, staging
from dossiers.spreadsheets.resources import DossierResource, SuppliedResource

from ..models.factories import make_dossier
from ..models.own_fields import make_field_of_each_kind, make_own_field
from .imports import AZC, PERSON
from .own_fields import CHANGED, FILLED, NUMBERED, STORED
from .undo import INTERESTS, JOB, read_records, undo_import

pytestmark = pytest.mark.django_db


def get_extra(name: str = "Selam") -> dict[str, Any]:
    return Dossier.objects.get(given_name=name).extra


def test_own_fields_are_imported_and_undone(lists):
    make_field_of_each_kind()
    made = lists.apply(FILLED)
    assert get_extra() == STORED
    Dossier.objects.get().full_clean()
    before = read_records()
    run = lists.apply(CHANGED)
    assert run.rows.get().changes["own_schoenmaat"] == [42.5, 43]
    assert get_extra() == {
        "own_mentor": "Bo", "own_schoenmaat": 43, "own_gezien_op": "2026-02-02", "own_vaste_dag": "Woensdag",
        "own_vca": False,
    }  # fmt: skip
    undo_import(run)
    assert read_records() == before
    undo_import(made)
    assert not Dossier.objects.exists()


def test_own_fields_of_interests_are_imported_and_undone(lists):
    make_field_of_each_kind("employer_interest")
    job = {key: value for key, value in FILLED.items() if key not in NUMBERED}
    lists.apply(JOB | job, **INTERESTS)
    assert EmployerInterest.objects.get().extra == STORED
    before = read_records()
    undo_import(lists.apply(JOB | {"Mentor": "Bo", "VCA": "nee"}, **INTERESTS))
    assert read_records() == before


def test_a_blank_cell_changes_nothing_and_an_undo_removes_a_first_value(lists):
    make_field_of_each_kind()
    lists.apply(NUMBERED | {"Mentor": "An"})
    run = lists.apply(NUMBERED | {"Mentor": "", "Schoenmaat": "40"})
    assert get_extra() == {"own_mentor": "An", "own_schoenmaat": 40}
    undo_import(run)
    assert get_extra() == {"own_mentor": "An"}


def test_an_undo_does_not_revert_a_value_edited_since(lists):
    make_field_of_each_kind()
    lists.apply(FILLED)
    run = lists.apply(CHANGED)
    dossier = Dossier.objects.get()
    dossier.extra = dossier.extra | {"own_mentor": "Cis"}
    dossier.save()
    undo_import(run)
    assert get_extra() == STORED | {"own_mentor": "Cis"}
    assert run.rows.get().kept == {"own_mentor": ["edited"]}


def test_an_undo_does_not_restore_a_deleted_choice(lists):
    own = make_field_of_each_kind()["choice"]
    lists.apply(FILLED)
    run = lists.apply(CHANGED)
    OwnField.objects.filter(pk=own.pk).update(choices=["Woensdag"])
    undo_import(run)
    assert get_extra()["own_vaste_dag"] == "Woensdag" and run.rows.get().kept == {"own_vaste_dag": ["unknown"]}


def test_a_header_with_a_typo_is_recognized(lists):
    make_own_field("Schoenmaat", "number")
    run = lists.preview(NUMBERED | {"Schoenmaatt": "42"})
    assert run.rows.get().given["own_schoenmaat"] == 42


def test_a_bsn_in_an_own_text_field_is_an_error(lists):
    make_own_field("Mentor")
    row = lists.preview(NUMBERED | {"Mentor": "bsn 123456782"}).rows.get()
    assert row.action == "error" and "123456782" not in str([row.given, row.errors, row.bad])


def test_a_required_own_field_is_required_in_new_rows_only(lists):
    make_own_field("Mentor", required=True)
    make_dossier(given_name="Omar", family_name="Abdi", date_of_birth=date(1980, 1, 1))
    omar = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    rows = lists.preview(PERSON, omar).rows.order_by("line")
    assert [(row.action, list(row.errors)) for row in rows] == [("error", ["own_mentor"]), ("unchanged", [])]


def test_a_required_own_field_out_of_use_is_not_required(lists):
    make_own_field("Mentor", required=True, in_use=False)
    assert lists.preview(PERSON).rows.get().action == "new"


def test_an_unknown_choice_is_asked_once_for_all_rows(lists):
    make_own_field("Vaste dag", choices=["Maandag", "Vrijdag"])
    run = lists.preview(NUMBERED | {"Vaste dag": "vrij"})
    assert run.asked["words"] == {"own_vaste_dag": {"vrij": 1}}
    run.decided = {"words": {"own_vaste_dag": {"vrij": "Vrijdag"}}}
    staging.stage(run)
    assert run.rows.get().given["own_vaste_dag"] == "Vrijdag"


def test_the_order_of_day_and_month_is_asked_for_ambiguous_dates(lists):
    make_own_field("Gezien op", "date")
    assert "own_gezien_op" in lists.preview(NUMBERED | {"Gezien op": "3/4/2026"}).asked["dates"]


def test_a_blank_cell_in_a_column_of_crosses_means_no(lists):
    make_own_field("VCA", "yes_no")
    omar = {"Extern nummer": "P2", "Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    lists.apply(NUMBERED | {"VCA": "x"}, omar)
    assert (get_extra()["own_vca"], get_extra("Omar")["own_vca"]) == (True, False)


def test_the_fill_policy_does_not_change_existing_values(lists):
    make_field_of_each_kind()
    lists.apply(NUMBERED | {"Mentor": "An"})
    lists.apply(CHANGED, policy="fill")
    assert (get_extra()["own_mentor"], get_extra()["own_schoenmaat"]) == ("An", 43)


def test_the_command_imports_and_prints_own_fields(lists):
    make_own_field("Schoenmaat", "number")
    output = io.StringIO()
    path = lists.file(NUMBERED | {"Schoenmaat": "42,5"})
    call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json", stdout=output)
    row = json.loads(output.getvalue())["rows"][0]
    assert row["values"]["own_schoenmaat"] == 42.5 and get_extra() == {"own_schoenmaat": 42.5}


# --- When a field changes between the preview and the rest ---


def test_a_list_with_a_field_that_went_out_of_use_is_not_applied(lists):
    own = make_own_field("Mentor")
    run = lists.preview(NUMBERED | {"Mentor": "An"})
    OwnField.objects.filter(pk=own.pk).update(in_use=False)
    apply.claim(run, good_rows_only=False)
    apply.apply(run, None)
    assert (run.state, run.reason) == ("previewed", "Niet meer in gebruik: Mentor. Kies de kolommen opnieuw.")
    staging.stage(run)
    assert [column["dropped"] for column in run.columns if column["header"] == "Mentor"] == ["unknown"]


def test_a_list_is_applied_without_a_field_that_was_deleted(lists):
    own = make_own_field("Mentor")
    run = lists.preview(NUMBERED | {"Mentor": "An"})
    own.delete()
    run.refresh_from_db()
    apply.claim(run, good_rows_only=False)
    apply.apply(run, None)
    assert run.state == "applied" and get_extra() == {}


def test_a_choice_deleted_after_the_preview_is_an_error_of_the_row(lists):
    own = make_own_field("Vaste dag", choices=["Maandag", "Vrijdag"])
    run = lists.preview(NUMBERED | {"Vaste dag": "Maandag"})
    OwnField.objects.filter(pk=own.pk).update(choices=["Vrijdag"])
    apply.claim(run, good_rows_only=False)
    apply.apply(run, None)
    assert run.state == "previewed" and run.rows.get().errors.keys() == {"own_vaste_dag"}


@pytest.mark.parametrize("end", ["out of use", "deleted"])
def test_an_import_can_be_undone_after_its_field_went_out_of_use_or_was_deleted(lists, end):
    own = make_own_field("Mentor")
    lists.apply(NUMBERED | {"Mentor": "An", "Beroep": "kok"})
    run = lists.apply(NUMBERED | {"Mentor": "Bo", "Beroep": "lasser"})
    if end == "deleted":
        own.delete()
    else:
        OwnField.objects.filter(pk=own.pk).update(in_use=False)
    run.refresh_from_db()
    undo_import(run)
    assert (Dossier.objects.get().profession, get_extra()) == ("kok", {} if end == "deleted" else {"own_mentor": "An"})


def test_a_profile_does_not_use_a_field_that_went_out_of_use(lists):
    own = make_own_field("Mentor")
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(name="AZC", record="dossiers", organisation=azc, columns={"Wie": own.key})
    OwnField.objects.filter(pk=own.pk).update(in_use=False)
    run = lists.preview(NUMBERED | {"Wie": "Bo"}, decided={"fixed": {own.key: "An"}})
    assert "own_mentor" not in run.rows.get().given and "Wie" in [c["header"] for c in run.columns if c["dropped"]]


def test_own_fields_are_not_imported_from_a_partner_list(lists):
    own = make_own_field("Mentor")
    assert own.key in DossierResource().sheet_fields() and own.key not in SuppliedResource().sheet_fields()
    decided = {"fixed": {own.key: "An"}}
    run = lists.preview(NUMBERED | {"Mentor": "An"}, by_partner=True, with_partner=True, decided=decided)
    assert own.key not in run.rows.get().given
