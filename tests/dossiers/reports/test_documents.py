"""Tests of an evaluation as PDF and Word, which a screen reader can read."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn
from pypdf import PdfReader

from dossiers.figures import Scope
from dossiers.figures.labels import format_period
from dossiers.models import Evaluation, Placement, Sector, Step
from dossiers.reports.documents.letter import FULL, PUBLIC, Paper, build_paper
from dossiers.reports.documents.pdf import render_pdf
from dossiers.reports.documents.text_blocks import Block, parse_blocks
from dossiers.reports.documents.word import render_word
from dossiers.reports.evaluations import freeze, save_section, withdraw
from dossiers.reports.release import release

from ..models.factories import make_dossier
from ..models.placements import make_placement, today

WORDS = "Dit is de samenvatting.\n\nWat opviel:\n- de taal\n- het vervoer\n\n<b>Tot zover</b> #strong & {{ 1 }}"


@pytest.fixture
def evaluation(base_data, coordinator) -> Evaluation:
    for _number in range(12):
        make_dossier(sectors=["Zorg"], expectation_talk_on=today())
    for _number in range(2):
        make_placement(Step.WORKING)
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel", "retention"])
    freeze(evaluation, coordinator)
    save_section(evaluation, "summary", WORDS, coordinator, "")
    return evaluation


def render_and_read_pdf(paper: Paper) -> tuple[PdfReader, str]:
    reader = PdfReader(BytesIO(render_pdf(paper)))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("lines", [0, 6])
def test_the_last_section_is_not_split_over_two_pages(evaluation, coordinator, lines):
    save_section(evaluation, "closing", "\n\n".join(["Tot slot."] * lines), coordinator, "")
    reader, _text = render_and_read_pdf(build_paper(evaluation, PUBLIC))
    last = reader.pages[-1].extract_text()
    assert "Zo leest u de cijfers" in last and "De cijfers zijn die van" in last


def test_the_pdf_is_tagged_for_accessibility_and_its_text_can_be_extracted(evaluation):
    reader, text = render_and_read_pdf(build_paper(evaluation, PUBLIC))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalog
    assert catalog["/Lang"].startswith("nl") and reader.metadata.title == "Tussenevaluatie"
    assert b"pdfuaid:part>1<" in catalog["/Metadata"].get_data()
    for words in (
        "Dit is de samenvatting.",
        "Hoe ver kandidaten kwamen",
        "minder dan 5",
        "Concept: nog niet",
        "kan soms meer afleiden",
    ):
        assert words in text


def get_tagged_elements(reader: PdfReader) -> list:
    elements, remaining = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while remaining:
        node = remaining.pop().get_object()
        if isinstance(node, list):
            remaining += node
        elif isinstance(node, dict):
            if "/S" in node:
                elements.append(node)
            remaining += [node["/K"]] if "/K" in node else []
    return elements


def test_the_pdf_tags_headings_header_cells_and_figures(evaluation):
    reader, _text = render_and_read_pdf(build_paper(evaluation, PUBLIC))
    elements = get_tagged_elements(reader)
    kinds = {element["/S"] for element in elements}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
    figures = [element for element in elements if element["/S"] == "/Figure"]
    assert figures and all("Staafdiagram" in str(element["/Alt"]) for element in figures)


def test_text_that_looks_like_markup_is_printed_literally(evaluation):
    paper = build_paper(evaluation, PUBLIC)
    _reader, text = render_and_read_pdf(paper)
    assert "<b>Tot zover</b> #strong & {{ 1 }}" in text
    document = docx.Document(BytesIO(render_word(paper)))
    assert "<b>Tot zover</b> #strong & {{ 1 }}" in [paragraph.text for paragraph in document.paragraphs]


def test_the_word_file_has_headings_tables_and_alternative_texts(evaluation):
    paper = build_paper(evaluation, PUBLIC)
    document = docx.Document(BytesIO(render_word(paper)))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["Tussenevaluatie"] == "Title" and styles["Samenvatting"] == "Heading 1"
    assert styles["Per sector die de kandidaat zoekt"] == "Heading 2" and styles["de taal"] == "List Bullet"
    tables = [table for part in paper.parts for table in part.tables if table.rows]
    assert len(document.tables) == len(tables)
    for word_table, table in zip(document.tables, tables, strict=True):
        assert [cell.text for cell in word_table.rows[0].cells] == table.header
        assert [[cell.text for cell in row.cells] for row in word_table.rows[1:]] == table.rows
        assert word_table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == sum(bool(table.chart) for table in tables) and all(
        picture.get("descr") for picture in pictures
    )
    assert document.core_properties.title == "Tussenevaluatie"
    (language,) = document.styles.element.iter(qn("w:lang"))
    assert language.get(qn("w:val")) == "nl-NL"


def test_the_public_edition_hides_small_numbers_and_the_full_edition_is_marked_internal(evaluation):
    def cells(edition: str) -> set[str]:
        return {
            text
            for part in build_paper(evaluation, edition).parts
            for table in part.tables
            for row in table.rows
            for text in row
        }

    assert not {"1", "2", "3", "4"} & cells(PUBLIC)
    assert "2" in cells(FULL) and "minder dan 5" not in cells(FULL)
    full_text = render_and_read_pdf(build_paper(evaluation, FULL))[1]
    assert "Volledige aantallen" in full_text
    facts = {edition: dict(build_paper(evaluation, edition).facts) for edition in (PUBLIC, FULL)}
    assert facts[PUBLIC]["Aan"] == "de gemeenteraad"
    assert "Aan" not in facts[FULL] and facts[FULL]["Bestemd voor"] == "intern gebruik bij de gemeente"
    assert facts[FULL]["Aantallen"].startswith("de tabellen in deze uitgave zijn precies; de teksten zijn die van de")
    assert full_text.index("afgerond op vijftallen") < full_text.index("Dit is de samenvatting.")


def test_only_the_first_table_of_the_public_edition_explains_the_rounding(evaluation):
    few = (
        "Een tot en met vier staat er als “minder dan 5”; in tabellen naar sector, organisatie, reden of categorie "
        "geldt dat ook voor nul."
    )
    note = f"Aantallen zijn naar beneden afgerond op vijftallen en tellen daarom niet altijd op. {few}"
    *parts, reading = build_paper(evaluation, PUBLIC).parts
    assert few in str(reading.blocks)
    first, *others = [table for part in parts for table in part.tables]
    assert first.explanation.startswith(note)
    exact = [table for part in build_paper(evaluation, FULL).parts for table in part.tables]
    assert not [table.title for table in [*others, *exact] if note in table.explanation]


def test_a_table_without_rows_says_that_there_is_nothing_in_this_period(evaluation, coordinator):
    evaluation.reports = ["permits"]
    evaluation.save()
    Placement.objects.update(permit_requested_on=None)
    freeze(evaluation, coordinator)
    tables = {table.name: table for part in build_paper(evaluation, PUBLIC).parts for table in part.tables}
    assert tables["refused"].explanation.endswith("zijn aangevraagd. Niets in deze periode.")


def test_a_period_without_a_first_day_is_written_as_from_the_start():
    with translation.override("nl"):
        assert format_period(Scope(date(2026, 11, 24))) == "vanaf het begin tot en met 24-11-2026"
        assert format_period(Scope(date(2026, 11, 24), date(2026, 7, 1))) == "01-07-2026 – 24-11-2026"


def test_a_released_evaluation_names_the_releaser_and_a_withdrawn_evaluation_the_reason(evaluation, coordinator):
    release(evaluation, coordinator)
    _reader, text = render_and_read_pdf(build_paper(evaluation, PUBLIC))
    assert "door coordinator" in text and "Concept" not in text
    withdraw(evaluation, coordinator, "Een fout in de cijfers.")
    assert "Een fout in de cijfers." in render_and_read_pdf(build_paper(evaluation, PUBLIC))[1]


def test_the_letter_is_in_dutch_whatever_the_active_language(evaluation):
    with translation.override("en"):
        assert build_paper(evaluation, PUBLIC).parts[0].title == "Samenvatting"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("Een\nregel", [Block(("Een regel",))]),
        ("Een\r\n\r\nTwee", [Block(("Een",)), Block(("Twee",))]),
        ("Kop\n- a\n* b\nNa", [Block(("Kop",)), Block(("a", "b"), True), Block(("Na",))]),
        ("- a\n\n- b", [Block(("a",), True), Block(("b",), True)]),
        ("-5 graden", [Block(("-5 graden",))]),
    ],
)
def test_plain_text_is_parsed_into_paragraphs_and_lists(text, blocks):
    assert parse_blocks(text) == blocks


def test_a_letter_about_a_sector_explains_the_sector_filter_of_each_table(evaluation, coordinator):
    evaluation.sector, evaluation.reports = Sector.objects.get(name="Horeca"), ["period", "funnel", "findings"]
    evaluation.save()
    freeze(evaluation, coordinator)
    for edition in (PUBLIC, FULL):
        letter = build_paper(evaluation, edition)
        assert "Horeca; bij elke tabel staat" in dict(letter.facts)["Over"]
        tables = {(part.name, table.name): table for part in letter.parts for table in part.tables}
        assert "werkgevers in de sector Horeca" in tables["period", "at_work"].explanation
        assert "Naar de sector die de kandidaat zoekt" in tables["funnel", "steps"].explanation
        assert "Niets over Horeca in deze periode." in tables["findings", "barriers"].explanation
        assert tables["findings", "left_out"].rows == [["Niet over een sector", "0"]]
