"""The log: ids, never contents, never tokens. Each canary is first seen without the filter, then gone with it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.base import log

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"
CANARIES = {
    "token": (TOKEN, TOKEN),
    "token in an address": (f"POST https://api.telegram.org/bot{TOKEN}/getMe", TOKEN),
    "short token in an address": ("GET http://127.0.0.1:9/file/bot1:staff-token/documents/a.pdf", "staff-token"),
    "e-mail": ("mail to ışıl.inci@örnek.example failed", "inci@"),
    "phone": ("call +90 532 123 45 67 now", "532 123"),
    "phone without spaces": ("number=+905321234567", "5321234567"),
    "phone as typed": ("tel 0532 123 45 67", "532 123"),
    "credentials": ("postgresql+asyncpg://app:parola@db/mektupx", "parola"),
    "header": ("Authorization: Bearer parola", "parola"),
    "secret": ('{"api_key": "parola"}', "parola"),
}


def written(act: Callable[[], Any], *, redacting: bool = True) -> str:
    stream = io.StringIO()
    log.configure(stream, redacting=redacting)
    act()
    return stream.getvalue()


def fails(message: str) -> Exception:
    def deep(letter: str) -> None:
        raise OSError(message)

    try:
        deep("Canım anneannem")
    except OSError as error:
        return error
    raise AssertionError


PATHS: dict[str, Callable[[str], Any]] = {
    "our logger, message": lambda words: structlog.stdlib.get_logger("mektupx").info(words),
    "our logger, value": lambda words: structlog.stdlib.get_logger("mektupx").info("event", value=words),
    "our logger, nested": lambda words: structlog.stdlib.get_logger("mektupx").info("event", value={"a": [words]}),
    "our logger, traceback": lambda words: structlog.stdlib.get_logger("mektupx").error("event", exc_info=fails(words)),
    "a library, message": lambda words: logging.getLogger("aiogram").warning("failed: %s", words),
    "a library, traceback": lambda words: logging.getLogger("aiohttp").error("failed", exc_info=fails(words)),
    "a warning": lambda words: warnings.warn(words, stacklevel=1),
    "nobody caught it": lambda words: sys.excepthook(OSError, fails(words), None),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.filterwarnings("always")
def test_no_path_through_the_log_shows_a_canary(path: str, canary: str) -> None:
    words, secret = CANARIES[canary]
    unfiltered = written(lambda: PATHS[path](words), redacting=False)
    assert secret in json.loads(unfiltered.splitlines()[0]).get("exception", "") + unfiltered.replace('\\"', '"')
    assert secret not in written(lambda: PATHS[path](words)).replace('\\"', '"')


def test_each_line_is_json_with_time_level_and_logger() -> None:
    line = json.loads(written(lambda: structlog.stdlib.get_logger("mektupx.door").info("a turn", order="MX000123")))
    assert (line["event"], line["level"], line["logger"], line["order"]) == (
        "a turn",
        "info",
        "mektupx.door",
        "MX000123",
    )
    assert line["timestamp"].endswith("Z")


def test_ids_dates_and_numbers_are_left_alone() -> None:
    given = {"order": "MX000123", "update": 873_264_913, "ticket": 5321234567, "at": "2026-11-22T14:30:00.123456+00:00"}
    given["letter"] = "3f2504e04f8941d39a0c0305e82c3301"
    line = json.loads(written(lambda: structlog.stdlib.get_logger("mektupx").info("kept", **given)))
    assert {name: line[name] for name in given} == given


def test_an_object_is_told_by_its_type_not_by_what_it_holds() -> None:
    @dataclass
    class Letter:
        words: str

    def act() -> None:
        structlog.stdlib.get_logger("mektupx").info("event", letter=Letter("Canım anneannem"), raw=b"Can")

    assert "anneannem" in written(act, redacting=False)
    line = json.loads(written(act))
    assert (line["letter"], line["raw"]) == ("<Letter>", "<bytes>")


def test_an_exception_of_parsing_may_quote_a_letter_so_only_its_type_and_place_are_told() -> None:
    def act() -> None:
        try:
            int("Canım anneannem, sardunyaların açtı")
        except ValueError as error:
            try:
                raise KeyError("Canım torunum") from error
            except KeyError:
                structlog.stdlib.get_logger("mektupx").exception("a turn failed")

    full = written(act, redacting=False)
    assert "sardunyaların" in full and "torunum" in full
    told = json.loads(written(act))["exception"]
    assert "sardunyaların" not in told.replace('int("Canım anneannem, sardunyaların açtı")', "")  # our source line only
    assert "ValueError\n" in told and "KeyError\n" in told and "test_log.py" in told


def test_locals_are_never_printed() -> None:
    told = written(lambda: structlog.stdlib.get_logger("mektupx").error("event", exc_info=fails("disk full")))
    assert "disk full" in told and "letter = " not in told and "letter=" not in told


def test_a_task_nobody_awaited_does_not_quote_its_exception() -> None:
    async def scene() -> None:
        async def broken() -> None:
            raise ValueError("Canım anneannem")

        task = asyncio.ensure_future(broken())
        await asyncio.wait([task])
        context = {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
        asyncio.get_running_loop().default_exception_handler(context)
        task.exception()

    assert "exception=ValueError('Canım" in written(lambda: asyncio.run(scene()), redacting=False)
    told = written(lambda: asyncio.run(scene()))
    assert "exception=ValueError(…)" in told
    assert "exception=ValueError('Canım" not in told


@pytest.mark.parametrize("name", log.QUIET)
def test_libraries_speak_from_warning_on(name: str) -> None:
    def act() -> None:
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")

    assert [json.loads(line)["event"] for line in written(act).splitlines()] == ["trouble"]


def test_a_long_value_is_content_and_is_cut() -> None:
    line = json.loads(written(lambda: structlog.stdlib.get_logger("mektupx").info("event", value="a" * 5000)))
    assert len(line["value"]) < 600 and line["value"].endswith("[5000 characters]")


def test_a_file_can_be_the_log_and_configuring_twice_does_not_double_the_lines(tmp_path: Path) -> None:
    log.configure(tmp_path / "log.jsonl")
    log.configure(tmp_path / "log.jsonl")
    structlog.stdlib.get_logger("mektupx").info("once")
    assert len((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 1
