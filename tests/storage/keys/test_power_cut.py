"""The key store and a power cut: what was destroyed stays destroyed, what was handed out stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from storage.keys import keyring, master_key
from storage.keys.keyring import KeyGone, Keyring, KeyStoreError
from tests.prove.report import Row
from tests.storage.power_cut import Cut, say, survived

pytestmark = pytest.mark.usefixtures("strace")

ROUNDS = 4


def _pragma(setting: str) -> Callable[[], None]:
    def breaks() -> None:
        keyring.PRAGMAS = (*keyring.PRAGMAS, setting)

    return breaks


def _folder_unsynced() -> None:
    master_key.sync_folder = lambda folder: None


BREAKS: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "synchronous=FULL": _pragma("synchronous=FULL"),
    "synchronous=OFF": _pragma("synchronous=OFF"),
    "the master key's folder is not synced": _folder_unsynced,
}


def life(folder: str, broken: str) -> None:
    """A new key store in a folder of its own: keys are handed out, every other one destroyed, the head signed."""
    BREAKS[broken]()
    keyring.SPARES = 2  # so that keys are made ahead several times
    ring = Keyring.init(Path(folder, "safe", "master.key"), Path(folder, "keys", "keys.db"))
    say("ready")
    for number in range(ROUNDS):
        kept, gone = ring.spare(), ring.spare()
        say(f"given {kept}", f"given {gone}", f"destroying {gone}")
        ring.destroy([gone])
        say(f"destroyed {gone}")
        ring.sign_head(number, number.to_bytes(32, "big"))
        say(f"signed {number}")
    ring.close()


def check(place: Path, cut: Cut, row: Row) -> None:
    try:
        with closing(Keyring.open(place / "safe" / "master.key", place / "keys" / "keys.db")) as ring:
            for key in cut.said("given") - cut.said("destroying"):
                if not _opens(ring, key):
                    row.loses(f"{cut.moment}: a key that was handed out is gone")
            for key in cut.said("destroyed"):
                if ring.holds(key):
                    row.doubles(f"{cut.moment}: a key that was destroyed is back")
            head, signed = ring.signed_head(), cut.said("signed")
            if signed and (head is None or head[0] < max(map(int, signed))):
                row.loses(f"{cut.moment}: the signed head went back")
    except KeyStoreError as error:
        if cut.said("ready"):
            row.loses(f"{cut.moment}: {error}")
    except sqlite3.Error as error:
        row.loses(f"{cut.moment}: {error}")


def _opens(ring: Keyring, key: str) -> bool:
    try:
        return bool(ring.cipher(key))
    except (KeyGone, InvalidTag):
        return False


def alive(folder: Path, broken: str) -> Row:
    for name in ("safe", "keys"):  # apart: a neighbour's journal would sync a common folder by the way
        (folder / "life" / name).mkdir(parents=True)
    return survived(folder, life, broken, check=check)


def test_a_power_cut_at_any_call_revives_no_key_and_loses_none(tmp_path: Path) -> None:
    row = alive(tmp_path, "none")
    assert row.tried > 250
    assert row.acknowledged == 1 + 5 * ROUNDS
    assert row.good, row


@pytest.mark.parametrize("broken", ["synchronous=FULL", "synchronous=OFF"])
def test_a_key_store_that_does_not_sync_its_folder_or_its_file_is_found_out(tmp_path: Path, broken: str) -> None:
    row = alive(tmp_path, broken)
    assert row.lost, row
    assert row.doubled, row


def test_a_master_key_whose_folder_is_not_synced_is_found_out(tmp_path: Path) -> None:
    row = alive(tmp_path, "the master key's folder is not synced")
    assert row.lost, row
    assert any("master.key is missing" in what for what in row.wrong), row
