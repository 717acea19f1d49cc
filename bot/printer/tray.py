"""The print room's desk: a file of scans becomes news of letters, each line answered in one sentence."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

from bot.base.clock import Clock
from bot.printer.sink import PrintSink
from flows.core.events import Envelope, Moment, OrderEvent, Person, TrayOverdue
from flows.core.state import Order, State
from flows.desk.base.wording import STATES
from flows.order.number import order_number
from flows.order.order import TABLE
from flows.order.reconciliation import ENCLOSED, WAITING
from flows.order.scans import Answer, Scan, ScanOutcome, event, no_letter, objection, on_line, read
from flows.words.text import Text, text
from storage.printing import batches
from storage.printing import scans as print_scans
from storage.printing.scans import OnPaper
from storage.senders import people
from storage.store.executor import Executor

__all__ = ["TRAY_LIMIT", "Answer", "ScanOutcome", "clear_overdue", "report", "sweep"]

TRAY_LIMIT: Final = timedelta(days=7)
"""The longest that a readable letter may lie in the tray (docs/print-room.md, "The tray")."""

RETURNS: Final = frozenset({State.RETURNED, State.REPOSTING, State.DESTROYING, State.DESTROYED})

AT_ONCE: Final = 64  # letters whose news share the door's commits

SCANNED: Final = frozenset({State.OVERDUE, State.PRINTED, State.POSTED, State.LOST, State.SPOILED, *RETURNS})
"""The print room has had its file, which has left the tray."""

UNWANTED: Final = frozenset({State.CANCELLED}) | SCANNED
"""What must not lie in the tray: scanned already, or stopped while nobody knew whether the tray had it."""

TAKEN: Final[Mapping[str, frozenset[State]]] = {
    "printed": frozenset({State.PRINTED, State.POSTED, *RETURNS}),
    "spoiled": frozenset({State.SPOILED}),
    "posted": frozenset({State.POSTED}),
    "returned": RETURNS,
    "destroyed": frozenset({State.DESTROYED}),
}
"""Where a letter stands whose scan of this kind has been taken."""

_log = logging.getLogger("mektupx.printer")

Receive = Callable[[Envelope], Awaitable[bool]]


async def report(store: Executor, receive: Receive, clock: Clock, kind: str, content: str) -> list[Answer]:
    """Takes a whole file of one kind of scan (flows.order.scans.KINDS). What cannot be taken is answered and keeps
    nothing else back; the same file again changes nothing."""
    scans, misread = read(kind, content)
    answers = [_refused(on_line(one.line, one.sentence)) for one in misread]
    letters: dict[str, tuple[OnPaper, list[Scan]]] = {}
    for scan in scans:
        found = await store.do(print_scans.find, number=scan.number, piece=scan.piece)
        if found is None:
            answers.append(_refused(on_line(scan.line, no_letter(scan.shown))))
        else:
            letters.setdefault(found.order, (found, []))[1].append(scan)
    twice = _given_twice(letters.values())
    waiting = list(letters.values())
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        tries = (_letter(store, receive, clock, kind, found, theirs, twice) for found, theirs in some)
        answers += await asyncio.gather(*tries)
    return answers


async def sweep(store: Executor, sink: PrintSink) -> int:
    """Removes what should not lie in the tray: a letter that was scanned already, or stopped. A dispatcher that slept
    through its lease between looking and linking puts it there after it was printed, and it would be printed once more;
    a letter whose sink gave no answer may lie there although its sender has stopped it since."""
    gone = 0
    for reference in await sink.references():
        found = await store.do(print_scans.find, number=order_number(reference.partition("-")[0]))
        if found is not None and found.state in UNWANTED:
            _log.warning("order %s is %s: its file is removed from the tray", found.order, found.state)
            await sink.remove(reference)
            gone += 1
    return gone


async def _letter(
    store: Executor, receive: Receive, clock: Clock, kind: str, found: OnPaper, scans: list[Scan], twice: set[str]
) -> Answer:
    """All scans of one letter. Whether they fit is the order table's to say: it is asked first, without effect."""
    tracking = scans[-1].tracking
    unposted = kind == "posted" and found.state in WAITING | ENCLOSED
    if unposted and (day := await store.do(batches.stopped, found.order)):
        return _refused(
            text(
                "tray",
                "{order}: its batch is stopped ({day}), because it does not add up. Nothing of it may be posted"
                " before it is reconciled; nothing was noted.",
                order=found.number,
                day=day,
            )
        )
    if against := objection(kind, found.number, found.product, found.pages, scans, found.serial):
        return _refused(against)
    if tracking and (tracking in twice or await store.do(print_scans.taken, tracking, found.order)):
        said = text("tray", "{order}: its tracking number was given to another letter, too: {tracking}",
                    order=found.number, tracking=tracking)  # fmt: skip
        return _refused(said)
    standing = await store.do(people.standing_of, found.person) if found.person else None
    order = standing.order(found.order) if standing else None
    if found.person is None or order is None:
        said = text("tray", "{order}: its sender's data are erased. Please set the letter aside and tell an admin.",
                    order=found.number)  # fmt: skip
        return _refused(said)
    what = event(kind, order.id, scans)
    after, effects = TABLE[order.state, type(what)](order, what, clock.now())
    if not effects:
        return _changes_nothing(kind, order)
    stood = f"{order.state}:{order.since}"  # a letter that comes back goes through the same states again
    # Keys are kept as they are, tracking numbers never.
    mark = await store.do(print_scans.tracking_mark, tracking) if tracking else ""
    if not await _tell(receive, clock, f"tray:{kind}:{order.id}:{stood}:{mark}", found.person, what):
        return Answer(ScanOutcome.AGAIN, text("tray", "{order}: noted already.", order=order.number))
    said = text("tray", "{order}: noted. Its state: {state}.", order=order.number, state=STATES[after.state])
    if kind == "spoiled" and after.state is not State.SPOILED:
        said = text(
            "tray",
            "{order}: noted. Its state: {state}. Print it again. Where no copy is left to print, report it as printed"
            " and then as spoiled once more: its sender is refunded.",
            order=order.number,
            state=STATES[after.state],
        )
    return Answer(ScanOutcome.NOTED, said)


def _changes_nothing(kind: str, order: Order) -> Answer:
    if order.state in TAKEN[kind]:
        return Answer(ScanOutcome.AGAIN, text("tray", "{order}: noted already.", order=order.number))
    return _refused(
        text(
            "tray",
            "{order}: this scan does not fit the letter's state ({state}); nothing was noted.",
            order=order.number,
            state=STATES[order.state],
        )
    )


def _given_twice(letters: Iterable[tuple[OnPaper, list[Scan]]]) -> set[str]:
    """Tracking numbers that one file gives to two letters."""
    seen = Counter(number for _, scans in letters for number in {scan.tracking for scan in scans} if number)
    return {number for number, times in seen.items() if times > 1}


async def _tell(receive: Receive, clock: Clock, key: str, person: Person, what: OrderEvent) -> bool:
    return await receive(Envelope(key, person, what, Moment(clock.now(), secrets.token_hex(16))))


def _refused(sentence: Text) -> Answer:
    return Answer(ScanOutcome.REFUSED, sentence)


async def clear_overdue(store: Executor, receive: Receive, clock: Clock) -> int:
    """What has lain in the tray for a week leaves it, and the staff hears of it (alarm "tray_overdue")."""
    now = clock.now()
    late = [one for one in await store.do(print_scans.waiting, now - TRAY_LIMIT) if one.person is not None]
    for one in late:
        assert one.person is not None
        key = f"overdue:{one.order}:{one.since.isoformat()}"
        await _tell(receive, clock, key, one.person, TrayOverdue(one.order, one.since))
    return len(late)
