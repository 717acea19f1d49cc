"""The day the disk dies, as the operator lives it: `mektupx backup`, `keys backup`, and everything put back."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from flows.core.effects import QueueForPrint
from flows.core.state import Order
from storage.access_log import audit
from storage.backup.after_restore import LEAP
from storage.database.engine import StorageError
from storage.keys.keyring import Keyring
from storage.keys.ownership import RESTORING
from storage.printing import outbox as print_outbox
from storage.printing import queue_view as print_queue
from storage.queues import message_state, messages
from storage.senders import previews
from storage.store.store import Begin, Counted, Store
from tests.storage.access_log.test_audit import look
from tests.storage.conftest import House
from tests.storage.postgres import Server

PAID, AWAITING, SENT, FRESH = "a" * 32, "b" * 32, "c" * 32, "d" * 32
TOMORROW = datetime(2100, 1, 1, tzinfo=UTC)  # after every restore of these tests


@dataclass
class Operator:
    """Somebody with a shell, a database and a print room."""

    folder: Path
    url: str
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    server: Server | None
    databases: list[str] = field(default_factory=list)

    def types(self, *words: str) -> tuple[int, str]:
        """Runs a command; its exit code, and what it said."""
        self.monkeypatch.setenv("MEKTUPX_DATABASE_URL", self.url)
        self.capsys.readouterr()
        code = main(list(words))
        said = self.capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out + said.err

    def at_work(self, act: Callable[[House], Awaitable[Any]]) -> Any:
        """Opens the store as a service does, acts, and closes it."""

        async def whole() -> Any:
            keyring = Keyring.open(self.folder / "master.key", self.folder / "keys.db")
            try:
                store = await Store.open(self.url, keyring)
                try:
                    return await act(House(self.folder, keyring, store, self.url))
                finally:
                    await store.close()
            finally:
                keyring.close()

        return asyncio.run(whole())

    def has_a_new_disk(self) -> None:
        """The database is gone; on a server there is a new, empty one."""
        if self.server is None:
            for file in self.folder.glob("mektupx.db*"):
                file.unlink()
        else:
            self.databases.append(self.server.new())
            self.url = self.server.url(self.databases[-1])


@pytest.fixture(params=["sqlite", "postgresql"])
def operator(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Operator]:
    """Keys are made; on Monday Ayşe has paid, Bora has a link to pay, and Cem's letter has been sent."""
    for name in [name for name in os.environ if name.startswith("MEKTUPX_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEKTUPX_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    monkeypatch.setenv("MEKTUPX_KEY_STORE", str(tmp_path / "keys.db"))
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    somebody = Operator(tmp_path, f"sqlite:///{tmp_path}/mektupx.db", monkeypatch, capsys, server)
    if server is not None:
        monkeypatch.setenv("PATH", f"{server._programs}{os.pathsep}{os.environ['PATH']}")
        somebody.has_a_new_disk()
    assert somebody.types("keys", "init")[0] == 0
    somebody.at_work(monday)
    yield somebody
    for name in somebody.databases:
        assert server is not None
        server.drop(name)


async def monday(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla", letter=PAID)
    await house.order(house.ayse, letter=PAID)
    await house.letter(house.bora, "sevgili Mert", letter=AWAITING)
    await house.order(house.bora, letter=AWAITING, paid=False)
    await house.letter(house.cem, "sevgili Nil", letter=SENT)
    await printed(house, house.cem, await house.order(house.cem, letter=SENT))
    await look(house)


async def tuesday(house: House) -> None:
    """What the copies of Monday do not know: Ayşe's letter was sent, and so was Bora's, once it was paid."""
    (paid,) = (await house.standing(house.ayse)).orders
    await printed(house, house.ayse, paid)
    (awaiting,) = (await house.standing(house.bora)).orders
    await house.turn(house.bora, QueueForPrint(awaiting.id))
    await printed(house, house.bora, awaiting)
    await look(house)


async def printed(house: House, person: Any, order: Order) -> None:
    token = os.urandom(16).hex()
    await house.lease(person, order, token)
    assert len(await house.store.do(print_outbox.pieces, token)) == 1
    await house.clear(person, order, token)
    assert len(await house.shred()) == 1


async def destroyed(house: House) -> list[str]:
    return [key for (key,) in await house.rows("SELECT key_id FROM shred WHERE done_at IS NOT NULL")]


def copied_on_monday(operator: Operator) -> None:
    code, said = operator.types("backup", "monday.mxb")
    assert (code, "sealed and opened again" in said) == (0, True), said
    code, said = operator.types("keys", "backup", "monday.keys")
    assert (code, "every key opened" in said) == (0, True), said
    assert {stat.S_IMODE(os.stat(name).st_mode) for name in ("monday.mxb", "monday.keys")} == {0o600}


only_a_server = pytest.mark.parametrize("operator", ["postgresql"], indirect=True)
EVERYTHING = [("open_letter",), ("backup",), ("restore_backup",)]
only_a_file = pytest.mark.parametrize("operator", ["sqlite"], indirect=True)


# Put back -------------------------------------------------------------------------------------------------------------


def test_with_master_key_key_copy_and_backup_the_service_is_back(operator: Operator) -> None:
    copied_on_monday(operator)
    operator.has_a_new_disk()
    Path("keys.db").unlink()
    code, said = operator.types("keys", "restore", "monday.keys")
    assert (code, "opens with this master key" in said) == (0, True), said
    code, said = operator.types("restore", "monday.mxb")
    assert code == 0, said
    assert "People: 3, orders: 3." in said
    assert "Letters handed to a person: 1;" in said
    assert "Orders waiting for a payment: 1;" in said
    assert "lacks its last lines" not in said

    async def everything_is_there(house: House) -> None:
        assert await house.store.do(previews.read, house.bora, AWAITING) == b"%PDF approved"
        assert await house.store.do(audit.verify) == ()
        assert await house.rows("SELECT action FROM audit ORDER BY seq") == EVERYTHING
        assert [(await house.standing(one)).orders[0].number for one in (house.ayse, house.bora)] == [
            "MX000001",
            "MX000002",
        ]

    operator.at_work(everything_is_there)
    assert operator.types("audit", "verify") == (0, "The access log is whole. Lines: 3.\n")


def test_what_waited_to_be_said_says_that_it_may_have_been_said_since(operator: Operator) -> None:
    """And messages have got numbers since, of which the copy knows nothing: it is not looked for under any."""

    async def waiting(house: House) -> None:
        (one,) = await house.turn(house.ayse, says=["Merhaba."], taker="message sender")
        await house.store.do(
            message_state.note,
            begins=[Begin(one.id, "message sender", Counted("customer", 4711), "group")],
            news={"customer": 4711},
        )

    operator.at_work(waiting)
    copied_on_monday(operator)
    operator.has_a_new_disk()
    assert operator.types("restore", "monday.mxb")[0] == 0

    async def the_service_starts(house: House) -> None:
        taken = await house.store.do(messages.take, "new", TOMORROW, TOMORROW, 10)
        assert [(one.message.text, one.begun) for one in taken] == [("Merhaba.", 0)]
        assert await house.scalar("SELECT line FROM message_outbox") is None
        assert await house.store.do(message_state.series) == {}

    operator.at_work(the_service_starts)


def test_nothing_is_printed_twice_even_with_an_old_copy_of_the_keys(operator: Operator) -> None:
    """Database and keys are both of Monday: what was sent on Tuesday could be opened, and is not printed."""
    copied_on_monday(operator)
    operator.at_work(tuesday)
    operator.has_a_new_disk()
    Path("keys.db").unlink()
    assert operator.types("keys", "restore", "monday.keys")[0] == 0
    assert operator.types("restore", "monday.mxb")[0] == 0

    async def the_service_starts(house: House) -> None:
        assert house.keyring.holds(await house.scalar("SELECT key_id FROM print_outbox WHERE state <> 'cleared'"))
        assert await house.store.do(print_outbox.ready, TOMORROW, 10) == []
        (awaiting,) = (await house.standing(house.bora)).orders
        await house.turn(house.bora, QueueForPrint(awaiting.id))  # the institution says that it was paid
        assert await house.store.do(print_outbox.ready, TOMORROW, 10) == []
        assert [row.state for row in await house.store.do(print_queue.listing)] == ["needs_human", "needs_human"]

    operator.at_work(the_service_starts)
    code, said = operator.types("outbox", "list")
    assert (code, said.count("needs_human")) == (0, 2)

    async def a_person_has_looked(house: House) -> None:
        (order,) = (await house.standing(house.ayse)).orders
        assert await house.store.do(print_queue.retry, order.id, TOMORROW)
        assert await house.store.do(print_outbox.ready, TOMORROW, 10) == [(house.ayse, order.id)]

    operator.at_work(a_person_has_looked)


def test_what_is_ordered_after_the_restore_is_printed_and_has_a_number_of_its_own(operator: Operator) -> None:
    copied_on_monday(operator)
    operator.has_a_new_disk()
    assert operator.types("restore", "monday.mxb")[0] == 0

    async def a_new_order(house: House) -> None:
        await house.letter(house.ayse, "sevgili Leyla", letter=FRESH)
        order = await house.order(house.ayse, letter=FRESH, created_at=TOMORROW)
        assert await house.store.do(print_outbox.ready, TOMORROW, 10) == [(house.ayse, order.id)]
        numbers = [int(one.number[2:]) for one in (await house.standing(house.ayse)).orders]
        assert (numbers[0], numbers[1] > LEAP) == (1, True)

    operator.at_work(a_new_order)


def test_with_todays_keys_what_was_sent_since_cannot_be_opened(operator: Operator) -> None:
    copied_on_monday(operator)
    operator.at_work(tuesday)
    operator.has_a_new_disk()
    code, said = operator.types("restore", "monday.mxb")
    assert code == 0
    assert "The access log lacks its last lines: 2;" in said  # the copy of the keys, and Tuesday's

    async def unreadable(house: House) -> None:
        assert await house.store.do(previews.read, house.bora, AWAITING) is None
        (order,) = (await house.standing(house.ayse)).orders
        assert await house.store.do(print_queue.retry, order.id, TOMORROW)
        await house.lease(house.ayse, order, "t9")
        assert await house.store.do(print_outbox.pieces, "t9") == []

    operator.at_work(unreadable)


def test_keys_destroyed_since_their_copy_are_destroyed_again(operator: Operator) -> None:
    """Only the key store was lost: the database knows what is to stay unreadable."""
    copied_on_monday(operator)
    operator.at_work(tuesday)
    gone: list[str] = operator.at_work(destroyed)
    Path("keys.db").unlink()
    code, said = operator.types("keys", "restore", "monday.keys")
    assert (code, "destroyed again: 2" in said) == (0, True), said
    with closing(sqlite3.connect("keys.db")) as store:
        held = {bytes(key).hex() for (key,) in store.execute("SELECT id FROM key")}
    assert (len(gone), held & set(gone), len(held) > 0) == (3, set(), True)


def test_they_are_destroyed_at_the_start_too_when_the_database_was_away(operator: Operator) -> None:
    copied_on_monday(operator)
    operator.at_work(tuesday)
    shutil.copy("monday.keys", "keys.db")

    async def started(house: House) -> None:
        gone = await destroyed(house)
        assert [house.keyring.holds(key) for key in gone] == [False, False, False]

    operator.at_work(started)


# Refused --------------------------------------------------------------------------------------------------------------

SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda raw: raw[: len(raw) // 2],
    "a flipped byte": lambda raw: raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:],
    "no backup at all": lambda raw: b"a shopping list",
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_backup_puts_nothing_back(operator: Operator, spoil: Callable[[bytes], bytes]) -> None:
    copied_on_monday(operator)
    place = Path("monday.mxb")
    whole = place.read_bytes()
    place.write_bytes(spoil(whole))
    operator.has_a_new_disk()
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "backup" in said) == (1, True), said
    place.write_bytes(whole)
    assert operator.types("restore", "monday.mxb")[0] == 0  # nothing of the first try is in the way


def test_a_backup_of_other_keys_is_refused(operator: Operator) -> None:
    copied_on_monday(operator)
    operator.has_a_new_disk()
    Path("keys.db").unlink()
    assert operator.types("keys", "init")[0] == 0
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "another key store" in said) == (1, True), said
    code, said = operator.types("keys", "restore", "monday.keys")
    assert (code, "exists already" in said) == (1, True), said


def test_a_wrong_master_key_opens_neither(operator: Operator) -> None:
    copied_on_monday(operator)
    Path("master.key").write_text("0" * 64)
    operator.has_a_new_disk()
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "master key does not open" in said) == (1, True), said
    Path("keys.db").unlink()
    code, said = operator.types("keys", "restore", "monday.keys")
    assert (code, "master key does not open" in said) == (1, True), said
    assert not Path("keys.db").exists()


def test_a_database_in_use_or_full_is_never_overwritten(operator: Operator) -> None:
    copied_on_monday(operator)
    code, said = operator.types("restore", "monday.mxb")
    assert code == 1
    assert "left as it is" in said
    code, said = operator.types("backup", "monday.mxb")
    assert (code, "exists already" in said) == (1, True), said

    async def still_there(house: House) -> None:
        assert len(await house.store.do(print_queue.listing)) == 1

    operator.at_work(still_there)


def test_a_full_disk_is_said_and_leaves_no_half_file(operator: Operator) -> None:
    """A limit on file sizes stands for the disk: the system refuses the write as it does there (EFBIG for ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    try:
        code, said = operator.types("backup", "monday.mxb")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 1
    assert "could not be written" in said or "disk" in said.lower()
    assert list(operator.folder.glob("monday*")) == []


def test_a_backup_of_a_newer_version_is_refused(operator: Operator) -> None:
    def newer(house: House) -> Awaitable[None]:
        return house.execute("UPDATE alembic_version SET version_num = '9999'")

    copied_on_monday(operator)
    operator.at_work(newer)
    assert operator.types("backup", "newer.mxb")[0] == 0
    operator.has_a_new_disk()
    code, said = operator.types("restore", "newer.mxb")
    assert (code, "newer version of MektupX" in said) == (1, True), said
    assert operator.types("restore", "monday.mxb")[0] == 0  # refused before anything was put back


def test_an_unused_database_is_nothing_to_copy(operator: Operator) -> None:
    operator.has_a_new_disk()
    code, said = operator.types("backup", "monday.mxb")
    assert (code, "nothing to copy" in said) == (1, True), said
    code, said = operator.types("audit", "verify")
    assert (code, "no access log" in said) == (1, True), said


def test_the_first_wrong_line_of_the_access_log_is_named(operator: Operator) -> None:
    operator.at_work(look)
    assert operator.types("audit", "verify")[0] == 0

    def changed(house: House) -> Awaitable[None]:
        return house.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 2")

    operator.at_work(changed)
    code, said = operator.types("audit", "verify")
    assert (code, "Line 2 was changed" in said) == (1, True), said


@only_a_file
def test_a_copy_of_the_keys_that_is_none_puts_nothing_back(operator: Operator) -> None:
    copied_on_monday(operator)
    Path("keys.db").unlink()
    Path("list.keys").write_text("a shopping list")
    code, said = operator.types("keys", "restore", "list.keys")
    assert (code, "could not be copied from list.keys" in said) == (1, True), said
    code, said = operator.types("keys", "restore", "nowhere.keys")
    assert (code, "nowhere.keys is not there" in said) == (1, True), said
    Path("keys.db-journal").write_text("of the old one")
    code, said = operator.types("keys", "restore", "monday.keys")
    assert (code, "keys.db-journal" in said) == (1, True), said
    Path("keys.db-journal").unlink()
    assert sorted(file.name for file in operator.folder.glob("keys.db*")) == []
    assert operator.types("keys", "restore", "monday.keys")[0] == 0


# The keys -------------------------------------------------------------------------------------------------------------


def test_another_master_key_opens_everything_and_the_old_one_nothing(operator: Operator) -> None:
    assert operator.types("keys", "rewrap", "new.key")[0] == 0
    assert operator.types("keys", "check")[0] == 1
    Path("new.key").replace("master.key")
    assert operator.types("keys", "check")[0] == 0

    async def readable(house: House) -> None:
        assert await house.store.do(previews.read, house.bora, AWAITING) == b"%PDF approved"

    operator.at_work(readable)


def test_a_key_command_without_its_file_is_not_understood(operator: Operator) -> None:
    assert operator.types("keys", "backup") == (2, "mektupx: keys backup needs a FILE.\n")


# A server's own -------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_a_server(operator: Operator) -> Operator:
    assert operator.server is not None
    return operator


@only_a_server
def test_nothing_is_put_back_while_a_service_works_on_the_database(on_a_server: Operator) -> None:
    operator = on_a_server
    copied_on_monday(operator)
    operator.has_a_new_disk()

    async def meanwhile(house: House) -> tuple[int, str]:
        return await asyncio.to_thread(operator.types, "restore", "monday.mxb")

    code, said = operator.at_work(meanwhile)
    assert (code, "stop it first" in said) == (1, True), said


@only_a_server
def test_the_servers_programs_are_asked_for_by_name_when_they_lack_or_are_too_old(on_a_server: Operator) -> None:
    operator = on_a_server
    operator.monkeypatch.setenv("PATH", str(operator.folder))
    code, said = operator.types("backup", "monday.mxb")
    assert (code, "pg_dump is not installed" in said) == (1, True), said
    for name in ("pg_dump", "pg_restore"):
        old = operator.folder / name
        old.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) 9.6.24"\n')
        old.chmod(0o755)
    code, said = operator.types("backup", "monday.mxb")
    assert (code, "pg_dump 9 is older than the server" in said) == (1, True), said
    assert "postgresql-client" in said
    assert not Path("monday.mxb").exists()


@only_a_server
def test_a_restore_that_was_cut_off_lets_no_service_start(on_a_server: Operator) -> None:
    """Between pg_restore and the end of the command the letters of the copy would still be printed."""
    operator = on_a_server
    copied_on_monday(operator)
    operator.has_a_new_disk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.backup.backup._finish", cut_off)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(restored_by_itself(operator))
    assert operator.server is not None
    operator.server.sql(f"SELECT 1 FROM {RESTORING}", operator.databases[-1])  # presence first: the mark is there
    with pytest.raises(StorageError, match="was not put back to its end"):
        operator.at_work(look)
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "createdb" in said) == (1, True), said
    operator.has_a_new_disk()
    assert operator.types("restore", "monday.mxb")[0] == 0


async def cut_off(*_: object) -> None:
    raise KeyboardInterrupt


async def restored_by_itself(operator: Operator) -> None:
    from storage.backup import backup

    keyring = Keyring.open(operator.folder / "master.key", operator.folder / "keys.db")
    try:
        await backup.restore(operator.folder / "monday.mxb", operator.url, keyring, TOMORROW)
    finally:
        keyring.close()


@only_a_server
def test_the_password_is_in_no_argument(on_a_server: Operator) -> None:
    operator = on_a_server
    noted = operator.folder / "noted"
    for name in ("pg_dump", "pg_restore"):
        real = shutil.which(name)
        spy = operator.folder / "bin" / name
        spy.parent.mkdir(exist_ok=True)
        spy.write_text(
            f'#!/bin/sh\necho "$0 $*" >>{noted}\necho "password ${{PGPASSWORD:-none}}" >>{noted}\nexec {real} "$@"\n'
        )
        spy.chmod(0o755)
    operator.monkeypatch.setenv("PATH", f"{operator.folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    operator.url = operator.url.replace("mektupx@", "mektupx:tatlibadem@")
    copied_on_monday(operator)
    lines = noted.read_text().splitlines()
    assert "password tatlibadem" in lines
    assert [line for line in lines if "tatlibadem" in line and not line.startswith("password ")] == []


@only_a_file
def test_what_an_older_database_left_beside_its_file_is_not_taken_for_a_part_of_the_new_one(operator: Operator) -> None:
    """SQLite would roll a forgotten journal back into the restored file."""
    copied_on_monday(operator)
    operator.has_a_new_disk()
    Path("mektupx.db-journal").write_bytes(b"something of the old one")
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "mektupx.db-journal" in said) == (1, True), said
    assert not Path("mektupx.db").exists()
    Path("mektupx.db-journal").unlink()
    assert operator.types("restore", "monday.mxb")[0] == 0
    assert [file.name for file in operator.folder.iterdir() if ".part" in file.name or ".copy" in file.name] == []


@only_a_file
def test_a_backup_of_a_server_does_not_become_a_file(operator: Operator) -> None:
    copied_on_monday(operator)
    operator = replace(operator, url="postgresql+asyncpg://nobody@127.0.0.1:9/none")
    code, said = operator.types("restore", "monday.mxb")
    assert (code, "The backup is one of SQLite, and MEKTUPX_DATABASE_URL names PostgreSQL" in said) == (1, True), said
