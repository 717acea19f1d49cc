"""Three stories on this machine: a Telegram, a bank, a mailbox and a print room of our own, nothing mocked inside."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp
import structlog

from bot.base import log
from bot.demo.driver import Play, confirm, introduce, order_a_letter, write
from bot.demo.environment import SELLER, Environment
from bot.demo.erasure_report import LANGUAGE
from bot.demo.people import ADMINS, AGENT, GROUP_TITLE, ISIL, NEHIR, Writer
from bot.demo.second_story import assemble, second_story
from bot.demo.third_story import third_story
from flows.core.events import Person
from flows.words.text import Text, text
from locales import say
from storage.printing import queue_view as print_queue
from storage.senders import people

__all__ = ["SELLER", "Environment", "Play", "confirm", "demo", "introduce", "order_a_letter", "write"]

logs = structlog.get_logger("mektupx.demo")


async def demo(
    folder: Path | None,
    *,
    once: bool,
    port: int,
    institution: str = "sandbox",
    show: Callable[[str], None] = print,
) -> int:
    """Plays the three stories; with `once` ends, otherwise serves until it is interrupted. institution: who takes the
    money, ValueError for one that there is not.

    0 if the letter lies in the tray and nothing is left of the erased sender but what a law keeps.
    """
    folder = (folder or Path(tempfile.mkdtemp(prefix="mektupx-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)
    log.configure(folder / "logs" / "mektupx.log")
    stage = Environment(folder, port=port, staff=True, institution=institution)
    await stage.start()

    def tell(words: str) -> None:
        show(words)
        sys.stdout.flush()

    try:
        async with aiohttp.ClientSession() as session:
            for line in _cast():
                tell(say(line, LANGUAGE))
            if not once:
                tell(f"playground: {stage.playground.url}")
            tell(f"\n── {say(text('demo', 'First story: an order'), LANGUAGE)} ──")
            isil, nehir = [await _at_the_playground(stage, session, tell, writer) for writer in (ISIL, NEHIR)]
            room = await assemble(nehir)
            await order_a_letter(isil)
            printed = await _account(stage, tell)
            gone = await second_story(stage, nehir, room, tell)
            await third_story(isil, tell)
        if once:
            return 0 if printed and gone else 1
        tell(f"\nplayground: {stage.playground.url}")
        tell(f"service: http://127.0.0.1:{stage.service.port}  (Ctrl-C ends both)")
        await _until_interrupted()
        return 0
    except Exception as error:
        logs.exception("the demo has stopped")
        tell(f"mektupx: the demo has stopped ({type(error).__name__}: {error}); more stands in {folder / 'logs'}")
        return 1
    finally:
        await stage.stop()


def _cast() -> list[Text]:
    """Who plays whom; on the page one person plays them all."""
    admins = " · ".join(one.first_name for one in ADMINS)
    senders = " · ".join(one.name for one in (ISIL, NEHIR))
    return [
        text("demo", "Senders: {names}", names=senders),
        text("demo", "Staff group: {group}", group=GROUP_TITLE),
        text("demo", "Agent: {name}", name=AGENT.first_name),
        text("demo", "Admins: {names}", names=admins),
    ]


async def _at_the_playground(
    stage: Environment, session: aiohttp.ClientSession, tell: Callable[[str], None], who: Writer
) -> Play:
    """A sender whom this folder does not know yet: an earlier demo may have left its own there."""
    number = who.id
    while await stage.service.store.do(people.standing_of, Person("telegram", str(number))) is not None:
        number += 10
    play = Play(stage.playground.url, session, tell, number, who.mail, name=who.first_name, bot="MektupX")
    await play.post("users", id=number, first_name=who.first_name, last_name=who.last_name, language_code="tr")
    return play


async def _account(stage: Environment, tell: Callable[[str], None]) -> bool:
    """What lies in the tray and what is left in the outbox; True if the letter is there and nothing waits."""
    letters = sorted(stage.tray.glob("*.pdf"), key=lambda file: file.stat().st_mtime)
    waiting = [row for row in await stage.service.store.do(print_queue.listing) if row.state != "cleared"]
    for letter in letters[-1:]:
        pages = json.loads(letter.with_suffix(".json").read_bytes())["pages"]
        tell(f"tray: {letter} pages={pages} sha256={hashlib.sha256(letter.read_bytes()).hexdigest()}")
    tell(f"outbox: {len(waiting)}")
    return bool(letters) and not waiting


async def _until_interrupted() -> None:
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await over.wait()
