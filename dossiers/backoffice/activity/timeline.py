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
    placements = Placement.objects.visible_to(user).filter(**{path: record.pk})
    placements = placements.select_related("dossier", "interest__employer").order_by("-changed_at")[:SHOWN]
    entries = [_placement(placement, of_dossier=isinstance(record, Dossier)) for placement in placements]
    known = {path: record.pk} if path in ("dossier", "interest") else {}
    add_url = propose_url(**known) if known and user.has_perm("dossiers.add_placement") else ""
    label = _("Propose to an employer") if isinstance(record, Dossier) else _("Propose a candidate")
    return Part("placement", _("Placements"), entries, add_url, label, _("No placement yet."))


def interests_of(employer: Employer, user: Any) -> Part | None:
    """All that an employer offered; None for who may see none of it."""
    if not user.has_perm("dossiers.view_employerinterest"):
        return None
    interests = EmployerInterest.objects.visible_to(user).filter(employer=employer)[:SHOWN]
    entries = [
        Entry(
            day(interest.start_date),
            f"{interest.reference}: {interest.work_description}",
            interest.get_status_display(),
            page_of(interest),
        )
        for interest in interests
    ]
    return Part("employerinterest", _("Interests"), entries, "", "", _("This employer offered nothing yet."))


def _placement(placement: Placement, *, of_dossier: bool) -> Entry:
    where = (
        f"{placement.interest.company_name}: {placement.interest.work_description}"
        if of_dossier
        else placement.dossier.full_name
    )
    last = max((reached for _step, reached in placement.reached_steps), default=None)
    return Entry(day(last), where, placement.get_status_display(), page_of(placement))


def day(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if value else ""


def _action(action: FollowUp) -> Entry:
    late = not action.is_done and action.due_on <= timezone.localdate()
    owner = person_name(action.owner) if action.owner else str(_("nobody's"))
    note = str(_("done")) if action.is_done else owner
    return Entry(day(action.due_on), action.text, note, page_of(action), late)


def _finding(finding: Finding) -> Entry:
    state = _("draft") if finding.is_draft else _("solved") if finding.solved_on else _("not solved yet")
    return Entry(
        day(finding.noticed_on), f"{finding}. {Truncator(finding.description).chars(120)}", str(state), page_of(finding)
    )


def _contact(contact: ContactMoment) -> Entry:
    by = person_name(contact.user) if contact.user else ""
    return Entry(
        day(contact.held_on),
        f"{contact.get_kind_display()}: {Truncator(contact.text).chars(160)}",
        by,
        page_of(contact),
    )


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
        records = model.objects.visible_to(user).about(record).select_related(*RELATED[model])
        if model is FollowUp:
            records = records.order_by("done_at", "due_on", "pk")
        entries = [tell(entry) for entry in records.distinct()[:SHOWN]]
        add_url = new_about(model, record) if user.has_perm(f"dossiers.add_{name}") else ""
        parts.append(Part(name, heading, entries, add_url, add_label, empty))
    whole = [*([] if isinstance(record, Placement) else [placements_of(record, user)]), *parts]
    if isinstance(record, Employer):
        whole.insert(0, interests_of(record, user))
    return [part for part in whole if part]
