"""Sade: a plain sans on white paper, for those who like it quiet."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="sade",
    label=text("stationery", "Plain"),
    face="Noto Sans",
    company="sans",
    css="""
.text { font-size: 11.5pt; line-height: 17.5pt }
.ornament { display: none }
""",
)
