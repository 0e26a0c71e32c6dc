"""Closed dossiers are anonymized after the number of months that the municipality set, and not a day before."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dossiers.backoffice.forgetting.term import DueRecords
from dossiers.forgetting.retention import forget
from dossiers.models import Dossier, KeptLonger, Retention, Status
from dossiers.models.dossiers.readiness import add_months
from dossiers.models.dossiers.retention import find_expired_dossiers, get_closed_dossiers
from dossiers.tasks import each_morning

from ..backoffice.pages import text
from ..models.factories import make_dossier
from ..models.placements import noon_of, today

pytestmark = pytest.mark.usefixtures("base_data")


def set_retention(months: int | None) -> None:
    """Set a term that is in force already."""
    Retention.objects.filter(pk=Retention.load().pk).update(months=months)


def make_dossier_closed_on(day: date, **fields) -> Dossier:
    """Make a dossier that was created ten days before that day, and closed on it."""
    dossier = make_dossier(**fields)
    dossier.status = Status.WITHDRAWN
    dossier.save()
    made, closed = dossier.history.order_by("history_id")
    type(made).objects.filter(pk=made.pk).update(history_date=noon_of(day - timedelta(days=10)))
    type(closed).objects.filter(pk=closed.pk).update(history_date=noon_of(day))
    return dossier


def test_by_default_nothing_is_anonymized():
    make_dossier_closed_on(date(2001, 1, 1))
    assert Retention.load().months is None
    assert forget(today()).forgotten == []
    assert Dossier.objects.not_anonymised().count() == 1


def test_a_dossier_is_anonymized_on_the_day_that_its_term_ends():
    set_retention(6)
    dossier = make_dossier_closed_on(date(2026, 3, 15))
    assert forget(date(2026, 9, 14)).forgotten == []
    ((reference, reason),) = forget(date(2026, 9, 15)).forgotten
    assert (reference, reason) == (dossier.reference, "gesloten op 15-03-2026; 6 maanden bewaard")
    assert Dossier.objects.get().anonymised_at


def test_a_second_run_anonymizes_nothing():
    set_retention(1)
    make_dossier_closed_on(date(2026, 3, 15))
    assert len(forget(today()).forgotten) == 1
    assert forget(today()).forgotten == []


def test_an_open_dossier_is_never_anonymized():
    set_retention(1)
    make_dossier(created_at=noon_of(date(2001, 1, 1)))
    assert forget(today()).forgotten == []


def test_the_term_of_a_reopened_dossier_starts_at_its_last_closing():
    set_retention(6)
    dossier = make_dossier_closed_on(date(2025, 1, 10))
    for status, day in ((Status.AVAILABLE, date(2026, 1, 10)), (Status.COMPLETED, date(2026, 5, 1))):
        dossier.status = status
        dossier.save()
        dossier.history.filter(pk=dossier.history.latest("history_id").pk).update(history_date=noon_of(day))
    dossier.notes = "nog een keer opgeslagen"
    dossier.save()
    assert timezone.localdate(get_closed_dossiers().get().closed_at) == date(2026, 5, 1)
    assert forget(date(2026, 10, 31)).forgotten == []
    assert len(forget(date(2026, 11, 1)).forgotten) == 1


def test_without_a_closing_in_the_history_the_term_starts_at_the_last_change():
    set_retention(1)
    make_dossier()
    Dossier.objects.update(status=Status.WITHDRAWN)
    assert forget(today()).forgotten == []


def test_a_decision_to_retain_a_dossier_holds_until_its_date(coordinator):
    set_retention(1)
    dossier = make_dossier_closed_on(date(2026, 3, 15))
    KeptLonger.objects.create(dossier=dossier, until=date(2026, 8, 1), reason="klacht", user=coordinator)
    assert forget(date(2026, 8, 1)).forgotten == []
    assert len(forget(date(2026, 8, 2)).forgotten) == 1


def test_the_newest_decision_to_retain_a_dossier_applies():
    dossier = make_dossier_closed_on(date(2026, 3, 15))
    set_retention(1)
    for until in (date(2030, 1, 1), date(2026, 6, 1)):
        KeptLonger.objects.create(dossier=dossier, until=until, reason="klacht")
    assert len(forget(date(2026, 6, 2)).forgotten) == 1


def test_a_failing_dossier_does_not_block_the_others(monkeypatch):
    set_retention(1)
    stuck, other = make_dossier_closed_on(date(2026, 3, 15)), make_dossier_closed_on(date(2026, 3, 16))
    from dossiers.forgetting import retention

    anonymize = retention.anonymize_dossier
    monkeypatch.setattr(
        retention, "anonymize_dossier", lambda key, *rest: 1 / 0 if key == stuck.pk else anonymize(key, *rest)
    )
    outcome = forget(today())
    assert [reference for reference, _why in outcome.forgotten] == [other.reference]
    assert outcome.left == [(stuck.reference, "Er ging iets mis. In het logboek staat wat.")]


@given(st.integers(1, 240), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-40, 40))
def test_closed_before_agrees_with_get_anonymization_date(months, day, shift):
    retention = Retention(months=months)
    closed = add_months(day, -months) + timedelta(days=shift)
    assert (closed <= retention.closed_before(day)) == (retention.get_anonymization_date(closed) <= day)


# --- The command and the worker --------------------------------------------------------------------------------------


def test_the_dry_run_lists_references_and_changes_nothing(capsys):
    set_retention(1)
    dossier = make_dossier_closed_on(date(2026, 3, 15), given_name="Selamawit")
    call_command("forget", "--dry-run")
    output = capsys.readouterr().out
    assert output == f"Zou worden geanonimiseerd: {dossier.reference} (gesloten op 15-03-2026; 1 maand bewaard).\n"
    assert Dossier.objects.not_anonymised().exists()
    call_command("forget")
    assert capsys.readouterr().out.startswith(f"Geanonimiseerd: {dossier.reference}")
    assert not Dossier.objects.not_anonymised().exists()
    call_command("forget")
    assert capsys.readouterr().out == "Er is niets te vergeten.\n"


def test_the_command_reports_that_no_term_is_set(capsys):
    make_dossier_closed_on(date(2026, 3, 15))
    call_command("forget")
    assert "geen termijn ingesteld" in capsys.readouterr().out


def test_the_worker_anonymizes_expired_dossiers_every_morning():
    set_retention(1)
    make_dossier_closed_on(date(2026, 3, 15))
    each_morning.call()
    assert not Dossier.objects.not_anonymised().exists()


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_reports_that_no_term_is_set(coordinator_client):
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    assert "Er is geen termijn ingesteld: er wordt niets vanzelf geanonimiseerd." in page


def test_coordinators_set_the_term(coordinator_client):
    address = reverse("dossiers_term")
    assert coordinator_client.get(address).status_code == 200
    coordinator_client.post(address, {"months": "24"})
    assert Retention.load().months == 24
    assert "24 maanden na het sluiten" in text(coordinator_client.get(reverse("dossiers_forgetting")))


def test_the_page_lists_dossiers_due_within_thirty_days_and_counts_anonymized_dossiers(coordinator_client):
    set_retention(6)
    soon = make_dossier_closed_on(add_months(today() + timedelta(days=20), -6), given_name="Straks")
    make_dossier_closed_on(add_months(today() + timedelta(days=40), -6), given_name="Later")
    make_dossier_closed_on(date(2020, 1, 1))
    assert len(forget(today()).forgotten) == 1
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    assert "Straks" in page and soon.reference in page and "Later" not in page
    assert "Geanonimiseerd 1" in page


def test_retaining_a_dossier_longer_removes_it_from_the_due_list_and_shows_the_reason(coordinator_client):
    set_retention(6)
    dossier = make_dossier_closed_on(date(2026, 5, 30))
    address = reverse("dossiers_keep_longer", args=[dossier.pk])
    for wrong in ({"until": "2020-01-01", "reason": "klacht"}, {"until": f"{today() + timedelta(days=90)}"}):
        assert coordinator_client.post(address, wrong).status_code == 200
    until = today() + timedelta(days=90)
    coordinator_client.post(address, {"until": f"{until:%d-%m-%Y}", "reason": "De klacht loopt nog"})
    decision = KeptLonger.objects.get()
    assert (decision.until, decision.user.username) == (until, "coordinator")
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    assert "De klacht loopt nog" in page and "Gaat binnen 30 dagen weg 0" in page
    assert not find_expired_dossiers(today()).exists()


def test_a_reason_with_a_private_number_is_refused(coordinator_client):
    dossier = make_dossier_closed_on(date(2026, 5, 30))
    data = {"until": f"{today() + timedelta(days=9):%d-%m-%Y}", "reason": "BSN 123456782"}
    assert coordinator_client.post(reverse("dossiers_keep_longer", args=[dossier.pk]), data).status_code == 200
    assert not KeptLonger.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_the_query_count_of_the_page_does_not_grow_with_the_number_of_dossiers(
    coordinator_client, number, django_assert_max_num_queries
):
    set_retention(6)
    for _number in range(number):
        make_dossier_closed_on(date(2020, 1, 1))
    coordinator_client.get(reverse("dossiers_forgetting"))
    with django_assert_max_num_queries(40):
        coordinator_client.get(reverse("dossiers_forgetting"))


def test_only_coordinators_see_the_page(as_user, reader, editor, partner):
    for user in (reader, editor, partner):
        assert as_user(user).get(reverse("dossiers_forgetting")).status_code == 404


# --- A new or shorter term: confirmation, and a day in which the term can be stopped ---------------------------------

HOUR = timedelta(hours=1)


def test_a_new_or_shorter_term_takes_effect_after_a_day_and_a_longer_term_at_once():
    now, retention = timezone.now(), Retention()
    retention.set_terms((24, None), now)
    assert retention.is_waiting(now + timedelta(hours=23)) and not retention.is_waiting(now + timedelta(hours=24))
    later = now + timedelta(days=2)
    retention.set_terms((36, None), later)  # longer: fewer dossiers are due
    assert not retention.is_waiting(later)
    retention.set_terms((36, 12), later)
    assert retention.is_waiting(later)


def test_a_new_term_waits_a_day_however_it_is_saved():
    make_dossier_closed_on(date(2020, 1, 1))
    retention = Retention.load()
    retention.months = 6
    retention.save()
    assert retention.is_waiting(timezone.now()) and forget(today()).forgotten == []
    Retention.objects.update(waits_until=None)
    Retention.objects.update_or_create(pk=retention.pk, defaults={"employer_months": 6})
    assert Retention.load().is_waiting(timezone.now())
    assert Retention.load().get_terms_in_force(timezone.now()) == (6, None)


def test_only_a_shorter_term_restarts_the_wait_and_stopping_restores_the_term_in_force():
    now, retention = timezone.now(), Retention(months=24)
    retention.set_terms((6, None), now)
    retention.set_terms((3, None), now + 2 * HOUR)
    assert retention.waits_until == now + 26 * HOUR
    retention.set_terms((12, None), now + 3 * HOUR)
    assert (retention.waits_until, retention.get_terms_in_force(now + 3 * HOUR)) == (now + 26 * HOUR, (24, None))
    assert retention.stop_waiting(now + 4 * HOUR)
    assert (retention.terms, retention.waits_until) == ((24, None), None)
    retention.set_terms((6, None), now)
    retention.set_terms((30, None), now + HOUR)  # longer than the term in force, so it applies at once
    assert not retention.is_waiting(now + HOUR) and not retention.stop_waiting(now + HOUR)


def test_nothing_is_anonymized_while_a_term_waits_and_the_dry_run_reports_the_wait(capsys):
    dossier = make_dossier_closed_on(date(2026, 3, 15))
    retention = Retention.load()
    retention.set_terms((1, None), timezone.now())
    retention.save()
    each_morning.call()
    call_command("forget")
    output = capsys.readouterr().out
    until = f"{timezone.localtime(retention.waits_until):%d-%m-%Y %H:%M}"
    assert (
        output == f"Vóór {until} gaat er niets weg: de termijn is nieuw of verkort. Tot dan kan het worden gestopt.\n"
    )
    assert Dossier.objects.not_anonymised().exists()
    call_command("forget", "--dry-run")
    output = capsys.readouterr().out
    assert until in output and f"Zou worden geanonimiseerd: {dossier.reference}" in output
    Retention.objects.update(waits_until=timezone.now() - HOUR)
    each_morning.call()
    assert not Dossier.objects.not_anonymised().exists()


@pytest.mark.parametrize(
    ("dossiers", "contacts", "records"),
    [(0, 1, "1 contactpersoon"), (0, 2, "2 contactpersonen"), (2, 1, "2 dossiers en 1 contactpersoon")],
)
def test_what_goes_by_a_new_term_is_counted_by_what_it_is(dossiers, contacts, records):
    assert DueRecords(dossiers, contacts, [], "").counted_records == records


def test_a_term_by_which_dossiers_go_in_the_first_night_must_be_confirmed(coordinator_client):
    set_retention(120)
    first = make_dossier_closed_on(date(2020, 1, 1), given_name="Selamawit")
    make_dossier_closed_on(date(2026, 11, 1), given_name="Later")
    address = reverse("dossiers_term")
    response = coordinator_client.post(address, {"months": "24"})
    page = text(response)
    assert "Met deze termijn gaat er 1 dossier weg, voorgoed" in page and first.reference in page
    assert "In de eerste nacht na " in page and "meteen" not in page
    assert "Selamawit" in page and "Later" not in page
    assert "1 dossier wordt geanonimiseerd." in page and "contactpersoon weg" not in page
    assert Retention.load().months == 120
    agreed = {"confirmed": response.context["due"].mark}
    make_dossier_closed_on(date(2020, 1, 2))  # one dossier more than was confirmed
    assert "gaan er 2 dossiers weg, voorgoed" in text(coordinator_client.post(address, {"months": "24"} | agreed))
    agreed = {"confirmed": coordinator_client.post(address, {"months": "24"}).context["due"].mark}
    assert "gaan er 2 dossiers weg, voorgoed" in text(coordinator_client.post(address, {"months": "23"} | agreed))
    page = text(coordinator_client.post(address, {"months": "24"} | agreed, follow=True))
    retention = Retention.load()
    assert (retention.months, retention.before_months) == (24, 120)
    assert f"Vóór {timezone.localtime(retention.waits_until):%d-%m-%Y %H:%M} gaat er niets weg." in page
    assert f"01-01-2020 {timezone.localdate(retention.waits_until):%d-%m-%Y} –" in page  # its term ended in 2022
    assert "Daarvoor was de termijn: dossiers 120 maanden, contactpersonen van werkgevers nooit." in page
    assert "de vorige termijn geldt weer" in text(coordinator_client.post(reverse("dossiers_term_stop"), follow=True))
    assert Retention.load().terms == (120, None)
    assert "Er valt niets meer te stoppen" in text(coordinator_client.post(reverse("dossiers_term_stop"), follow=True))


def test_only_coordinators_set_the_term_and_invalid_numbers_are_refused(as_user, coordinator_client, reader, partner):
    address = reverse("dossiers_term")
    for user in (reader, partner):
        theirs = as_user(user)
        assert theirs.post(address, {"months": "1"}).status_code == 404
        assert theirs.post(reverse("dossiers_term_stop")).status_code == 404
    for wrong in ("0", "241", "x"):
        assert coordinator_client.post(address, {"months": wrong}).status_code == 200
    assert Retention.load().terms == (None, None)
