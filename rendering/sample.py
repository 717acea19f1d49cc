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
        "Bu mektup MektupX ile gönderildi. Veri sorumlusu: Örnek Mektup Ltd. Şti. Adınızı ve adresinizi mektubu "
        "gönderen kişi bize Telegram’da yazdı; bunları yalnızca mektubu size ulaştırmak için işliyoruz (meşru "
        "menfaat, KVKK m.5/2-f). Yalnızca Telegram’dan (yurt dışı) geçer, baskıyı ve teslimi yapanlara, yasa "
        "gerektirirse yetkili makamlara verilir. Teslim sonuçlanınca siliyoruz; gönderen kaydettiyse o silene "
        "kadar durur. Bilgi almak, düzeltme, silme ya da itiraz için (KVKK m.11): kvkk@mektupx.example"
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
