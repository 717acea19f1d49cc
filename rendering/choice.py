"""One picture of all stationeries side by side: what a sender looks at before choosing the paper."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace

from PIL import Image, ImageDraw, ImageFont

from rendering import faces
from rendering.layout.geometry import PAGE_WIDTH
from rendering.layout.page import Letter
from rendering.processes.pool import Pool

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
WIDTH, GAP, COLUMNS = 600, 24, 3  # pixels of a page and between two; a chat shows some 1,280 pixels
SHOWN = (20, 196)  # millimetres of the page from its top: the ornament, the address and the letter
CAPTION = 34  # pixels
DESK, INK = (214, 209, 202), (40, 36, 32)


async def papers_side_by_side(pool: Pool, captions: Mapping[str, str]) -> bytes:
    """PNG; the stationeries in the order of their buttons, each above what its button says."""
    pages = [
        (await pool.pictures((await pool.draw(replace(SAMPLE, stationery=name))).pdf, WIDTH, 1))[0] for name in captions
    ]
    return await asyncio.to_thread(_joined, pages, list(captions.values()))


def _joined(pages: list[bytes], captions: list[str]) -> bytes:
    top, bottom = (round(millimetres * WIDTH / PAGE_WIDTH) for millimetres in SHOWN)
    columns = min(COLUMNS, len(pages))
    across, down = WIDTH + GAP, bottom - top + 2 * GAP + CAPTION
    sheet = Image.new("RGB", (across * columns + GAP, down * -(-len(pages) // columns) + GAP), DESK)
    pen, face = ImageDraw.Draw(sheet), ImageFont.truetype(faces.file_of(faces.ADDRESS_FACE), CAPTION)
    for place, (page, caption) in enumerate(zip(pages, captions, strict=True)):
        left, above = GAP + place % columns * across, GAP + place // columns * down
        sheet.paste(Image.open(io.BytesIO(page)).convert("RGB").crop((0, top, WIDTH, bottom)), (left, above))
        pen.text((left + WIDTH / 2, above + bottom - top + GAP / 2), caption, INK, face, anchor="ma")
    out = io.BytesIO()
    sheet.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
