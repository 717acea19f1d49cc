"""The person to whom a refund is handed: called by an alarm, reads the staff's list, looks in the institution's panel.

A part whose answer was lost and that the institution does not list is sent again by nobody. So it must be named: by the
alarm, in the list, and with the reason. Then money that did not go goes by hand, and the order comes to its end.
"""

from __future__ import annotations

from datetime import datetime

from bot.payments.refund_attempts import UNSURE
from bot.work.payment_handlers import refund_key
from flows.core import effects as fx
from flows.core.events import Moment
from flows.core.state import Order
from flows.desk.base.request import Asked
from flows.desk.printing.effects import SettleRefund
from flows.desk.printing.refund_facts import TAP, meant
from flows.desk.printing.refund_wording import RefundRow
from flows.desk.printing.refunds_by_hand import made_value, settle_by_hand
from storage.monitoring import alarms
from storage.printing import queue_facts
from storage.store.store import Store
from tests.prove.institutions import House
from tests.prove.report import Row

__all__ = ["refunds_by_hand"]


async def refunds_by_hand(store: Store, house: House, order: Order, row: Row, now: datetime) -> None:
    """Each refund of an order that waits for a person is counted, made where it was not, and said to be made."""
    facts = await store.do(queue_facts.refund_facts, _asked(order, now))
    stuck = [one for one in facts.refunds if one.stuck]
    if (await store.do(alarms.counts, now))["refunds_stuck"] != len(stuck):
        row.loses(f"{len(stuck)} refunds of {order.number} wait for a person, and the alarm tells another number")
    if not stuck:
        return
    for one in stuck:
        row.handed += 1
        row.count("refunds handed to a person")
        _look(house, one, row)
    for one in stuck:
        says = _asked(order, now, made_value(order.number, one))
        turn = settle_by_hand(says, facts, order, meant(says))
        settled = [effect for effect in turn.effects if isinstance(effect, SettleRefund)]
        if not settled:
            row.loses(f"nobody can say that the refund of {order.number} was made")
        for effect in settled:
            await store.do(queue_facts.settle_refund, effect, now)


def _look(house: House, one: RefundRow, row: Row) -> None:
    """The panel names each refund by our key. What was not made is made there, once."""
    if one.said != UNSURE:
        row.loses(f"the refund of {one.number} waits for a person who reads that it is {one.said or 'lost'}")
    key = refund_key(fx.Refund(one.order, one.payment, one.amount, one.provider, one.nth))
    if house.made(one.payment, key):
        row.count("of these made before they were handed over")
    elif not house.give_back(one.payment, one.amount.amount):
        row.doubles(f"of payment {one.payment} there is less left than is owed")


def _asked(order: Order, now: datetime, tapped: str = "") -> Asked:
    """/refunds MX000123, or the button below it."""
    moment = Moment(now, "0" * 32)
    command = Asked("refund", 1, "Ece", "en", 1, 1, private=True, command="iade", words=order.number, moment=moment)
    if not tapped:
        return command
    return Asked("tap", 1, "Ece", "en", 1, 1, private=True, action=TAP, value=tapped, tap="tap", moment=moment)
