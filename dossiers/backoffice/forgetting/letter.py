"""The letter with the link to a candidate's own page: creating, printing and revoking it."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathImage
from qrcode.main import make as make_qr_code
from wagtail.admin import messages
from wagtail.log_actions import log

from dates.format import format_date, format_datetime
from dossiers.backoffice.activity.quick_entry import DossierFormView
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import CandidateLink, Dossier
from dossiers.models.candidate_page.languages import Words, get_offered_languages
from dossiers.site_identity import get_site_identity


class LetterForm(forms.Form):
    """Asks for a new letter; `latest` is the latest letter when the form was shown, so that it makes only one."""

    latest = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)


class LetterView(DossierFormView):
    """Create the letter and show it once; the key in its link is stored only as a hash."""

    template_name = "dossiers/forgetting/letter_make.html"
    form_class = LetterForm
    page_title = _("Letter with a link")
    header_icon = "mail"
    button = _("Make the letter")

    @property
    def explanation(self) -> str:
        text = gettext(
            "A letter to print, with the way to a page of their own: there candidates see what is recorded of them and "
            "what employers heard, and can answer. It works for 14 days, and asks the date of birth."
        )
        if CandidateLink.objects.open().filter(dossier=self.dossier).exists():
            text += " " + gettext("The letter that this candidate has now then stops working.")
        return text

    def get_latest(self) -> str:
        """Return the key of the latest letter, also of one that doesn't work, or "" if there is none."""
        latest = CandidateLink.objects.filter(dossier=self.dossier).order_by("-pk").values_list("pk", flat=True)
        return str(latest.first() or "")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"latest": self.get_latest()}

    def refuse_second_letter(self) -> HttpResponse:
        """Show a new form that says that this one was sent before, for example because the letter was reloaded."""
        if letter := CandidateLink.objects.open().filter(dossier=self.dossier).first():
            text = gettext(
                "The letter was made already, on %(made)s, and stays valid until %(end)s. No second one was made. Did "
                "you not print it? Then make a new letter with the button below: the first one stops working."
            )
            messages.warning(
                self.request, text % {"made": format_datetime(letter.made_at), "end": format_date(letter.last_day)}
            )
        else:
            messages.warning(
                self.request, gettext("This letter was made already, and does not work any more. Make a new one below.")
            )
        return self.render_to_response(self.get_context_data(form=LetterForm(initial=self.get_initial())))

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            Dossier.objects.get_locked(self.dossier.pk)  # of two simultaneous requests only one makes a letter
            if form.cleaned_data["latest"] != self.get_latest():
                return self.refuse_second_letter()
            link, key = CandidateLink.make(self.dossier, cast(User, self.request.user))
        log(instance=self.dossier, action="dossiers.letter", user=self.request.user)
        address = settings.BASE_URL + reverse("candidate:date_of_birth", args=[key])
        last = format_date(link.last_day)
        offered = get_offered_languages()
        context = {
            "dossier": self.dossier,
            "today": timezone.localdate(),
            "back": get_record_url(self.dossier),
            "address": address.partition("://")[2],
            "qr": mark_safe(make_qr_code(address, image_factory=SvgPathImage).to_string(encoding="unicode")),  # noqa: S308
            "languages": [(name_site(language), language.fill("letter_until", day=last)) for language in offered],
        }
        return render(self.request, "dossiers/forgetting/letter.html", context)


def name_site(language: Words) -> Words:
    """Return the words of the letter with the name that the site has in their language."""
    with override(language.code):
        return language.naming_site(get_site_identity().own_name)


@require_POST
def revoke_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the link of the letter."""
    if not request.user.has_perm("dossiers.view_dossier"):
        raise Http404
    if not request.user.has_perm("dossiers.change_dossier"):
        raise PermissionDenied
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user), pk=pk)
    if CandidateLink.revoke_of(dossier):
        log(instance=dossier, action="dossiers.letter_revoked", user=request.user)
        messages.success(request, gettext("The letter does not work any more."))
    return redirect(get_record_url(dossier))
