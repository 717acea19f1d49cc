"""The access log: first signed, then opened; what is changed, missing or cut off shows."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection, update

from storage.access_log import audit, chain
from storage.access_log.audit import OPEN_LETTER, Entry, Purpose
from storage.access_log.chain import FIELDS
from storage.access_log.verifying import Fault, Wrong, examined
from storage.database.tables import audit as table
from storage.keys.vault import Vault
from storage.retention.access_log import USUAL
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
    assert await house.store.do(audit.verify) == ()


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
    assert await house.store.do(audit.verify) == ()  # a line without its signature is a crash, no fraud


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
    assert await house.store.do(audit.verify) == ()
    await house.execute(fraud)
    assert min(fault.first for fault in await house.store.do(audit.verify)) == first_wrong


async def test_a_forged_head_is_noticed(house: House) -> None:
    await look(house, 2)
    house.keyring._put("audit", (1).to_bytes(8, "big") + bytes(64))
    assert await house.store.do(audit.verify) == (Fault(Wrong.FOREIGN_HEAD, 0, 0),)


async def test_whoever_signs_at_once_signs_one_after_another(postgres_house: House) -> None:
    houses = [postgres_house, await postgres_house.next_door(), await postgres_house.next_door()]
    entries = [Entry(NOON, "admin:2", "list_queue", "x", Purpose.TECHNICAL_FAULT, str(n)) for n in range(8)]
    await asyncio.gather(*(houses[n % 3].store.note_access(entry) for n, entry in enumerate(entries)))
    assert await houses[0].store.do(audit.verify) == ()
    head = houses[1].keyring.signed_head()
    assert head is not None
    assert head[0] == 8


async def test_nobody_else_writes_while_the_head_is_read_from_the_key_store(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command beside the service would note a head that is not the last any more, and its line would say for ever
    that an older key store was put back."""
    await look(sqlite_house)
    read, tried = sqlite_house.keyring.signed_head, []

    def beside_a_writer() -> Any:
        with closing(sqlite3.connect(sqlite_house.folder / "mektupx.db", timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                tried.append("written")
            except sqlite3.OperationalError as locked:
                tried.append(str(locked))
        return read()

    monkeypatch.setattr(sqlite_house.keyring, "signed_head", beside_a_writer)
    await look(sqlite_house)
    assert tried and set(tried) == {"database is locked"}
    assert await sqlite_house.store.database.run(audit.count) == 2


# No number twice ------------------------------------------------------------------------------------------------------


async def test_after_a_cut_the_next_line_takes_a_new_number_and_the_gap_stays(house: House) -> None:
    await look(house, 4)
    await house.execute("DELETE FROM audit WHERE seq > 2")
    assert await house.store.do(audit.verify) == (Fault(Wrong.GAP, 3, 4),)
    await look(house, 2)
    assert [seq for (seq,) in await house.rows("SELECT seq FROM audit ORDER BY seq")] == [1, 2, 5, 6]
    assert await house.store.do(audit.verify) == (Fault(Wrong.GAP, 3, 4),)
    head = house.keyring.signed_head()
    assert head is not None
    assert head.seq == 6


async def test_the_signed_head_never_goes_back(house: House) -> None:
    await look(house, 3)
    head = house.keyring.signed_head()
    house.keyring.sign_head(2, bytes(32))
    assert house.keyring.signed_head() == head


async def test_every_wrong_line_and_gap_is_named_not_only_the_first(house: House) -> None:
    await look(house, 9)
    for fraud in ("UPDATE audit SET actor = 'x' WHERE seq IN (2, 8)", "DELETE FROM audit WHERE seq IN (4, 5, 7)"):
        await house.execute(fraud)
    assert await house.store.do(audit.verify) == (
        Fault(Wrong.CHANGED, 2, 2),
        Fault(Wrong.GAP, 4, 5),
        Fault(Wrong.GAP, 7, 7),
        Fault(Wrong.CHANGED, 8, 8),
    )


@pytest.mark.parametrize("seq", [5, 9, 0, -3], ids=["next", "further on", "before the first", "below"])
async def test_a_foreign_row_with_the_next_lines_link_stops_nobody(house: House, seq: int) -> None:
    """Links are unique: whoever takes the next line's could otherwise keep every line out of the log."""
    await look(house, 4)
    await house.execute(
        "INSERT INTO audit (seq, at, actor, action, subject, purpose, ticket, outcome, prev, row_hash, h, seen)"
        f" SELECT {seq}, at, actor, action, subject, purpose, ticket, outcome, h, row_hash, h, seen"
        " FROM audit WHERE seq = 4"
    )
    await look(house, 2)
    assert await house.store.do(audit.verify) == (Fault(Wrong.CHANGED, seq, seq),)
    written = [number for (number,) in await house.rows(f"SELECT seq FROM audit WHERE seq <> {seq} ORDER BY seq")]
    assert written == ([1, 2, 3, 4, 6, 7] if seq == 5 else [1, 2, 3, 4, 5, 6])


# Blank lines ----------------------------------------------------------------------------------------------------------


async def blank_lines(house: House) -> None:
    """Three lines, of which retention has blanked two."""
    await look(house)
    for n in range(2):
        await house.store.note_access(Entry(house.now, "staff:7", "answer_ticket", "b", Purpose.SERVICE, str(n)))
    assert await house.store.do(USUAL.clear, house.later(days=1), house.later(days=733)) == 2


async def test_a_blank_line_keeps_a_mark_and_fails_without_it(house: House) -> None:
    await blank_lines(house)
    assert await house.store.do(audit.verify, house.later(days=734)) == ()
    assert await house.rows("SELECT seq, kept FROM audit WHERE mark IS NOT NULL ORDER BY seq") == [
        (2, "usual"),
        (3, "usual"),
    ]
    await house.execute("UPDATE audit SET mark = NULL WHERE seq = 3")
    assert await house.store.do(audit.verify) == (Fault(Wrong.UNMARKED, 3, 3),)


@pytest.mark.parametrize(
    ("blanked", "looked", "wrong"),
    [(731, 734, ()), (730, 734, (2, 3)), (733, 732, (2, 3))],
    ids=["when its period was over", "before that", "later than now"],
)
async def test_a_line_that_was_blanked_at_the_wrong_time_fails(
    house: House, blanked: int, looked: int, wrong: tuple[int, ...]
) -> None:
    """Two years of the calendar are 730 days here, and a period ends with its day. Even this program, told a wrong
    time, leaves it in the mark."""
    await look(house)
    for n in range(2):
        await house.store.note_access(Entry(house.now, "staff:7", "answer_ticket", "b", Purpose.SERVICE, str(n)))
    await house.store.do(USUAL.clear, house.later(days=1), house.later(days=blanked))
    found = await house.store.do(audit.verify, house.later(days=looked))
    assert found == tuple(Fault(Wrong.EARLY, seq, seq) for seq in wrong)


async def test_retention_blesses_no_line_that_was_changed(house: House) -> None:
    await look(house)
    await house.store.note_access(Entry(house.now, "staff:7", "answer_ticket", "b", Purpose.SERVICE, "1"))
    await house.execute("UPDATE audit SET at = at - 1 WHERE seq = 2")
    assert await house.store.do(USUAL.clear, house.later(days=1), house.later(days=733)) == 0
    assert await house.store.do(audit.verify) == (Fault(Wrong.CHANGED, 2, 2),)


async def test_lines_blank_before_marks_existed_are_counted_once_and_never_again(house: House) -> None:
    """As a database and a key store of an older version are met at the first start."""
    await look(house, 3)
    await house.execute("UPDATE audit SET mark = NULL, seen = NULL")
    for seq, blank in ((1, True), (2, False), (3, False)):
        (values,) = await house.rows(f"SELECT {', '.join(FIELDS)} FROM audit WHERE seq = {seq}")
        await house.store.database.run(older, house.store.vault, seq, values, blank)
    older_head(house)
    other = await house.next_door()
    unproved = Fault(Wrong.UNPROVED, 1, 1, explained=True)
    assert await other.store.do(examined) == (unproved,)
    assert await other.store.do(audit.verify) == ()
    await house.execute(f"UPDATE audit SET {', '.join(f'{name} = NULL' for name in FIELDS)} WHERE seq = 2")
    again = await house.next_door()
    assert await again.store.do(examined) == (unproved, Fault(Wrong.UNMARKED, 2, 2))
    older_head(house)  # an older copy of the key store makes nobody do it again
    once_more = await house.next_door()
    assert await once_more.store.do(examined) == (unproved, Fault(Wrong.UNMARKED, 2, 2))


def older(conn: Connection, vault: Vault, seq: int, values: tuple[Any, ...], blank: bool) -> None:
    """A row as versions without `seen` wrote it; or blanked, as they blanked it."""
    prev = bytes(conn.exec_driver_sql(f"SELECT h FROM audit WHERE seq = {seq - 1}").scalar() or bytes(32))
    taken = (*values[:3], bytes(values[3]), *values[4:])
    hashed = chain.row_hash(vault, seq, taken, None)
    made = {"prev": prev, "row_hash": hashed, "h": chain.link(vault, prev, hashed)}
    conn.execute(update(table).where(table.c.seq == seq).values(**made, **(dict.fromkeys(FIELDS) if blank else {})))
    vault.keyring._put("audit", b"")
    vault.keyring.sign_head(seq, made["h"])


def older_head(house: House) -> None:
    """Number and link, signed: 72 bytes, as they were."""
    head = house.keyring.signed_head()
    assert head is not None
    body = head.seq.to_bytes(8, "big") + head.h
    signed = hmac.digest(house.keyring.derived("audit-head"), body, hashlib.sha256)
    house.keyring._put("audit", body + signed)


# An older file --------------------------------------------------------------------------------------------------------


async def test_an_older_key_store_shows_now_and_after_more_work(house: House) -> None:
    await look(house, 2)
    before = house.keyring._find("audit")
    assert before is not None
    await look(house, 3)
    house.keyring._put("audit", before)
    assert await house.store.do(audit.verify) == (Fault(Wrong.OLDER_KEYS, 0, 5),)
    await look(house, 2)
    assert await house.store.do(audit.verify) == (Fault(Wrong.OLDER_KEYS, 6, 6),)


async def test_an_operator_who_puts_a_copy_back_explains_the_gap(house: House) -> None:
    await look(house, 4)
    await house.execute("DELETE FROM audit WHERE seq > 2")
    await house.store.note_access(Entry(house.now, "operator:ada", "restore_backup", "", Purpose.SERVICE, "2", "done"))
    assert await house.store.do(examined) == (Fault(Wrong.GAP, 3, 4, explained=True),)
    assert await house.store.do(audit.verify) == ()
    await house.store.do(USUAL.clear, house.later(days=1), house.later(days=733))
    assert await house.store.do(examined) == (Fault(Wrong.GAP, 3, 4, explained=True),)
