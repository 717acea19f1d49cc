"""What others send is read up to a limit: whole, or not at all."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest
from aiohttp import StreamReader

from bot.base.streams import at_most

MOST = 8


def sent(*parts: bytes) -> StreamReader:
    stream = StreamReader(mock.Mock(), limit=2**16, loop=asyncio.get_running_loop())
    for part in parts:
        stream.feed_data(part)
    stream.feed_eof()
    return stream


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        pytest.param((), b"", id="nothing"),
        pytest.param((b"1234", b"5678"), b"12345678", id="as much as is allowed, in two parts"),
        pytest.param((b"12345678", b"9"), None, id="one byte too many"),
        pytest.param((b"123456789" * 1000,), None, id="far too many at once"),
    ],
)
async def test_a_body_is_read_whole_or_not_at_all(parts: tuple[bytes, ...], read: bytes | None) -> None:
    assert await at_most(sent(*parts), MOST) == read
