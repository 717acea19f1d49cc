"""The print outbox: approved bytes wait here, are claimed by one dispatcher, handed over once, and then wiped.

`ready -> leased -> submitting -> submitted -> cleared`, or `needs_human`. Every step after the lease names the lease's
token, so that a dispatcher that slept through its lease changes nothing (a fencing token; Kleppmann, 2016).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, literal, or_, select, update

from flows.core.events import Person
from flows.order.number import written
from storage.database.dialects import changed
from storage.database.tables import dispatch, instant, letter, meta, micros, orders, person, print_outbox
from storage.keys.vault import Broken, KeyGone, Vault
from storage.queues.keys_to_shred import ask_shred
from storage.senders.people import opened_person

__all__ = ["Fenced", "Piece"]

T = print_outbox.c
_log = logging.getLogger("mektupx.storage")


class Fenced(Exception):
    """The lease is somebody else's by now: this dispatcher's step is refused and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter to print: the approved PDF, its hash and pages, under its lease's token; `state` says how far it got.
    since: when it was ordered, or a person said that it is not printed: it may have been handed over any time later."""

    order: str
    number: str
    letter: str
    pdf: bytes
    pages: int
    sha256: str
    token: str
    state: str
    since: datetime
    until: datetime


_MOVE = insert(print_outbox).from_select(
    [
        "order_id", "person_id", "letter_id", "key_id", "state", "pdf",
        "pages", "sha256", "not_before", "attempts", "queued_at",
    ],
    select(
        orders.c.id,
        orders.c.person_id,
        letter.c.id,
        letter.c.key_id,
        # Ordered before an older copy was put back, it may have been printed since: a person looks first.
        case((orders.c.created_at < bindparam("restored", type_=T.attempts.type), "needs_human"), else_="ready"),
        letter.c.pdf,
        letter.c.pages,
        letter.c.sha256,
        bindparam("not_before", type_=T.not_before.type),
        literal(0, T.attempts.type),
        bindparam("at", type_=T.queued_at.type),
    )
    .join_from(orders, letter, letter.c.id == orders.c.letter_id)
    .where(orders.c.id == bindparam("order"), letter.c.pdf.is_not(None), letter.c.sha256 == orders.c.sha256),
)  # fmt: skip


_MISSING = insert(print_outbox).from_select(
    ["order_id", "person_id", "letter_id", "key_id", "state", "pages", "sha256", "not_before", "attempts", "queued_at"],
    select(
        orders.c.id,
        orders.c.person_id,
        orders.c.letter_id,
        func.coalesce(select(letter.c.key_id).where(letter.c.id == orders.c.letter_id).scalar_subquery(), ""),
        literal("needs_human"),
        orders.c.pages,
        orders.c.sha256,
        bindparam("not_before", type_=T.not_before.type),
        literal(0, T.attempts.type),
        bindparam("at", type_=T.queued_at.type),
    ).where(orders.c.id == bindparam("order")),
)

_RESTORED = select(meta.c.value).where(meta.c.name == "restored")


def queue(conn: Connection, order: str, not_before: datetime | None, at: datetime) -> None:
    """Moves the approved, sealed bytes from the letter to the outbox without opening them.

    Only bytes whose hash is the one the order was approved with. Where they are not to be found the money has come all
    the same: a person must look, and the sender can cancel and is refunded.
    """
    if conn.scalar(select(T.order_id).where(T.order_id == order)):
        return
    restored = int.from_bytes(conn.scalar(_RESTORED) or b"", "big")
    due = micros(not_before or at)
    if changed(conn, _MOVE, order=order, not_before=due, at=micros(at), restored=restored) != 1:
        _log.error("order %s was paid, but its approved letter is not there: it needs a person", order)
        changed(conn, _MISSING, order=order, not_before=due, at=micros(at))
        return
    moved = select(T.letter_id).where(T.order_id == order).scalar_subquery()
    changed(conn, update(letter).where(letter.c.id == moved).values(pdf=None))


_OPEN = ("ready", "leased", "submitting", "submitted")

_LEASE = (
    update(print_outbox)
    .where(T.order_id == bindparam("order"), T.state.in_(_OPEN))
    .values(
        state=case((T.state == "ready", "leased"), else_=T.state),
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        attempts=T.attempts + 1,
    )
)


def lease(conn: Connection, order: str, token: str, until: datetime) -> None:
    """Gives the piece to a dispatcher. How far an older one got stays readable: the new one looks it up first."""
    if changed(conn, _LEASE, order=order, token=token, until=micros(until)) != 1:
        raise Fenced(f"order {order} cannot be claimed")


_ADVANCE = (
    update(print_outbox)
    .where(
        T.order_id.in_(bindparam("orders", expanding=True)),
        T.lease_token == bindparam("token"),
        T.state.in_(bindparam("come_from", expanding=True)),
    )
    .values(state=bindparam("to"))
    .returning(T.order_id)
)
_INTENDED = _ADVANCE.where(T.stop == 0)


def _advance(conn: Connection, orders: Collection[str], token: str, come_from: tuple[str, ...], to: str) -> set[str]:
    """One fenced step of several pieces; those whose lease the token is and that stand where they should."""
    step = {"orders": list(orders), "token": token, "come_from": list(come_from), "to": to}
    return set(conn.scalars(_ADVANCE, step))


def submitting(conn: Connection, vault: Vault, orders: Collection[str], token: str) -> set[str]:
    """The intent to hand these to the sink, written before it is asked; those that the token holds. Not what is to be
    stopped: this step and `stop` are the two of which exactly one comes first."""
    step = {"orders": list(orders), "token": token, "come_from": ["leased", "submitting"], "to": "submitting"}
    return set(conn.scalars(_INTENDED, step))


def not_submitted(conn: Connection, vault: Vault, orders: Collection[str], token: str) -> set[str]:
    """The sink surely has none of them: nobody has to ask it about them; those of the pieces that the token holds."""
    return _advance(conn, orders, token, ("submitting",), "leased")


def submitted(conn: Connection, vault: Vault, orders: Collection[str], token: str) -> set[str]:
    """The sink has them; those of the pieces that the token still holds."""
    return _advance(conn, orders, token, ("submitting", "submitted"), "submitted")


def stop(conn: Connection, order: str) -> None:
    """From here on no dispatcher may hand it over. Errors: Fenced where neither a dispatcher nor a person has it."""
    in_hand = update(print_outbox).where(T.order_id == order, T.state.in_((*_OPEN[1:], "needs_human")))
    if changed(conn, in_hand.values(stop=1)) != 1:
        raise Fenced(f"order {order} is in no dispatcher's hand")


def park(conn: Connection, order: str, token: str) -> None:
    """The piece waits for a person. Errors: Fenced."""
    if not _advance(conn, [order], token, ("leased", "submitting", "submitted", "needs_human"), "needs_human"):
        raise Fenced(f"order {order} is not leased under this token")


_FENCED = (
    select(T.person_id, T.letter_id, T.key_id, T.pages, T.sha256)
    .where(
        T.order_id == bindparam("order"),
        or_(
            and_(T.lease_token == bindparam("token"), T.state.in_((*_OPEN[1:], "needs_human"))),
            # Without a lease only a person can say that it was printed.
            and_(T.lease_token.is_(None), literal("") == bindparam("token"), T.state == "needs_human"),
        ),
    )
    .with_for_update()
)
_WIPE = (
    update(print_outbox)
    .where(T.order_id == bindparam("order"))
    .values(pdf=None, state="cleared", lease_token=None, lease_until=None, stop=0)
)
_SERIAL = select(letter.c.serial).where(letter.c.id == bindparam("row")).scalar_subquery()
_DISPATCH = insert(dispatch).values(serial=func.coalesce(_SERIAL, 0))
_NO_LETTER = delete(letter).where(letter.c.id == bindparam("row"))


def clear(conn: Connection, order: str, token: str, *, sink: str, receipt: str, at: datetime) -> None:
    """The sink holds the letter: wipes the bytes, records the dispatch, lists its key for shredding. Errors: Fenced."""
    row = conn.execute(_FENCED, {"order": order, "token": token}).first()
    if row is None:
        raise Fenced(f"order {order} is not leased under this token")
    changed(conn, _WIPE, order=order)
    record = {
        "order_id": order, "sink": sink, "receipt": receipt, "pages": row.pages, "sha256": row.sha256, "at": micros(at),
        "row": row.letter_id,
    }  # fmt: skip
    changed(conn, _DISPATCH, **record)
    changed(conn, _NO_LETTER, row=row.letter_id)
    if row.key_id:  # of a letter that was not there to be printed there is no key either
        ask_shred(
            conn, row.key_id, at, letter_id=row.letter_id, order_id=order, person_id=row.person_id, because="dispatched"
        )


def withdraw(conn: Connection, order: str) -> None:
    """A piece that nobody has claimed is not printed; its letter, with words and key, stays a draft."""
    changed(conn, delete(print_outbox).where(T.order_id == order, T.state.in_(("ready", "needs_human"))))


def discard(conn: Connection, letter_id: str, order: str, at: datetime, because: str = "asked") -> None:
    """A letter that will not be printed (any more): its rows go now, its key with the next shredding."""
    found = conn.execute(select(letter.c.key_id, letter.c.person_id).where(letter.c.id == letter_id)).first()
    queued = conn.execute(select(T.key_id, T.person_id).where(T.letter_id == letter_id, T.state != "cleared")).first()
    row = found or queued
    changed(conn, delete(letter).where(letter.c.id == letter_id))
    changed(conn, delete(print_outbox).where(T.letter_id == letter_id, T.state != "cleared"))
    if row is not None and row.key_id:
        ask_shred(
            conn, row.key_id, at, letter_id=letter_id, order_id=order or None, person_id=row.person_id, because=because
        )


# Reads of the dispatcher ----------------------------------------------------------------------------------------------

HEARING = timedelta(seconds=30)
"""How long a service that was away first hears what senders have said meanwhile: who cancelled before the hour, which
has passed since, is taken at their word."""


def ready(
    conn: Connection, vault: Vault, now: datetime, limit: int, since: datetime | None = None
) -> list[tuple[Person, str]]:
    """What may be claimed now, the longest waiting first: (person, order). since: when the service began to listen."""
    at = micros(now)
    due = T.not_before <= at
    if since is not None and now < since + HEARING:
        due = and_(due, or_(T.not_before == T.queued_at, T.not_before >= micros(since)))
    free = or_(
        and_(T.state == "ready", due),
        and_(T.state.in_(_OPEN[1:]), T.lease_until <= at),
    )
    found = (
        select(person.c.id, person.c.channel, person.c.handle, T.order_id)
        .join_from(print_outbox, person, person.c.id == T.person_id)
        .where(free)
        .order_by(T.queued_at, T.order_id)
        .limit(limit)
        .with_for_update(of=print_outbox, skip_locked=True)  # passes over what somebody claims at this moment
    )
    return [
        (asked, row.order_id)
        for row in conn.execute(found)
        if (asked := opened_person(vault, row.id, row.channel, row.handle)) is not None
    ]


def pieces(conn: Connection, vault: Vault, token: str) -> list[Piece]:
    """The pieces of one lease, opened. One whose key is gone (an old backup was put back), or that was changed or
    exchanged, is parked and never printed."""
    found = (
        select(print_outbox, orders.c.number, orders.c.created_at)
        .join_from(print_outbox, orders, orders.c.id == T.order_id)
        .where(T.lease_token == token, T.state.in_(_OPEN[1:]))
        .order_by(T.queued_at, T.order_id)
    )
    opened: list[Piece] = []
    for row in conn.execute(found).all():
        try:
            if row.pdf is None:
                raise Broken("its approved letter is not there")
            pdf = vault.open(row.pdf, table="letter", column="pdf", row=row.letter_id)
        except (KeyGone, Broken) as why:
            _log.error("order %s is not printed: %s", row.order_id, why)
            by_hand(conn, row.order_id, _OPEN[1:], "needs_human")
            continue
        piece = (row.order_id, written(row.number), row.letter_id, pdf, row.pages, row.sha256, token, row.state)
        opened.append(Piece(*piece, instant(max(row.created_at, row.judged or 0)), instant(row.lease_until)))
    return opened


def by_hand(conn: Connection, order: str, come_from: Collection[str], to: str) -> bool:
    """Moves a piece without a lease; its old one is void."""
    step = update(print_outbox).where(T.order_id == order, T.state.in_(come_from))
    return changed(conn, step.values(state=to, lease_token=None, lease_until=None)) == 1
