"""A page whose translation somebody has to approve before it goes live."""

import hashlib
import json
import logging
import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from pilot_pages.models.approval import TranslationApproval

logger = logging.getLogger(__name__)

# Of what every page has; beside it counts all that its own type adds.
WORDS = ("title", "seo_title", "search_description")
SCHEDULED = "wagtail.publish.scheduled"
# The editor numbers the paragraphs of a text once somebody saves it, without a word changing.
PARAGRAPH_KEY = re.compile(r' data-block-key="\w+"')


class NotApprovedError(Exception):
    """Nobody has said that this translation is right. Its words are for whoever tried to publish it."""

    message = _(
        "“%(title)s” was not published: nobody has approved this translation yet. Have somebody who knows the language "
        "read it, and note who that was with the button “Approve the translation”. Then publish it."
    )

    def __init__(self, page: Page) -> None:
        super().__init__(f"page {page.pk} ({page.locale.language_code}) is not approved")
        self.page = page

    def __str__(self) -> str:
        return str(self.message % {"title": self.page.title})


class ApprovedPage(Page):
    """Whatever publishes it, a button, a workflow, a bulk action or the clock, comes through here."""

    class Meta:
        abstract = True

    @property
    def needs_approval(self) -> bool:
        """Whether it is in a language that is not the product's own."""
        return self.locale.language_code not in settings.OWN_LANGUAGES

    @property
    def may_go_live(self) -> bool:
        return not self.needs_approval or TranslationApproval.of(self) is not None

    def mark_of_words(self) -> str:
        """Another one when a word changed."""
        return hashlib.sha256(json.dumps(self.words(), sort_keys=True, default=str).encode()).hexdigest()

    def words(self) -> dict[str, Any]:
        """All that an editor wrote on it, by field."""
        own = {field.name for field in self._meta.get_fields()} - {field.name for field in Page._meta.get_fields()}
        data = self.serializable_data()
        return {name: _without_numbers(data[name]) for name in data.keys() & own.union(WORDS)}

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        page = revision.as_object()
        if page.may_go_live:
            super().publish(revision, *args, **kwargs)
        elif kwargs.get("log_action") == SCHEDULED:  # nobody is there to be told; the others of this hour go on
            logger.warning("%s", NotApprovedError(page).args[0])
            page.revisions.update(approved_go_live_at=None)
        else:
            raise NotApprovedError(page)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """For copies and whatever else makes a page live without asking to publish it."""
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        if self.live and kwargs.get("update_fields") is None and not self.may_go_live:
            raise NotApprovedError(self)
        super().save(*args, **kwargs)


def _without_numbers(value: Any) -> Any:
    """The words alone: blocks, rows and paragraphs are numbered anew whenever they are copied or saved."""
    if isinstance(value, str):
        try:
            return _without_numbers(json.loads(value)) if value.startswith("[") else PARAGRAPH_KEY.sub("", value)
        except ValueError:
            return PARAGRAPH_KEY.sub("", value)
    if isinstance(value, list):
        return [_without_numbers(item) for item in value]
    if isinstance(value, dict):
        own = ("id", "pk", "page") if "pk" in value else ("id",)  # a row of its own names its page; a block's is a link
        return {key: _without_numbers(item) for key, item in value.items() if key not in own}
    return value
