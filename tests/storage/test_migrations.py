"""The moving men: a database is brought to this version whole, or left as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_mock_engine, inspect

from storage.engine import DatabaseNewer, create
from storage.migrations import bring, migrate
from storage.store import Store
from storage.tables import metadata
from storage.vault import Keyring, WrongKey


def differences(conn: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)


async def test_the_migrated_drawers_are_the_ones_in_tables(tmp_path: Path) -> None:
    database = create(f"sqlite:///{tmp_path}/m.db")
    assert await bring(database) == await bring(database)
    assert await database.run(differences) == []
    await database.close()


async def test_migrated_and_freshly_made_drawers_are_spelled_alike(tmp_path: Path) -> None:
    migrated, fresh = create(f"sqlite:///{tmp_path}/a.db"), create(f"sqlite:///{tmp_path}/b.db")
    await bring(migrated)
    await fresh.run(metadata.create_all)

    def spelled(conn: Connection) -> dict[str, list[str]]:
        rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql != ''")
        return {name: sorted("".join(sql.split()).removesuffix(")STRICT").split(",")) for name, sql in rows}

    assert await migrated.run(spelled) == await fresh.run(spelled)
    await migrated.close()
    await fresh.close()


async def test_every_table_is_strict(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path}/m.db")
    tables = sqlite3.connect(tmp_path / "m.db").execute("PRAGMA table_list").fetchall()
    loose = {row[1] for row in tables if not row[5] and not row[1].startswith(("sqlite_", "alembic_"))}
    assert loose == set()


def test_postgresql_understands_every_table() -> None:
    said: list[str] = []
    engine = create_mock_engine(
        "postgresql+asyncpg://", lambda sql, *_: said.append(str(sql.compile(dialect=engine.dialect)))
    )
    metadata.create_all(engine, checkfirst=False)
    assert len(said) >= len(metadata.tables)
    assert not any("STRICT" in sentence for sentence in said)


async def test_an_interrupted_migration_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    url, real, left = f"sqlite:///{tmp_path}/m.db", Operations.create_index, iter(range(3))

    def failing(*args: object, **kwargs: object) -> object:
        if next(left, None) is None:
            raise OSError("power cut")
        return real(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", lambda *a, **k: failing_op(failing, a, k))
        with pytest.raises(OSError, match="power cut"):
            await migrate(url)
    database = create(url)
    assert await database.run(lambda conn: inspect(conn).get_table_names()) == []
    await bring(database)
    assert await database.run(differences) == []
    await database.close()


def failing_op(failing: object, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    from alembic import op

    return failing(op._proxy, *args, **kwargs)  # type: ignore[operator,attr-defined]


async def test_a_database_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/m.db"
    await migrate(url)
    with sqlite3.connect(tmp_path / "m.db") as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "m.db").read_bytes()
    with pytest.raises(DatabaseNewer, match="newer version"):
        await migrate(url)
    assert (tmp_path / "m.db").read_bytes() == before


async def test_a_database_sealed_with_another_key_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    ours = Keyring.init(tmp_path / "a.key", tmp_path / "a.db")
    theirs = Keyring.init(tmp_path / "b.key", tmp_path / "b.db")
    url = f"sqlite:///{tmp_path}/m.db"
    await (await Store.open(url, ours)).close()
    before = (tmp_path / "m.db").read_bytes()
    with pytest.raises(WrongKey, match="does not belong to this database"):
        await Store.open(url, theirs)
    assert (tmp_path / "m.db").read_bytes() == before
    await (await Store.open(url, ours)).close()
    ours.close()
    theirs.close()
