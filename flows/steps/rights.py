"""A data subject's own requests: /verilerim (access) and /sil (erasure), each with a number (KVKK m.11, m.13)."""

from flows.effects import OpenRequest, Reply
from flows.events import ButtonTapped, RequestOpened
from flows.step import Forward, Here, Move, Stay, Step, button
from flows.text import Text, text

KINDS = {"mydata": "access", "erase": "erasure"}


def ask_mydata(here: Here) -> Reply:
    return Reply(
        text(
            "rights",
            "You can ask for a copy of everything we hold about you. We open a numbered request and answer it here,"
            " within 30 days at the latest, free of charge.",
        ),
        ((button("rights", "Yes, I want my data", "request"), button("support", "Never mind", "close")),),
    )


def ask_erase(here: Here) -> Reply:
    return Reply(
        text(
            "rights",
            "You can ask us to erase your data. We open a numbered request, answer it within 30 days at the latest and"
            " tell you in writing what is erased, what the law keeps, and until when. If a letter is not printed yet,"
            " you can cancel it first; a letter that is being printed is finished first.",
        ),
        ((button("rights", "Yes, erase my data", "request"), button("support", "Never mind", "close")),),
    )


def take_request(here: Here, tap: ButtonTapped) -> Move:
    return Stay(effects=(OpenRequest(KINDS[here.standing.aside]),), silent=True)


def take_opened(here: Here, opened: RequestOpened) -> Move:
    return Forward(say=told(opened))


def told(opened: RequestOpened) -> Text:
    if opened.again:
        return text(
            "rights",
            "Your earlier request is still open, it keeps its number: {number}. Latest date of the answer: {due}.",
            number=opened.number,
            due=opened.due,
        )
    return text(
        "rights",
        "Your request is recorded. Its number: {number}. Latest date of the answer: {due}. One of us will look at"
        " it; for now your data stay as they are.",
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
ERASE = _step("erase", ask_erase, text("rights", "Please tap one of the two buttons."))
