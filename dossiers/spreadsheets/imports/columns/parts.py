"""The part that each column gives of a field that several columns fill, and its place in the text of the field."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dossiers.spreadsheets.values.base import FORMULA_ERROR, is_formula_error


class Part(NamedTuple):
    """The part that a column gives of a field that several columns fill."""

    key: str
    """The folded header of the column; "" of the column that is the only one of its field, or that counts first."""
    value: Any
    """A text with its label, a list or another value; empty if a word empties it, None if its cell leaves nothing."""
    is_given: bool = True
    """Whether the row itself gives it, and not an earlier list."""
    remark: str = ""
    """Of a column that counts alone: what it adds to the remarks if another column counts."""


class JoinedTexts(NamedTuple):
    """How the texts of columns stand in the text of the field that they fill together."""

    labels: Sequence[str]
    """What stands before the texts of some of the columns."""
    separator: str

    def find_failed(self, text: str) -> list[str]:
        """Return the errors of formulas that stand in the place of a column in a text of the field."""
        if not FORMULA_ERROR.search(text):
            return []
        parts = [part.strip() for part in text.split(self.separator)]
        texts = [part.removeprefix(label.strip()).strip() for part in parts for label in ("", *self.labels)]
        return list(dict.fromkeys(filter(is_formula_error, texts)))

    def drop_bare_labels(self, text: str) -> str:
        """Return a text of the field without the labels after which nothing stands any more."""
        bare = {label.strip() for label in self.labels}
        parts = text.split(self.separator)
        return self.separator.join(part for part in parts if part.strip() not in bare) if bare else text


class JoinedText:
    """A text in segments: those that a column gave, and the others, whose key is None."""

    def __init__(self, text: str, separator: str, parts: Iterable[tuple[str, str]]) -> None:
        """`parts` are texts of columns with their keys, which may stand in the text."""
        self._text, self.separator = text, separator
        end = re.escape(separator)
        self._before, self._after = rf"(?:\A|(?<={end}))", rf"(?={end}|\Z)"
        if separator == "\n":
            self._before, self._after = r"(?:\A|(?<=\n))[ \t]*", r"[ \t\r]*(?=\n|\Z)"
        self._spans: list[tuple[int, int, str]] = []
        self.missing: set[str] = set()
        """The keys of the parts that are not in the text."""
        for key, part in sorted(parts, key=lambda pair: -len(pair[1])):
            self.locate(key, part)

    def locate(self, key: str, part: str) -> None:
        """Locate a part of a column by its text; it is missing if the text does not have it."""
        if part and not self._locate(key, r"\s+".join(map(re.escape, part.split())) + self._after):
            self.missing.add(key)

    def locate_labels(self, labels: Mapping[str, str]) -> None:
        """Locate the parts of other columns by the labels before them."""
        others = "|".join(map(re.escape, filter(None, labels.values())))
        until = r"[^\n]*" if self.separator == "\n" else rf".*?(?={re.escape(self.separator)}(?:{others})|\Z)"
        for key, label in labels.items():
            if label and self._locate(key, re.escape(label.strip()) + until):
                self.missing.discard(key)

    def locate_changed_part(self) -> None:
        """Take the only segment without a key for the only missing part: somebody changed it."""
        if len(self.missing) == 1 and len(self.unknown) == 1:
            start = self._text.index(self.unknown[0])
            self._spans.append((start, start + len(self.unknown[0]), self.missing.pop()))

    def locate_unknown(self, key: str) -> None:
        """Take the segments without a key for a part that is not located yet."""
        if key not in self.keys:
            start = 0
            for text in self.unknown:
                start = self._text.index(text, start)
                self._spans.append((start, start + len(text), key))

    def _locate(self, key: str, pattern: str) -> bool:
        if key in self.keys:
            return True
        for match in re.finditer(self._before + pattern, self._text):
            start, stop = match.span()
            if start < stop and all(stop <= first or last <= start for first, last, _key in self._spans):
                self._spans.append((start, stop, key))
                return True
        return False

    @property
    def keys(self) -> set[str]:
        return {key for _start, _stop, key in self._spans}

    @property
    def segments(self) -> list[tuple[str | None, str]]:
        segments: list[tuple[str | None, str]] = []
        place = 0
        for start, stop, key in [*sorted(self._spans), (len(self._text), len(self._text), "")]:
            if other := self._text[place:start].strip(self.separator + " \t\r"):
                segments.append((None, other))
            if start < stop:
                segments.append((key, self._text[start:stop].strip()))
            place = stop
        return segments

    @property
    def unknown(self) -> list[str]:
        """The segments of which no column is known."""
        return [text for key, text in self.segments if key is None]

    def get(self, key: str) -> str:
        return next((text for located, text in self.segments if located == key), "")

    def replace(self, new: Mapping[str, str], order: Sequence[str] = ()) -> str:
        """Return the text with these parts instead of those of the same columns; `order` places parts that it lacks."""
        if all(self.get(key).split() == text.split() for key, text in new.items()):
            return self._text
        segments = [(key, text if key is None else new.get(key, text)) for key, text in self.segments]
        for key, text in new.items():
            if text and key not in self.keys:
                later = set(order[order.index(key) + 1 :]) if key in order else set()
                place = next((i for i, (other, _text) in enumerate(segments) if other in later), len(segments))
                segments.insert(place, (key, text))
        return self.separator.join(text for _key, text in segments if text)


def split_joined(
    text: str, pieces: Sequence[tuple[str, str]], left: Sequence[str], separator: str
) -> list[str | None] | None:
    """Return the texts that are joined as this corrected text, without their labels; None if they can't be told apart.

    `pieces` are the labels and texts as they were, of which one that was taken out gets None. What is `left` over of
    other columns stays as it is. In a text that is not longer than the others, the error of a formula was taken out.
    """
    good = [(label, piece) for label, piece in pieces if not is_formula_error(piece)]
    others = separator.join([*(piece for _label, piece in good), *left])
    if len(good) < len(pieces) and text.count(separator) <= others.count(separator):
        texts = split_joined(text, good, left, separator)
        if texts is not None:
            own = iter(texts)
            return [None if is_formula_error(piece) else next(own) for _label, piece in pieces]
    end = rf"(?:{re.escape(separator)}|\Z)"
    for changed in ("", "|.+?"):  # if some were only taken out, the others are known by their text
        patterns = [f"(?:{re.escape(label)}({re.escape(piece)}{changed}){end})?" for label, piece in pieces]
        patterns += [f"{re.escape(piece)}{end}" for piece in left]
        if match := re.fullmatch("".join(patterns), text, re.DOTALL):
            return [match[place] for place in range(1, len(pieces) + 1)]
    return None
