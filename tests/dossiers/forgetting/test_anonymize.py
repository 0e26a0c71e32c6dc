"""An anonymized dossier is shown as such, can't be changed or found, and does not change the figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
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

from ..backoffice.pages import form_data, raw, text, url
from ..models.factories import make_dossier, make_interest
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding, saved
from ..spreadsheets.imports import AZC, WERKCORPORATIE, Lists

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


# --- What keeps it from going ---------------------------------------------------------------------------------------


def test_an_open_dossier_is_not_anonymised():
    with pytest.raises(AnonymizationRefused, match="Sluit het eerst"):
        anonymize(make_dossier())
    assert Dossier.objects.not_anonymised().count() == 1


def test_one_with_a_placement_that_has_not_ended_is_not_anonymised():
    placement = make_placement(Step.WORKING)
    Dossier.objects.filter(pk=placement.dossier_id).update(status=Status.COMPLETED)
    with pytest.raises(AnonymizationRefused, match=f"{placement.reference} is niet beëindigd"):
        anonymize(placement.dossier)


def test_one_that_stands_in_a_list_still_at_work_is_not_anonymised(lists):
    run = lists.apply(ROW)
    waiting = lists.preview(ROW | {"Beroep": "kok"})
    dossier = Dossier.objects.get()
    with pytest.raises(AnonymizationRefused, match=f"import {waiting.pk} "):
        anonymize(dossier)
    waiting.delete()
    assert anonymize(dossier).anonymised_at
    assert not run.rows.exists()


def test_a_list_with_nothing_but_errors_keeps_nobody_and_is_closed(lists):
    lists.apply(ROW)
    waiting = lists.preview(ROW | {"Geboortedatum": "31-02-1990"}, ROW | {"Achternaam": "Said", "Geboortedatum": "x"})
    assert set(waiting.rows.values_list("action", flat=True)) == {"error"}
    assert anonymize(Dossier.objects.get()).anonymised_at
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows.count(), bool(waiting.clean_copy)) == (ImportRun.State.REFUSED, 0, False)
    assert "iemand die erin staat is vergeten" in waiting.reason


def test_nobody_is_anonymised_twice():
    dossier = anonymize(make_closed_dossier())
    with pytest.raises(AnonymizationRefused, match="al geanonimiseerd"):
        anonymize(dossier)


def test_when_something_goes_wrong_nothing_has_gone(monkeypatch):
    dossier = make_closed_dossier(notes="Belt graag 's avonds")
    monkeypatch.setattr("dossiers.forgetting.anonymize.save_with_reason", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        anonymize(dossier)
    assert Dossier.objects.get().notes == "Belt graag 's avonds"


# --- It is nobody any more -------------------------------------------------------------------------------------------


def test_it_shows_as_anonymised_and_its_name_finds_nothing(coordinator_client):
    dossier = anonymize(make_closed_dossier())
    assert dossier.heading == f"{dossier.reference} · geanonimiseerd"
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "Dit dossier is geanonimiseerd op" in page and "Selamawit" not in page
    assert not Dossier.objects.search("Selamawit").exists()
    assert Dossier.objects.search(dossier.reference).get() == dossier


def test_its_page_offers_nothing_to_do(coordinator_client):
    dossier = make_closed_dossier()
    before = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    anonymize(dossier)
    after = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    for words in ("Gesprek vastleggen", "Wijzig ", "Nieuwe actie", "Brief met een link", "Anonimiseren…"):
        assert words in before and words not in after, words


def test_the_pages_say_how_somebody_is_forgotten_to_those_who_may(coordinator_client, as_user, make_user):
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


def test_it_can_not_be_changed_through_its_form(coordinator_client):
    dossier = make_closed_dossier()
    edit = url(Dossier, "edit", dossier.pk)
    form = form_data(coordinator_client.get(edit))
    anonymize(dossier)
    for response in (coordinator_client.get(edit), coordinator_client.post(edit, form | {"profession": "kok"})):
        assert (response.status_code, response["Location"]) == (302, url(Dossier, "inspect", dossier.pk))
    assert Dossier.objects.get().profession == ""


@pytest.mark.parametrize("name", ["dossiers_talk", "dossiers_moved", "dossiers_keep_longer", "dossiers_letter"])
def test_nothing_can_be_recorded_about_it(coordinator_client, name):
    dossier = make_closed_dossier()
    assert coordinator_client.get(reverse(name, args=[dossier.pk])).status_code == 200
    anonymize(dossier)
    assert coordinator_client.get(reverse(name, args=[dossier.pk])).status_code == 404


def test_nobody_can_choose_it_in_a_form(coordinator_client):
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


def test_its_rules_refuse_every_change():
    dossier = anonymize(make_closed_dossier())
    dossier.given_name, dossier.family_name, dossier.date_of_birth = "Omar", "Said", date(1990, 1, 1)
    with pytest.raises(ValidationError, match="geanonimiseerd"):
        dossier.full_clean()


def test_it_is_not_merged_with_anybody(coordinator_client):
    dossier, other = anonymize(make_closed_dossier()), make_dossier()
    assert coordinator_client.get(reverse("dossiers_merge", args=[other.pk, dossier.pk])).status_code == 404
    with pytest.raises(NotApplied):
        merge(other.pk, dossier.pk, {}, None, "")


# --- Lists, matching, rules ------------------------------------------------------------------------------------------


def test_the_same_person_in_a_new_list_is_somebody_new(lists):
    lists.apply(ROW)
    dossier = anonymize(Dossier.objects.get())
    run = lists.apply(ROW)
    assert run.counts()["new"] == 1
    assert Dossier.objects.not_anonymised().get().full_name == "Selamawit Haile"
    assert Dossier.objects.get(pk=dossier.pk).full_name == "geanonimiseerd"


def test_a_list_that_names_its_reference_is_told_that_there_is_none(lists):
    lists.apply(ROW)
    dossier = anonymize(Dossier.objects.get())
    (row,) = lists.preview_rows({"Referentie": dossier.reference, "Beroep": "kok"})
    assert row["action"] == "error" and "reference" in row["errors"]


def test_a_list_without_it_does_not_miss_it(lists):
    lists.apply(ROW)
    anonymize(Dossier.objects.get())
    run = lists.preview(ROW | {"Extern nummer": "P2", "Voornaam": "Omar"})
    assert run.counts()["absent"] == 0


def test_an_import_that_is_undone_does_not_bring_it_back(lists, coordinator):
    from dossiers.spreadsheets.undo import undo

    lists.apply(ROW)
    run = lists.apply(ROW | {"Beroep": "kok"})
    anonymize(Dossier.objects.get())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDOING)
    undo.undo(ImportRun.objects.get(pk=run.pk))
    dossier = Dossier.objects.get()
    assert (dossier.full_name, dossier.profession) == ("geanonimiseerd", "")


def test_it_fits_no_offer_and_no_rule_sees_it(coordinator):
    dossier = make_closed_dossier(work_right="none", sectors=["Horeca"])
    anonymize(dossier)
    assert find_candidates(make_interest(), coordinator).compared == 0
    apply_rules(today())
    assert not FollowUp.objects.exists()


def test_partners_see_it_no_more(as_user, partner):
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


def test_every_figure_is_the_same_before_and_after():
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


# What was searched for


@pytest.mark.parametrize(("fields", "before", "after"), [
    ({"family_name": "Müller"}, "q=M%C3%BCller&status=intake", "q=%E2%80%A6&status=intake"),
    ({"family_name": "Al Hassan"}, "q=Al+Hassan", "q=%E2%80%A6"),
    ({"email": "a@b.nl"}, "own_mail=a%40b.nl&id=3&id=4", "own_mail=%E2%80%A6&id=3&id=4"),
    ({"number": "112"}, "sector=112&q=112", "sector=112&q=%E2%80%A6"),
    ({"family_name": "Müller"}, "q=M%C3%BCllerstraat&sort=%2Dname", "q=M%C3%BCllerstraat&sort=%2Dname"),
])  # fmt: skip
def test_in_an_address_the_person_is_found_as_it_was_typed_and_numbers_of_choices_stay(
    coordinator, fields, before, after
):
    number = fields.pop("number", "")
    dossier = make_closed_dossier(**fields)
    sender = Organisation.objects.first()
    Supply.objects.create(dossier=dossier, organisation=sender, external_id=number)
    change = BulkChange.objects.create(kind="dossier", field="location", query=before)
    view = SavedView.objects.create(kind="dossier", name="Lijst", query=before, owner=coordinator)
    anonymize(dossier)
    change.refresh_from_db(), view.refresh_from_db()
    assert (change.query, view.query) == (after, after)
