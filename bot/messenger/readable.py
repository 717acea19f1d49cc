"""Reads an update of which a part is broken without that part: somebody waits for an answer to the rest.

Telegram sends objects without fields that its own description requires (aiogram/aiogram#1840: a hidden user without a
name; #1587: a story that is empty), and both libraries then refuse the whole update.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import structlog

__all__ = ["read"]

T = TypeVar("T")
Raw = dict[str, Any]

log = structlog.stdlib.get_logger("mektupx.updates")

FRAME: Final = frozenset({"message_id", "date", "chat", "from"})
"""What makes a message; without one of these nobody knows who has written."""
INSTEAD: Final[Mapping[str, Callable[[Raw], Any]]] = {
    # Nobody's rights are lent to a stranger's words: what was forwarded stays forwarded.
    "forward_origin": lambda message: {"type": "hidden_user", "date": message["date"], "sender_user_name": "?"},
}
"""What stands for a part that must not be missing."""
BODIES: Final = ("message", "edited_message", "callback_query")


def read(raw: Raw, library: Callable[[Raw], T]) -> T:
    """The update as the library reads it, without what it cannot read. Errors: the library's own, where nothing is left
    to be read."""
    try:
        return library(raw)
    except Exception:
        name = next((one for one in BODIES if isinstance(raw.get(one), dict)), None)
        if name is None:
            raise
        broken: list[str] = []

        def reads(body: Any) -> bool:
            try:
                library({**raw, name: body})
            except Exception:  # whatever the library says to it
                return False
            return True

        body = _whole(raw[name], reads, broken)
        found = library({**raw, name: body})
        log.warning("an update was read without a part that is broken", update=raw.get("update_id"), parts=broken)
        return found


def _whole(body: Raw, reads: Callable[[Any], bool], broken: list[str]) -> Raw:
    """A message or a tap without its broken parts."""
    if not FRAME & set(body) >= {"message_id", "date"}:  # a tap: only the message it stands on may be left out
        inner = body.get("message")
        if not isinstance(inner, dict):
            return body
        return {**body, "message": _whole(inner, lambda one: reads({**body, "message": one}), broken)}
    frame = {name: value for name, value in body.items() if name in FRAME}
    kept = dict(frame)
    for name, value in body.items():
        if name in FRAME:
            continue
        part = _part(name, value, lambda one, name=name: reads({**frame, name: one}), broken)  # type: ignore[misc]
        if part is None and name in INSTEAD:
            part = INSTEAD[name](body)
        if part is not None:
            kept[name] = part
    return kept


def _part(name: str, value: Any, reads: Callable[[Any], bool], broken: list[str]) -> Any:
    """A part as it is, or without what is broken in it; None where nothing of it can be read."""
    if reads(value):
        return value
    broken.append(name)
    if isinstance(value, dict):
        if set(value) >= FRAME:
            value = _whole(value, reads, broken)
            return value if reads(value) else None
        for inner in value:
            rest = {one: held for one, held in value.items() if one != inner}
            if reads(rest):
                return rest
    return None
