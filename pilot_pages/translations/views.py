"""The view in which an editor approves a translation."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.models import Page

from admin_pages.pages import AdminPageMixin, Link
from dossiers.models.validators import refuse_private_numbers
from pilot_pages.models import PilotPage, TranslationApproval


class ApprovalForm(forms.Form):
    name = forms.CharField(
        label=_("Name of who read it"),
        max_length=100,
        validators=[refuse_private_numbers],
        error_messages={"required": _("Not approved: write the name of who read the translation.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ApprovalView(AdminPageMixin, TemplateView):
    """Approves the latest revision of a page, with the name of the person who read it.

    The form contains a hash of the texts, so that the approval is refused if they changed since the editor opened it.
    """

    template_name = "pilot_pages/translations/approval.html"
    page_title = _("Approve the translation")
    header_icon = "globe"
    page: PilotPage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = get_object_or_404(Page, pk=kwargs["page_id"]).specific
        if not isinstance(page, PilotPage) or not page.permissions_for_user(request.user).can_publish():
            raise Http404
        if not page.needs_approval:
            raise Http404
        self.page = page.get_latest_revision_as_object()
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.page.title

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("wagtailadmin_pages:edit", args=[self.page.pk]), self.page.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page": self.page,
            "form": kwargs.get("form") or ApprovalForm(),
            "mark": self.page.hash_texts(),
            "approval": TranslationApproval.find_for(self.page),
            "earlier": TranslationApproval.objects.filter(page_id=self.page.pk),
            "original": self.page.get_translations().filter(locale__language_code="nl").first(),
        }

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = ApprovalForm(request.POST)
        if request.POST.get("mark") != self.page.hash_texts():
            messages.error(request, gettext("Not approved: words were changed meanwhile. Read it again."))
        elif not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        else:
            name = " ".join(form.cleaned_data["name"].split())
            TranslationApproval.record(self.page, name, cast(User, request.user))
            log(instance=self.page, action="pilot_pages.approve", user=request.user, data={"name": name})
            messages.success(request, gettext("Approved. Now you can publish the page."))
            return redirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))
        return redirect(request.path)


def urls() -> list[Any]:
    """Implement Wagtail's hook `register_admin_urls`."""
    return [path("pages/<int:page_id>/vertaling/", ApprovalView.as_view(), name="pilot_pages_approval")]
