"""The papers a sender can choose: one file each, one line here, in the order of their buttons."""

from __future__ import annotations

from flows.words.text import Text
from rendering.stationery import klasik, sade
from rendering.stationery.kind import Stationery

__all__ = ["STATIONERIES", "Stationery", "labels"]

STATIONERIES: dict[str, Stationery] = {paper.name: paper for paper in (klasik.STATIONERY, sade.STATIONERY)}


def labels() -> dict[str, Text]:
    """What the button of each says, by its name."""
    return {name: paper.label for name, paper in STATIONERIES.items()}
