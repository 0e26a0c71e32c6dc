"""Tests of a partner's list that is taken over after its values were changed by another list or by somebody."""

import pytest
from django.urls import reverse

from dates.format import format_date
from dossiers.models import Dossier, ImportRun, Supply
from tests.dossiers.spreadsheets.imports import correct_cell

from ...models.factories import make_dossier
from ...spreadsheets.imports import PERSON as LIST_PERSON
from ...spreadsheets.imports import WERKCORPORATIE, Lists, apply, decide_on_older_values
from ...spreadsheets.undo import undo_import
from ..pages import form_data, press, raw, text
from .lists import ADD, HEADER, PERSON, SELAM, page_url, send_list, upload

OLDER, NEWER = SELAM, SELAM.replace("kok", "ober")


@pytest.fixture
def older_list(partner_client) -> ImportRun:
    return send_list(partner_client, OLDER)


@pytest.fixture
def newer_list(partner_client, older_list) -> ImportRun:
    return send_list(partner_client, NEWER)


def open_list(client, run: ImportRun) -> str:
    client.post(reverse("dossiers_import_open", args=[run.pk]))
    return reverse("dossiers_import", args=[run.pk])


def open_and_apply(client, run: ImportRun) -> str:
    """Return the state of the list after the coordinator opened it and asked to import it."""
    open_list(client, run)
    client.post(reverse("dossiers_import_apply", args=[run.pk]))
    run.refresh_from_db()
    return run.state


@pytest.mark.parametrize(
    ("button", "profession"), [("Nieuwere gegevens houden", "ober"), ("Toch deze gegevens", "kok")]
)
def test_an_older_list_asks_which_values_count(coordinator_client, older_list, newer_list, button, profession):
    open_and_apply(coordinator_client, newer_list)
    assert open_and_apply(coordinator_client, older_list) == "previewed", "nothing is imported before the decision"
    page = coordinator_client.get(reverse("dossiers_import", args=[older_list.pk]))
    shown = text(page)
    assert "Deze lijst is eerder verstuurd dan “lijst.csv”" in shown
    assert "oudere gegevens terugzetten van 1 persoon: Selam Haile (Beroep)" in shown
    assert "Nu: ober In de lijst: kok ouder dan lijst.csv" in shown
    assert raw(page).count(f'href="{reverse("dossiers_import", args=[newer_list.pk])}"') == 2
    press(coordinator_client, page, button)
    coordinator_client.post(reverse("dossiers_import_apply", args=[older_list.pk]))
    older_list.refresh_from_db()
    assert (older_list.state, Dossier.objects.get().profession) == ("applied", profession)
    assert Supply.objects.get().values["profession"] == profession


def test_the_decision_can_be_changed_before_the_import(coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    older_url = open_list(coordinator_client, older_list)
    page = press(coordinator_client, coordinator_client.get(older_url), "Nieuwere gegevens houden")
    assert "De nieuwere gegevens blijven staan." in text(page) and older_list.counts()["unchanged"] == 1
    assert "Alles in deze lijst is al bekend" not in text(page)
    assert "Wat eerder is gewijzigd, blijft staan, zoals u koos" in text(page)
    page = press(coordinator_client, page, "Toch deze gegevens")
    assert "De oudere gegevens van deze lijst worden geïmporteerd." in text(page)
    assert older_list.rows.get().changes == {"profession": ["ober", "kok"]}


def test_a_newer_list_that_is_applied_during_the_review_is_noticed(coordinator_client, older_list, newer_list):
    older_url = open_list(coordinator_client, older_list)
    assert "eerder verstuurd" not in text(coordinator_client.get(older_url))
    open_and_apply(coordinator_client, newer_list)
    for _again in range(2):
        coordinator_client.post(reverse("dossiers_import_apply", args=[older_list.pk]))
    assert Dossier.objects.get().profession == "ober"
    assert "Deze lijst is eerder verstuurd dan “lijst.csv”" in text(coordinator_client.get(older_url))


def test_an_older_correction_by_hand_asks_too(partner_client, coordinator_client, supply):
    for profession in ("kapper", "ober"):
        form_url = reverse("dossiers_partner_correct", args=[supply.pk])
        press(partner_client, partner_client.get(form_url), "Versturen", {"[name=profession]": profession})
    older, newer = ImportRun.objects.order_by("pk")
    open_and_apply(coordinator_client, newer)
    assert open_and_apply(coordinator_client, older) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[older.pk]))
    assert "terugzetten van 1 persoon: Geheim Dossier (Beroep)" in text(page)


def test_only_values_of_a_later_list_are_asked_about(coordinator_client, partner_client, older_list, newer_list):
    assert open_and_apply(coordinator_client, older_list) == "applied"
    assert open_and_apply(coordinator_client, newer_list) == "applied", "in the order of sending nothing is asked"
    again = send_list(partner_client, OLDER)
    assert open_and_apply(coordinator_client, again) == "applied"
    assert Dossier.objects.get().profession == "kok"


def test_an_undone_list_has_no_newer_values(coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    older_url = open_list(coordinator_client, older_list)
    assert "eerder verstuurd" in text(coordinator_client.get(older_url))
    undo_import(newer_list)
    assert "eerder verstuurd" not in text(coordinator_client.get(older_url))


def test_a_partner_is_not_asked(partner_client, coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    assert "eerder verstuurd" not in text(partner_client.get(page_url("list", older_list)))


def edit_dossier(user=None, reason: str = "", **values) -> None:
    dossier = Dossier.objects.earliest("pk")
    dossier._history_user, dossier._change_reason = user, reason
    for name, value in values.items():
        setattr(dossier, name, value)
    dossier.save()


def return_list(client, run: ImportRun) -> None:
    open_list(client, run)
    client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt dit?"})


def send_again(client, run: ImportRun) -> None:
    client.post(page_url("reopen", run))
    client.post(page_url("send", run))


@pytest.mark.parametrize(
    ("button", "profession"), [("Nieuwere gegevens houden", "lasser"), ("Toch deze gegevens", "kok")]
)
def test_a_value_that_a_coordinator_typed_after_the_sending_is_asked_about(
    coordinator_client, coordinator, older_list, newer_list, button, profession
):
    open_and_apply(coordinator_client, newer_list)
    edit_dossier(coordinator, profession="lasser")
    assert open_and_apply(coordinator_client, older_list) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[older_list.pk]))
    today, shown = format_date(newer_list.sent_at), text(page)
    assert f"verstuurd op {today}; sindsdien gewijzigd: Beroep van Selam Haile door coordinator op {today}." in shown
    assert f"Nu: lasser In de lijst: kok sindsdien gewijzigd door coordinator op {today}" in shown
    press(coordinator_client, page, button)
    coordinator_client.post(reverse("dossiers_import_apply", args=[older_list.pk]))
    older_list.refresh_from_db()
    assert (older_list.state, Dossier.objects.get().profession) == ("applied", profession)


def test_an_earlier_edit_or_one_of_another_field_is_not_asked_about(coordinator_client, partner_client, older_list):
    open_and_apply(coordinator_client, older_list)
    edit_dossier(profession="lasser")
    again = send_list(partner_client, NEWER)
    edit_dossier(phone="+31611111111")
    assert open_and_apply(coordinator_client, again) == "applied"
    assert Dossier.objects.get().profession == "ober"


def test_a_list_that_repeats_what_a_coordinator_changed_is_asked_about_also_if_it_was_sent_afterwards(
    coordinator_client, coordinator, partner_client, older_list
):
    open_and_apply(coordinator_client, older_list)
    edit_dossier(coordinator, profession="lasser")
    again = send_list(partner_client, OLDER, "P2;Omar;Said;01-02-1985;kok")
    assert open_and_apply(coordinator_client, again) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[again.pk]), {"action": "changed"})
    today, shown = format_date(again.sent_at), text(page)
    assert "1 regel van deze lijst herhaalt oudere gegevens, die daarna zijn gewijzigd: Selam Haile (Beroep)." in shown
    source = f"herhaalt een ouder gegeven: sindsdien gewijzigd door coordinator op {today}"
    assert f"Nu: lasser In de lijst: kok {source}" in shown
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, again) == "applied"
    assert Dossier.objects.get(given_name="Selam").profession == "lasser"


def test_a_change_without_a_user_is_asked_about_and_so_is_one_after_the_answer(
    coordinator_client, partner_client, older_list
):
    open_and_apply(coordinator_client, older_list)
    run = send_list(partner_client, NEWER)
    edit_dossier(reason="Via de API", profession="lasser")
    run_url = open_list(coordinator_client, run)
    page = coordinator_client.get(run_url)
    assert "sindsdien gewijzigd: Beroep van Selam Haile op" in text(page)
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert "De nieuwere gegevens blijven staan." in text(coordinator_client.get(run_url))
    press(coordinator_client, coordinator_client.get(run_url), "Toch deze gegevens")
    edit_dossier(profession="bakker")
    assert open_and_apply(coordinator_client, run) == "previewed", "the answer is about the earlier change"
    press(coordinator_client, coordinator_client.get(run_url), "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    assert Dossier.objects.get().profession == "bakker"


def test_a_value_of_a_later_list_of_another_organisation_is_asked_about(coordinator_client, older_list, tmp_path):
    open_and_apply(coordinator_client, older_list)
    ImportRun.objects.filter(pk=older_list.pk).update(state="sent", with_partner=True)
    Lists(tmp_path).apply(
        {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990", "Beroep": "lasser"},
        organisation=WERKCORPORATIE,
    )
    assert open_and_apply(coordinator_client, older_list) == "previewed"
    assert "eerder verstuurd dan “lijst-1.csv”" in text(
        coordinator_client.get(reverse("dossiers_import", args=[older_list.pk]))
    )


def test_partners_who_disagree_are_named_in_the_row_and_nothing_is_called_older(
    coordinator_client, coordinator, older_list, tmp_path
):
    open_and_apply(coordinator_client, older_list)
    edit_dossier(coordinator, email="selam@voorbeeld.example")
    person = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    other = person | {"Beroep": "lasser", "E-mail": "s.haile@voorbeeld.example"}
    run = Lists(tmp_path).preview(other, organisation=WERKCORPORATIE)
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "kok → lasser nu volgens AZC Luttelgeest (lijst lijst.csv )" in shown
    today = format_date(older_list.sent_at)
    assert f"s.haile@voorbeeld.example wijzigt wat coordinator op {today} heeft ingevuld" in shown
    assert "ouder" not in shown
    apply(decide_on_older_values(run, use_older=True))
    again = Lists(tmp_path).preview(person | {"Beroep": "kok"})
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[again.pk])))
    replaced = f"sindsdien gewijzigd door Werkcorporatie op {today} (lijst lijst-1.csv )"
    assert f"herhaalt een ouder gegeven: {replaced}" in shown


def test_an_undone_import_leaves_no_newer_values_in_the_history(
    coordinator_client, coordinator, partner_client, older_list
):
    open_and_apply(coordinator_client, older_list)
    waiting = send_list(partner_client, SELAM.replace("kok", "bakker"))
    newer = send_list(partner_client, NEWER)
    open_and_apply(coordinator_client, newer)
    newer.refresh_from_db()
    undo_import(newer, coordinator)
    assert open_and_apply(coordinator_client, waiting) == "applied"


@pytest.mark.parametrize(("typed", "is_asked"), [({"profession": "kok"}, True), ({"phone": "+31655550001"}, False)])
def test_what_a_coordinator_typed_over_an_undone_import_is_newer_than_a_waiting_list(
    coordinator_client, coordinator, partner_client, older_list, typed, is_asked
):
    open_and_apply(coordinator_client, older_list)
    waiting = send_list(partner_client, SELAM.replace("kok", "bakker"))
    newer = send_list(partner_client, NEWER, "P2;Omar;Said;01-02-1985;kok")
    open_and_apply(coordinator_client, newer)
    edit_dossier(coordinator, **typed)
    newer.refresh_from_db()
    undo_import(newer, coordinator)
    assert Dossier.objects.get().profession == "kok"
    assert open_and_apply(coordinator_client, waiting) == ("previewed" if is_asked else "applied")


@pytest.mark.parametrize("is_returned", [True, False])
def test_a_list_that_is_sent_again_unchanged_stays_as_old_as_it_was(
    coordinator_client, partner_client, older_list, newer_list, is_returned
):
    open_and_apply(coordinator_client, newer_list)
    if is_returned:
        older_url = open_list(coordinator_client, older_list)
        press(coordinator_client, coordinator_client.get(older_url), "Nieuwere gegevens houden")
        return_list(coordinator_client, older_list)
    else:
        partner_client.post(page_url("take_back", older_list))
    send_again(partner_client, older_list)
    older_list.refresh_from_db()
    assert older_list.state == "sent"
    open_and_apply(coordinator_client, older_list)
    assert Dossier.objects.get().profession == "ober"


def test_a_cell_that_the_partner_corrected_after_the_return_is_new(coordinator_client, partner_client, newer_list, azc):
    wrong = f"{SELAM.replace('12-03-1990', '31-02-1990')}\nP2;Omar;Said;01-02-1985;kok"
    run = send_list(partner_client, wrong)
    assert run.state == "sent"
    open_and_apply(coordinator_client, newer_list)
    edit_dossier(date_of_birth="1990-03-11", profession="lasser")
    return_list(coordinator_client, run)
    partner_client.post(page_url("reopen", run))
    row = run.rows.get(action="error")
    partner_client.post(page_url("send", run), {f"cell-{row.pk}-date_of_birth": "12-03-1990"})
    run_url = open_list(coordinator_client, run)
    shown = text(coordinator_client.get(run_url))
    assert "sindsdien gewijzigd: Beroep van Selam Haile" in shown and "Geboortedatum van" not in shown


def test_a_list_that_replaces_a_returned_one_is_as_old_as_that(
    coordinator_client, partner_client, older_list, newer_list
):
    return_list(coordinator_client, older_list)
    open_and_apply(coordinator_client, newer_list)
    replacing = send_list(partner_client, OLDER, query=f"?continues={older_list.pk}")
    assert replacing.continues == older_list
    assert open_and_apply(coordinator_client, replacing) == "previewed"


def test_of_a_returned_person_only_the_fields_that_were_typed_again_are_new(
    coordinator_client, partner_client, coordinator
):
    partner_client.post(ADD, PERSON | {"phone": "0611111111", "profession": "kok"})
    first = ImportRun.objects.get()
    open_and_apply(coordinator_client, first)
    supply = Supply.objects.get()
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    typed = {"phone": "0622222222", "profession": "ober"}
    partner_client.post(form_url, form_data(partner_client.get(form_url), **typed))
    run = ImportRun.objects.latest("pk")
    return_list(coordinator_client, run)
    edit_dossier(coordinator, phone="+31699999999", profession="lasser")
    mend_url = page_url("mend", run)
    partner_client.post(mend_url, form_data(partner_client.get(mend_url), profession="bakker"))
    shown = text(coordinator_client.get(open_list(coordinator_client, run)))
    assert "sindsdien gewijzigd: Telefoon van Omar Said door coordinator" in shown and "Beroep van" not in shown


def test_the_same_later_list_is_named_before_and_after_the_decision(
    coordinator_client, partner_client, older_list, newer_list
):
    open_and_apply(coordinator_client, newer_list)
    ImportRun.objects.filter(pk=newer_list.pk).update(file_name="nieuwer.csv")
    form_url = reverse("dossiers_partner_correct", args=[Supply.objects.get().pk])
    partner_client.post(form_url, form_data(partner_client.get(form_url), phone="0622222222"))
    open_and_apply(coordinator_client, ImportRun.objects.latest("pk"))
    page = coordinator_client.get(open_list(coordinator_client, older_list))
    for decided in (False, True):
        if decided:
            page = press(coordinator_client, page, "Nieuwere gegevens houden")
        assert "eerder verstuurd dan “nieuwer.csv”" in text(page) and "met de hand” (" not in text(page)
        assert f'href="{reverse("dossiers_import", args=[newer_list.pk])}"' in raw(page)


def test_a_newer_remark_is_not_replaced_by_an_older_one(coordinator_client, partner_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    for remark in ("Belt na 16u", "Belt na 18u", "Belt na 17u"):
        partner_client.post(form_url, form_data(partner_client.get(form_url), notes=remark))
    first, older, newer = ImportRun.objects.order_by("pk")
    for run in (first, newer):
        assert open_and_apply(coordinator_client, run) == "applied"
    assert Dossier.objects.get().notes == "Niet tonen\nBelt na 17u"
    assert open_and_apply(coordinator_client, older) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[older.pk]))
    assert "Geheim Dossier (Opmerkingen)" in text(page)
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, older) == "applied"
    assert Dossier.objects.get().notes == "Niet tonen\nBelt na 17u"
    assert Supply.objects.get().values["notes"] == "Belt na 17u"


def test_the_partner_reads_which_value_was_not_taken_over_and_why_but_not_the_newer_value(
    coordinator_client, coordinator, partner_client, older_list
):
    open_and_apply(coordinator_client, older_list)
    run = send_list(partner_client, SELAM.replace("kok", "ober"), "P2;Omar;Said;01-02-1985;kok")
    edit_dossier(coordinator, profession="lasser")
    open_list(coordinator_client, run)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    shown = text(partner_client.get(page_url("list", run)))
    assert "1 nieuw, 0 gewijzigd, 1 ongewijzigd (bij 1 van deze regels is iets niet overgenomen)" in shown
    assert "2 Selam Haile Beroep U stuurde “ober”. De gemeente heeft dat niet overgenomen: wat er stond" in shown
    assert "lasser" not in shown


def test_the_partner_does_not_read_that_an_older_value_that_was_filled_in_by_hand_is_newer(
    coordinator_client, coordinator, partner_client, older_list
):
    open_and_apply(coordinator_client, older_list)
    edit_dossier(coordinator, profession="lasser")
    run = send_list(partner_client, SELAM.replace("kok", "ober"))
    open_list(coordinator_client, run)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    press(coordinator_client, page, "Ingevulde gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    shown = text(partner_client.get(page_url("list", run)))
    assert "U stuurde “ober”. De gemeente heeft dat niet overgenomen" in shown and "nieuwer" not in shown


def test_the_partner_reads_of_as_many_lines_with_something_not_taken_over_as_the_table_names(
    coordinator_client, coordinator, partner_client
):
    first = send_list(partner_client, SELAM, "P2;Omar;Said;21-02-1985;kok", "P3;Amina;Nur;21-02-1986;kok")
    open_and_apply(coordinator_client, first)
    for dossier in Dossier.objects.exclude(given_name="Amina"):
        dossier._history_user, dossier.profession = coordinator, "lasser"
        dossier.save()
    run = send_list(
        partner_client,
        f"{SELAM.replace('kok', 'ober')};Emmeloord",
        "P2;Omar;Said;21-02-1985;ober;",
        "P3;Amina;Nur;21-02-1986;ober;Emmeloord",
        header=f"{HEADER};Verblijfplaats",
    )
    open_list(coordinator_client, run)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    press(coordinator_client, page, "Ingevulde gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    shown = text(partner_client.get(page_url("list", run)))
    assert "0 nieuw, 2 gewijzigd, 1 ongewijzigd (bij 2 van deze regels is iets niet overgenomen)" in shown
    table = shown.partition("Niet overgenomen")[2]
    assert [name in table for name in ("Selam Haile", "Omar Said", "Amina Nur")] == [True, True, False]


def test_a_correction_by_hand_that_was_not_taken_over_names_the_person(partner_client, coordinator_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    press(partner_client, partner_client.get(form_url), "Versturen", {"[name=profession]": "ober"})
    edit_dossier(profession="lasser")
    run = ImportRun.objects.get()
    open_list(coordinator_client, run)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    shown = text(partner_client.get(page_url("list", run)))
    assert "0 nieuw, 0 gewijzigd, 1 ongewijzigd (bij 1 van deze regels is iets niet overgenomen)" in shown
    assert "Selam Haile Beroep U stuurde “ober”." in shown and "niets was nieuw" not in shown.lower()


def test_a_partner_does_not_read_of_newer_values_of_a_person_whom_it_never_supplied_before(
    coordinator_client, coordinator, partner_client, azc
):
    make_dossier(given_name="Selam", family_name="Haile", date_of_birth="1990-03-12", profession="bakker")
    run = send_list(partner_client, SELAM)
    edit_dossier(coordinator, profession="lasser")
    open_list(coordinator_client, run)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, run) == "applied"
    assert run.rows.get().withheld == {"profession": "kok"}
    shown = text(partner_client.get(page_url("list", run)))
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd" in shown
    assert "overgenomen:" not in shown and "niet overgenomen" not in shown.lower()


@pytest.mark.parametrize(("left_out", "hours"), [(3, 34), (2, 32)])
def test_the_newer_values_stay_of_a_person_of_whom_one_of_two_lines_is_left_out(
    coordinator_client, partner_client, left_out, hours
):
    header = "Voornaam;Achternaam;Geboortedatum;Telefoon;Uren per week;Opmerkingen"
    other, person = "Selam;Haile;12-03-1990;;;", "Telahun;Mario;25-04-1994"
    lines = f"{person};0631118801;34;zsm beginnen", f"{person};0631118801;32;dubbel", other
    older = send_list(partner_client, *lines, header=header)
    newer = send_list(partner_client, f"{person};0631118899;30;zsm beginnen", header=header)
    assert open_and_apply(coordinator_client, newer) == "applied"
    older_url = open_list(coordinator_client, older)
    row = older.rows.get(line=left_out)
    coordinator_client.post(reverse("dossiers_import_line", args=[older.pk, row.pk]), {"what": "leave_out"})
    page = coordinator_client.get(older_url)
    assert "Deze lijst is eerder verstuurd dan “lijst.csv”" in text(page)
    page = press(coordinator_client, page, "Nieuwere gegevens houden")
    assert "De nieuwere gegevens blijven staan." in text(page)
    staying = older.rows.exclude(line=left_out).get(given__given_name="Telahun")
    assert staying.withheld["phone"] == "+31631118801" and staying.withheld["hours_per_week"] == hours
    assert open_and_apply(coordinator_client, older) == "applied"
    dossier = Dossier.objects.get(given_name="Telahun")
    assert (dossier.phone, dossier.hours_per_week) == ("+31631118899", 30)


@pytest.fixture
def improved_list(partner_client, older_list) -> ImportRun:
    """A new list of the partner that has corrected what was wrong in the older one."""
    header = f"{HEADER};Reden (import {older_list.pk})"
    improved = send_list(partner_client, f"{NEWER};", header=header)
    assert (improved.continues, improved.first_sent_at) == (older_list, older_list.first_sent_at)
    return improved


def test_a_list_asks_before_it_puts_back_what_its_improved_version_corrected(
    coordinator_client, older_list, improved_list
):
    open_and_apply(coordinator_client, improved_list)
    assert open_and_apply(coordinator_client, older_list) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[older_list.pk]))
    assert "oudere gegevens terugzetten van 1 persoon: Selam Haile (Beroep)" in text(page)
    press(coordinator_client, page, "Nieuwere gegevens houden")
    assert open_and_apply(coordinator_client, older_list) == "applied"
    assert Dossier.objects.get().profession == "ober"


def test_an_improved_list_replaces_the_values_of_the_list_that_it_improves_without_asking(
    coordinator_client, partner_client, older_list, improved_list
):
    open_and_apply(coordinator_client, older_list)
    assert open_and_apply(coordinator_client, improved_list) == "applied"
    header = f"{HEADER};Reden (import {older_list.pk})"
    again = send_list(partner_client, f"{SELAM.replace('kok', 'lasser')};", header=header)
    assert open_and_apply(coordinator_client, again) == "applied"


def test_a_list_and_its_improved_version_are_undone_in_the_order_opposite_to_that_of_their_imports(
    coordinator_client, coordinator, older_list, improved_list
):
    open_and_apply(coordinator_client, improved_list)
    press(coordinator_client, coordinator_client.get(open_list(coordinator_client, older_list)), "Toch deze gegevens")
    open_and_apply(coordinator_client, older_list)
    older, improved = (ImportRun.objects.get(pk=run.pk) for run in (older_list, improved_list))
    assert (older.find_undo_refusal(), older.applied_continuations) == ("", [])
    undo_import(older, coordinator)
    undo_import(improved, coordinator)
    assert not Dossier.objects.exists()


def test_a_sent_list_warns_that_its_lines_may_have_another_outcome_by_now(coordinator_client, partner_client):
    open_and_apply(coordinator_client, send_list(partner_client))
    run = upload(partner_client, SELAM, "P2;Omar;Said;01-02-1985;kok")
    partner_client.post(page_url("send", run))
    page = f"{page_url('list', run)}?action=unchanged"
    assert "Er verandert niets." in text(partner_client.get(page))
    open_and_apply(coordinator_client, send_list(partner_client, NEWER))
    shown = text(partner_client.get(page))
    assert "Zodra een begeleider de lijst opent, worden ze opnieuw gecontroleerd." in shown
    assert "Selam" in shown and "Er verandert niets." not in shown


def test_a_remark_that_is_not_taken_over_says_so_like_every_other_cell(coordinator_client, tmp_path):
    lists, given = Lists(tmp_path), {"Telefoon": "0631118801", "Opmerkingen": "Zoekt een kamer."}
    first = lists.preview(LIST_PERSON | given)
    for name, value in {"phone": "0631118899", "notes": "Zoekt een kamer. Belt elke dag."}.items():
        correct_cell(first, first.rows.get(), name, value)
    apply(first)
    again = decide_on_older_values(lists.preview(LIST_PERSON | given), use_older=False)
    for _moment in ("before", "after"):
        page = coordinator_client.get(reverse("dossiers_import", args=[again.pk]), {"action": "unchanged"})
        cells = {cell.column.field: cell.is_left for cell in page.context["grid"][0].cells}
        assert cells["phone"] and cells["notes"] and not cells["given_name"]
        assert text(page).count("Niet overgenomen: wat er al stond, blijft.") == 2
        coordinator_client.post(reverse("dossiers_import_apply", args=[again.pk]))
    again.refresh_from_db()
    assert again.state == "applied" and Dossier.objects.get().notes == "Zoekt een kamer. Belt elke dag."
    assert Supply.objects.get().values["notes"] == "Zoekt een kamer."
