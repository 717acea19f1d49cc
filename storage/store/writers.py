"""Who writes what: one row for each effect that is kept, so that an effect nobody writes cannot exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from flows.core import effects as fx
from flows.core.effects import Effect
from flows.core.events import Moment
from flows.core.state import Standing
from storage.database.dialects import many, once, upsert
from storage.database.tables import consent, invoice, letter, micros, payment, person
from storage.database.tables import work as work_table
from storage.keys import codecs
from storage.keys.vault import Vault
from storage.printing import outbox, queue_view, scans
from storage.queues import jobs
from storage.queues.keys_to_shred import ask_shred
from storage.rights import erasure, requests
from storage.senders.people import Known

__all__ = ["SPOKEN", "WRITERS", "Asked", "perform"]


@dataclass(frozen=True, slots=True)
class Asked:
    """An effect with the person it is for. `silent`: nothing is said to them in this batch."""

    row: Known
    effect: Any
    moment: Moment
    standing: Standing
    silent: bool


Writer = Callable[[Connection, Vault, Sequence[Asked]], None]

_CONSENT = insert(consent)
_INVOICE = upsert(invoice, "order_id")
_PAYMENT = once(payment)


def record_consent(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Evidence of an acceptance or its withdrawal."""
    many(
        conn,
        _CONSENT,
        [
            {
                "person_id": one.row.id,
                "kind": one.effect.kind,
                "version": one.effect.version,
                "sha256": one.effect.sha256,
                "given": int(one.effect.given),
                "order_id": one.effect.order,
                "at": micros(one.moment.at),
            }
            for one in asked
        ],
    )


def record_invoice(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """The invoice's name and address under a key of their own."""
    rows = []
    for one in asked:
        key, order = vault.keyring.spare(), one.effect.order
        body = vault.seal(
            codecs.write(codecs.InvoiceBody(one.effect.party)), key_id=key, table="invoice", column="body", row=order
        )
        rows.append(
            {
                "order_id": order,
                "person_id": one.row.id,
                "key_id": key,
                "body": body,
                "amount": one.effect.amount.amount,
                "at": micros(one.moment.at),
            }
        )
    many(conn, _INVOICE, rows)


def forget_invoice(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Nothing was paid: there will be no invoice."""
    for one in asked:
        unwritten = invoice.c.order_id == one.effect.order
        for key in conn.scalars(select(invoice.c.key_id).where(unwritten)).all():
            ask_shred(conn, key, one.moment.at, because="never paid")
        conn.execute(delete(invoice).where(unwritten))


def settle_request(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """A data subject's request has its answer."""
    for one in asked:
        requests.settle(conn, vault, one.effect.request, (), one.moment.at)


def erase_everything(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Of a person who asked for it: all that no law keeps."""
    for one in asked:
        erasure.erase(conn, vault, one.effect.request, one.effect.kept, one.moment.at)


def accept_payment(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """A settled payment, once per (provider, payment): two institutions may give the same number."""
    many(
        conn,
        _PAYMENT,
        [
            {
                "provider": one.effect.provider,
                "payment": one.effect.payment,
                "order_id": one.effect.order,
                "amount": one.effect.amount.amount,
                "held": int(one.effect.held),
                "at": micros(one.moment.at),
            }
            for one in asked
        ],
    )


def queue_for_print(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """The approved, sealed bytes move to the print outbox."""
    for one in asked:
        outbox.queue(conn, one.effect.order, one.effect.not_before, one.moment.at)


def lease_print(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """A dispatcher has the piece until its lease ends."""
    for one in asked:
        outbox.lease(conn, one.effect.order, one.effect.token, one.effect.until)


def park_print(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """The piece waits for a person."""
    for one in asked:
        outbox.park(conn, one.effect.order, one.effect.token)


def stop_print(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Its dispatcher may not hand it over any more."""
    for one in asked:
        outbox.stop(conn, one.effect.order)


def requeue_print(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """What waited for a person waits to be printed."""
    for one in asked:
        queue_view.requeue(conn, one.effect.order)


def clear_outbox(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Wiped, recorded, and its key on the list: one transaction."""
    for one in asked:
        effect = one.effect
        outbox.clear(conn, effect.order, effect.token, sink=effect.sink, receipt=effect.receipt, at=one.moment.at)


def shred_letter(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """A letter that will not be printed."""
    for one in asked:
        outbox.discard(conn, one.effect.letter, one.effect.order, one.moment.at)


def record_scan(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """The print room's word, in its journal."""
    for one in asked:
        said = one.effect
        scans.record(conn, vault, said.order, said.kind, tracking=said.tracking, reason=said.reason, at=one.moment.at)


def do_work(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """Slow work, to be done outside the transaction."""
    jobs.add(conn, vault, [(one.row, one.effect, one.moment) for one in asked])


def forget(conn: Connection, vault: Vault, asked: Sequence[Asked]) -> None:
    """What was given before the notice was accepted goes.

    The chat's address too, unless something is still to be said to it; then within a day (retention).
    """
    for one in asked:
        row = one.row
        if one.standing.orders:
            raise ValueError("a person with orders is erased by a request of theirs, not forgotten")
        theirs = select(letter.c.id).where(letter.c.person_id == row.id)
        for letter_id in conn.scalars(theirs).all():
            outbox.discard(conn, letter_id, "", one.moment.at, "forgotten")
        conn.execute(delete(work_table).where(work_table.c.person_id == row.id))
        if one.silent:
            conn.execute(delete(person).where(person.c.id == row.id))
            ask_shred(conn, row.key_id, one.moment.at, because="forgotten")


WRITERS: dict[type[Effect], Writer] = {
    fx.RecordConsent: record_consent,
    fx.RecordInvoice: record_invoice,
    fx.ForgetInvoice: forget_invoice,
    fx.AcceptPayment: accept_payment,
    fx.QueueForPrint: queue_for_print,
    fx.LeasePrint: lease_print,
    fx.ParkPrint: park_print,
    fx.StopPrint: stop_print,
    fx.RequeuePrint: requeue_print,
    fx.ClearOutbox: clear_outbox,
    fx.ShredLetter: shred_letter,
    fx.RecordScan: record_scan,
    fx.SettleRequest: settle_request,
    fx.EraseEverything: erase_everything,  # before the work of the same turn, which brings the answer
    **dict.fromkeys(codecs.WORKS.values(), do_work),  # all slow work waits in one queue
    fx.Forget: forget,
}
"""The writer of every kept effect, in the order in which writers work: state first, destruction last."""

SPOKEN: tuple[type[Effect], ...] = (fx.Reply, fx.ShowDocument, fx.Toast, fx.ShowBusy)
"""Effects that are said, not kept: they arrive as messages."""


def perform(conn: Connection, vault: Vault, asked: Iterable[Asked]) -> None:
    """Gathers the effects of all turns by writer and lets each work once. Errors: TypeError where none is."""
    gathered: dict[Writer, list[Asked]] = {}
    for one in asked:
        kind = type(one.effect)
        if kind in SPOKEN:
            continue
        writer = WRITERS.get(kind)
        if writer is None:
            raise TypeError(f"no writer for {kind.__name__}")
        gathered.setdefault(writer, []).append(one)
    for writer in dict.fromkeys(WRITERS.values()):
        if theirs := gathered.get(writer):
            writer(conn, vault, theirs)
