"""The SQL of the writers has the same result as `save()`, `sectors.set()` and Wagtail's log."""

import pytest
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Organisation, Sector, Supply

from .imports import AZC, Lists, apply

ROW = {
    "Extern nummer": "P1", "Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990",
    "Telefoon": "06 12345678", "E-mail": "S@example.org", "Talen": "Turks, Engels", "Niveau Nederlands": "A2",
    "Opleidingsniveau": "mbo", "Beroep": "kok", "Sectoren": "Zorg; Bouw", "Uren per week": "36,0",
    "Beschikbaar vanaf": "1-2-2027", "Rijbewijs": "ja", "Begeleider": "coordinator",
    "Notities": "Regel een\nregel twee",
}  # fmt: skip
JOB = {
    "Bedrijf": "Kwekerij", "KvK": "01234567", "Contactpersoon": "An", "E-mail": "an@kwekerij.example",
    "Postcode": "8311bf", "Sector": "Landbouw", "Werk": "Oogsten", "Plekken": "4", "Werktalen": "Engels, Turks",
    "Vanaf": "1-2-2027", "Vervoer aangeboden": "nee",
}  # fmt: skip
# Fields that always differ: keys, timestamps and the import line.
APART = {"id", "reference", "created_at", "changed_at", "first_seen", "last_seen", "dossier", "employer", "history_id",
         "history_date", "import_run", "import_line", "object_id", "label", "uuid", "timestamp"}  # fmt: skip


def get_stored_values(record) -> dict:
    plain = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    return {name: value for name, value in plain.items() if name.removesuffix("_id") not in APART and name not in APART}


def read_stored_state(dossier: Dossier) -> dict:
    return {
        "dossier": get_stored_values(dossier),
        "sectors": sorted(dossier.sectors.values_list("name", flat=True)),
        "supplies": [get_stored_values(supply) for supply in dossier.supplies.all()],
        "history": [
            get_stored_values(record) for record in Dossier.history.filter(id=dossier.pk).order_by("history_id")
        ],
        "log": [get_stored_values(e) for e in ModelLogEntry.objects.for_instance(dossier).order_by("timestamp", "pk")],
    }


def save_like_the_form(coordinator) -> Dossier:
    """Save the person of ROW with the calls that a form makes."""
    sectors = Sector.objects.filter(name__in=["Zorg", "Bouw"])
    dossier = Dossier(
        given_name="Selam", family_name="Haile", date_of_birth="1990-03-12", phone="06 12345678", email="S@example.org",
        languages=["tr", "en"], dutch_level="A2", education_level="vocational", profession="kok", hours_per_week=36,
        available_from="2027-02-01", driving_licence=True, coordinator=coordinator, notes="Regel een\nregel twee",
    )  # fmt: skip
    dossier._history_user = coordinator
    dossier.full_clean()
    dossier.save()
    dossier.sectors.set(sectors)
    dossier.record_sectors_in_history()
    log(instance=dossier, action="wagtail.create", user=coordinator, content_changed=True)
    return dossier


@pytest.fixture
def apply_rows(lists: Lists, coordinator):
    def apply_rows(*rows: dict, **kwargs) -> ImportRun:
        return apply(lists.preview(*rows, user=coordinator, **kwargs))

    return apply_rows


def test_a_new_dossier_is_stored_as_if_saved_with_the_form(apply_rows, coordinator) -> None:
    apply_rows(ROW)
    imported = Dossier.objects.get()
    by_hand = save_like_the_form(coordinator)
    values = imported.supplies.get().values
    Supply.objects.create(
        dossier=by_hand, organisation=Organisation.objects.named(AZC), external_id="P2", values=values
    )
    actual, expected = read_stored_state(imported), read_stored_state(Dossier.objects.get(pk=by_hand.pk))
    assert actual["supplies"][0].pop("external_id") == "P1" and expected["supplies"][0].pop("external_id") == "P2"
    assert actual == expected


def test_a_changed_dossier_is_stored_as_if_saved_with_the_form(apply_rows, coordinator) -> None:
    apply_rows(ROW)
    changed = ROW | {"Beroep": "lasser", "Sectoren": "Techniek", "Talen": "Farsi", "Begeleider": ""}
    apply_rows(changed)
    imported = Dossier.objects.get()
    by_hand = save_like_the_form(coordinator)
    by_hand.profession, by_hand.languages = "lasser", ["fa"]
    by_hand.sectors.set(Sector.objects.filter(name="Techniek"))
    by_hand.save()
    log(instance=by_hand, action="wagtail.edit", user=coordinator, content_changed=True)
    actual, expected = read_stored_state(imported), read_stored_state(Dossier.objects.get(pk=by_hand.pk))
    actual.pop("supplies"), expected.pop("supplies")
    assert actual == expected


def test_the_history_stores_the_import_the_line_and_the_user(apply_rows, coordinator) -> None:
    run = apply_rows(ROW)
    record = Dossier.history.get()
    assert (record.import_run_id, record.import_line, record.history_user_id) == (run.pk, 2, coordinator.pk)


def test_imported_dossiers_get_consecutive_references(apply_rows, coordinator) -> None:
    apply_rows(ROW, ROW | {"Extern nummer": "P2", "Voornaam": "Omar", "Achternaam": "Abdi"})
    first, second = Dossier.objects.order_by("pk").values_list("reference", flat=True)
    assert int(second[-4:]) == int(first[-4:]) + 1
    assert int(save_like_the_form(coordinator).reference[-4:]) > int(second[-4:])


def test_an_unchanged_row_adds_no_history_and_no_log_entry(apply_rows) -> None:
    apply_rows(ROW)
    before = Dossier.history.count(), ModelLogEntry.objects.count(), Dossier.objects.get().changed_at
    apply_rows(ROW)
    assert (Dossier.history.count(), ModelLogEntry.objects.count(), Dossier.objects.get().changed_at) == before


def test_a_new_interest_and_its_employer_are_stored_as_if_saved_with_the_form(apply_rows, coordinator) -> None:
    apply_rows(JOB, record="employer_interest")
    imported = EmployerInterest.objects.get()
    Employer.objects.update(kvk_number="76543210")
    employer = Employer(
        company_name="Kwekerij", kvk_number="01234567", contact_name="An", email="an@kwekerij.example",
        postcode="8311 BF", sector=Sector.objects.get(name="Landbouw"),
    )  # fmt: skip
    employer.full_clean()
    employer.save()
    interest = EmployerInterest(
        employer=employer, work_description="Oogsten", positions=4, working_languages=["en", "tr"],
        start_date="2027-02-01", transport_offered=False,
    )  # fmt: skip
    interest.full_clean()
    interest.save()
    assert get_stored_values(imported) == get_stored_values(EmployerInterest.objects.get(pk=interest.pk))
    expected = get_stored_values(Employer.objects.get(pk=employer.pk)) | {"kvk_number": "76543210"}
    assert get_stored_values(imported.employer) == expected
    assert [
        get_stored_values(h) | {"history_user_id": None} for h in EmployerInterest.history.filter(id=imported.pk)
    ] == [get_stored_values(h) for h in EmployerInterest.history.filter(id=interest.pk)]
    assert ModelLogEntry.objects.for_instance(imported).count() == 1


def test_rows_with_the_same_new_employer_create_a_single_employer(apply_rows) -> None:
    apply_rows(JOB, JOB | {"Werk": "Sorteren"}, record="employer_interest")
    assert (Employer.objects.count(), Employer.history.count(), EmployerInterest.objects.count()) == (1, 1, 2)


def test_a_changed_employer_is_written_with_its_interest(apply_rows) -> None:
    apply_rows(JOB, record="employer_interest")
    apply_rows(JOB | {"Plaats": "Ens", "Werk": "Sorteren"}, record="employer_interest")
    assert Employer.objects.get().city == "Ens"
    assert Employer.history.first().city == "Ens"
