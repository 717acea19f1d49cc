"""An agent's answer to a sender: sent at once, or held where a colleague has just answered; never changed later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flows.core.effects import Button, Effect, Toast
from flows.core.events import InvoiceCopied, TicketAnswered
from flows.core.state import Turn
from flows.desk.base.effects import EVERYBODY, DropButtons, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.roles import Role
from flows.desk.base.turns import does
from flows.desk.base.wording import named
from flows.desk.support.effects import CountTemplates, DropHeld, FetchPicture, KeepAnswer, SendHeld
from flows.desk.support.template_store import Used
from flows.desk.support.ticket import CAPTION, LONGEST, Ticket, TicketFacts, by, logged
from flows.invoice.document import numbers_in
from flows.words.text import Lines, Text, Verbatim, text, units

__all__ = ["answer", "drop_held", "edited", "not_an_answer", "not_in_words", "send_held"]

INVOICE: Final = "fatura"
"""The code of the template that sends the copy of an invoice."""
DECIDED: Final = text("ticket", "This has been decided already.")
CLOSED_MEANWHILE: Final = text("ticket", "The ticket was closed meanwhile, so these words were not sent.")
WITH_PICTURE: Final = text("ticket", "(a picture)")
FRESH: Final = timedelta(minutes=30)
"""So long another agent's answer is news to whoever answers after them; then two answers are no accident."""


def answer(asked: Asked, facts: TicketFacts, ticket: Ticket, template: str = "") -> Turn[None]:
    """template: the label of those the words were made of."""
    words = facts.words.strip()
    if facts.other:
        return does(Say(_whose(asked, ticket, facts.other), reply_to=asked.message))
    refused = _unanswerable(asked, ticket, words, asked.picture)
    if refused is not None:
        return does(Say(refused, reply_to=asked.message))
    assert asked.moment is not None
    mark, at = asked.moment.fresh, asked.moment.at
    other = ticket.answered_by
    if other and other.handle != asked.who.handle and ticket.answered_at and at - ticket.answered_at < FRESH:
        held = KeepAnswer(ticket.number, words, asked.message, mark, True, template, asked.picture, asked.here)
        return does(held, _asks_again(asked, ticket, mark))
    return does(
        KeepAnswer(
            ticket.number, words, asked.message, mark, template=template, file=asked.picture_id, here=asked.here
        ),
        *_sent(asked, ticket, _Answer(words, mark, asked.picture, asked.message, template)),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What goes to the sender: words, and a picture (`file`) as the staff's messenger calls it; `message` held it."""

    words: str
    mark: str
    file: str
    message: int
    template: str = ""


def _whose(asked: Asked, ticket: Ticket, other: int) -> Text:
    """ "/y 41 …" in the topic of another ticket: nobody's answer goes to somebody else by a slip."""
    reply = named(asked, "y", "reply")
    return text(
        "ticket",
        "Which of two tickets do you mean? Your words begin with the number of another one, so nothing was sent. With"
        " its sign it is certain: {this} or {other}",
        this=f"{reply} #{ticket.number} …",
        other=f"{reply} #{other} …",
    )


def _unanswerable(asked: Asked, ticket: Ticket, words: str, picture: str = "") -> Text | None:
    if not ticket.open:
        return text(
            "ticket",
            "Ticket {number} is closed, so nothing was sent. Open it again with {command}, then send your answer once"
            " more.",
            number=ticket.number,
            command=f"{named(asked, 'yeniden_ac', 'reopen')} {ticket.number}",
        )
    if not words and not picture:
        return text(
            "ticket",
            "There are no words in your answer, so nothing was sent. Example: {example}",
            example=f"{named(asked, 'y', 'reply')} {ticket.number} …",
        )
    limit = CAPTION if picture else LONGEST
    if (long := units(words)) > limit:
        return text(
            "ticket",
            "Your answer is too long and was not sent: {n} characters, at most {limit} fit. Please send it in two"
            " parts.",
            n=long,
            limit=limit,
        )
    return None


def _asks_again(asked: Asked, ticket: Ticket, mark: str) -> Say:
    assert ticket.answered_by is not None and ticket.answered_at is not None
    said = text(
        "ticket",
        "#{number} · {other} has answered this already ({at}). Your words were not sent yet. Send them as well?",
        number=ticket.number,
        other=Verbatim(ticket.answered_by.name),
        at=ticket.answered_at,
    )
    yes = Button(text("ticket", "Send as well"), "also", f"{ticket.number}.{mark}")
    no = Button(text("ticket", "Do not send"), "drop", f"{ticket.number}.{mark}")
    return Say(said, buttons=((yes, no),), reply_to=asked.message)


def _sent(asked: Asked, ticket: Ticket, answer: _Answer) -> tuple[Effect, ...]:
    """The answer is on its way: to the sender as a desk event, to the colleagues in the topic."""
    effects: list[Effect] = [Toast(asked.tap)] if asked.tap else []
    if answer.file:
        where = (asked.here, answer.message)
        goes: Effect = FetchPicture(ticket.number, ticket.person, answer.mark, answer.file, answer.words, *where)
    else:
        goes = TellSender(ticket.person, TicketAnswered(ticket.number, answer.words))
    effects += [goes, *_copies(ticket, answer), logged("answer_ticket", ticket)]
    effects.append(Say(_on_its_way(ticket), reply_to=0 if asked.tap else asked.message))
    if ticket.desk != asked.here:
        seen = text(
            "ticket",
            "#{number} · {by} has answered:\n{words}",
            number=ticket.number,
            by=by(asked),
            words=WITH_PICTURE if answer.file and not answer.words else Verbatim(answer.words),
        )
        effects.append(Say(seen, to=ticket.desk or EVERYBODY, about=(ticket.number,)))
    return tuple(effects)


def _copies(ticket: Ticket, answer: _Answer) -> list[Effect]:
    """The template about the invoice brings the one that its words name; it is the sender's own, or none is sent."""
    about = any(one.code == INVOICE for one in Used.of(answer.template))
    numbers = numbers_in(answer.words) if about else ()
    return [TellSender(ticket.person, InvoiceCopied(number)) for number in numbers[:1]]


def _on_its_way(ticket: Ticket) -> Text:
    if ticket.unreachable:
        return text(
            "ticket",
            "The sender has blocked the bot, or is gone: your answer waits, and is delivered only if they come back."
            " Ticket: {number}",
            number=ticket.number,
        )
    return text("ticket", "On its way to the sender. Ticket: {number}", number=ticket.number)


def send_held(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    held = facts.held
    if held is None:
        thrown_away = not ticket.open and not facts.sent
        return does(Toast(asked.tap, CLOSED_MEANWHILE if thrown_away else DECIDED), DropButtons())
    if held.agent != asked.who.handle:
        return does(Toast(asked.tap, text("ticket", "Only whoever wrote these words can send them.")))
    refused = _unanswerable(asked, ticket, held.words, held.file)
    if refused is not None:
        return does(Toast(asked.tap), Say(refused))
    sent = _sent(asked, ticket, _Answer(held.words, held.mark, held.file, held.message, held.template))
    counts = [CountTemplates(Used.of(held.template))] if held.template else []
    return does(SendHeld(ticket.number, held.mark), DropButtons(), *counts, *sent)


def drop_held(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    held = facts.held
    if held is None:
        return does(Toast(asked.tap, DECIDED), DropButtons())
    if held.agent != asked.who.handle:
        return does(Toast(asked.tap, text("ticket", "Only whoever wrote these words can send them.")))
    dropped = Toast(asked.tap, text("ticket", "Not sent."))
    return does(DropHeld(ticket.number, held.mark), DropButtons(), dropped)


def edited(asked: Asked, facts: TicketFacts) -> Turn[None]:
    """An edit of an answer. Edits of anything else are internal talk, and one that changes nothing is none: Telegram
    tells of it after a reaction, for instance (tdlib/telegram-bot-api#388, #773)."""
    if not facts.was_answer:
        return does()
    said = text(
        "ticket",
        "An answer that was sent cannot be changed: the sender still reads the first words. Please send a correction as"
        " a new answer.",
    )
    return does(Say(said, reply_to=asked.message))


def not_an_answer(asked: Asked, facts: TicketFacts) -> Turn[None]:
    """A reply to one of the bot's messages that no ticket stands on."""
    said = text(
        "ticket",
        "This was not sent to anybody. To answer a sender, reply to a message that begins with the ticket's number, or"
        " write: {example}",
        example=f"{named(asked, 'y', 'reply')} 41 …",
    )
    if not asked.file or Role.ADMIN not in asked.roles:
        return does(Say(said, reply_to=asked.message))
    print_room = text(
        "ticket",
        "If it is a file of the print room, send it again with {count} or {scans} as its caption.",
        count=named(asked, "mutabakat", "reconcile"),
        scans=named(asked, "tepsi", "tray"),
    )
    return does(Say(Lines((said, print_room)), reply_to=asked.message))


def not_in_words(asked: Asked, facts: None) -> Turn[None]:
    """A voice message, a film and the like, sent as an answer, or a picture with a command that takes none."""
    said = text(
        "ticket",
        "Only words and pictures can be sent to senders, so nothing was sent. A picture is a photo, or a JPEG, PNG,"
        " WebP or HEIC file of at most 10 MB, as a reply or with {example} below it.",
        example=f"{named(asked, 'y', 'reply')} 41 …",
    )
    if not asked.file or Role.ADMIN not in asked.roles:
        return does(Say(said, reply_to=asked.message))
    print_room = text(
        "ticket",
        "If it is a file of the print room, send it again with {count} or {scans} as its caption.",
        count=named(asked, "mutabakat", "reconcile"),
        scans=named(asked, "tepsi", "tray"),
    )
    return does(Say(Lines((said, print_room)), reply_to=asked.message))
