"""The facts of the desk's commands about requests, and what opens one on behalf of somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from flows.address.address import read_address
from flows.core.events import Person
from flows.desk.base.request import Asked
from flows.desk.requests import commands
from flows.desk.requests.commands import RequestFacts
from flows.desk.requests.effects import OpenRequestOnBehalf
from flows.desk.requests.table import DataRequest
from storage.keys.vault import Vault
from storage.rights import erasure, requests
from storage.rights.requests import Identity
from storage.senders.people import row_id

__all__ = ["facts_of_all", "facts_of_new", "facts_of_one", "open_on_behalf"]


def facts_of_all(conn: Connection, vault: Vault, asked: Asked) -> Sequence[DataRequest]:
    """For /kvkk and /kvkk_sure."""
    return requests.listing(conn, vault)


def facts_of_new(conn: Connection, vault: Vault, asked: Asked) -> Collection[str]:
    """For /kvkk_yeni: the order numbers in its words that there are."""
    return requests.known_orders(conn, asked.words)


def facts_of_one(conn: Connection, vault: Vault, asked: Asked, channel: str = "telegram") -> RequestFacts | None:
    """For /kvkk_goster, /kvkk_uygula and /kvkk_ret: the request, held, with its dry run. channel: the senders'
    messenger, in which a member of the staff may be a sender too."""
    number = commands.typed_number(asked.said)
    request = None if number is None else requests.find(conn, vault, number)
    if request is None:
        return None
    plan = erasure.dry_run(conn, vault, request, asked.at)
    waits = tuple((one.number or one.work, one.state) for one in plan.waits)
    theirs = row_id(conn, vault, Person(channel, asked.who.handle))
    own = theirs is not None and theirs[0] == request.person
    until = {one.number or one.work: one.until for one in plan.waits if one.until is not None}
    return RequestFacts(request, plan.counts, plan.kept, waits, own, until)


def open_on_behalf(conn: Connection, vault: Vault, wanted: OpenRequestOnBehalf, *, by: str, now: datetime) -> int:
    """Opens the file; its number. The address of an objection is sealed as it was read. Errors: LookupError."""
    address = None
    if wanted.address:
        address = msgspec.to_builtins(read_address(wanted.address, wanted.name).address)
    asked = Identity(wanted.words, address)
    return requests.open_on_behalf(conn, vault, wanted.kind, asked, order=wanted.order, by=by, now=now)
