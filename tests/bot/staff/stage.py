"""The stage directions of the staff's transcripts: what senders, Telegram, the print room and the calendar do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from flows.core import events as ev
from flows.core.events import Person
from flows.core.state import State
from flows.desk.admin.alarms import UNHEARD
from storage.database.tables import micros
from storage.monitoring import alarms
from storage.rights import requests
from tests.directions import UNITS

from .conftest import AGENT, GROUP, SENDER
from .dialogue import BORA, COLLEAGUES, Scene

__all__ = ["direct"]

Found = re.Match[str]
Act = Callable[[Scene, Found], Awaitable[object]]
WHO: Final = {"Işıl": SENDER, "Bora": BORA}
ANONYMOUS: Final = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL: Final = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SUPERGROUP: Final = {"id": GROUP, "type": "supergroup", "title": "Destek", "is_forum": True}
NEWS: Final = {"id": -1009, "type": "channel", "title": "Haberler"}
CLOSED: Final = "Bad Request: not enough rights to send text messages to the chat"


async def _passes(stage: Scene, found: Found) -> None:
    await stage.desk.travel(**{UNITS[found["unit"]]: int(found["n"])})
    await stage.watch.tick()


async def _paid(stage: Scene, found: Found) -> None:
    await stage.room.paid(language=stage.language)


async def _posted(stage: Scene, found: Found) -> None:
    """What its sender has read on the way is not heard here."""
    await stage.room.paid(state=State.DISPATCHED, language=stage.language)
    await stage.desk.travel(hours=2)
    await stage.room.happens(ev.LetterPosted(stage.room.order, "RR473124829TR"))
    await stage.settles()
    stage.heard.clear()


async def _stuck(stage: Scene, found: Found) -> None:
    await stage.room.stuck()


async def _unheard(stage: Scene, found: Found) -> None:
    """The institution's answer to the refund was lost, and the refund waits for a person."""
    lost = "UPDATE work SET parked = 1, attempts = 1, said = 'unsure', taken_until = NULL WHERE kind = 'Refund'"
    await stage.room.store.database.run(lambda conn: conn.exec_driver_sql(lost) and None)


async def _enclosed(stage: Scene, found: Found) -> None:
    """Two letters of one batch, each of two sheets."""
    for nth in (1, 2):
        await stage.room.paid(nth, State.PRINTED, product="normal", language=stage.language)
    await stage.desk.rows(
        "INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, serial, at)"
        " SELECT id, 'folder', 'x', pages, sha256, 100 + number, dispatched_at FROM orders RETURNING order_id"
    )


async def _hands_in(stage: Scene, found: Found) -> None:
    """Selin's file in private; a stroke stands for the end of a line."""
    given = found.groupdict()
    lines = (given.get("lines") or "").replace(" / ", "\n")
    await stage.room.file(lines.encode(), given.get("caption") or "", COLLEAGUES["Selin"])


async def _known(stage: Scene, found: Found) -> Person:
    """Bora, whose letter was posted long ago, comes in when he is first spoken of."""
    if found["who"] == "Bora":
        await stage.desk.sender(BORA, "Bora Er", language=stage.language)
    return WHO[found["who"]]


async def _asks(stage: Scene, found: Found) -> None:
    await stage.desk.writes(found["words"], await _known(stage, found), message=stage.desk.works + 1)


async def _wants_erasure(stage: Scene, found: Found) -> None:
    person = await _known(stage, found)
    await stage.room.store.do(requests.open, 1, person, "erasure", stage.room.clock.now(), "send")


async def _answered(stage: Scene, found: Found) -> None:
    at = micros(stage.room.clock.now())
    done = f"UPDATE data_request SET state = 'done', closed_at = {at} WHERE number = {int(found['n'])}"
    await stage.room.store.database.run(lambda conn: conn.exec_driver_sql(done) and None)


async def _refuses(stage: Scene, found: Found) -> None:
    stage.refuses = "Bad Request: MESSAGE_TOO_LONG"


async def _refuses_in_group(stage: Scene, found: Found) -> None:
    fault = {"error": "400", "description": "Bad Request: MESSAGE_TOO_LONG", "words": found["words"]}
    await stage.desk.post("faults", bot="staff", method="sendMessage", **fault)


async def _closes(stage: Scene, found: Found) -> None:
    fault = {"error": "400", "description": CLOSED, "times": 99, "words": found["words"]}
    await stage.desk.post("faults", bot="staff", method="sendMessage", **fault)


async def _opens(stage: Scene, found: Found) -> None:
    """What waited is tried again by and by."""
    stage.desk.playground.faults.waiting.clear()
    for _ in range(20):
        await stage.desk.travel(minutes=6)
        if not (await stage.room.store.do(alarms.counts, stage.room.clock.now())).get(UNHEARD):
            break
    await stage.watch.tick()


async def _brings(stage: Scene, **content: Any) -> None:
    """A message of the group as Telegram brings it."""
    messages = stage.desk.playground.world.groups[GROUP].messages
    number = max(messages, default=0) + 1
    now = int(stage.room.clock.now().timestamp())
    ece = {"id": AGENT, "is_bot": False, "first_name": "Ece", "language_code": stage.language}
    frame = {"message_id": number, "date": now, "chat": SUPERGROUP, "from": ece}
    await stage.desk.post("deliver", bot="staff", update={"update_id": 900_000 + number, "message": frame | content})
    await stage.desk.idle()


def _nameless(sender: dict[str, Any], chat: dict[str, Any]) -> Act:
    async def writes(stage: Scene, found: Found) -> None:
        named = {"from": sender | {"language_code": stage.language}, "sender_chat": chat}
        await _brings(stage, text=found["words"], **named)

    return writes


async def _from_elsewhere(stage: Scene, found: Found) -> None:
    question = await stage.desk.message(found["to"])
    bot = {"id": 1000002, "is_bot": True, "first_name": "MektupX"}
    origin = {"type": "user", "date": int(stage.room.clock.now().timestamp()), "sender_user": bot}
    elsewhere = {"origin": origin, "chat": SUPERGROUP, "message_id": question["message_id"]}
    await _brings(stage, text=found["words"], external_reply=elsewhere)


# What happens around the desk: Turkish, English, what it means.
DIRECTIONS: Final[tuple[tuple[str, str, Act], ...]] = (
    (r"(?P<n>\d+) (?P<unit>\w+) geçer", r"(?P<n>\d+) (?P<unit>second|minute|hour|day)s? pass(?:es)?", _passes),
    ("Işıl’ın mektubu basılmayı bekler", "Işıl’s letter waits to be printed", _paid),
    ("Işıl’ın mektubu postadadır", "Işıl’s letter is in the post", _posted),
    ("iadenin yanıtı kaybolur", "the answer to the refund is lost", _unheard),
    ("Işıl’ın iki mektubu zarfındadır", "two letters of Işıl’s are in their envelopes", _enclosed),
    (
        "Selin açıklamasız bir dosya gönderir: (?P<lines>.+)",
        "Selin sends a file without a caption: (?P<lines>.+)",
        _hands_in,
    ),
    (
        r"Selin boş bir dosya gönderir, açıklaması: (?P<caption>.+)",
        r"Selin sends an empty file with the caption: (?P<caption>.+)",
        _hands_in,
    ),
    (
        r"Selin (?P<caption>/\w+) açıklamasıyla bir dosya gönderir: (?P<lines>.+)",
        r"Selin sends a file with the caption (?P<caption>/\w+): (?P<lines>.+)",
        _hands_in,
    ),
    ("mektup yazıcıda kalır", "the letter is stuck at the printer", _stuck),
    (r"(?P<who>Işıl|Bora) sorar: (?P<words>.+)", r"(?P<who>Işıl|Bora) asks: (?P<words>.+)", _asks),
    (
        "(?P<who>Işıl|Bora) verilerinin silinmesini ister",
        "(?P<who>Işıl|Bora) wants their data to be erased",
        _wants_erasure,
    ),
    (r"talep yanıtlanır: (?P<n>\d+)", r"the request is answered: (?P<n>\d+)", _answered),
    ("Telegram sonraki yanıtı Işıl’a iletmez", "Telegram does not take the next answer to Işıl", _refuses),
    (
        "Telegram şunu grupta göstermez: (?P<words>.+)",
        "Telegram does not show this in the group: (?P<words>.+)",
        _refuses_in_group,
    ),
    ("gruba yazılamaz: (?P<words>.+)", "the group cannot be written to: (?P<words>.+)", _closes),
    ("gruba yeniden yazılabilir", "the group can be written to again", _opens),
    (
        "isimsiz bir yönetici yazar: (?P<words>.+)",
        "an anonymous admin writes: (?P<words>.+)",
        _nameless(ANONYMOUS, SUPERGROUP),
    ),
    ("bir kanal yazar: (?P<words>.+)", "a channel writes: (?P<words>.+)", _nameless(CHANNEL, NEWS)),
    (
        "Ece “(?P<to>[^”]+)” mesajını başka bir başlıktan yanıtlar: (?P<words>.+)",
        "Ece replies to “(?P<to>[^”]+)” from another topic: (?P<words>.+)",
        _from_elsewhere,
    ),
)


async def direct(stage: Scene, words: str) -> None:
    for turkish, english, act in DIRECTIONS:
        if found := re.fullmatch(turkish if stage.language == "tr" else english, words):
            await act(stage, found)
            return
    raise ValueError(f"No such stage direction: {words!r}")
