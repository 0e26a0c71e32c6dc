"""The list of facts and pages to check: the count on the home page, the rows, the button and its undo."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from dossiers.models import Regulation
from dossiers.models.lists.regulation import STALE_AFTER
from dossiers.models.rights import COMMUNICATIONS, COORDINATORS, READERS
from pilot_pages.models import PageCheck, SignUpPage
from tests.pilot_pages.conftest import dutch

LIST = "/beheer/to-check/"


def rule() -> Regulation:
    return Regulation.objects.get(key="wachttijd")


def page() -> Page:
    return Page.objects.get(slug="vragen")


def mark_as_checked(client: Client, kind: str, pk: int, **more: str) -> Any:
    path = f"/beheer/rules/{pk}/checked/" if kind == "rule" else f"{LIST}pages/{pk}/"
    return client.post(path, {"back": LIST} | more)


def titles(client: Client, **query: str) -> list[str]:
    return [row.title for row in client.get(LIST, query).context["object_list"]]


def test_the_initial_content_is_not_marked_as_checked(anna: Client) -> None:
    live = Page.objects.live().filter(depth__gt=1)
    assert not PageCheck.objects.exists()
    assert len(titles(anna, state="never")) == min(50, Regulation.objects.count() + live.count())


def test_the_dashboard_shows_the_number_of_records_to_review_and_links_to_their_list(anna: Client) -> None:
    total = Regulation.objects.count() + Page.objects.live().filter(depth__gt=1).count()
    html = " ".join(anna.get("/beheer/").content.decode().split())
    assert f'href="{LIST}" class="desk-urgent"><span class="desk-count">{total}</span>' in html
    response = anna.get(LIST)
    assert response.context["items_count"] == total
    assert "Vastleggen: vandaag gecontroleerd" in response.content.decode(), "a button names the act, not a status"


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_marking_a_record_as_checked_stores_the_user_and_the_date(anna: Client, kind: str) -> None:
    record = rule() if kind == "rule" else page()
    response = mark_as_checked(anna, kind, record.pk)
    assert response["Location"] == LIST
    row = next(row for row in anna.get(LIST, {"state": "own"}).context["object_list"] if row.title == record.title)
    assert (row.checked_on, row.checked_by) == (timezone.localdate(), "Anna de Boer")
    assert record.title not in titles(anna, kind=kind)


def test_the_site_shows_the_date_on_which_a_fact_was_checked(anna: Client, client: Client) -> None:
    mark_as_checked(anna, "rule", rule().pk)
    assert f"Gecontroleerd op {timezone.localdate():%d-%m-%Y}." in client.get("/").content.decode()


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_undo_restores_the_previous_check(anna: Client, log_in: Callable[..., Client], kind: str) -> None:
    bob = log_in("bob", COMMUNICATIONS)
    before = timezone.localdate() - timedelta(days=200)
    record = rule() if kind == "rule" else page()
    if kind == "rule":
        Regulation.objects.filter(pk=record.pk).update(checked_on=before, checked_by=bob.user)
    else:
        PageCheck.objects.create(page=record, checked_on=before, checked_by=bob.user)
    mark_as_checked(anna, kind, record.pk)
    mark_as_checked(anna, kind, record.pk)  # twice is once
    mark_as_checked(anna, kind, record.pk, undo="yes")
    row = next(row for row in anna.get(LIST, {"state": "stale"}).context["object_list"] if row.title == record.title)
    assert (row.checked_on, row.checked_by) == (before, "bob")


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_a_user_cannot_undo_the_check_of_another_user(anna: Client, log_in: Callable[..., Client], kind: str) -> None:
    record = rule() if kind == "rule" else page()
    mark_as_checked(anna, kind, record.pk)
    mark_as_checked(log_in("bob", COMMUNICATIONS), kind, record.pk, undo="yes")
    assert record.title in titles(anna, state="own")


def test_a_record_is_listed_again_three_months_after_its_check(anna: Client) -> None:
    day = timezone.localdate() - STALE_AFTER
    PageCheck.objects.create(page=page(), checked_on=day, checked_by=anna.user)
    assert page().title not in titles(anna)
    PageCheck.objects.update(checked_on=day - timedelta(days=1))
    assert page().title in titles(anna)


def test_publishing_an_older_draft_or_copying_a_page_does_not_change_its_checks(anna: Client) -> None:
    draft = page().specific.save_revision()
    mark_as_checked(anna, "page", page().pk)
    draft.publish()
    assert page().title in titles(anna, state="own")
    copy = page().specific.copy(update_attrs={"slug": "nog-eens", "title": "Nog eens"})
    assert not PageCheck.objects.filter(page=copy).exists()


def test_a_draft_is_not_listed_for_review(anna: Client) -> None:
    page().unpublish()
    assert page().title not in titles(anna, state="all", kind="page")


def test_the_history_of_a_page_includes_its_checks(anna: Client) -> None:
    mark_as_checked(anna, "page", page().pk)
    entry = PageLogEntry.objects.get(page=page().pk, action="pilot_pages.checked")
    assert entry.user == anna.user
    assert dutch("Read again: it still holds") in anna.get(f"/beheer/pages/{page().pk}/history/").content.decode()


def test_the_form_of_a_page_links_to_its_checks(anna: Client) -> None:
    html = anna.get(f"/beheer/pages/{page().pk}/edit/").content.decode()
    assert f'href="{LIST}pages/{page().pk}/"' in html
    assert dutch("Nobody has read this page again yet.") in anna.get(f"{LIST}pages/{page().pk}/").content.decode()


def test_the_export_has_the_filter_of_the_list_and_escapes_formulas(anna: Client) -> None:
    Page.objects.filter(slug="vragen").update(title="=1+1", draft_title="=1+1")
    sheet = b"".join(anna.get(LIST, {"kind": "page", "export": "csv"})).decode()
    assert "'=1+1" in sheet
    assert "\n=1+1" not in sheet and ",=1+1" not in sheet
    assert rule().title not in sheet


def test_a_redirect_to_another_host_is_not_followed(anna: Client) -> None:
    response = mark_as_checked(anna, "page", page().pk, back="https://elsewhere.example/")
    assert response["Location"] == f"/beheer/pages/{page().pk}/edit/"


@pytest.mark.parametrize("group", [COORDINATORS, READERS])
def test_users_who_cannot_edit_pages_cannot_check_them(log_in: Callable[..., Client], group: str) -> None:
    other = log_in("iemand", group)
    assert other.get(LIST).status_code == 302
    assert other.get(f"{LIST}pages/{page().pk}/").status_code == 404
    mark_as_checked(other, "page", page().pk)
    assert not PageCheck.objects.exists()
    assert LIST not in other.get("/beheer/").content.decode()


def test_the_dashboard_shows_tasks_before_the_reading_list(anna: Client) -> None:
    html = anna.get("/beheer/").content.decode()
    assert html.index('id="editors-desk"') < html.index('id="to-read"')


def test_the_dashboard_links_to_each_empty_setting(anna: Client, content: SignUpPage) -> None:
    html = anna.get("/beheer/").content.decode()
    path = f"/beheer/settings/pilot_pages/pilotsettings/{content.get_site().pk}/"
    assert f'href="{path}#id_contact_phone"' in html


def test_drafts_and_scheduled_pages_are_counted_and_listed(anna: Client) -> None:
    draft = page().specific
    draft.save_revision()
    other = Page.objects.get(slug="contact").specific
    other.go_live_at = timezone.now() + timedelta(days=2)
    other.save_revision().publish()
    html = anna.get("/beheer/").content.decode()
    assert '<a href="/beheer/drafts/"><span class="desk-count">1</span>' in html
    assert '<a href="/beheer/scheduled/"><span class="desk-count">1</span>' in html
    assert draft.title in anna.get("/beheer/drafts/").content.decode()
    scheduled = anna.get("/beheer/scheduled/").content.decode()
    assert other.title in scheduled
    assert f"{timezone.localtime(other.go_live_at):%d-%m-%Y %H:%M}" in scheduled


def test_a_scheduled_page_is_listed_with_each_moment_in_order(anna: Client) -> None:
    now = timezone.localtime().replace(microsecond=0)
    first, second, third = (now + timedelta(days=days) for days in (2, 4, 6))

    def schedule(go_live_at: Any, expire_at: Any) -> list[str]:
        other = Page.objects.get(slug="contact").specific
        other.go_live_at, other.expire_at = go_live_at, expire_at
        other.save_revision().publish()
        html = anna.get("/beheer/scheduled/").content.decode()
        return re.findall(r"(verschijnt|verdwijnt) op (\d\d-\d\d-\d{4} \d\d:\d\d)", html)

    def moments(*steps: tuple[str, Any]) -> list[tuple[str, str]]:
        return [(word, f"{moment:%d-%m-%Y %H:%M}") for word, moment in steps]

    assert schedule(first, third) == moments(("verschijnt", first), ("verdwijnt", third))
    assert schedule(None, third) == moments(("verdwijnt", third))
    assert schedule(first, None) == moments(("verschijnt", first)), "the new version replaces the one that would go"
    assert schedule(None, first) == moments(("verdwijnt", first))
    assert schedule(second, third) == moments(("verdwijnt", first), ("verschijnt", second), ("verdwijnt", third))
    Page.objects.get(slug="contact").unpublish()
    assert schedule(first, third) == moments(("verschijnt", first), ("verdwijnt", third))


def test_after_a_check_the_list_links_to_its_undo(anna: Client) -> None:
    assert "state=own" not in anna.get(LIST).content.decode()
    mark_as_checked(anna, "page", page().pk)
    html = anna.get(LIST).content.decode()
    assert f'<a href="{LIST}?state=own">' in html
    assert 'name="undo"' in anna.get(LIST, {"state": "own"}).content.decode()
