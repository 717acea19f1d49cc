"""The two diagrams of docs/design.md, drawn from the tables they show (Mermaid)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from flows.conversation.journey import ASIDES, DETOURS, JOURNEY
from flows.core import events as ev
from flows.core.state import Order, State
from flows.order.order import EVENTS, NEEDS_HUMAN, OVER, TABLE, ignore
from flows.words.text import Kurus

__all__ = ["conversation", "drawings", "order", "transitions"]

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CLAIM = "t"
SAMPLE = Order(
    "1" * 32,
    State.LINKING,
    Kurus(9600),
    "2" * 32,
    "",
    1,
    1,
    "normal",
    NOW,
    lease_token=CLAIM,
    lease_until=NOW,
    payment="paid",
    paid=Kurus(9600),
)
HAPPENED: dict[type[ev.OrderEvent], tuple[tuple[str, ev.OrderEvent], ...]] = {
    ev.LinkOpened: (("link opened", ev.LinkOpened(SAMPLE.id, "https://…", NOW)),),
    ev.LinkRefused: (("link refused", ev.LinkRefused(SAMPLE.id)),),
    ev.PaymentSettled: (
        ("paid", ev.PaymentSettled(SAMPLE.id, "p", SAMPLE.amount)),
        ("wrong amount paid", ev.PaymentSettled(SAMPLE.id, "p", Kurus(1))),
    ),
    ev.PaymentDeclined: (("declined", ev.PaymentDeclined(SAMPLE.id)),),
    ev.LinkExpired: (("link expired", ev.LinkExpired(SAMPLE.id)),),
    ev.OrderCancelled: (("cancelled", ev.OrderCancelled(SAMPLE.id)),),
    ev.PrintClaimed: (("claimed", ev.PrintClaimed(SAMPLE.id, "u", NOW)),),
    ev.PrintStuck: (("stuck", ev.PrintStuck(SAMPLE.id, CLAIM)),),
    ev.LetterDispatched: (("dispatched", ev.LetterDispatched(SAMPLE.id, CLAIM, "folder", "")),),
    ev.LetterShredded: (("key destroyed", ev.LetterShredded(SAMPLE.id)),),
    ev.LetterPrinted: (("scanned printed", ev.LetterPrinted(SAMPLE.id)),),
    ev.LetterSpoiled: (("scanned spoiled", ev.LetterSpoiled(SAMPLE.id)),),
    ev.LetterPosted: (("scanned posted", ev.LetterPosted(SAMPLE.id)),),
    ev.LetterReturned: (("scanned returned", ev.LetterReturned(SAMPLE.id)),),
    ev.LetterDestroyed: (("scanned destroyed", ev.LetterDestroyed(SAMPLE.id)),),
    ev.TrayOverdue: (("a week unscanned", ev.TrayOverdue(SAMPLE.id)),),
    ev.LetterLost: (("not found", ev.LetterLost(SAMPLE.id)),),
    ev.LatestEndPassed: (("latest end passed", ev.LatestEndPassed(SAMPLE.id)),),
    ev.RepostAsked: (("post it again", ev.RepostAsked(SAMPLE.id)),),
    ev.DestructionAsked: (("destroy it unopened", ev.DestructionAsked(SAMPLE.id)),),
    ev.StopAsked: (("stopped for an erasure", ev.StopAsked(SAMPLE.id)),),
    ev.PrintWithheld: (("stop was first", ev.PrintWithheld(SAMPLE.id, CLAIM)),),
    ev.FoundPrinted: (("found printed", ev.FoundPrinted(SAMPLE.id)),),
    ev.FoundUnprinted: (("found not printed", ev.FoundUnprinted(SAMPLE.id)),),
    ev.RefundGranted: (("refunded by an admin", ev.RefundGranted(SAMPLE.id, "goodwill")),),
    ev.PartRefundGranted: (("refunded in part by an admin", ev.PartRefundGranted(SAMPLE.id, "goodwill", Kurus(1), 1)),),
    ev.RefundSettled: (("refunded", ev.RefundSettled(SAMPLE.id, "p", SAMPLE.amount)),),
}


def transitions() -> Iterator[tuple[State, str, State, str]]:
    """(from, what happened, to, effects) of every cell that is not `ignore`, found by asking the act itself."""
    for (state, event), act in TABLE.items():
        if act is ignore:
            continue
        for words, happened in HAPPENED[event]:
            piece = NEEDS_HUMAN if event in (ev.FoundPrinted, ev.FoundUnprinted) else ""
            sample = replace(SAMPLE, state=state, piece=piece, stopping=event is ev.PrintWithheld)
            after, effects = act(sample, happened, NOW + timedelta(hours=1))
            done = ", ".join(type(effect).__name__ for effect in effects if type(effect).__name__ != "MailNews")
            yield state, words, after.state, done


def order() -> str:
    """States and the events that move them; events that only bring an answer or a refund are left out."""
    rows = ["stateDiagram-v2", "    [*] --> linking: contract accepted"]
    rows += [
        f"    {before} --> {after}: {words}{f' / {done}' if done else ''}"
        for before, words, after, done in transitions()
        if before is not after
    ]
    rows += [f"    {state} --> [*]" for state in State if state in OVER]
    return "\n".join(rows)


def conversation() -> str:
    """Forward: solid. Back: dotted. A question that is already answered is passed over."""
    rows = ["flowchart TD"]
    rows += [f"    {one.name} --> {two.name}" for one, two in pairwise(JOURNEY)]
    rows += [f"    {step.name} -. back .-> {step.back}" for step in (*JOURNEY, *DETOURS) if step.back]
    rows += [f"    {step.name} --> {beside}" for step in JOURNEY for beside in step.detours]
    rows += [f"    any([any question]) --> {step.name}" for step in ASIDES]
    return "\n".join(rows)


def drawings() -> str:
    """Both, as Markdown."""
    assert set(HAPPENED) == set(EVENTS)
    return f"```mermaid\n{conversation()}\n```\n\n```mermaid\n{order()}\n```"
