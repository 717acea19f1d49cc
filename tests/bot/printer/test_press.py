"""The station: who and when is written down before a letter is opened; each is printed once, or called a reprint."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pyrage import x25519

from bot.cli.main import main
from bot.printer import station as at_station
from bot.printer.folder import FolderSink
from bot.printer.ipp import IppSink
from bot.printer.opening_log import Act, Entry, opening_log
from bot.printer.sealing import new_identity, sealed
from bot.printer.sink import SinkAway, SinkRefused, SinkUnsure
from bot.printer.sink import told as as_told
from flows.desk.printing import printer as wording
from locales import say
from rendering.pdf import draw
from tests.bot.printer.conformance import PaperPiece, names, piece
from tests.bot.printer.print_servers import Cups, IppPrinter, folder_for, free_port, private_bus, until
from tests.rendering.paper import letter


@pytest.fixture(scope="module")
def printer() -> Iterator[IppPrinter]:
    with private_bus() as bus, folder_for() as folder:
        made = IppPrinter(folder, bus, seconds=2)
        try:
            made.start()
            yield made
        finally:
            made.kill()


class Room:
    """A station with its key, its record, and a tray of sealed letters."""

    def __init__(self, folder: Path, printer: IppPrinter, first: int) -> None:
        self.tray, self.key, self.log = folder / "tray", folder / "key", folder / "openings"
        self.tray.mkdir()
        words, self.public = new_identity()
        self.key.write_text(words)
        self.key.chmod(0o600)
        self._printer, self._before = printer, len(printer.printed())
        self.address, self._first = printer.address, first

    def piece(self, nth: int = 1) -> PaperPiece:
        """Letters that this printer has never seen."""
        return piece(self._first + nth)

    async def takes(self, *pieces: PaperPiece) -> list[Path]:
        sink = FolderSink(self.tray, (self.public,))
        return [self.tray / (await sink.submit(one)).reference for one in pieces]

    def presses(self, *words: str | Path) -> int:
        options = ["--key", self.key, "--log", self.log, "--printer", self.address]
        return main(["press", "print", *map(str, [*options, *words])])

    def printed(self) -> list[bytes]:
        return [path.read_bytes() for path in self._printer.printed()][self._before :]

    def acts(self) -> list[tuple[str, str, int]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [(line["number"], line["act"], line["copy"]) for line in lines]


@pytest.fixture
def room(tmp_path: Path, printer: IppPrinter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """The command runs in this process, whose memory is nobody's secret."""

    class Unlocked:
        def __enter__(self) -> bool:
            return True

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("bot.cli.press.memory_locked", Unlocked)
    monkeypatch.setattr("bot.cli.press.asyncio.run", in_a_thread)
    Room.count = getattr(Room, "count", 0) + 100  # type: ignore[attr-defined]
    yield Room(tmp_path, printer, Room.count)  # type: ignore[attr-defined]


def in_a_thread(work: object) -> int:
    """The specification's own loop is running."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.Runner().run(work)).result()  # type: ignore[arg-type]


async def test_sealed_letters_come_out_as_they_were_approved_and_the_record_says_who(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = room.piece(1), room.piece(2)
    await room.takes(second, first)
    before = names(room.tray)
    assert room.presses(room.tray) == 0
    assert room.printed() == [first.pdf, second.pdf]
    assert names(room.tray) == before  # the scan "printed" takes them away
    assert room.acts() == [(one.number, act, 1) for one in (first, second) for act in ("opens", "printed")]
    line = json.loads(room.log.read_text().splitlines()[0])
    assert line["who"] and datetime.fromisoformat(line["at"]).tzinfo and line["piece"] == first.letter
    assert "At the printer: 2. Not printed: 0." in capsys.readouterr().out


async def test_what_was_printed_is_not_printed_again_unless_it_is_called_a_reprint(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = await room.takes(room.piece())
    assert [room.presses(room.tray), room.presses(room.tray), room.presses(file)] == [0, 0, 1]
    assert "For a reprint add --again" in capsys.readouterr().err
    assert len(room.printed()) == 1
    assert room.presses("--again", file) == 0
    assert "reprint, copy 2" in capsys.readouterr().out
    assert room.printed() == [room.piece().pdf] * 2
    assert room.acts()[2:] == [(room.piece().number, "opens", 2), (room.piece().number, "printed", 2)]
    assert "copy2" in room._printer.printed()[-1].name


async def test_the_record_is_written_before_a_letter_is_opened_and_without_it_none_is(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = await room.takes(room.piece())
    room.log.touch(0o600)
    opened: list[list[tuple[str, str, int]]] = []
    real = at_station.unsealed
    monkeypatch.setattr(at_station, "unsealed", lambda *given: (opened.append(room.acts()), real(*given))[1])
    with monkeypatch.context() as patch:
        patch.setattr("bot.printer.opening_log.os.fsync", failing)
        assert room.presses(file) == 1
    assert opened == []
    assert room.presses("--again", file) == 0
    assert opened[0][-1] == (room.piece().number, "opens", 2)


def failing(handle: int) -> None:
    raise OSError(28, "No space left on device")


BAD = {
    "sealed to another room": ("other keys than those of this station", 0),
    "damaged": ("damaged", 0),
    "no sealed letter": ("damaged, or is no sealed file", 0),
    "other than its manifest": ("not what its manifest says", 0),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_opened_is_named_and_its_neighbour_is_printed(
    room: Room, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    first, second = await room.takes(room.piece(1), room.piece(2))
    other = str(x25519.Identity.generate().to_public())
    content = {
        "sealed to another room": sealed(room.piece(1).pdf, [other]),
        "damaged": first.read_bytes()[:-20] + b"x" * 20,
        "no sealed letter": b"%PDF-1.7",
        "other than its manifest": sealed(b"%PDF-1.7 another", [room.public]),
    }[case]
    first.write_bytes(content)
    assert room.presses(first, second) == 1
    assert BAD[case][0] in capsys.readouterr().err
    assert room.printed() == [room.piece(2).pdf]
    assert room.acts()[1] == (room.piece(1).number, "not printed", 1)


async def test_a_letter_without_marks_is_printed_only_where_it_is_given_alone(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing tells its sheets from those of another letter; the record names no reason, which is the addressee's."""
    marked, bare = (
        PaperPiece(one.letter, one.number, one.order, drawn, 1, hashlib.sha256(drawn).hexdigest())
        for one, drawn in ((room.piece(1), draw(letter()).pdf), (room.piece(2), draw(letter(marks=False)).pdf))
    )
    first, second = await room.takes(marked, bare)
    assert [room.presses(room.tray), room.presses(first, second)] == [1, 1]
    said = capsys.readouterr()
    assert f"{bare.number}: not printed, because no marks" in said.err and marked.number not in said.err.split("\n")[0]
    assert "At the printer: 1. Not printed: 1." in said.out and "Count its sheets" not in said.out
    assert room.printed() == [marked.pdf]
    assert room.acts()[2:4] == [(bare.number, "opens", 1), (bare.number, "not printed", 1)]
    assert {json.loads(line)["why"] for line in room.log.read_text().splitlines()} == {""}
    assert room.presses(second) == 0
    assert room.printed() == [marked.pdf, bare.pdf]
    assert "Count its sheets, close its envelope" in capsys.readouterr().out


async def test_a_letter_without_its_manifest_is_still_on_its_way(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = await room.takes(room.piece())
    file.with_name(file.name.replace(".pdf.age", ".json")).unlink()
    (room.tray / "notes.txt").touch()
    assert [room.presses(room.tray), room.presses(file), room.presses(room.tray / "notes.txt")] == [0, 1, 1]
    said = capsys.readouterr().err
    assert "still on its way" in said and "no sealed letter" in said
    assert "folder" not in said  # a letter is on its way there
    assert not room.printed()


PLACES: dict[str, tuple[str, int]] = {
    "nothing": ("böyle bir dosya ya da klasör yok", 1),
    "an empty folder": ("bu klasörde basılacak mühürlü mektup yok; adları .pdf.age ile biter", 0),
    "a folder of letters that lie open": ("bu klasörde basılacak mühürlü mektup yok; adları .pdf.age ile biter", 1),
}


@pytest.mark.parametrize("place", PLACES)
async def test_a_place_without_a_sealed_letter_is_named_and_the_others_are_printed(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("bot.cli.main._tongue", lambda: "tr")
    (file,) = await room.takes(room.piece())
    other = room.key.with_name("elsewhere")
    if place != "nothing":
        other.mkdir()
    if "open" in place:
        (other / "MX000001.pdf").touch()
    said, code = PLACES[place]
    assert room.presses(other, file) == code
    assert f"{other}: {said}" in capsys.readouterr().err
    assert room.printed() == [room.piece().pdf]


def _key_is_the_tray(room: Room) -> None:
    room.key = room.tray


def _key_is_away(room: Room) -> None:
    room.key.unlink()


def _key_is_none(room: Room) -> None:
    room.key.write_text("hello")


def _log_is_nowhere(room: Room) -> None:
    room.log = room.tray / "no" / "openings"


def _log_is_a_folder(room: Room) -> None:
    room.log = room.tray


def _printer_is_a_folder(room: Room) -> None:
    room.address = "folder:/tmp"


WRONG = {
    "Burada anahtar dosyası yok: {key}. `mektupx press key`": _key_is_the_tray,
    "Burada anahtar dosyası yok: {key}.": _key_is_away,
    "Bu dosyada gizli age anahtarı (AGE-SECRET-KEY-1…) yok: {key}.": _key_is_none,
    "Kayıt dosyasının klasörü yok: {log}. Örnek: /var/log/mektupx-openings": _log_is_nowhere,
    "Kayıt bir dosyadır, bu ise bir klasör: {log}.": _log_is_a_folder,
    "İstasyon ipp:// ya da ipps:// adresindeki bir yazıcıya basar.": _printer_is_a_folder,
}


@pytest.mark.parametrize("said", WRONG)
async def test_what_a_clerk_types_wrongly_is_said_in_their_language(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr("bot.cli.main._tongue", lambda: "tr")
    (file,) = await room.takes(room.piece())
    WRONG[said](room)
    assert room.presses(file) == 1
    told = capsys.readouterr().err
    assert said.format(key=room.key, log=room.log) in told and "chmod" not in told
    assert not room.printed()


TROUBLES = {
    "a printer at work": (
        SinkUnsure(as_told(wording.BEGUN, letter="MX000001", job="7")),
        "MX000001: Yazıcı bu mektuba başladı ama bittiğini bildirmedi. Mektup: MX000001, iş: 7.",
    ),
    "a job that was aborted without a reason": (
        SinkRefused(as_told(wording.ENDED[8], letter="MX000001", job="7", why=wording.NO_REASON)),
        "MX000001: İş yarıda kesildi; mektup basılmış mı, bakın. Mektup: MX000001, iş: 7, neden: belirtilmedi.",
    ),
    "a printer that went away with the letter": (
        SinkUnsure(as_told(wording.TOOK_THEN, letter="MX000001", job="7", why=wording.NOT_ANSWERED)),
        "MX000001: Yazıcı mektubu aldı. Mektup: MX000001, iş: 7. Sonrası: Yazıcı yanıt vermedi.",
    ),
    "a busy one": (SinkAway(wording.BUSY[0x0507]), "MX000001: Yazıcı meşgul."),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_a_printer_says_is_told_in_the_clerks_language_and_in_english_in_the_log(trouble: str) -> None:
    error, said = TROUBLES[trouble]
    assert say(at_station._said("MX000001", error), "tr") == said
    assert say(at_station._said("MX000001", error), "en") == f"MX000001: {error}"


async def test_a_station_that_went_off_in_the_middle_asks_its_printer_first(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = await room.takes(room.piece())
    assert room.presses(file) == 0
    room.log.write_text(room.log.read_text().splitlines()[0] + "\n{torn")  # the power was cut before "printed" was kept
    assert room.presses(file) == 0
    assert "the printer has it already" in capsys.readouterr().out
    assert len(room.printed()) == 1
    assert room.presses(file) == 1  # and now it is in the record


async def test_a_letter_that_only_waits_in_a_queue_is_not_recorded_as_printed(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The station's queue lies in memory: a power cut empties it."""
    monkeypatch.setattr("bot.printer.registry.IppSink", partial(IppSink, paper=0.3))
    (file,) = await room.takes(room.piece())
    with folder_for() as folder:
        cups = Cups(folder)
        try:
            cups.start()
            cups.add()
            cups.do("cupsdisable")
            room.address = cups.address
            assert [room.presses(file), room.presses(file)] == [1, 1]
            assert "has not printed" in (said := capsys.readouterr().err) and "not said that it is done" in said
            assert [act for _, act, _ in room.acts()] == ["opens", "unsure"]
            assert len(cups.kept()) == 1
            cups.do("cupsenable")
            await asyncio.to_thread(until, lambda: room.presses(file) == 0)
        finally:
            cups.kill()
    assert "the printer has it already" in capsys.readouterr().out
    assert room.acts()[-1][1:] == ("printed", 1)


async def test_where_the_printer_cannot_know_a_person_looks(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = await room.takes(room.piece())
    one = room.piece()
    with opening_log(room.log) as log:
        log.add(Entry(datetime(2026, 1, 1, tzinfo=UTC), "ayse", Act.OPENS, one.number, one.letter, 1))
    assert room.presses(file) == 1
    assert "by ayse; nobody knows whether it was printed" in capsys.readouterr().err
    assert not room.printed()
    assert room.presses("--again", file) == 0
    assert len(room.printed()) == 1


async def test_a_printer_that_is_off_costs_nothing_but_another_try(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = await room.takes(room.piece())
    there, room.address = room.address, f"ipp://127.0.0.1:{free_port()}/ipp/print"
    assert room.presses(file) == 1
    assert "the printer cannot be reached. Switch it on" in capsys.readouterr().err
    assert room.acts()[-1][1:] == ("not printed", 1)
    room.address = there
    assert room.presses(file) == 0
    assert room.acts()[-1][1:] == ("printed", 1)


async def test_the_printers_password_is_read_from_a_private_file_and_never_typed(
    room: Room, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (file,) = await room.takes(room.piece())
    named = tmp_path / "station.printer"
    named.write_text(room.address.replace("://", "://clerk:secret@") + "\n")
    named.chmod(0o600)
    room.address = named.read_text().strip()
    assert room.presses(file) == 1
    told = capsys.readouterr().err
    assert "every user of this machine can read" in told and "secret" not in told
    room.address = str(named)
    assert room.presses(file) == 0
    assert room.piece().pdf in [path.read_bytes() for path in room._printer.printed()]
    named.chmod(0o644)
    assert room.presses(file) == 1
    assert f"chmod 600 {named}" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["key", "log"])
async def test_what_others_can_read_is_not_used(room: Room, capsys: pytest.CaptureFixture[str], what: str) -> None:
    (file,) = await room.takes(room.piece())
    room.log.touch(0o600)
    getattr(room, what).chmod(0o640)
    assert room.presses(file) == 1
    assert "chmod 600" in capsys.readouterr().err
    assert not room.printed()


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "station.key"
    assert main(["press", "key", str(key)]) == 0
    public = capsys.readouterr().out.strip()
    assert key.stat().st_mode & 0o777 == 0o600
    assert public in key.read_text() and "AGE-SECRET-KEY-1" in key.read_text()
    words = key.read_text()
    assert main(["press", "key", str(key)]) == 1  # never over another
    assert key.read_text() == words
    assert main(["press", "key", str(tmp_path / "no" / "station.key")]) == 1
    told = capsys.readouterr().err
    assert f"a key is never overwritten: {key}" in told and "The folder of this file is not there" in told
    assert "Errno" not in told


def test_the_record_keeps_letters_apart(tmp_path: Path) -> None:
    made = Entry(datetime(2026, 1, 1, tzinfo=UTC), "ayse", Act.OPENS, "MX000001", "a" * 32, 1)
    with opening_log(tmp_path / "log") as log:
        log.add(made)
        log.add(replace_piece(made))
        assert log.of("a" * 32) == [made]


def replace_piece(entry: Entry) -> Entry:
    return Entry(entry.at, entry.who, entry.act, "MX000002", "b" * 32, 1)


LOCKED = """
import resource
from bot.printer.station import memory_locked
with memory_locked() as locked:
    said = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(locked, said["VmLck"].split()[0], resource.getrlimit(resource.RLIMIT_CORE)[0])
said = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(said["VmLck"].split()[0])
"""


def test_what_is_opened_reaches_neither_the_swap_nor_a_core_file() -> None:
    """In a process of its own: the specifications' memory is nobody's secret."""
    ended = subprocess.run([sys.executable, "-c", LOCKED], capture_output=True, text=True, check=True, timeout=60)
    (locked, held, core), (after,) = (line.split() for line in ended.stdout.splitlines())
    assert core == "0"
    assert (int(held) > 10_000) == (locked == "True")  # kilobytes; a machine may not grant it
    assert after == "0"


def test_a_machine_that_does_not_grant_it_is_told_so() -> None:
    bound = "import resource; resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))\n"
    code = f"{bound}import os\nif os.getuid() == 0: os.setuid(65534)\n"
    words = f"import bot.printer.station\n{code}{LOCKED}"
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=60)
    locked, held, core = ended.stdout.splitlines()[0].split()
    assert (locked, held, core) == ("False", "0", "0")
