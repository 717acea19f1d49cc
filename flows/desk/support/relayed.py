"""What the staff reads of a ticket: the sender's own words under a heading, and the list of what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows.core.effects import Button, Effect
from flows.core.events import TicketClosed, TicketReminded
from flows.core.state import Turn
from flows.desk.base.effects import EVERYBODY, LogAccess, Say, TellSender, Topic
from flows.desk.base.request import Asked
from flows.desk.base.turns import does
from flows.desk.base.wording import LANGUAGES, STATES
from flows.desk.support.effects import CloseTicket, NoteTicket, WakeTicket
from flows.desk.support.ticket import CAPTION, LONGEST, Ticket
from flows.input.age import today_in_istanbul
from flows.words.split import split
from flows.words.text import Count, Lines, Text, Verbatim, plural, text, units

__all__ = [
    "CLOSE",
    "WARN",
    "Overview",
    "Words",
    "back",
    "closed_by_silence",
    "closed_unanswered",
    "heading",
    "overview",
    "relayed",
    "warned",
]

SHOWN: Final = 20  # tickets of the list: with their lines they are one message


@dataclass(frozen=True, slots=True)
class Words:
    """A message of the sender that the staff has not read. edited: it replaces one that was read. first: it opened the
    ticket. picture: one goes with it."""

    mark: str
    words: str
    edited: bool = False
    first: bool = False
    picture: bool = False


def heading(ticket: Ticket) -> str:
    """ "#41 · Işıl · MX000123": a topic's name, and the first line of what a reply can answer."""
    return " · ".join(part for part in (f"#{ticket.number}", ticket.first_name, ticket.order) if part)


def relayed(ticket: Ticket, said: Sequence[Words]) -> tuple[Effect, ...]:
    """Everything unread, in its order, as messages to the ticket's desk."""
    effects: list[Effect] = []
    for one in said:
        if one.first:
            effects.append(_card(ticket))
        effects += _said(ticket, one)
    return tuple(effects)


def _said(ticket: Ticket, one: Words) -> list[Say]:
    """Words longer than a caption follow their picture."""
    desk, number = ticket.desk or EVERYBODY, ticket.number
    parts = split(one.words, LONGEST)
    shown: list[Say] = []
    if one.picture:
        caption = parts.pop(0) if units(one.words) <= CAPTION else ""
        said = _under(ticket, caption, one.edited) if caption else _alone(ticket, one.edited)
        shown = [Say(said, to=desk, picture=one.mark, about=(number,), relays=number)]
    return shown + [Say(_under(ticket, part, one.edited), to=desk, about=(number,), relays=number) for part in parts]


def _alone(ticket: Ticket, edited: bool) -> Text | Lines:
    """Over a picture without words."""
    above = Verbatim(heading(ticket))
    if edited:
        return text("ticket", "{heading} · the sender has replaced the picture", heading=above)
    return Lines((above,))


def _under(ticket: Ticket, words: str, edited: bool) -> Text:
    above = Verbatim(heading(ticket))
    if edited:
        return text("ticket", "{heading} · the sender has corrected:\n\n{words}", heading=above, words=Verbatim(words))
    return text("ticket", "{heading}\n\n{words}", heading=above, words=Verbatim(words))


def _card(ticket: Ticket) -> Say:
    """What an agent may know besides the sender's own words; a reply to it is an answer too."""
    lines = [
        text("ticket", "{heading} · new question", heading=Verbatim(heading(ticket))),
        text(
            "ticket",
            "Language of the sender: {language}",
            language=LANGUAGES.get(ticket.language, Verbatim(ticket.language)),
        ),
    ]
    if ticket.state is not None:
        lines.append(text("ticket", "Order {order}: {state}", order=ticket.order, state=STATES[ticket.state]))
    return Say(Lines(tuple(lines)), to=ticket.desk or EVERYBODY, buttons=(_keys(ticket),), about=(ticket.number,))


# The list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """The open tickets, the longest silence of ours first, and figures of the last thirty days.

    waiting: how many wait for us. first_answer, resolution: medians, None without any. rating: mean stars times ten.
    """

    tickets: tuple[Ticket, ...]
    open: int
    waiting: int
    snoozed: int
    today: int
    days: int  # open for one to three days
    older: int
    first_answer: timedelta | None
    resolution: timedelta | None
    rating: int
    rated: int


def overview(asked: Asked, facts: Overview) -> Turn[None]:
    assert asked.moment is not None
    now = asked.moment.at
    if not facts.open:
        lines: list[Text] = [text("ticket", "No ticket is open.")]
    else:
        lines = [
            text(
                "ticket",
                "Open tickets: {n}. Waiting for us: {waiting}. Put aside: {snoozed}.",
                n=Count(facts.open),
                waiting=Count(facts.waiting),
                snoozed=Count(facts.snoozed),
            ),
            text(
                "ticket",
                "By age: today {today} · one to three days {days} · older {older}",
                today=Count(facts.today),
                days=Count(facts.days),
                older=Count(facts.older),
            ),
        ]
    rows = [_row(one, now) for one in facts.tickets[:SHOWN]]
    if facts.first_answer is not None:
        lines.append(
            text("ticket", "First answer, median of 30 days: {duration}", duration=_duration(facts.first_answer))
        )
    if facts.resolution is not None:
        lines.append(
            text(
                "ticket",
                "From question to closing, median of 30 days: {duration}",
                duration=_duration(facts.resolution),
            )
        )
    if facts.rated:
        lines.append(
            plural(
                "ticket",
                "Senders' stars in 30 days: {stars} of 5, from one answer",
                "Senders' stars in 30 days: {stars} of 5, from {n} answers",
                facts.rated,
                stars=_stars(facts.rating, asked.language),
            )
        )
    shown = tuple(one.number for one in facts.tickets[:SHOWN])
    return does(Say(Lines((*lines, *([Verbatim("")] if rows else []), *rows)), about=shown))


def _stars(tenths: int, language: str) -> str:
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest}" if language == "tr" else f"{whole}.{rest}"


def _row(ticket: Ticket, now: datetime) -> Text:
    who = ticket.answered_by
    if ticket.snoozed_until and ticket.snoozed_until > now:
        state = text("ticket", "put aside")
    elif who is not None:
        state = text("ticket", "waits for the sender")
    else:
        state = text("ticket", "waits for us")
    row = text(
        "ticket",
        "{heading} · {age} · {state}",
        heading=Verbatim(heading(ticket)),
        age=_duration(now - ticket.opened_at),
        state=state,
    )
    if ticket.assigned is None:
        return row
    return text("ticket", "{row} · {name}", row=row, name=Verbatim(ticket.assigned.name))


def _duration(span: timedelta) -> Text:
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        return text("ticket", "{n} min", n=minutes)
    if minutes < 48 * 60:
        return text("ticket", "{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return text("ticket", "{n} days", n=minutes // (24 * 60))


# The clock ------------------------------------------------------------------------------------------------------------

WARN, CLOSE = timedelta(days=6), timedelta(days=7)
"""A sender who is silent after our answer is told after six days, and the ticket closed after seven."""


def warned(ticket: Ticket, now: datetime) -> Turn[None]:
    day = today_in_istanbul(now + (CLOSE - WARN))
    return does(NoteTicket(ticket.number), TellSender(ticket.person, TicketReminded(ticket.number, day)))


def back(ticket: Ticket) -> Turn[None]:
    """Put aside until now: whoever took it on, or everybody, is reminded where it is talked about."""
    said = text(
        "ticket",
        "{heading} · its time has come: the ticket is on the table again.",
        heading=Verbatim(heading(ticket)),
    )
    row = text("ticket", "{row} · {name}", row=said, name=Verbatim(ticket.assigned.name)) if ticket.assigned else said
    to = ticket.desk or EVERYBODY
    return does(WakeTicket(ticket.number), Say(row, to=to, buttons=(_keys(ticket),), about=(ticket.number,)))


def _keys(ticket: Ticket) -> tuple[Button, Button]:
    mine = Button(text("ticket", "I take it on"), "mine", str(ticket.number))
    done = Button(text("ticket", "Close"), "close", str(ticket.number))
    return mine, done


def closed_unanswered(ticket: Ticket) -> Turn[None]:
    """Nobody has said anything for a month (storage.retention.latest_ends.TICKET)."""
    said = text("ticket", "#{number} · closed: it has not been answered for 30 days.", number=ticket.number)
    return does(
        CloseTicket(ticket.number),
        TellSender(ticket.person, TicketClosed(ticket.number, "unanswered")),
        LogAccess("close_ticket", ticket.person, str(ticket.number), "unanswered"),
        Say(said, to=ticket.desk or EVERYBODY),
        Topic(ticket.desk, "close"),
    )


def closed_by_silence(ticket: Ticket) -> Turn[None]:
    said = text("ticket", "#{number} · closed: nothing was heard of the sender for a week.", number=ticket.number)
    return does(
        CloseTicket(ticket.number),
        TellSender(ticket.person, TicketClosed(ticket.number, "silence")),
        LogAccess("close_ticket", ticket.person, str(ticket.number), "silence"),
        Say(said, to=ticket.desk or EVERYBODY),
        Topic(ticket.desk, "close"),
    )
