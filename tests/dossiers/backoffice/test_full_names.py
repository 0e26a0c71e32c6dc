"""Names from a column with full names can be corrected in the preview, by coordinators and by partners."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import Dossier, ImportRun

from .pages import press, text
from .partners.lists import UPLOAD
from .partners.lists import page_url as partner_page
from .test_apply import import_url
from .test_uploading import upload

BORN = "28-03-1990"


def test_each_part_of_a_split_name_can_be_corrected_before_it_is_imported(coordinator_client) -> None:
    names = SimpleUploadedFile("namen.csv", f"Naam;Geboortedatum\nSamer Al Masri;{BORN}\n".encode())
    page = upload(coordinator_client, names, follow=True)
    run, row = ImportRun.objects.get(), ImportRun.objects.get().rows.get()
    assert "Naam → Voornaam, Tussenvoegsel, Achternaam" in text(page) and "regel 2" in text(page)
    cell = f'[name="cell-{row.pk}-%s"]'
    page = coordinator_client.get(import_url("", run), {"edit": row.pk})
    typed = {cell % "given_name": "Samer Al", cell % "family_name": "Masri"}
    page = press(coordinator_client, page, "Alles importeren", typed)
    assert list(Dossier.objects.values_list("given_name", "family_name")) == [("Samer Al", "Masri")]
    run.refresh_from_db()
    assert run.profile is None or run.profile.columns["Naam"] == "full_name"


def test_the_page_of_columns_offers_the_full_name_but_not_beside_its_parts(coordinator_client) -> None:
    upload(
        coordinator_client,
        SimpleUploadedFile("namen.csv", f"Wie;Roepnaam;Geboortedatum\nOmar Abdi;Omar;{BORN}\n".encode()),
    )
    page = reverse("dossiers_import_columns", args=[ImportRun.objects.get().pk])
    assert "Volledige naam" in text(coordinator_client.get(page))
    chosen = {"column-0": "full_name", "column-1": "given_name", "column-2": "date_of_birth"}
    assert "Maar één kolom kan dit zijn: Volledige naam, Voornaam." in text(coordinator_client.post(page, chosen))
    coordinator_client.post(page, chosen | {"column-1": "-"})
    assert ImportRun.objects.get().rows.get().given["family_name"] == "Abdi"


def test_the_page_of_columns_offers_the_order_of_the_full_names(coordinator_client) -> None:
    upload(coordinator_client, SimpleUploadedFile("namen.csv", f"Naam;Geboortedatum\nAbdi Omar;{BORN}\n".encode()))
    run = ImportRun.objects.get()
    page = reverse("dossiers_import_columns", args=[run.pk])
    assert "Volledige naam (achternaam eerst)" in text(coordinator_client.get(page))
    both = {"column-0": "full_name_family_first", "column-1": "family_name"}
    assert "Maar één kolom kan dit zijn" in text(coordinator_client.post(page, both))
    shown = coordinator_client.post(page, both | {"column-1": "date_of_birth"}, follow=True)
    assert "Naam → Voornaam, Tussenvoegsel, Achternaam" in text(shown)
    assert run.rows.get().given["family_name"] == "Abdi"


def test_a_partner_can_correct_a_split_name(as_user, partner) -> None:
    client = as_user(partner)
    client.post(
        UPLOAD, {"file": SimpleUploadedFile("namen.csv", f"Naam;Geboortedatum\nSamer Al Masri;{BORN}\n".encode())}
    )
    run = ImportRun.objects.get()
    cell = f'[name="cell-{run.rows.get().pk}-%s"]'
    page = client.get(partner_page("list", run), {"edit": run.rows.get().pk})
    press(client, page, "Versturen", {cell % "given_name": "Samer Al", cell % "family_name": "Masri"})
    assert run.rows.get().given["family_name"] == "Masri"
