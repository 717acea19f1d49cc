"""What can be started, and why it cannot be: the one sentence its operator reads."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

__all__ = ["PARTS", "CannotStart", "sentenced"]

PARTS = ("customers", "staff", "web", "worker")
"""What `mektupx run` can serve, each part in a process of its own or all in one."""


class CannotStart(OSError):
    """Something the service needs is not there; the message is the sentence the operator reads."""


async def sentenced(start: Awaitable[Any], sentence: str) -> None:
    """What goes wrong in a start as the sentence the operator reads."""
    try:
        await start
    except (OSError, RuntimeError, TimeoutError) as error:
        raise CannotStart(sentence) from error
