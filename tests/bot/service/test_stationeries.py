"""A stationery is one file and one line in its registry: the service offers its button by itself, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.settings import read
from bot.service.core import core
from flows.core.events import Person
from flows.core.state import Standing
from flows.core.step import Here, Operator
from flows.steps import stationery
from flows.words.text import text
from rendering.stationery import STATIONERIES, Stationery
from tests.bot.service.test_service import environment

# Its label is a sentence the catalogs know: for another one they would ask.
INVENTED = Stationery("cizgili", text("mend", "The paper"), "Noto Sans", ".text { font-size: 12pt }")


def labels(operator: Operator, language: str) -> list[str]:
    asked = Here(Standing(Person("t", "1"), step="stationery"), operator, datetime(2026, 11, 22, tzinfo=UTC), "f" * 32)
    *rows, _back = stationery.ask(asked).buttons
    assert all(1 <= len(row) <= 3 for row in rows)  # a telephone shows no more side by side in full
    return [operator.words(key.label, language) for row in rows for key in row]


TURKISH = ["Klasik", "Sade", "Modern", "Daktilo", "El yazısı", "Bayramlık", "Taziye", "Çocuk", "Büyük yazı"]
ENGLISH = [
    *("Classic", "Plain", "Modern", "Typewriter", "Handwriting", "Festive", "Mourning", "Children’s", "Large print"),
]


async def test_the_papers_of_the_registry_are_the_buttons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATIONERIES, INVENTED.name, INVENTED)
    async with core(read(environment(tmp_path))) as opened:
        assert labels(opened.operator, "tr") == [*TURKISH, "Kâğıt"]
        assert labels(opened.operator, "en") == [*ENGLISH, "The paper"]
