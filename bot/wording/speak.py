"""What a turn wants to say, in the reader's own language and ready to be sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.wording.documents import Documents
from flows.core.effects import Attachment, Button, Buttons, Effect, Outgoing, Reply, ShowBusy, ShowDocument, Toast
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Standing, Turn
from flows.desk.base.effects import DropButtons, Say, Topic
from flows.words.text import Lines, Text, Verbatim, text
from locales import pick, say

__all__ = ["APOLOGY", "CONTACT", "SAID", "Reader", "Speaker", "keyboard_after", "spoken", "words"]

APOLOGY = text(
    "machine",
    "Something went wrong on our side, we are sorry. What you wrote is kept. Could you please try again in a few"
    " minutes?",
)


CONTACT = "phone"
"""The question whose button stays for as long as it is open, whatever else is said meanwhile."""
TOAST: Final = 200
"""Characters of an answer to a tap (Bot API, answerCallbackQuery)."""


def words(said: Text | Lines | Verbatim, language: str) -> str:
    """Plain text in a language."""
    if isinstance(said, Lines):
        return said.by.join(words(part, language) for part in said.parts)
    return said.words if isinstance(said, Verbatim) else say(said, language)


Said = tuple[str, OutgoingMessage]
"""Where to, and what. The address is "" for where it was asked, EVERYBODY, or a chat of the staff."""


def no_document(name: str) -> tuple[str, ...]:
    raise LookupError(f"a staff chat is shown no document: {name}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who has asked. screen: where their buttons stand, None in a staff chat. tapped: the message whose button was
    tapped, 0 for none. document: the parts of one that is filled for them."""

    language: str
    screen: int | None = None
    tapped: int = 0
    document: Callable[[str], tuple[str, ...]] = no_document


def data(button: Button, screen: int | None) -> str:
    """Callback data `action:value:screen`, at most 64 bytes (Bot API, InlineKeyboardButton); lasting: no screen. In a
    staff chat `action:value`."""
    if screen is None:
        return f"{button.action}:{button.value}"
    return f"{button.action}:{button.value}:{'' if button.lasting else screen}"


def _keys(rows: Buttons, language: str, screen: int | None) -> tuple[tuple[Key, ...], ...]:
    return tuple(
        tuple(
            Key(words(button.label, language), "" if button.url else data(button, screen), button.url) for button in row
        )
        for row in rows
    )


# What each effect becomes ---------------------------------------------------------------------------------------------


def _reply(reply: Reply, reader: Reader) -> Iterator[Said]:
    keys = _keys(reply.buttons, reader.language, reader.screen)
    contact = words(reply.contact, reader.language) if reply.contact else ""
    said, shown = words(reply.text, reader.language), reply.attachment
    message = OutgoingMessage("say", said, keys, contact, attachment=shown, running=reply.running, anew=reply.anew)
    yield "", replace(message, relays=reply.relays)


def _say(said: Say, reader: Reader) -> Iterator[Said]:
    language = said.language or (pick(None) if said.to else reader.language)
    keys, shown = _keys(said.buttons, language, None), Attachment("picture", said.picture) if said.picture else None
    message = OutgoingMessage("say", words(said.text, language), keys, attachment=shown)
    yield said.to, replace(message, answers=said.reply_to, about=said.about, relays=said.relays)


def _document(shown: ShowDocument, reader: Reader) -> Iterator[Said]:
    for part in shown.filled.parts() if shown.filled else reader.document(shown.name):
        yield "", OutgoingMessage("say", part)


def _toast(toast: Toast, reader: Reader) -> Iterator[Said]:
    said = words(toast.text, reader.language)[:TOAST] if toast.text else ""
    yield "", OutgoingMessage("toast", said, tap=toast.tap)


def _busy(busy: ShowBusy, reader: Reader) -> Iterator[Said]:
    yield "", OutgoingMessage("busy")


def _drop_buttons(decided: DropButtons, reader: Reader) -> Iterator[Said]:
    if reader.tapped:
        yield "", OutgoingMessage("decided", answers=reader.tapped)


def _topic(topic: Topic, reader: Reader) -> Iterator[Said]:
    if "/" in topic.to:
        yield topic.to, OutgoingMessage(topic.act)


SAID: Final[Mapping[type[Outgoing], Callable[[Any, Reader], Iterator[Said]]]] = {
    Reply: _reply,
    Say: _say,
    ShowDocument: _document,
    Toast: _toast,
    ShowBusy: _busy,
    DropButtons: _drop_buttons,
    Topic: _topic,
}
"""What every effect that is said becomes."""


def spoken(effects: Iterable[Effect], reader: Reader) -> list[Said]:
    """Every message, in order; all other effects are the writers'. Errors: KeyError where there are no words."""
    said = (effect for effect in effects if isinstance(effect, Outgoing))
    return [one for effect in said for one in SAID[type(effect)](effect, reader)]


# To a sender ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speaker:
    """Knows the seller's documents; everything else it says comes from the turn."""

    documents: Documents

    def messages(self, turn: Turn[Standing]) -> tuple[OutgoingMessage, ...]:
        """Every message of a turn, in order, to the one person it is about."""
        standing = turn.standing

        def document(name: str) -> tuple[str, ...]:
            return self.documents.shown(name, standing).parts()

        reader = Reader(standing.profile.language, standing.screen, document=document)
        said = tuple(_to_them(one) for one in spoken(turn.effects, reader))
        return _cleared(said) if standing.keyboard and standing.question != CONTACT else said

    def apology(self, standing: Standing) -> OutgoingMessage:
        return OutgoingMessage("say", words(APOLOGY, standing.profile.language))


def _to_them(said: Said) -> OutgoingMessage:
    to, message = said
    if to:
        raise ValueError("a sender's turn says something to somebody else")
    return message


def _cleared(said: tuple[OutgoingMessage, ...]) -> tuple[OutgoingMessage, ...]:
    """The first that has no buttons of its own takes the contact button away; not a running line, which could not be
    replaced then, and may itself replace one."""
    for nth, one in enumerate(said):
        if one.contact:
            break
        if one.kind == "say" and not (one.keys or one.running):
            return (*said[:nth], replace(one, clears=True), *said[nth + 1 :])
    return said


def keyboard_after(shown: bool, said: Iterable[OutgoingMessage]) -> bool:
    """Whether the contact button is shown when these have been said."""
    for one in said:
        shown = bool(one.contact) or (shown and not one.clears)
    return shown
