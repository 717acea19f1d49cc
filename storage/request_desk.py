"""The facts of the desk's commands about requests, and what writes down their decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from flows.address import read_address
from flows.desk import request_commands as commands
from flows.desk.request_commands import Facts
from flows.desk.request_turns import Asked, MoveRequest, OpenOnBehalf
from flows.desk.requests import DataRequest
from flows.events import Person
from flows.text import Text
from storage import erasure, requests
from storage.people import row_id
from storage.requests import Identity
from storage.vault import Vault

__all__ = ["facts_of_all", "facts_of_one", "move_request", "open_on_behalf"]


def facts_of_all(conn: Connection, vault: Vault, asked: Asked) -> Sequence[DataRequest]:
    """For /kvkk and /kvkk_sure."""
    return requests.listing(conn)


def facts_of_one(conn: Connection, vault: Vault, asked: Asked, channel: str = "telegram") -> Facts | None:
    """For /kvkk_goster, /kvkk_uygula and /kvkk_ret: the request, held, with its dry run. channel: the senders'
    messenger, in which a member of the staff may be a sender too."""
    number = commands.typed_number(asked.words)
    request = None if number is None else requests.find(conn, number)
    if request is None:
        return None
    plan = erasure.dry_run(conn, vault, request, asked.at)
    waits = tuple((one.number or one.work, one.state) for one in plan.waits)
    theirs = row_id(conn, vault, Person(channel, asked.by))
    own = theirs is not None and theirs[0] == request.person
    return Facts(request, plan.counts, plan.kept, waits, own)


def move_request(conn: Connection, vault: Vault, decision: MoveRequest) -> bool:
    """False if the request has moved meanwhile."""
    return requests.move(conn, vault, decision.before, decision.after, decision.reason)


def open_on_behalf(conn: Connection, vault: Vault, decision: OpenOnBehalf, *, by: str, now: datetime) -> Text:
    """Opens the file and says its number; the address of an objection is sealed as it was read."""
    address = None
    if decision.address:
        address = msgspec.to_builtins(read_address(decision.address, decision.name).address)
    asked = Identity(decision.words, address)
    try:
        number = requests.open_on_behalf(conn, vault, decision.kind, asked, order=decision.order, by=by, now=now)
    except LookupError:
        return commands.NO_SUCH_ORDER
    return commands.opened(number, decision.kind)
