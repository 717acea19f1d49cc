"""Looks for words in everything a service keeps: each table, unsealed as far as a key exists, and each file."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from sqlalchemy import Connection, select

from storage.database.tables import metadata
from storage.keys.vault import Broken, KeyGone, Vault

__all__ = ["Hits", "in_files", "in_tables", "spoken"]

Hits = dict[str, set[str]]
"""Where -> the names of the words that were found there."""

INFLATED = 2**22  # bytes of one compressed stream that are looked at


def spoken(words: str) -> str:
    """Text as it is compared: composed, white space as one space."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def in_tables(conn: Connection, vault: Vault, wanted: Mapping[str, str]) -> Hits:
    """wanted: name -> words. What is sealed is opened first; what nobody can open any more holds nothing."""
    vault.keyring.refresh()
    found: Hits = {}
    for name, table in metadata.tables.items():
        for row in conn.execute(select(table)).all():
            said = spoken(" ".join(_values(vault, name, row)))
            if hits := {word for word, words in wanted.items() if spoken(words) in said}:
                found.setdefault(name, set()).update(hits)
    return found


def _values(vault: Vault, table: str, row: Any) -> Iterator[str]:
    plain = {column: value for column, value in row._mapping.items() if value is not None}
    marks = {str(value) for value in plain.values() if isinstance(value, str | int)}
    for column, value in plain.items():
        if isinstance(value, str | int):
            yield str(value)
        else:
            yield _readable(_opened(vault, table, column, marks, bytes(value)))


def _opened(vault: Vault, table: str, column: str, marks: set[str], value: bytes) -> bytes:
    """The plain bytes; the raw ones where it is no seal. A seal is bound to its table, column and row
    (storage.keys.vault): any value of the row may name it, and a letter's PDF keeps the seal of the preview."""
    for place, part in ((table, column), ("letter", "pdf")):
        for mark in marks:
            try:
                return vault.open(value, table=place, column=part, row=mark)
            except Broken:
                continue
            except KeyGone:
                return b""
    return value


def _readable(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return _printed(content)
    return content.decode("utf-8", "replace")


def _printed(content: bytes) -> str:
    """The words on the pages of a PDF, which are drawn by the numbers of their letters."""
    try:
        document = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    except pypdfium2.PdfiumError:
        return ""


def in_files(folder: Path, wanted: Mapping[str, str]) -> Hits:
    """File -> names of the words it holds: as they are, compressed, in other encodings, or drawn on a page."""
    found: Hits = {}
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            content = file.read_bytes()
        except OSError:  # a journal that ended in this very moment
            continue
        printed = spoken(_printed(content)) if content.startswith(b"%PDF") else ""
        held = _inflated(content)
        hits = {
            name
            for name, words in wanted.items()
            if any(form in held for form in _forms(words)) or spoken(words) in printed
        }
        if hits:
            found[str(file.relative_to(folder))] = hits
    return found


def _forms(words: str) -> set[bytes]:
    """How words may stand in a file: encodings, composed or not, escaped as JSON does."""
    shapes = {words, words.casefold(), words.upper(), unicodedata.normalize("NFD", words)}
    shapes |= {words.encode("ascii", "backslashreplace").decode()}
    return {shape.encode(code) for shape in shapes for code in ("utf-8", "utf-16-le", "utf-16-be")}


def _inflated(content: bytes) -> bytes:
    """The bytes, and whatever zlib stream begins anywhere in them."""
    found = [content]
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            found.append(zlib.decompressobj().decompress(content[start.start() :], INFLATED))
        except zlib.error:
            continue
    return b"\0".join(found)
