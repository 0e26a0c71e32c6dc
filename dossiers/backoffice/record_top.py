"""The top of a record's page: how to reach whom it is about, and the next action."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dossiers.backoffice.activity.subjects import (
    get_create_url,
    get_edit_url,
    get_mail_url,
    get_record_url,
    get_talk_url,
    is_anonymised,
    may_record_talks,
    may_write_mails,
)
from dossiers.backoffice.activity.timeline import Entry, build_action_entry
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.next_work import WorkButton, get_work_button
from dossiers.emails.records import find_recipients
from dossiers.models import Dossier, Employer, EmployerInterest, FollowUp, Placement
from dossiers.models.contact_fields import format_phone


@dataclass(frozen=True)
class ContactDetails:
    """How to reach a person; `company` and `url` are those of the employer on the page of another record.

    `role` tells the one who signed up from the contact of the employer, if these differ.
    """

    name: str
    phone: str
    email: str
    place: str
    company: str = ""
    url: str = ""
    role: str = ""

    @property
    def shown_phone(self) -> str:
        return format_phone(self.phone)


def list_contact_details(record: Any) -> list[ContactDetails]:
    """Return how to reach whom the record is about, without those of whom nothing is known."""
    match record:
        case Dossier():
            details = [ContactDetails("", record.phone, record.email, record.location)]
        case Employer():
            details = [ContactDetails(record.contact_name, record.phone, record.email, record.city)]
        case EmployerInterest(employer=Employer() as employer):
            of_employer = list_contact_details(employer)
            details = [replace(each, company=record.company_name, url=get_record_url(employer)) for each in of_employer]
            if record.has_other_contact:
                details = [replace(each, role=_("Contact of the employer")) for each in details]
                details.insert(0, replace(get_sign_up_details(record), role=_("Signed up by")))
        case EmployerInterest():
            details = [get_sign_up_details(record)]
        case Placement(dossier=candidate, interest=interest):
            of_candidate = [replace(each, name=candidate.full_name) for each in list_contact_details(candidate)]
            details = [*of_candidate, *list_contact_details(interest)]
    return [each for each in details if any((each.name, each.phone, each.email, each.place))]


def get_sign_up_details(interest: EmployerInterest) -> ContactDetails:
    return ContactDetails(
        *(interest.contact_given.get(name, "") for name in ("contact_name", "phone", "email", "city"))
    )


@dataclass(frozen=True)
class RecordTop:
    contacts: list[ContactDetails]
    next_action: Entry | None
    work: WorkButton | None
    plan_url: str
    talk_url: str
    mail_url: str
    address_url: str  # where to fill in the e-mail address that a mail needs


def build_record_top(record: Model, request: HttpRequest) -> RecordTop:
    """Return the top of the page of a record."""
    user = request.user
    actions = FollowUp.objects.visible_to(user).about(record).open().order_by("due_on", "pk")
    first = actions.select_related("owner").first()
    is_known = not is_anonymised(record)
    is_open = not getattr(record, "is_closed", False) and is_known
    may_plan = is_open and user.has_perm("dossiers.add_followup")
    may_mail = is_known and may_write_mails(user)
    recipients = list(find_recipients(record)) if may_mail else []
    has_address = any(recipient.address for recipient in recipients)
    next_action = build_action_entry(first) if first else None
    return RecordTop(
        list_contact_details(record),
        next_action,
        get_work_button(record, user) if is_known else None,
        keep_list(get_create_url(FollowUp, record), request.GET) if may_plan else "",
        keep_list(get_talk_url(record), request.GET) if is_known and may_record_talks(user) else "",
        keep_list(get_mail_url(record), request.GET) if has_address else "",
        "" if has_address or not recipients else get_edit_url(recipients[0].source),
    )
