"""All that is known around one record, as its page tells it; each part only for who may see it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.activity.subjects import new_about, page_of
from dossiers.backoffice.labels import person_name
from dossiers.backoffice.placements.routes import propose_url
from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, Finding, FollowUp, Placement

SHOWN = 50  # of each part; the list has them all


@dataclass(frozen=True)
class Entry:
    """One line: a day, what it was, and where it is read."""

    day: str
    text: str
    note: str
    url: str
    stands_out: bool = False


@dataclass(frozen=True)
class Part:
    """One kind of thing around a record, with the button that adds one."""

    name: str
    heading: str | Promise
    entries: list[Entry]
    add_url: str
    add_label: str | Promise
    empty: str | Promise


def placements_of(record: Model, user: Any) -> Part | None:
    """A candidate's placements, or those at an employer or on one of its offers; None for who may see none."""
    if not user.has_perm("dossiers.view_placement"):
        return None
    path = {Dossier: "dossier", EmployerInterest: "interest", Employer: "interest__employer"}[type(record)]
    found = Placement.objects.visible_to(user).filter(**{path: record.pk})
    found = found.select_related("dossier", "interest__employer").order_by("-changed_at")[:SHOWN]
    entries = [_placement(one, of_dossier=isinstance(record, Dossier)) for one in found]
    known = {path: record.pk} if path in ("dossier", "interest") else {}
    add_url = propose_url(**known) if known and user.has_perm("dossiers.add_placement") else ""
    label = _("Propose to an employer") if isinstance(record, Dossier) else _("Propose a candidate")
    return Part("placement", _("Placements"), entries, add_url, label, _("No placement yet."))


def interests_of(employer: Employer, user: Any) -> Part | None:
    """All that an employer offered; None for who may see none of it."""
    if not user.has_perm("dossiers.view_employerinterest"):
        return None
    found = EmployerInterest.objects.visible_to(user).filter(employer=employer)[:SHOWN]
    entries = [
        Entry(day(one.start_date), f"{one.reference}: {one.work_description}", one.get_status_display(), page_of(one))
        for one in found
    ]
    return Part("employerinterest", _("Interests"), entries, "", "", _("This employer offered nothing yet."))


def _placement(one: Placement, *, of_dossier: bool) -> Entry:
    where = f"{one.interest.company_name}: {one.interest.work_description}" if of_dossier else one.dossier.full_name
    last = max((reached for _step, reached in one.reached), default=None)
    return Entry(day(last), where, one.get_status_display(), page_of(one))


def day(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if value else ""


def _action(one: FollowUp) -> Entry:
    late = not one.is_done and one.due_on <= timezone.localdate()
    owner = person_name(one.owner) if one.owner else str(_("nobody's"))
    note = str(_("done")) if one.is_done else owner
    return Entry(day(one.due_on), one.text, note, page_of(one), late)


def _finding(one: Finding) -> Entry:
    state = _("draft") if one.is_draft else _("solved") if one.solved_on else _("not solved yet")
    return Entry(day(one.noticed_on), f"{one}. {Truncator(one.description).chars(120)}", str(state), page_of(one))


def _contact(one: ContactMoment) -> Entry:
    by = person_name(one.user) if one.user else ""
    return Entry(day(one.held_on), f"{one.get_kind_display()}: {Truncator(one.text).chars(160)}", by, page_of(one))


PARTS: list[tuple[Any, Any, str | Promise, str | Promise, str | Promise]] = [
    (FollowUp, _action, _("Actions"), _("New action"), _("Nothing is to be done.")),
    (Finding, _finding, _("Findings"), _("New finding"), _("No barrier or opportunity was noted.")),
    (ContactMoment, _contact, _("Contact"), _("New contact moment"), _("No talk, call, mail or visit was recorded.")),
]
RELATED = {FollowUp: ("owner",), Finding: ("category",), ContactMoment: ("user",)}


def story(record: Model, user: Any) -> list[Part]:
    """Actions (open ones first), findings and contact moments about a record, or about what belongs to it."""
    parts: list[Part | None] = []
    for model, tell, heading, add_label, empty in PARTS:
        name = model._meta.model_name
        if not user.has_perm(f"dossiers.view_{name}"):
            continue
        found = model.objects.visible_to(user).about(record).select_related(*RELATED[model])
        if model is FollowUp:
            found = found.order_by("done_at", "due_on", "pk")
        entries = [tell(one) for one in found.distinct()[:SHOWN]]
        add_url = new_about(model, record) if user.has_perm(f"dossiers.add_{name}") else ""
        parts.append(Part(name, heading, entries, add_url, add_label, empty))
    whole = [*([] if isinstance(record, Placement) else [placements_of(record, user)]), *parts]
    if isinstance(record, Employer):
        whole.insert(0, interests_of(record, user))
    return [part for part in whole if part]
