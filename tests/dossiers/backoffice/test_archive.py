"""Tests of the archive: what is finished leaves the lists, stays in figures and searches, and can be restored."""

import re
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from dossiers.figures import Scope
from dossiers.figures.funnel import people_at_work
from dossiers.models import Dossier, Employer, EmployerInterest, InterestStatus, Placement, Status, Step
from dossiers.models.placements.placement_steps import undo_last_step
from dossiers.models.rights import COMMUNICATIONS

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import make_placement
from ..spreadsheets.imports import PERSON, Lists, apply, decide_on_older_values
from ..spreadsheets.undo import undo_import
from .bulk import apply_change, list_url
from .bulk import press as press_in_change
from .pages import form_data, press, raw, text, url


def make_finished():
    """Create a finished record of each kind, which have nothing to do with each other."""
    placement = make_placement(Step.ENDED)
    return {
        Dossier: make_dossier(given_name="Selam", family_name="Haile", status=Status.COMPLETED),
        Employer: make_employer(company_name="Kas Voorbeeld"),
        EmployerInterest: make_interest(status=InterestStatus.CLOSED),
        Placement: placement,
    }


def make_archived(record):
    record.archived_at = timezone.now()
    record.save()
    assert record.archived_at
    return record


def archive(client, *records, follow=True, page="archive"):
    return client.post(list_url(type(records[0]), page, id=[record.pk for record in records]), follow=follow)


def is_archived(record) -> bool:
    record.refresh_from_db()
    return record.archived_at is not None


def names_in_list(client, model, **query) -> set:
    return {record.pk for record in client.get(url(model, "list"), query).context["object_list"]}


@pytest.mark.parametrize("model", [Dossier, Employer, EmployerInterest, Placement])
def test_a_finished_record_is_archived_from_its_page_and_restored_there(coordinator_client, coordinator, model):
    record = make_finished()[model]
    page = coordinator_client.get(url(model, "inspect", record.pk))
    assert "Gearchiveerd op" not in text(page)
    address = next(
        link["href"] for link in BeautifulSoup(page.content, "html.parser").find_all("a") if "/archive/" in link["href"]
    )
    page = press(coordinator_client, coordinator_client.get(address), "Archiveren")
    assert is_archived(record)
    assert f"Gearchiveerd op {timezone.localdate():%d-%m-%Y} door {coordinator.username}." in text(page)
    assert record.history.first().history_user == coordinator
    assert record.pk not in names_in_list(coordinator_client, model)
    page = press(coordinator_client, page, "Terughalen")
    assert not is_archived(record)
    assert "Gearchiveerd op" not in text(page)
    assert record.pk in names_in_list(coordinator_client, model)


def test_what_is_not_finished_can_not_be_archived(coordinator_client):
    placement = make_placement()
    records = [placement.dossier, placement.interest.employer, placement.interest, placement]
    for record in records:
        page = coordinator_client.get(url(type(record), "inspect", record.pk))
        assert "/archive/" not in raw(page)
        page = text(coordinator_client.get(list_url(type(record), "archive", id=record.pk)))
        assert "Niets om te archiveren" in page
        assert "kunt u archiveren" in page
        archive(coordinator_client, record)
        assert not is_archived(record)


def test_an_employer_with_an_ongoing_placement_can_not_be_archived(coordinator_client):
    interest = make_placement(Step.WORKING).interest
    interest.status = InterestStatus.CLOSED
    interest.save()
    archive(coordinator_client, interest.employer)
    assert not is_archived(interest.employer)


def test_only_those_who_may_change_a_record_archive_it(as_user, make_user):
    dossier = make_finished()[Dossier]
    stranger = as_user(make_user("stranger", COMMUNICATIONS))
    assert archive(stranger, dossier, follow=False).status_code == 404
    reader = make_user("reader")
    for name in ("view_dossier", "access_admin"):
        grant(reader, name)
    client = as_user(reader)
    assert archive(client, dossier, follow=False).status_code in (302, 403)
    assert not is_archived(dossier)
    make_archived(dossier)
    page = client.get(url(Dossier, "inspect", dossier.pk))
    assert "Gearchiveerd op" in text(page)
    assert "/restore/" not in raw(page)
    archive(client, dossier, page="restore")
    assert is_archived(dossier)


def grant(user, name: str) -> None:
    user.user_permissions.add(Permission.objects.get(codename=name))


def test_a_record_that_is_not_there_is_not_found(coordinator_client):
    assert coordinator_client.get(list_url(Dossier, "archive", id=987654)).status_code == 404
    assert coordinator_client.get("/beheer/lists/finding/archive/?id=1").status_code == 404


def test_a_list_shows_archived_records_if_its_filter_says_so(coordinator_client):
    here, gone = make_dossier(), make_archived(make_dossier(status=Status.COMPLETED))
    assert names_in_list(coordinator_client, Dossier) == {here.pk}
    assert names_in_list(coordinator_client, Dossier, archive="also") == {here.pk, gone.pk}
    page = coordinator_client.get(url(Dossier, "list"), {"archive": "only"})
    assert {record.pk for record in page.context["object_list"]} == {gone.pk}
    assert "Archief: alleen gearchiveerde" in text(page).replace(" : ", ": ").replace("b>", "")
    assert coordinator_client.get(url(Dossier, "list"), {"archive": "nonsense"}).context["object_list"].count() == 0


@pytest.mark.parametrize(("query", "count"), [({}, 1), ({"archive": "only"}, 1), ({"archive": "also"}, 2)])
def test_an_export_follows_the_filter_of_the_list(coordinator_client, query, count):
    make_dossier(), make_archived(make_dossier(status=Status.COMPLETED))
    for what in ("shown", "all"):
        file = raw(coordinator_client.get(url(Dossier, "export", "csv"), query | {"what": what}))
        assert len(file.strip().splitlines()) == count + 1


def test_a_view_remembers_the_filter(coordinator_client):
    gone = make_archived(make_dossier(status=Status.COMPLETED))
    address = f"/beheer/lists/dossier/views/add/?{urlencode({'archive': 'only'})}"
    saved = coordinator_client.post(address, {"name": "Archief"}, follow=True)
    assert [record.pk for record in saved.context["object_list"]] == [gone.pk]
    assert saved.context["current_view"].query == "archive=only"


def test_ticked_lines_are_archived_together_and_the_message_undoes_it(coordinator_client):
    finished, going_on = [make_dossier(status=Status.WITHDRAWN) for _ in range(3)], make_dossier()
    earlier = make_archived(make_dossier(status=Status.COMPLETED))
    query = {"id": "all"}
    page = text(coordinator_client.get(list_url(Dossier, "archive", **query)))
    assert "3 dossiers archiveren?" in page
    assert "1 dossier wordt niet gearchiveerd." in page
    page = coordinator_client.post(list_url(Dossier, "archive", **query), follow=True)
    assert "3 dossiers zijn gearchiveerd." in text(page)
    assert all(map(is_archived, finished))
    assert not is_archived(going_on)
    assert finished[0].history.count() == 2
    undo = next(a["href"] for a in BeautifulSoup(page.content, "html.parser").find_all("a") if "Ongedaan" in a.text)
    page = press(coordinator_client, coordinator_client.get(undo), "Terughalen")
    assert "3 dossiers zijn teruggehaald." in text(page)
    assert not any(map(is_archived, finished))
    assert is_archived(earlier)


def test_the_list_of_archived_records_restores_ticked_lines(coordinator_client):
    gone = [make_archived(make_employer()) for _ in range(2)]
    assert "/restore/" not in raw(coordinator_client.get(url(Employer, "list"), {"view": "all"}))
    assert "/restore/" in raw(coordinator_client.get(url(Employer, "list"), {"archive": "only"}))
    page = coordinator_client.post(list_url(Employer, "restore", archive="only", id=gone[0].pk), follow=True)
    assert page.status_code == 200
    assert [is_archived(employer) for employer in gone] == [False, True]


def test_nothing_is_archived_without_a_ticked_line(coordinator_client):
    dossier = make_finished()[Dossier]
    page = coordinator_client.post(list_url(Dossier, "archive"), follow=True)
    assert "Vink eerst een regel aan" in text(page)
    assert not is_archived(dossier)


def test_too_many_at_once_are_refused(coordinator_client, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.archive.MAX_RECORDS", 1)
    dossiers = [make_dossier(status=Status.COMPLETED) for _ in range(2)]
    page = archive(coordinator_client, *dossiers)
    assert "Hoogstens 1 dossier tegelijk" in text(page)
    assert not any(map(is_archived, dossiers))


def test_a_search_finds_what_is_archived_and_says_so(coordinator_client):
    make_dossier(given_name="Selam", family_name="Haile")
    make_archived(make_dossier(given_name="Selam", family_name="Tesfay", status=Status.COMPLETED))
    page = text(coordinator_client.get("/beheer/search/", {"q": "selam"}))
    assert "Tesfay" in page
    assert page.count("gearchiveerd") == 1


def test_choosers_and_the_board_leave_out_what_is_archived(coordinator_client):
    dossier, placement = make_finished()[Dossier], make_placement(Step.ENDED)
    chooser = reverse("wagtailsnippetchoosers_dossiers_dossier:choose_results")
    assert dossier.reference in text(coordinator_client.get(chooser))
    make_archived(dossier), make_archived(placement)
    assert dossier.reference not in text(coordinator_client.get(chooser))
    assert placement.reference not in text(coordinator_client.get("/beheer/placements/board/"))


def test_figures_count_what_is_archived_and_their_lists_show_it(coordinator_client):
    dossier = make_placement(Step.WORKING).dossier
    dossier.status = Status.COMPLETED
    dossier.save()
    make_archived(dossier)
    assert people_at_work(Scope(end=timezone.localdate())).records.filter(pk=dossier.pk).exists()
    page = coordinator_client.get("/beheer/")
    link = next(a["href"] for a in BeautifulSoup(page.content, "html.parser").find_all("a") if "at_work=" in a["href"])
    assert [record.pk for record in coordinator_client.get(link).context["object_list"]] == [dossier.pk]


def test_a_refused_deletion_offers_the_archive_or_says_what_comes_first(coordinator_client):
    placement = make_placement(Step.ENDED)
    page = coordinator_client.get(url(Placement, "delete", placement.pk), follow=True)
    placement.dossier.status = Status.COMPLETED
    placement.dossier.save()
    page = coordinator_client.get(url(Dossier, "delete", placement.dossier.pk), follow=True)
    assert "Archiveer het in plaats daarvan" in text(page)
    assert "/archive/" in raw(page)
    page = coordinator_client.get(url(Employer, "delete", placement.interest.employer.pk), follow=True)
    assert "Sluit in plaats daarvan de interesses. Daarna kunt u de werkgever archiveren." in text(page)
    assert "/archive/" not in raw(page)


class TestWhatOpensARecordTakesItOutOfTheArchive:
    def test_a_form(self, coordinator_client):
        dossier = make_archived(make_finished()[Dossier])
        form = coordinator_client.get(url(Dossier, "edit", dossier.pk))
        data = form_data(form, location="Emmeloord")
        coordinator_client.post(url(Dossier, "edit", dossier.pk), data)
        assert is_archived(dossier)
        assert dossier.location == "Emmeloord"
        form = coordinator_client.get(url(Dossier, "edit", dossier.pk))
        coordinator_client.post(url(Dossier, "edit", dossier.pk), form_data(form, status=Status.AVAILABLE))
        assert not is_archived(dossier)
        assert dossier.status == Status.AVAILABLE

    def test_a_bulk_change(self, coordinator_client):
        dossier, interest = make_finished()[Dossier], make_interest(status=InterestStatus.CLOSED)
        for record in (dossier, interest, interest.employer):
            make_archived(record)
        apply_change(coordinator_client, Dossier, "location", "Emmeloord", archive="only")
        assert is_archived(dossier)
        apply_change(coordinator_client, Dossier, "status", Status.INTAKE, archive="only")
        apply_change(coordinator_client, EmployerInterest, "status", InterestStatus.NEW, archive="only")
        assert not any(map(is_archived, (dossier, interest, interest.employer)))
        assert dossier.history.first().archived_at is None

    def test_the_undo_of_a_bulk_change(self, coordinator_client):
        dossier, interest = make_dossier(), make_interest()
        changes = [
            apply_change(coordinator_client, Dossier, "status", Status.WITHDRAWN),
            apply_change(coordinator_client, EmployerInterest, "status", InterestStatus.CLOSED),
        ]
        records = [dossier, interest, interest.employer]
        archive(coordinator_client, dossier), archive(coordinator_client, interest)
        archive(coordinator_client, interest.employer)
        assert all(map(is_archived, records))
        for change in changes:
            press_in_change(coordinator_client, change, "undo/")
        assert not any(map(is_archived, records))

    def test_a_list_and_its_undo(self, coordinator_client, tmp_path):
        lists = Lists(tmp_path)
        row = {"Bedrijf": "Kas Voorbeeld", "Contactpersoon": "Anneke", "E-mail": "kas@example.org", "Werk": "Plukken"}
        employer = make_employer(company_name="Kas Voorbeeld", contact_name="Anneke", email="kas@example.org")
        interest = make_interest(employer=employer, work_description="Plukken", status=InterestStatus.CLOSED)
        records = make_archived(interest), make_archived(employer)
        rows = [row | {"Referentie": interest.reference, "Status": status} for status in ("nieuw", "gesloten")]
        lists.apply(rows[0], record="employer_interest")
        assert not any(map(is_archived, records))
        assert interest.status == InterestStatus.NEW
        assert interest.history.first().archived_at is None
        closing = apply(decide_on_older_values(lists.preview(rows[1], record="employer_interest"), use_older=True))
        make_archived(EmployerInterest.objects.get()), make_archived(Employer.objects.get())
        assert undo_import(closing).state == "undone"
        assert not any(map(is_archived, records))
        assert interest.history.first().archived_at is None

    def test_a_new_interest(self, coordinator_client):
        employer = make_archived(make_employer())
        make_interest(employer=employer, status=InterestStatus.CLOSED)
        assert is_archived(employer)
        make_interest(employer=employer)
        assert not is_archived(employer)

    def test_a_step_taken_back(self, base_data):
        placement = make_archived(make_placement(Step.ENDED))
        undo_last_step(placement)
        assert not is_archived(placement)

    def test_a_merge_and_its_undo(self, base_data):
        kept, other = make_archived(make_dossier(status=Status.COMPLETED)), make_dossier(status=Status.AVAILABLE)
        merged = merge_dossiers(kept, other, status="other")
        assert not is_archived(kept)
        undo_merge(merged)
        assert is_archived(kept), "as before the merge"
        assert kept.status == Status.COMPLETED


def test_a_list_that_matches_an_archived_person_is_imported_and_says_so(coordinator_client, coordinator, tmp_path):
    dossier = make_archived(make_dossier(**PERSON_FIELDS, status=Status.COMPLETED))
    run = Lists(tmp_path).preview(PERSON | {"Woonplaats": "Emmeloord"}, user=coordinator)
    page = text(coordinator_client.get(f"/beheer/imports/{run.pk}/"))
    assert "in het archief" in page
    apply(run)
    assert is_archived(dossier)


def test_the_history_says_when_a_new_status_took_a_dossier_out_of_the_archive(coordinator_client):
    dossier = make_archived(make_dossier(status=Status.COMPLETED))
    dossier.status = Status.AVAILABLE
    dossier.save()
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert re.search(r"Status afgerond → beschikbaar Gearchiveerd \d\d-\d\d-\d{4} → –", page)


PERSON_FIELDS = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "1990-03-12"}


def test_a_second_restore_says_that_it_was_restored_already(coordinator_client):
    dossier = make_archived(make_dossier(status=Status.COMPLETED))
    address = list_url(Dossier, "restore", id=dossier.pk)
    assert f"{dossier} is teruggehaald." in text(coordinator_client.post(address, follow=True))
    page = text(coordinator_client.post(address, follow=True))
    assert f"{dossier} is al teruggehaald." in page and "zijn teruggehaald" not in page
