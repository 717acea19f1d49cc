"""/kayit: the access log in pages, newest first: who did what, when and why; about whom, it holds a hash only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from flows.core.effects import Button, Buttons, Toast
from flows.core.state import Turn
from flows.desk.base.effects import LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member
from flows.desk.base.turns import does, says
from flows.desk.base.wording import known_as, named, which_of
from flows.desk.openings.commands import OPEN_LETTER
from flows.order.number import number_first, written
from flows.words.text import Count, Lines, Text, Verbatim, text

__all__ = ["MORE", "PAGE", "Line", "Visits", "Wanted", "log", "told", "wanted"]

PAGE: Final = 12
"""Lines of a page: it stays one message."""
MORE: Final = "visits"
"""The buttons to the next pages: "<page>.<what was asked for>"."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: an order number, a member of the staff by id or name, or "" for all; and which page."""

    of: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log; `at` is None once its period is over and it is blank. The log names its actor by a number;
    `member` is whom colleagues know under it, None for nobody of the present staff."""

    seq: int
    at: datetime | None = None
    actor: str = ""
    action: str = ""
    purpose: str = ""
    ticket: str = ""
    outcome: str = ""
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Visits:
    """A page as it was found. subject: what the log names it by, "" where nothing of that name is known; total: the
    lines of all its pages. namesakes: several members bear the name."""

    wanted: Wanted
    lines: tuple[Line, ...] = ()
    total: int = 0
    subject: str = ""
    namesakes: tuple[Member, ...] = ()


ACTIONS: Final[Mapping[str, Text]] = {
    OPEN_LETTER: text("visits", "opened a letter"),
    "ask_opening": text("visits", "asked to open a letter"),
    "approve_opening": text("visits", "approved the opening of a letter"),
    "refuse_opening": text("visits", "refused the opening of a letter"),
    "tell_opening": text("visits", "had the sender told of an opening"),
    "answer_ticket": text("visits", "answered a ticket"),
    "assign_ticket": text("visits", "assigned a ticket"),
    "snooze_ticket": text("visits", "put a ticket aside"),
    "close_ticket": text("visits", "closed a ticket"),
    "reopen_ticket": text("visits", "opened a ticket again"),
    "block_sender": text("visits", "blocked a sender"),
    "unblock_sender": text("visits", "unblocked a sender"),
    "appoint_staff": text("visits", "appointed a member of the staff"),
    "dismiss_staff": text("visits", "removed a member of the staff"),
    "change_template": text("visits", "changed a template"),
    "open_request": text("visits", "opened a data-subject request"),
    "show_request": text("visits", "looked at a data-subject request"),
    "dry_run": text("visits", "made the dry run of a request"),
    "confirm_request": text("visits", "confirmed a request"),
    "confirm_request_alone": text("visits", "confirmed a request alone"),
    "refuse_request": text("visits", "refused a request"),
    "grant_refund": text("visits", "asked for a refund"),
    "grant_part": text("visits", "asked for a refund in part"),
    "settle_refund": text("visits", "told what became of a refund"),
    "show_refunds": text("visits", "looked at the refunds of an order"),
    "refund_by_hand": text("visits", "said that a refund was made in the institution's own panel"),
    "retry_refund": text("visits", "had a refund tried again"),
    "choose_stop": text("visits", "chose to have the letter stopped and refunded"),
    "choose_send": text("visits", "chose to have the letter sent first"),
    "queue_retry": text("visits", "had a letter tried again in the print queue"),
    "queue_park": text("visits", "held a letter back from the print queue"),
    "queue_person": text("visits", "called somebody to a letter in the print queue"),
    "queue_printed": text("visits", "reported a letter in the print queue as printed"),
    "queue_again": text("visits", "reported a letter in the print queue as not printed"),
    "tray_printed": text("visits", "handed in scans: printed"),
    "tray_spoiled": text("visits", "handed in scans: damaged"),
    "tray_posted": text("visits", "handed in scans: posted"),
    "tray_returned": text("visits", "handed in scans: returned"),
    "tray_destroyed": text("visits", "handed in scans: destroyed"),
    "erase_person": text("visits", "erased the data of a sender"),
    "answer": text("visits", "wrote an answer to a sender"),
    "tray_reconciled": text("visits", "reconciled the print room's batches"),
    "show_contract": text("visits", "printed an accepted contract"),
    "export_invoices": text("visits", "exported invoices"),
    "carrier_manifest": text("visits", "wrote the post's file of a day's envelopes"),
    "read_log": text("visits", "read this log"),
    "verify_log": text("visits", "had this log verified"),
    "backup": text("visits", "copied the database"),
    "restore_backup": text("visits", "put a copy of the database back"),
    "backup_keys": text("visits", "copied the key store"),
    "restore_keys": text("visits", "put a copy of the key store back"),
    "rewrap_keys": text("visits", "changed the master key"),
    "list_queue": text("visits", "looked at the print queue"),
    "list_tray": text("visits", "looked at what the print room is waited for"),
    "list_payments": text("visits", "compared payments with the institution's"),
}
"""Acts that have words; another one is shown by its own name."""

PURPOSES: Final[Mapping[str, Text]] = {
    "legal_order": text("visits", "legal order"),
    "technical_fault": text("visits", "technical fault"),
    "data_request": text("visits", "request of the person"),
    "legal_claim": text("visits", "claim or defence about an order"),
    "tax_law": text("visits", "books kept by law"),
    "delivery": text("visits", "delivery by the post"),
}
OUTCOMES: Final[Mapping[str, Text]] = {
    "refused": text("visits", "refused"),
    "no_right": text("visits", "refused: not in their role"),
    "away": text("visits", "refused: not in the staff group"),
    "unknown": text("visits", "refused: the staff group could not be looked up"),
    "own": text("visits", "refused: asked for by themselves"),
    "asker_gone": text("visits", "refused: whoever asked is no admin any more"),
    "decider_gone": text("visits", "refused: whoever approved it is no admin any more"),
    "nothing_left": text("visits", "nothing was left"),
    "late": text("visits", "refused: too late"),
    "used": text("visits", "refused: used already"),
    "closed": text("visits", "refused: not open"),
    "not_made": text("visits", "nothing was refunded"),
    "silence": text("visits", "nothing was heard of the sender"),
}
"""What is worth a word; "done" is not."""


def wanted(asked: Asked) -> Wanted:
    """From the words, or from a button. A number after what is asked for is the page."""
    if asked.tap:
        page, _, of = asked.value.partition(".")
        return Wanted(of, _page(page))
    number, after = number_first(asked.words)
    if number and (not after or _page(after, 0)):
        return Wanted(written(number), _page(after))
    words = asked.words.split()
    if len(words) > 1 and _page(words[-1], 0):
        return Wanted(" ".join(words[:-1]), _page(words[-1]))
    return Wanted(" ".join(words))


def _page(typed: str, otherwise: int = 1) -> int:
    known = typed.isascii() and typed.isdigit() and len(typed) < 5 and int(typed) > 0
    return int(typed) if known else otherwise


def log(asked: Asked, found: Visits, called: Mapping[str, str] = MappingProxyType({})) -> Turn[None]:
    """Reading it is an act too, and stands in it from then on. called: a command as the log keeps it, by which the
    reader knows it."""
    if found.namesakes:
        return says(which_of(found.namesakes))
    if not found.subject:
        example = f"{named(asked, 'kayit', 'log')} MX000123"
        return says(
            text(
                "visits",
                "Neither an order nor a member of the staff: {typed}\nExample: {example}",
                typed=Verbatim(found.wanted.of[:40]),
                example=example,
            )
        )
    pages = max(1, -(-found.total // PAGE))
    head = text(
        "visits",
        "Access log, page {page} of {pages}, lines: {n}",
        page=found.wanted.page,
        pages=pages,
        n=Count(found.total),
    )
    lines = tuple(told(one, called) for one in found.lines) or (text("visits", "There is no line here."),)
    said = Say(Lines((head, *lines)), buttons=_turning(found.wanted, pages))
    ended = (Toast(asked.tap),) if asked.tap else ()
    return does(*ended, said, LogAccess("read_log", found.subject))


def told(one: Line, called: Mapping[str, str] = MappingProxyType({})) -> Text:
    """A line as a person reads it."""
    if one.at is None:
        return text("visits", "{seq} · blank: its period is over", seq=one.seq)
    actor = one.actor if one.member is None else known_as(one.member)
    parts: list[Text | Verbatim] = [Verbatim(actor), _did(one.action, called)]
    parts += [PURPOSES[one.purpose]] if one.purpose in PURPOSES else []
    parts += [Verbatim(one.ticket)] if one.ticket else []
    parts += [OUTCOMES[one.outcome]] if one.outcome in OUTCOMES else []
    return text("visits", "{seq} · {at} · {what}", seq=one.seq, at=one.at, what=Lines(tuple(parts), by=" · "))


def _did(action: str, called: Mapping[str, str]) -> Text | Verbatim:
    return ACTIONS.get(action) or Verbatim(called.get(action, action))


def _turning(at: Wanted, pages: int) -> Buttons:
    row = []
    if at.page > 1:
        row.append(Button(text("visits", "Newer"), MORE, f"{at.page - 1}.{at.of}"))
    if at.page < pages:
        row.append(Button(text("visits", "Older"), MORE, f"{at.page + 1}.{at.of}"))
    return (tuple(row),) if row else ()
