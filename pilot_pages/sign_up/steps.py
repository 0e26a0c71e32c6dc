"""The sign-up form as steps, one subject per page and URL, without JavaScript.

The draft of the visitor holds the answers (`drafts`). Hidden fields carry them as well, for when the draft expired.
A step is validated on "next", and all steps again at the end. Going back or jumping validates and loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.contact_fields import format_phone
from pilot_pages.sign_up.form import SignUpForm

WAY, STEPS, WHOLE = "wijze", "stappen", "pagina"  # the URL parameter and its values
STEP, TO, BACK, CHECKED = "stap", "naar", "terug", "nagelopen"
NOT_READY = "fouten"  # the URL parameter of a form that is shown with its errors


@dataclass(frozen=True)
class Step:
    """One page of the form; the last step shows all answers before they are sent."""

    number: int
    count: int
    legend: Any
    fields: list[BoundField]
    carried: list[tuple[str, str]]  # hidden fields (name, value) with the answers of other steps
    answers: list[tuple[int, Any, list[tuple[str, str]]]]  # on the last step: (number, legend, questions and answers)
    checked: bool  # opened from the last step to change an answer, and returns to it

    @property
    def is_last(self) -> bool:
        return self.number == self.count


class Steps:
    def __init__(self, form: SignUpForm, sent: QueryDict | Mapping[str, str]) -> None:
        self.form = form
        self.groups = list(form.groups())
        self.last = len(self.groups) + 1
        self.shown = self._number(sent.get(STEP, ""))
        self.to = sent.get(TO, "")
        self.checked = bool(sent.get(CHECKED))

    def _number(self, text: str) -> int:
        """Return the step number in the text; 0 if there is none, as for the form on one page."""
        return min(int(text), self.last) if text.isascii() and text.isdigit() and len(text) < 4 else 0

    def names(self, number: int) -> list[str]:
        return [field.name for field in self.groups[number - 1][1]] if 0 < number < self.last else []

    def names_of_others(self) -> set[str]:
        """Return the questions of all steps but the posted one; none for the last step, or for the whole form."""
        if not 0 < self.shown < self.last:
            return set()
        return {name for number in range(1, self.last) if number != self.shown for name in self.names(number)}

    def next(self) -> int:
        """Return the number of the step to show; 0 if the form is to be sent. Errors of other steps are removed."""
        if number := self._number(self.to):
            return self._without_errors(number)
        if self.to == BACK:
            return self._without_errors(max(self.shown - 1, 1))
        if self.shown == self.last:
            return 0
        if any(name in self.form.errors for name in self.names(self.shown)):
            self.show_errors_of(self.shown)
            return self.shown
        return self._without_errors(self.last if self.checked else self.shown + 1)

    def first_invalid(self) -> int:
        """Return the number of the first step with an error, or of the last step if none has one."""
        for number in range(1, self.last):
            if any(name in self.form.errors for name in self.names(number)):
                self.show_errors_of(number)
                return number
        return self.last

    def show_errors_of(self, number: int) -> None:
        """Remove the errors of all other steps; the last step has those of no question."""
        names_in_steps = {name for step in range(1, self.last) for name in self.names(step)}
        self.form.show_errors_only_of(*(self.names(number) or set(self.form.errors) - names_in_steps))

    def _without_errors(self, number: int) -> int:
        """Remove all errors from the form and return `number`."""
        self.form.show_errors_only_of()
        return number

    def step(self, number: int) -> Step:
        is_last = number == self.last
        legend, fields = (_("Check your answers"), []) if is_last else self.groups[number - 1]
        answers = [
            (group, title, [(str(field.label), self._format_answer(field)) for field in group_fields])
            for group, (title, group_fields) in enumerate(self.groups if is_last else [], start=1)
        ]
        # The answers of all other steps go along as they were typed, including invalid ones.
        excluded = {*(field.name for field in fields), "stamp", "website", "not_a_bsn", "check", "questions_shown"}
        data = cast(QueryDict, self.form.data)  # empty if the form is shown for the first time
        names = [name for name in self.form.fields if data and name not in excluded]
        is_correction = number != self.shown and self.shown == self.last
        return Step(
            number=number,
            count=self.last,
            legend=legend,
            fields=fields,
            carried=[(name, value) for name in names for value in data.getlist(name)],
            answers=answers,
            checked=not is_last and (is_correction or (self.checked and number == self.shown)),
        )

    def _format_answer(self, field: BoundField) -> str:
        value = getattr(self.form, "cleaned_data", {}).get(field.name)
        labels = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
        if value in (None, "", []):
            return gettext("not filled in")
        if field.name == "phone":
            return format_phone(value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, date):
            return format_date(value)
        if isinstance(value, list):
            return ", ".join(labels.get(str(item), str(item)) for item in value)
        return labels.get(str(value), str(value))


def choose_form_layout(request: HttpRequest, default: str) -> str:
    """Return STEPS or WHOLE, as the visitor chose in the URL, else `default`."""
    layout = request.GET.get(WAY, "")
    return layout if layout in (STEPS, WHOLE) else default


def make_query(query: QueryDict, step: Step | None, *, has_errors: bool) -> str:
    """Return the query string of the URL that shows this step, or the whole form; other parameters are kept."""
    query = query.copy()
    for name in (STEP, CHECKED, NOT_READY):
        query.pop(name, None)
    query[WAY] = STEPS if step else WHOLE
    if step:
        query[STEP] = str(step.number)
        if step.checked:
            query[CHECKED] = "1"
    if has_errors:
        query[NOT_READY] = "1"
    return query.urlencode()
