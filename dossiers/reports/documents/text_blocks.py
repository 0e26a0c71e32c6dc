"""Parses typed text into paragraphs, separated by an empty line, and lists, with a dash before each item."""

import re
from dataclasses import dataclass

EMPTY_LINE = re.compile(r"\n\s*\n")
ITEM = re.compile(r"^\s*[-*•]\s+")


@dataclass(frozen=True)
class Block:
    """A paragraph of one line, or the items of a list."""

    lines: tuple[str, ...]
    is_list: bool = False


def parse_blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    for part in EMPTY_LINE.split(text.replace("\r\n", "\n").strip()):
        for line in filter(None, map(str.strip, part.split("\n"))):
            blocks = _with(blocks, line)
        blocks.append(Block(()))  # ends the paragraph or list
    return [block for block in blocks if block.lines]


def _with(blocks: list[Block], line: str) -> list[Block]:
    is_item = bool(ITEM.match(line))
    line = ITEM.sub("", line)
    last = blocks[-1] if blocks else Block(())
    if is_item and last.is_list:
        return [*blocks[:-1], Block((*last.lines, line), is_list=True)]
    if is_item or not last.lines or last.is_list:
        return [*blocks, Block((line,), is_list=is_item)]
    return [*blocks[:-1], Block((f"{last.lines[0]} {line}",))]
