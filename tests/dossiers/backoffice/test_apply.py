"""Tests of applying an import, whole or valid rows only, and of its progress."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import Dossier, EmployerInterest, ImportProfile, ImportRun, Organisation, Status, Supply
from dossiers.progress import Progress
from dossiers.tasks import apply_import

from ..models.factories import make_dossier
from .pages import press, raw, text, url
from .test_uploading import open_sheet, people, upload

GOOD, BAD = "Selam;Haile;12-03-1990;P1", "Tesfay;Woldu;31-02-1990;P2"


def import_url(name: str, run: ImportRun) -> str:
    return reverse(f"dossiers_import{name}", args=[run.pk])


def make_preview(client, *lines: str) -> ImportRun:
    upload(client, people(*lines))
    return ImportRun.objects.latest("pk")


def apply_import_page(client, run: ImportRun, *, follow: bool = False, **fields):
    return client.post(import_url("_apply", run), fields, follow=follow)


def test_applying_writes_the_people_and_the_result_counts_them(coordinator_client):
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2")
    page = apply_import_page(coordinator_client, run, follow=True)
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED
    assert "2 nieuw" in text(page)
    assert url(Dossier, "list") in raw(page)
    assert {dossier.full_name for dossier in Dossier.objects.all()} == {"Selam Haile", "Tesfay Woldu"}
    assert set(Supply.objects.values_list("organisation__name", "external_id")) == {
        ("AZC Luttelgeest", "P1"),
        ("AZC Luttelgeest", "P2"),
    }
    people_page = text(coordinator_client.get(url(Dossier, "list")))
    assert "Selam Haile" in people_page


def test_a_person_with_a_closed_dossier_who_is_in_a_list_is_named_before_and_after_the_import(coordinator_client):
    other = "Tesfay;Woldu;01-02-1990;P2"
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD, other))
    dossier = Dossier.objects.get(given_name="Selam")
    run = make_preview(coordinator_client, GOOD, other)
    assert "gesloten dossier" not in text(coordinator_client.get(import_url("", run)))
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.WITHDRAWN)
    named = (
        f"1 persoon in deze lijst heeft een gesloten dossier; de import opent dat niet: {dossier.reference} Selam Haile"
    )
    shown = text(coordinator_client.get(import_url("", run)))
    assert named in shown and "Dit dossier is gesloten: teruggetrokken." in shown
    assert named in text(apply_import_page(coordinator_client, run, follow=True))
    assert "Selam Haile (teruggetrokken)" in text(
        coordinator_client.get(import_url("", make_preview(coordinator_client, "Selam;Haille;12-03-1990;P9")))
    )


def test_a_line_says_that_it_does_not_open_a_closed_dossier_and_the_import_leaves_it_closed(coordinator_client):
    dossier = make_dossier(status=Status.WITHDRAWN)
    content = f"Referentie;Status\n{dossier.reference};beschikbaar".encode()
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", content))
    run = ImportRun.objects.get()
    page = text(coordinator_client.get(import_url("", run)))
    assert "beschikbaar teruggetrokken blijft staan, want een import opent geen gesloten dossier" in page
    apply_import_page(coordinator_client, run)
    dossier.refresh_from_db()
    assert dossier.status == Status.WITHDRAWN


def test_a_list_that_closes_the_dossier_of_somebody_new_says_so_before_the_import(coordinator_client):
    known = make_dossier(given_name="Omar")
    rows = [
        "Referentie;Voornaam;Achternaam;Geboortedatum;Status",
        ";Selam;Haile;12-03-1990;gestopt",
        f"{known.reference};Omar;;;gestopt",
        ";Aron;Woldu;01-02-1990;beschikbaar",
    ]
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", "\n".join(rows).encode()))
    page = text(coordinator_client.get(import_url("", ImportRun.objects.get())))
    assert "Met de status op regel 2 wordt een nieuw dossier meteen gesloten." in page


def test_a_list_that_closes_a_known_dossier_says_so_before_and_after_the_import(coordinator_client):
    closed, known = make_dossier(given_name="Omar", status=Status.WITHDRAWN), make_dossier(given_name="Selam")
    content = f"Referentie;Status\n{closed.reference};teruggetrokken\n{known.reference};teruggetrokken"
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", content.encode()))
    run = ImportRun.objects.get()
    page = text(coordinator_client.get(import_url("", run)))
    assert "Met de status op regel 3 wordt een bestaand dossier gesloten." in page
    named = "1 persoon in deze lijst heeft een gesloten dossier; de import opent dat niet: "
    assert f"{named}{closed.reference}" in page
    page = text(apply_import_page(coordinator_client, run, follow=True))
    closing = "Deze import heeft 1 dossier gesloten, zoals de status in de lijst zegt: "
    assert f"{closing}{known.reference}" in page and f"{named}{closed.reference}" in page
    assert "wordt een bestaand dossier gesloten" not in page


def test_the_result_links_to_the_list_of_imported_records(coordinator_client):
    make_dossier(given_name="Yonas")
    first = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, first)
    second = make_preview(coordinator_client, "Tesfay;Woldu;01-02-1990;P2")
    (link,) = re.findall(
        rf'href="([^"]*import={second.pk})"', raw(apply_import_page(coordinator_client, second, follow=True))
    )
    shown = text(coordinator_client.get(link))
    assert "Tesfay Woldu" in shown and "Selam Haile" not in shown and "Yonas" not in shown
    assert "Gemaakt of gewijzigd door de import: lijst.csv" in shown


def test_the_result_links_to_the_lines_that_wait_and_to_no_records_if_it_wrote_none(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = apply_import_page(coordinator_client, run, good_rows_only="yes", follow=True)
    assert '<a href="?action=error#lines">Bekijk deze regels</a>' in raw(page) and "Bekijk wat deze import" in text(
        page
    )
    run = make_preview(coordinator_client, GOOD, BAD)
    run.state = ImportRun.State.APPLIED
    run.save()
    page = coordinator_client.get(import_url("", run))
    assert "Bekijk deze regels" in text(page) and "Bekijk wat deze import" not in text(page)


def test_a_list_of_known_people_and_errors_says_what_is_known(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    page = text(coordinator_client.get(import_url("", make_preview(coordinator_client, GOOD, BAD))))
    assert "wat in deze lijst klopt, is al bekend. Herstel de andere regels hieronder, of gooi de lijst weg." in page
    assert "Geen enkele regel" not in page
    page = text(coordinator_client.get(import_url("", make_preview(coordinator_client, BAD))))
    assert "Geen enkele regel kan zo geïmporteerd worden." in page


def test_a_list_that_only_adds_a_supplier_says_so_and_can_be_imported(coordinator_client):
    sender = Organisation.objects.named("Werkcorporatie")
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    upload(coordinator_client, people("Selam;Haile;12-03-1990;Q-77", BAD), organisation=sender.pk)
    run = ImportRun.objects.latest("pk")
    page = text(coordinator_client.get(import_url("", run), {"action": "unchanged"}))
    assert "Nieuw: aangeleverd door Werkcorporatie, nummer Q-77." in page
    assert "Alleen de goede regels importeren (1)" in page
    counted = "Vanaf deze import is Werkcorporatie aanleveraar van 1 persoon die al bekend is"
    assert counted in page and "verandert niets" not in page and "wijzigt niets" not in page
    assert counted in text(apply_import_page(coordinator_client, run, good_rows_only="yes", follow=True))
    dossier = text(coordinator_client.get(url(Dossier, "inspect", Dossier.objects.get().pk)))
    assert "AZC Luttelgeest (P1), Werkcorporatie (Q-77)" in dossier
    assert "Vanaf nu aangeleverd door Werkcorporatie (Q-77) door" in dossier
    undo_page = text(coordinator_client.get(import_url("_undo", run)))
    assert "de waarden in het dossier blijven: 1" in undo_page
    assert "die Werkcorporatie als eigen gegevens ziet, wordt verwijderd." in undo_page
    repeated = text(coordinator_client.get(import_url("", make_preview(coordinator_client, GOOD))))
    assert "Er verandert niets." in repeated and "Alles in deze lijst is al bekend: er wijzigt niets." in repeated


def test_another_number_is_shown_beside_the_changed_values(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, "Selam;Haile;12-03-1990;"))
    run = make_preview(coordinator_client, "Selam;van Haile;12-03-1990;P1")
    page = text(coordinator_client.get(import_url("", run), {"action": "changed"}))
    assert "– → P1" in page and "1 persoon krijgt een nieuw nummer" in page
    apply_import_page(coordinator_client, run)
    assert "Nummer van AZC Luttelgeest P1 → –" in text(coordinator_client.get(import_url("_undo", run)))


def test_a_number_beside_an_earlier_one_is_shown_as_added_and_its_person_as_supplied_before(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD, "Omar;Abdi;01-01-1980;P2"))
    run = make_preview(coordinator_client, "Selma;Haile;12-03-1990;P9")
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), "Dezelfde als")
    page = text(coordinator_client.get(import_url("", run), {"action": "changed"}))
    assert "P9 erbij; P1 blijft ook bekend" in page and "P1 → P9" not in page
    assert "1 persoon krijgt een nieuw nummer van AZC Luttelgeest" in page
    page = text(coordinator_client.get(import_url("", run), {"action": "absent"}))
    assert "Omar Abdi" in page and "Niemand in deze lijst is eerder aangeleverd" not in page
    assert "1 persoon krijgt een nieuw nummer" in text(apply_import_page(coordinator_client, run, follow=True))
    page = text(coordinator_client.get(import_url("", run), {"action": "changed"}))
    assert "P9 erbij; P1 blijft ook bekend" in page
    dossier = text(coordinator_client.get(url(Dossier, "inspect", Dossier.objects.get(given_name="Selma").pk)))
    assert "AZC Luttelgeest (P1), AZC Luttelgeest (P9)" in dossier
    assert "Nieuw nummer van AZC Luttelgeest: P9" in dossier


@pytest.mark.parametrize("button", ["Alle regels opnieuw controleren", "Opnieuw controleren"])
def test_a_preview_of_many_people_is_checked_again_after_the_import_that_it_repeats_was_undone(
    coordinator_client, button, monkeypatch
):
    monkeypatch.setattr("dossiers.spreadsheets.imports.row_corrections.MAX_ROWS_RECHECKED", 0)
    first = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, first)
    run = make_preview(coordinator_client, GOOD, BAD)
    unchanged = coordinator_client.get(import_url("", run))
    assert "intussen iets gewijzigd" not in text(unchanged) and "is al bekend" in text(unchanged)
    coordinator_client.post(import_url("_undo", first))
    page = coordinator_client.get(import_url("", run))
    assert "Er is intussen iets gewijzigd" in text(page)
    assert "is al bekend" not in text(page) and "aanleveraar van" not in text(page)
    assert "verandert niets" not in text(coordinator_client.get(import_url("", run), {"action": "unchanged"}))
    page = press(coordinator_client, page, button)
    assert "Er is intussen iets gewijzigd. Daarom worden alle regels opnieuw gecontroleerd." in text(page)
    assert run.counts() | {"new": 1, "error": 1, "unchanged": 0} == run.counts()
    assert "Alleen de goede regels importeren (1)" in text(page) and "Alle regels opnieuw" not in text(page)


def test_a_preview_shows_people_as_new_after_the_import_that_it_repeats_was_undone(coordinator_client):
    first = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, first)
    run = make_preview(coordinator_client, GOOD, BAD)
    coordinator_client.post(import_url("_undo", first))
    page = text(coordinator_client.get(import_url("", run)))
    assert "Alleen de goede regels importeren (1)" in page and "Alle regels opnieuw" not in page
    assert run.counts() | {"new": 1, "error": 1, "unchanged": 0} == run.counts()


def test_a_line_that_came_out_otherwise_is_led_to(coordinator_client):
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2")
    make_dossier(given_name="Tesfai", family_name="Woldu", date_of_birth="1990-02-01")
    page = apply_import_page(coordinator_client, run, follow=True)
    [link] = re.findall(r'href="([^"]*)#line-3">\s*Regel 3, bij “lijkt op”\s*<', raw(page))
    assert 'id="line-3"' in raw(coordinator_client.get(import_url("", run) + link.replace("&amp;", "&")))


@pytest.mark.parametrize("number", ["0", "x", "999999999999999999999"])
def test_an_unknown_import_number_lists_nobody(coordinator_client, number):
    make_dossier(given_name="Yonas")
    assert "Yonas" not in text(coordinator_client.get(f"{url(Dossier, 'list')}?import={number}"))


def test_the_list_of_interests_shows_nobody_of_an_import_of_dossiers(coordinator_client):
    apply_import_page(coordinator_client, run := make_preview(coordinator_client, GOOD))
    assert "Selam" not in text(coordinator_client.get(f"{url(EmployerInterest, 'list')}?import={run.pk}"))


def test_the_history_names_the_user_and_the_line_of_an_import(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, run)
    dossier = Dossier.objects.get()
    step = dossier.history.get()
    assert (step.history_user.get_username(), step.import_run, step.import_line) == ("coordinator", run, 2)
    assert "coordinator" in text(coordinator_client.get(url(Dossier, "history", dossier.pk)))


def test_the_july_list_is_imported_without_its_invalid_lines(coordinator_client):
    upload(coordinator_client, open_sheet("coa-lijst-juli.xlsx"))
    run = ImportRun.objects.get()
    assert run.asked["words"], "an unknown word, in a line with another error"
    page = text(apply_import_page(coordinator_client, run, good_rows_only="yes", follow=True))
    assert Dossier.objects.count() == 20
    assert "20 nieuw" in page
    assert "4 niet geïmporteerd" in page


def test_valid_lines_of_a_list_with_errors_are_imported_only_on_request(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = apply_import_page(coordinator_client, run, follow=True)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert "1 regel" in text(page)
    assert not Dossier.objects.exists()
    apply_import_page(coordinator_client, run, good_rows_only="yes")
    assert [dossier.full_name for dossier in Dossier.objects.all()] == ["Selam Haile"]


def test_a_list_with_only_errors_cannot_be_applied(coordinator_client):
    run = make_preview(coordinator_client, BAD)
    assert import_url("_apply", run) not in raw(coordinator_client.get(import_url("", run)))


def test_applying_twice_is_refused_and_writes_nobody_twice(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, run)
    second_page = text(apply_import_page(coordinator_client, run, follow=True))
    assert "Deze lijst is al geïmporteerd" in second_page
    assert Dossier.objects.count() == 1
    assert ImportRun.objects.get().state == ImportRun.State.APPLIED


def test_a_repeated_import_task_writes_nobody_twice(coordinator_client, coordinator):
    run = make_preview(coordinator_client, GOOD)
    apply_import_page(coordinator_client, run)
    apply_import.call(run.pk, coordinator.pk)
    assert Dossier.objects.count() == 1


def test_a_refused_list_can_not_be_applied(coordinator_client):
    upload(coordinator_client, open_sheet("afgekapt.xlsx"))
    run = ImportRun.objects.get()
    apply_import_page(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.REFUSED


def test_an_unchanged_list_is_finished_and_not_imported(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    run = make_preview(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", run))
    assert run.counts()["unchanged"] == 1
    assert "Afronden" in text(page) and "Alles importeren" not in text(page)


def test_a_line_about_a_person_edited_since_the_preview_is_asked_about(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    upload(coordinator_client, people("Selam;Haile-Woldu;12-03-1990;P1"))
    run = ImportRun.objects.latest("pk")
    dossier = Dossier.objects.get()
    dossier.family_name = "Haile Woldu"
    dossier.save()
    page = apply_import_page(coordinator_client, run, follow=True)
    assert "sindsdien gewijzigd: Achternaam van Selam Haile Woldu" in text(page)
    assert Dossier.objects.get().family_name == "Haile Woldu"
    press(coordinator_client, page, "Toch deze gegevens")
    apply_import_page(coordinator_client, run)
    assert Dossier.objects.get().family_name == "Haile-Woldu"


def test_the_reading_settings_of_a_sender_are_stored_when_the_list_is_applied(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    assert not ImportProfile.objects.exists()
    apply_import_page(coordinator_client, run)
    profile = ImportProfile.objects.get()
    assert profile.organisation == Organisation.objects.named("AZC Luttelgeest")
    assert profile.columns["Extern nummer"] == "external_id"


# While it runs


@pytest.fixture
def running_import(coordinator_client, settings) -> ImportRun:
    """An import that was enqueued to be applied and that no worker has started."""
    run = make_preview(coordinator_client, GOOD)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    apply_import_page(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLYING
    return run


def test_the_progress_page_counts_lines(coordinator_client, running_import):
    assert coordinator_client.get(import_url("_progress", running_import)).json() == {
        "busy": True,
        "done": 0,
        "total": None,
        "stalled": False,
    }
    Progress.of(running_import).report(3, 3)
    assert coordinator_client.get(import_url("_progress", running_import)).json() == {
        "busy": True,
        "done": 3,
        "total": 3,
        "stalled": False,
    }
    page = coordinator_client.get(import_url("", running_import))
    assert "3 van 3 regels" in text(page)


def test_the_progress_of_a_finished_import_is_not_busy(coordinator_client, running_import, coordinator):
    apply_import.call(running_import.pk, coordinator.pk)
    assert coordinator_client.get(import_url("_progress", running_import)).json() == {
        "busy": False,
        "done": 0,
        "total": None,
        "stalled": False,
    }


def test_a_stopped_import_writes_nothing_and_can_be_applied_later(coordinator_client, running_import, coordinator):
    assert import_url("_stop", running_import) in raw(coordinator_client.get(import_url("", running_import)))
    coordinator_client.post(import_url("_stop", running_import))
    apply_import.call(running_import.pk, coordinator.pk)
    running_import.refresh_from_db()
    assert running_import.state == ImportRun.State.PREVIEWED
    assert running_import.reason in text(coordinator_client.get(import_url("", running_import)))
    assert not Dossier.objects.exists()
    apply_import_page(coordinator_client, running_import)
    apply_import.call(running_import.pk, coordinator.pk)
    assert Dossier.objects.count() == 1


def test_an_import_that_does_not_run_cannot_be_stopped(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    for _finished in (False, True):
        page = text(coordinator_client.post(import_url("_stop", run), follow=True))
        assert "Intussen is dit gewijzigd. De status is nu: " in page and "Er wordt niets geschreven" not in page
        apply_import_page(coordinator_client, run)
    assert coordinator_client.post(reverse("dossiers_import_stop", args=[run.pk + 1])).status_code == 404


def test_a_get_request_does_not_apply_or_stop_an_import(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    for name in ("_apply", "_stop"):
        assert coordinator_client.get(import_url(name, run)).status_code == 405
    assert not Dossier.objects.exists()


def test_the_list_of_imports_shows_the_state_of_each(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    upload(coordinator_client, open_sheet("afgekapt.xlsx"))
    page = text(coordinator_client.get(reverse("dossiers_imports")))
    for words in ("lijst.csv", "afgekapt.xlsx", "geweigerd", "AZC Luttelgeest"):
        assert words in page


def test_an_empty_list_of_imports_says_how_to_begin(coordinator_client):
    page = coordinator_client.get(reverse("dossiers_imports"))
    assert reverse("dossiers_import_upload", args=["dossiers"]) in raw(page)


# Who may


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_see_follow_apply_or_stop_an_import(as_user, coordinator_client, request, role):
    run = make_preview(coordinator_client, GOOD)
    client = as_user(request.getfixturevalue(role))
    for name in ("", "_progress"):
        response = client.get(import_url(name, run))
        assert response.status_code in (302, 403, 404)
        assert "Selam" not in raw(response)
    for name in ("_apply", "_stop"):
        assert client.post(import_url(name, run), {"good_rows_only": "yes"}).status_code in (302, 403, 404)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert not Dossier.objects.exists()


def test_a_partner_sees_only_imports_of_their_own_organisation(as_user, partner, coordinator_client):
    """Partner pages come later; the set that they will ask is closed already."""
    werkcorporatie = Organisation.objects.named("Werkcorporatie")
    upload(coordinator_client, people(GOOD), organisation=werkcorporatie.pk)
    upload(coordinator_client, people(GOOD))
    assert {run.organisation.name for run in ImportRun.objects.visible_to(partner)} == {"AZC Luttelgeest"}


def test_a_missing_import_is_not_found(coordinator_client):
    make_dossier()
    assert coordinator_client.get(reverse("dossiers_import", args=[99])).status_code == 404
    assert coordinator_client.get(reverse("dossiers_import_progress", args=[99])).status_code == 404


def test_the_result_offers_the_lines_with_errors_for_their_sender(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = apply_import_page(coordinator_client, run, good_rows_only="yes", follow=True)
    assert "1 niet geïmporteerd" in text(page)
    assert import_url("_return", run) in raw(page)
    assert (
        coordinator_client.get(import_url("_return", run))
        .headers["Content-Disposition"]
        .endswith('filename="lijst-terug.xlsx"')
    )


def test_the_result_of_a_list_without_errors_offers_no_file_for_its_sender(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    assert import_url("_return", run) not in raw(apply_import_page(coordinator_client, run, follow=True))


def test_the_required_columns_of_a_new_line_leave_out_the_reference(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    page = text(coordinator_client.get(import_url("_columns", run)))
    assert "Een nieuwe regel heeft nodig: Voornaam, Achternaam, Geboortedatum." in page


def test_an_import_button_applies_only_what_its_page_showed(coordinator_client):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    run = make_preview(coordinator_client, "Selam;Haille;12-03-1990;P8", "Omar;Zaki;12-03-1991;P9")
    page = coordinator_client.get(import_url("", run))
    line_url = reverse("dossiers_import_line", args=[run.pk, run.rows.get(line=2).pk])
    coordinator_client.post(line_url, {"what": "another"})  # in another tab
    refused = press(coordinator_client, page, "Alleen de goede regels importeren (1)")
    assert "Deze lijst is gewijzigd sinds deze pagina werd getoond" in text(refused)
    assert Dossier.objects.count() == 1
    press(coordinator_client, refused, "Alles importeren (2)")
    assert Dossier.objects.count() == 3


def test_a_choice_of_columns_with_which_the_list_is_not_read_stops_no_import(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", run))
    coordinator_client.post(import_url("_columns", run), {"step": "draft", "column-0": "profession"})
    press(coordinator_client, page, "Alles importeren (1)")
    assert Dossier.objects.count() == 1


def test_what_is_typed_on_the_page_of_the_import_button_is_applied_with_it(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = coordinator_client.get(import_url("", run))
    press(
        coordinator_client, page, "Alleen de goede regels", {"[name$=date_of_birth]:not([type=hidden])": "01-02-1990"}
    )
    assert Dossier.objects.count() == 2
