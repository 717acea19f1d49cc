"""Klasik: a warm serif with air between the lines, under a fine double rule."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="klasik",
    label=text("stationery", "Classic"),
    face="Noto Serif",
    company="serif",
    css="""
.text { font-size: 12pt; line-height: 18.5pt }
.ornament { border-top: 0.5mm solid black; border-bottom: 0.15mm solid black; height: 0.7mm }
""",
)
