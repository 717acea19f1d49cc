"""A fontconfig of our own that knows the named faces and nothing else of the machine: two machines print the same."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from rendering.faces.files import FacesMissing, every_file, file_of
from rendering.faces.table import EMOJI_FACE

__all__ = ["Metrics", "closed", "covered", "metrics"]

# Its lines name characters of a letter, and its loggers have children, which a filter here would not see.
logging.getLogger("fontTools").addHandler(logging.NullHandler())
logging.getLogger("fontTools").propagate = False

# fontconfig's own command line tool, a dependency of Pango in Debian; it knows the coverage Pango will use.
_LIST = ("fc-list", "--format", "%{family[0]}\t%{charset}\n")

# A folder is read as a whole, with the index that its package made; a file that is not ours is refused again.
# A face of pictures has one size, that of its pictures; the last rule scales it (fontconfig's 10-scale-bitmap-fonts).
# Pango asks for the family "emoji" where a picture is meant (Unicode Technical Standard 51).
_RULES = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<reset-dirs/>
{folders}
<cachedir>/var/cache/fontconfig</cachedir>
<cachedir prefix="xdg">fontconfig</cachedir>
<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>
{files}
</acceptfont></selectfont>
<match target="pattern"><test name="family"><string>emoji</string></test>
<edit name="family" mode="assign_replace" binding="strong"><string>{emoji}</string></edit></match>
<match target="font"><test name="outline" compare="eq"><bool>false</bool></test>
<edit name="enlarged" mode="assign"><divide>
<name target="pattern">pixelsize</name><name target="font">pixelsize</name></divide></edit>
<edit name="matrix" mode="assign"><times><name>matrix</name><matrix>
<name>enlarged</name><double>0</double><double>0</double><name>enlarged</name></matrix></times></edit>
<edit name="size" mode="assign"><divide><name>size</name><name>enlarged</name></divide></edit></match>
<config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Advance widths of one face, in thousandths of the printed size."""

    widths: dict[int, float]

    def width(self, line: str, points: float) -> float:
        """How wide a line prints, in points; a character of another face counts as a full square."""
        return sum(self.widths.get(ord(character), 1000.0) for character in line) * points / 1000


def rules() -> str:
    """The configuration: our files, each by its full path."""
    paths = every_file()
    folders = dict.fromkeys(path.parent for path in paths)
    return _RULES.format(
        folders="\n".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders),
        files="\n".join(f"<glob>{escape(str(path))}</glob>" for path in paths),
        emoji=EMOJI_FACE,
    )


@contextmanager
def closed() -> Iterator[None]:
    """Within, fontconfig reads our rules; it reads them when a configuration is made and never again."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="mektupx-faces-") as folder:  # nobody else may read or write it
        file = Path(folder, "fonts.conf")
        file.write_text(rules(), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(file)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@lru_cache(maxsize=1)
def _covered() -> dict[str, frozenset[int]]:
    """The characters of each family that our configuration knows, in any of its styles."""
    with closed():
        listing = subprocess.run(_LIST, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603
    found: dict[str, set[int]] = {}
    for line in listing.splitlines():
        family, _, charset = line.partition("\t")
        known = set(_characters(charset))
        # A style that lacks a character leaves it to another face: only what all styles have is the family's.
        found[family] = found[family] & known if family in found else known
    return {family: frozenset(characters) for family, characters in found.items()}


def _characters(charset: str) -> Iterator[int]:
    """fontconfig writes `20-7e a0 100-17f`, in hexadecimal."""
    for part in charset.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def covered(family: str) -> frozenset[int]:
    """The characters that a family prints in each of its styles. Errors: FacesMissing."""
    try:
        return _covered()[family]
    except KeyError:
        raise FacesMissing(f"Font {family} is unknown to fontconfig: `fc-cache -f` reads its folder anew") from None


@lru_cache(maxsize=8)
def metrics(family: str) -> Metrics:
    """Advance widths from the font file itself."""
    with TTFont(file_of(family), lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        advance = font["hmtx"].metrics
        return Metrics({code: advance[name][0] * scale for code, name in font.getBestCmap().items()})
