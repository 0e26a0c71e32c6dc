"""A reader's way through the check: every step an address of its own, without script and without a cookie."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from pilot_pages.checker.decision_tree import Answer, Given, Outcome, Question, Walk
from pilot_pages.checker.prefill import carried_by

ANSWER, SENT, EARLIER = "antwoord", "verder", "eerder"  # the parameters of a step's form
BETWEEN = "."


@dataclass(frozen=True)
class Step:
    """One page of the walk: `base` is the address of the check itself, `earlier` what was answered from here on."""

    base: str
    walk: Walk
    earlier: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return address_of(self.base, self.walk.addresses)

    @property
    def before(self) -> str | None:
        """Back to the former question, with its answer kept; None at the first."""
        answers = self.walk.given
        return self.again(answers[-1]) if answers else None

    @property
    def answered(self) -> list[tuple[Given, str]]:
        """What was answered so far, each with the address to change it."""
        return [(answer, self.again(answer)) for answer in self.walk.given]

    @property
    def chosen(self) -> str | None:
        """The answer that was given here before."""
        own = [answer.address for answer in self.walk.at.answers]
        return next((address for address in self.earlier if address in own), None)

    @property
    def kept(self) -> str:
        return BETWEEN.join(self.earlier)

    def again(self, answer: Given) -> str:
        """Asks that question once more; this answer and the ones after it stay as they were until they are changed."""
        addresses = (*self.walk.addresses[len(answer.before) :], *self.earlier)
        return address_of(self.base, answer.before, addresses)

    def on(self, answer: Answer) -> str:
        """Where the answer leads."""
        following = self.walk.tree.walk((*self.walk.addresses, answer.address))
        at_end = following is None or isinstance(following.at, Outcome)
        return address_of(self.base, (*self.walk.addresses, answer.address), () if at_end else self.earlier)


def address_of(base: str, addresses: tuple[str, ...], earlier: tuple[str, ...] = ()) -> str:
    """The address of the step after these answers."""
    path = "".join(f"{address}/" for address in addresses)
    return f"{base}{path}" + (f"?{urlencode({EARLIER: BETWEEN.join(earlier)})}" if earlier else "")


def earlier_answers(request: HttpRequest, walk: Walk) -> tuple[str, ...]:
    """What the address says was answered before; words that are none of this check's are left out."""
    known = {answer.address for place in walk.tree.places.values() for answer in place.answers}
    words = request.GET.get(EARLIER, "").split(BETWEEN)
    return tuple(dict.fromkeys(word for word in words if word in known))


def answer_to(request: HttpRequest, page: Any, walk: Walk | None) -> HttpResponse:
    """The page of this step; leads on when an answer was sent."""
    if walk is None:
        return TemplateResponse(request, "pilot_pages/check/lost.html", page.get_context(request), status=404)
    step = Step(page.get_url(request), walk, earlier_answers(request, walk))
    if isinstance(walk.at, Outcome):
        return shown(request, page, step)
    answer = walk.at.answer(request.GET.get(ANSWER, "")) if isinstance(walk.at, Question) else None
    if answer:
        return HttpResponseRedirect(step.on(answer))
    return shown(request, page, step, nothing_chosen=ANSWER in request.GET or SENT in request.GET)


def shown(request: HttpRequest, page: Any, step: Step, *, nothing_chosen: bool = False) -> HttpResponse:
    context = page.get_context(request) | {"step": step, "walk": step.walk, "nothing_chosen": nothing_chosen}
    if not isinstance(step.walk.at, Outcome):
        return TemplateResponse(request, "pilot_pages/check/question.html", context)
    context["whole_address"] = address_of(page.full_url or step.base, step.walk.addresses)
    context["sign_up"] = page.sign_up_page() if step.walk.at.block["sign_up"] else None
    context["carried"] = carried_by(page, step.walk)
    return TemplateResponse(request, "pilot_pages/check/outcome.html", context)
