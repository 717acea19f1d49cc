"""One picture of all stationeries side by side: what a sender looks at before choosing the paper."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

from PIL import Image

from rendering.layout.page import Letter
from rendering.processes.pool import Pool
from rendering.stationery import STATIONERIES

__all__ = ["papers_side_by_side"]

SAMPLE = Letter(
    letter_id="0" * 32,
    piece_id="ORNEK",
    language="tr",
    text=(
        "Canım anneannem,\n\nSardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum;"
        " ıhlamurlar da çiçeklendi.\n\nÇocuklar büyüdü, Elif okumayı söktü. Bayramda yanındayız.\n\nEllerinden"
        " öperim,\nIşıl"
    ),
    addressee=("Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12 D: 5", "34710 Kadıköy/İSTANBUL"),
    return_line="",
    footnote="",
    marks=False,
)
WIDTH, GAP = 600, 24  # pixels of a page, and between two


async def papers_side_by_side(pool: Pool) -> bytes:
    """PNG; the stationeries in the order of their buttons."""
    pages = [
        (await pool.pictures((await pool.draw(replace(SAMPLE, stationery=name))).pdf, WIDTH, 1))[0]
        for name in STATIONERIES
    ]
    return await asyncio.to_thread(_joined, pages)


def _joined(pages: list[bytes]) -> bytes:
    pictures = [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]
    size = ((WIDTH + GAP) * len(pictures) + GAP, max(picture.height for picture in pictures) + 2 * GAP)
    sheet = Image.new("RGB", size, (214, 209, 202))
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (GAP + place * (WIDTH + GAP), GAP))
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()
