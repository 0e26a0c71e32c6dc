"""The privacy gate on texts of Wagtail's and Django's own models, which staff type too."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField
from wagtail.admin.forms import choosers
from wagtail.embeds.forms import EmbedForm
from wagtail.forms import TaskStateCommentForm
from wagtail.images.forms import ImageInsertionForm

from dossiers import privacy
from dossiers.models.text_fields import (
    MAX_TEXT_LENGTH,
    LengthValidator,
    get_stored_numbers,
    mask_private_numbers,
    refuse_private_numbers_in_json,
)
from dossiers.models.validators import refuse_private_numbers

# The fields in which people type.
TYPED_FIELDS: Mapping[str, str] = {
    "account.EmailAddress": "email",
    "auth.Group": "name",
    "auth.User": "username first_name last_name email",
    "taggit.Tag": "name slug",
    "wagtailcore.APIToken": "name",
    "wagtailcore.Collection": "name",
    "wagtailcore.CollectionViewRestriction": "password",
    "wagtailcore.Comment": "text",
    "wagtailcore.CommentReply": "text",
    "wagtailcore.Page": "title draft_title slug seo_title search_description",
    "wagtailcore.PageViewRestriction": "password",
    "wagtailcore.Site": "hostname site_name",
    "wagtailcore.Task": "name",
    "wagtailcore.TaskState": "comment",
    "wagtailcore.Workflow": "name",
    "wagtaildocs.Document": "title file",
    "wagtailforms.FormSubmission": "form_data",
    "wagtailimages.Image": "title description file",
    "wagtailredirects.Redirect": "old_path redirect_link redirect_page_route_path",
}
# The fields that repeat what was typed. A log entry is validated when it is saved, where nobody can mend it, so that
# numbers are only masked.
LOG_FIELDS: Mapping[str, str] = {"wagtailcore.ModelLogEntry": "label data", "wagtailcore.PageLogEntry": "label data"}
# Wagtail's forms that have no model.
TYPED_FORM_FIELDS: Mapping[type[forms.Form], str] = {
    TaskStateCommentForm: "comment",
    choosers.ExternalLinkChooserForm: "url link_text",
    choosers.AnchorLinkChooserForm: "url link_text",
    choosers.EmailLinkChooserForm: "email_address link_text subject body",
    choosers.PhoneLinkChooserForm: "phone_number link_text",
    EmbedForm: "url",
    ImageInsertionForm: "alt_text",
}


def add_privacy_gate() -> None:
    """Let these fields, and Wagtail's forms that have no model, pass the gate; called once, when the site starts."""
    for field in _iterate_fields(TYPED_FIELDS):
        if isinstance(field, models.FileField):
            field.validators.append(refuse_private_file_name)
        else:
            is_json = isinstance(field, models.JSONField)
            field.validators.append(refuse_private_numbers_in_json if is_json else refuse_private_numbers)
            if isinstance(field, models.TextField):  # which has no maximum in Wagtail
                field.validators.append(LengthValidator(MAX_TEXT_LENGTH))
            _pass_gate(field)
    for field in _iterate_fields(LOG_FIELDS):
        _pass_gate(field)
    TagField.default_validators = [*TagField.default_validators, refuse_private_numbers]
    for form, names in TYPED_FORM_FIELDS.items():
        for name in names.split():
            form.base_fields[name].validators.append(refuse_private_numbers)


def _iterate_fields(names_by_model: Mapping[str, str]) -> Iterator[Any]:
    for label, names in names_by_model.items():
        for name in names.split():
            yield apps.get_model(label)._meta.get_field(name)


def _pass_gate(field: Any) -> None:
    """Wrap the two methods that PrivacyGateMixin overrides. Another class than Django's would not do: in an expression
    with two fields Django compares their classes."""
    clean, get_db_prep_save = field.clean, field.get_db_prep_save

    def clean_with_stored_numbers(value: Any, record: models.Model | None) -> Any:
        with privacy.confirmed(lambda: get_stored_numbers(field, record)):
            return clean(value, record)

    field.has_privacy_gate = True
    field.clean = clean_with_stored_numbers
    field.get_db_prep_save = lambda value, connection: get_db_prep_save(mask_private_numbers(value), connection)


def refuse_private_file_name(file: Any) -> None:
    """Raise ValidationError if the name of a new upload, which becomes part of its address, has a private number."""
    if not file._committed and privacy.check_text(PurePath(file.name).stem):
        raise ValidationError(
            _(
                "The name of this file may hold a citizen service number (BSN) or V-number. That is not kept here: "
                "give the file another name and upload it again."
            ),
            code="private",
        )
