"""Which characters the named faces print, each cluster whole: one face a cluster, one picture an emoji."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from rendering.faces.files import file_of
from rendering.faces.fontconfig import covered
from rendering.faces.table import EMOJI_FACE

__all__ = ["unprintable", "whole_keycaps"]

_CLUSTER = regex.compile(r"\X")
# Controls that steer their neighbours and have no shape of their own; the fillers and annotations below have one.
_SHAPELESS = regex.compile(
    r"(?V1)[[\p{Default_Ignorable_Code_Point}\n\t]--[\u115F\u1160\u180F\u3164\uFFA0\U0001BCA0-\U0001BCA3]]"
)
# Sequences that are one picture only if the emoji face joins them: ZWJ, skin tones, flags, tags, keycaps.
_JOINED = regex.compile(r"[\u200d\u20e3\U0001F3FB-\U0001F3FF\U0001F1E6-\U0001F1FF\U000E0020-\U000E007F]")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|[\U0001F1E6-\U0001F1FF]|[0-9#*]\ufe0f?\u20e3")
# Pango draws a box for what Unicode calls ignorable but leaves visible where nothing knows it: the fillers of Hangul,
# the fourth selector of Mongolian, annotations and the format controls of shorthand.
_BOXES = "\u115f\u1160\u180f\u3164\uffa0\ufff9\ufffa\ufffb\U0001bca0\U0001bca1\U0001bca2\U0001bca3"
_STEERING = frozenset(map(ord, "\n\t\ufe0e\ufe0f"))
_PRESENTATION = regex.compile(r"[\ufe0e\ufe0f]")
_KEYCAP = regex.compile(r"([0-9#*])\u20e3")


def whole_keycaps(words: str) -> str:
    """A keycap typed without U+FE0F is no emoji to Pango, and its frame would come from another face than its digit
    (Unicode Technical Standard 51, ED-20)."""
    return _KEYCAP.sub("\\1\ufe0f\u20e3", words) if "\u20e3" in words else words


def unprintable(text: str, faces: tuple[str, ...]) -> tuple[str, ...]:
    """What these faces and the emoji face do not print: whole clusters in the order of the text, each once."""
    if _known(faces[0]).issuperset(map(ord, set(text))):
        return ()
    clusters = dict.fromkeys(_CLUSTER.findall(text))
    return tuple(cluster for cluster in clusters if not _prints(cluster, faces))


def _prints(cluster: str, faces: tuple[str, ...]) -> bool:
    if _JOINED.search(cluster) and _EMOJI.search(cluster):
        return _PRESENTATION.sub("", cluster) in _pictures()
    shaped = _SHAPELESS.sub("", cluster)
    return _of_one_face(shaped, faces) or _of_one_face(_composed(shaped), faces)


def _composed(cluster: str) -> str:
    """HarfBuzz joins a letter and its marks where the face has them as one; it puts no other letter in the place of a
    single one, as NFC does (U+2F800 becomes U+4E3D)."""
    return (
        cluster
        if any(unicodedata.normalize("NFC", one) != one for one in cluster)
        else unicodedata.normalize("NFC", cluster)
    )


def _of_one_face(cluster: str, faces: tuple[str, ...]) -> bool:
    """Pango looks for each character alone: a mark that its letter's face lacks would come from another face."""
    used = {_face_of(character, faces) for character in cluster}
    return None not in used and len(used) <= 1


@lru_cache(maxsize=4096)
def _face_of(character: str, faces: tuple[str, ...]) -> str | None:
    code = ord(character)
    return next((face for face in (*faces, EMOJI_FACE) if code in _known(face)), None)


@lru_cache(maxsize=256)
def _known(face: str) -> frozenset[int]:
    """Faces also claim characters that Pango draws as a box (controls, separators, annotations) and private-use ones,
    where each face draws something else."""
    return frozenset(code for code in covered(face) if _shown(chr(code))) | _STEERING


def _shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Co", "Zl", "Zp") and character not in _BOXES


@lru_cache(maxsize=1)
def _pictures() -> frozenset[str]:
    """Every sequence the emoji face joins to one picture, from its own substitution table."""
    with TTFont(file_of(EMOJI_FACE), lazy=True) as font:
        letter_of = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
        joined: set[str] = set(letter_of.values())
        for lookup in font["GSUB"].table.LookupList.Lookup:
            for outer in lookup.SubTable:
                table = getattr(outer, "ExtSubTable", outer)
                for first, ligatures in getattr(table, "ligatures", {}).items():
                    for ligature in ligatures:
                        names = (first, *ligature.Component)
                        if all(name in letter_of for name in names):
                            joined.add(_PRESENTATION.sub("", "".join(letter_of[name] for name in names)))
        return frozenset(joined)
