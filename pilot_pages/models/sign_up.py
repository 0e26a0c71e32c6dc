"""The page where an employer signs up: fixed core questions, and questions that editors add."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.forms.models import FORM_FIELD_CHOICES, AbstractFormField, FormMixin
from wagtail.contrib.forms.utils import get_field_clean_name
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.query import PageQuerySet

from dossiers.privacy import forbidden_header
from pilot_pages.models.page import PilotPage
from pilot_pages.sign_up.form import SignUpForm
from pilot_pages.sign_up.questions import QuestionBuilder
from pilot_pages.sign_up.records import sign_up

QUESTION_TYPES = [choice for choice in FORM_FIELD_CHOICES if choice[0] not in ("hidden", "datetime", "multiselect")]
QUESTION_PREFIX = "question_"
SENT_COOKIE = "sign_up_sent"


class SignUpQuestion(AbstractFormField):
    """A question that editors add. Its name has a prefix, so that none takes over a core question."""

    page = ParentalKey("pilot_pages.SignUpPage", on_delete=models.CASCADE, related_name="form_fields")
    field_type = models.CharField(_("kind of answer"), max_length=16, choices=QUESTION_TYPES)

    def get_field_clean_name(self) -> str:
        return QUESTION_PREFIX + get_field_clean_name(self.label)

    def clean(self) -> None:
        """The privacy gate: the pilot may not ask for what it may not keep."""
        super().clean()
        if forbidden_header(self.label):
            message = _("The pilot may not keep this about anyone, so it may not ask it either.")
            raise ValidationError({"label": message})


class SignUpPage(FormMixin, PilotPage):
    """A Wagtail form that keeps no submission of its own: the answers belong to the employer interest that it makes."""

    privacy_text = RichTextField(_("privacy notice"), features=["bold", "link"])
    thanks_heading = models.CharField(_("heading after sending"), max_length=100)
    thanks_text = models.TextField(_("text after sending"))
    mail_subject = models.CharField(_("subject of the e-mail"), max_length=100)
    mail_text = models.TextField(_("text of the e-mail"), help_text=_("The button to confirm stands below it."))
    confirmed_text = RichTextField(_("what happens next"), features=["bold", "ol", "ul", "link"])

    form_builder = QuestionBuilder
    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:4],
        InlinePanel("form_fields", label=_("question"), heading=_("Questions beside the fixed ones")),
        FieldPanel("privacy_text"),
        MultiFieldPanel([FieldPanel("thanks_heading"), FieldPanel("thanks_text")], heading=_("After sending")),
        MultiFieldPanel([FieldPanel("mail_subject"), FieldPanel("mail_text")], heading=_("E-mail")),
        FieldPanel("confirmed_text"),
        *PilotPage.next_panels,
    ]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        *(APIField(name) for name in ("privacy_text", "thanks_heading", "thanks_text", "confirmed_text")),
        APIField("core_questions"),
        APIField("form_fields"),
    ]
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1
    preview_modes: ClassVar[list[Any]] = [("form", _("Form")), ("sent", _("After sending"))]

    class Meta:
        verbose_name = _("sign-up page")

    @property
    def core_questions(self) -> list[dict[str, Any]]:
        """The fixed questions, for a front end that reads the API."""
        return SignUpForm.describe()

    def get_form_class(self) -> type[SignUpForm]:
        questions = self.form_builder(self.get_form_fields()).formfields
        return type("SignUpPageForm", (SignUpForm,), questions)

    def get_form(self, *args: Any, **kwargs: Any) -> SignUpForm:
        kwargs.pop("user", None)
        kwargs.pop("page", None)
        return self.get_form_class()(*args, **kwargs)

    def get_submissions(self) -> models.QuerySet:
        """None, ever: a second store of personal data would be forgotten when the first is erased."""
        return self.get_submission_class().objects.none()

    @method_decorator([gzip_page, sensitive_post_parameters()])
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST) if request.method == "POST" else self.get_form()
        if request.method == "POST" and form.is_valid():
            sign_up(form, get_language() or self.locale.language_code)
            return self.redirect_to_sent(form.cleaned_data["email"])
        context = self.get_context(request) | {"form": form}
        response = TemplateResponse(request, self.get_template(request), context)
        response["Cache-Control"] = "no-store"
        return response

    def redirect_to_sent(self, email: str) -> HttpResponse:
        """To the page that says where the e-mail went. The address travels in a cookie, not in the URL, nor in logs."""
        response = redirect(reverse("pilot_pages:sent"))
        response.set_signed_cookie(
            SENT_COOKIE, email, salt=SENT_COOKIE, max_age=600, httponly=True, samesite="Strict", path=response.url
        )
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == "sent":
            return TemplateResponse(request, "pilot_pages/sign_up/sent.html", {"page": self, "email": ""})
        return Page.serve_preview(self, request, mode_name)


def without_sign_up_pages(_user: AbstractBaseUser, pages: PageQuerySet) -> PageQuerySet:
    """For Wagtail's menu of forms: it shows submissions, and a sign-up page keeps none."""
    return pages.not_exact_type(SignUpPage)
