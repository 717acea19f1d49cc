"""What a run is about to cost, said before it begins, and the mark `slow` of what can be left out while working.

The mark stays honest in two ways. Whoever starts an interpreter, a browser or a server without it fails; whatever took
longer than a specification should is named at the end of a run, and fails nobody: a full machine is no mistake.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any, Final

import pytest

__all__ = ["SLOW", "announced", "cost", "no_unmarked_process"]

CORES: Final = 2
QUICK: Final = 0.03
"""Seconds that a specification takes which is not slow, with its share of the fixtures; measured like the table."""

SLOW: Final[dict[str, float]] = {
    # the whole service, many processes, or a kill
    "tests/e2e/": 2.2,
    "tests/prove/": 3.6,
    "tests/bot/cli/test_main.py": 0.9,
    "tests/bot/service/": 0.6,
    # a browser, a drawing room, a server of their own
    "tests/bot/payments/paytr/test_page_browser.py": 3.5,
    "tests/bot/playground/page/test_page_browser.py": 0.9,
    "tests/bot/playground/page/test_page_staff.py": 0.6,
    "tests/bot/payments/iyzico/test_page_browser.py": 0.9,
    "tests/deploy/test_nginx.py": 0.3,
    "tests/bot/printer/test_ipp.py": 0.15,
    "tests/bot/printer/test_sftp.py": 0.1,
    "tests/bot/printer/test_press.py": 0.2,
    "tests/deploy/test_units.py": 0.5,
    "tests/rendering/processes/test_pool.py": 1.6,
    "tests/rendering/test_archive.py::test_two_processes": 4,
    "tests/rendering/test_counting.py::test_what_is_counted": 4,
    "tests/storage/test_postgres.py": 1.7,
    # interpreters of their own
    "tests/bot/base/test_clock.py": 0.5,
    "tests/bot/payments/test_power_cut.py": 0.8,
    "tests/bot/payments/test_sandbox.py"
    "::test_web_processes_that_share_the_books_make_one_link_an_order_and_take_one_payment_for_it": 1.1,
    "tests/storage/database/test_power_cut.py": 0.8,
    "tests/storage/keys/test_keyring.py": 0.4,
    "tests/storage/keys/test_power_cut.py": 0.8,
    "tests/storage/test_faults.py": 0.3,
    "tests/test_cost.py::test_it_is_said_before_the_first_begins_and_slow_ones_can_be_left_out": 1.7,
    "tests/test_cost.py::test_who_starts_an_interpreter_without_the_mark_fails": 0.2,
    "tests/test_network.py": 0.2,
    "tests/test_warm.py": 0.3,
    # every refusal at every kind of message, over HTTP
    "tests/bot/outbox/test_refusals_played.py": 4.0,
    # a staff bot of its own for each, over HTTP
    "tests/bot/staff/test_attacks.py": 2.1,
    "tests/bot/staff/test_secrecy.py": 2.4,
    "tests/bot/staff/": 0.3,
    # every file of the house read, properties over many examples, long stories of a database
    "tests/test_house.py": 0.3,
    "tests/flows/conversation/test_machine.py::test_nothing_a_sender_or_the_world_does_breaks_a_promise": 1.1,
    "tests/flows/conversation/test_machine.py::test_from_wherever_somebody_is_": 2.0,
    "tests/bot/customers/test_translate.py": 0.5,
    "tests/bot/work/test_accepted_contracts.py::test_read_accepted_mailed_kept_and_exported_": 0.9,
    "tests/bot/payments/test_sandbox.py::test_whatever_is_tapped_each_callback_is_true_and_the_books_add_up": 0.5,
    "tests/bot/payments/iyzico/test_refunds.py::test_whatever_is_lost_": 1.6,
    "tests/rendering/layout/test_invoice.py::test_many_lines_go_on_to_further_pages_": 0.8,
    "tests/rendering/test_checks.py": 0.2,
    "tests/rendering/test_pdf.py": 0.2,
    "tests/storage/backup/test_backup_command.py": 0.7,
    "tests/storage/database/test_migrations.py": 1.0,
    "tests/storage/database/test_several.py": 0.3,
    "tests/storage/rights/test_erasure.py": 0.2,
    "tests/storage/senders/test_standings.py": 1.2,
}
"""The beginning of a name -> seconds each takes on a quiet core, estimated from `--durations=0` on a full one."""

STARTS: Final = ("python", "chromium", "node", "nginx", "strace")
"""Programs whose start alone takes about a second."""

LONG: Final = 3.0
"""Seconds after which a specification without the mark is named; generous, because other processes use the cores."""

MANY: Final = 5  # are named: on a full machine everything is long


def cost(name: str) -> float | None:
    """Seconds of a slow specification; None of a quick one."""
    return next((seconds for begins, seconds in SLOW.items() if name.startswith(begins)), None)


def announced(names: Iterable[str]) -> str:
    """One sentence: how many specifications, how many of them slow, and about how long they take."""
    found = [cost(name) for name in names]
    slow = [seconds for seconds in found if seconds is not None]
    seconds = (sum(slow) + QUICK * (len(found) - len(slow))) / CORES
    lasts = f"{ceil(seconds / 60)} min" if seconds > 90 else f"{max(1, ceil(seconds))} s"
    left_out = f", {len(slow)} of them slow (ARGS=\"-m 'not slow'\" leaves those out)" if slow else ""
    many = "1 specification" if len(found) == 1 else f"{len(found)} specifications"
    return f"{many}{left_out}: about {lasts} on two quiet cores."


# What pytest asks -----------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if cost(item.nodeid) is not None:
            item.add_marker(pytest.mark.slow)


class _Announcer:
    """Says it once, before the first specification begins; then keeps what was long without the mark."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._said = False
        self._took: dict[str, float] = defaultdict(float)

    def _say(self, line: str) -> None:
        self._config.pluginmanager.get_plugin("terminalreporter").write_line(line)  # type: ignore[union-attr]

    def announce(self, names: Iterable[str]) -> None:
        if not self._said:
            self._said = True
            self._say(announced(names))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items:  # none where workers collect
            self.announce(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        self.announce(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "slow" not in report.keywords:
            self._took[report.nodeid] += report.duration

    def pytest_terminal_summary(self) -> None:
        longest = sorted(self._took.items(), key=lambda one: -one[1])
        for name, seconds in longest[:MANY]:
            if seconds > LONG:
                self._say(f"{seconds:.0f} s without the mark slow (tests/cost.py): {name}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Announcer(config))


# Who starts what ------------------------------------------------------------------------------------------------------

_started: list[str] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        _started.append(Path(str(arguments[0])).name)


sys.addaudithook(_hook)


@contextmanager
def no_unmarked_process(whose: str, marked: bool) -> Iterator[None]:
    """Fails whoever starts a program of STARTS without the mark."""
    _started.clear()
    yield
    found = sorted({name for name in _started if name.startswith(STARTS)})
    if found and not marked:
        pytest.fail(f"{whose} starts {', '.join(found)} and is not listed as slow in tests/cost.py", pytrace=False)
