"""The print queue as an admin sees and moves it (/kuyruk): piece, pages, hash, state; never the PDF, never a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flows.core.effects import Button, Buttons, Effect
from flows.core.state import Turn
from flows.desk.base.effects import EVERYBODY, DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.turns import does
from flows.desk.base.wording import named
from flows.desk.printing.effects import MovePiece
from flows.desk.printing.pieces import IN_HAND, PIECE_ACTIONS, STATES, OutboxRow, about, act_on, refusal
from flows.order.number import digits, number_first, order_number, written
from flows.order.order import HELD_PIECE, NEEDS_HUMAN
from flows.words.text import Count, Lines, Text, Verbatim, text
from flows.words.turkish import fold

__all__ = ["TAP", "QueueCommand", "QueueFacts", "meant", "queue"]

PAGE: Final = 10  # rows of a message, each with a button
TAP: Final = "queue"
"""The button's action; its value is act.number, or page.number."""


@dataclass(frozen=True, slots=True)
class QueueCommand:
    """What was asked: the order's number or the piece, an act of `PIECE_ACTIONS` ("" to look), whether it is
    confirmed, or which page. typed: as it stands there, "" for the list. strange: a word that is no act."""

    typed: str = ""
    number: int = 0
    piece: str = ""
    act: str = ""
    sure: bool = False
    page: int = 1
    strange: str = ""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The whole queue, oldest first, and the row that was meant, which nobody else moves meanwhile."""

    rows: Sequence[OutboxRow]
    row: OutboxRow | None = None


def meant(asked: Asked) -> QueueCommand:
    """What a command or a button is about."""
    if asked.tap:
        act, _, value = asked.value.partition(".")
        number = order_number(value, bare=True)
        if act == "page":
            return QueueCommand(page=max(number, 1))
        return QueueCommand(typed=value or "?", number=number, act=_known(act.rstrip("!")), sure=act.endswith("!"))
    number, rest = number_first(asked.words, bare=True)
    typed, after = asked.parted
    if not typed:
        return QueueCommand()
    if not number:
        rest = after
    elif not order_number(typed, bare=True):  # a blank inside it
        typed = written(number)
    word = rest.split(maxsplit=1)[0] if rest else ""
    act = next((key for key, one in PIECE_ACTIONS.items() if fold(word) in one.words), "")
    strange = word if word and not act else ""
    piece = typed.upper() if re.fullmatch(r"(?a)[0-9A-Fa-f]{12}", typed) else ""  # which may be all decimal
    return QueueCommand(typed, number, piece, act, strange=strange)


def _known(act: str) -> str:
    return act if act in PIECE_ACTIONS else ""


# Deciding -------------------------------------------------------------------------------------------------------------


def queue(asked: Asked, facts: QueueFacts) -> Turn[None]:
    """/kuyruk: the list, one row, or an act."""
    wanted = meant(asked)
    if not wanted.typed:
        return does(_list(asked, facts.rows, wanted.page))
    row = facts.row
    if row is None:
        return does(_say(asked, _unfound(asked, wanted)))
    if wanted.strange:
        return does(_say(asked, _no_such_act(asked, wanted, row)))
    if not wanted.act:
        return does(_page(asked, row))
    against = refusal(wanted.act, row)
    if against is not None:
        logged = LogAccess(f"queue_{wanted.act}", row.order, row.number, "refused")
        return does(DropButtons(), _say(asked, against), logged)
    act = act_on(wanted.act, row)
    if act.asks is not None and not wanted.sure:
        yes = Button(text("queue", "Yes: {act}", act=act.label), TAP, f"{wanted.act}!.{digits(row.number)}")
        look = Button(text("queue", "Look again"), TAP, f"show.{digits(row.number)}")
        return does(_say(asked, about(act.asks, row), ((yes,), (look,))))
    logged = LogAccess(f"queue_{wanted.act}", row.order, row.number)
    return does(DropButtons(), *_done(asked, wanted.act, row), logged)


def _done(asked: Asked, name: str, row: OutboxRow) -> tuple[Effect, ...]:
    act, effects = act_on(name, row), list[Effect]()
    if act.event is not None:
        effects.append(TellSender(row.person, act.event(row.order)))
    elif row.state != NEEDS_HUMAN or act.moves == "retry":
        effects.append(MovePiece(row.order, act.moves))
    effects.append(_say(asked, about(act.done, row)))
    if name == "person" and asked.private:
        call = text(
            "queue",
            "{order} waits for a person: please look at the printer and the tray. To settle it: {command}",
            order=row.number,
            command=f"{named(asked, 'kuyruk', 'queue')} {row.number}",
        )
        effects.append(Say(call, to=EVERYBODY))
    return tuple(effects)


# Showing --------------------------------------------------------------------------------------------------------------


def _list(asked: Asked, rows: Sequence[OutboxRow], page: int) -> Say:
    if not rows:
        return _say(asked, text("queue", "Nothing waits to be printed."))
    pages = -(-len(rows) // PAGE)
    page = min(page, pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    waiting = sum(row.state == NEEDS_HUMAN for row in rows)
    head = text("queue", "Letters in the queue: {n}. Waiting for a person: {waiting}.", n=Count(len(rows)),
                waiting=Count(waiting))  # fmt: skip
    numbers = [row.number for row in shown]
    keys = tuple(Button(text("queue", "{number}", number=number), TAP, f"show.{digits(number)}") for number in numbers)
    buttons = [keys[start : start + 3] for start in range(0, len(keys), 3)]
    turning = []
    if page > 1:
        turning.append(Button(text("queue", "Older"), TAP, f"page.{page - 1}"))
    if page < pages:
        turning.append(Button(text("queue", "Newer"), TAP, f"page.{page + 1}"))
    if turning:
        head = text("queue", "{head} Page {page} of {pages}.", head=head, page=page, pages=pages)
        buttons.append(tuple(turning))
    return _say(asked, Lines((head, *map(_line, shown))), tuple(buttons))


def _line(row: OutboxRow) -> Text:
    return text(
        "queue",
        "{order} · {piece} · pages: {pages} · {hash} · {state} · since {since}",
        order=row.number,
        piece=Verbatim(row.piece),
        pages=Count(row.pages),
        hash=Verbatim(row.sha256[:12]),
        state=STATES[row.state],
        since=row.queued_at,
    )


def _page(asked: Asked, row: OutboxRow) -> Say:
    lines = [_line(row), text("queue", "Tries: {n}", n=Count(row.attempts))]
    if row.state == "ready" and row.not_before > row.queued_at:
        lines.append(text("queue", "Not before: {day}", day=row.not_before))
    if row.held:
        lines.append(about(IN_HAND, row))
    if row.stopping:
        lines.append(text("queue", "Its sender has it stopped."))
    possible = [name for name in PIECE_ACTIONS if refusal(name, row) is None]
    keys = tuple((Button(PIECE_ACTIONS[name].label, TAP, f"{name}.{digits(row.number)}"),) for name in possible)
    if row.state in HELD_PIECE and not row.held:
        lines.append(text("queue", "No dispatcher has it in hand; the next one looks for it in the print room first."))
    return _say(asked, Lines(tuple(lines)), keys)


def _unfound(asked: Asked, wanted: QueueCommand) -> Text:
    return text(
        "queue",
        "Nothing in the queue is called like this: {typed}. Accepted: an order number or a piece. The whole queue:"
        " {command}",
        typed=Verbatim(wanted.typed[:40]),
        command=named(asked, "kuyruk", "queue"),
    )


def _no_such_act(asked: Asked, wanted: QueueCommand, row: OutboxRow) -> Text:
    english = asked.language == "en"
    return text(
        "queue",
        "There is no such act: {typed}. Accepted: {acts}. Example: {example}",
        typed=Verbatim(wanted.strange[:40]),
        acts=Verbatim(", ".join(act.words[english] for act in PIECE_ACTIONS.values())),
        example=f"{named(asked, 'kuyruk', 'queue')} {row.number} {PIECE_ACTIONS['retry'].words[english]}",
    )


def _say(asked: Asked, said: Text | Lines, buttons: Buttons = ()) -> Say:
    return Say(said, buttons=buttons, reply_to=0 if asked.tap else asked.message)
