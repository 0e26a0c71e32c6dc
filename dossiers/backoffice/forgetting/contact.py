"""Forgetting the contact person of an employer by hand, on request or because the person left."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.forgetting.dossier import MentionsForm, may_see_mention
from dossiers.forgetting.anonymize import AnonymizationRefused
from dossiers.forgetting.employers import Contact, anonymize_contact, find_contact_obstacle
from dossiers.forgetting.mentions import Mention, find_mentions
from dossiers.forgetting.preview import preview_contact
from dossiers.models import Employer


class ForgetContactView(AdminPageMixin, FormView):
    """Show what is erased and which texts name the contact, and erase it after confirmation. It can't be undone."""

    form_class = MentionsForm
    template_name = "dossiers/forgetting/contact.html"
    page_title = _("Forget the contact")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.view_employer"):
            raise Http404
        if not request.user.has_perms(("dossiers.change_employer", "dossiers.delete_employer")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def employer(self) -> Employer:
        return get_object_or_404(Employer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def mentions(self) -> list[Mention]:
        return [] if find_contact_obstacle(self.employer) else find_mentions(Contact.of(self.employer))

    def get_page_subtitle(self) -> str:
        return self.employer.company_name

    def get_parent_pages(self) -> list[Link]:
        employers = (get_list_url(Employer), _("Employers"))
        return [employers, (get_record_url(self.employer), self.employer.company_name)]

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = [mention for mention in self.mentions if may_see_mention(self.request.user, mention)]
        return super().get_form_kwargs() | {"mentions": shown}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "refusal": find_contact_obstacle(self.employer),
            "back": get_record_url(self.employer),
            "going": preview_contact(self.employer, cast(User, self.request.user)),
        }
        return super().get_context_data(**kwargs) | context

    def form_valid(self, form: Any) -> HttpResponse:
        decisions = form.decide(self.mentions)
        try:
            anonymize_contact(self.employer, cast(User, self.request.user), decisions)
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("The contact was forgotten."))
        return redirect(get_record_url(self.employer))
