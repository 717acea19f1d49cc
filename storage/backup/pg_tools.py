"""Runs pg_dump and pg_restore, which write a PostgreSQL database into a pipe and read it from one.

Nothing they say or carry touches the disk unsealed, and the password travels in their environment, never in their
arguments, which every user of the machine can read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO, Final

from sqlalchemy.engine import URL, make_url

from storage.database.errors import StorageError

__all__ = ["contents", "dumping", "put_back", "usable"]

REMEDY: Final = "install the package postgresql-client of the server's version, or a newer one"
DUMP: Final = ("--format=custom", "--no-owner", "--no-privileges")
RESTORE: Final = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


def usable(server: int, *names: str) -> None:
    """Refuses programs that are missing or older than the server (its major version). Errors: StorageError."""
    for name in names:
        program = _found(name)
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"\b(\d+)[.\d]*", said.partition(")")[2] or said)
        if version is None:
            raise StorageError(f"The program {name} does not say its version: {REMEDY}.")
        if int(version[1]) < server:
            raise StorageError(f"{name} {version[1]} is older than the server, which is {server}: {REMEDY}.")


@contextmanager
def dumping(url: str) -> Iterator[IO[bytes]]:
    """The database as one moment shows it, in custom format, to be read to its end. Errors: StorageError."""
    with tempfile.TemporaryFile() as complaints:
        run = subprocess.Popen(
            [_found("pg_dump"), *DUMP], stdout=subprocess.PIPE, stderr=complaints, env=_environment(url), cwd="/"
        )
        assert run.stdout is not None
        try:
            with run.stdout as pipe:
                yield pipe
        except BaseException:
            run.kill()
            run.wait()
            raise
        if run.wait():
            raise StorageError(f"pg_dump could not copy the database: {_first(complaints)}")


def contents(chunks: Iterable[bytes]) -> int:
    """How many things pg_restore finds in the archive; it is read to its end. Errors: StorageError."""
    listed = _fed([_found("pg_restore"), "--list"], {}, chunks)
    return sum(1 for line in listed.splitlines() if line and not line.startswith(b";"))


def put_back(url: str, chunks: Iterable[bytes]) -> None:
    """Everything, in one transaction, or nothing. Errors: StorageError."""
    environment = _environment(url)
    _fed([_found("pg_restore"), *RESTORE, "--dbname", environment["PGDATABASE"]], environment, chunks)


def _fed(command: list[str], environment: dict[str, str], chunks: Iterable[bytes]) -> bytes:
    """Runs a program with these bytes; returns what it said. A program that has read enough may stop reading."""
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as said:
        run = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=complaints, env=environment or _bare(), cwd="/"
        )
        assert run.stdin is not None
        try:
            listening = True
            for chunk in chunks:  # to the end, whether or not anybody listens: only the last one proves the copy whole
                try:
                    if listening:
                        run.stdin.write(chunk)
                except BrokenPipeError:
                    listening = False
        except BaseException:
            run.kill()
            run.wait()
            raise
        with suppress(BrokenPipeError):
            run.stdin.close()
        if run.wait():
            raise StorageError(f"pg_restore did not take the backup: {_first(complaints)}")
        said.seek(0)
        return said.read()


def _first(complaints: BinaryIO) -> str:
    """The program's first complaint; what follows it may quote a row."""
    complaints.seek(0)
    for line in complaints.read().decode(errors="replace").splitlines():
        if found := re.match(r"\S*pg_\w+: (?:error|fatal): (?:error: )?(.*)", line):
            return found[1].split(" Command was:")[0][:300]
    return "it does not say why."


def _found(name: str) -> str:
    place = shutil.which(name)
    if place is None:
        raise StorageError(f"The program {name} is not installed here: {REMEDY}.")
    return place


def _bare() -> dict[str, str]:
    """In English, so that a complaint is found; Debian's wrapper looks for its versions in the path."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _environment(url: str) -> dict[str, str]:
    """libpq's variables (https://www.postgresql.org/docs/current/libpq-envars.html)."""
    parsed: URL = make_url(url)
    query = {name: value for name, value in parsed.query.items() if isinstance(value, str)}
    named = {
        "PGHOST": parsed.host or query.get("host"),
        "PGPORT": str(parsed.port) if parsed.port else query.get("port"),
        "PGUSER": parsed.username,
        "PGPASSWORD": str(parsed.password) if parsed.password else None,
        "PGDATABASE": parsed.database or parsed.username or "postgres",
        "PGSSLMODE": query.get("sslmode") or query.get("ssl"),
    }
    return {**_bare(), "PGCONNECT_TIMEOUT": "10", **{name: value for name, value in named.items() if value}}
