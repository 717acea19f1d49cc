"""How long a letter takes to become a PDF, beside plain WeasyPrint, fpdf2 and Typst on the same words.

Prints `name<TAB>ours<TAB>peer<TAB>ratio`: milliseconds of CPU time, because the clock says what else a machine does;
medians of interleaved runs (ours, peers, ours, peers …). The peers, in a process of their own, draw the same page
content as their manuals would, without PDF/A, marks, coverage check, address check or fixed bytes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rendering import faces, pdf
from rendering.gate import gate
from rendering.layout.page import Letter
from rendering.processes.pool import Pool
from rendering.sample import LETTER

ROUNDS = 15
COUNTS = 40
DRAWN = 60
SENTENCE = (
    "Sevgili Ayşe, bugün İstanbul’da hava çok güzel; Iğdır’dan döndüğümden beri sana yazmak istiyordum. "
    "Çocuklar büyüdü, şimdi okula gidiyorlar ve her akşam öğrendiklerini anlatıyorlar. "
)
CASES = {  # paragraphs that fill the pages
    "one page": 2,
    "four pages": 11,
    "ten pages": 29,
}


def ours(letter: Letter) -> int:
    return pdf.draw(letter).pages


def ours_gated(letter: Letter) -> int:
    drawn = pdf.draw(letter)
    gate(drawn.pdf, drawn.pages, letter)
    return drawn.pages


class Peers:
    """Another process draws with what somebody would write instead; none of our functions are in its libraries."""

    def __enter__(self) -> Peers:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.peers.plain_pdf"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def draw(self, peer: str, letter: Letter) -> float | None:
        """Milliseconds of CPU time; None where it is not installed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        words = {name: getattr(letter, name) for name in ("text", "addressee", "return_line", "footnote")}
        fonts = {"serif": str(faces.file_of("Noto Serif")), "sans": str(faces.file_of("Noto Sans"))}
        print(json.dumps({"peer": peer, **words, **fonts}), file=self._process.stdin, flush=True)
        told = self._process.stdout.readline().strip()
        return None if told == "none" else float(told)


def cpu(run: Callable[[Letter], object], letter: Letter) -> float:
    gc.collect()  # what the run before has left is not this one's
    start = time.process_time()
    run(letter)
    return (time.process_time() - start) * 1000


OURS: dict[str, Callable[[Letter], object]] = {"ours": ours, "gated": ours_gated}
PEERS = ("weasyprint", "fpdf2", "typst")


def interleaved(peers: Peers, paragraphs: int) -> dict[str, float]:
    """The median of each; no two rounds draw the same words, which some engines would remember."""
    times: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        letter = replace(LETTER, text="\n\n".join([f"{number} {SENTENCE * 4}"] * paragraphs))
        took = {name: cpu(run, letter) for name, run in OURS.items()}
        took |= {name: ms for name in PEERS if (ms := peers.draw(name, letter)) is not None}
        for name, ms in took.items() if number else ():  # the first round warms up
            times.setdefault(name, []).append(ms)
    return {name: statistics.median(taken) for name, taken in times.items()}


def after_a_message(added: int) -> tuple[float, float]:
    """Milliseconds of CPU time, 95th percentile: counting the pages of 12,000 characters of which `added` are new, and
    before, where all the others are."""
    new, whole = list[float](), list[float]()
    for number in range(COUNTS):
        before, message = (prose(size, number) for size in (12_000 - added, added))
        for took, text in ((whole, before), (new, f"{before}\n\n{message}")):
            took.append(cpu(pdf.measure, replace(LETTER, text=text)))
    return statistics.quantiles(new, n=20)[-1], statistics.quantiles(whole, n=20)[-1]


def prose(size: int, number: int) -> str:
    """Words in paragraphs that no other number has."""
    drawn = random.Random(f"{size} {number}")
    words = SENTENCE.split()
    text = " ".join(drawn.choice(words) + ("\n\n" if not drawn.randrange(60) else "") for _ in range(size // 4))
    return text[:size]


async def letters_a_second(workers: int) -> float:
    """The letters of four senders, by the clock: it means something on a machine with two idle cores only."""
    async with Pool(workers) as pool:
        await warmed(pool, workers)
        start = time.perf_counter()
        await asyncio.gather(*(pool.draw(LETTER, sender=nth % 4) for nth in range(DRAWN)))
        return DRAWN / (time.perf_counter() - start)


async def warmed(pool: Pool, workers: int) -> list[int]:
    """The process ids of all its workers, each of which has drawn."""
    await asyncio.gather(*(pool.draw(LETTER, sender=nth) for nth in range(2 * workers)))
    return await asyncio.gather(*(slot.warm() for slot in [*pool._slots]))


async def shares() -> tuple[float, float]:
    """Milliseconds of CPU time for a letter: of the service, which hands it out, and of two workers, which draw it.
    What the service takes they cannot have on a machine of two cores, however busy it is now."""
    async with Pool(2) as pool:
        workers = await warmed(pool, 2)
        before, own = sum(map(used, workers)), time.process_time()
        await asyncio.gather(*(pool.draw(LETTER, sender=nth % 4) for nth in range(DRAWN)))
        service, drawing = time.process_time() - own, sum(map(used, workers)) - before
        return service * 1000 / DRAWN, drawing * 1000 / DRAWN


def used(process: int) -> float:
    """Seconds of CPU time of another process (proc(5), utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def two_workers() -> tuple[float, float]:
    """Medians of two workers and of one, in turns."""
    took = [(asyncio.run(letters_a_second(2)), asyncio.run(letters_a_second(1))) for _ in range(3)]
    return statistics.median(two for two, _ in took), statistics.median(one for _, one in took)


def row(name: str, mine: float, other: float) -> None:
    print(f"{name}\t{mine:.1f}\t{other:.1f}\t{mine / other:.2f}", flush=True)


def main() -> int:
    gc.collect()
    gc.freeze()  # as a worker does when it is warm; the peers' process, too
    print("name\tours\tpeer\tratio")
    with Peers() as peers:
        for case, paragraphs in CASES.items():
            took = interleaved(peers, paragraphs)
            row(f"{case}: letter / plain WeasyPrint", took["ours"], took["weasyprint"])
            row(f"{case}: letter with the gate / plain WeasyPrint", took["gated"], took["weasyprint"])
            row(f"{case}: letter / fpdf2", took["ours"], took["fpdf2"])
            if "typst" in took:
                row(f"{case}: letter / Typst", took["ours"], took["typst"])
    for added in (1_500, 4_096):
        new, whole = after_a_message(added)
        row(f"counting pages after a message of {added:,} in 12,000 characters / of what was before, p95", new, whole)
    row("CPU time for a letter: the service / the two workers that draw", *asyncio.run(shares()))
    row("letters a second of two workers / of one", *two_workers())
    return 0


if __name__ == "__main__":
    sys.exit(main())
