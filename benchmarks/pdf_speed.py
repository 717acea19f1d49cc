"""How long a letter takes to become a PDF, beside plain WeasyPrint and fpdf2 on the same words.

Prints `name<TAB>ours<TAB>peer<TAB>ratio`, milliseconds, medians of interleaved runs (ours, peers, ours, peers …) in one
process. The peers draw the same page content as their manuals would: address, text, foot and page number, without
PDF/A, marks, coverage check, address check or fixed bytes.
"""

from __future__ import annotations

import logging
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from html import escape

import weasyprint
from fpdf import FPDF

from rendering import faces, pdf
from rendering.gate import gate
from rendering.layout.page import Letter
from rendering.sample import LETTER

ROUNDS = 15
COUNTS = 40
SENTENCE = (
    "Sevgili Ayşe, bugün İstanbul’da hava çok güzel; Iğdır’dan döndüğümden beri sana yazmak istiyordum. "
    "Çocuklar büyüdü, şimdi okula gidiyorlar ve her akşam öğrendiklerini anlatıyorlar. "
)
CASES = {  # paragraphs that fill the pages
    "one page": 2,
    "four pages": 11,
    "ten pages": 29,
}
PLAIN_CSS = """
@page { size: A4; margin: 25mm 22mm 34mm; @bottom-right { content: counter(page) "/" counter(pages) } }
@page :first { margin-top: 109mm }
body { font: 12pt/18.5pt "Noto Serif"; margin: 0 }
.address { position: absolute; top: -43mm; font: 10pt/13pt "Noto Sans" }
.foot { font: 7pt/9pt "Noto Sans" }
p { margin: 0 0 9pt; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def ours(letter: Letter) -> int:
    return pdf.draw(letter).pages


def ours_gated(letter: Letter) -> int:
    drawn = pdf.draw(letter)
    gate(drawn.pdf, drawn.pages, letter)
    return drawn.pages


def plain_weasyprint(letter: Letter) -> bytes:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in letter.text.split("\n\n"))
    address = "<br>".join(escape(line) for line in (letter.return_line, *letter.addressee))
    page = (
        f"<html lang=tr><body><div class=address>{address}</div>{paragraphs}"
        f"<div class=foot>{escape(letter.footnote)}</div></body></html>"
    )
    drawn: bytes = weasyprint.HTML(string=page).write_pdf(stylesheets=[weasyprint.CSS(string=PLAIN_CSS)])
    return drawn


def fpdf2(letter: Letter) -> bytes:
    paper = FPDF(format="A4")
    paper.set_margins(22, 25, 22)
    paper.set_auto_page_break(True, 34)
    paper.add_font("Serif", "", faces.file_of("Noto Serif"))
    paper.add_font("Sans", "", faces.file_of("Noto Sans"))
    paper.add_page()
    paper.set_font("Sans", size=10)
    paper.set_y(66)
    paper.multi_cell(83, 4.6, "\n".join((letter.return_line, *letter.addressee)), new_x="LMARGIN", new_y="NEXT")
    paper.set_y(109)
    paper.set_font("Serif", size=12)
    for part in letter.text.split("\n\n"):
        paper.multi_cell(0, 6.5, part, align="L", new_x="LMARGIN", new_y="NEXT")
        paper.ln(3)
    paper.set_font("Sans", size=7)
    paper.multi_cell(0, 3.2, letter.footnote)
    return bytes(paper.output())


def interleaved(runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median of each, in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}  # the first run warms up


def after_a_message(added: int) -> tuple[float, float]:
    """Milliseconds, 95th percentile: counting pages where `added` of 12,000 characters are new, and before, where all
    the others are."""
    new, whole = list[float](), list[float]()
    for number in range(COUNTS):
        before, message = (prose(size, number) for size in (12_000 - added, added))
        for took, text in ((whole, before), (new, f"{before}\n\n{message}")):
            start = time.perf_counter()
            pdf.measure(replace(LETTER, text=text))
            took.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(new, n=20)[-1], statistics.quantiles(whole, n=20)[-1]


def prose(size: int, number: int) -> str:
    """Words in paragraphs that no other number has."""
    drawn = random.Random(f"{size} {number}")
    words = SENTENCE.split()
    text = " ".join(drawn.choice(words) + ("\n\n" if not drawn.randrange(60) else "") for _ in range(size // 4))
    return text[:size]


def main() -> int:
    logging.getLogger("fpdf").setLevel(logging.CRITICAL)
    print("name\tours\tpeer\tratio")
    for case, paragraphs in CASES.items():
        letter = replace(LETTER, text="\n\n".join([SENTENCE * 4] * paragraphs))
        took = interleaved(
            {
                "ours": lambda letter=letter: ours(letter),
                "weasyprint": lambda letter=letter: plain_weasyprint(letter),
                "fpdf2": lambda letter=letter: fpdf2(letter),
                "gated": lambda letter=letter: ours_gated(letter),
                "measure": lambda letter=letter: pdf.measure(letter),
            }
        )
        rows = (
            (f"{case}: letter / plain WeasyPrint", took["ours"], took["weasyprint"]),
            (f"{case}: letter / fpdf2", took["ours"], took["fpdf2"]),
            (f"{case}: letter with the gate / plain WeasyPrint", took["gated"], took["weasyprint"]),
            (f"{case}: measuring only / drawing", took["measure"], took["ours"]),
        )
        for name, mine, peer in rows:
            print(f"{name}\t{mine:.1f}\t{peer:.1f}\t{mine / peer:.2f}")
    for added in (1_500, 4_096):
        new, whole = after_a_message(added)
        name = f"counting pages after a message of {added:,} in 12,000 characters / of what was before, p95"
        print(f"{name}\t{new:.1f}\t{whole:.1f}\t{new / whole:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
