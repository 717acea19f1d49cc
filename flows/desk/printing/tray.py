"""The print room's scans as they are handed in to the staff bot (/tepsi): what was taken, what was refused, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from flows.core.state import State, Turn
from flows.desk.base.effects import LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.turns import does
from flows.desk.base.wording import STATES, named
from flows.order.scans import BESIDE, Answer, ScanOutcome
from flows.words.text import Count, Lines, Text, Verbatim, text
from flows.words.turkish import fold

__all__ = [
    "HOW_BY_HAND",
    "LARGEST",
    "MOST",
    "NAMES",
    "NOT_READ",
    "NOT_UTF8",
    "TOO_LARGE",
    "TOO_LONG",
    "UNMARKED",
    "WORDS",
    "answered",
    "content",
    "kind",
    "letters",
    "tray",
]

NAMES: Final = ("tepsi", "tray")
"""The command's names; with either in its caption a file is handed in."""
LARGEST: Final = 1_000_000  # bytes of a file: a day of a large print room is some hundred kilobytes
MOST: Final = 20_000  # lines of a file: each is looked up, while senders wait to be served
PART: Final = 15  # sentences of a message: with the names they repeat they stay below 4096 characters (Bot API)
PARTS: Final = 3

WORDS: Mapping[str, tuple[str, str]] = {
    "printed": ("basildi", "printed"),
    "spoiled": ("bozuldu", "spoiled"),
    "posted": ("gonderildi", "posted"),
    "returned": ("dondu", "returned"),
    "destroyed": ("imha", "destroyed"),
}
"""flows.order.scans.KINDS as they are typed, in Turkish and English."""


class OnPaper(Protocol):
    """A letter the print room owes a scan, without a name."""

    @property
    def number(self) -> str: ...
    @property
    def piece(self) -> str: ...
    @property
    def pages(self) -> int: ...
    @property
    def state(self) -> State: ...
    @property
    def since(self) -> datetime: ...
    @property
    def by_hand(self) -> bool: ...


UNMARKED = text("tray", "no marks, match it by hand")
HOW_BY_HAND = text(
    "tray",
    "A letter without marks is printed alone. Count its sheets, close its envelope before the next letter is printed,"
    " then hand it in by its order number.",
)
"""Where no mark tells the sheets of two letters apart, a clerk does (docs/print-room.md, "Letters without marks")."""

TOO_LARGE = text(
    "tray", "The file is too large: {limit} KB at most. Please hand it in in parts.", limit=LARGEST // 1000
)
TOO_LONG = text("tray", "The file has too many lines: {limit} at most. Please hand it in in parts.", limit=MOST)
NOT_UTF8 = text("tray", "The file is no text in UTF-8. Please save it as CSV (UTF-8) and send it again.")
NOT_READ = text("tray", "The file could not be fetched from Telegram. Please send it again.")


def kind(asked: Asked) -> str:
    """Which kind of scan is meant; "" for none."""
    first = (asked.words.split() or [""])[0]
    return next((key for key, words in WORDS.items() if fold(first) in words), "")


def content(asked: Asked) -> str:
    """The lines after the command as a file of scans: in a chat a blank may stand where a file has a semicolon. Where
    nothing stands beside a letter, each word is a letter."""
    rest = "".join(asked.words.split(maxsplit=1)[1:])
    if kind(asked) not in BESIDE:
        return "\n".join(letters(rest))
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    if any(sign in line for line in lines for sign in ";,\t"):
        return "\n".join(lines)
    return "\n".join(";".join(line.split(maxsplit=1)) for line in lines)


def letters(words: str) -> list[str]:
    """Letters one after another, however they are divided; a number keeps the blank that a keyboard put into it."""
    return [
        word for word in re.split(r"[,;\s]+", re.sub(r"\b(MX)\s+(?=\d)", r"\1", words, flags=re.IGNORECASE)) if word
    ]


# Deciding -------------------------------------------------------------------------------------------------------------


def tray(asked: Asked, facts: Sequence[OnPaper]) -> Turn[None]:
    """/tepsi: what lies in the tray; with a kind, what became of the scans that stood in the message or its file."""
    found = kind(asked)
    if not asked.words.strip() and not asked.file:
        return does(*(_say(asked, part) for part in _listed(facts, asked.private)))
    if not found or not asked.answers:
        return does(_say(asked, _how(asked)))
    count = Counter(answer.outcome for answer in asked.answers)
    noted, again, refused = (count[outcome] for outcome in (ScanOutcome.NOTED, ScanOutcome.AGAIN, ScanOutcome.REFUSED))
    told = text(
        "tray",
        "Noted: {noted}. Noted before: {again}. Refused: {refused}.",
        noted=Count(noted),
        again=Count(again),
        refused=Count(refused),
    )
    return does(
        *answered(asked, told), LogAccess(f"tray_{found}", asked.actor, outcome=f"noted {noted}, refused {refused}")
    )


def answered(asked: Asked, *first: Text) -> list[Say]:
    """What became of each line that was handed in, in three messages at most."""
    return [_say(asked, part) for part in _parted([*first, *_sentences(asked.answers)])]


def _sentences(answers: Sequence[Answer]) -> list[Text]:
    """What was refused first: it asks for something to be done."""
    ordered = sorted(answers, key=lambda answer: answer.outcome is not ScanOutcome.REFUSED)
    shown = [answer.sentence for answer in ordered[: PART * PARTS - 2]]
    left = len(ordered) - len(shown)
    return [*shown, text("tray", "Not shown: {n}", n=Count(left))] if left else shown


IN_PRIVATE = text(
    "tray",
    "Letters without marks are not told apart here. In a private chat this command names them, and so does"
    " `mektupx tray list`.",
)


def _listed(rows: Sequence[OnPaper], private: bool) -> list[Lines | Text]:
    """A letter without marks goes to a prison: no group's history at Telegram says of which that is so."""
    if not rows:
        return [text("tray", "Nothing is waited for: every letter of the print room is scanned.")]
    noted = [private and row.by_hand for row in rows]
    how = [HOW_BY_HAND] if any(noted) else [] if private else [IN_PRIVATE]
    lines = [
        text(
            "tray",
            "{order} · {piece} · pages: {pages} · since {since} · {state}",
            order=row.number,
            piece=Verbatim(row.piece),
            pages=Count(row.pages),
            since=row.since,
            state=text("tray", "{state} · {note}", state=STATES[row.state], note=UNMARKED)
            if by_hand
            else STATES[row.state],
        )
        for row, by_hand in list(zip(rows, noted, strict=True))[: PART * PARTS - 2 - len(how)]
    ]
    head = text("tray", "Letters the print room is waited for: {n}", n=Count(len(rows)))
    left = len(rows) - len(lines)
    return _parted([head, *how, *lines, *([text("tray", "Not shown: {n}", n=Count(left))] if left else [])])


def _parted(lines: Sequence[Text]) -> list[Lines | Text]:
    return [Lines(tuple(lines[start : start + PART])) for start in range(0, len(lines), PART)]


def _how(asked: Asked) -> Text:
    english = asked.language == "en"
    command = named(asked, *NAMES)
    return text(
        "tray",
        "Write what was scanned and below it one letter a line, or send a file with these words as its caption."
        " Accepted: {kinds}. Example: {example}\nWhat lies in the tray: {command}",
        kinds=Verbatim(", ".join(words[english] for words in WORDS.values())),
        example=f"{command} {WORDS['posted'][english]} MX000123 RR473124829TR",
        command=command,
    )


def _say(asked: Asked, said: Text | Lines) -> Say:
    return Say(said, reply_to=asked.message)
