"""The rows of a list look as Wagtail writes them, also what is written without its templates."""

import pytest
from django.template import Context
from django.utils.safestring import SafeString
from pytest_django.asserts import assertHTMLEqual
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, ButtonWithDropdown

from dossiers.backoffice.listing.row_menu import RowMenu
from dossiers.models import Dossier
from dossiers.templatetags.listing import labeled_cell


def test_the_menu_of_a_row_looks_as_wagtails_own():
    links = [Button(name, f"/{name}/?a=1&b=2", icon_name="edit", priority=number) for number, name in enumerate("b<a")]
    own = ButtonWithDropdown(buttons=links[::-1], icon_name="dots-horizontal", attrs={"aria-label": "More of 'X' & Y"})
    ignored = ' type="button"\n    \n'  # of the frame, on which it has no meaning
    assertHTMLEqual(RowMenu(own).render_html(), own.render_html({}).replace(ignored, "\n", 1))


@pytest.mark.parametrize("classname", [None, "nowrap"])
@pytest.mark.parametrize("name", ["A & <b>", "", None, 12345])
def test_a_plain_cell_looks_as_wagtails_own(name: object, classname: str | None):
    cell = Column("given_name", label="Name", classname=classname).get_cell(Dossier(given_name=name))
    context = Context({"row": None, "table": None})
    label = SafeString(' data-label="Name"')
    assertHTMLEqual(labeled_cell(context, cell, label), cell.render_html(context).replace("<td", f"<td{label}"))
