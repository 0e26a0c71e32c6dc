"""The rule for closing reasons that dossiers and employer interests share: an open record has none."""

from typing import Any, ClassVar

from django.utils.functional import Promise

from dossiers.models.archive import ArchivableRecord


class ClosableRecord(ArchivableRecord):
    """A record with a status and a closing reason, which is emptied when the record is opened.

    A record that is opened also leaves the archive.
    """

    closed_statuses: ClassVar[frozenset[str]]
    open_with_reason_error: ClassVar[str | Promise]

    class Meta:
        abstract = True

    @property
    def is_finished(self) -> bool:
        record: Any = self
        return record.status in self.closed_statuses

    @classmethod
    def is_opened(cls, old_status: str, new_status: str) -> bool:
        """Whether this change of the status opens a closed record."""
        return old_status in cls.closed_statuses and new_status not in cls.closed_statuses

    @classmethod
    def is_closing(cls, old_status: str, new_status: str) -> bool:
        """Whether this change of the status closes an open record."""
        return cls.is_opened(new_status, old_status)

    @classmethod
    def find_reason_errors(cls, status: str, closing_reason: Any) -> dict[str, str | Promise]:
        """Return the errors by field if a record with this status gets this closing reason."""
        is_wrong = closing_reason and status not in cls.closed_statuses
        return {"closing_reason": cls.open_with_reason_error} if is_wrong else {}

    def clean_closing_reason(self, stored: Any) -> dict[str, str | Promise]:
        """Empty the reason of a record that is opened; return the errors of a new reason, as `find_reason_errors`."""
        record: Any = self
        if stored and self.is_opened(stored.status, record.status):
            record.closing_reason = None
        if record.closing_reason_id == (stored.closing_reason_id if stored else None):
            return {}
        return self.find_reason_errors(record.status, record.closing_reason_id)
