"""What an agent's commands and buttons do to a ticket: close, open again, take on, put aside, block its sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from flows.core.events import TicketClosed, TicketReopened
from flows.core.state import Turn
from flows.desk.base.effects import TellSender, Topic
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member
from flows.desk.base.turns import does, says
from flows.desk.base.wording import named, which_of
from flows.desk.support.effects import AssignTicket, BlockSender, CloseTicket, ReopenTicket, SnoozeTicket, UnblockSender
from flows.desk.support.replies import drop_held, send_held
from flows.desk.support.ticket import Take, Ticket, TicketFacts, about_a_ticket, by, logged, told
from flows.words.text import Text, Verbatim, text

__all__ = ["BUTTONS", "assign", "block", "close", "reopen", "snooze", "unblock"]

SNOOZED, BLOCKED, AT_MOST = 1, 7, 90  # days: if none are named, and the most


def close(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    if not ticket.open:
        return _closed_already(asked, ticket)
    said = text(
        "ticket",
        "#{number} · closed by {by}. The sender is asked how content they are.",
        number=ticket.number,
        by=by(asked),
    )
    return does(
        CloseTicket(ticket.number),
        TellSender(ticket.person, TicketClosed(ticket.number)),
        logged("close_ticket", ticket),
        *told(asked, ticket, said),
        Topic(ticket.desk, "close"),
    )


def _closed_already(asked: Asked, ticket: Ticket) -> Turn[None]:
    said = text("ticket", "Ticket {number} is closed already.", number=ticket.number)
    return does(*told(asked, replace(ticket, desk=asked.here), said))


def reopen(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    if ticket.open:
        return does(
            *told(
                asked,
                replace(ticket, desk=asked.here),
                text("ticket", "Ticket {number} is open already.", number=ticket.number),
            )
        )
    if facts.newer:  # their words would have two places to go
        said = text("ticket", "The sender has a newer open ticket: {number}. Please answer there.", number=facts.newer)
        return does(*told(asked, replace(ticket, desk=asked.here), said))
    said = text("ticket", "#{number} · opened again by {by}; the sender is told.", number=ticket.number, by=by(asked))
    return does(
        ReopenTicket(ticket.number),
        TellSender(ticket.person, TicketReopened(ticket.number)),
        logged("reopen_ticket", ticket),
        Topic(ticket.desk, "reopen"),
        *told(asked, ticket, said),
    )


def assign(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    """To whoever is named, by their name or Telegram id, else to oneself."""
    words = facts.words.strip()
    if facts.namesakes:
        return says(which_of(facts.namesakes))
    member = facts.member if words else Member(asked.who.handle, asked.name)
    if member is None:
        return says(
            text(
                "ticket",
                "Nobody of the staff has this name or id: {typed}. The list: {command}",
                typed=Verbatim(words[:40]),
                command=named(asked, "personel liste", "staff list"),
            )
        )
    said = text("ticket", "#{number} · taken on by: {name}", number=ticket.number, name=Verbatim(member.name))
    return does(AssignTicket(ticket.number, member.handle), logged("assign_ticket", ticket), *told(asked, ticket, said))


def snooze(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    assert asked.moment is not None
    if not ticket.open:  # opened again it would be put aside unseen
        return _closed_already(asked, ticket)
    days = _days(facts.words, SNOOZED)
    if days is None:
        return says(_how_many_days(asked, named(asked, "ertele", "snooze"), ticket))
    until = asked.moment.at + timedelta(days=days)
    said = text("ticket", "#{number} · put aside until: {until}", number=ticket.number, until=until)
    return does(SnoozeTicket(ticket.number, until), logged("snooze_ticket", ticket), *told(asked, ticket, said))


def block(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    """Abuse is kept away from the desk; orders, payments and data rights go on as before."""
    assert asked.moment is not None
    days = _days(facts.words, BLOCKED)
    if days is None:
        return says(_how_many_days(asked, named(asked, "engelle", "block"), ticket))
    until = asked.moment.at + timedelta(days=days)
    said = text(
        "ticket",
        "#{number} · the desk takes no messages of this sender until: {until}",
        number=ticket.number,
        until=until,
    )
    return does(BlockSender(ticket.person, until), logged("block_sender", ticket), *told(asked, ticket, said))


def unblock(asked: Asked, facts: TicketFacts, ticket: Ticket) -> Turn[None]:
    if not facts.blocked:
        return says(text("ticket", "The sender of ticket {number} is not blocked.", number=ticket.number))
    said = text("ticket", "#{number} · the desk takes this sender's messages again.", number=ticket.number)
    return does(UnblockSender(ticket.person), logged("unblock_sender", ticket), *told(asked, ticket, said))


def _days(words: str, usual: int) -> int | None:
    """Days after the command; None for what is no such number."""
    found = re.fullmatch(r"\s*(\d{1,3})?\s*(?:gün|gun|days?)?\s*", words.casefold())
    days = int(found[1]) if found and found[1] else usual
    return days if found and 1 <= days <= AT_MOST else None


def _how_many_days(asked: Asked, command: str, ticket: Ticket) -> Text:
    return text(
        "ticket",
        "For how many days? A number from 1 to {most}. Example: {example}",
        most=AT_MOST,
        example=f"{command} {ticket.number} 3",
    )


BUTTONS: Mapping[str, Take] = {
    "also": about_a_ticket(send_held),
    "drop": about_a_ticket(drop_held),
    "mine": about_a_ticket(assign),
    "close": about_a_ticket(close),
}
"""What a tapped button under one of our messages does; its value begins with the ticket's number."""
