"""Requests to open a letter: who asked and why, who approved, and the keyed hash of the one link that opens it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, insert, or_, select, update

from flows.desk.base.request import Asked
from flows.desk.openings.commands import OpeningFacts
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened, MarkTold, RefuseOpening
from flows.desk.openings.table import DIES_AFTER, Left, Opening, OpeningOrder, Stage, Why
from flows.input.manuscript import Manuscript
from flows.order.number import number_first, written
from flows.words.styles import Styles
from storage.database.dialects import changed
from storage.database.tables import instant, letter, micros, opening, orders, person, print_outbox
from storage.keys import codecs
from storage.keys.vault import Broken, KeyGone, Vault
from storage.senders import previews
from storage.support import staff

__all__ = ["Shown", "add", "approve", "by_token", "facts", "find", "forget", "opened", "refuse", "shown", "told"]

T = opening.c


@dataclass(frozen=True, slots=True)
class Shown:
    """What is left of a letter, opened: the drawn PDF and the words, each where it is still held. styles: how the words
    are set; a line through them can turn what they say."""

    pdf: bytes | None
    words: str
    styles: Styles = ()


# Reading --------------------------------------------------------------------------------------------------------------


def facts(conn: Connection, vault: Vault, asked: Asked) -> OpeningFacts:
    """For a button the request, which is this transaction's from now on; for a command the order and what is open."""
    assert asked.moment is not None
    if asked.tap:
        return OpeningFacts(opening=find(conn, vault, asked.value))
    number, _ = number_first(asked.words)
    waiting = and_(T.stage == Stage.ASKED, T.asked_at > micros(asked.moment.at - DIES_AFTER))
    untold = and_(T.stage == Stage.OPENED, T.silent == 1, T.told_at.is_(None), T.person_id != "")
    rows = (
        []
        if asked.words.strip()
        else conn.scalars(select(T.id).where(or_(waiting, untold)).order_by(T.asked_at).limit(5)).all()
    )
    found = (find(conn, vault, row) for row in rows)
    order = _order(conn, vault, number, asked.moment.at)
    return OpeningFacts(order, None, tuple(one for one in found if one))


def _order(conn: Connection, vault: Vault, number: int, now: datetime) -> OpeningOrder | None:
    row = conn.execute(select(orders.c.id, orders.c.letter_id).where(orders.c.number == number)).first()
    if row is None:
        return None
    waits = and_(T.stage == Stage.ASKED, T.asked_at > micros(now - DIES_AFTER))
    lives = and_(T.stage == Stage.APPROVED, T.until > micros(now))
    pending = conn.scalar(select(T.id).where(T.order_id == row.id, or_(waits, lives)).limit(1)) is not None
    return OpeningOrder(row.id, written(number), left(conn, vault, row.letter_id), pending)


def find(conn: Connection, vault: Vault, id: str) -> Opening | None:
    """A request as it stands; its row is this transaction's until that ends."""
    row = conn.execute(select(opening).where(T.id == id).with_for_update()).first()
    return None if row is None else _opened(conn, vault, row)


def by_token(conn: Connection, vault: Vault, key: str) -> Opening | None:
    """The request whose link this is: "<id>.<token>". None for a key that was never given.

    Found by its id, which is no secret; the token is compared as a keyed hash, in constant time."""
    if "\0" in key:  # PostgreSQL has no text with a zero byte (datatype-character)
        return None
    id, _, token = key.partition(".")
    row = conn.execute(select(opening).where(T.id == id).with_for_update()).first()
    kept = bytes(row.token) if row is not None and row.token is not None else bytes(32)
    same = hmac.compare_digest(kept, vault.blind("opening.token", token))
    return _opened(conn, vault, row) if row is not None and same else None


def _opened(conn: Connection, vault: Vault, row: Any) -> Opening:
    number = conn.scalar(select(orders.c.number).where(orders.c.id == row.order_id))
    reachable = select(person.c.id).where(person.c.id == row.person_id, person.c.handle_index.is_not(None))
    try:
        reference = vault.open(row.reference, table="opening", column="reference", row=row.id).decode()
    except KeyGone:
        reference = ""
    return Opening(
        id=row.id,
        order="" if number is None else written(number),
        order_id=row.order_id,
        letter=row.letter_id,
        person=conn.scalar(reachable) or "",
        why=Why(row.why),
        silent=bool(row.silent),
        reference=reference,
        stage=Stage(row.stage),
        asked_by=staff.member(conn, vault, row.asked_by),
        asked_row=row.asked_by,
        asked_at=instant(row.asked_at),
        decided_by=staff.member(conn, vault, row.decided_by),
        until=_maybe(row.until),
        opened_at=_maybe(row.opened_at),
        told_at=_maybe(row.told_at),
        left=left(conn, vault, row.letter_id),
    )


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else instant(at)


def left(conn: Connection, vault: Vault, letter_id: str) -> Left:
    """What is held of a letter; looks at keys and rows, opens nothing."""
    draft = conn.execute(select(letter.c.key_id, letter.c.pdf, letter.c.manuscript).where(letter.c.id == letter_id))
    printed = conn.execute(
        select(print_outbox.c.key_id, print_outbox.c.pdf).where(print_outbox.c.letter_id == letter_id)
    )
    rows = [row for row in (draft.first(), printed.first()) if row is not None and row.key_id]
    held = [row for row in rows if vault.keyring.holds(row.key_id)]
    if any(row.pdf is not None for row in held):
        return Left.PAGES
    return Left.WORDS if any(getattr(row, "manuscript", None) is not None for row in held) else Left.NOTHING


def shown(conn: Connection, vault: Vault, letter_id: str) -> Shown:
    """Opens what is left. Only after the line in the access log is committed and signed for."""
    words = conn.scalar(select(letter.c.manuscript).where(letter.c.id == letter_id))
    written, pdf = Manuscript(), None
    try:
        pdf = previews.opened(conn, vault, letter_id)
        if words is not None:
            written = codecs.read_manuscript(vault.open(words, table="letter", column="manuscript", row=letter_id))
    except (Broken, KeyGone):  # changed, or destroyed at this very moment
        pass
    return Shown(pdf, written.whole.words, written.whole.styles)


# Writing --------------------------------------------------------------------------------------------------------------


def add(conn: Connection, vault: Vault, asked: AskOpening, *, by: str, at: datetime) -> None:
    """Errors: LookupError where the order is gone."""
    order = conn.execute(select(orders.c.person_id, orders.c.letter_id).where(orders.c.id == asked.order)).first()
    if order is None:
        raise LookupError("the order is gone")
    key = vault.keyring.spare()
    sealed = vault.seal(asked.reference.encode(), key_id=key, table="opening", column="reference", row=asked.id)
    values = {
        "id": asked.id,
        "order_id": asked.order,
        "person_id": order.person_id,
        "letter_id": order.letter_id,
        "why": str(asked.why),
        "silent": int(asked.silent),
        "key_id": key,
        "reference": sealed,
        "stage": str(Stage.ASKED),
        "asked_by": by,
        "asked_at": micros(at),
    }
    conn.execute(insert(opening), values)


def _move(conn: Connection, id: str, *come_from: Stage, **values: Any) -> None:
    """Errors: LookupError where it does not stand there any more: nothing is kept then."""
    there = T.id == id, T.stage.in_([str(stage) for stage in come_from])
    if changed(conn, update(opening).where(*there).values(**values)) != 1:
        raise LookupError("the request stands elsewhere by now")


def approve(conn: Connection, vault: Vault, given: ApproveOpening, *, by: str, at: datetime) -> None:
    _move(
        conn,
        given.id,
        Stage.ASKED,
        stage=str(Stage.APPROVED),
        decided_by=by,
        decided_at=micros(at),
        token=vault.blind("opening.token", given.token),
        until=micros(given.until),
    )


def refuse(conn: Connection, refused: RefuseOpening, *, by: str, at: datetime) -> None:
    """The hash of a link that was given goes with it."""
    ended = {"stage": str(Stage.REFUSED), "decided_by": by, "decided_at": micros(at), "token": None}
    _move(conn, refused.id, Stage.ASKED, Stage.APPROVED, **ended)


def opened(conn: Connection, mark: MarkOpened, at: datetime) -> None:
    known = micros(at) if mark.told else None
    _move(conn, mark.id, Stage.APPROVED, stage=str(Stage.OPENED), opened_at=micros(at), told_at=known)


def told(conn: Connection, mark: MarkTold, at: datetime) -> None:
    _move(conn, mark.id, Stage.OPENED, told_at=micros(at))


def forget(conn: Connection, person_id: str) -> None:
    """Its sender is erased: what remains is that some letter was opened, when, why and by whom."""
    undecided = T.stage.in_([str(Stage.ASKED), str(Stage.APPROVED)])
    ended = case((undecided, str(Stage.REFUSED)), else_=T.stage)
    nobody = {"person_id": "", "order_id": "", "letter_id": "", "token": None, "stage": ended}
    conn.execute(update(opening).where(T.person_id == person_id).values(**nobody))
