"""`make test` says what it is about to cost, and what is slow says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tests.cost
from tests.cost import QUICK, SLOW, announced, cost, no_unmarked_process

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("begins", SLOW)
def test_whatever_is_listed_as_slow_is_there(begins: str) -> None:
    file, _, name = begins.partition("::")
    assert (ROOT / file).exists()
    assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8") if name else True
    assert SLOW[begins] > 2 * QUICK


def test_a_cluster_is_slow_and_a_table_is_not() -> None:
    assert cost("tests/e2e/test_cluster.py::test_two_senders_order") is not None
    assert cost("tests/flows/order/test_order.py::test_every_state_has_a_row[paid]") is None


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["a"] * 4500, "4500 specifications: about 3 min on two quiet cores."),
        (["a"], "1 specification: about 1 s on two quiet cores."),
        (
            ["a"] * 1000 + ["tests/e2e/x"] * 80,
            "1080 specifications, 80 of them slow (ARGS=\"-m 'not slow'\" leaves those out): "
            "about 3 min on two quiet cores.",
        ),
    ],
)
def test_one_sentence_says_how_many_and_how_long(
    names: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tests.cost, "QUICK", 0.06)
    monkeypatch.setattr(tests.cost, "SLOW", {"tests/e2e/": 3.0})
    assert announced(names) == sentence


@pytest.mark.parametrize("workers", ["0", "1"])
def test_it_is_said_before_the_first_begins_and_slow_ones_can_be_left_out(workers: str) -> None:
    here = (
        "a_cluster_is_slow_and_a_table_is_not",
        "one_sentence_says_how_many_and_how_long",
        "who_starts_an_interpreter_without_the_mark_fails",
    )
    names = [f"tests/test_cost.py::test_{name}" for name in here]
    command = [sys.executable, "-m", "pytest", "-n", workers, "-p", "no:cacheprovider", "-m", "not slow", *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = run.stdout.splitlines()
    (results,) = [nth for nth, line in enumerate(said) if line.startswith("....")]
    assert said.index("4 specifications: about 1 s on two quiet cores.") < results
    assert any(line.startswith("4 passed") for line in said)


def test_who_starts_an_interpreter_without_the_mark_fails() -> None:
    def start(marked: bool) -> None:
        with no_unmarked_process("this test", marked):
            subprocess.run([sys.executable, "-c", ""], check=True)

    start(marked=True)
    with pytest.raises(pytest.fail.Exception, match=r"this test starts python\S* and is not listed as slow"):
        start(marked=False)
    with no_unmarked_process("the next test", marked=False):
        subprocess.run(["true"], check=True)
