"""The moving men: a database is brought to this version whole, or left as it was."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, select, text

from flows.core.state import Refunded
from flows.words.text import Kurus
from storage.database.engine import Database, DatabaseNewer, create
from storage.database.tables import desk_copy, metadata
from storage.keys import codecs
from storage.keys.vault import Keyring, Vault, WrongKey
from storage.migrations import VERSIONS, _bring, bring, migrate
from storage.migrations.moving import config, move
from storage.store.store import Store
from storage.support import topics


def differences(conn: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)


def test_the_versions_are_alembics_each_in_the_file_with_its_number() -> None:
    scripts = list(ScriptDirectory.from_config(config()).walk_revisions())  # the newest first
    assert tuple(one.revision for one in reversed(scripts)) == VERSIONS
    assert all(Path(one.path).name.startswith(f"{one.revision}_") for one in scripts)


async def test_the_migrated_tables_are_the_ones_of_this_version(empty_url: str) -> None:
    database = create(empty_url)
    assert await bring(database) == await bring(database)
    assert await database.run(differences) == []
    await database.close()


async def test_migrated_and_freshly_made_tables_are_spelled_alike_on_sqlite(tmp_path: Path) -> None:
    migrated, fresh = create(f"sqlite:///{tmp_path}/a.db"), create(f"sqlite:///{tmp_path}/b.db")
    await bring(migrated)
    await fresh.run(metadata.create_all)

    def spelled(conn: Connection) -> dict[str, list[str]]:
        rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql != ''")
        return {name: sorted("".join(sql.split()).removesuffix(")STRICT").split(",")) for name, sql in rows}

    assert await migrated.run(spelled) == await fresh.run(spelled)
    await migrated.close()
    await fresh.close()


async def test_every_table_is_strict_on_sqlite(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path}/m.db")
    tables = sqlite3.connect(tmp_path / "m.db").execute("PRAGMA table_list").fetchall()
    loose = {row[1] for row in tables if not row[5] and not row[1].startswith(("sqlite_", "alembic_"))}
    assert loose == set()


async def test_a_migration_interrupted_at_any_statement_leaves_nothing_and_starts_over(empty_url: str) -> None:
    """A power cut before each of its statements in turn, on one and the same database."""
    database = create(empty_url)
    cuts = 0
    while await interrupted(database, cuts):
        assert await database.run(lambda conn: inspect(conn).get_table_names()) == []
        cuts += 1
    assert cuts > len(metadata.tables)
    assert await database.run(differences) == []
    await database.close()


async def interrupted(database: Database, after: int) -> bool:
    """Migrates with a power cut after so many statements that write; whether it came to that."""
    left = iter(range(after))

    def cut(conn: Any, cursor: Any, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(("CREATE", "INSERT", "UPDATE")) and next(left, None) is None:
            raise OSError("power cut")

    def watched(conn: Connection) -> None:
        event.listen(conn, "before_cursor_execute", cut)
        try:
            _bring(conn)
        finally:
            event.remove(conn, "before_cursor_execute", cut)

    try:
        await database.run(watched)
    except OSError:
        return True
    return False


async def test_topics_that_were_there_before_0008_are_deleted_with_their_tickets(
    empty_url: str, tmp_path: Path
) -> None:
    """Two tickets with topics, one in the group itself, one without a place, one whose topic's row is gone."""
    vault = Vault(Keyring.init(tmp_path / "a.key", tmp_path / "a.db"))
    places = {"a" * 32: "-1001/7", "b" * 32: "-1001/8", "c" * 32: "-1001"}
    threads = [*places, None, "d" * 32]

    def before(conn: Connection) -> None:
        people, tickets = [], []
        for row, handle in {**places, "e" * 32: "5001"}.items():
            key = vault.keyring.spare()
            sealed = vault.seal(handle.encode(), key_id=key, table="person", column="handle", row=row)
            channel = "telegram" if handle == "5001" else "staff"
            people.append({"id": row, "channel": channel, "index": row.encode(), "handle": sealed, "key": key})
        for number, thread in enumerate(threads, 1):
            tickets.append({"number": number, "person": "e" * 32, "at": 1000 + number, "thread": thread})
        conn.execute(
            text(
                "INSERT INTO person (id, channel, handle_index, handle, language, key_id, created_at)"
                " VALUES (:id, :channel, :index, :handle, 'tr', :key, 0)"
            ),
            people,
        )
        conn.execute(
            text(
                "INSERT INTO ticket (number, person_id, state, language, opened_at, thread)"
                " VALUES (:number, :person, 'open', 'tr', :at, :thread)"
            ),
            tickets,
        )

    def copies(conn: Connection) -> list[tuple[Any, ...]]:
        found = select(desk_copy.c.ticket, desk_copy.c.chat, desk_copy.c.message, desk_copy.c.at)
        return sorted(tuple(row) for row in conn.execute(found))

    def gone(conn: Connection) -> list[topics.Leftover]:
        conn.exec_driver_sql("DELETE FROM ticket WHERE number <> 2")
        return topics.leftovers(conn, vault, datetime(2026, 11, 23, tzinfo=UTC), 10)

    database = create(empty_url)
    try:
        await database.run(lambda conn: move(conn, "0007"))
        old = await database.run(lambda conn: not inspect(conn).has_table("desk_copy"))
        await database.run(before)
        await bring(database)
        moved, leftovers = await database.run(copies), await database.run(gone)
    finally:
        await database.close()
    assert old
    assert moved == [(n, row, topics.TOPIC, 1000 + n) for n, row in enumerate(places, 1)]
    assert leftovers == [topics.Leftover("-1001/7", True)]  # and never the group itself


async def test_refunds_that_were_there_before_0015_bear_their_institution_and_amount(empty_url: str) -> None:
    """A cancelled order that was paid twice, and one whose refund nobody has noted but the order itself."""
    orders = [("a" * 32, "P-1", "P-2\nP-1", 4850), ("b" * 32, "P-3", "P-3", 100), ("c" * 32, "P-4", "", 50)]
    statements = [
        "INSERT INTO orders (id, person_id, letter_id, state, amount, product, pages, sheets, sha256, payment, paid,"
        f" refunds, created_at, updated_at) VALUES ('{order}', 'p', 'l', 'cancelled', 4850, 'normal', 1, 1, '',"
        f" '{paid}', {amount}, '{refunds}', 0, 0)"
        for order, paid, refunds, amount in orders
    ]
    statements += [
        "INSERT INTO payment (provider, payment, order_id, amount, held, at) VALUES"
        f" ('sandbox', '{payment}', '{order}', {amount}, 0, 0)"
        for payment, order, amount in (("P-1", "a" * 32, 4850), ("P-2", "a" * 32, 4800), ("P-4", "c" * 32, 50))
    ]
    statements += [
        "INSERT INTO refund (payment, order_id, amount, state, at) VALUES"
        f" ('{payment}', '{'a' * 32}', {amount}, '{state}', 7)"
        for payment, amount, state in (("P-1", 4850, "settled"), ("P-2", 4800, "asked"))
    ]

    def before(conn: Connection) -> None:
        for statement in statements:
            conn.exec_driver_sql(statement)

    def after(conn: Connection) -> tuple[list[Any], list[Any]]:
        kept = conn.exec_driver_sql("SELECT provider, currency, refunds FROM orders ORDER BY id").all()
        rows = conn.exec_driver_sql(
            "SELECT provider, payment, nth, amount, state, at FROM refund ORDER BY payment"
        ).all()
        return [(p, c, codecs.read_refunds(r) if r else ()) for p, c, r in kept], [tuple(row) for row in rows]

    database = create(empty_url)
    try:
        await database.run(lambda conn: move(conn, "0014"))
        await database.run(before)
        await bring(database)
        kept, rows = await database.run(after)
    finally:
        await database.close()
    assert kept == [
        ("sandbox", "TRY", (Refunded("P-2", Kurus(4800), "sandbox"), Refunded("P-1", Kurus(4850), "sandbox"))),
        ("", "TRY", (Refunded("P-3", Kurus(100)),)),
        ("sandbox", "TRY", ()),
    ]
    assert rows == [("sandbox", "P-1", 1, 4850, "settled", 7), ("sandbox", "P-2", 1, 4800, "asked", 7)]


async def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    assert len(set(await asyncio.gather(*(migrate(empty_url) for _ in range(4))))) == 1
    database = create(empty_url)
    assert await database.run(differences) == []
    await database.close()


async def test_a_database_of_a_newer_version_is_refused_with_a_sentence_and_left_alone(empty_url: str) -> None:
    await migrate(empty_url)
    database = create(empty_url)
    await database.run(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match="newer version"):
        await migrate(empty_url)
    version = "SELECT version_num FROM alembic_version"
    assert await database.run(lambda conn: conn.exec_driver_sql(version).scalar()) == "9999"
    await database.close()


async def test_a_database_sealed_with_another_key_store_is_refused_and_left_alone(
    tmp_path: Path, empty_url: str
) -> None:
    ours = Keyring.init(tmp_path / "a.key", tmp_path / "a.db")
    theirs = Keyring.init(tmp_path / "b.key", tmp_path / "b.db")
    await (await Store.open(empty_url, ours)).close()
    with pytest.raises(WrongKey, match="does not belong to this database"):
        await Store.open(empty_url, theirs)
    await (await Store.open(empty_url, ours)).close()
    ours.close()
    theirs.close()
