"""A stationery is one file and one line in its registry: the service offers its button by itself, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.settings import read
from bot.outbox import attachments
from bot.service.core import core
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.state import Profile, Standing
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


class Two:
    """A store that knows two senders and nothing else."""

    async def do(self, _: object, person: Person) -> Standing:
        return Standing(person, profile=Profile(language={"1": "tr", "2": "en"}[person.handle]))


async def test_the_picture_of_the_papers_names_them_in_the_language_of_the_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[list[str]] = []

    async def side_by_side(_: object, captions: dict[str, str]) -> bytes:
        drawn.append(list(captions.values()))
        return b"picture of " + captions["iri"].encode()

    monkeypatch.setattr(attachments, "papers_side_by_side", side_by_side)
    files = attachments.Attachments(Two(), None)  # type: ignore[arg-type]
    seen = [await files.fetch(Person("t", handle), Attachment("stationery", "")) for handle in "1212"]
    assert [found and found.pictures for found in seen] == [
        ("picture of Büyük yazı".encode(),),
        (b"picture of Large print",),
    ] * 2
    assert drawn == [TURKISH, ENGLISH]  # each once
