"""The sign-up page for employers, with fixed core questions and questions that editors add."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.forms.models import FORM_FIELD_CHOICES, AbstractFormField, FormMixin
from wagtail.contrib.forms.utils import get_field_clean_name
from wagtail.fields import RichTextField
from wagtail.query import PageQuerySet

from dossiers.models import Employer, EmployerInterest, OwnField, RecordKind
from dossiers.models.text_fields import MAX_TEXT_LENGTH, CharField, LengthValidator, TextField
from dossiers.privacy import check_text, find_nationality, forbidden_header
from pilot_pages.checker import prefill
from pilot_pages.models.page import PilotPage
from pilot_pages.models.page_forms import PilotPageForm
from pilot_pages.read_api.fields import Html, PageField
from pilot_pages.sign_up.deduplication import is_replay
from pilot_pages.sign_up.drafts import delete_draft, load_draft, save_draft, set_draft_cookie
from pilot_pages.sign_up.emails import PREVIEWS
from pilot_pages.sign_up.field_schemas import Question
from pilot_pages.sign_up.form import CORE_FIELDS, CoreQuestionsForm, SignUpForm
from pilot_pages.sign_up.questions import QuestionBuilder
from pilot_pages.sign_up.records import sign_up
from pilot_pages.sign_up.request_checks import refuse_invalid_form_request
from pilot_pages.sign_up.steps import NOT_READY, STEP, STEPS, WHOLE, Step, Steps, choose_form_layout, make_query
from pilot_pages.sign_up.throttle import ThrottleResult, may_sign_up
from pilot_pages.site_settings import PilotSettings
from web_api.throttle import client_address

QUESTION_TYPES = [choice for choice in FORM_FIELD_CHOICES if choice[0] not in ("hidden", "datetime", "multiselect")]
QUESTION_PREFIX = "question_"
QUESTION_TEXTS = ("label", "help_text", "choices", "default_value")
TYPES_WITH_CHOICES = ("radio", "dropdown", "checkboxes")
CHOICE_SEPARATOR = re.compile(r"[,\r\n]+")
SENT_COOKIE = "sign_up_sent"
SENT_COOKIE_AGE = timedelta(minutes=10)
FormT = TypeVar("FormT", bound=CoreQuestionsForm)


class SignUpQuestion(AbstractFormField):
    """A question that editors add. Its field name has a prefix, so that it never replaces a core question."""

    page = ParentalKey("pilot_pages.SignUpPage", on_delete=models.CASCADE, related_name="form_fields")
    field_type = models.CharField(_("kind of answer"), max_length=16, choices=QUESTION_TYPES)

    def get_field_clean_name(self) -> str:
        return QUESTION_PREFIX + get_field_clean_name(self.label)

    def clean(self) -> None:
        """Refuse questions for data that the pilot may not store, choice questions with fewer than two choices, since a
        required one would block every sign-up, and a prefilled answer that the form itself does not accept."""
        super().clean()
        errors: dict[str, list[Any]] = {}
        choices = list(filter(str.strip, CHOICE_SEPARATOR.split(self.choices)))
        for name in QUESTION_TEXTS:
            texts = choices if name == "choices" else [getattr(self, name)]
            asks_nationality = name == "choices" and find_nationality(choices, self.label)
            if asks_nationality or any(map(forbidden_header, texts)):
                errors[name] = [_("The pilot may not keep this about anyone, so it may not ask it either.")]
            elif messages := [message for text in texts if (message := check_text(text))]:
                errors[name] = messages[:1]
            try:
                LengthValidator(MAX_TEXT_LENGTH)(getattr(self, name))
            except ValidationError as error:
                errors[name] = [error]
        if self.field_type in TYPES_WITH_CHOICES and len(choices) < 2:
            errors.setdefault("choices", [_("Write at least two answers to choose from, each on a line of its own.")])
        if not errors and self.default_value.strip():
            (field,) = QuestionBuilder([self]).formfields.values()
            try:
                field.clean(field.initial)
            except ValidationError as error:
                text = gettext("The form opens with this answer, but does not accept it: %(problem)s")
                errors["default_value"] = [text % {"problem": " ".join(error.messages)}]
        if errors:
            raise ValidationError(errors)


class SignUpPageEditForm(PilotPageForm):
    def clean(self) -> dict[str, Any]:
        """Refuse a label that another question of the form has: answers are kept by the label of their question.

        Also refuse a new label that a field in the backoffice has: there, the answer stands beside that field.
        """
        cleaned: dict[str, Any] = super().clean()
        fields = [*Employer._meta.concrete_fields, *EmployerInterest._meta.concrete_fields]
        with override(settings.LANGUAGE_CODE):  # as in the backoffice
            backoffice_names = {_normalize_label(str(field.verbose_name)) for field in fields if not field.primary_key}
        own_labels = OwnField.objects.filter(record=RecordKind.EMPLOYER_INTEREST).values_list("label", flat=True)
        backoffice_names.update(map(_normalize_label, own_labels))
        with override(self.instance.locale.language_code):
            taken = {_normalize_label(str(SignUpForm.base_fields[name].label)) for name in CORE_FIELDS}
        for form in self.formsets["form_fields"].forms if "form_fields" in self.formsets else ():
            form.is_valid()
            label = form.cleaned_data.get("label")
            if not label or form.cleaned_data.get("DELETE"):
                continue
            names = {_normalize_label(label), form.instance.clean_name or form.instance.get_field_clean_name()}
            if names & taken:
                form.add_error("label", _("Another question of this form is or was called this. Write other words."))
            elif "label" in form.changed_data and _normalize_label(label) in backoffice_names:
                text = _(
                    "“%(name)s” is the name of a field of the employer or of the interest: nobody could tell the two "
                    "apart. Leave this question out, or write other words."
                )
                form.add_error("label", ValidationError(text, params={"name": label}))
            taken |= names
        return cleaned


def _normalize_label(label: str) -> str:
    """Return the letters and digits of the label, in lower case."""
    return "".join(filter(str.isalnum, label.casefold()))


class CoreQuestions(PageField):
    """The questions that each form has."""

    def to_representation(self, page: "SignUpPage") -> list[Question]:
        return SignUpForm.describe()


class SignUpPage(FormMixin, PilotPage):
    """A Wagtail form page that stores no form submissions: the answers are saved in an EmployerInterest."""

    way = models.CharField(
        _("how the form is shown"),
        max_length=8,
        choices=[(WHOLE, _("all on one page")), (STEPS, _("step by step"))],
        default=WHOLE,
        help_text=_("Visitors can choose the other way."),
    )
    privacy_text = RichTextField(_("privacy notice"), features=["bold", "link"])
    thanks_heading = CharField(_("heading after sending"), max_length=100)
    thanks_text = TextField(_("text after sending"))
    mail_subject = CharField(_("subject of the e-mail"), max_length=100)
    mail_text = TextField(_("text of the e-mail"), help_text=_("The button to confirm stands below it."))
    next_mail_subject = CharField(_("subject"), max_length=100)
    next_mail_text = TextField(
        _("text"), help_text=_("The number of the sign-up and the button to its page stand below it.")
    )
    gone_mail_subject = CharField(_("subject"), max_length=100)
    gone_mail_text = TextField(_("text"))
    confirmed_text = RichTextField(
        _("what happens next"),
        features=["bold", "ol", "ul", "link"],
        help_text=_("Stands beside the form, after sending and on the employer's own page."),
    )
    call_text = TextField(
        _("when somebody calls"),
        blank=True,
        help_text=_(
            "Not required. Who calls, and within how many working days. Stands below what happens next, and in the "
            "e-mails. Empty: the site says nothing of it."
        ),
    )

    base_form_class = SignUpPageEditForm
    form_builder = QuestionBuilder
    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:4],
        InlinePanel("form_fields", label=_("question"), heading=_("Questions beside the fixed ones")),
        FieldPanel("way"),
        FieldPanel("privacy_text"),
        MultiFieldPanel([FieldPanel("thanks_heading"), FieldPanel("thanks_text")], heading=_("After sending")),
        *(
            MultiFieldPanel(
                [
                    FieldPanel(
                        f"{prefix}_subject", help_text=_("{site} becomes the name of the site, in the text too.")
                    ),
                    FieldPanel(f"{prefix}_text"),
                ],
                heading=email.label,
            )
            for prefix, email in PREVIEWS.items()
        ),
        MultiFieldPanel([FieldPanel("confirmed_text"), FieldPanel("call_text")], heading=_("What happens next")),
        *PilotPage.next_panels,
    ]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        *(APIField(name) for name in ("thanks_heading", "thanks_text", "call_text")),
        *(APIField(name, serializer=Html()) for name in ("privacy_text", "confirmed_text")),
        APIField("core_questions", serializer=CoreQuestions()),
        APIField("form_fields"),
    ]
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1
    own_preview_modes: ClassVar[list[Any]] = [
        ("form", _("Form")),
        ("sent", _("After sending")),
        *((prefix, email.label) for prefix, email in PREVIEWS.items()),
    ]
    preview_modes = PilotPage.preview_modes  # not those of Wagtail's forms

    page_description = _("The form with which an employer signs up. One in each language.")

    class Meta:
        verbose_name = _("sign-up page")

    @classmethod
    def live_in(cls, language: str | None) -> "SignUpPage | None":
        """Return the live page in that language, or else in any language."""
        live = cls.objects.live()
        return live.filter(locale__language_code=language).first() or live.first()

    def get_form_class(self) -> type[SignUpForm]:
        return self.add_questions(SignUpForm)

    def add_questions(self, form: type[FormT]) -> type[FormT]:
        """Return the form with the questions of editors."""
        return type("SignUpPageForm", (form,), self.form_builder(self.get_form_fields()).formfields)

    def get_form(self, *args: Any, **kwargs: Any) -> SignUpForm:
        kwargs.pop("user", None)
        kwargs.pop("page", None)
        return self.get_form_class()(*args, **kwargs)

    def get_submissions(self) -> models.QuerySet:
        """Return no submissions: a second copy of personal data would remain when the first one is erased."""
        return self.get_submission_class().objects.none()

    @method_decorator([gzip_page, sensitive_post_parameters()])
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            refuse_invalid_form_request(request, self.get_form_class())
        if refusal := PilotSettings.for_request(request).sign_up_refusal:
            return self.show_refusal(request, refusal)
        if request.method == "POST":
            return self.process_form(request)
        draft, initial = load_draft(request), prefill.get_initial(request)
        if draft is not None and initial[prefill.NAME]:
            draft.update(initial)
        form = self.get_form(draft, initial=initial | {"sector": prefill.find_sector(initial[prefill.NAME])})
        steps = Steps(form, request.GET)
        number = (steps.shown if draft is not None else 0) or 1
        if choose_form_layout(request, self.way) == WHOLE:
            number = 0
        if NOT_READY not in request.GET:
            form.show_errors_only_of()
        elif number:
            steps.show_errors_of(number)
        is_draft_gone = draft is None and (STEP in request.GET or NOT_READY in request.GET)
        return self.show(request, form, steps.step(number) if number else None, is_draft_gone=is_draft_gone)

    def process_form(self, request: HttpRequest) -> HttpResponse:
        """Handle the whole form, one of its steps, or a change of the layout that keeps what was typed."""
        answers = self.merge_answers(load_draft(request), request.POST)
        form = self.get_form(answers)
        steps = Steps(form, request.POST)
        if steps.to in (STEPS, WHOLE):
            form.show_errors_only_of()
            return self.show_at_url(request, form, answers, steps.step(1) if steps.to == STEPS else None)
        if steps.shown and (number := steps.next()):
            return self.show_at_url(request, form, answers, steps.step(number))
        if not form.is_valid():
            step = steps.step(steps.first_invalid()) if steps.shown else None
            return self.show_at_url(request, form, answers, step)
        if not is_replay(form.cleaned_data):
            allowance = may_sign_up(client_address(request), form.cleaned_data["email"])
            if not allowance:
                step = steps.step(steps.last) if steps.shown else None
                return self.show_too_often(request, form, answers, step, allowance)
            sign_up(form, get_language() or self.locale.language_code)
        response = self.redirect_to_sent(form.cleaned_data["email"])
        delete_draft(request, response)
        return response

    def merge_answers(self, draft: QueryDict | None, posted: QueryDict) -> QueryDict:
        """Return the posted answers. The draft replaces the hidden ones of a step: the page may come from the browser's
        history, from before later steps were filled in. The last step sends what it shows. A draft with another stamp
        was typed in another tab and replaces nothing."""
        if draft is not None and draft.get("stamp") != posted.get("stamp"):
            draft = None
        form = self.get_form(posted)
        hidden_names = Steps(form, posted).names_of_others() if draft is not None else set()
        answers = QueryDict(mutable=True)
        for name in form.fields:
            source = draft if draft is not None and name in hidden_names else posted
            if values := source.getlist(name):
                answers.setlist(name, values)
        return answers

    def show_at_url(
        self, request: HttpRequest, form: SignUpForm, answers: QueryDict, step: Step | None
    ) -> HttpResponse:
        """Redirect to the URL that shows the answers, so that a browser can go back to it; without a redirect if the
        answers may not be stored."""
        key = save_draft(request, answers)
        if not key:
            return self.show(request, form, step)
        response = redirect(f"{request.path}?{make_query(request.GET, step, has_errors=bool(form.errors))}")
        set_draft_cookie(request, response, key)
        return response

    def show(self, request: HttpRequest, form: SignUpForm, step: Step | None, **context: Any) -> TemplateResponse:
        context = self.get_context(request) | {"form": form, "step": step, **context}
        response = TemplateResponse(request, self.get_template(request), context)
        response["Cache-Control"] = "no-store"
        return response

    def show_refusal(self, request: HttpRequest, refusal: str) -> TemplateResponse:
        """Show the text instead of the form. A draft stays, in case somebody set the wrong phase."""
        context = self.get_context(request) | {"refusal": refusal}
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        response = TemplateResponse(request, "pilot_pages/sign_up/refused.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def show_too_often(
        self,
        request: HttpRequest,
        form: SignUpForm,
        answers: QueryDict,
        step: Step | None,
        allowance: ThrottleResult,
    ) -> HttpResponse:
        """Show the form again with all that was typed and the time at which it can be sent; only a draft is stored."""
        response = self.show(request, form, step, too_often=allowance.again_at)
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(allowance.seconds)
        if key := save_draft(request, answers):
            set_draft_cookie(request, response, key)
        return response

    def redirect_to_sent(self, email: str) -> HttpResponse:
        """Redirect to the page that names the e-mail address. A cookie carries the address, to keep it out of URLs and
        logs."""
        response = redirect(reverse("pilot_pages:sent"))
        response.set_signed_cookie(
            SENT_COOKIE,
            email,
            salt=SENT_COOKIE,
            max_age=SENT_COOKIE_AGE,
            httponly=True,
            samesite="Strict",
            path=response.url,
        )
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == "sent":
            return TemplateResponse(request, "pilot_pages/sign_up/sent.html", {"page": self, "email": ""})
        if mode_name in PREVIEWS:
            return HttpResponse(PREVIEWS[mode_name].preview(self))
        return PilotPage.serve_preview(self, request, mode_name)


def exclude_sign_up_pages(_user: AbstractBaseUser, pages: PageQuerySet) -> PageQuerySet:
    """Implement Wagtail's hook `filter_form_submissions_for_user`: sign-up pages store no submissions."""
    return pages.not_exact_type(SignUpPage)
