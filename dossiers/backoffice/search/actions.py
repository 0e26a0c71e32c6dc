"""Lists what a user can do, for the search through the backoffice.

The items of the menus, what one can add, and how the guide says that something is done.
"""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu

from dossiers.backoffice.guide.texts import PRIVACY_SYNONYMS
from dossiers.backoffice.guide.views import find_guide_tasks
from dossiers.backoffice.menu_pages import PURPOSES
from dossiers.backoffice.offers.routes import PERMISSIONS as OFFER_PERMISSIONS
from dossiers.backoffice.partners.menu import hide_other_menu_items
from dossiers.models import RecordKind
from dossiers.models.search_terms import search_terms
from dossiers.privacy.normalization import strip_accents

NO_PAGE = "#"  # the URL of a menu item that opens a dialog

Action = tuple[str, str, str]
"""The URL, the label, and what it is for."""

SYNONYMS = {
    "dossiers": _("dossiers, people, participants"),
    "employers": _("companies, contacts, customers"),
    "interests": _("vacancies, jobs, sign-ups, offers"),
    "placements": _("matches, proposals, board"),
    "actions": _("tasks, reminders, to do"),
    "contacts": _("conversations, calls, notes, log"),
    "budget": _("money, budget"),
    "report-period": _("statistics, figures, numbers"),
    "evaluations": _("report, municipal council"),
    "access-log": _("log, audit, who saw"),
    "deletions": _("delete, erase, bin, restore, get back"),
    "forgetting": PRIVACY_SYNONYMS,
    "organisations": _("partners, suppliers, reception centers"),
    "own-fields": _("extra fields, columns"),
    "email-texts": _("templates, mails, letters"),
    "candidate-languages": _("translation, translate"),
    "webhooks": _("API, integration"),
    "users": _("password, login, account, rights, colleagues, employees"),
    "groups": _("rights, permissions"),
    "system": _("outage, error, backup, version"),
}
"""Other words for the menu items, by their names; a search finds the items by them, and no page shows them."""


def _import_of(record: RecordKind) -> Any:
    return reverse_lazy("dossiers_import_upload", args=[record])


def _form_of(model: str) -> Any:
    return reverse_lazy(f"wagtailsnippets_dossiers_{model}:add")


class Addition(NamedTuple):
    label: Any
    url: Any
    permissions: tuple[str, ...]
    purpose: Any = ""
    synonyms: Any = ""


ADDITIONS = (
    Addition(
        _("Record a talk"),
        reverse_lazy("dossiers_talk_start"),
        ("dossiers.add_contactmoment",),
        synonyms=_("call, telephone, report, note, contact moment"),
    ),
    Addition(
        _("Record a new offer"),
        reverse_lazy("dossiers_offer"),
        OFFER_PERMISSIONS,
        _("An employer calls about a vacancy or other work."),
        _("job, sign-up"),
    ),
    Addition(
        _("Import a list of candidates"),
        _import_of(RecordKind.DOSSIERS),
        ("dossiers.add_importrun",),
        synonyms=_("upload, read, Excel, spreadsheet, file, dossiers"),
    ),
    Addition(
        _("Import a list of employers"),
        _import_of(RecordKind.EMPLOYER_INTEREST),
        ("dossiers.add_importrun",),
        synonyms=_("upload, read, Excel, spreadsheet, file, companies"),
    ),
    Addition(
        _("Invite a colleague"),
        reverse_lazy("wagtailusers_users:add"),
        ("auth.add_user",),
        synonyms=_("new user, account, employee, access"),
    ),
    Addition(
        _("Agenda"),
        reverse_lazy("dossiers_agenda"),
        ("dossiers.view_followup",),
        synonyms=_("calendar, appointments, planning"),
    ),
    Addition(
        _("Add a candidate"),
        _form_of("dossier"),
        ("dossiers.add_dossier",),
        synonyms=_("new dossier, person, participant, register, make"),
    ),
    Addition(
        _("Add an employer"),
        _form_of("employer"),
        ("dossiers.add_employer",),
        synonyms=_("new company, register, make"),
    ),
    Addition(
        _("Add an employer's interest"),
        _form_of("employerinterest"),
        ("dossiers.add_employerinterest",),
        synonyms=_("new vacancy, job, sign-up"),
    ),
    Addition(
        _("Add a placement"),
        _form_of("placement"),
        ("dossiers.add_placement",),
        synonyms=_("new match, proposal, propose, link"),
    ),
    Addition(
        _("Add an action"),
        _form_of("followup"),
        ("dossiers.add_followup",),
        synonyms=_("new task, reminder, call back"),
    ),
    Addition(
        _("Add a finding"),
        _form_of("finding"),
        ("dossiers.add_finding",),
        synonyms=_("new barrier, opportunity, signal"),
    ),
    Addition(
        _("Add an expense"), _form_of("expense"), ("dossiers.add_expense",), synonyms=_("new invoice, receipt, payment")
    ),
)


def find_actions(request: HttpRequest, text: str) -> list[Action]:
    """Return what the user can do of which the name, the purpose or the synonyms contain each word of the text."""
    actions = [
        (str(addition.url), str(addition.label), str(addition.purpose), addition.synonyms)
        for addition in ADDITIONS
        if request.user.has_perms(addition.permissions)
    ]
    shown = [item for item in admin_menu.registered_menu_items if item.is_shown(request)]
    hide_other_menu_items(request, shown)
    for item in shown:
        is_menu = isinstance(item, SubmenuMenuItem)
        items: list[MenuItem] = item.menu.menu_items_for_request(request) if is_menu else [item]
        actions += [
            (str(entry.url), str(entry.label), str(PURPOSES.get(entry.name, "")), SYNONYMS.get(entry.name, ""))
            for entry in items
            if entry.url != NO_PAGE
        ]
    actions += [(url, str(task.title), gettext("Guide"), task.synonyms) for url, task in find_guide_tasks(request.user)]
    words = [strip_accents(word) for word in search_terms(text)]
    matching: dict[str, Action] = {}  # by URL: an item can be in two menus
    for url, label, purpose, synonyms in actions:
        described = strip_accents(f"{label} {purpose} {synonyms}")
        if all(word in described for word in words):
            matching.setdefault(url, (url, label, purpose))
    return [*matching.values()]
