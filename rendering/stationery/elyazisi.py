"""El yazısı: a pen's lively hand."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="elyazisi",
    label=text("stationery", "Handwriting"),
    face="Caveat",
    company="serif",
    css="""
.text { font-size: 17pt; line-height: 23pt }
.ornament { display: none }
""",
)
