"""Builds the content of the candidate's page from a dossier, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import get_language_info, override

from dates.format import format_date
from dossiers.models import CLOSED_STATUSES, LANGUAGES, Dossier, OwnField, Placement, Status, Step
from dossiers.models.activity.follow_up import CORRECTION, NO, YES, FollowUp
from dossiers.models.candidate_page.answers import get_answers
from dossiers.models.candidate_page.languages import Words
from dossiers.models.contact_fields import format_phone
from dossiers.models.placements.placement_steps import SHARED_FIELDS
from dossiers.models.placements.status_sync import derive_status
from dossiers.models.placements.step_requirements import check_participation

FIELDS = (
    *("full_name", "date_of_birth", "phone", "email", "location", "in_reception", "languages", "dutch_level"),
    *("education_level", "profession", "sectors", "hours_per_week", "available_from", "application_date", "work_right"),
    *("decided_on", "document_expires_on", "driving_licence", "transport", "status", "expectation_talk_on"),
    "privacy_notice_on",
)
"""The fields that are shown: all except notes, which are read together, and the coordinators' own fields."""

DIRECTION_MARKS = {"ltr": "\u200e", "rtl": "\u200f"}  # they set the direction of a text, whatever its first letter is


@dataclass(frozen=True)
class SharedData:
    """The data that one employer received at once, and the date."""

    heading: str
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class Proposal:
    """An employer's work that was proposed; `choices` is empty if the employer knows of the candidate or it stopped."""

    key: int
    company: str
    work: str
    kind: str
    details: list[str]  # the hours a week and the place of the work, as far as known
    answer: str  # the candidate's answer with its date; empty if there is none, or a yes no longer counts
    agrees: bool | None
    is_shared: bool  # whether the employer knows of the candidate
    state: str  # what the employer hears or heard, or that the proposal does not go on
    choices: list[tuple[str, str]]  # (code, label) of the answers that the candidate can give, in fixed places
    about: str


class CandidateContent:
    def __init__(self, dossier: Dossier, words: Words) -> None:
        self.dossier, self.words, self.texts = dossier, words, words.texts
        self.answers = list(get_answers(dossier))
        self.placements = list(dossier.placements.open().select_related("interest__employer").order_by("proposed_on"))

    def list_recorded_data(self) -> Iterator[tuple[str, str]]:
        """Yield (label, value) of all recorded data, including empty fields, to show what is not recorded."""
        for name in FIELDS:
            yield self.texts[name], self._format_value(name) or self.texts["unknown"]
        for field in OwnField.objects.of(Dossier):
            if field.in_use or field.key in self.dossier.extra:
                yield field.label, self._format_own_field(field) or self.texts["unknown"]
        suppliers = {str(supply.organisation) for supply in self.dossier.supplies.select_related("organisation")}
        yield self.texts["supplied"], ", ".join(sorted(suppliers)) or self.texts["unknown"]
        coordinator = self.dossier.coordinator
        yield self.texts["coordinator"], coordinator.get_full_name() if coordinator else self.texts["coordinator_none"]

    def list_shared_data(self) -> list[SharedData]:
        """Return the data that employers received each time, the last first: the original Dutch text."""
        placements = (
            self.dossier.placements.exclude(shared_on=None).select_related("interest__employer").order_by("-pk")
        )
        sharings = [
            (sharing, placement.interest.company_name)
            for placement in placements
            for sharing in placement.find_sharings()
        ]
        sharings.sort(key=lambda pair: pair[0].day, reverse=True)
        return [
            SharedData(
                self.words.fill("shared_at", company=company, day=format_date(sharing.day)),
                [(self.texts[name], sharing.shared[name]) for name in SHARED_FIELDS if name in sharing.shared],
            )
            for sharing, company in sharings
        ]

    def list_proposals(self) -> list[Proposal]:
        """Return the open proposals that are not work yet, including those that the employer knows of."""
        if self.dossier.status in CLOSED_STATUSES:
            return []
        proposals = []
        for placement in self.placements:
            if placement.status == Step.WORKING:
                continue
            answer, agrees = self._describe_answer(placement)
            can_answer = not placement.shared_on and not check_participation(placement)
            if self.dossier.wants_to_stop and agrees:
                answer = ""
            proposals.append(
                Proposal(
                    placement.pk,
                    placement.interest.company_name,
                    placement.interest.work_description,
                    self.words.choices["kind"][placement.kind],
                    list(self._iterate_details(placement)),
                    answer,
                    agrees,
                    placement.shared_on is not None,
                    self._describe_state(placement),
                    [(code, self.texts[f"say_{code}"]) for code in ("yes", "no") if can_answer],
                    self.words.fill("about", company=placement.interest.company_name),
                )
            )
        return proposals

    def _iterate_details(self, placement: Placement) -> Iterator[str]:
        interest = placement.interest
        if hours := placement.hours_per_week or interest.hours_per_week:
            yield self.words.fill("proposal_hours", hours=str(hours))
        if interest.employer and interest.employer.city:
            yield interest.employer.city

    def _describe_state(self, placement: Placement) -> str:
        by_employer = "_by_employer" if not self.dossier.wants_to_stop else ""
        has_stopped = bool(check_participation(placement))
        if not placement.shared_on:
            return self.texts[f"proposal_stopped{by_employer}" if has_stopped else "proposal_tells"]
        shared = format_date(placement.shared_on)
        if has_stopped:
            return self.words.fill(f"proposal_shared_stopped{by_employer}", day=shared)
        if no := self._find_open_no(placement):
            return self.words.fill("proposal_shared_declined", day=shared, no_day=format_date(no.created_at))
        return self.words.fill("proposal_shared", day=shared)

    def _find_open_no(self, placement: Placement) -> FollowUp | None:
        """Return the action of a no that the coordinator has not called about yet."""
        return next(
            (
                action
                for action in self.answers
                if action.placement_id == placement.pk and action.occasion == NO and not action.is_done
            ),
            None,
        )

    def _describe_answer(self, placement: Placement) -> tuple[str, bool | None]:
        """Return the answer as text, and whether it is a yes (None without an answer).

        The text mentions a no also if a coordinator recorded a yes after it.
        """
        if placement.shared_on and self._find_open_no(placement):  # the state of the proposal says so
            return "", False
        agreed, declined = format_date(placement.candidate_agreed_on), format_date(placement.candidate_declined_on)
        if agreed and declined:
            return self.words.fill("agreed_after_no", no_day=declined, day=agreed), True
        if declined:
            return self.words.fill("declined", day=declined), False
        if agreed:
            said = self.words.fill("agreed", day=agreed)
            return (said if placement.shared_on else f"{said} {self.texts['agreed_next']}"), True
        answers = (action for action in self.answers if action.placement_id == placement.pk)
        yes = next((action for action in answers if action.occasion == YES), None)
        if yes is None:
            return "", None
        said = self.words.fill("agreed", day=format_date(yes.created_at))
        return (said if yes.is_done else f"{said} {self.texts['said_yes_next']}"), True

    def describe_correction(self) -> str:
        """Return when the candidate last sent a correction and whether it was dealt with; empty if never."""
        correction = next((action for action in self.answers if action.occasion == CORRECTION), None)
        if correction is None:
            return ""
        return self.words.fill("wrote_read" if correction.is_done else "wrote", day=format_date(correction.created_at))

    def describe_withdrawal(self) -> str:
        """Return when the candidate asked to stop and what followed; empty if the candidate never asked."""
        dossier = self.dossier
        asked = format_date(dossier.withdrawal_requested_on)
        if dossier.withdrawal_retracted_on:
            return self.words.fill("goes_on", asked_day=asked, day=format_date(dossier.withdrawal_retracted_on))
        key = "stopped" if dossier.status in CLOSED_STATUSES else "asked_stop"
        return self.words.fill(key, day=asked) if asked else ""

    def _format_value(self, name: str) -> str:
        if name == "sectors":
            return ", ".join(sector.name for sector in self.dossier.sectors.all())
        if name == "languages":  # each name in its own direction, the list in that of the page
            names = ", ".join(
                f"\u2068{get_language_name(code, self.words.code)}\u2069" for code in self.dossier.languages
            )
            return names and DIRECTION_MARKS[self.words.direction] + names
        value: Any = getattr(self.dossier, name)
        if name == "status" and value not in CLOSED_STATUSES:  # an imported status may differ from the proposals here
            value = derive_status(value, {placement.status for placement in self.placements})
            if self.dossier.wants_to_stop and value != Status.WORKING:  # nothing is proposed any more
                return self.texts["status_stopping"]
        if name in self.words.choices:
            return self.words.choices[name].get(str(value), "")
        if name == "phone":
            return format_phone(value) if value else ""
        return format_date(value) if isinstance(value, date) else str(value or "")

    def _format_own_field(self, field: OwnField) -> str:
        """Return the value of a field that the coordinators added as text. Its label is Dutch in all languages."""
        value = self.dossier.extra.get(field.key)
        if value is None:
            return ""
        if field.kind == OwnField.Kind.DATE:
            return format_date(date.fromisoformat(value))
        if field.kind == OwnField.Kind.FLAG:
            return self.words.choices["driving_licence"][str(value)]
        return str(localize(value))  # a number with the decimal separator of the page's language


def get_language_name(code: str, page_language: str) -> str:
    """Return the name of a language in the language of the page if that has all names, else in the language itself."""
    if page_language in settings.OWN_LANGUAGES:
        with override(page_language):
            return str(dict(LANGUAGES).get(code, code))
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return str(dict(LANGUAGES).get(code, code))
