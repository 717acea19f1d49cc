"""The operator's tariff file: read whole, or refused in a sentence that names the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.base.tariff_file import LARGEST, tariff_from
from flows.price.price import default_tariff
from tests.flows.price.test_tariff_sentences import FILE, READ


def test_without_a_file_it_is_the_one_that_ships() -> None:
    assert tariff_from(None) is default_tariff()


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "tariff.toml").write_text(FILE, encoding="utf-8")
    assert tariff_from(tmp_path / "tariff.toml") == READ


# what is in the file -> the sentence
REFUSED = {
    "bytes that are no text": (FILE.encode("utf-16"), "The tariff file is not UTF-8 text; save it as UTF-8."),
    "a film": (b"#" * (LARGEST + 1), "The tariff file is larger than 1000000 bytes; is it the right file?"),
    "no step for the longest letter": (
        FILE.replace("{ grams = 50", "{ grams = 29").encode(),
        "[[prices]] from 2026-01-01: the heaviest step is 29 g, but a letter of 10 pages weighs 30 g. Add a"
        " [[prices.steps]] for it.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_that_holds(name: str, tmp_path: Path) -> None:
    held, sentence = REFUSED[name]
    (tmp_path / "tariff.toml").write_bytes(held)
    with pytest.raises(ValueError) as refused:
        tariff_from(tmp_path / "tariff.toml")
    assert str(refused.value) == sentence


def test_a_file_with_a_step_for_the_longest_letter_is_enough(tmp_path: Path) -> None:
    (tmp_path / "tariff.toml").write_text(FILE.replace("{ grams = 50", "{ grams = 30"), encoding="utf-8")
    assert tariff_from(tmp_path / "tariff.toml").prices[0].steps[-1] == (30, 1200)
