"""Forgetting the contact person of an employer by hand, on request or because the person left.

A former contact, whom another one replaced, is forgotten apart, also while placements of the employer are open.
The employer, or a sign-up that was not taken over, may have been deleted by a user or by the undo of an import.
"""

from itertools import chain
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from dates.format import format_date
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_edit_url, get_list_url, get_record_url
from dossiers.backoffice.forgetting.dossier import AsksAboutPersonMixin, OtherRecordsForm
from dossiers.backoffice.labels import get_heading
from dossiers.forgetting.anonymize import AnonymizationRefused, find_import_obstacle, find_unread_list
from dossiers.forgetting.employers import (
    Contact,
    DeletedContact,
    anonymize_contact,
    anonymize_deleted_contact_by_hand,
    find_contact_obstacle,
    find_open_work,
    get_deleted_contact,
)
from dossiers.forgetting.former_contacts import (
    FormerContact,
    anonymize_former_contact,
    find_former_contact,
    find_former_contacts,
)
from dossiers.forgetting.mentions import Mention, find_mentions
from dossiers.forgetting.preview import PreviewLine, preview_contact, preview_former_contact
from dossiers.models import Employer, EmployerInterest, Placement
from dossiers.models.contact_fields import format_phone

CONTACT_PERMISSIONS = ("dossiers.change_employer", "dossiers.delete_employer")


class ForgetContactView(AsksAboutPersonMixin, AdminPageMixin, FormView):
    """Show what is erased and which texts name the contact, and erase it after confirmation. It can't be undone."""

    form_class = OtherRecordsForm
    template_name = "dossiers/forgetting/contact.html"
    page_title = _("Forget the contact")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.view_employer"):
            raise Http404
        if not request.user.has_perms(CONTACT_PERMISSIONS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def employer(self) -> Employer:
        return get_object_or_404(Employer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def contact(self) -> Contact:
        return Contact.of(self.employer)

    @property
    def person(self) -> Contact:
        return self.contact

    @property
    def obstacle(self) -> str:
        return find_contact_obstacle(self.employer) or self.find_list_obstacle()

    def find_list_obstacle(self) -> str:
        return find_unread_list() or find_import_obstacle(self.contact, self.lists_with_rows)

    @cached_property
    def mentions(self) -> list[Mention]:
        return [] if self.obstacle else find_mentions(self.contact)

    def get_page_subtitle(self) -> str:
        return self.employer.company_name

    def get_parent_pages(self) -> list[Link]:
        employers = (get_list_url(Employer), _("Employers"))
        return [employers, (get_record_url(self.employer), self.employer.company_name)]

    @property
    def open_work(self) -> list[tuple[str, str]]:
        """The URL and the heading of each placement and interest that has to end first."""
        return [(get_record_url(record), get_heading(record)) for record in chain(*find_open_work(self.employer))]

    @property
    def edit_url(self) -> str:
        """The address of the form of the employer, at the contact."""
        return f"{get_edit_url(self.employer)}#tab-contact"

    @property
    def former_contacts(self) -> dict[bool, list[tuple[str, str]]]:
        """{whether it has a name: the URL and the name of each former contact, who can be forgotten apart}"""
        links: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
        for contact in find_former_contacts(self.employer):
            link = get_former_contact_url(self.employer, contact), name_contact(contact)
            links[contact.is_named].append(link)
        return links

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        former_contacts = self.former_contacts
        placements, _interests = find_open_work(self.employer) if self.open_work else ([], [])
        log_list_access(self.request, Placement._meta.verbose_name_plural, len(placements))  # the list names candidates
        log_list_access(self.request, self.page_title, len(self.mentions))  # the texts may be about candidates
        shown = {
            "refusal": self.obstacle,
            "open_work": self.open_work,
            "former_contacts": former_contacts.get(True),
            "former_values": former_contacts.get(False),
            "edit_url": self.edit_url,
            "back": self.get_success_url(),
            "going": self.preview(),
        }
        return super().get_context_data(**kwargs) | shown

    def get_success_url(self) -> str:
        return get_record_url(self.employer)

    def preview(self) -> list[PreviewLine]:
        return preview_contact(self.contact, cast(User, self.request.user))

    def forget(self, decisions: dict[str, bool]) -> None:
        """Forget the contact; raises AnonymizationRefused."""
        anonymize_contact(self.employer, cast(User, self.request.user), decisions, self.lists_with_rows)

    @property
    def message(self) -> str:
        """The message that the user reads after forgetting."""
        return gettext("The contact was forgotten.")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.forget(form.decide(self.mentions))
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, self.message)
        return redirect(self.get_success_url())


class ForgetFormerContactView(ForgetContactView):
    """The same of a former contact: the work with the employer and its current contact stay."""

    open_work, former_contacts = [], {}

    @cached_property
    def contact(self) -> FormerContact:
        contact = find_former_contact(self.employer, self.kwargs["digest"])
        if contact is None:
            raise Http404
        return contact

    @property
    def page_title(self) -> Any:  # type: ignore[override]
        return _("Forget a former contact") if self.contact.is_named else _("Forget a former address or number")

    @property
    def obstacle(self) -> str:
        return self.find_list_obstacle()

    @property
    def message(self) -> str:
        if not self.contact.is_named:
            return gettext("The former address or number was forgotten.")
        if not self.contact.shared:
            return super().message
        text = gettext("The contact was forgotten. This stays, as the current contact has it too: %(values)s.")
        return text % {"values": ", ".join(describe_stored(self.contact.shared).values())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "is_former": True,
            "is_named": self.contact.is_named,
            "stored": describe_stored(self.contact.values),
            "shared": describe_stored(self.contact.shared),
            "current": self.employer.contact_name,
        }
        return super().get_context_data(**kwargs) | shown

    def preview(self) -> list[PreviewLine]:
        return preview_former_contact(self.contact, cast(User, self.request.user))

    def forget(self, decisions: dict[str, bool]) -> None:
        user, digest = cast(User, self.request.user), self.contact.digest
        anonymize_former_contact(self.employer, digest, user, decisions, self.lists_with_rows)


class ForgetDeletedContactView(ForgetContactView):
    """The same of a deleted employer, or of a deleted sign-up that was not taken over."""

    model: type[Employer | EmployerInterest] = Employer
    open_work, former_contacts, edit_url = [], {}, ""

    @property
    def obstacle(self) -> str:
        return self.find_list_obstacle()

    @cached_property
    def deleted(self) -> DeletedContact:
        deleted = get_deleted_contact(self.model, self.kwargs["pk"])
        if deleted is None:
            raise Http404
        return deleted

    @cached_property
    def contact(self) -> Contact:
        return self.deleted.contact

    def get_page_subtitle(self) -> str:
        return self.deleted.record.company_name

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_forgetting"), _("Keeping and forgetting"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"deleted": describe_deleted(self.deleted), "stored": describe_stored(self.contact.values)}
        return super().get_context_data(**kwargs) | shown

    def get_success_url(self) -> str:
        return reverse("dossiers_forgetting")

    def preview(self) -> list[PreviewLine]:
        return preview_contact(self.contact, cast(User, self.request.user), deleted=True)

    def forget(self, decisions: dict[str, bool]) -> None:
        anonymize_deleted_contact_by_hand(self.deleted, cast(User, self.request.user), decisions, self.lists_with_rows)


def get_contact_url(model: Any, key: int) -> str:
    """Return the address of the page that forgets the contact of an employer or an interest, also of a deleted one."""
    employer = find_employer(key) if model is EmployerInterest else key
    if employer is None:
        return reverse("dossiers_forget_deleted_sign_up", args=[key])
    exists = Employer.objects.filter(pk=employer).exists()
    return reverse("dossiers_forget_contact" if exists else "dossiers_forget_deleted_employer", args=[employer])


def get_former_contact_url(employer: Employer, contact: FormerContact) -> str:
    """Return the address of the page that forgets a former contact, which names nobody."""
    return reverse("dossiers_forget_former_contact", args=[employer.pk, contact.digest])


def name_contact(contact: Contact) -> str:
    values = contact.values
    return ", ".join(values["contact_name"] or values["email"] or map(format_phone, values["phone"]))


def describe_stored(values_by_field: dict[str, list[str]]) -> dict[str, str]:
    """Return {label: values} of the name, the e-mail address and the telephone number of a contact."""
    fields: Any = Employer._meta
    return {
        fields.get_field(name).verbose_name: ", ".join(map(format_phone, values))
        for name, values in values_by_field.items()
        if values
    }


def find_employer(interest: int) -> int | None:
    """Return the key of the employer that an interest has, or had when it was deleted; None if that is a sign-up."""
    steps = EmployerInterest.history.filter(id=interest).order_by("-history_id")
    return steps.values_list("employer_id", flat=True).first()


def describe_deleted(deleted: DeletedContact) -> str:
    kind = gettext("Employer") if isinstance(deleted.record, Employer) else gettext("Sign-up")
    words = {"kind": kind, "name": deleted.record.heading, "day": format_date(deleted.deleted_at)}
    return gettext("%(kind)s: %(name)s, deleted on %(day)s") % words
