"""Refunds as an admin sees and gives them (/iade): money moves by the order table only, after a second look."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flows.core.effects import Button, Buttons, Effect, Refund, StopPrint
from flows.core.events import RefundGranted
from flows.core.state import Order, Turn
from flows.desk.base.effects import EVERYBODY, DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.turns import does
from flows.desk.base.wording import STATES, named
from flows.desk.printing.effects import AwaitRefund, RetryRefunds
from flows.desk.printing.held_payments import held_line, unknown_line
from flows.desk.printing.partial_refunds import grant_part, why_not_a_part
from flows.desk.printing.refund_facts import (
    RETRY,
    TAP,
    RefundCommand,
    RefundFacts,
    Wish,
    meant,
    unreachable,
)
from flows.desk.printing.refund_wording import (
    CONSEQUENCES,
    HANDED,
    MADE,
    NOT_MADE,
    NOT_YET,
    REASONS,
    STOPPING,
    UNPAID,
    WHY_NOT,
    line,
    lost,
    spelt,
)
from flows.desk.printing.refunds_by_hand import MADE_WORDS, how_by_hand, how_to_go_on, settle_by_hand
from flows.order.number import digits
from flows.order.order import TABLE
from flows.words.text import Count, Foreign, Kurus, Lines, Text, Verbatim, money, text
from flows.words.turkish import fold

__all__ = ["TAP", "RefundCommand", "RefundFacts", "Wish", "became", "meant", "refund", "why_not"]

SHOWN: Final = 20  # open refunds of a message


# Deciding -------------------------------------------------------------------------------------------------------------


def refund(asked: Asked, facts: RefundFacts) -> Turn[None]:
    """/iade: the list, one order, a second try, a refund, or the word that one was made by hand."""
    wanted, order = meant(asked), facts.order
    if not wanted.typed:
        return does(_list(asked, facts))
    if order is None:
        return does(_say(asked, _unfound(asked, wanted)))
    if not wanted.word and not wanted.typed_amount:
        return does(_page(asked, facts, order), LogAccess("show_refunds", order.id, order.number))
    word = fold(wanted.word.strip(" .!"))
    if word in RETRY:
        return _again(asked, facts, order)
    if word in MADE_WORDS:
        return settle_by_hand(asked, facts, order, wanted)
    reason = next((key for key, (words, _) in REASONS.items() if word in (key, *words)), "")
    if not reason:
        return does(_say(asked, Lines((_no_such_reason(asked, wanted, order), *how_to_go_on(asked, facts.refunds)))))
    if wanted.typed_amount:
        return grant_part(asked, facts, order, wanted, reason)
    return _grant(asked, facts, order, reason, wanted.sure)


def _again(asked: Asked, facts: RefundFacts, order: Order) -> Turn[None]:
    waiting = [row for row in facts.refunds if not row.done]
    if not waiting:
        said = text("refund", "No refund of {order} is waiting.", order=order.number)
    elif all(row.lost for row in waiting):
        said = lost(waiting[0])
    elif all(row.taken or row.lost for row in waiting):
        said = text("refund", "The refund of {order} is being tried at this moment.", order=order.number)
    else:
        said = text("refund", "The refund of {order} is tried again now.", order=order.number)
        logged = LogAccess("retry_refund", order.id, order.number)
        return does(RetryRefunds(order.id), _say(asked, said), logged)
    return does(_say(asked, said))


def why_not(asked: Asked, facts: RefundFacts, order: Order, reason: str = "goodwill") -> Text | None:
    """Why the order table gives no money back, or None where it does. It is asked without effect."""
    if facts.wanted:
        return text(
            "refund",
            "A refund of {order} has been asked for already. Whoever asked is told what becomes of it.",
            order=order.number,
        )
    if any(isinstance(effect, Refund | StopPrint) for effect in _effects(asked, order, reason)):
        return unreachable(asked, facts, order)
    if order.given_back and facts.pending.amount:
        return replace(NOT_YET, values={"order": order.number})
    if order.given_back:
        return text("refund", "The price of {order} was refunded already.", order=order.number)
    if order.stopping:
        return text("refund", "{order} is being stopped already; if that succeeds it is refunded.", order=order.number)
    why = WHY_NOT.get(order.state, UNPAID)
    command = f"{named(asked, 'tepsi bozuldu', 'tray spoiled')} {order.number}"
    return replace(why, values={"command": command}) if why is HANDED else why


def _effects(asked: Asked, order: Order, reason: str) -> tuple[Effect, ...]:
    assert asked.moment is not None
    return TABLE[order.state, RefundGranted](order, RefundGranted(order.id, reason), asked.moment.at)[1]


def _grant(asked: Asked, facts: RefundFacts, order: Order, reason: str, sure: bool) -> Turn[None]:
    against = why_not(asked, facts, order, reason)
    if against is not None:
        state = text("refund", "{order} is not refunded. Its state: {state}.", order=order.number,
                     state=STATES[order.state])  # fmt: skip
        logged = LogAccess("grant_refund", order.id, order.number, "refused")
        return does(DropButtons(), _say(asked, Lines((state, against))), logged)
    because = REASONS[reason][1]
    if not sure:
        asks = text(
            "refund",
            "Refund the whole price of {order}? Amount: {amount}. Its state: {state}. Reason: {reason}.",
            order=order.number,
            amount=_left(order),
            state=STATES[order.state],
            reason=because,
        )
        lines = (asks, *_gone(facts, order), *((CONSEQUENCES[order.state],) if order.state in CONSEQUENCES else ()))
        value = f"yes.{digits(order.number)}.{reason}"
        yes = Button(text("refund", "Yes, refund {amount}", amount=_left(order)), TAP, value)
        return does(_say(asked, Lines(lines), ((yes,),)))
    stopping = not any(isinstance(effect, Refund) for effect in _effects(asked, order, reason))
    said = text(
        "refund",
        "The refund of {order} is on its way. Amount: {amount}. Reason: {reason}. Its sender is told. How it goes:"
        " {command}",
        order=order.number,
        amount=_left(order),
        reason=because,
        command=f"{named(asked, 'iade', 'refunds')} {order.number}",
    )
    if stopping:
        said = replace(STOPPING, values={"order": order.number, "amount": _left(order)})
    granted = TellSender(facts.person, RefundGranted(order.id, reason))
    waits = AwaitRefund(order.id, asked.here, stopping)
    logged = LogAccess("grant_refund", order.id, order.number, reason)
    return does(DropButtons(), granted, waits, _say(asked, said), logged)


def _left(order: Order) -> Kurus | Foreign:
    """What goes back where all of it does."""
    return money(order.left, order.currency)


def _gone(facts: RefundFacts, order: Order) -> tuple[Text, ...]:
    """What has gone back before, where something has."""
    gone = Kurus(order.paid.amount - order.left.amount - facts.pending.amount)
    return (text("refund", "Refunded so far: {amount}.", amount=money(gone, order.currency)),) if gone.amount else ()


def became(wish: Wish) -> Turn[None]:
    """The letter was stopped and is refunded, or the print has won."""
    order = wish.order
    made = wish.made
    logged = LogAccess("settle_refund", order.id, order.number, "done" if made else "not_made")
    if made and not wish.stopping:
        return does()  # as the answer said
    lines: list[Text] = [
        replace(MADE if made else NOT_MADE,
                values={"order": order.number, "amount": money(order.paid, order.currency),
                        "state": STATES[order.state]})
    ]  # fmt: skip
    if not made and order.state in WHY_NOT:
        command = f"{'/tray spoiled' if wish.language == 'en' else '/tepsi bozuldu'} {order.number}"
        why = WHY_NOT[order.state]
        lines.append(replace(why, values={"command": command}) if why is HANDED else why)
    return does(Say(Lines(tuple(lines)), to=wish.here or EVERYBODY, language=wish.language), logged)


# Showing --------------------------------------------------------------------------------------------------------------


def _list(asked: Asked, facts: RefundFacts) -> Say:
    rows = facts.refunds
    waits = [held_line(asked, one) for one in facts.held[:SHOWN]] + [*map(unknown_line, facts.unknown[:SHOWN])]
    if not rows and waits:
        return _say(asked, Lines(tuple(waits)))
    if not rows:
        return _say(asked, text("refund", "There are no refunds."))
    opened, done = [row for row in rows if not row.done], [row for row in rows if row.done]
    failing = [row for row in opened if row.parked or row.lost or row.tries]
    lines: list[Text] = [
        *waits,
        text("refund", "Open refunds: {n}. Failing: {failing}.", n=Count(len(opened)), failing=Count(len(failing))),
    ]
    lines += [*(line(row) for row in opened[:SHOWN]), *how_by_hand(asked, rows)]
    if len(opened) > SHOWN:
        lines.append(text("refund", "Not shown: {n}", n=Count(len(opened) - SHOWN)))
    if done:
        lines += [text("refund", "Last made:"), *map(line, done)]
    keys = [Button(text("refund", "Retry {order}", order=number), TAP, f"retry.{digits(number)}")
            for number in dict.fromkeys(row.number for row in failing if not row.lost)]  # fmt: skip
    buttons = tuple(tuple(keys[start : start + 2]) for start in range(0, min(len(keys), 10), 2))
    return _say(asked, Lines(tuple(lines)), buttons)


def _page(asked: Asked, facts: RefundFacts, order: Order) -> Say:
    lines = [
        text("refund", "Order {order}: {state}", order=order.number, state=STATES[order.state]),
        text("refund", "Price: {price}. Paid: {paid}.", price=order.amount, paid=money(order.paid, order.currency)),
        *_gone(facts, order),
        *(line(row) for row in facts.refunds),
        *how_by_hand(asked, facts.refunds),
    ]
    against = why_not(asked, facts, order)
    lines.append(against or _how(asked, order))
    lines += [_how_in_part(asked, order)] if why_not_a_part(asked, facts, order, Kurus(1)) is None else []
    waiting = any(not row.done and not row.lost for row in facts.refunds)
    again = Button(text("refund", "Retry {order}", order=order.number), TAP, f"retry.{digits(order.number)}")
    return _say(asked, Lines(tuple(lines)), ((again,),) if waiting else ())


def _how(asked: Asked, order: Order) -> Text:
    return text(
        "refund",
        "To refund the whole price, write the reason: {example}. Reasons: {reasons}",
        example=f"{named(asked, 'iade', 'refunds')} {order.number} {spelt(asked.language, 'lost')}",
        reasons=_reasons(asked),
    )


def _how_in_part(asked: Asked, order: Order) -> Text:
    return text(
        "refund",
        "To refund a part of it, write the amount too: {example}. Left: {left}",
        example=f"{named(asked, 'iade', 'refunds')} {order.number} 12,50 {spelt(asked.language, 'goodwill')}",
        left=order.left,
    )


def _no_such_reason(asked: Asked, wanted: RefundCommand, order: Order) -> Text:
    if not wanted.word:
        return text(
            "refund",
            "The reason is missing. Accepted: {reasons}. Example: {example}",
            reasons=_reasons(asked),
            example=f"{named(asked, 'iade', 'refunds')} {order.number} 12,50 {spelt(asked.language, 'goodwill')}",
        )
    return text(
        "refund",
        "There is no such reason: {typed}. Accepted: {reasons}. Example: {example}",
        typed=Verbatim(wanted.word[:40]),
        reasons=_reasons(asked),
        example=f"{named(asked, 'iade', 'refunds')} {order.number} {spelt(asked.language, 'lost')}",
    )


def _reasons(asked: Asked) -> Lines:
    parts = tuple(
        text("refund", "{word} ({meaning})", word=spelt(asked.language, key), meaning=meaning)
        for key, (_, meaning) in REASONS.items()
    )
    return Lines(parts, ", ")


def _unfound(asked: Asked, wanted: RefundCommand) -> Text:
    return text(
        "refund",
        "There is no order called like this: {typed}. Example: {example}",
        typed=Verbatim(wanted.typed[:40]),
        example=f"{named(asked, 'iade', 'refunds')} MX000123",
    )


def _say(asked: Asked, said: Text | Lines, buttons: Buttons = ()) -> Say:
    return Say(said, buttons=buttons, reply_to=0 if asked.tap else asked.message)
