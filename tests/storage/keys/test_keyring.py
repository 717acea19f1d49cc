"""The key store."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.database import patient
from storage.keys.keyring import SPARES, KeyGone, Keyring, KeyStoreError, MissingKey, WrongKey
from storage.senders import previews
from tests.storage.conftest import House

ROOT = Path(__file__).parents[3]
# Takes keys and destroys every second one, saying each as soon as it holds.
MAKER = """
import sys
from pathlib import Path
from storage.keys.keyring import Keyring

ring = Keyring.open(Path(sys.argv[1]), sys.argv[2])
for _ in range(200):
    kept, gone = ring.spare(), ring.spare()
    ring.cipher(kept), ring.cipher(gone)
    ring.destroy([gone])
    print(kept, gone, flush=True)
"""


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "master.key", tmp_path / "keys.db"


def test_only_the_operator_can_read_the_files(places: tuple[Path, Path]) -> None:
    Keyring.init(*places).close()
    for place in places:
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_key_store_is_never_overwritten(places: tuple[Path, Path]) -> None:
    Keyring.init(*places).close()
    before = [place.read_bytes() for place in places]
    with pytest.raises(KeyStoreError, match="nothing was overwritten"):
        Keyring.init(*places)
    assert [place.read_bytes() for place in places] == before


def test_a_wrong_master_key_is_refused_with_the_remedy_and_changes_nothing(places: tuple[Path, Path]) -> None:
    master, store = places
    Keyring.init(master, store).close()
    before = store.read_bytes()
    master.write_text("00" * 32)
    with pytest.raises(WrongKey, match="put back the master key"):
        Keyring.open(master, store)
    assert store.read_bytes() == before


@pytest.mark.parametrize("words", ["", "not a key", "ab" * 31])
def test_a_master_key_file_that_is_no_key_is_refused(places: tuple[Path, Path], words: str) -> None:
    master, store = places
    Keyring.init(master, store).close()
    master.write_text(words)
    with pytest.raises(WrongKey, match="64 hexadecimal digits"):
        Keyring.open(master, store)


def test_what_is_missing_is_named(places: tuple[Path, Path]) -> None:
    master, store = places
    with pytest.raises(MissingKey, match=r"master\.key is missing"):
        Keyring.open(master, store)
    Keyring.init(master, store).close()
    store.unlink()
    with pytest.raises(MissingKey, match=r"keys\.db is missing"):
        Keyring.open(master, store)
    assert not store.exists()


def test_a_file_that_is_no_key_store_is_refused(places: tuple[Path, Path]) -> None:
    master, store = places
    Keyring.init(master, store).close()
    store.write_bytes(b"something else entirely " * 50)
    with pytest.raises(WrongKey, match="not a key store"):
        Keyring.open(master, store)


def test_a_key_store_that_is_held_is_not_called_something_else(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient, "SECONDS", 0.0)
    Keyring.init(*places).close()
    holder = sqlite3.connect(places[1], isolation_level=None, timeout=0)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(KeyStoreError, match="held by another program"):
        Keyring.open(*places)
    holder.close()
    Keyring.open(*places).close()


def test_keys_are_made_ahead_and_each_is_given_once(places: tuple[Path, Path]) -> None:
    ring = Keyring.init(*places)
    given = [ring.spare() for _ in range(2 * SPARES + 1)]
    assert len(set(given)) == len(given)
    ring.close()
    again = Keyring.open(*places)
    assert all(again.holds(key) for key in given)
    again.close()


def test_a_key_that_was_given_is_on_disk_before_it_is_used(places: tuple[Path, Path]) -> None:
    ring, other = Keyring.init(*places), Keyring.open(*places)
    assert other.holds(ring.spare())
    ring.close()
    other.close()


def test_a_destroyed_key_is_gone_from_the_file_and_from_memory(places: tuple[Path, Path]) -> None:
    ring = Keyring.init(*places)
    key = ring.spare()
    ring.cipher(key)
    assert bytes.fromhex(key) in places[1].read_bytes()
    ring.destroy([key])
    assert bytes.fromhex(key) not in places[1].read_bytes()
    with pytest.raises(KeyGone):
        ring.cipher(key)
    ring.destroy([key])  # once more changes nothing
    ring.close()


def test_a_key_destroyed_by_another_process_does_not_live_on_here(places: tuple[Path, Path]) -> None:
    ours, theirs = Keyring.init(*places), Keyring.open(*places)
    key = ours.spare()
    ours.cipher(key)
    ours.refresh()
    ours.cipher(key)
    theirs.destroy([key])
    ours.refresh()
    with pytest.raises(KeyGone):
        ours.cipher(key)
    ours.close()
    theirs.close()


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(places: tuple[Path, Path], tmp_path: Path) -> None:
    master, store = places
    ring = Keyring.init(master, store)
    key = ring.spare()
    sealed = ring.cipher(key).encrypt(bytes(12), b"words", b"")
    blind = ring.derived("blind/person.handle")
    new = tmp_path / "new.key"
    new.write_text("5a" * 32)
    assert ring.rewrap(new) == SPARES
    ring.close()
    with pytest.raises(WrongKey):
        Keyring.open(master, store)
    again = Keyring.open(new, store)
    assert again.cipher(key).decrypt(bytes(12), sealed, b"") == b"words"
    assert again.derived("blind/person.handle") == blind
    again.close()


def test_each_purpose_has_a_key_of_its_own(places: tuple[Path, Path]) -> None:
    ring = Keyring.init(*places)
    assert ring.derived("blind/a") != ring.derived("blind/b")
    ring.close()


def test_two_processes_give_out_keys_side_by_side_and_none_is_lost(places: tuple[Path, Path]) -> None:
    Keyring.init(*places).close()
    rings = [Keyring.open(*places) for _ in range(2)]
    with ThreadPoolExecutor(2) as both:
        given = [
            key for keys in both.map(lambda ring: [ring.spare() for _ in range(5 * SPARES)], rings) for key in keys
        ]
    assert len(set(given)) == len(given) == 10 * SPARES
    rings[0].close()  # takes its own unused keys along, and nobody else's
    assert all(rings[1].holds(key) for key in given)
    assert all(rings[1].cipher(key) for key in given)
    rings[1].close()


def test_a_process_that_still_has_the_old_master_key_makes_no_key_nobody_could_open(places: tuple[Path, Path]) -> None:
    running, other = Keyring.init(*places), Keyring.open(*places)
    new = places[0].with_name("new.key")
    new.write_text("5a" * 32)
    other.rewrap(new)
    with pytest.raises(WrongKey, match="start it again"):
        running.spare()
    other.close()
    again = Keyring.open(new, places[1])
    assert again.cipher(again.spare())
    again.close()
    running.close()


async def test_what_one_process_shredded_no_other_opens_with_a_key_it_remembers(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    other = await house.next_door()
    assert await other.store.do(previews.read, other.ayse, "a" * 32) == b"%PDF approved"
    house.keyring.destroy([await house.scalar("SELECT key_id FROM letter")])
    assert await other.store.do(previews.read, other.ayse, "a" * 32) is None


def test_processes_at_one_key_store_neither_lose_nor_revive_a_key_and_one_that_is_killed_harms_nobody(
    places: tuple[Path, Path],
) -> None:
    here = Keyring.init(*places)
    command = [sys.executable, "-c", MAKER, *map(str, places)]
    makers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    victim = makers[0]
    assert victim.stdout is not None
    first = [victim.stdout.readline() for _ in range(20)]
    victim.kill()
    said = "".join(first) + "".join(maker.communicate()[0] for maker in makers)
    assert [maker.returncode for maker in makers] == [-signal.SIGKILL, 0, 0, 0]
    pairs = [line.split() for line in said.splitlines() if len(line) == 65]
    assert 620 <= len(pairs) < 800
    assert len({key for pair in pairs for key in pair}) == 2 * len(pairs)
    here.refresh()
    assert all(here.holds(kept) and here.cipher(kept) for kept, _ in pairs)
    assert not any(here.holds(gone) for _, gone in pairs)
    here.close()
