"""The paper is an archive: PDF/A-2u to an independent validator, each character readable, black ink, the same bytes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import page
import pikepdf
import pytest

from rendering import pdf
from tests.programs import program
from tests.rendering.paper import glyphs, letter, long_letter

SCRIPTS = {
    "Turkish": "Iğdır’dan Şişli’ye: ağır ateşte, sabırla!",
    "emoji": "Sevgiler ❤️ 👨‍👩‍👧‍👦 🇹🇷 👍🏽 1️⃣",
    "Hebrew with points": "שָׁלוֹם עוֹלָם שלום",
    "Arabic with vowels": "السَّلَامُ عَلَيْكُمْ",
    "Hindi": "हिन्दी क्षत्रिय नमस्ते",
    "Tamil": "தமிழ் கொடி",
    "Thai": "สวัสดีครับ น้ำ",
    "Burmese": "မြန်မာ",
    "Khmer": "ខ្មែរ",
    "marks upon marks": "z" + "\u0301\u0323" * 4 + " za",
    "nothing": "",
}


def read_back(drawn: bytes, folder: Path) -> str:
    """What poppler reads, which follows /ActualText."""
    paper = folder / "letter.pdf"
    paper.write_bytes(drawn)
    told = subprocess.run([program("pdftotext"), paper, "-"], capture_output=True, text=True, check=True)
    return told.stdout


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_an_independent_validator_calls_it_pdf_a_2u_and_every_character_can_be_read_back(
    words: str, tmp_path: Path
) -> None:
    drawn = pdf.draw(letter(words)).pdf
    told = page.validate_pdf_bytes(drawn)
    assert (told.profile, [failure.rule_id for failure in told.failures]) == (page.ValidationProfile.PDF_A_2U, [])
    assert set(words) <= set(read_back(drawn, tmp_path))


def test_so_it_is_where_a_byte_order_mark_within_a_syllable_was_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one character that may be no value of a glyph; the chat names its mark before."""
    monkeypatch.setattr(pdf, "orphans", lambda *_: ())
    test_an_independent_validator_calls_it_pdf_a_2u_and_every_character_can_be_read_back(
        "ម\ufeffា ಮ\ufeffಾ a\ufeffb", tmp_path
    )


def test_the_validator_does_find_what_is_wrong() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.draw(letter("Sevgiler ❤️")).pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
                thing["/Interpolate"] = True
        document.save(out)
    told = page.validate_pdf_bytes(out.getvalue(), profile=page.ValidationProfile.PDF_A_2U)
    assert "PDFA2U-IMAGE-INTERPOLATE-001" in {failure.rule_id for failure in told.failures}


@pytest.mark.parametrize("words", ["हिन्दी क्षत्रिय", "मैं मैं में कि की", "நான் தமிழ் கொடி", "สวัสดี น้ำ"])
def test_words_of_scripts_that_reorder_their_letters_read_back_in_their_order(words: str, tmp_path: Path) -> None:
    assert words in read_back(pdf.draw(letter(words)).pdf, tmp_path)


@pytest.mark.parametrize("words", ["שָׁלוֹם עוֹלָם שלום", "สวัสดี น้ำ", "நான் தமிழ் கொடி", "السَّلَامُ عَلَيْكُمْ"])
def test_marks_stand_at_their_letters(words: str) -> None:
    boxes = [box for _, box in glyphs(pdf.draw(letter(words)).pdf) if 100 < box.top < 115]
    assert len(boxes) >= 9
    assert 15 < max(box.right for box in boxes) - min(box.left for box in boxes) < 41  # millimetres, at 12 points


def test_a_letter_reads_back_alone_as_it_does_after_another(tmp_path: Path) -> None:
    """What a glyph stands for does not depend on the cluster in which it came first."""
    assert "za zá ẓá a" in read_back(pdf.draw(letter("zá\u0323 za zá ẓá a")).pdf, tmp_path)


@pytest.mark.parametrize("made", [letter("Işıl ❤️"), long_letter(7)], ids=["one page", "three pages"])
def test_qpdf_finds_nothing_wrong(made: object, tmp_path: Path) -> None:
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(pdf.draw(made).pdf)  # type: ignore[arg-type]
    told = subprocess.run([program("qpdf"), "--check", paper], capture_output=True, text=True, check=False)
    assert (told.returncode, "No syntax or stream encoding errors found" in told.stdout) == (0, True)


DRAW = """
from rendering import pdf
from tests.rendering.test_archive import SCRIPTS
from tests.rendering.paper import letter
print(pdf.draw(letter("\\n\\n".join(SCRIPTS.values()))).sha256)
"""


@pytest.mark.slow
def test_two_processes_in_two_time_zones_with_two_hash_seeds_draw_the_same_bytes() -> None:
    told = set()
    for zone, seed in (("Europe/Istanbul", "1"), ("Pacific/Auckland", "2")):
        env = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=True, env=env)
        told.add(done.stdout.strip())
    assert len(told) == 1 and len(told.pop()) == 64
