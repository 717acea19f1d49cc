"""After the print nothing of the letter is left: every file of the service is searched, byte by byte."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import sqlite3
import subprocess
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import page
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from bot.base import log
from bot.demo.environment import Environment
from flows.core.events import Person
from storage.senders import people
from tests.bot.staff.pictures import CANARY as PLACE
from tests.bot.staff.pictures import photo
from tests.e2e.conftest import ADDRESSES, LETTER, NAMES, PATIENCE, Sender, trays
from tests.programs import program

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBER = 4_185_730_926_518_407
"""A sender's id as long as Telegram's may be (52 bits): sixteen digits do not stand in a file by chance."""
MAIL = "isil.remnants@example.com"
DEARER = "111,00\u00a0TL"  # a registered letter with a photo page


def forms(canary: str) -> set[bytes]:
    """How words may stand in a file: encodings, composed or not, escaped as JSON does."""
    shapes = {canary, canary.casefold(), canary.upper(), unicodedata.normalize("NFD", canary)}
    shapes |= {canary.encode("unicode_escape").decode(), canary.encode("ascii", "backslashreplace").decode()}
    return {shape.encode(code) for shape in shapes for code in ("utf-8", "utf-16-le", "utf-16-be")}


def unpacked(content: bytes) -> bytes:
    """The bytes, and whatever zlib stream begins anywhere in them."""
    found = [content]
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            found.append(zlib.decompressobj().decompress(content[start.start() :], 2**22))
        except zlib.error:
            continue
    return b"\0".join(found)


def files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.is_file()]


def found_in(folder: Path, canaries: list[str], *, without: Path) -> dict[str, list[str]]:
    """canary -> the files that hold it, but for those under `without`.

    A number needs nine digits: a file of seals is a megabyte of chance, and four digits stand in it now and then.
    """
    assert [canary for canary in canaries if (canary.isdigit() and len(canary) < 9) or len(canary) < 4] == []
    hits: dict[str, list[str]] = {}
    for file in files(folder):
        if without in file.parents:
            continue
        content = unpacked(file.read_bytes())
        for canary in canaries:
            if any(form in content for form in forms(canary)):
                hits.setdefault(canary, []).append(file.name)
    return hits


@dataclass(frozen=True, slots=True)
class Printed:
    """A picture as it stands in a PDF."""

    jpeg: bytes
    width: int
    height: int
    dpi: int


def photos_of(content: bytes) -> list[Printed]:
    """The pictures of the last page with ink, from its top."""
    found = []
    for sheet in pypdfium2.PdfDocument(content):
        for one in sheet.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, _ = one.get_bounds()
            width, height = one.get_px_size()
            jpeg = bytes(one.get_data(decode_simple=False))
            found.append((-bottom, Printed(jpeg, width, height, round(width / (right - left) * 72))))
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def text_of(sheet: Path) -> str:
    command = [program("pdftotext"), "-layout", sheet, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


async def test_no_file_but_the_sheet_in_the_tray_holds_a_word_of_the_letter(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    log.configure(tmp_path / "log")
    stage = Environment(tmp_path)
    await stage.start()
    isil = await Sender(stage, session, NUMBER, MAIL).comes()
    phone = stage.playground.world.people[isil.sender].phone_number
    canaries = [*LETTER, *NAMES, *ADDRESSES, MAIL, str(NUMBER), phone.lstrip("+"), phone[-10:]]
    canaries += [stage.environment["MEKTUPX_CUSTOMER_TOKEN"], PLACE.decode()]
    await isil.sends_file("document", "upright.jpg", photo("firebrick", size=(2000, 1400), turned=True))
    await isil.taps("Evet, basılsın")
    await isil.sends_file("photo", "wide.jpg", photo("teal", size=(1280, 853)))
    await isil.taps("Evet, basılsın")
    await isil.orders(DEARER)
    half_way = found_in(tmp_path, canaries, without=stage.tray)  # sealed while it is being written, too
    message = await isil.with_button(f"{DEARER} öde")
    url = next(button["url"] for row in message["buttons"] for button in row if "url" in button)
    await isil.page(url, "pay")
    running = found_in(tmp_path, canaries, without=stage.tray)
    approved = await isil.preview()
    told = next(said for said in reversed(await isil.told()) if "dpi" in said)
    standing = await stage.service.store.do(people.standing_of, Person("telegram", str(NUMBER)))
    assert standing is not None and standing.draft.photos == ()  # the next letter has a page of its own, or none
    async with asyncio.timeout(PATIENCE):
        await stage.stop()

    # Presence first: the words are on the sheet, and the same search would find them in a file.
    (sheet,) = stage.tray.glob("*.pdf")
    printed = await asyncio.to_thread(text_of, sheet)
    assert all(words in " ".join(printed.split()) for words in LETTER)
    assert "Nermin Öztürk" in printed and "Moda Cad" in printed
    with pikepdf.open(sheet) as pdf:
        assert any(b"BT" in one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
    assert list(trays(stage)) == [hashlib.sha256(approved).hexdigest()]

    # The photos are on the sheet as they were seen and in their order, and in the file is nothing but their pixels.
    content = sheet.read_bytes()
    first, second = photos_of(content)
    assert [(one.width, one.height) for one in (first, second)] == [(1400, 2000), (1280, 853)]
    assert first.dpi >= 300 > second.dpi and f"2: {second.dpi}." in told
    assert PLACE not in unpacked(content) and b"Exif" not in content and b"ICC_PROFILE" not in content
    assert page.validate_pdf_bytes(content).failures == []
    pixels = [one.jpeg[len(one.jpeg) // 2 :][:64] for one in (first, second)]
    assert all(part in content for part in pixels)
    leftovers = [one.name for one in files(tmp_path) if one != sheet and any(p in one.read_bytes() for p in pixels)]
    assert leftovers == []
    marked = tmp_path / "copy" / "marked.db"
    marked.parent.mkdir()
    shutil.copy(tmp_path / "mektupx.db", marked)
    with sqlite3.connect(marked) as copy:
        copy.execute("CREATE TABLE unsealed (words TEXT)")
        copy.execute("INSERT INTO unsealed VALUES (?)", (f"{LETTER[1]} {MAIL} {NUMBER}",))
    copy.close()
    seen = found_in(marked.parent, canaries, without=stage.tray)
    assert seen == {canary: ["marked.db"] for canary in (LETTER[1], MAIL, str(NUMBER))}
    (marked.parent / "packed").write_bytes(b"junk" + zlib.compress(LETTER[0].encode()))
    assert found_in(marked.parent, [LETTER[0]], without=stage.tray) == {LETTER[0]: ["packed"]}
    shutil.rmtree(marked.parent)

    # Absence: while it was written, after the print, and after the service has stopped.
    assert len(files(tmp_path)) >= 6
    assert half_way == {}
    assert running == {}
    assert found_in(tmp_path, canaries, without=stage.tray) == {}
