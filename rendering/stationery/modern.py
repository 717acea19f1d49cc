"""Modern: a light, open sans."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="modern",
    label=text("stationery", "Modern"),
    face="Lato",
    css="""
.text { font-size: 11.5pt; line-height: 18pt }
.ornament { border-top: 1.4mm solid black; width: 18mm }
""",
)
