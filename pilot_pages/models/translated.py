"""Pages whose translation must be approved before they go live."""

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

# The fields of Wagtail's Page that contain texts; all fields that a page type adds count as texts too.
TEXT_FIELDS = ("title", "seo_title", "search_description")
SCHEDULED = "wagtail.publish.scheduled"
# The editor adds these keys to paragraphs on saving, although no text changes.
PARAGRAPH_KEY = re.compile(r' data-block-key="\w+"')


class NotApprovedError(Exception):
    """The translation is not approved. The message is for the user who tried to publish it."""

    message = _(
        "“%(title)s” was not published: nobody has approved the words as they are now. Have somebody who knows the "
        "language read them, and note who that was with the button “Approve the translation”. Then publish it."
    )

    def __init__(self, page: Page) -> None:
        super().__init__(f"page {page.pk} ({page.locale.language_code}) is not approved")
        self.page = page

    def __str__(self) -> str:
        return str(self.message % {"title": self.page.title})


class ApprovedPage(Page):
    """A page that refuses to go live without approval, whether by a button, a workflow, a bulk action or a schedule."""

    class Meta:
        abstract = True

    @property
    def needs_approval(self) -> bool:
        """Whether the page is in a language that the staff cannot read."""
        return self.locale.language_code not in settings.OWN_LANGUAGES

    @property
    def may_go_live(self) -> bool:
        return not self.needs_approval or TranslationApproval.find_for(self) is not None

    def hash_texts(self) -> str:
        """Return a hash of the texts, which changes with each edit."""
        return hashlib.sha256(json.dumps(self.get_texts(), sort_keys=True, default=str).encode()).hexdigest()

    def get_texts(self) -> dict[str, Any]:
        """Return the texts of the page by field name, without ids."""
        names = {field.name for field in self._meta.get_fields()} - {field.name for field in Page._meta.get_fields()}
        data = self.serializable_data()
        return {name: _remove_ids(data[name]) for name in data.keys() & names.union(TEXT_FIELDS)}

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        page = revision.as_object()
        if page.may_go_live:
            super().publish(revision, *args, **kwargs)
        elif kwargs.get("log_action") == SCHEDULED:
            # No user would see an exception, and it would stop the other scheduled pages.
            logger.warning("%s", NotApprovedError(page).args[0])
            page.revisions.update(approved_go_live_at=None)
        else:
            raise NotApprovedError(page)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to save a live page without approval, for copies and other code that does not call `publish`."""
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        if self.live and kwargs.get("update_fields") is None and not self.may_go_live:
            raise NotApprovedError(self)
        super().save(*args, **kwargs)


def _remove_ids(value: Any) -> Any:
    """Return the value without the ids of blocks, rows and paragraphs, which change when a page is copied or saved."""
    if isinstance(value, str):
        try:
            return _remove_ids(json.loads(value)) if value.startswith("[") else PARAGRAPH_KEY.sub("", value)
        except ValueError:
            return PARAGRAPH_KEY.sub("", value)
    if isinstance(value, list):
        return [_remove_ids(item) for item in value]
    if isinstance(value, dict):
        # In a child row ("pk"), "page" is its parent; in a block it is a link, which is part of the content.
        id_keys = ("id", "pk", "page") if "pk" in value else ("id",)
        return {key: _remove_ids(item) for key, item in value.items() if key not in id_keys}
    return value
