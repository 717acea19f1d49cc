"""One drawing process: it draws what it is handed, keeps to its limits and dies with the service that started it."""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rendering import checks, faces
from rendering.drawn import PAGE_LIMIT, Drawn, Fitted, Measured
from rendering.gate import gate
from rendering.layout.invoice import InvoicePage
from rendering.layout.page import Letter
from rendering.layout.report import Report

__all__ = ["Answer", "draw", "draw_invoice", "draw_report", "fitted", "measure", "perform", "prepare"]

_MEGABYTE = 1024 * 1024
_WARM_UP_SECONDS = 60
_seal: faces.Seal | None = None  # the typefaces as this process read them; set once, by prepare
_GIVING_WAY = 10  # nice: on a full machine whoever is answered at once goes before whoever waits for a picture


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, or the reason why there is none; never an exception, whose text could hold words of a letter.

    final: the same job would be refused for the same reason again.
    stale: a typeface is no longer the file that this worker has read; another worker has to do the job.
    """

    result: Any = None
    refused: str = ""
    final: bool = False
    stale: bool = False


def prepare(memory_mb: int) -> int:
    """Runs once in a fresh worker; returns its process id. Draws one letter so that the first sender does not wait.

    Errors: FacesMissing, because without its typefaces a worker would print others for as long as it lives.
    """
    global _seal
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which then stops its workers
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.nice(_GIVING_WAY)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold letters
    resource.setrlimit(resource.RLIMIT_CPU, (_WARM_UP_SECONDS, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MEGABYTE, memory_mb * _MEGABYTE))
    _seal = faces.seal()
    if missing := faces.missing():
        raise faces.FacesMissing("; ".join(missing))
    from rendering import sample  # noqa: PLC0415 - as below

    draw(sample.LETTER, PAGE_LIMIT)
    checks.unprintable("👍🏽")  # reads the emoji sequences
    gc.collect()
    gc.freeze()  # style sheets and fonts stay: the collector need not walk them for every letter
    return os.getpid()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def perform(job: Callable[..., Any], seconds: float, *arguments: Any) -> Answer:
    """One job under a CPU limit; whatever goes wrong is told by kind, without a word of the letter."""
    if _stale():
        return Answer(stale=True)
    answer = _within_limits(job, seconds, *arguments)
    # Pango opens a face when it first needs it: what was drawn while a file changed may show the wrong one.
    return Answer(stale=True) if _stale() else answer


def _stale() -> bool:
    return _seal is not None and faces.seal() != _seal


def _within_limits(job: Callable[..., Any], seconds: float, *arguments: Any) -> Answer:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Beyond it the kernel kills the worker, even if the service that watches the clock hangs.
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds) + 1, hard))
    try:
        return Answer(job(*arguments))
    except checks.NotPrintable as refusal:
        return Answer(refused=refusal.reason, final=True)
    except MemoryError:
        return Answer(refused="out of memory")
    except BaseException as error:  # WeasyPrint's FatalURLFetchingError is a BaseException
        return Answer(refused=f"failed with {type(error).__name__}")


# WeasyPrint is loaded here and not above: the service, which imports this file to name its jobs, never needs it.


def draw_report(told: Report) -> bytes:
    """A page to read."""
    from rendering import pdf  # noqa: PLC0415

    return pdf.draw_report(told)


def draw_invoice(page: InvoicePage) -> bytes:
    """A copy of an invoice."""
    from rendering import pdf  # noqa: PLC0415

    return pdf.draw_invoice(page)


def measure(letter: Letter, limit: int) -> Measured:
    """Layout only."""
    from rendering import pdf  # noqa: PLC0415

    return pdf.measure(letter, limit)


def draw(letter: Letter, limit: int) -> Drawn:
    """Nothing leaves the room that a press would spoil."""
    from rendering import pdf  # noqa: PLC0415

    drawn = pdf.draw(letter, limit)
    gate(drawn.pdf, drawn.pages, letter)
    return drawn


def fitted(letter: Letter) -> Fitted:
    """The address alone."""
    from rendering import pdf  # noqa: PLC0415

    return pdf.fitted(letter)
