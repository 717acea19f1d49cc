"""The shredder: destroys the keys of letters that are printed or will never be, and only then lets the sender be told.

Destroying comes first, telling second, ticking off last; each can be repeated. A crash between any two leaves the row
on the list, and the next round goes through all three again: a key destroyed twice is destroyed, a sender told under
the same key is told once, and no letter is called erased whose key still exists.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from bot.base.clock import Clock
from flows.core.events import Envelope, LetterShredded, Moment
from storage.queues import keys_to_shred
from storage.queues.keys_to_shred import Shred
from storage.store.executor import Executor

__all__ = ["KeyStore", "shred_once"]

_log = logging.getLogger("mektupx.printer")


class KeyStore(Protocol):
    """What the shredder needs of storage.keys.keyring."""

    def destroy(self, key_ids: Collection[str]) -> None:
        """Durable when it returns; ids that are gone already are passed over. Blocks, hence called in a thread."""


async def shred_once(
    store: Executor,
    keyring: KeyStore,
    clock: Clock,
    receive: Callable[[Envelope], Awaitable[object]],
    *,
    limit: int = 64,
    fresh: Callable[[], str] = lambda: secrets.token_hex(16),
) -> int:
    """One round; returns how many letters were shredded and ticked off.

    When the door fails for one of them its row stays for the next round; its neighbours are done.
    """
    rows = await store.do(keys_to_shred.pending, limit)
    if not rows:
        return 0
    await asyncio.to_thread(keyring.destroy, [row.key_id for row in rows])
    tellings = (_tell(row, receive, clock, fresh) for row in rows)  # at once, so that the door tells all in one commit
    done: list[str] = []
    for row, outcome in zip(rows, await asyncio.gather(*tellings, return_exceptions=True), strict=True):
        if isinstance(outcome, Exception):
            _log.error("telling the erasure of order %s failed", row.order, exc_info=outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            done.append(row.key_id)
    await store.do(keys_to_shred.done, done, clock.now())
    return len(done)


async def _tell(
    row: Shred, receive: Callable[[Envelope], Awaitable[object]], clock: Clock, fresh: Callable[[], str]
) -> None:
    if row.order and row.person:
        moment = Moment(clock.now(), fresh())
        await receive(Envelope(f"shred:{row.letter}", row.person, LetterShredded(row.order), moment))
