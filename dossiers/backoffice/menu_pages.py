"""The pages Reports and Settings of the menu: what they hold, under headings, each with what it is for.

The sidebar links to a page instead of folding out its items, so that it fits a laptop. Items are registered with
Wagtail's own hooks; one that no section names comes last.
"""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem, reports_menu, settings_menu

from admin_pages.pages import AdminPageMixin

FILES = ("images", "documents")  # the names of the items that share one place in the sidebar


Sections = tuple[tuple[Any, dict[str, Any]], ...]
"""The headings, each with the names of its menu items and what these are for."""

REPORTS: Sections = (
    (
        _("Figures"),
        {
            "report-period": _("Everything that was done and reached between two days."),
            "report-funnel": _("From registration to paid work: how many reach each step, and where it stops."),
            "report-lead-times": _("How many days lie between two steps."),
            "report-permits": _("Applications, decisions and how long a decision takes."),
            "report-employers": _("Who signed up, how soon they were called, and what became of it."),
            "report-retention": _("How many are still at work after a start."),
        },
    ),
    (
        _("What you wrote down"),
        {
            "findings": _("Barriers and opportunities, of people and of employers."),
            "report-findings": _("The findings counted by category."),
            "contacts": _("Every conversation, call and mail that was recorded."),
        },
    ),
    (
        _("Money and planning"),
        {
            "budget": _("What is planned, spent and left."),
            "expenses": _("Each amount that was spent."),
            "milestones": _("What must be ready when."),
            "report-money": _("Budget and expenses by category and period."),
        },
    ),
    (_("For the council"), {"evaluations": _("Letters with the figures of the pilot, frozen and released.")}),
    (
        _("To check"),
        {
            "to-check": _("Facts and pages that nobody has checked for a while."),
            "dead-links": _("Addresses on the site that lead nowhere any more."),
            "unfound-words": _("Words that visitors of the site searched for in vain."),
            "access-log": _("Who opened whose data, and when."),
            "deletions": _("What was deleted in the last 30 days, and can be restored."),
        },
    ),
)
SETTINGS: Sections = (
    (
        _("Policy"),
        {
            "rules": _("Terms, amounts and conditions, with their sources. The site and the backoffice use them."),
            "forgetting": _("How long data is kept, and who are removed next."),
            "pilot": _("The budget and the planning of the pilot."),
        },
    ),
    (
        _("Lists of choices"),
        {
            "organisations": _("Who supplies candidates, and their staff."),
            "sectors": _("The kinds of work."),
            "closing-reasons": _("Why a dossier, an interest or a placement ends."),
            "finding-categories": _("What barriers and opportunities are about."),
            "own-fields": _("Fields that you add to dossiers and interests."),
        },
    ),
    (
        _("What happens by itself"),
        {
            "action-rules": _("When an action is made, and for whom."),
            "email-texts": _("The texts of the e-mails to employers, candidates, partners and colleagues."),
            "import-profiles": _("What is remembered about the lists of a sender."),
            "candidate-languages": _("In which languages candidates read their page."),
            "webhooks": _("Messages to other systems."),
        },
    ),
    (
        _("Users"),
        {"users": _("Who may log in, and what they may do."), "groups": _("The roles, and what each of them may do.")},
    ),
    (_("Technical"), {"system": _("Whether work in the background goes on, what failed, and which versions run.")}),
    (
        _("The site"),
        {
            "glossary": _("Terms that the site explains at their first use on a page."),
            "site-identity": _("What the site, the backoffice and the e-mails are called, and their logo."),
            "contact-details": _("How employers reach you: shown on every page of the site."),
            "redirects": _("Old addresses that lead to a new page."),
            "workflows": _("Who approves a page before it is published."),
            "workflow-tasks": _("The steps of a workflow."),
            "collections": _("Folders of images and documents."),
            "sites": _("The address of the site, and its home page."),
        },
    ),
)


MENU_PAGES = {
    "register_reports_menu_item": {"url": reverse_lazy("dossiers_menu_reports"), "label": _("Reports")},
    "register_settings_menu_item": {"url": reverse_lazy("dossiers_menu_settings"), "label": _("Settings")},
}  # the hook by which a viewset registers its menu item: the page with that item


class InMenuMixin:
    """A viewset with a menu item; its pages lead back to the page of the menu."""

    base_url_path: str
    menu_hook: str | None

    @property
    def menu_name(self) -> str:
        """The name of the menu item, which is the same in each language."""
        return self.base_url_path

    @property
    def breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The pages above the list: the home page, and the page of the menu that has the list."""
        items: list[dict[str, Any]] = super().breadcrumbs_items  # type: ignore[misc]
        return [*items, MENU_PAGES[self.menu_hook]] if self.menu_hook in MENU_PAGES else items


PURPOSES = {name: purpose for _label, purposes in (*REPORTS, *SETTINGS) for name, purpose in purposes.items()} | {
    "guide": _("How you do what belongs to your role.")
}
"""What each menu item is for, by its name."""


class Entry(NamedTuple):
    item: MenuItem
    purpose: Any


class MenuPageView(AdminPageMixin, TemplateView):
    """A page with the items of a menu; a 404 if the user has none of them."""

    template_name = "dossiers/menu_page.html"
    menu: Menu
    sections: Sections

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = sorted(self.menu.menu_items_for_request(self.request), key=lambda item: item.order)
        items = {item.name: item for item in shown}
        if not items:
            raise Http404
        sections = [
            (label, [Entry(items.pop(name), purpose) for name, purpose in purposes.items() if name in items])
            for label, purposes in self.sections
        ]
        others = (_("Pages"), [Entry(item, "") for item in items.values()])
        return super().get_context_data(**kwargs) | {
            "sections": [(label, entries) for label, entries in (*sections, others) if entries]
        }


class ReportsPageView(MenuPageView):
    menu, sections = reports_menu, REPORTS
    page_title = _("Reports")
    header_icon = "site"


class SettingsPageView(MenuPageView):
    menu, sections = settings_menu, SETTINGS
    page_title = _("Settings")
    header_icon = "cogs"


PAGES = {"reports": "dossiers_menu_reports", "settings": "dossiers_menu_settings"}  # name of a menu item: its page


class TodayMenuItem(MenuItem):
    """The home page of the backoffice, current on that page only and not on each page whose URL begins likewise."""

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        if request.path != self.url:
            component.url = f"{self.url}?"
        return component


def today_menu_item() -> MenuItem:
    return TodayMenuItem(
        _("Today"), reverse_lazy("wagtailadmin_home"), name="today", icon_name="calendar-check", order=10
    )


def keep_submenu(name: str, request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Keep on the request what a submenu shows, for Wagtail's hooks that construct submenus.

    Wagtail determines it to decide whether the submenu is shown, which takes several queries.
    """
    request.submenus = getattr(request, "submenus", {}) | {name: menu_items}  # type: ignore[attr-defined]


def shorten_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Put one link in place of each long submenu, for Wagtail's hook `construct_main_menu`.

    A submenu with one item becomes a link to that item.
    """
    files = [item for item in menu_items if item.name in FILES]
    if len(files) > 1:
        group = SubmenuMenuItem(_("Files"), Menu(items=files), name="files", icon_name="image")
        group.order = files[0].order
        menu_items[:] = [item for item in menu_items if item not in files] + [group]
    for place, item in enumerate(menu_items):
        if item.name in PAGES and isinstance(item, SubmenuMenuItem):
            shown = request.submenus[item.name]  # type: ignore[attr-defined]
            only = shown[0] if len(shown) == 1 else None
            menu_items[place] = MenuItem(
                only.label if only else item.label,
                only.url if only else reverse(PAGES[item.name]),
                name=item.name,
                icon_name=item.icon_name,
                order=item.order,
            )


def urls() -> list[URLPattern]:
    return [
        path("reports/", ReportsPageView.as_view(), name="dossiers_menu_reports"),
        path("settings/", SettingsPageView.as_view(), name="dossiers_menu_settings"),
    ]
