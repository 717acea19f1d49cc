"""The papers a sender can choose: one file each, one line here, in the order of their buttons."""

from __future__ import annotations

from flows.words.text import Text
from rendering.stationery import bayram, cocuk, daktilo, elyazisi, iri, klasik, modern, sade, yas
from rendering.stationery.kind import Stationery

__all__ = ["STATIONERIES", "Stationery", "labels"]

STATIONERIES: dict[str, Stationery] = {
    paper.name: paper
    for paper in (
        klasik.STATIONERY,
        sade.STATIONERY,
        modern.STATIONERY,
        daktilo.STATIONERY,
        elyazisi.STATIONERY,
        bayram.STATIONERY,
        yas.STATIONERY,
        cocuk.STATIONERY,
        iri.STATIONERY,
    )
}


def labels() -> dict[str, Text]:
    """What the button of each says, by its name."""
    return {name: paper.label for name, paper in STATIONERIES.items()}
