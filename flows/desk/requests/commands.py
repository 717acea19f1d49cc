"""The desk's commands about data subjects' requests: /kvkk and /kvkk_goster, _uygula, _ret, _sure.

None shows who it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flows.core.effects import Button, Effect
from flows.core.events import RequestRefused, RequestWaits
from flows.core.retention_notice import Retained
from flows.core.state import State as OrderState
from flows.core.state import Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, replies, reply
from flows.desk.requests import by_post
from flows.desk.requests import table as flow
from flows.desk.requests.blockers import blocker
from flows.desk.requests.effects import MoveRequest
from flows.desk.requests.letter_choice import CHOICES, SEND, STOP, choice_in
from flows.desk.requests.order_endings import CHOOSABLE
from flows.desk.requests.table import Choice, DataRequest, Kind, RequestVerdict, State
from flows.desk.requests.wording import (
    KINDS,
    STATES,
    VERDICTS,
    counted,
    held,
    line,
    nothing_linked,
    refusal,
    time_left,
)
from flows.input.age import today_in_istanbul
from flows.words.text import Count, Lines, Text, text, units
from flows.words.turkish import fold

__all__ = ["CONFIRM", "RequestFacts", "apply", "deadlines", "list_", "refuse", "show", "typed_number"]


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request with what carrying it out would do now: rows by kind of data, what is kept, what has to end first
    (an order's number and state, or a kind of work), and on which day each of them ends at the latest. own: it is about
    the one who asks."""

    request: DataRequest
    counts: tuple[tuple[str, int], ...] = ()
    kept: tuple[Retained, ...] = ()
    waits: tuple[tuple[str, OrderState | None], ...] = ()
    own: bool = False
    until: Mapping[str, date] = field(default_factory=dict)


NUMBER = text("request", "Write the number of a request, for example 12. All open ones: /dsr")
UNKNOWN = text("request", "There is no request with this number. All open ones: /dsr")


def typed_number(words: str) -> int | None:
    """The number that stands first; None where there is none."""
    first = words.split(maxsplit=1)[0].lstrip("#") if words.split() else ""
    return int(first) if first.isascii() and first.isdecimal() and len(first) < 12 else None


def _of_one(take: Callable[[Asked, RequestFacts], Turn[None]]) -> Callable[[Asked, RequestFacts | None], Turn[None]]:
    """The request whose number was given must be there."""

    def taken(asked: Asked, facts: RequestFacts | None) -> Turn[None]:
        if facts is None:
            return replies(asked, NUMBER if typed_number(asked.said) is None else UNKNOWN)
        return take(asked, facts)

    return taken


# Looking --------------------------------------------------------------------------------------------------------------


def list_(asked: Asked, facts: Sequence[DataRequest]) -> Turn[None]:
    """/kvkk: what is not answered yet, the first to be due first."""
    if not facts:
        return replies(asked, text("request", "No data-subject request is open."))
    today = today_in_istanbul(asked.at)
    rows = Lines(tuple(line(one, today) for one in facts))
    return replies(asked, text("request", "Open data-subject requests:\n{rows}", rows=rows))


def deadlines(asked: Asked, facts: Sequence[DataRequest]) -> Turn[None]:
    """/kvkk_sure: what is twenty days old, and what is overdue."""
    today = today_in_istanbul(asked.at)
    old = [one for one in facts if asked.at - one.opened_at >= flow.ALARM_AFTER]
    if not old:
        first = min((one.due for one in facts), default=None)
        calm = text("request", "No request is twenty days old.")
        next_ = (text("request", "The next one is due on {due}.", due=first),) if first else ()
        return replies(asked, Lines((calm, *next_)))
    said: list[Text] = [text("request", "Answer these first (KVKK m.13 gives thirty days):")]
    for one in old:
        happened = flow.DueDay() if today > one.due else flow.AlarmDay()
        _, verdict = flow.advance(one, happened, asked.at)
        shown = line(one, today)
        said.append(text("request", "OVERDUE: {row}", row=shown) if verdict is RequestVerdict.OVERDUE else shown)
    return replies(asked, Lines(tuple(said)))


@_of_one
def show(asked: Asked, facts: RequestFacts) -> Turn[None]:
    """/kvkk_goster N: where it stands and what it would do; nothing is moved."""
    return does(reply(asked, page(asked, facts)), *by_post.unsent(asked, facts.request), _logged(facts, "show_request"))


def page(asked: Asked, facts: RequestFacts) -> Lines:
    """A request with its dry run, without a name."""
    request = facts.request
    origin = {
        flow.Origin.CHAT: text("request", "by the sender, in the chat"),
        flow.Origin.LETTER: text("request", "by letter"),
        flow.Origin.IDLE: text("request", "by the rule about unused accounts"),
    }[request.origin]
    rows: list[Text] = [
        text("request", "Request {number} · {kind}", number=request.number, kind=KINDS[request.kind]),
        text(
            "request",
            "State: {state} · {time}\nOpened: {opened}, {origin}",
            state=STATES[request.state],
            opened=today_in_istanbul(request.opened_at),
            origin=origin,
            time=time_left(request, today_in_istanbul(asked.at)),
        ),
    ]
    if facts.counts and request.state in flow.UNFINISHED:
        rows.append(_dry_run(facts))
    if facts.waits and request.kind is Kind.ERASURE and request.state in flow.UNFINISHED:
        waits = Lines(tuple(blocker(what, state, facts.until.get(what)) for what, state in facts.waits))
        rows.append(text("request", "These end first, each by the table of orders:\n{rows}", rows=waits))
        if _to_choose(facts):
            rows.append(replace(CHOICES[request.choice], values={"number": request.number}))
    return Lines(tuple(rows), "\n\n")


def _dry_run(facts: RequestFacts) -> Text:
    """Only an erasure erases: of any other request it is what there is to be answered from."""
    if facts.request.kind is Kind.ERASURE:
        return text("request", "Dry run, nothing is changed:\n{rows}", rows=counted(facts.counts, facts.kept))
    return text("request", "What is held now; nothing of it is erased:\n{rows}", rows=held(facts.counts))


def _logged(facts: RequestFacts, action: str) -> Effect:
    return LogAccess(action, facts.request.person, str(facts.request.number))


# Deciding -------------------------------------------------------------------------------------------------------------


@_of_one
def apply(asked: Asked, facts: RequestFacts) -> Turn[None]:
    """/kvkk_uygula N: the first time the dry run; by a second admin (or the only one, a day later) with the word
    "onay" the confirmation; with "durdur" or "gonder" what becomes of a letter that is not sent yet."""
    request = facts.request
    words, me = _words(asked), asked.who.handle
    choice = choice_in(words)
    if choice is not None:
        return _chosen(asked, facts, choice)
    if not _confirming(words):
        after, verdict = flow.advance(request, flow.DryRunShown(me), asked.at)
        if verdict is not RequestVerdict.SHOWN:
            return replies(asked, VERDICTS[verdict])
        moved = (MoveRequest(request, after),) if after is not request else ()
        return does(*moved, _shown(asked, replace(facts, request=after)), _logged(facts, "dry_run"))
    after, verdict = flow.advance(request, flow.Confirmed(me, asked.lone, facts.own), asked.at)
    if after is request:
        decided = [DropButtons()] if verdict in DECIDED else []
        return replies(asked, VERDICTS[verdict]).plus(decided)
    action = "confirm_request_alone" if after.alone else "confirm_request"
    told = (*_told(asked, facts), reply(asked, VERDICTS[verdict]))
    return does(MoveRequest(request, after), DropButtons(), *told, _logged(facts, action))


DECIDED = (RequestVerdict.NOTHING, RequestVerdict.CLOSED)
"""Of a request that is confirmed, refused, withdrawn or carried out by now."""


def _told(asked: Asked, facts: RequestFacts) -> tuple[Effect, ...]:
    """A sender hears what has to end first; whoever is none has the answer by post."""
    request = facts.request
    if not request.person:
        return (
            by_post.to_be_posted(asked, nothing_linked(request.kind, request.number, by_post.days(asked, request))),
        )
    open_orders = tuple(number for number, state in facts.waits if state is not None)
    if request.kind is not Kind.ERASURE or not open_orders:
        return ()
    days = [facts.until[number] for number in open_orders if number in facts.until]
    return (TellSender(request.person, RequestWaits(request.number, open_orders, max(days, default=None))),)


CONFIRM = "dsr"
"""A button under a dry run; its value is the request's number and a word."""
YES = ("onay", "confirm")


def _words(asked: Asked) -> str:
    """A button of an earlier version bears the number alone: it confirms."""
    return f"{asked.said} {YES[0]}" if asked.action and " " not in asked.said else asked.said


def _confirming(words: str) -> bool:
    return any(fold(word) in YES for word in words.split()[1:])


def _shown(asked: Asked, facts: RequestFacts) -> Say:
    """The dry run with what can be decided under it."""
    request, words = facts.request, list[tuple[Text, str]]()
    if _to_choose(facts):
        words = [
            (label, word)
            for choice, label, word in (
                (Choice.STOP, text("request", "Stop the letter, refund"), STOP[0]),
                (Choice.SEND, text("request", "Send the letter first"), SEND[0]),
            )
            if choice is not request.choice
        ]
    if request.state is State.PROPOSED:
        words.append((text("request", "Confirm (another admin)"), YES[0]))
    rows = tuple((Button(label, CONFIRM, f"{request.number} {word}"),) for label, word in words)
    return reply(asked, page(asked, facts), rows)


def _to_choose(facts: RequestFacts) -> bool:
    unfinished = facts.request.state in flow.UNFINISHED and facts.request.kind is Kind.ERASURE
    return unfinished and any(state in CHOOSABLE for _, state in facts.waits)


def _chosen(asked: Asked, facts: RequestFacts, choice: Choice) -> Turn[None]:
    request = facts.request
    if request.state in flow.UNFINISHED and not _to_choose(facts):
        said = text("request", "This request waits for no letter that could be stopped.")
        return replies(asked, said).plus([DropButtons()])
    after, verdict = flow.advance(request, flow.ChoiceMade(choice), asked.at)
    if verdict is not RequestVerdict.CHOSEN:
        return replies(asked, VERDICTS[verdict]).plus([DropButtons()])
    moved = (MoveRequest(request, after),) if after != request else ()
    shown = _shown(asked, replace(facts, request=after))
    return does(*moved, DropButtons(), reply(asked, VERDICTS[verdict]), shown, _logged(facts, f"choose_{choice}"))


@_of_one
def refuse(asked: Asked, facts: RequestFacts) -> Turn[None]:
    """/kvkk_ret N article: reason. Both go to the person in writing (KVKK m.13/3)."""
    article, colon, reason = asked.parted[1].partition(":")
    if not colon or not article.strip() or not reason.strip():
        return replies(asked, HOW_REFUSED)
    if (long := units(article + reason)) > LONGEST:
        said = text(
            "request",
            "Article and reason are too long for one answer: {length} characters, at most {most}. Nothing was refused.",
            length=Count(long),
            most=Count(LONGEST),
        )
        return replies(asked, said)
    request = facts.request
    after, verdict = flow.advance(request, flow.Refused(asked.who.handle, article.strip()), asked.at)
    if after is request:
        return replies(asked, VERDICTS[verdict])
    days = by_post.days(asked, request)
    told = RequestRefused(request.number, reason.strip(), article.strip(), days.asked)
    told_sender = (TellSender(request.person, told),) if request.person else ()
    written = refusal(request.number, reason.strip(), article.strip(), days)
    posted = () if request.person else (by_post.to_be_posted(asked, written),)
    moved = MoveRequest(request, after, reason.strip())
    return does(moved, *told_sender, reply(asked, VERDICTS[verdict]), *posted, _logged(facts, "refuse_request"))


HOW_REFUSED = text(
    "request",
    "Write the number, the article and the reason. Example: /dsr_refuse 12 KVKK m.28: A court has ordered that your"
    " data be kept.",
)
LONGEST = 3000
"""UTF-16 units: with its frame and the way to complain the answer is one message (Bot API: 4096)."""
