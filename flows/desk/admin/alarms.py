"""What needs a look: one row for each trouble the staff is told of, with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.words.text import Count, Lines, Text, text

__all__ = ["AGAIN", "ALARMS", "UNHEARD", "LastingAlarm", "due", "over", "told", "told_together"]

AGAIN = timedelta(hours=24)
"""How long after it was told a trouble that lasts is told again."""


UNHEARD = "desk_unheard"
"""The trouble of which the staff group cannot hear: each admin is told in private, of this one and of all others."""


@dataclass(frozen=True, slots=True)
class LastingAlarm:
    """A trouble that lasts: since when, and when the staff was last told (None: not yet)."""

    since: datetime
    told_at: datetime | None


ALARMS: Mapping[str, tuple[Text, Text]] = {
    "prints_stuck": (
        text("alarm", "Letters that the print room did not take: {n}"),
        text("alarm", "Look at the printer, then settle each of them: /queue, or `mektupx outbox list`."),
    ),
    "prints_late": (
        text("alarm", "Paid letters that have been waiting for the print room for half an hour: {n}"),
        text("alarm", "Is the worker running, is the print tray mounted, is there room on its disk?"),
    ),
    "tray_unscanned": (
        text("alarm", "Letters that have been in the print tray for two days without a scan: {n}"),
        text("alarm", "Ask the print room; /tray or `mektupx tray list` names them."),
    ),
    "tray_overdue": (
        text("alarm", "Letters removed from the tray after a week without a scan: {n}"),
        text("alarm", "Ask the print room: scan each of them as posted, or as spoiled; then its sender is refunded."),
    ),
    "letters_lost": (
        text("alarm", "Orders of the last week that were closed because nobody knew where their letter is: {n}"),
        text(
            "alarm",
            "Each sender was told, and refunded what was not refunded before. Ask the print room once more: a letter"
            " that turns up can still be scanned as posted, returned or destroyed.",
        ),
    ),
    "batches_stopped": (
        text("alarm", "Batches of the print room that are stopped, because they do not add up: {n}"),
        text("alarm", "A sheet may lie in the wrong envelope: /reconcile or `mektupx tray reconcile` names each gap."),
    ),
    "returns_late": (
        text("alarm", "Returned letters that have been waiting for the print room for a week: {n}"),
        text("alarm", "/tray or `mektupx tray list` says which are to be posted again and which destroyed."),
    ),
    "payments_held": (
        text("alarm", "Payments that do not match the price of their order: {n}"),
        text(
            "alarm",
            "/refunds names them, and gives each back. Their senders were told that they can cancel.",
        ),
    ),
    "payments_unclear": (
        text("alarm", "Orders of which the payment institution has not said for an hour what was paid: {n}"),
        text(
            "alarm",
            "Look in its panel: does a payment wait for its review? Else the log names the order, and what could not be"
            " read. Whatever is paid counts as soon as the institution says so.",
        ),
    ),
    "callbacks_unknown": (
        text("alarm", "Callbacks of the last day about orders that we do not know: {n}"),
        text(
            "alarm", "Look in the payment institution's panel: somebody may have paid for something that is not ours."
        ),
    ),
    "callbacks_with_cards": (
        text("alarm", "Callbacks of the last day that held what may be a card's number: {n}"),
        text("alarm", "Nothing of them was kept. Tell the payment institution: card data must never reach us."),
    ),
    "refunds_stuck": (
        text("alarm", "Refunds that wait for a person: {n}"),
        text(
            "alarm",
            "/refunds says of each what the payment institution has answered, and what to do. Until then its sender"
            " waits for the money.",
        ),
    ),
    "refunds_late": (
        text("alarm", "Refunds that the payment institution has not made within a day: {n}"),
        text("alarm", "/refunds shows what the institution has answered, and tries again."),
    ),
    "messages_late": (
        text("alarm", "Messages to senders that have been waiting for a quarter of an hour: {n}"),
        text("alarm", "Is Telegram reachable, is the customer bot running?"),
    ),
    UNHEARD: (
        text("alarm", "Messages to the staff that Telegram has not taken for five minutes: {n}"),
        text("alarm", "May the staff bot write in the staff group? Make it an admin there who may manage topics."),
    ),
    "letters_refused": (
        text("alarm", "Letters of the last day that did not pass the last check before printing: {n}"),
        text(
            "alarm",
            "The mistake is ours, and each sender was told so; nothing of the letter is lost. The log says what is"
            " wrong with its pages.",
        ),
    ),
    "work_parked": (
        text("alarm", "Work that a partner refused for good: {n}"),
        text("alarm", "The log names its kind; a person must look."),
    ),
    "work_late": (
        text("alarm", "Work that has been waiting for a quarter of an hour: {n}"),
        text("alarm", "Is the worker running? Do the mail server and the payment institution answer?"),
    ),
    "shreds_late": (
        text("alarm", "Keys that should have been destroyed an hour ago: {n}"),
        text("alarm", "Is the worker running, can the key store be written to?"),
    ),
    "requests_due": (
        text("alarm", "Data-subject requests that are twenty days old and not answered: {n}"),
        text("alarm", "The law gives thirty days (KVKK m.13); /dsr_deadlines names them."),
    ),
    "requests_undecided": (
        text("alarm", "Data-subject requests of the last week that nobody decided within thirty days: {n}"),
        text(
            "alarm",
            "Each was answered with that on its last day. Whoever is no sender of ours has their answer by post only:"
            " /dsr_show and its number has the words.",
        ),
    ),
    "tickets_unanswered": (
        text("alarm", "Questions that have been waiting for our answer for a week: {n}"),
        text("alarm", "/tickets names them. After 30 days each is closed, and its sender is told so."),
    ),
    "decisions_late": (
        text("alarm", "Decisions of the staff that have not reached their sender for an hour: {n}"),
        text("alarm", "Is the staff bot running? The log says what kind of error it was."),
    ),
    "updates_quarantined": (
        text("alarm", "Updates of the last hour that could not be served: {n}"),
        text("alarm", "The log says what kind of error it was."),
    ),
}


def due(counts: Mapping[str, int], known: Mapping[str, LastingAlarm], now: datetime) -> tuple[list[str], list[str]]:
    """(to be told, over): troubles that are new or have lasted for another day, and known ones that are gone."""
    lasting = [name for name in ALARMS if counts.get(name)]
    fresh = [name for name in lasting if name not in known or _again(known[name], now)]
    return fresh, [name for name in known if not counts.get(name)]


def _again(standing: LastingAlarm, now: datetime) -> bool:
    return standing.told_at is None or now - standing.told_at >= AGAIN


def told(name: str, count: int) -> Text:
    """The alarm as the staff reads it; also a line of /status."""
    what, remedy = ALARMS[name]
    shown = replace(what, values={"n": Count(count)})
    return text("alarm", "{what}\n{remedy}", what=shown, remedy=remedy)


def told_together(names: Sequence[str], counts: Mapping[str, int]) -> Lines:
    """Several, below each other."""
    return Lines(tuple(told(name, counts[name]) for name in names), by="\n\n")


def over(names: list[str]) -> Text:
    """What is over, without its number: there is none any more."""
    lines = Lines(tuple(text("alarm", "· {name}", name=NAMES[name]) for name in names))
    return text("alarm", "This is in order again:\n{names}", names=lines)


NAMES: Mapping[str, Text] = {
    "prints_stuck": text("alarm", "the print room takes all letters"),
    "prints_late": text("alarm", "no paid letter has to wait"),
    "tray_unscanned": text("alarm", "everything in the print tray is scanned"),
    "tray_overdue": text("alarm", "letters that were removed from the tray are settled"),
    "letters_lost": text("alarm", "no order of the last week was closed without its letter"),
    "batches_stopped": text("alarm", "the batches of the print room add up"),
    "returns_late": text("alarm", "returned letters are settled"),
    "payments_held": text("alarm", "held payments are settled"),
    "payments_unclear": text("alarm", "the payment institution has said of each order what was paid"),
    "callbacks_unknown": text("alarm", "no callback of the last day was about an unknown order"),
    "callbacks_with_cards": text("alarm", "no callback of the last day held a card's number"),
    "refunds_stuck": text("alarm", "no refund waits for a person"),
    "refunds_late": text("alarm", "refunds are made"),
    "messages_late": text("alarm", "messages go out"),
    UNHEARD: text("alarm", "Telegram takes what is said to the staff"),
    "letters_refused": text("alarm", "every letter of the last day has passed the last check before printing"),
    "work_parked": text("alarm", "refused work is settled"),
    "work_late": text("alarm", "work is done in time"),
    "shreds_late": text("alarm", "keys are destroyed in time"),
    "requests_due": text("alarm", "old data-subject requests are answered"),
    "requests_undecided": text("alarm", "every request of the last week was decided"),
    "tickets_unanswered": text("alarm", "no question waits for a week"),
    "decisions_late": text("alarm", "decisions of the staff reach their senders"),
    "updates_quarantined": text("alarm", "no update was set aside in the last hour"),
}
