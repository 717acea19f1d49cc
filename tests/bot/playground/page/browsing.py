"""The page in a real browser: who sits before it, and a person's place on it. Shared by the tests that look through."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from benchmarks.picture import FLAGS
from bot.demo.environment import Environment
from tests.programs import program

__all__ = ["LOOKING", "Chat", "Visitor", "browser", "drawn", "stage", "visitor"]

LOOKING = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 120_000  # milliseconds after which an expectation hangs
expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Environment]:
    made = Environment(tmp_path_factory.mktemp("stage"))
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A new one with an empty folder of its own."""
    async with async_playwright() as driver:
        made = await driver.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield made
        await made.close()


class Visitor:
    """Somebody in front of the page; what the browser complains of is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(f"console: {said.text}"))

    async def adds(self, first: str, last: str = "", language: str = "tr") -> Chat:
        """By the button and the form, as anybody would."""
        await self.page.get_by_role("button", name="+ Kişi ekle").click()
        form = self.page.get_by_role("dialog", name="Kişi ekle")
        await form.get_by_label("Ad", exact=True).fill(first)
        await form.get_by_label("Soyad").fill(last)
        number = await form.get_by_label("Numara (id)").input_value()
        await form.get_by_label("Telegram dili").select_option(language)
        await form.get_by_role("button", name="Kişi ekle").click()
        await expect(form).to_be_hidden()
        root = self.page.get_by_role("region", name=f"{first} {last}".strip(), exact=True)
        await expect(root).to_contain_text(number)
        return Chat(root, int(number))

    async def uses_the_code(self, mail: str) -> None:
        card = self.page.locator("#mails article").filter(has_text=mail)
        await card.get_by_role("button", name=re.compile(r"^\d{6}$")).first.click()


class Chat:
    """One person's column."""

    def __init__(self, root: Locator, number: int) -> None:
        self.root = root
        self.number = number
        self.input = root.get_by_role("textbox", name="Mesaj yazın")

    def bubble(self, words: str) -> Locator:
        return self.root.locator("article.message").filter(has_text=words).last

    async def hears(self, words: str) -> Locator:
        bubble = self.bubble(words)
        await expect(bubble).to_be_visible()
        return bubble

    async def says(self, words: str, then: str) -> None:
        await self.input.fill(words)
        await self.input.press("Enter")
        await expect(self.input).to_have_value("")
        await self.hears(then)

    async def taps(self, label: str, then: str) -> None:
        await self.root.get_by_role("button", name=label, exact=True).last.click()
        await self.hears(then)

    async def begins(self) -> None:
        await self.root.get_by_role("button", name="Başlat").click()
        await self.hears("Önce verilerinizi nasıl koruduğumuzu")

    async def comes_to_the_mail(self, mail: str) -> None:
        await self.begins()
        await self.taps("Okudum, devam et", "Doğum tarihiniz nedir?")
        await self.says("/ayarlar", "Ayarlarınız")
        await self.taps("E-posta", "E-posta adresiniz nedir?")
        await self.says(mail, "Kodu gönderdik")


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, stage: Environment) -> AsyncIterator[Visitor]:
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    made = Visitor(await context.new_page(), stage.playground.url)
    await made.page.goto(made.address)
    yield made
    await context.close()
    assert made.complaints == []


async def drawn(picture: Locator) -> None:
    """The picture has arrived and is one."""
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("(image) => image.naturalWidth") > 100
