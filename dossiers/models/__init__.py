"""The models of the backoffice, one package or module for each subject; rules are methods of models and querysets."""

from dossiers.models.activity.action_rule import ActionRule, Receiver, RuleCode
from dossiers.models.activity.calendar_key import CalendarKey
from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.daily_digest import DailyDigest
from dossiers.models.activity.email_text import EmailText
from dossiers.models.activity.finding import Finding
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.activity.record_mail import RecordMail
from dossiers.models.bulk_change import BulkChange, BulkRow
from dossiers.models.candidate_page.languages import CandidateLanguage
from dossiers.models.candidate_page.links import CandidateLink
from dossiers.models.deletion import Deletion
from dossiers.models.dossiers.dossier import (
    CLOSED_STATUSES,
    PLACED_STATUSES,
    Dossier,
    InReception,
    Status,
    Transport,
    WorkRight,
)
from dossiers.models.dossiers.languages import LANGUAGES, languages_by_name
from dossiers.models.dossiers.levels import DutchLevel, EducationLevel
from dossiers.models.dossiers.readiness import Missing, Requirements, WorkKind, eligible_from, missing
from dossiers.models.dossiers.retention import KeptLonger, Retention
from dossiers.models.dossiers.supply import Supply
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import CONTACT_FIELDS, EmployerInterest, InterestStatus
from dossiers.models.evaluation import Evaluation, EvaluationText
from dossiers.models.exports.export_run import ExportRun
from dossiers.models.imports.delivery import Delivery
from dossiers.models.imports.import_profile import FULL_NAME, FULL_NAMES, NAME_FIELDS, ImportProfile, RecordKind
from dossiers.models.imports.import_row import Action, ImportRow
from dossiers.models.imports.import_run import ImportRun
from dossiers.models.imports.partner_submissions import Channel
from dossiers.models.lists.glossary import GlossaryTerm
from dossiers.models.lists.lists import ClosingReason, FindingCategory, Sector
from dossiers.models.lists.organisation import Organisation
from dossiers.models.lists.regulation import Regulation
from dossiers.models.lists.regulation_translation import RegulationTranslation, RegulationTranslationApproval
from dossiers.models.merges.merge import Merge
from dossiers.models.money.expense import Expense
from dossiers.models.money.pilot import Cost, Milestone, Pilot
from dossiers.models.own_fields.own_field import OwnField
from dossiers.models.placements.placement import Placement, Step
from dossiers.models.reference import ReferenceCounter
from dossiers.models.saved_view import SavedView

__all__ = [
    "CLOSED_STATUSES",
    "CONTACT_FIELDS",
    "FULL_NAME",
    "FULL_NAMES",
    "LANGUAGES",
    "NAME_FIELDS",
    "PLACED_STATUSES",
    "Action",
    "ActionRule",
    "BulkChange",
    "BulkRow",
    "CalendarKey",
    "CandidateLanguage",
    "CandidateLink",
    "Channel",
    "ClosingReason",
    "ContactMoment",
    "Cost",
    "DailyDigest",
    "Deletion",
    "Delivery",
    "Dossier",
    "DutchLevel",
    "EducationLevel",
    "EmailText",
    "Employer",
    "EmployerInterest",
    "Evaluation",
    "EvaluationText",
    "Expense",
    "ExportRun",
    "Finding",
    "FindingCategory",
    "FollowUp",
    "GlossaryTerm",
    "ImportProfile",
    "ImportRow",
    "ImportRun",
    "InReception",
    "InterestStatus",
    "KeptLonger",
    "Merge",
    "Milestone",
    "Missing",
    "Organisation",
    "OwnField",
    "Pilot",
    "Placement",
    "Receiver",
    "RecordKind",
    "RecordMail",
    "ReferenceCounter",
    "Regulation",
    "RegulationTranslation",
    "RegulationTranslationApproval",
    "Requirements",
    "Retention",
    "RuleCode",
    "SavedView",
    "Sector",
    "Status",
    "Step",
    "Supply",
    "Transport",
    "WorkKind",
    "WorkRight",
    "eligible_from",
    "languages_by_name",
    "missing",
]
