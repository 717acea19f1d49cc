"""MektupX as several processes on one PostgreSQL, behind a balancer that is sticky to nobody, beside a playground.

Every process is the real `mektupx run PART`; what stands between them and the world is what an operator would put
there: one database, one key store file, one tray, and a proxy as the public address.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import aiohttp
from aiohttp import web
from yarl import URL

from bot.base.clock import SharedClock
from bot.demo.environment import Environment
from storage.keys.keyring import Keyring
from storage.monitoring import figures
from storage.payments import callbacks
from storage.store.store import Store
from tests import warm

__all__ = ["TWO_OF_EACH", "Balancer", "Cluster", "Process", "cluster"]

ROOT = Path(__file__).parents[1]
PATIENCE = 300.0  # seconds after which a process hangs that does not come up or go; several start on few cores
TWO_OF_EACH = {"customers": 2, "web": 2, "worker": 2, "staff": 2}
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}
WAYS = (("/telegram/customer", "customers"), ("/telegram/staff", "staff"), ("/", "web"))
"""Which kind of process a path belongs to: the first line that fits."""


_reserved: list[socket.socket] = []


def reserved_port() -> int:
    """A port that nobody is given until this process ends, though whoever asks for it by number may listen there.

    A socket that is bound and does not listen keeps it out of the lottery of port 0 and of outgoing connections.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _reserved.append(held)
    return int(held.getsockname()[1])


class Balancer:
    """A proxy on loopback. Requests go round; a process that is not there, or says 503, is passed over."""

    def __init__(self) -> None:
        self.ports: dict[str, list[int]] = {part: [] for _, part in WAYS}
        self.served: dict[int, int] = {}  # port -> requests that were answered there
        self.url = ""
        self._turns = {path: count() for path, _ in WAYS}
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self._session: aiohttp.ClientSession

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        path, part = next(way for way in WAYS if request.path.startswith(way[0]))
        ports, first = self.ports[part], next(self._turns[path])  # of its own: nobody else's calls skip a turn here
        last = web.Response(status=502)
        for nth in range(len(ports)):
            port = ports[(first + nth) % len(ports)]
            url = URL(f"http://127.0.0.1:{port}{request.raw_path}", encoded=True)
            try:
                async with self._session.request(
                    request.method, url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
                    last = web.Response(status=answer.status, body=await answer.read(), headers=kept)
            except aiohttp.ClientError:
                continue
            if last.status != 503:
                self.served[port] = self.served.get(port, 0) + 1
                return last
        return last


class Process:
    """One `mektupx …` of its own. What it says on stderr stands in `told`, over all its lives."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *words: str, name: str) -> None:
        self.name, self.port = name, reserved_port()
        self.told = folder / f"{name}.log"
        self._words = words
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MEKTUPX_")}
        self._environment = clean | environment | {"MEKTUPX_LISTEN": f"127.0.0.1:{self.port}"}
        self._process: asyncio.subprocess.Process | warm.Started | None = None
        self._read = 0

    async def start(self, *before: str) -> None:
        """Returns when the process is there; it serves when `serves` returns. before: a program that runs it."""
        self._read = self.told.stat().st_size if self.told.exists() else 0
        with self.told.open("ab") as told:
            if not before:
                self._process = await warm.start(self._words, self._environment, told.fileno(), told.fileno())
                return
            self._process = await asyncio.create_subprocess_exec(
                *before, sys.executable, "-m", "bot.cli.main", *self._words,
                cwd=ROOT, env=self._environment, stdout=told, stderr=told,
            )  # fmt: skip

    async def serves(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while '"event": "started"' not in self.says():
                assert self._process is not None and self._process.returncode is None, self.says()[-2000:]
                await asyncio.sleep(0.02)

    def says(self) -> str:
        """What it has said since it was started."""
        return self.told.read_bytes()[self._read :].decode(errors="replace") if self.told.exists() else ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def send(self, how: int) -> None:
        assert self._process is not None
        self._process.send_signal(how)

    async def over(self) -> int:
        """The exit code, once it has ended by itself or by a signal."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def end(self, how: int = signal.SIGTERM) -> int:
        """The exit code."""
        self.send(how)
        return await self.over()

    async def gone(self) -> None:
        if self.alive:
            self.send(signal.SIGCONT)
            await self.end(signal.SIGKILL)


class Cluster:
    """The processes, with a store of our own on the same database to look into."""

    def __init__(self, folder: Path, url: str, parts: Mapping[str, int], *, webhooks: bool = True) -> None:
        self.folder, self.url = folder, url
        self.stage = Environment(folder, parts=(), webhooks=webhooks)
        self.balancer = Balancer()
        self.processes: dict[str, Process] = {}
        self.clock: SharedClock
        self.store: Store
        self._parts = parts
        self._keyring: Keyring

    async def open(self) -> None:
        """Everything but the processes."""
        await self.balancer.start()
        await self.stage.start()
        self.environment = self.stage.environment | {
            "MEKTUPX_PUBLIC_URL": self.balancer.url,
            "MEKTUPX_DATABASE_URL": self.url,
        }
        self.clock = SharedClock(self.folder / "clock")
        for part, many in self._parts.items():
            for number in range(many):
                self.add(f"{part}-{number}", "run", part)
        self.stage.playground.busy = self.busy

    def add(self, name: str, *words: str, **other: str) -> Process:
        """One more process; `other` are settings of its own."""
        made = self.processes[name] = Process(self.folder, self.environment | other, *words, name=name)
        ways = self.balancer.ports.get(words[1] if len(words) > 1 else "")
        if ways is not None:
            ways.append(made.port)
        return made

    async def start(self) -> None:
        """All at once: they race for the migration, the key store and the bank's books."""
        await asyncio.gather(*(process.start() for process in self.processes.values()))
        await asyncio.gather(*(process.serves() for process in self.processes.values()))
        await self.look()

    async def look(self) -> Store:
        """Our own store on the cluster's database."""
        self._keyring = Keyring.open(self.folder / "master.key", self.folder / "keys.db")
        self.store = await Store.open(self.url, self._keyring)
        return self.store

    async def busy(self) -> bool:
        """Whether anything is to be said, done, printed or told in any process."""
        books = self.folder / "sandbox-bank.db"
        if books.exists():
            with closing(sqlite3.connect(books)) as db:
                if db.execute("SELECT count(*) FROM notice WHERE done = 0").fetchone()[0]:
                    return True
        if await self.store.do(callbacks.unsettled, "sandbox", self.clock.now() + timedelta(days=1)):
            return True  # a callback was answered, and is being asked about
        return await self.store.do(figures.busy, self.clock.now())

    async def close(self) -> None:
        await asyncio.gather(*(process.gone() for process in self.processes.values()))
        await self.stage.playground.stop()
        await self.balancer.stop()
        if hasattr(self, "store"):
            await self.store.close()
            self._keyring.close()

    def complaints(self) -> list[str]:
        """Every line of level error or critical of every process."""
        return [
            f"{process.name}: {line}"
            for process in self.processes.values()
            for line in (process.told.read_text(errors="replace") if process.told.exists() else "").splitlines()
            if '"level": "error"' in line or '"level": "critical"' in line or line.startswith("Traceback")
        ]


@asynccontextmanager
async def cluster(
    folder: Path, url: str, parts: Mapping[str, int] = TWO_OF_EACH, *, webhooks: bool = True
) -> AsyncIterator[Cluster]:
    """Opened, not started; everything is gone at the end."""
    found = Cluster(folder, url, parts, webhooks=webhooks)
    try:
        await found.open()
        yield found
    finally:
        await found.close()
