"""The form as steps, one subject a page, without script: what was typed travels in hidden fields until it is sent.

A step is judged when one goes on; all are judged again at the end. Back and forth loses nothing and judges nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.contact_fields import shown_phone
from pilot_pages.sign_up.form import SignUpForm

WAY, STEPS, WHOLE = "wijze", "stappen", "pagina"  # in the address, and what a button says
STEP, TO, BACK, CHECKED = "stap", "naar", "terug", "nagelopen"


@dataclass(frozen=True)
class Step:
    """One page of the form; the last one shows all answers and sends them."""

    number: int
    count: int
    legend: Any
    fields: list[BoundField]
    carried: list[tuple[str, str]]  # (name, value) of what stands on other steps
    answers: list[tuple[int, Any, list[tuple[str, str]]]]  # of the last one: each step with (question, answer)
    checked: bool  # was changed from the last one, and leads back to it

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
        """0 for what is no step: the whole form came."""
        return min(int(text), self.last) if text.isascii() and text.isdigit() and len(text) < 4 else 0

    def names(self, number: int) -> list[str]:
        return [field.name for field in self.groups[number - 1][1]] if 0 < number < self.last else []

    def next(self) -> int:
        """The step to show now; 0 when the form is to be sent. The form tells what is wrong with that step only."""
        if number := self._number(self.to):
            return self._quietly(number)
        if self.to == BACK:
            return self._quietly(max(self.shown - 1, 1))
        if self.shown == self.last:
            return 0
        names = self.names(self.shown)
        if any(name in self.form.errors for name in names):
            self.form.tell_only(*names)
            return self.shown
        return self._quietly(self.last if self.checked else self.shown + 1)

    def first_wrong(self) -> int:
        """Of a form that could not be sent: the first step with something wrong, else the last one."""
        for number in range(1, self.last):
            if any(name in self.form.errors for name in self.names(number)):
                self.form.tell_only(*self.names(number))
                return number
        return self.last

    def _quietly(self, number: int) -> int:
        self.form.tell_only()
        return number

    def step(self, number: int) -> Step:
        is_last = number == self.last
        legend, fields = (_("Check your answers"), []) if is_last else self.groups[number - 1]
        came_back = number != self.shown and self.shown == self.last
        return Step(
            number=number,
            count=self.last,
            legend=legend,
            fields=fields,
            carried=self._carried({field.name for field in fields}),
            answers=list(self._answers()) if is_last else [],
            checked=not is_last and (came_back or (self.checked and number == self.shown)),
        )

    def _carried(self, here: set[str]) -> list[tuple[str, str]]:
        """As it was typed, also what is wrong in it."""
        own = {*here, "stamp", "website"}
        sent = cast(QueryDict, self.form.data)
        if not sent:  # the form is shown for the first time
            return []
        return [(name, value) for name in self.form.fields if name not in own for value in sent.getlist(name)]

    def _answers(self) -> Iterator[tuple[int, Any, list[tuple[str, str]]]]:
        for number, (legend, fields) in enumerate(self.groups, start=1):
            yield number, legend, [(str(field.label), self._answer(field)) for field in fields]

    def _answer(self, field: BoundField) -> str:
        value = getattr(self.form, "cleaned_data", {}).get(field.name)
        labels = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
        if value in (None, "", []):
            return gettext("not filled in")
        if field.name == "phone":
            return shown_phone(value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, date):
            return date_format(value, "d-m-Y")
        if isinstance(value, list):
            return ", ".join(labels.get(str(item), str(item)) for item in value)
        return labels.get(str(value), str(value))


def wanted_way(request: HttpRequest, by_default: str) -> str:
    """In steps or on one page: as the visitor chose, else as the editors set it."""
    chosen = request.GET.get(WAY, "")
    return chosen if chosen in (STEPS, WHOLE) else by_default
