"""Compares what a placement agrees with what its candidate can do according to the dossier."""

from datetime import date

from dossiers.matching import rules
from dossiers.matching.rules import Way
from dossiers.models import Placement, Step


def find_objections(placement: Placement, day: date) -> list[str]:
    """Return the reasons against the hours and the start of a placement that has not ended.

    Work that was not started yet begins on the planned day, or on `day` if that has passed.
    """
    if placement.status == Step.ENDED:
        return []
    dossier, interest, started_on = placement.dossier, placement.interest, placement.working_on
    if started_on:
        start = rules.start(dossier.available_from, started_on, None, started_on)
    else:
        start = rules.start(dossier.available_from, interest.start_date, interest.end_date, day)
    judgements = (rules.hours(dossier.hours_per_week, placement.hours_per_week), start)
    return [reason.text for judgement in judgements for reason in judgement.reasons if reason.way == Way.AGAINST]
