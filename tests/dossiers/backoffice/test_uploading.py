"""Tests of the upload of a list and of its preview, which writes no records."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRow, ImportRun, Organisation, Supply
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets import expiry
from dossiers.spreadsheets.imports import apply as imports_apply
from dossiers.spreadsheets.imports import staging

from ..spreadsheets.imports import SHEETS
from .pages import raw, text, url

HEADER = "Voornaam;Achternaam;Geboortedatum;Extern nummer"


def open_sheet(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (SHEETS / name).read_bytes())


def people(*lines: str, name: str = "lijst.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([HEADER, *lines]).encode())


def upload(client, file, record: str = "dossiers", *, follow: bool = False, **fields):
    if record == "dossiers":
        fields.setdefault("organisation", Organisation.objects.named("AZC Luttelgeest").pk)
    data = {"file": file, "policy": "update"} | fields
    return client.post(reverse("dossiers_import_upload", args=[record]), data, follow=follow)


def get_stored_files() -> list[Path]:
    root = Path(settings.PRIVATE_ROOT)
    return [path for path in root.rglob("*") if path.is_file()]


def test_an_upload_requires_the_sender(coordinator_client):
    response = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"), organisation="", follow=True)
    assert "organisation" in response.context["form"].errors
    assert not ImportRun.objects.exists()
    expiry.destroy_expired(timezone.now() + expiry.UNKNOWN_FILE_RETENTION)
    assert get_stored_files() == []


def test_a_list_without_its_sender_need_not_be_chosen_again(coordinator_client):
    page = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1", name="juli.csv"), organisation="")
    assert "De lijst is nog niet ingelezen. Vul in wat ontbreekt." in text(page)
    assert "“juli.csv” is al geüpload." in text(page)
    reference = page.context["pending_reference"]
    page = upload(coordinator_client, "", organisation="", pending_upload=reference)
    assert "“juli.csv” is al geüpload." in text(page), "the sender is still not chosen"
    upload(coordinator_client, "", pending_upload=page.context["pending_reference"])
    run = ImportRun.objects.get()
    assert (run.file_name, run.counts()["new"]) == ("juli.csv", 1)
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    assert len(get_stored_files()) == 1, "the sanitized copy"


def test_another_file_can_be_chosen_instead_of_the_one_that_was_uploaded(coordinator_client):
    page = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"), organisation="")
    reference = page.context["pending_reference"]
    upload(coordinator_client, people("Omar;Abdi;01-01-1980;P2", name="ander.csv"), pending_upload=reference)
    run = ImportRun.objects.get()
    assert (run.file_name, run.rows.get().given["given_name"]) == ("ander.csv", "Omar")
    assert len(get_stored_files()) == 2, "the file of the run and its sanitized copy"


@pytest.mark.parametrize("reason", ["user", "hour", "forged"])
def test_a_file_that_is_gone_or_of_another_user_is_asked_for(coordinator_client, as_user, make_user, reason):
    page = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"), organisation="")
    reference = page.context["pending_reference"]
    client = as_user(make_user("other", COORDINATORS)) if reason == "user" else coordinator_client
    if reason == "hour":
        expiry.destroy_expired(timezone.now() + expiry.UNKNOWN_FILE_RETENTION)
    response = upload(client, "", pending_upload=reference[: -1 if reason == "forged" else None])
    assert "file" in response.context["form"].errors
    assert "is al geüpload" not in text(response)
    assert not ImportRun.objects.exists()


def test_a_list_of_employers_needs_no_sender(coordinator_client):
    page = coordinator_client.get(reverse("dossiers_import_upload", args=["employer_interest"]))
    assert "organisation" not in page.context["form"].fields


def test_an_upload_requires_a_file(coordinator_client):
    response = upload(coordinator_client, "", follow=True)
    assert "file" in response.context["form"].errors
    assert not ImportRun.objects.exists()


def test_a_file_of_more_than_20_mb_is_refused_and_not_stored(coordinator_client):
    large = SimpleUploadedFile("groot.csv", b"x" * (20 * 1024 * 1024 + 1))
    response = upload(coordinator_client, large, follow=True)
    assert "20 MB" in response.context["form"].errors["file"][0]
    assert not ImportRun.objects.exists()
    assert get_stored_files() == []


def test_an_upload_of_an_unknown_record_is_not_found(coordinator_client):
    assert coordinator_client.get(reverse("dossiers_import_upload", args=["cats"])).status_code == 404


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_upload(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get(reverse("dossiers_import_upload", args=["dossiers"])).status_code in (302, 403)
    upload(client, people("Selam;Haile;12-03-1990;P1"))
    assert not ImportRun.objects.exists()
    assert get_stored_files() == []


# The preview


def test_the_preview_shows_the_people_and_writes_nothing(coordinator_client):
    response = upload(
        coordinator_client, people("Selam;Haile;12-03-1990;P1", "Tesfay;Woldu;31-02-1990;P2"), follow=True
    )
    page = text(response)
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED
    assert "Tesfay Woldu" in page
    assert "deze datum bestaat niet" in page
    assert not Dossier.objects.exists()
    assert not Supply.objects.exists()


def test_the_uploaded_file_is_destroyed_within_an_hour_and_the_sanitized_copy_stays(coordinator_client):
    file = SimpleUploadedFile("l.csv", f"{HEADER};Nationaliteit\nSelam;Haile;12-03-1990;P1;Eritrese\n".encode())
    page = text(upload(coordinator_client, file, follow=True))
    assert "Wij wissen het bestand zodra u de lijst importeert of weggooit, en anders na een uur." in page
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    run = ImportRun.objects.get()
    assert not run.upload
    assert run.state == ImportRun.State.PREVIEWED
    (clean,) = get_stored_files()
    text_kept = gzip.decompress(clean.read_bytes()).decode()
    assert "Haile" in text_kept
    assert "Eritrese" not in text_kept


def test_the_preview_shows_how_the_list_was_read_and_what_is_never_stored(coordinator_client):
    page = text(upload(coordinator_client, open_sheet("coa-lijst-juli.xlsx"), follow=True))
    for words in ("blad “Lijst”", "kop op regel 4", "BSN · Bijzonderheden medisch", "Deelnemernummer → Extern nummer"):
        assert words in page


def test_no_cell_of_a_forbidden_column_is_stored(coordinator_client):
    file = SimpleUploadedFile("l.csv", f"{HEADER};Nationaliteit\nSelam;Haile;12-03-1990;P1;Eritrese\n".encode())
    page = text(upload(coordinator_client, file, follow=True))
    assert "Nationaliteit" in page
    assert "Eritrese" not in page
    assert "Eritrese" not in str(list(ImportRow.objects.values()))


def test_each_kind_of_line_has_a_tab_with_its_count_and_errors_come_first(coordinator_client):
    response = upload(coordinator_client, open_sheet("coa-lijst-juli.xlsx"), follow=True)
    tabs = {tab.url: (tab.count, tab.current) for tab in response.context["tabs"]}
    assert tabs["?action=new"] == (20, False)
    assert tabs["?action=error"] == (4, True)
    new = coordinator_client.get(response.redirect_chain[-1][0], {"action": "new"})
    assert len(new.context["rows"]) == 20
    assert "20" in text(new)


def test_an_unknown_tab_shows_the_first(coordinator_client):
    response = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"), follow=True)
    page = coordinator_client.get(response.redirect_chain[-1][0], {"action": "flying", "p": "x"})
    assert page.context["shown"] == "new"


def test_lines_are_shown_on_pages_of_50(coordinator_client):
    lines = [f"Kind{n};Haile{n};{n % 28 + 1:02}-{n // 28 + 1:02}-1990;P{n}" for n in range(120)]
    address = upload(coordinator_client, people(*lines), follow=True).redirect_chain[-1][0]
    pages = [coordinator_client.get(address, {"action": "new", "p": number}) for number in (1, 2, 3)]
    assert [len(page.context["rows"]) for page in pages] == [50, 50, 20]
    shown = [row.line for page in pages for row in page.context["rows"]]
    assert shown == list(range(2, 122))
    assert "?action=new&amp;p=3" in pages[0].content.decode()


def test_a_changed_value_is_shown_with_its_old_value(coordinator_client, base_data):
    upload_and_apply(coordinator_client, people("Selam;Haile;12-03-1990;P1"))
    file = SimpleUploadedFile("l.csv", f"{HEADER};Beroep\nSelam;Haile;12-03-1990;P1;lasser\n".encode())
    response = upload(coordinator_client, file, follow=True)
    (row,) = response.context["rows"]
    assert [(change.label, change.old, change.new) for change in row.changes] == [("Beroep", "–", "lasser")]
    assert row.reference == Dossier.objects.get().reference


def upload_and_apply(client, file, **fields):
    upload(client, file, **fields)
    run = ImportRun.objects.latest("pk")
    return client.post(reverse("dossiers_import_apply", args=[run.pk]), follow=True)


def test_a_file_that_was_imported_before_is_recognized(coordinator_client):
    upload_and_apply(coordinator_client, people("Selam;Haile;12-03-1990;P1"))
    earlier_url = reverse("dossiers_import", args=[ImportRun.objects.get().pk])
    again = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1", name="nog.csv"), follow=True)
    shown = text(again)
    assert re.search(r"Deze lijst is al geïmporteerd, op \S+ \S+ door coordinator: lijst.csv", shown)
    assert shown.index("Deze lijst is al") < shown.index("Ingelezen") and f'href="{earlier_url}"' in raw(again)
    other = upload(coordinator_client, people("Selam;Haile;12-03-1990;P2"), follow=True)
    assert "Deze lijst is al geïmporteerd" not in text(other)


@pytest.mark.parametrize(
    ("remark", "is_same"),
    [("BSN:123456782 alleen ochtend", True), ("BSN:123456782 nu 22", False), ("nu 22", False)],
)
def test_a_list_of_which_only_the_text_around_a_number_differs_is_another_list(coordinator_client, remark, is_same):
    def make_list(text: str) -> SimpleUploadedFile:
        return SimpleUploadedFile("l.csv", f"{HEADER};Opmerkingen\nSelam;Haile;12-03-1990;P1;{text}\n".encode())

    upload(coordinator_client, make_list("BSN:123456782 alleen ochtend"))
    ImportRun.objects.update(state=ImportRun.State.APPLIED, applied_at=timezone.now())
    assert (
        "Deze lijst is al geïmporteerd" in text(upload(coordinator_client, make_list(remark), follow=True))
    ) == is_same


def test_a_file_that_was_imported_and_undone_before_is_said_to_be_undone(coordinator_client):
    upload_and_apply(coordinator_client, people("Selam;Haile;12-03-1990;P1"))
    run = ImportRun.objects.get()
    coordinator_client.post(reverse("dossiers_import_undo", args=[run.pk]))
    run.refresh_from_db()
    shown = text(upload(coordinator_client, people("Selam;Haile;12-03-1990;P1", name="nog.csv"), follow=True))
    assert (
        f"Die import is op {timezone.localtime(run.undone_at):%d-%m-%Y %H:%M} door coordinator ongedaan gemaakt."
        in shown
    )


def test_a_file_that_was_imported_before_is_recognized_before_its_columns_are_asked(coordinator_client):
    lines = "Wie;Nog wat;BSN\nSelam;Haile;123456782\n"
    upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"))
    file = SimpleUploadedFile("vaag.csv", lines.encode())
    asked = upload(coordinator_client, file, follow=True)
    run = ImportRun.objects.latest("pk")
    assert run.state == ImportRun.State.ASKING and "al geïmporteerd" not in text(asked)
    columns = {"columns": {"Wie": "given_name", "Nog wat": "family_name"}, "fixed": {"date_of_birth": "12-03-1990"}}
    run.decided |= columns
    staging.stage(run, Path(run.upload.path))
    imports_apply.claim(run, good_rows_only=False)
    imports_apply.apply(run, run.user)
    again = upload(coordinator_client, SimpleUploadedFile("nog.csv", lines.encode()), follow=True)
    assert ImportRun.objects.latest("pk").state == ImportRun.State.ASKING
    assert "Deze lijst is al geïmporteerd" in text(again) and reverse("dossiers_import", args=[run.pk]) in raw(again)


def test_a_list_that_fills_only_what_is_empty_tells_which_values_differ(coordinator_client):
    upload_and_apply(coordinator_client, people("Selam;Haile;12-03-1990;P1", "Omar;Said;01-02-1985;P2"))
    Dossier.objects.filter(given_name="Selam").update(family_name="Haile-Gebre")
    lines = people("Selam;Haile;12-03-1990;P1", "Omar;Said;01-02-1985;P2")
    shown = text(upload(coordinator_client, lines, policy="fill", follow=True))
    assert "1 regel wijkt af van wat al bekend is. 1 gegeven wordt niet overgenomen, omdat u koos voor" in shown
    assert "Haile Haile-Gebre blijft staan, want alleen wat leeg is wordt gevuld" in shown
    assert "Er is niets aan te vullen: er wijzigt niets." in shown and "Alles in deze lijst is al bekend" not in shown
    assert "niets aan te vullen" in shown.casefold() and "Gelijk" not in shown
    run = ImportRun.objects.latest("pk")
    Dossier.objects.filter(given_name="Selam").update(family_name="Haile")
    assert "Alles in deze lijst is al bekend" in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))


def test_a_list_of_employers_creates_employers_and_interests(coordinator_client):
    name = "werkgevers-unicode.txt"
    upload(coordinator_client, open_sheet(name), record="employer_interest")
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.PREVIEWED, run.reason
    assert not Employer.objects.exists()
    counts = run.counts()
    good = {"good_rows_only": "yes"} if counts["error"] else {}
    page = coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), good, follow=True)
    assert EmployerInterest.objects.count() == counts["new"] > 0
    assert url(EmployerInterest, "list") in page.content.decode()


def test_a_file_is_read_by_the_worker_while_the_page_shows_progress(coordinator_client, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    response = upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"), follow=True)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.READING
    assert reverse("dossiers_import_progress", args=[run.pk]) in response.content.decode()
    assert len(get_stored_files()) == 1
    assert oct(get_stored_files()[0].stat().st_mode)[-3:] == "600"
