"""What a coordinator types, as paragraphs and lists: an empty line between paragraphs, a dash before each item."""

import re
from dataclasses import dataclass

EMPTY_LINE = re.compile(r"\n\s*\n")
ITEM = re.compile(r"^\s*[-*•]\s+")


@dataclass(frozen=True)
class Block:
    """A paragraph of one line, or the items of a list."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    for part in EMPTY_LINE.split(text.replace("\r\n", "\n").strip()):
        for line in filter(None, map(str.strip, part.split("\n"))):
            found = _with(found, line)
        found.append(Block(()))  # whatever follows stands apart
    return [block for block in found if block.lines]


def _with(found: list[Block], line: str) -> list[Block]:
    is_item = bool(ITEM.match(line))
    line = ITEM.sub("", line)
    last = found[-1] if found else Block(())
    if is_item and last.is_list:
        return [*found[:-1], Block((*last.lines, line), is_list=True)]
    if is_item or not last.lines or last.is_list:
        return [*found, Block((line,), is_list=is_item)]
    return [*found[:-1], Block((f"{last.lines[0]} {line}",))]
