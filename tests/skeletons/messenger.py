"""A messenger with a JSON interface: what arrives becomes an Envelope, what is said becomes one call."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from bot.messenger.protocol import Away, Files, LineGone, MessageRefused, SendError, TooFast, Unreachable
from flows.core.events import ButtonTapped, CommandGiven, Envelope, Event, FileSent, Moment, Person, TextWritten
from flows.core.outgoing import OutgoingMessage
from flows.words.slash import slash

__all__ = ["CHANNEL", "ExampleMessenger", "Line", "to_envelope"]

CHANNEL: Final = "example"


class Line(Protocol):
    """The connection to the messenger: one call, its status and its answer. ConnectionError when there is none."""

    async def call(self, method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]: ...


# What arrives ---------------------------------------------------------------------------------------------------------


def to_envelope(update: Mapping[str, Any], moment: Moment) -> Envelope | None:
    """Pure. The key is the messenger's own number of the update: what it brings twice counts once."""
    event = _event(update)
    if event is None:
        return None
    person = Person(CHANNEL, str(update["from"]), update.get("language", ""), update.get("name", ""))
    return Envelope(f"{CHANNEL}:{update['id']}", person, event, moment)


def _event(update: Mapping[str, Any]) -> Event | None:
    """None for what is no sender's word: somebody has read a message, or is typing."""
    match update["kind"]:
        case "text" if given := slash(update["text"]):
            return CommandGiven(given.name, given.words, update["message"])
        case "text":
            return TextWritten(update["text"], update["message"])
        case "tap":
            action, _, rest = update["data"].partition(":")
            value, _, screen = rest.rpartition(":")
            return ButtonTapped(action, value, screen, update["tap"])
        case "file":
            return FileSent("document")
        case _:
            return None


# What is said ---------------------------------------------------------------------------------------------------------


class ExampleMessenger:
    """The Messenger of CHANNEL, over one line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        if message.kind == "busy":
            return None  # a sign of work that this messenger does not have
        if message.kind == "toast":
            await self._call("toast", tap=message.tap, text=message.text)
            return None
        body: dict[str, Any] = {
            "to": handle,
            "text": message.text,
            "buttons": [
                [{"label": key.label, "data": key.data, "url": key.url} for key in row] for row in message.keys
            ],
            "contact": message.contact,
        }
        if running is not None:
            await self._call("edit", message=running, **body)
            return running
        attached = [*files.pictures, *([files.document] if files.document else [])]
        body |= {"files": [b64encode(one).decode() for one in attached], "name": files.name}
        return int((await self._call("send", **body))["message"])

    async def unsay(self, handle: str, number: int) -> None:
        with suppress(SendError):
            await self._call("delete", to=handle, message=number)

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        found = await self._call("read", to=handle, message=number)
        return bool(found["ours"]) and found["text"] == message.text

    async def _call(self, method: str, **body: Any) -> dict[str, Any]:
        """Every failure is one kind of SendError; its words name no person."""
        try:
            status, answer = await self._line.call(method, body)
        except ConnectionError as error:
            raise Away(type(error).__name__) from None
        if status == 429:
            raise TooFast(float(answer["seconds"]))
        if status == 403:
            raise Unreachable("blocked")
        if status == 404 and method == "edit":
            raise LineGone("no such line")
        if 400 <= status < 500 and status != 401:  # 401 is about our token, not about the message: it waits
            raise MessageRefused(str(answer.get("reason", status)))
        if status != 200:
            raise Away(str(status))
        return answer
