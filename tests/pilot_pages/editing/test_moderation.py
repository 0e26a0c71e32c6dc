"""The approval workflow for pages of authors, who may not publish."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupApprovalTask, Page, PageSubscription, TaskState, Workflow, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from dossiers.emails.base import build_admin_url
from dossiers.models import EmailText
from dossiers.models.rights import AUTHORS, COMMUNICATIONS, READERS
from pilot_pages.editing.emails import PageSentBackEmail, PageSubmittedEmail
from pilot_pages.editing.moderation import TASK, WORKFLOW, create_workflow
from pilot_pages.models import SignUpPage
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch


def fields(**changes: Any) -> dict[str, Any]:
    """Return the POST data of the form of a guidance page."""
    values = {
        "title": "Wat als het werk ophoudt?", "slug": "werk-houdt-op", "intro": "Dan vertelt u dat aan UWV.",
        "body": streamfield([("text", rich_text("<p>Bel op tijd.</p>"))]), "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0", "drawing": "", "menu_title": "", "next_heading": "", "next_text": "",
        "next_page": "", "next_label": "", "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "",
    }  # fmt: skip
    return nested_form_data(values | changes)


def add(client: Client, **changes: Any) -> Any:
    home = Page.objects.get(slug="home", depth=2)
    url = reverse("wagtailadmin_pages:add", args=["pilot_pages", "guidancepage", home.pk])
    return client.post(url, fields(**changes))


def answer(client: Client, action: str, **data: str) -> Any:
    url = reverse("wagtailadmin_pages:workflow_action", args=[written().pk, action, TaskState.objects.get().pk])
    return client.post(url, data)


def written() -> Page:
    return Page.objects.get(slug="werk-houdt-op")


def test_a_page_that_an_author_submits_can_be_approved_by_communications(
    author: Client, anna: Client, client: Client
) -> None:
    add(author, **{"action-submit": "yes"})
    assert not written().live
    assert [message.to for message in mail.outbox] == [["anna@example.nl"]]
    assert "goedkeuring" in mail.outbox[0].subject and "Wat als het werk ophoudt?" in mail.outbox[0].subject
    assert "Goedendag," in mail.outbox[0].body
    desk = compact_html(anna.get("/beheer/"))
    assert '<span class="desk-count">1</span> Pagina’s die op uw goedkeuring wachten' in desk
    answer(anna, "approve")
    assert written().live
    assert "Bel op tijd." in client.get(written().url).content.decode()
    assert [message.to for message in mail.outbox[1:]] == [["kees@example.nl"]]
    assert "goedgekeurd" in mail.outbox[1].subject and written().full_url in mail.outbox[1].body


def test_a_rejected_page_remains_a_draft_and_its_author_is_notified(author: Client, anna: Client) -> None:
    add(author, **{"action-submit": "yes"})
    answer(anna, "reject", comment="De bron ontbreekt.")
    assert not written().live
    assert mail.outbox[-1].to == ["kees@example.nl"]
    assert mail.outbox[-1].subject == "De pagina ‘Wat als het werk ophoudt?’ is teruggestuurd"
    assert build_admin_url("wagtailadmin_pages:edit", written().pk) in mail.outbox[-1].body
    assert "is teruggestuurd door Anna de Boer." in mail.outbox[-1].body
    assert "De opmerking erbij: “De bron ontbreekt.”" in mail.outbox[-1].body


def test_staff_write_the_e_mails_about_an_approval_themselves(author: Client, anna: Client) -> None:
    texts = {
        "page_submitted": "Kijkt u naar ‘{pagina}’ van {door}?",
        "page_rejected": "{door} schrijft bij ‘{pagina}’: {opmerking}",
        "page_approved": "{door} keurde ‘{pagina}’ goed",
    }
    for kind, subject in texts.items():
        EmailText.objects.filter(kind=kind).update(subject=subject)
    add(author, **{"action-submit": "yes"})
    answer(anna, "reject")
    author.post(reverse("wagtailadmin_pages:edit", args=[written().pk]), fields(**{"action-submit": "yes"}))
    state = TaskState.objects.latest("pk")
    anna.post(reverse("wagtailadmin_pages:workflow_action", args=[written().pk, "approve", state.pk]))
    assert [message.subject for message in mail.outbox] == [
        "Kijkt u naar ‘Wat als het werk ophoudt?’ van Kees?",
        "Anna de Boer schrijft bij ‘Wat als het werk ophoudt?’: geen",
        "Kijkt u naar ‘Wat als het werk ophoudt?’ van Kees?",
        "Anna de Boer keurde ‘Wat als het werk ophoudt?’ goed",
    ]


def test_whoever_switched_the_e_mails_off_gets_none(author: Client, anna: Client) -> None:
    UserProfile.objects.update_or_create(
        user=User.objects.get(username="anna"), defaults={"submitted_notifications": False}
    )
    add(author, **{"action-submit": "yes"})
    assert mail.outbox == []


def test_a_page_that_was_answered_meanwhile_is_not_asked_about_any_more(author: Client, anna: Client) -> None:
    add(author, **{"action-submit": "yes"})
    anna_user, state = User.objects.get(username="anna"), TaskState.objects.get()
    assert PageSubmittedEmail.find(state.pk, anna_user.pk)
    answer(anna, "reject")
    assert PageSubmittedEmail.find(state.pk, anna_user.pk) is None
    written().delete()
    assert PageSentBackEmail.find(state.workflow_state_id, anna_user.pk) is None


def test_a_comment_is_told_to_whoever_follows_the_page_without_its_words(author: Client, anna: Client) -> None:
    add(author)
    kees = User.objects.get(username="kees")
    PageSubscription.objects.update_or_create(user=kees, page=written(), defaults={"comment_notifications": True})
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-0-text": "Klopt dit nog?",
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    anna.post(reverse("wagtailadmin_pages:edit", args=[written().pk]), fields(**comment))
    (message,) = mail.outbox
    assert message.to == ["kees@example.nl"] and "Anna de Boer" in message.body
    assert message.subject == "Er zijn opmerkingen bij de pagina ‘Wat als het werk ophoudt?’"
    assert "Klopt dit nog?" not in message.body


def answer_in_the_form(client: Client, action: str, go_live_at: str = "", **data: str) -> str:
    sent = {
        "action-workflow-action": "yes",
        "workflow-action-name": action,
        "workflow-action-extra-data": json.dumps(data),
    }
    url = reverse("wagtailadmin_pages:edit", args=[written().pk])
    html: str = client.post(url, fields(go_live_at=go_live_at, **sent), follow=True).content.decode()
    return html


def test_the_reviewer_and_the_author_see_the_result_of_the_review(author: Client, anna: Client) -> None:
    add(author, **{"action-submit": "yes"})
    sent_back = dutch("Sent back: your comment stands above the page's form.")
    assert sent_back in answer_in_the_form(anna, "reject", comment="De bron ontbreekt.")
    edit = reverse("wagtailadmin_pages:edit", args=[written().pk])
    assert "Anna de Boer stuurde deze pagina terug: “De bron ontbreekt.”" in author.get(edit).content.decode()
    assert sent_back not in author.post(edit, fields(**{"action-submit": "yes"}), follow=True).content.decode()
    assert "stuurde deze pagina terug" not in author.get(edit).content.decode()
    approved = dutch("Approved: this page stands on the site now.")
    assert approved in answer_in_the_form(anna, "approve")


def test_a_second_review_of_the_same_page_is_refused_with_a_message(author: Client, anna: Client) -> None:
    add(author, **{"action-submit": "yes"})
    answer(anna, "approve")
    html = answer_in_the_form(anna, "reject", comment="De bron ontbreekt.")
    assert dutch("Sent back: your comment stands above the page's form.") not in html
    warning = "Your answer was not kept, for somebody else answered first. What you changed stands as a draft."
    assert dutch(warning) in html
    assert dutch("Approved: this page stands on the site now.") not in answer_in_the_form(anna, "approve")
    assert written().live


@pytest.mark.parametrize(
    "words",
    [
        {"title": "Wat als 123456782 ophoudt?"},
        {"search_description": "BSN nr. 170 561 483"},
        {"body": streamfield([("text", rich_text("<p>Zijn nummer is 170 <b>561</b> 483.</p>"))])},
        {"body": streamfield([("text", rich_text('<p><a href="https://x.nl/?bsn=170561483">Hier</a>.</p>'))])},
    ],
)
def test_no_text_of_a_page_may_contain_a_bsn(author: Client, words: dict[str, Any]) -> None:
    refused = add(author, **words)
    assert "(BSN)" in refused.content.decode()
    assert set(refused.context["form"].errors) == words.keys()
    assert not Page.objects.filter(slug="werk-houdt-op").exists()


@pytest.mark.parametrize(
    "words",
    [
        {"search_description": "a" * 32_768},
        {"body": streamfield([("text", rich_text(f"<p>{'a' * 32_768}</p>"))])},
        {"body": streamfield([("quote", {"quote": "Zo.", "who": "a" * 32_768})])},
    ],
)
def test_no_text_of_a_page_is_longer_than_others_may_be(author: Client, words: dict[str, Any]) -> None:
    refused = add(author, **words)
    assert "Maak de tekst korter" in refused.content.decode()
    assert set(refused.context["form"].errors) == words.keys()


def test_a_page_may_link_to_a_telephone_number_and_an_article_with_a_long_number(author: Client) -> None:
    links = '<a href="tel:+31513633633">Bel</a> <a href="tel:0612345672">06</a> <a href="https://x.nl/a/123456789">'
    add(author, body=streamfield([("text", rich_text(f"<p>{links}Lees</a>.</p>"))]))
    body = str(written().specific.body)
    assert "tel:+31513633633" in body and "x.nl/a/123456789" in body


def test_a_link_to_an_address_with_a_bsn_is_refused(author: Client) -> None:
    url = reverse("wagtailadmin_choose_page_external_link")
    data = {"external-link-chooser-url": "https://x.nl/?bsn=170561483", "external-link-chooser-link_text": "Hier"}
    assert "(BSN)" in json.loads(author.post(url, data).content)["html"]
    data["external-link-chooser-url"] = "https://x.nl/?artikel=17056148"
    assert json.loads(author.post(url, data).content)["step"] == "external_link_chosen"


def test_approving_a_scheduled_page_does_not_say_that_it_is_published(author: Client, anna: Client) -> None:
    tomorrow = f"{timezone.localtime() + timedelta(days=1):%d-%m-%Y %H:%M}"
    add(author, go_live_at=tomorrow, **{"action-submit": "yes"})
    html = answer_in_the_form(anna, "approve", go_live_at=tomorrow)
    assert dutch("Approved: this page goes to the site at the moment that was planned.") in html
    assert not written().live


def test_an_author_cannot_publish_with_a_forged_request(author: Client) -> None:
    add(author, **{"action-publish": "yes"})
    assert not written().live
    author.post(reverse("wagtailadmin_pages:edit", args=[written().pk]), fields(**{"action-publish": "yes"}))
    assert not written().live


def test_an_author_cannot_approve_their_own_page_or_move_or_delete_other_pages(
    author: Client, content: SignUpPage
) -> None:
    add(author, **{"action-submit": "yes"})
    answer(author, "approve")
    assert not written().live
    for name in ("delete", "move", "unpublish"):
        response = author.post(reverse(f"wagtailadmin_pages:{name}", args=[content.pk]))
        assert response.status_code in (302, 403), name
    assert Page.objects.get(pk=content.pk).live


def test_an_author_can_view_but_not_change_regulations_and_cannot_change_settings(author: Client) -> None:
    assert author.get("/beheer/rules/").status_code == 200
    assert author.post("/beheer/rules/1/checked/").status_code == 302
    user = author.user  # type: ignore[attr-defined]
    assert not any(user.has_perm(right) for right in ("dossiers.change_regulation", "pilot_pages.change_pilotsettings"))


def test_readers_cannot_create_pages(log_in: Callable[..., Client]) -> None:
    reader = log_in("lezer", READERS)
    add(reader, **{"action-submit": "yes"})
    assert not Page.objects.filter(slug="werk-houdt-op").exists()


def test_the_workflow_is_created_once_and_preserves_later_changes(author: Client) -> None:
    workflow = Workflow.objects.get()
    assert workflow.name == WORKFLOW
    assert [task.name for task in workflow.tasks] == [TASK]
    assert [group.name for group in workflow.tasks[0].specific.groups.all()] == [COMMUNICATIONS]
    assert Page.objects.get(depth=1).title == "Alle pagina’s" and not Collection.objects.filter(name="Root").exists()
    workflow.deactivate()
    create_workflow()
    assert [existing.active for existing in Workflow.objects.all()] == [False]
    assert not Group.objects.filter(name__in=["Moderators", "Editors"]).exists()


def test_an_author_is_warned_that_changes_are_not_saved_during_a_review(author: Client) -> None:
    add(author, **{"action-submit": "yes"})
    page = Page.objects.get(slug="werk-houdt-op")
    html = author.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "wat u hier typt, wordt niet bewaard" in html
    assert html.count("Goedkeuring afbreken") > 1, "the notice names a choice that is there"
    page.current_workflow_state.cancel(author.user)
    history = author.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert "De vorige ronde van de goedkeuring, bij ‘Goedkeuren door communicatie’, is afgesloten" in history


def labels_of_action_menu(client: Client) -> list[str]:
    """Return the labels of the buttons at the bottom of the edit form, in their order."""
    response = client.get(reverse("wagtailadmin_pages:edit", args=[written().pk]))
    menu = response.context["action_menu"]
    return [item.get_context_data(menu.context)["label"] for item in [menu.default_item, *menu.menu_items]]


def test_aborting_the_approval_of_a_returned_page_is_the_last_choice_and_asks_first(
    author: Client, anna: Client
) -> None:
    add(author, **{"action-submit": "yes"})
    assert labels_of_action_menu(author) == ["Pagina is vergrendeld", "Goedkeuring afbreken"]
    answer(anna, "reject", comment="De bron ontbreekt.")
    resubmit = "Opnieuw insturen voor ‘Goedkeuren door communicatie’"
    assert labels_of_action_menu(author) == ["Concept opslaan", resubmit, "Goedkeuring afbreken"]
    url = reverse("pilot_pages_cancel_workflow", args=[written().pk])
    assert f'href="{url}"' in author.get(reverse("wagtailadmin_pages:edit", args=[written().pk])).content.decode()
    assert "De pagina staat nu bij ‘Goedkeuren door communicatie’." in author.get(url).content.decode()
    assert written().current_workflow_state
    aborted = author.post(url, follow=True).content.decode()
    assert "is afgebroken. De tekst blijft bewaard als concept." in aborted
    assert not written().current_workflow_state
    assert "Er is niets afgebroken" in author.post(url, follow=True).content.decode()


def test_restarting_the_approval_is_offered_beside_resuming_it_at_a_later_task(author: Client, anna: Client) -> None:
    second = GroupApprovalTask.objects.create(name="Tweede lezing")
    second.groups.add(Group.objects.get(name=COMMUNICATIONS))
    WorkflowTask.objects.create(workflow=Workflow.objects.get(), task=second, sort_order=1)
    add(author, **{"action-submit": "yes"})
    answer(anna, "approve")
    state = written().current_workflow_task_state
    anna.post(reverse("wagtailadmin_pages:workflow_action", args=[written().pk, "reject", state.pk]), {"comment": "x"})
    labels = ["Opnieuw insturen voor ‘Tweede lezing’", "Opnieuw beginnen bij de eerste goedkeuring"]
    assert labels_of_action_menu(author) == ["Concept opslaan", *labels, "Goedkeuring afbreken"]


def test_nobody_aborts_the_approval_of_a_page_of_somebody_else(author: Client, log_in: Callable[..., Client]) -> None:
    add(author, **{"action-submit": "yes"})
    url = reverse("pilot_pages_cancel_workflow", args=[written().pk])
    log_in("piet", AUTHORS).post(url)
    assert log_in("lezer", READERS).post(url).status_code == 404
    assert written().workflow_in_progress
