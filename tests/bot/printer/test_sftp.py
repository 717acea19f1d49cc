"""Over SFTP, to a real OpenSSH: letters arrive sealed, whole or not at all, and only where the host key is known."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pyrage import decrypt, x25519

from bot.printer.registry import sink_from
from bot.printer.sftp import SftpSink
from bot.printer.sink import Access, PrintSink, SinkAway, SinkRefused
from tests.bot.printer.conformance import SinkConformance, names, piece
from tests.bot.printer.print_servers import SshServer, folder_for, free_port, until
from tests.storage.system_calls import ROOT

STATION = x25519.Identity.generate()
STEM = f"MX000001-{piece().letter}"
TAKEN = {f"{STEM}.json", f"{STEM}.pdf.age"}


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with folder_for() as folder:
        made = SshServer(folder)
        try:
            made.start()
            yield made
        finally:
            made.kill()


@pytest.fixture
def house(server: SshServer) -> SshServer:
    """The print house with an empty tray."""
    for left in server.tray.iterdir():
        left.unlink()
    return server


def access(house: SshServer, **other: Any) -> Access:
    given = {"recipients": (str(STATION.to_public()),), "ssh_key": house.key_file, "known_hosts": house.known_hosts}
    return Access(**{**given, **other})


def opened(tray: Path) -> list[bytes]:
    """The letters that have a manifest, as the station reads them."""
    found = [path.with_name(f"{path.stem}.pdf.age") for path in tray.glob("*.json")]
    return sorted(decrypt(path.read_bytes(), [STATION]) for path in found if path.exists())


class TestSftp(SinkConformance):
    @pytest.fixture
    async def sink(self, house: SshServer) -> AsyncIterator[PrintSink]:
        self.tray = house.tray
        made = sink_from(house.address, access(house))
        await made.start()
        yield made
        await made.close()

    def printed(self) -> list[bytes]:
        return opened(self.tray)


@asynccontextmanager
async def to(house: SshServer, **other: Any) -> AsyncIterator[PrintSink]:
    made = sink_from(other.pop("address", house.address), access(house, **other))
    try:
        yield made
    finally:
        await made.close()


async def test_a_letter_and_its_manifest_lie_there_and_nothing_else(house: SshServer) -> None:
    async with to(house) as sink:
        receipt = await sink.submit(piece())
        assert names(house.tray) == TAKEN
        assert receipt.reference == f"{STEM}.pdf.age"
        assert await sink.probe() == ()
    assert names(house.tray) == TAKEN
    manifest = json.loads((house.tray / f"{STEM}.json").read_text())
    assert manifest == {"number": "MX000001", "pages": 1, "piece": piece().letter, "sha256": piece().sha256}
    assert (house.tray / f"{STEM}.pdf.age").stat().st_mode & 0o007 == 0
    assert piece().pdf[:14] not in (house.tray / f"{STEM}.pdf.age").read_bytes()


async def test_a_letter_whose_manifest_was_not_written_any_more_is_completed(house: SshServer) -> None:
    async with to(house) as sink:
        await sink.submit(piece())
        (house.tray / f"{STEM}.json").unlink()
        assert await sink.lookup(piece()) is None
        await sink.submit(piece())
    assert opened(house.tray) == [piece().pdf]


async def test_a_stranger_in_the_letters_place_is_left_alone(house: SshServer) -> None:
    (house.tray / f"{STEM}.pdf.age").write_bytes(b"somebody else's")
    (house.tray / f"{STEM}.pdf.age").chmod(0o644)
    async with to(house) as sink:
        with pytest.raises(SinkRefused, match="MX000001"):
            await sink.submit(piece())
    assert names(house.tray) == {f"{STEM}.pdf.age"}


async def test_a_connection_that_was_lost_is_made_anew(house: SshServer) -> None:
    async with to(house) as sink:
        await sink.submit(piece())
        house.kill()
        try:
            with pytest.raises(SinkAway, match="cannot be reached"):
                await sink.submit(piece(2))
        finally:
            house.start()
        await sink.submit(piece(2))
    assert opened(house.tray) == sorted([piece().pdf, piece(2).pdf])


@pytest.mark.parametrize("lost", [asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection])
async def test_a_connection_that_is_lost_while_something_is_asked_is_no_refusal(
    house: SshServer, monkeypatch: pytest.MonkeyPatch, lost: Callable[[str], asyncssh.SFTPError]
) -> None:
    async def breaks(*_: Any) -> None:
        raise lost("the line is down")

    async with to(house) as sink:
        assert await sink.references() == set()
        monkeypatch.setattr(asyncssh.SFTPClient, "listdir", breaks)
        with pytest.raises(SinkAway, match="cannot be reached"):
            await sink.references()


async def test_a_connection_made_while_the_lost_one_is_closed_stays(house: SshServer) -> None:
    """Dispatcher and sweep share the sink."""
    async with to(house) as sink:
        assert isinstance(sink, SftpSink)
        await sink.references()
        closing = asyncio.create_task(sink.close())
        await asyncio.sleep(0)  # it waits for the server by now
        await sink.references()
        made = sink._connection
        await closing
        assert sink._connection is made is not None


async def test_only_old_half_written_files_are_tidied_up(house: SshServer) -> None:
    """Two dispatchers may use one tray: a young one is somebody's."""
    for name, age in ((f".{STEM}.pdf.age.aaaaaaaa.part", 7200), (f".{STEM}.json.bbbbbbbb.part", 1), ("kept", 0)):
        (house.tray / name).write_bytes(b"half")
        (house.tray / name).chmod(0o666)
        os.utime(house.tray / name, (1_790_000_000 - age, 1_790_000_000 - age))
    async with to(house) as sink:
        await sink.start()
    assert names(house.tray) == {f".{STEM}.json.bbbbbbbb.part", "kept"}


# What goes wrong ------------------------------------------------------------------------------------------------------


async def refused(house: SshServer, sentence: str, **other: Any) -> None:
    async with to(house, **other) as sink:
        await waited_for(sink, sentence)
        with pytest.raises(SinkAway, match=sentence):
            await sink.lookup(piece())
        await sink.start()  # the service starts all the same
    assert names(house.tray) == set()


async def waited_for(sink: PrintSink, sentence: str) -> None:
    with pytest.raises(SinkAway, match=sentence):
        await sink.submit(piece())
    with pytest.raises(SinkAway, match=sentence):
        await sink.probe()


async def test_another_host_key_gets_nothing_and_says_what_to_do(house: SshServer, tmp_path: Path) -> None:
    line = f"[127.0.0.1]:{house.port} {asyncssh.generate_private_key('ssh-ed25519').export_public_key().decode()}"
    (tmp_path / "known_hosts").write_text(line)
    await refused(house, r"host key .* nothing was sent.* by telephone", known_hosts=tmp_path / "known_hosts")


async def test_a_host_nobody_has_written_down_gets_nothing(house: SshServer, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("")
    await refused(house, "host key", known_hosts=tmp_path / "known_hosts")


async def test_a_key_the_print_house_does_not_know(house: SshServer, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "key")
    await refused(house, "does not know the key of MEKTUPX_SFTP_KEY_FILE", ssh_key=tmp_path / "key")


async def test_a_key_file_that_holds_no_key(house: SshServer, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nothing")
    await refused(house, "no private key", ssh_key=tmp_path / "key")


async def test_files_that_are_gone(house: SshServer, tmp_path: Path) -> None:
    await refused(house, "There is no file .*hosts", known_hosts=tmp_path / "hosts")


async def test_a_folder_that_is_not_there(house: SshServer) -> None:
    await refused(house, "no folder of this name", address=f"{house.address}/nowhere")


async def test_a_print_house_that_is_off(house: SshServer) -> None:
    await refused(house, "cannot be reached", address=house.address.replace(f":{house.port}", f":{free_port()}"))


async def test_a_folder_that_may_not_be_written_to(house: SshServer) -> None:
    house.tray.chmod(0o555)
    try:
        async with to(house) as sink:
            await waited_for(sink, "does not let this user write")
    finally:
        house.tray.chmod(0o755)


class FullHouse(asyncssh.SFTPServer):
    """A print house whose disk is full, or whose server cannot tell when something is on it."""

    syncs, room = True, 0

    async def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if not self.room:
            raise asyncssh.SFTPFailure("No space left on device")
        return super().write(file_obj, offset, data)  # type: ignore[return-value]

    def fsync(self, file_obj: Any) -> None:
        if not self.syncs:
            raise asyncssh.SFTPOpUnsupported("no fsync")
        super().fsync(file_obj)

    def statvfs(self, path: bytes) -> Any:
        free = self.room // 4096
        return asyncssh.SFTPVFSAttrs(bsize=4096, frsize=4096, bavail=free, files=9, favail=9)


@pytest.mark.parametrize(
    ("room", "syncs", "sentence"),
    [(0, True, "disk at the print house is full"), (2**30, False, r"fsync@openssh\.com")],
    ids=["a full disk", "a server that does not sync"],
)
async def test_a_print_house_that_cannot_keep_a_letter_is_waited_for(
    house: SshServer, tmp_path: Path, room: int, syncs: bool, sentence: str
) -> None:
    key, tray = asyncssh.generate_private_key("ssh-ed25519"), tmp_path / "in"
    tray.mkdir()
    kind = type("House", (FullHouse,), {"room": room, "syncs": syncs})
    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[key],
        authorized_client_keys=asyncssh.import_authorized_keys(
            asyncssh.read_private_key(house.key_file).export_public_key().decode()
        ),
        sftp_factory=kind,
    )
    port = listener.sockets[0].getsockname()[1]
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    address = f"sftp://clerk@127.0.0.1:{port}{tray}"
    async with to(house, address=address, known_hosts=tmp_path / "known") as sink:
        await waited_for(sink, sentence)
        assert not [name for name in names(tray) if not name.startswith(".")]
    listener.close()
    await listener.wait_closed()


async def test_what_is_said_to_be_taken_is_on_the_disk_of_the_print_house(house: SshServer, tmp_path: Path) -> None:
    """The server's own calls: each file is synced before it gets its name, and the folder after that."""
    trace = tmp_path / "trace"
    words = ["strace", "-f", "-y", "-qq", "-o", str(trace), "-e", "trace=fsync,link,linkat,rename,renameat"]
    tracer = await asyncio.create_subprocess_exec(*words, "-p", str(house.pid), cwd=ROOT)
    status = Path(f"/proc/{house.pid}/status")
    await asyncio.to_thread(until, lambda: "TracerPid:\t0\n" not in status.read_text())
    async with to(house) as sink:
        await sink.submit(piece())
    tracer.terminate()
    await tracer.wait()
    order = []
    for line in trace.read_text().splitlines():
        if "fsync(" in line:
            order.append("folder" if f"<{house.tray}>" in line else "sync")
        elif "link(" in line and ".part" in line and "unlink" not in line:
            order.append("letter" if line.count(".pdf.age") > 1 else "manifest")
    assert order == ["sync", "letter", "folder", "sync", "manifest", "folder"]
