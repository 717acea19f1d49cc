"""A message that may not belong to the letter: it waits beside it until the sender has said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.words.styles import Styled, Styles

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
    """`words` as `clean` returned them, styles: how they are set. line: the one line in doubt, "" for all of it.
    second: when it was written, in seconds since 1970; 0 if unknown."""

    message: int
    words: str
    reason: Reason
    line: str = ""
    second: int = 0
    styles: Styles = ()

    @property
    def asked(self) -> str:
        """What is asked about: the line, or all of it."""
        return self.line or self.words

    @property
    def styled(self) -> Styled:
        """The whole message, and how it is set."""
        return Styled(self.words, self.styles)

    @property
    def rest(self) -> str:
        """What is part of the letter in any case: the other lines."""
        return self.styled_rest.words

    @property
    def styled_rest(self) -> Styled:
        """The other lines, and how they are set."""
        if not self.line:
            return Styled("")
        last = self.words.rstrip().endswith(self.line.rstrip())
        start = self.words.rfind(self.line) if last else self.words.find(self.line)
        whole = self.styled if start < 0 else self.styled.cut(0, start) + self.styled.cut(start + len(self.line))
        return whole.strip("\n")
