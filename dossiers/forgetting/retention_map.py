"""The treatment of each field of each model by anonymizing; a test fails on a field that is not classified here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

STAFF = "of staff, or of our own making: nothing of the person"


@dataclass(frozen=True)
class FieldRetention:
    """The fields of a model by treatment.

    `emptied`; `replaced`, for text that can't be empty; `kept`; `masked`, for text about many people, from which the
    person's data is removed; and `elsewhere`, for fields that other code clears.
    """

    emptied: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        return self.emptied | self.replaced | self.kept | self.masked | self.elsewhere


def classify_fields(
    *, emptied: str = "", replaced: str = "", masked: str = "", elsewhere: str = "", **fields: str
) -> FieldRetention:
    """Return the treatment of fields, given as space-separated names; `fields` are kept, by the purpose of keeping."""
    names = (emptied, replaced, " ".join(["id", *fields.values()]), masked, elsewhere)
    return FieldRetention(*(frozenset(text.split()) for text in names))


# Records about one dossier; in their history records the same fields are cleared.
PERSON_MODELS: dict[str, FieldRetention] = {
    "dossiers.Dossier": classify_fields(
        emptied="given_name name_prefix family_name date_of_birth phone email location in_reception languages"
        " education_level profession hours_per_week available_from decided_on document_expires_on driving_licence"
        " transport notes extra",
        # the level of Dutch and the sectors say who finds work; the application's date, who may work (BuWav 6.2)
        figures="dutch_level application_date work_right status closing_reason expectation_talk_on created_at",
        accounting="reference privacy_notice_on anonymised_at archived_at changed_at coordinator"
        " withdrawal_requested_on withdrawal_retracted_on withdrawal_retracted_by",
    ),
    "dossiers.Supply": classify_fields(
        emptied="external_id values parts", figures="dossier organisation", accounting="first_seen last_seen"
    ),
    "dossiers.Placement": classify_fields(
        emptied="shared permit_valid_until hours_per_week wage_agreed notes",
        figures="dossier interest kind status proposed_on interview_on permit_requested_on permit_granted_on"
        " permit_refused_on working_on ended_on end_reason",
        accounting="reference candidate_agreed_on candidate_declined_on shared_on archived_at created_at changed_at",
    ),
    "dossiers.ContactMoment": classify_fields(
        replaced="text",
        figures="dossier employer interest placement held_on",
        accounting="kind user created_at changed_at",
    ),
    "dossiers.Finding": classify_fields(
        replaced="description",
        emptied="tried result",
        figures="dossier employer interest placement side category noticed_on solved_on regulation confirmed_at",
        accounting="organisation noted_by by_employer confirmed_by created_at changed_at",
    ),
    "dossiers.Expense": classify_fields(
        replaced="description",
        figures="dossier employer interest placement spent_on category hours rate amount",
        accounting="created_at changed_at",
    ),
    "dossiers.Merge": classify_fields(
        emptied="snapshot changes moved",
        accounting="kept kept_reference other_id reference left applied_at user undone_at undone_by",
    ),
}
# Records about an employer, see employers.py.
EMPLOYER_MODELS: dict[str, FieldRetention] = {
    "dossiers.Employer": classify_fields(
        replaced="contact_name",
        emptied="email phone",
        figures="company_name kvk_number postcode city sector created_at",
        accounting="archived_at changed_at",
    ),
    "dossiers.EmployerInterest": classify_fields(
        emptied="contact_given answers notes extra",
        figures="employer work_description positions hours_per_week dutch_level_required working_languages start_date"
        " end_date transport_offered status closing_reason created_at",
        accounting="reference owner confirmed_at archived_at changed_at withdrawal_requested_on withdrawal_retracted_on"
        " withdrawal_retracted_by",
    ),
}
# Texts that may mention a person whom the record is not about (see mentions.py).
FREE_TEXT_FIELDS: dict[str, str] = {
    "dossiers.Dossier": "location profession notes extra",
    "dossiers.Supply": "values",
    "dossiers.Placement": "notes",
    "dossiers.ContactMoment": "text",
    "dossiers.FollowUp": "text done_note",
    "dossiers.Finding": "description tried result",
    "dossiers.Expense": "description",
    "dossiers.KeptLonger": "reason",
    "dossiers.Employer": "company_name contact_name email phone city",
    "dossiers.EmployerInterest": "contact_given work_description notes answers extra",
    "dossiers.Evaluation": "title withdrawn_because",
    "dossiers.EvaluationText": "text",
    "dossiers.Milestone": "title agreements",
    "dossiers.FindingCategory": "name name_en advice",
    "dossiers.Sector": "name name_en",
    "dossiers.ClosingReason": "name",
    "dossiers.GlossaryTerm": "name spellings explanation explanation_en",
    "dossiers.Organisation": "name",
    "dossiers.Regulation": "title value statement explanation source source_date source_url apply_url",
    "dossiers.RegulationTranslation": "title statement explanation source source_date",
    "dossiers.ActionRule": "text",
    "dossiers.EmailText": "subject intro closing",
    "dossiers.OwnField": "label choices help_text",
    "dossiers.ImportProfile": "name",
    "dossiers.ImportRun": "file_name returned_word",
    "dossiers.SavedView": "name",
}
OWN_NAME = "the name, the address or the number of somebody else, who is not forgotten"
MADE_BY_US, A_COPY = "made by us", "a copy of a text that is searched: it follows what is decided about that one"
# The other fields of these and of the deleted records that hold text, with the reason why they are not searched.
TEXTS_NOT_SEARCHED: dict[str, dict[str, str]] = {
    "dossiers.Dossier": {
        "given_name name_prefix family_name phone email": OWN_NAME,
        "reference languages": MADE_BY_US,
    },
    "dossiers.Supply": {"external_id": OWN_NAME, "parts": A_COPY},
    "dossiers.Placement": {"reference": MADE_BY_US, "shared": A_COPY},
    "dossiers.FollowUp": {"occasion": MADE_BY_US},
    "dossiers.Employer": {"kvk_number postcode": "can hold no name"},
    "dossiers.EmployerInterest": {"reference working_languages": MADE_BY_US},
    "dossiers.FindingCategory": {"code": MADE_BY_US},
    "dossiers.Regulation": {"key proposal_for": MADE_BY_US},
    "dossiers.RegulationTranslation": {"language original_mark": MADE_BY_US},
    "dossiers.OwnField": {"key": MADE_BY_US},
    "dossiers.Merge": {"reference kept_reference moved left": MADE_BY_US, "snapshot changes": A_COPY},
    "dossiers.CandidateLink": {"key_hash": MADE_BY_US},
    "dossiers.ImportRow": {
        "given bad changes parts withheld supply_before": "of lists that may be applied each line is searched; the "
        "others are copies",
        "errors similar kept": MADE_BY_US,
    },
    "dossiers.BulkRow": {"old new former": A_COPY, "refusals kept": MADE_BY_US},
}
HISTORY_FIELDS = classify_fields(
    emptied="import_run import_line",  # of a person: the sender still has the list, and its line is the person
    accounting="history_change_reason history_id history_date history_type history_user sector_names",
)
"""The extra fields of history records."""

# Deleted with their histories, because they have no purpose without the person.
DELETED_WITH_DOSSIER: dict[str, str] = {
    "dossiers.FollowUp": "what is to be done for somebody; no figure counts it",
    "dossiers.KeptLonger": "why a dossier was kept longer",
    "dossiers.CandidateLink": "the way to the candidate's own page",
}
DELETED_MODELS: dict[str, str] = DELETED_WITH_DOSSIER | {
    "dossiers.ImportRow": "what a list gave of the person",
    "dossiers.BulkRow": "what a bulk change made of the record",
}

# Records about many people, from which only the person's data is removed.
SHARED_MODELS: dict[str, FieldRetention] = {
    "dossiers.ImportRun": classify_fields(
        masked="reason choice decided asked format columns warnings sample",
        elsewhere="file_name returned_word upload clean_copy",
        accounting="by_partner with_partner channel sent_by sent_at first_sent_at record organisation profile user"
        " policy state continues same_list forgotten_rows counts_for_sender created_at applied_at undone_at undone_by",
    ),
    "dossiers.ImportProfile": classify_fields(
        masked="columns values", accounting="name record organisation sheets_as_one changed_at"
    ),
    "dossiers.ExportRun": classify_fields(
        elsewhere="file query",
        accounting="user kind format columns state reason rows created_at expires_at",
    ),
    "dossiers.BulkChange": classify_fields(
        masked="query given reason",
        accounting="kind field user state count created_at applied_at undone_at undone_by",
    ),
    "dossiers.Deletion": classify_fields(
        elsewhere="records", accounting="model_label number user applied_at undone_at undone_by"
    ),
    "dossiers.Evaluation": classify_fields(
        elsewhere="title frozen frozen_in public public_in withdrawn_because",
        accounting="kind begin end sector organisation reports cases first_registered_on frozen_at frozen_by on_website"
        " released_at released_by released_by_name withdrawn_at withdrawn_by created_at changed_at",
    ),
    "dossiers.EvaluationText": classify_fields(elsewhere="text", accounting="evaluation section changed_by changed_at"),
    "dossiers.SavedView": classify_fields(masked="query", elsewhere="name", accounting="kind owner shared"),
    "wagtailcore.ModelLogEntry": classify_fields(
        elsewhere="label",
        accounting="content_type action data timestamp uuid user revision content_changed deleted object_id",
    ),
    "django_tasks_database.DBTaskResult": classify_fields(
        masked="traceback",
        accounting="status enqueued_at started_at finished_at args_kwargs priority task_path worker_ids queue_name"
        " backend_name run_after return_value exception_class_path",
    ),
}

# Models without data of the people whom this app anonymizes, with the reason.
MODELS_WITHOUT_PEOPLE: dict[str, str] = {
    "access_log.AccessLogEntry": "by reference and by staff's own name; kept ACCESS_LOG_DAYS, to answer a complaint",
    "pilot_pages.Webhook": "an address of another system",
    "pilot_pages.WebhookDelivery": "ids and addresses of pages, references of sign-ups; kept 30 days",
    "access_log.KeyUse": STAFF,
    "dossiers.ActionRule": "words of a rule, for everybody",
    "dossiers.CandidateLanguage": "who checked a translation, which is for everybody",
    "dossiers.ClosingReason": "a list",
    "dossiers.CalendarKey": STAFF,
    "dossiers.DailyDigest": STAFF,
    "dossiers.Delivery": "hashes, by which a mail or a file is known again; kept 30 days after it was seen last",
    "dossiers.EmailText": "words of an e-mail, for everybody",
    "dossiers.FindingCategory": "a list",
    "dossiers.GlossaryTerm": "words and what they mean",
    "dossiers.Milestone": "agreements of partners",
    "dossiers.OwnField": "what a field is called, for everybody",
    "dossiers.Organisation": "a partner; its staff are users",
    "dossiers.Pilot": "money and weeks",
    "dossiers.RecordMail": "whether and for what it was sent; its words are the first version of its contact moment",
    "dossiers.ReferenceCounter": "numbers",
    "dossiers.Regulation": "a rule",
    "dossiers.RegulationTranslation": "a rule",
    "dossiers.RegulationTranslationApproval": "who checked a translation, which is for everybody",
    "dossiers.Retention": "a number of months",
    "dossiers.Sector": "a list",
    "workers.WorkerHeartbeat": "a process of ours",
    "backups.Backup": "when a backup was made, and how it went",
    "pilot_pages.LinkCheck": "addresses of other sites to which the public site links",
    "pilot_pages.PageCheck": "pages, and who of staff read them again",
    "pilot_pages.TranslationApproval": "who checked a translation, which is for everybody",
    "pilot_pages.UnfoundWord": "words that several searches of the site had in vain, a hash of others; kept 90 days",
    "sessions.Session": "who is logged in, and since when",
    "wagtailadmin.EditingSession": "who has a form open; Wagtail removes it after an hour",
    "wagtailadmin.FormState": "which forms are open",
    "wagtailcore.PageLogEntry": "pages",
    "wagtailcore.ReferenceIndex": "records that hold people are left out of it (wagtail_reference_index_ignore)",
    "wagtailcore.Revision": "pages; no record that holds a person has revisions",
    "wagtailforms.FormSubmission": "sign-ups are records, Wagtail keeps none",
    "wagtailsearch.IndexEntry": "pages, pictures and documents; records are searched in their own tables",
    "wagtailsearch.SQLiteFTSIndexEntry": "the same, on SQLite",
}


def holds_people(model: type[models.Model]) -> bool:
    """Whether the records of this model are about people whom this app anonymizes."""
    return model._meta.label in PERSON_MODELS | EMPLOYER_MODELS | DELETED_MODELS


def get_model(label: str) -> Any:
    return apps.get_model(label)


def build_empty_values(label: str, word: str) -> dict[str, Any]:
    """Return the values of the cleared fields; `word` replaces required text."""
    chosen = (PERSON_MODELS | EMPLOYER_MODELS)[label]
    fields = get_model(label)._meta
    values: dict[str, Any] = {}
    for name in chosen.emptied:
        field: Any = fields.get_field(name)
        values[name] = None if field.null else field.get_default()
    return values | dict.fromkeys(chosen.replaced, word)


def rewrite(records: models.QuerySet[Any], **values: Any) -> None:
    """Update records, so that a form which somebody opened before is refused and can't bring the old values back.

    The history keeps its moments: it is updated without this.
    """
    if hasattr(records.model, "changed_at"):
        values["changed_at"] = timezone.now()
    records.update(**values)


def get_histories() -> Iterator[tuple[str, type[models.Model]]]:
    """Yield (label, history model) of the classified models with a history."""
    for label in PERSON_MODELS | EMPLOYER_MODELS:
        history = getattr(get_model(label), "history", None)
        if history is not None:
            yield label, history.model
