"""What a turn wants to say, in the reader's own language and ready to be sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.wording.documents import Documents
from flows.core.effects import Attachment, Button, Effect, Reply, ShowBusy, ShowDocument, Toast
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Standing, Turn
from flows.core.step import Operator
from flows.desk.base.effects import Say
from flows.words.text import Lines, Text, Verbatim, text
from locales import say

__all__ = ["APOLOGY", "CONTACT", "Speaker", "keyboard_after", "to_staff", "words"]

APOLOGY = text(
    "machine",
    "Something went wrong on our side, we are sorry. What you wrote is kept. Could you please try again in a few"
    " minutes?",
)


CONTACT = "phone"
"""The question whose button stays for as long as it is open, whatever else is said meanwhile."""


def words(said: Text | Lines | Verbatim, language: str) -> str:
    """Plain text in a language."""
    if isinstance(said, Lines):
        return said.by.join(words(part, language) for part in said.parts)
    return said.words if isinstance(said, Verbatim) else say(said, language)


def data(button: Button, screen: int) -> str:
    """Callback data `action:value:screen`, at most 64 bytes (Bot API, InlineKeyboardButton); lasting: no screen."""
    return f"{button.action}:{button.value}:{'' if button.lasting else screen}"


def to_staff(said: Say, language: str) -> OutgoingMessage:
    """A message to a staff chat; what its buttons bring back needs no screen."""
    keys = tuple(
        tuple(Key(words(button.label, language), f"{button.action}:{button.value}") for button in row)
        for row in said.buttons
    )
    shown = Attachment("picture", said.picture) if said.picture else None
    text = words(said.text, language)
    return OutgoingMessage("say", text, keys, attachment=shown, answers=said.reply_to, about=said.about)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Knows the seller's documents; everything else it says comes from the turn."""

    operator: Operator
    documents: Documents

    def messages(self, turn: Turn[Standing], at: datetime) -> tuple[OutgoingMessage, ...]:
        """Every message of a turn, in order. Effects that are not messages are the writers'."""
        said = tuple(
            message
            for effect in turn.effects
            if type(effect) in _SAID
            for message in _SAID[type(effect)](self, effect, turn.standing, at)
        )
        return _cleared(said) if turn.standing.keyboard and turn.standing.question != CONTACT else said

    def apology(self, standing: Standing) -> OutgoingMessage:
        return OutgoingMessage("say", words(APOLOGY, standing.profile.language))

    def _reply(self, reply: Reply, standing: Standing, at: datetime) -> tuple[OutgoingMessage, ...]:
        language = standing.profile.language
        keys = tuple(
            tuple(
                Key(words(button.label, language), "" if button.url else data(button, standing.screen), button.url)
                for button in row
            )
            for row in reply.buttons
        )
        contact = words(reply.contact, language) if reply.contact else ""
        said = words(reply.text, language)
        return (
            OutgoingMessage(
                "say", said, keys, contact, attachment=reply.attachment, running=reply.running, anew=reply.anew
            ),
        )

    def _document(self, shown: ShowDocument, standing: Standing, at: datetime) -> tuple[OutgoingMessage, ...]:
        filled = self.documents.shown(shown.name, self.operator, standing, at)
        return tuple(OutgoingMessage("say", part) for part in filled.parts())

    def _toast(self, toast: Toast, standing: Standing, at: datetime) -> tuple[OutgoingMessage, ...]:
        said = words(toast.text, standing.profile.language) if toast.text else ""
        return (OutgoingMessage("toast", said, tap=toast.tap),)

    def _busy(self, busy: ShowBusy, standing: Standing, at: datetime) -> tuple[OutgoingMessage, ...]:
        return (OutgoingMessage("busy"),)


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


_SAID: Mapping[type[Effect], Callable[[Speaker, Any, Standing, datetime], tuple[OutgoingMessage, ...]]] = {
    Reply: Speaker._reply,
    ShowDocument: Speaker._document,
    Toast: Speaker._toast,
    ShowBusy: Speaker._busy,
}
