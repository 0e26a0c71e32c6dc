"""Writes OpenDocument spreadsheets with one sheet, streamed into the zip file."""

import re
import zipfile
from datetime import date
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from dossiers.spreadsheets.batches import batched

from .table import ROWS_PER_CHUNK, Memo, Table

LEVEL = 3  # the compression level, as for Excel
CONTENT_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML does not allow
SPACES = re.compile(r"^ | $|(?<= ) +")
START = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)
STYLES = (
    '<number:date-style style:name="N1"><number:day number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:year number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="bold" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="3.5cm"/></style:style>'
)
DAY = '<table:table-cell table:style-name="day" office:value-type="date" office:date-value="%s"/>'
MANIFEST = (
    f'{START}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{CONTENT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(table: Table, file: IO[bytes]) -> None:
    """Write typed cells; texts are never formulas, and control characters, which XML does not allow, are removed."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as package:
        package.writestr("mimetype", CONTENT_TYPE, zipfile.ZIP_STORED)  # must be the first part and uncompressed
        package.writestr("META-INF/manifest.xml", MANIFEST)
        with package.open("content.xml", "w") as content:
            header = table.header
            top = "".join([_string(text, ' table:style-name="bold"') for text in header])
            content.write(
                f'{START}<office:document-content {NAMESPACES} office:version="1.3">'
                f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:spreadsheet>"
                f"<table:table table:name={quoteattr(table.title)}>"
                f'<table:table-column table:style-name="wide" table:number-columns-repeated="{len(header)}"/>'
                f"<table:table-row>{top}</table:table-row>".encode()
            )
            known = Memo(lambda value: _string(value) if isinstance(value, str) else DAY % value.isoformat())
            for batch in batched(table.rows(), ROWS_PER_CHUNK):
                rows = ["".join([_cell(value, known) for value in row]) for row in batch]
                content.write("".join([f"<table:table-row>{cells}</table:table-row>" for cells in rows]).encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _cell(value: Any, known: Memo) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str | date):
        return known[value]
    if isinstance(value, bool):
        word = "true" if value else "false"
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{word}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _string(text: str, style: str = "") -> str:
    """Return a text cell with a paragraph per line; repeated spaces become a count, since readers would merge them.

    A text with tabs is also written as an attribute, for readers that ignore tabs in a paragraph.
    """
    text = UNWRITTEN.sub("", text)
    whole = ""
    if "\t" in text or "\r" in text:
        signs = {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;", '"': "&quot;"}
        whole = f' office:string-value="{escape(text, signs)}"'
    lines = [
        SPACES.sub(lambda spaces: f'<text:s text:c="{len(spaces[0])}"/>', escape(line))
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    paragraphs = "".join([f"<text:p>{line}</text:p>" for line in lines]).replace("\t", "<text:tab/>")
    return f'<table:table-cell{style} office:value-type="string"{whole}>{paragraphs}</table:table-cell>'
