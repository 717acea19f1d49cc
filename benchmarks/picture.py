"""The README's picture of a printed letter, drawn by the same hand that draws letters."""

from __future__ import annotations

from pathlib import Path

from rendering import sample

if __name__ == "__main__":
    raise SystemExit(sample.main([str(Path(__file__).parent.parent / "docs" / "letter.png")]))
