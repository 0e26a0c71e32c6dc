"""What becomes of each field of each model when a person is forgotten. A test fails on a field that nobody judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

STAFF = "of staff, or of our own making: nothing of the person"


@dataclass(frozen=True)
class FieldRetention:
    """The fields of a model: `emptied`, `replaced` (text that can't be empty), `kept`, `masked` (about many people: the
    person's name, number and addresses are taken out), and `elsewhere`: emptied by a way of their own."""

    emptied: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        return self.emptied | self.replaced | self.kept | self.masked | self.elsewhere


def judged(
    *, emptied: str = "", replaced: str = "", masked: str = "", elsewhere: str = "", **fields: str
) -> FieldRetention:
    """Names with spaces between; the kept ones by what they are kept for."""
    names = (emptied, replaced, " ".join(["id", *fields.values()]), masked, elsewhere)
    return FieldRetention(*(frozenset(text.split()) for text in names))


# What hangs on one dossier. Their histories share the judgement: the same fields are emptied in each of their steps.
OF_A_PERSON: dict[str, FieldRetention] = {
    "dossiers.Dossier": judged(
        emptied="given_name name_prefix family_name date_of_birth phone email location in_reception languages"
        " education_level profession hours_per_week available_from decided_on document_expires_on driving_licence"
        " transport notes extra",
        # the level of Dutch and the sectors say who finds work; the application's date, who may work (BuWav 6.2)
        figures="dutch_level application_date work_right status closing_reason expectation_talk_on created_at",
        accounting="reference privacy_notice_on anonymised_at changed_at coordinator",
    ),
    "dossiers.Supply": judged(
        emptied="external_id values", figures="dossier organisation", accounting="first_seen last_seen"
    ),
    "dossiers.Placement": judged(
        emptied="shared permit_valid_until hours_per_week wage_agreed notes",
        figures="dossier interest kind status proposed_on interview_on permit_requested_on permit_granted_on"
        " permit_refused_on working_on ended_on end_reason",
        accounting="reference candidate_agreed_on shared_on created_at changed_at",
    ),
    "dossiers.ContactMoment": judged(
        replaced="text",
        figures="dossier employer interest placement held_on",
        accounting="kind user created_at changed_at",
    ),
    "dossiers.Finding": judged(
        replaced="description",
        emptied="tried result",
        figures="dossier employer interest placement side category noticed_on solved_on regulation confirmed_at",
        accounting="organisation noted_by by_employer confirmed_by created_at changed_at",
    ),
    "dossiers.Expense": judged(
        replaced="description",
        figures="dossier employer interest placement spent_on category hours rate amount",
        accounting="created_at changed_at",
    ),
    "dossiers.Merge": judged(
        emptied="snapshot changes moved",
        accounting="kept kept_reference other_id reference left merged_at user undone_at undone_by",
    ),
}
# What hangs on an employer whose last offer was closed long ago: see employers.py.
OF_AN_EMPLOYER: dict[str, FieldRetention] = {
    "dossiers.Employer": judged(
        replaced="contact_name",
        emptied="email phone",
        figures="company_name kvk_number postcode city sector created_at",
        accounting="changed_at",
    ),
    "dossiers.EmployerInterest": judged(
        emptied="contact_given answers notes extra",
        figures="employer work_description positions hours_per_week dutch_level_required working_languages start_date"
        " end_date transport_offered status closing_reason created_at",
        accounting="reference owner confirmed_at changed_at",
    ),
}
# Texts that may name somebody whom the record is not about: looked through when a person is forgotten (mentions.py). A
# part of a JSON behind a dot.
FREE_TEXT: dict[str, str] = {
    "dossiers.Dossier": "notes extra",
    "dossiers.Supply": "values.notes",
    "dossiers.Placement": "notes",
    "dossiers.ContactMoment": "text",
    "dossiers.FollowUp": "text done_note",
    "dossiers.Finding": "description tried result",
    "dossiers.Expense": "description",
    "dossiers.KeptLonger": "reason",
    "dossiers.EmployerInterest": "work_description notes answers extra",
    "dossiers.Evaluation": "title withdrawn_because",
    "dossiers.EvaluationText": "text",
    "dossiers.Milestone": "title agreements",
    "dossiers.FindingCategory": "advice",
}
BESIDE_HISTORY = judged(
    emptied="history_change_reason import_run import_line",  # the sender still has the list: its line is the person
    accounting="history_id history_date history_type history_user sector_names",
)
"""What each step of a history has beside the record's own fields."""

# Go as a whole, their histories too: they serve nothing once the person is forgotten.
OF_THE_DOSSIER: dict[str, str] = {
    "dossiers.FollowUp": "what is to be done for somebody; no figure counts it",
    "dossiers.KeptLonger": "why a dossier was kept longer",
    "dossiers.CandidateLink": "the way to the candidate's own page",
}
DELETED: dict[str, str] = OF_THE_DOSSIER | {
    "dossiers.ImportRow": "what a list gave of the person",
    "dossiers.BulkRow": "what a bulk change made of the record",
}

# What is about many people: only what names this one goes.
OF_MANY: dict[str, FieldRetention] = {
    "dossiers.ImportRun": judged(
        masked="file_name reason returned_word choice decided asked format columns warnings sample",
        elsewhere="upload clean_copy",
        accounting="by_partner with_partner sent_by sent_at record organisation profile user policy state continues"
        " created_at applied_at undone_at undone_by",
    ),
    "dossiers.ImportProfile": judged(
        masked="columns values fixed", accounting="name record organisation month_first changed_at"
    ),
    "dossiers.ExportRun": judged(
        elsewhere="file query",
        accounting="user kind format columns state reason rows created_at expires_at",
    ),
    "dossiers.BulkChange": judged(
        masked="query given reason",
        accounting="kind field user state count created_at applied_at undone_at undone_by",
    ),
    "dossiers.Evaluation": judged(
        elsewhere="title frozen frozen_in public public_in withdrawn_because",
        accounting="kind begin end sector organisation reports cases frozen_at frozen_by released_at released_by"
        " released_by_name withdrawn_at withdrawn_by created_at changed_at",
    ),
    "dossiers.EvaluationText": judged(elsewhere="text", accounting="evaluation section changed_by changed_at"),
    "dossiers.SavedView": judged(masked="name query", accounting="kind owner shared"),
    "wagtailcore.ModelLogEntry": judged(
        elsewhere="label",
        accounting="content_type action data timestamp uuid user revision content_changed deleted object_id",
    ),
    "django_tasks_database.DBTaskResult": judged(
        masked="traceback",
        accounting="status enqueued_at started_at finished_at args_kwargs priority task_path worker_ids queue_name"
        " backend_name run_after return_value exception_class_path",
    ),
}

# Holds nobody whom this app forgets, each with why.
NOBODY: dict[str, str] = {
    "access_log.AccessLogEntry": "by reference and by staff's own name; kept LOOKS_KEPT_DAYS, to answer a complaint",
    "pilot_pages.Webhook": "an address of another system",
    "pilot_pages.WebhookDelivery": "ids and addresses of pages, references of sign-ups; kept 30 days",
    "access_log.KeyUse": STAFF,
    "dossiers.ActionRule": "words of a rule, for everybody",
    "dossiers.CandidateLanguage": "who checked a translation, which is for everybody",
    "dossiers.ClosingReason": "a list",
    "dossiers.DailyDigest": STAFF,
    "dossiers.EmailText": "words of an e-mail, for everybody",
    "dossiers.FindingCategory": "a list",
    "dossiers.Milestone": "agreements of partners",
    "dossiers.OwnField": "what a field is called, for everybody",
    "dossiers.Organisation": "a partner; its staff are users",
    "dossiers.Pilot": "money and weeks",
    "dossiers.ReferenceCounter": "numbers",
    "dossiers.Regulation": "a rule",
    "dossiers.Retention": "a number of months",
    "dossiers.Sector": "a list",
    "pilot_pages.PageCheck": "pages, and who of staff read them again",
    "pilot_pages.TranslationApproval": "who checked a translation, which is for everybody",
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
    """Whether its records are about somebody whom this app forgets."""
    return model._meta.label in OF_A_PERSON | OF_AN_EMPLOYER | DELETED


def model_of(label: str) -> Any:
    return apps.get_model(label)


def emptied(label: str, word: str) -> dict[str, Any]:
    """What the fields of such a record become; `word` stands where there must be a text."""
    chosen = (OF_A_PERSON | OF_AN_EMPLOYER)[label]
    fields = model_of(label)._meta
    return {name: _nothing(fields.get_field(name)) for name in chosen.emptied} | dict.fromkeys(chosen.replaced, word)


def _nothing(field: Any) -> Any:
    return None if field.null else field.get_default()


def histories() -> Iterator[tuple[str, type[models.Model]]]:
    """(label, history) of the judged records that have one."""
    for label in OF_A_PERSON | OF_AN_EMPLOYER:
        history = getattr(model_of(label), "history", None)
        if history is not None:
            yield label, history.model
