"""A skeleton is one line of its registry: the line that the manual shows, beside those that are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from bot.payments import registry as payments
from bot.payments.provider import Access
from bot.printer import registry as printer
from tests.fakes import FakeClock, FakeReferences
from tests.skeletons.provider import ExampleProvider
from tests.skeletons.sink import ExampleSink

MANUAL: Final = Path(__file__).parents[2] / "docs" / "integrators.md"


def shown(name: str, there: Any) -> dict[str, Any]:
    """The registry of that name as the manual has it, made in the registry's own file."""
    (block,) = re.findall(rf"```python\n({name}: .*?)```", MANUAL.read_text(encoding="utf-8"), flags=re.DOTALL)
    scope = {**vars(there), "ExampleProvider": ExampleProvider, "ExampleSink": ExampleSink}
    exec(block, scope)
    found: dict[str, Any] = scope[name]
    assert {key: made for key, made in found.items() if key != "example"} == getattr(there, name)
    return found


def test_a_provider_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "PROVIDERS", shown("PROVIDERS", payments))
    access = Access("key:secret", "", "https://mektup.example/payments/example", FakeClock(), FakeReferences())
    assert isinstance(payments.institution_named("example").provider(access), ExampleProvider)


def test_a_sink_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "SINKS", shown("SINKS", printer))
    assert isinstance(printer.sink_from("example:https://print.example"), ExampleSink)
