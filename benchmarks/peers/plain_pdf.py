"""The peers that draw letters, in a process of their own, because ours puts its own functions into its WeasyPrint.

Reads one letter a line, as JSON with the name of the peer; answers with milliseconds of CPU time, "none" without it.
Typst is no dependency, because its wheel has 34 MB: whoever installs `typst` beside us sees its rows.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import weasyprint
from fpdf import FPDF

Letter = Mapping[str, Any]

PLAIN_CSS = """
@page { size: A4; margin: 25mm 22mm 34mm; @bottom-right { content: counter(page) "/" counter(pages) } }
@page :first { margin-top: 109mm }
body { font: 12pt/18.5pt "Noto Serif"; margin: 0 }
.address { position: absolute; top: -43mm; font: 10pt/13pt "Noto Sans" }
.foot { font: 7pt/9pt "Noto Sans" }
p { margin: 0 0 9pt; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def plain_weasyprint(letter: Letter) -> bytes:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in letter["text"].split("\n\n"))
    address = "<br>".join(escape(line) for line in (letter["return_line"], *letter["addressee"]))
    page = (
        f"<html lang=tr><body><div class=address>{address}</div>{paragraphs}"
        f"<div class=foot>{escape(letter['footnote'])}</div></body></html>"
    )
    drawn: bytes = weasyprint.HTML(string=page).write_pdf(stylesheets=[weasyprint.CSS(string=PLAIN_CSS)])
    return drawn


def fpdf2(letter: Letter) -> bytes:
    paper = FPDF(format="A4")
    paper.set_margins(22, 25, 22)
    paper.set_auto_page_break(True, 34)
    paper.add_font("Serif", "", letter["serif"])
    paper.add_font("Sans", "", letter["sans"])
    paper.add_page()
    paper.set_font("Sans", size=10)
    paper.set_y(66)
    paper.multi_cell(83, 4.6, "\n".join((letter["return_line"], *letter["addressee"])), new_x="LMARGIN", new_y="NEXT")
    paper.set_y(109)
    paper.set_font("Serif", size=12)
    for part in letter["text"].split("\n\n"):
        paper.multi_cell(0, 6.5, part, align="L", new_x="LMARGIN", new_y="NEXT")
        paper.ln(3)
    paper.set_font("Sans", size=7)
    paper.multi_cell(0, 3.2, letter["footnote"])
    return bytes(paper.output())


def typst(letter: Letter) -> bytes:
    """Its compiler is kept warm, as a service would keep it."""
    lines = "\n".join((letter["return_line"], *letter["addressee"]))
    page = (
        '#set page(paper: "a4", margin: (x: 22mm, top: 25mm, bottom: 34mm), numbering: "1/1")\n'
        '#set text(font: "Noto Serif", size: 12pt, lang: "tr")\n#set par(leading: 6.5pt, spacing: 15.5pt)\n'
        '#place(top, dy: 41mm, text(font: "Noto Sans", size: 10pt, sys.inputs.address))\n#v(84mm)\n'
        '#for part in sys.inputs.text.split("\\n\\n") { par(part) }\n'
        '#text(font: "Noto Sans", size: 7pt, sys.inputs.foot)\n'
    )
    words = {"address": lines, "text": letter["text"], "foot": letter["footnote"]}
    folders = {str(Path(letter[face]).parent) for face in ("serif", "sans")}
    drawn: bytes = _typst_compiler(*sorted(folders)).compile(page.encode(), sys_inputs=words)
    return drawn


@lru_cache(maxsize=1)
def _typst_compiler(*folders: str) -> Any:
    return importlib.import_module("typst").Compiler(font_paths=list(folders), ignore_system_fonts=True)


PEERS: Mapping[str, Callable[[Letter], bytes]] = {"weasyprint": plain_weasyprint, "fpdf2": fpdf2, "typst": typst}


def main() -> int:
    logging.getLogger("fpdf").setLevel(logging.CRITICAL)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if not importlib.util.find_spec(asked["peer"].replace("fpdf2", "fpdf")):
            print("none", flush=True)
            continue
        gc.collect()
        start = time.process_time()
        PEERS[asked["peer"]](asked)
        print((time.process_time() - start) * 1000, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
