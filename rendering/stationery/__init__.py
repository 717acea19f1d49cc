"""The papers a sender can choose: one file each, one line here."""

from __future__ import annotations

from rendering.stationery import klasik, sade
from rendering.stationery.kind import Stationery

__all__ = ["STATIONERIES", "Stationery"]

STATIONERIES: dict[str, Stationery] = {paper.name: paper for paper in (klasik.STATIONERY, sade.STATIONERY)}
