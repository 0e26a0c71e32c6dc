"""The partners' own pages: their people as they gave them, their lists, and nothing of anyone else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.backoffice import menu
from dossiers.models import Dossier, ImportRun, Organisation, Supply
from dossiers.models.rights import PARTNERS

from ..models.making import make_dossier
from .pages import filled_in, raw, text

PEOPLE, LISTS, UPLOAD, ADD = (reverse(f"dossiers_partner_{name}") for name in ("people", "lists", "upload", "add"))
HEADER = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep"
SELAM = "P1;Selam;Haile;12-03-1990;kok"
PERSON = {"given_name": "Omar", "family_name": "Said", "date_of_birth": "01-02-1985", "external_id": "P7"}


def sheet(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("lijst.csv", "\n".join([HEADER, *lines]).encode())


@pytest.fixture
def azc(base_data) -> Organisation:
    return Organisation.objects.named("AZC Luttelgeest")


@pytest.fixture
def own(as_user, partner):
    """The browser of somebody of AZC Luttelgeest."""
    return as_user(partner)


@pytest.fixture
def supply(azc):
    """Somebody whose dossier says otherwise than what was given, in every field that a page could show."""
    dossier = make_dossier(given_name="Geheim", family_name="Dossier", profession="bakker", notes="Niet tonen")
    given = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "1990-03-12", "profession": "kok"}
    return Supply.objects.create(dossier=dossier, organisation=azc, external_id="P1", values=given)


@pytest.fixture
def others(base_data):
    """What another organisation supplied and uploaded."""
    other = Organisation.objects.named("Werkcorporatie")
    run = ImportRun.objects.create(
        record="dossiers", organisation=other, file_name="vreemd.csv", by_partner=True, with_partner=True
    )
    values = {"given_name": "Vreemde", "family_name": "Persoon", "date_of_birth": "1980-01-01"}
    return Supply.objects.create(dossier=make_dossier(), organisation=other, external_id="X9", values=values), run


def upload(client, *lines: str, **data) -> ImportRun:
    response = client.post(UPLOAD, {"file": sheet(*lines), **data})
    assert response.status_code == 302, text(response)
    return ImportRun.objects.latest("pk")


def page(name: str, run: ImportRun, *args) -> str:
    return reverse(f"dossiers_partner_{name}", args=[run.pk, *args])


def sent(client, *lines: str) -> ImportRun:
    run = upload(client, *(lines or (SELAM,)))
    client.post(page("send", run))
    run.refresh_from_db()
    return run


class TestPeople:
    def test_they_are_shown_as_they_were_given_with_the_status_in_words(self, own, supply):
        shown = text(own.get(PEOPLE))
        for words in ("Selam Haile", "P1", "12-03-1990", "aangemeld"):
            assert words in shown
        for words in ("Geheim", "bakker", "Niet tonen", supply.dossier.reference):
            assert words not in shown

    def test_an_appointment_shows_while_it_is_to_come(self, own, supply):
        today = timezone.localdate()
        Dossier.objects.update(expectation_talk_on=today + timedelta(days=3))
        assert f"{today + timedelta(days=3):%d-%m-%Y}: " in text(own.get(PEOPLE))
        Dossier.objects.update(expectation_talk_on=today - timedelta(days=3))
        assert f"{today - timedelta(days=3):%d-%m-%Y}" not in text(own.get(PEOPLE))

    def test_another_organisations_people_are_not_there(self, own, supply, others):
        assert "Vreemde" not in raw(own.get(PEOPLE))
        assert own.get(reverse("dossiers_partner_correct", args=[others[0].pk])).status_code == 404

    @pytest.mark.parametrize("words", ["hai", "P1", "selam haile"])
    def test_somebody_is_found_by_a_part_of_the_name_or_number(self, own, supply, words):
        assert "Selam" in text(own.get(PEOPLE, {"q": words}))

    def test_nobody_is_found_by_what_only_the_dossier_says(self, own, supply):
        assert "Selam" not in text(own.get(PEOPLE, {"q": "Geheim"}))

    def test_they_are_filtered_by_status(self, own, supply):
        assert "Selam" in text(own.get(PEOPLE, {"status": "registered"}))
        assert "Selam" not in text(own.get(PEOPLE, {"status": "available"}))

    def test_a_longer_list_asks_no_more_queries(self, own, supply, azc):
        own.get(PEOPLE)
        with CaptureQueriesContext(connection) as few:
            own.get(PEOPLE)
        for number in range(20):
            values = supply.values | {"given_name": f"Nog{number}"}
            Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id=f"N{number}", values=values)
        with CaptureQueriesContext(connection) as many:
            assert "Nog19" in text(own.get(PEOPLE))
        assert len(many) == len(few)

    def test_a_page_holds_fifty(self, own, azc):
        for number in range(51):
            values = {"given_name": f"Naam{number:02}", "family_name": "Haile", "date_of_birth": "1990-03-12"}
            Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id=f"N{number}", values=values)
        assert "Naam50" not in text(own.get(PEOPLE))
        assert "Naam50" in text(own.get(PEOPLE, {"p": 2}))

    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    def test_the_export_is_theirs_alone_and_uploads_again_as_unchanged(self, own, supply, others, format):
        answer = own.get(reverse("dossiers_partner_export", args=[format]))
        content = b"".join(answer.streaming_content)
        if format == "csv":
            for words in ("Vreemde", "bakker", "Geheim", supply.dossier.reference, "Referentie", "Begeleider"):
                assert words not in content.decode()
        own.post(UPLOAD, {"file": SimpleUploadedFile(f"mensen.{format}", content)})
        run = ImportRun.objects.latest("pk")
        assert run.counts() == dict.fromkeys(run.counts(), 0) | {"unchanged": 1}

    @pytest.mark.parametrize("format", ["json", "ods", "exe"])
    def test_other_formats_do_not_exist(self, own, format):
        assert own.get(reverse("dossiers_partner_export", args=[format])).status_code == 404

    def test_the_export_follows_the_search(self, own, supply):
        answer = own.get(reverse("dossiers_partner_export", args=["csv"]), {"q": "niemand"})
        assert "Selam" not in raw(answer)


class TestUpload:
    def test_it_is_compared_with_what_they_gave_before(self, own, supply):
        run = upload(own, SELAM.replace("kok", "ober"), "P2;Omar;Said;01-02-1985;")
        assert (run.by_partner, run.with_partner, run.organisation.name) == (True, True, "AZC Luttelgeest")
        shown = text(own.get(page("list", run), {"action": "changed"}))
        assert "kok → ober" in shown
        assert "bakker" not in shown
        assert supply.dossier.reference not in shown

    def test_a_dossier_that_they_did_not_supply_is_not_betrayed(self, own):
        known = make_dossier(given_name="Selam", family_name="Haile")
        run = upload(own, SELAM)
        shown = raw(own.get(page("list", run)))
        assert run.counts()["new"] == 1
        assert known.reference not in shown

    def test_nothing_is_written_and_nobody_told_before_it_is_sent(self, own, coordinator, as_user):
        run = upload(own, SELAM)
        assert not Dossier.objects.exists()
        assert mail.outbox == []
        assert as_user(coordinator).get(reverse("dossiers_import", args=[run.pk])).status_code == 404

    def test_sent_it_waits_and_coordinators_are_told_without_anything_of_a_person(self, own, coordinator, as_user):
        run = sent(own, SELAM)
        assert (run.state, run.sent_by.username) == ("sent", "partner")
        [message] = mail.outbox
        assert message.to == [coordinator.email]
        assert reverse("dossiers_import", args=[run.pk]) in message.body
        for words in ("Selam", "Haile", "1990", "lijst.csv"):
            assert words not in message.subject + message.body
        assert "Er wacht 1 lijst" in text(as_user(coordinator).get(reverse("dossiers_imports")))

    def test_with_nothing_new_there_is_nothing_to_send(self, own, supply):
        run = sent(own, SELAM)
        assert run.state == "previewed"
        assert mail.outbox == []

    def test_a_cell_is_mended_in_place(self, own):
        run = upload(own, SELAM.replace("12-03-1990", "31-02-1990"))
        row = run.rows.get()
        assert "31-02-1990" in text(own.get(page("list", run)))
        own.post(page("line", run, row.pk), {"what": "cells", "cell-date_of_birth": "12-03-1990"})
        assert run.counts()["new"] == 1

    def test_who_somebody_is_among_dossiers_can_not_be_said(self, own):
        known = make_dossier()
        run = upload(own, SELAM)
        where = page("line", run, run.rows.get().pk)
        for what in ("same", "another"):
            assert own.post(f"{where}?reference={known.reference}", {"what": what}).status_code == 404
        run.refresh_from_db()
        assert run.decided.get("lines", {}) == {}

    def test_columns_and_words_have_their_pages(self, own):
        run = upload(own, SELAM)
        for name in ("columns", "words"):
            shown = text(own.get(page(name, run)))
            assert "Begeleider" not in shown
            assert reverse("dossiers_import", args=[run.pk]) not in raw(own.get(page(name, run)))

    def test_a_sent_list_can_not_be_changed(self, own):
        run = sent(own, SELAM)
        row = run.rows.get()
        assert own.post(page("line", run, row.pk), {"what": "leave_out"}).status_code == 404
        assert own.post(page("columns", run), {}).status_code == 404
        assert own.get(page("list", run)).status_code == 200

    def test_who_is_on_the_staff_of_two_says_for_which(self, own, partner):
        other = Organisation.objects.named("Werkcorporatie")
        other.staff.add(partner)
        assert own.post(UPLOAD, {"file": sheet(SELAM)}).status_code == 200
        assert upload(own, SELAM, organisation=other.pk).organisation == other
        stranger = Organisation.objects.create(name="Andere")
        assert own.post(UPLOAD, {"file": sheet(SELAM), "organisation": stranger.pk}).status_code == 200


class TestJudging:
    def test_a_coordinator_opens_it_and_takes_it_over(self, own, desk):
        make_dossier(given_name="Omar", family_name="Said", date_of_birth="1985-02-01")
        run = sent(own, SELAM, "P2;Omar;Saiid;01-02-1985;")
        desk.post(reverse("dossiers_import_open", args=[run.pk]))
        run.refresh_from_db()
        assert (run.state, run.counts()["similar"]) == ("previewed", 1)
        desk.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
        supply = Supply.objects.get()
        assert (supply.external_id, supply.organisation.name) == ("P1", "AZC Luttelgeest")
        assert "overgenomen" in text(own.get(LISTS))

    def test_once_it_is_opened_the_partner_sees_no_line_of_it(self, own, desk):
        known = make_dossier(given_name="Selam", family_name="Haille")
        run = sent(own, SELAM)
        desk.post(reverse("dossiers_import_open", args=[run.pk]))
        assert known.reference in raw(desk.get(reverse("dossiers_import", args=[run.pk])))
        for name in ("list", "columns", "words", "progress", "workbook"):
            shown = raw(own.get(page(name, run)))
            assert known.reference not in shown
            assert "Haile" not in shown
        assert own.post(page("send", run)).status_code == 404

    def test_returned_with_a_word_it_is_mended_and_sent_again(self, own, desk, partner):
        run = sent(own, SELAM)
        desk.post(reverse("dossiers_import_open", args=[run.pk]))
        desk.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Wat is haar beroep?"})
        assert mail.outbox[-1].to == [partner.email]
        assert "Wat is haar beroep?" in text(own.get(page("list", run)))
        own.post(page("reopen", run))
        run.refresh_from_db()
        assert (run.state, run.with_partner) == ("previewed", True)
        own.post(page("send", run))
        run.refresh_from_db()
        assert run.state == "sent"

    def test_it_is_returned_unopened_too(self, own, desk):
        run = sent(own, SELAM)
        desk.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Verkeerde lijst."})
        run.refresh_from_db()
        assert run.state == "returned"

    @pytest.mark.parametrize("word", ["", "   ", "Haar BSN is 123456782"])
    def test_without_a_word_or_with_what_may_not_be_stored_it_stays(self, own, desk, word):
        run = sent(own, SELAM)
        desk.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": word})
        run.refresh_from_db()
        assert (run.state, run.returned_word) == ("sent", "")

    def test_a_mended_list_is_uploaded_as_its_continuation(self, own, desk):
        run = sent(own, SELAM)
        desk.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
        own.post(f"{UPLOAD}?continues={run.pk}", {"file": sheet(SELAM)})
        later = ImportRun.objects.latest("pk")
        assert later.continues == run
        assert "Graag aanvullen" in text(own.get(page("list", later)))

    def test_another_organisations_returned_list_is_not_continued(self, own, others):
        run = others[1]
        ImportRun.objects.filter(pk=run.pk).update(state="returned", returned_word="Geheim woord")
        assert "Geheim woord" not in raw(own.get(f"{UPLOAD}?continues={run.pk}"))
        own.post(f"{UPLOAD}?continues={run.pk}", {"file": sheet(SELAM)})
        assert ImportRun.objects.latest("pk").continues is None

    @pytest.mark.parametrize("who", ["partner", "editor", "reader"])
    def test_only_who_may_import_opens_or_returns(self, own, as_user, request, who):
        run = sent(own, SELAM)
        client = as_user(request.getfixturevalue(who))
        for name in ("open", "send_back"):
            client.post(reverse(f"dossiers_import_{name}", args=[run.pk]), {"word": "Terug"})
        run.refresh_from_db()
        assert run.state == "sent"

    def test_one_person_by_hand_makes_nobody_absent(self, own, desk, supply):
        own.post(ADD, PERSON)
        run = ImportRun.objects.get()
        desk.post(reverse("dossiers_import_open", args=[run.pk]))
        assert run.counts() == dict.fromkeys(run.counts(), 0) | {"new": 1}


class TestByHand:
    def test_one_person_is_sent_at_once(self, own, coordinator):
        own.post(ADD, PERSON | {"languages": ["ti", "en"], "driving_licence": "ja", "phone": "06 12345678"})
        run = ImportRun.objects.get()
        assert (run.state, run.by_hand, run.counts()["new"]) == ("sent", True, 1)
        assert run.rows.get().given == {
            "given_name": "Omar",
            "family_name": "Said",
            "date_of_birth": "1985-02-01",
            "external_id": "P7",
            "languages": ["en", "ti"],
            "driving_licence": True,
            "phone": "+31612345678",
        }
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize(
        ("field", "value"), [("date_of_birth", "31-02-1985"), ("hours_per_week", "80"), ("notes", "BSN 123456782")]
    )
    def test_what_is_wrong_stands_beside_its_field_and_nothing_stays(self, own, field, value):
        response = own.post(ADD, PERSON | {field: value})
        assert response.context["form"].errors[field]
        assert not ImportRun.objects.exists()
        assert mail.outbox == []

    def test_the_form_asks_nothing_that_is_the_municipalitys(self, own):
        asked = set(own.get(ADD).context["form"].fields)
        assert {"given_name", "profession", "sectors"} <= asked
        assert not asked & {"reference", "status", "coordinator", "expectation_talk_on", "closing_reason"}

    def test_a_correction_starts_from_what_was_given(self, own, supply):
        where = reverse("dossiers_partner_correct", args=[supply.pk])
        own.post(where, filled_in(own.get(where), profession="ober"))
        row = ImportRun.objects.get().rows.get()
        assert (row.action, row.changes) == ("changed", {"profession": ["kok", "ober"]})

    def test_their_number_stays(self, own, supply):
        where = reverse("dossiers_partner_correct", args=[supply.pk])
        own.post(where, filled_in(own.get(where), profession="ober", external_id="P99"))
        assert ImportRun.objects.get().rows.get().given["external_id"] == "P1"

    def test_a_correction_that_corrects_nothing_is_not_sent(self, own, supply):
        where = reverse("dossiers_partner_correct", args=[supply.pk])
        response = own.post(where, filled_in(own.get(where)))
        assert response.context["form"].non_field_errors()
        assert not ImportRun.objects.exists()

    def test_returned_it_is_mended_in_the_form(self, own, desk):
        own.post(ADD, PERSON)
        run = ImportRun.objects.get()
        desk.post(reverse("dossiers_import_open", args=[run.pk]))
        desk.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt het jaar?"})
        where = page("mend", run)
        assert own.post(page("reopen", run)).url == where
        assert "Klopt het jaar?" in text(own.get(where))
        response = own.post(where, filled_in(own.get(where), date_of_birth="31-02-1986"))
        assert response.context["form"].errors["date_of_birth"]
        run.refresh_from_db()
        assert run.state == "returned"
        own.post(where, filled_in(own.get(where), date_of_birth="01-02-1986"))
        run.refresh_from_db()
        assert (run.state, run.rows.get().given["date_of_birth"]) == ("sent", "1986-02-01")


class TestAccess:
    def test_their_menu_holds_their_three_pages_and_nothing_else(self, own):
        shown = raw(own.get("/beheer/"))
        for path in (PEOPLE, LISTS, UPLOAD):
            assert path in shown
        for path in (
            "/beheer/reports/",
            "/beheer/pages/",
            "/beheer/snippets/",
            "/beheer/imports/",
            "/beheer/dossiers/",
        ):
            assert f'"url": "{path}"' not in shown

    @pytest.mark.parametrize("who", ["coordinator", "editor", "reader", "admin"])
    def test_for_anyone_else_the_pages_do_not_exist(self, as_user, request, who, own, supply):
        run = upload(own, SELAM)
        client = as_user(request.getfixturevalue(who))
        for address in addresses(run, supply):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code == 404, address
        assert PEOPLE not in raw(client.get("/beheer/"))

    def test_another_organisations_list_is_not_found(self, own, others):
        supply, run = others
        for address in addresses(run, supply)[4:]:
            assert own.get(address).status_code in (404, 405), address
            assert own.post(address).status_code in (404, 405), address
        assert "vreemd.csv" not in raw(own.get(LISTS))

    def test_a_coordinators_own_import_for_their_organisation_is_not_found(self, own, azc, supply):
        run = ImportRun.objects.create(record="dossiers", organisation=azc, file_name="gemaild.csv", state="previewed")
        assert own.get(page("list", run)).status_code == 404
        assert "gemaild.csv" not in raw(own.get(LISTS))

    def test_every_page_of_imports_and_exports_sends_them_away(self, own, supply):
        run = sent(own, SELAM.replace("kok", "ober"))
        for pattern in menu.admin_urls():
            kinds = {name: type(one).__name__ for name, one in pattern.pattern.converters.items()}
            given = {name: run.pk if kind == "IntConverter" else "dossiers" for name, kind in kinds.items()}
            address = reverse(pattern.name, kwargs=given)
            for response in (own.get(address), own.post(address)):
                assert response.status_code in (302, 403, 404, 405), address
                assert response.status_code != 302 or response.url == "/beheer/", address
        run.refresh_from_db()
        assert run.state == "sent"

    def test_who_is_in_no_organisation_is_told_whom_to_ask(self, as_user, make_user):
        client = as_user(make_user("nieuw", PARTNERS))
        assert "Vraag een begeleider" in text(client.get(PEOPLE))
        for address in (LISTS, UPLOAD, ADD, reverse("dossiers_partner_export", args=["csv"])):
            assert client.get(address).url == PEOPLE

    def test_who_left_the_organisation_finds_nothing(self, own, partner, azc, supply):
        run = sent(own, SELAM.replace("kok", "ober"))
        azc.staff.remove(partner)
        for address in addresses(run, supply):
            response = own.get(address)
            assert response.status_code in (302, 404, 200)
            assert "Selam" not in raw(response), address


def addresses(run: ImportRun, supply: Supply) -> list[str]:
    """All of the partners' own pages; those of one list or person behind the first four."""
    row = run.rows.first()
    names = ("list", "columns", "words", "lines", "progress", "workbook", "send", "reopen", "mend")
    return [
        *(PEOPLE, LISTS, UPLOAD, ADD),
        *(page(name, run) for name in names),
        page("line", run, row.pk if row else 1),
        reverse("dossiers_partner_correct", args=[supply.pk]),
    ]
