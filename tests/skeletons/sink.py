"""A print house that is reached over HTTPS: the smallest whole PrintSink."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from bot.printer.sink import Access, Piece, Receipt, SinkAway, SinkRefused, SinkUnsure, ensure_intact
from flows.words.text import Text

__all__ = ["ExampleSink"]

REFERENCE: Final = re.compile(r"[0-9a-f]{32}")
"""Their name for a piece is our letter's id; nothing else is ever put into an address."""


class ExampleSink:
    """The PrintSink named "example"; `where` is the root of the print house's interface."""

    name: Final = "example"

    def __init__(self, where: str, access: Access) -> None:
        self._where = where.rstrip("/")
        self._session: ClientSession | None = None

    async def start(self) -> None:
        await self._call("GET", "", unsure=False)

    async def probe(self) -> Sequence[Text]:
        await self._call("GET", "", unsure=False)
        return ()

    async def submit(self, piece: Piece) -> Receipt:
        """PUT under the letter's id: the same bytes again are the same piece, other bytes are a conflict (409)."""
        ensure_intact(piece)
        headers = {"X-Number": piece.number, "X-SHA256": piece.sha256}
        status, _ = await self._call("PUT", piece.letter, piece.pdf, headers)
        if status not in (200, 201):
            raise SinkRefused(f"The print house refused {piece.number}: {status}.")
        return Receipt(self.name, piece.letter)

    async def lookup(self, piece: Piece) -> Receipt | None:
        """Only the very bytes that were approved count as this piece."""
        status, said = await self._call("GET", piece.letter)
        if status == 404:
            return None
        if said.get("sha256") != piece.sha256:
            raise SinkRefused(f"The print house holds other bytes under {piece.number}.")
        return Receipt(self.name, piece.letter)

    async def references(self) -> Collection[str]:
        _, said = await self._call("GET", "", unsure=False)
        return set(said["pieces"])

    async def remove(self, reference: str) -> None:
        if not REFERENCE.fullmatch(reference):
            raise SinkRefused("That is no name of a receipt of this print house.")
        await self._call("DELETE", reference, unsure=False)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        name: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        unsure: bool = True,
    ) -> tuple[int, Any]:
        """Status and answer. Where their answer is lost nobody knows whether they took the piece."""
        self._session = self._session or ClientSession(timeout=ClientTimeout(total=30))
        url = f"{self._where}/pieces/{name}"
        lost = SinkUnsure if unsure else SinkAway
        try:
            async with self._session.request(method, url, data=body, headers=headers) as answer:
                if answer.status >= 500:
                    raise lost(f"The print house answered {method} with {answer.status}.")
                return answer.status, await answer.json()
        except ClientConnectorError:
            raise SinkAway("The print house cannot be reached.") from None
        except (ClientError, TimeoutError, ValueError) as error:
            raise lost(f"The print house did not answer {method}: {type(error).__name__}.") from None
