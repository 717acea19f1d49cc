"""The access log: first signed, then opened; what is changed, missing or cut off shows."""

from __future__ import annotations

import asyncio

import pytest

from storage.access_log import audit
from storage.access_log.audit import OPEN_LETTER, Entry, Purpose
from tests.storage.conftest import NOON, House


async def look(house: House, times: int = 1) -> None:
    for n in range(times):
        entry = Entry(house.now, "admin:2", OPEN_LETTER, "a" * 32, Purpose.LEGAL_ORDER, str(n))
        await house.store.note_access(entry)


async def test_whoever_opens_a_letter_is_in_the_access_log(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await look(house)
    row = await house.scalar("SELECT actor || ' ' || action || ' ' || purpose || ' ' || outcome FROM audit")
    assert row == "admin:2 open_letter legal_order allowed"
    assert await house.scalar("SELECT count(*) FROM audit WHERE subject LIKE '%aaaa%'") == 0
    assert await house.store.do(audit.verify) is None


async def test_a_line_that_cannot_be_written_is_an_error(house: House) -> None:
    await house.execute("ALTER TABLE audit RENAME TO elsewhere")
    with pytest.raises(Exception, match=r"no such table|UndefinedTable"):
        await look(house)
    await house.execute("ALTER TABLE elsewhere RENAME TO audit")


async def test_a_head_that_cannot_be_signed_is_an_error(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(house.keyring, "sign_head", full)
    with pytest.raises(OSError, match="disk full"):
        await look(house)
    assert await house.store.do(audit.verify) is None  # a line without its signature is a crash, no fraud


@pytest.mark.parametrize(
    ("fraud", "first_wrong"),
    [
        ("UPDATE audit SET actor = 'admin:9' WHERE seq = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET h = prev WHERE seq = 4", 4),
        ("UPDATE audit SET seq = 7 WHERE seq = 4", 4),
    ],
)
async def test_an_access_log_that_was_tampered_with_names_its_first_wrong_line(
    house: House, fraud: str, first_wrong: int
) -> None:
    await look(house, 4)
    assert await house.store.do(audit.verify) is None
    await house.execute(fraud)
    assert await house.store.do(audit.verify) == first_wrong


async def test_a_forged_head_is_noticed(house: House) -> None:
    await look(house, 2)
    house.keyring._put("audit", (1).to_bytes(8, "big") + bytes(64))
    assert await house.store.do(audit.verify) == 0


async def test_whoever_signs_at_once_signs_one_after_another(postgres_house: House) -> None:
    houses = [postgres_house, await postgres_house.next_door(), await postgres_house.next_door()]
    entries = [Entry(NOON, "admin:2", "list_queue", "x", Purpose.TECHNICAL_FAULT, str(n)) for n in range(8)]
    await asyncio.gather(*(houses[n % 3].store.note_access(entry) for n, entry in enumerate(entries)))
    assert await houses[0].store.do(audit.verify) is None
    head = houses[1].keyring.signed_head()
    assert head is not None
    assert head[0] == 8
