"""One field of many records at once: exactly those that fit, shown before, applied as shown, and undone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from access_log.models import Look
from dossiers.bulk_changes.staging import stage
from dossiers.models import (
    BulkChange,
    ClosingReason,
    Dossier,
    Employer,
    EmployerInterest,
    FollowUp,
    Sector,
    Status,
    Step,
)
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.old_files import destroy
from dossiers.spreadsheets.progress import Progress
from dossiers.tasks import go_on_with_bulk_change

from ..models.making import make_dossier, make_interest
from ..models.placed import placed
from .bulk import address, changed, page_of, press, preview
from .pages import filled_in, text, url


@pytest.fixture
def colleague(make_user):
    return make_user("colleague", COORDINATORS)


def values(field: str = "location") -> list[str]:
    return list(Dossier.objects.order_by("pk").values_list(field, flat=True))


def sectors_of(dossier: Dossier) -> list[str]:
    return sorted(dossier.sectors.values_list("name", flat=True))


# Which records


def test_all_is_all_that_fit_the_filter_and_the_word_searched_for(desk):
    for given, status in (("Selam", "intake"), ("Selam", "available"), ("Tesfay", "intake")):
        make_dossier(given_name=given, status=status)
    changed(desk, Dossier, "location", "Emmeloord", status="intake", q="selam")
    assert values() == ["Emmeloord", "", ""]


def test_ticked_rows_alone(desk):
    first, _second, third = (make_dossier() for _one in range(3))
    changed(desk, Dossier, "location", "Emmeloord", id=[first.pk, third.pk])
    assert values() == ["Emmeloord", "", "Emmeloord"]


@pytest.mark.parametrize(
    "query", [{"sectors": 99999}, {"status": "flying"}, {"schoenmaat": "42"}, {"id": ["x", "9" * 30]}]
)
def test_where_a_filter_is_gone_nothing_is_all(desk, query):
    make_dossier()
    response = desk.get(address(Dossier, **({"id": "all"} | query)), follow=True)
    assert "Vink eerst een regel aan" in text(response)


def test_who_ticked_nothing_is_told_so(desk):
    make_dossier()
    for page in ("change", "export"):
        assert "Vink eerst een regel aan" in text(desk.get(address(Dossier, page, status="registered"), follow=True))


# What is shown before


def test_the_preview_counts_and_shows_old_and_new_and_writes_nothing(desk):
    make_dossier(given_name="Selam", location="Luttelgeest")
    make_dossier(given_name="Tesfay", location="Emmeloord")
    page = text(desk.get(page_of(preview(desk, Dossier, "location", "Emmeloord"))))
    assert "2 dossiers verandert: 1 heeft dit al en blijft gelijk: 1 Nu 1 dossier wijzigen" in page
    assert "Selam" in page.split("Wie Wat")[1] and "Luttelgeest → Emmeloord" in page
    assert values() == ["Luttelgeest", "Emmeloord"]


def test_what_a_form_would_refuse_is_refused_with_the_rule_in_words(desk):
    matched, free = placed(Step.INTERVIEW).dossier, make_dossier(status="available")
    change = preview(desk, Dossier, "status", "withdrawn")
    page = text(desk.get(page_of(change) + "?show=refused"))
    assert "geweigerd en blijft gelijk: 1" in page
    assert "Er is nog een plaatsing. Beëindig die eerst" in page
    assert matched.heading in page
    press(desk, change)
    matched.refresh_from_db(), free.refresh_from_db()
    assert (matched.status, free.status) == ("matched", "withdrawn")


@pytest.mark.parametrize("status", [Status.MATCHED, Status.WORKING])
def test_nobody_is_matched_or_at_work_in_bulk(desk, status):
    make_dossier(status="available")
    response = desk.post(address(Dossier, id="all"), {"field": "status", "to_status": status})
    assert response.status_code == 200
    assert "selecteer een geldige keuze" in text(response).lower()
    assert not BulkChange.objects.exists()


def test_a_record_that_is_wrong_elsewhere_is_named_and_left(desk):
    make_dossier(given_name="Te jong", date_of_birth=timezone.localdate() - timedelta(days=6000))
    page = text(desk.get(page_of(preview(desk, Dossier, "location", "Emmeloord"))))
    assert "Geboortedatum: Een kandidaat is 18 jaar of ouder" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"field": "family_name"},
        {"field": "sectors_add"},
        {"field": "privacy_notice_on", "to_privacy_notice_on": "31-02-2026"},
    ],
)
def test_a_choice_that_is_none_is_asked_again(desk, data):
    make_dossier()
    assert desk.post(address(Dossier, id="all"), data).status_code == 200
    assert not BulkChange.objects.exists()


def test_a_private_number_in_what_people_type_is_refused(desk):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    FollowUp.objects.filter(pk=action.pk).update(text="Bellen over 111222333")
    page = text(desk.get(page_of(preview(desk, FollowUp, "due_on", "01-12-2030"))))
    assert "Wat te doen:" in page.split("Wie Wat")[1]


# What is written


def test_each_record_is_saved_as_its_form_would_with_a_reason_that_names_the_change(desk, coordinator):
    dossier = make_dossier()
    change = changed(desk, Dossier, "sectors_add", [Sector.objects.get(name="Zorg").pk])
    step = dossier.history.first()
    assert (step.sector_names, step.history_user) == ("Zorg", coordinator)
    assert step.history_change_reason == f"Bulkwijziging {change.pk}"
    page = text(desk.get(url(Dossier, "inspect", dossier.pk)))
    assert f"Bulkwijziging {change.pk}" in page
    assert ModelLogEntry.objects.get(object_id=str(dossier.pk)).action == "wagtail.edit"


def test_history_and_log_are_those_of_a_form(desk):
    by_form, in_bulk = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Zorg", "Bouw"])
    page = desk.get(url(Dossier, "edit", by_form.pk))
    desk.post(url(Dossier, "edit", by_form.pk), filled_in(page, location="Emmeloord"))
    changed(desk, Dossier, "location", "Emmeloord", id=[in_bulk.pk])
    own = {"id", "reference", "given_name", "family_name", "created_at", "changed_at"}
    beside = {"history_id", "history_date", "history_change_reason"}
    first, second = (
        {field.name: getattr(one.history.first(), field.name) for field in Dossier.history.model._meta.fields}
        for one in (by_form, in_bulk)
    )
    assert {name for name in first if first[name] != second[name]} <= own | beside
    assert first["sector_names"] == "Bouw, Zorg"
    first, second = (
        ModelLogEntry.objects.filter(object_id=str(one.pk)).values("action", "user", "content_changed", "data").get()
        for one in (by_form, in_bulk)
    )
    assert first == second
    in_bulk.refresh_from_db()
    assert in_bulk.changed_at == in_bulk.history.first().changed_at > in_bulk.created_at


def test_sectors_are_added_to_and_taken_from_what_each_has(desk):
    care, building = (Sector.objects.get(name=name) for name in ("Zorg", "Bouw"))
    one, other = make_dossier(sectors=["Zorg"]), make_dossier(sectors=["Bouw", "Techniek"])
    changed(desk, Dossier, "sectors_add", [care.pk, building.pk])
    assert (sectors_of(one), sectors_of(other)) == (["Bouw", "Zorg"], ["Bouw", "Techniek", "Zorg"])
    changed(desk, Dossier, "sectors_remove", [building.pk])
    assert (sectors_of(one), sectors_of(other)) == (["Zorg"], ["Techniek", "Zorg"])


@pytest.mark.parametrize(("field", "value", "shown"), [
    ("coordinator", "colleague", "colleague"), ("coordinator", "", "–"), ("in_reception", "yes", "ja"),
    ("privacy_notice_on", "01-10-2026", "01-10-2026"), ("closing_reason", "reason", "Verhuisd"),
])  # fmt: skip
def test_each_field_of_a_dossier_takes_its_value(desk, colleague, coordinator, field, value, shown):
    make_dossier(coordinator=coordinator)
    reason = ClosingReason.objects.create(side=ClosingReason.Side.CANDIDATE, name="Verhuisd")
    given = {"colleague": colleague.pk, "reason": reason.pk}.get(value, value)
    change = preview(desk, Dossier, field, given)
    assert f"→ {shown}" in text(desk.get(page_of(change)))
    press(desk, change)
    kept = Dossier.objects.values_list(field, flat=True).get()
    assert str(kept if kept is not None else "") == {"01-10-2026": "2026-10-01"}.get(str(given), str(given))


def test_interests_get_an_owner_and_are_closed_with_a_reason(desk, colleague):
    interest, reason = make_interest(), ClosingReason.objects.filter(side=ClosingReason.Side.EMPLOYER).first()
    for field, value in (("owner", colleague.pk), ("closing_reason", reason.pk), ("status", "closed")):
        changed(desk, EmployerInterest, field, value)
    interest.refresh_from_db()
    assert (interest.owner, interest.closing_reason, interest.status) == (colleague, reason, "closed")


def test_actions_are_assigned_moved_to_a_day_and_done(desk, coordinator, colleague):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    changed(desk, FollowUp, "owner", colleague.pk)
    changed(desk, FollowUp, "due_on", "01-12-2030")
    done = changed(desk, FollowUp, "done", "done")
    action.refresh_from_db()
    assert (action.owner, f"{action.due_on}", action.done_by, action.is_done) == (
        colleague, "2030-12-01", coordinator, True
    )  # fmt: skip
    press(desk, done, "undo/")
    action.refresh_from_db()
    assert (action.done_by, action.is_done) == (None, False)


def test_who_did_it_and_when_comes_back_when_opening_many_is_undone(desk, colleague):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    action.settle(colleague)
    before = (action.done_at, action.done_by)
    press(desk, changed(desk, FollowUp, "done", "open"), "undo/")
    action.refresh_from_db()
    assert (action.done_at, action.done_by) == before


# Exactly what was shown


def test_a_record_that_came_to_fit_since_is_shown_first(desk):
    make_dossier(status="intake")
    change = preview(desk, Dossier, "location", "Emmeloord", status="intake")
    make_dossier(given_name="Laat", status="intake")
    page = press(desk, change)
    assert "Sinds u keek is de lijst veranderd" in page and "Laat" in page and "2 dossiers" in page
    assert values() == ["", ""]
    press(desk, change)
    assert values() == ["Emmeloord", "Emmeloord"]


def test_a_record_that_somebody_saved_since_is_shown_first(desk):
    dossier = make_dossier(location="Luttelgeest")
    change = preview(desk, Dossier, "location", "Emmeloord")
    dossier.location = "Nagele"
    dossier.save()
    assert "Nagele → Emmeloord" in press(desk, change)
    assert values() == ["Nagele"]


def test_a_value_that_is_gone_since_is_refused(desk, colleague):
    make_dossier()
    change = preview(desk, Dossier, "coordinator", colleague.pk)
    colleague.delete()
    page = press(desk, change)
    assert "Sinds u keek" in page and "geweigerd en blijft gelijk: 1" in page
    assert change.state == BulkChange.State.PREVIEWED


def test_a_second_press_does_nothing(desk):
    dossier = make_dossier()
    change = changed(desk, Dossier, "location", "Emmeloord")
    steps = dossier.history.count()
    assert "niets meer te wijzigen" in press(desk, change)
    assert dossier.history.count() == steps


# Many records, in the background


@pytest.fixture
def waiting(monkeypatch) -> list[tuple[int, int | None]]:
    """Two records are many; what waits for the worker is kept here."""
    found: list[tuple[int, int | None]] = []
    monkeypatch.setattr("dossiers.backoffice.bulk.going_on.AT_ONCE", 1)
    queue = SimpleNamespace(enqueue=lambda *given: found.append(given))
    monkeypatch.setattr("dossiers.backoffice.bulk.going_on.go_on_with_bulk_change", queue)
    return found


def work(waiting: list[tuple[int, int | None]]) -> None:
    """What the worker does."""
    go_on_with_bulk_change.func(*waiting.pop())


def test_many_are_worked_on_in_the_background_and_each_step_says_how_far_it_is(desk, waiting):
    for _one in range(3):
        make_dossier()
    change = preview(desk, Dossier, "location", "Emmeloord")
    assert "Er wordt uitgezocht wat er zou veranderen" in text(desk.get(page_of(change)))
    Progress(change.pk, "bulk").report(2, 3)
    assert desk.get(page_of(change, "progress/")).json() == {"busy": True, "done": 2, "total": 3}
    assert "2 van 3 regels" in text(desk.get(page_of(change)))
    work(waiting)
    assert "3 dossiers" in text(desk.get(page_of(change)))
    assert "De wijziging wordt gemaakt" in press(desk, change)
    assert values() == ["", "", ""]
    work(waiting)
    assert desk.get(page_of(change, "progress/")).json()["busy"] is False
    assert values() == ["Emmeloord"] * 3
    assert "wordt ongedaan gemaakt" in press(desk, change, "undo/")
    work(waiting)
    assert values() == ["", "", ""]


def test_a_worker_that_starts_again_does_nothing_twice(desk, waiting):
    dossier, _other = make_dossier(), make_dossier()
    change = preview(desk, Dossier, "location", "Emmeloord")
    work(waiting)
    press(desk, change)
    (asked,) = waiting
    work(waiting)
    steps = dossier.history.count()
    go_on_with_bulk_change.func(*asked)
    assert dossier.history.count() == steps


def test_when_writing_fails_nothing_is_written_and_it_can_be_tried_again(desk, monkeypatch):
    make_dossier(), make_dossier()
    change = preview(desk, Dossier, "location", "Emmeloord")

    def full(*_args, **_kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr("dossiers.bulk_changes.writing._log", full)  # the last that is written
    with pytest.raises(OSError, match="no space"):
        desk.post(page_of(change, "apply/"))
    monkeypatch.undo()
    assert values() == ["", ""]
    assert "Er ging iets mis" in text(desk.get(page_of(change)))
    press(desk, change)
    assert values() == ["Emmeloord"] * 2


def test_the_database_is_asked_as_often_a_record_for_30_as_for_10(desk):
    def asked_for(count: int) -> int:
        Dossier.objects.all().delete()
        for _one in range(count):
            make_dossier(sectors=["Bouw"])
        change = BulkChange.objects.create(
            kind="dossier", query="id=all", field="sectors_add", given=[Sector.objects.get(name="Zorg").pk],
            user=User.objects.get(username="coordinator"),
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            stage(change)
        return len(asked)

    few = asked_for(10)
    assert asked_for(30) - few <= 20 * 2  # what a form's own check asks of each


# Undo


def test_an_undo_says_what_comes_back_and_does_it(desk):
    dossier = make_dossier(location="Luttelgeest", sectors=["Zorg"])
    change = changed(desk, Dossier, "location", "Emmeloord")
    page = text(desk.get(page_of(change, "undo/")))
    assert "vorige waarde komt terug: 1" in page and "Emmeloord → Luttelgeest" in page
    assert values() == ["Emmeloord"]
    assert "Ongedaan gemaakt" in press(desk, change, "undo/")
    assert values() == ["Luttelgeest"]
    assert dossier.history.first().history_change_reason == f"Bulkwijziging {change.pk} ongedaan gemaakt"
    assert sectors_of(dossier) == ["Zorg"]


def test_what_somebody_changed_since_stays_and_is_named(desk):
    edited, other, gone = make_dossier(), make_dossier(), make_dossier()
    change = changed(desk, Dossier, "location", "Emmeloord")
    Dossier.objects.get(pk=gone.pk).delete()
    edited.refresh_from_db()
    edited.location = "Nagele"
    edited.save()
    other.refresh_from_db()
    other.profession = "kok"
    other.save()
    page = text(desk.get(page_of(change, "undo/") + "?show=stays"))
    assert edited.heading in page and "Daarna gewijzigd" in page and "Daarna verwijderd" in page
    press(desk, change, "undo/")
    assert values() == ["Nagele", ""]
    assert edited.heading in text(desk.get(page_of(change) + "?show=stays"))


def test_a_status_that_a_placement_gave_comes_back_while_that_stands(desk):
    dossier = placed(Step.WORKING).dossier
    press(desk, changed(desk, Dossier, "status", "completed"), "undo/")
    dossier.refresh_from_db()
    assert dossier.status == Status.WORKING


def test_a_sector_that_is_gone_does_not_come_back_and_is_named(desk):
    dossier, care = make_dossier(sectors=["Zorg", "Bouw"]), Sector.objects.get(name="Zorg")
    change = changed(desk, Dossier, "sectors_remove", [care.pk])
    care.delete()
    assert "staat niet meer in de lijst" in text(desk.get(page_of(change, "undo/")))
    press(desk, change, "undo/")
    assert sectors_of(dossier) == ["Bouw"]


def test_after_a_month_there_is_no_undo_and_no_former_value(desk):
    make_dossier(location="Luttelgeest")
    change = changed(desk, Dossier, "location", "Emmeloord")
    late = timezone.now() - timedelta(days=31)
    BulkChange.objects.filter(pk=change.pk).update(applied_at=late)
    assert "kan niet meer ongedaan" in press(desk, change, "undo/")
    assert values() == ["Emmeloord"]
    assert f"regels van bulkwijziging {change.pk}" in destroy()
    assert not change.rows.exists()
    assert destroy() == []
    assert "Gewijzigd: 1" in text(desk.get(page_of(change)))


def test_a_preview_that_nobody_applied_is_gone_after_a_day_and_the_word_searched_for_at_once(desk):
    make_dossier(given_name="Selam")
    left, done = (preview(desk, Dossier, "location", "Emmeloord", q="Selam") for _one in range(2))
    press(desk, done)
    assert (left.query, done.query) == ("id=all&q=Selam", "")
    BulkChange.objects.filter(pk=left.pk).update(created_at=timezone.now() - timedelta(days=2))
    destroy()
    left.refresh_from_db()
    assert (left.query, left.rows.count()) == ("", 0)


# Who may


def test_a_colleague_sees_what_was_done_and_undoes_it_but_not_a_preview(desk, as_user, colleague):
    make_dossier(location="Luttelgeest")
    change = preview(desk, Dossier, "location", "Emmeloord")
    other = as_user(colleague)
    assert other.get(page_of(change)).status_code == other.post(page_of(change, "apply/")).status_code == 404
    press(desk, change)
    assert "Dossiers: Verblijfplaats" in text(other.get("/beheer/bulk-changes/"))
    press(other, change, "undo/")
    assert (change.undone_by, values()) == (colleague, ["Luttelgeest"])


def test_who_may_only_read_changes_nothing_and_is_offered_nothing(as_user, make_user, base_data):
    make_dossier()
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_dossier"]))
    client = as_user(clerk)
    page = client.get(url(Dossier, "list"))
    assert page.context["tick_actions"] == []
    for where in (address(Dossier, id="all"), address(Dossier, "export", id="all")):
        assert client.post(where, {"field": "location", "to_location": "x"}).status_code in (302, 403)
        assert client.get(where).status_code in (302, 403)
    assert not BulkChange.objects.exists()
    assert client.get("/beheer/bulk-changes/").status_code == 404


@pytest.mark.parametrize("who", ["partner", "editor", "reader"])
def test_others_find_none_of_it(desk, as_user, request, who):
    make_dossier()
    change = changed(desk, Dossier, "location", "Emmeloord")
    client = as_user(request.getfixturevalue(who))
    pages = [page_of(change, part) for part in ("", "apply/", "undo/", "progress/")]
    for where in (*pages, address(Dossier, id="all"), address(Dossier, "export", id="all"), "/beheer/bulk-changes/"):
        for response in (client.get(where), client.post(where)):
            assert response.status_code in (404, 405)
    assert values() == ["Emmeloord"]


def test_employers_are_changed_one_by_one(desk):
    interest = make_interest()
    actions = desk.get(url(Employer, "list")).context["tick_actions"]
    assert [str(action.label) for action in actions] == ["Exporteren…", "Verwijderen…"]
    assert desk.get(address(Employer, id=interest.employer_id)).status_code in (302, 403)


# Taking out


def test_what_is_ticked_goes_out_after_a_look_at_it_and_is_noted(desk, coordinator):
    first, second = make_dossier(phone="+31612345678"), make_dossier()
    page = desk.get(address(Dossier, "export", id=[first.pk], columns="phone"))
    assert "1 dossier" in text(page) and "06 12345678" in text(page) and second.reference not in text(page)
    (file,) = [where for label, where in page.context["files"] if "csv" in label]
    body = b"".join(desk.get(file).streaming_content).decode()
    assert first.reference in body and second.reference not in body
    look = Look.objects.filter(what=Look.What.EXPORTED).latest("at")
    assert (look.count, look.user_name) == (1, coordinator.get_username())
    assert "aangevinkte regels" in look.detail


def test_all_that_fit_go_out_also_with_all_fields(desk):
    for status in ("intake", "available"):
        make_dossier(status=status, profession="kok")
    page = desk.get(address(Dossier, "export", id="all", status="intake"))
    choice = desk.post(page.context["all_fields_url"], {"format": "csv", "columns": "all"})
    body = b"".join(desk.get(choice.url).streaming_content).decode()
    assert body.count("kok") == 1
