"""Signals that this app sends; it imports none of their receivers."""

from enum import StrEnum

from django.dispatch import Signal

facts_changed = Signal()
"""A rule was added, changed, checked or deleted, or holds from today on. Sent with `keys`, a list."""

evaluation_released = Signal()
"""Others can read it from now on. Sent with `evaluation`."""

personal_data_removed = Signal()
"""Records were forgotten or deleted, or deleted ones came back. Sent in the transaction of that, with `action`, a
`Removal`, the label of the `model`, and the `keys` of the records; of a former contact, those of history records and of
lines of lists, whose label ends with the place of the contact in them.
"""


class Removal(StrEnum):
    ANONYMIZED = "anonymized"
    DELETED = "deleted"
    ERASED = "erased"  # as their employer withdrew
    RESTORED = "restored"


expired_data_due = Signal()
"""Expired data must be destroyed. Sent with `now`; a receiver returns descriptions of what it destroyed."""
