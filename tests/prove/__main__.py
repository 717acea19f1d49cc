"""`make prove`: breaks everything on purpose, with full counts, and writes what came of it to PROOF.md.

python -m tests.prove [--seed N] [--sample] [--at-once N] [--to FILE] [SECTION …]

Of single sections only their own place in the report is written anew; the others stay, each with its day and commit.
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
from tests.prove.report import Row, Run, written
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
    commit = _commit()
    rows, took = _run(jobs, asked.at_once)
    minutes = {name: seconds / 60 for name, seconds in took.items()}
    run = Run(f"{datetime.now(UTC):%Y-%m-%d}", commit, asked.seed, asked.sample, _postgresql(), minutes)
    before = asked.to.read_text(encoding="utf-8") if asked.to.is_file() else ""
    asked.to.write_text(written(rows, run, SECTIONS, before), encoding="utf-8")
    bad = [row for found in rows.values() for row in found if not row.good]
    held = "all held" if not bad else f"{len(bad)} did not hold"
    print(f"{asked.to.name} written after {(time.monotonic() - began) / 60:.1f} minutes: {held}")
    return 1 if bad else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"out of {', '.join(SECTIONS)}; all without one")
    parser.add_argument("--seed", type=int, default=1, help="other numbers break other places")
    parser.add_argument("--sample", action="store_true", help="small counts")
    parser.add_argument("--at-once", type=int, default=SIDE_BY_SIDE, help="how many processes")
    parser.add_argument("--to", type=Path, default=ROOM / "PROOF.md", help="the report; PROOF.md without it")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return asked


def _run(sections_: dict[str, list[Job]], at_once: int) -> tuple[dict[str, list[Row]], dict[str, float]]:
    """All jobs, a few side by side (most of them wait for disks, servers and clocks), each in a fresh process: rows in
    the order of the jobs, and how long the last of a section took to end. A job that fails is no proof."""
    context, began = multiprocessing.get_context("spawn"), time.monotonic()
    took: dict[str, float] = {}
    with ProcessPoolExecutor(at_once, mp_context=context, max_tasks_per_child=1, initializer=quiet) as pool:
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


def _commit() -> str:
    """Which one is proved, and whether it was changed since."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOM, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--", ":!PROOF.md")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def _postgresql() -> str:
    told = subprocess.run([_programs() / "postgres", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip().rpartition(" ")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
