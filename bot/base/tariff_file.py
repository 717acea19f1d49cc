"""The operator's tariff file, read as bytes and refused in a sentence; without one, the tariff that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import Tariff, default_tariff, read_tariff, sheets_of, weight_grams

__all__ = ["LARGEST", "tariff_from"]

LARGEST: Final = 1_000_000
"""Bytes; a tariff of many years with a thousand codes has a tenth of it."""


def tariff_from(file: Path | None) -> Tariff:
    """Errors: ValueError with a sentence that names the field and the remedy; OSError."""
    if file is None:
        return default_tariff()
    with file.open("rb") as opened:
        held = opened.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise ValueError(f"The tariff file is larger than {LARGEST} bytes; is it the right file?")
    try:
        written = held.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("The tariff file is not UTF-8 text; save it as UTF-8.") from error
    tariff = read_tariff(written)
    _weighs_enough(tariff)
    return tariff


def _weighs_enough(tariff: Tariff) -> None:
    """The longest letter has a price in each period, or its sender would meet a mistake of ours."""
    grams = weight_grams(sheets_of(PAGE_LIMIT), tariff.paper)
    for prices in tariff.prices:
        heaviest = prices.steps[-1][0]
        if heaviest < grams:
            raise ValueError(
                f"[[prices]] from {prices.valid_from}: the heaviest step is {heaviest} g, but a letter of {PAGE_LIMIT}"
                f" pages weighs {grams} g. Add a [[prices.steps]] for it."
            )
