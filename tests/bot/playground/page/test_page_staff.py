"""The staff's side of the page in a real browser: one person plays a sender, an agent and two admins in turn."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.base.clock import SharedClock
from bot.demo.driver import Play
from bot.demo.environment import Environment
from bot.demo.people import ADMINS, AGENT, GROUP_TITLE
from bot.demo.second_story import assemble
from bot.playground.server import Playground
from tests.bot.playground.conftest import TOKENS
from tests.bot.playground.page.browsing import LOOKING, Chat, Visitor, browser
from tests.bot.playground.page.test_page import photo

__all__ = ["browser"]  # a fixture

pytestmark = LOOKING
WIDE = {"width": 1500, "height": 900}
GROUP, ECE, DENIZ = -1001, 5001, 5002


class Room(Chat):
    """The staff group's column."""

    def __init__(self, visitor: Visitor, title: str) -> None:
        super().__init__(visitor.page.get_by_role("region", name=title, exact=True), 0)
        self.topics = self.root.get_by_role("navigation", name="Konular")
        self.cast = self.root.get_by_role("group", name="Kim olarak")

    async def plays(self, name: str) -> None:
        await self.cast.get_by_role("button", name=name).click()
        await expect(self.cast.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")

    def topic(self, name: str) -> Locator:
        return self.topics.get_by_role("button", name=name)


async def test_one_person_plays_sender_agent_and_admins(browser: Browser, tmp_path: Path) -> None:
    stage = Environment(tmp_path, staff=True)
    await stage.start()
    async with aiohttp.ClientSession() as session:
        await assemble(Play(stage.playground.url, session, lambda _: None))
    context = await browser.new_context(viewport=WIDE)
    visitor = Visitor(await context.new_page(), stage.playground.url)
    await visitor.page.goto(visitor.address)
    room = Room(visitor, GROUP_TITLE)
    await expect(room.cast.get_by_role("button")).to_have_text(
        [f"{one.first_name[0]}{one.first_name}" for one in (*ADMINS, AGENT)]
    )

    # An admin begins a command; the menu offers what the bot has registered; Tab completes it.
    await room.plays("Selin")
    await room.input.press_sequentially("/pers")
    offered = room.root.locator(".commands button")
    await expect(offered).to_have_text(["/personelEkip: kim, hangi görevde"])
    await room.input.press("Tab")
    await expect(room.input).to_have_value("/personel ")
    await room.input.press_sequentially(f"ekle {AGENT.id} temsilci Ece")
    await room.input.press("Enter")
    await room.hears("Görevlendirildi")

    # A sender asks; their question has a topic of its own, and is counted until it is looked at.
    ayse = await visitor.adds("Ayşe")
    await ayse.begins()
    await ayse.taps("Okudum, devam et", "Doğum tarihiniz nedir?")
    await room.topic("Genel").click()
    await ayse.says("/destek Kâğıdınız kaç gram?", "Sorunuzu aldık")
    await expect(room.topic("1 · 2 okunmamış")).to_be_visible()
    await room.topic("1 · 2 okunmamış").click()
    question = await room.hears("Kâğıdınız kaç gram?")
    await expect(room.topics.locator(".badge")).to_have_count(0)

    # The agent replies to it, then closes it by a button; the sender hears both.
    await room.plays("Ece")
    await question.get_by_role("button", name="Yanıtla").click()
    await expect(room.root.locator(".aim")).to_contain_text("Yanıtlıyorsunuz: ")
    await room.says("Doksan gram.", "Göndericiye iletiliyor")
    await expect(room.root.locator(".aim")).to_be_hidden()
    await ayse.hears("Doksan gram.")
    await room.root.get_by_role("button", name="Kapat", exact=True).click()
    await ayse.hears("Sorunuz kapandı.")

    # In private each of them has a chat with the bot; the second admin asks there.
    await room.plays("Umut")
    await room.root.get_by_role("button", name="MektupX Ekip").click()
    await room.root.get_by_role("button", name="Başlat").click()
    await room.hears("Burada yapabilecekleriniz")
    await room.says("/kvkk", "talep")
    await room.plays("Ece")
    await expect(room.root).to_contain_text("Burada henüz mesaj yok.")  # her own chat with the bot, not his
    await context.close()
    await stage.stop()
    assert visitor.complaints == []


class Quiet:
    """A group with an agent and an admin, and no service: the bots are played by the test."""

    def __init__(self, playground: Playground, visitor: Visitor) -> None:
        self.playground = playground
        self.visitor = visitor
        self.room: Room

    async def does(self, method: str, **body: Any) -> Any:
        files = {
            name: {"name": f"{name}.png", "mimeType": "image/png", "buffer": value}
            for name, value in body.items()
            if isinstance(value, bytes)
        }
        given = {name: value for name, value in body.items() if name not in files}
        sent: dict[str, Any] = {"multipart": {**given, **files}} if files else {"data": given}
        url = f"{self.visitor.address}/bot{TOKENS['staff']}/{method}"
        answer = await (await self.visitor.page.request.post(url, **sent)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def drives(self, path: str, **body: Any) -> None:
        answer = await self.visitor.page.request.post(f"{self.visitor.address}/playground/api/{path}", data=body)
        assert answer.ok, await answer.text()

    async def topic(self, name: str) -> int:
        return int((await self.does("createForumTopic", chat_id=GROUP, name=name))["message_thread_id"])


@pytest_asyncio.fixture(loop_scope="module")
async def quiet(browser: Browser, tmp_path: Path) -> AsyncIterator[Quiet]:
    playground = Playground(SharedClock(tmp_path / "clock"), TOKENS, limits=False)
    await playground.start()
    context = await browser.new_context(viewport=WIDE)
    made = Quiet(playground, Visitor(await context.new_page(), playground.url))
    await made.drives("users", id=DENIZ, first_name="Deniz", language_code="tr")
    await made.drives("users", id=ECE, first_name="Ece", language_code="tr")
    await made.drives("groups", id=GROUP, title="Destek", members=[DENIZ, ECE], forum=True, bots=["staff"])
    await made.visitor.page.goto(playground.url)
    made.room = Room(made.visitor, "Destek")
    yield made
    await context.close()
    await playground.stop()
    assert made.visitor.complaints == []


async def test_what_comes_elsewhere_is_counted_where_it_came(quiet: Quiet) -> None:
    room, one = quiet.room, await quiet.topic("#1")
    await quiet.topic("#2")
    await room.topic("#2").click()
    for words in ("bir", "iki"):
        await quiet.does("sendMessage", chat_id=GROUP, text=words, message_thread_id=one)
    await expect(room.topic("#1 · 2 okunmamış")).to_be_visible()
    await room.topic("Hepsi").click()
    await room.hears("iki")
    await expect(room.topics.locator(".badge")).to_have_count(0)

    await room.plays("Ece")  # what comes to a colleague in private is counted beside their name
    await quiet.drives(f"chats/{DENIZ}/send", user=DENIZ, text="/start", bot="staff")
    await quiet.does("sendMessage", chat_id=DENIZ, text="Merhaba Deniz")
    await expect(room.cast.get_by_role("button", name="Deniz · 1 okunmamış")).to_be_visible()
    await room.plays("Deniz")
    await room.root.get_by_role("button", name="MektupX Ekip").click()
    await room.hears("Merhaba Deniz")
    await expect(room.cast.locator(".badge")).to_have_count(0)


async def test_a_photo_in_a_topic_is_shown_and_a_topic_that_is_deleted_is_gone(quiet: Quiet) -> None:
    room, topic = quiet.room, await quiet.topic("#3")
    await quiet.does("sendPhoto", chat_id=str(GROUP), message_thread_id=str(topic), photo=photo(), caption="lale")
    await room.topic("#3").click()
    shown = (await room.hears("lale")).locator("img")
    await expect(shown).to_be_visible()
    await expect(shown).to_have_js_property("naturalWidth", 30)
    await quiet.does("sendMessage", chat_id=GROUP, text="Genel duyuru")
    await quiet.does("deleteForumTopic", chat_id=GROUP, message_thread_id=topic)
    await expect(room.topic("#3")).to_have_count(0)
    await expect(room.bubble("lale")).to_have_count(0)
    await room.hears("Genel duyuru")  # the page shows everything again


async def test_in_a_closed_topic_only_the_group_s_admins_write(quiet: Quiet) -> None:
    room, topic = quiet.room, await quiet.topic("#4")
    await quiet.does("closeForumTopic", chat_id=GROUP, message_thread_id=topic)
    await room.topic("#4 🔒 kapalı").click()
    await room.plays("Ece")
    await expect(room.input).to_be_disabled()
    await expect(room.root).to_contain_text("Bu konu kapalı; yalnızca grup yöneticileri yazabilir.")
    await room.plays("Deniz")
    await expect(room.input).to_be_enabled()
    await room.says("not", "not")


async def test_a_bot_in_privacy_mode_does_not_see_talk_and_the_page_says_so(quiet: Quiet) -> None:
    await quiet.drives("groups", id=-1002, title="Sohbet", members=[DENIZ], bots=["staff"], bot_admin=False)
    room = quiet.room
    await room.plays("Deniz")
    await room.root.get_by_role("button", name="Sohbet").click()
    await room.says("aramızda", "aramızda")
    await expect(room.bubble("aramızda")).to_contain_text("Botlar görmez")
    await room.says("/durum", "/durum")
    await expect(room.bubble("/durum")).not_to_contain_text("Botlar görmez")


async def test_the_menu_of_a_group_follows_scopes_and_the_keyboard(quiet: Quiet) -> None:
    """api#determining-list-of-commands: a group's admins, then groups, then everybody."""

    async def registers(*names: str, **scope: Any) -> None:
        commands = [{"command": name, "description": f"{name} yapar"} for name in names]
        given = {name: json.dumps(value) for name, value in scope.items()}
        await quiet.does("setMyCommands", commands=json.dumps(commands), **given)

    await registers("herkes")
    await registers("grup", "gizli", scope={"type": "all_group_chats"})
    await registers("sef", scope={"type": "all_chat_administrators"})
    room = quiet.room
    offered = room.root.locator(".commands button b")
    await room.plays("Deniz")  # who made the group
    await room.input.press_sequentially("/")
    await expect(offered).to_have_text(["/sef"])
    await room.input.fill("")
    await room.plays("Ece")
    await room.input.press_sequentially("/g")
    await expect(offered).to_have_text(["/grup", "/gizli"])
    await room.input.press("ArrowDown")
    await expect(room.root.locator(".commands button").first).to_be_focused()
    await room.root.locator(".commands button").first.press("ArrowDown")
    await room.root.locator(".commands button").nth(1).press("Escape")
    await expect(offered).to_have_count(0)
    await expect(room.input).to_be_focused()
    await room.input.fill("/g")
    await offered.first.click()
    await room.hears("/grup")
    await room.root.get_by_role("button", name="MektupX Ekip").click()
    await room.root.get_by_role("button", name="Komutlar").click()
    await expect(offered).to_have_text(["/herkes"])


async def test_the_group_on_a_telephone_and_in_english(browser: Browser, quiet: Quiet) -> None:
    topic = await quiet.topic("Ticket 9")
    await quiet.does("sendMessage", chat_id=GROUP, text="a question", message_thread_id=topic)
    context = await browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark", has_touch=True)
    page = await context.new_page()
    await page.goto(f"{quiet.playground.url}/?lang=en")
    room = page.get_by_role("region", name="Destek", exact=True)
    await room.get_by_role("navigation", name="Topics").get_by_role("button", name="Ticket 9").tap()
    await expect(room).to_contain_text("a question")
    await room.get_by_role("group", name="Playing as").get_by_role("button", name="Ece").tap()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await context.close()
