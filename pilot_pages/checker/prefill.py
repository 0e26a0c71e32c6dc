"""What somebody answered in the check, carried into the sign-up: by its address, so that nothing is kept before."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext

from pilot_pages.checker.decision_tree import Outcome, Tree, Walk

NAME = "check"
FORM = re.compile(r"[\w/-]{1,2000}")


def carried_by(page: Any, walk: Walk) -> str:
    """How a walk through the page's check stands in the address of the sign-up."""
    return "/".join((page.slug, *walk.addresses))


def found(carried: str) -> Walk | None:
    """The walk; None for what is forged or no longer leads to an outcome."""
    from pilot_pages.models import CheckPage

    if not FORM.fullmatch(carried):
        return None
    slug, *addresses = carried.strip("/").split("/")
    pages = CheckPage.objects.live().public().filter(slug=slug, locale__language_code=get_language())
    walks = (Tree.of(page.tree).walk(addresses) for page in pages)
    return next((walk for walk in walks if walk and isinstance(walk.at, Outcome)), None)


def from_address(request: HttpRequest) -> dict[str, str]:
    """The initial value of a sign-up form that is opened from an outcome."""
    return {NAME: request.GET.get(NAME, "")}


class PrefilledForm(forms.Form):
    """The hidden field, for the sign-up form to inherit. What it can't find it leaves out, without a word."""

    check = forms.Field(required=False, widget=forms.HiddenInput)  # no CharField: that refuses some signs

    @cached_property
    def carried(self) -> Walk | None:
        return found(str(self[NAME].value() or ""))

    def clean_check(self) -> str:
        return self.cleaned_data[NAME] if self.carried else ""

    def carried_answers(self) -> dict[str, str]:
        """Each question with its answer and the outcome, as kept beside the interest."""
        if self.carried is None:
            return {}
        asked = [(answer.question.words, answer.answer.words) for answer in self.carried.given]
        asked.append((gettext("Outcome"), self.carried.at.words))
        return {gettext("Check: %(question)s") % {"question": question}: answer for question, answer in asked}
