"""The pages behind a candidate's letter. What a candidate says here becomes an action of a coordinator."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from access_log.models import AccessLogEntry
from dates.parse import parse_date
from dossiers.models import CLOSED_STATUSES, CandidateLink
from dossiers.models.candidate_page.answers import (
    MAX_CORRECTION_LENGTH,
    record_answer,
    request_correction,
)
from dossiers.models.candidate_page.languages import Words, get_offered_languages
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from pilot_pages.candidate import guard
from pilot_pages.candidate.content import CandidateContent, open_proposals

LANGUAGE = "taal"
Say = str  # the key of a text


def parse_birth_date(typed: str) -> date | None:
    """Return the date, or None if the text is not a date."""
    try:
        return parse_date(typed.strip())
    except ValidationError:
        return None


@method_decorator(never_cache, name="dispatch")
class CandidateView(View):
    """In the language that was chosen, kept out of search engines, caches, and other sites' logs."""

    words: Words
    languages: list[Words]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.languages = get_offered_languages()
        language_code = (
            request.GET.get(LANGUAGE) or request.POST.get(LANGUAGE) or translation.get_language_from_request(request)
        )
        words = next((language for language in self.languages if language.code == language_code), self.languages[0])
        self.words = words.naming_contact(has_coordinator=self.has_coordinator())
        with translation.override(self.words.code):
            response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # The address is half of a key. Not "no-referrer": browsers then send no origin with a form, which is refused.
        response["Referrer-Policy"] = "same-origin"
        return response

    def has_coordinator(self) -> bool:
        """Return whether to name a coordinator; before the date of birth that would tell something about a key."""
        return False

    def shown(self, template: str, key: str, **context: Any) -> HttpResponse:
        return render(
            self.request,
            f"pilot_pages/candidate/{template}.html",
            {"words": self.words, "texts": self.words.texts, "languages": self.languages, "key": key, **context},
        )

    def to(self, name: str, key: str, said: Say = "", proposal: str = "") -> HttpResponse:
        query = f"?{LANGUAGE}={self.words.code}" + (f"&gezegd={said}" if said else "")
        query += f"&voorstel={proposal}" if proposal else ""
        return redirect(reverse(f"candidate:{name}", args=[key]) + query)


class DateOfBirthView(CandidateView):
    """Asks the date of birth. Every key gets this question, also one that never was."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        if guard.who_is_in(request, key):
            return self.to("page", key)
        return self.door(key)

    def door(self, key: str, **context: Any) -> HttpResponse:
        until = guard.locked_until(self.request, key)
        locked = self.words.fill("door_locked", time=f"{until:%H:%M}") if until else ""
        return self.shown("door", key, locked=locked, **context)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        born = parse_birth_date(request.POST.get("born", ""))
        if born is None:  # says nothing about the key, and costs no attempt
            return self.door(key, unreadable=True, born=request.POST.get("born", ""))
        link = guard.let_in(request, key, born)
        if link is None:
            return self.door(key, wrong=True, born=request.POST.get("born", ""))
        link.was_opened()
        AccessLogEntry.objects.create(
            user_name="kandidaat", what=AccessLogEntry.What.READ, about=link.dossier.reference
        )
        response = self.to("page", key)
        guard.remember(response, request, link)
        return response


class InsideView(CandidateView):
    """For who gave the date of birth a moment ago; anybody else is asked for it."""

    link: CandidateLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = guard.who_is_in(request, kwargs["key"])
        if link is None:
            return redirect("candidate:door", kwargs["key"])
        self.link = link
        return super().dispatch(request, *args, **kwargs)

    def has_coordinator(self) -> bool:
        return self.link.dossier.coordinator_id is not None


class OwnPageView(InsideView):
    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.page(key)

    def page(self, key: str, wrong: Say = "", where: str = "", typed: str = "") -> HttpResponse:
        showing, said = CandidateContent(self.link.dossier, self.words), self.request.GET.get("gezegd", "")
        proposals, wrote, wants_to_stop = showing.proposals(), showing.wrote(), self.link.dossier.wants_to_stop
        agrees = next(
            (proposal.agrees for proposal in proposals if str(proposal.key) == self.request.GET.get("voorstel")), None
        )
        holds = {  # a page that the browser shows again confirms no answer that was changed since
            "sent_correction": wrote,
            "sent_yes": agrees is True,
            "sent_no": agrees is False,
            "sent_withdraw": wants_to_stop,
        }
        return self.shown(
            "page",
            key,
            recorded=list(showing.recorded()),
            shared=showing.shared(),
            proposals=proposals,
            wrote=wrote,
            withdrawal=showing.describe_withdrawal(),
            wants_to_stop=wants_to_stop,
            closed=self.link.dossier.status in CLOSED_STATUSES,
            said=self.words.texts[said] if holds.get(said) else "",
            wrong=self.words.texts.get(wrong, ""),
            where=where,
            typed=typed,
            most=MAX_CORRECTION_LENGTH,
        )


class AnswerFormView(OwnPageView):
    """Takes what a candidate says; refused in words, with what was typed still there."""

    where = ""

    def get(self, request: HttpRequest, key: str, **_rest: Any) -> HttpResponse:
        return self.to("page", key)

    def taken(self, key: str, keep: Callable[[], Any], said: Say, typed: str = "", proposal: str = "") -> HttpResponse:
        if not guard.may_send(self.link):
            return self.page(key, "wrong_often", self.where, typed)
        try:
            keep()
        except ValidationError:
            return self.page(key, "wrong_private", self.where, typed)
        return self.to("page", key, said, proposal)


class CorrectionView(AnswerFormView):
    where = "correction"

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        text = request.POST.get("text", "").strip()
        if not text:
            return self.page(key, "wrong_empty", self.where)
        if len(text) > MAX_CORRECTION_LENGTH:
            return self.page(key, "wrong_long", self.where, text)
        return self.taken(key, lambda: request_correction(self.link.dossier, text), "sent_correction", text)


class AnswerView(AnswerFormView):
    def post(self, request: HttpRequest, key: str, placement: int) -> HttpResponse:
        agrees = request.POST.get("answer") == "yes"
        proposal = get_object_or_404(open_proposals(self.link.dossier), pk=placement)
        said = "sent_yes" if agrees else "sent_no"
        return self.taken(key, lambda: record_answer(proposal, agrees=agrees), said, proposal=str(proposal.pk))


class WithdrawView(AnswerFormView):
    where = "withdraw"

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if self.link.dossier.status in CLOSED_STATUSES:
            return self.to("page", key)
        if not request.POST.get("sure"):
            return self.page(key, "wrong_sure", self.where)
        return self.taken(key, lambda: request_withdrawal(self.link.dossier), "sent_withdraw")


class LeaveView(CandidateView):
    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        response = self.to("door", key)
        guard.forget(response)
        return response
