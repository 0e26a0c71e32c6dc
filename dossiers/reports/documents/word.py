"""Renders the letter as a Word file with docxtpl; the layout is in evaluation.docx, which can be edited in Word."""

from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import vl_convert
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage

from dossiers.reports.documents.letter import Paper, PaperTable

TEMPLATE = Path(__file__).with_name("evaluation.docx")
WIDTH = Cm(16)
SHARP = 2.0  # scale of the pictures


def render_word(paper: Paper) -> bytes:
    """Return the Word file, with the language and alternative texts of the pictures."""
    template = DocxTemplate(TEMPLATE)
    tables = [table for part in paper.parts for table in part.tables]
    template.render(_context(template, paper), autoescape=True)
    document = template.docx
    document.core_properties.title = paper.title
    document.core_properties.language = paper.language
    drawn = document.element.body.iter(qn("wp:docPr"))
    for properties, table in zip(drawn, (table for table in tables if table.chart), strict=True):
        properties.set("descr", table.alternative)
    for made, table in zip(document.tables, (table for table in tables if table.rows), strict=True):
        _align(made, table)
    file = BytesIO()
    template.save(file)
    return file.getvalue()


def _context(template: DocxTemplate, paper: Paper) -> dict[str, Any]:
    context = asdict(paper)
    for part, paper_part in zip(context["parts"], paper.parts, strict=True):
        for table, paper_table in zip(part["tables"], paper_part.tables, strict=True):
            if paper_table.chart:
                picture = BytesIO(vl_convert.svg_to_png(paper_table.chart, scale=SHARP))
                table["picture"] = InlineImage(template, picture, width=WIDTH)
    return context


def _align(made: Any, table: PaperTable) -> None:
    """Align numbers to the right and make the total bold, which the template can't do for unknown columns."""
    for place, row in enumerate(made.rows):
        for cell, in_words in zip(row.cells, table.in_words, strict=True):
            (paragraph,) = cell.paragraphs
            if not in_words:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if table.has_total and place == len(table.rows):
                for run in paragraph.runs:
                    run.bold = True
