"""An operator learns which typeface is missing or broken, and how to get it, before a sender meets a box."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rendering import faces
from rendering.faces import files

SERIF, EMOJI, CARRIED = "NotoSerif-Bold.ttf", "NotoColorEmoji.ttf", "Mali-Bold.ttf"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine whose typefaces are links to ours, so that a test can spoil one of them."""
    for path in files.every_file():
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.setattr(files, "ROOTS", (tmp_path,))
    files.look_anew()
    yield tmp_path
    files.look_anew()


def own(machine: Path, name: str) -> Path:
    """That file, no longer a link."""
    path = machine / name
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    return path


def test_nothing_is_missing_here() -> None:
    assert faces.missing() == ()


def test_nothing_is_missing_on_the_machine_of_links(machine: Path) -> None:
    assert len(files.every_file()) == len(list(machine.iterdir())) > 100
    assert faces.missing() == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (SERIF, "Font Noto Serif is missing: apt-get install fonts-noto-core"),
        (EMOJI, "Font Noto Color Emoji is missing: apt-get install fonts-noto-color-emoji"),
        (CARRIED, "Font Mali is missing: install mektupx anew, it brings this font"),
        ("Amiri-Regular.ttf", "Font Amiri is missing: apt-get install fonts-hosny-amiri"),
        ("DroidSansFallback.ttf", "Font Droid Sans Fallback is missing: apt-get install fonts-droid-fallback"),
    ],
)
def test_a_missing_font_is_named_with_its_package(machine: Path, name: str, sentence: str) -> None:
    (machine / name).unlink()
    assert faces.missing() == (sentence,)


def test_a_font_that_is_asked_for_by_name_is_named_too(machine: Path) -> None:
    (machine / EMOJI).unlink()
    files.look_anew()
    with pytest.raises(faces.FacesMissing, match="apt-get install fonts-noto-color-emoji"):
        faces.file_of(faces.EMOJI_FACE)


SPOILED = {
    "empty": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "one byte short": lambda path: os.truncate(path, path.stat().st_size - 4),
    "no font at all": lambda path: path.write_bytes(b"%PDF-1.7" * 1000),
    "announces nothing": lambda path: path.write_bytes(b"\x00\x01\x00\x00" + bytes(8)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_broken_font_is_named_with_its_package(machine: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    path = own(machine, SERIF)
    assert faces.missing() == ()
    spoil(path)
    assert faces.missing() == (f"Font Noto Serif is broken ({path}): apt-get install --reinstall fonts-noto-core",)


CHANGED = {
    "removed": lambda path: path.unlink(),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "replaced by another": lambda path: shutil.move(shutil.copy(path, f"{path}.new"), path),
    "written anew": lambda path: os.utime(path, ns=(1, path.stat().st_mtime_ns + 1)),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_file_that_changes_breaks_the_seal(machine: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = own(machine, SERIF)
    before = faces.seal()
    assert faces.seal() == before
    change(path)
    assert faces.seal() != before


def test_our_own_file_goes_before_one_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(files.CARRIED / CARRIED, tmp_path / CARRIED)
    monkeypatch.setattr(files, "ROOTS", (files.CARRIED, tmp_path))
    files.look_anew()
    assert files._path(CARRIED) == files.CARRIED / CARRIED
    files.look_anew()


def test_every_carried_file_is_of_the_table_and_brings_its_licence() -> None:
    named = {name for family in faces.FAMILIES.values() if not family.package for name in family.files}
    held = {path.name for path in files.CARRIED.iterdir()}
    assert len(named) >= 10
    assert held == named | {f"{name.partition('-')[0]}-OFL.txt" for name in named}
    notice = (Path(__file__).parents[3] / "NOTICE").read_text(encoding="utf-8")
    for name in held:
        assert name.partition("-")[0] in notice.replace(" ", "")
