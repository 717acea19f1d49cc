"""Both bots and the desk between them: a question and its answer, whichever of the two is away meanwhile."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.base.settings import read
from bot.demo.environment import Environment
from bot.printer.tray import report
from bot.service.service import Service, service
from bot.staff.commands import COMMANDS
from flows.core.state import State
from flows.order.scans import ScanOutcome
from rendering.images import photos
from tests.bot.staff.pictures import CANARY, photo
from tests.e2e.conftest import PATIENCE, Sender, trays

AGENT, GROUP = 2001, -1009
SENDERS = ("customers", "web", "worker")
RR = "RR123456785TR"
HARMLESS = {"ata": "1", "ertele": "1 1"}
"""What follows a command; without words, each says how it is used or what it would be about."""


class Both:
    """A stage whose staff and whose senders' side come and go separately."""

    def __init__(self, stage: Environment, session: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.session = session
        self.services: dict[str, Service] = {}
        self.running: dict[str, AsyncExitStack] = {}
        stage.playground.busy = self.busy

    async def busy(self) -> bool:
        return any([await one.busy() for one in self.services.values()])

    async def start(self, name: str, *parts: str) -> None:
        stack = self.running[name] = AsyncExitStack()
        found = await stack.enter_async_context(service(read(self.stage.environment), parts))
        self.services[name] = self.stage.service = found

    async def stop(self, name: str) -> None:
        del self.services[name]
        await self.running.pop(name).aclose()

    async def group(self) -> list[dict[str, Any]]:
        api = f"{self.stage.playground.url}/playground/api"
        async with self.session.get(f"{api}/chats/{GROUP}/messages?bot=staff") as answer:
            return [one for one in await answer.json() if one["from"]["is_bot"] and one["text"]]

    async def hears(self, count: int) -> list[str]:
        """What was said in the group, once it is so much; for a service whose rest cannot be asked for."""
        async with asyncio.timeout(PATIENCE):
            while len(found := await self.group()) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return [one["text"] for one in found]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    stage = Environment(tmp_path, parts=(), limits=False)
    await stage.start()
    stage.environment |= {"MEKTUPX_STAFF_CHAT": str(GROUP), "MEKTUPX_ADMINS": str(AGENT)}
    async with aiohttp.ClientSession() as session:
        found = Both(stage, session)
        yield found
        for name in list(found.services):
            await found.stop(name)
    await stage.stop()


async def gather(isil: Sender) -> None:
    """A group with an agent."""
    await isil.post("users", id=AGENT, first_name="Ece", language_code="tr")
    await isil.post("groups", id=GROUP, title="Destek", members=[AGENT], bots=["staff"], forum=True)


async def reply(isil: Sender, both: Both, words: str, to: str) -> None:
    found = next(one for one in reversed(await both.group()) if to in one["text"])
    thread = {"message_thread_id": found["message_thread_id"]} if "message_thread_id" in found else {}
    await isil.post(f"chats/{GROUP}/send", user=AGENT, text=words, reply_to=found["message_id"], **thread)


async def test_with_the_staff_bot_away_an_order_is_completed_and_the_question_waits(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await both.start("senders", *SENDERS)
    await isil.comes()
    await isil.says("/destek Ne zaman gider?")
    await isil.travels("PT1M")  # what is written sooner may belong to the question, and is asked about
    await isil.page(await isil.orders(), "pay")
    await isil.settle()
    assert any("sildik" in one for one in await isil.told())
    assert len(trays(both.stage)) == 1
    number = (await isil.order()).number
    for kind, line in (("printed", number), ("posted", f"{number};{RR}")):
        service = both.services["senders"]
        (answer,) = await report(service.store, service.door.receive, service.clock, kind, line)
        assert answer.outcome is ScanOutcome.NOTED
        await isil.settle()
    assert (await isil.order()).state is State.POSTED
    assert RR in (await isil.told())[-1] and trays(both.stage) == {}
    await gather(isil)
    await both.start("staff", "staff")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith("Ne zaman gider?")
    await reply(isil, both, "Bugün gider.", "Ne zaman gider?")
    await isil.settle()
    assert sum("Bugün gider." in one for one in await isil.told()) == 1


async def test_with_the_customer_bot_away_the_staff_is_answered_and_the_reply_goes_out_later_once(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await gather(isil)
    await both.start("senders", *SENDERS)
    await both.start("staff", "staff")
    await isil.comes()
    await isil.says("/destek Ne zaman gider?")
    await isil.settle()
    await both.stop("senders")
    both.stage.playground.busy = None
    before = len(await both.group())
    await reply(isil, both, "Bugün gider.", "Ne zaman gider?")
    await isil.post(f"chats/{GROUP}/send", user=AGENT, text="/sorular")
    said = await both.hears(before + 2)
    assert "Göndericiye iletiliyor" in said[-2] and said[-1].startswith("Açık soru: 1.")
    for command in COMMANDS:
        heard = len(await both.group())
        await isil.post(f"chats/{GROUP}/send", user=AGENT, text=f"/{command.name} {HARMLESS.get(command.name, '')}")
        assert await both.hears(heard + 1), command.name
    assert not any("Bugün gider." in one for one in await isil.told())
    both.stage.playground.busy = both.busy
    await both.start("senders", *SENDERS)
    await isil.settle()
    assert sum("Bugün gider." in one for one in await isil.told()) == 1
    await isil.taps("Yanıtla")
    await isil.says("Teşekkürler")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith("Teşekkürler")


# Pictures -------------------------------------------------------------------------------------------------------------


async def show(isil: Sender, chat: int, user: int, picture: bytes, **more: Any) -> None:
    body = {"kind": "photo", "name": "a.jpg", "base64": b64encode(picture).decode()} | more
    await isil.post(f"chats/{chat}/file", user=user, **body)


def shown(both: Both, chat: Any) -> list[tuple[str, bytes]]:
    """(words, bytes) of the pictures a bot has shown in a chat."""
    files = both.stage.playground.world.files
    return [
        (str(one.content.get("caption", "")), files[one.content["photo"][-1]["file_id"]].content)
        for one in chat.messages.values()
        if "photo" in one.content and one.sender.api()["is_bot"]
    ]


async def test_pictures_cross_between_the_two_bots_both_ways_and_leave_the_place_behind(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await gather(isil)
    await both.start("all", *SENDERS, "staff")
    await isil.comes()
    taken, answered = photo("red"), photo("blue")
    assert CANARY in taken and CANARY in answered

    # With no question to us open it belongs to the letter: an album is asked about once, its words and its pictures.
    for nth in range(3):
        await show(isil, isil.sender, isil.sender, taken, media_group_id="7", caption="" if nth else "bakın")
    await isil.settle()
    await isil.taps("Ekleme")
    await isil.settle()
    await isil.taps("Hayır, basılmasın")
    await isil.settle()
    told = await isil.told()
    assert [sum(words in one for one in told) for words in ("eklensin mi? “bakın”", "Bu fotoğrafları")] == [1, 1]

    await isil.says("/destek")
    for nth in range(3):
        await show(isil, isil.sender, isil.sender, taken, media_group_id="8", caption="" if nth else "Böyle geldi")
    await isil.settle()
    world = both.stage.playground.world
    there = shown(both, world.groups[GROUP])
    assert [words.rpartition("\n")[2].startswith("Böyle") for words, _ in there] == [True, False, False]
    assert {content for _, content in there} == {photos.clean(taken)}
    assert all(CANARY not in content for _, content in there)
    assert sum("numarası" in one for one in await isil.told()) == 1  # an album is confirmed once

    found = next(one for one in reversed(await both.group()) if "Böyle geldi" in one["text"])
    where = {"reply_to": found["message_id"], "message_thread_id": found["message_thread_id"], "bot": "staff"}
    await show(isil, GROUP, AGENT, answered, caption="Yenisi böyle olacak", **where)
    await isil.settle()
    here = shown(both, world.private["customer", isil.sender])
    ((words, content),) = [one for one in here if "Yenisi böyle olacak" in one[0]]
    assert content == photos.clean(answered) and CANARY not in content
    assert words.startswith("1 numaralı sorunuzun yanıtı") or "Yenisi böyle olacak" in words

    # A corrected caption is a correction; what is no picture is said.
    own = max(n for n, one in world.private["customer", isil.sender].messages.items() if one.content.get("caption") ==
              "Böyle geldi")  # fmt: skip
    await isil.post(f"chats/{isil.sender}/edit", user=isil.sender, message_id=own, text="Böyle gelmiş")
    await isil.settle()
    assert "düzeltmesi" in (await both.group())[-1]["text"] and "Böyle gelmiş" in (await both.group())[-1]["text"]
    replaced = photo("blue")
    body = {"kind": "photo", "name": "a.jpg", "base64": b64encode(replaced).decode(), "text": "Böyle gelmiş"}
    await isil.post(f"chats/{isil.sender}/edit", user=isil.sender, message_id=own, **body)
    await isil.settle()
    words, content = shown(both, world.groups[GROUP])[-1]
    assert "düzeltmesi" in words and "Böyle gelmiş" in words and content == photos.clean(replaced)
    await isil.says("/destek")
    await show(isil, isil.sender, isil.sender, b"not a picture", kind="document", name="a.png")
    await isil.settle()
    assert any("resim olarak açılamadı" in one for one in await isil.told())
    for log in both.stage.folder.glob("*.log"):
        assert CANARY not in log.read_bytes()


async def test_a_correction_reads_as_the_question_did_without_its_command(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await gather(isil)
    await both.start("all", *SENDERS, "staff")
    await isil.comes()
    await show(isil, isil.sender, isil.sender, photo(), caption="/destek\nBöyle geldi")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith("\n\nBöyle geldi")
    own = max(one["message_id"] for one in await isil.chat() if not one["from"]["is_bot"])
    await isil.post(f"chats/{isil.sender}/edit", user=isil.sender, message_id=own, text="/destek Böyle gelmiş")
    await isil.settle()
    assert (await both.group())[-1]["text"].endswith(":\n\nBöyle gelmiş")


async def test_when_a_sender_is_erased_their_topic_is_deleted(both: Both) -> None:
    isil = Sender(both.stage, both.session)
    await gather(isil)
    await both.start("all", *SENDERS, "staff")
    await isil.comes()
    await isil.says("/destek Ne zaman gider?")
    await show(isil, isil.sender, isil.sender, photo(), caption="/destek Böyle geldi")
    await isil.settle()
    group = both.stage.playground.world.groups[GROUP]
    assert len(group.topics) == 1 and len(shown(both, group)) == 1
    await isil.says("/sil")
    await isil.taps("Evet, verilerimi silin")
    await isil.settle()
    await isil.post(f"chats/{AGENT}/send", user=AGENT, text="/kvkk_uygula 1", bot="staff")
    await isil.settle()
    await isil.post("clock", advance="P1D")
    await isil.post("clock", advance="PT1H")
    await isil.post(f"chats/{AGENT}/send", user=AGENT, text="/kvkk_uygula 1 onay", bot="staff")
    await isil.settle()
    for _ in range(12):  # the deletion is tried again every minute or two, and may wait for whatever goes before it
        if group.topics:
            await isil.post("clock", advance="PT2M")
            await isil.settle()
    assert group.topics == {}
    assert not any("Ne zaman gider?" in one["text"] for one in await both.group())
