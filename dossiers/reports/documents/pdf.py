"""The letter as PDF/UA-1, by typst: tagged, with a title, its language, and words for each picture."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from dossiers.reports.charts import FONT
from dossiers.reports.documents.letter import Paper

TEMPLATE = Path(__file__).with_name("evaluation.typ")
OWN_FONT = "Libertinus Serif"  # comes with typst: nothing is fetched, and every machine sets the same page


def pdf(paper: Paper) -> bytes:
    """Raises typst.TypstError where something would not be accessible."""
    data = json.dumps(asdict(paper)).replace(FONT, OWN_FONT)
    made = typst.compile(
        str(TEMPLATE), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs={"data": data}
    )
    assert isinstance(made, bytes)  # noqa: S101  (one document is one file)
    return made
