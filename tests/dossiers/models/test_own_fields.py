"""Coordinators add their own fields; forbidden subjects are refused and no value gets lost unnoticed."""

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


def get_refusal(own_field: OwnField, field: str = "label") -> str:
    with pytest.raises(ValidationError) as error:
        own_field.full_clean()
    return " ".join(error.value.message_dict[field])


# --- The privacy gate ---


@pytest.mark.parametrize(
    "label",
    ["BSN", "Burgerservicenummer", "V-nummer", "Nationaliteit", "Natonaliteit", "Religie", "Geloof", "Gezondheid",
     "Medische bijzonderheden", "Zwanger?", "Etniciteit", "Land van herkomst", "Asielmotief", "Allergieën"],
)  # fmt: skip
def test_an_own_field_about_forbidden_personal_data_is_refused(label):
    assert "mag" in get_refusal(OwnField(record="dossiers", label=label, kind="text"))


@pytest.mark.parametrize("label", ["Schoenmaat", "Mentor", "Wil in de gezondheidszorg werken", "Heeft VCA"])
def test_an_own_field_about_work_is_accepted(label):
    assert make_own_field(label).pk


def test_a_choice_about_forbidden_personal_data_is_refused():
    message = get_refusal(
        OwnField(record="dossiers", label="Reden", kind="choice", choices=["vakantie", "religie"]), "choices"
    )
    assert "“religie”" in message and "vakantie" not in message


@pytest.mark.parametrize("text", ["Vul BSN in", "Vul hier het V-nummer of de nationaliteit in", "Alleen voor moslims"])
def test_an_explanation_that_asks_forbidden_personal_data_is_refused(text):
    own_field = OwnField(record="dossiers", label="Nummer", kind="text", help_text=text)
    assert "mag" in get_refusal(own_field, "help_text")


@pytest.mark.parametrize(
    "choices", [["Islamitisch", "Christelijk"], ["Maandag", "Syriër"], ["Syrië", "Eritrea"], ["Eritrees", "Anders"]]
)
def test_choices_that_name_a_religion_or_an_origin_are_refused(choices):
    own_field = OwnField(record="dossiers", label="Groep", kind="choice", choices=choices)
    assert "mag" in get_refusal(own_field, "choices")


def test_a_yes_or_no_about_a_country_is_refused_and_a_choice_of_languages_passes():
    assert "mag" in get_refusal(OwnField(record="dossiers", label="Diploma uit Syrië", kind="yes_no"))
    make_own_field("Derde taal", choices=["Turks", "Arabisch", "Tigrinya", "Frans"])


@pytest.mark.parametrize("field", ["label", "help_text"])
def test_a_label_or_help_text_with_a_bsn_is_refused_without_quoting_it(field):
    own_field = OwnField(**{"record": "dossiers", "label": "Mentor", "kind": "text", field: "van 123456782"})
    assert "123456782" not in get_refusal(own_field, field)


# --- Names and keys ---


def test_the_key_holds_no_word_of_the_label_and_never_changes(base_data):
    own_field = OwnField.objects.create(record="dossiers", label="Vriend Ozturkoglu", kind="text")
    assert own_field.key == f"own_{own_field.pk}"
    own_field.label = "Vriend"
    own_field.save()
    own_field.refresh_from_db()
    assert own_field.key == f"own_{own_field.pk}"


def test_a_label_is_unique_within_a_record_regardless_of_capitals():
    make_own_field("Mentor")
    assert "al een veld" in get_refusal(OwnField(record="dossiers", label="mentor", kind="text"))
    assert make_own_field("Mentor", record="employer_interest").key == "own_mentor"


# --- Kinds and choices ---


def test_the_kind_of_a_field_with_values_cannot_be_changed():
    own_field = make_own_field("Mentor")
    own_field.kind = "number"
    own_field.full_clean()  # nobody has a value yet
    make_dossier(extra={own_field.key: "An"})
    message = get_refusal(own_field, "kind")
    assert "al 1 keer ingevuld" in message and "nieuw veld" in message


def test_the_record_of_a_field_cannot_be_changed():
    own_field = make_own_field("Mentor")
    own_field.record = "employer_interest"
    assert "nieuw veld" in get_refusal(own_field, "record")


def test_choices_can_be_added_and_a_used_choice_cannot_be_removed():
    own_field = make_own_field("Vaste dag", choices=["Maandag", "Dinsdag"])
    for _number in range(2):
        make_dossier(extra={own_field.key: "Maandag"})
    own_field.choices = ["Dinsdag", "Vrijdag"]
    assert "“Maandag” (2)" in get_refusal(own_field, "choices")
    own_field.choices = ["Maandag", "Vrijdag"]
    own_field.full_clean()


@pytest.mark.parametrize("choices", [[], ["x" * 101], [str(number) for number in range(61)]])
def test_a_field_with_no_choices_or_too_many_is_refused(choices):
    assert get_refusal(OwnField(record="dossiers", label="Dag", kind="choice", choices=choices), "choices")


def test_a_field_of_another_kind_has_no_choices():
    own_field = OwnField(record="dossiers", label="Dag", kind="text", choices=["Maandag"])
    own_field.full_clean()
    assert own_field.choices == []


def test_a_record_has_at_most_forty_own_fields():
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
    own_field = make_field_of_each_kind()[kind]
    with pytest.raises(ValidationError) as error:
        make_dossier(extra={own_field.key: value}).full_clean()
    assert own_field.label in " ".join(error.value.message_dict["extra"])


def test_a_value_of_no_field_is_refused():
    with pytest.raises(ValidationError, match="own_mentor"):
        make_dossier(extra={"own_mentor": "An"}).full_clean()


def test_an_invalid_value_of_a_field_out_of_use_is_accepted():
    own_field = make_own_field("Vaste dag", choices=["Maandag"], in_use=False)
    make_dossier(extra={own_field.key: "Zondag"}).full_clean()


def test_validating_a_record_without_own_values_makes_no_queries(django_assert_num_queries):
    dossier = make_dossier()
    make_own_field("Mentor", required=True)
    with django_assert_num_queries(0):
        dossier.clean_fields(exclude=["coordinator", "closing_reason"])  # nor is it refused: it was there before


# --- Out of use, and gone ---


def test_taking_a_field_out_of_use_keeps_the_values():
    own_field = make_own_field("Mentor")
    dossier = make_dossier(extra={own_field.key: "An"})
    own_field.in_use = False
    own_field.save()
    dossier.refresh_from_db()
    assert dossier.extra == {"own_mentor": "An"} and not OwnField.objects.of(Dossier).in_use().exists()


def test_deleting_a_field_removes_its_values_everywhere(lists):
    own_field, other_field = make_own_field("Mentor"), make_own_field("Schoenmaat", "number")
    row = PERSON | {"Extern nummer": "P1", "Mentor": "An", "Schoenmaat": "42"}
    lists.apply(row)
    lists.apply(row | {"Mentor": "Bo"})
    source, target = (
        make_dossier(extra={own_field.key: "Cis", other_field.key: 40}),
        make_dossier(extra={own_field.key: "Dirk"}),
    )
    merge_dossiers(target, source)
    ImportProfile.objects.create(
        name="AZC", record="dossiers", columns={"Begeleid door": own_field.key}, values={own_field.key: {"a": "An"}},
    )  # fmt: skip
    own_field.delete()

    stored_values = [
        *Dossier.objects.values_list("extra", flat=True), *Dossier.history.values_list("extra", flat=True),
        *Supply.objects.values_list("values", flat=True),
        *ImportRow.objects.values_list("given", "changes", "supply_before"),
        *ImportRun.objects.values_list("columns", "decided", "asked"),
        *Merge.objects.values_list("snapshot", "changes"),
        *ImportProfile.objects.values_list("columns", "values"),
    ]  # fmt: skip
    assert not [values for values in stored_values if "own_mentor" in str(values)]
    assert Dossier.objects.get(given_name="Selam").extra == {"own_schoenmaat": 42}
    assert Supply.objects.get(organisation__name=AZC).values["own_schoenmaat"] == 42


def test_deleting_many_fields_at_once_removes_their_values():
    dossier = make_dossier(extra={make_own_field("Mentor").key: "An", make_own_field("VCA", "yes_no").key: True})
    OwnField.objects.all().delete()
    dossier.refresh_from_db()
    assert dossier.extra == {}
