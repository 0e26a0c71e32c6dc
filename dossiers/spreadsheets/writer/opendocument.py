"""Writes OpenDocument spreadsheets with one sheet, streamed into the zip file."""

import re
import zipfile
from datetime import date
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from dossiers.spreadsheets.batches import batched

from .table import ROWS_PER_CHUNK, Memo, Table, column_widths
from .workbook import column_letters

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
)
CHARACTER = 0.2  # the width of a character of ten points, in cm
COLUMN_STYLE = (
    '<style:style style:name="w%d" style:family="table-column">'
    '<style:table-column-properties style:column-width="%.1fcm"/></style:style>'
)
TOP = (
    f'{START}<office:document-content {NAMESPACES} office:version="1.3">'
    f"<office:automatic-styles>{STYLES}%s</office:automatic-styles>"
    "<office:body><office:spreadsheet><table:table table:name=%s>%s<table:table-row>%s</table:table-row>"
)
BOTTOM = (  # with the buttons on the header that filter the rows; LibreOffice so names a range without name
    '</table:table><table:database-ranges><table:database-range table:name="__Anonymous_Sheet_DB__0"'
    ' table:target-range-address=%s table:display-filter-buttons="true"/></table:database-ranges>'
    "</office:spreadsheet></office:body></office:document-content>"
)
DAY = '<table:table-cell table:style-name="day" office:value-type="date" office:date-value="%s"/>'
MANIFEST = (
    f'{START}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{CONTENT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
FROZEN = "".join(  # LibreOffice keeps in the settings that the first row stays in sight: 2 is frozen, not split
    f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
    for name, kind, value in (
        ("VerticalSplitMode", "short", 2),
        ("VerticalSplitPosition", "int", 1),
        ("ActiveSplitRange", "short", 2),
        ("PositionBottom", "int", 1),
    )
)
SETTINGS = (
    f'{START}<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"'
    ' xmlns:ooo="http://openoffice.org/2004/office" office:version="1.3"><office:settings>'
    '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
    '<config:config-item-map-entry><config:config-item-map-named config:name="Tables">'
    f"<config:config-item-map-entry config:name=%s>{FROZEN}</config:config-item-map-entry>"
    "</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed>"
    "</config:config-item-set></office:settings></office:document-settings>"
)


def write_ods(table: Table, file: IO[bytes]) -> None:
    """Write typed cells; texts are never formulas, and control characters, which XML does not allow, are removed."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as package:
        package.writestr("mimetype", CONTENT_TYPE, zipfile.ZIP_STORED)  # must be the first part and uncompressed
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("settings.xml", SETTINGS % quoteattr(table.title))
        with package.open("content.xml", "w") as content:
            header = table.header
            batches = batched(table.rows(), ROWS_PER_CHUNK)
            first = next(batches, [])
            widths = column_widths(header, first)
            columns = "".join([f'<table:table-column table:style-name="w{width}"/>' for width in widths])
            top = "".join([_string(text, ' table:style-name="bold"') for text in header])
            styles = "".join([COLUMN_STYLE % (width, width * CHARACTER) for width in sorted(set(widths))])
            content.write((TOP % (styles, quoteattr(table.title), columns, top)).encode())
            number = 1
            known = Memo(_cell)
            for batch in chain([first], batches):
                number += len(batch)
                rows = [
                    [known[value] if isinstance(value, str | date) else _cell(value) for value in row] for row in batch
                ]
                content.write(
                    "".join([f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in rows]).encode()
                )
            sheet = "'" + table.title.replace("'", "''") + "'"
            filtered = f"{sheet}.A1:{sheet}.{column_letters(len(header) - 1)}{number}"
            content.write((BOTTOM % quoteattr(filtered)).encode())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, date):
        return DAY % value.isoformat()
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
