"""The pretended iyzico's page in a real browser: a telephone's width, the keyboard, and the way back to the seller."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from benchmarks.picture import FLAGS
from bot.payments.provider import Reference
from tests.bot.payments.iyzico.conftest import Shop
from tests.programs import program

NARROW = {"width": 360, "height": 640}


@pytest.fixture
async def payer() -> AsyncIterator[Page]:
    """In front of a telephone; what the browser complains of fails."""
    async with async_playwright() as driver:
        browser: Browser = await driver.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        page = await browser.new_page(viewport=NARROW)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        yield page
        await browser.close()
        assert [said for said in complaints if "favicon" not in said and "404" not in said] == []


@pytest.mark.parametrize(
    ("language", "pay", "decline"),
    [("tr", "96,00 TL öde", "Ödeme reddedilsin"), ("en", "Pay 96.00 TL", "Let the payment be declined")],
)
async def test_a_payer_pays_with_the_keyboard_at_360_pixels_and_comes_back(
    selling: Shop, payer: Page, language: str, pay: str, decline: str
) -> None:
    link = await selling.link(language=language)
    await payer.goto(link.url)
    await expect(payer.locator("html")).to_have_attribute("lang", language)
    assert await payer.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    await payer.keyboard.press("Tab")
    await expect(payer.get_by_role("button", name=pay, exact=True)).to_be_focused()
    await payer.keyboard.press("Tab")
    await expect(payer.get_by_role("button", name=decline, exact=True)).to_be_focused()
    await payer.keyboard.press("Shift+Tab")
    await payer.keyboard.press("Enter")
    await payer.wait_for_url(f"{selling.callback}/return")
    await expect(payer.get_by_text("geri geldiniz")).to_be_visible()
    assert selling.returned == [Reference("page", link.reference)]
    assert await selling.found() == [("settled", 9600, "TRY")]


async def test_each_button_can_be_reached_and_a_used_page_has_none(selling: Shop, payer: Page) -> None:
    link = await selling.link()
    await payer.goto(link.url)
    buttons = payer.get_by_role("button")
    assert await buttons.count() == 17
    for index in range(17):
        box = await buttons.nth(index).bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"] and box["height"] >= 40
    await payer.get_by_role("button", name="Öde, satıcının haberi olmasın").click()
    await expect(payer.get_by_role("status")).to_have_text("Bu sayfada artık ödeme alınamaz.")
    assert await buttons.count() == 0
    assert selling.returned == [] and selling.iyzico.owed == []
