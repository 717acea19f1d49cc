"""Counts pages while somebody writes: each paragraph is laid out once, and remembered by how its lines stand.

The pages follow from the heights of the lines by the rules of CSS (Fragmentation 3: widows, orphans, margins at a page
break) as WeasyPrint keeps them. Whatever a rule here does not know is laid out as a whole.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from rendering import typesetting
from rendering.layout.body import Block, blocks
from rendering.layout.page import Letter
from rendering.shapes import BLANK, Shape, laid_out, shape
from rendering.stamping import UNSTAMPED
from rendering.stationery import STATIONERIES

__all__ = ["Frame", "Memo", "frames", "lines_of_pages", "shapes"]

_REMEMBERED: Final = 3600.0  # seconds


class Memo:
    """Shapes by a keyed digest of the words: it holds none of them, but the key lies in the same memory, and whoever
    reads both can try whether a paragraph they guess was counted. So what nobody has asked for within an hour goes, and
    all of it goes with the process, after minutes without a call (rendering/processes/pool.py).

    most: shapes at once.  now: seconds of a clock that never goes back.
    """

    def __init__(self, most: int = 20_000, now: Callable[[], float] = time.monotonic) -> None:
        self._key, self._most, self._now = secrets.token_bytes(32), most, now
        self._shapes: OrderedDict[bytes, tuple[Shape, float]] = OrderedDict()  # the longest unasked first

    def name(self, *words: str) -> bytes:
        """What a paragraph is remembered by."""
        return blake2b("\0".join(words).encode(), key=self._key, digest_size=16).digest()

    def get(self, name: bytes) -> Shape | None:
        self._age()
        if name not in self._shapes:
            return None
        shape, _ = self._shapes[name]
        self.keep(name, shape)
        return shape

    def keep(self, name: bytes, shape: Shape) -> None:
        """The one that nobody has asked for longest makes room."""
        self._age()
        self._shapes[name] = shape, self._now()
        self._shapes.move_to_end(name)
        if len(self._shapes) > self._most:
            self._shapes.popitem(last=False)

    def _age(self) -> None:
        kept_since = self._now() - _REMEMBERED
        while self._shapes and next(iter(self._shapes.values()))[1] <= kept_since:
            self._shapes.popitem(last=False)

    def __len__(self) -> int:
        return len(self._shapes)


def shapes(letter: Letter, memo: Memo) -> list[Shape] | None:
    """The paragraphs of a letter; None where one of them is more than a margin and lines."""
    face, rules = STATIONERIES[letter.stationery].face, typesetting.paper(letter)
    parts = [part for block in blocks(letter.text, letter.styles, face) for part in _parts(block)]
    names = [memo.name(letter.stationery, letter.language, part.html) for part in parts]
    known = {name: kept for name in names if (kept := memo.get(name))}
    new = {name: part for name, part in zip(names, parts, strict=True) if name not in known}
    measured = {name: one for name, part in new.items() if (one := shape(part, rules, letter.language))}
    others = {name: part for name, part in new.items() if name not in measured}
    if others:
        found = laid_out(list(others.values()), rules, letter.language)
        if found is None:
            return None
        measured.update(zip(others, found, strict=True))
    for name, one in measured.items():
        memo.keep(name, one)
    known |= measured
    return [known[name] for name in names]


def _parts(block: Block) -> list[Block]:
    return [*([BLANK] * (block.blank - 1)), block]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the lines of a page stand, in CSS pixels from the upper edge of its sheet."""

    top: float
    end: float


@lru_cache(maxsize=64)
def frames(rules: str) -> tuple[Frame, Frame, Frame]:
    """The first page of a paper, and those at the left and at the right that follow."""
    sheets = '<p style="break-before: page">\N{NO-BREAK SPACE}</p>' * 3
    document = typesetting.render(f"<html><body>{sheets}</body></html>", rules, UNSTAMPED)
    boxes = [page._page_box for page in document.pages]
    first, left, right = (Frame(box.content_box_y(), box.content_box_y() + box.height) for box in boxes)
    return first, left, right


def lines_of_pages(paragraphs: Iterable[Shape], frames: tuple[Frame, Frame, Frame], together: int) -> list[int]:
    """How many lines stand on each page, where a paragraph keeps `together` lines on either side of a break."""
    pages = _Pages(frames, together)
    for paragraph in paragraphs:
        pages.add(paragraph)
    return pages.counts


class _Pages:
    """Where the next line stands."""

    def __init__(self, frames: tuple[Frame, Frame, Frame], together: int) -> None:
        self._frames, self._together = frames, together
        self.counts = list[int]()
        self._turn()

    def _turn(self) -> None:
        self.counts.append(0)
        number = len(self.counts)
        frame = self._frames[0 if number == 1 else 1 + number % 2]
        self._at, self._end = frame.top, frame.end * (1 + 1e-9)

    def add(self, shape: Shape) -> None:
        heights = shape.heights
        start = 0
        while start < len(heights):
            margin = shape.above if start == 0 and (self.counts[-1] or len(self.counts) == 1) else 0.0
            placed = self._fitting(heights, start, margin)
            for height in heights[start : start + placed]:
                self._at += height
            self.counts[-1] += placed
            start += placed
            if start < len(heights):
                self._turn()

    def _fitting(self, heights: Sequence[float], start: int, margin: float) -> int:
        """How many lines from `start` on this page takes; where it takes some, the margin above them is taken, too."""
        empty = not self.counts[-1]
        at, placed = self._at + margin, 0
        for height in heights[start:]:
            if (placed or not empty) and at + height > self._end:
                break
            at += height
            placed += 1
        left = len(heights) - start - placed
        if left:
            missing = max(0, self._together - left)
            spare = placed - self._together
            if not empty and (spare < 0 or missing > spare):
                return 0
            if missing <= spare:
                placed -= missing
        if placed:
            self._at += margin
        return placed
