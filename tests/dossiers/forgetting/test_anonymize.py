"""An anonymized dossier is shown as such, can't be changed or found, and does not change the figures."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.generate import apply_rules
from dossiers.figures import BY_NAME, Scope
from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_dossier
from dossiers.matching import find_candidates
from dossiers.models import (
    BulkChange,
    ContactMoment,
    Dossier,
    Expense,
    ExportRun,
    FollowUp,
    ImportRun,
    Organisation,
    SavedView,
    Sector,
    Status,
    Step,
    Supply,
)
from dossiers.models.change_set import NotApplied
from dossiers.models.merges.merge import merge
from dossiers.models.rights import READERS
from dossiers.spreadsheets.imports import staging

from ..backoffice.pages import form_data, raw, text, url
from ..models.factories import make_dossier, make_interest
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding, saved
from ..spreadsheets.imports import AZC, PERSON, WERKCORPORATIE, Lists

pytestmark = pytest.mark.usefixtures("base_data")


def make_closed_dossier(**fields) -> Dossier:
    values = {"given_name": "Selamawit", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    return make_dossier(**values | {"status": Status.WITHDRAWN} | fields)


def anonymize(dossier: Dossier, user=None) -> Dossier:
    return anonymize_dossier(dossier.pk, user, "op verzoek")


@pytest.fixture
def lists(tmp_path) -> Lists:
    return Lists(tmp_path)


ROW = {
    "Extern nummer": "P1",
    "Voornaam": "Selamawit",
    "Achternaam": "Haile",
    "Geboortedatum": "12-03-1990",
    "Status": "afgerond",
}


# --- Obstacles ------------------------------------------------------------------------------------------------------


def test_an_open_dossier_is_not_anonymized():
    with pytest.raises(AnonymizationRefused, match="Sluit het eerst"):
        anonymize(make_dossier())
    assert Dossier.objects.not_anonymised().count() == 1


def test_a_dossier_with_a_placement_that_has_not_ended_is_not_anonymized():
    placement = make_placement(Step.WORKING)
    Dossier.objects.filter(pk=placement.dossier_id).update(status=Status.COMPLETED)
    with pytest.raises(AnonymizationRefused, match=f"{placement.reference} is niet beëindigd"):
        anonymize(placement.dossier)


def test_a_dossier_that_can_not_be_anonymized_yet_leads_to_each_placement_to_end(coordinator_client):
    dossier = make_ready_dossier()
    placements = [make_placement(dossier=dossier) for _number in range(2)]
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    response = coordinator_client.get(address)
    page, words = raw(response), text(response)
    references = " en ".join(placement.reference for placement in placements)
    assert "Dit dossier is open. Sluit het eerst." in words
    assert f"Plaatsingen {references} zijn niet beëindigd. Beëindig die eerst." in words
    assert "Kom daarna terug op deze pagina: dan kunt u het dossier anonimiseren." in words
    for placement in placements:
        assert f'<a href="{url(type(placement), "inspect", placement.pk)}">{placement.heading}</a>' in page
    dossier.placements.update(status=Step.ENDED, ended_on=today())
    Dossier.objects.update(status=Status.COMPLETED)
    assert "Kom daarna terug" not in text(coordinator_client.get(address))


def test_a_dossier_in_an_unfinished_import_is_not_anonymized(lists):
    run = lists.apply(ROW)
    waiting = lists.preview(ROW | {"Beroep": "kok"})
    dossier = Dossier.objects.get()
    with pytest.raises(AnonymizationRefused, match=f"import {waiting.pk} "):
        anonymize(dossier)
    waiting.delete()
    assert anonymize(dossier).anonymised_at
    assert not run.rows.exists()


def test_nobody_is_forgotten_while_a_list_waits_for_an_answer_and_was_not_read(coordinator_client, lists):
    lists.apply(ROW)
    question = ImportRun.objects.create(record="dossiers", file_name="juli.xlsx", state=ImportRun.State.ASKING)
    dossier = Dossier.objects.get()
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    refusal = f"De lijst juli.xlsx (import {question.pk}) is nog niet gelezen"
    assert refusal in text(coordinator_client.get(address))
    coordinator_client.post(address, {"reference": dossier.reference})
    assert Dossier.objects.get().given_name == "Selamawit"
    coordinator_client.post(reverse("dossiers_import_discard", args=[question.pk]))
    coordinator_client.post(address, {"reference": dossier.reference})
    assert Dossier.objects.get().given_name != "Selamawit"


def test_a_sheet_that_was_not_chosen_brings_nobody_back_who_was_forgotten(lists):
    lists.apply(ROW)
    other = lists.preview(PERSON | {"Voornaam": "Omar"})
    other.upload.save("lijst.xlsx", ContentFile(b"with other sheets"))
    anonymize(Dossier.objects.get())
    other.refresh_from_db()
    assert (bool(other.upload), other.state, other.rows.count()) == (False, ImportRun.State.PREVIEWED, 1)


def test_an_import_with_only_errors_does_not_prevent_anonymization_and_is_refused(lists):
    lists.apply(ROW)
    waiting = lists.preview(ROW | {"Geboortedatum": "31-02-1990"}, ROW | {"Achternaam": "Said", "Geboortedatum": "x"})
    assert set(waiting.rows.values_list("action", flat=True)) == {"error"}
    assert anonymize(Dossier.objects.get()).anonymised_at
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows.count(), bool(waiting.clean_copy)) == (ImportRun.State.REFUSED, 0, False)
    assert "iemand die erin staat is vergeten" in waiting.reason


def test_a_dossier_is_not_anonymized_twice():
    dossier = anonymize(make_closed_dossier())
    with pytest.raises(AnonymizationRefused, match="al geanonimiseerd"):
        anonymize(dossier)


def test_an_exception_rolls_the_anonymization_back(monkeypatch):
    dossier = make_closed_dossier(notes="Belt graag 's avonds")
    monkeypatch.setattr("dossiers.forgetting.anonymize.save_with_reason", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        anonymize(dossier)
    assert Dossier.objects.get().notes == "Belt graag 's avonds"


# --- An anonymized dossier -------------------------------------------------------------------------------------------


def test_an_anonymized_dossier_is_marked_and_not_found_by_name(coordinator_client):
    dossier = anonymize(make_closed_dossier())
    assert dossier.heading == f"{dossier.reference} · geanonimiseerd"
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "Dit dossier is geanonimiseerd op" in page and "Selamawit" not in page
    assert not Dossier.objects.search("Selamawit").exists()
    assert Dossier.objects.search(dossier.reference).get() == dossier


def test_the_page_of_an_anonymized_dossier_has_no_buttons(coordinator_client):
    dossier = make_closed_dossier()
    before = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    anonymize(dossier)
    after = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    for words in ("Gesprek vastleggen", "Wijzigen ", "Nieuwe actie", "Brief met een link", "Anonimiseren…"):
        assert words in before and words not in after, words


def test_only_users_with_permission_read_how_to_anonymize(coordinator_client, as_user, make_user):
    opened, shut = make_dossier(), make_closed_dossier()
    how, link = "Iemand vergeten kan als het dossier gesloten is", reverse("dossiers_anonymise", args=[shut.pk])
    assert how in text(coordinator_client.get(url(Dossier, "inspect", opened.pk)))
    page = text(coordinator_client.get(url(Dossier, "inspect", shut.pk)))
    assert "Bekijken wat er weggaat" in page and how not in page
    asked = "Vraagt iemand om te worden vergeten?"
    assert asked in text(coordinator_client.get(reverse("dossiers_forgetting")))
    reader = as_user(make_user("reader", READERS))
    assert asked not in text(reader.get(reverse("dossiers_forgetting")))
    assert "Deze persoon vergeten" not in text(reader.get(url(Dossier, "inspect", opened.pk)))
    shown = reader.get(url(Dossier, "inspect", shut.pk))
    assert link not in shown.content.decode() and "Deze persoon vergeten" not in text(shown)


def test_an_anonymized_dossier_cannot_be_edited(coordinator_client):
    dossier = make_closed_dossier()
    edit = url(Dossier, "edit", dossier.pk)
    form = form_data(coordinator_client.get(edit))
    anonymize(dossier)
    assert coordinator_client.get(edit)["Location"] == url(Dossier, "inspect", dossier.pk)
    assert coordinator_client.post(edit, form | {"profession": "kok"}).status_code == 404
    assert Dossier.objects.get().profession == ""


@pytest.mark.parametrize("name", ["dossiers_talk_dossier", "dossiers_moved", "dossiers_keep_longer", "dossiers_letter"])
def test_nothing_can_be_recorded_about_an_anonymized_dossier(coordinator_client, name):
    dossier = make_closed_dossier()
    assert coordinator_client.get(reverse(name, args=[dossier.pk])).status_code == 200
    anonymize(dossier)
    assert coordinator_client.get(reverse(name, args=[dossier.pk])).status_code == 404


def test_an_anonymized_dossier_is_not_offered_in_choosers(coordinator_client):
    dossier = make_closed_dossier()
    chooser = reverse(Dossier.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
    new = f"{url(ContactMoment, 'add')}?dossier={dossier.pk}"
    assert dossier.reference in text(coordinator_client.get(chooser)) and dossier.reference in raw(
        coordinator_client.get(new)
    )
    anonymize(dossier)
    assert dossier.reference not in text(coordinator_client.get(chooser)) and dossier.reference not in raw(
        coordinator_client.get(new)
    )


def test_validation_of_an_anonymized_dossier_always_fails():
    dossier = anonymize(make_closed_dossier())
    dossier.given_name, dossier.family_name, dossier.date_of_birth = "Omar", "Said", date(1990, 1, 1)
    with pytest.raises(ValidationError, match="geanonimiseerd"):
        dossier.full_clean()


def test_an_anonymized_dossier_cannot_be_merged(coordinator_client):
    dossier, other = anonymize(make_closed_dossier()), make_dossier()
    assert coordinator_client.get(reverse("dossiers_merge", args=[other.pk, dossier.pk])).status_code == 404
    with pytest.raises(NotApplied):
        merge(other.pk, dossier.pk, {}, None, "")


# --- Lists, matching, rules ------------------------------------------------------------------------------------------


def test_importing_an_anonymized_person_creates_a_new_dossier(lists):
    lists.apply(ROW)
    dossier = anonymize(Dossier.objects.get())
    run = lists.apply(ROW)
    assert run.counts()["new"] == 1
    assert Dossier.objects.not_anonymised().get().full_name == "Selamawit Haile"
    assert Dossier.objects.get(pk=dossier.pk).full_name == "geanonimiseerd"


def test_an_import_says_how_many_of_its_people_were_forgotten(coordinator_client, as_user, partner, lists):
    run = lists.apply(ROW, ROW | {"Voornaam": "Omar", "Extern nummer": "P2"}, by_partner=True, sent_at=timezone.now())
    pages = reverse("dossiers_import", args=[run.pk]), reverse("dossiers_partner_list", args=[run.pk])
    clients = list(zip((coordinator_client, as_user(partner)), pages, strict=True))
    later = reverse("dossiers_import", args=[lists.apply(ROW | {"Voornaam": "Omar", "Extern nummer": "P2"}).pk])
    sentence = "1 persoon in deze import is vergeten of verwijderd, voor of na het importeren."
    for client, page in clients:
        assert "2 nieuw" in text(client.get(page)) and "vergeten" not in text(client.get(page))
    assert "1 persoon staat niet meer in de lijst" in text(coordinator_client.get(later))
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize(Dossier.objects.get(given_name="Selamawit"))
    for client, page in clients:
        assert sentence in text(client.get(page))
    assert "1 nieuw" in text(coordinator_client.get(pages[0]))
    assert "vergeten" not in text(coordinator_client.get(later)), "she was absent from that list"


def test_forgetting_a_person_leaves_the_open_lines_of_others_in_the_list_to_be_decided(
    coordinator_client, as_user, partner, lists
):
    people = [
        {"Extern nummer": "P1", "Voornaam": "Anton", "Achternaam": "Maas", "Geboortedatum": "01-01-1980"},
        {"Extern nummer": "P2", "Voornaam": "Bertus", "Achternaam": "Vis", "Geboortedatum": "02-02-1981"},
        {"Extern nummer": "P3", "Voornaam": "Bertuss", "Achternaam": "Vis", "Geboortedatum": "02-02-1981"},
        {"Extern nummer": "P4", "Voornaam": "Cora", "Achternaam": "Bos", "Geboortedatum": "31-02-1990"},
    ]
    people[3]["Opmerkingen"] = "Zus van Anton Maas"
    run = lists.apply(*people, good_rows_only=True, by_partner=True, sent_at=timezone.now())
    assert {"new": 2, "similar": 1, "error": 1}.items() <= run.counts().items()
    page, partner_page = reverse("dossiers_import", args=[run.pk]), reverse("dossiers_partner_list", args=[run.pk])
    partner_client = as_user(partner)
    for name, new in (("Anton", 1), ("Bertus", 0)):
        Dossier.objects.filter(given_name=name).update(status=Status.WITHDRAWN)
        anonymize(Dossier.objects.get(given_name=name))
        shown = text(partner_client.get(partner_page))
        assert f"{new} nieuw, 0 gewijzigd, 0 ongewijzigd, 2 nog niet beslist" in shown
        assert "4 Bertuss Vis " in shown and "5 Cora Bos " in shown and "Nog niet beslist" in shown
        shown = text(coordinator_client.get(page))
        assert (f"{new} nieuw" in shown) == bool(new) and "Beslissen over die 2 regels" in shown
    run.refresh_from_db()
    copy = gzip.decompress(run.clean_copy.open("rb").read()).decode()
    assert "Anton" not in copy and "P1" not in copy and 'Bertus"' not in copy and "Cora" in copy
    coordinator_client.post(reverse("dossiers_import_continue", args=[run.pk]))
    later = ImportRun.objects.latest("pk")
    assert dict(later.rows.values_list("line", "action")) == {4: "new", 5: "error"}


def test_a_row_with_the_reference_of_an_anonymized_dossier_is_an_error(lists):
    lists.apply(ROW)
    dossier = anonymize(Dossier.objects.get())
    (row,) = lists.preview_rows({"Referentie": dossier.reference, "Beroep": "kok"})
    assert row["action"] == "error" and "reference" in row["errors"]


def test_an_anonymized_dossier_is_not_reported_as_absent_from_an_import(lists):
    lists.apply(ROW)
    anonymize(Dossier.objects.get())
    run = lists.preview(ROW | {"Extern nummer": "P2", "Voornaam": "Omar"})
    assert run.counts()["absent"] == 0


def test_undoing_an_import_does_not_restore_an_anonymized_dossier(lists, coordinator):
    from dossiers.spreadsheets.undo import undo

    lists.apply(ROW)
    run = lists.apply(ROW | {"Beroep": "kok"})
    anonymize(Dossier.objects.get())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDOING)
    undo.undo(ImportRun.objects.get(pk=run.pk))
    dossier = Dossier.objects.get()
    assert (dossier.full_name, dossier.profession) == ("geanonimiseerd", "")


def test_matching_and_action_rules_ignore_an_anonymized_dossier(coordinator):
    dossier = make_closed_dossier(work_right="none", sectors=["Horeca"])
    anonymize(dossier)
    assert find_candidates(make_interest(), coordinator).compared == 0
    apply_rules(today())
    assert not FollowUp.objects.exists()


def test_partners_do_not_see_an_anonymized_dossier(as_user, partner):
    sender = Organisation.objects.named(AZC)
    values = {"given_name": "Selamawit", "family_name": "Haile", "date_of_birth": "1990-03-12"}
    supply = Supply.objects.create(dossier=make_closed_dossier(), organisation=sender, external_id="P1", values=values)
    theirs = as_user(partner)
    assert "Selamawit" in text(theirs.get(reverse("dossiers_partner_people")))
    anonymize(supply.dossier)
    page = text(theirs.get(reverse("dossiers_partner_people")))
    assert ("Selamawit" not in page and "Nog niemand" in page) or "0" in page
    assert theirs.get(reverse("dossiers_partner_correct", args=[supply.pk])).status_code == 404


# --- Figures ---------------------------------------------------------------------------------------------------------


def read_all_figures() -> dict[str, object]:
    """Return each figure for several periods, and per sector and organisation where it has those."""
    horeca, azc = Sector.objects.get(name="Horeca").pk, Organisation.objects.named(AZC).pk
    scopes = [Scope(today()), Scope(today(), days_ago(150)), Scope(days_ago(100)), Scope(days_ago(60), days_ago(150))]
    numbers = {}
    for figure in BY_NAME.values():
        for scope in scopes:
            numbers[figure.address(scope)] = figure(scope).number
        for part, key in {"sector": horeca, "organisation": azc}.items():
            if figure.knows(part):
                numbers[f"{figure.name} {part}"] = figure(Scope(today(), **{part: key})).number
    return numbers


def test_anonymizing_does_not_change_any_figure():
    interest = make_interest()
    interest.employer.sector = Sector.objects.get(name="Horeca")
    interest.employer.save()
    done = make_placement(Step.ENDED, make_ready_dossier(sectors=["Horeca"]), interest, begun=120)
    withdrawn = make_closed_dossier(
        sectors=["Horeca"], expectation_talk_on=days_ago(90), application_date=days_ago(300)
    )
    for dossier, sender in ((done.dossier, AZC), (withdrawn, WERKCORPORATIE)):
        Supply.objects.create(dossier=dossier, organisation=Organisation.objects.named(sender), external_id="P1")
    Dossier.objects.get(pk=done.dossier_id).history.update(history_date=timezone.now())
    about = {"dossier": done.dossier, "placement": done}
    finding = make_finding(**about, noticed_on=days_ago(80), solved_on=days_ago(70), employer=interest.employer)
    finding.save()
    finding.confirmed_at = timezone.now()
    finding.save()
    saved(Expense(category="guidance", description="Uitleg aan Selamawit", amount=Decimal(40), dossier=done.dossier))
    saved(ContactMoment(text="Met Selamawit bij de kas", interest=interest, dossier=done.dossier))
    finished = Dossier.objects.get(pk=done.dossier_id)
    finished.status = Status.COMPLETED
    finished.save()
    before = read_all_figures()
    assert before[f"worked.{Scope(today()).code}"] == 1 and before[f"spent.{Scope(today()).code}"] == 40
    anonymize(finished)
    anonymize(withdrawn)
    assert Dossier.objects.not_anonymised().count() == 0
    assert read_all_figures() == before


# Stored query strings


@pytest.mark.parametrize(("fields", "before", "after"), [
    ({"family_name": "Müller"}, "q=M%C3%BCller&status=intake", "q=%E2%80%A6&status=intake"),
    ({"family_name": "Al Hassan"}, "q=Al+Hassan", "q=%E2%80%A6"),
    ({"email": "a@b.nl"}, "own_mail=a%40b.nl&id=3&id=4", "own_mail=%E2%80%A6&id=3&id=4"),
    ({"number": "112"}, "sector=112&q=112", "sector=112&q=%E2%80%A6"),
    ({"family_name": "Müller"}, "q=M%C3%BCllerstraat&sort=%2Dname", "q=M%C3%BCllerstraat&sort=%2Dname"),
])  # fmt: skip
def test_personal_data_in_stored_query_strings_is_masked_but_ids_remain(coordinator, fields, before, after):
    number = fields.pop("number", "")
    dossier = make_closed_dossier(**fields)
    sender = Organisation.objects.first()
    Supply.objects.create(dossier=dossier, organisation=sender, external_id=number)
    change = BulkChange.objects.create(kind="dossier", field="location", query=before)
    view = SavedView.objects.create(kind="dossier", name="Lijst", query=before, owner=coordinator)
    anonymize(dossier)
    change.refresh_from_db(), view.refresh_from_db()
    assert (change.query, view.query) == (after, after)


def test_stored_searches_go_with_a_forgotten_person_as_a_part_of_a_name_may_be_searched(coordinator):
    searched, filtered = (
        BulkChange.objects.create(kind="dossier", field="location", state="previewed", query=query)
        for query in ("q=sela&status=intake", "status=intake")
    )
    export = ExportRun.objects.create(
        user=coordinator, kind="employerinterest", format="csv", state="ready", query="q=sela"
    )
    anonymize(make_closed_dossier())
    for stored in (searched, filtered, export):
        stored.refresh_from_db()
    assert (searched.query, filtered.query, export.query) == ("", "status=intake", "")
    assert "niet meer bewaard" in searched.reason


def test_the_copy_of_a_list_loses_the_name_in_its_headers_and_in_words_that_were_asked(
    lists, django_capture_on_commit_callbacks
):
    dossier = make_closed_dossier()
    other = {"Extern nummer": "P2", "Voornaam": "Robel", "Achternaam": "Haile", "Geboortedatum": "01-02-1991"}
    run = lists.preview(other | {"Notitie van Haile": "Kookt", "Niveau Nederlands": "als Selamawit"})
    untouched = lists.preview(other)
    name_before = untouched.clean_copy.name
    with django_capture_on_commit_callbacks(execute=True):
        anonymize(dossier)
    run.refresh_from_db(), untouched.refresh_from_db()
    copy = gzip.decompress(run.clean_copy.open("rb").read()).decode()
    assert "Notitie van …" in copy and "als …" in copy and "Selamawit" not in copy
    assert copy.count("Haile") == 1, "the family name of somebody else"
    assert untouched.clean_copy.name == name_before
    staging.stage(run, None)
    assert run.rows.get().line == 2
