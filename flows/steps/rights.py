"""A data subject's own requests: /verilerim (access) and /sil (erasure), each with a number (KVKK m.11, m.13)."""

from flows.core.effects import Button, OpenRequest, Reply
from flows.core.events import ButtonTapped, OrderEvent, RequestOpened
from flows.core.state import State
from flows.core.step import Forward, Here, Move, Stay, Step, button
from flows.desk.requests.order_endings import CHOOSABLE, ending
from flows.desk.requests.table import Choice
from flows.order.notifications import invoice_kept_until
from flows.words.text import Lines, Text, text

KINDS = {"mydata": "access", "erase": "erasure"}
NEVER_MIND = button("support", "Never mind", "close")
UNPAID = (State.LINKING, State.AWAITING, State.HELD)
UNDER_WAY = (State.DISPATCHED, State.ERASED, State.OVERDUE, State.PRINTED, State.REPOSTING, State.DESTROYING)
"""Nothing is to be chosen about these letters (flows.desk.requests.order_endings.CHOOSABLE)."""


def ask_mydata(here: Here) -> Reply:
    return Reply(
        text(
            "rights",
            "You can have a copy of everything we hold about you: a PDF to read and a JSON file, free of charge, in"
            " this chat only.",
        ),
        ((button("rights", "Yes, I want my data", "request"), NEVER_MIND),),
    )


def ask_erase(here: Here) -> Reply:
    """What happens is said first; of a paid letter that is not printed yet, the person decides."""
    said = text(
        "rights",
        "You can ask us to erase your data. We open a numbered request, answer it within 30 days at the latest and tell"
        " you in writing what is erased, what the law keeps, and until when. Until then you can take it back. If you"
        " want a copy of your data first: /mydata.",
    )
    if _any(here, *CHOOSABLE):
        choice = (
            (button("rights", "Stop my letter, refund, erase", "request", "stop"),),
            (button("rights", "Send my letter, then erase", "request", "send"),),
            (NEVER_MIND,),
        )
        queued = text(
            "rights", "Your paid letter is not printed yet: shall we stop it and refund you, or send it first?"
        )
        printing = text(
            "rights",
            "Your letter is on its way to the print room. If it is not there yet we can stop it and refund you; or we"
            " send it first.",
        )
        paid = queued if _any(here, State.QUEUED) else printing
        return Reply(Lines((said, *outlook(here), paid)), choice)
    yes = button("rights", "Yes, erase my data", "request")
    return Reply(Lines((said, *outlook(here))), ((yes, NEVER_MIND),))


def _any(here: Here, *states: State) -> bool:
    return any(order.state in states for order in here.standing.orders)


def outlook(here: Here) -> tuple[Text, ...]:
    """What goes now, what after the dispatch, and what the law keeps, for the orders there are."""
    told = [text("rights", "What goes: your account, drafts, messages, saved addressees and support tickets.")]
    if _any(here, *UNPAID):
        told.append(text("rights", "Orders that are not paid in full are cancelled; what was paid is refunded."))
    if _any(here, *UNDER_WAY):
        told.append(
            text("rights", "A letter that is being printed or posted goes its way first; its data go after it.")
        )
    if _any(here, State.RETURNED):
        told.append(text("rights", "A letter that came back to us is destroyed unopened."))
    paid = [order.paid_at for order in here.standing.orders if order.paid_at is not None]
    if paid:
        told.append(
            text(
                "rights",
                "What the law keeps: invoices until {until} (Turkish Commercial Code m.82/5), orders and contracts for"
                " 3 years (Distance Contracts By-law m.20).",
                until=invoice_kept_until(max(paid)),
            )
        )
    return tuple(told)


def take_request(here: Here, tap: ButtonTapped) -> Move:
    """A stop is a stop at this tap, whatever becomes of the request: meanwhile the letter would be printed."""
    stops = stopped(here) if tap.value == Choice.STOP else ()
    return Stay(effects=(OpenRequest(KINDS[here.standing.aside], tap.value),), stops=stops, silent=True)


def stopped(here: Here) -> tuple[OrderEvent, ...]:
    """What ends each paid letter that the print room does not have yet."""
    chosen = (
        (order.id, ending(order.state, Choice.STOP)) for order in here.standing.orders if order.state in CHOOSABLE
    )
    return tuple(end(order) for order, end in chosen if end is not None)


def take_opened(here: Here, opened: RequestOpened) -> Move:
    return Forward(effects=(recorded(here, opened),))


def recorded(here: Here, opened: RequestOpened) -> Reply:
    """The number, and the way back as long as there is one."""
    if opened.kind == "access":
        return Reply(told(opened))
    return Reply(told(opened), way_back(opened.number))


def way_back(number: int) -> tuple[tuple[Button, ...], ...]:
    return ((Button(text("rights", "Take the request back"), "withdraw", str(number), lasting=True),),)


def told(opened: RequestOpened) -> Text:
    if opened.again:
        return text(
            "rights",
            "Your earlier request is still open, it keeps its number: {number}. Latest date of the answer: {due}.",
            number=opened.number,
            due=opened.due,
        )
    if opened.kind == "access":
        return text(
            "rights",
            "Your request is recorded. Its number: {number}. The two files are being made and come into this chat;"
            " nobody else sees them.",
            number=opened.number,
        )
    return text(
        "rights",
        "Your request is recorded. Its number: {number}. Latest date of the answer: {due}. We check it before anything"
        " is erased; for now your data stay as they are.",
        number=opened.number,
        due=opened.due,
    )


def _step(name: str, ask: object, accepts: Text) -> Step:
    return Step(
        name=name,
        ask=ask,  # type: ignore[arg-type]
        accepts=accepts,
        on={RequestOpened: take_opened},
        taps={"request": take_request, "close": lambda here, tap: Forward()},
        needed=lambda here: False,
    )


MYDATA = _step("mydata", ask_mydata, text("rights", "Please tap one of the two buttons."))
ERASE = _step("erase", ask_erase, text("rights", "Please tap one of the buttons."))
