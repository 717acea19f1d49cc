"""What is said about a data subject's request: to the person as their written answer, to the staff as a dry run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from flows.core.retention_notice import Days, Retained
from flows.desk.requests.table import UNFINISHED, DataRequest, Kind, RequestVerdict, State
from flows.words.dates import today_in_istanbul
from flows.words.text import Count, Lines, Text, Verbatim, text

__all__ = [
    "ARTICLES",
    "COMPLAINT",
    "DATA",
    "KINDS",
    "STATES",
    "UNDECIDED",
    "VERDICTS",
    "answer",
    "counted",
    "dated",
    "held",
    "kept_lines",
    "line",
    "nothing_linked",
    "postponed",
    "refusal",
    "time_left",
]

DATA: Mapping[str, Text] = {
    "account": text("request", "account: chat address, name, telephone, e-mail, saved addressees, settings"),
    "conversation": text("request", "the open conversation and its answers"),
    "letters": text("request", "drafts and previews of letters"),
    "prints": text("request", "letters in the print queue"),
    "work": text("request", "tasks in the queue"),
    "messages": text("request", "messages that are not sent yet"),
    "tickets": text("request", "support messages"),
    "errands": text("request", "answers of the support desk on their way, and whether it takes messages"),
    "openings": text("request", "openings of a letter, for a legal order or a technical fault"),
    "callbacks": text("request", "messages of the payment institution"),
    "payment_pages": text("request", "the link between an order and a payment page that is still open"),
    "addressees": text("request", "names and addresses of addressees"),
    "tracking": text("request", "tracking numbers and scans of sent letters"),
    "orders": text("request", "orders"),
    "contracts": text("request", "accepted contracts with name and address"),
    "invoices": text("request", "invoices with name and address, payment references"),
    "consents": text("request", "proofs of notice and consent"),
    "requests": text("request", "this request and its answer"),
    "access_log": text("request", "the log of accesses, without a name"),
    "keys": text("request", "keys of the sealed data"),
}
"""A name for every row of storage.rights.personal_data."""

ARTICLES: Mapping[str, Text] = {
    "payment_pages": text("request", "Code of Obligations m.77: what is paid there by mistake is given back to you"),
    "tracking": text("request", "Distance Contracts By-law m.20; only to prove the delivery"),
    "orders": text("request", "Distance Contracts By-law m.20"),
    "contracts": text("request", "Distance Contracts By-law m.20"),
    "invoices": text("request", "Turkish Commercial Code m.82/5, Tax Procedure Law m.253"),
    "consents": text("request", "KVKK m.12: proof of your notice and consent"),
    "requests": text("request", "By-Law on the Erasure, Destruction or Anonymisation of Personal Data m.7, KVKK m.13"),
    "access_log": text("request", "KVKK m.12"),
}
"""The law by which a datum outlives an erasure; the operator's counsel confirms."""

KINDS: Mapping[Kind, Text] = {
    Kind.ACCESS: text("request", "access"),
    Kind.CORRECTION: text("request", "correction"),
    Kind.ERASURE: text("request", "erasure"),
    Kind.OBJECTION: text("request", "objection"),
}
STATES: Mapping[State, Text] = {
    State.OPEN: text("request", "open"),
    State.PROPOSED: text("request", "waiting for a second admin"),
    State.CONFIRMED: text("request", "confirmed, waiting for what has to end first"),
    State.EXECUTING: text("request", "being carried out"),
    State.DONE: text("request", "answered"),
    State.REFUSED: text("request", "refused"),
    State.WITHDRAWN: text("request", "withdrawn"),
}

# To the person --------------------------------------------------------------------------------------------------------

COMPLAINT: Text = text(
    "rights",
    "If this answer does not satisfy you, you can complain to the Personal Data Protection Board within 30 days of it,"
    " and within 60 days of your request at the latest (KVKK m.14).",
)

_ANSWERS: Mapping[Kind, Text] = {
    Kind.ACCESS: text("rights", "Your request {number}: everything we hold about you is in these two files."),
    Kind.CORRECTION: text(
        "rights",
        "Your request {number}: you can change your name, telephone and e-mail yourself at any time in /settings; what"
        " you wrote to us about has been looked at and put right.",
    ),
    Kind.ERASURE: text(
        "rights",
        "Your request {number} has been carried out. We have erased your account, your drafts, your messages and the"
        " names and addresses of your addressees. Once this message has reached you, the address of your chat and the"
        " key of your data go as well. The copy in your chat remains; you may delete the chat.",
    ),
    Kind.OBJECTION: text(
        "rights",
        "Your request {number}: your objection is on record; no letter will be sent to this person at this address any"
        " more.",
    ),
}
NOTHING_KEPT: Text = text("rights", "No law keeps anything else about you.")
KEPT: Text = text("rights", "The law keeps these, under lock, for no other purpose:")


def kept_lines(kept: Iterable[Retained]) -> tuple[Text, ...]:
    """One line for each datum that a law keeps: what, until when, by which article."""
    return tuple(
        text(
            "rights",
            "· {datum}: until {until} ({article})",
            datum=DATA[one.datum],
            until=one.until,
            article=ARTICLES[one.datum],
        )
        for one in kept
    )


def dated(days: Days | None) -> tuple[Text, ...]:
    """The days of the request and of its answer; none of an answer that was on its way before they were kept."""
    if days is None:
        return ()
    said = text(
        "rights",
        "Date of your request: {asked}. Date of this answer: {answered}.",
        asked=days.asked,
        answered=days.answered,
    )
    return (said,)


def answer(kind: Kind, number: int, kept: tuple[Retained, ...], days: Days | None = None) -> Lines:
    """The written answer: what was done, what the law keeps until when, where one can complain (KVKK m.13, m.14)."""
    done = replace(_ANSWERS[kind], values={"number": number})
    remains = (KEPT, *kept_lines(kept)) if kept else (NOTHING_KEPT,)
    return Lines((done, *(remains if kind is Kind.ERASURE else ()), *dated(days), COMPLAINT))


def nothing_linked(kind: Kind, number: int, days: Days | None = None) -> Lines:
    """The written answer to somebody who is no sender: nothing could be found that is linked to them."""
    unknown = text("rights", "Your request {number}: we hold nothing that could be linked to you.", number=number)
    done = replace(_ANSWERS[kind], values={"number": number}) if kind is Kind.OBJECTION else unknown
    return Lines((done, *dated(days), COMPLAINT))


def postponed(orders: Iterable[str], until: date, again: int) -> Text:
    """The reason where an order is still on its way on the last day."""
    return text(
        "rights",
        "These orders are still on their way, and we need your data for them: {orders}. They end on {until} at the"
        " latest. You need not ask again: a new request is recorded for you, and your data are erased as soon as they"
        " have ended. Its number: {again}.",
        orders=", ".join(orders),
        until=until,
        again=again,
    )


UNDECIDED: Text = text(
    "rights",
    "We are sorry: we could not look at your request within the 30 days of the law, so nothing was changed. Please ask"
    " once more; in this chat you can do that with /mydata and /erase.",
)


def refusal(number: int, reason: str | Text, article: str, days: Days | None = None) -> Lines:
    """A reasoned refusal, in writing (KVKK m.13/3)."""
    return Lines(
        (
            text(
                "rights",
                "Your request {number} could not be accepted.\nThe reason: {reason}\nThe article: {article}",
                number=number,
                reason=reason if isinstance(reason, Text) else Verbatim(reason),
                article=Verbatim(article),
            ),
            *dated(days),
            COMPLAINT,
        )
    )


# To the staff ---------------------------------------------------------------------------------------------------------

VERDICTS: Mapping[RequestVerdict, Text] = {
    RequestVerdict.CHOSEN: text("request", "Noted: this is what becomes of the letter."),
    RequestVerdict.CONFIRMED: text("request", "Confirmed. It is carried out as soon as nothing has to end first."),
    RequestVerdict.ALONE: text("request", "Confirmed by the only admin, a day after the dry run; that is on record."),
    RequestVerdict.DRY_RUN_FIRST: text("request", "Look at the dry run first."),
    RequestVerdict.ANOTHER: text(
        "request", "Another admin has to confirm this; nobody approves what they began themselves."
    ),
    RequestVerdict.WRITTEN_DOWN: text(
        "request",
        "You wrote this request down yourself, so another admin has to confirm it. If there is only one other, look at"
        " the dry run yourself (/dsr_apply and its number): then it is theirs to confirm.",
    ),
    RequestVerdict.TOO_EARLY: text("request", "As the only admin you can confirm 24 hours after the dry run."),
    RequestVerdict.OWN: text("request", "This request is about you: another admin has to confirm it."),
    RequestVerdict.REFUSED: text(
        "request", "Refused; the person is told the reason, the article and where they can complain."
    ),
    RequestVerdict.TOO_LATE: text("request", "It is being carried out or done already."),
    RequestVerdict.CLOSED: text("request", "This request is closed."),
    RequestVerdict.NOTHING: text("request", "It is confirmed already."),
}
"""How a command about a request was answered."""


def line(request: DataRequest, today: date) -> Text:
    """One request in a list, without a name."""
    return text(
        "request",
        "{number} · {kind} · {state} · {time}",
        number=request.number,
        kind=KINDS[request.kind],
        state=STATES[request.state],
        time=time_left(request, today),
    )


def time_left(request: DataRequest, today: date) -> Text:
    """How many days are left to answer it, or how many it is late; of one that is closed, when that was."""
    left = (request.due - today).days
    if request.state not in UNFINISHED:
        if request.closed_at is None:  # before the day was kept
            return text("request", "closed")
        return text("request", "closed on {day}", day=today_in_istanbul(request.closed_at))
    if left < 0:
        return text("request", "was due {due} · days late: {late}", due=request.due, late=Count(-left))
    return text("request", "due {due} · days left: {left}", due=request.due, left=Count(left))


def counted(counts: Iterable[tuple[str, int]], kept: Iterable[Retained]) -> Lines:
    """A dry run: how much of each kind there is, and what becomes of it."""
    keeps = {one.datum: one for one in kept}
    rows: list[Text] = []
    for name, number in counts:
        if name in keeps:
            rows.append(
                text(
                    "request",
                    "· {datum}: {n}, kept until {until} ({article})",
                    datum=DATA[name],
                    n=Count(number),
                    until=keeps[name].until,
                    article=ARTICLES[name],
                )
            )
        elif number:
            rows.append(text("request", "· {datum}: {n}, erased", datum=DATA[name], n=Count(number)))
    return Lines(tuple(rows) or (text("request", "· nothing is held"),))


def held(counts: Iterable[tuple[str, int]]) -> Lines:
    """How much of each kind there is."""
    rows = (text("request", "· {datum}: {n}", datum=DATA[name], n=Count(number)) for name, number in counts if number)
    return Lines(tuple(rows) or (text("request", "· nothing is held"),))
