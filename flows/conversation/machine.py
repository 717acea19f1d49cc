"""The conversation: one envelope in, one turn out. Pure and total: every event in every state has an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows.conversation import commands, context, data_rights, deadlines, edits, links, pictures
from flows.conversation.moves import accepted, by_step, draft_brought, moved, open_step, order_event, way_back
from flows.conversation.typed_buttons import goes_back, leaves, named
from flows.conversation.unasked_news import TOLD, from_desk, given_up, unfit, with_ticket
from flows.core import events as ev
from flows.core.effects import Reply, Toast
from flows.core.kept_draft import DraftBrought
from flows.core.state import Standing, Turn
from flows.core.step import Back, Forward, GoTo, Here, Move, Open, Operator, Stay
from flows.input.card_number import has_card_number
from flows.input.manuscript import blank, clean, clean_styles
from flows.price.price import NoPrices
from flows.steps import support
from flows.words.invisible import answered
from flows.words.styles import Styled
from flows.words.text import Text, text

__all__ = ["NOT_TAKEN", "advance", "holds_card_number", "open_step"]

UNTIL_LATER = text("machine", "All right; nothing you wrote is stored. Whenever you like, just write /start.")
NOT_TAKEN = text(
    "machine",
    "This message seems to hold a card number, so we have kept nothing of it. Please never write card data to us: they"
    " are asked for on the payment institution's page only. It is best to delete the message from this chat as well.",
)
NO_PRICES = text(
    "machine",
    "Our new prices are not ready yet, so we cannot go on with this just now, we are sorry. What you wrote is kept;"
    " could you please try again later?",
)
OLD_SCREEN = text("machine", "This screen is out of date; here is the current one.")


def advance(operator: Operator, standing: Standing, envelope: ev.Envelope) -> Turn[Standing]:
    """Where the person stands after an event, and what is to be done. The state after a refused event is unchanged."""
    event = envelope.event
    if standing.unreachable and isinstance(event, ev.FromSender):
        standing = replace(standing, unreachable=False)  # who writes can be written to
    here = Here(standing, operator, envelope.moment.acted, envelope.moment.fresh)
    try:
        return context.remembered(here, event, _taken(here, event))
    except NoPrices:
        if not isinstance(event, ev.FromSender):
            raise  # whoever brings it brings it again, until there are prices
        toast = (Toast(event.tap),) if isinstance(event, ev.ButtonTapped) else ()
        return Turn(here.standing, (*toast, Reply(NO_PRICES)))


def _taken(here: Here, event: ev.Event) -> Turn[Standing]:
    if isinstance(event, ev.OrderEvent):
        return order_event(here, event)
    if holds_card_number(event):
        return moved(here, Stay(say=NOT_TAKEN))
    return _HANDLERS.get(type(event), by_step)(here, event)


def holds_card_number(event: ev.Event) -> bool:
    """Whether something that a sender has written, a caption and an edit included, holds a card's number."""
    match event:
        case ev.TextWritten() | ev.TextEdited():
            return has_card_number(event.text)
        case ev.PictureSent() | ev.FileSent():
            return has_card_number(event.caption)
        case ev.CommandGiven():
            return has_card_number(event.typed)
        case _:
            return False


# What a sender does ---------------------------------------------------------------------------------------------------


def _written(here: Here, said: ev.TextWritten) -> Turn[Standing]:
    words = clean(said.text)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    step = open_step(here.standing)
    if blank(words):
        return moved(here, Stay(say=accepted(here)))
    here = context.heard(here, said.message, words)
    if desk := context.to_desk(here, said, words):
        return desk
    styles = clean_styles(said.text, said.styles) if step.literal else ()
    here = context.heard(here, said.message, words, styles=styles)
    if said.quoted and context.own_question(here, said.quoted):
        said = replace(said, quoted=None)
    words = words if step.literal else answered(words)
    if not step.own_way_out and goes_back(words) and way_back(here):
        return moved(here, Back())
    if not step.own_way_out and leaves(words):
        return moved(here, _left(here))
    key = None if step.literal else named(here, words)
    if key is not None:
        return _pressed(here, ev.ButtonTapped(key.action, key.value, str(here.standing.screen), ""))
    return by_step(_noted(here, said.message), replace(said, text=words, styles=styles))


def _left(here: Here) -> Move:
    """A side question is closed; the way itself waits at home, with everything that was given."""
    if here.standing.aside:
        return Forward()
    if here.profile.notice is None:
        return Stay(say=UNTIL_LATER)
    if open_step(here.standing).name in ("home", "blocked"):
        return Stay(ask=True)
    return GoTo(step="home")


def _noted(here: Here, message: int) -> Here:
    """Remembers which message answered which question last: until the next answer, its correction is an answer too."""
    question = edits.question(here.standing)
    return here.now(replace(here.standing, draft=replace(here.draft, last_message=message, last_question=question)))


def _tapped(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """Deny by default: a button counts only if it stands on the present screen. Two taps do one thing."""
    lasting = _LASTING.get(tap.action)
    if lasting and not tap.screen:
        turn = lasting(here, tap)
        toasted = any(isinstance(effect, Toast) for effect in turn.effects)
        return turn if toasted else turn.plus([Toast(tap.tap)])
    this = f"{tap.screen}:{tap.action}:{tap.value}"
    if tap.screen != str(here.standing.screen):
        if this == here.standing.last_tap:
            return Turn(here.standing, (Toast(tap.tap),))
        return moved(here, Stay(ask=True), toast=Toast(tap.tap, OLD_SCREEN))
    step = open_step(here.standing)
    screen = step.ask(here)
    known = {*step.taps, "back", "new"}
    shown = (key for row in screen.buttons for key in row) if screen else ()
    offered = {(key.action, key.value) for key in shown if key.action in known}
    offered |= {(action, "") for action in step.drawn_elsewhere}
    if (tap.action, tap.value) not in offered:
        if this == here.standing.last_tap:
            return Turn(here.standing, (Toast(tap.tap),))
        if tap.value and tap.action in step.outdated and any(tap.action == action for action, _ in offered):
            return moved(here, Stay(say=step.outdated[tap.action], ask=True), toast=Toast(tap.tap))
        return moved(here, Stay(ask=True), toast=Toast(tap.tap, OLD_SCREEN))
    return _pressed(here.now(replace(here.standing, last_tap=this)), tap)


def _pressed(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """A button of the present screen, tapped or named in words (then there is no tap to answer)."""
    toast = Toast(tap.tap) if tap.tap else None
    here = here.now(replace(here.standing, draft=replace(here.draft, last_message=0, last_question="")))
    if tap.action == "back":
        return moved(here, Back(), toast=toast)
    if tap.action == "new":
        return moved(here, commands.new(here, ev.CommandGiven("yeni", "")), toast=toast)
    move = open_step(here.standing).taps[tap.action](here, tap)
    if isinstance(move, Stay) and move.silent and not any(isinstance(effect, Reply) for effect in move.effects):
        # Its answer is still being made and brings a screen of its own: until then a second tap finds an old one.
        here = here.now(replace(here.standing, screen=here.standing.screen + 1))
    return moved(here, move, toast=toast)


def _shared(here: Here, shared: ev.ContactShared) -> Turn[Standing]:
    if ev.ContactShared in open_step(here.standing).on:
        return by_step(here, shared)
    return pictures.refused(here, "contact")


def _file(here: Here, sent: ev.FileSent) -> Turn[Standing]:
    return pictures.refused(here, sent.kind, Styled(sent.caption, sent.styles), sent.message)


def _blocked(here: Here, _: ev.ChatBlocked) -> Turn[Standing]:
    return Turn(replace(here.standing, unreachable=True))


def _opened(here: Here, _: ev.ChatOpened) -> Turn[Standing]:
    """Silent: the /start that follows is answered."""
    return Turn(replace(here.standing, unreachable=False))


# What our own slow work found out -------------------------------------------------------------------------------------


def _ticket(here: Here, opened: ev.TicketOpened) -> Turn[Standing]:
    here = with_ticket(here, opened.number)
    if here.standing.aside == "support":
        return by_step(here, opened)
    return Turn(here.standing, (Reply(support.told(opened)),))


def _ticket_refused(here: Here, refused: ev.TicketRefused) -> Turn[Standing]:
    if here.standing.aside == "support":
        return by_step(here, refused)
    return Turn(here.standing, (Reply(support.refusal(refused)),))


def _ticket_edited(here: Here, found: ev.TicketEdited) -> Turn[Standing]:
    if found.number or found.closed:
        return Turn(here.standing, (Reply(pictures.left_out(found, support.edited(found))),))
    return moved(here, Stay(say=edits.no_more(here)))


_HANDLERS: Mapping[type[ev.Event], Callable[[Here, Any], Turn[Standing]]] = {
    ev.TextWritten: links.carried(_written),
    ev.TextEdited: links.carried(edits.take),
    ev.ButtonTapped: _tapped,
    ev.ContactShared: _shared,
    ev.FileSent: _file,
    ev.PictureSent: pictures.take,
    ev.CommandGiven: commands.take,
    ev.ChatBlocked: _blocked,
    ev.ChatOpened: _opened,
    ev.TicketOpened: _ticket,
    ev.TicketRefused: _ticket_refused,
    ev.TicketEdited: _ticket_edited,
    ev.PictureRefused: pictures.take_refused,
    ev.PhotoKept: pictures.take_result,
    ev.PhotoRefused: pictures.take_result,
    DraftBrought: draft_brought,
    **dict.fromkeys(TOLD, from_desk),
    **deadlines.HANDLERS,
    ev.WorkGivenUp: given_up,
    ev.AddressUnfit: unfit,
    **data_rights.HANDLERS,
}


# Buttons that work on every screen ------------------------------------------------------------------------------------


def _decides(event: Callable[[str], ev.OrderEvent]) -> Callable[[Here, ev.ButtonTapped], Turn[Standing]]:
    """What a tap says about an order. It is looked up among the person's own; another's number finds nothing."""

    def take(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
        if here.standing.order(tap.value) is None:
            return moved(here, Stay(ask=True))
        return order_event(here, event(tap.value))

    return take


def _cancels(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """Always asked once; where it is too late, or done already, that is said at once."""
    order = here.standing.order(tap.value)
    if order is not None and order.state in commands.CANCELLABLE and not order.stopping:
        return moved(here, Open(step="cancel_order", about=order.id))
    return _decides(ev.OrderCancelled)(here, tap)


_LASTING: Mapping[str, Callable[[Here, ev.ButtonTapped], Turn[Standing]]] = {
    "cancel_order": _cancels,
    "sample": lambda here, tap: moved(here, commands.sample(here, ev.CommandGiven("ornek", ""))),
    "prices": lambda here, tap: moved(here, commands.prices(here, ev.CommandGiven("fiyat", ""))),
    "repost": _decides(ev.RepostAsked),
    "destroy": _decides(ev.DestructionAsked),
    **data_rights.LASTING,
    **deadlines.LASTING,
    "answer": lambda here, tap: moved(here, support.take_answer(here, tap)),
    "rate": lambda here, tap: moved(here, support.take_stars(here, tap)),
}
