"""No text field of the project or of Wagtail stores a BSN, with or without validation."""

from itertools import product

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from wagtail import blocks
from wagtail.admin.forms import choosers
from wagtail.fields import RichTextField, StreamField
from wagtail.models import BaseLogEntry

from config.wagtail_overrides.privacy import TYPED_FORM_FIELDS
from dossiers import privacy
from dossiers.models import Dossier, EmployerInterest, OwnField, RecordKind
from dossiers.models.contact_fields import KvkField, PhoneField, PostcodeField
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.text_fields import MAX_TEXT_LENGTH
from pilot_pages.models import PilotPage

BSN, IN_GROUPS = "123456782", "dossier 170 561 483"  # made up; they pass the eleven-test
OURS = ("dossiers", "pilot_pages", "access_log", "backups", "config", "page_cache", "workers")
ONLY_ITS_OWN_STYLE = (PhoneField, KvkField, PostcodeField, LanguagesField)  # they keep nothing that is of no such style

# Where no person types, and why.
EXEMPT = {
    "access_log.AccessLogEntry.user_name": "the name of a login",
    "access_log.AccessLogEntry.about": "a reference that we made, or the name of a list",
    "access_log.AccessLogEntry.detail": "which filters, in our words, never a word that was searched",
    "dossiers.BulkChange.field": "the key of a field",
    "dossiers.BulkChange.kind": "the name of a model",
    "dossiers.CalendarKey.key_hash": "a hash",
    "dossiers.CandidateLanguage.mark": "a hash",
    "dossiers.CandidateLink.key_hash": "a hash",
    "dossiers.Deletion.model_label": "the name of a model",
    "dossiers.Delivery.digests": "hashes",
    "dossiers.Delivery.key": "a hash",
    "dossiers.Dossier.reference": "made by us",
    "dossiers.EmployerInterest.reference": "made by us",
    "dossiers.EvaluationText.section": "the name of a section",
    "dossiers.FollowUp.occasion": "made by a rule",
    "dossiers.ImportRun.counts_for_sender": "numbers by action",
    "dossiers.Merge.kept_reference": "made by us",
    "dossiers.Merge.reference": "made by us",
    "dossiers.OwnField.key": "made by us from the label, which passes",
    "dossiers.Placement.reference": "made by us",
    "dossiers.RecordMail.recipient": "a role, and the key of a user",
    "dossiers.ReferenceCounter.prefix": "D, W or P",
    "dossiers.RegulationTranslation.language": "the code of a language",
    "dossiers.RegulationTranslation.original_mark": "a hash",
    "dossiers.RegulationTranslationApproval.mark": "a hash",
    "dossiers.SavedView.kind": "the name of a list",
    "pilot_pages.WebhookDelivery.answer": "what a server answered, for a week",
    "pilot_pages.WebhookDelivery.message_id": "made by us",
    "pilot_pages.WebhookDelivery.payload": "what we send: addresses and numbers of pages",
    "pilot_pages.WebhookDelivery.problem": "written by us",
    "pilot_pages.SignUpQuestion.choices": "Wagtail's own field: clean() of the question passes it through the gate",
    "pilot_pages.SignUpQuestion.clean_name": "made by Wagtail from the label, which passes",
    "pilot_pages.SignUpQuestion.default_value": "Wagtail's own field: clean() of the question passes it through",
    "pilot_pages.SignUpQuestion.help_text": "Wagtail's own field: clean() of the question passes it through",
    "pilot_pages.SignUpQuestion.label": "Wagtail's own field: clean() of the question passes it through",
    "pilot_pages.TranslationApproval.mark": "a hash",
    "pilot_pages.Webhook.events": "names of events",
    "pilot_pages.UnfoundWord.digest": "a hash",
    "pilot_pages.UnfoundWord.language": "the code of a language",
    "pilot_pages.Webhook.encrypted_key": "made by us",
    "backups.Backup.host": "the name of a machine",
    "workers.WorkerHeartbeat.host": "the name of a machine",
    "workers.WorkerHeartbeat.lane": "the name of a queue",
    "workers.WorkerHeartbeat.version": "the version of the product",
    "workers.WorkerHeartbeat.worker_id": "made by us",
}

# The same of models that are not ours: whole models, or fields of them.
EXEMPT_ELSEWHERE = {
    "account.EmailConfirmation": "made by allauth",
    "auth.Permission": "names of permissions",
    "auth.User.password": "a hash",
    "contenttypes.ContentType": "names of models",
    "django_tasks_database.DBTaskResult": "written by the queue: keys of records",
    "mfa.Authenticator": "encrypted",
    "sessions.Session": "made by Django",
    "wagtailadmin.EditingSession": "which record somebody has open",
    "wagtailadmin.FormState": "for a preview, a form that passed, for a day",
    "wagtailcore.APIToken.key_hash": "a hash",
    "wagtailcore.APIToken.prefix": "made by Wagtail",
    "wagtailcore.Collection.path": "made by treebeard",
    "wagtailcore.Comment.contentpath": "the name of a field",
    "wagtailcore.Comment.position": "a place in a text",
    "wagtailcore.Locale": "a code from settings",
    "wagtailcore.ModelLogEntry.action": "the name of an action",
    "wagtailcore.ModelLogEntry.object_id": "a key",
    "wagtailcore.Page.path": "made by treebeard",
    "wagtailcore.Page.url_path": "made from slugs, which pass",
    "wagtailcore.PageLogEntry.action": "the name of an action",
    "wagtailcore.ReferenceIndex": "keys, and names of fields",
    "wagtailcore.Revision": "the fields of a page, which pass; it holds identifiers that look like anything",
    "wagtailcore.WorkflowState": "a key",
    "wagtaildocs.Document.file_hash": "a hash",
    "wagtailembeds.Embed": "what the site of a video says of it",
    "wagtailimages.Image.file_hash": "a hash",
    "wagtailimages.Rendition": "made by Wagtail",
    "wagtailsearch.IndexEntry": "words of fields that pass",
    "wagtailsearch.SQLiteFTSIndexEntry": "words of fields that pass",
    "wagtailusers.UserProfile": "choices, and the file name of a portrait",
}


def all_model_fields():
    return (field for model in apps.get_models() for field in model._meta.local_fields)


def is_ours(field):
    return field.model._meta.app_label in OURS


def text_fields():
    for field in all_model_fields():
        if field.name == "history_change_reason":  # which import or API did it, in our words
            continue
        if isinstance(field, models.CharField | models.TextField | models.JSONField):
            yield field


def get_field_name(field):
    name = field.model._meta.object_name.removeprefix("Historical")
    return f"{field.model._meta.app_label}.{name}.{field.name}"


PASSING = [field for field in text_fields() if hasattr(field, "has_privacy_gate")]


def test_every_text_field_has_the_privacy_gate_or_a_recorded_reason():
    others = [field for field in text_fields() if not hasattr(field, "has_privacy_gate")]
    chosen = {get_field_name(f) for f in others if f.choices or isinstance(f, (*ONLY_ITS_OWN_STYLE, RichTextField))}
    assert {get_field_name(field) for field in others if is_ours(field)} - chosen == EXEMPT.keys()
    elsewhere = {get_field_name(field) for field in others if not is_ours(field)} - chosen
    exempt = {name for name in elsewhere if EXEMPT_ELSEWHERE.keys() & {name, name.rpartition(".")[0]}}
    assert elsewhere == exempt
    of_wagtail = {f.model for f in all_model_fields() if isinstance(f, RichTextField | StreamField)}
    assert all(issubclass(model, PilotPage) for model in of_wagtail), "clean() of a page passes them through"


@pytest.mark.parametrize("planted", [BSN, IN_GROUPS])
def test_no_text_field_accepts_a_bsn(planted):
    taken = []
    for field in PASSING:
        if issubclass(field.model, BaseLogEntry):  # is only masked
            continue
        value = {"a": [planted]} if isinstance(field, models.JSONField) else planted
        if isinstance(field, models.URLField):
            value = f"https://example.org/{planted.replace(' ', '-')}"
        try:
            field.run_validators(value)
        except ValidationError as error:
            assert {"private", "perhaps_private"} & {each.code for each in error.error_list}, get_field_name(field)
            assert BSN not in str(error)
        else:
            taken.append(get_field_name(field))
    assert not taken


def nest(block, html):
    """Return a value of the block with the HTML in its first rich text, or None if it has no rich text."""
    if isinstance(block, blocks.RichTextBlock):
        return html
    if isinstance(block, blocks.ListBlock):
        return [value] if (value := nest(block.child_block, html)) else None
    children = getattr(block, "child_blocks", {})
    values = {name: value for name, child in children.items() if (value := nest(child, html))}
    return values or None


@pytest.mark.parametrize("attribute", ['href="https://x.nl/?nummer={}"', 'href="tel:{}"', 'alt="pas {}"', 'title="{}"'])
def test_no_attribute_in_a_text_of_a_page_holds_a_bsn(db, attribute):
    """An address, an alt text or a title, which no reader sees as text."""
    fields = [f for f in all_model_fields() if isinstance(f, RichTextField | StreamField)]
    fields = [field for field in fields if field.name not in field.model.FIELDS_VALIDATED_BY_BLOCKS]
    assert fields
    for field, number in product(fields, [BSN, "123%2045%206782"]):
        html = f"<p>Lees <a {attribute.format(number)}>dit</a>.</p>"
        value = html
        if isinstance(field, StreamField):
            texts = nest(field.stream_block, html)
            value = field.stream_block.to_python([{"type": name, "value": text} for name, text in texts.items()])
        page = field.model(title="Vraag", slug="vraag", **{field.name: value})
        with pytest.raises(ValidationError) as refusal:
            page.clean()
        assert field.name in refusal.value.error_dict


def test_no_form_for_a_link_an_embed_or_an_alt_text_accepts_a_bsn():
    for_links = {form for name, form in vars(choosers).items() if name.endswith("LinkChooserForm")}
    assert for_links <= TYPED_FORM_FIELDS.keys()
    for form_class in TYPED_FORM_FIELDS:
        texts = [name for name, field in form_class.base_fields.items() if isinstance(field, forms.CharField)]
        data = dict.fromkeys(texts, f"https://x.nl/?bsn={BSN}") | {"email_address": f"a{BSN}@example.org"}
        form = form_class(data)
        assert {"private"} == {form.errors.as_data()[name][0].code for name in texts}, form_class


def test_no_field_with_a_format_of_its_own_accepts_a_bsn():
    planted = [BSN, f"BSN {BSN}", f"bsn: 0{BSN}", "111222333", "111.222.333", "111 222 333"]
    planted += ["moeder 111222333", "111222333 toestel 5", "V-nummer 2812345678", "Z-nummer 272.123.4567"]
    for field in (field for field in all_model_fields() if isinstance(field, ONLY_ITS_OWN_STYLE)):
        for number in planted:
            with pytest.raises(ValidationError) as refusal:
                field.clean(number, None)
            assert "222" not in str(refusal.value) and BSN not in str(refusal.value), get_field_name(field)
            with pytest.raises(ValidationError):
                field.get_db_prep_save(number, connection)


def test_a_bsn_that_bypasses_validation_is_masked_in_the_database(db):
    for field in PASSING:
        value = {BSN: [BSN]} if isinstance(field, models.JSONField) else BSN
        assert BSN not in str(field.get_db_prep_save(value, connection)), get_field_name(field)


def test_update_and_bulk_create_mask_a_bsn(db):
    dossier = Dossier.objects.create(given_name="Amal", family_name="Voorbeeld", notes=f"nummer {BSN}")
    Dossier.objects.bulk_create([Dossier(reference="D-0001-0001", given_name=f"Omar {BSN}", extra={"own_a": BSN})])
    Dossier.objects.filter(pk=dossier.pk).update(location=f"kamer 3, {BSN}", profession="lasser")
    stored = str(list(Dossier.objects.values())) + str(list(Dossier.history.values()))
    assert BSN not in stored
    assert "nummer ***" in stored and "kamer 3, ***" in stored and "lasser" in stored


def test_every_text_field_has_a_maximum_length_with_a_message():
    for field in filter(is_ours, PASSING):
        if isinstance(field, models.TextField):
            assert field.max_length == MAX_TEXT_LENGTH
            with pytest.raises(ValidationError, match="32768 tekens"):
                field.run_validators("a" * (MAX_TEXT_LENGTH + 1))
            field.run_validators("a" * MAX_TEXT_LENGTH)
        elif not isinstance(field, models.JSONField):
            assert field.max_length, get_field_name(field)


def test_a_stored_number_is_not_asked_about_again(db):
    dossier = Dossier(given_name="Amal", family_name="Voorbeeld", date_of_birth="1990-01-01", notes=IN_GROUPS)
    with pytest.raises(ValidationError):
        dossier.full_clean()
    with privacy.asking(lambda: ["170 561 483"]):
        dossier.full_clean()
    dossier.save()
    dossier.notes += "\nBelde vandaag."
    dossier.full_clean()  # as for a change of another field
    dossier.notes += " Ook 111 222 333."
    with pytest.raises(ValidationError):
        dossier.full_clean()


def test_only_a_request_that_can_ask_gets_a_checkbox_to_confirm_a_number():
    field = Dossier._meta.get_field("notes")
    with pytest.raises(ValidationError) as refused:
        field.run_validators(IN_GROUPS)
    assert "<" not in refused.value.messages[0]
    with privacy.asking(list), pytest.raises(ValidationError) as asked:
        field.run_validators(f"{IN_GROUPS} <b>")
    assert 'name="not_a_bsn" value="170 561 483"> 170 561 483 is geen BSN' in asked.value.messages[0]
    with privacy.asking(lambda: ["170 561 483"]), pytest.raises(ValidationError):
        field.run_validators(f"{IN_GROUPS} {BSN}")


@pytest.mark.parametrize("text", [BSN, IN_GROUPS])
def test_values_labels_and_choices_of_custom_fields_refuse_a_bsn(db, text):
    for names in ({"label": text}, {"label": "Maat", "help_text": text}, {"label": "Maat", "choices": ["S", text]}):
        kind = "choice" if "choices" in names else "text"
        with pytest.raises(ValidationError):
            OwnField(record=RecordKind.EMPLOYER_INTEREST, kind=kind, **names).full_clean()
    own = OwnField.objects.create(record=RecordKind.EMPLOYER_INTEREST, label="Maat", kind="text")
    with pytest.raises(ValidationError):
        EmployerInterest(extra={own.key: text}).clean_fields()
