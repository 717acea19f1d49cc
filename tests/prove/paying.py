"""A till that can be killed: it takes orders, their payers pay at once, every other one is cancelled and refunded.

Of every fourth order a part goes back.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.work.payment_handlers import checkout_of
from flows.core import events as ev
from flows.core.state import Order, State
from flows.words.text import Kurus
from storage.senders import people
from storage.store.store import Store
from tests.dialogue import START
from tests.fakes import FakeClock
from tests.prove.till import PAYER, Till

__all__ = ["PART", "TURN", "order_of", "pays"]

PART = Kurus(100)

TURN = timedelta(minutes=10)
"""Between two lives: what the one before had in hand is free again (Worker.HOLD)."""


def person_of(number: int, name: str) -> ev.Person:
    return ev.Person("telegram", f"{name}-{number}")


async def order_of(store: Store, number: int, name: str) -> Order | None:
    """The order of a number, None before it was placed."""
    found = await store.do(people.standing_of, person_of(number, name))
    return found.orders[-1] if found and found.orders else None


async def pays(store: Store, folder: Path, first: int, count: int, turn: int) -> None:
    """institution.json says where the institution is, and on which port it calls us."""
    told = json.loads((folder / "institution.json").read_text())
    clock = FakeClock(START + TURN * turn)
    till = Till(store, told["name"], turn, clock, prints=False)
    async with till.answers(told["port"]), till.at(told["api"]), ClientSession() as http:
        await _calls_back(http, told)  # what the life before has left
        await till.rests()
        for number in range(first, first + count):
            await _one(till, http, number, told)
            print("done", number, flush=True)


async def _one(till: Till, http: ClientSession, number: int, told: dict[str, str]) -> None:
    person = person_of(number, told["name"])
    if await order_of(till.store, number, told["name"]) is None:
        await till.orders(number)
    await till.rests()
    standing = await till.standing(person)
    order = standing.orders[-1]
    if order.state is State.AWAITING:
        url = order.url
        if told["name"] == "iyzico":
            url = (await till.provider.open_link(checkout_of(standing, order, PAYER))).url
        async with http.post(url, data={"act": "pay"}, allow_redirects=False):
            pass  # the payer's browser
        await _calls_back(http, told)
        await till.rests()
    if number % 2:
        await till.tells(person, ev.OrderCancelled(order.id))
        await till.rests()
    elif number % 4:
        await till.tells(person, ev.PartRefundGranted(order.id, "delay", PART, 1))
        await till.rests()


async def _calls_back(http: ClientSession, told: dict[str, str]) -> None:
    """The institution makes the callbacks that it owes us."""
    async with http.post(f"{told['api']}/deliver"):
        pass
