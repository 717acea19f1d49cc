"""Who writes what: one row for each effect that is kept, so that an effect nobody writes cannot exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from flows.core import effects as fx
from flows.core.effects import Effect, Outgoing
from flows.desk.admin import effects as admin
from flows.desk.base import effects as base
from flows.desk.openings import effects as openings
from flows.desk.printing import effects as printing
from flows.desk.requests import effects as requests
from flows.desk.support import effects as support
from storage.keys import codecs
from storage.keys.vault import Vault
from storage.store import desk_writers as desk
from storage.store import sender_writers as sender
from storage.store.requested import By, OfSender, Requested, Writer, asked_by, each

__all__ = ["WRITERS", "perform"]

WRITERS: Mapping[type[Effect], Writer] = {
    # State: of senders and their orders, then of the desk.
    **asked_by(
        OfSender,
        {
            fx.RecordConsent: sender.record_consent,
            fx.KeepContract: sender.keep_contract,
            fx.RecordInvoice: sender.record_invoice,
            fx.HoldCode: each(sender.hold_code),
            fx.ForgetInvoice: each(sender.forget_invoice),
            fx.AcceptPayment: sender.accept_payment,
            fx.QueueForPrint: each(sender.queue_for_print),
            fx.LeasePrint: each(sender.lease_print),
            fx.ParkPrint: each(sender.park_print),
            fx.StopPrint: each(sender.stop_print),
            fx.WithdrawPrint: each(sender.withdraw_print),
            fx.RequeuePrint: each(sender.requeue_print),
            fx.ClearOutbox: each(sender.clear_outbox),
            fx.DropPhoto: each(sender.drop_photo),
            fx.ShredLetter: each(sender.shred_letter),
            fx.RecordScan: each(sender.record_scan),
            fx.IssueInvoice: each(sender.issue_invoice),
        },
    ),
    **asked_by(
        By,
        {
            support.KeepAnswer: each(desk.keep_answer),
            support.SendHeld: each(desk.send_held),
            support.DropHeld: each(desk.drop_held),
            support.CloseTicket: each(desk.close),
            support.ReopenTicket: each(desk.reopen),
            support.AssignTicket: each(desk.assign),
            support.SnoozeTicket: each(desk.snooze),
            support.WakeTicket: each(desk.wake),
            support.NoteTicket: each(desk.note),
            support.MarkRead: each(desk.read),
            support.BlockSender: each(desk.block),
            support.UnblockSender: each(desk.unblock),
            admin.AppointStaff: each(desk.appoint),
            admin.DismissStaff: each(desk.dismiss),
            printing.MovePiece: each(desk.move_piece),
            printing.RetryRefunds: each(desk.retry_refunds),
            printing.SettleRefund: each(desk.settle_refund),
            printing.AwaitRefund: each(desk.await_refund),
            support.PutTemplate: each(desk.put_template),
            support.RetireTemplate: each(desk.retire_template),
            support.RestoreTemplate: each(desk.restore_template),
            support.CountTemplates: each(desk.count_templates),
            requests.MoveRequest: each(desk.move_request),
            requests.OpenRequestOnBehalf: each(desk.open_request),
            openings.AskOpening: each(desk.ask_opening),
            openings.ApproveOpening: each(desk.approve_opening),
            openings.RefuseOpening: each(desk.refuse_opening),
            openings.MarkOpened: each(desk.mark_opened),
            openings.MarkTold: each(desk.mark_told),
        },
    ),
    # Destruction, before the work of the same turn, which brings the answer.
    **asked_by(
        OfSender,
        {
            fx.SettleRequest: each(sender.settle_request),
            fx.EraseEverything: each(sender.erase_everything),
            # What waits on a queue.
            **dict.fromkeys(codecs.WORKS.values(), sender.do_work),  # all slow work waits in one queue
        },
    ),
    **asked_by(
        By,
        {
            support.FetchPicture: each(desk.fetch_picture),
            base.TellSender: each(desk.tell_sender),
        },
    ),
    **asked_by(
        OfSender,
        {
            fx.Forget: each(sender.forget),
        },
    ),
    **asked_by(
        By,
        {
            base.LogAccess: each(desk.log_access),  # the last: its lock is everybody's
        },
    ),
}
"""The writer of every kept effect and who may ask for it, in the order of work: state first, destruction late."""

_ORDER = tuple(dict.fromkeys(WRITERS.values()))


def perform(conn: Connection, vault: Vault, requested: Iterable[Requested[Any, Any]]) -> bool:
    """Gathers the effects of all turns by writer and lets each work once; whether the access log has a new line.

    Errors: TypeError where there is no writer or the other side asks; LookupError where what was decided on is gone.
    """
    gathered: dict[Writer, list[Requested[Any, Any]]] = {}
    for one in requested:
        kind = type(one.effect)
        if issubclass(kind, Outgoing):
            continue
        writer = WRITERS.get(kind)
        if writer is None:
            raise TypeError(f"no writer for {kind.__name__}")
        gathered.setdefault(writer, []).append(one)
    for writer in _ORDER:
        if theirs := gathered.get(writer):
            writer(conn, vault, theirs)
    return WRITERS[base.LogAccess] in gathered
