"""Tests of undoing an import, and of the choice about people who are absent from a list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from admin_pages import pagination
from admin_pages.users import get_person_name
from dossiers.backoffice.imports import undo as pages
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    EmployerInterest,
    ImportRun,
    Sector,
    Status,
    Step,
    Supply,
)
from dossiers.models.placements.placement_steps import take_step
from dossiers.spreadsheets.undo.planner import plan_undo
from dossiers.tasks import undo_import

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import get_end_reason, make_placement, today
from ..spreadsheets.imports import PERSON, WERKCORPORATIE, Lists
from ..spreadsheets.undo import INTERESTS, JOB
from .bulk import apply_change, change_url, press
from .pages import raw, text, url
from .test_apply import GOOD, apply_import_page, import_url, make_preview

OTHER = "Omar;Abdi;01-01-1980;P2"


def apply_list(client, *lines: str) -> ImportRun:
    run = make_preview(client, *lines)
    apply_import_page(client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED
    return run


def undo_import_page(client, run: ImportRun):
    return client.post(import_url("_undo", run), follow=True)


# Undo


def test_an_applied_import_offers_its_undo_and_until_when(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", run))
    until = timezone.localtime(run.applied_at + timedelta(days=30))
    assert import_url("_undo", run) in raw(page)
    assert f"{until:%d-%m-%Y}" in text(page)


def edit_dossier(given_name):
    dossier = Dossier.objects.get(given_name=given_name)
    dossier.profession = "kok"
    dossier.save()


def test_the_undo_page_shows_counts_and_names_before_the_button(coordinator_client):
    apply_list(coordinator_client, GOOD)
    run = apply_list(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1", OTHER, "Navid;Ahmadi;02-02-1985;P3")
    edit_dossier("Navid")
    page = text(coordinator_client.get(import_url("_undo", run)))
    for words in ("verwijderd: 1 dossier", "teruggezet: 1 dossier", "staan: 1 dossier (daarna gewijzigd)"):
        assert words in page
    assert "Navid Ahmadi" in page
    assert "daarna gewijzigd" in page
    assert "Haile-Woldu → Haile" in text(coordinator_client.get(import_url("_undo", run), {"show": "restored"}))
    assert "Omar Abdi" in text(coordinator_client.get(import_url("_undo", run), {"show": "removed"}))
    assert Dossier.objects.count() == 3


def test_the_undo_page_names_later_changes_and_imports(coordinator_client, coordinator):
    apply_list(coordinator_client, GOOD)
    run = apply_list(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    apply_list(coordinator_client, "Selam;Woldu;12-03-1990;P1")
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "door coordinator (lijst.csv)" in page
    assert "Achternaam blijft: daarna gewijzigd" in page


def test_the_undo_page_names_what_changed_a_field_last_and_not_what_changed_the_dossier_last(
    coordinator_client, coordinator, base_data, tmp_path
):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    run = lists.apply({**PERSON, "Opmerkingen": "Belt op maandag"})
    dossier = Dossier.objects.get()
    dossier.notes = "Belt op dinsdag"
    dossier._history_user = coordinator
    dossier.save()
    lists.apply({**PERSON, "Beroep": "kok"})
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert f"Opmerkingen blijft: daarna gewijzigd Het laatst gewijzigd op {today():%d-%m-%Y} door coordinator" in page


def test_the_last_change_of_a_dossier_is_said_to_be_that_of_the_dossier_and_only_where_it_is_a_reason(
    coordinator_client, coordinator, base_data, tmp_path
):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    run = lists.apply(PERSON | {"Beroep": "kok"}, OMAR)
    lists.apply(PERSON | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    for given_name in ("Selam", "Omar"):
        dossier = Dossier.objects.get(given_name=given_name)
        dossier.notes, dossier._history_user = "Belt op dinsdag", coordinator
        dossier.save()
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "Beroep blijft: staat ook in een latere import" in page
    of_dossier = f"Laatste wijziging van het dossier: op {today():%d-%m-%Y} door coordinator"
    assert f"Het dossier blijft: daarna gewijzigd {of_dossier}" in page and page.count(of_dossier) == 1


@pytest.mark.parametrize("by", ["list", "bulk change"])
def test_a_change_that_was_undone_is_not_the_last_change_of_a_dossier(coordinator_client, base_data, tmp_path, by):
    lists = Lists(tmp_path)
    run = lists.apply(PERSON | {"Beroep": "kok"})
    ContactMoment.objects.create(dossier=Dossier.objects.get(), text="Kennisgemaakt")
    if by == "list":
        later = lists.apply(PERSON | {"Beroep": "bakker"})
        last = later.file_name
        undo_import_page(coordinator_client, later)
    else:
        last = "Laatste wijziging"
        press(coordinator_client, apply_change(coordinator_client, Dossier, "location", "Ens"), "undo/")
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "Het dossier blijft: er hoort een contactmoment bij" in page and last not in page


def test_the_undo_button_undoes_the_import_and_shows_user_and_time(coordinator_client):
    run = apply_list(coordinator_client, GOOD, OTHER)
    page = undo_import_page(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    assert not Dossier.objects.exists()
    assert not Supply.objects.exists()
    assert f"Op {timezone.localtime(run.undone_at):%d-%m-%Y %H:%M} door coordinator" in text(page)
    assert "verwijderd: 2 dossiers" in text(page)
    assert import_url("_undo", run) not in raw(page)
    assert "ongedaan gemaakt" in text(coordinator_client.get(reverse("dossiers_imports")))


def test_the_result_names_records_that_were_not_undone(coordinator_client):
    run = apply_list(coordinator_client, GOOD, OTHER)
    edit_dossier("Omar")
    page = text(undo_import_page(coordinator_client, run))
    assert "Omar Abdi" in page
    assert "Het dossier bleef: daarna gewijzigd" in page and "als eigen gegevens ziet, is verwijderd." in page
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Omar"]


def test_an_import_that_was_continued_is_undone_after_its_continuation(coordinator_client):
    apply_list(coordinator_client, "Selam;Haile;12-03-1990;P9")
    Supply.objects.all().delete()
    run = make_preview(coordinator_client, GOOD, OTHER, "Navid;Ahmadi;31-02-1985;P3")
    apply_import_page(coordinator_client, run, good_rows_only="yes")
    coordinator_client.post(import_url("_continue", run))
    later = ImportRun.objects.latest("pk")
    assert f"vervolgd in {later.description}" in text(coordinator_client.get(import_url("_undo", run), follow=True)), (
        "it relies on what run imported"
    )
    assert "Importeer dan eerst" in text(coordinator_client.get(import_url("", run)))
    apply_import_page(coordinator_client, later, good_rows_only="yes")
    page = coordinator_client.get(import_url("", run))
    assert later.description in text(page) and import_url("_undo", later) in raw(page)
    refused = coordinator_client.get(import_url("_undo", run), follow=True)
    later.refresh_from_db()
    assert f"in deze volgorde: {later.description}" in text(refused) and import_url("_undo", run) not in raw(refused)
    undo_import_page(coordinator_client, later)
    page = text(coordinator_client.get(import_url("_undo", run)))
    for words in ("verwijderd: 1 dossier", "teruggezet: 0 dossiers", "staan: 0 dossiers", "in het dossier blijven: 1"):
        assert words in page
    undo_import_page(coordinator_client, run)
    assert list(Dossier.objects.values_list("given_name", flat=True)) == ["Selam"]
    assert not Supply.objects.exists(), "nobody is left as supplied by an import that was undone"


def test_an_undo_that_would_leave_everything_is_refused_and_names_the_import_to_undo_first(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    later = apply_list(coordinator_client, GOOD.replace("Selam;", "Selame;"))
    page = undo_import_page(coordinator_client, run)
    assert "kan niets ongedaan worden gemaakt: staat ook in een latere import" in text(page)
    assert f"in deze volgorde: {later.description}" in text(page) and import_url("_undo", later) in raw(page)
    assert "Deze import nu ongedaan maken" not in text(page) and "Alles blijft: staat ook in" in text(page)
    undo_import_page(coordinator_client, later)
    undo_import_page(coordinator_client, run)
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE and not Dossier.objects.exists()


def test_an_undo_names_each_later_list_that_stands_in_the_way_with_its_sender_and_a_link(coordinator_client, tmp_path):
    lists, other_person = Lists(tmp_path), {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    run = lists.apply(PERSON | {"Beroep": "kok"}, other_person | {"Beroep": ""})
    later = [
        lists.apply(PERSON | {"Beroep": "kok"}, organisation=WERKCORPORATIE),
        lists.apply(other_person | {"Beroep": "bakker"}, PERSON),
        lists.apply({"Voornaam": "Navid", "Achternaam": "Ahmadi", "Geboortedatum": "2-2-1985"}),
    ]
    page = coordinator_client.get(import_url("_undo", run))
    for list_in_the_way in later[:2]:
        assert list_in_the_way.description in text(page)
        assert f'href="{import_url("", list_in_the_way)}"' in raw(page)
    assert "lijst-2.csv (Werkcorporatie, " in text(page) and "lijst-4.csv" not in text(page)
    dossier = Dossier.objects.get(given_name="Selam")
    assert f'href="{url(Dossier, "inspect", dossier.pk)}"' in raw(page)
    run.claim_undo(None)
    undo_import.func(run.pk)
    run.refresh_from_db()
    assert f"{later[1].description}; {later[0].description}" in run.reason, "the reason names them too, the last first"


def test_of_many_later_lists_ten_are_named(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    run = lists.apply(PERSON)
    later = [lists.apply(PERSON) for _ in range(12)]
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert later[2].description in page and later[1].description not in page and "en nog 2" in page


def test_an_import_that_wrote_nothing_offers_no_undo(coordinator_client):
    run = make_preview(coordinator_client, "Selam;Haile;31-02-1990;P1")
    apply_import_page(coordinator_client, run, good_rows_only="yes")
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLIED, applied_at=timezone.now())
    assert import_url("_undo", run) not in raw(coordinator_client.get(import_url("", run)))
    known = apply_list(coordinator_client, GOOD)
    same = apply_list(coordinator_client, GOOD)
    for written in (known, same):
        page = raw(coordinator_client.get(import_url("", written)))
        assert import_url("_undo", written) in page, "it wrote what is supplied about the person, too"


def test_an_undo_of_only_edited_records_says_what_to_do(coordinator_client, base_data, tmp_path):
    run = Lists(tmp_path).apply(JOB, **INTERESTS)
    interest = EmployerInterest.objects.get()
    interest.notes = "Belt op maandag"
    interest.save()
    page = text(undo_import_page(coordinator_client, run))
    assert "gemaakt: daarna gewijzigd" in page and "Wijzig of verwijder" in page
    run.claim_undo(None)
    undo_import.func(run.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED and run.undone_at is run.undone_by is None
    assert "daarna gewijzigd" in text(coordinator_client.get(import_url("", run)))


def test_an_undo_counts_a_partly_changed_line_among_what_comes_back_and_what_stays(coordinator_client):
    apply_list(coordinator_client, GOOD)
    run = apply_list(coordinator_client, "Selame;Haile-Woldu;12-03-1990;P1", OTHER)
    for name in ("Selame", "Omar"):
        edit_dossier(name)
    Dossier.objects.filter(given_name="Selame").update(family_name="Woldu")
    page = text(coordinator_client.get(import_url("_undo", run)))
    partly = "staan: 2 dossiers, waarvan 1 ook meegeteld bij wat is teruggezet (daarna gewijzigd)"
    for words in ("verwijderd: 0 dossiers", "teruggezet: 1 dossier", partly):
        assert words in page
    for tab in ("staying", "restored"):
        assert "Selame → Selam" in text(coordinator_client.get(import_url("_undo", run), {"show": tab}))
    undo_import_page(coordinator_client, run)
    assert list(Supply.objects.values_list("dossier__given_name", flat=True)) == ["Selam"]


def test_the_undo_page_is_paged_and_reads_the_records_once(coordinator_client, monkeypatch):
    monkeypatch.setattr(pagination, "ROWS_PER_PAGE", 1)
    run, looked = apply_list(coordinator_client, GOOD, OTHER), []
    real = pages.plan_undo
    monkeypatch.setattr(pages, "plan_undo", lambda run: looked.append(run) or real(run))
    assert "Selam Haile" in text(coordinator_client.get(import_url("_undo", run)))
    second = text(coordinator_client.get(import_url("_undo", run), {"show": "removed", "p": 2}))
    assert "Omar Abdi" in second
    assert "Selam Haile" not in second
    assert len(looked) == 1


def test_a_running_undo_shows_its_progress(coordinator_client, settings, coordinator):
    run = apply_list(coordinator_client, GOOD)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    page = undo_import_page(coordinator_client, run)
    assert "De import wordt ongedaan gemaakt" in text(page)
    assert coordinator_client.get(import_url("_progress", run)).json()["busy"]
    undo_import.call(run.pk)
    undo_import.call(run.pk)
    assert not Dossier.objects.exists()
    assert Dossier.history.count() == 2


def test_a_second_undo_is_refused_with_a_message(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    undo_import_page(coordinator_client, run)
    for response in (
        undo_import_page(coordinator_client, run),
        coordinator_client.get(import_url("_undo", run), follow=True),
    ):
        assert "al ongedaan gemaakt" in text(response)
    assert Dossier.history.count() == 2


def test_an_import_cannot_be_undone_after_thirty_days(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    ImportRun.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert import_url("_undo", run) not in raw(coordinator_client.get(import_url("", run)))
    assert "30 dagen" in text(undo_import_page(coordinator_client, run))
    assert Dossier.objects.exists()


def test_an_import_whose_lines_were_destroyed_is_not_called_undone(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    run.rows.all().delete()
    assert "vernietigd" in text(undo_import_page(coordinator_client, run))
    run.refresh_from_db()
    assert run.state == ImportRun.State.APPLIED


def test_an_unapplied_import_cannot_be_undone(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    assert "niets om ongedaan te maken" in text(undo_import_page(coordinator_client, run))
    assert import_url("_undo", run) not in raw(coordinator_client.get(import_url("", run)))


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_undo_an_import(as_user, coordinator_client, request, role):
    run = apply_list(coordinator_client, GOOD)
    client = as_user(request.getfixturevalue(role))
    for response in (client.get(import_url("_undo", run)), client.post(import_url("_undo", run))):
        assert response.status_code in (302, 403, 404)
        assert "Selam" not in raw(response)
    assert Dossier.objects.exists()


# Who is no longer in the list


@pytest.fixture
def import_without_omar(coordinator_client) -> ImportRun:
    apply_list(coordinator_client, GOOD, OTHER)
    return make_preview(coordinator_client, GOOD)


def get_moved_choice() -> str:
    return f"close:{ClosingReason.objects.get(side='candidate', name='Verhuisd naar een andere opvang').pk}"


def choose_absent(client, run: ImportRun, **fields):
    return client.post(import_url("_absent", run), fields, follow=True)


def keep_choices(client, run: ImportRun, **fields):
    return client.post(import_url("_keep", run), fields, follow=True)


def get_absent_page(client, run: ImportRun) -> str:
    return text(client.get(import_url("", run), {"action": "absent"}))


def test_the_preview_offers_choices_for_each_absent_person_without_a_default(coordinator_client, import_without_omar):
    page = coordinator_client.get(import_url("", import_without_omar), {"action": "absent"})
    for words in ("Omar Abdi", "Contact opnemen", "Sluiten als teruggetrokken: Verhuisd naar een andere opvang"):
        assert words in text(page)
    assert '<option value="nothing" selected>' in raw(page)
    assert "Afronden" in text(page) and "Alles importeren" not in text(page), "an unchanged list has nothing to write"


def test_who_was_only_missed_by_a_later_list_is_not_said_to_be_in_it(coordinator_client, import_without_omar):
    first, row = ImportRun.objects.earliest("pk"), import_without_omar.rows.get(action="absent")
    choice = {f"choice-{row.supply_id}": get_moved_choice(), "back": "?action=absent"}
    keep_choices(coordinator_client, import_without_omar, **choice)
    apply_import_page(coordinator_client, import_without_omar)
    page = text(coordinator_client.get(import_url("_undo", first), {"show": "staying"}))
    assert (
        "door een latere import gewijzigd, omdat de persoon niet in die lijst stond" in page.partition("Omar Abdi")[2]
    )
    undo_import_page(coordinator_client, ImportRun.objects.get(pk=import_without_omar.pk))
    undo_import_page(coordinator_client, first)
    assert not Dossier.objects.exists()


def test_a_choice_is_stored_and_applied_with_the_import(coordinator_client, import_without_omar):
    row = import_without_omar.rows.get(action="absent")
    page = keep_choices(
        coordinator_client,
        import_without_omar,
        **{f"choice-{row.supply_id}": get_moved_choice(), "back": "?action=absent"},
    )
    assert f'<option value="{get_moved_choice()}" selected>' in raw(page)
    assert "uw keuze uitgevoerd voor 1 persoon die niet meer in de lijst staat. 1 dossier wordt gesloten." in text(page)
    assert "De keuzes die u hieronder maakt, worden met de import uitgevoerd" in text(page)
    assert Dossier.objects.get(given_name="Omar").status == Status.REGISTERED
    apply_import_page(coordinator_client, import_without_omar)
    assert Dossier.objects.get(given_name="Omar").status == Status.WITHDRAWN
    assert "aangemeld → teruggetrokken" in get_absent_page(coordinator_client, import_without_omar)
    assert Dossier.objects.get(given_name="Selam").status == Status.REGISTERED


def test_a_choice_can_be_made_for_all_absent_people(coordinator_client, import_without_omar):
    choose_absent(coordinator_client, import_without_omar, **{"choice-all": "contact"})
    apply_import_page(coordinator_client, import_without_omar)
    assert "Contact opnemen" in Dossier.objects.get(given_name="Omar").notes
    undo_page = raw(coordinator_client.get(import_url("_undo", import_without_omar), {"show": "restored"}))
    row = undo_page[: undo_page.index("Omar")].rpartition("<tr>")[2]
    assert "<td>–</td>" in row, "somebody who is not in the list has no line in it"


def test_a_search_in_the_lines_does_not_hide_absent_people_from_a_choice_for_all(
    coordinator_client, import_without_omar
):
    address, query = import_url("", import_without_omar), {"text": "iemand anders"}
    assert "Omar Abdi" in text(coordinator_client.get(address, query | {"action": "absent"}))
    page = text(coordinator_client.get(address, query))
    assert "Geen enkele regel van deze lijst voldoet." in page and "Niet meer in de lijst 1" in page


def test_a_person_with_a_placement_is_not_offered_to_be_closed_and_the_reason_is_shown(
    coordinator_client, import_without_omar
):
    row = import_without_omar.rows.get(action="absent")
    closing = {f"choice-{row.supply_id}": get_moved_choice(), "back": "?action=absent"}
    keep_choices(coordinator_client, import_without_omar, **closing)
    Dossier.objects.filter(given_name="Omar").update(status=Status.WORKING)
    refusal = "eze persoon heeft een plaatsing. Beëindig die eerst."
    page = coordinator_client.get(import_url("", import_without_omar), {"action": "absent"})
    assert f"Sluiten kan niet: d{refusal}" in text(page) and "Daarbij word" not in text(page)
    [choice] = [part for part in raw(page).split("<select") if f'name="choice-{row.supply_id}"' in part]
    offered = choice.split("</select>")[0]
    assert 'value="contact"' in offered and "close:" not in offered
    ImportRun.objects.update(decided={})
    assert f"Omar Abdi: d{refusal}" in text(keep_choices(coordinator_client, import_without_omar, **closing))
    import_without_omar.refresh_from_db()
    assert "absent" not in import_without_omar.decided


def test_an_unknown_choice_is_refused(coordinator_client, import_without_omar):
    row = import_without_omar.rows.get(action="absent")
    assert (
        keep_choices(
            coordinator_client, import_without_omar, **{f"choice-{row.supply_id}": "status:working"}
        ).status_code
        == 404
    )
    assert choose_absent(coordinator_client, import_without_omar, **{"choice-all": "delete"}).status_code == 404
    import_without_omar.refresh_from_db()
    assert "absent" not in import_without_omar.decided


def test_no_choice_can_be_made_after_the_import(coordinator_client):
    apply_list(coordinator_client, GOOD, OTHER)
    run = apply_list(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    answer = choose_absent(coordinator_client, run, **{"choice-all": "contact"})
    assert "Intussen is dit gewijzigd. De status is nu:" in text(answer)
    assert "Met dit dossier is niets gedaan" in get_absent_page(coordinator_client, run)


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_make_choices(as_user, import_without_omar, request, role):
    client = as_user(request.getfixturevalue(role))
    response = client.post(import_url("_absent", import_without_omar), {"choice-all": "contact"})
    assert response.status_code in (302, 403, 404)
    import_without_omar.refresh_from_db()
    assert "absent" not in import_without_omar.decided


def test_the_result_links_to_the_list_of_dossiers(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    assert url(Dossier, "list") in raw(undo_import_page(coordinator_client, run))


def test_the_undo_shows_the_status_that_follows_from_placements(coordinator_client, tmp_path):
    placement = make_placement(Step.WORKING)
    run = Lists(tmp_path).apply({"Referentie": placement.dossier.reference, "Status": "afgerond"})
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert "afgerond → beschikbaar" in text(coordinator_client.get(import_url("_undo", run)))
    assert "afgerond → beschikbaar" in text(undo_import_page(coordinator_client, run))
    assert Dossier.objects.get(pk=placement.dossier_id).status == Status.AVAILABLE


def test_a_dossier_that_was_merged_since_is_said_to_be_merged_and_into_which(coordinator_client, coordinator):
    kept_dossier = make_dossier(given_name="Aster", date_of_birth="1975-05-06")
    run = apply_list(coordinator_client, GOOD)
    merge_record = merge_dossiers(kept_dossier, Dossier.objects.get(given_name="Selam"), coordinator)
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert (
        "daarna samengevoegd met een ander dossier" in page
        and merge_record.reference in page.partition("Begin dan daarmee")[2]
    )
    assert f"door {get_person_name(coordinator)} samengevoegd met {kept_dossier.reference}" in page
    assert url(Dossier, "inspect", kept_dossier.pk) in raw(coordinator_client.get(import_url("_undo", run)))
    assert "verwijderd" not in page
    undo_merge(merge_record, coordinator)
    undo_import_page(coordinator_client, run)
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Aster"]


def test_a_value_of_a_dossier_that_was_merged_since_stays_because_of_the_merge(base_data, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    kept_dossier, changed = (
        make_dossier(given_name="Aster", date_of_birth="1975-05-06"),
        lists.apply({**PERSON, "Beroep": "kok"}),
    )
    merge_dossiers(kept_dossier, Dossier.objects.get(given_name="Selam"))
    assert set(plan_undo(changed).describe_reasons().split(", ")) == {"daarna samengevoegd met een ander dossier"}


def test_the_undo_page_shows_the_value_before_a_list_that_was_undone_already(coordinator_client, tmp_path):
    lists, others = Lists(tmp_path), {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    lists.apply(PERSON | {"Beroep": "boekhouder"})
    first = lists.apply(PERSON | {"Beroep": "administrateur"}, others)
    second = lists.apply(PERSON | {"Beroep": "controller"}, organisation=WERKCORPORATIE)
    undo_import_page(coordinator_client, first)
    for name in ("dossiers_import_undo", "dossiers_import"):
        page = text(coordinator_client.get(reverse(name, args=[second.pk]) + "?show=restored"))
        assert "controller → boekhouder" in page and "administrateur" not in page
        undo_import_page(coordinator_client, second)


def test_the_undo_page_says_that_a_person_of_a_list_that_was_undone_goes_too(coordinator_client):
    first = apply_list(coordinator_client, GOOD, OTHER)
    second = apply_list(coordinator_client, GOOD.replace("Selam;", "Selame;"))
    page = coordinator_client.get(import_url("_undo", first))
    assert "Deze import nu ongedaan maken" in text(page)
    assert second.description in text(page)
    assert import_url("_undo", second) in raw(page)
    undo_import_page(coordinator_client, first)
    page = text(coordinator_client.get(import_url("_undo", second)))
    assert "verwijderd: 1 dossier, waarvan 1 gemaakt door een eerdere import die al ongedaan is gemaakt" in page
    assert f"Gemaakt door import {first.pk}, die ongedaan is gemaakt. Wordt verwijderd" in page
    page = text(undo_import_page(coordinator_client, second))
    assert "verwijderd: 1 dossier, waarvan 1 gemaakt door een eerdere import" in page
    assert f"Gemaakt door import {first.pk}, die ongedaan is gemaakt. Verwijderd." in page
    assert not Dossier.objects.exists() and not Supply.objects.exists()


def test_the_last_undo_names_who_stays_and_says_that_what_was_supplied_goes(coordinator_client):
    first = apply_list(coordinator_client, GOOD, OTHER)
    second = apply_list(coordinator_client, GOOD.replace("Selam;", "Selame;"), "Navid;Ahmadi;02-02-1985;P3")
    only_before = "zonder wat alleen stond in imports die al ongedaan zijn gemaakt"
    assert only_before not in text(coordinator_client.get(import_url("_undo", second)))
    ContactMoment.objects.create(dossier=Dossier.objects.get(given_name="Selame"), text="Kennisgemaakt")
    assert only_before not in text(undo_import_page(coordinator_client, first))
    preview = text(coordinator_client.get(import_url("_undo", second)))
    result = text(undo_import_page(coordinator_client, second))
    for page in (preview, result):
        assert "blijft geheel of deels staan: 1 dossier, waarvan 1 ook meegeteld" in page and only_before in page
        assert "(er hoort een contactmoment bij)" in page and "Selam" in page
    assert (
        "Het dossier blijft: er hoort een contactmoment bij" in preview
        and "als eigen gegevens ziet, wordt verwijderd." in preview
    )
    assert (
        "Het dossier bleef: er hoort een contactmoment bij" in result
        and "als eigen gegevens ziet, is verwijderd." in result
    )
    assert Dossier.objects.get().given_name == "Selam" and not Supply.objects.exists()
    again = text(
        coordinator_client.get(import_url("", make_preview(coordinator_client, GOOD)), {"action": "unchanged"})
    )
    assert "AZC Luttelgeest aanleveraar van 1 persoon die al bekend is" in again and "Nieuw: aangeleverd door" in again


def test_the_result_of_an_undo_still_tells_what_stayed_after_a_later_list_is_undone_too(coordinator_client, tmp_path):
    lists, others = Lists(tmp_path), {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    lists.apply(PERSON | {"Beroep": "boekhouder"})
    first = lists.apply(PERSON | {"Beroep": "administrateur"}, others)
    second = lists.apply(PERSON | {"Beroep": "controller"}, organisation=WERKCORPORATIE)
    later_day = first.applied_at - timedelta(days=3)
    Dossier.history.filter(import_run=second).update(history_date=first.applied_at + timedelta(microseconds=1))
    Dossier.history.exclude(import_run__in=[first, second]).update(history_date=later_day)
    result = text(undo_import_page(coordinator_client, first))
    assert f"Beroep bleef: daarna gewijzigd Het laatst gewijzigd op {today():%d-%m-%Y}" in result
    assert second.file_name in result
    undo_import_page(coordinator_client, second)
    result_now = text(coordinator_client.get(import_url("", first)))
    assert result_now[result_now.index("Beroep bleef") :] == result[result.index("Beroep bleef") :]


OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}


def set_hours(given_name, hours):
    dossier = Dossier.objects.get(given_name=given_name)
    dossier.hours_per_week = hours
    dossier.save()


def get_hours():
    return list(Dossier.objects.order_by("pk").values_list("hours_per_week", flat=True))


def apply_hours(lists, *hours, **kwargs):
    """Apply a list for each of these hours of Selam."""
    return [lists.apply(PERSON | {"Uren per week": str(number)}, **kwargs) for number in hours]


def get_advice(client, run):
    page = text(client.get(import_url("_undo", run)))
    return page.partition("in deze volgorde: ")[2]


def test_a_later_list_that_changed_what_somebody_typed_is_not_to_be_undone_first(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON, OMAR)
    run = lists.apply(PERSON | {"Uren per week": "20"}, OMAR | {"Uren per week": "20"})
    set_hours("Selam", 21)
    set_hours("Omar", 23)
    lists.apply(PERSON | {"Uren per week": "22"}, organisation=WERKCORPORATIE)
    assert not get_advice(coordinator_client, run)
    undo_import_page(coordinator_client, run)
    assert get_hours() == [22, 23], "refused, and nothing was given up for it"


def edit_selam(**values):
    dossier = Dossier.objects.get(given_name="Selam")
    for name, value in values.items():
        setattr(dossier, name, value)
    dossier.save()


def test_a_list_that_changed_one_part_of_a_surname_is_not_to_be_undone_first_if_the_other_was_typed(
    coordinator_client, tmp_path
):
    lists, selam = Lists(tmp_path), PERSON | {"Extern nummer": "P1"}
    lists.apply(selam)
    run = lists.apply(selam | {"Tussenvoegsel": "de", "Achternaam": "Vries"})
    edit_selam(name_prefix="ten")
    lists.apply(selam | {"Tussenvoegsel": "ten", "Achternaam": "Meer"}, organisation=WERKCORPORATIE)
    assert not get_advice(coordinator_client, run)


def test_a_list_that_changed_a_status_is_not_to_be_undone_first_if_it_was_changed_and_changed_back_before(
    coordinator_client, tmp_path
):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    run = lists.apply(PERSON | {"Status": "intake"})
    for status in (Status.AVAILABLE, Status.INTAKE):
        edit_selam(status=status)
    lists.apply(PERSON | {"Status": "beschikbaar"}, organisation=WERKCORPORATIE)
    assert not get_advice(coordinator_client, run)


def test_a_list_that_gave_a_value_again_is_not_to_be_undone_first_if_another_was_typed_between(
    coordinator_client, tmp_path
):
    lists = Lists(tmp_path)
    _before, run = apply_hours(lists, 36, 20)
    set_hours("Selam", 21)
    (later,) = apply_hours(lists, 20, organisation=WERKCORPORATIE)
    assert "latere import" in text(coordinator_client.get(import_url("_undo", run)))
    assert not get_advice(coordinator_client, run)
    undo_import_page(coordinator_client, later)
    assert not plan_undo(run).restored().exists(), "its undo would not help"


def test_a_list_of_a_person_whom_somebody_edited_is_not_to_be_undone_first(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    run = lists.apply(PERSON)
    edit_dossier("Selam")
    apply_hours(lists, 36, organisation=WERKCORPORATIE)
    assert not get_advice(coordinator_client, run)


def test_a_list_stays_named_after_the_undo_whatever_is_typed_then(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    run = lists.apply(PERSON | {"Uren per week": "20"}, OMAR)
    (later,) = apply_hours(lists, 22)
    undo_import_page(coordinator_client, run)
    set_hours("Selam", 23)
    assert later.description in text(coordinator_client.get(import_url("", run)))


def test_lists_that_changed_a_value_in_turn_are_to_be_undone_first_and_that_helps(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    _before, run, *later = apply_hours(lists, 36, 20, 22, 24)
    assert f"{later[1].description} {later[0].description}" in get_advice(coordinator_client, run)
    for change_set in (*reversed(later), run):
        undo_import_page(coordinator_client, change_set)
    assert get_hours() == [36]


def test_lists_whose_undo_does_not_bring_back_the_value_are_not_named(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    _before, run = apply_hours(lists, 36, 20)
    apply_hours(lists, 22, organisation=WERKCORPORATIE)
    set_hours("Selam", 23)
    apply_hours(lists, 24, organisation=WERKCORPORATIE)
    assert not get_advice(coordinator_client, run)


def test_a_list_is_named_that_followed_one_that_was_undone_in_part(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    _before, run = apply_hours(lists, 36, 20)
    undone = lists.apply(PERSON | {"Uren per week": "22"}, OMAR)
    (last,) = apply_hours(lists, 24)
    undo_import_page(coordinator_client, undone)
    assert get_advice(coordinator_client, run).startswith(last.description)
    undo_import_page(coordinator_client, last)
    undo_import_page(coordinator_client, run)
    assert get_hours() == [36]


def apply_locations(client, lists, first, in_bulk):
    """Return a list that changes where Selam stays, and a bulk change of it."""
    lists.apply(PERSON | {"Verblijfplaats": "Luttelgeest"})
    run = lists.apply(PERSON | {"Verblijfplaats": first})
    records = [Dossier.objects.get(), make_dossier(given_name="Omar")]
    return run, apply_change(client, Dossier, "location", in_bulk, id=[record.pk for record in records])


@pytest.mark.parametrize("location", ["Ens", "Rutten"], ids=["the same value", "another value"])
def test_a_bulk_change_in_the_way_is_named_with_its_undo_page(coordinator_client, tmp_path, location):
    run, change = apply_locations(coordinator_client, Lists(tmp_path), "Ens", location)
    page = coordinator_client.get(import_url("_undo", run))
    name = f"Bulkwijziging {change.pk} (Verblijfplaats → {location})"
    assert name in text(page) and raw(page).count(f'href="{change_url(change, "undo/")}"') == 2
    press(coordinator_client, change, "undo/")
    undo_import_page(coordinator_client, run)
    assert Dossier.objects.get(given_name="Selam").location == "Luttelgeest"


def test_lists_and_bulk_changes_in_the_way_are_named_in_one_order(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    run, change = apply_locations(coordinator_client, lists, "Ens", "Rutten")
    later = lists.apply(PERSON | {"Verblijfplaats": "Bant"})
    assert get_advice(coordinator_client, run).startswith(f"{later.description} Bulkwijziging {change.pk} (")


def test_a_bulk_change_of_what_somebody_typed_is_not_to_be_undone_first(coordinator_client, tmp_path):
    run, _change = apply_locations(coordinator_client, Lists(tmp_path), "Ens", "Rutten")
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.location = "Nagele"
    dossier.save()
    assert not get_advice(coordinator_client, run)


def test_a_bulk_change_of_coordinators_and_sectors_is_named_as_its_page_is(coordinator_client, colleague, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    run = lists.apply(PERSON | {"Sectoren": "Zorg", "Begeleider": "coordinator"})
    colleague.first_name, colleague.last_name = "An", "Bos"
    colleague.save()
    sector = Sector.objects.get(name="Bouw").pk
    changes = [
        (apply_change(coordinator_client, Dossier, "sectors_add", [sector]), "Sectoren erbij → Bouw"),
        (apply_change(coordinator_client, Dossier, "coordinator", colleague.pk), "Begeleider → An Bos"),
    ]
    advice = get_advice(coordinator_client, run)
    for change, name in changes:
        assert f"· {name} " in text(coordinator_client.get(change_url(change)))
        assert f"Bulkwijziging {change.pk} ({name})" in advice


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_person_who_stays_because_of_a_bulk_change_only_goes_after_its_undo(coordinator_client, tmp_path, by_hand):
    run = Lists(tmp_path).apply(PERSON)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    if by_hand:
        edit_dossier("Selam")
    assert bool(get_advice(coordinator_client, run)) is not by_hand
    press(coordinator_client, change, "undo/")
    undo_import_page(coordinator_client, run)
    assert Dossier.objects.exists() is by_hand
