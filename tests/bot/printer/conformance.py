"""What every print sink must do, written once: a sink's tests inherit this class and build their print room."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.printer.sink import PrintSink, SinkRefused

NO_LEASE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PaperPiece:
    """A piece as storage would hand it over."""

    order: str
    number: str
    letter: str
    pdf: bytes
    pages: int
    sha256: str
    token: str = "t" * 32
    state: str = "leased"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    until: datetime = NO_LEASE


def piece(nth: int = 1, pdf: bytes = b"") -> PaperPiece:
    pdf = pdf or b"%PDF-1.7 letter " + str(nth).encode() * 5000
    return PaperPiece(f"{nth:032x}", f"MX{nth:06d}", f"{nth + 0xA0:032x}", pdf, 1, hashlib.sha256(pdf).hexdigest())


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def pdfs(folder: Path) -> list[bytes]:
    """The letters that lie in a folder."""
    return sorted(path.read_bytes() for path in folder.glob("*.pdf"))


class SinkConformance:
    """Inherit as ``class TestFolder(SinkConformance)`` with a fixture `sink` and a method `printed`."""

    at_once = False
    """What it takes is on paper when it says so: nothing that is removed later comes back from there."""

    def printed(self) -> list[bytes]:
        """The bytes of every piece that would come out on paper, one entry for each time it would."""
        raise NotImplementedError

    @pytest.fixture
    async def sink(self) -> AsyncIterator[PrintSink]:
        raise NotImplementedError
        yield

    async def test_a_piece_arrives_byte_for_byte(self, sink: PrintSink) -> None:
        receipt = await sink.submit(piece())
        assert receipt.sink == sink.name
        assert receipt.reference
        assert self.printed() == [piece().pdf]

    async def test_a_piece_submitted_again_is_the_same_piece(self, sink: PrintSink) -> None:
        one = piece()
        assert await sink.submit(one) == await sink.submit(replace(one, token="another"))
        assert self.printed() == [piece().pdf]

    async def test_a_piece_submitted_ten_times_at_once_is_one_piece(self, sink: PrintSink) -> None:
        one = piece()
        receipts = await asyncio.gather(*(sink.submit(one) for _ in range(10)))
        assert len(set(receipts)) == 1
        assert self.printed() == [piece().pdf]

    async def test_other_bytes_under_the_same_letter_are_refused(self, sink: PrintSink) -> None:
        one = piece()
        await sink.submit(one)
        with pytest.raises(SinkRefused):
            await sink.submit(replace(piece(pdf=b"%PDF-1.7 another letter"), since=one.since))
        assert self.printed() == [piece().pdf]

    async def test_bytes_that_are_not_the_approved_ones_are_refused_before_anything_is_sent(
        self, sink: PrintSink
    ) -> None:
        with pytest.raises(SinkRefused):
            await sink.submit(replace(piece(), pdf=piece().pdf + b" "))
        assert self.printed() == []
        assert await sink.lookup(piece()) is None

    async def test_a_piece_is_found_after_it_was_taken_and_not_before(self, sink: PrintSink) -> None:
        one = piece()
        assert await sink.lookup(one) is None
        receipt = await sink.submit(one)
        assert await sink.lookup(one) == receipt
        assert await sink.lookup(piece(2)) is None

    async def test_a_new_start_forgets_no_piece(self, sink: PrintSink) -> None:
        one = piece()
        receipt = await sink.submit(one)
        await sink.start()
        assert await sink.lookup(one) == receipt

    async def test_the_receipt_names_nobody(self, sink: PrintSink) -> None:
        """Only what the house itself made up: an order number, a letter id, the sink's own number."""
        assert len((await sink.submit(piece())).reference) <= 200

    async def test_a_removed_piece_is_gone_and_its_neighbours_stay(self, sink: PrintSink) -> None:
        first, second = await sink.submit(piece()), await sink.submit(piece(2))
        assert len(self.printed()) == 2
        await sink.remove(first.reference)
        assert self.printed() == ([piece().pdf, piece(2).pdf] if self.at_once else [piece(2).pdf])
        await sink.remove(first.reference)  # it is gone already
        await sink.remove(second.reference)
        assert await sink.references() == set()
        assert self.printed() == ([piece().pdf, piece(2).pdf] if self.at_once else [])

    @pytest.mark.parametrize("name", ["", "..", "../outside.pdf", "*.pdf", "MX000001", "/etc/passwd"])
    async def test_a_name_no_receipt_can_have_removes_nothing(self, sink: PrintSink, name: str) -> None:
        await sink.submit(piece())
        with pytest.raises(SinkRefused):
            await sink.remove(name)
        assert self.printed() == [piece().pdf]
