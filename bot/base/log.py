"""What an operator reads when something goes wrong: one JSON line an event, with ids, never contents, never tokens."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from storage.database.engine import StorageError

__all__ = ["configure", "redact", "why"]

QUIET: Final = (
    "aiogram",
    "httpx",
    "httpcore",
    "telegram",
    "aiohttp",
    "sqlalchemy",
    "apscheduler",
    "mail",
)
"""Libraries that say too much below WARNING: httpx puts the token into each line of INFO."""

OURS: Final = "mektupx"

LONGEST: Final = 500  # characters of one value; a longer one is content, not an id

_PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    # the Bot API's own form first: https://api.telegram.org/bot<token>/getMe and /file/bot<token>/…
    (re.compile(r"(?<=/bot)[^/\s\"']{8,}(?=/)"), "[token]"),
    (re.compile(r"(?<![A-Za-z0-9])\d{3,}:[A-Za-z0-9_-]{30,}"), "[token]"),
    (re.compile(r"(?<=://)[^/\s@\"']+@"), "[credentials]@"),
    (
        re.compile(
            r"(?i)((?:api_?key|token|secret|passw(?:or)?d|authorization)[\"']?[=:]\s*[\"']?(?:bearer |basic )?)"
            r"[^\s&,;)\"']+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    # asyncio's "Task exception was never retrieved" quotes the exception, and with it perhaps what a person wrote
    (re.compile(r"(exception=\w+)\(.*\)", re.DOTALL), r"\1(…)"),
    (re.compile(r"(?<![\w.:+-])(?:\+|00)\d(?:[ ().-]*\d){7,14}(?![\w-])"), "[phone]"),
    (re.compile(r"(?<![\w.:+-])0?[ (]{0,2}5\d\d\)?[ .-]*\d{3}[ .-]*\d\d[ .-]*\d\d(?![\w-])"), "[phone]"),
)


def redact(words: str) -> str:
    """The words without tokens, credentials, e-mail addresses and telephone numbers."""
    for pattern, instead in _PATTERNS:
        words = pattern.sub(instead, words)
    return words


def configure(to: TextIO | Path | None = None, level: int = logging.INFO, *, redacting: bool = True) -> None:
    """Sends every logger of the process, ours and the libraries', through one filter to stderr, a stream or a file.

    `redacting=False` exists so that a test can see its canaries before it sees them gone.
    """
    clean: tuple[Processor, ...] = (_clean,) if redacting else ()
    shared: tuple[Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    )
    handler: logging.Handler
    if isinstance(to, Path):
        handler = logging.FileHandler(to, encoding="utf-8", delay=True)
    else:
        handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=(
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_told if redacting else _told_in_full),
                *clean,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ),
        )
    )
    structlog.configure(
        processors=(
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ),
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        if old.get_name() == OURS:
            root.removeHandler(old)
            old.close()
    handler.set_name(OURS)  # so that a second configure() replaces instead of doubling
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    _catch_what_nobody_caught()


def why(error: BaseException) -> str:
    """An error as a line of the log may show it: storage's own sentence with its remedy, of any other only the type."""
    return str(error) if isinstance(error, StorageError) else type(error).__name__


# What may stand in a line ---------------------------------------------------------------------------------------------


def _clean(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Redacts every value; an object that could quote a person is shown by the name of its type."""
    return {
        redact(str(key)): _shown(value, longest=None if key == "exception" else LONGEST) for key, value in event.items()
    }


def _shown(value: Any, longest: int | None) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.name
        case str() | Path() | UUID() | date():
            words = redact(str(value))
            return (
                words if longest is None or len(words) <= longest else f"{words[:longest]}… [{len(words)} characters]"
            )
        case Mapping():
            return {redact(str(key)): _shown(one, longest) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_shown(one, longest) for one in value]
        case _:
            return f"<{type(value).__name__}>"


# What may be told of an exception -------------------------------------------------------------------------------------

SPEAKING: Final[tuple[type[BaseException], ...]] = (
    *(OSError, ImportError, TimeoutError, NameError, AttributeError),
    StorageError,  # the operator's sentence with its remedy
)
"""Exceptions whose message is about machines. Any other may quote what a person wrote: a letter that failed to parse
stands in the message of its ValueError, an update in that of pydantic. Their type and place are told instead."""


def _told(exc_info: ExcInfo) -> str:
    """The traceback: files, lines, our code, types. No locals, and no message that could hold contents."""
    return _chain(traceback.TracebackException(*exc_info, capture_locals=False), exc_info[1])


def _told_in_full(exc_info: ExcInfo) -> str:
    return "".join(traceback.format_exception(*exc_info))


def _chain(story: traceback.TracebackException, error: BaseException | None, depth: int = 0) -> str:
    lines: list[str] = []
    if error is not None and depth < 5:
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is not None:
            lines.append(_chain(traceback.TracebackException.from_exception(before), before, depth + 1))
    lines += ["Traceback (most recent call last):\n", *story.stack.format()]
    lines.append(_name(error))
    if isinstance(error, BaseExceptionGroup) and depth < 5:
        for one in error.exceptions:
            lines.append(_chain(traceback.TracebackException.from_exception(one), one, depth + 1))
    return "".join(lines)


def _name(error: BaseException | None) -> str:
    kind = type(error)
    named = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{named}: {error}\n" if isinstance(error, SPEAKING) else f"{named}\n"


# Where exceptions end that nobody caught ------------------------------------------------------------------------------


def _catch_what_nobody_caught() -> None:
    """Python prints these to stderr by itself, past every filter."""
    log = structlog.stdlib.get_logger("mektupx")

    def main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("an error that nobody caught", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            main(args.exc_type, args.exc_value, args.exc_traceback)

    def in_finalizer(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            main(args.exc_type, args.exc_value, args.exc_traceback)

    hooks: tuple[tuple[Any, str, Callable[..., None]], ...] = (
        (sys, "excepthook", main),
        (threading, "excepthook", in_thread),
        (sys, "unraisablehook", in_finalizer),
    )
    for module, name, hook in hooks:
        setattr(module, name, hook)
