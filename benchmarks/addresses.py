"""How well typed addresses are read: right, rightly asked, asked wrongly or silently wrong, and how long each takes.

`python -m benchmarks.addresses [FILE …]` judges files of cases like tests/flows/address/addresses.jsonl; `--everywhere`
judges every mahalle of the table in five spellings, `--everywhere=50` each fiftieth. Every question is answered
truthfully from the right reading; whoever is asked more than twice goes round in a circle.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks import spellings
from flows.address.address import Address, Kind, Problem, Reading, lines, read_address
from flows.address.answers import OUT, complete, place_unread
from flows.address.check import check
from flows.address.countries import country_name
from flows.words.turkish import fold

CORPUS = Path(__file__).parent.parent / "tests" / "flows" / "address" / "addresses.jsonl"
QUESTIONS = 2
"""How many questions a truthful sender answers at most."""
SINGLE = ("mahalle", "number", "floor", "flat", "postcode", "ilce", "il")
LISTS = ("street", "building", "organisation")


class Verdict(StrEnum):
    """What became of a typed address."""

    RIGHT = "right"
    RIGHTLY_ASKED = "rightly asked"
    ASKED_WRONGLY = "asked wrongly"
    SILENTLY_WRONG = "silently wrong"


@dataclass(frozen=True)
class Judged:
    """A case with its verdict, what was asked, what was read and the processor's seconds that reading took."""

    case: Mapping[str, Any]
    verdict: Verdict
    asked: tuple[str, ...]
    read: Address
    seconds: float

    @property
    def turkish(self) -> bool:
        return "foreign_lines" not in self.case["right"]


def cases(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]


def judged(case: Mapping[str, Any]) -> Judged:
    """One case, read, asked about and compared with its right reading."""
    right = case["right"]
    began = process_time()
    reading = read_address(case["typed"], case["name"])
    seconds = process_time() - began
    read, asked = reading.address, []
    while reading.blocking and len(asked) <= QUESTIONS:
        problem = reading.blocking[0]
        asked.append(problem.field)
        reading = _answered(reading, problem, right)
    wanted, allowed = set(right["ask"]), {*right["ask"], *right.get("may_ask", ())}
    same = _same(reading.address, right)
    if len(asked) > QUESTIONS or (not {"*"} & wanted and set(asked) - allowed):
        verdict = Verdict.ASKED_WRONGLY
    elif not same:
        verdict = Verdict.SILENTLY_WRONG
    else:
        verdict = Verdict.RIGHTLY_ASKED if asked else Verdict.RIGHT
    return Judged(case, verdict, tuple(asked), read, seconds)


def _answered(reading: Reading, problem: Problem, right: Mapping[str, Any]) -> Reading:
    """What somebody says who knows the right address."""
    address = reading.address
    match problem.field:
        case "whole":
            return read_address(_written(right), address.name)
        case "unread":
            return check(place_unread(address, OUT))
        case "country":
            return complete(address, "country", country_name(right["country"]))
        case "foreign_lines":
            return Reading(Address(country=right["country"], foreign_lines=tuple(right["foreign_lines"])))
        case _ if "foreign_lines" in right:
            return complete(
                address, problem.field, "\n".join((*right["foreign_lines"], country_name(right["country"])))
            )
        case "street":
            return complete(address, "street", " ".join([right["mahalle"], *right["street"]]))
        case field:
            disputed = problem.choices if problem.kind is Kind.CONTRADICTION else ()
            field = next((each for each in disputed if right[each] != getattr(address, each)), field)
            said = right[field]
            return complete(address, field, said if isinstance(said, str) else ", ".join(said))


def _written(right: Mapping[str, Any]) -> str:
    """The right address as one types it."""
    known = {part: right[part] for part in SINGLE} | {part: ", ".join(right[part]) for part in LISTS}
    return "\n".join(lines(Address(**known)))


def _same(address: Address, right: Mapping[str, Any]) -> bool:
    if "foreign_lines" in right:
        same_country = address.country in (right["country"], *right["country"].split("/"))
        return same_country and _keys(address.foreign_lines) == _keys(right["foreign_lines"])
    if address.country != "TR" or any(_key(getattr(address, part)) != _key(right[part]) for part in SINGLE):
        return False
    spare = set(_words(right["extra"]))
    for part in LISTS:
        printed = [each for each in getattr(address, part).split(", ") if each and not set(_words(each)) <= spare]
        if sorted(_keys(printed)) != sorted(_keys(right[part])):
            return False
    return True


def _key(words: str) -> str:
    return "".join(sign for sign in fold(words) if sign.isalnum() or sign in "/-")


def _keys(parts: Iterable[str]) -> list[str]:
    return [_key(part) for part in parts if part]


def _words(said: str) -> list[str]:
    return [word.strip(".,:()") for word in fold(said).split()]


def _cases_of(wanted: str) -> Iterable[dict[str, Any]]:
    option, _, every = wanted.partition("=")
    return spellings.cases(int(every or 1)) if option == "--everywhere" else cases(Path(wanted))


def _failure(each: Judged) -> Iterator[str]:
    right = {name: value for name, value in each.case["right"].items() if name != "may_ask"}
    read = {part: getattr(each.read, part) for part in Address.__dataclass_fields__ if part != "name"}
    yield f"\n{each.verdict}: {each.case['id']} ({each.case['kind']}) {each.case['typed']!r}"
    yield f"  asked  {', '.join(each.asked) or 'nothing'}"
    yield f"  read   {_told(read)}"
    yield f"  right  {_told(right)}"


def _told(parts: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {value!r}" for name, value in parts.items() if value)


def main(wanted: list[str]) -> int:
    """Judges each file, and prints failures and figures; 1 where anything is silently wrong."""
    counts: Counter[tuple[bool, Verdict]] = Counter()
    seconds = {True: 0.0, False: 0.0}
    for case in (case for one in wanted or [str(CORPUS)] for case in _cases_of(one)):
        each = judged(case)
        counts[each.turkish, each.verdict] += 1
        seconds[each.turkish] += each.seconds
        if each.verdict in (Verdict.ASKED_WRONGLY, Verdict.SILENTLY_WRONG):
            print(*_failure(each), sep="\n")
    for turkish, kind in ((True, "Turkish"), (False, "foreign")):
        if number := sum(counts[turkish, verdict] for verdict in Verdict):
            told = "\t".join(f"{verdict}: {counts[turkish, verdict]}" for verdict in Verdict)
            print(f"{kind}\t{told}\t{1000 * seconds[turkish] / number:.2f} ms an address")
    return int(sum(counts[turkish, Verdict.SILENTLY_WRONG] for turkish in (True, False)) > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
