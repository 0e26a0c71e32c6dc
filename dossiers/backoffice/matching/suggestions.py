"""Suggestions for a dossier or an interest, formatted for a page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.placements.routes import placement_url, propose_url
from dossiers.matching import (
    MOST_POINTS,
    Match,
    Reason,
    SearchResult,
    Way,
    find_candidates,
    find_offers,
    why_no_candidates,
    why_no_offers,
)
from dossiers.matching.distance import describe_distance
from dossiers.models import Dossier, EmployerInterest, Missing, Placement, Requirements
from dossiers.models.placements.step_requirements import BEFORE_PROPOSING

WAYS = {Way.FOR: _("For"), Way.AGAINST: _("Against"), Way.UNKNOWN: _("Unknown")}


@dataclass(frozen=True)
class Suggestion:
    """A suggested record with the reasons for and against, and the URL to propose it."""

    match: Match
    name: str
    url: str
    facts: list[str]
    propose_url: str  # empty if the user may not propose
    missing: list[Missing]
    most_points = MOST_POINTS

    @property
    def points(self) -> int:
        return self.match.comparison.score

    def reasons(self, way: Way) -> list[str]:
        return [reason.text for reason in self.match.comparison.of(way)]

    @property
    def sides(self) -> list[tuple[str, str, list[Reason]]]:
        """Return (code, label, reasons) of each kind of reason, also without reasons."""
        return [(way.value, str(word), self.match.comparison.of(way)) for way, word in WAYS.items()]

    @property
    def earlier(self) -> str:
        """Return a sentence about an earlier placement of the two, or ""."""
        return describe_ended_placement(self.match.earlier) if self.match.earlier else ""

    @property
    def earlier_url(self) -> str:
        return placement_url(self.match.earlier) if self.match.earlier else ""


def describe_ended_placement(placement: Placement) -> str:
    words = {"day": format_date(placement.ended_on), "reason": placement.end_reason or gettext("reason unknown")}
    return gettext("An earlier placement ended on %(day)s: %(reason)s.") % words


def get_missing_before_proposing(requirements: Requirements, dossier: Dossier) -> list[Missing]:
    return [requirement for requirement in requirements.missing(dossier) if requirement.code in BEFORE_PROPOSING]


class Suggestions:
    """Base of the suggestions for one record, among the records that the user may see."""

    listed: type[Model]  # model of the suggested records
    page: str  # name of the URL of the whole list
    title: str | Promise
    empty: str | Promise  # text if there are no records to compare with
    compared_fields: tuple[str, ...]  # the page names those that are empty

    def __init__(self, record: Any, user: Any, limit: int) -> None:
        self.record, self.user, self.limit = record, user, limit
        self.today = timezone.localdate()

    @classmethod
    def is_allowed(cls, user: Any) -> bool:
        """Return whether the user may see both dossiers and interests."""
        return all(user.has_perm(f"dossiers.view_{name}") for name in ("dossier", "employerinterest"))

    @property
    def page_url(self) -> str:
        return reverse(self.page, args=[self.record.pk])

    @cached_property
    def refusal(self) -> str:
        """Return why no suggestions are made, or ""."""
        raise NotImplementedError

    def find(self) -> SearchResult:
        raise NotImplementedError

    def describe_match(self, match: Match) -> tuple[str, list[str]]:
        """Return the name of the suggested record, and facts that were not compared."""
        raise NotImplementedError

    @cached_property
    def found(self) -> SearchResult:
        return SearchResult([], 0, 0, 0) if self.refusal else self.find()

    @cached_property
    def entries(self) -> list[Suggestion]:
        return [self.suggestion(match) for match in self.found.matches]

    def suggestion(self, match: Match) -> Suggestion:
        name, facts = self.describe_match(match)
        may = self.user.has_perm("dossiers.add_placement")
        return Suggestion(
            match,
            name,
            get_record_url(match.record),
            facts,
            self.propose_url(match) if may else "",
            self.missing(match),
        )

    def propose_url(self, match: Match) -> str:
        keys = {record._meta.model_name: record.pk for record in (self.record, match.record)}
        return propose_url(dossier=keys["dossier"], interest=keys["employerinterest"])

    def missing(self, match: Match) -> list[Missing]:
        """Return the requirements that the suggested record must meet before a proposal."""
        return []

    @property
    def record_missing(self) -> list[Missing]:
        """Return the requirements that the record itself must meet before a proposal."""
        return []

    @cached_property
    def blank(self) -> list[str]:
        """Return the labels of the compared fields that are empty in the record."""
        return [str(self.label(name)) for name in self.compared_fields if not self.is_filled(name)]

    def is_filled(self, name: str) -> bool:
        value = getattr(self.record, name)
        return value.exists() if hasattr(value, "exists") else value not in (None, "", [])

    def label(self, name: str) -> Any:
        return self.record._meta.get_field(name).verbose_name

    @cached_property
    def wanting_to_stop(self) -> int:
        """Return the number of records that were left out because the candidate wants to stop."""
        return 0

    @property
    def edit_url(self) -> str:
        """Return the URL of the record's form, or "" if the user may not change the record."""
        name = self.record._meta.model_name
        if not self.user.has_perm(f"dossiers.change_{name}"):
            return ""
        return reverse(self.record.snippet_viewset.get_url_name("edit"), args=[self.record.pk])

    @property
    def no_match_text(self) -> str:
        """Return the text for when nothing matches."""
        if not self.found.compared:
            return str(self.empty)
        number = self.found.compared
        text = ngettext(
            "The only one that was compared does not fit.", "%(number)d were compared, and none of them fits.", number
        )
        return text % {"number": number}


class OffersForDossier(Suggestions):
    """Suggested interests for a dossier."""

    listed = EmployerInterest
    page = "dossiers_fitting_employers"
    title = _("Fitting employers")
    empty = _("There is no open interest of an employer with a free place now.")
    compared_fields = ("sectors", "dutch_level", "languages", "hours_per_week", "available_from", "transport")
    record: Dossier

    @cached_property
    def refusal(self) -> str:
        return why_no_offers(self.record)

    @cached_property
    def record_missing(self) -> list[Missing]:
        return get_missing_before_proposing(Requirements.on(self.today), self.record)

    def find(self) -> SearchResult:
        return find_offers(self.record, self.user, self.limit, self.today)

    def describe_match(self, match: Match) -> tuple[str, list[str]]:
        interest = match.record
        places = ngettext(
            "%(taken)s of %(places)s place taken", "%(taken)s of %(places)s places taken", interest.positions
        ) % {"taken": interest.taken, "places": interest.positions}
        distance = describe_distance(self.record.location, interest.employer.city if interest.employer else "")
        return interest.company_name, [fact for fact in (interest.work_description, places, distance) if fact]


class CandidatesForInterest(Suggestions):
    """Suggested dossiers for an interest."""

    listed = Dossier
    page = "dossiers_fitting_candidates"
    title = _("Fitting candidates")
    empty = _("There is no open dossier of somebody who is not at work now.")
    compared_fields = (
        "sector",
        "dutch_level_required",
        "working_languages",
        "hours_per_week",
        "start_date",
        "transport_offered",
    )
    record: EmployerInterest

    @cached_property
    def refusal(self) -> str:
        return why_no_candidates(self.record, self.today)

    def find(self) -> SearchResult:
        return find_candidates(self.record, self.user, self.limit, self.today)

    def describe_match(self, match: Match) -> tuple[str, list[str]]:
        dossier = match.record
        distance = describe_distance(dossier.location, self.record.employer.city if self.record.employer else "")
        facts = (dossier.get_status_display(), dossier.profession, distance)
        return dossier.full_name, [fact for fact in facts if fact]

    @cached_property
    def wanting_to_stop(self) -> int:
        return Dossier.objects.visible_to(self.user).wanting_to_stop().count()

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements.on(self.today)

    def missing(self, match: Match) -> list[Missing]:
        return get_missing_before_proposing(self.requirements, match.record)

    def is_filled(self, name: str) -> bool:
        if name == "sector":  # a field of the employer
            return bool(self.record.employer and self.record.employer.sector_id)
        return super().is_filled(name)

    def label(self, name: str) -> Any:
        return _("sector of the employer") if name == "sector" else super().label(name)
