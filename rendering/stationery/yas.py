"""Yas: a black band and nothing else, for condolences."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="yas",
    label=text("stationery", "Mourning"),
    face="Gentium Plus",
    company="serif",
    css="""
.text { font-size: 13pt; line-height: 20pt }
.ornament { border-top: 3mm solid black }
""",
)
