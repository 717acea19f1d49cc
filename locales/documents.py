"""The four documents a sender reads before paying: notice, policy, pre-information form, distance sales contract.

Each is one text file per language with its version and date on top. What was shown is provable later: the hash is that
of the filled text. `archive/` keeps the words of every version that anybody can have accepted. The operator's counsel
confirms every document before the service goes live.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from flows.core.documents import Document
from locales.languages import LANGUAGES
from locales.loading import ROOT
from locales.speech import NAME, names_in

__all__ = ["DOCUMENTS", "OPTIONAL", "Document", "DocumentError", "document", "placeholders"]

DOCUMENTS: Final = ("notice", "policy", "preinfo", "contract")
OPTIONAL: Final = frozenset({"kep", "tax_office", "tax_number", "list_price", "discount"})
"""What not every seller file has (bot/base/setting_types.py), and not every order."""

_HEADER: Final = re.compile(r"version: (?P<version>[0-9.]+)\ndate: (?P<date>[0-9-]{10})\n(?:note: [^\n]*\n)*\n")


class DocumentError(Exception):
    """A document that cannot be shown; the operator reads which one and what it lacks."""


def document(name: str, language: str, values: Mapping[str, str], apart: Collection[str] = ()) -> Document:
    """A document filled for one seller and, where it is about an order, for one order; further values are ignored.

    apart: names whose values become pieces of their own.
    """
    source = _source(name, language)
    words = _without_empty_lines(source.text, values)
    missing = sorted(field for field in names_in(words) if not values.get(field, "").strip())
    if missing:
        raise DocumentError(f"The document {name!r} in {language!r} still needs: {', '.join(missing)}.")
    pieces, names, at = [""], [], 0
    for place in NAME.finditer(words):
        pieces[-1] += words[at : place.start()]
        at = place.end()
        if place[1] in apart:
            pieces += [values[place[1]], ""]
            names.append(place[1])
        else:
            pieces[-1] += values[place[1]]
    pieces[-1] += words[at:]
    return Document(name, language, source.version, source.dated, tuple(pieces), tuple(names))


def _without_empty_lines(words: str, values: Mapping[str, str]) -> str:
    """A line about something that this seller, or this order, does not have is left out."""
    empty = {field for field in OPTIONAL if not values.get(field, "").strip()}
    return "\n".join(line for line in words.split("\n") if names_in(line).isdisjoint(empty))


def placeholders(name: str, language: str) -> frozenset[str]:
    """The values a document asks for."""
    return names_in(_source(name, language).text)


@cache
def _source(name: str, language: str) -> Document:
    if name not in DOCUMENTS or language not in LANGUAGES:
        raise DocumentError(f"There is no document {name!r} in {language!r}.")
    return _parse(name, language, ROOT / language / "documents" / f"{name}.md")


def _parse(name: str, language: str, path: Path) -> Document:
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"The document {name!r} in {language!r} cannot be read.") from error
    header = _HEADER.match(content)
    if header is None:
        raise DocumentError(f"The document {name!r} in {language!r} does not begin with its version and date.")
    dated = date.fromisoformat(header["date"])
    return Document(name, language, header["version"], dated, (content[header.end() :].strip(),))
