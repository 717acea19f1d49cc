"""The search for what is left: it finds words however they are kept, as long as anybody could read them."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.search import in_files, in_tables
from flows.core.events import Person
from flows.core.state import Profile, Standing, Turn
from rendering import sample
from rendering.pdf import draw
from storage.senders.people import row_id
from storage.store.store import KeptTurn
from tests.fakes import moment, open_store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ISIL = Person("telegram", "880088001")
WANTED = {"name": "Kanarya Işıl", "chat": "880088001", "absent": "Yokluk"}


async def test_sealed_words_are_found_as_long_as_their_key_exists(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        async with store.transaction() as tx:
            await tx.standings_of([ISIL])
            named = Standing(ISIL, profile=Profile(name="Kanarya  Işıl"))
            await tx.keep([KeptTurn(None, Turn(named), (), moment(NOW))])
        assert await store.database.run(in_tables, store.vault, WANTED) == {"person": {"name", "chat"}}
        found = await store.database.run(row_id, store.vault, ISIL)
        assert found is not None
        store.vault.keyring.destroy([found[1]])
        assert await store.database.run(in_tables, store.vault, WANTED) == {}


@pytest.mark.parametrize(
    "content",
    [
        "… Kanarya Işıl …".encode(),
        "Kanarya Işıl".encode("utf-16-le"),
        b'{"name": "Kanarya I\\u015f\\u0131l"}',
        b"before" + zlib.compress("Kanarya Işıl".encode()) + b"after",
    ],
    ids=["plain", "UTF-16", "JSON", "compressed"],
)
def test_words_are_found_in_files_in_any_shape(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "held").write_bytes(content)
    (tmp_path / "empty").write_bytes(b"nothing of the kind")
    assert in_files(tmp_path, WANTED) == {"folder/held": {"name"}}


def test_words_are_found_on_the_pages_of_a_pdf_which_names_no_letter(tmp_path: Path) -> None:
    sheet = tmp_path / "letter.pdf"
    drawn = draw(sample.LETTER).pdf
    sheet.write_bytes(drawn)
    assert b"Nermin" not in drawn
    assert in_files(tmp_path, {"here": "Nermin Öztürk", "absent": "Yokluk"}) == {"letter.pdf": {"here"}}
