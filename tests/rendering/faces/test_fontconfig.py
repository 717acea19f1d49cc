"""Nothing of the machine prints: fontconfig knows our faces, and in the order of our table."""

from __future__ import annotations

import os
import subprocess

import pytest

from rendering import faces
from rendering.faces import fontconfig
from rendering.faces.table import FAMILIES, SCRIPTS


def families() -> set[str]:
    with faces.closed():
        listing = subprocess.run(("fc-list", "--format", "%{family[0]}\n"), check=True, capture_output=True, text=True)
    return set(listing.stdout.split("\n")) - {""}


def test_it_knows_our_faces_and_no_other() -> None:
    every = subprocess.run(("fc-list", "--format", "%{family[0]}\n"), check=True, capture_output=True, text=True).stdout
    assert {"Noto Sans Cuneiform", "Noto Sans Display"} <= set(every.split("\n"))  # the machine has others
    assert families() == set(FAMILIES)


def test_each_family_has_one_regular_upright_face_and_no_two_of_one_kind() -> None:
    command = ("fc-list", "--format", "%{family[0]}/%{weight}/%{slant}\n")
    with faces.closed():
        kinds = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(kinds) == len(set(kinds)) > 60
    assert {f"{name}/80/0" for name in FAMILIES} <= set(kinds)


@pytest.mark.parametrize("before", [None, "/etc/fonts/fonts.conf"])
def test_it_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    if before:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    with faces.closed():
        inside = os.environ["FONTCONFIG_FILE"]
        assert os.stat(os.path.dirname(inside)).st_mode & 0o077 == 0
    assert os.environ.get("FONTCONFIG_FILE") == before
    assert not os.path.exists(inside)


# By hand: who prints what beside a serif, and beside a sans.
PRINTS = [
    ("ğşıİ", "Noto Serif", "Noto Sans"),
    ("Ελληνικά Київ", "Noto Serif", "Noto Sans"),
    ("مرحبا", "Amiri", "Noto Sans Arabic"),
    ("ٹھیک ہے پاکستان", "Amiri", "Noto Sans Arabic"),
    ("שלום", "Noto Serif Hebrew", "Noto Sans Hebrew"),
    ("Հայերեն", "Noto Serif Armenian", "Noto Sans Armenian"),
    ("ქართული", "Noto Serif Georgian", "Noto Sans Georgian"),
    ("हिन्दी", "Noto Serif Devanagari", "Noto Sans Devanagari"),
    ("ภาษาไทย", "Noto Serif Thai", "Noto Sans Thai"),
    ("中文日本語한국어", "Droid Sans Fallback", "Droid Sans Fallback"),
    ("𐱅𐰇𐰼𐰰", "Noto Sans Old Turkic", "Noto Sans Old Turkic"),
]


@pytest.mark.parametrize(("words", "serif", "sans"), PRINTS, ids=[row[1] for row in PRINTS])
def test_each_script_has_its_face_beside_a_serif_and_beside_a_sans(words: str, serif: str, sans: str) -> None:
    for face, company, expected in (("Noto Serif", "serif", serif), ("Noto Sans", "sans", sans)):
        order = faces.order(face, company)  # type: ignore[arg-type]
        first = {
            next(name for name in order if ord(letter) in faces.covered(name)) for letter in words if letter != " "
        }
        assert first == {expected}


def test_no_script_is_named_twice_and_every_face_has_a_file() -> None:
    assert len({script for script, *_ in SCRIPTS}) == len(SCRIPTS)
    for _, *names in SCRIPTS:
        for name in names:
            assert faces.file_of(name).is_file()


def test_the_emoji_face_is_never_in_the_order() -> None:
    assert faces.EMOJI_FACE in FAMILIES
    assert faces.EMOJI_FACE not in faces.order("Noto Serif", "serif") + faces.order("Noto Sans", "sans")


def test_the_width_of_a_line_is_the_sum_of_its_letters() -> None:
    metrics = faces.metrics(faces.ADDRESS_FACE)
    assert metrics.width("", 10) == 0
    assert metrics.width("ıı", 10) == pytest.approx(2 * metrics.width("ı", 10))
    assert metrics.width("M", 20) == pytest.approx(2 * metrics.width("M", 10))
    assert metrics.width("漢", 10) == 10  # a character of another face counts as a full square


def test_fontconfig_and_the_font_file_agree() -> None:
    assert set(faces.metrics("Noto Sans").widths) - {0, 13} <= faces.covered("Noto Sans") | {0x00A0, 0x00AD, 0xFEFF}


def test_a_family_that_fontconfig_does_not_know_is_told() -> None:
    with pytest.raises(faces.FacesMissing, match="fc-cache"):
        fontconfig.covered("Comic Sans MS")
