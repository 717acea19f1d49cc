"""One printer or queue as IPP shows it (RFC 8011): what it can do, its jobs, and a job handed over or taken back.

Every failure is a SinkError by what it says about the letter: surely not taken (SinkAway), never to be taken
(SinkRefused), or nobody knows (SinkUnsure).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from pyipp import IPP
from pyipp.enums import IppOperation, IppTag
from pyipp.exceptions import (
    IPPConnectionError,
    IPPConnectionUpgradeRequired,
    IPPError,
    IPPParseError,
    IPPResponseError,
)
from pyipp.tags import ATTRIBUTE_TAG_MAP

from bot.base.streams import at_most
from bot.printer.sink import SinkAway, SinkError, SinkRefused, SinkUnreachable, SinkUnsure, told
from flows.desk.printing import printer as wording

__all__ = ["ACCEPTED", "USER", "Busy", "Job", "PrinterClient", "PrinterFacts"]

T = TypeVar("T")

# pyipp leaves out, without a word, what this table does not name.
ATTRIBUTE_TAG_MAP.update(
    {
        "media": IppTag.KEYWORD,
        "print-scaling": IppTag.KEYWORD,
        "purge-job": IppTag.BOOLEAN,
    }
)

USER: Final = "mektupx"
"""Whose jobs ours are at the printer: queues show names of jobs to their owner."""

ANSWER: Final = 20.0
"""Seconds that a printer has for an answer; slower is as good as away."""

LARGEST: Final = 8_000_000  # bytes of an answer: ten thousand jobs of a long memory

GONE: Final = frozenset({0x0404, 0x0406, 0x0407})
"""Not possible, not found, gone: the job is over or forgotten."""

ACCEPTED: Final = frozenset({3, 4, 5, 6, 9})
"""Job states (RFC 8011, 5.3.7) in which a job was neither canceled (7) nor aborted (8)."""

_UNSURE: Final = frozenset({0x0405, 0x0500, 0x0504, 0x0508})
"""Timeout, internal error, device error, canceled: the job may have begun."""

_ASKED: Final = (
    "printer-up-time",
    "printer-is-accepting-jobs",
    "printer-state-reasons",
    "document-format-supported",
    "sides-supported",
    "media-supported",
    "print-scaling-supported",
    "cups-version",
)


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """up: seconds since it was switched on (CUPS: since 1970). spools: it keeps jobs on a disk, as CUPS does, and not
    only in its memory. wishes: job attributes that it can follow."""

    up: int
    accepting: bool
    pdf: bool
    spools: bool
    reasons: tuple[str, ...]
    wishes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """created: on the clock of PrinterFacts.up."""

    number: int
    name: str
    state: int
    created: int
    reasons: tuple[str, ...] = ()


class Busy(SinkAway):
    """It did not take the letter now; it may in a moment."""


class _Bounded(ClientResponse):
    """An answer without end is none."""

    async def read(self) -> bytes:
        body = await at_most(self.content, LARGEST)
        if body is None:
            self.close()  # it would go on for as long as the printer likes
            raise ClientError("the answer is too long")
        return body


class PrinterClient:
    """One printer's address: ipp:// or, encrypted and with a certificate that is checked, ipps://."""

    def __init__(self, address: str) -> None:
        url = urlsplit(address)
        assert url.hostname
        self._printer = f"{url.scheme}://{_host(url.hostname)}:{url.port or 631}{url.path or '/ipp/print'}"
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        self._session: ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def facts(self) -> PrinterFacts:
        return await self._ask(IppOperation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": list(_ASKED)}, _facts)

    async def jobs(self, *, completed: bool = True) -> list[Job]:
        """Waiting, at work and over, as far back as the printer remembers. completed: also those that are over."""
        found: list[Job] = []
        # In this order: what ends in between is seen twice, never missed.
        for which in ("not-completed", "completed")[: 1 + completed]:
            wanted = {"which-jobs": which, "requested-attributes": _OF_JOBS}
            found += await self._ask(IppOperation.GET_JOBS, wanted, _jobs)
        jobs = {one.number: one for one in found}
        # Of a job that has just ended a list of CUPS may lack name and time; asked about it alone, CUPS reads its file.
        for bare in [one for one in jobs.values() if not one.name and not one.created]:
            jobs[bare.number] = await self.job(bare.number) or bare
        return list(jobs.values())

    async def job(self, number: int) -> Job | None:
        """None for one that the printer does not know (any more)."""
        wanted = {"job-id": number, "requested-attributes": _OF_JOBS}
        found = await self._ask(IppOperation.GET_JOB_ATTRIBUTES, wanted, _jobs, passing=GONE)
        return found[0] if found else None

    async def print(self, name: str, pdf: bytes, wishes: Mapping[str, str]) -> int:
        """Hands a job over; its number. Errors: SinkUnsure where the answer is lost."""
        wanted = {"job-name": name, "document-format": "application/pdf"}
        found = await self._ask(IppOperation.PRINT_JOB, wanted, _jobs, lost=SinkUnsure, job=wishes, data=pdf)
        if not found:
            raise SinkUnsure(wording.NO_NUMBER)
        return found[0].number

    async def cancel(self, number: int, *, purge: bool) -> None:
        """Takes a job back, if it is not printed yet. purge: of CUPS, whose copy goes too, printed or not."""
        wanted = {"job-id": number, **({"purge-job": True} if purge else {})}
        await self._ask(IppOperation.CANCEL_JOB, wanted, _jobs, passing=GONE)

    async def _ask(
        self,
        operation: IppOperation,
        wanted: Mapping[str, Any],
        read: Callable[[Mapping[str, Any]], T],
        *,
        lost: type[SinkError] = SinkAway,
        passing: frozenset[int] = frozenset(),
        job: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> T:
        """One question. passing: statuses that are an answer like any other; lost: what the lack of an answer means."""
        message: dict[str, Any] = {"operation-attributes-tag": {"requesting-user-name": USER, **wanted}}
        message |= {"job-attributes-tag": dict(job)} if job else {}
        message |= {"data": data} if data is not None else {}
        try:
            async with asyncio.timeout(ANSWER):
                return read(await self._client().execute(operation, message))
        except IPPConnectionError as error:
            if isinstance(error.__cause__, ClientConnectorError):
                raise SinkUnreachable(told(wording.UNREACHABLE, why=type(error.__cause__).__name__)) from None
            raise lost(wording.NOT_ANSWERED) from None
        except IPPResponseError as error:
            raise _of_http(error, lost, handing=operation is IppOperation.PRINT_JOB) from None
        except IPPConnectionUpgradeRequired:
            raise SinkAway(wording.UNENCRYPTED) from None
        except IPPParseError:
            raise lost(wording.NO_IPP) from None
        except IPPError as error:
            status = _status(error)
            if status in passing:
                return read({})
            raise _refused(status, lost) from None
        except (ClientError, TimeoutError, OSError):
            raise lost(wording.NOT_ANSWERED) from None
        except (ValueError, LookupError, TypeError, AttributeError):  # of answers that no printer should give
            raise lost(wording.NO_IPP) from None

    def _client(self) -> IPP:
        if self._session is None:
            self._session = ClientSession(
                response_class=_Bounded, connector=TCPConnector(force_close=True), timeout=ClientTimeout(total=ANSWER)
            )
        return IPP(
            self._printer,
            username=self._user or None,
            password=self._password or None,
            session=self._session,
            verify_ssl=True,
            request_timeout=int(ANSWER),
        )


_OF_JOBS: Final = ["job-id", "job-name", "job-state", "job-state-reasons", "time-at-creation"]


def _facts(said: Mapping[str, Any]) -> PrinterFacts:
    found = said["printers"][0]
    wishes = {"sides": "two-sided-long-edge", "print-scaling": "none", "media": "iso_a4_210x297mm"}
    formats = _all(found, "document-format-supported")
    return PrinterFacts(
        int(found.get("printer-up-time", 0)),
        bool(found.get("printer-is-accepting-jobs", True)),
        not formats or bool({"application/pdf", "application/octet-stream"} & set(formats)),
        "cups-version" in found,
        tuple(one for one in _all(found, "printer-state-reasons") if one != "none"),
        {name: value for name, value in wishes.items() if value in _all(found, f"{name}-supported")},
    )


def _jobs(said: Mapping[str, Any]) -> list[Job]:
    return [
        Job(
            int(one["job-id"]),
            str(one.get("job-name", "")),
            int(one.get("job-state", 0)),
            int(one.get("time-at-creation") or 0),
            tuple(reason for reason in _all(one, "job-state-reasons") if reason != "none"),
        )
        for one in said.get("jobs", [])
        if one
    ]


def _all(found: Mapping[str, Any], name: str) -> list[str]:
    """One value or several, as pyipp gives them."""
    value = found.get(name, [])
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


# What a refusal says about the letter ---------------------------------------------------------------------------------


def _status(error: IPPError) -> int:
    said = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    return int(said.get("status-code", 0x0503 if "ersion" in str(error) else 0))


_OF_THE_LETTER: Final = frozenset({400, 411, 413, 415})
"""What a web server answers to one letter (RFC 9110, 15.5): bad, without a length, too large, of a strange type. The
printer has just told of itself and its jobs at the same path, so it is there."""


def _of_http(error: IPPResponseError, lost: type[SinkError], *, handing: bool) -> SinkError:
    """handing: a letter was being handed over."""
    status = error.args[1].get("status-code", 0) if len(error.args) > 1 else 0
    if status in (401, 403):
        return SinkAway(wording.PASSWORD)
    if handing and status in _OF_THE_LETTER:
        return SinkRefused(told(wording.NOT_TAKEN, status=f"HTTP {status}"))
    if 400 <= status < 500:
        return SinkAway(told(wording.NO_PRINTER, status=f"HTTP {status}"))
    return lost(told(wording.ANSWERED, status=f"HTTP {status}"))


def _refused(status: int, lost: type[SinkError]) -> SinkError:
    if status in wording.BUSY:
        return Busy(wording.BUSY[status])
    if status in wording.AWAY:
        return SinkAway(wording.AWAY[status])
    if status in _UNSURE or not 0x0400 <= status < 0x0600:
        return lost(told(wording.ANSWERED, status=f"IPP 0x{status & 0xFFFF:04x}"))
    return SinkRefused(told(wording.NOT_TAKEN, status=f"IPP 0x{status:04x}"))
