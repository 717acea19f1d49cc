"""A slash command as people type it: in any case, with Turkish letters, with a bot's name, in a text or a caption."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flows.words.invisible import answered

__all__ = ["Slash", "slash"]

_HEAD = 128
"""Characters that are composed: of a name only, because a hundred thousand accents take long to sort."""
_COMMAND = re.compile(
    r"/(?P<name>[^\W\d_][\w\u0300-\u036f]{0,63})"  # twice as long as a command can be (Bot API, BotCommand)
    r"(?:@(?P<bot>\w+))?"
    r"[.,:;!?…]*(?!\S)"  # a dot or a colon after it is no part of it; a suffix makes it a word of a sentence
    r"(?P<words>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Slash:
    """name: as typed, without the slash; flows.words.turkish.fold compares it. bot: whom it names, "" for nobody.

    words: what follows, with its lines.
    """

    name: str
    bot: str
    words: str


def slash(typed: str) -> Slash | None:
    """None for anything else: "/2", "/home/me", "ve/veya /iptal", "/iptal'e bastım".

    Telegram marks only Latin letters as a command ("/yard" of "/yardım"), so the words are read and not its marks.
    """
    begun = answered(typed).strip()
    if not begun.startswith("/"):
        return None
    found = _COMMAND.fullmatch(unicodedata.normalize("NFC", begun[:_HEAD]) + begun[_HEAD:])
    return Slash(found["name"], found["bot"] or "", found["words"].strip()) if found else None
