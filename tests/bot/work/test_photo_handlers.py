"""Pictures of a photo page as slow work: fetched, drawn anew, kept sealed, and drawn in the order of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.messenger.downloads import FileError
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.letter_state import Photo
from rendering.processes.pool import RenderFailed
from storage.senders import people, photos, previews
from tests.bot.work.test_worker import AYSE, LETTER, Workshop, shop  # noqa: F401 - a fixture
from tests.fake_worker import PIXELS

PHOTOS = {7: photos.Kept(7, b"the seventh", 1280, 853), 9: photos.Kept(9, b"the ninth", 900, 1200)}


async def with_photos(shop: Workshop, *kept: int, page: tuple[int, ...]) -> None:  # noqa: F811
    """Pictures as they came, and the messages of the photo page in the sender's order."""
    wanted = tuple(Photo(one, "AgAC", PHOTOS[one].width, PHOTOS[one].height) for one in page)
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    await shop.turn(draft=replace(standing.draft, photos=wanted))
    for one in kept:
        assert await shop.store.do(photos.keep, AYSE, LETTER, PHOTOS[one], 4)


async def test_the_pictures_are_drawn_in_the_order_of_the_page(shop: Workshop) -> None:  # noqa: F811
    await shop.written()
    await with_photos(shop, 9, 7, page=(7, 9))
    assert [type(told) for told in await shop.do(fx.DrawPreview(3))] == [ev.PreviewDrawn]
    assert [[photo.jpeg for photo in one] for one in shop.pool.pictures] == [[b"the seventh", b"the ninth"]]


async def test_a_letter_with_a_picture_that_is_gone_is_not_drawn_and_it_is_said_which(shop: Workshop) -> None:  # noqa: F811
    await shop.written()
    await with_photos(shop, 9, page=(7, 9))
    assert await shop.do(fx.DrawPreview(3)) == [ev.PreviewRefused(3, lost=(7,))]
    assert (shop.pool.pictures, await shop.store.do(previews.read, AYSE, LETTER)) == ([], None)


# (what the drawing room or the messenger says, how often, what reaches the door)
KEEPING: list[tuple[Exception | None, str | None]] = [
    (None, None),
    (RenderFailed("no picture: OSError"), "unreadable"),
    (RenderFailed("too many pixels"), "pixels"),
    (RenderFailed("too narrow"), "narrow"),
    (FileError("400 file is too big", retry=False), "away"),
]


@pytest.mark.parametrize(("trouble", "because"), KEEPING)
async def test_a_photo_is_kept_before_anybody_hears_of_it_or_its_sender_hears_why_not(
    shop: Workshop,  # noqa: F811
    trouble: Exception | None,
    because: str | None,
) -> None:
    await shop.written()
    if trouble is not None:
        (shop.telegram if isinstance(trouble, FileError) else shop.pool.trouble).append(trouble)
    (told,) = await shop.do(fx.KeepPhoto(LETTER, 5, "AgAC"))
    kept = await shop.store.do(photos.read, LETTER)
    if because is None:
        assert told == ev.PhotoKept(LETTER, 5, "AgAC", *PIXELS)
        assert kept == (photos.Kept(5, b"drawn anew: a picture", *PIXELS),)
    else:
        assert (told, kept) == (ev.PhotoRefused(LETTER, 5, because), ())


async def test_a_fifth_photo_and_a_file_that_is_too_big_are_refused(shop: Workshop, monkeypatch: Any) -> None:  # noqa: F811
    await shop.written()
    for message in range(1, 5):
        assert await shop.store.do(photos.keep, AYSE, LETTER, photos.Kept(message, b"x", 1, 1), 4)
    assert (await shop.do(fx.KeepPhoto(LETTER, 5, "AgAC")))[-1] == ev.PhotoRefused(LETTER, 5, "many")
    monkeypatch.setattr("bot.work.ticket_handlers.LARGEST", 8)
    assert (await shop.do(fx.KeepPhoto(LETTER, 6, "AgAC")))[-1] == ev.PhotoRefused(LETTER, 6, "big")
