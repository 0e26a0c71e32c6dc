"""The approval of translations in languages that staff cannot read."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, ModelLogEntry, PageLogEntry, Revision, Workflow, WorkflowTask

from dates.format import format_date
from pilot_pages.models import GuidancePage, NotApprovedError, TranslationApproval
from tests.pilot_pages.conftest import dutch

SAYS = "niemand heeft de tekst goedgekeurd zoals die nu is"


def approve(editor_client: Client, draft: GuidancePage, name: str = "Tolk A. Voorbeeld", mark: str = "") -> Any:
    url = reverse("pilot_pages_approval", args=[draft.pk])
    latest = draft.get_latest_revision_as_object()
    return editor_client.post(url, {"name": name, "mark": mark or latest.hash_texts()}, follow=True)


def form_of(page: GuidancePage, **changes: Any) -> dict[str, Any]:
    """Return the POST data of the editor's form."""
    return {
        "title": page.title, "slug": page.slug, "intro": page.intro, "next_heading": "", "next_text": "",
        "next_page": "", "next_label": "", "menu_title": page.menu_title, "drawing": page.drawing,
        "seo_title": "", "search_description": page.search_description, "go_live_at": "", "expire_at": "",
        "body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", **changes,
    }  # fmt: skip


def test_the_form_says_that_the_translation_is_not_approved(editor_client: Client, draft: GuidancePage) -> None:
    html = editor_client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert dutch("Nobody has approved this translation yet. It can't be published before.") in html
    assert reverse("pilot_pages_approval", args=[draft.pk]) in html


def test_the_form_of_an_approved_page_whose_words_were_changed_says_what_is_on_the_site(
    editor_client: Client, draft: GuidancePage
) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    approve(editor_client, draft)
    page = draft.get_latest_revision_as_object()
    page.intro = "جديد"
    page.save_revision()
    html = editor_client.get(url).content.decode()
    assert "Goedgekeurd door Tolk A. Voorbeeld op" in html and "Op de site staat" not in html
    draft.revisions.earliest("created_at").publish()
    html = editor_client.get(url).content.decode()
    assert "Deze gewijzigde tekst is nog niet goedgekeurd" in html
    assert f"Op de site staat wat Tolk A. Voorbeeld op {format_date(timezone.now())} goedkeurde" in html
    assert "Niemand heeft" not in html
    response = editor_client.post(url, form_of(page) | {"action-publish": "1"}, follow=True)
    assert SAYS in response.content.decode()


def test_publishing_is_refused_with_a_message_and_the_draft_is_saved(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    response = editor_client.post(url, form_of(draft, intro="جديد") | {"action-publish": "1"}, follow=True)
    assert SAYS in response.content.decode()
    assert not is_live()
    assert GuidancePage.objects.get(pk=draft.pk).get_latest_revision_as_object().intro == "جديد"


def test_an_unpublished_container_is_not_listed_as_a_draft(editor_client: Client, draft: GuidancePage) -> None:
    html = editor_client.get(reverse("pilot_pages_drafts")).content.decode()
    assert draft.title in html
    assert draft.get_parent().title not in html


def test_no_notice_about_menus_is_shown_where_there_is_no_menu(editor_client: Client, draft: GuidancePage) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    editor_client.post(url, form_of(draft))
    draft.refresh_from_db()
    approve(editor_client, draft)
    html = editor_client.post(url, form_of(draft) | {"action-publish": "1"}, follow=True).content.decode()
    assert "is gepubliceerd" in html
    assert "staat nog in geen menu" not in html


def test_scheduling_is_refused(editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    later = f"{timezone.localtime() + timedelta(days=1):%d-%m-%Y %H:%M}"
    response = editor_client.post(url, form_of(draft, go_live_at=later) | {"action-publish": "1"}, follow=True)
    assert SAYS in response.content.decode()
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


def test_the_clock_skips_it_and_publishes_the_other_pages(draft: GuidancePage, is_live: Callable[[], bool]) -> None:
    other = GuidancePage.objects.get(slug="contact", locale__language_code="nl")
    before = timezone.now() - timedelta(hours=1)
    for page in (draft, other):
        page.intro += "."
        revision = page.save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=before)
    call_command("publish_scheduled")
    assert not is_live()
    assert GuidancePage.objects.get(pk=other.pk).intro.endswith("..")
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()


def test_the_bulk_action_is_refused_with_a_message(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = editor_client.post(f"{url}?id={draft.pk}&next=/beheer/", {"include_descendants": "on"}, follow=True)
    assert SAYS in response.content.decode()
    assert not is_live()


def test_publishing_its_home_page_with_all_descendants_is_refused(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = editor_client.post(
        f"{url}?id={draft.get_parent().pk}&next=/beheer/", {"include_descendants": "on"}, follow=True
    )
    assert SAYS in response.content.decode()
    assert not is_live()


def test_a_workflow_cannot_publish_it_either(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    editor = get_user_model().objects.get(username="editor")
    task = GroupApprovalTask.objects.create(name="Lezen")
    task.groups.set(editor.groups.all())
    workflow = Workflow.objects.create(name="Redactie")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(draft, editor)
    state = draft.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])
    response = editor_client.post(url, {"comment": ""}, follow=True)
    assert SAYS in response.content.decode()
    assert not is_live()
    assert GuidancePage.objects.get(pk=draft.pk).workflow_in_progress


def test_a_copy_that_would_be_live_is_refused(draft: GuidancePage) -> None:
    with pytest.raises(NotApprovedError):
        GuidancePage(title="x", slug="x", intro="x", locale=draft.locale, live=True).save()


def test_an_approved_translation_can_be_published(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    assert dutch("Approved. Now you can publish the page.") in approve(editor_client, draft).content.decode()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    editor_client.post(f"{url}?id={draft.pk}&next=/beheer/", {"include_descendants": ""})
    assert is_live()


def test_the_name_and_date_of_the_approval_are_shown(editor_client: Client, draft: GuidancePage) -> None:
    approve(editor_client, draft, "Tolk  A. Voorbeeld ")
    approval = TranslationApproval.objects.get()
    assert (approval.approved_by, approval.user.username, approval.page_id) == ("Tolk A. Voorbeeld", "editor", draft.pk)
    today = f"{timezone.localtime():%d-%m-%Y}"
    for url in (reverse("wagtailadmin_pages:edit", args=[draft.pk]), reverse("pilot_pages_approval", args=[draft.pk])):
        html = editor_client.get(url).content.decode()
        assert "Tolk A. Voorbeeld" in html
        assert today in html
    assert PageLogEntry.objects.filter(page=draft.pk, action="pilot_pages.approve").count() == 1
    assert (
        "Tolk A. Voorbeeld"
        in editor_client.get(reverse("wagtailadmin_pages:history", args=[draft.pk])).content.decode()
    )
    assert not ModelLogEntry.objects.filter(action="pilot_pages.approve").exists()


def test_changed_texts_need_a_new_approval(editor_client: Client, draft: GuidancePage) -> None:
    approve(editor_client, draft)
    page = draft.get_latest_revision_as_object()
    assert page.may_go_live
    page.body[0].value.source += "<p>كلمة</p>"
    revision = page.save_revision()
    with pytest.raises(NotApprovedError):
        revision.publish()
    html = editor_client.get(reverse("pilot_pages_approval", args=[draft.pk])).content.decode()
    assert "de tekst is sindsdien gewijzigd" in html


def test_a_changed_link_needs_a_new_approval(draft: GuidancePage) -> None:
    marks = []
    for page in (draft, draft.get_parent()):
        draft.body = json.dumps([{"type": "page_cards", "value": {"cards": [{"page": page.pk, "text": "اقرأ"}]}}])
        marks.append(draft.hash_texts())
    assert marks[0] != marks[1]


def test_ids_that_the_editor_adds_on_saving_need_no_new_approval(
    editor_client: Client, draft: GuidancePage, is_live: Callable[[], bool]
) -> None:
    approve(editor_client, draft)
    page = draft.get_latest_revision_as_object()
    as_the_form_saves = page.body[0].value.source.replace("<h2>", '<h2 data-block-key="i5ev4">', 1)
    page.body[0].value.source = as_the_form_saves.replace("<li>", '<li data-block-key="4yzh2">')
    page.save_revision().publish()
    assert "data-block-key" in GuidancePage.objects.get(pk=draft.pk).body[0].value.source
    assert is_live()


def test_a_new_draft_leaves_the_approved_page_live(editor_client: Client, draft: GuidancePage, is_live: Any) -> None:
    approve(editor_client, draft)
    draft.get_latest_revision().publish()
    page = GuidancePage.objects.get(pk=draft.pk)
    page.intro = "جديد"
    page.save_revision()
    assert is_live()


def test_texts_that_changed_since_the_form_was_opened_are_not_approved(
    editor_client: Client, draft: GuidancePage
) -> None:
    page = draft.get_latest_revision_as_object()
    read = page.hash_texts()
    page.intro = "جديد"
    page.save_revision()
    response = approve(editor_client, draft, mark=read)
    assert dutch("Not approved: words were changed meanwhile. Read it again.") in response.content.decode()
    assert not TranslationApproval.objects.exists()


def test_an_approval_needs_a_name(editor_client: Client, draft: GuidancePage) -> None:
    response = approve(editor_client, draft, name="  ")
    assert dutch("Not approved: write the name of who read the translation.") in response.content.decode()
    assert not TranslationApproval.objects.exists()


def test_an_approval_by_a_name_with_a_bsn_is_refused(editor_client: Client, draft: GuidancePage) -> None:
    response = approve(editor_client, draft, name="Tolk bsn 123456782")
    assert "Dat bewaren wij niet. Haal het weg." in response.content.decode()
    assert not TranslationApproval.objects.exists()


def test_dutch_and_english_need_no_approval(editor_client: Client) -> None:
    for page in GuidancePage.objects.filter(slug="contact"):
        assert editor_client.get(reverse("pilot_pages_approval", args=[page.pk])).status_code == 404
        page.save_revision().publish()


def test_users_who_may_not_publish_may_not_approve(client: Client, draft: GuidancePage) -> None:
    client.force_login(get_user_model().objects.create_user("member"))
    response = client.post(reverse("pilot_pages_approval", args=[draft.pk]), {"name": "Ik", "mark": draft.hash_texts()})
    assert response.status_code in (302, 404)
    assert not TranslationApproval.objects.exists()
