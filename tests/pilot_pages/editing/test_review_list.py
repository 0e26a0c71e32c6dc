"""The list of facts and pages to check: the count on the home page, the rows, the button and its undo."""

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


def checked(client: Client, kind: str, pk: int, **more: str) -> Any:
    path = f"/beheer/rules/{pk}/checked/" if kind == "rule" else f"{LIST}pages/{pk}/"
    return client.post(path, {"back": LIST} | more)


def titles(client: Client, **query: str) -> list[str]:
    return [row.title for row in client.get(LIST, query).context["object_list"]]


def test_loading_the_content_says_of_nothing_that_it_was_checked(anna: Client) -> None:
    live = Page.objects.live().filter(depth__gt=1)
    assert not PageCheck.objects.exists()
    assert len(titles(anna, state="never")) == min(50, Regulation.objects.count() + live.count())


def test_the_first_screen_tells_how_many_and_opens_the_list_of_them(anna: Client) -> None:
    total = Regulation.objects.count() + Page.objects.live().filter(depth__gt=1).count()
    html = " ".join(anna.get("/beheer/").content.decode().split())
    assert f'href="{LIST}" class="desk-urgent"><span class="desk-count">{total}</span>' in html
    response = anna.get(LIST)
    assert response.context["items_count"] == total
    assert "Vastleggen: vandaag gecontroleerd" in response.content.decode(), "a button names the act, not a status"


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_one_click_says_that_it_still_holds_and_who_said_so_when(anna: Client, kind: str) -> None:
    record = rule() if kind == "rule" else page()
    response = checked(anna, kind, record.pk)
    assert response["Location"] == LIST
    row = next(row for row in anna.get(LIST, {"state": "own"}).context["object_list"] if row.title == record.title)
    assert (row.checked_on, row.checked_by) == (timezone.localdate(), "Anna de Boer")
    assert record.title not in titles(anna, kind=kind)


def test_a_checked_fact_says_so_on_the_site(anna: Client, client: Client) -> None:
    checked(anna, "rule", rule().pk)
    assert f"Gecontroleerd op {timezone.localdate():%d-%m-%Y}." in client.get("/").content.decode()


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_undo_brings_the_check_before_it_back(anna: Client, log_in: Callable[..., Client], kind: str) -> None:
    bob = log_in("bob", COMMUNICATIONS)
    before = timezone.localdate() - timedelta(days=200)
    record = rule() if kind == "rule" else page()
    if kind == "rule":
        Regulation.objects.filter(pk=record.pk).update(checked_on=before, checked_by=bob.user)
    else:
        PageCheck.objects.create(page=record, checked_on=before, checked_by=bob.user)
    checked(anna, kind, record.pk)
    checked(anna, kind, record.pk)  # twice is once
    checked(anna, kind, record.pk, undo="yes")
    row = next(row for row in anna.get(LIST, {"state": "stale"}).context["object_list"] if row.title == record.title)
    assert (row.checked_on, row.checked_by) == (before, "bob")


@pytest.mark.parametrize("kind", ["rule", "page"])
def test_nobody_takes_back_what_somebody_else_said(anna: Client, log_in: Callable[..., Client], kind: str) -> None:
    record = rule() if kind == "rule" else page()
    checked(anna, kind, record.pk)
    checked(log_in("bob", COMMUNICATIONS), kind, record.pk, undo="yes")
    assert record.title in titles(anna, state="own")


def test_what_was_checked_three_months_ago_comes_back(anna: Client) -> None:
    day = timezone.localdate() - STALE_AFTER
    PageCheck.objects.create(page=page(), checked_on=day, checked_by=anna.user)
    assert page().title not in titles(anna)
    PageCheck.objects.update(checked_on=day - timedelta(days=1))
    assert page().title in titles(anna)


def test_publishing_an_older_draft_or_copying_a_page_says_nothing_of_a_check(anna: Client) -> None:
    draft = page().specific.save_revision()
    checked(anna, "page", page().pk)
    draft.publish()
    assert page().title in titles(anna, state="own")
    copy = page().specific.copy(update_attrs={"slug": "nog-eens", "title": "Nog eens"})
    assert not PageCheck.objects.filter(page=copy).exists()


def test_a_draft_is_nothing_to_check(anna: Client) -> None:
    page().unpublish()
    assert page().title not in titles(anna, state="all", kind="page")


def test_the_history_of_a_page_tells_of_its_checks(anna: Client) -> None:
    checked(anna, "page", page().pk)
    entry = PageLogEntry.objects.get(page=page().pk, action="pilot_pages.checked")
    assert entry.user == anna.user
    assert dutch("Read again: it still holds") in anna.get(f"/beheer/pages/{page().pk}/history/").content.decode()


def test_a_pages_form_leads_to_its_checks(anna: Client) -> None:
    html = anna.get(f"/beheer/pages/{page().pk}/edit/").content.decode()
    assert f'href="{LIST}pages/{page().pk}/"' in html
    assert dutch("Nobody has read this page again yet.") in anna.get(f"{LIST}pages/{page().pk}/").content.decode()


def test_the_list_goes_out_as_it_is_filtered_and_no_title_runs_in_a_spreadsheet(anna: Client) -> None:
    Page.objects.filter(slug="vragen").update(title="=1+1", draft_title="=1+1")
    sheet = b"".join(anna.get(LIST, {"kind": "page", "export": "csv"})).decode()
    assert "'=1+1" in sheet
    assert "\n=1+1" not in sheet and ",=1+1" not in sheet
    assert rule().title not in sheet


def test_another_place_to_go_back_to_is_not_followed(anna: Client) -> None:
    response = checked(anna, "page", page().pk, back="https://elsewhere.example/")
    assert response["Location"] == f"/beheer/pages/{page().pk}/edit/"


@pytest.mark.parametrize("group", [COORDINATORS, READERS])
def test_who_edits_no_pages_checks_none(log_in: Callable[..., Client], group: str) -> None:
    other = log_in("iemand", group)
    assert other.get(LIST).status_code == 302
    assert other.get(f"{LIST}pages/{page().pk}/").status_code == 404
    checked(other, "page", page().pk)
    assert not PageCheck.objects.exists()
    assert LIST not in other.get("/beheer/").content.decode()


def test_the_first_screen_says_what_to_do_before_what_to_read(anna: Client) -> None:
    html = anna.get("/beheer/").content.decode()
    assert html.index('id="editors-desk"') < html.index('id="to-read"')


def test_the_first_screen_names_each_empty_setting_with_the_way_to_it(anna: Client, content: SignUpPage) -> None:
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


def test_after_a_check_the_list_says_so_and_leads_to_where_it_is_undone(anna: Client) -> None:
    assert "state=own" not in anna.get(LIST).content.decode()
    checked(anna, "page", page().pk)
    html = anna.get(LIST).content.decode()
    assert f'<a href="{LIST}?state=own">' in html
    assert 'name="undo"' in anna.get(LIST, {"state": "own"}).content.decode()
