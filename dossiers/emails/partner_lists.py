"""The e-mails about a partner's list: to the coordinators when it is sent, to the partner when it is returned.

They have no personal data, and no file names either, since these may contain the name of a person.
"""

from typing import Self

from django.utils.translation import gettext_lazy as _

from admin_pages.users import find_users_with_email
from dossiers.emails.base import StaffEmail, build_admin_url
from dossiers.models import ImportRun
from dossiers.models.rights import COORDINATORS


class ListSentEmail(StaffEmail):
    name, label = "list_sent", _("list of a partner sent")
    examples = {"organisatie": "AZC Luttelgeest"}

    @classmethod
    def find(cls, run_id: int, user_id: int) -> Self | None:
        run = ImportRun.objects.filter(pk=run_id, state=ImportRun.State.SENT).select_related("organisation").first()
        user = find_users_with_email().filter(pk=user_id).first()
        if run is None or user is None:
            return None
        return cls(user.email, {"organisatie": run.organisation}, link=build_admin_url("dossiers_import", run.pk))

    @staticmethod
    def enqueue_for_coordinators(run: ImportRun) -> None:
        """Send each coordinator an e-mail of their own, so that they don't see each other's addresses."""
        coordinators = find_users_with_email().filter(groups__name=COORDINATORS)
        kind = PersonSentEmail if run.by_hand else ListSentEmail
        for user_id in {email: pk for pk, email in coordinators.values_list("pk", "email")}.values():
            kind.enqueue(run.pk, user_id)


class PersonSentEmail(ListSentEmail):
    """The e-mail about one person who was typed into a form."""

    name, label = "person_sent", _("person of a partner sent")


class ListReturnedEmail(StaffEmail):
    name, label = "list_returned", _("list of a partner returned")

    @classmethod
    def find(cls, run_id: int) -> Self | None:
        returned = ImportRun.objects.filter(pk=run_id, state=ImportRun.State.RETURNED, sent_by__is_active=True)
        run = returned.exclude(sent_by__email="").select_related("sent_by").first()
        return cls(run.sent_by.email, link=build_admin_url("dossiers_partner_list", run.pk)) if run else None

    @staticmethod
    def enqueue_for_sender(run: ImportRun) -> None:
        (PersonReturnedEmail if run.by_hand else ListReturnedEmail).enqueue(run.pk)


class PersonReturnedEmail(ListReturnedEmail):
    """The e-mail about one person who was typed into a form."""

    name, label = "person_returned", _("person of a partner returned")
