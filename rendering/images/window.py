"""A picture of what the window of each envelope shows of a letter, and of a packet that is enveloped by hand."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageDraw

from rendering.layout.envelopes import LAYOUTS, PACKET, Envelope, Side
from rendering.layout.geometry import MM, Rectangle

__all__ = ["window"]

DOTS = 4  # for each millimetre: a chat shows some 1,280 pixels, an envelope is 229 mm wide
GAP = 8.0  # millimetres around an envelope
ROUND = 3.0  # the corners of a window
DESK, PAPER, EDGE = (214, 209, 202), (246, 243, 236), (150, 142, 132)


def window(content: bytes, layout: str) -> bytes:
    """PNG; the sheet lies in the middle of each envelope."""
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[0].render(scale=DOTS / MM).to_pil().convert("RGB")
    finally:
        document.close()
    wanted = LAYOUTS[layout]
    shown = [_envelope(sheet, one, wanted.side) for one in wanted.envelopes] or [_packet(sheet)]
    gap = round(GAP * DOTS)
    width = max(picture.width for picture in shown) + 2 * gap
    desk = Image.new("RGB", (width, sum(picture.height + gap for picture in shown) + gap), DESK)
    top = gap
    for picture in shown:
        desk.paste(picture, ((width - picture.width) // 2, top))
        top += picture.height + gap
    out = io.BytesIO()
    desk.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _envelope(sheet: Image.Image, envelope: Envelope, side: Side) -> Image.Image:
    front = Image.new("RGB", (round(envelope.width * DOTS), round(envelope.height * DOTS)), PAPER)
    across, down = (round(play / 2 * DOTS) for play in envelope.play)
    lying = Image.new("RGB", front.size, PAPER)
    lying.paste(_packet(sheet), (across, down))
    hole = Image.new("L", front.size, 0)
    ImageDraw.Draw(hole).rounded_rectangle(_dots(envelope.window(side)), round(ROUND * DOTS), 255)
    front.paste(lying, (0, 0), hole)
    ImageDraw.Draw(front).rounded_rectangle(_dots(envelope.window(side)), round(ROUND * DOTS), outline=EDGE, width=2)
    return front


def _packet(sheet: Image.Image) -> Image.Image:
    """The upper third of page 1, which lies in front after a letter fold."""
    return sheet.crop(_dots(Rectangle(0, 0, *PACKET)))


def _dots(place: Rectangle) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * DOTS) for edge in (place.left, place.top, place.right, place.bottom))
    return left, top, right, bottom
