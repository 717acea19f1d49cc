"""Bayram: a festive band of pearls above a book face."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="bayram",
    label=text("stationery", "Festive"),
    face="Vollkorn",
    company="serif",
    css="""
.text { font-size: 13pt; line-height: 19.5pt }
.ornament { border-top: 1.6mm dotted black; border-bottom: 0.25mm solid black; height: 1.4mm }
""",
)
