"""How the effects of the desk are written: tickets, templates, requests, openings, print outbox, access log."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from flows.desk.admin.effects import AppointStaff, DismissStaff
from flows.desk.base.effects import LogAccess, TellSender
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened, MarkTold, RefuseOpening
from flows.desk.printing.effects import AwaitRefund, MovePiece, RetryRefunds, SettleRefund
from flows.desk.requests.effects import MoveRequest, OpenRequestOnBehalf
from flows.desk.support.effects import (
    AssignTicket,
    BlockSender,
    CloseTicket,
    CountTemplates,
    DropHeld,
    FetchPicture,
    KeepAnswer,
    MarkRead,
    NoteTicket,
    PutTemplate,
    ReopenTicket,
    RestoreTemplate,
    RetireTemplate,
    SendHeld,
    SnoozeTicket,
    UnblockSender,
    WakeTicket,
)
from storage.access_log import audit, openings
from storage.database.dialects import changed, say, upsert
from storage.database.tables import desk_block, micros
from storage.keys.vault import Vault
from storage.printing import queue_facts, queue_view, refund_requests
from storage.queues import desk_events
from storage.rights import request_facts, requests
from storage.store.requested import By
from storage.support import pictures, staff, templates, ticket_writes, tickets


def log_access(conn: Connection, vault: Vault, effect: LogAccess, by: By) -> None:
    entry = audit.Entry(
        by.at, by.actor, effect.action, effect.subject, audit.Purpose(effect.purpose), effect.ticket, effect.outcome
    )
    audit.append(conn, vault, entry)


def tell_sender(conn: Connection, vault: Vault, effect: TellSender, by: By) -> None:
    desk_events.add(conn, vault, effect.person, effect.event, by.at)


def keep_answer(conn: Connection, vault: Vault, effect: KeepAnswer, by: By) -> None:
    ticket_writes.keep_answer(conn, vault, effect, agent=by.row, at=by.at)


def fetch_picture(conn: Connection, vault: Vault, effect: FetchPicture, by: By) -> None:
    pictures.fetch(conn, vault, effect, by.at)


def send_held(conn: Connection, vault: Vault, effect: SendHeld, by: By) -> None:
    ticket_writes.send_held(conn, effect.ticket, effect.mark, by.at)


def drop_held(conn: Connection, vault: Vault, effect: DropHeld, by: By) -> None:
    ticket_writes.drop_held(conn, effect.mark)


def close(conn: Connection, vault: Vault, effect: CloseTicket, by: By) -> None:
    ticket_writes.close(conn, effect.ticket, by.at)


def reopen(conn: Connection, vault: Vault, effect: ReopenTicket, by: By) -> None:
    ticket_writes.reopen(conn, effect.ticket, by.at)


def assign(conn: Connection, vault: Vault, effect: AssignTicket, by: By) -> None:
    ticket_writes.change(conn, effect.ticket, assigned_to=staff.chat(conn, vault, effect.to, by.at).id)


def snooze(conn: Connection, vault: Vault, effect: SnoozeTicket, by: By) -> None:
    ticket_writes.change(conn, effect.ticket, snoozed_until=micros(effect.until))


def wake(conn: Connection, vault: Vault, effect: WakeTicket, by: By) -> None:
    ticket_writes.wake(conn, effect.ticket, by.at)


def note(conn: Connection, vault: Vault, effect: NoteTicket, by: By) -> None:
    ticket_writes.change(conn, effect.ticket, warned_at=micros(by.at))


def read(conn: Connection, vault: Vault, effect: MarkRead, by: By) -> None:
    tickets.read(conn, effect.marks, micros(by.at))


_BLOCK = upsert(desk_block, "person_id")


def block(conn: Connection, vault: Vault, effect: BlockSender, by: By) -> None:
    values = {"person_id": effect.person, "until": micros(effect.until), "by": by.row, "at": micros(by.at)}
    say(conn, _BLOCK, values)


def unblock(conn: Connection, vault: Vault, effect: UnblockSender, by: By) -> None:
    changed(conn, delete(desk_block).where(desk_block.c.person_id == effect.person))


def appoint(conn: Connection, vault: Vault, effect: AppointStaff, by: By) -> None:
    staff.appoint(conn, vault, effect.user, effect.roles, effect.name, by=by.row, at=by.at)


def dismiss(conn: Connection, vault: Vault, effect: DismissStaff, by: By) -> None:
    staff.dismiss(conn, vault, effect.user)


def move_piece(conn: Connection, vault: Vault, effect: MovePiece, by: By) -> None:
    """Errors: LookupError where the piece is not as it was read, in this very transaction."""
    move = {"retry": queue_view.retry, "park": queue_view.hold_back}[effect.how]
    if not move(conn, vault, effect.order, by.at):
        raise LookupError("the piece has moved meanwhile")


def retry_refunds(conn: Connection, vault: Vault, effect: RetryRefunds, by: By) -> None:
    queue_facts.retry_refunds(conn, vault, effect.order, by.at)


def settle_refund(conn: Connection, vault: Vault, effect: SettleRefund, by: By) -> None:
    """Errors: LookupError where the refund is not as it was read, in this very transaction."""
    queue_facts.settle_refund(conn, vault, effect, by.at)


def await_refund(conn: Connection, vault: Vault, effect: AwaitRefund, by: By) -> None:
    refund_requests.add(conn, vault, effect, by.row, by.at)


def put_template(conn: Connection, vault: Vault, effect: PutTemplate, by: By) -> None:
    templates.put(conn, effect.code, effect.language, effect.words, by=by.row, at=by.at)


def retire_template(conn: Connection, vault: Vault, effect: RetireTemplate, by: By) -> None:
    templates.retire(conn, effect.code, by=by.row, at=by.at)


def restore_template(conn: Connection, vault: Vault, effect: RestoreTemplate, by: By) -> None:
    templates.restore(conn, effect.code, by=by.row, at=by.at)


def count_templates(conn: Connection, vault: Vault, effect: CountTemplates, by: By) -> None:
    templates.count_use(conn, effect.used)


def move_request(conn: Connection, vault: Vault, effect: MoveRequest, by: By) -> None:
    """Errors: LookupError where the request is not there as it was read, in this very transaction."""
    if not requests.move(conn, vault, effect.before, effect.after, effect.reason):
        raise LookupError("the request has changed meanwhile")


def open_request(conn: Connection, vault: Vault, effect: OpenRequestOnBehalf, by: By) -> None:
    """Errors: LookupError where the order is not there as it was read, in this very transaction."""
    request_facts.open_on_behalf(conn, vault, effect, by=by.actor.removeprefix("staff:"), now=by.at)


def ask_opening(conn: Connection, vault: Vault, effect: AskOpening, by: By) -> None:
    openings.add(conn, vault, effect, by=by.row, at=by.at)


def approve_opening(conn: Connection, vault: Vault, effect: ApproveOpening, by: By) -> None:
    openings.approve(conn, vault, effect, by=by.row, at=by.at)


def refuse_opening(conn: Connection, vault: Vault, effect: RefuseOpening, by: By) -> None:
    openings.refuse(conn, effect, by=by.row, at=by.at)


def mark_opened(conn: Connection, vault: Vault, effect: MarkOpened, by: By) -> None:
    openings.opened(conn, effect, by.at)


def mark_told(conn: Connection, vault: Vault, effect: MarkTold, by: By) -> None:
    openings.told(conn, effect, by.at)
