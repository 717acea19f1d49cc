"""The print tray as the page shows it: the sheets that lie in its folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

__all__ = ["read_sheet", "sheets"]

Json = dict[str, Any]
SAFE_NAME = re.compile(r"[\w.-]+\.pdf", re.ASCII)
ENDINGS = re.compile(r"\.pdf(\.age)?$")


def sheets(tray: Path | None) -> list[Json]:
    """The letters in the print tray, newest first, as far as their manifests speak of them; of a sealed one there is
    nothing else to show."""
    found = []
    for file in tray.glob("[!.]*.pdf*") if tray and tray.is_dir() else ():
        if not ENDINGS.search(file.name):
            continue
        try:
            found.append((file.stat().st_mtime, _sheet(file)))
        except OSError:
            continue  # taken out of the tray in this very moment
    return [sheet for _, sheet in sorted(found, key=lambda pair: (-pair[0], pair[1]["name"]))]


def _sheet(file: Path) -> Json:
    stem = ENDINGS.sub("", file.name)
    try:
        facts = json.loads(file.with_name(f"{stem}.json").read_bytes())
    except (OSError, ValueError):  # the manifest comes last: the letter is still being put there
        facts = {}
    sealed = file.suffix == ".age"
    return {"name": file.name, "number": facts.get("number", stem), "pages": facts.get("pages"), "sealed": sealed}


def read_sheet(tray: Path | None, name: str) -> bytes | None:
    """The PDF of one sheet; None where no such one lies there."""
    if tray is None or not SAFE_NAME.fullmatch(name) or all(sheet["name"] != name for sheet in sheets(tray)):
        return None
    try:
        return (tray / name).read_bytes()
    except OSError:  # taken out of the tray in this very moment
        return None
