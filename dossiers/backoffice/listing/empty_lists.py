"""Defines what each empty list says: what belongs in it, and how to begin."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.offers.routes import PERMISSIONS as OFFER_PERMISSIONS
from dossiers.models import RecordKind


@dataclass(frozen=True)
class Start:
    """A page on which the list gets its first record, for who has the permissions."""

    label: str | Promise
    permissions: tuple[str, ...]
    url_name: str
    arguments: tuple[Any, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.arguments)


def _add(label: str | Promise, model: str) -> Start:
    return Start(label, (f"dossiers.add_{model}",), f"wagtailsnippets_dossiers_{model}:add")


def _import(label: str | Promise, record: RecordKind) -> Start:
    return Start(label, ("dossiers.add_importrun",), "dossiers_import_upload", (record,))


NEW_OFFER = Start(_("New offer"), OFFER_PERMISSIONS, "dossiers_offer")


# By the name of the model.
EMPTY_LISTS: dict[str, tuple[Any, tuple[Start, ...]]] = {
    "dossier": (
        _("Here stand the candidates. Most come in with a list of a partner: import it as you got it."),
        (_import(_("Import a list"), RecordKind.DOSSIERS), _add(_("Add a candidate"), "dossier")),
    ),
    "employer": (
        _("Here stand the employers, each with what they offer. They sign up on the site, call, or stand in a list."),
        (
            _import(_("Import a list"), RecordKind.EMPLOYER_INTEREST),
            NEW_OFFER,
        ),
    ),
    "employerinterest": (
        _("Here stands what employers offer. A sign-up on the site comes here by itself, once it is confirmed."),
        (
            NEW_OFFER,
            _import(_("Import a list"), RecordKind.EMPLOYER_INTEREST),
        ),
    ),
    "placement": (
        _("Here stand the candidates who were proposed to an employer, until they are at work and after it."),
        (Start(_("Propose a candidate"), ("dossiers.add_placement",), "wagtailsnippets_dossiers_placement:add"),),
    ),
    "followup": (
        _("Here stands what must be done, by whom and when. The rules under Settings add actions by themselves."),
        (_add(_("Add an action"), "followup"),),
    ),
    "contactmoment": (
        _("Here stands every conversation, call and mail that was recorded. Record one on the page of a record."),
        (Start(_("Record a talk"), ("dossiers.add_contactmoment",), "dossiers_talk_start"),),
    ),
    "finding": (
        _("Here stands what stood in the way and what helped. The report to the council counts it by category."),
        (_add(_("Add a finding"), "finding"),),
    ),
    "expense": (_("Here stands what was spent, with its category."), (_add(_("Add an expense"), "expense"),)),
    "milestone": (
        _("Here stands what must be reached and when. It comes in the agenda and in the report."),
        (_add(_("Add a milestone"), "milestone"),),
    ),
    "regulation": (
        _("Here stand the facts of law and the amounts that the site shows, each with its source."),
        (_add(_("Add a fact"), "regulation"),),
    ),
    "glossaryterm": (
        _("Here stand the terms that the site explains, such as W-document."),
        (_add(_("Add a term"), "glossaryterm"),),
    ),
    "organisation": (
        _("Here stand the partners who supply candidates, each with the people who may do so."),
        (_add(_("Add an organization"), "organisation"),),
    ),
    "sector": (_("Here stand the sectors of work to choose from."), (_add(_("Add a sector"), "sector"),)),
    "closingreason": (
        _("Here stand the reasons to close a dossier, an interest or a placement."),
        (_add(_("Add a reason"), "closingreason"),),
    ),
    "findingcategory": (
        _("Here stand the categories of barriers and opportunities."),
        (_add(_("Add a category"), "findingcategory"),),
    ),
    "ownfield": (
        _("Here stand fields that you add yourself to candidates or employers. They come in lists and exports too."),
        (_add(_("Add a field"), "ownfield"),),
    ),
    "importprofile": (
        _("Here stands what was answered about the lists of a sender. It is remembered when you import a list."),
        (_import(_("Import a list"), RecordKind.DOSSIERS),),
    ),
}


class EmptyListMixin:
    """A list that says what belongs in it if it is empty."""

    model: Any
    request: HttpRequest

    @property
    def empty_list(self) -> dict[str, Any]:
        """Return the `text`, and the `starts` that the user may do."""
        text, starts = EMPTY_LISTS.get(self.model._meta.model_name, ("", ()))
        return {"text": text, "starts": [start for start in starts if self.request.user.has_perms(start.permissions)]}
