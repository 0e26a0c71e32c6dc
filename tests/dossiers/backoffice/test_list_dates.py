"""The preview shows the date of a list, and asks about one that is older than an imported one."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import Dossier, ImportRun, Supply

from .pages import press, raw, text
from .test_uploading import HEADER, upload, upload_and_apply


def dated_list(day: str, family_name: str, name: str = "lijst.csv") -> SimpleUploadedFile:
    """Return a list with its date above its header."""
    lines = [f"Peildatum: {day}", HEADER, f"Selam;{family_name};12-03-1990;P1", "Omar;Said;01-02-1985;P2"]
    return SimpleUploadedFile(name, "\n".join(lines).encode())


@pytest.mark.parametrize(
    ("button", "family_name", "shown_after"),
    [
        ("Ja, gebruik deze lijst", "Haile", "Deze oudere lijst wordt gebruikt."),
        ("Nee, alleen invullen wat leeg is", "Tesfay", "Alleen wat leeg is, wordt ingevuld."),
    ],
)
def test_the_preview_of_an_older_list_asks_whether_it_is_used(coordinator_client, button, family_name, shown_after):
    upload_and_apply(coordinator_client, dated_list("02-12-2025", "Tesfay"))
    later_url = reverse("dossiers_import", args=[ImportRun.objects.get().pk])
    page = upload(coordinator_client, dated_list("01-11-2025", "Haile", "oud.csv"), follow=True)
    shown = text(page)
    assert re.search(
        r"Deze lijst is van 01-11-2025, en van deze afzender is op \S+ \S+ al een lijst van 02-12-2025 geïmporteerd\."
        r" Bekijk die lijst \. Wilt u deze oudere lijst toch gebruiken\?",
        shown,
    )
    assert f'href="{later_url}"' in raw(page)
    page = press(coordinator_client, page, button)
    assert shown_after in text(page)
    run = ImportRun.objects.latest("pk")
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    assert Dossier.objects.get(given_name="Selam").family_name == family_name


def test_an_older_list_that_is_not_used_does_not_replace_what_its_sender_gave_last(coordinator_client):
    header = f"{HEADER};Telefoon;Beroep"

    def write(day: str, phone: str, profession: str) -> SimpleUploadedFile:
        lines = [
            f"Peildatum: {day}",
            header,
            f"Selam;Tesfay;12-03-1990;P1;{phone};{profession}",
            "Omar;Said;01-02-1985;P2;;",
        ]
        return SimpleUploadedFile(f"lijst {day}.csv", "\n".join(lines).encode())

    upload_and_apply(coordinator_client, write("02-12-2025", "0612345678", ""))
    page = upload(coordinator_client, write("01-11-2025", "0687654321", "kok"), follow=True)
    press(coordinator_client, page, "Nee, alleen invullen wat leeg is")
    page = coordinator_client.post(
        reverse("dossiers_import_apply", args=[ImportRun.objects.latest("pk").pk]), follow=True
    )
    assert "Alleen wat leeg was, is ingevuld, want er was al een latere lijst geïmporteerd." in text(page)
    values = Supply.objects.get(external_id="P1").values
    assert (values["phone"], values["profession"]) == ("+31612345678", "kok")
    page = upload(coordinator_client, write("03-12-2025", "leegmaken", "kok"), follow=True)
    assert "06 12345678 → wordt leeg" in text(page) and "niets leeg te maken" not in text(page)
    coordinator_client.post(reverse("dossiers_import_apply", args=[ImportRun.objects.latest("pk").pk]))
    assert Dossier.objects.get(given_name="Selam").phone == ""


def test_an_older_list_is_not_imported_without_an_answer(coordinator_client):
    upload_and_apply(coordinator_client, dated_list("02-12-2025", "Tesfay"))
    upload_and_apply(coordinator_client, dated_list("01-11-2025", "Haile"))
    assert Dossier.objects.get(given_name="Selam").family_name == "Tesfay"
    assert ImportRun.objects.latest("pk").state == ImportRun.State.PREVIEWED


def test_a_later_list_is_imported_without_a_question(coordinator_client):
    upload_and_apply(coordinator_client, dated_list("01-11-2025", "Haile"))
    page = upload_and_apply(coordinator_client, dated_list("02-12-2025", "Tesfay"))
    assert "oudere lijst" not in text(page)
    assert Dossier.objects.get(given_name="Selam").family_name == "Tesfay"


def test_the_answer_can_be_changed_before_the_import(coordinator_client):
    upload_and_apply(coordinator_client, dated_list("02-12-2025", "Tesfay"))
    page = upload(coordinator_client, dated_list("01-11-2025", "Haile"), follow=True)
    page = press(coordinator_client, page, "Nee, alleen invullen wat leeg is")
    press(coordinator_client, page, "Ja, gebruik deze lijst")
    run = ImportRun.objects.latest("pk")
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    assert Dossier.objects.get(given_name="Selam").family_name == "Haile"


def test_the_preview_says_which_date_it_read_and_where(coordinator_client):
    shown = text(upload(coordinator_client, dated_list("01-11-2025", "Haile"), follow=True))
    assert "Datum van de lijst 01-11-2025 (uit de regel boven de kop)" in shown
    file = SimpleUploadedFile("lijst 2025-11-01.csv", f"{HEADER}\nSelam;Haile;12-03-1990;P1\n".encode())
    shown = text(upload(coordinator_client, file, follow=True))
    assert "Datum van de lijst 01-11-2025 (uit de naam van het bestand)" in shown
    file = SimpleUploadedFile("lijst.csv", f"{HEADER}\nSelam;Haile;12-03-1990;P1\n".encode())
    assert "Datum van de lijst" not in text(upload(coordinator_client, file, follow=True))
