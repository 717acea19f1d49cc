"""A question to the support desk: the sender's own words become a ticket, and what they add joins it."""

from collections.abc import Mapping
from dataclasses import replace

from flows.core.effects import Attachment, Button, EditTicket, OpenTicket, RateTicket, Reply, Toast
from flows.core.events import (
    ButtonTapped,
    CommandGiven,
    InvoiceCopied,
    TextEdited,
    TextWritten,
    TicketAnswered,
    TicketClosed,
    TicketEdited,
    TicketOpened,
    TicketRefused,
    TicketReminded,
    TicketReopened,
    TicketUnshown,
)
from flows.core.step import Forward, Here, Move, Open, Stay, Step, button
from flows.words.text import Lines, Text, Verbatim, text

NEVER_MIND = button("support", "Never mind", "close")
STARS = 5


def ask(here: Here) -> Reply:
    if here.profile.ticket:
        said = text(
            "support",
            "Your question {number} is open. Please write in one message what you want to add, without the text of your"
            " letter.",
            number=here.profile.ticket,
        )
    else:
        said = text(
            "support",
            "How can we help? Please write your question in one message, without the text of your letter: nobody here"
            " reads it.",
        )
    return Reply(said, ((NEVER_MIND,),))


def take_text(here: Here, said: TextWritten) -> Move:
    return Stay(effects=(OpenTicket(said.text, said.message),), silent=True)


def given_at_once(here: Here, given: CommandGiven) -> Move | None:
    """``/destek where is my letter?`` needs no second message."""
    return Stay(effects=(OpenTicket(given.words, given.message),), silent=True) if given.words else None


def corrected(words: str, edited: TextEdited) -> Move:
    return Stay(effects=(EditTicket(words, edited.message, edited.file),), silent=True)


def take_opened(here: Here, opened: TicketOpened) -> Move:
    return Forward(say=told(opened))


def take_refused(here: Here, refused: TicketRefused) -> Move:
    return Forward(say=refusal(refused))


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


def refusal(refused: TicketRefused) -> Text:
    if refused.because == "blocked":
        return text(
            "support",
            "The support desk takes no messages from this chat for now. From when it does again: {until}. Your orders"
            " and your data rights (/mydata, /erase) are not affected.",
            until=refused.until,
        )
    return text(
        "support",
        "Many messages have come in a short time; we are reading them. This one was not added. You can write again"
        " from: {until}",
        until=refused.until,
    )


def edited(found: TicketEdited) -> Text:
    if found.closed:
        return text(
            "support",
            "Your question {number} is closed, so the support desk does not see this correction. For a new question:"
            " /support",
            number=found.closed,
        )
    if found.later is not None:
        return text(
            "support",
            "Many messages have come in a short time; we are reading them. Your correction is kept, and the support"
            " desk sees the newest wording of your message from: {until}",
            until=found.later,
        )
    return text(
        "support", "The support desk sees your correction. The number of your question: {number}.", number=found.number
    )


# What the desk has decided --------------------------------------------------------------------------------------------


def answer_button(number: int) -> Button:
    return Button(text("support", "Reply"), "answer", str(number), lasting=True)


def answered(here: Here, answer: TicketAnswered) -> Reply:
    head = text("support", "The answer to your question {number}:", number=answer.number)
    said = Lines((head, Verbatim(answer.words)), by="\n\n") if answer.words else head
    shown = Attachment("picture", answer.picture) if answer.picture else None
    return Reply(said, ((answer_button(answer.number),),), attachment=shown, relays=answer.number)


def invoice_copy(here: Here, copied: InvoiceCopied) -> Reply:
    """A page of its own after the answer, drawn as it is sent and kept nowhere."""
    said = text("support", "The copy of your invoice {number} is attached.", number=copied.number)
    return Reply(said, attachment=Attachment("invoice", copied.number))


def unshown(here: Here, told: TicketUnshown) -> Reply:
    said = text(
        "support",
        "Your message to the support desk could not be shown there: Telegram did not take it. Could you please write it"
        " once more in other words, shorter or without special characters? The number of your question: {number}.",
        number=told.number,
    )
    return Reply(said, ((answer_button(told.number),),))


def reminded(here: Here, told: TicketReminded) -> Reply:
    said = text(
        "support",
        "We have answered your question {number} and wait for your word. If nothing is missing you need not do"
        " anything: we close it on {day}.",
        number=told.number,
        day=told.day,
    )
    return Reply(said, ((answer_button(told.number),),))


CLOSED: Mapping[str, Text] = {
    "done": text("support", "Your question {number} is closed."),
    "silence": text("support", "We have not heard from you for a week, so we have closed your question {number}."),
    "unanswered": text(
        "support",
        "We are sorry: we could not answer your question {number} within 30 days, so it is closed. Please write to us"
        " once more.",
    ),
}
"""Why a ticket was closed, as its sender reads it."""


def closed(here: Here, told: TicketClosed) -> Reply:
    said = replace(CLOSED.get(told.because, CLOSED["done"]), values={"number": told.number})
    asked = text(
        "support", "How content are you with our help? 1 is the lowest, 5 the highest. For a new question: /support"
    )
    stars = tuple(
        Button(text("support", "{stars} ★", stars=stars), "rate", f"{told.number}.{stars}", lasting=True)
        for stars in range(1, STARS + 1)
    )
    return Reply(Lines((said, asked)), (stars,))


def reopened(here: Here, told: TicketReopened) -> Reply:
    said = text("support", "Your question {number} is open again; we are looking into it.", number=told.number)
    return Reply(said, ((answer_button(told.number),),))


# Buttons that stay ----------------------------------------------------------------------------------------------------


def take_answer(here: Here, tap: ButtonTapped) -> Move:
    """To an open ticket or, where it was closed meanwhile, with a new question."""
    return Open(step="support")


def take_stars(here: Here, tap: ButtonTapped) -> Move:
    number, _, stars = tap.value.partition(".")
    if not (_digits(number) and _digits(stars) and 1 <= int(stars) <= STARS):
        return Stay(ask=True)
    thanks = Toast(tap.tap, text("support", "Thank you, we have noted it."))
    return Stay(effects=(thanks, RateTicket(int(number), int(stars))), silent=True)


def _digits(value: str) -> bool:
    """A number as storage can hold it; forged data may be anything."""
    return value.isascii() and value.isdigit() and len(value) < 16


STEP = Step(
    name="support",
    ask=ask,
    accepts=text("support", "Please write your question in words, in one message, or tap “Never mind”."),
    on={TextWritten: take_text, TicketOpened: take_opened, TicketRefused: take_refused},
    taps={"close": lambda here, tap: Forward()},
    needed=lambda here: False,
    literal=True,
    settled=True,
)
