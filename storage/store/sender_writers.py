"""How the effects of a sender's turn are written: consents, invoices, payments, letters, and slow work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from flows.core import effects as fx
from storage.database.dialects import many, once, upsert
from storage.database.tables import consent, invoice, letter, micros, payment, person
from storage.database.tables import work as work_table
from storage.keys import codecs
from storage.keys.vault import Vault
from storage.payments import contracts, invoices
from storage.printing import outbox, queue_view, scans
from storage.queues import jobs
from storage.queues.keys_to_shred import ask_shred
from storage.rights import erasure, requests
from storage.senders import discounts, photos
from storage.store.requested import OfSender, Requested

_CONSENT = insert(consent)
_INVOICE = upsert(invoice, "order_id")
_PAYMENT = once(payment)


def record_consent(conn: Connection, vault: Vault, requested: Sequence[Requested[fx.RecordConsent, OfSender]]) -> None:
    """Evidence of an acceptance or its withdrawal."""
    many(
        conn,
        _CONSENT,
        [
            {
                "person_id": one.by.row.id,
                "kind": one.effect.kind,
                "version": one.effect.version,
                "sha256": one.effect.sha256,
                "given": int(one.effect.given),
                "order_id": one.effect.order,
                "at": micros(one.by.at),
            }
            for one in requested
        ],
    )


def keep_contract(conn: Connection, vault: Vault, requested: Sequence[Requested[fx.KeepContract, OfSender]]) -> None:
    """The documents of an order as they were accepted."""
    contracts.keep(
        conn,
        vault,
        [
            contracts.Accepted(one.effect.order, one.by.row.id, one.by.row.key_id, one.effect.documents, one.by.at)
            for one in requested
        ],
    )


def record_invoice(conn: Connection, vault: Vault, requested: Sequence[Requested[fx.RecordInvoice, OfSender]]) -> None:
    """The invoice's name and address under a key of their own."""
    rows = []
    for one in requested:
        key, order = vault.keyring.spare(), one.effect.order
        body = vault.seal(
            codecs.write(codecs.InvoiceBody(one.effect.party)), key_id=key, table="invoice", column="body", row=order
        )
        rows.append(
            {
                "order_id": order,
                "person_id": one.by.row.id,
                "key_id": key,
                "body": body,
                "amount": one.effect.amount.amount,
                "at": micros(one.by.at),
            }
        )
    many(conn, _INVOICE, rows)


def hold_code(conn: Connection, vault: Vault, effect: fx.HoldCode, by: OfSender) -> None:
    """One use of a discount code more; the order's row is there already."""
    discounts.hold(conn, effect.code, effect.most)


def issue_invoice(conn: Connection, vault: Vault, effect: fx.IssueInvoice, by: OfSender) -> None:
    """The next number, and what it is given to."""
    invoices.issue(conn, vault, effect, by.row.id, by.at)


def forget_invoice(conn: Connection, vault: Vault, effect: fx.ForgetInvoice, by: OfSender) -> None:
    """Nothing was paid: there will be no invoice."""
    unwritten = invoice.c.order_id == effect.order
    for key in conn.scalars(select(invoice.c.key_id).where(unwritten)).all():
        ask_shred(conn, key, by.at, because="never paid")
    conn.execute(delete(invoice).where(unwritten))


def settle_request(conn: Connection, vault: Vault, effect: fx.SettleRequest, by: OfSender) -> None:
    """A data subject's request has its answer."""
    requests.settle(conn, vault, effect.request, (), by.at)


def erase_everything(conn: Connection, vault: Vault, effect: fx.EraseEverything, by: OfSender) -> None:
    """Of a person who asked for it: all that no law keeps."""
    erasure.erase(conn, vault, effect.request, effect.kept, by.at)


def accept_payment(conn: Connection, vault: Vault, requested: Sequence[Requested[fx.AcceptPayment, OfSender]]) -> None:
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
                "currency": one.effect.currency,
                "held": int(one.effect.held),
                "at": micros(one.by.at),
            }
            for one in requested
        ],
    )


def queue_for_print(conn: Connection, vault: Vault, effect: fx.QueueForPrint, by: OfSender) -> None:
    """The approved, sealed bytes move to the print outbox."""
    outbox.queue(conn, effect.order, effect.not_before, by.at)


def lease_print(conn: Connection, vault: Vault, effect: fx.LeasePrint, by: OfSender) -> None:
    """A dispatcher has the piece until its lease ends."""
    outbox.lease(conn, effect.order, effect.token, effect.until)


def park_print(conn: Connection, vault: Vault, effect: fx.ParkPrint, by: OfSender) -> None:
    """The piece waits for a person."""
    outbox.park(conn, effect.order, effect.token)


def stop_print(conn: Connection, vault: Vault, effect: fx.StopPrint, by: OfSender) -> None:
    """Its dispatcher may not hand it over any more."""
    outbox.stop(conn, effect.order)


def withdraw_print(conn: Connection, vault: Vault, effect: fx.WithdrawPrint, by: OfSender) -> None:
    """It is not printed; the letter stays."""
    outbox.withdraw(conn, effect.order)


def requeue_print(conn: Connection, vault: Vault, effect: fx.RequeuePrint, by: OfSender) -> None:
    """What waited for a person waits to be printed."""
    queue_view.requeue(conn, effect.order, by.at)


def clear_outbox(conn: Connection, vault: Vault, effect: fx.ClearOutbox, by: OfSender) -> None:
    """Wiped, recorded, and its key on the list: one transaction."""
    outbox.clear(conn, effect.order, effect.token, sink=effect.sink, receipt=effect.receipt, at=by.at)


def drop_photo(conn: Connection, vault: Vault, effect: fx.DropPhoto, by: OfSender) -> None:
    """A picture that will not be printed."""
    photos.drop(conn, vault, effect.letter, effect.message)


def shred_letter(conn: Connection, vault: Vault, effect: fx.ShredLetter, by: OfSender) -> None:
    """A letter that will not be printed."""
    outbox.discard(conn, effect.letter, effect.order, by.at)


def record_scan(conn: Connection, vault: Vault, effect: fx.RecordScan, by: OfSender) -> None:
    """The print room's word, in its journal."""
    scans.record(conn, vault, effect.order, effect.kind, tracking=effect.tracking, reason=effect.reason, at=by.at)


def do_work(conn: Connection, vault: Vault, requested: Sequence[Requested[fx.Work, OfSender]]) -> None:
    """Slow work, to be done outside the transaction."""
    jobs.add(conn, vault, [(one.by.row, one.effect, one.by.moment) for one in requested])


def forget(conn: Connection, vault: Vault, effect: fx.Forget, by: OfSender) -> None:
    """What was given before the notice was accepted goes.

    The chat's address too, unless something is still to be said to it; then within a day (retention).
    """
    if by.standing.orders:
        raise ValueError("a person with orders is erased by a request of theirs, not forgotten")
    theirs = select(letter.c.id).where(letter.c.person_id == by.row.id)
    for letter_id in conn.scalars(theirs).all():
        outbox.discard(conn, letter_id, "", by.at, "forgotten")
    conn.execute(delete(work_table).where(work_table.c.person_id == by.row.id))
    if by.silent:
        conn.execute(delete(person).where(person.c.id == by.row.id))
        ask_shred(conn, by.row.key_id, by.at, because="forgotten")
