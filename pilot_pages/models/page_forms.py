"""Wagtail's forms of a page, whose texts outside the page pass the privacy gate too: comments, and names of a copy."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm

from dossiers import privacy
from dossiers.models.validators import refuse_private_numbers


class PilotPageForm(WagtailAdminPageForm):
    def clean(self) -> dict[str, Any]:
        """Refuse a moment of publication in the past, and private numbers in comments.

        The errors of comments are shown above the form, since Wagtail shows none beside a comment.
        """
        cleaned: dict[str, Any] = super().clean()
        go_live_at = cleaned.get("go_live_at")
        if go_live_at and "go_live_at" in self.changed_data and go_live_at < timezone.now():
            text = _(
                "This moment has passed. Choose a later one, or leave it empty to put the page on the site at once."
            )
            self.add_error("go_live_at", text)
        comments = self.formsets.get("comments")
        comment_forms = comments.forms if comments is not None and comments.management_form.is_valid() else ()
        with_replies = [form for comment in comment_forms for form in (comment, *comment.formsets["replies"].forms)]
        for form in with_replies:
            text = form.data.get(form.add_prefix("text"), "")
            if form.has_changed() and (message := privacy.check_text(text)):
                sentence = _("Your comment on this page, which stands in the panel as you typed it: %(message)s")
                self.add_error(None, sentence % {"message": message})
        return cleaned


class PilotCopyForm(CopyForm):
    """Wagtail saves a copy without validating it as a page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_title", "new_slug"):
            field: forms.Field = self.fields[name]
            field.validators.append(refuse_private_numbers)
