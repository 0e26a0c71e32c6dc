"""The answers of the check on the sign-up form. The URL carries them, so that the check stores nothing."""

import re
from typing import Any

from django import forms
from django.apps import apps
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext

from pilot_pages.checker.decision_tree import Outcome, Tree, Walk

NAME = "check"
PATTERN = re.compile(r"[\w/-]{1,2000}")


def serialize_walk(page: Any, walk: Walk) -> str:
    """Return the walk through the check of `page` as a URL parameter."""
    return "/".join((page.slug, *walk.addresses))


def parse_walk(text: str) -> Walk | None:
    """Return the walk; None if the text is invalid or no longer leads to an outcome."""
    if not PATTERN.fullmatch(text):
        return None
    slug, *addresses = text.strip("/").split("/")
    check_pages = apps.get_model("pilot_pages.CheckPage").objects  # its model uses this module
    pages = check_pages.live().public().filter(slug=slug, locale__language_code=get_language())
    walks = (Tree.of(page.tree).walk(addresses) for page in pages)
    return next((walk for walk in walks if walk and isinstance(walk.at, Outcome)), None)


def get_initial(request: HttpRequest) -> dict[str, str]:
    """Return the initial value of a sign-up form that is opened from an outcome."""
    return {NAME: request.GET.get(NAME, "")}


class PrefilledForm(forms.Form):
    """A base form with the hidden field of the walk. An invalid walk is ignored without an error."""

    check = forms.Field(required=False, widget=forms.HiddenInput)  # a CharField would refuse some characters

    @cached_property
    def carried(self) -> Walk | None:
        return parse_walk(str(self[NAME].value() or ""))

    def clean_check(self) -> str:
        return self.cleaned_data[NAME] if self.carried else ""

    def carried_answers(self) -> dict[str, str]:
        """Return the answers by question, and the outcome, to be stored with the sign-up."""
        if self.carried is None:
            return {}
        answers = [(answer.question.words, answer.answer.words) for answer in self.carried.given]
        answers.append((gettext("Outcome"), self.carried.at.words))
        return {gettext("Check: %(question)s") % {"question": question}: answer for question, answer in answers}
