"""Everything that can happen to a person's letter, in the past tense; each arrives at the door in an Envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flows.core.retention_notice import Retained
from flows.words.styles import Styled, Styles
from flows.words.text import Kurus

__all__ = [
    "BY_DESK",
    "AccountIdle",
    "AddressBarred",
    "AddressUnfit",
    "ButtonTapped",
    "ChatBlocked",
    "ChatOpened",
    "CodeMailed",
    "CommandGiven",
    "ContactShared",
    "DeadlinePassed",
    "DestructionAsked",
    "DraftEnding",
    "Envelope",
    "Event",
    "FileSent",
    "FoundPrinted",
    "FoundUnprinted",
    "FromDesk",
    "FromSender",
    "InvoiceCopied",
    "LatestEndPassed",
    "LetterDestroyed",
    "LetterDispatched",
    "LetterLost",
    "LetterMeasured",
    "LetterOpened",
    "LetterPosted",
    "LetterPrinted",
    "LetterReturned",
    "LetterShredded",
    "LetterSpoiled",
    "LetterUnmeasured",
    "LinkExpired",
    "LinkOpened",
    "LinkRefused",
    "MailRefused",
    "Moment",
    "OrderCancelled",
    "OrderEvent",
    "PartRefundGranted",
    "PaymentDeclined",
    "PaymentSettled",
    "Person",
    "PhotoKept",
    "PhotoRefused",
    "PictureRefused",
    "PictureSent",
    "PreviewArrived",
    "PreviewDrawn",
    "PreviewRefused",
    "PreviewUndelivered",
    "PrintClaimed",
    "PrintStuck",
    "PrintWithheld",
    "Quoted",
    "RefundGranted",
    "RefundSettled",
    "RepostAsked",
    "RequestAnswered",
    "RequestOpened",
    "RequestPostponed",
    "RequestRefused",
    "RequestUndecided",
    "RequestWaits",
    "RequestWithdrawn",
    "StopAsked",
    "TextEdited",
    "TextWritten",
    "TicketAnswered",
    "TicketClosed",
    "TicketEdited",
    "TicketOpened",
    "TicketRefused",
    "TicketReminded",
    "TicketReopened",
    "TicketUnshown",
    "TrayOverdue",
    "WorkGivenUp",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an event belongs to: a messenger's name ("telegram") and the person's address in it."""

    channel: str
    handle: str
    tongue: str = ""  # the language the messenger reports; used once, for a person never seen before
    given_name: str = ""  # never stored: lets the very first message greet by name


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it came in (aware, UTC) and 32 fresh hexadecimal digits for what may be created because of it.

    sent: when its sender did it, as their messenger says; None where it says nothing. `at` is our own clock's.
    """

    at: datetime
    fresh: str
    sent: datetime | None = None

    @property
    def acted(self) -> datetime:
        """When it happened: every limit that a person keeps is measured from here, timers and leases from `at`."""
        return self.at if self.sent is None else self.sent


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event at the door. `key` makes it idempotent: the second envelope with the same key changes nothing."""

    key: str
    person: Person
    event: Event
    moment: Moment


# What a sender does ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FromSender(Event):
    """What a sender does who then waits for an answer. Whoever does it can be written to."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message of ours that a sender's message replies to: its words, and what its buttons carry."""

    words: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextWritten(FromSender):
    """links: addresses behind some of its words; linked: the same text with them written out, "" without any.

    forwarded: somebody else may have written it. quoted: what it replies to, None where that is nothing of ours.
    styles: how `text` is set.
    """

    text: str
    message: int
    linked: str = ""
    links: tuple[str, ...] = ()
    forwarded: bool = False
    quoted: Quoted | None = None
    styles: Styles = ()

    @property
    def styled(self) -> Styled:
        return Styled(self.text, self.styles)


@dataclass(frozen=True, slots=True)
class TextEdited(FromSender):
    """file: the picture that stands in the message, as the messenger calls it; "" for words alone. linked, links,
    styles: as of TextWritten."""

    text: str
    message: int
    file: str = ""
    linked: str = ""
    links: tuple[str, ...] = ()
    quoted: Quoted | None = None
    styles: Styles = ()

    @property
    def styled(self) -> Styled:
        return Styled(self.text, self.styles)


@dataclass(frozen=True, slots=True)
class ButtonTapped(FromSender):
    """`screen` is the number of the screen the button stood on ("" on lasting ones); `tap` is answered by a Toast."""

    action: str
    value: str
    screen: str
    tap: str


@dataclass(frozen=True, slots=True)
class ContactShared(FromSender):
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class FileSent(FromSender):
    """Something that is not text; `kind` in photo, document, voice, sticker, video, location, poll, other.

    styles: how the caption is set.
    """

    kind: str
    caption: str = ""
    message: int = 0
    styles: Styles = ()


@dataclass(frozen=True, slots=True)
class PictureSent(FromSender):
    """A photo, or a file that says it is a picture; `kind` as in FileSent.

    file: the messenger's name for it, with which it can be fetched. size: bytes, 0 if unknown. album: the same for all
    pictures that were sent as one, "" for a single one. styles: how the caption is set.
    """

    kind: str
    file: str
    caption: str
    message: int
    size: int = 0
    album: str = ""
    quoted: Quoted | None = None
    styles: Styles = ()


@dataclass(frozen=True, slots=True)
class CommandGiven(FromSender):
    """A slash command as typed, without its slash, and the words after it. below: the kind of the file whose caption it
    is, "" for a message of its own. written: the whole message, where it was typed otherwise than "/name words", or is
    set in a way of its own; styles: how."""

    name: str
    words: str
    message: int = 0
    below: str = ""
    written: str = ""
    styles: Styles = ()

    @property
    def typed(self) -> str:
        return self.written or f"/{self.name} {self.words}".rstrip()


@dataclass(frozen=True, slots=True)
class ChatBlocked(Event):
    """The person stopped the bot: nothing can be delivered to this chat."""


@dataclass(frozen=True, slots=True)
class ChatOpened(Event):
    """The person started or unblocked the bot."""


# What our own slow work found out -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeMailed(Event):
    """A one-time code left by mail; only its salted SHA-256 comes back."""

    address: str
    salt: str
    digest: str


@dataclass(frozen=True, slots=True)
class MailRefused(Event):
    """`because`: "unknown" where there is no such mailbox, "letters" where no server carries those before the @."""

    address: str
    because: str = "unknown"


@dataclass(frozen=True, slots=True)
class LetterMeasured(Event):
    """`revision` of the draft that was measured; lines_over counts lines beyond the page limit. dpi: of each photo."""

    revision: int
    stationery: str
    pages: int
    lines_over: int
    unprintable: tuple[str, ...] = ()
    dpi: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterUnmeasured(Event):
    """The ruler gave up on this revision within its limits; the draft is intact."""

    revision: int


@dataclass(frozen=True, slots=True)
class PhotoKept(Event):
    """A picture is kept with its letter, drawn anew for paper with so many pixels."""

    letter: str
    message: int
    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoRefused(Event):
    """A picture cannot be printed: `because` "big", "unreadable", "pixels" (too many), "narrow", "away" (it could not
    be fetched), "many" (more than a page holds) or "often" (too many within an hour)."""

    letter: str
    message: int
    because: str


@dataclass(frozen=True, slots=True)
class AddressUnfit(Event):
    """What the ruler found in the window: `lines` too wide for it, `characters` that no font prints.

    sender: it is the sender's own line, not the addressee's. parts: the words of the lines that do not fit.
    """

    revision: int
    lines: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    sender: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressBarred(Event):
    """Whoever lives there does not want to be written to with MektupX."""

    revision: int


@dataclass(frozen=True, slots=True)
class PreviewDrawn(Event):
    revision: int
    pages: int
    lines_over: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PreviewRefused(Event):
    """The letter could not be drawn within its limits; the draft is intact. too_large: its file, by its pictures.

    final: the last check before printing refused its pages, and would again; a person is told.
    lost: messages of photos that are not kept any more.
    """

    revision: int
    too_large: bool = False
    final: bool = False
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewArrived(Event):
    """The messenger has taken a preview: a document with this SHA-256 stands in the sender's chat."""

    sha256: str


@dataclass(frozen=True, slots=True)
class PreviewUndelivered(Event):
    """The messenger will not take the preview of this letter as it was sent."""

    letter: str


@dataclass(frozen=True, slots=True)
class DeadlinePassed(Event):
    """A timer set by `SetTimer`; `mark` tells whether what it was set for is still there."""

    what: str
    mark: str


@dataclass(frozen=True, slots=True)
class TicketOpened(Event):
    """The words are with the support desk under this number; `joined` if the ticket was open already."""

    number: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class TicketEdited(Event):
    """The staff sees the sender's correction as one; number 0: it was no message of an open ticket. closed: of which
    closed one it was, 0 for none. later: from when the staff sees it, where too many have come in an hour. left_out:
    why the picture that came with it did not reach the desk, as of PictureRefused; "" where it did, or none came."""

    number: int
    closed: int = 0
    later: datetime | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class TicketRefused(Event):
    """The desk does not take the words: `because` "flood" (too many in an hour) or "blocked"; `until` when again."""

    because: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PictureRefused(Event):
    """A picture did not reach the support desk: `because` "big", "unreadable", or "away" (it could not be fetched)."""

    because: str


@dataclass(frozen=True, slots=True)
class WorkGivenUp(Event):
    """Work of this kind (the name of an effect) was tried for as long as it may be, and is given up."""

    kind: str


@dataclass(frozen=True, slots=True)
class RequestOpened(Event):
    """A data subject's request has its number, to be answered by `due` (30 days, KVKK m.13); `again`: it was open."""

    kind: str
    number: int
    due: date
    again: bool = False


@dataclass(frozen=True, slots=True)
class RequestAnswered(Event):
    """All is ready for the answer, which is given in the same moment: what is asked for happens with it.

    kind: of flows.desk.requests.table.Kind. kept: what the law keeps after an erasure. opened: the day of the request.
    """

    number: int
    kind: str
    kept: tuple[Retained, ...] = ()
    opened: date | None = None


@dataclass(frozen=True, slots=True)
class FromDesk(Event):
    """What the staff desk has decided and the person's own door is told of, but for the orders' (BY_DESK)."""


@dataclass(frozen=True, slots=True)
class RequestWaits(FromDesk):
    """It is accepted, and carried out when these orders (their numbers) have come to their end, by `until` at the
    latest; None in what was on its way before that was told."""

    number: int
    orders: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RequestRefused(FromDesk):
    """`reason` in the words of whoever decided, `article` the law they name. opened: the day of the request."""

    number: int
    reason: str
    article: str
    opened: date | None = None


@dataclass(frozen=True, slots=True)
class RequestPostponed(FromDesk):
    """Thirty days have passed and these orders (their numbers) are still open: refused with this reason. `again` is the
    number of the request that takes its place; the orders end by `until` at the latest."""

    number: int
    orders: tuple[str, ...]
    until: date
    again: int
    article: str
    opened: date


@dataclass(frozen=True, slots=True)
class RequestUndecided(FromDesk):
    """Thirty days have passed and nobody has decided it: that is the answer."""

    number: int
    article: str
    opened: date


@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Event):
    """`done` is False where it was too late, or there is no such request of theirs."""

    number: int
    done: bool


@dataclass(frozen=True, slots=True)
class AccountIdle(Event):
    """Nobody has used the account for two years: unless that changes, it is erased from this day on."""

    until: date


@dataclass(frozen=True, slots=True)
class DraftEnding(Event):
    """A letter has been left unfinished: unless its sender comes back, it is erased from this day on."""

    until: date


# What the staff desk has decided, brought to the person's own door ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class TicketAnswered(FromDesk):
    """An agent's own words. picture: the mark under which a picture of theirs is kept, "" without one."""

    number: int
    words: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceCopied(FromDesk):
    """The desk sends a copy of an invoice of theirs, by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class TicketReminded(FromDesk):
    """Nothing was heard of the sender: their ticket will be closed on that day."""

    number: int
    day: date


@dataclass(frozen=True, slots=True)
class TicketClosed(FromDesk):
    """`because`: "done", "silence" of the sender, or "unanswered" by us."""

    number: int
    because: str = "done"


@dataclass(frozen=True, slots=True)
class TicketReopened(FromDesk):
    number: int


@dataclass(frozen=True, slots=True)
class TicketUnshown(FromDesk):
    """The sender's own words never reached the desk: its messenger does not take them."""

    number: int


@dataclass(frozen=True, slots=True)
class LetterOpened(FromDesk):
    """A letter was opened for one of the policy's two reasons. order: its number; why: a value of desk.openings.Why."""

    order: str
    why: str
    at: datetime


# What happens to an order ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderEvent(Event):
    """`order` is the order's id (32 hexadecimal digits)."""

    order: str


@dataclass(frozen=True, slots=True)
class LinkOpened(OrderEvent):
    url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkRefused(OrderEvent):
    """The payment institution would not open a link, after all retries."""


@dataclass(frozen=True, slots=True)
class PaymentSettled(OrderEvent):
    """The institution's own query says so; `payment` is its number for it, `provider` the institution's name."""

    payment: str
    amount: Kurus
    currency: str = "TRY"
    provider: str = ""


@dataclass(frozen=True, slots=True)
class PaymentDeclined(OrderEvent):
    payment: str = ""


@dataclass(frozen=True, slots=True)
class LinkExpired(OrderEvent):
    """Its time is over, or the institution has closed the page before (`closed`)."""

    closed: bool = False


@dataclass(frozen=True, slots=True)
class OrderCancelled(OrderEvent):
    """By the sender; `because` is "asked", "kept" (the letter stays as a draft) or "edited" (the order was changed)."""

    because: str = "asked"


@dataclass(frozen=True, slots=True)
class PrintClaimed(OrderEvent):
    """A dispatcher took the piece; `token` fences every later step of an older dispatcher."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PrintStuck(OrderEvent):
    """The sink's answer is unknown and cannot be looked up, or it refused for good: a person must look."""

    token: str


@dataclass(frozen=True, slots=True)
class PrintWithheld(OrderEvent):
    """The dispatcher has looked: the sink does not hold the piece, and it was not handed over, because a stop came
    first."""

    token: str


@dataclass(frozen=True, slots=True)
class StopAsked(OrderEvent):
    """The sender's data are to be erased, and a letter that is being printed is not to be sent if it can be stopped."""

    because: str = "erasure"


@dataclass(frozen=True, slots=True)
class LetterDispatched(OrderEvent):
    """The sink has acknowledged durably."""

    token: str
    sink: str
    receipt: str


@dataclass(frozen=True, slots=True)
class LetterShredded(OrderEvent):
    """The letter's key is destroyed."""


# What the print room has scanned; `mektupx tray` and the staff commands are the only sources (docs/print-room.md) ----


@dataclass(frozen=True, slots=True)
class LetterPrinted(OrderEvent):
    """Every sheet is printed and in the sealed envelope."""


@dataclass(frozen=True, slots=True)
class LetterSpoiled(OrderEvent):
    """A sheet or the envelope was damaged."""


@dataclass(frozen=True, slots=True)
class LetterPosted(OrderEvent):
    """Handed over at the counter; `tracking` is the operator's number, "" for a normal letter."""

    tracking: str = ""


@dataclass(frozen=True, slots=True)
class LetterReturned(OrderEvent):
    """The operator brought it back, sealed; `reason` is a key of flows.order.notifications.REASONS."""

    reason: str = "other"


@dataclass(frozen=True, slots=True)
class LetterDestroyed(OrderEvent):
    """A returned letter was destroyed unopened."""


@dataclass(frozen=True, slots=True)
class TrayOverdue(OrderEvent):
    """A week has passed without the scan that was due: "printed" since the dispatch, or "posted" since that.

    since: as of LatestEndPassed."""

    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterLost(OrderEvent):
    """The day has come until which its sender was told that we look for an unscanned letter."""


@dataclass(frozen=True, slots=True)
class LatestEndPassed(OrderEvent):
    """The order has stood in its state for as long as it may (storage.retention.latest_ends), and nothing has come.

    since: when it came into that state. Of an order that has moved on meanwhile nothing is ended; None: as it is."""

    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepostAsked(OrderEvent):
    """The sender wants a returned letter posted again."""


@dataclass(frozen=True, slots=True)
class DestructionAsked(OrderEvent):
    """The sender wants a returned letter destroyed unopened, or has said nothing for too long (because "silence")."""

    because: str = "asked"


@dataclass(frozen=True, slots=True)
class RefundSettled(OrderEvent):
    """The institution sends it back: the `nth` part of this payment."""

    payment: str
    amount: Kurus
    provider: str = ""
    nth: int = 1


# What the staff desk has decided about an order -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundPrinted(OrderEvent):
    """Whoever looked at the printer says that the piece which waits for a person was printed."""


@dataclass(frozen=True, slots=True)
class FoundUnprinted(OrderEvent):
    """Whoever looked at the printer says that the piece which waits for a person was not printed."""


@dataclass(frozen=True, slots=True)
class RefundGranted(OrderEvent):
    """An admin gives the whole price back, or what is left of it; `because` is a key of
    flows.desk.printing.refund_wording.REASONS."""

    because: str


@dataclass(frozen=True, slots=True)
class PartRefundGranted(OrderEvent):
    """An admin gives a part of the price back, as the `nth` refund of this payment: two who decide at once
    do it once."""

    because: str
    amount: Kurus
    nth: int


BY_DESK: tuple[type[OrderEvent], ...] = (
    FoundPrinted,
    FoundUnprinted,
    RefundGranted,
    PartRefundGranted,
)
"""Events of an order that TellSender may carry."""
