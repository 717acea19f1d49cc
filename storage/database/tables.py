"""All tables: nothing that a person wrote or is called by stands in them unless it is sealed.

Types: ids are 32 hexadecimal digits, instants whole microseconds since 1970 UTC, days ISO text, yes and no 1 and 0,
bytes sealed values (`vault`), blind indexes or hashes. SQLite's STRICT tables know TEXT, INTEGER and BLOB only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = ["instant", "metadata", "micros"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def micros(at: datetime) -> int:
    """An aware instant as whole microseconds since 1970 UTC."""
    return (at - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """The reverse of `micros`, in UTC."""
    return EPOCH + timedelta(microseconds=at)


def _number() -> Any:
    return BigInteger().with_variant(Integer(), "sqlite")


def _words(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **more)


def _maybe_words(name: str) -> Column[str]:
    return Column(name, Text)


def _whole(name: str, default: int | None = None) -> Column[int]:
    return Column(name, _number(), nullable=False, server_default=None if default is None else text(str(default)))


def _maybe_whole(name: str) -> Column[int]:
    return Column(name, _number())


def _sealed(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _maybe_sealed(name: str) -> Column[bytes]:
    return Column(name, LargeBinary)


def _id(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def _counted(name: str = "id") -> Column[int]:
    """A number that is never given twice, even after its row is gone."""
    return Column(name, _number(), primary_key=True, autoincrement=True)


def _of_person(**more: Any) -> Column[str]:
    return Column("person_id", Text, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, **more)


def _table(name: str, *parts: Any, counted: bool = False) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_autoincrement=counted)


def _partial(name: str, column: str, where: str, *, unique: bool = False) -> Index:
    """Only the rows that somebody still has something to do with, so that a round looks at nothing else."""
    return Index(name, column, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


# People and their conversations ---------------------------------------------------------------------------------------

meta = _table("meta", _id("name"), _sealed("value"))

person = _table(
    "person",
    _id(),
    _words("channel"),
    Column("handle_index", LargeBinary, unique=True),  # blind; NULL once forgotten
    _maybe_sealed("handle"),
    _words("language"),
    _whole("reachable", 1),
    _whole("known", 0),  # the notice was accepted
    _whole("order_count", 0),
    _words("key_id"),
    _maybe_sealed("profile"),
    _maybe_whole("running_message"),
    _whole("created_at"),
    _maybe_whole("forgotten_at"),
    _maybe_whole("idle_told_at"),  # an account nobody uses was told that it ends
    Index(None, "known", "created_at"),
    Index(None, "forgotten_at"),
)

conversation = _table(
    "conversation",
    _of_person(primary_key=True),
    _words("step"),
    _words("aside"),
    _whole("screen"),
    _maybe_sealed("draft"),  # with the last tap; the letter's words stand in `letter`
    _maybe_words("letter_id"),
    _whole("updated_at"),
    _maybe_whole("ending_told_at"),  # its sender was told on which day the unfinished letter goes
    _partial("ix_conversation_open", "updated_at", "draft IS NOT NULL"),
    _partial("ix_conversation_blocked", "updated_at", "step = 'blocked'"),
)

letter = _table(
    "letter",
    _id(),
    _of_person(),
    _words("key_id"),
    _maybe_sealed("manuscript"),
    _maybe_sealed("pdf"),
    _maybe_words("sha256"),
    _maybe_whole("pages"),
    _whole("serial", 0),  # what its sheets bear, 0 until it is drawn
    _maybe_whole("serial_of"),  # the revision that bears it: another one has another number
    _whole("created_at"),
    _whole("updated_at"),
    _maybe_sealed("photos"),  # of the photo page, all of them together; last, because a row is read from its beginning
    Index(None, "person_id"),
    Index(None, "updated_at"),
)

inbox = _table("inbox", _id("key"), _whole("at"), Index(None, "at"))

# Orders and money -----------------------------------------------------------------------------------------------------

orders = _table(
    "orders",
    _counted("number"),
    Column("id", Text, nullable=False, unique=True),
    _words("person_id"),  # no foreign key: kept for three years after the person is forgotten
    _words("letter_id"),
    _words("state"),
    _whole("amount"),
    _words("product"),
    _whole("pages"),
    _whole("sheets"),
    _words("sha256"),
    _maybe_words("posting_date"),
    _maybe_sealed("addressee"),
    _maybe_sealed("url"),
    _maybe_whole("url_until"),
    _words("payment"),
    _words("provider", server_default=""),  # of the payment that counts
    _whole("paid"),
    _words("currency", server_default="TRY"),
    _maybe_whole("paid_at"),
    _words("refunds"),  # what goes back, as JSON (flows.core.state.Refunded), "" for nothing
    _whole("created_at"),
    _maybe_whole("dispatched_at"),
    _whole("updated_at"),  # when it came into its state
    _maybe_sealed("tracking"),
    _maybe_words("return_reason"),
    _words("tariff", server_default=text("''")),  # the version that the price is reckoned from
    _whole("vat_percent", 0),
    _whole("discount", 0),  # what was taken off the tariff's price
    _words("discount_code", server_default=text("''")),
    Index(None, "person_id"),
    Index(None, "state"),
    Index(None, "letter_id"),
    Index(None, "updated_at"),
    _partial("ix_orders_addressed", "updated_at", "addressee IS NOT NULL"),
    _partial("ix_orders_discounted", "discount_code", "discount_code <> ''"),
    counted=True,
)

invoice = _table(
    "invoice",
    _id("order_id"),
    _words("person_id"),
    _words("key_id"),  # a key of its own: forgetting the person does not destroy what tax law keeps
    _sealed("body"),
    _whole("amount"),
    _whole("at"),
)

contract = _table(  # what was accepted with an order, filled for it
    "contract",
    _id("order_id"),
    _words("person_id"),
    _words("key_id"),  # a key of its own, as an invoice's: consumer law keeps it three years
    _sealed("body"),
    _maybe_sealed("addressee"),  # what its words say of the addressee: as orders.addressee, with the sender's key
    _whole("at"),
    Index(None, "person_id"),
    Index(None, "at"),
)

invoice_series = _table(  # how far the numbers of a year have gone: the next one is given under this row's lock
    "invoice_series",
    _id("series"),
    Column("year", _number(), primary_key=True, autoincrement=False),
    _whole("last"),
    _whole("last_at"),
)

invoice_document = _table(  # what was issued, kept whatever becomes of its sender (VUK 253, TTK 82/5)
    "invoice_document",
    _id("number"),
    _words("order_id"),
    _words("person_id"),
    _words("kind"),  # SATIS, IADE
    _words("refund"),  # which part of the payment went back, "" for the sale
    _words("key_id"),
    _sealed("body"),
    _whole("amount"),
    _whole("at"),
    UniqueConstraint("order_id", "kind", "refund"),
    Index(None, "person_id"),
    Index(None, "at"),
)

payment = _table(
    "payment",
    _counted(),
    _words("provider"),
    _words("payment"),
    _words("order_id"),
    _whole("amount"),
    _words("currency", server_default="TRY"),
    _whole("held"),
    _whole("at"),
    UniqueConstraint("provider", "payment"),
    counted=True,
)

payment_event = _table(
    "payment_event",
    _id(),
    _words("provider"),
    _words("event_key"),
    _sealed("raw"),  # its listed fields, as JSON
    _whole("at"),
    _maybe_words("order_id"),
    _maybe_words("trouble"),  # why a person must look: card, unknown_order
    _maybe_whole("settled_at"),  # when the institution was asked about it
    UniqueConstraint("provider", "event_key"),
    _partial("ix_payment_event_unsettled", "at", "order_id IS NOT NULL AND settled_at IS NULL"),
)

payment_reference = _table(  # what an institution calls an order's pages and the attempts to pay
    "payment_reference",
    _id("provider"),
    Column("kind", Text, primary_key=True),  # page, payment
    Column("name", Text, primary_key=True),
    _words("order_id"),
    _maybe_sealed("url"),
    _maybe_whole("until"),
    _whole("at"),
    _maybe_whole("asked_at"),  # when the institution was asked what had been paid on a page, after its end
    Index(None, "order_id"),
    Index(None, "at"),
    _partial("ix_payment_reference_ended", "until", "until IS NOT NULL AND asked_at IS NULL"),
)

refund = _table(
    "refund",
    _id("provider"),
    Column("payment", Text, primary_key=True),
    Column("nth", _number(), primary_key=True, autoincrement=False),  # the part of this payment
    _words("order_id"),
    _whole("amount"),
    _words("state"),
    _whole("at"),
    Index(None, "order_id"),
)

consent = _table(
    "consent",
    _counted(),
    _words("person_id"),
    _words("kind"),
    _words("version"),
    _words("sha256"),
    _whole("given"),
    _words("order_id"),
    _whole("at"),
    Index(None, "person_id"),
    Index(None, "order_id", "at"),
    counted=True,
)

# The print room -------------------------------------------------------------------------------------------------------

print_outbox = _table(
    "print_outbox",
    _id("order_id"),
    _words("person_id"),
    _words("letter_id"),
    _words("key_id"),
    _words("state"),  # ready, leased, submitting, submitted, cleared, needs_human
    _maybe_words("lease_token"),
    _maybe_whole("lease_until"),
    _maybe_sealed("pdf"),  # the approved bytes as they were sealed for letter.pdf
    _whole("pages"),
    _words("sha256"),
    _whole("not_before"),
    _whole("attempts", 0),
    _whole("queued_at"),
    _whole("stop", 0),  # 1: not to be handed to the sink any more
    _maybe_whole("judged"),  # when a person said that it was not printed
    Index(None, "state", "not_before"),
    Index(None, "letter_id"),
)

serial_series = _table("serial_series", _id("series"), _whole("last"))  # how far the serial numbers have gone

dispatch = _table(
    "dispatch",
    _id("order_id"),
    _words("sink"),
    _words("receipt"),
    _whole("pages"),
    _words("sha256"),
    _whole("serial", 0),  # what its sheets bear; 0 where none was given
    _whole("at"),
    Index(None, "at"),
)

batch = _table(  # how the letters of a day were reconciled: sheets printed, in envelopes, posted
    "batch",
    _id("day"),
    _whole("gaps"),  # what did not add up; 0 when all did
    _whole("stopped"),  # a sheet may lie in another envelope: nothing is posted (flows.order.reconciliation.Stop)
    _whole("at"),
)

scan = _table(  # what the print room has said about a letter: proof for as long as the order is kept
    "scan",
    _counted(),
    _words("order_id"),
    _words("kind"),  # printed, spoiled, posted, returned, destroyed, overdue
    _words("reason"),
    _words("mark"),  # the row's name inside the seal
    _maybe_sealed("tracking"),
    Column("tracking_index", LargeBinary),  # blind: a number belongs to one letter
    _whole("at"),
    Index(None, "order_id"),
    Index(None, "tracking_index"),
    counted=True,
)

shred = _table(
    "shred",
    _id("key_id"),
    _maybe_words("letter_id"),
    _maybe_words("order_id"),
    _maybe_words("person_id"),
    _words("because"),
    _whole("at"),
    _maybe_whole("done_at"),
    Index(None, "done_at", "at"),
)

destination = _table(  # what remains of addressees: how many letters went to a province in a month, linked to nobody
    "destination",
    _id("month"),
    Column("province", Text, primary_key=True),
    _whole("letters"),
)

# What is to be said and done ------------------------------------------------------------------------------------------

message_outbox = _table(
    "message_outbox",
    _counted(),
    Column("mark", Text, nullable=False, unique=True),  # the row's name inside the seal
    _of_person(),
    _sealed("body"),
    _whole("created_at"),
    _whole("due_at"),
    _whole("attempts", 0),
    _maybe_words("taken_by"),
    _maybe_whole("taken_until"),
    _maybe_whole("begun"),  # it is on its way: the newest number that was known when that began
    _maybe_words("line"),  # the group in which it is on its way, where one at a time is
    Index(None, "person_id"),
    _partial("ux_message_outbox_line", "line", "line IS NOT NULL", unique=True),
    counted=True,
)

message_series = _table("message_series", _id("series"), _whole("newest"))

work = _table(
    "work",
    _counted(),
    _words("mark"),
    _of_person(),
    _words("kind"),
    _sealed("body"),
    _whole("created_at"),
    _whole("due_at"),
    _whole("attempts", 0),
    _maybe_words("taken_by"),
    _maybe_whole("taken_until"),
    _whole("parked", 0),
    _maybe_words("said"),  # the partner's last answer, a key of flows.desk.printing.refund_wording.ANSWERS
    Index(None, "parked", "due_at"),
    Index(None, "person_id"),
    counted=True,
)

# The desk and the law -------------------------------------------------------------------------------------------------

ticket = _table(
    "ticket",
    _counted("number"),
    _words("person_id"),
    _words("state"),  # open, closed
    _words("language"),
    _whole("opened_at"),
    _maybe_whole("closed_at"),
    _maybe_words("thread"),  # the person row of its chat or topic (channel "staff"); NULL until it is first needed
    _maybe_whole("topic_begun_at"),  # when making its topic was begun, until it is noted in `thread`
    _maybe_words("assigned_to"),  # a member of the staff, as for `agent`
    _maybe_whole("snoozed_until"),
    _maybe_whole("first_answer_at"),
    _maybe_whole("last_at"),
    _maybe_words("last_by"),  # person, agent: who has spoken last
    _maybe_whole("warned_at"),  # when the sender was told that it will be closed, or it was on the table again
    _maybe_whole("rating"),  # 1-5, the sender's own
    Index(None, "person_id", "state"),
    Index(None, "thread"),
    counted=True,
)

ticket_message = _table(
    "ticket_message",
    _id(),
    _whole("ticket"),
    Column("work_id", _number(), unique=True),
    _words("sender"),  # person, agent; held: an agent's words that wait for a second yes
    _whole("message"),
    _sealed("body"),
    _whole("at"),
    _maybe_words("agent"),  # the person row of the member of the staff who wrote it
    _maybe_whole("relayed_at"),  # when it was given to the other side's outbox
    _maybe_whole("edited_at"),
    _maybe_words("template"),
    _maybe_words(
        "file"
    ),  # an agent's picture: to fetch it while its words wait for a second yes, then only which it was
    _maybe_words("edits"),  # when the sender corrected it within the last hour, separated by blanks
    _maybe_whole("shown_after"),  # a correction of somebody who corrects too much is not shown before
    Index(None, "ticket"),
    Index(None, "relayed_at"),
)

ticket_picture = _table(  # of a message of a ticket, until the ticket is closed and it has arrived
    "ticket_picture",
    _id(),  # the mark of the message
    _whole("ticket"),
    _of_person(),
    _sealed("body"),  # a JPEG, with the sender's key
    _whole("at"),
    Index(None, "ticket"),
    Index(None, "person_id"),
)

desk_copy = _table(  # where a ticket's words stand in chats without topics, so that an erasure can delete them there
    "desk_copy",
    _counted(),
    _whole("ticket"),
    Column("chat", Text, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),  # of the staff
    _whole("message"),
    _whole("at"),
    Index(None, "ticket"),
    counted=True,
)

staff = _table(  # whom an admin has appointed; the admins of the settings need no row
    "staff",
    _of_person(primary_key=True),
    _words("roles"),  # admin, agent, auditor, separated by blanks
    _sealed("name"),
    _words("added_by"),
    _whole("at"),
)

errand = _table(  # what the staff has decided about a person, on its way to that person's own door
    "errand",
    _counted(),
    _words("mark"),  # the row's name inside the seal
    _of_person(),
    _words("kind"),
    _sealed("body"),
    _whole("at"),
    counted=True,
)

refund_wish = _table(  # refunds an admin has asked for that are not decided: who is told what becomes of them
    "refund_wish",
    _id("order_id"),
    _words("asked_by"),  # a member of the staff, as for `agent`
    _words("chat"),  # a row of a staff chat
    _whole("stopping"),  # whether they know that the print may win
    _whole("nth", 0),  # the part of the payment that was asked for, 0 for all of it
    _whole("at"),
)

desk_block = _table(  # who may not write to the support desk for a while
    "desk_block",
    _of_person(primary_key=True),
    _whole("until"),
    _words("by"),
    _whole("at"),
)

data_request = _table(
    "data_request",
    _counted("number"),
    _words("person_id"),
    Column("work_id", _number(), unique=True),
    _words("kind"),  # access, correction, erasure, objection
    _words("state"),  # flows.desk.requests.table.State
    _words("due"),
    _whole("opened_at"),
    _maybe_whole("closed_at"),
    _maybe_words("origin"),  # letter, idle; NULL: the sender's own, from the chat
    _maybe_words("opened_by"),
    _maybe_words("choice"),
    _maybe_words("proposed_by"),
    _maybe_whole("proposed_at"),
    _maybe_words("confirmed_by"),
    _maybe_whole("confirmed_at"),
    _maybe_whole("alone"),
    _maybe_words("article"),
    _maybe_words("key_id"),  # the file's own: it outlives the person's
    _maybe_sealed("identity"),  # who asked by letter, and the addressee who objects
    _maybe_sealed("reason"),
    _maybe_words("answer"),  # what the answer named as kept, as JSON: no personal data
    Index(None, "person_id", "kind", "state"),
    Index(None, "state"),
    counted=True,
)

opening = _table(  # requests to open a letter, for the policy's two reasons; `person_id` … "" once its sender is erased
    "opening",
    _id(),
    _words("order_id"),
    _words("person_id"),  # no foreign key: that a letter was opened outlives its sender
    _words("letter_id"),
    _words("why"),  # flows.desk.openings.table.Why
    _whole("silent"),  # the order forbids that the sender is told
    _words("key_id"),  # the reference's own: it outlives the person's
    _sealed("reference"),
    _words("stage"),  # flows.desk.openings.table.Stage, but those the clock tells
    _words("asked_by"),  # members of the staff, as for `agent`
    _whole("asked_at"),
    _maybe_words("decided_by"),
    _maybe_whole("decided_at"),
    Column("token", LargeBinary),  # HMAC of the link's secret
    _maybe_whole("until"),
    _maybe_whole("opened_at"),
    _maybe_whole("told_at"),
    Index(None, "order_id"),
    Index(None, "person_id"),
)

do_not_write = _table(  # addressees who objected, as keyed hashes of name and address: nobody can be read from them
    "do_not_write",
    Column("hash", LargeBinary, primary_key=True),
    _whole("request"),
    _whole("at"),
)

# Templates are the operator's own words: they name nobody, so nothing here is sealed and no period ends it. `by` is the
# row of the staff member, without a foreign key: the words outlive whoever wrote them.
template = _table(
    "template",
    _id("code"),
    Column("language", Text, primary_key=True),
    Column("version", _number(), primary_key=True, autoincrement=False),
    _maybe_words("words"),  # NULL: as shipped
    _words("by"),
    _whole("at"),
    _whole("retired", 0),
)

template_use = _table(  # how often which words were sent; version 0 is what ships
    "template_use",
    _id("code"),
    Column("language", Text, primary_key=True),
    Column("version", _number(), primary_key=True, autoincrement=False),
    _whole("sent"),
)

audit = _table(
    "audit",
    Column("seq", _number(), primary_key=True, autoincrement=False),
    _maybe_whole("at"),
    _maybe_words("actor"),
    _maybe_words("action"),
    Column("subject", LargeBinary),  # HMAC of whom it is about
    _maybe_words("purpose"),
    _maybe_words("ticket"),
    _maybe_words("outcome"),
    Column("prev", LargeBinary, nullable=False, unique=True),
    _sealed("row_hash"),
    _sealed("h"),
    _maybe_whole("seen"),  # the number that was signed when it was written; NULL in rows older than this column
    _maybe_whole("blanked_at"),
    _maybe_whole("day"),  # of a blank row, in days since 1970
    _maybe_words("kept"),  # why it is blank (storage/access_log/chain.py, Kept)
    _maybe_sealed("mark"),
)

destruction_record = _table(
    "destruction_record",
    _counted(),
    _whole("at"),
    _words("datum"),
    _whole("count"),
    _words("method"),
    _words("article"),
    counted=True,
)

quarantine = _table(
    "quarantine",
    _counted(),
    _words("bot"),
    _words("key"),
    _words("error"),
    _whole("at"),
    counted=True,
)

alarm = _table(  # what the staff has been told needs a look, until it is over
    "alarm",
    _id("name"),
    _whole("since"),
    _maybe_whole("told_at"),
)

family = _table("family", _id("name"), _words("key_id"), _whole("at"))
"""Keys that belong to no person: raw callbacks share one a month, destroyed when the month's last row is gone."""


def columns(table: Table, leave: Sequence[str] = ()) -> list[str]:
    """A table's column names, without some."""
    return [c.name for c in table.columns if c.name not in leave]
