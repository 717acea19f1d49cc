"""`mektupx orders contract`: what was accepted with an order, years later, for a court or an arbitration committee."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping

from bot.base.settings import Settings
from bot.service.core import clock_of
from flows.core.documents import Document
from flows.order.number import order_number
from flows.words.text import FullDate, Text, Verbatim, text
from locales import say
from storage.access_log.audit import Purpose
from storage.keys.keyring import Keyring
from storage.payments import contracts
from storage.payments.contracts import TAKEN_OUT, KeptContract, KeptDocument
from storage.store.store import Entry, Store

__all__ = ["add"]


def add(
    command: Callable[..., argparse.ArgumentParser], settings: Callable[..., Settings], tongue: Callable[[], str]
) -> None:
    """The `orders` command. settings: reads those that are named."""
    orders = command(
        "orders",
        lambda given: _orders(given, settings, tongue()),
        "what was accepted with an order: both documents, word for word; each look stands in the access log",
    )
    orders.add_argument("act", choices=("contract",))
    orders.add_argument("number", help="the order's number, as MX000123")
    orders.add_argument("--addressee", default="", help="puts the addressee's name back where it was taken out")
    orders.add_argument("--place", default="", help="the same for the place of delivery, in one line")


def _orders(given: argparse.Namespace, settings: Callable[..., Settings], tongue: str) -> int:
    number = order_number(given.number, bare=True)
    if not number:
        print("mektupx: orders contract needs the order's number. Example: MX000123", file=sys.stderr)
        return 2
    known = {name: value for name in ("addressee", "place") if (value := getattr(given, name))}
    return asyncio.run(_contract(settings("MASTER_KEY_FILE"), number, known, tongue, given.typist))


async def _contract(settings: Settings, number: int, known: Mapping[str, str], tongue: str, by: str) -> int:
    assert settings.master_key_file is not None
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    store = await Store.open(settings.database_url, keyring)
    try:
        kept = await store.do(contracts.of_number, number)
        if kept is None:
            print("mektupx: no contract is kept of this order.", file=sys.stderr)
            return 1
        now = clock_of(settings).now()  # on record before anything is shown
        await store.note_access(Entry(now, by, "show_contract", kept.person, Purpose.LEGAL_CLAIM, kept.number, "done"))
    finally:
        await store.close()
        keyring.close()
    print("\n\n".join(_printed(kept, known, tongue)))
    return 0


def _printed(kept: KeptContract, known: Mapping[str, str], tongue: str) -> list[str]:
    """The acceptance, then each document between what identifies it and whether its words are those."""
    head = text("orders", "Order {order}, accepted on {at}", order=kept.number, at=FullDate(kept.at))
    shown = [say(head, tongue)]
    for paper in kept.documents:
        document = paper.document if paper.whole else paper.with_addressee(known)
        title = text(
            "orders",
            "{name}, version {version} of {dated}, {language}\nSHA-256 as accepted: {sha256}",
            name=paper.document.name,
            version=paper.document.version,
            dated=paper.document.dated,
            language=paper.document.language,
            sha256=paper.sha256,
        )
        shown += ["-" * 72, say(title, tongue), say(_verdict(paper, document), tongue), document.text]
    return shown


def _verdict(paper: KeptDocument, shown: Document) -> Text:
    if shown.sha256 == paper.sha256:
        return text("orders", "These are the words that were accepted: their SHA-256 is the same.")
    if TAKEN_OUT in shown.pieces:
        return text(
            "orders",
            "Name and place of the addressee were erased after dispatch and show as {mark}. The SHA-256 is that of the"
            " whole: --addressee and --place put them back.",
            mark=Verbatim(TAKEN_OUT),
        )
    return text("orders", "These are not the words that were accepted: their SHA-256 differs.")
