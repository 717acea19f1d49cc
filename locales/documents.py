"""The four documents a sender reads before paying: notice, policy, pre-information form, distance sales contract.

Each is one text file per language with its version and date on top. What was shown is provable later: the hash is that
of the filled text. The operator's counsel confirms every document before the service goes live.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from flows.words.split import split
from locales.languages import LANGUAGES
from locales.loading import ROOT
from locales.speech import NAME, names_in

__all__ = ["DOCUMENTS", "Document", "DocumentError", "document", "placeholders"]

DOCUMENTS: Final = ("notice", "policy", "preinfo", "contract")

_HEADER: Final = re.compile(r"version: (?P<version>[0-9.]+)\ndate: (?P<date>[0-9-]{10})\n(?:note: [^\n]*\n)*\n")


class DocumentError(Exception):
    """A document that cannot be shown; the operator reads which one and what it lacks."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the sender reads it, with what the proof of reading records."""

    name: str
    language: str
    version: str
    dated: date
    text: str

    @property
    def sha256(self) -> str:
        """The fingerprint of exactly these words."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def parts(self, limit: int = 4000) -> tuple[str, ...]:
        """The text in messages of at most `limit` UTF-16 units (Telegram refuses 4097), cut between paragraphs."""
        return tuple(split(self.text, limit))


def document(name: str, language: str, values: Mapping[str, str]) -> Document:
    """A document filled for one seller and, where it is about an order, for one order; further values are ignored."""
    source = _source(name, language)
    wanted = names_in(source.text)
    missing = sorted(field for field in wanted if not values.get(field, "").strip())
    if missing:
        raise DocumentError(f"The document {name!r} in {language!r} still needs: {', '.join(missing)}.")
    filled = NAME.sub(lambda found: values[found[1]], source.text)
    return Document(name, language, source.version, source.dated, filled)


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
    return Document(name, language, header["version"], dated, content[header.end() :].strip())
