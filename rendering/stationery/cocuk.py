"""Çocuk: round letters for those who have just begun to read."""

from __future__ import annotations

from flows.words.text import text
from rendering.stationery.kind import Stationery

STATIONERY = Stationery(
    name="cocuk",
    label=text("stationery", "Children’s"),
    face="Mali",
    css="""
.text { font-size: 13pt; line-height: 21pt }
.ornament { border-top: 1mm dashed black; border-bottom: 1mm dotted black; height: 1.2mm }
""",
)
