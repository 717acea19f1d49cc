"""The two files of /verilerim: everything the store holds about the person, readable and for a computer."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.attachments import Attachments
from bot.wording.data_export import SECTIONS, as_json, readable
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.state import Draft
from flows.input.manuscript import Manuscript
from flows.words.styles import Kind, Style
from locales import LANGUAGES
from rendering.layout.invoice import InvoicePage
from rendering.layout.report import Report
from rendering.pdf import draw_invoice, draw_report
from storage.keys.vault import Keyring
from storage.rights.export import export
from storage.store.store import Store
from tests.rendering.layout.test_report import words_of
from tests.storage.conftest import House
from tests.storage.erasure import CANARIES, everything

KANARYA = Person("telegram", CANARIES["chat"])
GONE = {"letter", "pdf"}  # printed
PICTURES = {name: b64encode(CANARIES[name].encode()).decode() for name in ("picture", "photo")}


class DrawingRoom:
    """Draws in this process."""

    async def report(self, told: Report, sender: Hashable = None) -> bytes:
        return draw_report(told)

    async def invoice(self, page: InvoicePage, sender: Hashable = None) -> bytes:
        return draw_invoice(page)


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    keyring = Keyring.init(tmp_path / "master.key", tmp_path / "keys.db")
    url = f"sqlite:///{tmp_path}/mektupx.db"
    found = House(tmp_path, keyring, await Store.open(url, keyring), url)
    await everything(found, KANARYA)
    yield found
    await found.close()


@pytest.mark.parametrize("form", ["pdf", "json"])
async def test_every_word_that_is_held_is_in_the_file(house: House, form: str) -> None:
    files = await Attachments(house.store, DrawingRoom()).fetch(KANARYA, Attachment("export", form))  # type: ignore[arg-type]
    assert files is not None and files.name == f"verilerim.{form}"
    words = words_of(files.document) if form == "pdf" else files.document.decode()
    held = CANARIES | PICTURES
    missing = {name for name, value in held.items() if value not in words}
    assert missing == GONE


async def test_the_copy_of_an_invoice_goes_to_its_buyer_alone(house: House) -> None:
    attachments, number = Attachments(house.store, DrawingRoom()), "MPX2026000000001"  # type: ignore[arg-type]
    files = await attachments.fetch(KANARYA, Attachment("invoice", number))
    assert files is not None and files.name == f"{number}.pdf"
    assert number in words_of(files.document) and CANARIES["invoice"] in words_of(files.document)
    await house.turn(house.bora)
    assert await attachments.fetch(house.bora, Attachment("invoice", number)) is None


async def test_for_a_stranger_there_is_no_file(house: House) -> None:
    attachments = Attachments(house.store, DrawingRoom())  # type: ignore[arg-type]
    assert await attachments.fetch(Person("telegram", "1"), Attachment("export", "json")) is None


async def test_the_json_is_the_export_and_every_part_has_a_heading(house: House) -> None:
    held = await house.store.do(export, KANARYA)
    assert json.loads(as_json(held)) == json.loads(json.dumps(held, default=str))
    assert set(held) == set(SECTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_part_is_said_to_be_empty(language: str) -> None:
    (section,) = readable({"tickets": []}, language).sections
    assert section.rows == (({"tr": "yok", "en": "nothing"}[language], "–"),)


async def test_formatting_is_told_by_its_words(house: House) -> None:
    bold = Manuscript().with_part(1, "Çok özel", styles=(Style(4, 8, Kind.BOLD),))
    await house.turn(KANARYA, draft=Draft(letter="e" * 32, manuscript=bold))
    letters = (await house.store.do(export, KANARYA))["letters"]
    assert [one["formatting"] for one in letters if one["letter"] == "e" * 32] == [{"bold": ["özel"]}]
    assert [one for one in letters if one["letter"] != "e" * 32 and "formatting" in one] == []
