"""Letters drawn and looked at, in processes of other time zones and hash seeds: the same bytes, nothing lost or shown.

python -m tests.prove.paper SEED FIRST LAST look|draw is one such process; it says a line of JSON about each letter.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from rendering.checks import NotPrintable
from rendering.processes import worker
from tests.prove.letters import typed
from tests.prove.report import Row
from tests.prove.sent import sent
from tests.prove.sheets import faults, positions

__all__ = ["look_at", "prove_paper"]

ROOM = Path(__file__).parents[2]
LIMIT = 10  # pages
ZONES = {"look": ("Europe/Istanbul", "1"), "draw": ("Pacific/Auckland", "2")}
"""Time zone and hash seed of the process that looks at the letters and of the one that draws them again, backwards."""


def look_at(number: int, seed: int, *, look: bool = True) -> dict[str, Any]:
    """What came of one letter."""
    of = typed(number, seed)
    found: dict[str, Any] = {"number": number, "kinds": sorted(of.kinds), "scripts": sorted(of.scripts), "wrong": []}
    try:
        going = sent(of)
    except AssertionError as error:
        return found | {"wrong": [f"cannot be mended: {error}"], "named": {}}
    letter = going.letter
    try:
        drawn = worker.draw(letter, LIMIT)
    except NotPrintable as refusal:
        return found | {"wrong": [f"is refused though nobody named it: {refusal.reason}"], "named": going.named}
    found |= {"pages": drawn.pages, "named": going.named, "bytes": hashlib.sha256(drawn.pdf).hexdigest()}
    if look:
        if drawn.pages != going.pages:
            found["wrong"].append(f"was counted as {going.pages} pages and has {drawn.pages}")
        found["wrong"] += faults(drawn.pdf, drawn.pages, letter)
        found["characters"] = len(letter.text) + sum(map(len, letter.addressee))
        found["stretches"] = len(letter.styles)
        found["address"] = hashlib.sha256("\n".join(letter.addressee).encode()).hexdigest()
        found["positions"] = sum(1 for _ in positions(letter.envelope)) if letter.addressee else 0
    return found


def prove_paper(first: int, last: int, seed: int, name: str) -> Row:
    """The letters from `first` up to `last`, not included."""
    row = Row(
        f"letters that try to break the page: {name}",
        injection="37 scripts, nine papers, seven layouts; zalgo, unseen signs, words without end, styles anywhere",
        holds="each character is on the paper or was named; no ink outside; the window shows the address; PDF/A;"
        " its own faces and marks; the same bytes in two processes, time zones and hash seeds",
    )
    again = _started("draw", first, last, seed)
    kinds, addresses = Counter[str](), set[str]()
    with closing(_told(_started("look", first, last, seed))) as looked:
        drawn = {}
        for found in looked:
            row.tried += 1
            row.struck += bool(found["kinds"] != ["prose"] or found["named"])
            row.acknowledged += "bytes" in found
            drawn[found["number"]] = found.get("bytes")
            for wrong in found["wrong"]:
                row.loses(f"letter {found['number']} {wrong}")
            for what, times in found["named"].items():
                row.count(f"named: {what}", times)
            for what in ("pages", "characters", "stretches", "positions"):
                row.count(what, found.get(what, 0))
            kinds.update(found["kinds"])
            addresses.add(found.get("address", ""))
    second = {found["number"]: found.get("bytes") for found in _told(again)}
    for number, seen in drawn.items():
        if seen is None or seen != second.get(number):
            row.loses(f"letter {number} has other bytes in another process")
    row.lost += (last - first) - len(drawn)
    row.count("addresses", len(addresses - {""}))
    for kind, times in sorted(kinds.items()):
        row.count(f"with {kind}", times)
    return row


def _started(what: str, first: int, last: int, seed: int) -> subprocess.Popen[str]:
    zone, hashes = ZONES[what]
    command = [sys.executable, "-m", "tests.prove.paper", str(seed), str(first), str(last), what]
    env = os.environ | {"TZ": zone, "PYTHONHASHSEED": hashes}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOM)


def _told(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            yield json.loads(line)


def main(seed: int, first: int, last: int, what: str) -> None:
    order = range(first, last) if what == "look" else reversed(range(first, last))
    for number in order:
        sys.stdout.write(json.dumps(look_at(number, seed, look=what == "look")) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4])
