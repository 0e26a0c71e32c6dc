"""Coordinators add fields of their own: past the privacy gate, and without losing a value unseen."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import Dossier, ImportProfile, ImportRow, ImportRun, Merge, OwnField, Supply

from ..spreadsheets.imports import AZC, PERSON, Lists
from .factories import make_dossier, make_interest
from .merges import merge_dossiers
from .own_fields import make_field_of_each_kind, make_own_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(base_data: None, tmp_path) -> Lists:
    return Lists(tmp_path)


def refused(own: OwnField, field: str = "label") -> str:
    with pytest.raises(ValidationError) as error:
        own.full_clean()
    return " ".join(error.value.message_dict[field])


# --- The privacy gate ---


@pytest.mark.parametrize(
    "label",
    ["BSN", "Burgerservicenummer", "V-nummer", "Nationaliteit", "Natonaliteit", "Religie", "Geloof", "Gezondheid",
     "Medische bijzonderheden", "Zwanger?", "Etniciteit", "Land van herkomst", "Asielmotief", "Allergieën"],
)  # fmt: skip
def test_what_may_not_be_kept_can_not_be_asked_either(label):
    assert "mag" in refused(OwnField(record="dossiers", label=label, kind="text"))


@pytest.mark.parametrize("label", ["Schoenmaat", "Mentor", "Wil in de gezondheidszorg werken", "Heeft VCA"])
def test_what_work_needs_can_be_asked(label):
    assert make_own_field(label).pk


def test_neither_can_a_choice_name_it():
    told = refused(
        OwnField(record="dossiers", label="Reden", kind="choice", choices=["vakantie", "religie"]), "choices"
    )
    assert "“religie”" in told and "vakantie" not in told


@pytest.mark.parametrize("field", ["label", "help_text"])
def test_no_number_of_a_person_stands_in_its_words(field):
    own = OwnField(**{"record": "dossiers", "label": "Mentor", "kind": "text", field: "van 123456782"})
    assert "123456782" not in refused(own, field)


# --- Names and keys ---


def test_the_key_is_made_of_the_first_name_and_never_changes():
    own = make_own_field("Maat  werkschoenen (EU)")
    assert (own.label, own.key) == ("Maat werkschoenen (EU)", "own_maat_werkschoenen_eu")
    own.label = "Schoenmaat"
    own.full_clean()
    own.save()
    assert own.key == "own_maat_werkschoenen_eu"
    assert make_own_field("Maat werkschoenen EU").key == "own_maat_werkschoenen_eu_2"


def test_a_name_in_other_letters_has_a_key_too():
    assert make_own_field("حذاء").key == "own_field" and make_own_field("ጫማ").key == "own_field_2"


def test_a_record_has_one_field_of_a_name_whatever_its_capitals():
    make_own_field("Mentor")
    assert "al een veld" in refused(OwnField(record="dossiers", label="mentor", kind="text"))
    assert make_own_field("Mentor", record="employer_interest").key == "own_mentor"


# --- Kinds and choices ---


def test_the_kind_stays_as_soon_as_a_record_has_a_value():
    own = make_own_field("Mentor")
    own.kind = "number"
    own.full_clean()  # nobody has a value yet
    make_dossier(extra={own.key: "An"})
    told = refused(own, "kind")
    assert "1 record" in told and "nieuw veld" in told


def test_the_record_stays():
    own = make_own_field("Mentor")
    own.record = "employer_interest"
    assert "nieuw veld" in refused(own, "record")


def test_choices_are_added_and_one_that_is_chosen_is_not_taken_away():
    own = make_own_field("Vaste dag", choices=["Maandag", "Dinsdag"])
    for _one in range(2):
        make_dossier(extra={own.key: "Maandag"})
    own.choices = ["Dinsdag", "Vrijdag"]
    assert "“Maandag” (2)" in refused(own, "choices")
    own.choices = ["Maandag", "Vrijdag"]
    own.full_clean()


@pytest.mark.parametrize("choices", [[], ["x" * 101], [str(number) for number in range(61)]])
def test_a_field_of_choices_has_some_and_not_too_many(choices):
    assert refused(OwnField(record="dossiers", label="Dag", kind="choice", choices=choices), "choices")


def test_a_field_of_another_kind_has_no_choices():
    own = OwnField(record="dossiers", label="Dag", kind="text", choices=["Maandag"])
    own.full_clean()
    assert own.choices == []


def test_a_record_has_forty_fields_at_most():
    for number in range(40):
        make_own_field(f"Veld {number}")
    with pytest.raises(ValidationError, match="40"):
        make_own_field("Nog een")
    assert make_own_field("Nog een", record="employer_interest").pk


# --- Values ---

GOOD = {"text": "An", "number": 42.5, "date": "2026-02-01", "choice": "Maandag", "yes_no": False}
BAD = [("text", "123456782"), ("text", "x" * 501), ("number", "groot"), ("number", 10_000_000), ("number", 0.125),
       ("date", "gisteren"), ("choice", "Zondag"), ("yes_no", "misschien")]  # fmt: skip


@pytest.mark.parametrize("make", [make_dossier, make_interest])
def test_a_record_with_good_values_passes(make):
    record = make()
    fields = make_field_of_each_kind("dossiers" if isinstance(record, Dossier) else "employer_interest")
    record.extra = {fields[kind].key: value for kind, value in GOOD.items()}
    record.full_clean()
    record.save()
    record.refresh_from_db()
    assert record.extra == {fields[kind].key: value for kind, value in GOOD.items()}


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_value_that_does_not_fit_its_field_is_refused(kind, value):
    own = make_field_of_each_kind()[kind]
    with pytest.raises(ValidationError) as error:
        make_dossier(extra={own.key: value}).full_clean()
    assert own.label in " ".join(error.value.message_dict["extra"])


def test_a_value_of_no_field_is_refused():
    with pytest.raises(ValidationError, match="own_mentor"):
        make_dossier(extra={"own_mentor": "An"}).full_clean()


def test_what_a_field_out_of_use_left_is_let_be():
    own = make_own_field("Vaste dag", choices=["Maandag"], in_use=False)
    make_dossier(extra={own.key: "Zondag"}).full_clean()


def test_a_record_without_values_asks_the_database_nothing_more(django_assert_num_queries):
    dossier = make_dossier()
    make_own_field("Mentor", required=True)
    with django_assert_num_queries(0):
        dossier.clean_fields(exclude=["coordinator", "closing_reason"])  # nor is it refused: it was there before


# --- Out of use, and gone ---


def test_taking_a_field_out_of_use_keeps_the_values():
    own = make_own_field("Mentor")
    dossier = make_dossier(extra={own.key: "An"})
    own.in_use = False
    own.save()
    dossier.refresh_from_db()
    assert dossier.extra == {"own_mentor": "An"} and not OwnField.objects.of(Dossier).in_use().exists()


def test_what_it_held_goes_with_a_field_from_all_that_tells_of_it(lists):
    own, other = make_own_field("Mentor"), make_own_field("Schoenmaat", "number")
    row = PERSON | {"Extern nummer": "P1", "Mentor": "An", "Schoenmaat": "42"}
    lists.apply(row)
    lists.apply(row | {"Mentor": "Bo"})
    gone, kept = make_dossier(extra={own.key: "Cis", other.key: 40}), make_dossier(extra={own.key: "Dirk"})
    merge_dossiers(kept, gone)
    ImportProfile.objects.create(
        name="AZC", record="dossiers", columns={"Begeleid door": own.key}, values={own.key: {"a": "An"}},
        fixed={own.key: "An"},
    )  # fmt: skip
    own.delete()

    kept_json = [
        *Dossier.objects.values_list("extra", flat=True), *Dossier.history.values_list("extra", flat=True),
        *Supply.objects.values_list("values", flat=True),
        *ImportRow.objects.values_list("given", "changes", "supply_before"),
        *ImportRun.objects.values_list("columns", "decided", "asked"),
        *Merge.objects.values_list("snapshot", "changes"),
        *ImportProfile.objects.values_list("columns", "values", "fixed"),
    ]  # fmt: skip
    assert not [told for told in kept_json if "own_mentor" in str(told)]
    assert Dossier.objects.get(given_name="Selam").extra == {"own_schoenmaat": 42}
    assert Supply.objects.get(organisation__name=AZC).values["own_schoenmaat"] == 42


def test_many_deleted_at_once_leave_nothing_either():
    dossier = make_dossier(extra={make_own_field("Mentor").key: "An", make_own_field("VCA", "yes_no").key: True})
    OwnField.objects.all().delete()
    dossier.refresh_from_db()
    assert dossier.extra == {}


@pytest.mark.parametrize(
    ("label", "key"),
    [("VCA_ - B", "own_vca_b"), ("Een " + "heel " * 8 + "lange naam", "own_een_" + "heel_" * 8 + "lange")],
)
def test_a_key_never_reads_as_a_path(base_data, label, key):
    assert OwnField.objects.create(record="dossiers", label=label, kind="text").key.startswith(key)
    assert "__" not in OwnField.objects.get().key and not OwnField.objects.get().key.endswith("_")
