"""What the backoffice keeps: one file a subject, rules as methods, sets of records as querysets."""

from dossiers.models.action_rule import ActionRule, Receiver, RuleCode
from dossiers.models.bulk_change import BulkChange, BulkRow
from dossiers.models.candidate_language import CandidateLanguage
from dossiers.models.candidate_link import CandidateLink
from dossiers.models.contact import ContactMoment
from dossiers.models.daily_mail import DailyMail, EmailText
from dossiers.models.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, InReception, Status, Transport, WorkRight
from dossiers.models.employer import Employer
from dossiers.models.evaluation import Evaluation, EvaluationText
from dossiers.models.expense import Expense
from dossiers.models.exports import ExportRun
from dossiers.models.finding import Finding
from dossiers.models.follow_up import FollowUp
from dossiers.models.imports import Action, ImportProfile, ImportRow, ImportRun, RecordKind
from dossiers.models.interest import CONTACT_FIELDS, EmployerInterest, InterestStatus
from dossiers.models.languages import LANGUAGES, languages_by_name
from dossiers.models.levels import DutchLevel, EducationLevel
from dossiers.models.lists import ClosingReason, FindingCategory, Sector
from dossiers.models.merging import Merge
from dossiers.models.missing import Missing, Requirements, WorkKind, eligible_from, missing
from dossiers.models.organisation import Organisation
from dossiers.models.own_field import OwnField
from dossiers.models.pilot import Cost, Milestone, Pilot
from dossiers.models.placement import Placement, Step
from dossiers.models.reference import ReferenceCounter
from dossiers.models.regulation import Regulation
from dossiers.models.retention import KeptLonger, Retention
from dossiers.models.saved_view import SavedView
from dossiers.models.supply import Supply

__all__ = [
    "CLOSED_STATUSES",
    "CONTACT_FIELDS",
    "LANGUAGES",
    "PLACED_STATUSES",
    "Action",
    "ActionRule",
    "BulkChange",
    "BulkRow",
    "CandidateLanguage",
    "CandidateLink",
    "ClosingReason",
    "ContactMoment",
    "Cost",
    "DailyMail",
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
    "ReferenceCounter",
    "Regulation",
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
