"""Daktilo: a typewriter's one width of letter, set wide (it has no ₺; that comes from the face beside it)."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="daktilo",
    label=text("stationery", "Typewriter"),
    face="Courier Prime",
    company="serif",
    css="""
.text { font-size: 11.5pt; line-height: 20pt }
.ornament { border-top: 0.4mm dashed black }
""",
)
