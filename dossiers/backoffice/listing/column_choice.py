"""Choosing columns: a plain form that is asked, never sent; each press of a button shows it again in its new order."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from dossiers.backoffice.listing.pages import BesideList
from dossiers.backoffice.listing.query_strings import COLUMNS, address_of

TICK, ORDER, UP, DOWN, USE = "show", "order", "up", "down", "use"
OWN_WORDS = (TICK, ORDER, UP, DOWN, USE)


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    ticked: bool
    focus: str = ""  # of the buttons, the one that was pressed


class ColumnsView(BesideList, TemplateView):
    """Which columns, in which order; the filters of the list go along."""

    template_name = "dossiers/listing/columns.html"
    header_icon = "table"
    page_title = _("Choose columns")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if USE in request.GET:
            query = self.of_the_list()
            query[COLUMNS] = ",".join(name for name in self.in_order() if name in request.GET.getlist(TICK))
            return redirect(address_of(self.model, query.urlencode()))
        return super().get(request, *args, **kwargs)

    def of_the_list(self) -> Any:
        query = self.request.GET.copy()
        for name in (*OWN_WORDS, "p"):
            query.pop(name, None)
        return query

    def in_order(self) -> list[str]:
        """All names, as they stand after what was pressed."""
        known = self.list_view.can_be_chosen
        asked = self.request.GET.get(ORDER, "").split(",") if ORDER in self.request.GET else self.shown()
        names = [name for name in dict.fromkeys([*asked, *known]) if name in known]
        for word, step in ((UP, -1), (DOWN, 1)):
            if (pressed := self.request.GET.get(word)) in names:
                place = names.index(pressed)
                names.insert(max(place + step, 0), names.pop(place))
        return names

    def shown(self) -> list[str]:
        """What the list shows now."""
        return self.list_view.chosen or [column.name for column in self.list_view.default_columns[1:]]

    def choices(self) -> list[Choice]:
        asked, names, known = self.request.GET, self.in_order(), self.list_view.can_be_chosen
        ticked = asked.getlist(TICK) if ORDER in asked else self.shown()
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
        query = self.of_the_list()
        own = query.copy()
        own.pop(COLUMNS, None)
        return super().get_context_data(**kwargs) | {
            "choices": self.choices(),
            "order": ",".join(self.in_order()),
            "first": capfirst(str(self.list_view.default_columns[0].label)),
            "passed_on": [(name, value) for name, values in query.lists() for value in values],
            "own_columns_url": address_of(self.model, own.urlencode() or "view=all"),
        }
