"""The report of the proof: one row for each way of breaking, counted and never typed, written to PROOF.md."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.prove.faults import FAULTS

__all__ = ["Row", "written"]

HEAD = "| fault | injection | what must hold | tried | struck | acknowledged | lost | doubled | handed to a person |"
RULE = "|---|---|---|--:|--:|--:|--:|--:|--:|"


@dataclass
class Row:
    """What a fault did: how often it was tried and struck, what was acknowledged, and what of that was wrong after.

    handed: letters that were given to a person to decide, which is neither lost nor doubled. details: what else was
    counted, by what it is. wrong: the first few things that did not hold, for whoever looks for the reason.
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


def versions(postgresql: str) -> dict[str, str]:
    """What it ran on, without a word about whose machine it was."""
    return {
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": postgresql or "not used",
        "SQLAlchemy": version("SQLAlchemy"),
        "aiosqlite": version("aiosqlite"),
        "asyncpg": version("asyncpg"),
    }


def written(
    sections: Mapping[str, Sequence[Row]],
    *,
    seed: int,
    sample: bool,
    whole: bool,
    day: str,
    minutes: float,
    took: Mapping[str, float],
    postgresql: str,
) -> str:
    """The whole of PROOF.md."""
    rows = [row for found in sections.values() for row in found]
    counts = "the sample's small counts" if sample else "full counts"
    lines = [
        "# Proof: what was broken on purpose, and what it cost",
        "",
        f"Written by `make prove` ({counts}, seed {seed}) on {day}; it took {minutes:.0f} minutes.",
        "Every figure was counted by the run that wrote this file.",
        "",
        *(f"* {name} {number}" for name, number in versions(postgresql).items()),
        "",
        f"**{sum(row.tried for row in rows):,} trials, {sum(row.struck for row in rows):,} of them struck:"
        f" {sum(row.lost for row in rows)} lost, {sum(row.doubled for row in rows)} doubled.**",
        "",
        *([] if whole else ["Only some sections ran; this is not the whole proof.", ""]),
        "*Tried*: how often it was broken, or how many updates were delivered. *Struck*: how often that hit a running",
        "act (a kill after the end of a life hits nothing). *Acknowledged*: what somebody was told is kept. *Handed to",
        "a person*: letters whose print room could not say whether it has them; they wait, and are not guessed about.",
        "",
    ]
    for name, found in sections.items():
        lines += [f"## {name} (ended after {took.get(name, 0) / 60:.1f} min)", "", HEAD, RULE]
        lines += [f"| {row.cells} |" for row in found]
        lines.append("")
        for row in found:
            if row.details:
                counted = ", ".join(f"{what} {number:,}" for what, number in row.details.items())
                lines.append(f"* {row.fault}: {counted}.")
        wrong = [f"* **{row.fault}**: {what}" for row in found for what in row.wrong]
        lines += [*wrong, ""] if found else [""]
    lines += [
        "## Samples and full counts",
        "",
        "`make test` runs a sample of each section: the same code with counts of a few kills and some dozens of",
        "conversations, in less than a minute: they show that the proof still works, not how often the service holds.",
        "`make prove` runs full counts. `python -m tests.prove --sample SECTION …` runs single sections with small",
        "counts, `--seed N` chooses other places to break. The seed decides where it is broken and what people do;",
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
        "## Faults, one by one",
        "",
        "| fault | injection | what must hold | where |",
        "|---|---|---|---|",
        *(f"| {one.fault} | {one.injection} | {one.holds} | {one.places} |" for one in FAULTS),
        "",
    ]
    return "\n".join(lines)


def save(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")
