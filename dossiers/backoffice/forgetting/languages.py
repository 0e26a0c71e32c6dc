"""The languages of the candidate's page; a translation is offered after a named person approved it."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin
from dossiers.backoffice.approval_form import ApprovalForm
from dossiers.models import CandidateLanguage
from dossiers.models.candidate_page.languages import get_languages, get_offered_languages, get_words

PERMISSION = "dossiers.change_candidatelanguage"


class LanguagesView(AdminPageMixin, TemplateView):
    """The list of languages, with the approval of each translation."""

    template_name = "dossiers/forgetting/languages.html"
    page_title = _("Languages of the candidate's page")
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        approved = {language.code: language for language in CandidateLanguage.objects.all()}
        now = {language.code for language in get_offered_languages()}
        refused_form: ApprovalForm | None = kwargs.get("refused_form")
        rows = [
            {
                "words": language,
                "ours": language.code in settings.OWN_LANGUAGES,
                "offered": language.code in now,
                "approved": approved.get(language.code),
                "missing": [get_words("nl").get_text(key) for key in language.missing],
                "form": refused_form
                if refused_form and refused_form.prefix == language.code
                else ApprovalForm(prefix=language.code),
                "pairs": []
                if language.code in settings.OWN_LANGUAGES
                else [(text, language.texts.get(key)) for key, text in get_words("nl").texts.items()],
            }
            for language in get_languages()
        ]
        return super().get_context_data(**kwargs) | {"rows": rows}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Approve a translation in the posted name, or withdraw its approval."""
        language = next((language for language in get_languages() if language.code == request.POST.get("code")), None)
        if language is None or language.code in settings.OWN_LANGUAGES:
            raise Http404
        if request.POST.get("withdraw"):
            CandidateLanguage.objects.filter(code=language.code).delete()
            messages.success(request, gettext("%(language)s is not offered.") % {"language": language.name})
            return redirect("dossiers_candidate_languages")
        form = ApprovalForm(request.POST, prefix=language.code)
        if "\0" in request.POST.get(form.add_prefix("name"), ""):
            raise BadRequest
        if request.POST.get("mark") != language.mark or language.missing:
            messages.error(request, gettext("Not approved: words are missing, or were changed meanwhile. Look again."))
        elif not form.is_valid():
            return self.render_to_response(self.get_context_data(refused_form=form))
        else:
            CandidateLanguage.approve(language, form.cleaned_data["name"], cast(User, request.user))
            messages.success(
                request, gettext("From now on candidates can choose %(language)s.") % {"language": language.name}
            )
        return redirect("dossiers_candidate_languages")


class LanguagesMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(PERMISSION))
