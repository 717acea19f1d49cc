"""Buttons as Telegram shows them."""

from __future__ import annotations

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from flows.core.outgoing import Key, OutgoingMessage

__all__ = ["inline", "markup"]

DATA = 64  # bytes of callback data at most (Bot API, InlineKeyboardButton); a Turkish letter costs two

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def markup(message: OutgoingMessage) -> Markup | None:
    """A keyboard with the contact button, inline buttons, what takes an earlier keyboard away, or nothing: only with
    nothing or inline buttons a message can be edited, and looked for, later."""
    if message.contact:
        share = [KeyboardButton(text=message.contact, request_contact=True)]
        rows = [[KeyboardButton(text=key.label) for key in row] for row in message.keys]
        return ReplyKeyboardMarkup(keyboard=[share, *rows], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if message.clears else inline(message)


def inline(message: OutgoingMessage) -> InlineKeyboardMarkup | None:
    """The buttons under a message."""
    if not message.keys:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_button(key) for key in row] for row in message.keys])


def _button(key: Key) -> InlineKeyboardButton:
    if key.url:
        return InlineKeyboardButton(text=key.label, url=key.url)
    if not 1 <= len(key.data.encode()) <= DATA:
        raise ValueError(f"callback data of {len(key.data.encode())} bytes")  # a step's mistake: never its contents
    return InlineKeyboardButton(text=key.label, callback_data=key.data)
