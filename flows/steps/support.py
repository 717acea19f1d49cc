"""A question to the support desk: the sender's own words become a ticket."""

from flows.effects import OpenTicket, Reply
from flows.events import CommandGiven, TextWritten, TicketOpened
from flows.step import Forward, Here, Move, Stay, Step, button
from flows.text import Text, text

NEVER_MIND = button("support", "Never mind", "close")


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "support",
            "How can we help? Please write your question in one message, without the text of your letter: nobody here"
            " reads it.",
        ),
        ((NEVER_MIND,),),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    return Stay(effects=(OpenTicket(said.text, said.message),), silent=True)


def given_at_once(here: Here, given: CommandGiven) -> Move | None:
    """``/destek where is my letter?`` needs no second message."""
    return Stay(effects=(OpenTicket(given.words, given.message),), silent=True) if given.words else None


def take_opened(here: Here, opened: TicketOpened) -> Move:
    return Forward(say=told(opened))


def told(opened: TicketOpened) -> Text:
    if opened.joined:
        return text(
            "support", "We have added your message to your open question. Its number: {number}.", number=opened.number
        )
    return text(
        "support",
        "We have your question. Its number: {number}. The answer will come into this chat.",
        number=opened.number,
    )


STEP = Step(
    name="support",
    ask=ask,
    accepts=text("support", "Please write your question in words, in one message, or tap “Never mind”."),
    on={TextWritten: take_text, TicketOpened: take_opened},
    taps={"close": lambda here, tap: Forward()},
    needed=lambda here: False,
    literal=True,
)
