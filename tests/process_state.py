"""What every later test and every child inherits from this process, and who notices when a test leaves it changed."""

from __future__ import annotations

import asyncio
import gc
import locale
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
import structlog

from bot.base import log

__all__ = ["PARTS", "own_log", "unchanged"]

OF_THE_RUNNER: Final = frozenset({"PYTEST_CURRENT_TEST", "SIGALRM"})
"""What pytest and pytest-timeout change themselves, before and after each phase of a test."""

FOR_GOOD: Final = frozenset({"SOURCE_DATE_EPOCH"})
"""What rendering/pdf.py sets as soon as anybody imports it, always to the same."""


def _umask() -> int:
    """Reading it means setting it: POSIX knows no other way."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _policy() -> type[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.14 on
        return type(asyncio.get_event_loop_policy())


def _signals() -> dict[str, Any]:
    return {one.name: signal.getsignal(one) for one in signal.Signals if one.name not in OF_THE_RUNNER}


def _log() -> dict[str, Any]:
    """Where records go. Handlers of pytest come and go with the phases of a test."""
    root = logging.getLogger()
    return {
        "level": root.level,
        "handlers": [handler for handler in root.handlers if handler.get_name() == log.OURS],
        "disabled": logging.root.manager.disable,
        "warnings": logging._warnings_showwarning is not None,  # type: ignore[attr-defined]
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "structlog": structlog.is_configured(),
        "libraries": {name: logging.getLogger(name).level for name in log.QUIET},
    }


PARTS: Final[Mapping[str, Callable[[], Any]]] = {
    "umask": _umask,
    "environment": lambda: {name: os.environ[name] for name in os.environ.keys() - OF_THE_RUNNER - FOR_GOOD},
    "working folder": os.getcwd,
    "signal handlers": _signals,
    "locale": lambda: locale.setlocale(locale.LC_ALL),
    "event loop policy": _policy,
    "switch interval": sys.getswitchinterval,
    # Whether anything is frozen, not how much: what mutmut has frozen before a fork may die in any test.
    "garbage collector": lambda: (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() > 0),
    "log": _log,
}
"""Each part by the name a failure gives it."""


@contextmanager
def unchanged(whose: str) -> Iterator[None]:
    """Fails whoever leaves the process otherwise than it was found, and says in which part."""
    before = {name: part() for name, part in PARTS.items()}
    yield
    after = {name: part() for name, part in PARTS.items()}
    changes = [f"{name}: {_difference(before[name], after[name])}" for name in PARTS if before[name] != after[name]]
    if changes:
        pytest.fail(f"{whose} leaves the process changed.\n" + "\n".join(changes), pytrace=False)


def _difference(before: Any, after: Any) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in before | after if before.get(name) != after.get(name)]
        return ", ".join(f"{name} {before.get(name)!r} -> {after.get(name)!r}" for name in names)
    return f"{before!r} -> {after!r}"


@contextmanager
def own_log() -> Iterator[None]:
    """Whoever is inside may configure the log of the process; afterwards it is as it was."""
    before, root = _log(), logging.getLogger()
    try:
        yield
    finally:
        ours = [handler for handler in root.handlers if handler.get_name() == log.OURS]
        for handler in ours:
            if handler not in before["handlers"]:
                root.removeHandler(handler)
                handler.close()
        for handler in before["handlers"]:
            root.addHandler(handler)
        root.setLevel(before["level"])
        logging.captureWarnings(before["warnings"])
        sys.excepthook, threading.excepthook, sys.unraisablehook = before["hooks"]
        if not before["structlog"]:
            structlog.reset_defaults()
        for name, level in before["libraries"].items():
            logging.getLogger(name).setLevel(level)
