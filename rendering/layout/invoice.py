"""An invoice as a page to read: who sells, who buys, what, for how much; A4, in the face of the addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from rendering import faces
from rendering.layout.geometry import MARGIN_SIDE, PAGE_HEIGHT, PAGE_WIDTH

__all__ = ["CSS", "Block", "InvoicePage", "html"]

# Names are anybody's: these characters would end the page or hang its layout (checks.survivable names the same).
_HARMFUL = re.compile(r"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, the name below it, and the lines below that."""

    heading: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Everything is said already, amounts too. facts: label and value. rows: what was sold, as `columns` say it; the
    first column is words, the others are numbers. sums: label and amount, the last one is what was paid."""

    language: str
    title: str
    facts: tuple[tuple[str, str], ...]
    seller: Block
    buyer: Block
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


CSS = f"""
@page {{ size: {PAGE_WIDTH}mm {PAGE_HEIGHT}mm; margin: 22mm {MARGIN_SIDE}mm 20mm;
  @bottom-right {{ content: counter(page) "/" counter(pages); font: 8pt {faces.ADDRESS_FAMILIES}; color: #666 }} }}
body {{ font: 9.5pt/14pt {faces.ADDRESS_FAMILIES}; font-variant-ligatures: no-common-ligatures; color: #1a1a1a }}
h1 {{ font-size: 22pt; line-height: 26pt; font-weight: 300; letter-spacing: .02em; margin: 0 }}
header {{ border-bottom: .6pt solid #1a1a1a; padding-bottom: 5mm; margin-bottom: 8mm }}
header, .parties {{ display: flex; justify-content: space-between }}
dl {{ margin: 0; width: 108mm; display: grid; grid-template-columns: 1fr 66mm; column-gap: 4mm }}
dl {{ font-size: 8.5pt; line-height: 12.5pt }}
dt {{ color: #666; text-align: right }}
dd {{ margin: 0; overflow-wrap: anywhere }}
.parties section {{ width: 47% }}
h2 {{ font-size: 8pt; line-height: 12pt; font-weight: 400; color: #666; margin: 0 0 1mm }}
section b {{ display: block; font-weight: 600; margin-bottom: .5mm }}
p {{ margin: 0; overflow-wrap: anywhere; unicode-bidi: plaintext }}
table {{ width: 100%; border-collapse: collapse; margin-top: 11mm; font-variant-numeric: tabular-nums }}
th {{ font-size: 8pt; font-weight: 400; color: #666; white-space: nowrap }}
th {{ border-bottom: .6pt solid #1a1a1a; padding: 0 0 1.5mm 4mm }}
td {{ padding: 2.2mm 0 2.2mm 4mm; border-bottom: .3pt solid #bbb; vertical-align: top; white-space: nowrap }}
th, td {{ text-align: right }}
th:first-child, td:first-child {{ text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere }}
tr {{ break-inside: avoid }}
.sums {{ width: 78mm; margin: 4mm 0 0 auto }}
.sums td {{ border: 0; padding: .8mm 0 }}
.sums tr:last-child td {{ border-top: .6pt solid #1a1a1a; padding-top: 2mm; font-weight: 600; font-size: 11pt }}
footer {{ margin-top: 14mm; font-size: 8pt; line-height: 12pt; color: #666 }}
"""


def html(page: InvoicePage) -> str:
    """The page; nothing in it is markup but ours."""
    facts = "".join(f"<dt>{_said(label)}</dt><dd>{_said(value)}</dd>" for label, value in page.facts)
    head = "".join(f"<th>{_said(column)}</th>" for column in page.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{_said(cell)}</td>' for cell in row)}</tr>" for row in page.rows)
    sums = "".join(f"<tr><td>{_said(label)}</td><td>{_said(amount)}</td></tr>" for label, amount in page.sums)
    notes = "".join(f"<p>{_said(note)}</p>" for note in page.notes)
    return (
        f'<html lang="{escape(page.language)}"><head><title>{_said(page.title)}</title></head><body>'
        f"<header><h1>{_said(page.title)}</h1><dl>{facts}</dl></header>"
        f'<div class="parties">{_block(page.seller)}{_block(page.buyer)}</div>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<table class="sums"><tbody>{sums}</tbody></table><footer>{notes}</footer></body></html>'
    )


def _block(block: Block) -> str:
    lines = "".join(f"<p>{_said(line)}</p>" for line in block.lines)
    return f"<section><h2>{_said(block.heading)}</h2><b>{_said(block.name)}</b>{lines}</section>"


def _said(words: str) -> str:
    return escape(_HARMFUL.sub("\N{REPLACEMENT CHARACTER}", words))
