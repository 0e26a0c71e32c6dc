"""Renders the letter as accessible PDF (PDF/UA-1) with typst."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from dossiers.reports.charts import FONT
from dossiers.reports.documents.letter import Paper

TEMPLATE = Path(__file__).with_name("evaluation.typ")
OWN_FONT = "Libertinus Serif"  # included in typst, so that the result is the same on every machine


def render_pdf(paper: Paper) -> bytes:
    """Return the PDF file; raises typst.TypstError if a part would not be accessible."""
    data = json.dumps(asdict(paper)).replace(FONT, OWN_FONT)
    made = typst.compile(
        str(TEMPLATE), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs={"data": data}
    )
    assert isinstance(made, bytes)  # noqa: S101  (one document is one file)
    return made
