"""All figures, one a line: name, ours, peer, ratio, tab-separated. `python -m benchmarks [SUITE …]` runs some.

Where there is no peer the third column is the bar that the figure has to keep to, and the name says "bar".
"""

from __future__ import annotations

import subprocess
import sys

SUITES = {
    "pdf": ("benchmarks.pdf_speed",),
    "turns": ("benchmarks.turns",),
    "previews": ("benchmarks.turns", "previews"),
    "million": ("benchmarks.million",),
    "outbox": ("benchmarks.outbox",),
    "memory": ("benchmarks.memory",),
    "start": ("benchmarks.readiness",),
    "callbacks": ("benchmarks.callbacks",),
}


def main(wanted: list[str]) -> int:
    """Each suite in a process of its own, one after the other, so that none warms or slows the next."""
    strangers = [name for name in wanted if name not in SUITES]
    if strangers:
        print(f"There is no suite {strangers[0]!r}; accepted: {', '.join(SUITES)}.", file=sys.stderr)
        return 2
    codes = [subprocess.run([sys.executable, "-m", *SUITES[name]], check=False).returncode for name in wanted or SUITES]
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
