"""Prints over IPP: at a printer, or in a queue of CUPS. A letter is a job with its id and fingerprint in its name.

IPP has no repetition that is safe by itself. So the jobs, waiting and over, are looked through for the letter before it
is handed over; and where the printer's memory does not reach back to an earlier try, a person looks.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from bot.printer.file_sink import LETTER, NUMBER
from bot.printer.ipp_client import ACCEPTED, Busy, Job, PrinterClient, PrinterFacts
from bot.printer.sink import Access, Piece, Receipt, SinkAway, SinkRefused, SinkUnsure, ensure_intact, told
from flows.desk.printing import printer as wording
from flows.words.text import Count, Text, text

__all__ = ["PATIENCE", "IppSink", "job_name"]

PATIENCE: Final = 60.0
"""Seconds in which a printer that was busy takes a letter, and in which one that only has a memory prints it: half the
lease of bot.printer.dispatch."""

PAPER: Final = 300.0
"""Seconds in which the station's printer has a letter on paper, queue or not."""

REMEMBERED: Final = 30.0
"""Seconds for which every printer keeps a job that is over; ippeveprinter keeps it for 60."""

JUDGED: Final = 120.0
"""Seconds after which the try of a dispatcher that slept through its lease is none any more: a job that is over and
older belongs to a try about which a person has decided since."""

KEPT: Final = 86400.0
"""Seconds for which this process remembers a try without an end."""

OVER, COMPLETED = frozenset({7, 8, 9}), 9

_NAME: Final = re.compile(
    rf"(?P<letter>{LETTER})(?:\.(?P<sha256>[0-9a-f]{{16}})\.(?P<number>{NUMBER})(?P<copy>\.copy\d+)?)?"
)
_REFERENCE: Final = re.compile(rf"{NUMBER}-(?P<letter>{LETTER})-job(?P<job>\d{{1,10}})")


def job_name(piece: Piece, copy: int = 1) -> str:
    """The letter's id first: a printer that shortens names keeps it. copy: 2 for the first reprint."""
    return f"{piece.letter}.{piece.sha256[:16]}.{piece.number}" + (f".copy{copy}" if copy > 1 else "")


class IppSink:
    """The PrintSink named "ipp"; `client` is its printer."""

    name: Final = "ipp"

    def __init__(
        self,
        client: PrinterClient,
        access: Access,
        *,
        patience: float = PATIENCE,
        paper: float = PAPER,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        self._printer, self._clock, self._patience, self._paper = client, access.clock, patience, paper
        self._seconds = seconds or (lambda: asyncio.get_running_loop().time())
        self._lock = asyncio.Lock()  # printers take one job after the other anyway
        self._tried: dict[str, float] = {}  # letters that this very process has tried: then

    async def start(self) -> None:
        """A printer that is off is waited for, letter by letter."""

    async def close(self) -> None:
        await self._printer.close()

    async def probe(self) -> Sequence[Text]:
        facts = await self._printer.facts()
        if not facts.accepting:
            raise SinkAway(wording.QUEUE_OFF)
        if not facts.pdf:
            raise SinkRefused(wording.NO_PDF)
        await self._printer.jobs()  # without them no letter can be looked up
        found = []
        if "sides" not in facts.wishes and not facts.spools:
            found.append(text("check", "The printer is there. It does not say that it prints on both sides."))
        if facts.reasons:
            reasons = ", ".join(facts.reasons)
            found.append(text("check", "The printer is there. It reports: {reasons}", reasons=reasons))
        return found

    async def submit(self, piece: Piece) -> Receipt:
        return await self.print(piece)

    async def print(self, piece: Piece, copy: int = 1, *, paper: bool = False) -> Receipt:
        """copy: the station's reprints are jobs of their own, and say so in their names. paper: a queue that has
        written the job down is not enough; the station's keeps jobs in memory only (docs/operations.md)."""
        ensure_intact(piece)
        async with self._lock:
            facts = await self._printer.facts()
            since = max(facts.up - JUDGED, self._tried_since(piece, facts))
            job = _taken(await self._printer.jobs(), piece, copy, since)
            if job is None:
                if not facts.accepting:
                    raise SinkAway(wording.QUEUE_OFF)
                self._begin(piece)
                number = await self._handed(piece, copy, facts, since)
            else:
                number = job.number
            await self._printed(
                number, piece, spools=facts.spools and not paper, patience=self._paper if paper else self._patience
            )
            self._tried.pop(piece.letter, None)
        return _receipt(self.name, piece, number)

    async def lookup(self, piece: Piece, copy: int = 1, *, paper: bool = False) -> Receipt | None:
        """Of a printer that only has a memory, a job counts when it is printed; of a queue, when it is written down,
        unless it is asked about paper."""
        facts, jobs = await self._printer.facts(), await self._printer.jobs()
        since = self._tried_since(piece, facts)
        job = _taken(jobs, piece, copy, since)
        if job is not None:
            if (paper or not facts.spools) and job.state != COMPLETED:
                raise SinkUnsure(told(wording.BEGUN, letter=piece.number, job=str(job.number)))
            return _receipt(self.name, piece, job.number)
        if failed := next((one for one in jobs if _of(one, piece, copy) and one.created >= since), None):
            raise _ended(piece, failed)
        self._certain(piece, facts, jobs)
        return None

    async def references(self) -> Collection[str]:
        """Only what is not printed yet can be taken back."""
        waiting = await self._printer.jobs(completed=False)
        named = [(one, _NAME.fullmatch(one.name)) for one in waiting if one.state not in OVER]
        return {
            f"{found['number']}-{found['letter']}-job{one.number}" for one, found in named if found and found["number"]
        }

    async def remove(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise SinkRefused("This is no name of a job of ours.")
        facts, job = await self._printer.facts(), await self._printer.job(int(found["job"]))
        if job is not None and job.name.startswith(found["letter"]) and (facts.spools or job.state not in OVER):
            await self._printer.cancel(job.number, purge=facts.spools)

    # One letter -------------------------------------------------------------------------------------------------------

    async def _handed(self, piece: Piece, copy: int, facts: PrinterFacts, since: float) -> int:
        """A busy printer has time to end what it is at. Whoever holds the letter after our lease may hand it over
        meanwhile: so each further try looks at the jobs first, and none begins after the lease."""
        until = self._seconds() + self._patience
        while True:
            try:
                return await self._printer.print(job_name(piece, copy), piece.pdf, facts.wishes)
            except Busy:
                if self._seconds() >= until:
                    raise
                await asyncio.sleep(1.0)
                if job := _taken(await self._printer.jobs(), piece, copy, since):
                    return job.number
                if self._clock.now() >= piece.until:
                    raise

    async def _printed(self, number: int, piece: Piece, *, spools: bool, patience: float) -> None:
        """Waits until nothing can be lost any more: a queue has written the job down, a printer has printed it."""
        until, wait = self._seconds() + patience, 0.05
        while True:
            try:
                job = await self._printer.job(number)
            except SinkAway as away:
                raise SinkUnsure(
                    told(wording.TOOK_THEN, letter=piece.number, job=str(number), why=away.sentence)
                ) from away
            if job is None:
                raise SinkUnsure(told(wording.FORGOT_JOB, letter=piece.number, job=str(number)))
            if job.state not in ACCEPTED:
                raise _ended(piece, job)
            if spools or job.state == COMPLETED:
                return
            if self._seconds() >= until:
                raise SinkUnsure(
                    told(
                        wording.NOT_PRINTED,
                        letter=piece.number,
                        job=str(number),
                        seconds=Count(round(patience)),
                        why=_reasons(job),
                    )
                )
            await asyncio.sleep(wait)
            wait = min(wait * 2, 1.0)

    def _begin(self, piece: Piece) -> None:
        """Of a letter that ended with a person nobody tells us: a try of yesterday is forgotten."""
        now = self._seconds()
        self._tried = {letter: then for letter, then in self._tried.items() if now - then < KEPT}
        self._tried.setdefault(piece.letter, now)

    def _tried_since(self, piece: Piece, facts: PrinterFacts) -> float:
        """The second, on the printer's clock, before which a job that is over is of no try that counts."""
        return facts.up - 1 - self._age(piece)  # printers count whole seconds

    def _age(self, piece: Piece) -> float:
        return max(0.0, (self._clock.now() - piece.since).total_seconds())

    def _certain(self, piece: Piece, facts: PrinterFacts, jobs: Sequence[Job]) -> None:
        """That no job bears the letter's name says something only if the printer would still know it."""
        age = self._age(piece)
        tried = self._tried.get(piece.letter)
        if tried is not None:
            age = min(age, self._seconds() - tried)
        then = facts.up - 1 - age  # printers count whole seconds
        if then <= 0:
            raise SinkUnsure(told(wording.SWITCHED_OFF, letter=piece.number))
        if age > REMEMBERED and not any(0 < one.created <= then for one in jobs):
            raise SinkUnsure(told(wording.FORGOT_TIME, letter=piece.number))


def _taken(jobs: Sequence[Job], piece: Piece, copy: int, since: float) -> Job | None:
    """The letter's job that was neither canceled nor aborted; `since` leaves out what was over before."""
    for job in jobs:
        if _of(job, piece, copy) and job.state in ACCEPTED and (job.state not in OVER or job.created >= since):
            return job
    return None


def _of(job: Job, piece: Piece, copy: int) -> bool:
    """Errors: SinkRefused where the name is the letter's and the fingerprint is not."""
    found = _NAME.fullmatch(job.name) or _NAME.fullmatch(job.name[:32])
    if (
        found is None
        or found["letter"] != piece.letter
        or (found["copy"] or "") != (f".copy{copy}" if copy > 1 else "")
    ):
        return False
    if found["sha256"] and not piece.sha256.startswith(found["sha256"]):
        raise SinkRefused(told(wording.ANOTHER_LETTER, letter=piece.number))
    return True


def _ended(piece: Piece, job: Job) -> SinkRefused:
    """What is said of a job that was canceled (7) or aborted (8)."""
    sentence = wording.ENDED[7 if job.state == 7 else 8]
    return SinkRefused(told(sentence, letter=piece.number, job=str(job.number), why=_reasons(job)))


def _reasons(job: Job) -> Text | str:
    return ", ".join(job.reasons) or wording.NO_REASON


def _receipt(sink: str, piece: Piece, job: int) -> Receipt:
    return Receipt(sink, f"{piece.number}-{piece.letter}-job{job}")
