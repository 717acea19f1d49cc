"""Name, e-mail address and telephone number told apart where somebody writes them in one message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.words.digits import ascii_digits

__all__ = ["Introduction", "introduced"]

_MAIL = re.compile(r"[^\s,;<>]+@(?:[^\s,;<>.]+[,;](?:com|net|org|edu|gov)(?:\.\w+)?(?!\w)|[^\s,;<>]+)", re.IGNORECASE)
"""A comma may have been meant as its dot: "isil@gmail,com"."""
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d")
FEWEST_DIGITS = 7
_BETWEEN = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True)
class Introduction:
    """The parts as they were typed, "" for what is missing; nothing is judged here."""

    name: str = ""
    email: str = ""
    phone: str = ""


def introduced(typed: str) -> Introduction:
    """``Işıl İnci, isil@example.com, 0532 123 45 67`` in any order; what is neither mail nor number is the name.

    Two addresses or two numbers stay in the name, which is then refused: nobody chooses for the sender.
    """
    mails = _MAIL.findall(typed)
    if len(mails) > 1:
        return Introduction(typed)
    rest = typed.replace(mails[0], ",") if mails else typed
    phones = [found for found in _PHONE.findall(ascii_digits(rest)) if sum(map(str.isdigit, found)) >= FEWEST_DIGITS]
    if len(phones) > 1:
        return Introduction(typed)
    if phones:
        start = ascii_digits(rest).index(phones[0])
        rest = f"{rest[:start]},{rest[start + len(phones[0]) :]}"
    words = " ".join(part.strip() for part in _BETWEEN.split(rest) if part.strip())
    return Introduction(words, mails[0] if mails else "", phones[0].strip() if phones else "")
