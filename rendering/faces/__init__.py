"""The typefaces: which prints which script, where its file lies, and that nothing else of the machine prints."""

from __future__ import annotations

from rendering.faces.coverage import unprintable, whole_keycaps
from rendering.faces.files import FacesMissing, Seal, file_of, missing, seal
from rendering.faces.fontconfig import Metrics, closed, covered, metrics
from rendering.faces.table import ADDRESS_FACE, CODE_FACE, EMOJI_FACE, FAMILIES, order

__all__ = [
    "ADDRESS_FACE",
    "ADDRESS_FAMILIES",
    "CODE_FACE",
    "EMOJI_FACE",
    "FAMILIES",
    "FacesMissing",
    "Metrics",
    "Seal",
    "closed",
    "covered",
    "families",
    "file_of",
    "metrics",
    "missing",
    "order",
    "seal",
    "unprintable",
    "whole_keycaps",
]


def families(names: tuple[str, ...]) -> str:
    """For CSS: Pango takes each character from the first that has it."""
    return ", ".join(f'"{name}"' for name in names)


ADDRESS_FAMILIES = families(order(ADDRESS_FACE, "sans"))
