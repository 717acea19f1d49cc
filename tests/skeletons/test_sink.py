"""The skeleton of a print sink passes the specification of every sink, against a print house on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.printer.sink import Access, PrintSink, SinkAway, SinkUnsure
from tests.bot.printer.conformance import SinkConformance, piece
from tests.skeletons.sink import ExampleSink


class PrintHouse:
    """Pieces by their letter's id. `status`: what it answers instead, while it is not 0."""

    def __init__(self) -> None:
        self.pieces: dict[str, bytes] = {}
        self.status = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/pieces/", self.listed)
        app.router.add_put("/pieces/{letter}", self.taken)
        app.router.add_get("/pieces/{letter}", self.shown)
        app.router.add_delete("/pieces/{letter}", self.removed)
        return app

    async def listed(self, request: web.Request) -> web.Response:
        return web.json_response({"pieces": list(self.pieces)}, status=self.status or 200)

    async def taken(self, request: web.Request) -> web.Response:
        body = await request.read()
        held = self.pieces.setdefault(request.match_info["letter"], body)
        return web.json_response({}, status=self.status or (200 if held == body else 409))

    async def shown(self, request: web.Request) -> web.Response:
        held = self.pieces.get(request.match_info["letter"])
        if held is None:
            return web.json_response({}, status=self.status or 404)
        return web.json_response({"sha256": hashlib.sha256(held).hexdigest()}, status=self.status or 200)

    async def removed(self, request: web.Request) -> web.Response:
        self.pieces.pop(request.match_info["letter"], None)
        return web.json_response({}, status=self.status or 200)


class TestExample(SinkConformance):
    @pytest.fixture
    async def sink(self) -> AsyncIterator[PrintSink]:
        self.house = PrintHouse()
        async with TestServer(self.house.app()) as server:
            sink = ExampleSink(str(server.make_url("")), Access())
            await sink.start()
            yield sink
            await sink.close()

    def printed(self) -> list[bytes]:
        return list(self.house.pieces.values())

    async def test_its_receipts_are_what_it_holds(self, sink: PrintSink) -> None:
        receipt = await sink.submit(piece())
        assert await sink.references() == {receipt.reference}

    async def test_a_lost_answer_to_a_piece_leaves_us_unsure(self, sink: PrintSink) -> None:
        self.house.status = 502
        with pytest.raises(SinkUnsure):
            await sink.submit(piece())
        with pytest.raises(SinkAway):
            await sink.references()


async def test_a_print_house_that_cannot_be_reached_is_away(unused_tcp_port: int) -> None:
    sink = ExampleSink(f"http://127.0.0.1:{unused_tcp_port}", Access())
    with pytest.raises(SinkAway):
        await sink.submit(piece())
    await sink.close()
