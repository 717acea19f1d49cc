"""A plain page to read: headings, and below each what is held, a line for each; the answer to a request of access."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from rendering import faces
from rendering.layout.geometry import MARGIN_SIDE, PAGE_HEIGHT, PAGE_WIDTH

__all__ = ["CSS", "Report", "Section", "html"]

# A letter may hold any character; these would end the page or hang its layout (checks.survivable names the same).
_HARMFUL = re.compile(r"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
MOST = 20_000  # characters of one value: layout takes 7 ms a thousand; the JSON file beside it is never cut


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and rows of a label and its value."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A document of its own. language: BCP 47. cut: said where a value is longer than a page should hold."""

    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    cut: str = "…"


CSS = f"""
@page {{ size: {PAGE_WIDTH}mm {PAGE_HEIGHT}mm; margin: 20mm {MARGIN_SIDE}mm;
  @bottom-right {{ content: counter(page) "/" counter(pages); font: 8pt {faces.ADDRESS_FAMILIES} }} }}
body {{ font: 10pt/14pt {faces.ADDRESS_FAMILIES}; font-variant-ligatures: no-common-ligatures }}
h1 {{ font-size: 16pt; line-height: 20pt }}
h2 {{ font-size: 12pt; margin: 5mm 0 1mm; break-after: avoid }}
p {{ margin: 0 0 1mm; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext }}
b {{ font-weight: 600 }}
"""


def html(told: Report) -> str:
    """The page; nothing in it is markup but ours."""
    parts = [f'<html lang="{escape(told.language)}"><head><title>{_said(told.title)}</title></head><body>']
    parts.append(f"<h1>{_said(told.title)}</h1><p>{_said(told.lead)}</p>")
    for section in told.sections:
        parts.append(f"<h2>{_said(section.heading)}</h2>")
        parts += [f"<p><b>{_said(label)}:</b> {_said(_short(value, told.cut))}</p>" for label, value in section.rows]
    return "".join((*parts, "</body></html>"))


def _said(words: str) -> str:
    return escape(_HARMFUL.sub("\N{REPLACEMENT CHARACTER}", words))


def _short(value: str, cut: str) -> str:
    return value if len(value) <= MOST else f"{value[:MOST]} {cut}"
