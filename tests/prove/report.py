"""The report of the proof: one row for each way of breaking, counted and never typed, written to PROOF.md."""

from __future__ import annotations

import platform
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from tests.prove.faults import FAULTS

__all__ = ["Row", "Run", "written"]

HEAD = "| fault | injection | what must hold | tried | struck | acknowledged | lost | doubled | handed to a person |"
RULE = "|---|---|---|--:|--:|--:|--:|--:|--:|"


@dataclass
class Row:
    """What a fault did: how often it was tried and struck, what was acknowledged, and what of that was wrong after.

    handed: letters, payments and refunds that were given to a person to decide, which is neither lost nor doubled.
    details: what else was counted, by what it is. wrong: the first few things that did not hold, for whoever looks
    for the reason.
    """

    fault: str
    tried: int = 0
    struck: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    handed: int = 0
    injection: str = ""
    holds: str = ""
    details: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled)

    def count(self, what: str, by: int = 1) -> None:
        self.details[what] = self.details.get(what, 0) + by

    def loses(self, what: str, by: int = 1) -> None:
        """Something acknowledged or promised is not there."""
        self.lost += by
        self._note(what)

    def doubles(self, what: str, by: int = 1) -> None:
        """Something was done more often than once."""
        self.doubled += by
        self._note(what)

    def _note(self, what: str) -> None:
        if len(self.wrong) < 20:
            self.wrong.append(what)

    @property
    def cells(self) -> str:
        counted = (self.tried, self.struck, self.acknowledged, self.lost, self.doubled, self.handed)
        return " | ".join((self.fault, self.injection, self.holds, *(f"{number:,}" for number in counted)))


@dataclass(frozen=True)
class Run:
    """When sections ran, of which commit, and on what. minutes: until each section's last job had ended."""

    day: str
    commit: str
    seed: int
    sample: bool
    postgresql: str
    minutes: Mapping[str, float]

    def sentence(self, section: str) -> str:
        """Without a word about whose machine it was."""
        counts = "the sample's small counts" if self.sample else "full counts"
        return (
            f"Run on {self.day} at commit {self.commit} ({counts}, seed {self.seed}); it had ended after"
            f" {self.minutes.get(section, 0):.1f} minutes. {', '.join(versions(self.postgresql))}."
        )


def versions(postgresql: str) -> Iterator[str]:
    yield f"Python {platform.python_version()}"
    yield f"SQLite {sqlite3.sqlite_version}"
    yield f"PostgreSQL {postgresql or 'not used'}"
    for name in ("SQLAlchemy", "aiosqlite", "asyncpg"):
        yield f"{name} {version(name)}"


def written(found: Mapping[str, Sequence[Row]], run: Run, order: Sequence[str], before: str = "") -> str:
    """The whole of PROOF.md. before: the report until now, whose other sections stay as they were written.

    order: the names of all sections there are.
    """
    told = _sections(before) | {name: _section(name, rows, run) for name, rows in found.items()}
    kept = [told[name] for name in order if name in told]
    absent = [name for name in order if name not in told]
    tried, struck, _, lost, doubled, handed = (sum(column) for column in zip(*_counted(kept), strict=True))
    lines = [
        "# Proof: what was broken on purpose, and what it cost",
        "",
        "Written by `make prove`. Every figure was counted by a run, and each section says by which.",
        "",
        f"**{tried:,} trials, {struck:,} of them struck: {lost:,} lost, {doubled:,} doubled, {handed:,} handed to a"
        " person.**",
        "",
        *([f"This is not the whole proof: {', '.join(absent)} did not run.", ""] if absent else []),
        "*Tried*: how often it was broken, or how many updates were delivered. *Struck*: how often that hit a running",
        "act (a kill after the end of a life hits nothing). *Acknowledged*: what somebody was told is kept. *Handed to",
        "a person*: letters whose print room could not say whether it has them, payments of a wrong amount, refunds",
        "whose answer was lost. They wait, an alarm names them to the staff, and nothing is guessed about them.",
        "",
        *(line for section in kept for line in (section, "")),
        "## Samples and full counts",
        "",
        "`make test` runs a sample of each section: the same code with counts of a few kills and some dozens of",
        "conversations, in less than a minute: they show that the proof still works, not how often the service holds.",
        "`make prove` runs full counts, `make prove ARGS=SECTION` those of one section, whose place in this file is",
        "written anew. `python -m tests.prove --sample SECTION …` runs single sections with small counts, `--seed N`",
        "chooses other places to break. The seed decides where it is broken and what people do;",
        "when threads and processes meet is decided by the machine, so two runs of one seed are alike, not equal.",
        "",
        "In the conversations drawing, post, bank, messenger and print room are stand-ins that keep the real",
        "Protocols, and the store lies in memory; door, machine, speech, store, worker, message sender,",
        "dispatcher, shredder and reconciler are the real ones, but nothing of Telegram's own wire is in it.",
        "",
        "In the kills store, key store, dispatcher and tray are real, down to the file system and the server, and",
        "the decisions are a small stand-in for the machine. A killed process is not a power cut: what the system had",
        "taken, it keeps.",
        "",
        "The paper is drawn and passes its gate as every letter does; other libraries and figures of our own judge",
        "it. A character is on the paper if poppler reads it back. Signs without ink (blanks, joiners, what Unicode",
        "calls ignorable) are typed everywhere and not counted. A sender who is told of something leaves it out.",
        "",
        "## Faults, one by one",
        "",
        "| fault | injection | what must hold | where |",
        "|---|---|---|---|",
        *(f"| {one.fault} | {one.injection} | {one.holds} | {one.places} |" for one in FAULTS),
        "",
    ]
    return "\n".join(lines)


def _section(name: str, rows: Sequence[Row], run: Run) -> str:
    details = [
        f"* {row.fault}: {', '.join(f'{what} {number:,}' for what, number in row.details.items())}."
        for row in rows
        if row.details
    ]
    wrong = [f"* **{row.fault}**: {what}" for row in rows for what in row.wrong]
    table = [HEAD, RULE, *(f"| {row.cells} |" for row in rows)]
    return "\n".join([f"## {name}", "", run.sentence(name), "", *table, "", *details, *wrong]).rstrip()


def _sections(report: str) -> dict[str, str]:
    """Those with a table of faults, by name, as they stand in a report."""
    parts = (part.rstrip() for part in re.split(r"^(?=## )", report, flags=re.MULTILINE))
    return {part.split("\n")[0].removeprefix("## "): part for part in parts if HEAD in part}


def _counted(sections: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The figures of each row, read from the tables themselves: the sum is what the reader can add up."""
    for line in "\n".join(sections).splitlines():
        if line.startswith("| ") and line != HEAD:
            yield tuple(int(cell.strip(" |").replace(",", "")) for cell in line.rsplit(" | ", 6)[1:])
