"""The tray: whole letters or none, never one over another, and nothing in it that names a person."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pyrage import DecryptError, decrypt, x25519

from bot.printer.folder import FolderSink, manifest_of
from bot.printer.registry import SINKS, sink_from
from bot.printer.sink import Access, PrintSink, SinkAway, SinkRefused, SinkUnsure
from tests.bot.printer.conformance import PaperPiece, SinkConformance, names, pdfs, piece

TAKEN = {"MX000001-000000000000000000000000000000a1.json", "MX000001-000000000000000000000000000000a1.pdf"}


class PowerCut(BaseException):
    """The machine is off: nothing after this happens, not even what stands in a finally."""


class Machine:
    """Counts the writes of the tray to its disk and goes off at one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, off_at: int) -> None:
        self.writes, self.off_at = 0, off_at
        for name in ("link", "fsync", "unlink"):
            patch.setattr(os, name, self.watched(getattr(os, name)))
        patch.setattr(Path, "unlink", self.watched(Path.unlink))

    def watched(self, real: Callable[..., object]) -> Callable[..., object]:
        def write(*args: object, **kwargs: object) -> object:
            self.writes += 1
            if self.writes >= self.off_at:
                raise PowerCut
            return real(*args, **kwargs)

        return write


class TestFolder(SinkConformance):
    @pytest.fixture
    async def sink(self, tmp_path: Path) -> AsyncIterator[PrintSink]:
        self.tray = tmp_path
        made = sink_from(f"folder:{tmp_path}")
        await made.start()
        yield made
        await made.close()

    def printed(self) -> list[bytes]:
        return pdfs(self.tray)


STATION = x25519.Identity.generate()
TO = (str(STATION.to_public()),)


class TestSealedFolder(SinkConformance):
    """What its station would print: letters with a manifest, opened."""

    @pytest.fixture
    async def sink(self, tmp_path: Path) -> AsyncIterator[PrintSink]:
        self.tray = tmp_path
        made = sink_from(f"folder:{tmp_path}", Access(TO))
        await made.start()
        yield made
        await made.close()

    def printed(self) -> list[bytes]:
        whole = [path.with_name(f"{path.stem}.pdf.age") for path in self.tray.glob("*.json")]
        return sorted(decrypt(path.read_bytes(), [STATION]) for path in whole if path.exists())


async def test_each_of_the_print_rooms_keys_opens_a_sealed_letter_and_no_other(tmp_path: Path) -> None:
    second, stranger = x25519.Identity.generate(), x25519.Identity.generate()
    receipt = await FolderSink(tmp_path, (*TO, str(second.to_public()))).submit(piece())
    content = (tmp_path / receipt.reference).read_bytes()
    assert [decrypt(content, [one]) for one in (STATION, second)] == [piece().pdf] * 2
    with pytest.raises(DecryptError):
        decrypt(content, [stranger])
    assert names(tmp_path) == {receipt.reference, receipt.reference.replace(".pdf.age", ".json")}


@pytest.mark.parametrize("recipients", [(), TO])
async def test_a_letter_goes_from_the_tray_sealed_or_not_whatever_is_set_by_then(
    tmp_path: Path, recipients: tuple[str, ...]
) -> None:
    """The operator begins to seal, or stops it, while letters lie there."""
    receipt = await FolderSink(tmp_path, TO if not recipients else ()).submit(piece())
    now = FolderSink(tmp_path, recipients)
    assert await now.lookup(piece()) is not None
    assert len(await now.references()) == 1
    await now.remove(receipt.reference)
    assert names(tmp_path) == set()


async def test_the_tray_holds_the_pdf_its_manifest_and_nothing_else(tmp_path: Path) -> None:
    receipt = await FolderSink(tmp_path).submit(piece())
    assert names(tmp_path) == TAKEN
    assert receipt.reference in TAKEN
    manifest = json.loads((tmp_path / receipt.reference).with_suffix(".json").read_text())
    assert manifest == {"number": "MX000001", "pages": 1, "piece": piece().letter, "sha256": piece().sha256}


async def test_nobody_outside_the_print_rooms_group_can_read_a_letter(tmp_path: Path) -> None:
    receipt = await FolderSink(tmp_path).submit(piece())
    assert (tmp_path / receipt.reference).stat().st_mode & 0o007 == 0


async def test_a_power_cut_at_any_write_shows_a_whole_letter_or_none_and_the_next_try_completes_it(
    tmp_path: Path,
) -> None:
    off_at = 0
    while True:
        off_at += 1
        tray = tmp_path / str(off_at)
        tray.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            machine = Machine(patch, off_at)
            try:
                await FolderSink(tray).submit(piece())
            except PowerCut:
                pass
            else:
                break
        for visible in tray.glob("[!.]*"):
            assert visible.read_bytes() in (piece().pdf, manifest_of(piece()))
        if list(tray.glob("*.json")):
            assert list(tray.glob("*.pdf"))  # the commit mark never comes before what it marks
        again = FolderSink(tray)
        await again.start()
        assert not list(tray.glob(".*"))
        await again.submit(piece())
        assert names(tray) == TAKEN
    assert machine.writes >= 8  # two files: write, link, unlink and the folder, each


async def test_a_letter_taken_out_for_printing_does_not_come_back(tmp_path: Path) -> None:
    """The clerk was faster than the dispatcher's recovery: the manifest still tells that the letter was here."""
    sink = FolderSink(tmp_path)
    receipt = await sink.submit(piece())
    (tmp_path / receipt.reference).unlink()
    assert await sink.lookup(piece()) == receipt
    assert await sink.submit(piece()) == receipt
    assert not pdfs(tmp_path)


async def test_a_stranger_in_the_letters_place_is_left_alone(tmp_path: Path) -> None:
    stranger = tmp_path / "MX000001-000000000000000000000000000000a1.pdf"
    stranger.write_bytes(b"somebody else's")
    with pytest.raises(SinkRefused, match="MX000001"):
        await FolderSink(tmp_path).submit(piece())
    assert stranger.read_bytes() == b"somebody else's"
    assert names(tmp_path) == {stranger.name}


@pytest.mark.parametrize("number", ["../MX000001", "MX1/..", "", "mx000001", "MX000001\n", "MX１"])
async def test_no_name_leads_out_of_the_tray(tmp_path: Path, number: str) -> None:
    whole = piece()
    odd = PaperPiece(whole.order, number, whole.letter, whole.pdf, whole.pages, whole.sha256)
    with pytest.raises(SinkRefused):
        await FolderSink(tmp_path).submit(odd)
    assert not names(tmp_path)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "no room left"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "failed to write"),
        (errno.EMFILE, "EMFILE"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "link", "open"])
async def test_a_full_or_failing_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str, call: str
) -> None:
    def failing(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        with pytest.raises(SinkAway, match=sentence):
            await FolderSink(tmp_path).submit(piece())
    assert not names(tmp_path)
    await FolderSink(tmp_path).submit(piece())
    assert names(tmp_path) == TAKEN


@pytest.mark.parametrize("call", range(1, 5), ids=["the letter", "its name", "the manifest", "the manifest's name"])
async def test_once_a_manifest_has_its_name_nobody_says_any_more_that_the_letter_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """A disk that fails at one of the four syncs: a sender may cancel only what surely does not lie in the tray."""
    calls, sync = iter(range(1, 9)), os.fsync

    def failing(handle: int) -> None:
        if next(calls) == call:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(SinkUnsure if call == 4 else SinkAway):
        await FolderSink(tmp_path).submit(piece())
    assert (names(tmp_path) == TAKEN) == (call == 4)
    assert (await FolderSink(tmp_path).lookup(piece()) is not None) == (call == 4)


async def test_a_tray_that_is_not_there_is_waited_for_and_never_made(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "share")
    for attempt in (sink.start(), sink.submit(piece()), sink.lookup(piece())):
        with pytest.raises(SinkAway, match="mounted"):
            await attempt
    assert not names(tmp_path)


async def test_a_start_beside_a_working_dispatcher_harms_nothing(tmp_path: Path) -> None:
    """Its half-written file may vanish under its hands; it then tries again, and nothing broken is ever seen."""
    sink = FolderSink(tmp_path)

    async def stubborn(nth: int) -> None:
        while True:
            try:
                await sink.submit(piece(nth))
            except SinkAway:
                continue
            return

    await asyncio.gather(*(stubborn(nth) for nth in range(1, 9)), *(FolderSink(tmp_path).start() for _ in range(20)))
    assert pdfs(tmp_path) == sorted(piece(n).pdf for n in range(1, 9))


def test_the_operator_is_told_which_sinks_there_are() -> None:
    with pytest.raises(ValueError, match=r"'fax'.*" + ".*".join(f"{name}:" for name in sorted(SINKS))):
        sink_from("fax:123")
    with pytest.raises(ValueError, match="absolute path"):
        sink_from("folder:tray")
