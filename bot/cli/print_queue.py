"""`mektupx outbox`: what waits for the print room or for a person, and what an operator decides about it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys
from collections.abc import Callable

from bot.base import log
from bot.base.clock import Clock
from bot.base.settings import Settings
from bot.service.core import clock_of, core
from flows.core.events import Envelope, Moment
from flows.desk.printing.pieces import PIECE_ACTIONS, OutboxRow, refusal
from locales import say
from storage.access_log.audit import Purpose
from storage.keys.keyring import Keyring
from storage.printing import queue_view as print_queue
from storage.senders import orders
from storage.store.store import Entry, Store

__all__ = ["add"]


def add(
    command: Callable[..., argparse.ArgumentParser], settings: Callable[..., Settings], tongue: Callable[[], str]
) -> None:
    """The `outbox` command. settings: reads those that are named, without names all of them."""
    outbox = command(
        "outbox",
        lambda given: _outbox(given, settings, tongue()),
        "the print outbox: what waits, and what needs a person; never a name or a word of a letter",
    )
    outbox.add_argument("act", choices=("list", *(name for name in PIECE_ACTIONS if name != "person")))
    outbox.add_argument("order", nargs="?", help="an order's id or number, for all but list")


def _outbox(given: argparse.Namespace, settings: Callable[..., Settings], tongue: str) -> int:
    if given.act != "list" and not given.order:
        print(f"mektupx: outbox {given.act} needs the order's id, as `mektupx outbox list` shows it.", file=sys.stderr)
        return 2
    if given.act != "list" and PIECE_ACTIONS[given.act].event is not None:
        log.configure(level=logging.WARNING)
        return asyncio.run(_at_the_door(settings(), given.act, given.order, tongue, given.typist))
    return asyncio.run(_in_the_outbox(settings("MASTER_KEY_FILE"), given.act, given.order, tongue, given.typist))


async def _in_the_outbox(settings: Settings, act: str, order: str | None, tongue: str, by: str) -> int:
    assert settings.master_key_file is not None
    clock = clock_of(settings)
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    store = await Store.open(settings.database_url, keyring)
    try:
        if order is None:
            await store.note_access(Entry(clock.now(), by, "list_queue", "", Purpose.SERVICE, "", "done"))
            for one in await store.do(print_queue.listing):
                print("\t".join(str(value) for value in (one.order, one.number, one.state, one.pages, one.sha256[:16])))
            return 0
        row = await _found(store, clock, act, order, tongue)
        if row is None:
            return 1
        move = print_queue.retry if PIECE_ACTIONS[act].moves == "retry" else print_queue.hold_back
        done = await store.do(move, row.order, clock.now())
        return await _signed(store, clock, act, row, done, by)
    finally:
        await store.close()
        keyring.close()


async def _at_the_door(settings: Settings, act: str, order: str, tongue: str, by: str) -> int:
    """What somebody has seen is an event of the order, so it goes in at the door, beside a service that may run."""
    event = PIECE_ACTIONS[act].event
    assert event is not None
    async with core(settings) as opened:
        row = await _found(opened.store, opened.clock, act, order, tongue)
        person = await opened.store.do(orders.person_of, row.order) if row else None
        if row is None or person is None:
            return 1
        await opened.door.start()
        try:
            now, fresh = opened.clock.now(), secrets.token_hex(16)
            envelope = Envelope(f"outbox:{act}:{row.order}:{fresh}", person, event(row.order), Moment(now, fresh))
            done = await opened.door.receive(envelope)
        finally:
            await opened.door.stop()
        return await _signed(opened.store, opened.clock, act, row, done, by)


async def _found(store: Store, clock: Clock, act: str, order: str, tongue: str) -> OutboxRow | None:
    """The row that is meant, if the act fits it; else a sentence says why not."""
    found = [one for one in await store.do(print_queue.listing) if order.upper() in (one.order.upper(), one.number)]
    row = await store.do(print_queue.row_of, found[0].order, clock.now()) if found else None
    if row is None:
        print("mektupx: no row of the outbox answers to this id or number.", file=sys.stderr)
        return None
    against = refusal(act, row)
    if against is not None:
        print(f"mektupx: {say(against, tongue)}", file=sys.stderr)
        return None
    return row


async def _signed(store: Store, clock: Clock, act: str, row: OutboxRow, done: bool, by: str) -> int:
    outcome = "done" if done else "refused"
    entry = Entry(clock.now(), by, f"queue_{act}", row.order, Purpose.SERVICE, row.number, outcome)
    await store.note_access(entry)
    if not done:
        print("mektupx: the row has changed meanwhile; please look again.", file=sys.stderr)
    return 0 if done else 1
