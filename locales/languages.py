"""The languages a person can choose between, and which of them Telegram's `language_code` means."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFAULT", "LANGUAGES", "pick"]

LANGUAGES: Final = ("tr", "en")
"""The allow-list: no other name ever becomes part of a path. A new language is one folder and one entry here."""

DEFAULT: Final = "tr"


def pick(language_code: str | None) -> str:
    """The supported language nearest to an IETF tag such as "en-US"; Turkish where we have no better knowledge."""
    primary = (language_code or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else DEFAULT
