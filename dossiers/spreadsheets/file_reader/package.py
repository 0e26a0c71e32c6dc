"""Determines the format of a zip file and whether it is safe to open, before anything of it is unpacked."""

import io
import re
import zipfile
import zlib

from .limits import MAX_RATIO, MAX_UNPACKED
from .refusals import Refused

SMALL = 10 * 1024 * 1024
"""A part below this size is not a zip bomb, whatever its ratio."""
MAX_PARTS = 10_000
PROLOG = 65_536
DEFINITIONS = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0|\0<\0!\0D\0O\0C", re.IGNORECASE)
MAIN_PART = re.compile(rb"(?:spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template)\.macroEnabled)\.main\+xml")
"""The content type of the main part of an .xlsx, whose name may differ."""
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def open_package(data: bytes) -> tuple[str, zipfile.ZipFile]:
    """Return "xlsx" or "ods" and the zip file; raises Refused."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        parts = package.infolist()
        bomb = any(part.file_size > SMALL and part.file_size > part.compress_size * MAX_RATIO for part in parts)
        if bomb or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Refused("unpacks_too_far")
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("encrypted")
        kind = _detect_kind(package, {part.filename for part in parts})
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue
            # No spreadsheet program writes entity definitions, which can be an attack (billion laughs).
            with package.open(part) as stream:
                if DEFINITIONS.search(stream.read(PROLOG)):
                    raise Refused("entities")
        if package.testzip():  # calamine does not check checksums, so that a damaged number would not be noticed
            raise Refused("damaged")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError):
        raise Refused("damaged") from None
    return kind, package


def _detect_kind(package: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise Refused("other_kind")
    if "mimetype" in names and "content.xml" in names and package.read("mimetype").strip().startswith(ODS):
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise Refused("encrypted")
        return "ods"
    if "[Content_Types].xml" in names and MAIN_PART.search(package.read("[Content_Types].xml")):
        return "xlsx"
    raise Refused("not_a_sheet")
