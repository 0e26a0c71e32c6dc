"""Provides the font of the site for drawing cards, converted from the web font that npm installs."""

import struct
import zlib
from functools import cache
from pathlib import Path

from django.conf import settings

FAMILY = "Noto Sans"
WOFF, TABLE = struct.Struct(">4s4sLHHL"), struct.Struct(">4sLLLL")
WOFF_HEADER, SFNT_HEADER, SFNT_TABLE = 44, 12, 16  # bytes


@cache
def get_bold_font() -> Path | None:
    """Return the path of the bold font; None if the npm packages are not installed."""
    packed = settings.BASE_DIR / "node_modules/@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff"
    if not packed.is_file():
        return None
    file = settings.DATA_DIR / "cards" / "fonts" / f"{packed.stem}.ttf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(convert_woff_to_sfnt(packed.read_bytes()))
    return file


def convert_woff_to_sfnt(woff: bytes) -> bytes:
    """Convert a WOFF 1.0 file to a TrueType file, whose tables start at multiples of four bytes."""
    _signature, flavor, _length, count, _reserved, _size = WOFF.unpack_from(woff)
    power = count.bit_length() - 1
    header = struct.pack(">4sHHHH", flavor, count, 16 << power, power, 16 * count - (16 << power))
    directory, body = b"", b""
    start = SFNT_HEADER + SFNT_TABLE * count
    for number in range(count):
        tag, offset, packed, length, checksum = TABLE.unpack_from(woff, WOFF_HEADER + TABLE.size * number)
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < length else table
        directory += struct.pack(">4sLLL", tag, checksum, start + len(body), length)
        body += table + b"\0" * (-length % 4)
    return header + directory + body
