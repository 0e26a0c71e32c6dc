"""Closed dossiers go by themselves after as many months as the municipality set, and not a day before."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dossiers.forgetting.retention import forget
from dossiers.models import Dossier, KeptLonger, Retention, Status
from dossiers.models.missing import months_after
from dossiers.models.retention import outlived, with_closing
from dossiers.tasks import each_morning

from ..backoffice.pages import text
from ..models.making import make_dossier
from ..models.placed import today

pytestmark = pytest.mark.usefixtures("base_data")


def term(months: int | None) -> None:
    retention = Retention.load()
    retention.months = months
    retention.save()


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def closed_on(day: date, **fields) -> Dossier:
    """Somebody whose dossier was made ten days before that day, and closed on it."""
    dossier = make_dossier(**fields)
    dossier.status = Status.WITHDRAWN
    dossier.save()
    made, closed = dossier.history.order_by("history_id")
    type(made).objects.filter(pk=made.pk).update(history_date=at(day - timedelta(days=10)))
    type(closed).objects.filter(pk=closed.pk).update(history_date=at(day))
    return dossier


def test_as_shipped_nothing_goes():
    closed_on(date(2001, 1, 1))
    assert Retention.load().months is None
    assert forget(today()).forgotten == []
    assert Dossier.objects.known().count() == 1


def test_it_goes_on_the_day_that_its_months_are_over_and_not_before():
    term(6)
    dossier = closed_on(date(2026, 3, 15))
    assert forget(date(2026, 9, 14)).forgotten == []
    ((reference, why),) = forget(date(2026, 9, 15)).forgotten
    assert (reference, why) == (dossier.reference, "gesloten op 15-03-2026; 6 maanden bewaard")
    assert Dossier.objects.get().anonymised_at


def test_a_second_time_there_is_nothing():
    term(1)
    closed_on(date(2026, 3, 15))
    assert len(forget(today()).forgotten) == 1
    assert forget(today()).forgotten == []


def test_an_open_dossier_stays_however_old():
    term(1)
    make_dossier(created_at=at(date(2001, 1, 1)))
    assert forget(today()).forgotten == []


def test_one_that_was_opened_again_counts_from_its_last_closing():
    term(6)
    dossier = closed_on(date(2025, 1, 10))
    for status, day in ((Status.AVAILABLE, date(2026, 1, 10)), (Status.COMPLETED, date(2026, 5, 1))):
        dossier.status = status
        dossier.save()
        dossier.history.filter(pk=dossier.history.latest("history_id").pk).update(history_date=at(day))
    dossier.notes = "nog een keer opgeslagen"
    dossier.save()
    assert timezone.localdate(with_closing().get().closed_at) == date(2026, 5, 1)
    assert forget(date(2026, 10, 31)).forgotten == []
    assert len(forget(date(2026, 11, 1)).forgotten) == 1


def test_one_that_history_tells_nothing_of_counts_from_its_last_change():
    term(1)
    make_dossier()
    Dossier.objects.update(status=Status.WITHDRAWN)
    assert forget(today()).forgotten == []


def test_a_decision_keeps_it_until_its_day(coordinator):
    term(1)
    dossier = closed_on(date(2026, 3, 15))
    KeptLonger.objects.create(dossier=dossier, until=date(2026, 8, 1), reason="klacht", user=coordinator)
    assert forget(date(2026, 8, 1)).forgotten == []
    assert len(forget(date(2026, 8, 2)).forgotten) == 1


def test_the_newest_decision_counts():
    dossier = closed_on(date(2026, 3, 15))
    term(1)
    for until in (date(2030, 1, 1), date(2026, 6, 1)):
        KeptLonger.objects.create(dossier=dossier, until=until, reason="klacht")
    assert len(forget(date(2026, 6, 2)).forgotten) == 1


def test_one_that_can_not_go_keeps_no_other(monkeypatch):
    term(1)
    stuck, other = closed_on(date(2026, 3, 15)), closed_on(date(2026, 3, 16))
    from dossiers.forgetting import retention

    real = retention.anonymise
    monkeypatch.setattr(retention, "anonymise", lambda key, *rest: 1 / 0 if key == stuck.pk else real(key, *rest))
    outcome = forget(today())
    assert [reference for reference, _why in outcome.forgotten] == [other.reference]
    assert outcome.left == [(stuck.reference, "Er ging iets mis. In het logboek staat wat.")]


@given(st.integers(1, 240), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-40, 40))
def test_what_goes_on_a_day_is_what_was_closed_so_many_months_before(months, day, shift):
    retention = Retention(months=months)
    closed = months_after(day, -months) + timedelta(days=shift)
    assert (closed <= retention.closed_before(day)) == (retention.goes_on(closed) <= day)


# --- The command and the morning -------------------------------------------------------------------------------------


def test_the_dry_run_lists_by_reference_and_does_nothing(capsys):
    term(1)
    dossier = closed_on(date(2026, 3, 15), given_name="Selamawit")
    call_command("forget", "--dry-run")
    told = capsys.readouterr().out
    assert told == f"Zou worden geanonimiseerd: {dossier.reference} (gesloten op 15-03-2026; 1 maand bewaard).\n"
    assert Dossier.objects.known().exists()
    call_command("forget")
    assert capsys.readouterr().out.startswith(f"Geanonimiseerd: {dossier.reference}")
    assert not Dossier.objects.known().exists()
    call_command("forget")
    assert capsys.readouterr().out == "Er is niets te vergeten.\n"


def test_without_a_term_the_command_says_so(capsys):
    closed_on(date(2026, 3, 15))
    call_command("forget")
    assert "geen termijn ingesteld" in capsys.readouterr().out


def test_the_worker_does_it_every_morning():
    term(1)
    closed_on(date(2026, 3, 15))
    each_morning.call()
    assert not Dossier.objects.known().exists()


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_says_that_no_term_was_set(desk):
    page = text(desk.get(reverse("dossiers_forgetting")))
    assert "Er is geen termijn ingesteld: er wordt niets vanzelf geanonimiseerd." in page


def test_coordinators_set_the_term(desk):
    address = reverse("wagtailsettings:edit", args=["dossiers", "retention", Retention.load().pk])
    assert desk.get(address).status_code == 200
    desk.post(address, {"months": "24"})
    assert Retention.load().months == 24
    assert "24 maanden na het sluiten" in text(desk.get(reverse("dossiers_forgetting")))


def test_the_page_lists_what_goes_within_thirty_days_and_what_went(desk):
    term(6)
    soon = closed_on(months_after(today() + timedelta(days=20), -6), given_name="Straks")
    closed_on(months_after(today() + timedelta(days=40), -6), given_name="Later")
    closed_on(date(2020, 1, 1))
    assert len(forget(today()).forgotten) == 1
    page = text(desk.get(reverse("dossiers_forgetting")))
    assert "Straks" in page and soon.reference in page and "Later" not in page
    assert "Geanonimiseerd 1" in page


def test_keeping_one_longer_takes_it_off_the_list_and_says_why(desk):
    term(6)
    dossier = closed_on(date(2026, 5, 30))
    address = reverse("dossiers_keep_longer", args=[dossier.pk])
    for wrong in ({"until": "2020-01-01", "reason": "klacht"}, {"until": f"{today() + timedelta(days=90)}"}):
        assert desk.post(address, wrong).status_code == 200
    until = today() + timedelta(days=90)
    desk.post(address, {"until": f"{until:%d-%m-%Y}", "reason": "De klacht loopt nog"})
    decision = KeptLonger.objects.get()
    assert (decision.until, decision.user.username) == (until, "coordinator")
    page = text(desk.get(reverse("dossiers_forgetting")))
    assert "De klacht loopt nog" in page and "Gaat binnen 30 dagen weg 0" in page
    assert not outlived(today()).exists()


def test_a_private_number_is_no_reason(desk):
    dossier = closed_on(date(2026, 5, 30))
    told = {"until": f"{today() + timedelta(days=9):%d-%m-%Y}", "reason": "BSN 123456782"}
    assert desk.post(reverse("dossiers_keep_longer", args=[dossier.pk]), told).status_code == 200
    assert not KeptLonger.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_asks_as_many_queries_for_many_as_for_few(desk, number, django_assert_max_num_queries):
    term(6)
    for _one in range(number):
        closed_on(date(2020, 1, 1))
    desk.get(reverse("dossiers_forgetting"))
    with django_assert_max_num_queries(40):
        desk.get(reverse("dossiers_forgetting"))


def test_nobody_else_sees_it(as_user, reader, editor, partner):
    for user in (reader, editor, partner):
        assert as_user(user).get(reverse("dossiers_forgetting")).status_code == 404
