"""After clearing and shredding, not one word of a letter is left in any file, inflated or plain, journals included."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest

from storage.keys.vault import KeyGone, Vault
from storage.printing import outbox as print_outbox
from storage.senders import previews
from tests.storage.conftest import House
from tests.storage.postgres import Server

CANARY = "KANARYA-7f3a Sevgili Leyla, bu satırı kimse görmesin."


def pdf_of(words: str) -> bytes:
    """A PDF's shape: the words stand in a deflated stream, where a plain search does not find them."""
    return b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + zlib.compress(words.encode() * 20) + b"\nendstream\nendobj\n%%EOF"


def found_in(folder: Path, needle: bytes) -> list[str]:
    """Files that hold the needle, as it is or inside a deflated stream."""
    return [file.name for file in sorted(folder.iterdir()) if any(needle in part for part in parts(file.read_bytes()))]


def parts(raw: bytes) -> list[bytes]:
    found = [raw]
    for begin in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
        try:
            found.append(zlib.decompressobj().decompress(raw[begin.start() :]))
        except zlib.error:
            continue
    return found


def test_the_search_finds_words_in_the_open_and_in_streams(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(CANARY)
    (tmp_path / "letter.pdf").write_bytes(pdf_of(CANARY))
    (tmp_path / "other").write_text("nothing")
    assert found_in(tmp_path, b"KANARYA-7f3a") == ["letter.pdf", "plain"]


@pytest.mark.parametrize("sealed_column", ["pdf", "manuscript"])
async def test_a_printed_letter_leaves_neither_words_nor_ciphertext_nor_key(
    sqlite_house: House, sealed_column: str
) -> None:
    house = sqlite_house
    letter = await house.letter(house.ayse, CANARY, pdf=pdf_of(CANARY))
    sealed = await house.scalar(f"SELECT {sealed_column} FROM letter")
    key = await house.scalar("SELECT key_id FROM letter")
    vault = Vault(house.keyring)

    # Presence first: the database holds the letter, as ciphertext only, and can open it.
    assert found_in(house.folder, sealed[-64:]) == ["mektupx.db"]
    assert found_in(house.folder, bytes.fromhex(key)) == ["keys.db", "mektupx.db"]
    assert found_in(house.folder, b"KANARYA-7f3a") == []
    assert await house.store.do(previews.read, house.ayse, letter) == pdf_of(CANARY)

    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    assert (await house.store.do(print_outbox.pieces, "t1"))[0].pdf == pdf_of(CANARY)
    await house.clear(house.ayse, order, "t1")
    await house.shred()

    assert found_in(house.folder, sealed[-64:]) == []
    assert found_in(house.folder, bytes.fromhex(key)) == []
    assert found_in(house.folder, b"KANARYA-7f3a") == []
    with pytest.raises(KeyGone):  # a copy from a backup is waste paper now
        vault.open(sealed, table="letter", column=sealed_column, row=letter)


async def test_a_sent_message_leaves_no_ciphertext(sqlite_house: House) -> None:
    house = sqlite_house
    await house.turn(house.ayse, says=[CANARY])
    sealed = await house.scalar("SELECT body FROM message_outbox")
    assert found_in(house.folder, sealed[-32:]) == ["mektupx.db"]
    assert await house.delivered() == 1
    assert found_in(house.folder, sealed[-32:]) == []


async def test_on_a_server_the_words_never_lie_open_and_the_ciphertext_it_keeps_is_waste_paper(
    postgres_house: House, postgres: Server
) -> None:
    """PostgreSQL leaves deleted rows in its files and its log for a while: that is why the key is destroyed."""
    house = postgres_house
    letter = await house.letter(house.ayse, CANARY, pdf=pdf_of(CANARY))
    sealed = await house.scalar("SELECT pdf FROM letter")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    await house.clear(house.ayse, order, "t1")
    await house.shred()
    kept = [file.read_bytes() for file in postgres.data.rglob("*") if file.is_file()]
    assert any(sealed[-64:] in part for part in kept)  # presence first: the search reaches what is there
    open_words = (b"KANARYA-7f3a", pdf_of(CANARY)[40:80])  # as they are, and as they stand in the PDF's stream
    assert not any(words in part for words in open_words for part in kept)
    with pytest.raises(KeyGone):
        Vault(house.keyring).open(sealed, table="letter", column="pdf", row=letter)
