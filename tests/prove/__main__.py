"""`make prove`: breaks everything on purpose, with full counts, and writes what came of it to PROOF.md.

python -m tests.prove [--seed N] [--sample] [--to FILE] [SECTION …]

Ends with 1 if anything was lost or done twice.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

from tests.prove.lives import can_trace
from tests.prove.report import Row, written
from tests.prove.sections import FULL, SAMPLE, SECTIONS, Job, quiet, sections
from tests.storage.postgres import _programs

ROOM = Path(__file__).parents[2]
SIDE_BY_SIDE = 4


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    if why := can_trace():
        print(f"Nothing can be killed at system calls here: {why}.", file=sys.stderr)
        return 2
    began, chosen = time.monotonic(), asked.sections or list(SECTIONS)
    jobs = {
        name: found for name, found in sections(SAMPLE if asked.sample else FULL, asked.seed).items() if name in chosen
    }
    rows, took = _run(jobs)
    minutes = (time.monotonic() - began) / 60
    text = written(
        rows,
        seed=asked.seed,
        sample=asked.sample,
        whole=set(jobs) == set(SECTIONS),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        minutes=minutes,
        took=took,
        postgresql=_postgresql(),
    )
    asked.to.write_text(text, encoding="utf-8")
    bad = [row for found in rows.values() for row in found if not row.good]
    print(
        f"{asked.to.name} written after {minutes:.1f} minutes: {'all held' if not bad else f'{len(bad)} did not hold'}"
    )
    return 1 if bad else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"out of {', '.join(SECTIONS)}; all without one")
    parser.add_argument("--seed", type=int, default=1, help="other numbers break other places")
    parser.add_argument("--sample", action="store_true", help="small counts")
    parser.add_argument("--to", type=Path, default=ROOM / "PROOF.md", help="the report; PROOF.md without it")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return asked


def _run(sections_: dict[str, list[Job]]) -> tuple[dict[str, list[Row]], dict[str, float]]:
    """All jobs, a few side by side (most of them wait for disks, servers and clocks), each in a fresh process: rows in
    the order of the jobs, and how long the last of a section took to end. A job that fails is no proof."""
    context, began = multiprocessing.get_context("spawn"), time.monotonic()
    took: dict[str, float] = {}
    with ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=context, max_tasks_per_child=1, initializer=quiet) as pool:
        longest_first = sorted(sections_, key=lambda name: name != "cluster")
        running = {name: [pool.submit(job) for job in sections_[name]] for name in longest_first}
        section_of = {job: name for name, jobs in running.items() for job in jobs}
        for done in as_completed(section_of):
            name = section_of[done]
            took[name] = time.monotonic() - began
            for row in done.result():
                counted = f"tried {row.tried}, struck {row.struck}, lost {row.lost}, doubled {row.doubled}"
                print(f"  {name}: {row.fault}: {counted}", *row.wrong, sep="\n    ", flush=True)
        return {
            name: [row for job in jobs for row in job.result()]
            for name, jobs in sorted(running.items(), key=lambda one: list(sections_).index(one[0]))
        }, took


def _postgresql() -> str:
    told = subprocess.run([_programs() / "postgres", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip().rpartition(" ")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
