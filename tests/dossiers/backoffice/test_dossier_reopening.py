"""A dossier or an interest that is opened again has no closing reason, whichever way it is opened."""

import pytest

from dossiers.models import ClosingReason, Dossier, EmployerInterest, RecordKind, Status, Step

from ..models.factories import make_dossier, make_interest
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import make_placement
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import get_kept_reasons, undo_import
from .bulk import apply_change, change_url, press, preview
from .pages import form_data, text, url

WITHOUT_REASON = "Een open dossier heeft geen afsluitreden"


@pytest.fixture
def reason(base_data):
    return ClosingReason.objects.get(name="Wil niet meer meedoen")


def save_in_form(client, dossier, **values) -> str:
    address = url(Dossier, "edit", dossier.pk)
    return text(client.post(address, form_data(client.get(address), **values), follow=True))


def get_closing(dossier) -> tuple[str, ClosingReason | None]:
    """Return the status and the closing reason, which are those in the history too."""
    dossier.refresh_from_db()
    last = dossier.history.first()
    assert (last.status, last.closing_reason) == (dossier.status, dossier.closing_reason)
    return dossier.status, dossier.closing_reason


def test_a_dossier_that_is_opened_by_hand_loses_its_closing_reason(coordinator_client, reason):
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    for status, expected in ((Status.COMPLETED, reason), (Status.AVAILABLE, None)):
        save_in_form(coordinator_client, dossier, status=status)
        assert get_closing(dossier) == (status, expected)


def test_an_open_dossier_gets_no_closing_reason(coordinator_client, reason):
    dossier = make_dossier()
    assert WITHOUT_REASON in save_in_form(coordinator_client, dossier, closing_reason=reason.pk)
    change = preview(coordinator_client, Dossier, "closing_reason", reason.pk)
    assert WITHOUT_REASON in text(coordinator_client.get(change_url(change)))
    assert get_closing(dossier) == ("registered", None)


def test_a_bulk_change_that_opens_a_dossier_empties_the_reason_and_its_undo_restores_it(coordinator_client, reason):
    moved = ClosingReason.objects.get(side="candidate", name="Verhuisd naar een andere opvang")
    dossiers = [make_dossier(status=Status.WITHDRAWN, closing_reason=each) for each in (reason, moved, None)]
    change = preview(coordinator_client, Dossier, "status", "registered")
    page = text(coordinator_client.get(change_url(change)))
    assert f"Afsluitreden: {reason} → –" in page and f"Afsluitreden: {moved} → –" in page
    press(coordinator_client, change)
    assert [get_closing(dossier) for dossier in dossiers] == [("registered", None)] * 3
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert f"Afsluitreden: – → {reason}" in page and f"Afsluitreden: – → {moved}" in page
    press(coordinator_client, change, "undo/")
    assert [get_closing(dossier)[1] for dossier in dossiers] == [reason, moved, None]


def test_the_undo_of_a_bulk_change_does_not_restore_a_reason_that_only_an_undone_bulk_change_gave(
    coordinator_client, reason
):
    untouched, opened = make_dossier(status=Status.WITHDRAWN), make_dossier(status=Status.WITHDRAWN)
    gave = apply_change(coordinator_client, Dossier, "closing_reason", reason.pk)
    change = apply_change(coordinator_client, Dossier, "status", "available", id=[opened.pk])
    assert f"Afsluitreden: – → {reason}" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, gave, "undo/")
    assert get_closing(untouched) == ("withdrawn", None) and gave.state == "undone"
    assert "Afsluitreden:" not in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_closing(opened) == ("withdrawn", None)


def test_bulk_changes_that_opened_a_dossier_twice_restore_the_reason_that_each_found(coordinator_client, reason):
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    changes = [
        apply_change(coordinator_client, Dossier, "status", status) for status in ("available", "withdrawn", "intake")
    ]
    for change, expected in zip(
        reversed(changes), [("withdrawn", None), ("available", None), ("withdrawn", reason)], strict=True
    ):
        press(coordinator_client, change, "undo/")
        assert get_closing(dossier) == expected


def test_the_bulk_change_that_opened_a_dossier_is_to_be_undone_before_the_one_that_gave_it_a_reason(
    coordinator_client, reason
):
    dossiers = [make_dossier(status=Status.WITHDRAWN), make_dossier(status=Status.WITHDRAWN)]
    change = apply_change(coordinator_client, Dossier, "closing_reason", reason.pk)
    later = [apply_change(coordinator_client, Dossier, "status", "available", id=[dossier.pk]) for dossier in dossiers]
    for opening in reversed(later):  # nothing, then a part can be undone
        page = text(coordinator_client.get(change_url(change, "undo/")))
        assert f"Bulkwijziging {opening.pk} (Status → beschikbaar)" in page.partition("in deze volgorde: ")[2]
        assert "Wijzig of verwijder" not in page
        press(coordinator_client, opening, "undo/")
    assert "in deze volgorde" not in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert [get_closing(dossier) for dossier in dossiers] == [("withdrawn", None)] * 2


def test_a_bulk_change_still_says_that_the_reason_went_after_it_was_applied_and_undone(coordinator_client, reason):
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    change = apply_change(coordinator_client, Dossier, "status", "available")
    assert f"Afsluitreden: {reason} → –" in text(coordinator_client.get(change_url(change)))
    press(coordinator_client, change, "undo/")
    save_in_form(coordinator_client, dossier, closing_reason="")
    assert f"Afsluitreden: – → {reason}" in text(coordinator_client.get(change_url(change), {"show": "restored"}))


def test_a_reason_that_was_deleted_since_does_not_come_back(coordinator_client, reason):
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    change = apply_change(coordinator_client, Dossier, "status", "registered")
    reason.delete()
    press(coordinator_client, change, "undo/")
    assert get_closing(dossier) == ("withdrawn", None)


def test_the_undo_of_a_bulk_change_that_closed_a_dossier_empties_a_later_reason(coordinator_client, reason):
    dossier = make_dossier()
    change = apply_change(coordinator_client, Dossier, "status", "withdrawn")
    save_in_form(coordinator_client, dossier, closing_reason=reason.pk)
    assert get_closing(dossier) == ("withdrawn", reason)
    assert f"Afsluitreden: {reason} → –" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_closing(dossier) == ("registered", None)


def test_the_undo_of_a_list_that_closed_a_dossier_empties_a_later_reason(coordinator_client, reason, tmp_path):
    dossier = make_dossier()
    run = Lists(tmp_path).apply({"Referentie": dossier.reference, "Status": "teruggetrokken"})
    save_in_form(coordinator_client, dossier, closing_reason=reason.pk)
    page = text(coordinator_client.get(f"/beheer/imports/{run.pk}/undo/"))
    assert "Afsluitreden" in page and str(reason) in page
    undo_import(run)
    assert get_closing(dossier) == ("registered", None) and not get_kept_reasons(run)


def test_the_undo_of_a_list_gives_an_open_dossier_no_reason(coordinator_client, reason, tmp_path):
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    run = Lists(tmp_path).apply({"Referentie": dossier.reference, "Afsluitreden": "leegmaken", "Beroep": "kok"})
    assert get_closing(dossier) == ("withdrawn", None)
    save_in_form(coordinator_client, dossier, status="registered")
    undo_import(run)
    assert get_closing(dossier) == ("registered", None) and get_kept_reasons(run) == {2: {"closing_reason": ["edited"]}}


def test_a_list_gives_an_open_dossier_no_reason(reason, tmp_path):
    lists, dossier = Lists(tmp_path), make_dossier()
    row = {"Referentie": dossier.reference, "Afsluitreden": reason.name}
    assert set(lists.preview(row).rows.get().errors) == {"closing_reason"}
    assert lists.preview(row | {"Status": "teruggetrokken"}).rows.get().errors == {}


@pytest.mark.parametrize("side", ["kept", "other"])
def test_a_merge_takes_the_reason_with_the_status_and_its_undo_restores_both(coordinator_client, reason, side):
    closed, dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason), make_dossier()
    page = text(coordinator_client.get(f"/beheer/dossiers/{closed.pk}/merge/{dossier.pk}/"))
    assert f"(Afsluitreden: {reason})" in page
    done = merge_dossiers(closed, dossier, status=side)
    assert get_closing(closed) == (("withdrawn", reason) if side == "kept" else ("registered", None))
    undo_merge(done)
    assert get_closing(closed) == ("withdrawn", reason) and get_closing(dossier) == ("registered", None)


def test_a_merge_with_a_placed_dossier_says_that_it_empties_the_reason(coordinator_client, reason):
    closed = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    placed = make_placement(Step.PROPOSED).dossier
    page = text(coordinator_client.get(f"/beheer/dossiers/{closed.pk}/merge/{placed.pk}/"))
    assert f"De afsluitreden “{reason}” wordt leeggemaakt" in page
    done = merge_dossiers(closed, placed)
    assert get_closing(closed) == ("matched", None)
    undo_merge(done)
    assert get_closing(closed) == ("withdrawn", reason)


def test_the_undo_of_a_merge_that_closed_a_dossier_empties_a_later_reason(coordinator_client, reason):
    dossier = make_dossier()
    done = merge_dossiers(dossier, make_dossier(status=Status.WITHDRAWN), status="other")
    save_in_form(coordinator_client, dossier, closing_reason=reason.pk)
    undo_merge(done)
    assert get_closing(dossier) == ("registered", None)


@pytest.fixture
def interest(base_data):
    return make_interest(status="closed", closing_reason=ClosingReason.objects.filter(side="employer").first())


def test_a_bulk_change_that_opens_an_interest_empties_its_reason_and_its_undo_restores_it(coordinator_client, interest):
    reason = interest.closing_reason
    change = preview(coordinator_client, EmployerInterest, "status", "contacted")
    assert f"Afsluitreden: {reason} → –" in text(coordinator_client.get(change_url(change)))
    press(coordinator_client, change)
    assert get_closing(interest) == ("contacted", None)
    assert f"Afsluitreden: {reason} → –" in text(coordinator_client.get(change_url(change)))
    assert f"Afsluitreden: – → {reason}" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_closing(interest) == ("closed", reason)


def test_an_interest_that_is_opened_by_hand_loses_its_reason_and_gets_none(coordinator_client, interest):
    reason, address = interest.closing_reason, url(EmployerInterest, "edit", interest.pk)
    for values in ({"status": "contacted"}, {"closing_reason": reason.pk}):
        page = text(coordinator_client.post(address, form_data(coordinator_client.get(address), **values), follow=True))
        assert get_closing(interest) == ("contacted", None)
    assert "Een open interesse heeft geen afsluitreden" in page


def test_a_list_that_opens_an_interest_empties_its_reason_and_its_undo_restores_it(
    coordinator_client, interest, tmp_path
):
    reason, lists = interest.closing_reason, Lists(tmp_path)
    opening = {"Referentie": interest.reference, "Status": "contact gehad"}
    run = lists.preview(opening, record=RecordKind.EMPLOYER_INTEREST)
    assert f"{reason} → wordt leeg" in text(coordinator_client.get(f"/beheer/imports/{run.pk}/"))
    run = lists.apply(opening, record=RecordKind.EMPLOYER_INTEREST)
    assert get_closing(interest) == ("contacted", None)
    undo_import(run)
    assert get_closing(interest) == ("closed", reason)
    row = {"Referentie": interest.reference, "Status": "contact gehad", "Afsluitreden": "Plekken vervuld"}
    assert set(lists.preview(row, record=RecordKind.EMPLOYER_INTEREST).rows.get().errors) == {"closing_reason"}
