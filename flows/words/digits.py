"""Digits as ASCII, whatever script a keyboard typed them in."""

from __future__ import annotations

import unicodedata

__all__ = ["ascii_digits"]


def ascii_digits(typed: str) -> str:
    """Every decimal digit as 0-9: "٠٥٣٢" and "０５３２" -> "0532"; all other characters stay."""
    if typed.isascii():
        return typed
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in typed)
