"""The conversation: one envelope in, one turn out. Pure and total: every event in every state has an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows.conversation import commands, data_rights, deadlines, links, pictures
from flows.conversation.journey import STEPS, further
from flows.conversation.moves import accepted, draft_brought, moved, open_step, order_event, quietly, way_back
from flows.conversation.typed_buttons import goes_back, leaves, named
from flows.conversation.unasked_news import TOLD, from_desk, unfit, with_ticket
from flows.conversation.unprintable_files import CANNOT_BE_PRINTED
from flows.core import events as ev
from flows.core.effects import Reply, Toast
from flows.core.kept_draft import DraftBrought
from flows.core.state import Standing, Turn
from flows.core.step import Back, Forward, GoTo, Here, Move, Open, Operator, Stay
from flows.input.manuscript import clean
from flows.steps import support
from flows.words.invisible import answered, unmarked
from flows.words.text import Text, text

__all__ = ["advance", "open_step"]

NOT_OPEN = text(
    "machine",
    "This edit no longer changes anything. To correct an earlier answer, you can go back.",
)
ORDERED = text(
    "machine",
    "The message you edited changes nothing any more: a letter is printed as you approved it. Until printing begins you"
    " can cancel the order in /orders.",
)

UNTIL_LATER = text("machine", "All right; nothing you wrote is stored. Whenever you like, just write /start.")
OLD_SCREEN = text("machine", "This screen is out of date; here is the current one.")


def advance(operator: Operator, standing: Standing, envelope: ev.Envelope) -> Turn[Standing]:
    """Where the person stands after an event, and what is to be done. The state after a refused event is unchanged."""
    event = envelope.event
    if standing.unreachable and isinstance(event, ev.FromSender):
        standing = replace(standing, unreachable=False)  # who writes can be written to
    here = Here(standing, operator, envelope.moment.at, envelope.moment.fresh)
    if isinstance(event, ev.OrderEvent):
        return order_event(here, event)
    return _HANDLERS.get(type(event), _by_step)(here, event)


# What a sender does ---------------------------------------------------------------------------------------------------


def _written(here: Here, said: ev.TextWritten) -> Turn[Standing]:
    words = clean(said.text)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    step = open_step(here.standing)
    words = words if step.literal else answered(words)
    if not unmarked(words).strip():
        return moved(here, Stay(say=accepted(here)))
    if not step.literal and goes_back(words) and way_back(here):
        return moved(here, Back())
    if not step.literal and leaves(words):
        return moved(here, _left(here))
    key = None if step.literal else named(here, words)
    if key is not None:
        return _pressed(here, ev.ButtonTapped(key.action, key.value, str(here.standing.screen), ""))
    return _by_step(_noted(here, said.message), replace(said, text=words))


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
    question = _question(here.standing)
    return here.now(replace(here.standing, draft=replace(here.draft, last_message=message, last_question=question)))


def _question(standing: Standing) -> str:
    """A name is asked on the way and in the settings: two questions."""
    return f"{standing.step}+{standing.aside}" if standing.aside else standing.step


def _edited(here: Here, edited: ev.TextEdited) -> Turn[Standing]:
    """A message of the letter changes the letter wherever the conversation stands; the last answer is taken anew."""
    words = clean(edited.text)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    if edited.message in here.draft.manuscript:
        return pictures.left_off_paper(edited, _letter_changed(here, replace(edited, text=words)))
    if _of_ticket(here, question := _asked_then(here, edited.message)):
        return moved(here, support.corrected(pictures.as_asked(words, edited), edited))
    if question is None or not unmarked(words).strip():
        return moved(here, Stay(say=ORDERED if here.standing.step == "home" and here.standing.orders else NOT_OPEN))
    return _by_step(question, ev.TextWritten(answered(words), edited.message))


def _of_ticket(here: Here, question: Here | None) -> bool:
    """Whether it may be a message of a question to the desk: only storage knows which, and whether that is closed."""
    if question is None:
        return bool(here.profile.ticket) or open_step(here.standing).name == "home"
    return bool(here.profile.ticket) and open_step(question.standing).name in ("home", "support")


def _asked_then(here: Here, message: int) -> Here | None:
    """With the question open that this message answered: it still is, or the correction leads back to it. Never ahead:
    what stands between, a letter that has changed and its preview, would be passed over."""
    draft = here.draft
    if not message or message != draft.last_message:
        return None
    if draft.last_question == _question(here.standing):
        return here
    now, step = here.standing, STEPS.get(draft.last_question)  # None: a side question, closed by now
    if step is None or step.settled or draft.order or now.aside or further(step.name, than=now.step):
        return None
    return here.now(replace(here.standing, step=step.name, screen=here.standing.screen + 1))


def _letter_changed(here: Here, edited: ev.TextEdited) -> Turn[Standing]:
    """Past the letter, preview and approval are void and the sender is brought back to it."""
    move = STEPS["letter"].on[ev.TextEdited](here, edited)
    if here.standing.step == "letter" or move.draft is None:
        return moved(here, move)
    said = text("letter", "Your letter has changed, so its preview is no longer valid.")
    return moved(_alone(here), GoTo(step="letter", draft=move.draft, say=said))


def _alone(here: Here) -> Here:
    """Without a side question: the journey itself moves."""
    return here.now(replace(here.standing, aside=""))


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
    if isinstance(move, Stay) and move.silent:
        # Its answer is still being made and brings a screen of its own: until then a second tap finds an old one.
        here = here.now(replace(here.standing, screen=here.standing.screen + 1))
    return moved(here, move, toast=toast)


def _shared(here: Here, shared: ev.ContactShared) -> Turn[Standing]:
    if ev.ContactShared in open_step(here.standing).on:
        return _by_step(here, shared)
    return _file(here, ev.FileSent("contact"))


def _file(here: Here, sent: ev.FileSent) -> Turn[Standing]:
    """Named for what it is; the question stays open and the draft is intact."""
    what = CANNOT_BE_PRINTED.get(sent.kind, CANNOT_BE_PRINTED["other"])
    said = text("machine", "{what} {accepts}", what=what, accepts=accepted(here))
    return moved(here, Stay(say=said))


def _blocked(here: Here, _: ev.ChatBlocked) -> Turn[Standing]:
    return Turn(replace(here.standing, unreachable=True))


def _opened(here: Here, _: ev.ChatOpened) -> Turn[Standing]:
    """Silent: the /start that follows is answered."""
    return Turn(replace(here.standing, unreachable=False))


# What our own slow work found out -------------------------------------------------------------------------------------


def _ticket(here: Here, opened: ev.TicketOpened) -> Turn[Standing]:
    here = with_ticket(here, opened.number)
    if here.standing.aside == "support":
        return _by_step(here, opened)
    return Turn(here.standing, (Reply(support.told(opened)),))


def _ticket_refused(here: Here, refused: ev.TicketRefused) -> Turn[Standing]:
    if here.standing.aside == "support":
        return _by_step(here, refused)
    return Turn(here.standing, (Reply(support.refusal(refused)),))


def _ticket_edited(here: Here, found: ev.TicketEdited) -> Turn[Standing]:
    if found.number or found.closed:
        return Turn(here.standing, (Reply(pictures.left_out(found, support.edited(found))),))
    return moved(here, Stay(say=ORDERED if here.standing.step == "home" and here.standing.orders else NOT_OPEN))


def _by_step(here: Here, event: ev.Event) -> Turn[Standing]:
    """The open question takes it, or says what it accepts. A result nobody waits for any more changes nothing."""
    step = open_step(here.standing)
    take = step.on.get(type(event))
    if take is None and isinstance(event, _RESULTS):
        behind = STEPS[here.standing.step]
        take = behind.on.get(type(event))
        if take is None:
            return Turn(here.standing)
        return quietly(here, take(_alone(here), event))
    if take is None:
        return moved(here, Stay(say=accepted(here)))
    return moved(here, take(here, event))


_RESULTS = (
    ev.CodeMailed, ev.MailRefused, ev.LetterMeasured, ev.LetterUnmeasured, ev.PreviewDrawn, ev.PreviewRefused,
    ev.PreviewArrived, ev.PreviewUndelivered,
)  # fmt: skip


_HANDLERS: Mapping[type[ev.Event], Callable[[Here, Any], Turn[Standing]]] = {
    ev.TextWritten: links.carried(_written),
    ev.TextEdited: links.carried(_edited),
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
    DraftBrought: draft_brought,
    **dict.fromkeys(TOLD, from_desk),
    **deadlines.HANDLERS,
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
