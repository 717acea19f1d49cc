"""A process that has imported the service and forks a new one for each start: imports cost two seconds every time.

`python -m tests.warm` is that process. It only waits and forks, so that nothing of one start is left for another. What
it starts runs `python -m bot.cli.main` from its first line to its last: with arguments, environment, umask, signals
and exit code of its own, behind the same guard of hosts.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib
import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

from rendering.processes import slot

__all__ = ["Started", "drawing", "start"]

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds after which a process hangs that only has to end
MAIN = "bot.cli.main"
LAZY = ("bot.service.service", "bot.cli.check")  # what MAIN imports only when a command needs it
DRAWING = ("rendering.processes.worker", "rendering.pdf", "rendering.sample")  # what a drawing process imports
LARGEST = 1 << 20  # bytes of one order: arguments and an environment


class Started:
    """One process, as `asyncio.create_subprocess_exec` would give it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ending = asyncio.create_task(self._over(reader, writer))

    async def _over(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        self.returncode = int(await reader.readline())
        writer.close()  # from now on the kernel may give its number to another
        return self.returncode

    def send_signal(self, how: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, how)

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)


_waiting: list[tuple[subprocess.Popen[bytes], socket.socket]] = []
"""The process that waits, and the socket on which it takes orders."""


def _orders() -> socket.socket:
    """Where orders go; the process is started for the first of them."""
    if not _waiting:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MEKTUPX_")}
        with theirs:
            process = subprocess.Popen(
                command, cwd=ROOT, env=clean, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        _waiting.append((process, ours))
    return _waiting[0][1]


@atexit.register
def _ended() -> None:
    while _waiting:
        process, orders = _waiting.pop()
        orders.close()
        process.wait(PATIENCE)


async def start(
    words: Sequence[str], environment: Mapping[str, str], out: int, err: int, given: int | None = None
) -> Started:
    """`mektupx` with these words and this whole environment, in the folder of the repository.

    out, err, given: descriptors of its standard output, error and input, which is empty unless it is given.
    """
    sys.audit("subprocess.Popen", sys.executable, [sys.executable, "-m", MAIN, *words], ROOT, None)  # tests/cost.py
    order = json.dumps({"words": list(words), "environment": dict(environment)}).encode()
    ours, theirs = socket.socketpair()
    nothing = os.open(os.devnull, os.O_RDONLY)
    with theirs:
        read = nothing if given is None else given
        socket.send_fds(_orders(), [order], [read, out, err, theirs.fileno()])
    os.close(nothing)
    reader, writer = await asyncio.open_connection(sock=ours)
    return Started(int(await reader.readline()), reader, writer)


def drawing() -> BaseContext:
    """Forks the drawing processes, too, from one that has imported what they need: `rendering.processes.slot.CONTEXT`.

    They are told everything as a spawned one is, through a pipe.
    """
    forkserver.set_forkserver_preload([*DRAWING])
    return multiprocessing.get_context("forkserver")


# The waiting process --------------------------------------------------------------------------------------------------


def _serve(orders: socket.socket) -> None:
    """Returns in each process that is started, ready to run MAIN; the one that waits ends here."""
    before = dict(os.environ)
    for name in (MAIN, *LAZY):
        importlib.import_module(name)
    del sys.modules[MAIN]  # each runs it anew
    slot.CONTEXT = drawing()
    forkserver.ensure_running()
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[attr-defined]  # it runs, as nobody else's child
    imported = {name: value for name, value in os.environ.items() if before.get(name) != value}
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it is over
    while True:
        order, descriptors, *_ = socket.recv_fds(orders, LARGEST, 4)
        if not order:
            sys.exit()
        if os.fork() == 0:
            break
        for descriptor in descriptors:
            os.close(descriptor)
        while _reaped():
            pass
    orders.close()
    *files, report = descriptors
    if number := os.fork():
        _watch(number, files, socket.socket(fileno=report))
    os.close(report)
    _become(**json.loads(order), files=files, imported=imported)


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] > 0
    except ChildProcessError:
        return False


def _watch(number: int, files: Sequence[int], report: socket.socket) -> None:
    """Tells the number of a process, then how it ended. Its number stays its own until that was heard."""
    for descriptor in files:
        os.close(descriptor)
    report.sendall(b"%d\n" % number)
    found = os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
    assert found is not None
    report.sendall(b"%d\n" % (found.si_status if found.si_code == os.CLD_EXITED else -found.si_status))
    report.recv(1)
    os.waitpid(number, 0)
    os._exit(0)


def _become(words: list[str], environment: dict[str, str], files: Sequence[int], imported: dict[str, str]) -> None:
    for descriptor, number in zip(files, range(3), strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment | imported)
    sys.argv[1:] = words
    importlib.reload(sys.modules["sitecustomize"])  # the guard of hosts, as these settings have it


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module(MAIN, run_name="__main__", alter_sys=True)
