"""The pages that a candidate's letter opens. Each answer of a candidate becomes an action for a coordinator."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from access_log.models import AccessLogEntry
from dates.parse import parse_date
from dates.scripts import to_western
from dossiers.models import CLOSED_STATUSES, CandidateLink
from dossiers.models.candidate_page.answers import (
    MAX_CORRECTION_LENGTH,
    record_answer,
    record_answer_to_deleted_proposal,
    save_message,
)
from dossiers.models.candidate_page.languages import Words, get_offered_languages
from dossiers.models.candidate_page.links import is_key
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from pilot_pages.candidate import guard
from pilot_pages.candidate.content import CandidateContent
from pilot_pages.models import HomePage, get_site_words

LANGUAGE_PARAMETER = "taal"
TextKey = str  # a key of `words.texts`
NOT_SENT: TextKey = "not_sent"


def parse_birth_date(typed: str) -> date | None:
    """Return the date, or None if the text is not a date."""
    try:
        return parse_date(to_western(typed))
    except ValidationError:
        return None


@method_decorator(never_cache, name="dispatch")
class CandidateView(View):
    """Base class that sets the chosen language, and headers against search engines, caches and referrers."""

    words: Words
    home: HomePage | None
    languages: list[Words]
    lost_input: list[tuple[str, str]] | None = None  # (name, value) of a form whose cookie was lost, to be sent again

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.languages = get_offered_languages()
        language_code = (
            request.GET.get(LANGUAGE_PARAMETER)
            or request.POST.get(LANGUAGE_PARAMETER)
            or translation.get_language_from_request(request)
        )
        words = next((language for language in self.languages if language.code == language_code), self.languages[0])
        self.home = HomePage.find_live(words.code)
        words = words.naming_site(self.home.site_name if self.home else "")
        self.words = words.naming_contact(has_coordinator=self.has_coordinator())
        with translation.override(self.words.code):
            response = self.respond(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # The URL contains the key, half of the credentials. Not "no-referrer": browsers then send no origin with
        # a form, which Django refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the response in the chosen language."""
        if self.lost_input is not None:
            response = self.render_page("send_again", kwargs["key"], fields=self.lost_input)
            response.status_code = 403
            return response
        return super().dispatch(request, *args, **kwargs)

    def has_coordinator(self) -> bool:
        """Whether to mention a coordinator, which would reveal before the date of birth that the key exists."""
        return False

    def render_page(self, template: str, key: str, **context: Any) -> HttpResponse:
        if self.home or self.words.code in settings.OWN_LANGUAGES:
            site_words = get_site_words(self.home)
        else:
            site_words = HomePage.get_words_in(settings.LANGUAGE_CODE)
        return render(
            self.request,
            f"pilot_pages/candidate/{template}.html",
            {
                "site_name": self.words.texts["site"],
                "site_owner": site_words["site_owner"],
                "words": self.words,
                "texts": self.words.texts,
                "languages": self.languages,
                "key": key,
                **context,
            },
        )

    def redirect_to(self, name: str, key: str, said: Sequence[TextKey] = (), proposal: str = "") -> HttpResponse:
        query = f"?{LANGUAGE_PARAMETER}={self.words.code}" + "".join(f"&gezegd={text_key}" for text_key in said)
        query += f"&voorstel={proposal}" if proposal else ""
        return redirect(reverse(f"candidate:{name}", args=[key]) + query)


class DateOfBirthView(CandidateView):
    """Asks for the date of birth, also if the key is unknown. A key that no letter can have is told to be one."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        if guard.get_authenticated_link(request, key):
            return self.redirect_to("page", key)
        return self.render_form(key)

    def render_form(self, key: str, **context: Any) -> HttpResponse:
        if not is_key(key):
            return self.render_page("date_of_birth", key, mistyped=True)
        until = guard.get_lock_end(self.request, key)
        locked = self.words.fill("door_locked", time=f"{until:%H:%M}") if until else ""
        announced = self.request.GET.getlist("gezegd")
        said = [self.words.texts["sent_correction"]] if "sent_correction" in announced else []
        return self.render_page(
            "date_of_birth", key, locked=locked, said=said, not_sent=NOT_SENT in announced, **context
        )

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if not is_key(key):
            return self.render_form(key)
        born = parse_birth_date(request.POST.get("born", ""))
        if born is None:  # does not depend on the key, and so is not counted as an attempt
            return self.render_form(key, unreadable=True, born=request.POST.get("born", ""))
        link = guard.authenticate(request, key, born)
        if link is None:
            return self.render_form(key, wrong=True, born=request.POST.get("born", ""))
        if not link.is_open:
            return self.render_form(key, ended=True)
        link.was_opened()
        AccessLogEntry.objects.create(
            user_name="kandidaat", what=AccessLogEntry.What.READ, about=link.dossier.reference
        )
        response = self.redirect_to("page", key)
        guard.set_cookie(response, request, link)
        return response


class AuthenticatedView(CandidateView):
    """Base class of the pages that require the date of birth; redirects other visitors to its form."""

    link: CandidateLink
    open_link: CandidateLink | None
    sends_answer = False  # whether each POST is an answer of the candidate, also without text

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.open_link = guard.get_authenticated_link(request, kwargs["key"])
        return super().dispatch(request, *args, **kwargs)

    def respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.open_link is None:  # the session may have ended while an answer was being written
            is_lost = request.method == "POST" and (self.sends_answer or self.text)
            return self.redirect_to("date_of_birth", kwargs["key"], [NOT_SENT] if is_lost else [])
        self.link = self.open_link
        return super().respond(request, *args, **kwargs)

    @property
    def text(self) -> str:
        return self.request.POST.get("text", "").strip()

    def has_coordinator(self) -> bool:
        return self.open_link is not None and self.open_link.dossier.coordinator_id is not None


class OwnPageView(AuthenticatedView):
    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.render_own_page(key, said=request.GET.getlist("gezegd"), proposal=request.GET.get("voorstel", ""))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show what was filled in again, for another language, and for browsers that send it without a button."""
        if not self.text and not request.POST.get("sure"):
            return self.redirect_to("page", key)
        return self.render_own_page(key)

    def render_own_page(
        self,
        key: str,
        wrong: TextKey = "",
        where: str = "",
        *,
        said: Sequence[TextKey] = (),
        proposal: str = "",
    ) -> HttpResponse:
        content = CandidateContent(self.link.dossier, self.words)
        proposals, correction = content.list_proposals(), content.describe_correction()
        wants_to_stop = self.link.dossier.wants_to_stop
        is_closed = self.link.dossier.status in CLOSED_STATUSES
        answered = next((listed for listed in proposals if str(listed.key) == proposal), None)
        agrees = answered.agrees if answered else None
        is_current = {  # so that a page that is loaded again confirms no answer that has changed
            "sent_yes": agrees is True,
            "sent_no": agrees is False and not (answered and answered.is_shared),
            "sent_no_shared": agrees is False or answered is None,
            "sent_no_ended": answered is None,
            "sent_yes_too_late": answered is None or not answered.choices,
            "sent_withdraw": wants_to_stop and not is_closed,
            "sent_closed": is_closed,
            "sent_correction": correction,
        }
        return self.render_page(
            "page",
            key,
            recorded=list(content.list_recorded_data()),
            shared=content.list_shared_data(),
            proposals=proposals,
            correction=correction,
            withdrawal=content.describe_withdrawal(),
            wants_to_stop=wants_to_stop,
            closed=is_closed,
            answered=answered,
            said=[self.words.texts[name] for name in is_current if name in said and is_current[name]],
            wrong=self.words.texts.get(wrong, ""),
            where=where,
            typed=self.text,
            sure=bool(self.request.POST.get("sure")),
            max_length=MAX_CORRECTION_LENGTH,
        )


class AnswerFormView(OwnPageView):
    """Base class of the views that save an answer.

    Every button of the page also sends the text in the box for corrections. Errors are shown on the page, with the
    text.
    """

    where = ""
    sends_answer = True
    text_explains_answer = True  # whether the text may be the reason for the answer, and not a correction

    def get(self, request: HttpRequest, key: str, **_rest: Any) -> HttpResponse:
        return self.redirect_to("page", key)

    def save_and_redirect(
        self, key: str, save: Callable[[], TextKey] | None, proposal: str = "", to: str = "page"
    ) -> HttpResponse:
        """Save the answer, then the text; if the text is refused, the page says so beside what was saved.

        `save` returns what the page says about the answer.
        """
        if not guard.may_send_message(self.link):
            return self.render_own_page(key, "wrong_often", self.where)
        confirmed = [save()] if save else []
        wrong: TextKey = "wrong_long" if len(self.text) > MAX_CORRECTION_LENGTH else ""
        if self.text and not wrong:
            try:
                save_message(self.link.dossier, self.text, with_answer=self.text_explains_answer)
                confirmed.append("sent_correction")
            except ValidationError:
                wrong = "wrong_private"
        if wrong:
            self.link.dossier.refresh_from_db()
            return self.render_own_page(key, wrong, "correction", said=confirmed, proposal=proposal)
        return self.redirect_to(to, key, confirmed, proposal)


class CorrectionView(AnswerFormView):
    where = "correction"
    text_explains_answer = False

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if not self.text:
            return self.render_own_page(key, "wrong_empty", self.where)
        return self.save_and_redirect(key, None)


class AnswerView(AnswerFormView):
    """Saves an answer to a proposal as it is now, which may have changed since the page was opened."""

    def post(self, request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
        return self.save_and_redirect(key, partial(self.save_answer, kwargs["placement"]), str(kwargs["placement"]))

    def save_answer(self, placement_pk: int) -> TextKey:
        dossier, agrees = self.link.dossier, self.request.POST.get("answer") == "yes"
        if agrees and dossier.awaits_withdrawal_outcome:
            return "sent_withdraw"
        placement = dossier.placements.filter(pk=placement_pk).first()
        if placement is None:
            return f"sent_{record_answer_to_deleted_proposal(dossier, agrees=agrees)}"
        return f"sent_{record_answer(placement, agrees=agrees)}"


class WithdrawView(AnswerFormView):
    where = "withdraw"

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if self.link.dossier.status not in CLOSED_STATUSES and not request.POST.get("sure"):
            return self.render_own_page(key, "wrong_sure", self.where)
        return self.save_and_redirect(key, self.save_wish)

    def save_wish(self) -> TextKey:
        if self.link.dossier.status in CLOSED_STATUSES:
            return "sent_closed"
        request_withdrawal(self.link.dossier)
        return "sent_withdraw"


class LeaveView(AnswerFormView):
    sends_answer = False
    text_explains_answer = False

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        response = (
            self.save_and_redirect(key, None, to="date_of_birth")
            if self.text
            else self.redirect_to("date_of_birth", key)
        )
        if isinstance(response, HttpResponseRedirect):  # the text was not refused
            guard.delete_cookie(response)
        return response
