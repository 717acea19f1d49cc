"""İri yazı: letters for tired eyes (it has no ₺; that comes from the face beside it)."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="iri",
    label=text("stationery", "Large print"),
    face="Atkinson Hyperlegible Next",
    css="""
.text { font-size: 18pt; line-height: 26pt }
.ornament { border-top: 0.8mm solid black }
""",
)
