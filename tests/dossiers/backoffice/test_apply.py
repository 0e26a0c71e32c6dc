"""Tests of applying an import, whole or valid rows only, and of its progress."""

import re

import pytest
from django.urls import reverse

from dossiers.models import Dossier, EmployerInterest, ImportProfile, ImportRun, Organisation, Supply
from dossiers.progress import Progress
from dossiers.tasks import apply_import

from ..models.factories import make_dossier
from .pages import press, raw, text, url
from .test_uploading import people, sheet, upload

GOOD, BAD = "Selam;Haile;12-03-1990;P1", "Tesfay;Woldu;31-02-1990;P2"


def page_of(name: str, run: ImportRun) -> str:
    return reverse(f"dossiers_import{name}", args=[run.pk])


def previewed(client, *lines: str) -> ImportRun:
    upload(client, people(*lines))
    return ImportRun.objects.latest("pk")


def apply(client, run: ImportRun, **fields):
    return client.post(page_of("_apply", run), fields, follow=True)


def test_applying_writes_the_people_and_the_result_counts_them(coordinator_client):
    run = previewed(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2")
    page = apply(coordinator_client, run)
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


def test_the_result_leads_to_the_list_of_exactly_what_it_wrote(coordinator_client):
    make_dossier(given_name="Yonas")
    first = previewed(coordinator_client, GOOD)
    apply(coordinator_client, first)
    second = previewed(coordinator_client, "Tesfay;Woldu;01-02-1990;P2")
    (link,) = re.findall(rf'href="([^"]*import={second.pk})"', raw(apply(coordinator_client, second)))
    shown = text(coordinator_client.get(link))
    assert "Tesfay Woldu" in shown and "Selam Haile" not in shown and "Yonas" not in shown
    assert "Gemaakt of gewijzigd door de import: lijst.csv" in shown


@pytest.mark.parametrize("number", ["0", "x", "999999999999999999999"])
def test_an_import_that_is_not_there_wrote_nobody(coordinator_client, number):
    make_dossier(given_name="Yonas")
    assert "Yonas" not in text(coordinator_client.get(f"{url(Dossier, 'list')}?import={number}"))


def test_an_import_of_employers_wrote_no_dossier(coordinator_client):
    apply(coordinator_client, run := previewed(coordinator_client, GOOD))
    assert "Selam" not in text(coordinator_client.get(f"{url(EmployerInterest, 'list')}?import={run.pk}"))


def test_history_and_log_name_who_applied_it_and_by_which_line(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    apply(coordinator_client, run)
    dossier = Dossier.objects.get()
    step = dossier.history.get()
    assert (step.history_user.get_username(), step.import_run, step.import_line) == ("coordinator", run, 2)
    assert "coordinator" in text(coordinator_client.get(url(Dossier, "history", dossier.pk)))


def test_the_real_list_of_july_comes_in_but_for_its_bad_lines(coordinator_client):
    upload(coordinator_client, sheet("coa-lijst-juli.xlsx"))
    run = ImportRun.objects.get()
    press(
        coordinator_client, apply(coordinator_client, run, good_rows_only="yes"), "Lijst inlezen met deze antwoorden"
    )  # they stay errors
    page = text(apply(coordinator_client, run, good_rows_only="yes"))
    assert Dossier.objects.count() == 20
    assert "20 nieuw" in page
    assert "4 niet geïmporteerd" in page


def test_a_list_with_errors_is_written_as_far_as_it_is_good_only_when_one_says_so(coordinator_client):
    run = previewed(coordinator_client, GOOD, BAD)
    page = apply(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert "1 regel" in text(page)
    assert not Dossier.objects.exists()
    apply(coordinator_client, run, good_rows_only="yes")
    assert [dossier.full_name for dossier in Dossier.objects.all()] == ["Selam Haile"]


def test_a_list_of_errors_alone_offers_no_button(coordinator_client):
    run = previewed(coordinator_client, BAD)
    assert page_of("_apply", run) not in raw(coordinator_client.get(page_of("", run)))


def test_applying_twice_is_refused_and_writes_nobody_twice(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    apply(coordinator_client, run)
    again = text(apply(coordinator_client, run))
    assert "Deze lijst is al geïmporteerd" in again
    assert Dossier.objects.count() == 1
    assert ImportRun.objects.get().state == ImportRun.State.APPLIED


def test_a_worker_that_starts_its_task_again_writes_nobody_twice(coordinator_client, coordinator):
    run = previewed(coordinator_client, GOOD)
    apply(coordinator_client, run)
    apply_import.call(run.pk, coordinator.pk)
    assert Dossier.objects.count() == 1


def test_a_refused_list_can_not_be_applied(coordinator_client):
    upload(coordinator_client, sheet("afgekapt.xlsx"))
    run = ImportRun.objects.get()
    apply(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.REFUSED


def test_the_same_list_again_has_nothing_to_write(coordinator_client):
    apply(coordinator_client, previewed(coordinator_client, GOOD))
    run = previewed(coordinator_client, GOOD)
    page = coordinator_client.get(page_of("", run))
    assert run.counts()["unchanged"] == 1
    assert page_of("_apply", run) not in raw(page)


def test_a_line_whose_person_was_edited_since_is_shown_again_first(coordinator_client):
    apply(coordinator_client, previewed(coordinator_client, GOOD))
    upload(coordinator_client, people("Selam;Haile-Woldu;12-03-1990;P1"))
    run = ImportRun.objects.latest("pk")
    dossier = Dossier.objects.get()
    dossier.family_name = "Haile Woldu"
    dossier.save()
    page = text(apply(coordinator_client, run))
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert run.reason in page
    assert run.reason
    assert Dossier.objects.get().family_name == "Haile Woldu"
    apply(coordinator_client, run)
    assert Dossier.objects.get().family_name == "Haile-Woldu"


def test_how_a_senders_list_was_read_is_remembered_when_it_is_applied_and_not_before(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    assert not ImportProfile.objects.exists()
    apply(coordinator_client, run)
    profile = ImportProfile.objects.get()
    assert profile.organisation == Organisation.objects.named("AZC Luttelgeest")
    assert profile.columns["Extern nummer"] == "external_id"


# While it runs


@pytest.fixture
def running(coordinator_client, settings) -> ImportRun:
    """An import that was enqueued to be applied and that no worker has started."""
    run = previewed(coordinator_client, GOOD)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    apply(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLYING
    return run


def test_progress_is_told_in_numbers(coordinator_client, running):
    assert coordinator_client.get(page_of("_progress", running)).json() == {"busy": True, "done": 0, "total": None}
    Progress.of(running).report(3, 3)
    assert coordinator_client.get(page_of("_progress", running)).json() == {"busy": True, "done": 3, "total": 3}
    page = coordinator_client.get(page_of("", running))
    assert "3 van 3 regels" in text(page)


def test_progress_of_what_is_done_says_so(coordinator_client, running, coordinator):
    apply_import.call(running.pk, coordinator.pk)
    assert coordinator_client.get(page_of("_progress", running)).json() == {"busy": False, "done": 0, "total": None}


def test_stopping_writes_nothing_and_the_list_can_be_applied_later(coordinator_client, running, coordinator):
    assert page_of("_stop", running) in raw(coordinator_client.get(page_of("", running)))
    coordinator_client.post(page_of("_stop", running))
    apply_import.call(running.pk, coordinator.pk)
    running.refresh_from_db()
    assert running.state == ImportRun.State.PREVIEWED
    assert running.reason in text(coordinator_client.get(page_of("", running)))
    assert not Dossier.objects.exists()
    apply(coordinator_client, running)
    apply_import.call(running.pk, coordinator.pk)
    assert Dossier.objects.count() == 1


def test_what_does_not_run_can_not_be_stopped(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    assert coordinator_client.post(page_of("_stop", run)).status_code == 404
    apply(coordinator_client, run)
    assert coordinator_client.post(page_of("_stop", run)).status_code == 404


def test_looking_at_these_addresses_does_nothing(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    for name in ("_apply", "_stop"):
        assert coordinator_client.get(page_of(name, run)).status_code == 405
    assert not Dossier.objects.exists()


def test_the_list_of_imports_names_each_with_its_state(coordinator_client):
    apply(coordinator_client, previewed(coordinator_client, GOOD))
    upload(coordinator_client, sheet("afgekapt.xlsx"))
    page = text(coordinator_client.get(reverse("dossiers_imports")))
    for words in ("lijst.csv", "afgekapt.xlsx", "geweigerd", "AZC Luttelgeest"):
        assert words in page


def test_an_empty_list_of_imports_says_how_to_begin(coordinator_client):
    page = coordinator_client.get(reverse("dossiers_imports"))
    assert reverse("dossiers_import_upload", args=["dossiers"]) in raw(page)


# Who may


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_nobody_else_sees_follows_applies_or_stops_an_import(as_user, coordinator_client, request, role):
    run = previewed(coordinator_client, GOOD)
    client = as_user(request.getfixturevalue(role))
    for name in ("", "_progress"):
        response = client.get(page_of(name, run))
        assert response.status_code in (302, 403, 404)
        assert "Selam" not in raw(response)
    for name in ("_apply", "_stop"):
        assert client.post(page_of(name, run), {"good_rows_only": "yes"}).status_code in (302, 403, 404)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert not Dossier.objects.exists()


def test_a_partner_with_that_right_still_finds_only_their_own_organisations(as_user, partner, coordinator_client):
    """Partner pages come later; the set that they will ask is closed already."""
    werkcorporatie = Organisation.objects.named("Werkcorporatie")
    upload(coordinator_client, people(GOOD), organisation=werkcorporatie.pk)
    upload(coordinator_client, people(GOOD))
    assert {run.organisation.name for run in ImportRun.objects.visible_to(partner)} == {"AZC Luttelgeest"}


def test_an_import_that_never_was_is_not_found(coordinator_client):
    make_dossier()
    assert coordinator_client.get(reverse("dossiers_import", args=[99])).status_code == 404
    assert coordinator_client.get(reverse("dossiers_import_progress", args=[99])).status_code == 404


def test_the_result_offers_the_lines_with_errors_for_their_sender(coordinator_client):
    run = previewed(coordinator_client, GOOD, BAD)
    page = apply(coordinator_client, run, good_rows_only="yes")
    assert "1 niet geïmporteerd" in text(page)
    assert page_of("_return", run) in raw(page)
    assert (
        coordinator_client.get(page_of("_return", run))
        .headers["Content-Disposition"]
        .endswith('filename="lijst-terug.xlsx"')
    )


def test_the_result_of_a_list_without_errors_has_nothing_for_its_sender(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    assert page_of("_return", run) not in raw(apply(coordinator_client, run))


def test_what_a_new_line_needs_is_not_the_number_that_we_give_it(coordinator_client):
    run = previewed(coordinator_client, GOOD)
    page = text(coordinator_client.get(page_of("_columns", run)))
    assert "Een nieuwe regel heeft nodig: Voornaam, Achternaam, Geboortedatum." in page
