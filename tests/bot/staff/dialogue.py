"""Plays the staff's side as dialogue: agents and admins at the real desk, and beside it what senders read.

A transcript holds what a colleague does in the group ("Ece:") or in private ("Ece, özel:", "Ece, private:"), what the
bot says in the group ("B:") and to one person ("B, Ece:", "B, Işıl:"), and stage directions in parentheses, which stand
in `stage.py`. `python -m tests.bot.staff.dialogue FILE …` writes the bot's lines anew, to be read aloud.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.base.clock import SharedClock
from bot.outbox.undeliverable import to_sender
from bot.printer.reconciling import reconcile
from bot.printer.tray import report
from bot.staff.alarms import AlarmWatch
from bot.work.data_requests import Requests
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from storage.queues import message_state, messages
from storage.store.store import Delivered
from tests.dialogue import START, TRANSCRIPTS, WIDEST, plain
from tests.fakes import PATIENCE, moment

from .conftest import ADMIN, AGENT, GROUP, SENDER, Desk, desk_of, gone, staff_desk
from .room import Room

__all__ = ["BORA", "COLLEAGUES", "FOLDER", "Scene", "played"]

FOLDER: Final = TRANSCRIPTS / "staff"
SECOND_ADMIN: Final = 12
COLLEAGUES: Final = {"Selin": ADMIN, "Umut": SECOND_ADMIN, "Ece": AGENT}
"""Selin and Umut are admins of the settings; Ece is an agent."""
BORA: Final = Person("telegram", "5002")
SENDERS: Final[Mapping[str, str]] = {SENDER.handle: "Işıl", BORA.handle: "Bora"}
PRIVATE: Final = {"tr": "özel", "en": "private"}
REPLIES: Final = {
    "tr": r"\(“(?P<to>[^”]+)” mesajını yanıtlar\) (?P<words>.+)",
    "en": r"\(replies to “(?P<to>[^”]+)”\) (?P<words>.+)",
}
SAID: Final = re.compile(r"(?P<who>[^\s:,()#]+)(?:, (?P<where>[^\s:]+))?: (?P<words>.*)", re.DOTALL)
A_MOMENT: Final = timedelta(seconds=2)
"""What is posted for the other bot is looked for each second."""


class StoppedClock(SharedClock):
    """A clock that only travels: what is said with a time is said with the same one each time."""

    def now(self) -> datetime:
        return START + self._offset()

    def travel(self, to: datetime) -> None:
        self._write(round((to - START) / timedelta(microseconds=1)))


@dataclass
class Scene:
    """The group, the private chats and the senders' chats, with what of each has been read already."""

    language: str
    desk: Desk
    room: Room
    watch: AlarmWatch
    refuses: str = ""  # with which words Telegram refuses what is said to a sender next
    read: dict[int, int] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)  # by senders

    # What colleagues do -----------------------------------------------------------------------------------------------

    async def acts(self, who: str, where: str | None, words: str) -> None:
        user = COLLEAGUES[who]
        chat = user if where == PRIVATE[self.language] else GROUP
        if reply := re.fullmatch(REPLIES[self.language], words, re.DOTALL):
            await self.desk.reply(reply["words"], reply["to"], user, chat)
        elif tap := re.fullmatch(r"\[(.+)\]", words):
            toast = await self.desk.tap(*await self._button(tap[1], chat), user, chat)
            self.toasts += [toast] if toast else []
        else:
            await self.desk.ask(words, user, chat, **(self.topic() if chat == GROUP else {}))

    async def _button(self, label: str, chat: int) -> tuple[str, str]:
        """Its label, with the blanks that cannot be seen, and the words of the newest message that bears it."""
        for shown in reversed(await self.desk.get(f"chats/{chat}/messages?bot=staff")):
            for key in (key for row in shown["buttons"] or () for key in row if plain(key["label"]) == label):
                return key["label"], shown["text"]
        raise ValueError(f"No message has the button {label!r}.")

    def topic(self) -> dict[str, int]:
        """The newest question's own."""
        topics = self.desk.playground.world.groups[GROUP].topics
        return {"message_thread_id": max(topics)} if topics else {}

    # What everybody reads ---------------------------------------------------------------------------------------------

    async def settles(self) -> None:
        """Both bots have said what they had to say."""
        await Requests(self.room.store, self.room.clock, self.room.door.receive).run_once()
        await self.desk.travel(seconds=A_MOMENT.total_seconds())
        await self._senders_read()
        assert self.desk.staff is not None
        await self.desk.staff._message_sender._look()  # what the senders' side has posted, now and not within a second
        await self.desk.travel(seconds=A_MOMENT.total_seconds())

    async def fresh(self) -> list[str]:
        """What has been said since, as lines: in the group, in private, to senders."""
        lines = [f"B: «{plain(toast)}»" for toast in self.toasts]
        self.toasts.clear()
        for name, chat in {"": GROUP, **COLLEAGUES}.items():
            shown = await self.desk.get(f"chats/{chat}/messages?bot=staff")
            for one in shown[self.read.get(chat, 0) :]:
                if one["from"]["is_bot"] and one["text"]:
                    labels = [key["label"] for row in one["buttons"] or () for key in row]
                    lines.append(_line(name, one["text"], labels))
            self.read[chat] = len(shown)
        lines += self.heard
        self.heard.clear()
        return lines

    async def _senders_read(self) -> None:
        """The senders' outbox, carried by hand: what their messenger refuses goes the way of every refusal."""
        now = self.room.clock.now()
        for stored in await self.room.store.do(messages.take, "p", now, now + timedelta(minutes=1), 50):
            said: OutgoingMessage | None = stored.message
            if self.refuses and stored.message.relays:
                reason, self.refuses = self.refuses, ""
                said = await to_sender(self.room.store, self.room.door.receive, lambda: moment(now), stored, reason)
            if said is not None and said.text:
                labels = [key.label for row in said.keys for key in row]
                self.heard.append(_line(SENDERS[stored.person.handle], said.text, labels))
            await self.room.store.do(message_state.note, [Delivered(stored.id, stored.id)])


def _line(name: str, words: str, labels: list[str]) -> str:
    said, buttons = plain(words), " ".join(f"[{plain(label)}]" for label in labels)
    gap = "" if not buttons else " " if len(said.rpartition("\n")[2]) + len(buttons) < WIDEST else "\n"
    return f"{f'B, {name}' if name else 'B'}: {said}{gap}{buttons}".replace("\n", "\n   ").rstrip()


@asynccontextmanager
async def scene(language: str, folder: Path) -> AsyncIterator[Scene]:
    """The desk with the senders' own door behind it, and Ece appointed. Alarms are looked at when time passes in the
    transcript, not each second of the machine."""
    people = {user: (name, language) for name, user in COLLEAGUES.items()}
    async with desk_of(folder, StoppedClock(folder / "clock"), people) as desk:
        room = Room(desk)
        await room.door.start()
        desk.playground.busy = room.busy
        assert desk.worker is not None
        await desk.worker.stop()  # nobody pays back here
        bot = staff_desk(
            desk,
            receive=room.door.receive,
            admins={ADMIN, SECOND_ADMIN},
            report=partial(report, room.store, room.door.receive, room.clock),
            reconcile=partial(reconcile, room.store, room.clock),
        )
        bot._alarms._next = datetime.max.replace(tzinfo=UTC)
        await bot.start()
        await asyncio.wait_for(bot.ready(), PATIENCE)
        for user in (AGENT, SECOND_ADMIN):
            await desk.ask("/start", user)
        await desk.ask(f"/personel ekle {AGENT} temsilci Ece")
        found = Scene(language, desk, room, AlarmWatch(desk.store, bot.announce, desk.playground.clock))
        await found.fresh()
        yield found
        await gone(desk)
        await room.door.stop()


async def played(transcript: str, language: str, folder: Path) -> str:
    """The transcript with what the bot really says."""
    from .stage import direct

    found: list[str] = []
    async with scene(language, folder) as stage:
        for line in parsed(transcript):
            said = SAID.fullmatch(line)
            if said and said["who"] == "B":
                continue
            found.append(line.replace("\n", "\n   "))
            if line.startswith("("):
                await direct(stage, line[1:-1])
            elif said:
                await stage.acts(said["who"], said["where"], said["words"])
            else:
                continue
            await stage.settles()
            found += await stage.fresh()
    return "\n".join(found) + "\n"


def parsed(transcript: str) -> list[str]:
    """Its entries; continued lines are indented by three spaces."""
    found: list[str] = []
    for line in transcript.splitlines():
        if line.startswith("   ") and found:
            found[-1] += f"\n{line[3:]}"
        elif not line or line.startswith(("#", "(")) or SAID.fullmatch(line):
            found.append(line)
        else:
            raise ValueError(f"This line of a transcript is said by nobody: {line!r}")
    return found


def main(names: list[str]) -> None:
    for name in names:
        file = Path(name)
        with TemporaryDirectory() as folder:
            told = asyncio.run(played(file.read_text(encoding="utf-8"), file.parent.name, Path(folder)))
        file.write_text(told, encoding="utf-8")
        sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
