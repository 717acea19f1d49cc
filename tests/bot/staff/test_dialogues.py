"""The staff's situations as people read them: every transcript is played at the real desk, in both languages."""

from __future__ import annotations

import asyncio
import difflib
import re
from pathlib import Path

import pytest

from .dialogue import FOLDER, parsed, played
from .stage import DIRECTIONS

FILES = sorted(FOLDER.glob("*/*.txt"))


def named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_transcript_is_what_the_desk_says(file: Path, tmp_path: Path) -> None:
    wanted = file.read_text(encoding="utf-8")
    told = asyncio.run(played(wanted, file.parent.name, tmp_path))
    assert "\n".join(difflib.unified_diff(_flat(wanted), _flat(told), "transcript", "bot", n=4, lineterm="")) == ""


def _flat(transcript: str) -> list[str]:
    """Where a line is broken before its buttons does not matter."""
    return "\n".join(re.sub(r"\s*\n\s*(?=\[)", " ", line) for line in parsed(transcript) if line).splitlines()


def of(language: str) -> list[Path]:
    return [file for file in FILES if file.parent.name == language]


def test_both_languages_tell_the_same_stories() -> None:
    assert [file.name[:2] for file in of("tr")] == [file.name[:2] for file in of("en")] != []


def test_every_direction_stands_in_a_transcript_of_its_language() -> None:
    told = {lang: "\n".join(file.read_text(encoding="utf-8") for file in of(lang)) for lang in ("tr", "en")}
    for turkish, english, _ in DIRECTIONS:
        assert re.search(rf"^\({turkish}\)$", told["tr"], re.MULTILINE), turkish
        assert re.search(rf"^\({english}\)$", told["en"], re.MULTILINE), english
