"""/t: an agent picks a reply, sees the exact text with recipient and order named, then sends, edits or drops it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flows.desk.filling import Blocked, Filled, fill, open_places, too_long
from flows.desk.placeholders import TemplateFacts, facts_of
from flows.desk.shelf import LANGUAGES, Shelf, Used, shown
from flows.desk.template_desk import Answer, Asked, Desk, SendTemplate, Ticket
from flows.effects import Button
from flows.news import STATES
from flows.standing import Order
from flows.text import Count, Lines, Text, Verbatim, text
from flows.turkish import fold

__all__ = ["TAPS", "Preview", "named_ticket", "no_such", "preview", "take"]


@dataclass(frozen=True, slots=True)
class Preview:
    """One reply about to be sent: to whom, about which order, and the words or what holds them back."""

    ticket: Ticket
    order: Order | None
    codes: tuple[str, ...]
    made: Filled | Blocked

    @property
    def token(self) -> str:
        """What its buttons carry: enough to make it again, and a mark of exactly these words at this point in time."""
        seen = f"{self.ticket.answers}\0{self.made.words}".encode()
        number = self.order.number.removeprefix("MX").lstrip("0") if self.order else ""
        return f"{self.ticket.number}.{'+'.join(self.codes)}.{number}.{hashlib.sha256(seen).hexdigest()[:8]}"


# Reading what was asked -----------------------------------------------------------------------------------------------

SEND, EDIT, DROP, PICK = "tsend", "tedit", "tdrop", "tpick"
TAPS: Final = (SEND, EDIT, DROP, PICK)
"""Actions of the buttons below; each comes to `take` with its value in `words`."""
CALLBACK: Final = 64 - len(SEND) - 2
"""Bytes a button's value has (Bot API, InlineKeyboardButton: 64 with action and two colons)."""
MOST, SHOWN = 3, 9
ORDER: Final = re.compile(r"mx0*(\d{1,12})")
TICKET: Final = re.compile(r"#(\d{1,12})")
VALUE: Final = re.compile(r"^(\d{1,12})\.([a-z0-9+]*)\.(\d{0,12})(?:\.([0-9a-f]{8}))?$")
"""Of a button: question, codes, order, and the mark of the words it was shown under."""


@dataclass(frozen=True, slots=True)
class _Wish:
    codes: tuple[str, ...] = ()
    order: str = ""
    edited: str | None = None
    mark: str = ""


def named_ticket(asked: Asked) -> int | None:
    """The question named in the words or by the button; None where the topic it is asked in must say it."""
    pattern, place = (VALUE, asked.words) if asked.action else (TICKET, asked.words.partition(":")[0])
    found = pattern.search(place)
    return int(found[1]) if found else None


def _wish(asked: Asked) -> _Wish:
    if asked.action:  # what a client sends need not be what a button carried
        found = VALUE.fullmatch(asked.words)
        return (
            _Wish(tuple(found[2].split("+")) if found[2] else (), found[3], mark=found[4] or "") if found else _Wish()
        )
    head, colon, edited = asked.words.partition(":")
    words = [word for word in head.replace(",", " ").replace("+", " ").split() if not TICKET.fullmatch(word)]
    orders = [found[1] for word in words if (found := ORDER.fullmatch(fold(word)))]
    codes = tuple(word for word in words if not ORDER.fullmatch(fold(word)))
    return _Wish(codes, orders[-1] if orders else "", edited.strip() if colon else None)


# Deciding -------------------------------------------------------------------------------------------------------------


def take(asked: Asked, desk: Desk) -> Answer:
    """The answer to /t and to its buttons."""
    ticket = desk.ticket
    if asked.action == DROP:
        return Answer(text("template", "Nothing was sent."))
    if ticket is None:
        example = f"/t #12 {desk.shelf.called('nerede', asked.language)}"
        return Answer(text("template", "Which question is it? Write it in its topic, or name it: {it}", it=example))
    if not ticket.open:
        return Answer(
            text("template", "Question #{number} is closed. It has to be opened again first.", number=ticket.number)
        )
    wish = _wish(asked)
    order = _order(ticket, wish.order)
    if isinstance(order, Text):
        return Answer(order)
    codes: list[str] = []
    for typed in wish.codes:
        code = desk.shelf.find(typed)
        if code is None:
            return Answer(no_such(typed, desk.shelf, asked.language))
        codes.append(code)
    if not codes:
        return _choice(asked, desk, ticket, order)
    return _answer(asked, desk, preview(asked, desk, ticket, order, codes), wish)


def preview(asked: Asked, desk: Desk, ticket: Ticket, order: Order | None, codes: Sequence[str]) -> Preview:
    """The reply as it would be sent now."""
    facts = _facts(asked, ticket, order)
    return Preview(ticket, order, tuple(dict.fromkeys(codes)), fill(desk.shelf, codes, facts, asked.house.words))


def _facts(asked: Asked, ticket: Ticket, order: Order | None) -> TemplateFacts:
    return facts_of(ticket.language, ticket.first_name, order, ticket.requests, house=asked.house, at=asked.at)


def _order(ticket: Ticket, number: str) -> Order | Text | None:
    """The order named; the only one there is; None where there are several or none."""
    if not number:
        return ticket.orders[0] if len(ticket.orders) == 1 else None
    found = next((one for one in ticket.orders if one.number == f"MX{int(number):06}"), None)
    theirs = Verbatim(", ".join(one.number for one in ticket.orders) or "–")
    wrong = text(
        "template",
        "{order} is not an order of this sender. Their orders: {theirs}",
        order=f"MX{int(number):06}",
        theirs=theirs,
    )
    return found or wrong


def no_such(typed: str, shelf: Shelf, language: str) -> Text:
    """An unknown code, with the nearest one."""
    meant = shelf.called(shelf.nearest(typed), language)
    return text(
        "template",
        "There is no such template: {typed}\nDid you mean this one? {code}\nSearch: {search}",
        typed=Verbatim(typed[:40]),
        code=meant,
        search=f"{'/sablon ara' if language == 'tr' else '/template search'} {meant[:4]}",
    )


def _choice(asked: Asked, desk: Desk, ticket: Ticket, order: Order | None) -> Answer:
    """/t alone: the sender's orders if there are several, and the templates most used that could be sent now."""
    number = order.number.removeprefix("MX").lstrip("0") if order else ""
    if order is None and len(ticket.orders) > 1:
        return _which_order(ticket, ())
    usual = sorted(desk.shelf.codes(), key=lambda code: -desk.shelf.used(code))
    ready = [code for code in usual if isinstance(preview(asked, desk, ticket, order, [code]).made, Filled)][:SHOWN]
    keys = [
        Button(
            text("template", "{code}", code=desk.shelf.called(code, asked.language)),
            PICK,
            f"{ticket.number}.{code}.{number}",
            lasting=True,
        )
        for code in ready
    ]
    rows = tuple(tuple(keys[at : at + 3]) for at in range(0, len(keys), 3))
    say = text("template", "{head}\nWhich reply? All of them: /template", head=_head(ticket, order))
    return Answer(say, rows)


def _which_order(ticket: Ticket, codes: tuple[str, ...]) -> Answer:
    rows = tuple(
        (
            Button(
                text("template", "{order} · {state}", order=one.number, state=STATES[one.state]),
                PICK,
                f"{ticket.number}.{'+'.join(codes)}.{one.number.removeprefix('MX').lstrip('0')}",
                lasting=True,
            ),
        )
        for one in ticket.orders[-SHOWN:]
    )
    return Answer(text("template", "{head}\nWhich order is it about?", head=_head(ticket, None)), rows)


def _answer(asked: Asked, desk: Desk, seen: Preview, wish: _Wish) -> Answer:
    used = seen.made.used
    if wish.edited is not None:
        return _edited(seen, wish.edited, used)
    if len(seen.codes) > MOST or len(seen.token) > CALLBACK:
        return Answer(text("template", "Too many templates for one answer: join fewer, at most {n}.", n=Count(MOST)))
    if asked.action == EDIT:
        return _to_edit(seen)
    if isinstance(seen.made, Blocked):
        several = len(seen.ticket.orders) > 1 and seen.order is None
        return _which_order(seen.ticket, seen.codes) if several and seen.made.names else _held_back(seen, seen.made)
    if asked.action == SEND and seen.token.rpartition(".")[2] == wish.mark:
        return _sent(seen, SendTemplate(seen.ticket.number, seen.made.words, used))
    changed = asked.action == SEND
    return _shown(seen, changed=changed)


def _shown(seen: Preview, *, changed: bool) -> Answer:
    words = text("template", "{head}\n\n{words}", head=_head(seen.ticket, seen.order), words=Verbatim(seen.made.words))
    if changed:
        words = text(
            "template",
            "Meanwhile the order or the conversation has changed. Nothing was sent; please read it again.\n{preview}",
            preview=words,
        )
    return Answer(words, ((_key(SEND, seen), _key(EDIT, seen), _key(DROP, seen)),))


def _held_back(seen: Preview, made: Blocked) -> Answer:
    because = Lines(tuple(text("template", "· {reason}", reason=reason) for reason in made.because))
    head = _head(seen.ticket, seen.order)
    said = text("template", "{head}\nIt cannot be sent like this:\n{because}", head=head, because=because)
    return Answer(said, ((_key(EDIT, seen), _key(DROP, seen)),) if made.words else ())


def _to_edit(seen: Preview) -> Answer:
    """The draft as a command: copied, changed and sent, it is an answer."""
    named = " ".join((*seen.codes, *((seen.order.number,) if seen.order else ())))
    line = Verbatim(f"/t #{seen.ticket.number} {named}: {seen.made.words}")
    return Answer(Lines((text("template", "Copy this, change the words after the colon and send it:"), line), "\n\n"))


def _edited(seen: Preview, words: str, used: tuple[Used, ...]) -> Answer:
    if not words:
        return Answer(text("template", "The words are missing. After the colon comes what the sender will read."))
    if left := open_places(words):
        return Answer(text("template", "These places are still open: {names}", names=shown(left)))
    if long := too_long(words):
        return Answer(long[0])
    return _sent(seen, SendTemplate(seen.ticket.number, words, used, edited=True))


def _sent(seen: Preview, send: SendTemplate) -> Answer:
    said = text("template", "Sent. {head}", head=_head(seen.ticket, seen.order))
    return Answer(said, effects=(send,))


def _head(ticket: Ticket, order: Order | None) -> Text:
    return text(
        "template",
        "Question: #{ticket} · To: {name} · Order: {order} · Language: {language}",
        ticket=ticket.number,
        name=Verbatim(ticket.first_name or "–"),
        order=order.number if order else "–",
        language=LANGUAGES.get(ticket.language, ticket.language),
    )


_LABELS: Final = {
    SEND: text("template", "Send"),
    EDIT: text("template", "Edit"),
    DROP: text("template", "Never mind"),
}


def _key(action: str, seen: Preview) -> Button:
    return Button(_LABELS[action], action, seen.token, lasting=True)
