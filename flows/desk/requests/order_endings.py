"""What an open order does to an erasure: it ends by an event of the order table, or is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.core import events as ev
from flows.core.state import State as OrderState
from flows.desk.requests.table import Choice

__all__ = ["CHOOSABLE", "ENDING", "Ending", "ending"]

Ending = Callable[[str], ev.OrderEvent] | None
_CANCEL: Ending = ev.OrderCancelled
_DESTROY: Ending = ev.DestructionAsked
_STOP: Ending = ev.StopAsked

ENDING: Mapping[OrderState, tuple[Ending, Ending]] = {
    # state                  stop      send: the event that ends it; None: it ends by itself, and is waited for
    OrderState.LINKING: (_CANCEL, _CANCEL),
    OrderState.AWAITING: (_CANCEL, _CANCEL),
    OrderState.HELD: (_CANCEL, _CANCEL),  # the money goes back: nothing is printed for a wrong amount
    OrderState.QUEUED: (_CANCEL, None),
    OrderState.PRINTING: (_STOP, None),  # exactly one of stop and print wins; the loser is told
    OrderState.STUCK: (_STOP, None),
    OrderState.DISPATCHED: (None, None),
    OrderState.ERASED: (None, None),
    OrderState.OVERDUE: (None, None),
    OrderState.PRINTED: (None, None),
    OrderState.RETURNED: (_DESTROY, _DESTROY),  # without its sender nobody can decide: unopened, as after a month
    OrderState.REPOSTING: (None, None),
    OrderState.DESTROYING: (None, None),
}
"""States in which an order is open, and the event of the order table that ends it; only that table moves an order."""

CHOOSABLE = frozenset(state for state, (stop, send) in ENDING.items() if stop is not send)
"""Where it makes a difference whether a letter is to be stopped or sent."""


def ending(state: OrderState, choice: Choice) -> Ending:
    """Which event ends an open order. Errors: KeyError for one that is over."""
    return ENDING[state][0 if choice is Choice.STOP else 1]
