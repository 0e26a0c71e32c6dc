"""Wagtail's exports contain no formulas from user input."""

from io import BytesIO

import openpyxl
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import Page

from tests.dossiers.models.factories import make_employer

FORMULA = '=HYPERLINK("http://evil.example","Klik")'


def export_report(client, name: str, format: str) -> bytes:
    return b"".join(client.get(reverse(f"wagtailadmin_reports:{name}"), {"export": format}))


def test_a_formula_in_a_report_is_text_in_csv(admin_client, base_data):
    page = Page.objects.get(depth=2).add_child(instance=Page(title=FORMULA, slug="formule"))
    page.save_revision().publish()
    log(instance=make_employer(company_name=FORMULA), action="wagtail.create")
    for report in ("aging_pages", "site_history"):
        cells = export_report(admin_client, report, "csv").decode()
        assert "'=HYPERLINK" in cells, report
        assert ',"=HYPERLINK' not in cells and '\n"=HYPERLINK' not in cells, report


def test_a_formula_in_a_report_is_text_in_a_workbook(admin_client, base_data):
    log(instance=make_employer(company_name=FORMULA), action="wagtail.create")
    sheet = openpyxl.load_workbook(BytesIO(export_report(admin_client, "site_history", "xlsx"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert [cell.data_type for cell in cells] == ["s"]
