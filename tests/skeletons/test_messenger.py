"""The skeleton of a messenger: every update is one Envelope, every failure one kind of SendError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messenger.protocol import Away, Files, LineGone, MessageRefused, SendError, TooFast, Unreachable
from flows.core.events import ButtonTapped, CommandGiven, Event, FileSent, Moment, TextWritten
from flows.core.outgoing import Key, OutgoingMessage
from tests.skeletons.messenger import CHANNEL, ExampleMessenger, to_envelope

MOMENT = Moment(datetime(2026, 11, 22, 9, tzinfo=UTC), "f" * 32)
HELLO = OutgoingMessage("say", "Merhaba", ((Key("Evet", data="yes::1"),),))


class Wire:
    """A `Line` that notes each call and answers what it was told to."""

    def __init__(self, status: int = 200, answer: dict[str, Any] | None = None) -> None:
        self.status, self.answer = status, answer or {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    async def call(self, method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append((method, body))
        if self.status == 0:
            raise ConnectionError
        return self.status, self.answer


@pytest.mark.parametrize(
    ("update", "event"),
    [
        ({"kind": "text", "text": "Canım anneannem,", "message": 7}, TextWritten("Canım anneannem,", 7)),
        ({"kind": "text", "text": "/iptal hemen", "message": 7}, CommandGiven("iptal", "hemen", 7)),
        ({"kind": "tap", "data": "choose:klasik:3", "tap": "t"}, ButtonTapped("choose", "klasik", "3", "t")),
        ({"kind": "file"}, FileSent("document")),
        ({"kind": "typing"}, None),
    ],
)
def test_what_arrives_is_an_envelope(update: dict[str, Any], event: Event | None) -> None:
    found = to_envelope({"id": 12, "from": 5001, **update}, MOMENT)
    assert (found and found.event) == event
    if found is not None:
        assert (found.key, found.person.channel, found.person.handle) == ("example:12", CHANNEL, "5001")


async def test_a_message_is_sent_with_its_buttons_and_files() -> None:
    wire = Wire(answer={"message": 41})
    assert await ExampleMessenger(wire).say("5001", HELLO, Files(document=b"%PDF", name="mektup.pdf"), None) == 41
    ((method, body),) = wire.calls
    assert (method, body["to"], body["text"]) == ("send", "5001", "Merhaba")
    assert body["buttons"][0][0]["data"] == "yes::1"
    assert len(body["files"]) == 1


async def test_a_running_line_is_replaced() -> None:
    wire = Wire()
    assert await ExampleMessenger(wire).say("5001", HELLO, Files(), 40) == 40
    assert wire.calls[0][0] == "edit"


@pytest.mark.parametrize("status", [200, 404, 502])
async def test_a_line_is_taken_back_and_one_that_stays_is_no_failure(status: int) -> None:
    wire = Wire(status)
    await ExampleMessenger(wire).unsay("5001", 40)
    assert [(method, body["message"]) for method, body in wire.calls] == [("delete", 40)]


@pytest.mark.parametrize(("kind", "calls"), [("toast", ["toast"]), ("busy", [])])
async def test_fleeting_signs_have_no_number(kind: str, calls: list[str]) -> None:
    wire = Wire()
    assert await ExampleMessenger(wire).say("5001", OutgoingMessage(kind, tap="t"), Files(), None) is None
    assert [method for method, _ in wire.calls] == calls


@pytest.mark.parametrize(("text", "stands"), [("Merhaba", True), ("Günaydın", False)])
async def test_a_message_whose_answer_was_lost_is_looked_for(text: str, stands: bool) -> None:
    wire = Wire(answer={"ours": True, "text": text})
    assert await ExampleMessenger(wire).stands("5001", 41, HELLO) is stands


@pytest.mark.parametrize(
    ("status", "running", "failure"),
    [
        (429, None, TooFast),
        (403, None, Unreachable),
        (404, 40, LineGone),
        (400, None, MessageRefused),
        (401, None, Away),
        (502, None, Away),
        (0, None, Away),
    ],
)
async def test_each_failure_has_its_name(status: int, running: int | None, failure: type[SendError]) -> None:
    wire = Wire(status, {"seconds": 7, "reason": "too long"})
    with pytest.raises(failure):
        await ExampleMessenger(wire).say("5001", HELLO, Files(), running)
