"""Draws a sample letter: `python -m rendering.sample OUT.png` makes the picture a reader of the README sees."""

from __future__ import annotations

import sys
from pathlib import Path

from rendering.images.pictures import pictures
from rendering.layout.page import Letter
from rendering.pdf import draw

__all__ = ["LETTER", "main"]

_TEXT = """Canım anneannem,

Sardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum; ıhlamurlar da çiçeklendi, \
sokak baştan başa senin bahçen gibi kokuyor.

Geçen hafta İstanbul’a döndük. Çocuklar büyüdü; Elif okumayı söktü, sana ilk mektubunu kendi yazmak istiyor. \
Iğdır’dan getirdiğimiz kayısıları reçel yaptım, tarifini kâğıda döktüğün gibi: ağır ateşte, sabırla.

Bayramda yanındayız. Mavi sandalyeyi pencerenin önüne koy, uzun uzun konuşacağız.

Ellerinden öperim,
Işıl ❤️"""

LETTER = Letter(
    letter_id="L-7Q2M4K",
    piece_id="7Q2M4KXD",
    language="tr",
    text=_TEXT,
    addressee=("Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12 D: 5", "34710 Kadıköy/İSTANBUL"),
    return_line="MektupX · Örnek Mah. Posta Sok. No: 1 · 34000 Fatih/İSTANBUL",
    footnote=(
        "Bu mektubu size MektupX aracılığıyla bir yakınınız gönderdi. Adınız ve adresiniz yalnızca teslim için "
        "işlendi, baskıdan sonra silindi. Haklarınız (KVKK m. 11) ve bir daha mektup almamak için: "
        "mektupx.example/alici"
    ),
    serial=123,
)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m rendering.sample OUT.png\n")
        return 2
    Path(arguments[0]).write_bytes(pictures(draw(LETTER).pdf, width=1240)[0])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
