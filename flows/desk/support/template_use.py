"""/t: an agent picks a reply, sees the exact text with recipient and order named, then sends, edits or drops it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flows.core.effects import Button, Toast
from flows.core.state import Order, Turn
from flows.desk.base.effects import DropButtons
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, replies, reply
from flows.desk.base.wording import STATES, named
from flows.desk.support.effects import CountTemplates, KeepAnswer
from flows.desk.support.filling import Filled, Unfilled, fill, open_places, too_long
from flows.desk.support.placeholders import facts_of
from flows.desk.support.replies import answer
from flows.desk.support.template_command import Wish, named_ticket, picked
from flows.desk.support.template_command import wish as read_wish
from flows.desk.support.template_facts import Desk, TemplateTicket
from flows.desk.support.template_store import LANGUAGES, TemplateStore, Used, called, shown
from flows.desk.support.ticket import TicketFacts
from flows.order.number import written
from flows.words.text import Count, Lines, Text, Verbatim, text

__all__ = ["TAPS", "Preview", "named_ticket", "no_such", "preview", "take"]


@dataclass(frozen=True, slots=True)
class Preview:
    """One reply about to be sent: to whom, about which order, with which new day of delivery, and the words or what
    holds them back."""

    ticket: TemplateTicket
    order: Order | None
    codes: tuple[str, ...]
    day: date | None
    made: Filled | Unfilled

    @property
    def token(self) -> str:
        """What its buttons carry: enough to make it again, and a mark of exactly these words at this point in time."""
        seen = f"{self.ticket.answers}\0{self.made.words}".encode()
        return f"{picked(self.ticket, self.codes, self.order, self.day)}.{hashlib.sha256(seen).hexdigest()[:8]}"


# Reading what was asked -----------------------------------------------------------------------------------------------

SEND, EDIT, DROP, PICK = "tsend", "tedit", "tdrop", "tpick"
TAPS: Final = (SEND, EDIT, DROP, PICK)
"""Actions of the buttons below."""
CALLBACK: Final = 64 - len(SEND) - 2
"""Bytes a button's value has (Bot API, InlineKeyboardButton: 64 with action and two colons)."""
MOST, SHOWN = 3, 9


# Deciding -------------------------------------------------------------------------------------------------------------

PUT_AWAY: Final = text("template", "The preview is put away; nothing is sent from here.")
"""Of what a colleague may have sent at the same moment it says nothing."""
SENT_ALREADY: Final = text("template", "These words have gone to the sender already; they were not sent a second time.")
GONE: Final = text("template", "The sender of this ticket is not with us any more, so nothing was sent.")


def take(asked: Asked, desk: Desk) -> Turn[None]:
    """The answer to /t and to its buttons. A preview is decided when it was sent, dropped or shown anew."""
    ticket = desk.ticket
    if asked.action == DROP:
        return replies(asked, PUT_AWAY).plus([DropButtons()])
    if ticket is None:
        example = f"{named(asked, 't', 'use')} #12 {called('nerede', asked.language)}"
        return replies(
            asked, text("template", "Which question is it? Write it in its topic, or name it: {it}", it=example)
        )
    if not ticket.open:
        return replies(
            asked,
            text("template", "Question #{number} is closed. It has to be opened again first.", number=ticket.number),
        )
    wish = read_wish(asked)
    order = _order(ticket, wish.order)
    if isinstance(order, Text):
        return replies(asked, order)
    codes: list[str] = []
    for typed in wish.codes:
        code = desk.templates.find(typed)
        if code is None:
            return replies(asked, no_such(asked, typed, desk.templates))
        codes.append(code)
    if not codes:
        return _choice(asked, desk, ticket, order)
    turn = _answer(asked, desk, preview(asked, desk, ticket, order, codes, wish.day), wish)
    return turn.plus([DropButtons()]) if asked.action == SEND else turn


def preview(
    asked: Asked,
    desk: Desk,
    ticket: TemplateTicket,
    order: Order | None,
    codes: Sequence[str],
    day: date | None = None,
) -> Preview:
    """The reply as it would be sent now. day: the new one of delivery."""
    assert asked.operator is not None
    facts = facts_of(
        ticket.language,
        ticket.first_name,
        order,
        ticket.requests,
        operator=asked.operator,
        at=asked.at,
        new_day=day,
        invoice=ticket.invoice_of(order),
    )
    made = fill(desk.templates, codes, facts, asked.speak, asked.language)
    return Preview(ticket, order, tuple(dict.fromkeys(codes)), day, made)


def _order(ticket: TemplateTicket, number: int) -> Order | Text | None:
    """The order named; the only one there is; None where there are several or none."""
    if not number:
        return ticket.orders[0] if len(ticket.orders) == 1 else None
    found = next((one for one in ticket.orders if one.number == written(number)), None)
    theirs = Verbatim(", ".join(one.number for one in ticket.orders) or "–")
    wrong = text(
        "template",
        "{order} is not an order of this sender. Their orders: {theirs}",
        order=written(number),
        theirs=theirs,
    )
    return found or wrong


def no_such(asked: Asked, typed: str, templates: TemplateStore) -> Text:
    """An unknown code, with the nearest one."""
    meant = called(templates.nearest(typed), asked.language)
    return text(
        "template",
        "There is no such template: {typed}\nDid you mean this one? {code}\nSearch: {search}",
        typed=Verbatim(typed[:40]),
        code=meant,
        search=f"{named(asked, 'sablon ara', 'template search')} {meant[:4]}",
    )


def _shows(asked: Asked, ticket: TemplateTicket, said: Text | Lines, *rows: Sequence[Button]) -> Turn[None]:
    """Something of the sender's is to be seen in it."""
    return does(reply(asked, said, tuple(map(tuple, rows)), (ticket.number,)))


def _choice(asked: Asked, desk: Desk, ticket: TemplateTicket, order: Order | None) -> Turn[None]:
    """/t alone: the sender's orders if there are several, and the templates most used that could be sent now."""
    if order is None and len(ticket.orders) > 1:
        return _which_order(asked, ticket, (), None)
    usual = sorted(desk.templates.codes(), key=lambda code: -desk.templates.used(code))
    ready = [code for code in usual if _ready(preview(asked, desk, ticket, order, [code]).made)][:SHOWN]
    keys = [
        Button(text("template", "{code}", code=called(code, asked.language)), PICK, picked(ticket, [code], order))
        for code in ready
    ]
    said = text("template", "{head}\nWhich reply? All of them: /template", head=_head(ticket, order))
    return _shows(asked, ticket, said, *(keys[at : at + 3] for at in range(0, len(keys), 3)))


def _ready(made: Filled | Unfilled) -> bool:
    """It can be sent, or wants nothing but a new day: tapped, it says how that is given."""
    return isinstance(made, Filled) or made.only_a_day


def _which_order(asked: Asked, ticket: TemplateTicket, codes: Sequence[str], day: date | None) -> Turn[None]:
    keys = [
        Button(
            text("template", "{order} · {state}", order=one.number, state=STATES[one.state]),
            PICK,
            picked(ticket, codes, one, day),
        )
        for one in ticket.orders[-SHOWN:]
    ]
    said = text("template", "{head}\nWhich order is it about?", head=_head(ticket, None))
    return _shows(asked, ticket, said, *([key] for key in keys))


def _answer(asked: Asked, desk: Desk, seen: Preview, wish: Wish) -> Turn[None]:
    used = seen.made.used
    if wish.edited is not None:
        wrong = _unfinished(wish.edited)
        return replies(asked, wrong) if wrong else _sent(asked, desk, wish.edited, used, "*")
    if len(seen.codes) > MOST or len(seen.token) > CALLBACK:
        many = text("template", "Too many templates for one answer: join fewer, at most {n}.", n=Count(MOST))
        return replies(asked, many)
    if asked.action == EDIT:
        return _to_edit(asked, seen)
    if isinstance(seen.made, Unfilled):
        if seen.made.names and len(seen.ticket.orders) > 1 and seen.order is None:
            return _which_order(asked, seen.ticket, seen.codes, seen.day)
        return _held_back(asked, seen, seen.made)
    if asked.action == SEND and seen.token.rpartition(".")[2] == wish.mark:
        return _sent(asked, desk, seen.made.words, used)
    if asked.action == SEND and _sent_just_now(seen, wish.mark):
        return does(Toast(asked.tap, SENT_ALREADY))
    return _shown(asked, seen)


def _sent_just_now(seen: Preview, mark: str) -> bool:
    """Whether the newest answer is this very preview: its button was tapped twice."""
    before = replace(seen, ticket=replace(seen.ticket, answers=seen.ticket.answers - 1))
    label = " ".join(one.label for one in seen.made.used)
    return before.token.rpartition(".")[2] == mark and seen.ticket.last == label


def _shown(asked: Asked, seen: Preview) -> Turn[None]:
    words = text("template", "{head}\n\n{words}", head=_head(seen.ticket, seen.order), words=Verbatim(seen.made.words))
    if asked.action == SEND:
        words = text(
            "template",
            "Meanwhile the order or the conversation has changed. Nothing was sent; please read it again.\n{preview}",
            preview=words,
        )
    return _shows(asked, seen.ticket, words, _keys(seen, SEND, EDIT, DROP))


def _held_back(asked: Asked, seen: Preview, made: Unfilled) -> Turn[None]:
    because = Lines(tuple(text("template", "· {reason}", reason=reason) for reason in made.because))
    head = _head(seen.ticket, seen.order)
    said = text("template", "{head}\nIt cannot be sent like this:\n{because}", head=head, because=because)
    return _shows(asked, seen.ticket, said, *([_keys(seen, EDIT, DROP)] if made.words else []))


def _to_edit(asked: Asked, seen: Preview) -> Turn[None]:
    """The draft as a command: copied, changed and sent, it is an answer."""
    about = [called(code, asked.language) for code in seen.codes] + ([seen.order.number] if seen.order else [])
    line = f"{named(asked, 't', 'use')} #{seen.ticket.number} {' '.join(about)}: {seen.made.words}"
    how = text("template", "Copy this, change the words after the colon and send it:")
    return _shows(asked, seen.ticket, Lines((how, Verbatim(line)), "\n\n"))


def _unfinished(words: str) -> Text | None:
    """Why words that an agent finished by hand cannot be sent."""
    if not words:
        return text("template", "The words are missing. After the colon comes what the sender will read.")
    if left := open_places(words):
        return text("template", "These places are still open: {names}", names=shown(left))
    return next(iter(too_long(words)), None)


def _sent(asked: Asked, desk: Desk, words: str, used: tuple[Used, ...], edited: str = "") -> Turn[None]:
    """It goes the way of every answer. The ticket remembers its label: "nerede/tr/0 gecikme/tr/2", with a star when it
    was edited; what is only held is counted when it goes (flows.desk.support.replies)."""
    if desk.about is None:
        return replies(asked, GONE)
    label = " ".join(one.label for one in used) + edited
    turn = answer(asked, TicketFacts(desk.about.number, words, desk.about), desk.about, label)
    goes = any(isinstance(one, KeepAnswer) and not one.held for one in turn.effects)
    return turn.plus([CountTemplates(used)] if goes else [])


def _head(ticket: TemplateTicket, order: Order | None) -> Text:
    return text(
        "template",
        "Question: #{ticket} · To: {name} · Order: {order} · Language: {language}",
        ticket=ticket.number,
        name=Verbatim(ticket.first_name or "–"),
        order=order.number if order else "–",
        language=LANGUAGES.get(ticket.language, Verbatim(ticket.language)),
    )


_LABELS: Final = {
    SEND: text("template", "Send"),
    EDIT: text("template", "Edit"),
    DROP: text("template", "Never mind"),
}


def _keys(seen: Preview, *actions: str) -> list[Button]:
    return [Button(_LABELS[action], action, seen.token) for action in actions]
