"""What an editor reads of a translation: on the first page of the backoffice, and above the page's own form."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from pilot_pages.models import PilotPage, TranslationApproval
from pilot_pages.translations.outdated import behind, behind_for


class TranslationsBehind(Component):
    name = "translations_behind"
    template_name = "pilot_pages/translations/behind.html"
    order = 120

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"pages": behind_for(cast(User, parent_context["request"].user))}


def behind_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For Wagtail's hook `construct_homepage_panels`."""
    if behind_for(cast(User, request.user)).exists():
        panels.append(TranslationsBehind())


def before_editing(request: HttpRequest, page: PilotPage) -> None:
    """For Wagtail's hook `before_edit_page`: how its translation stands, above the form."""
    if request.method != "GET" or not isinstance(page, PilotPage):
        return
    if late := behind().filter(pk=page.pk).first():
        text = gettext("Translation behind: the Dutch page was changed on %(day)s, after this one was last saved.")
        edit = reverse("wagtailadmin_pages:edit", args=[late.original_id])
        messages.warning(
            request,
            text % {"day": _day(late.changed_at)},
            buttons=[messages.button(edit, gettext("To the Dutch page"))],
        )
    if page.needs_approval:
        tell_of_approval(request, page)


def tell_of_approval(request: HttpRequest, page: PilotPage) -> None:
    latest = page.get_latest_revision_as_object()
    button = messages.button(reverse("pilot_pages_approval", args=[page.pk]), gettext("Approve the translation"))
    if approval := TranslationApproval.of(latest):
        text = gettext("%(name)s approved this translation on %(day)s.")
        messages.info(request, text % {"name": approval.approved_by, "day": _day(approval.approved_at)})
    else:
        messages.warning(
            request,
            gettext("Nobody has approved this translation yet. It can't be published before."),
            buttons=[button],
        )


def _day(moment: Any) -> str:
    return f"{localtime(moment):%d-%m-%Y}"
