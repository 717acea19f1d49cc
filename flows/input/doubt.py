"""A message that may not belong to the letter: it waits beside it until the sender has said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Doubt", "Reason"]


class Reason(StrEnum):
    """Why a message is asked about, and so what "no" means."""

    WORD = "word"  # looks like a word to us
    DONE = "done"  # … and says that the letter is finished
    BACK = "back"
    LEAVE = "leave"
    COMMAND = "command"  # begins with a slash, and is no command of ours
    FORWARDED = "forwarded"
    CAPTION = "caption"  # stands under something that cannot be printed
    DESK = "desk"  # follows a question to the support desk, or replies to a message of ours


@dataclass(frozen=True, slots=True)
class Doubt:
    """`words` as `clean` returned them. line: the one line in doubt, "" for all of it. second: when it was written, in
    seconds since 1970; 0 if unknown."""

    message: int
    words: str
    reason: Reason
    line: str = ""
    second: int = 0

    @property
    def asked(self) -> str:
        """What is asked about: the line, or all of it."""
        return self.line or self.words

    @property
    def rest(self) -> str:
        """What is part of the letter in any case: the other lines."""
        if not self.line:
            return ""
        last = self.words.rstrip().endswith(self.line.rstrip())
        before, _, after = self.words.rpartition(self.line) if last else self.words.partition(self.line)
        return (before + after).strip("\n")
