"""The pages of the signed link. A GET request never changes anything, since mail scanners open every link."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from dossiers.emails.base import send_email
from dossiers.models import EmployerInterest, Finding, InterestStatus
from pilot_pages.models import SENT_COOKIE, PilotSettings, SignUpPage
from pilot_pages.sign_up import experience, links, records
from pilot_pages.sign_up.deduplication import find_confirmed_repeat
from pilot_pages.sign_up.form import CoreQuestionsForm
from pilot_pages.sign_up.progress import find_status, stages
from pilot_pages.sign_up.request_checks import refuse_invalid_form_request
from pilot_pages.sign_up.summary import summarize_answers
from pilot_pages.sign_up.throttle import may_add_other_work
from workers.lanes import has_worker


def sign_up_page() -> SignUpPage | None:
    """Return the live sign-up page in the language of the request, or else in any language."""
    return SignUpPage.live_in(get_language())


@method_decorator(never_cache, name="dispatch")
class SentView(TemplateView):
    """The page after sending the form, at a URL of its own so that a reload does not send the form again."""

    template_name = "pilot_pages/sign_up/sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        email = self.request.get_signed_cookie(SENT_COOKIE, default="", salt=SENT_COOKIE)
        is_delayed = not has_worker(send_email.queue_name)
        return super().get_context_data(page=sign_up_page(), email=email, is_delayed=is_delayed, **kwargs)


class ErasedView(TemplateView):
    template_name = "pilot_pages/sign_up/erased.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        findings_stay = "bevindingen" in self.request.GET
        return super().get_context_data(page=sign_up_page(), findings_stay=findings_stay, **kwargs)


@method_decorator(never_cache, name="dispatch")
class LinkView(View):
    """Base view of the pages of a link. All invalid links get the same page, whatever is wrong with them."""

    template_name = ""
    interest: EmployerInterest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        interest = links.find(kwargs["token"])
        if interest is None:
            response: HttpResponseBase = self.show_unknown_link(request, kwargs["token"])
        else:
            self.interest = interest
            response = super().dispatch(request, *args, **kwargs)
        # The URL contains the secret token. "no-referrer" is not possible: browsers then send no Origin with a POST.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def show_unknown_link(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, "pilot_pages/sign_up/unknown_link.html", {"page": sign_up_page()}, status=404)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, self.template_name, self.context(token))

    def context(self, token: str) -> dict[str, Any]:
        return {"page": sign_up_page(), "interest": self.interest, "token": token}


class StatusView(LinkView):
    """Asks to confirm the sign-up; once confirmed it shows the stage, and later asks about the experience."""

    template_name = "pilot_pages/sign_up/status.html"
    form: experience.ExperienceForm | None = None

    def context(self, token: str) -> dict[str, Any]:
        is_unconfirmed = self.interest.status == InterestStatus.UNCONFIRMED
        is_asked = experience.is_asked(self.interest, timezone.now())
        is_erasure_asked = self.interest.is_closed and "teruggetrokken" in self.request.GET
        return super().context(token) | {
            "unconfirmed": is_unconfirmed,
            "earlier": find_confirmed_repeat(self.interest) if is_unconfirmed else None,
            "given": summarize_answers(self.interest),
            "stages": stages(find_status(self.interest)),
            "form": self.form or (experience.ExperienceForm() if is_asked else None),
            "told": Finding.objects.told_by_employer_of(self.interest),
            "thanks": "verteld" in self.request.GET,
            "awaits_first_contact": self.interest.status in (InterestStatus.UNCONFIRMED, InterestStatus.NEW),
            "is_corrected": "gewijzigd" in self.request.GET,
            "may_correct": may_correct(self.interest),
            "may_add_work": may_add_work(self.interest) and not PilotSettings.for_request(self.request).is_over,
            "wants_to_withdraw": self.interest.awaits_withdrawal_outcome or is_erasure_asked,
            "is_forgotten": is_forgotten(self.interest),
        }

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        records.confirm(self.interest, get_language() or "")
        return redirect("pilot_pages:status", token=token)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ExperienceView(StatusView):
    """Saves the employer's experience, or shows the form again with its errors."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return redirect("pilot_pages:status", token=token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        refuse_invalid_form_request(request, experience.ExperienceForm)
        if not experience.is_asked(self.interest, timezone.now()):
            return redirect("pilot_pages:status", token=token)
        self.form = form = experience.ExperienceForm(request.POST)
        status = 200
        if form.is_valid():
            try:
                experience.save_answer(self.interest, form)
                return redirect(reverse("pilot_pages:status", args=[token]) + "?verteld#verteld")
            except ValidationError as error:
                form.add_error(None, error)
                status = 429
        return render(request, self.template_name, self.context(token), status=status)


def is_forgotten(interest: EmployerInterest) -> bool:
    """Whether the contact of a sign-up that was closed is erased already."""
    return interest.is_closed and not interest.contact_given


def may_correct(interest: EmployerInterest) -> bool:
    return may_add_work(interest) and not interest.is_closed


def may_add_work(interest: EmployerInterest) -> bool:
    return (
        interest.status != InterestStatus.UNCONFIRMED
        and bool(interest.contact_given)  # it is empty once the contact was anonymized
        and not interest.awaits_withdrawal_outcome
    )


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnFormView(LinkView):
    """Base view of a form behind the status page; `save` returns where to go on."""

    template_name = "pilot_pages/sign_up/own_form.html"
    words: ClassVar[dict[str, Promise]] = {}
    form: CoreQuestionsForm
    again_at: datetime | None = None

    def is_open(self) -> bool:
        raise NotImplementedError

    def make_form(self, data: QueryDict | None = None) -> CoreQuestionsForm:
        raise NotImplementedError

    def save(self) -> str:
        raise NotImplementedError

    def context(self, token: str) -> dict[str, Any]:
        return super().context(token) | self.words | {"form": self.form, "too_often": self.again_at}

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not self.is_open():
            return redirect("pilot_pages:status", token=token)
        self.form = self.make_form()
        return super().get(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if not self.is_open():
            return redirect("pilot_pages:status", token=token)
        self.form = self.make_form(request.POST)
        refuse_invalid_form_request(request, type(self.form))
        if self.form.is_valid():
            try:
                return redirect(self.save())
            except TooOften as refusal:
                self.again_at = refusal.again_at
            except ValidationError as error:
                self.show_errors(error)
        context = self.context(token)
        return render(request, self.template_name, context, status=429 if self.again_at else 200)

    def show_errors(self, error: ValidationError) -> None:
        """Show each error at its question, or above the form if that is not asked here."""
        errors = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
        for name, messages in errors.items():
            for message in messages:
                self.form.add_error(name if name in self.form.fields else None, message)


class CorrectView(OwnFormView):
    """Corrects the answers of a sign-up. The e-mail address stays: the link proves that somebody reads it."""

    words: ClassVar[dict[str, Promise]] = {
        "heading": _("Correct your sign-up"),
        "problems_heading": _("We could not save your changes yet"),
        "button": _("Save the changes"),
    }

    def is_open(self) -> bool:
        return may_correct(self.interest)

    def make_form(self, data: QueryDict | None = None) -> CoreQuestionsForm:
        return CoreQuestionsForm(
            data,
            initial=records.get_current_answers(self.interest),
            leave_out=records.list_fixed_fields(self.interest),
        )

    def context(self, token: str) -> dict[str, Any]:
        return super().context(token) | {"email": self.interest.contact_given.get("email", "")}

    def save(self) -> str:
        records.correct(self.interest, self.form)
        return reverse("pilot_pages:status", args=[self.kwargs["token"]]) + "?gewijzigd"


class TooOften(Exception):
    """A limit is reached; `again_at` is when the form can be sent again."""

    def __init__(self, again_at: datetime) -> None:
        self.again_at = again_at


class AddWorkView(OwnFormView):
    """Adds a sign-up for other work, which needs no confirmation: this link was confirmed."""

    words: ClassVar[dict[str, Promise]] = {
        "heading": _("Add other work"),
        "answer": _(
            "We know your company already. Tell us about the work only; it gets a number and a page of its own."
        ),
        "problems_heading": _("We could not add this work yet"),
        "button": _("Add this work"),
    }

    def is_open(self) -> bool:
        return may_add_work(self.interest)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.refuse(token, HTTPStatus.OK) or super().get(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.refuse(token, HTTPStatus.CONFLICT) or super().post(request, token)

    def refuse(self, token: str, status: HTTPStatus) -> HttpResponse | None:
        """Return the page without a form once the pilot is over."""
        refusal = PilotSettings.for_request(self.request).sign_up_refusal
        context = {"page": sign_up_page(), "token": token, "refusal": refusal, "heading": self.words["heading"]}
        return render(self.request, "pilot_pages/sign_up/refused.html", context, status=status) if refusal else None

    def make_form(self, data: QueryDict | None = None) -> CoreQuestionsForm:
        page = sign_up_page()
        form_class = page.add_questions(CoreQuestionsForm) if page else CoreQuestionsForm
        return form_class(data, leave_out=records.CONTACT_NAMES)

    def save(self) -> str:
        allowance = may_add_other_work(self.interest.contact_given.get("email", ""))
        if not allowance:
            raise TooOften(allowance.again_at)
        added = records.add_work(self.interest, self.form, get_language() or "")
        return reverse("pilot_pages:status", args=[links.make_token(added)])


class WithdrawView(LinkView):
    """Asks for a confirmation and then erases the sign-up; a second click shows the same result."""

    template_name = "pilot_pages/sign_up/withdraw.html"

    def context(self, token: str) -> dict[str, Any]:
        return super().context(token) | {
            "placed": self.interest.placements.exists(),
            "kept": self.findings_stay(),
            "is_forgotten": is_forgotten(self.interest),
        }

    def findings_stay(self) -> bool:
        return Finding.objects.told_by_employer_of(self.interest).confirmed().exists()

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        query = "?bevindingen" if self.findings_stay() else ""
        try:
            erased = records.withdraw(self.interest, sign_up_page())
        except EmployerInterest.DoesNotExist:  # a double click: the other request erased it
            erased = True
        if erased:
            return redirect(reverse("pilot_pages:erased") + query)
        return redirect(reverse("pilot_pages:status", args=[token]) + "?teruggetrokken")

    def show_unknown_link(self, request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and links.is_signed(token):
            return redirect("pilot_pages:erased")
        return super().show_unknown_link(request, token)
