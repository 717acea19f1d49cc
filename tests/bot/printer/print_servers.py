"""A printer, a CUPS and an SSH server on loopback: the real programs, each with a folder, started and killed at will.

Nothing of the machine is touched: no system bus, no /etc, no user but `nobody` or the one who runs the tests.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncssh

from bot.printer.ipp_client import PrinterClient
from bot.printer.sink import SinkAway
from tests.programs import UNPACKED, free_port, listens, program, until

__all__ = ["Cups", "IppPrinter", "SshServer", "folder_for", "free_port", "private_bus", "until"]

PATIENCE = 120.0  # seconds until a server answers
MEMORY = Path("/dev/shm")


@contextmanager
def folder_for(*, memory: bool = False) -> Iterator[Path]:
    """One that another user may enter; pytest's own is nobody else's. memory: on no disk."""
    with tempfile.TemporaryDirectory(
        prefix="mektupx-print-", dir=MEMORY if memory and MEMORY.is_dir() else None
    ) as made:
        os.chmod(made, 0o755)
        yield Path(made)


class Server:
    """One program that listens on a port of loopback, and can be killed and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def options(self) -> dict[str, Any]:
        return {}

    def answers(self) -> bool:
        return listens(self.port)

    def start(self) -> None:
        self.begin()
        self.wait()

    def begin(self) -> None:
        self._process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self.options(),
        )

    def wait(self) -> None:
        until(self.answers, self._process, PATIENCE)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """The program and all it has begun, also what leads a session of its own."""
        if self._process is not None:
            for one in reversed(list(_family(self._process.pid))):
                with suppress(ProcessLookupError):
                    os.kill(one, number)
            self._process.wait(PATIENCE)
            self._process = None


def _family(number: int) -> Iterator[int]:
    yield number
    with suppress(OSError):
        for child in Path(f"/proc/{number}/task/{number}/children").read_text().split():
            yield from _family(int(child))


@contextmanager
def private_bus() -> Iterator[str]:
    """Instead of the system's, where Avahi is missing or would tell the network of our printers."""
    words = ["--session", "--nofork", "--print-address=1"]
    bus = subprocess.Popen(
        [program("dbus-daemon"), *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert bus.stdout
    try:
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.wait(PATIENCE)
        bus.stdout.close()


class IppPrinter(Server):
    """`ippeveprinter`, the model printer of the Printer Working Group: what it prints stays as a file, unchanged."""

    def __init__(self, folder: Path, bus: str, *, work: str = "/bin/true", seconds: int = 0) -> None:
        """work: a program through which each job goes; how it ends is how the job ends.
        Without one a job takes 5 to 15 seconds.
        seconds: how long it is up before it counts as started; of what was before its start it cannot speak."""
        super().__init__()
        self.spool, self._work, self._bus, self._seconds = folder / "spool", work, bus, seconds
        self.spool.mkdir(exist_ok=True)
        self.address = f"ipp://localhost:{self.port}/ipp/print"

    def command(self) -> list[str]:
        return [
            program("ippeveprinter"), "-k", "-d", str(self.spool), "-p", str(self.port), "-n", "localhost",
            "-f", "application/pdf", "-2", "-r", "off", "-c", self._work, "letters",
        ]  # fmt: skip

    def options(self) -> dict[str, Any]:
        return {"env": {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self._bus}}

    def answers(self) -> bool:
        async def up() -> int:
            client = PrinterClient(self.address)
            try:
                return (await client.facts()).up
            finally:
                await client.close()

        with suppress(OSError, SinkAway), ThreadPoolExecutor(1) as aside:  # whoever asks may be in a loop
            return aside.submit(asyncio.run, up()).result() >= self._seconds
        return False

    def printed(self) -> list[Path]:
        """In their order: the names begin with the jobs' numbers."""
        return sorted(self.spool.rglob("*.pdf"), key=lambda path: (int(path.name.partition("-")[0]), path.name))


CUPSD = """
Listen 127.0.0.1:{port}
Listen {folder}/run/cups.sock
DefaultAuthType None
Browsing Off
WebInterface No
DirtyCleanInterval 0
PreserveJobHistory Yes
PreserveJobFiles No
ErrorPolicy {policy}
MaxLogSize 0
LogLevel warn
<Location />
  Order allow,deny
  Allow 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
FILES = """
ServerRoot {folder}/etc
StateDir {folder}/run
CacheDir {folder}/cache
RequestRoot {folder}/spool
TempDir {folder}/tmp
DataDir {data}
ServerBin {binaries}
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
SyncOnClose Yes
FileDevice Yes
{user}
"""


class Cups(Server):
    """A real cupsd with one queue; it keeps its jobs on its disk."""

    QUEUE = "letters"

    def __init__(self, folder: Path, device: str = "file:///dev/null", *, policy: str = "retry-job") -> None:
        super().__init__()
        self.folder, self._device = folder, device
        self.address = f"ipp://127.0.0.1:{self.port}/printers/{self.QUEUE}"
        for name in ("etc", "run", "cache", "spool", "tmp", "log"):
            (folder / name).mkdir(exist_ok=True)
        words = {
            "folder": folder, "port": self.port, "policy": policy, "data": _unpacked("share/cups"),
            "binaries": _unpacked("lib/cups"), "user": "User nobody\nGroup nogroup" if os.getuid() == 0 else "",
        }  # fmt: skip
        (folder / "etc" / "cupsd.conf").write_text(CUPSD.format(**words))
        (folder / "etc" / "cups-files.conf").write_text(FILES.format(**words))

    def command(self) -> list[str]:
        etc = self.folder / "etc"
        return [program("cupsd"), "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")]

    def add(self) -> None:
        """Makes the queue; raw: the PDF goes on as it is."""
        self._tool("lpadmin", "-p", self.QUEUE, "-E", "-v", self._device, "-m", "raw")

    def do(self, what: str) -> None:
        """cupsdisable takes jobs and prints none, cupsreject takes none; their opposites are cupsenable, cupsaccept."""
        self._tool(what, self.QUEUE)

    def forget(self) -> None:
        """No job and no history any more."""
        self._tool("cancel", "-a", "-x", self.QUEUE)

    def kept(self) -> list[Path]:
        """The documents that lie in its spool."""
        return sorted((self.folder / "spool").glob("d*"))

    def _tool(self, name: str, *words: str) -> None:
        place = shutil.which(name, path=f"{Path(program('lpadmin')).parent}:/usr/bin:/usr/sbin") or name
        subprocess.run(
            [place, "-h", f"127.0.0.1:{self.port}", *words], check=True, capture_output=True, timeout=PATIENCE
        )


def _unpacked(name: str) -> Path:
    """A part of cups-daemon, where it was only unpacked or where it is installed."""
    here = UNPACKED / "usr" / name
    return here if here.is_dir() else Path("/usr") / name


SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {etc}/host_key
PidFile none
AuthorizedKeysFile {etc}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
StrictModes no
MaxStartups 100
Subsystem sftp internal-sftp -u 0027
"""


class SshServer(Server):
    """OpenSSH's sshd as a print house: one user, one folder. It asks PAM about the account, because without it it takes
    one whose shadow entry it may not read for locked."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        self.user = "nobody" if self._as else pwd.getpwuid(os.getuid()).pw_name
        self.tray, self._etc = folder / "in", folder / "etc"
        for made in (self.tray, self._etc):
            made.mkdir()
        self._binary = self._etc / "sshd"
        shutil.copy(program("sshd"), self._binary)  # `nobody` may not enter where it was unpacked
        host, ours = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
        host.write_private_key(self._etc / "host_key")
        self.key_file, self.known_hosts = folder / "our_key", folder / "known_hosts"
        ours.write_private_key(self.key_file)
        ours.write_public_key(self._etc / "authorized_keys")
        self.knows(host)
        (self._etc / "sshd_config").write_text(SSHD.format(port=self.port, etc=self._etc))
        for file in (self._etc / "host_key", self.key_file):
            file.chmod(0o600)
        if self._as:
            for owned in (self.tray, self._etc, *self._etc.iterdir()):
                shutil.chown(owned, "nobody", "nogroup")
        self.address = f"sftp://{self.user}@127.0.0.1:{self.port}{self.tray}"

    def knows(self, host: asyncssh.SSHKey) -> None:
        """Writes down whose key the print house has."""
        public = host.export_public_key().decode().strip()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}\n")

    def command(self) -> list[str]:
        return [str(self._binary), "-D", "-f", str(self._etc / "sshd_config"), "-E", str(self._etc / "log")]

    def options(self) -> dict[str, Any]:
        return dict(self._as)
