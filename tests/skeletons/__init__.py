"""Whole files to begin with; docs/integrators.md shows them, a test runs each, and mypy holds each to its Protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.messenger.protocol import Messenger
from bot.payments.provider import Institution
from bot.printer.sink import Access, PrintSink
from tests.skeletons.messenger import ExampleMessenger, Line
from tests.skeletons.provider import ExampleProvider
from tests.skeletons.sink import ExampleSink

__all__ = ["MESSENGER", "PROVIDER", "SINK"]

PROVIDER: Final = Institution(ExampleProvider)
SINK: Final[Callable[[str, Access], PrintSink]] = ExampleSink
MESSENGER: Final[Callable[[Line], Messenger]] = ExampleMessenger
