"""Renders the letter as a Word file with docxtpl; the layout is in evaluation.docx, which can be edited in Word."""

from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import vl_convert
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage

from dossiers.reports.documents.letter import Paper

TEMPLATE = Path(__file__).with_name("evaluation.docx")
WIDTH = Cm(16)
SHARP = 2.0  # scale of the pictures


def render_word(paper: Paper) -> bytes:
    """Return the Word file, with the language and alternative texts of the pictures."""
    template = DocxTemplate(TEMPLATE)
    tables = [table for part in paper.parts for table in part.tables]
    context = asdict(paper)
    table_contexts = [table for part in context["parts"] for table in part["tables"]]
    for table_context, table in zip(table_contexts, tables, strict=True):
        if table.chart:
            picture = BytesIO(vl_convert.svg_to_png(table.chart, scale=SHARP))
            table_context["picture"] = InlineImage(template, picture, width=WIDTH)
    template.render(context, autoescape=True)
    document = template.docx
    document.core_properties.title = paper.title
    document.core_properties.language = paper.language
    drawn = document.element.body.iter(qn("wp:docPr"))
    for properties, table in zip(drawn, (table for table in tables if table.chart), strict=True):
        properties.set("descr", table.alternative)
    for made, table in zip(document.tables, (table for table in tables if table.rows), strict=True):
        # The template can't align the cells of unknown columns, nor make a total bold.
        for row in made.rows:
            for cell, in_words in zip(row.cells, table.in_words, strict=True):
                if not in_words:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if table.has_total:
            for run in (run for cell in made.rows[-1].cells for run in cell.paragraphs[0].runs):
                run.bold = True
    file = BytesIO()
    template.save(file)
    return file.getvalue()
