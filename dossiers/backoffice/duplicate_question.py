"""The question whether a record that is being saved is the same one as another, before it is saved."""

from collections.abc import Sequence
from typing import Any

from dossiers.backoffice.activity.subjects import get_record_url

ANOTHER = "another"  # form parameter: the similar records that the user says are not this one


def get_name(record: Any) -> str:
    return str(getattr(record, "reference", record))


def join_keys(records: Sequence[Any]) -> str:
    return ",".join(str(getattr(record, "reference", record.pk)) for record in records)


class AsksAboutSimilarRecords:
    """Refuses a likely duplicate until the user confirms that it is another one."""

    similar: list[Any] = []  # the records that may be the same and that the user has not ruled out
    must_be_valid: frozenset[str] = frozenset()  # the fields that can't be compared with errors in them
    is_similar: Any  # the error

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        form: Any = self
        if self.must_be_valid & form.errors.keys():
            return
        similar = self.find_similar()
        if similar and form.data.get(ANOTHER) != join_keys(similar):
            self.similar = similar
            form.add_error(None, self.is_similar)

    def find_similar(self) -> list[Any]:
        raise NotImplementedError


class ConfirmsIdentity:
    """Shows similar records above the form, and asks whether this is another one."""

    identity_texts: dict[str, Any]  # `question`, `reason`, `instruction` and `confirmation`

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        form = context["form"]
        similar = [(get_name(record), get_record_url(record), self.describe(record)) for record in form.similar]
        shown = {"similar": similar, ANOTHER: join_keys(form.similar), "typed": self.describe_typed(form.instance)}
        return context | self.identity_texts | shown

    def describe_typed(self, record: Any) -> list[str]:
        return self.describe(record)

    def describe(self, record: Any) -> list[str]:
        """Return the values by which the user can tell the records apart."""
        raise NotImplementedError
