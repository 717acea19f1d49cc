"""Files that travel: uploads, file_ids, what a photo must be, and how a file is described in a message."""

from __future__ import annotations

import mimetypes
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.playground.bot_api.refusals import refuse
from bot.playground.bot_api.schema import Upload
from bot.playground.world.model import Account, File
from bot.playground.world.state import World

__all__ = ["DOWNLOAD_LIMIT", "UPLOAD_LIMIT", "describe", "resolve"]

UPLOAD_LIMIT = 50 * 1024 * 1024  # api#sending-files
PHOTO_LIMIT = 10 * 1024 * 1024  # api#sendphoto
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # api#getfile


def _size_of(content: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(content)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError):
        refuse("PHOTO_BAD")


def resolve(world: World, bot: Account, kind: str, given: Upload | str) -> File:
    """The file behind an upload or a file_id; a file_id works for the bot that got it and for its kind only."""
    if isinstance(given, str):
        if given.startswith(("http://", "https://")):
            refuse("FILE_URL")
        known = world.files.get(given)
        if known is None or known.bot != bot.name or known.kind != kind:
            refuse("FILE_ID")
        return known
    if not given.content:
        refuse("FILE_EMPTY")
    if len(given.content) > UPLOAD_LIMIT:
        refuse("TOO_LARGE")
    if kind == "photo":
        if len(given.content) > PHOTO_LIMIT:
            refuse("PHOTO_BIG")
        width, height = _size_of(given.content)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            refuse("PHOTO_DIMENSIONS")
    mime = mimetypes.guess_type(given.name)[0] or given.mime or "application/octet-stream"
    return world.keep_file(bot, kind, given.name, mime, given.content)


def describe(file: File) -> dict[str, Any]:
    """The field of a Message that shows the file: {"document": …}, {"photo": [sizes]}, {"voice": …}, {"sticker": …}."""
    body: dict[str, Any] = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}
    if file.kind == "document":
        return {"document": body | {"file_name": file.name, "mime_type": file.mime}}
    if file.kind == "photo":
        width, height = _size_of(file.content)
        return {"photo": [body | {"width": width, "height": height}]}
    if file.kind == "voice":
        return {"voice": body | {"duration": 1, "mime_type": file.mime}}
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": body | shape}
