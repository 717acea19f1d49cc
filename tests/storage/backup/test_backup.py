"""A backup: sealed, whole, looked over before it is used, and never in the place of anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.core.state import Draft
from storage.backup import backup, container
from storage.database.engine import StorageError
from storage.keys.keyring import Keyring
from storage.keys.master_key import WrongKey
from storage.senders import people, seen_updates
from storage.store.store import Store
from tests.storage.conftest import NOON, House


async def written(house: House) -> Path:
    await house.turn(house.ayse, step="letter", draft=Draft(addressee_name="Leyla"))
    place = house.folder / "monday.mxb"
    await backup.write(house.url, house.keyring, place, house.now)
    return place


async def test_what_was_backed_up_is_found_again(sqlite_house: House, tmp_path: Path) -> None:
    house, place = sqlite_house, await written(sqlite_house)
    await house.turn(house.ayse, step="later")
    await backup.restore(place, f"sqlite:///{tmp_path}/restored.db", house.keyring, NOON)
    store = await Store.open(f"sqlite:///{tmp_path}/restored.db", house.keyring)
    found = await store.do(people.standing_of, house.ayse)
    assert found is not None
    assert (found.step, found.draft.addressee_name) == ("letter", "Leyla")
    await store.close()


async def test_a_backup_is_sealed_and_its_owners_alone(sqlite_house: House) -> None:
    """Not even which tables there are can be read; and nothing of the key store is in it."""
    house, place = sqlite_house, await written(sqlite_house)
    raw = place.read_bytes()
    assert b"message_outbox" in (house.folder / "mektupx.db").read_bytes()  # presence first
    assert b"message_outbox" not in raw
    key = bytes.fromhex(await house.scalar("SELECT key_id FROM person"))
    assert key in (house.folder / "keys.db").read_bytes()
    assert key not in raw
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [file.name for file in house.folder.iterdir() if file.suffix in (".part", ".copy")] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:100],
        lambda raw: raw[:36],
        lambda raw: raw[:60] + bytes([raw[60] ^ 1]) + raw[61:],
        lambda raw: raw[:20] + bytes([raw[20] ^ 1]) + raw[21:],
        lambda raw: b"a shopping list",
        lambda raw: b"",
    ],
)
async def test_a_backup_that_was_changed_or_cut_is_refused_and_puts_nothing_back(
    sqlite_house: House, tmp_path: Path, spoil: object
) -> None:
    place = await written(sqlite_house)
    place.write_bytes(spoil(place.read_bytes()))  # type: ignore[operator]
    with pytest.raises(StorageError, match="backup"):
        await backup.restore(place, f"sqlite:///{tmp_path}/restored.db", sqlite_house.keyring, NOON)
    assert not any(name.startswith("restored") for name in os.listdir(tmp_path))


def chunks_of(raw: bytes) -> Iterator[bytes]:
    """The sealed chunks, each with its length before it."""
    while raw:
        end = 4 + int.from_bytes(raw[:4], "big")
        yield raw[:end]
        raw = raw[end:]


async def test_no_part_of_a_large_backup_can_be_left_out_or_exchanged(
    sqlite_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "CHUNK", 1 << 14)
    place = await written(sqlite_house)
    raw = place.read_bytes()
    header, parts = raw[: container.HEADER], list(chunks_of(raw[container.HEADER :]))
    assert len(parts) > 4
    await backup.restore(place, f"sqlite:///{tmp_path}/whole.db", sqlite_house.keyring, NOON)
    for wrong in (parts[:-1], parts[1:], [parts[1], parts[0], *parts[2:]], [*parts, parts[-1]], parts[:1], []):
        place.write_bytes(header + b"".join(wrong))
        with pytest.raises(StorageError, match="cut short"):
            await backup.restore(place, f"sqlite:///{tmp_path}/restored.db", sqlite_house.keyring, NOON)


async def test_a_backup_of_another_house_is_refused(sqlite_house: House, tmp_path: Path) -> None:
    place = await written(sqlite_house)
    other = Keyring.init(tmp_path / "other.key", tmp_path / "other-keys.db")
    with pytest.raises(WrongKey, match="another key store"):
        await backup.restore(place, f"sqlite:///{tmp_path}/restored.db", other, NOON)
    other.close()


async def test_nothing_is_overwritten(sqlite_house: House) -> None:
    house, place = sqlite_house, await written(sqlite_house)
    before = [file.read_bytes() for file in (place, house.folder / "mektupx.db")]
    with pytest.raises(StorageError, match="exists already"):
        await backup.write(house.url, house.keyring, place, house.now)
    with pytest.raises(StorageError, match="exists already"):
        await backup.restore(place, house.url, house.keyring, house.now)
    assert [file.read_bytes() for file in (place, house.folder / "mektupx.db")] == before


async def test_a_backup_taken_amid_turns_is_whole(sqlite_house: House, tmp_path: Path) -> None:
    house = sqlite_house
    await house.letter(house.ayse, "sevgili Leyla")
    async with house.store.transaction() as tx:
        await tx.do(seen_updates.first_sight, ["unfinished"], house.now)
        await backup.write(house.url, house.keyring, tmp_path / "monday.mxb", house.now)
    await backup.restore(tmp_path / "monday.mxb", f"sqlite:///{tmp_path}/restored.db", house.keyring, NOON)
    store = await Store.open(f"sqlite:///{tmp_path}/restored.db", house.keyring)
    async with store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["unfinished"], house.now) == {"unfinished"}
    await store.close()
