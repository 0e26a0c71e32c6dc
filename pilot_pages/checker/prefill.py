"""The answers of the check on the sign-up form. The URL carries them, so that the check stores nothing."""

import re
from hashlib import sha256
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models import Sector
from pilot_pages.checker.decision_tree import Outcome, Tree, Walk

NAME = "check"
PATTERN = re.compile(r"(?P<slug>[\w-]{1,255})(?P<path>/[\w/-]{0,2000})?(?:\.(?P<digest>[0-9a-f]{12}))?")


def serialize_walk(page: Any, walk: Walk) -> str:
    """Return the walk through the check of `page` as a URL parameter, with a digest of what the reader saw."""
    return f"{'/'.join((page.slug, *walk.addresses))}.{_make_digest(walk)}"


def find_check_pages(slug: str) -> Any:
    check_pages = apps.get_model("pilot_pages.CheckPage").objects  # its model uses this module
    return check_pages.live().public().filter(slug=slug, locale__language_code=get_language())


def parse_walk(text: str) -> Walk | None:
    """Return the walk; None if the text is invalid, no longer leads to an outcome, or the reader saw other words."""
    parts = PATTERN.fullmatch(text)
    if parts is None:
        return None
    addresses = (parts["path"] or "").strip("/").split("/")
    for page in find_check_pages(parts["slug"]):
        walk = Tree.of(page.tree).walk(addresses)
        if walk and isinstance(walk.at, Outcome) and parts["digest"] in (None, _make_digest(walk)):
            return walk
    return None


def _make_digest(walk: Walk) -> str:
    return make_digest(list_words(walk))


def make_digest(words: Any) -> str:
    """Return a digest of what a reader saw, to find out later whether it has changed."""
    return sha256(repr(words).encode()).hexdigest()[:12]


def list_words(walk: Walk) -> list[tuple[str, str]]:
    """Return the questions with their answers; the outcome comes last."""
    answers = [(answer.question.words, answer.answer.words) for answer in walk.given]
    return [*answers, (gettext("Outcome"), walk.at.words)]


def get_initial(request: HttpRequest) -> dict[str, str]:
    """Return the initial value of a sign-up form that is opened from an outcome."""
    return {NAME: request.GET.get(NAME, "")}


def find_sector(text: str) -> Sector | None:
    """Return the sector that an answer of the walk names, so that the sign-up form need not ask for it again."""
    walk = parse_walk(text)
    words = [answer.answer.words for answer in walk.given] if walk else []
    return Sector.objects.filter(Q(name__in=words) | Q(name_en__in=words)).first()


class PrefilledForm(forms.Form):
    """A base form with the hidden field of the walk. An invalid walk is ignored without an error; one through questions
    that were changed since is refused, as the answers to other questions would be stored."""

    check = forms.Field(required=False, widget=forms.HiddenInput)  # a CharField would refuse some characters

    @cached_property
    def carried(self) -> Walk | None:
        return parse_walk(str(self[NAME].value() or ""))

    @cached_property
    def is_check_outdated(self) -> bool:
        parts = PATTERN.fullmatch(str(self[NAME].value() or ""))
        return bool(parts and parts["digest"] and not self.carried)

    @property
    def check_page(self) -> Any:
        """The check to do again; None if it is not there any more."""
        parts = PATTERN.fullmatch(str(self[NAME].value() or ""))
        return find_check_pages(parts["slug"]).first() if parts else None

    def clean_check(self) -> str:
        if self.is_check_outdated:
            raise forms.ValidationError(
                _("The check was changed after you did it. Do it again, or sign up without its answers.")
            )
        return self.cleaned_data[NAME] if self.carried else ""

    def carried_answers(self) -> dict[str, str]:
        """Return the answers by question, and the outcome, to be stored with the sign-up.

        The outcome has the day with it: it may be read after the rules behind it have changed.
        """
        if not self.carried:
            return {}
        *answers, (_label, outcome) = list_words(self.carried)
        outcome_label = gettext("Outcome on %(day)s") % {"day": format_date(timezone.localdate())}
        words = [*answers, (outcome_label, outcome)]
        return {gettext("Check: %(question)s") % {"question": question}: answer for question, answer in words}
