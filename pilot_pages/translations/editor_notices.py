"""Notices for editors about translations, on the home page of the backoffice and above the form of a page."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from dates.format import format_date
from pilot_pages.models import PilotPage, TranslationApproval
from pilot_pages.translations.outdated import find_outdated_translations, find_outdated_translations_for


class OutdatedTranslationsPanel(Component):
    name = "translations_behind"
    template_name = "pilot_pages/translations/outdated.html"
    order = 120

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"pages": find_outdated_translations_for(cast(User, parent_context["request"].user))}


def add_outdated_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Implement Wagtail's hook `construct_homepage_panels`: add the panel of outdated translations."""
    if find_outdated_translations_for(cast(User, request.user)).exists():
        panels.append(OutdatedTranslationsPanel())


def before_editing(request: HttpRequest, page: PilotPage) -> None:
    """Implement Wagtail's hook `before_edit_page`: show whether the translation is outdated or approved."""
    if request.method != "GET" or not isinstance(page, PilotPage):
        return
    if outdated_page := find_outdated_translations().filter(pk=page.pk).first():
        text = gettext("Translation behind: the Dutch page was changed on %(day)s, after this one was last saved.")
        edit = reverse("wagtailadmin_pages:edit", args=[outdated_page.original_id])
        messages.warning(
            request,
            text % {"day": format_date(outdated_page.changed_at)},
            buttons=[messages.button(edit, gettext("To the Dutch page"))],
        )
    if page.needs_approval:
        show_approval(request, page)


def show_approval(request: HttpRequest, page: PilotPage) -> None:
    if approval := TranslationApproval.find_for(page.get_latest_revision_as_object()):
        text = gettext("%(name)s approved this translation on %(day)s.")
        messages.info(request, text % describe_approval(approval))
        return
    if page.live and (approval := TranslationApproval.find_for(type(page).objects.get(pk=page.pk))):
        text = gettext(
            "These changed words have not been approved yet. They can't be published before. On the site stands what "
            "%(name)s approved on %(day)s."
        )
    elif approval := TranslationApproval.objects.filter(page_id=page.pk).first():
        text = gettext("Approved by %(name)s on %(day)s, but words were changed since: it has to be read again.")
    else:
        text = gettext("Nobody has approved this translation yet. It can't be published before.")
    button = messages.button(reverse("pilot_pages_approval", args=[page.pk]), gettext("Approve the translation"))
    messages.warning(request, text % describe_approval(approval) if approval else text, buttons=[button])


def describe_approval(approval: TranslationApproval) -> dict[str, str]:
    return {"name": approval.approved_by, "day": format_date(approval.approved_at)}
