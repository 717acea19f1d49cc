"""Buttons as Telegram shows them."""

from __future__ import annotations

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from flows.outgoing import Key, OutgoingMessage

__all__ = ["markup"]

DATA = 64  # bytes of callback data at most (Bot API, InlineKeyboardButton); a Turkish letter costs two

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def markup(message: OutgoingMessage) -> Markup:
    """A keyboard with the contact button, inline buttons, or none: without one an earlier keyboard is taken away."""
    if message.contact:
        share = [KeyboardButton(text=message.contact, request_contact=True)]
        rows = [[KeyboardButton(text=key.label) for key in row] for row in message.keys]
        return ReplyKeyboardMarkup(keyboard=[share, *rows], resize_keyboard=True, one_time_keyboard=True)
    if message.keys:
        return InlineKeyboardMarkup(inline_keyboard=[[_button(key) for key in row] for row in message.keys])
    return ReplyKeyboardRemove()


def _button(key: Key) -> InlineKeyboardButton:
    if key.url:
        return InlineKeyboardButton(text=key.label, url=key.url)
    if not 1 <= len(key.data.encode()) <= DATA:
        raise ValueError(f"callback data of {len(key.data.encode())} bytes")  # a step's mistake: never its contents
    return InlineKeyboardButton(text=key.label, callback_data=key.data)
