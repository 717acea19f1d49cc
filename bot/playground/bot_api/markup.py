"""The rules of keyboards: what Telegram refuses in a button, a row, a placeholder."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bot.playground.bot_api.refusals import refuse
from flows.words.text import units

__all__ = ["check_markup", "is_loopback"]

MAX_BUTTONS = 100  # tdlib: an inline keyboard holds at most 100 buttons
PRESSABLE = frozenset({"url", "callback_data", "copy_text"})
STYLE = frozenset({"text", "icon_custom_emoji_id", "style"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def _check_url(url: str) -> None:
    """http(s) to a host with a dot, or tg://. The one exception: this machine's own pages (a payment page in the demo),
    which Telegram itself refuses as "Wrong HTTP URL"."""
    if url.startswith("tg://"):
        return
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", url, re.IGNORECASE)
    if scheme and "://" in url and scheme[1].lower() not in ("http", "https"):
        refuse("BUTTON_URL", url=url, why="Unsupported URL protocol")
    try:
        host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    except ValueError:
        host = ""
    if host in LOOPBACK:
        return
    top = host.rpartition(".")[2]
    if " " in url or "." not in host.strip(".") or not top or top.isdecimal():
        refuse("BUTTON_URL", url=url, why="Wrong HTTP URL")


def _check_inline(rows: list[list[dict[str, Any]]]) -> None:
    if sum(map(len, rows)) > MAX_BUTTONS:
        refuse("MARKUP_LONG")
    for number, row in enumerate(rows, 1):
        for button in row:
            actions = sorted(name for name in button if name not in STYLE)
            if not button["text"].strip():
                refuse("BUTTON_EMPTY", row=number)
            if not actions:
                refuse("BUTTON_KIND")
            if len(actions) > 1:
                refuse("BUTTON_KINDS", text=button["text"], found=", ".join(actions))
            if actions[0] not in PRESSABLE:
                refuse("BUTTON_NOT_PLAYED", kind=actions[0])
            if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
                refuse("DATA_INVALID")
            if "url" in button:
                _check_url(button["url"])
            if "copy_text" in button and not 1 <= units(button["copy_text"]["text"]) <= 256:
                refuse("COPY_TEXT")


def _check_reply(markup: dict[str, Any], private: bool) -> None:
    buttons = [button for row in markup["keyboard"] for button in row]
    if not buttons:
        refuse("KEYBOARD_EMPTY")
    if len(buttons) > 3 * MAX_BUTTONS:
        refuse("MARKUP_LONG")
    for number, row in enumerate(markup["keyboard"], 1):
        for button in row:
            if not button["text"].strip():
                refuse("BUTTON_EMPTY", row=number)
            if len([name for name in button if name not in STYLE]) > 1:
                refuse("BUTTON_KINDS", text=button["text"], found=", ".join(button))
            if others := [name for name in button if name not in STYLE | {"request_contact"}]:
                refuse("BUTTON_NOT_PLAYED", kind=others[0])
            if button.get("request_contact") and not private:
                refuse("CONTACT_PRIVATE")


def check_markup(markup: dict[str, Any] | None, *, private: bool) -> dict[str, Any] | None:
    """The markup as kept, or a refusal; an inline keyboard without buttons is no keyboard."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
        rows = [row for row in markup["inline_keyboard"] if row]
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        _check_reply(markup, private)
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= units(placeholder) <= 64:
        refuse("PLACEHOLDER")
    return markup
