"""Over IPP, to the model printer and to a real CUPS: each letter is one job, and what nobody can know is said."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.printer.ipp import IppSink, job_name
from bot.printer.ipp_client import PrinterClient
from bot.printer.registry import sink_from
from bot.printer.sink import Access, PrintSink, SinkAway, SinkError, SinkRefused, SinkUnsure
from tests.bot.printer.conformance import SinkConformance, piece
from tests.bot.printer.print_servers import Cups, IppPrinter, folder_for, free_port, private_bus, until


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with private_bus() as address:
        yield address


SPECIFICATIONS = 15


@pytest.fixture(scope="module")
def printers(bus: str) -> Iterator[list[IppPrinter]]:
    """One for each specification, started side by side: a printer needs two seconds before it remembers anything."""
    with folder_for() as folder:
        made = []
        for name in range(SPECIFICATIONS):
            (folder / str(name)).mkdir()
            made.append(IppPrinter(folder / str(name), bus, seconds=2))
            made[-1].begin()
        try:
            yield made.copy()
        finally:
            for printer in made:
                printer.kill()


@pytest.fixture(scope="module")
def paused() -> Iterator[Cups]:
    with a_cups() as made:
        made.do("cupsdisable")
        yield made


class TestModelPrinter(SinkConformance):
    """It prints in an instant and has nothing but a memory."""

    at_once = True

    @pytest.fixture
    async def sink(self, printers: list[IppPrinter]) -> AsyncIterator[PrintSink]:
        self.printer = printers.pop()
        await asyncio.to_thread(self.printer.wait)
        made = sink_from(self.printer.address)
        await made.start()
        yield made
        await made.close()

    def printed(self) -> list[bytes]:
        return [path.read_bytes() for path in self.printer.printed()]


class TestCups(SinkConformance):
    """A queue that is paused: what lies in it would come out on paper."""

    @pytest.fixture
    async def sink(self, paused: Cups) -> AsyncIterator[PrintSink]:
        self.cups = paused
        await asyncio.to_thread(paused.forget)
        made = sink_from(paused.address)
        await made.start()
        yield made
        await made.close()

    def printed(self) -> list[bytes]:
        return [path.read_bytes() for path in self.cups.kept()]


@contextmanager
def a_cups(device: str = "file:///dev/null") -> Iterator[Cups]:
    with folder_for() as folder:
        made = Cups(folder, device)
        try:
            made.start()
            made.add()
            yield made
        finally:
            made.kill()


@contextmanager
def a_printer(bus: str, work: str = "/bin/true", seconds: int = 0) -> Iterator[IppPrinter]:
    with folder_for() as folder:
        made = IppPrinter(folder, bus, work=work, seconds=seconds)
        try:
            made.start()
            yield made
        finally:
            made.kill()


def ipp(address: str, *, patience: float = 60.0) -> IppSink:
    return IppSink(PrinterClient(address), Access(), patience=patience)


async def test_through_cups_to_a_printer_a_letter_comes_out_once_and_unchanged(bus: str) -> None:
    with a_printer(bus) as printer, a_cups(printer.address) as cups:
        sink, letter = ipp(cups.address), piece()
        assert await sink.submit(letter) == await sink.submit(letter)
        await asyncio.to_thread(until, printer.printed)
        assert [path.read_bytes() for path in printer.printed()] == [piece().pdf]
        cups.kill()
        cups.start()  # its history is on its disk
        assert await sink.lookup(letter) is not None
        await sink.close()


async def test_a_printer_that_is_off_is_waited_for() -> None:
    sink = ipp(f"ipp://127.0.0.1:{free_port()}/ipp/print")
    await sink.start()
    for attempt in (partial(sink.submit, piece()), partial(sink.lookup, piece()), sink.probe, sink.references):
        with pytest.raises(SinkAway, match="cannot be reached"):
            await attempt()
    await sink.close()


async def test_a_job_that_the_printer_aborts_is_for_a_person_who_then_has_it_printed_again(bus: str) -> None:
    with a_printer(bus, "/bin/false") as printer:
        sink = ipp(printer.address)
        letter = piece()
        for attempt in (sink.submit, sink.lookup, sink.submit):
            with pytest.raises(SinkRefused, match=r"MX000001 was aborted"):
                await attempt(letter)
        assert len(printer.printed()) == 2  # it is asked anew only when a person has said so
        await sink.close()


async def test_a_slow_printer_is_not_believed_before_it_is_done_and_a_busy_one_gets_nothing(bus: str) -> None:
    with folder_for() as folder:
        os.mkfifo(folder / "door")
        work = folder / "work"
        work.write_text(f"#!/bin/sh\nread word < {folder / 'door'}\n")
        work.chmod(0o755)
        with a_printer(bus, str(work), 2) as printer:
            sink, letter = ipp(printer.address, patience=0.2), piece()
            with pytest.raises(SinkUnsure, match=r"not printed MX000001 \(job 1\) within 0 seconds"):
                await sink.submit(letter)
            with pytest.raises(SinkUnsure, match="not said that it is done"):
                await sink.lookup(letter)
            with pytest.raises(SinkAway, match="is busy"):
                await sink.submit(piece(2))
            (folder / "door").write_text("go on\n")
            assert await ipp(printer.address).submit(letter)  # it waits for the job that is at work already
            assert len(printer.printed()) == 1
            assert await sink.lookup(letter) is not None
            assert await sink.lookup(piece(2)) is None
            await sink.close()


async def test_a_printer_that_was_off_since_cannot_say_that_it_has_no_letter(bus: str) -> None:
    with a_printer(bus, seconds=2) as printer:
        sink = ipp(printer.address)
        waiting = piece()
        await sink.submit(waiting)
        printer.kill()
        printer.start()
        with pytest.raises(SinkUnsure, match="switched off and on"):
            await sink.lookup(waiting)
        assert await sink.lookup(piece(2)) is None  # which was ordered after that
        await sink.close()


async def test_a_queue_that_takes_no_jobs_is_waited_for_and_one_that_lost_a_job_is_looked_at() -> None:
    with a_cups() as cups:
        sink, letter = ipp(cups.address), piece()
        cups.do("cupsreject")
        for attempt in (partial(sink.submit, piece()), sink.probe):
            with pytest.raises(SinkAway, match="does not accept jobs"):
                await attempt()
        cups.do("cupsaccept")
        cups.do("cupsdisable")
        await sink.submit(letter)
        assert len(cups.kept()) == 1
        await sink._printer.cancel(1, purge=False)
        with pytest.raises(SinkRefused, match=r"MX000001 was canceled"):
            await sink.lookup(letter)
        with pytest.raises(SinkAway, match="no queue of this name"):
            await ipp(cups.address.replace("letters", "nowhere")).probe()
        await sink.close()


# A printer that says whatever it is told to ---------------------------------------------------------------------------

UP = 100_000


def answer(status: int = 0, *groups: tuple[int, dict[str, tuple[int, bytes]]]) -> bytes:
    """RFC 8010: version, status, number; then groups of attributes, each by its tag and bytes."""
    body = struct.pack(">bbhi", 2, 0, status, 1)
    charset = {"attributes-charset": (0x47, b"utf-8"), "attributes-natural-language": (0x48, b"en")}
    for tag, attributes in ((1, charset), *groups):
        body += bytes([tag])
        for name, (kind, value) in attributes.items():
            body += struct.pack(">bh", kind, len(name)) + name.encode() + struct.pack(">h", len(value)) + value
    return body + b"\x03"


def number(value: int, kind: int = 0x21) -> tuple[int, bytes]:
    return kind, struct.pack(">i", value)


def facts(up: int = UP) -> bytes:
    said = {"printer-up-time": number(up), "printer-is-accepting-jobs": (0x22, b"\x01")}
    return answer(0, (4, said))


def job(name: str, state: int = 9, created: int = UP - 5, nth: int = 1) -> bytes:
    said = {
        "job-id": number(nth),
        "job-name": (0x42, name.encode()),
        "job-state": number(state, 0x23),
        "time-at-creation": number(created),
    }
    return answer(0, (2, said))


NONE, FACTS, PRINT, JOBS, JOB = answer(), 0x000B, 0x0002, 0x000A, 0x0009
USUAL = {FACTS: facts(), JOBS: NONE, PRINT: job("", 5), JOB: job("")}
Said = bytes | int | None | list[bytes | int | None]


@asynccontextmanager
async def saying(words: dict[int, Said], patience: float = 0.1) -> AsyncIterator[IppSink]:
    """bytes: an answer of IPP; a number: that of HTTP; None: the line is cut. A list: one after the other."""

    async def post(request: web.Request) -> web.Response:
        operation = struct.unpack_from(">h", await request.read(), 2)[0]
        said = {**USUAL, **words}[operation]
        said = said.pop(0) if isinstance(said, list) else said
        if said is None:
            assert request.transport
            request.transport.close()
        return web.Response(status=said) if isinstance(said, int) else web.Response(body=said)

    app = web.Application()
    app.router.add_post("/ipp/print", post)
    async with TestServer(app) as server:
        sink = ipp(f"ipp://127.0.0.1:{server.port}/ipp/print", patience=patience)
        yield sink
        await sink.close()


SUBMITTED: dict[str, tuple[dict[int, Said], type[SinkError], str]] = {
    "a web page instead of an answer": ({PRINT: b"<html>It works!</html>"}, SinkUnsure, "no IPP"),
    "nothing at all": ({PRINT: b""}, SinkUnsure, "no IPP"),
    "a job without a number": ({PRINT: answer(0, (2, {"job-name": (0x42, b"x")}))}, SinkUnsure, "no IPP"),
    "no job": ({PRINT: NONE}, SinkUnsure, "no number"),
    "a line that is cut while it takes the letter": ({PRINT: None}, SinkUnsure, "did not answer"),
    "an error of its web server": ({PRINT: 500}, SinkUnsure, "HTTP 500"),
    "an internal error": ({PRINT: answer(0x0500)}, SinkUnsure, "0x0500"),
    "an error of its device": ({PRINT: answer(0x0504)}, SinkUnsure, "0x0504"),
    "a line that is cut before": ({JOBS: None}, SinkAway, "did not answer"),
    "a web page instead of its jobs": ({JOBS: b"<html>"}, SinkAway, "no IPP"),
    "a letter that its web server finds too large": ({PRINT: 413}, SinkRefused, "HTTP 413"),
    "a letter that its web server finds bad": ({PRINT: 400}, SinkRefused, "HTTP 400"),
    "a type that its web server does not know": ({PRINT: 415}, SinkRefused, "HTTP 415"),
    "a letter without a length": ({PRINT: 411}, SinkRefused, "HTTP 411"),
    "a web server that is no printer": ({FACTS: 400}, SinkAway, "no printer at this path"),
    "a path that is gone": ({PRINT: 404}, SinkAway, "no printer at this path"),
    "a line that must be encrypted": ({FACTS: 426}, SinkAway, "write ipps://"),
    "a letter whose line must be encrypted": ({PRINT: 426}, SinkAway, "write ipps://"),
    "a password that is wanted": ({PRINT: 401}, SinkAway, "password"),
    "a queue that is not there": ({FACTS: answer(0x0406)}, SinkAway, "no queue of this name"),
    "busy": ({PRINT: answer(0x0507)}, SinkAway, "busy"),
    "not accepting": ({PRINT: answer(0x0506)}, SinkAway, "does not accept jobs"),
    "too large": ({PRINT: answer(0x0408)}, SinkRefused, "0x0408"),
    "a format it does not know": ({PRINT: answer(0x040A)}, SinkRefused, "0x040a"),
    "aborted": ({JOB: job("", 8)}, SinkRefused, "aborted"),
    "canceled at the printer": ({JOB: job("", 7)}, SinkRefused, "canceled"),
    "held": ({JOB: job("", 4)}, SinkUnsure, "not printed"),
    "stopped, out of paper": ({JOB: job("", 6)}, SinkUnsure, "not printed"),
    "a job it does not know any more": ({JOB: answer(0x0406)}, SinkUnsure, "does not know it any more"),
    "a line that is cut after it has taken the letter": ({JOB: None}, SinkUnsure, "took MX000001"),
    "an answer without end": ({JOBS: b"x" * 9_000_000}, SinkAway, "did not answer"),
}


@pytest.mark.parametrize("case", SUBMITTED)
async def test_whatever_a_printer_answers_says_one_thing_about_the_letter(case: str) -> None:
    words, error, sentence = SUBMITTED[case]
    async with saying(words) as sink:
        with pytest.raises(error, match=sentence):
            await sink.submit(piece())


NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Noon:
    def now(self) -> datetime:
        return NOW


OURS = job_name(piece())
LOOKED_UP: dict[str, tuple[dict[int, Said], timedelta, str]] = {
    "printed": ({JOBS: job(OURS)}, timedelta(hours=1), "found"),
    "printed by a printer that shortens names": ({JOBS: job(OURS[:32])}, timedelta(hours=1), "found"),
    "ended a moment ago in a queue whose list lacks its name": (
        {JOBS: job("", created=0), JOB: job(OURS)},
        timedelta(seconds=9),
        "found",
    ),
    "a job of somebody else that has no name at all": (
        {JOBS: job("", created=0), JOB: job("", created=0)},
        timedelta(seconds=9),
        "none",
    ),
    "another letter of our own": ({JOBS: job(job_name(piece(2)))}, timedelta(seconds=9), "none"),
    "a job of somebody else": ({JOBS: job("holiday photos")}, timedelta(seconds=9), "none"),
    "a memory that goes back to before": ({JOBS: job("x", created=UP - 7200)}, timedelta(hours=1), "none"),
    "a memory that is too short": ({JOBS: job("x", created=UP - 600)}, timedelta(hours=1), "does not remember"),
    "no memory": ({}, timedelta(hours=1), "does not remember"),
    "no memory, a moment later": ({}, timedelta(seconds=9), "none"),
    "switched on a moment ago": ({FACTS: facts(8)}, timedelta(seconds=9), "switched off and on"),
    "at work": ({JOBS: job(OURS, 5)}, timedelta(seconds=9), "not said that it is done"),
    "aborted": ({JOBS: job(OURS, 8)}, timedelta(seconds=9), "aborted"),
    "printed in a try of before a person judged": ({JOBS: job(OURS, created=UP - 60)}, timedelta(seconds=9), "none"),
    "aborted before a person judged": ({JOBS: job(OURS, 8, created=UP - 60)}, timedelta(seconds=9), "none"),
    "at work since before a person judged": (
        {JOBS: job(OURS, 5, created=UP - 60)},
        timedelta(seconds=9),
        "not said that it is done",
    ),
    "other bytes": ({JOBS: job(OURS.replace(piece().sha256[:16], "0" * 16))}, timedelta(0), "something else"),
}


@pytest.mark.parametrize("case", LOOKED_UP)
async def test_a_lookup_says_no_only_where_the_printer_would_remember(case: str) -> None:
    words, ago, said = LOOKED_UP[case]
    async with saying(words) as sink:
        sink._clock = Noon()  # type: ignore[assignment]
        asked = replace(piece(), since=NOW - ago)
        if said in ("found", "none"):
            assert (await sink.lookup(asked) is None) == (said == "none")
            return
        with pytest.raises((SinkRefused, SinkUnsure), match=said):
            await sink.lookup(asked)


async def test_a_job_that_a_person_judged_not_printed_does_not_stand_for_the_try_that_follows() -> None:
    """It is kept as printed in the printer's memory; the next try is cut in the line."""
    async with saying({JOBS: job(OURS, created=UP - 40), PRINT: None}) as sink:
        sink._clock = Noon()  # type: ignore[assignment]
        judged = replace(piece(), since=NOW - timedelta(seconds=20))
        with pytest.raises(SinkUnsure, match="did not answer"):
            await sink.submit(judged)
        assert await sink.lookup(judged) is None


BUSY = answer(0x0507)


async def test_while_a_printer_is_busy_another_dispatcher_may_have_handed_the_letter_over() -> None:
    looks: list[bytes | int | None] = [NONE, NONE, job(OURS, 3), NONE]  # waiting ones, those that are over, again
    tries: list[bytes | int | None] = [BUSY, job("", 5)]
    async with saying({JOBS: looks, PRINT: tries}, 9) as sink:
        assert (await sink.submit(piece())).reference.endswith("-job1")
    assert len(tries) == 1


async def test_a_busy_printer_gets_nothing_after_the_lease() -> None:
    tries: list[bytes | int | None] = [BUSY, job("", 5)]
    async with saying({PRINT: tries}, 9) as sink:
        sink._clock = Noon()  # type: ignore[assignment]
        with pytest.raises(SinkAway, match="busy"):
            await sink.submit(replace(piece(), since=NOW, until=NOW))
    assert len(tries) == 1


async def test_an_answer_without_end_is_ended_by_us() -> None:
    ended = asyncio.Event()

    async def post(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 1_000_000)
        finally:
            ended.set()

    app = web.Application()
    app.router.add_post("/ipp/print", post)
    async with TestServer(app) as server:
        client = PrinterClient(f"ipp://127.0.0.1:{server.port}/ipp/print")
        with pytest.raises(SinkAway):
            await client.facts()
        await asyncio.wait_for(ended.wait(), 5)
        await client.close()


async def test_a_try_without_an_end_is_not_remembered_for_ever() -> None:
    async with saying({PRINT: None}) as sink:
        for nth, at in ((1, 0.0), (2, 90_000.0)):
            sink._seconds = lambda at=at: at  # type: ignore[misc]
            with pytest.raises(SinkUnsure):
                await sink.submit(piece(nth))
        assert set(sink._tried) == {piece(2).letter}


async def test_what_can_be_taken_back_is_looked_for_among_what_is_not_printed_yet() -> None:
    looks: list[bytes | int | None] = [job(OURS, 5), job("x")]
    async with saying({JOBS: looks}) as sink:
        assert await sink.references() == {f"MX000001-{piece().letter}-job1"}
    assert len(looks) == 1


async def test_what_is_wished_of_the_printer_is_what_it_can_do(bus: str) -> None:
    """Both sides, not scaled, on A4; what a printer does not list is not asked of it."""
    with a_printer(bus) as printer:
        client = PrinterClient(printer.address)
        wishes = (await client.facts()).wishes
        await client.close()
    assert wishes == {"sides": "two-sided-long-edge", "media": "iso_a4_210x297mm"}


BAD: dict[str, str] = {
    "ipp:letters": "whole address",
    "ipp://": "whole address",
    "ipp://localhost:0/ipp/print": "whole address",
    "ipps://ho st/ipp": "whole address",
    "ipp://print.example/ipp/print": "Write ipps://",
    "ipp://clerk:secret@192.168.1.9/ipp/print": "Write ipps://",
    "sftp://print.example/in": "needs a user and a folder",
    "sftp://clerk@print.example": "needs a user and a folder",
    "sftp://clerk@print.example/in": "MEKTUPX_PRINT_ROOM_KEY, MEKTUPX_SFTP_KEY_FILE, MEKTUPX_SFTP_KNOWN_HOSTS",
}


@pytest.mark.parametrize("value", BAD)
def test_an_address_that_leads_nowhere_is_told_what_is_accepted(value: str) -> None:
    with pytest.raises(ValueError, match=BAD[value]) as told:
        sink_from(value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "value", ["ipp://localhost/ipp/print", "ipp://127.0.0.1:631/x", "ipp://[::1]/x", "ipps://print.example/ipp/print"]
)
def test_a_line_of_this_machine_may_be_plain_and_any_may_be_encrypted(value: str) -> None:
    assert sink_from(value).name == "ipp"
