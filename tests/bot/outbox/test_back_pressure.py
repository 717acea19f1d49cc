"""Sending halts while too much has arrived that is not noted: after a crash all of it would be looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from flows.core.events import Person
from storage.queues import message_state
from storage.store.store import Delivered
from tests.fakes import Pigeon, answering, plain_logs  # noqa: F401 - a fixture

from .test_message_sender import Round, round_  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_logs")

UNNOTED = 20
ON_THE_WIRE = 20
"""Messages that are being sent at the moment the twentieth arrives have begun, and arrive as well."""
PEOPLE = [Person(Pigeon.CHANNEL, f"roost {nth}") for nth in range(100)]


async def test_of_a_hundred_messages_only_twenty_arrive_while_none_is_noted(
    round_: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    do, begun, disk = round_.store.do, 0, asyncio.Event()
    round_.pigeon.gate = asyncio.Event()  # opened when every message is on record as about to go

    async def slowly(delivered: Sequence[Delivered], begins: Sequence[Any] = (), *more: Any) -> Any:
        nonlocal begun
        if delivered:
            await disk.wait()
        done = await do(message_state.note, delivered, begins, *more)
        begun += len(begins)
        if begun == len(PEOPLE) and round_.pigeon.gate:
            round_.pigeon.gate.set()
        return done

    answering(monkeypatch, round_.store, message_state.note, slowly)
    stored = [one for person in PEOPLE for one in await round_.store_for(person, "1")]
    round_.message_sender.take(stored)
    await round_.pigeon.until(lambda: len(round_.pigeon.flights) >= UNNOTED)
    for _ in range(10):
        await round_.rested()
    assert UNNOTED <= len(round_.pigeon.flights) < UNNOTED + ON_THE_WIRE
    disk.set()
    await round_.empty()
    assert sorted(one.to for one in round_.pigeon.flights) == sorted(person.handle for person in PEOPLE)
