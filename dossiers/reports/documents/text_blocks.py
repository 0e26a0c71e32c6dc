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
            is_item = bool(ITEM.match(line))
            text = ITEM.sub("", line)
            last = blocks[-1] if blocks else Block(())
            if is_item and last.is_list:
                blocks[-1] = Block((*last.lines, text), is_list=True)
            elif is_item or not last.lines or last.is_list:
                blocks.append(Block((text,), is_list=is_item))
            else:
                blocks[-1] = Block((f"{last.lines[0]} {text}",))
        blocks.append(Block(()))  # ends the paragraph or list
    return [block for block in blocks if block.lines]
