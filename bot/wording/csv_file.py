"""A table as a CSV file (RFC 4180) that a spreadsheet shows and never calculates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

__all__ = ["csv_file", "inert"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_file(rows: Iterable[Iterable[str]]) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    return table.getvalue().encode()


def inert(cell: str) -> str:
    """A cell that a spreadsheet would calculate begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
