"""/ac: an admin asks to open a letter, another one decides, and the page opens it once; each as a turn of the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flows.core.effects import Effect, Toast
from flows.core.events import LetterOpened
from flows.core.state import Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member, Presence
from flows.desk.base.turns import does, says
from flows.desk.base.wording import named
from flows.desk.openings import wording as words
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened, MarkTold, RefuseOpening
from flows.desk.openings.table import (
    LIVES,
    Intent,
    Left,
    Opening,
    OpeningOrder,
    Stage,
    Verdict,
    Why,
    verdict,
)
from flows.order.number import number_first, written
from flows.words.text import Text, Verbatim, text, units
from flows.words.turkish import fold

__all__ = ["OPEN_LETTER", "OpeningFacts", "approve", "ask", "opened", "refuse", "tell"]

OPEN_LETTER: Final = "open_letter"
"""In the access log: kept ten years."""
PATH: Final = "/ac"
LONGEST: Final = 200  # UTF-16 units of a reference: a court, a number, a day
REASONS: Final = {"hukuki": Why.LEGAL, "legal": Why.LEGAL, "teknik": Why.TECHNICAL, "technical": Why.TECHNICAL}
SILENT: Final = ("gizli", "silent")


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """order: the one that was named, if it is there. opening: the one whose button was pressed. open: those that wait
    for a decision, and those whose sender was not told."""

    order: OpeningOrder | None = None
    opening: Opening | None = None
    open: tuple[Opening, ...] = field(default=())


# Asking ---------------------------------------------------------------------------------------------------------------


def ask(asked: Asked, facts: OpeningFacts) -> Turn[None]:
    """/ac ORDER reason [gizli] reference; without words, what is open."""
    if not asked.words.strip():
        return _list(asked, facts)
    number, after = number_first(asked.words)
    rest = after.split()
    why = REASONS.get(fold(rest[0])) if rest else None
    silent = len(rest) > 1 and fold(rest[1]) in SILENT
    reference = " ".join(rest[2 if silent else 1 :])
    if not number or why is None or not reference or units(reference) > LONGEST:
        return says(_how(asked))
    if silent and why is not Why.LEGAL:
        return says(text("opening", "Only a legal order can forbid that the sender is told."))
    order = facts.order
    if order is None:
        return says(text("opening", "There is no such order: {order}", order=written(number)))
    logged = LogAccess("ask_opening", order.id, outcome="refused", purpose=why)
    if asked.lone:
        alone = text(
            "opening",
            "There is no other admin who could approve this, and nobody opens a letter alone. To appoint one:"
            " {example}",
            example=_appoint(asked),
        )
        return does(Say(alone), logged)
    if order.left is Left.NOTHING:
        return does(Say(words.VERDICTS[Verdict.NOTHING_LEFT]), logged)
    if order.pending:
        return says(text("opening", "A request for this order is open already: {command}", command=_command(asked)))
    return _asks(asked, order, why, reference, silent=silent)


def _asks(asked: Asked, order: OpeningOrder, why: Why, reference: str, *, silent: bool) -> Turn[None]:
    assert asked.moment is not None
    me = Member(asked.who.handle, asked.name)
    opening = Opening(
        asked.moment.fresh, order.number, order.id, "", "", why, silent, reference, Stage.ASKED, me, "", asked.moment.at
    )
    mine = text(
        "opening",
        "Asked.\n{request}\nAnother admin has to approve it; nobody opens a letter alone.",
        request=words.described(opening),
    )
    others = sorted(asked.admins - {me.handle})
    return does(
        AskOpening(opening.id, order.id, why, reference, silent),
        Say(mine, buttons=words.take_back(opening.id)),
        *(Say(words.asked_of(opening), to=one, buttons=words.decide(opening.id)) for one in others),
        LogAccess("ask_opening", order.id, opening.code, purpose=why),
    )


def _list(asked: Asked, facts: OpeningFacts) -> Turn[None]:
    said: list[Effect] = []
    for one in facts.open:
        if one.stage is Stage.OPENED:
            assert one.opened_at is not None
            said.append(Say(words.used(one, one.opened_at), buttons=words.tell_now(one.id)))
        elif one.asked_by and one.asked_by.handle == asked.who.handle:
            said.append(Say(words.described(one), buttons=words.take_back(one.id)))
        else:
            said.append(Say(words.asked_of(one), buttons=words.decide(one.id)))
    return does(Say(_how(asked)), *said)


def _command(asked: Asked) -> str:
    return named(asked, "ac", "open")


def _appoint(asked: Asked) -> str:
    return "/staff add 123456789 admin Deniz" if asked.language == "en" else "/personel ekle 123456789 yonetici Deniz"


def _how(asked: Asked) -> Text:
    english = asked.language == "en"
    return text(
        "opening",
        "A letter is opened for two reasons only, and by two admins: {legal} (a judge's decision, or an authority's"
        " order), {technical} (a fault that cannot be mended otherwise). Write the order, the reason and its reference,"
        " without anybody's name. Where the order forbids that the sender is told, write {silent} before the reference."
        "\nExample: {example}",
        legal="legal" if english else "hukuki",
        technical="technical" if english else "teknik",
        silent="silent" if english else "gizli",
        example=f"{_command(asked)} MX000123 {'legal' if english else 'hukuki'} 2026/123",
    )


# Deciding -------------------------------------------------------------------------------------------------------------


def approve(asked: Asked, facts: OpeningFacts) -> Turn[None]:
    """By another admin. The link goes to whoever asked, in private, and to nobody else."""
    found, opening = _judged(asked, facts, Intent.APPROVE)
    if opening is None or found is not Verdict.APPROVED:
        return _refused(asked, opening, found, "approve_opening")
    assert asked.moment is not None and asked.operator is not None and opening.asked_by is not None
    until, token = asked.moment.at + LIVES, asked.moment.fresh
    # After the "#": a browser keeps it to itself, so that no proxy, log or robot on the way ever has it.
    link = f"{asked.operator.public}{PATH}#{opening.id}.{token}"
    given = text(
        "opening",
        "Approved by {by}. It opens once, until {until}:\n{link}\nOrder: {order}\nCode: {code}",
        by=Verbatim(asked.name),
        until=until,
        link=link,
        order=opening.order,
        code=opening.code,
    )
    done = text(
        "opening",
        "Approved. The link is with {asker} and lives for 15 minutes.\nCode: {code}",
        asker=Verbatim(opening.asked_by.name),
        code=opening.code,
    )
    return does(
        Toast(asked.tap),
        DropButtons(),
        ApproveOpening(opening.id, token, until),
        Say(given, to=opening.asked_by.handle),
        Say(done, buttons=words.take_back(opening.id)),
        LogAccess("approve_opening", opening.order_id, opening.code, purpose=opening.why),
    )


def refuse(asked: Asked, facts: OpeningFacts) -> Turn[None]:
    """By any admin, also by whoever asked; an approval too can be taken back until it is used."""
    found, opening = _judged(asked, facts, Intent.REFUSE)
    if opening is None or found is not Verdict.REFUSED:
        return _refused(asked, opening, found, "refuse_opening")
    told = text(
        "opening",
        "{by} has refused it, nothing is opened.\nOrder: {order}\nCode: {code}",
        by=Verbatim(asked.name),
        order=opening.order,
        code=opening.code,
    )
    parties = {one.handle for one in (opening.asked_by, opening.decided_by) if one} - {asked.who.handle}
    return does(
        Toast(asked.tap),
        DropButtons(),
        RefuseOpening(opening.id),
        Say(told),
        *(Say(told, to=one) for one in sorted(parties)),
        LogAccess("refuse_opening", opening.order_id, opening.code, purpose=opening.why),
    )


def tell(asked: Asked, facts: OpeningFacts) -> Turn[None]:
    """The order does not forbid it any more."""
    found, opening = _judged(asked, facts, Intent.TELL)
    if opening is None or found is not Verdict.TOLD:
        return _refused(asked, opening, found, "tell_opening")
    said = text("opening", "The sender is being told.\nCode: {code}", code=opening.code)
    return does(
        Toast(asked.tap),
        DropButtons(),
        MarkTold(opening.id),
        _news(opening, opening.opened_at or opening.asked_at),
        Say(said),
        LogAccess("tell_opening", opening.order_id, opening.code, purpose=opening.why),
    )


def _judged(asked: Asked, facts: OpeningFacts, act: Intent) -> tuple[Verdict, Opening | None]:
    if facts.opening is None or asked.moment is None:
        return Verdict.DECIDED, None
    return verdict(facts.opening, act, asked.who.handle, asked.admins, asked.moment.at), facts.opening


def _refused(asked: Asked, opening: Opening | None, found: Verdict, action: str) -> Turn[None]:
    """Nothing changes. Who tried to approve what is not theirs to approve is on record. Buttons stay for as long as
    somebody can do something with them."""
    toast = Toast(asked.tap, words.VERDICTS[found])
    if opening is None or found in (Verdict.DECIDED, Verdict.LATE, Verdict.NO_NEED):
        over = opening is None or opening.at(asked.at) not in (Stage.ASKED, Stage.APPROVED)
        return does(*(toast, DropButtons()) if over else (toast,))
    return does(toast, LogAccess(action, opening.order_id, opening.code, found, opening.why))


# Opening --------------------------------------------------------------------------------------------------------------


ABSENT: Final[Mapping[Presence, Verdict]] = {
    Presence.THERE: Verdict.OPENED,
    Presence.AWAY: Verdict.AWAY,
    Presence.UNKNOWN: Verdict.UNKNOWN,
}


def opened(opening: Opening, admins: Collection[str], now: datetime, presence: Presence) -> tuple[Verdict, Turn[None]]:
    """Whoever holds the token presses the button on the page. Nothing is opened before this turn is kept.

    presence: in the staff chat, of whoever asked and whoever approved: the one that speaks most against it."""
    asker = opening.asked_by.handle if opening.asked_by else ""
    found = verdict(opening, Intent.OPEN, asker, admins, now)
    found = ABSENT[presence] if found is Verdict.OPENED else found
    logged = LogAccess(OPEN_LETTER, opening.order_id, opening.code, "done", opening.why)
    if found is not Verdict.OPENED:
        return found, does(LogAccess(OPEN_LETTER, opening.order_id, opening.code, found, opening.why))
    told = bool(opening.person) and not opening.silent
    buttons = words.tell_now(opening.id) if opening.silent else ()
    parties = sorted({one.handle for one in (opening.asked_by, opening.decided_by) if one})
    return found, does(
        MarkOpened(opening.id, told),
        *([_news(opening, now)] if told else []),
        *(Say(words.used(opening, now), to=one, buttons=buttons) for one in parties),
        logged,
    )


def _news(opening: Opening, at: datetime) -> TellSender:
    return TellSender(opening.person, LetterOpened(opening.order, opening.why, at))
