"""A sender chooses the paper from one picture of all of them, in the order of the buttons, each with its name."""

from __future__ import annotations

import io
from itertools import pairwise

from PIL import Image, ImageChops

from rendering import choice, pdf
from rendering.drawn import Drawn
from rendering.images.pictures import pictures
from rendering.layout.page import Letter


class Table:
    """A pool that draws at once."""

    async def draw(self, letter: Letter) -> Drawn:
        return pdf.draw(letter)

    async def pictures(self, content: bytes, width: int, most: int) -> tuple[bytes, ...]:
        return pictures(content, width, most)


async def test_all_papers_stand_in_one_picture_with_the_names_of_their_buttons() -> None:
    named = {"klasik": "Klasik", "yas": "Taziye", "iri": "Büyük yazı", "daktilo": "Daktilo"}
    sheet = await drawn(named)
    unnamed = await drawn(dict.fromkeys(named, ""))
    across, down = choice.WIDTH + choice.GAP, (sheet.height - choice.GAP) // 2  # three in a row, and a second row
    assert sheet.width == 3 * across + choice.GAP
    captions = ImageChops.difference(sheet, unnamed).getbbox()
    cells = [sheet.crop((x * across, y * down, (x + 1) * across, (y + 1) * down)) for y in (0, 1) for x in (0, 1, 2)]
    assert captions is not None
    assert all(ImageChops.difference(one, other).getbbox() for one, other in pairwise(cells[:4]))
    assert not {pixel for _, pixel in cells[5].getcolors()} & {(255, 255, 255)}  # no sixth paper


async def drawn(captions: dict[str, str]) -> Image.Image:
    content = await choice.papers_side_by_side(Table(), captions)  # type: ignore[arg-type]
    return Image.open(io.BytesIO(content)).convert("RGB")
