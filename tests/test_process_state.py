"""A test that leaves the process changed fails, and is told in which part; `unchanged` stands around every test."""

from __future__ import annotations

import asyncio
import gc
import io
import locale
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import structlog

from bot.base import log
from tests.process_state import PARTS, own_log, unchanged


class Policy(asyncio.DefaultEventLoopPolicy):
    """Another one."""


def _switched() -> None:
    sys.setswitchinterval(0.002)


def _uncollected() -> None:
    gc.disable()


# part -> who changes it
LEAKS: dict[str, Callable[[], object]] = {
    "umask": lambda: os.umask(0o027),
    "environment": lambda: os.environ.update(A_TEST_WAS_HERE="1"),
    "working folder": lambda: os.chdir(tempfile.gettempdir()),
    "signal handlers": lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
    "locale": lambda: locale.setlocale(locale.LC_ALL, "C"),
    "event loop policy": lambda: asyncio.set_event_loop_policy(Policy()),
    "switch interval": _switched,
    "garbage collector": _uncollected,
    "log": lambda: log.configure(io.StringIO()),
}


@pytest.fixture(autouse=True)
def mended() -> Iterator[None]:
    """Whatever a leak of this file changes is put back by hand."""
    with ExitStack() as back, own_log():
        umask = os.umask(0o022)
        os.umask(umask)
        back.callback(os.umask, umask)
        back.callback(os.environ.pop, "A_TEST_WAS_HERE", None)
        back.callback(os.chdir, os.getcwd())
        back.callback(signal.signal, signal.SIGUSR1, signal.getsignal(signal.SIGUSR1))
        back.callback(locale.setlocale, locale.LC_ALL, locale.setlocale(locale.LC_ALL))
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        back.callback(asyncio.set_event_loop_policy, asyncio.get_event_loop_policy())
        back.callback(sys.setswitchinterval, sys.getswitchinterval())
        back.callback(gc.enable)
        yield


def test_every_part_has_somebody_who_changes_it() -> None:
    assert set(LEAKS) == set(PARTS)


@pytest.mark.parametrize("part", LEAKS)
def test_who_changes_a_part_of_the_process_fails_and_is_told_which(part: str) -> None:
    with pytest.raises(pytest.fail.Exception) as failure, unchanged("this test"):
        LEAKS[part]()
    first, second = str(failure.value).splitlines()
    assert first == "this test leaves the process changed."
    assert second.startswith(f"{part}: ")


def test_who_changes_nothing_passes() -> None:
    with unchanged("this test"):
        os.environ["A_TEST_WAS_HERE"] = "1"
        del os.environ["A_TEST_WAS_HERE"]


def test_a_log_that_was_configured_is_as_it_was_before() -> None:
    with unchanged("this test"):
        with own_log():
            log.configure(io.StringIO(), level=logging.DEBUG)
            assert structlog.is_configured()
            assert [one.get_name() for one in logging.getLogger().handlers].count(log.OURS) == 1
        assert not structlog.is_configured()
