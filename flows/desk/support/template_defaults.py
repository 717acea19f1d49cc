"""The replies that ship: one row for each situation, its code, its English twin, and the orders it is true of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.core.state import State
from flows.desk.support.placeholders import INSIDE
from flows.words.text import Text, text

__all__ = ["SHIPPED", "Shipped"]

PAID_FOR: Final = INSIDE | {State.HELD, State.POSTED, State.RETURNED, State.REPOSTING, State.DESTROYING}
ON_ITS_WAY: Final = INSIDE | {State.POSTED, State.REPOSTING}
UNPAID: Final = frozenset({State.LINKING, State.AWAITING})


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


@dataclass(frozen=True, slots=True)
class Shipped:
    """One row.

    situation: when an agent uses it. words: what the sender reads; the catalogs hold it in every language.
    when: states of the order in which it is true, None where no order is needed. about: kind of the request it names.
    new_day: its {eta} is a day that an agent gives, never the estimate that the sender knows.
    """

    code: str
    twin: str
    situation: Text
    words: Text
    when: frozenset[State] | None = None
    about: str = ""
    new_day: bool = False


# The Turkish of the first eight was written first (the model of voice); the English follows it.
_ROWS: Final = (
    Shipped(
        "nerede",
        "where",
        text("template", "Where is my letter? (posted, with a tracking number)"),
        text(
            "template",
            "Hello {first_name}, your letter is on its way. Order: {order}. Tracking number: {tracking}."
            " Expected delivery: {eta}.",
        ),
        _in(State.POSTED),
    ),
    Shipped(
        "gecikme",
        "late",
        text("template", "The letter is late"),
        text(
            "template",
            "Hello {first_name}, your letter will arrive later than we expected, we are sorry. Order: {order}."
            " New expected delivery: {eta}.",
        ),
        ON_ITS_WAY,
        new_day=True,
    ),
    Shipped(
        "dondu",
        "returned",
        text("template", "The letter came back"),
        text(
            "template",
            "Hello {first_name}, your letter could not be delivered to its addressee and came back to us in its sealed"
            " envelope. The reason given by the post: {reason}. Shall we post it again, or destroy it unopened?",
        ),
        _in(State.RETURNED),
    ),
    Shipped(
        "iptal",
        "cancelled",
        text("template", "A paid order was cancelled"),
        text(
            "template",
            "Hello {first_name}, your order is cancelled and your letter was not printed. Order: {order}."
            " Amount refunded: {amount}. Expected time of the refund: {refund_time}.",
        ),
        _in(State.CANCELLED),
    ),
    Shipped(
        "adres",
        "address",
        text("template", "The address should be changed"),
        text(
            "template",
            "Hello {first_name}, once printing has begun we cannot change the address. The state of your order:"
            " {status}. If it is not printed yet, you can cancel it and order again with the right address.",
        ),
    ),
    Shipped(
        "odeme",
        "payment",
        text("template", "The payment does not show"),
        text(
            "template",
            "Hello {first_name}, the payment institution has not confirmed yet. We do not see your card details; you"
            " may ask your bank or try again. Order: {order}.",
        ),
        UNPAID,
    ),
    Shipped(
        "cezaevi",
        "prison",
        text("template", "A letter to a prison"),
        text(
            "template",
            "Hello {first_name}, letters that arrive at a prison are opened and inspected there. The name of the"
            " addressee's father or their ward may be needed too; you can add them to the address.",
        ),
    ),
    Shipped(
        "silme",
        "erasure",
        text("template", "A request for erasure has been received"),
        text(
            "template",
            "Hello {first_name}, we have received your request for erasure. Request number: {request}. Last day for our"
            " answer: {due_date}. We will tell you in writing what is erased, what the law keeps, and for how long.",
        ),
        about="erasure",
    ),
    Shipped(
        "verim",
        "access",
        text("template", "A request for a copy of the data has been received"),
        text(
            "template",
            "Hello {first_name}, we have received your request for a copy of your data. Request number: {request}. Last"
            " day for our answer: {due_date}. We give the copy to nobody but you.",
        ),
        about="access",
    ),
    Shipped(
        "durum",
        "status",
        text("template", "What is happening to my order?"),
        text(
            "template",
            "Hello {first_name}, here is where your letter stands. Order: {order}. State: {status}. You can see it at"
            " any time with /orders.",
        ),
    ),
    Shipped(
        "yolda",
        "posted",
        text("template", "Where is my letter? (posted, normal, without a tracking number)"),
        text(
            "template",
            "Hello {first_name}, your letter has been posted. Order: {order}. Normal letters have no tracking number."
            " Expected delivery: {eta}.",
        ),
        _in(State.POSTED),
    ),
    Shipped(
        "tarih",
        "date",
        text("template", "When will it be posted?"),
        text(
            "template",
            "Hello {first_name}, your letter has not been posted yet. Order: {order}. Expected posting:"
            " {posting_date}. Expected delivery: {eta}.",
        ),
        INSIDE,
    ),
    Shipped(
        "cift",
        "double",
        text("template", "Paid twice"),
        text(
            "template",
            "Hello {first_name}, two payments arrived for one order. Your letter is printed once, and the payment too"
            " many is refunded in full. Order: {order}. Expected time of the refund: {refund_time}.",
        ),
        PAID_FOR,
    ),
    Shipped(
        "tutar",
        "amount",
        text("template", "A wrong amount was paid"),
        text(
            "template",
            "Hello {first_name}, your letter waits because the amount paid differs from the price. Order: {order}."
            " Price: {price}. Paid: {amount}. If you cancel the order, all that you paid is refunded.",
        ),
        _in(State.HELD),
    ),
    Shipped(
        "baglanti",
        "link",
        text("template", "How long can the payment link be used?"),
        text(
            "template",
            "Hello {first_name}, your payment link is open. Order: {order}. Amount: {price}. It can be used until:"
            " {deadline}. You find it with /orders.",
        ),
        _in(State.AWAITING),
    ),
    Shipped(
        "hasar",
        "spoiled",
        text("template", "The letter was damaged in the print room"),
        text(
            "template",
            "Hello {first_name}, your letter was damaged in the print room, we are sorry. Its text is erased, so we"
            " cannot print it again. Order: {order}. Amount refunded: {amount}. Expected time of the refund:"
            " {refund_time}. If you like, you can write it anew with /new.",
        ),
        _in(State.SPOILED),
    ),
    Shipped(
        "tekrar",
        "repost",
        text("template", "The returned letter is posted again"),
        text(
            "template",
            "Hello {first_name}, we are posting your letter again, to the same address and in its sealed envelope."
            " Order: {order}. Expected posting: {posting_date}.",
        ),
        _in(State.REPOSTING),
    ),
    Shipped(
        "fatura",
        "invoice",
        text("template", "A copy of the invoice"),
        text(
            "template",
            "Hello {first_name}, the copy of your invoice follows as a PDF file in this chat. Order: {order}. Invoice"
            " number: {invoice}. Amount paid: {amount}.",
        ),
    ),
    Shipped(
        "tur",
        "registered",
        text("template", "Normal or registered?"),
        text(
            "template",
            "Hello {first_name}, a normal letter has no tracking number. A registered one has a number and is handed"
            " over against a signature; with advice of delivery its delivery is also confirmed in writing. You choose"
            " before you pay.",
        ),
    ),
    Shipped(
        "fiyat",
        "price",
        text("template", "What does a letter cost?"),
        text(
            "template",
            "Hello {first_name}, the price depends on the number of sheets and on how the letter is sent; printing,"
            " envelope, postage and VAT are included. You see the exact amount before you pay.",
        ),
    ),
    Shipped(
        "karakter",
        "characters",
        text("template", "Characters that cannot be printed"),
        text(
            "template",
            "Hello {first_name}, some characters and emoji cannot be printed on paper. We name them before you pay; you"
            " can edit the message they stand in and write something else in their place.",
        ),
    ),
    Shipped(
        "kagit",
        "paper",
        text("template", "Which paper?"),
        text(
            "template",
            "Hello {first_name}, you choose the paper after the last word of your letter and see the whole letter as it"
            " will be printed. Until you approve it you can go back and choose another one.",
        ),
    ),
    Shipped(
        "yas",
        "age",
        text("template", "Under eighteen"),
        text(
            "template",
            "Hello, to order one has to be 18 years old, so we cannot go on for now. We keep no birth date. If"
            " something is wrong about it, please write to us here.",
        ),
    ),
    Shipped(
        "kod",
        "code",
        text("template", "The code does not arrive by e-mail"),
        text(
            "template",
            "Hello, the code is valid for 10 minutes and may be in the folder for unwanted mail. If it is not there,"
            " you can ask for a new one after a minute, or correct the address.",
        ),
    ),
    Shipped(
        "dil",
        "language",
        text("template", "Changing the language"),
        text(
            "template",
            "Hello, you can change the language of this chat at any time with /language. Your letter is printed in the"
            " words you write, whichever language that is.",
        ),
    ),
    Shipped(
        "gizlilik",
        "privacy",
        text("template", "Who can read my letter?"),
        text(
            "template",
            "Hello {first_name}, the support desk does not see your letter. Its text is erased from our system once the"
            " print room has it. The whole privacy policy is behind /privacy.",
        ),
    ),
    Shipped(
        "ozur",
        "apology",
        text("template", "A complaint"),
        text(
            "template",
            "Hello {first_name}, you are right, this is not the care we want to give, and we are sorry. Thank you for"
            " telling us. We are looking into what happened and will write to you here.",
        ),
    ),
    Shipped(
        "bekle",
        "wait",
        text("template", "It has to be looked into"),
        text(
            "template",
            "Hello {first_name}, we have read your question and are looking into it. You do not need to write again; we"
            " will answer here.",
        ),
    ),
    Shipped(
        "tesekkur",
        "thanks",
        text("template", "Thank you"),
        text(
            "template",
            "Hello {first_name}, thank you for your kind words. We are glad that your letter is in good hands.",
        ),
    ),
    Shipped(
        "kapsam",
        "scope",
        text("template", "Nothing we can help with"),
        text(
            "template",
            "Hello {first_name}, we would have liked to help, but this is outside what we do: we print letters and post"
            " them. For everything about a letter we are here.",
        ),
    ),
    Shipped(
        "uslup",
        "tone",
        text("template", "Abusive language"),
        text(
            "template",
            "Hello {first_name}, we want to help, and we ask for courteous words. If the insults go on, we will have to"
            " close this conversation. Would you tell us once more what we can do about your letter?",
        ),
    ),
)

SHIPPED: Final[Mapping[str, Shipped]] = {row.code: row for row in _ROWS}
