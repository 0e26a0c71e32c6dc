"""Builds the content of the candidate's page from a dossier, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language_info

from dates.format import format_date
from dossiers.models import CLOSED_STATUSES, LANGUAGES, Dossier, FollowUp, OwnField, Placement, Step
from dossiers.models.activity.follow_up import CORRECTION, YES
from dossiers.models.candidate_page.answers import get_answers
from dossiers.models.candidate_page.languages import Words
from dossiers.models.contact_fields import format_phone
from dossiers.models.placements.placement_steps import SHARED_FIELDS
from dossiers.models.placements.status_sync import derive_status

FIELDS = (
    *("full_name", "date_of_birth", "phone", "email", "location", "in_reception", "languages", "dutch_level"),
    *("education_level", "profession", "sectors", "hours_per_week", "available_from", "application_date", "work_right"),
    *("decided_on", "document_expires_on", "driving_licence", "transport", "status", "expectation_talk_on"),
    "privacy_notice_on",
)
"""All that is recorded, but for notes, which are read together, and the coordinators' own fields."""

MARKS = {"ltr": "\u200e", "rtl": "\u200f"}  # which way a text runs, whatever its first letter is


@dataclass(frozen=True)
class Shared:
    """The data that one employer received, and the date."""

    heading: str
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class Proposal:
    """An employer's work that was proposed; `choices` is empty once the employer knows of the candidate."""

    key: int
    company: str
    work: str
    kind: str
    answer: str  # what the candidate said and when, in words; empty as long as there is none
    agrees: bool | None
    shared: str  # when the employer was told, in words; empty before that
    choices: list[tuple[str, str]]  # the answers that are left to give: code and words
    about: str


class CandidateContent:
    def __init__(self, dossier: Dossier, words: Words) -> None:
        self.dossier, self.words, self.texts = dossier, words, words.texts
        self.said = list(get_answers(dossier))
        self.placements = list(dossier.placements.open().select_related("interest__employer").order_by("proposed_on"))

    def recorded(self) -> Iterator[tuple[str, str]]:
        """(label, value), the empty ones too: that nothing is recorded is an answer."""
        for name in FIELDS:
            yield self.texts[name], self._value(name) or self.texts["unknown"]
        for field in OwnField.objects.of(Dossier):
            if field.in_use or field.key in self.dossier.extra:
                yield field.label, self._own(field) or self.texts["unknown"]
        suppliers = {str(supply.organisation) for supply in self.dossier.supplies.select_related("organisation")}
        yield self.texts["supplied"], ", ".join(sorted(suppliers)) or self.texts["unknown"]
        coordinator = self.dossier.coordinator
        yield self.texts["coordinator"], coordinator.get_full_name() if coordinator else self.texts["coordinator_none"]

    def shared(self) -> list[Shared]:
        """As it was told: in Dutch, word for word."""
        placements = (
            self.dossier.placements.exclude(shared_on=None).select_related("interest__employer").order_by("shared_on")
        )
        return [
            Shared(
                self.words.fill(
                    "shared_at", company=placement.interest.company_name, day=format_date(placement.shared_on)
                ),
                [(self.texts[name], placement.shared[name]) for name in SHARED_FIELDS if name in placement.shared],
            )
            for placement in placements
        ]

    def proposals(self) -> list[Proposal]:
        """The proposals that are not work yet, also those that the employer knows of."""
        if self.dossier.status in CLOSED_STATUSES:
            return []
        proposals = []
        for placement in self.placements:
            if placement.status == Step.WORKING:
                continue
            answer, agrees = self._answer(placement)
            codes: tuple[str, ...] = ("yes", "no") if agrees is None else ("no",) if agrees else ("yes",)
            if self.dossier.wants_to_stop:
                codes = tuple(code for code in codes if code == "no")
            shared = ""
            if placement.shared_on:
                codes, shared = (), self.words.fill("proposal_shared", day=format_date(placement.shared_on))
            proposals.append(
                Proposal(
                    placement.pk,
                    placement.interest.company_name,
                    placement.interest.work_description,
                    self.words.choices["kind"][placement.kind],
                    answer,
                    agrees,
                    shared,
                    [(code, self.texts[f"say_{code}"]) for code in codes],
                    self.words.fill("about", company=placement.interest.company_name),
                )
            )
        return proposals

    def _answer(self, placement: Placement) -> tuple[str, bool | None]:
        """In words, and whether it is a yes; a no stays in view when a coordinator recorded a yes after it."""
        agreed, declined = format_date(placement.candidate_agreed_on), format_date(placement.candidate_declined_on)
        if agreed and declined:
            return self.words.fill("agreed_after_no", no_day=declined, day=agreed), True
        if declined:
            return self.words.fill("declined", day=declined), False
        if not agreed:
            is_yes = (action for action in self.said if action.placement_id == placement.pk and action.occasion == YES)
            agreed = next((said_on(action) for action in is_yes), "")
        return (self.words.fill("agreed", day=agreed), True) if agreed else ("", None)

    def wrote(self) -> str:
        """When the candidate wrote last, and whether somebody looked at it."""
        said = next((action for action in self.said if action.occasion == CORRECTION), None)
        return self.words.fill("wrote_read" if said.is_done else "wrote", day=said_on(said)) if said else ""

    def describe_withdrawal(self) -> str:
        """When the candidate said to want to stop, and what came of it; empty for one who never did."""
        dossier = self.dossier
        asked = format_date(dossier.withdrawal_requested_on)
        if dossier.withdrawal_retracted_on:
            return self.words.fill("goes_on", asked_day=asked, day=format_date(dossier.withdrawal_retracted_on))
        key = "stopped" if dossier.status in CLOSED_STATUSES else "asked_stop"
        return self.words.fill(key, day=asked) if asked else ""

    def _value(self, name: str) -> str:
        if name == "sectors":
            return ", ".join(sector.name for sector in self.dossier.sectors.all())
        if name == "languages":  # each its own way, the whole as the page runs
            names = ", ".join(f"\u2068{own_name(code)}\u2069" for code in self.dossier.languages)
            return names and MARKS[self.words.direction] + names
        value: Any = getattr(self.dossier, name)
        if name == "status" and value not in CLOSED_STATUSES:  # as the proposals on this page, whatever was imported
            value = derive_status(value, {placement.status for placement in self.placements})
        if name in self.words.choices:
            return self.words.choices[name].get(str(value), "")
        if name == "phone":
            return format_phone(value) if value else ""
        return format_date(value) if isinstance(value, date) else str(value or "")

    def _own(self, field: OwnField) -> str:
        """The value of a field that the coordinators added; what it is called, they wrote in Dutch."""
        value = self.dossier.extra.get(field.key)
        if value is None:
            return ""
        if field.kind == OwnField.Kind.DATE:
            return format_date(date.fromisoformat(value))
        return self.words.choices["driving_licence"][str(value)] if field.kind == OwnField.Kind.FLAG else str(value)


def open_proposals(dossier: Dossier) -> Any:
    """Those of which the employer knows nothing yet: about these there is still something to say."""
    if dossier.status in CLOSED_STATUSES:
        return dossier.placements.none()
    return dossier.placements.open().filter(shared_on=None).select_related("interest__employer").order_by("proposed_on")


def said_on(action: FollowUp) -> str:
    return format_date(action.created_at)


def own_name(code: str) -> str:
    """A language as its speakers write it, where Django knows that."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return str(dict(LANGUAGES).get(code, code))
