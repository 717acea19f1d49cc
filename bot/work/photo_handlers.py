"""Photos of a letter as slow work: fetched, drawn anew for paper, and kept sealed with the letter's key."""

from __future__ import annotations

from typing import Final

from bot.work.context import WorkContext
from bot.work.ticket_handlers import Unusable, drawn_anew
from flows.core import effects as fx
from flows.core import events as ev
from rendering.images.photos import TOO_MANY_PIXELS, TOO_NARROW
from rendering.layout.photos import MOST
from storage.senders import photos
from storage.store.store import WorkItem
from storage.support.sender_side import NotTaken

__all__ = ["keep_photo"]

SHAPES: Final = {TOO_MANY_PIXELS: "pixels", TOO_NARROW: "narrow"}
"""What the drawing room says of a picture that it could read, and a page cannot hold."""


async def keep_photo(context: WorkContext, item: WorkItem, work: fx.KeepPhoto) -> ev.Event | None:
    """Too many pictures in an hour are too many for the drawing room, which everybody waits for."""
    try:
        photo = await drawn_anew(context, item, work.file, context.pool.printed_photo)
    except NotTaken:
        return ev.PhotoRefused(work.letter, work.message, "often")
    except Unusable as found:
        return ev.PhotoRefused(work.letter, work.message, SHAPES.get(found.reason, found.because))
    kept = photos.Kept(work.message, photo.jpeg, photo.width, photo.height)
    held = await context.store.do(photos.keep, item.person, work.letter, kept, MOST)
    if held is None:
        return None
    if not held:
        return ev.PhotoRefused(work.letter, work.message, "many")
    return ev.PhotoKept(work.letter, work.message, work.file, photo.width, photo.height)
