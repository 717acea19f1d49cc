"""The key store: a key for each letter and person, kept apart from the data so that it can be destroyed.

The keys live in a file of their own, wrapped by the operator's master key: a backup of the database holds no key, and
a destroyed key makes every copy of its letter unreadable (cryptographic erase, NIST SP 800-88).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.database.patient import BUSY_TIMEOUT, PatientConnection
from storage.keys import signed_head
from storage.keys.master_key import KeyStoreError, MissingKey, WrongKey, read_master, write_master
from storage.keys.signed_head import NO_HEAD, Head

__all__ = ["KeyGone", "KeyStoreError", "Keyring", "MissingKey", "WrongKey"]

SPARES = 64  # keys made in one commit, so that a new letter waits for no disk of its own
CACHED = 1024  # unwrapped keys held in memory, 3 KB each with their cipher
PURPOSE = b"mektupx/wrapped-key/1"  # what a wrapped key is bound to, beside its id
# DELETE journal, secure_delete: a destroyed key leaves no copy (a WAL keeps one until its checkpoint).
# A commit ends with the journal's unlink. FULL does not sync the folder after it, and a power cut would bring journal
# and destroyed key back; EXTRA does (https://www.sqlite.org/pragma.html#pragma_synchronous).
PRAGMAS: tuple[str, ...] = (BUSY_TIMEOUT, "journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON")
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS key (id BLOB PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""


class KeyGone(Exception):
    """The key was destroyed: what it sealed cannot be read by anyone any more."""


class Keyring:
    """The open key store. Safe to use from several threads; other processes' changes are seen after `refresh`."""

    def __init__(self, store: Path, master: bytes) -> None:
        """Use `open` or `init`."""
        self._guard = threading.RLock()
        self._master = AESGCM(master)
        self._spares: deque[str] = deque()
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()
        self._derived: dict[str, bytes] = {}
        self._seen = -1
        self._db = sqlite3.connect(store, isolation_level=None, check_same_thread=False, factory=PatientConnection)
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}").fetchall()

    @classmethod
    def init(cls, master_key_file: Path, key_store: str | Path) -> Keyring:
        """Makes a new key store, and the master key file unless the operator brought one. Overwrites nothing."""
        store = Path(key_store)
        if store.exists():
            raise KeyStoreError(f"The key store {store.name} exists already: nothing was overwritten.")
        if not master_key_file.exists():
            write_master(master_key_file)
        master = read_master(master_key_file)
        os.close(os.open(store, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        ring = cls(store, master)
        with ring._commit():
            for statement in SCHEMA.strip().split(";\n"):
                ring._db.execute(statement)
            ring._put("check", ring._wrap(b"check", b"mektupx"))
            ring._put("root", ring._wrap(b"root", os.urandom(32)))
            ring._put("name", os.urandom(16))
        return ring

    @classmethod
    def open(cls, master_key_file: Path, key_store: str | Path) -> Keyring:
        """Opens an existing key store. Errors: MissingKey, WrongKey, each a sentence with its remedy."""
        store = Path(key_store)
        master = read_master(master_key_file)
        if not store.exists():
            raise MissingKey(
                f"The key store {store.name} is missing: put it back from its backup,"
                " or run `mektupx keys init` for a new installation."
            )
        try:
            ring = cls(store, master)
            check = ring._get("check")
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise KeyStoreError(
                    f"The key store {store.name} is held by another program: end it, or try again."
                ) from None
            raise WrongKey(f"The file {store.name} is not a key store: check MEKTUPX_KEY_STORE.") from None
        try:
            ring._unwrap(b"check", check)
        except InvalidTag:
            ring.close()
            raise WrongKey(
                f"The master key does not open the key store {store.name}: put back the master key it was made with."
            ) from None
        return ring

    def close(self) -> None:
        """Destroys the keys that were made ahead and never handed out, and closes the file."""
        with self._guard:
            if self._spares:
                self.destroy(self._spares)
                self._spares.clear()
            self._ciphers.clear()
            self._db.close()

    # Keys -------------------------------------------------------------------------------------------------------------

    def spare(self) -> str:
        """A fresh data key's id (32 hexadecimal digits); the key is on disk already."""
        with self._guard:
            if not self._spares:
                made = [(os.urandom(16), os.urandom(32)) for _ in range(SPARES)]
                with self._commit():
                    self._still_ours()
                    self._db.executemany("INSERT INTO key VALUES (?, ?)", [(i, self._wrap(i, key)) for i, key in made])
                self._spares.extend(i.hex() for i, _ in made)
            return self._spares.popleft()

    def cipher(self, key_id: str) -> AESGCM:
        """The lock that belongs to a data key. Errors: KeyGone."""
        with self._guard:
            if found := self._ciphers.get(key_id):
                return found
            row = self._db.execute("SELECT wrapped FROM key WHERE id = ?", (bytes.fromhex(key_id),)).fetchone()
            if row is None:
                raise KeyGone("the key of this value was destroyed")
            made = self._ciphers[key_id] = AESGCM(self._unwrap(bytes.fromhex(key_id), row[0]))
            if len(self._ciphers) > CACHED:
                self._ciphers.popitem(last=False)
            return made

    def destroy(self, key_ids: Collection[str]) -> None:
        """Destroys data keys for ever, durably before it returns; ids that are gone already are passed over."""
        with self._guard:
            with self._commit():
                self._db.executemany("DELETE FROM key WHERE id = ?", [(bytes.fromhex(k),) for k in key_ids])
            for key_id in key_ids:
                self._ciphers.pop(key_id, None)

    def holds(self, key_id: str) -> bool:
        """Whether a data key still exists."""
        with self._guard:
            return bool(self._db.execute("SELECT 1 FROM key WHERE id = ?", (bytes.fromhex(key_id),)).fetchone())

    def refresh(self) -> None:
        """Forgets the unwrapped keys if another process changed the store: a key it destroyed must not live on here."""
        with self._guard:
            (version,) = self._db.execute("PRAGMA data_version").fetchone()
            if version != self._seen:
                self._ciphers.clear()
                self._seen = version

    def rewrap(self, new_master: Path) -> int:
        """Wraps every key anew under another master key, in one commit; the old master key opens nothing any more.

        Data keys, and so everything sealed, stay as they are. Returns the number of data keys.
        """
        fresh = AESGCM(read_master(new_master))
        with self._guard, self._commit():
            opened = [(i, self._unwrap(i, w)) for i, w in self._db.execute("SELECT id, wrapped FROM key")]
            named = {name: self._unwrap(name.encode(), self._get(name)) for name in ("check", "root")}
            self._master = fresh
            self._db.executemany("UPDATE key SET wrapped = ? WHERE id = ?", [(self._wrap(i, k), i) for i, k in opened])
            for name, value in named.items():
                self._put(name, self._wrap(name.encode(), value))
        return len(opened)

    def proved(self) -> int:
        """Unwraps every key once; returns the number of data keys. Errors: WrongKey when one does not open."""
        with self._guard:
            rows = self._db.execute("SELECT id, wrapped FROM key").fetchall()
            try:
                for name, wrapped in rows:
                    self._unwrap(name, wrapped)
                self._unwrap(b"root", self._get("root"))
            except InvalidTag:
                raise WrongKey(
                    "A key in the key store does not open: the file is damaged, take another copy."
                ) from None
        return len(rows)

    def copied_at(self) -> int | None:
        """When this store was copied, in microseconds since 1970 UTC; None for one that never was a copy."""
        found = self._find("copied")
        return None if found is None else int.from_bytes(found, "big")

    # What is derived, and the audit's head ----------------------------------------------------------------------------

    @property
    def name(self) -> bytes:
        """Sixteen bytes that tell this key store from every other; a database remembers which one it belongs to."""
        return self._get("name")

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose (HKDF-SHA256 over the store's root secret); survives a change of master."""
        found = self._derived.get(purpose)
        if found is None:
            try:
                root = self._unwrap(b"root", self._get("root"))
            except InvalidTag:
                raise WrongKey("The root secret of the key store does not open: put it back from its copy.") from None
            made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mektupx/{purpose}".encode()).derive(root)
            found = self._derived[purpose] = made
        return found

    def sign_head(self, seq: int, h: bytes) -> None:
        """Keeps the last link of the access log apart from the log, signed: a log cut short is noticed. Never goes
        back: of an older line nothing is kept."""
        self._sign(lambda known: (known._replace(seq=seq, h=h) if seq > known.seq else known)._replace(old=False))

    def adopt_head(self) -> None:
        """From here on the log's blank rows have marks: a head signed before is signed anew. Nothing else changes."""
        head = self._find("audit")
        if head is not None and len(head) == signed_head.OLD:
            self._sign(lambda known: known._replace(old=False))

    def sign_blanked(self, usual: int, opened: int) -> None:
        """Keeps up to when the access log's lines are blank: one that is full again is noticed."""
        self._sign(lambda known: known._replace(usual=max(usual, known.usual), opened=max(opened, known.opened)))

    def _sign(self, changed: Callable[[Head], Head]) -> None:
        with self._guard, self._commit():
            try:
                known = self.signed_head()
            except WrongKey:  # the next line says for ever that it met a foreign head (storage/access_log/audit.py)
                known = None
            fresh = changed(known or NO_HEAD)
            if fresh != known:
                self._put("audit", signed_head.written(fresh, self.derived("audit-head")))

    def signed_head(self) -> Head | None:
        """The last audit row known here, None before the first. Errors: WrongKey for a foreign mark."""
        value = self._find("audit")
        if value is None:
            return None
        head = signed_head.read(value, self.derived("audit-head"))
        if head is None:
            raise WrongKey(
                "The audit head in the key store is not signed by this key store: compare it with its last anchor."
            )
        return head

    def backup_cipher(self, salt: bytes) -> AESGCM:
        """The lock of one backup file: its salt makes it a lock of its own, and so a count will do for its nonces."""
        return AESGCM(self.derived(f"backup/{salt.hex()}"))

    # Inside -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _still_ours(self) -> None:
        """Another process may have changed the master key: what this one wrapped now nobody would open again."""
        try:
            self._unwrap(b"check", self._get("check"))
        except InvalidTag:
            raise WrongKey("The master key was changed while this process ran: start it again.") from None

    def _wrap(self, name: bytes, key: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._master.encrypt(nonce, key, PURPOSE + name)

    def _unwrap(self, name: bytes, wrapped: bytes) -> bytes:
        return self._master.decrypt(wrapped[:12], wrapped[12:], PURPOSE + name)

    def _put(self, name: str, value: bytes) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def _find(self, name: str) -> bytes | None:
        with self._guard:
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def _get(self, name: str) -> bytes:
        value = self._find(name)
        if value is None:
            raise WrongKey("The key store was never finished: put it back from its backup.")
        return value
