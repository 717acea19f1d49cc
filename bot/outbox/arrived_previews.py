"""Tells the door of a preview that stands in its sender's chat: only what has arrived can be approved."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from flows.core.events import Envelope, Moment, PreviewArrived
from storage.store.store import StoredMessage

__all__ = ["tell_door"]


async def tell_door(
    receive: Callable[[Envelope], Awaitable[Any]], moment: Callable[[], Moment], stored: StoredMessage, document: bytes
) -> None:
    """Told again after a crash, it is told once: the key is the message's."""
    if stored.message.attachment is not None and stored.message.attachment.kind == "preview":
        event = PreviewArrived(hashlib.sha256(document).hexdigest())
        await receive(Envelope(f"arrived:{stored.id}", stored.person, event, moment()))
