"""What breaks, how it is broken here, and what must hold; samples of what `make prove` does by the hundred."""

from __future__ import annotations

import sqlite3
import tempfile
import traceback
from pathlib import Path
from typing import Any

import pytest

from storage import retention
from storage.access_log.audit import OPEN_LETTER, Entry, Purpose
from storage.backup import backup
from storage.database.engine import StorageError, create, journal_for
from storage.keys.keyring import Keyring
from storage.keys.vault import KeyGone, Vault
from storage.printing import outbox as print_outbox
from storage.printing import queue_view as print_queue
from storage.senders import previews, seen_updates
from storage.store.store import Store
from tests.prove import kills
from tests.prove import storage as prove
from tests.storage.conftest import House
from tests.storage.postgres import Server
from tests.storage.test_remnants import found_in

SEED = 7
traced = pytest.mark.usefixtures("strace")


# Killed, full, failing ------------------------------------------------------------------------------------------------


@traced
def test_killed_at_any_write_to_the_disk_what_was_acknowledged_is_stored(tmp_path: Path) -> None:
    row = kills.kill_turns(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", kills.DISK, 4, SEED)
    assert row.struck == 4
    assert row.acknowledged > 0
    assert row.good, row


@traced
def test_killed_at_any_word_to_the_server_what_was_acknowledged_is_stored(tmp_path: Path, new_url: str) -> None:
    row = kills.kill_turns(tmp_path, new_url, kills.NETWORK, 3, SEED)
    assert row.struck == 3
    assert row.good, row


@traced
def test_a_dispatcher_killed_anywhere_prints_each_letter_once(tmp_path: Path) -> None:
    row = kills.kill_printing(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", (*kills.DISK, *kills.TRAY), 4, SEED)
    assert row.struck == 4
    assert row.acknowledged > 0
    assert row.good, row


@traced
def test_killed_between_the_tray_and_the_clearing_a_letter_lies_there_once(tmp_path: Path) -> None:
    """Whether a kill falls between the two depends on the machine: another seed, until one does."""
    for seed in range(SEED, SEED + 8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        row = kills.kill_printing(folder, f"sqlite:///{folder}/mektupx.db", kills.HANDED_OVER, 3, seed)
        assert row.good, row
        if row.details[kills.BETWEEN]:
            break
    assert row.details[kills.BETWEEN] > 0


@traced
def test_killed_while_keys_are_made_and_destroyed_the_key_store_opens_and_has_just_what_it_said(tmp_path: Path) -> None:
    row = kills.kill_keys(tmp_path, 4, SEED)
    assert row.struck == 4
    assert row.acknowledged > 0
    assert row.good, row


@traced
def test_killed_at_its_very_first_start_a_key_store_works_or_is_refused(tmp_path: Path) -> None:
    row = kills.kill_first_start(tmp_path, 2, SEED)
    assert row.struck == 2
    assert row.good, row


@traced
def test_killed_while_moving_in_the_next_start_finds_all_or_nothing(tmp_path: Path) -> None:
    row = kills.kill_moving(tmp_path, kills.sqlite_urls(tmp_path), kills.DISK, 2, SEED)
    assert row.struck == 2
    assert row.good, row


@traced
@pytest.mark.parametrize(("call", "error"), [("pwrite64", "ENOSPC"), ("fdatasync", "EIO")])
def test_a_disk_that_refuses_is_said_and_everything_is_kept_once_it_takes_again(
    tmp_path: Path, call: str, error: str
) -> None:
    row = prove.refuse_turns(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", {call: error}, 1, SEED)
    assert row.struck == 1
    assert row.acknowledged == 12
    assert row.good, row


@traced
def test_a_tray_whose_disk_refuses_has_each_letter_once_after_all(tmp_path: Path) -> None:
    errors = {"link": "ENOSPC", "fsync": "EIO"}
    row = prove.refuse_printing(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", errors, 2, SEED)
    assert row.struck > 0
    assert row.good, row


# A server that goes away ----------------------------------------------------------------------------------------------


async def test_a_server_stopped_in_the_middle_leaves_no_half_turn_and_is_found_again(
    tmp_path: Path, postgres: Server, new_url: str
) -> None:
    row = await prove.crash_server(tmp_path, postgres, new_url, 2, SEED)
    assert row.struck > 0
    assert row.good, row


async def test_a_server_that_dies_in_a_transaction_is_said_and_the_next_one_goes_on(
    postgres_house: House, postgres: Server
) -> None:
    house = postgres_house
    await house.turn(house.ayse, step="letter")
    with pytest.raises(StorageError, match="does not answer"):
        async with house.store.transaction() as tx:
            assert await tx.do(seen_updates.first_sight, ["telegram:1"], house.now)
            postgres.crash()
            await tx.standings_of([house.ayse])
    with pytest.raises(StorageError, match="does not answer"):
        await house.standing(house.ayse)
    postgres.start()
    assert (await house.standing(house.ayse)).step == "letter"
    async with house.store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["telegram:1"], house.now) == {
            "telegram:1"
        }  # nothing was half done


async def test_a_server_that_dies_before_the_commit_has_kept_nothing_that_was_acknowledged_as_kept(
    postgres_house: House, postgres: Server
) -> None:
    house = postgres_house
    try:
        with pytest.raises(StorageError, match="does not answer"):
            async with house.store.transaction() as tx:
                await tx.do(seen_updates.first_sight, ["telegram:1"], house.now)
                postgres.crash()
    finally:
        postgres.start()
    assert await house.scalar("SELECT count(*) FROM inbox") == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("postgresql+asyncpg://mektupx@127.0.0.1:1/mektupx", "does not answer"),
        ("postgres://mektupx@host.invalid/mektupx", "does not answer"),
        (f"postgresql+asyncpg://mektupx@/mektupx?host={tempfile.gettempdir()}/nowhere", "does not answer"),
        ("postgresql://mektupx@host:port/mektupx", "is not a database address"),
    ],
)
async def test_a_wrong_address_is_said_in_a_sentence_without_the_address(tmp_path: Path, wrong: str, said: str) -> None:
    keyring = Keyring.init(tmp_path / "master.key", tmp_path / "keys.db")
    with pytest.raises(StorageError, match=said) as refused:
        await Store.open(wrong, keyring)
    assert "nowhere" not in str(refused.value)
    assert "127.0.0.1" not in str(refused.value)
    keyring.close()


async def test_a_name_the_server_does_not_know_is_said_in_a_sentence(postgres: Server) -> None:
    database = create(postgres.url("nothing"))
    with pytest.raises(StorageError, match="no such database"):
        await database.run(lambda conn: conn.exec_driver_sql("SELECT 1").scalar())
    await database.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "disk is full: make room"),
        ("53200", "no memory left"),
        ("53300", "no connection left: raise its max_connections"),
        ("58030", "did not take the write"),
        ("25006", "must name the primary server"),
        ("42501", "lacks a right"),
        ("57P01", "does not answer"),
    ],
)
async def test_what_a_server_refuses_is_said_in_a_sentence_without_its_own_words(
    postgres_house: House, code: str, said: str
) -> None:
    refusing = f"DO $$ BEGIN RAISE EXCEPTION 'sevgili Leyla' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(StorageError, match=said) as refused:
        await postgres_house.execute(refusing)
    assert "Leyla" not in "".join(traceback.format_exception(refused.value))
    assert await postgres_house.scalar("SELECT 1") == 1


def test_the_address_may_be_written_as_hosts_write_it() -> None:
    opened: Any = create("postgres://mektupx:secret@db.example/mektupx?sslmode=require")
    url = opened._engine.url
    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", {"ssl": "require"})


# Old copies, exchanged papers, the access log, a reader in the way ------------------------------------------------


async def test_an_old_backup_put_back_neither_shows_nor_prints_what_was_cleared_since(sqlite_house: House) -> None:
    house = sqlite_house
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await backup.write(house.url, house.keyring, house.folder / "monday.mxb", house.now)
    await house.lease(house.ayse, order, "t1")
    await house.clear(house.ayse, order, "t1")
    await house.shred()
    url = f"sqlite:///{house.folder}/restored.db"
    await backup.restore(house.folder / "monday.mxb", url, house.keyring, house.now)
    old = House(house.folder, house.keyring, await Store.open(url, house.keyring), url)
    assert [row.state for row in await old.store.do(print_queue.listing)] == ["needs_human"]
    assert await old.store.do(print_queue.retry, order.id, old.now)  # a person who does not look into the tray first …
    assert await old.store.do(print_outbox.ready, old.now, 10) == [(old.ayse, order.id)]
    assert await old.store.do(previews.read, old.ayse, "a" * 32) is None
    await old.lease(old.ayse, order, "t2")
    assert await old.store.do(print_outbox.pieces, "t2") == []  # … finds that there is no key any more
    assert [row.state for row in await old.store.do(print_queue.listing)] == ["needs_human"]
    await old.store.close()


async def test_a_letter_exchanged_in_the_tray_is_refused_said_and_parked_and_its_neighbour_is_printed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    orders = []
    for n, person in enumerate((house.ayse, house.bora)):
        letter = f"{n:032x}"
        await house.letter(person, "words", letter=letter, pdf=b"%PDF " + letter.encode())
        orders.append(await house.order(person, letter=letter))
        await house.lease(person, orders[-1], f"t{n}")
        assert len(await house.store.do(print_outbox.pieces, f"t{n}")) == 1  # presence first
    other = f"SELECT pdf FROM print_outbox WHERE order_id = '{orders[1].id}'"
    await house.execute(f"UPDATE print_outbox SET pdf = ({other}) WHERE order_id = '{orders[0].id}'")
    assert await house.store.do(print_outbox.pieces, "t0") == []
    assert len(await house.store.do(print_outbox.pieces, "t1")) == 1
    (parked,) = [row for row in await house.store.do(print_queue.listing) if row.state == "needs_human"]
    assert parked.order == orders[0].id
    assert "changed or exchanged" in caplog.text
    assert "words" not in caplog.text


@pytest.mark.parametrize("days", [1, -1], ids=["ahead", "behind"])
async def test_a_clock_that_is_a_day_off_purges_nothing_that_is_needed(house: House, days: int) -> None:
    """A letter in the making, a paid one, its invoice; and the key of an update that Telegram may still bring again."""
    await house.letter(house.ayse, "sevgili Leyla")
    await house.letter(house.bora, "sevgili Ali", letter="b" * 32)
    paid = await house.order(house.bora, letter="b" * 32)
    async with house.store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["telegram:1"], house.now) == {"telegram:1"}
    before = (await house.standing(house.ayse), await house.standing(house.bora))
    wrong = house.later(days=days)
    await house.store.do(retention.purge, wrong)
    await house.store.do(retention.purge, house.now)
    assert (await house.standing(house.ayse), await house.standing(house.bora)) == before
    assert await house.store.do(print_outbox.ready, house.now, 10) == [(house.bora, paid.id)]
    async with house.store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["telegram:1"], house.now) == set()


async def test_while_the_access_log_cannot_be_written_an_access_is_refused(sqlite_house: House) -> None:
    house = sqlite_house
    entry = Entry(house.now, "a", OPEN_LETTER, "a" * 32, Purpose.LEGAL_ORDER, "1")
    # A line that needs more room than there is.
    await house.execute("CREATE TABLE filler (b BLOB)")
    thick = "BEGIN INSERT INTO filler VALUES (zeroblob(9000)); END"
    await house.execute(f"CREATE TRIGGER thick_line BEFORE INSERT ON audit {thick}")
    pages = await house.scalar("PRAGMA page_count")
    await house.scalar(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError, match="disk is full"):
        await house.store.note_access(entry)
    await house.scalar("PRAGMA max_page_count=1000000")
    await house.store.note_access(entry)
    assert await house.rows("SELECT action FROM audit") == [(OPEN_LETTER,)]


@pytest.mark.skipif(journal_for(sqlite3.sqlite_version_info) == "WAL", reason="a WAL lets readers pass")
async def test_a_letter_cleared_past_an_open_reader_is_refused_first_and_leaves_nothing_later(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    letter = await house.letter(house.ayse, "sevgili Leyla")
    sealed = await house.scalar("SELECT pdf FROM letter")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    await house.scalar("PRAGMA busy_timeout=20")
    reader = sqlite3.connect(house.folder / "mektupx.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM print_outbox").fetchone() == (1,)
    with pytest.raises(StorageError, match="held by another program"):
        await house.clear(house.ayse, order, "t1")
    assert found_in(house.folder, sealed[-64:]) == ["mektupx.db"]
    reader.close()
    await house.clear(house.ayse, order, "t1")  # at once: what was refused stands in nobody's way
    await house.shred()
    assert found_in(house.folder, sealed[-64:]) == []
    with pytest.raises(KeyGone):
        Vault(house.keyring).open(sealed, table="letter", column="pdf", row=letter)
