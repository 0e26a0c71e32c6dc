"""The page with the guide, its menu items, and what the search finds of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin
from dossiers.backoffice.guide.texts import SECTIONS, Section, Task


def find_sections(user: Any) -> list[Section]:
    """Return the sections about the work of the user, with the tasks that the user may do."""
    return [
        replace(section, tasks=tuple(task for task in section.tasks if task.is_allowed(user)))
        for section in SECTIONS
        if section.is_allowed(user)
    ]


def find_guide_tasks(user: Any) -> Iterable[tuple[str, Task]]:
    """Yield the tasks that the user may do, each with its URL in the guide."""
    for section in find_sections(user):
        for task in section.tasks:
            yield f"{reverse('dossiers_help')}#{task.anchor}", task


class GuideView(AdminPageMixin, TemplateView):
    template_name = "dossiers/guide.html"
    page_title = _("Guide")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sections": find_sections(self.request.user)}


def guide_menu_item() -> MenuItem:
    return MenuItem(_("Guide"), reverse_lazy("dossiers_help"), name="guide", icon_name="help", order=1)


def urls() -> list[URLPattern]:
    return [path("help/", GuideView.as_view(), name="dossiers_help")]
