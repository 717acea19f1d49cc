"""The proof of the desk: tickets both ways while both bots are killed, and every message counted afterwards.

python -m tests.prove.tickets [FOLDER [SEED]] does it in full: 200 tickets, 5 messages each way, 5 kills of each bot.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.environment import Environment
from tests.cluster import Process
from tests.prove.report import Row

__all__ = ["Report", "full", "prove"]

ROOT = Path(__file__).parents[2]
AGENT, GROUP, FIRST = 2001, -1009, 7001
STEP = "PT20S"  # of the shared clock: a group hears 20 messages a minute
MOMENT = 0.1  # seconds of ours
LEASES = "PT6M"  # what a dead process had taken is free again
PATIENCE = 1200  # rounds without any news, after which what is missing is lost
AGAIN = r"(\n\n\(tekrar olabilir\))?$"  # what a second sending says
LOOKED_FOR = re.compile(r'"trace": "(\w+)", .*"event": "a message was looked for"')
ASKED, ANSWERED = re.compile(r"soru-(\d+)-(\d+)" + AGAIN), re.compile(r"yanit-(\d+)-(\d+)" + AGAIN)


@dataclass
class Report:
    """Counts of messages of both sides. lost: never seen.

    asked_twice, answered_twice: seen more often than once in a chat; unsaid: of these, those whose repetition does not
    say that it may be one. in_vain: messages seen once that say so. stored_twice: kept more often than once.
    looked_for: what was on its way when its bot was killed, by what came of looking for it
    (bot.outbox.lost_answers)."""

    tickets: int
    messages: int
    kills: int = 0
    lost: int = 0
    asked_twice: int = 0
    answered_twice: int = 0
    unsaid: int = 0
    in_vain: int = 0
    stored_twice: int = 0
    out_of_order: int = 0
    wrong_place: int = 0
    looked_for: Counter[str] = field(default_factory=Counter)

    @property
    def doubled(self) -> int:
        return self.asked_twice + self.answered_twice + self.stored_twice

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order or self.wrong_place)

    @property
    def row(self) -> Row:
        """As PROOF.md tells it."""
        row = Row(
            "both bots killed: tickets",
            tried=self.kills,
            struck=self.looked_for.total(),
            acknowledged=self.messages,
            injection="SIGKILL of either bot while senders ask and an agent answers; struck: with a message on its way",
            holds="every word arrives once, in its order, in its topic",
        )
        for what, times in (("lost", self.lost), ("out of order", self.out_of_order), ("elsewhere", self.wrong_place)):
            if times:
                row.loses(f"{times} messages {what}", times)
        if self.doubled:
            row.doubles(f"shown twice to the staff {self.asked_twice}, to senders {self.answered_twice}", self.doubled)
        row.count("tickets", self.tickets)
        for trace, times in sorted(self.looked_for.items()):
            row.count(f"looked for: {trace}", times)
        row.count("said to be a repetition, and was none", self.in_vain)
        return row


class Town:
    """Everybody at the playground: senders who ask, and an agent who answers each question once."""

    def __init__(self, stage: Environment, http: aiohttp.ClientSession, tickets: int, each: int) -> None:
        self.api = f"{stage.playground.url}/playground/api"
        self.http = http
        self.senders = [FIRST + n for n in range(tickets)]
        self.each = each
        self.answered: set[tuple[int, int]] = set()
        self.seen = 0
        self.world = stage.playground.world

    async def talking(self) -> bool:
        """Whether somebody has said something in the last moment."""
        said = self._said()
        await asyncio.sleep(MOMENT)
        return said != self._said()

    def _said(self) -> int:
        return self.world.groups[GROUP].last_id + sum(bot.message_ids for bot in self.world.bots.values())

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(f"{self.api}/{path}", json=body) as answer:
            found = await answer.json()
            if answer.status >= 400:
                raise RuntimeError(f"{path}: {found}")
            return found

    async def chat(self, chat: int, after: int = 0, bot: str = "customer") -> list[dict[str, Any]]:
        async with self.http.get(f"{self.api}/chats/{chat}/messages?bot={bot}&after={after}") as answer:
            found = await answer.json()
            return found if isinstance(found, list) else []

    async def gathers(self) -> None:
        await self.post("users", id=AGENT, first_name="Ece", language_code="tr")
        await self.post("groups", id=GROUP, title="Destek", members=[AGENT], bots=["staff"], forum=True)
        for sender in self.senders:
            await self.post("users", id=sender, first_name="Işıl", language_code="tr")
            await self.post(f"chats/{sender}/send", user=sender, text="/start")

    async def accepts(self) -> bool:
        """Whoever sees the notice has read it; whether everybody has."""
        done = True
        for sender in self.senders:
            chat = await self.chat(sender)
            if any("doğum tarihiniz" in (one["text"] or "").casefold() for one in chat):
                continue
            done = False
            for one in reversed(chat):
                labels = [button["label"] for row in one["buttons"] or () for button in row]
                if "Okudum, devam et" in labels:
                    await self.post(
                        f"chats/{sender}/tap",
                        user=sender,
                        message_id=one["message_id"],
                        label="Okudum, devam et",
                        wait=0,
                    )
                    break
        return done

    async def asks(self, nth: int) -> None:
        for sender in self.senders:
            await self.post(f"chats/{sender}/send", user=sender, text=f"/destek soru-{sender}-{nth}")

    async def answers(self) -> int:
        """The agent reads what is new in the group and replies to each question once."""
        fresh = await self.chat(GROUP, self.seen, "staff")
        done = 0
        for one in fresh:
            self.seen = max(self.seen, one["message_id"])
            found = ASKED.search(one["text"] or "")
            if not found or not one["from"]["is_bot"] or (int(found[1]), int(found[2])) in self.answered:
                continue
            self.answered.add((int(found[1]), int(found[2])))
            await self.post(
                f"chats/{GROUP}/send",
                user=AGENT,
                text=f"yanit-{found[1]}-{found[2]}",
                reply_to=one["message_id"],
                **({"message_thread_id": one["message_thread_id"]} if "message_thread_id" in one else {}),
            )
            done += 1
        return done


async def prove(folder: Path, *, tickets: int, each: int, kills: int, seed: int) -> Report:
    """Everything said, everybody killed so often, and then counted."""
    report, dice = Report(tickets, 2 * tickets * each), random.Random(seed)
    stage = Environment(folder, parts=())
    await stage.start()
    stage.environment |= {"MEKTUPX_STAFF_CHAT": str(GROUP), "MEKTUPX_ADMINS": str(AGENT)}
    customers = Process(folder, stage.environment, "run", "customers", "worker", name="customers")
    staff = Process(folder, stage.environment, "run", "staff", name="staff")
    async with aiohttp.ClientSession() as http:
        town = Town(stage, http, tickets, each)
        try:
            await town.gathers()
            for process in (customers, staff):  # one makes the tables of a file that the other would wait for in vain
                await process.start()
                await process.serves()
            while not await town.accepts():
                await town.post("clock", advance=STEP)
                await asyncio.sleep(0.5)
            deaths = sorted(dice.sample(range(1, max(2, 2 * tickets * each)), 2 * kills))
            await _talk(town, report, {"customers": customers, "staff": staff}, deaths, dice)
            await _count(stage, town, report)
        finally:
            await customers.gone()
            await staff.gone()
            await stage.stop()
    return report


async def _talk(town: Town, report: Report, parts: dict[str, Process], deaths: list[int], dice: random.Random) -> None:
    """Questions go out in rounds; a bot dies whenever so many messages have arrived. Time passes when nobody says
    anything more: all that may be said at a moment is said then."""
    victims = [name for name in parts for _ in range(len(deaths) // 2)]
    dice.shuffle(victims)
    total, quiet, before, nth = len(town.senders) * town.each, 0, -1, 0
    while quiet < PATIENCE:
        if nth < town.each:
            nth += 1
            await town.asks(nth)
        if not await town.talking():
            await town.post("clock", advance=STEP)
        await town.answers()
        arrived = len({(whose, nth) for _, whose, nth, _ in await _answers(town)})
        now = arrived + len(town.answered)
        while deaths and now >= deaths[0]:
            deaths.pop(0)
            victim = parts[victims.pop()]
            await victim.end(signal.SIGKILL)
            report.kills += 1
            await town.post("clock", advance=LEASES)
            await victim.start()
            await victim.serves()
        quiet, before = (quiet + 1 if now == before else 0), now
        if arrived >= total and not deaths:
            break
    report.looked_for = Counter(LOOKED_FOR.findall("".join(part.told.read_text() for part in parts.values())))


Seen = tuple[int, int, int, bool]


async def _answers(town: Town) -> list[Seen]:
    """(in whose chat, whose, which, whether it may be a repetition) of every answer that was read, in its order; also
    those read twice."""
    found = []
    for sender in town.senders:
        for one in await town.chat(sender):
            if one["from"]["is_bot"] and (match := ANSWERED.search(one["text"] or "")):
                found.append((sender, int(match[1]), int(match[2]), bool(match[3])))
    return found


async def _count(stage: Environment, town: Town, report: Report) -> None:
    asked: list[Seen] = []
    world = stage.playground.world.groups[GROUP]
    for message in world.messages.values():
        found = ASKED.search(message.content.get("text", ""))
        if found and message.sender.id != AGENT:
            asked.append((message.thread or 0, int(found[1]), int(found[2]), bool(found[3])))
    answered = await _answers(town)
    wanted = {(sender, nth) for sender in town.senders for nth in range(1, town.each + 1)}
    for seen in (asked, answered):
        times = Counter((sender, nth) for _, sender, nth, _ in seen)
        said = Counter((sender, nth) for _, sender, nth, again in seen if again)
        report.unsaid += sum(max(0, count - 1 - said[one]) for one, count in times.items())
        report.in_vain += sum(max(0, count + 1 - times[one]) for one, count in said.items())
        report.lost += len(wanted - times.keys())
        twice = sum(count - 1 for count in times.values())
        if seen is asked:
            report.asked_twice = twice
        else:
            report.answered_twice = twice
        for sender in town.senders:
            first = list(dict.fromkeys(nth for _, whose, nth, _ in seen if whose == sender))
            report.out_of_order += first != sorted(first)
    threads: dict[int, set[int]] = {}
    for thread, sender, _, _ in asked:
        threads.setdefault(thread, set()).add(sender)
    report.wrong_place = sum(len(whose) > 1 for whose in threads.values())
    report.wrong_place += sum(chat != whose for chat, whose, _, _ in answered)
    report.stored_twice = await _stored_twice(stage, town)


async def _stored_twice(stage: Environment, town: Town) -> int:
    """Rows beyond one for each message, whatever the store's kind."""
    import sqlite3

    with sqlite3.connect(stage.folder / "mektupx.db") as store:
        rows = dict(store.execute("SELECT sender, count(*) FROM ticket_message GROUP BY sender").fetchall())
        tickets = store.execute("SELECT count(*) FROM ticket").fetchone()[0]
    each = len(town.senders) * town.each
    return sum(max(0, count - each) for count in rows.values()) + max(0, tickets - len(town.senders))


def full(folder: Path, seed: int = 1) -> Report:
    """200 tickets, 5 messages each way, each bot killed five times."""
    return asyncio.run(prove(folder, tickets=200, each=5, kills=5, seed=seed))


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    print(full(where, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
