"""Navigation through the check. Each step has its own URL, without JavaScript or cookies."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from pilot_pages.checker.blocks import Sign
from pilot_pages.checker.decision_tree import Answer, Given, Outcome, Question, Walk
from pilot_pages.checker.prefill import serialize_walk

ANSWER, SENT, EARLIER = "antwoord", "verder", "eerder"  # the parameters of a step's form
SEPARATOR = "."


@dataclass(frozen=True)
class Step:
    """One page of the check. `base` is the URL of the check, `earlier` the slugs of answers given here and later
    before the reader went back."""

    base: str
    walk: Walk
    earlier: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return address_of(self.base, self.walk.addresses)

    @property
    def before(self) -> str | None:
        """The URL of the previous question, with its answer selected; None at the first question."""
        answers = self.walk.given
        return self.again(answers[-1]) if answers else None

    @property
    def answered(self) -> list[tuple[Given, str]]:
        """The answers given so far, each with the URL to change it."""
        return [(answer, self.again(answer)) for answer in self.walk.given]

    @property
    def chosen(self) -> str | None:
        """The slug of the answer that was given here before the reader went back."""
        own = [answer.address for answer in self.walk.at.answers]
        return next((address for address in self.earlier if address in own), None)

    @property
    def kept(self) -> str:
        return SEPARATOR.join(self.earlier)

    def again(self, answer: Given) -> str:
        """Return the URL of the question of `answer`, which keeps this answer and all later ones."""
        addresses = (*self.walk.addresses[len(answer.before) :], *self.earlier)
        return address_of(self.base, answer.before, addresses)

    def next_url(self, answer: Answer) -> str:
        """Return the URL that the answer leads to."""
        following = self.walk.tree.walk((*self.walk.addresses, answer.address))
        at_end = following is None or isinstance(following.at, Outcome)
        return address_of(self.base, (*self.walk.addresses, answer.address), () if at_end else self.earlier)


def address_of(base: str, addresses: tuple[str, ...], earlier: tuple[str, ...] = ()) -> str:
    """Return the URL of the step after these answers."""
    path = "".join(f"{address}/" for address in addresses)
    return f"{base}{path}" + (f"?{urlencode({EARLIER: SEPARATOR.join(earlier)})}" if earlier else "")


def earlier_answers(request: HttpRequest, walk: Walk) -> tuple[str, ...]:
    """Return the slugs of earlier answers in the URL, without unknown ones, such as one to an outdated question."""
    known = {answer.address for place in walk.tree.places.values() for answer in place.answers}
    words = (*walk.outdated, *request.GET.get(EARLIER, "").split(SEPARATOR))
    return tuple(dict.fromkeys(word for word in words if word in known))


def serve_step(request: HttpRequest, page: Any, walk: Walk | None) -> HttpResponse:
    """Return the page of the step; redirect to the next step if the request contains an answer."""
    if walk is None:
        return TemplateResponse(request, "pilot_pages/check/step_not_found.html", page.get_context(request), status=404)
    chosen = request.GET.get(ANSWER, "")
    answer = walk.at.answer(chosen) if isinstance(walk.at, Question) else None
    if not answer:
        # A rule may have changed while the question was open: then the walk ends at the question to answer again.
        following = walk.tree.walk((*walk.addresses, *walk.outdated, chosen))
        walk = following if following and following.outdated else walk
    step = Step(page.get_url(request), walk, earlier_answers(request, walk))
    if answer:
        return HttpResponseRedirect(step.next_url(answer))
    is_sent = ANSWER in request.GET or SENT in request.GET
    return render_step(request, page, step, nothing_chosen=is_sent and not walk.outdated)


def render_step(request: HttpRequest, page: Any, step: Step, *, nothing_chosen: bool = False) -> HttpResponse:
    context = page.get_context(request) | {"step": step, "walk": step.walk, "nothing_chosen": nothing_chosen}
    if not isinstance(step.walk.at, Outcome):
        return TemplateResponse(request, "pilot_pages/check/question.html", context)
    context["whole_address"] = address_of(page.full_url or step.base, step.walk.addresses)
    outcome = step.walk.at.block
    next_step = outcome["next_step"]
    context["sign_up"] = sign_up = page.get_sign_up_page(request) if outcome["sign_up"] else None
    # Without a button of its own a next step that ends with the way to sign up has words about signing up only.
    leads_back = outcome["sign"] == Sign.ASK and step.before
    has_words = next_step["heading"] and (leads_back or not outcome["sign_up"])
    context["has_next_step"] = bool(sign_up or next_step.is_shown or has_words)
    context["carried"] = serialize_walk(page, step.walk)
    return TemplateResponse(request, "pilot_pages/check/outcome.html", context)
