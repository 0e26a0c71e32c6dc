"""Tests of a coordinator who opens, applies or returns a partner's list."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from access_log.models import AccessLogEntry
from admin_pages.users import get_person_name
from dossiers.backoffice.partners.rejected_rows import build_rejected_rows
from dossiers.forgetting.anonymize import anonymize_dossier, find_import_obstacle
from dossiers.forgetting.personal_data import Person
from dossiers.models import Dossier, ImportRow, ImportRun, Status, Supply
from dossiers.spreadsheets.imports.continuation import find_line_decisions

from ...models.factories import make_dossier
from ...spreadsheets.undo import undo_import
from ..pages import press, raw, text
from .lists import ADD, HEADER, LISTS, PERSON, SELAM, UPLOAD, make_upload, page_url, send_list, upload


def test_a_coordinator_opens_and_applies_a_list_of_a_partner(partner_client, coordinator_client):
    make_dossier(given_name="Omar", family_name="Said", date_of_birth="1985-02-01")
    run = send_list(partner_client, SELAM, "P2;Omar;Saiid;01-02-1985;")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.counts()["similar"]) == ("previewed", 1)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    supply = Supply.objects.get()
    assert (supply.external_id, supply.organisation.name) == ("P1", "AZC Luttelgeest")
    assert "overgenomen" in text(partner_client.get(LISTS))


def test_the_partner_sees_lines_that_were_not_applied_without_similar_people(
    partner_client, coordinator_client, coordinator, partner
):
    existing_dossier = make_dossier(given_name="Omar", family_name="Said", date_of_birth="1985-02-01")
    similar, wrong = "P2;Omar;Saiid;01-02-1985;", "P3;Lina;Kaya;31-02-1990;"
    run = send_list(partner_client, SELAM, similar, wrong)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    row = run.rows.get(line=3)
    coordinator_client.post(reverse("dossiers_import_keep", args=[run.pk]), {f"cell-{row.pk}-family_name": "Saidd"})
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    shown = text(partner_client.get(page_url("list", run)))
    assert "3 Omar Saiid Nog niet beslist Een begeleider kan nog over deze regel beslissen." in shown
    assert "2 nog niet beslist" in shown and "2 niet overgenomen" not in shown and "waarom" not in shown
    assert "4 Lina Kaya Geboortedatum “31-02-1990”" in shown
    assert "Said " not in shown and "Saidd" not in shown and existing_dossier.reference not in shown
    run.refresh_from_db()
    undo_import(run, coordinator)
    AccessLogEntry.objects.all().delete()
    shown = text(partner_client.get(page_url("list", run)))
    assert f"Op {timezone.localdate():%d-%m-%Y} heeft een begeleider teruggedraaid" in shown
    assert f"Vraag {get_person_name(coordinator)} waarom" in shown
    assert "3 Omar Saiid Niet beslist Over deze regel was nog niet beslist toen de lijst werd teruggedraaid." in shown
    assert "4 Lina Kaya Geboortedatum “31-02-1990”" in shown and "Niet meer bij uw mensen: Selam Haile" in shown
    assert "Said " not in shown and "Saidd" not in shown and existing_dossier.reference not in shown
    assert AccessLogEntry.objects.filter(user_name=partner.get_username()).exists()


def test_each_line_that_was_not_taken_over_has_a_reason_that_tells_nothing_of_a_dossier(azc):
    run = ImportRun.objects.create(record="dossiers", organisation=azc, by_partner=True, state="applied")
    lina = {"external_id": "P1", "given_name": "Lina", "family_name": "Kaya"}
    fields = [
        {"action": "error", "given": lina, "errors": {"external_id": ["Dit nummer is van iemand anders."]}},
        {"action": "error", "given": lina, "errors": {"date_of_birth": ["Geboortedatum ontbreekt."]}},
        {"action": "error", "given": lina, "errors": {"status": ["Omar is geplaatst."]}, "target_id": 7},
        {"action": "similar", "given": lina},
    ]
    rows = [ImportRow.objects.create(run=run, line=line, **row) for line, row in enumerate(fields, start=2)]
    not_taken_over = ("Niet overgenomen", "Een begeleider heeft deze regel niet overgenomen. Vraag de begeleider")
    number = ("Extern nummer", "Het nummer en de persoon op deze regel horen niet bij elkaar.")
    expected = [number, ("Geboortedatum", "Dit ontbrak in de lijst."), not_taken_over, not_taken_over]
    rejected = [build_rejected_rows(run, [row], find_line_decisions(run))[0].errors for row in rows]
    assert all(
        len(errors) == 1 and errors[0][0] == label and errors[0][1].startswith(reason)
        for errors, (label, reason) in zip(rejected, expected, strict=True)
    ), rejected


def test_a_list_in_which_everything_is_known_is_finished_and_the_partner_reads_that_nothing_was_new(
    partner_client, coordinator_client, coordinator
):
    first, second = send_list(partner_client, SELAM), send_list(partner_client, SELAM)
    for run in (first, second):
        coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
        page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
        assert reverse("dossiers_import_apply", args=[run.pk]) in raw(page)
        assert ("Afronden" in text(page)) == (run == second)
        seen_before = Supply.objects.values_list("last_seen", flat=True).first()
        coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    second.refresh_from_db()
    assert (second.state, second.counts()["unchanged"]) == ("applied", 1)
    assert Supply.objects.get().last_seen == second.applied_at > seen_before
    assert "overgenomen: niets was nieuw" in text(partner_client.get(LISTS))
    assert "overgenomen: niets was nieuw" in text(partner_client.get(page_url("list", second))).lower()
    assert "niets was nieuw" not in text(partner_client.get(page_url("list", first)))
    undo_import(second, coordinator)
    assert Supply.objects.get().last_seen == seen_before


def test_an_unsent_list_that_blocks_a_deletion_is_named_by_its_sender_and_not_by_a_number(partner_client, supply):
    run = upload(partner_client, SELAM.replace("kok", "bakker"))
    reason = find_import_obstacle(Person(supply.dossier))
    assert "die AZC Luttelgeest nog niet heeft verstuurd" in reason and f"import {run.pk}" not in reason
    partner_client.post(page_url("send", run))
    assert f"import {run.pk}" in find_import_obstacle(Person(supply.dossier))


def leave_out(client, run: ImportRun, line: int) -> None:
    client.post(reverse("dossiers_import_line", args=[run.pk, run.rows.get(line=line).pk]), {"what": "leave_out"})


def test_a_list_of_which_all_lines_are_left_out_is_returned_and_not_finished(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_line", args=[run.pk, run.rows.get().pk]), {"what": "leave_out"})
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "Neem er een toch mee, of stuur de lijst met een bericht terug naar de partner." in page
    assert "Afronden" not in page and "al bekend" not in page


def test_the_partner_sees_duplicate_and_skipped_lines(partner_client, coordinator_client):
    lines = (
        "P2;Omar;Said;01-02-1985;",
        "P3;Omar;Said;01-02-1985;",
        "P3;Lina;Kaya;28-02-1990;",
        "P4;Amir;Noor;02-02-1991;",
        "P5;Sara;Ali;03-03-1992;",
        "P5;Sara;Ali;03-03-1992;",
    )
    run = send_list(partner_client, SELAM, *lines)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    for line in (6, 7, 8):
        leave_out(coordinator_client, run, line)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    shown = text(partner_client.get(page_url("list", run)))
    assert "4 Omar Said Dubbel in de lijst Dezelfde persoon staat ook op regel 3, 5 van uw lijst." in shown
    assert "5 Lina Kaya Dubbel in de lijst Dezelfde persoon staat ook op regel 4 van uw lijst." in shown
    left_out = "Weggelaten Een begeleider heeft deze regel weggelaten."
    assert f"6 Amir Noor {left_out} 7 Sara Ali {left_out} 8 Sara Ali {left_out}" in shown


def test_the_partner_reads_who_left_a_line_out_and_the_name_as_the_partner_corrected_it(
    partner_client, coordinator_client
):
    run = upload(
        partner_client, SELAM, "P2;Dodo;;01-02-1985;kok", "P3;Lina;Kaya;28-02-1990;kok", "P4;Amir;No;3-3-1990;"
    )
    rows = {row.line: row for row in run.rows.all()}
    typed = {f"cell-{rows[3].pk}-family_name": "Doordoor"}
    partner_client.post(page_url("line", run, rows[4].pk), typed | {"what": "leave_out"})
    partner_client.post(page_url("send", run))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    corrected = {f"cell-{run.rows.get(line=5).pk}-family_name": "Noor"}
    coordinator_client.post(reverse("dossiers_import_keep", args=[run.pk]), corrected)
    for line in (3, 5):
        leave_out(coordinator_client, run, line)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    shown = text(partner_client.get(page_url("list", run)))
    by_coordinator = "Weggelaten Een begeleider heeft deze regel weggelaten."
    assert f"3 Dodo Doordoor {by_coordinator} 4 Lina Kaya Weggelaten Deze regel is bij u weggelaten." in shown
    assert f"5 Amir No {by_coordinator}" in shown, "a coordinator may know the name from elsewhere"
    ImportRun.objects.update(decided={})
    assert "4 Lina Kaya Weggelaten Deze regel is weggelaten, door u of door een begeleider." in text(
        partner_client.get(page_url("list", run))
    )


def test_a_full_name_of_which_a_part_was_corrected_is_shown_whole(partner_client, coordinator_client):
    run = upload(partner_client, "P2;Dodo;01-02-1985", header="Extern nummer;Naam;Geboortedatum")
    partner_client.post(page_url("send", run), {f"cell-{run.rows.get().pk}-family_name": "Doordoor"})
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    make_dossier(given_name="Dodo", family_name="Doordoor", date_of_birth="1985-02-01")
    run.refresh_from_db()
    assert get_names(run) == ["Dodo Doordoor"]


def get_names(run: ImportRun) -> list[str]:
    return [row.name for row in build_rejected_rows(run, list(run.rows.all()), find_line_decisions(run))]


def test_a_list_of_which_the_rest_is_known_says_how_many_lines_are_left_out(partner_client, coordinator_client):
    for lines in ([SELAM], [SELAM, "P4;Amir;Noor;02-02-1991;"]):
        run = send_list(partner_client, *lines)
        coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
        if len(lines) == 2:
            leave_out(coordinator_client, run, 3)
            page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
        coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    assert "1 regel is weggelaten. De rest van deze lijst is al bekend: er wijzigt niets." in page
    assert "Alles in deze lijst" not in page and "niets nieuw" not in page


def test_a_list_that_the_partner_took_back_is_not_opened_and_says_so(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    partner_client.post(page_url("take_back", run))
    for name in ("open", "send_back"):
        pages = [
            coordinator_client.post(reverse(f"dossiers_import_{name}", args=[number]), {"word": "Terug"}, follow=True)
            for number in (run.pk, run.pk + 1)
        ]
        assert all("De partner heeft deze lijst teruggehaald." in text(page) for page in pages)
        assert all("Er is nog niets geïmporteerd. Hebt u een lijst? Upload die" in text(page) for page in pages)
        assert all("die een partner u stuurde" not in text(page) for page in pages)
    run.refresh_from_db()
    assert (run.state, run.with_partner) == ("previewed", True)


def test_a_returned_list_is_on_the_home_page_until_it_is_sent_again(partner_client, coordinator_client):
    run, home = send_list(partner_client, SELAM), reverse("wagtailadmin_home")
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt het jaar?"})
    partner_client.post(page_url("reopen", run))
    shown = partner_client.get(home)
    assert "lijst.csv is terug bij u Klopt het jaar?" in text(shown) and page_url("list", run) in raw(shown)
    partner_client.post(page_url("send", run))
    assert "terug bij u" not in text(partner_client.get(home))


def test_a_returned_list_is_on_the_home_page_until_one_that_replaces_it_is_sent(partner_client, coordinator_client):
    run, home = send_list(partner_client, SELAM), reverse("wagtailadmin_home")
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt het jaar?"})
    shown = partner_client.get(home)
    assert "lijst.csv is terug bij u Klopt het jaar?" in text(shown) and page_url("list", run) in raw(shown)
    replacement = upload(partner_client, SELAM, query=f"?continues={run.pk}")
    assert "lijst.csv is terug bij u" in text(partner_client.get(home))
    partner_client.post(page_url("send", replacement))
    assert "terug bij u" not in text(partner_client.get(home))


def test_a_returned_list_of_another_organisation_is_not_on_the_home_page(partner_client, other_organisation):
    _supply, run = other_organisation
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.RETURNED, returned_word="Klopt het jaar?")
    assert "Klopt het jaar" not in text(partner_client.get(reverse("wagtailadmin_home")))


def test_the_partner_sees_which_columns_are_municipal(partner_client):
    file = SimpleUploadedFile("l.csv", b"Voornaam;Achternaam;Geboortedatum;Status;Kleur\nSelam;Haile;28-03-1990;x;y")
    shown = text(partner_client.post(UPLOAD, {"file": file}, follow=True))
    assert "Vult de gemeente in Status" in shown and "Weggelaten (onbekend) Kleur" in shown


def test_a_column_with_withdrawals_is_still_named_on_the_finished_page_and_a_coordinator_sees_its_values(
    partner_client, coordinator_client
):
    run = send_list(
        partner_client,
        f"{SELAM};actief;;Eritrees",
        "P2;Omar;Abdi;01-02-1985;kok;teruggetrokken;ja;Syrisch",
        header=f"{HEADER};Status;Teruggetrokken;Nationaliteit",
    )
    run_url = reverse("dossiers_import", args=[run.pk])
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    for _state in ("previewed", "applied"):
        shown = text(coordinator_client.get(run_url))
        assert "Vult de gemeente in Status (“actief”, “teruggetrokken”)" in shown
        assert "Weggelaten (onbekend) Teruggetrokken (“ja”)" in shown
        assert "Niet overgenomen (privacy) Nationaliteit" in shown and "Syrisch" not in shown
        coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    finished = text(partner_client.get(page_url("list", run)))
    assert "Overgenomen 2 nieuw" in finished and "Vult de gemeente in Status" in finished
    assert "Weggelaten (onbekend) Teruggetrokken" in finished and "(privacy) Nationaliteit" in finished


def test_a_partner_reads_how_to_say_that_somebody_no_longer_takes_part(partner_client, supply):
    person = partner_client.get(reverse("dossiers_partner_correct", args=[supply.pk]))
    assert "Doet deze persoon niet meer mee?" in text(person)
    assert "wie er ontbreekt" in text(partner_client.get(UPLOAD))
    assert "niet meer mee" not in text(partner_client.get(ADD))


def test_the_partner_sees_no_lines_of_an_opened_list(partner_client, coordinator_client):
    known = make_dossier(given_name="Selam", family_name="Haille")
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert known.reference in raw(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    for name in ("list", "columns", "questions", "progress", "workbook"):
        shown = raw(partner_client.get(page_url(name, run)))
        assert known.reference not in shown
        assert "Haile" not in shown
    shown = text(partner_client.post(page_url("send", run), follow=True))
    assert "De status is nu: een begeleider bekijkt de lijst." in shown and "Haile" not in shown


def test_a_returned_list_can_be_corrected_and_sent_again(partner_client, coordinator_client, partner):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Wat is haar beroep?"})
    assert mail.outbox[-1].to == [partner.email]
    assert "Wat is haar beroep?" in text(partner_client.get(page_url("list", run)))
    partner_client.post(page_url("reopen", run))
    run.refresh_from_db()
    assert (run.state, run.with_partner) == ("previewed", True)
    partner_client.post(page_url("send", run))
    run.refresh_from_db()
    assert run.state == "sent"


def test_an_unopened_list_can_be_returned(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Verkeerde lijst."})
    run.refresh_from_db()
    assert run.state == "returned"


@pytest.mark.parametrize("word", ["", "   ", "Haar BSN is 123456782"])
def test_a_return_without_a_message_or_with_a_bsn_is_refused(partner_client, coordinator_client, word):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": word})
    run.refresh_from_db()
    assert (run.state, run.returned_word) == ("sent", "")


def test_a_corrected_list_continues_the_returned_one(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
    partner_client.post(f"{UPLOAD}?continues={run.pk}", {"file": make_upload(SELAM)})
    later = ImportRun.objects.latest("pk")
    assert later.continues == run
    assert "Graag aanvullen" in text(partner_client.get(page_url("list", later)))


def test_a_returned_list_of_another_organisation_cannot_be_continued(partner_client, other_organisation):
    run = other_organisation[1]
    ImportRun.objects.filter(pk=run.pk).update(state="returned", returned_word="Geheim woord")
    assert "Geheim woord" not in raw(partner_client.get(f"{UPLOAD}?continues={run.pk}"))
    partner_client.post(f"{UPLOAD}?continues={run.pk}", {"file": make_upload(SELAM)})
    assert ImportRun.objects.latest("pk").continues is None


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_only_users_who_may_import_can_open_or_return_a_list(partner_client, as_user, request, role):
    run = send_list(partner_client, SELAM)
    client = as_user(request.getfixturevalue(role))
    for name in ("open", "send_back"):
        client.post(reverse(f"dossiers_import_{name}", args=[run.pk]), {"word": "Terug"})
    run.refresh_from_db()
    assert run.state == "sent"


def test_a_person_added_by_hand_makes_nobody_absent(partner_client, coordinator_client, supply):
    partner_client.post(ADD, PERSON)
    run = ImportRun.objects.get()
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert run.counts() == dict.fromkeys(run.counts(), 0) | {"new": 1}


def test_counts_of_a_list_tell_the_partner_the_same_before_and_after_and_nothing_of_people_known_elsewhere(
    partner_client, coordinator_client, supply
):
    make_dossier(given_name="Omar", family_name="Said", date_of_birth="1985-02-01", profession="kok")
    run = upload(
        partner_client, SELAM.replace("kok", "ober"), "P2;Omar;Said;01-02-1985;kok", "P3;Lina;Kaya;28-02-1990;"
    )
    assert (run.counts()["new"], run.counts()["changed"]) == (2, 1)
    partner_client.post(page_url("send", run))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert run.counts()["new"] == 1
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    shown = text(partner_client.get(page_url("list", run)))
    assert "2 nieuw, 1 gewijzigd, 0 ongewijzigd" in shown and "al bekend" not in shown
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "AZC Luttelgeest aanleveraar van 1 persoon die al bekend is" in page


def test_a_new_person_is_news_for_the_partner_also_if_the_dossier_says_all_of_it_already(
    partner_client, coordinator_client
):
    dossier = make_dossier(given_name="Selam", family_name="Haille", date_of_birth="1990-03-12", profession="kok")
    run = send_list(partner_client, "Selam;Haile;12-03-1990;kok", header=HEADER.removeprefix("Extern nummer;"))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    same = reverse("dossiers_import_line", args=[run.pk, run.rows.get().pk])
    coordinator_client.post(f"{same}?reference={dossier.reference}", {"what": "same"})
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "applied"
    shown = text(partner_client.get(page_url("list", run)))
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd" in shown and "niets was nieuw" not in shown.lower()


def test_a_note_is_shown_again_when_the_partner_took_the_list_back_meanwhile(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    partner_client.post(page_url("take_back", run))
    send_back = reverse("dossiers_import_send_back", args=[run.pk])
    shown = text(coordinator_client.post(send_back, {"word": "Klopt het jaar?"}, follow=True))
    assert "De partner heeft deze lijst teruggehaald." in shown
    assert "Wat u typte is niet bewaard: “Klopt het jaar?”." in shown
    assert "al terug bij u" in text(partner_client.post(page_url("take_back", run), follow=True))


def test_a_list_that_was_returned_is_not_applied_and_says_where_it_is(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    for _twice in range(2):
        note = {"word": "Klopt het jaar?"}
        page = coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), note, follow=True)
    state = "De status is nu: terug naar AZC Luttelgeest."
    assert f"{state} Wat u typte is niet bewaard: “Klopt het jaar?”." in text(page)
    page = text(coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), follow=True))
    assert state in page and "al geïmporteerd" not in page
    run.refresh_from_db()
    assert run.state == "returned"


def test_an_open_line_is_not_told_as_decided_until_a_coordinator_decided_on_it(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM, "P3;Lina;Kaya;28-02-1990;123456782")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    shown = text(partner_client.get(page_url("list", run)))
    assert "1 nog niet beslist" in shown and "Een begeleider kan nog over deze regel beslissen." in shown
    assert "Het is eruit gehaald." in shown and "Laat de cel leeg" not in shown and "waarom" not in shown
    coordinator_client.post(reverse("dossiers_import_continue", args=[run.pk]))
    later = ImportRun.objects.latest("pk")
    assert "Een begeleider kan nog over deze regel beslissen." in text(partner_client.get(page_url("list", run)))
    leave_out(coordinator_client, later, 3)
    coordinator_client.post(reverse("dossiers_import_apply", args=[later.pk]))
    shown = text(partner_client.get(page_url("list", run)))
    assert "Lina" not in shown and "niet overgenomen" not in shown
    shown = text(partner_client.get(page_url("list", later)))
    assert "3 Lina Kaya Weggelaten" in shown and "2 Selam" not in shown


def test_lines_that_were_decided_in_the_continued_list_count_there_and_not_in_the_first_one(
    partner_client, coordinator_client
):
    wrong = ("P2;Omar;Abdi;99-99-1985;kok", "P3;Lina;Kaya;99-99-1986;kok", "P4;Rahel;Tesfay;05-05-1987;kok")
    run = send_list(partner_client, SELAM, *wrong)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    leave_out(coordinator_client, run, 5)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    first_page, first_import = page_url("list", run), reverse("dossiers_import", args=[run.pk])
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 niet overgenomen, 2 nog niet beslist" in text(
        partner_client.get(first_page)
    )
    coordinator_client.post(reverse("dossiers_import_continue", args=[run.pk]))
    later = ImportRun.objects.latest("pk")
    leave_out(coordinator_client, later, 4)
    typed = {f"cell-{later.rows.get(line=3).pk}-date_of_birth": "01-02-1985"}
    coordinator_client.post(reverse("dossiers_import_keep", args=[later.pk]), typed)
    coordinator_client.post(reverse("dossiers_import_apply", args=[later.pk]))

    first, second = partner_client.get(first_page), partner_client.get(page_url("list", later))
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 niet overgenomen, 2 later beslist" in text(first)
    assert "Later beslist in lijst.csv (vervolg 1) : regel 3, 4" in text(first)
    assert page_url("list", later) in raw(first) and "Omar" not in text(first) and "5 Rahel" in text(first)
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 niet overgenomen" in text(second)
    assert "4 Lina Kaya" in text(second) and "Rahel" not in text(second) and first_page in raw(second)
    shown = text(coordinator_client.get(first_import))
    assert "1 weggelaten 2 later beslist" in shown
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[later.pk])))
    assert "1 nieuw 2 eerder beslist 1 weggelaten" in shown


def test_a_line_is_later_decided_in_the_continuation_in_which_the_decision_fell(partner_client, coordinator_client):
    wrong = ("P2;Omar;Abdi;99-99-1985;kok", "P3;Lina;Kaya;99-99-1986;kok", "P4;Rahel;Tesfay;99-99-1987;kok")
    run = send_list(partner_client, SELAM, *wrong)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    second = continue_list(coordinator_client, run)
    send_back = reverse("dossiers_import_send_back", args=[second.pk])
    coordinator_client.post(send_back, {"word": "Klopt het jaar?"})
    partner_client.post(page_url("reopen", second))
    typed = {f"cell-{second.rows.get(line=4).pk}-date_of_birth": "01-02-1986"}
    partner_client.post(page_url("send", second), typed)
    coordinator_client.post(reverse("dossiers_import_open", args=[second.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[second.pk]), {"good_rows_only": "yes"})
    open_lines = "Een begeleider kan nog over deze regel beslissen."

    shown = text(partner_client.get(page_url("list", run)))
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 later beslist, 2 nog niet beslist" in shown
    assert "Later beslist in lijst.csv (vervolg 1) : regel 4" in shown and "regel 4," not in shown
    assert shown.count(open_lines) == 2 and "3 Omar Abdi" in shown and "5 Rahel Tesfay" in shown
    shown = text(partner_client.get(page_url("list", second)))
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 2 nog niet beslist" in shown and shown.count(open_lines) == 2
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "1 later beslist 2 niet geïmporteerd door een fout" in shown
    assert "Later beslist in lijst.csv (vervolg 1) : regel 4" in shown and "Lijst terug naar de afzender" not in shown

    third = continue_list(coordinator_client, second)
    assert "2 nog niet beslist" in text(partner_client.get(page_url("list", run)))
    leave_out(coordinator_client, third, 5)
    coordinator_client.post(reverse("dossiers_import_apply", args=[third.pk]), {"good_rows_only": "yes"})
    shown = text(partner_client.get(page_url("list", run)))
    assert "2 later beslist, 1 nog niet beslist" in shown
    assert "(vervolg 1) : regel 4" in shown and "(vervolg 2) : regel 5" in shown
    shown = text(partner_client.get(page_url("list", second)))
    assert "1 later beslist, 1 nog niet beslist" in shown and "(vervolg 2) : regel 5" in shown
    assert "1 niet overgenomen, 1 nog niet beslist" in text(partner_client.get(page_url("list", third)))


def test_in_a_returned_continuation_nobody_is_absent_whose_line_was_imported_before(partner_client, coordinator_client):
    send_and_apply = (";Selam;Haile;12-03-1990;kok", ";Omar;Abdi;01-02-1985;kok", ";Lina;Kaya;99-99-1986;kok")
    absent = send_list(partner_client, "P9;Rahel;Tesfay;05-05-1987;kok")
    run = send_list(partner_client, *send_and_apply)
    for sent in (absent, run):
        coordinator_client.post(reverse("dossiers_import_open", args=[sent.pk]))
        coordinator_client.post(reverse("dossiers_import_apply", args=[sent.pk]), {"good_rows_only": "yes"})
    second = continue_list(coordinator_client, run)
    counts = second.counts()
    assert (counts["skipped"], counts["error"], counts["absent"]) == (2, 1, 1)
    send_back = reverse("dossiers_import_send_back", args=[second.pk])
    coordinator_client.post(send_back, {"word": "Klopt het jaar?"})
    partner_client.post(page_url("reopen", second))
    assert second.counts() == counts, "the partner counts as the coordinator does"
    shown = text(partner_client.get(page_url("list", second) + "?action=skipped"))
    assert shown.count("Eerder beslist: deze regel blijft zoals die is.") == 2 and "Weggelaten." not in shown


def test_a_line_that_lies_with_the_partner_in_a_returned_continuation_says_so(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM, "P2;Omar;Abdi;99-99-1985;kok", "P3;Lina;Kaya;99-99-1986;kok")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    second = continue_list(coordinator_client, run)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[second.pk]), {"word": "Klopt het jaar?"})
    page = partner_client.get(page_url("list", run))
    name, day = "lijst.csv (vervolg 1)", f"{timezone.localdate():%d-%m-%Y}"
    with_partner = f"Ligt bij u Verbeter deze regel in {name} , en verstuur die lijst opnieuw."
    assert text(page).count(with_partner) == 2 and f'in <a href="{page_url("list", second)}">' in raw(page)
    assert "Een begeleider kan nog" not in text(page)

    partner_client.post(page_url("reopen", second))
    partner_client.post(page_url("line", second, second.rows.get(line=3).pk), {"what": "leave_out"})
    shown = text(partner_client.get(page_url("list", run)))
    assert "3 Omar Abdi Geboortedatum" in shown and shown.count(with_partner) == 1
    assert f"Ligt bij u Deze regel is weggelaten in {name} : verstuur die lijst, of neem de regel weer mee." in shown

    typed = {f"cell-{second.rows.get(line=4).pk}-date_of_birth": "01-02-1986"}
    partner_client.post(page_url("send", second), typed)
    shown = text(partner_client.get(page_url("list", run)))
    assert f"Nog niet beslist U hebt deze regel op {day} opnieuw verstuurd, in {name} ." in shown
    assert f"Weggelaten Deze regel is weggelaten in {name} , die u op {day} hebt verstuurd." in shown
    assert "Ligt bij u" not in shown


def test_a_line_of_a_returned_continuation_that_the_partner_replaced_names_the_new_list(
    partner_client, coordinator_client
):
    run = send_list(partner_client, SELAM, "P2;Omar;Abdi;99-99-1985;kok")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    second = continue_list(coordinator_client, run)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[second.pk]), {"word": "Klopt het jaar?"})
    newer = send_list(partner_client, "P2;Omar;Abdi;01-02-1985;kok", query=f"?continues={second.pk}")
    page, day = partner_client.get(page_url("list", run)), f"{timezone.localdate():%d-%m-%Y}"
    assert f"Vervangen Op {day} stuurde u in de plaats daarvan lijst.csv : kijk daar." in text(page)
    assert f'<a href="{page_url("list", newer)}">lijst.csv</a>' in raw(page) and "Ligt bij u" not in text(page)


def continue_list(client, run):
    client.post(reverse("dossiers_import_continue", args=[run.pk]))
    return ImportRun.objects.get(continues=run)


def test_a_note_that_was_typed_before_opening_a_list_stands_in_the_field_after_opening(
    partner_client, coordinator_client
):
    run = send_list(partner_client, SELAM)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    page = press(coordinator_client, page, "Openen en vergelijken", {"#word": "Klopt het jaar?"})
    run.refresh_from_db()
    assert run.state == "previewed" and "Klopt het jaar?</textarea>" in raw(page)
    opened = {"word": "En de maand?", "was-word": ""}
    shown = text(coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]), opened, follow=True))
    assert "Intussen is dit gewijzigd." in shown and "Wat u typte is niet bewaard: “En de maand?”." in shown


def test_a_list_of_a_partner_empties_what_the_coordinator_takes_over(partner_client, coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile", date_of_birth="1990-03-12", phone="+31612345678")
    header, cells = f"{HEADER};Telefoon;Beschikbaar vanaf", ";leegmaken;leegmaken"
    run = send_list(partner_client, f"{SELAM}{cells}", header=header)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert "06 12345678 → wordt leeg" in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    dossier.refresh_from_db()
    assert dossier.phone == "" and "1 nieuw" in text(partner_client.get(page_url("list", run)))
    correct = reverse("dossiers_partner_correct", args=[dossier.supplies.get().pk])
    assert partner_client.get(correct).status_code == 200, "the empty values are values of the form"


@pytest.fixture
def unreadable_list(partner_client, coordinator_client) -> ImportRun:
    """A list that was sent and opened, and of which reading it again with an answer failed."""
    run = send_list(partner_client, SELAM, "P2;Omar;Said;01-02-1985;smid")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    run.refresh_from_db()
    run.decided["words"] = {"languages": {"Eritrees": "Tigrinya"}}
    run.asked["answered_words"] = {"languages": {"Eritrees": "Tigrinya"}}
    assert run.keep_decisions()
    run.release()
    return run


def test_a_list_that_could_not_be_read_again_goes_back_to_its_partner(
    partner_client, coordinator_client, unreadable_list
):
    page = coordinator_client.get(reverse("dossiers_import", args=[unreadable_list.pk]), follow=True)
    assert "Er ging iets mis bij het lezen van deze lijst" in text(page)
    assert "begeleider bekijkt" in text(partner_client.get(page_url("list", unreadable_list)))
    press(coordinator_client, page, "Terug naar de partner", {"#word": "Stuurt u de lijst nog eens?"})
    unreadable_list.refresh_from_db()
    assert unreadable_list.state == "returned"
    assert "Stuurt u de lijst nog eens?" in text(partner_client.get(page_url("list", unreadable_list)))


def test_a_list_that_could_not_be_read_again_leads_to_its_answers(coordinator_client, unreadable_list):
    page = coordinator_client.get(reverse("dossiers_import", args=[unreadable_list.pk]), follow=True)
    questions_url = reverse("dossiers_import_questions", args=[unreadable_list.pk])
    assert f'href="{questions_url}"' in raw(page)
    press(coordinator_client, coordinator_client.get(questions_url), "Lijst inlezen met deze antwoorden")
    unreadable_list.refresh_from_db()
    assert (unreadable_list.state, unreadable_list.reason, unreadable_list.rows.count()) == ("previewed", "", 2)


def test_a_waiting_list_says_how_many_lines_it_lost_with_their_people(partner_client, coordinator_client, coordinator):
    people = [SELAM, "P2;Omar;Said;21-02-1985;", "P3;Lina;Kaya;03-01-1990;"]
    earlier = send_list(partner_client, *people)
    coordinator_client.post(reverse("dossiers_import_open", args=[earlier.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[earlier.pk]))
    run = send_list(partner_client, *(f"{line}kapper" for line in people))
    Dossier.objects.update(status=Status.WITHDRAWN)
    page = reverse("dossiers_import", args=[run.pk])
    for name in ("Selam", "Omar"):
        anonymize_dossier(Dossier.objects.get(given_name=name).pk, coordinator, "verzoek", discard=[run.pk])
    lost = "Uit deze lijst zijn 2 regels verwijderd, omdat de personen zijn vergeten of verwijderd."
    assert lost in text(partner_client.get(page_url("list", run)))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert lost in text(coordinator_client.get(page))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    for client, address in ((coordinator_client, page), (partner_client, page_url("list", run))):
        shown = text(client.get(address))
        assert lost not in shown
        assert "2 personen in deze import zijn vergeten of verwijderd, voor of na het importeren." in shown
        assert "Regels die vóór het importeren zijn verwijderd, zijn niet overgenomen." in shown
