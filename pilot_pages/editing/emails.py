"""The e-mails to editors about the approval of a page and comments on it, with texts that staff edit.

They replace those of Wagtail, which decides who gets them: each user switches them off under Account.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.auth.models import User
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.mail import Notifier
from wagtail.admin.views.pages import edit
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.users.models import UserProfile

from admin_pages.users import find_users_with_email, get_person_name
from dossiers.emails.base import StaffEmail, build_admin_url


class PageEmail(StaffEmail):
    """An e-mail about one page, with a link to its form."""

    examples = {"pagina": "Wat als het werk ophoudt?", "door": "Anneke de Boer"}

    @classmethod
    def about(cls, page: Page | None, user_id: int, by: User | None, **values: str) -> Self | None:
        """Return the e-mail, or None if the page or the user is gone; `by` did what it tells."""
        user = find_users_with_email().filter(pk=user_id).first()
        if page is None or user is None:
            return None
        values |= {"pagina": page.get_admin_display_title(), "door": get_person_name(by, gettext("Somebody"))}
        return cls(user.email, values, link=cls.get_link(page))

    @staticmethod
    def get_link(page: Page) -> str:
        return build_admin_url("wagtailadmin_pages:edit", page.pk)


class PageSubmittedEmail(PageEmail):
    name, label = "page_submitted", _("page to approve")

    @classmethod
    def find(cls, task_state_id: int, user_id: int) -> Self | None:
        waiting = TaskState.objects.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS)
        state = waiting.select_related("workflow_state__requested_by").first()
        if state is None:
            return None
        return cls.about(state.workflow_state.content_object, user_id, state.workflow_state.requested_by)


class PageAnsweredEmail(PageEmail):
    """An e-mail with the answer to whoever asked for the approval."""

    @classmethod
    def find(cls, workflow_state_id: int, user_id: int) -> Self | None:
        state = WorkflowState.objects.filter(pk=workflow_state_id).first()
        answer = state.current_task_state if state else None
        if state is None or answer is None:
            return None
        comment = answer.specific.get_comment() or gettext("none")
        return cls.about(state.content_object, user_id, answer.finished_by, opmerking=comment)


class PageApprovedEmail(PageAnsweredEmail):
    name, label = "page_approved", _("page approved")
    examples = PageEmail.examples

    @staticmethod
    def get_link(page: Page) -> str:
        return page.full_url or PageEmail.get_link(page)


class PageSentBackEmail(PageAnsweredEmail):
    name, label = "page_rejected", _("page sent back")
    examples = PageEmail.examples | {"opmerking": "De bron ontbreekt."}


class PageCommentsEmail(PageEmail):
    """Names no comment, since e-mail is not secure."""

    name, label = "page_comments", _("comments on a page")

    @classmethod
    def find(cls, page_id: int, user_id: int, by_id: int) -> Self | None:
        return cls.about(Page.objects.filter(pk=page_id).first(), user_id, User.objects.filter(pk=by_id).first())


ANSWERS: dict[str, type[PageEmail]] = {
    "submitted": PageSubmittedEmail,
    "approved": PageApprovedEmail,
    "rejected": PageSentBackEmail,
}


def replace_wagtails_emails() -> None:
    """Patch Wagtail's notifiers and its form of pages; called once, when the site starts."""
    Notifier.__call__, edit.send_notification = enqueue_answers, enqueue_comments


def enqueue_answers(notifier: Any, instance: Any = None, **kwargs: Any) -> None:
    """Send what Wagtail's notifier of a workflow would send, to whom it would."""
    if notifier.can_handle(instance, **kwargs):
        for user in notifier.get_valid_recipients(instance, **kwargs):
            ANSWERS[notifier.notification].enqueue(instance.pk, user.pk)


def enqueue_comments(recipients: Iterable[User], _notification: str, context: dict[str, Any]) -> None:
    """Tell the followers of a page about comments; once each, as Wagtail asks for them."""
    for user in recipients:
        if user.is_active and user.email and UserProfile.get_for_user(user).updated_comments_notifications:
            PageCommentsEmail.enqueue(context["page"].pk, user.pk, context["editor"].pk)
