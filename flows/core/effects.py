"""What a turn asks to be done, in the imperative; the writers of storage and the workers of bot perform it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.core.documents import Document
from flows.core.retention_notice import Days, Retained
from flows.invoice.document import InvoiceKind, InvoiceLine, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus, Lines, Text

__all__ = [
    "AcceptPayment",
    "Attachment",
    "BringDraft",
    "BringPicture",
    "Button",
    "Buttons",
    "ClearOutbox",
    "CloseLink",
    "DrawPreview",
    "DropPhoto",
    "EditTicket",
    "Effect",
    "EraseEverything",
    "Forget",
    "ForgetInvoice",
    "HoldCode",
    "IssueInvoice",
    "KeepContract",
    "KeepPhoto",
    "LeasePrint",
    "MailAnswer",
    "MailCode",
    "MailDocuments",
    "MailDraftEnding",
    "MailIdle",
    "MailNews",
    "MailOpened",
    "MailRefusal",
    "MeasureAddress",
    "MeasureLetter",
    "OpenLink",
    "OpenRequest",
    "OpenTicket",
    "Outgoing",
    "ParkPrint",
    "QueueForPrint",
    "RateTicket",
    "RecordConsent",
    "RecordInvoice",
    "RecordScan",
    "Refund",
    "RemoveFromTray",
    "Reply",
    "RequeuePrint",
    "SendPicture",
    "SetTimer",
    "SettleRequest",
    "ShowBusy",
    "ShowDocument",
    "ShredLetter",
    "StopPrint",
    "Toast",
    "WithdrawPrint",
    "WithdrawRequest",
    "Work",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done, kept in the same transaction as the state that asks for it.

    Each kind is said (`Outgoing`, a row in bot/wording/speak.py) or written (a row in storage/store/writers.py).
    """


# What the person sees -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outgoing(Effect):
    """What is said: it becomes messages of the outbox."""


@dataclass(frozen=True, slots=True)
class Button:
    """A way to answer. With `url` it opens a page; `lasting` ones work on every screen, the others only on theirs. The
    staff's chats have no screens."""

    label: Text
    action: str = ""
    value: str = ""
    url: str = ""
    lasting: bool = False


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of them."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: `kind` "preview" is the PDF of letter `of` with pictures of its pages; "window"
    is a picture of what the envelope's window shows of that letter; "export" is everything held about the person as
    `of` says, "pdf" or "json", made at the moment it is sent, kept nowhere; "invoice" is the copy of the invoice of
    number `of`, made likewise; "picture" is a picture of a ticket, `of` its mark. sha256: of a preview, or of what is
    in the window; another letter is not shown in its place."""

    kind: str
    of: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Reply(Outgoing):
    """A message. `running` replaces the person's running line instead of sending a new one, unless it starts `anew`.

    contact: label of a button that shares the person's own telephone number. relays: the ticket whose agent's words
    these are.
    """

    text: Text | Lines
    buttons: Buttons = ()
    contact: Text | None = None
    attachment: Attachment | None = None
    running: bool = False
    anew: bool = False
    relays: int = 0


@dataclass(frozen=True, slots=True)
class ShowDocument(Outgoing):
    """A whole document, word for word: `name` in notice, policy, preinfo, contract; split to the messenger's size.

    filled: the words of one that belongs to an order, so that what is read is what can be accepted.
    """

    name: str
    filled: Document | None = None


@dataclass(frozen=True, slots=True)
class Toast(Outgoing):
    """The small answer to a tapped button; without text it only ends the waiting sign."""

    tap: str
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class ShowBusy(Outgoing):
    """Shows that a document is being made."""


# What is kept ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordConsent(Effect):
    """Evidence of an acceptance or its withdrawal: `kind` in notice, birthday, contract, preinfo (KVKK m.10, m.5/1).

    sha256: of the words that were read; of what belongs to an order, of those filled for it.
    """

    kind: str
    version: str
    sha256: str
    given: bool = True
    order: str = ""


@dataclass(frozen=True, slots=True)
class KeepContract(Effect):
    """The documents of an order as they were accepted, under a key of their own (Distance Contracts By-law m.20)."""

    order: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class RecordInvoice(Effect):
    """Name and address for the invoice, into the vault of its own (VUK 253, TTK 82)."""

    order: str
    party: InvoiceParty
    amount: Kurus


@dataclass(frozen=True, slots=True)
class HoldCode(Effect):
    """A new order uses a discount code: the whole turn fails where more than `most` orders would (storage's CodeSpent),
    and is decided again on what is known then."""

    code: str
    most: int


@dataclass(frozen=True, slots=True)
class IssueInvoice(Effect):
    """The invoice of an order with the next number of its series, or what takes it back; once for each `refund`.

    number, institution, payment, paid_at: of the order, as the invoice states them. refund: which part of the payment
    goes back, "" for the sale. What was never invoiced is not taken back."""

    order: str
    number: str
    kind: InvoiceKind
    lines: tuple[InvoiceLine, ...]
    seller: InvoiceSeller
    series: str
    institution: str = ""
    payment: str = ""
    paid_at: datetime | None = None
    refund: str = ""


@dataclass(frozen=True, slots=True)
class AcceptPayment(Effect):
    """A settled payment, once per (provider, payment)."""

    order: str
    payment: str
    amount: Kurus
    held: bool = False
    provider: str = ""
    currency: str = "TRY"


@dataclass(frozen=True, slots=True)
class QueueForPrint(Effect):
    """The approved, sealed bytes move to the print outbox."""

    order: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeasePrint(Effect):
    order: str
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ParkPrint(Effect):
    """The outbox row waits for a person (needs_human)."""

    order: str
    token: str


@dataclass(frozen=True, slots=True)
class StopPrint(Effect):
    """From here on the piece is not handed to the sink any more; what was handed over before stays there."""

    order: str


@dataclass(frozen=True, slots=True)
class WithdrawPrint(Effect):
    """A piece that nobody has claimed leaves the print outbox; its letter stays."""

    order: str


@dataclass(frozen=True, slots=True)
class RequeuePrint(Effect):
    """The piece that waited for a person waits to be printed."""

    order: str


@dataclass(frozen=True, slots=True)
class ClearOutbox(Effect):
    """Clears the row, writes the dispatch record and the shred row: one transaction."""

    order: str
    token: str
    sink: str
    receipt: str


@dataclass(frozen=True, slots=True)
class ShredLetter(Effect):
    """A letter that will not be printed (any more): its rows go now, its key with the next shredding."""

    letter: str
    order: str = ""


@dataclass(frozen=True, slots=True)
class RecordScan(Effect):
    """The print room's word about a letter, kept as proof for as long as the order: `kind` in printed, spoiled, posted,
    returned, destroyed, overdue."""

    order: str
    kind: str
    tracking: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ForgetInvoice(Effect):
    """Name and address of an invoice that will never be written: nothing was paid (KVKK m.7)."""

    order: str


@dataclass(frozen=True, slots=True)
class DropPhoto(Effect):
    """A picture is taken out of its letter, and is gone with this turn."""

    letter: str
    message: int


@dataclass(frozen=True, slots=True)
class EraseEverything(Effect):
    """All that is held about the person and that no law keeps goes with this turn; the request is done."""

    request: int
    kept: tuple[Retained, ...] = ()


@dataclass(frozen=True, slots=True)
class SettleRequest(Effect):
    """A data subject's request has its answer with this turn."""

    request: int


@dataclass(frozen=True, slots=True)
class Forget(Effect):
    """Erases what a person gave before accepting the notice."""


# Slow work: its result comes back through the door as an event --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work(Effect):
    """Done outside the transaction, retried with backoff, performed at least once."""


@dataclass(frozen=True, slots=True)
class MailCode(Work):
    """-> CodeMailed | MailRefused"""

    address: str


@dataclass(frozen=True, slots=True)
class MeasureLetter(Work):
    """-> LetterMeasured"""

    revision: int
    stationery: str


@dataclass(frozen=True, slots=True)
class KeepPhoto(Work):
    """A picture for the photo page, fetched from the messenger and sealed with its letter.

    -> PhotoKept | PhotoRefused, or nothing where the letter is gone"""

    letter: str
    message: int
    file: str


@dataclass(frozen=True, slots=True)
class MeasureAddress(Work):
    """-> AddressUnfit, or nothing where all fits the window. `sender`: measure the sender's own line."""

    revision: int
    sender: bool = False


@dataclass(frozen=True, slots=True)
class DrawPreview(Work):
    """-> PreviewDrawn | PreviewRefused"""

    revision: int


@dataclass(frozen=True, slots=True)
class OpenLink(Work):
    """-> LinkOpened | LinkRefused"""

    order: str


@dataclass(frozen=True, slots=True)
class CloseLink(Work):
    """The institution takes no more money for this order; no event comes back."""

    order: str


@dataclass(frozen=True, slots=True)
class Refund(Work):
    """-> RefundSettled; one for each part of a payment, looked up before it is tried again. provider: "" in work of
    before it was kept, for the institution in use."""

    order: str
    payment: str
    amount: Kurus
    provider: str = ""
    nth: int = 1


@dataclass(frozen=True, slots=True)
class MailDocuments(Work):
    """Pre-information form and contract to the confirmed address; no event comes back."""

    order: str


@dataclass(frozen=True, slots=True)
class MailNews(Work):
    """Order and refund news to the confirmed address of a chat that cannot be reached; never letter content.

    refund: which of the order's refunds they are about, counted from 1; 0 for none."""

    order: str
    news: str
    refund: int = 0


@dataclass(frozen=True, slots=True)
class BringDraft(Work):
    """Looks for the draft of a cancelled order, whose letter its sender wants to keep."""

    order: str
    letter: str


@dataclass(frozen=True, slots=True)
class MailIdle(Work):
    """That an unused account ends, to the confirmed address of a chat that cannot be reached; no event comes back."""

    until: date


@dataclass(frozen=True, slots=True)
class MailDraftEnding(Work):
    """That an unfinished letter is erased, nothing of the letter in it, to the same address; no event comes back."""

    until: date


@dataclass(frozen=True, slots=True)
class MailRefusal(Work):
    """That a request was refused (`events.RequestRefused`), to the same address; no event comes back."""

    number: int
    reason: str
    article: str
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class MailOpened(Work):
    """That a letter was opened (`events.LetterOpened`), to the same address; no event comes back."""

    order: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveFromTray(Work):
    """The print room's own copy of a dispatched letter goes; no event comes back."""

    order: str


@dataclass(frozen=True, slots=True)
class SetTimer(Work):
    """-> DeadlinePassed(what, mark) after a while on the one clock."""

    what: str
    mark: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class OpenTicket(Work):
    """The sender's own words to the support desk; joins their open ticket if there is one.

    quiet: the rest of what came just before, whose arrival is told once. -> TicketOpened | TicketRefused
    """

    words: str
    message: int
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class SendPicture(Work):
    """A picture to the support desk, fetched from the messenger; otherwise as OpenTicket.

    quiet: one of several sent together, whose arrival is told once. -> TicketOpened | TicketRefused | PictureRefused
    """

    file: str
    words: str
    message: int
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class BringPicture(Work):
    """An agent's picture for a sender, fetched from the staff's messenger. -> TicketAnswered

    mark: of the answer, whose words are `words`. chat, message: where the agent sent it, to be told there if it fails.
    """

    ticket: int
    mark: str
    file: str
    words: str
    chat: str
    message: int


@dataclass(frozen=True, slots=True)
class EditTicket(Work):
    """A message that may stand in one of the sender's tickets reads otherwise now, or has another picture.
    -> TicketEdited | TicketRefused"""

    words: str
    message: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class RateTicket(Work):
    """How content the sender is with the answers, 1-5; no event comes back."""

    number: int
    stars: int


@dataclass(frozen=True, slots=True)
class OpenRequest(Work):
    """A request of a data subject: `kind` in access, erasure (KVKK m.11, m.13). A second one keeps the number.

    choice: of flows.desk.requests.table.Choice, where a letter is paid and not printed yet. -> RequestOpened
    """

    kind: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest(Work):
    """-> RequestWithdrawn"""

    request: int


@dataclass(frozen=True, slots=True)
class MailAnswer(Work):
    """The written answer to the confirmed address of a chat that cannot be reached; no event comes back."""

    address: str
    language: str
    request: int
    kind: str
    kept: tuple[Retained, ...]
    days: Days | None = None
