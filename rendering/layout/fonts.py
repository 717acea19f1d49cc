"""Which typefaces print the letters, and what an operator has to install when one is missing."""

from __future__ import annotations

import logging
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

__all__ = [
    "ADDRESS_FACE",
    "EMOJI_FACE",
    "PACKAGES",
    "Face",
    "Metrics",
    "covered",
    "file_of",
    "installed",
    "metrics",
    "missing",
]

# Its lines name characters of a letter, and its loggers have children, which a filter here would not see.
logging.getLogger("fontTools").addHandler(logging.NullHandler())
logging.getLogger("fontTools").propagate = False

# Debian's names of the packages: what `apt-get install` takes.
PACKAGES = {
    "Noto Serif": "fonts-noto-core",
    "Noto Sans": "fonts-noto-core",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}
ADDRESS_FACE = "Noto Sans"  # sorting machines read a sans best (UPU S42)
EMOJI_FACE = "Noto Color Emoji"

# fontconfig's own command line tool, a dependency of Pango in Debian; it knows the coverage Pango will use.
_LIST = ("fc-list", "--format", "%{file}\t%{family[0]}\t%{weight}\t%{slant}\t%{charset}\n")
_REGULAR, _UPRIGHT = "80", "0"  # FC_WEIGHT_REGULAR, FC_SLANT_ROMAN


@dataclass(frozen=True, slots=True)
class Face:
    """One font file as fontconfig sees it."""

    file: str
    family: str
    upright: bool
    characters: frozenset[int]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Advance widths of one face, in thousandths of the printed size."""

    widths: dict[int, float]

    def width(self, line: str, points: float) -> float:
        """How wide a line prints, in points; a character of another face counts as a full square."""
        return sum(self.widths.get(ord(character), 1000.0) for character in line) * points / 1000


@lru_cache(maxsize=1)
def installed() -> tuple[Face, ...]:
    """All fonts of this machine, in a fixed order."""
    listing = subprocess.run(_LIST, check=True, capture_output=True, text=True, timeout=30).stdout  # noqa: S603
    rows = sorted(line.split("\t") for line in listing.splitlines() if line.count("\t") == 4)
    return tuple(
        Face(file, family, weight == _REGULAR and slant == _UPRIGHT, frozenset(_characters(charset)))
        for file, family, weight, slant, charset in rows
    )


def _characters(charset: str) -> set[int]:
    """fontconfig writes `20-7e a0 100-17f`, in hexadecimal."""
    found: set[int] = set()
    for part in charset.split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


@lru_cache(maxsize=8)
def covered(family: str = "") -> frozenset[int]:
    """The characters a family prints; without a name, those any font of this machine prints."""
    faces = [face.characters for face in installed() if family in ("", face.family)]
    return frozenset().union(*faces)


def file_of(family: str) -> Path:
    """The regular upright face of a family."""
    for face in installed():
        if face.family == family and face.upright:
            return Path(face.file)
    raise FileNotFoundError(f"Font {family} is missing: apt-get install {PACKAGES.get(family, 'its package')}")


def missing() -> tuple[str, ...]:
    """One sentence for each typeface this machine lacks; empty when all letters can be printed."""
    present = {face.family for face in installed()}
    return tuple(
        f"Font {family} is missing: apt-get install {package}"
        for family, package in PACKAGES.items()
        if family not in present
    )


@lru_cache(maxsize=4)
def metrics(family: str) -> Metrics:
    """Advance widths from the font file itself."""
    with TTFont(file_of(family), lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        advance = font["hmtx"].metrics
        return Metrics({code: advance[name][0] * scale for code, name in font.getBestCmap().items()})
