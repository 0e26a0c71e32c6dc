"""Which figures tell something of each other, in the same period and of the same part."""

from dossiers.figures.findings import SIDES
from dossiers.figures.permits import OUTCOMES

# whole: the parts that it is made up of
MADE_UP_OF: dict[str, tuple[str, ...]] = {
    "permits_asked": tuple(one.name for one in OUTCOMES),
    "findings_noticed": tuple(one.name for one in SIDES),
}

# part: the whole of which it is some, of people: also the others are persons
SOME_OF: dict[str, str] = {
    "talked": "registered",
    "had_intake": "registered",
    "eligible": "registered",
    "proposed": "registered",
    "withdrew": "registered",
    "waiting_for_permit": "proposed",
    "worked": "proposed",
    "still_at_work": "worked",
    "started_13_weeks_ago": "started",
    "started_26_weeks_ago": "started_13_weeks_ago",
    "stayed_13_weeks": "started_13_weeks_ago",
    "stayed_26_weeks": "started_26_weeks_ago",
}

# The same people, counted in another report, where the numbers are the same.
OFTEN_THE_SAME: tuple[tuple[str, ...], ...] = (
    ("worked", "started", "registered_to_work", "proposed_to_work", "permit_to_work"),
    ("still_at_work", "at_work_on_last_day"),
    ("talked", "registered_to_talk"),
    ("permits_asked", "interview_to_permit"),
    ("permits_granted", "permit_time"),
    ("waiting_for_permit", "permits_waiting"),
)
