"""The page on which a user chooses the columns of a list.

Its form uses GET: each button reloads the page with the new order.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from dossiers.backoffice.listing.pages import ListPageMixin
from dossiers.backoffice.listing.query_strings import COLUMNS, get_filtered_list_url

TICK, ORDER, UP, DOWN, USE = "show", "order", "up", "down", "use"
OWN_PARAMETERS = (TICK, ORDER, UP, DOWN, USE)


@dataclass(frozen=True)
class Choice:
    """A column that can be chosen."""

    name: str
    label: str
    ticked: bool
    focus: str = ""  # the button of this column that gets the focus: the one that was pressed


class ColumnsView(ListPageMixin, TemplateView):
    """Choose columns and their order; the filters of the list stay in the query string."""

    template_name = "dossiers/listing/columns.html"
    header_icon = "table"
    page_title = _("Choose columns")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if USE in request.GET:
            query = self.get_list_parameters()
            query[COLUMNS] = ",".join(name for name in self.get_ordered_names() if name in request.GET.getlist(TICK))
            return redirect(get_filtered_list_url(self.model, query.urlencode()))
        return super().get(request, *args, **kwargs)

    def get_list_parameters(self) -> Any:
        query = self.request.GET.copy()
        for name in (*OWN_PARAMETERS, "p"):
            query.pop(name, None)
        return query

    def get_ordered_names(self) -> list[str]:
        """Return the names of all columns, in the order after the pressed button."""
        known = self.list_view.available_columns
        asked = self.request.GET.get(ORDER, "").split(",") if ORDER in self.request.GET else self.get_shown_names()
        names = [name for name in dict.fromkeys([*asked, *known]) if name in known]
        for word, step in ((UP, -1), (DOWN, 1)):
            if (pressed := self.request.GET.get(word)) in names:
                place = names.index(pressed)
                names.insert(max(place + step, 0), names.pop(place))
        return names

    def get_shown_names(self) -> list[str]:
        """Return the names of the columns that the list shows now."""
        return self.list_view.chosen_names or [column.name for column in self.list_view.default_columns[1:]]

    def get_choices(self) -> list[Choice]:
        asked, names, known = self.request.GET, self.get_ordered_names(), self.list_view.available_columns
        ticked = asked.getlist(TICK) if ORDER in asked else self.get_shown_names()
        pressed = next((word for word in (UP, DOWN) if word in asked), "")
        choices = []
        for place, name in enumerate(names):
            focus = pressed if pressed and asked[pressed] == name else ""
            if focus == UP and place == 0:
                focus = DOWN
            if focus == DOWN and place == len(names) - 1:
                focus = UP
            choices.append(Choice(name, capfirst(str(known[name].label)), name in ticked, focus))
        return choices

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.get_list_parameters()
        own = query.copy()
        own.pop(COLUMNS, None)
        return super().get_context_data(**kwargs) | {
            "choices": self.get_choices(),
            "order": ",".join(self.get_ordered_names()),
            "first": capfirst(str(self.list_view.default_columns[0].label)),
            "passed_on": [(name, value) for name, values in query.lists() for value in values],
            "own_columns_url": get_filtered_list_url(self.model, own.urlencode() or "view=all"),
        }
