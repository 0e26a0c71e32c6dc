"""The activity around a record: placements, interests, actions, findings and contact moments."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from admin_pages.users import get_person_name
from dates.format import format_date
from dossiers.backoffice.activity.subjects import get_create_url, get_record_url
from dossiers.backoffice.placements.routes import may_propose, propose_url
from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, Finding, FollowUp, Placement, RecordMail

MAX_ENTRIES = 50  # per section; the list shows all


@dataclass(frozen=True)
class Entry:
    """One line of a section."""

    date_text: str
    text: str
    note: str
    url: str
    stands_out: bool = False


@dataclass(frozen=True)
class ActivitySection:
    """The latest objects of one kind about a record, with the URL to add one."""

    name: str
    heading: str | Promise
    entries: list[Entry]
    add_url: str
    add_label: str | Promise
    empty: str | Promise


def get_placements_section(record: Model, user: Any) -> ActivitySection | None:
    """Return the placements of a candidate, an employer or an interest, or None if the user may not see any."""
    if not user.has_perm("dossiers.view_placement"):
        return None
    paths: dict[type[Model], str] = {Dossier: "dossier", EmployerInterest: "interest", Employer: "interest__employer"}
    path = paths[type(record)]
    placements = Placement.objects.visible_to(user).filter(**{path: record.pk})
    placements = placements.select_related("dossier", "interest__employer").order_by("-changed_at")[:MAX_ENTRIES]
    entries = []
    for placement in placements:
        interest = placement.interest
        where = (
            f"{interest.company_name}: {interest.work_description}"
            if isinstance(record, Dossier)
            else placement.dossier.full_name
        )
        last = max((reached for _step, reached in placement.reached_steps), default=None)
        entries.append(Entry(format_date(last), where, placement.get_status_display(), get_record_url(placement)))
    known = {path: record.pk} if path in ("dossier", "interest") else {}
    add_url = propose_url(**known) if known and may_propose(user, record) else ""
    label = _("Propose to an employer") if isinstance(record, Dossier) else _("Propose a candidate")
    return ActivitySection("placement", _("Placements"), entries, add_url, label, _("No placement yet."))


def get_interests_section(employer: Employer, user: Any) -> ActivitySection | None:
    """Return the interests of an employer, or None if the user may not see any."""
    if not user.has_perm("dossiers.view_employerinterest"):
        return None
    interests = EmployerInterest.objects.visible_to(user).filter(employer=employer)[:MAX_ENTRIES]
    entries = []
    for interest in interests:
        status = interest.get_status_display()
        if interest.awaits_withdrawal_outcome:
            status = f"{status} · {_('Employer wants to withdraw')}"
        work = f"{interest.reference}: {interest.work_description}"
        entries.append(Entry(format_date(interest.start_date), work, status, get_record_url(interest)))
    may_add = user.has_perm("dossiers.add_employerinterest")
    add_url = get_create_url(EmployerInterest, employer) if may_add else ""
    empty = _("This employer offered nothing yet.")
    return ActivitySection("employerinterest", _("Interests"), entries, add_url, _("New offer"), empty)


def build_action_entry(action: FollowUp) -> Entry:
    late = not action.is_done and action.due_on <= timezone.localdate()
    owner = get_person_name(action.owner) if action.owner else str(_("nobody's"))
    note = str(_("lapsed") if action.has_lapsed else _("done")) if action.is_done else owner
    return Entry(format_date(action.due_on), action.text, note, get_record_url(action), late)


def build_finding_entry(finding: Finding) -> Entry:
    state = _("draft") if finding.is_draft else _("solved") if finding.solved_on else _("not solved yet")
    return Entry(
        format_date(finding.noticed_on),
        f"{finding}. {Truncator(finding.description).chars(120)}",
        str(state),
        get_record_url(finding),
    )


def build_contact_entry(contact: ContactMoment) -> Entry:
    mail: RecordMail | None = getattr(contact, "mail", None)
    by = get_person_name(contact.user)
    return Entry(
        format_date(contact.held_on),
        f"{contact.get_kind_display()}: {Truncator(contact.text).chars(160)}",
        " · ".join(filter(None, (by, mail.get_state_display() if mail else ""))),
        get_record_url(contact),
        stands_out=mail is not None and mail.has_failed,
    )


SECTIONS: list[tuple[Any, Any, str | Promise, str | Promise, str | Promise]] = [
    (FollowUp, build_action_entry, _("Actions"), _("New action"), _("Nothing is to be done.")),
    (Finding, build_finding_entry, _("Findings"), _("New finding"), _("No barrier or opportunity was noted.")),
    (
        ContactMoment,
        build_contact_entry,
        _("Contact"),
        _("New contact moment"),
        _("No talk, call, mail or visit was recorded."),
    ),
]
SELECT_RELATED = {FollowUp: ("owner",), Finding: ("category",), ContactMoment: ("user", "mail")}


def get_activity_sections(record: Model, user: Any) -> list[ActivitySection]:
    """Return the sections of a record that the user may see; open actions come first."""
    sections: list[ActivitySection | None] = []
    for model, build_entry, heading, add_label, empty in SECTIONS:
        name = model._meta.model_name
        if not user.has_perm(f"dossiers.view_{name}"):
            continue
        records = model.objects.visible_to(user).about(record).select_related(*SELECT_RELATED[model])
        if model is FollowUp:
            records = records.order_by(F("done_at").asc(nulls_first=True), "due_on", "pk")
        entries = [build_entry(entry) for entry in records.distinct()[:MAX_ENTRIES]]
        add_url = get_create_url(model, record) if user.has_perm(f"dossiers.add_{name}") else ""
        sections.append(ActivitySection(name, heading, entries, add_url, add_label, empty))
    all_sections = [*([] if isinstance(record, Placement) else [get_placements_section(record, user)]), *sections]
    if isinstance(record, Employer):
        all_sections.insert(0, get_interests_section(record, user))
    return [part for part in all_sections if part]
