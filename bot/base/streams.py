"""Reads what others send up to a limit, so that nobody can fill our memory."""

from __future__ import annotations

from aiohttp import StreamReader

__all__ = ["at_most"]


async def at_most(stream: StreamReader, most: int) -> bytes | None:
    """The whole body, byte for byte; None as soon as it is known to have more bytes than `most`. Errors: aiohttp's."""
    raw = bytearray()
    while chunk := await stream.readany():
        raw += chunk
        if len(raw) > most:
            return None
    return bytes(raw)
