"""Where a person stands: what is known of them, the letter in the making, their orders, and the open question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from flows.address.address import Address
from flows.core.effects import Effect
from flows.core.events import Person
from flows.core.letter_state import Measure, Photo, Preview
from flows.input.manuscript import Manuscript
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus

__all__ = [
    "Acceptance",
    "Draft",
    "Measure",
    "Order",
    "Photo",
    "Preview",
    "Profile",
    "Refunded",
    "Standing",
    "State",
    "Turn",
]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Proof that a text was accepted: its version and hash, and when (KVKK m.10)."""

    version: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What stays from order to order. Sealed with the person's own key."""

    language: str = "tr"
    notice: Acceptance | None = None
    adult_on: date | None = None  # the day the age was checked; the birth date itself is not kept
    adult_rule: str = ""
    blocked_until: date | None = None
    name: str = ""
    phone: str = ""  # E.164
    phone_verified: bool = False
    email: str = ""  # confirmed by a code
    codes: tuple[datetime, ...] = ()  # when one-time codes were asked for, in the last 24 hours
    birthday_consent: Acceptance | None = None
    birth_date: date | None = None  # only with birthday_consent
    birthday_year: int = 0  # the year whose birthday discount an order has taken
    birthday_order: str = ""  # the order; while it lives there is no second one
    wrong_codes: tuple[datetime, ...] = ()  # when discount codes were guessed at, in the last 24 hours
    addressees: tuple[Address, ...] = ()  # only on request
    invoice: InvoiceParty | None = None  # of the last order, offered with one tap
    ticket: int = 0  # their open ticket: what they write where no question is open joins it

    @property
    def reachable(self) -> bool:
        """Name, telephone and confirmed e-mail are all known."""
        return bool(self.name and self.phone and self.email)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter in the making and the answers given on the way. Sealed with the person's key, its words with its own."""

    letter: str = ""  # id of the letter, 32 hexadecimal digits; "" before the first word
    language: str = ""  # of the printed notice: the sender's when the letter was begun, so that a revision has one look
    birth_date: date | None = None  # until confirmed, 30 minutes at most
    birth_message: int = 0  # the message it was typed in; marks its timer
    phone: str = ""  # typed, and of a kind that we do not know: not yet confirmed
    email: str = ""  # typed, not yet confirmed
    code_digest: str = ""
    code_salt: str = ""
    code_at: datetime | None = None
    code_attempts: int = 0
    code_address: str = ""  # where the last code went
    email_mark: str = ""  # which timer forgets the unconfirmed address
    addressee_name: str = ""
    addressee: Address | None = None
    checked: Address | None = None  # the address that the sender has called right
    overruled: tuple[str, ...] = ()  # warnings about the address that the sender has overruled
    mending: str = ""  # which part of the address is being answered
    candidates: tuple[Address, ...] = ()  # the addresses of a message that held several, until one is chosen
    manuscript: Manuscript = field(default_factory=Manuscript)
    revision: int = 0  # counts every change of what will be printed
    measure: Measure | None = None
    finishing: bool = False  # "Bitti" was tapped while the ruler was still at work
    finished: bool = False  # the sender has said that the letter ends here
    stationery: str = ""  # "" until chosen
    own_sender: str = ""  # the sender's own return address; "" = the service's
    product: str = ""  # "" until chosen
    posting_date: date | None = None
    discount_code: str = ""  # the key of the code that was typed; whether it counts is decided by the day's tariff
    preview: Preview | None = None
    invoice: InvoiceParty | None = None
    invoice_for: str = ""  # in whose name it is being asked for: self, person, company
    national_id: str = ""  # TCKN for the payment institution that demands it, until the order is paid or closed
    invoice_begun: InvoiceParty | None = None  # as far as it has been given, while a part of it is missing
    order: str = ""  # the order this draft has become, while its payment is open
    changing: str = ""  # the question that a change was asked for; "Geri" leads from it to where that was
    last_message: int = 0  # the message that was the last answer, until a button is tapped
    last_question: str = ""  # the question it answered
    album: str = ""  # the last album of pictures: it is refused once, or goes to the desk whole
    heard: tuple[tuple[int, str], ...] = ()  # (message, digest of its words) of answers: is an edit one?
    desk_at: datetime | None = None  # when words of theirs last went to the support desk
    desk_cut: bool = False  # a client may have cut them: the rest follows
    photos: tuple[Photo, ...] = ()  # of the photo page, in their order
    offered: tuple[tuple[int, str], ...] = ()  # (message, file) of pictures: are they to be printed?
    lowest: str = ""  # what of the letter is the chat's lowest message: its "line", a "doubt", a "trouble"; "" nothing

    @property
    def blank(self) -> bool:
        """Whether nothing would be lost with it."""
        written = self.addressee_name or self.manuscript.doubts or not self.manuscript.empty
        return not (written or self.photos or self.offered)

    @property
    def terms(self) -> tuple[object, ...]:
        """What an order is made of: whoever changes one of these has not accepted the order yet."""
        return self.revision, self.product, self.posting_date, self.invoice, self.discount_code

    def changed(self, **changes: object) -> Draft:
        """The draft with something of what will be printed changed: measure, preview and approval are void."""
        return replace(self, **changes, revision=self.revision + 1, measure=None, preview=None, finishing=False)  # type: ignore[arg-type]


NOTHING = Kurus(0)


@dataclass(frozen=True, slots=True)
class Refunded:
    """A payment, or a part of one, that goes back to the payer or has gone. nth: which part of this payment it is."""

    payment: str
    amount: Kurus
    provider: str = ""
    nth: int = 1
    currency: str = "TRY"


class State(StrEnum):
    """What we have promised about an order."""

    LINKING = "linking"  # accepted; the payment link is being opened
    AWAITING = "awaiting"  # the link is open
    HELD = "held"  # a wrong amount was paid: a person decides
    QUEUED = "queued"  # paid; in the print outbox
    PRINTING = "printing"  # claimed by a dispatcher
    STUCK = "stuck"  # the print room must look
    DISPATCHED = "dispatched"  # the sink holds it durably; the outbox row is cleared
    ERASED = "erased"  # the letter's key is destroyed and the sender told
    OVERDUE = "overdue"  # a week in the tray without a scan: its file is removed, a person must look
    PRINTED = "printed"  # scanned: it is in its envelope, its file has left the tray
    POSTED = "posted"  # scanned at the counter
    RETURNED = "returned"  # back in its sealed envelope: the sender decides
    REPOSTING = "reposting"  # waits to be posted again
    DESTROYING = "destroying"  # waits to be destroyed unopened
    DESTROYED = "destroyed"
    LOST = "lost"  # nobody could say in time what became of it: closed; should it turn up, its road goes on
    SPOILED = "spoiled"  # damaged when nothing was left to print it from: refunded
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # the link was not used


@dataclass(frozen=True, slots=True)
class Order:
    """One promise: this letter, printed byte for byte, for this price."""

    id: str
    state: State
    amount: Kurus
    letter: str
    sha256: str
    pages: int
    sheets: int
    product: str
    created_at: datetime
    number: str = ""  # "MX000123", given by storage when the order is created
    posting_date: date | None = None
    url: str = ""
    url_until: datetime | None = None
    payment: str = ""  # the institution's number for the payment that counts
    provider: str = ""  # that institution; "" in an order of before institutions were kept
    paid: Kurus = NOTHING  # what was really paid
    currency: str = "TRY"  # in which it was paid
    paid_at: datetime | None = None
    lease_token: str = ""
    lease_until: datetime | None = None
    print_from: datetime | None = None  # from when its piece may be printed; until then it can be cancelled
    piece: str = ""  # how far its piece is in the print outbox, "" while it is not there
    stopping: bool = False  # a stop was asked while a dispatcher had the piece
    refunds: tuple[Refunded, ...] = ()  # what was given back, or is on its way back, in its order
    dispatched_at: datetime | None = None
    since: datetime | None = None  # when it came into this state; None: since it was created
    tracking: str = ""  # the postal operator's number (UPU S10), "" for a normal letter
    reason: str = ""  # why the operator brought it back, a key of notifications.REASONS
    tariff: str = ""  # the version of the tariff that its price is reckoned from, "" before there were versions
    vat_percent: int = 0  # the VAT inside the price, 0 where the tariff is unknown
    discount: Kurus = NOTHING  # what was taken off the tariff's price; `amount` is what is left
    discount_code: str = ""  # the key of the code that took it off; "" for none, and for the birthday

    def counts(self, provider: str, payment: str) -> bool:
        """Whether this is the payment that counts: two institutions may give the same number."""
        return bool(payment) and payment == self.payment and _same(provider, self.provider)

    def refunds_of(self, provider: str, payment: str) -> tuple[Refunded, ...]:
        """The parts of one payment that go back."""
        return tuple(part for part in self.refunds if part.payment == payment and _same(provider, part.provider))

    @property
    def parts(self) -> tuple[Refunded, ...]:
        """The parts of the payment that counts."""
        return self.refunds_of(self.provider, self.payment) if self.payment else ()

    @property
    def given_back(self) -> bool:
        """Whether all of the payment that counts goes back or has gone."""
        return bool(self.parts) and not self.left.amount

    @property
    def left(self) -> Kurus:
        """What we still have of the payment that counts."""
        return Kurus(self.paid.amount - sum(part.amount.amount for part in self.parts))


def _same(provider: str, other: str) -> bool:
    """Of what was kept before institutions were, nobody knows that it is another's."""
    return provider == other or not provider or not other


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything `machine.advance` may know.

    screen counts the questions asked, so that a button of an older one is recognised. unreachable: the chat is blocked.
    keyboard: the contact button is still shown below the chat. code_uses: how often others have used a discount code,
    by its key, as of now; known where a code is asked for or has been typed, kept nowhere.
    """

    person: Person
    step: str = "notice"
    aside: str = ""  # a side question standing before `step`: support, settings …
    about: str = ""  # the order that a side question is about
    screen: int = 0
    last_tap: str = ""  # the last button used, as "screen:action:value": two taps do one thing
    profile: Profile = field(default_factory=Profile)
    draft: Draft = field(default_factory=Draft)
    orders: tuple[Order, ...] = ()
    unreachable: bool = False
    keyboard: bool = False
    code_uses: tuple[tuple[str, int], ...] = ()

    @property
    def question(self) -> str:
        """The name of the one that is open: a side question stands before the journey's own."""
        return self.aside or self.step

    def order(self, order: str) -> Order | None:
        return next((o for o in self.orders if o.id == order), None)

    def with_order(self, changed: Order) -> Standing:
        """In its own place, or as the newest one."""
        if self.order(changed.id) is None:
            return replace(self, orders=(*self.orders, changed))
        return replace(self, orders=tuple(changed if o.id == changed.id else o for o in self.orders))


S = TypeVar("S", Standing, None)


@dataclass(frozen=True, slots=True)
class Turn(Generic[S]):
    """The answer to one envelope: where the sender stands now, and what is to be done; all of it is kept, or nothing.

    The staff desk's is a Turn[None]: it decides on facts, and remembers no standing.
    """

    standing: S
    effects: tuple[Effect, ...] = ()

    def plus(self, effects: Iterable[Effect]) -> Turn[S]:
        return replace(self, effects=(*self.effects, *effects))
