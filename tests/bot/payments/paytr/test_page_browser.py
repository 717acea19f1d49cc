"""The fake's page in a real browser: on a narrow telephone, and by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.bot.payments.paytr.conftest import Shop
from tests.bot.playground.page.browsing import LOOKING, browser

__all__ = ["browser"]

pytestmark = [LOOKING, pytest.mark.slow]


@pytest.mark.parametrize(("language", "words"), [("tr", "Ödeme alındı."), ("en", "Payment received.")])
async def test_whoever_has_a_narrow_telephone_pays_by_the_keyboard(browser: Browser, language: str, words: str) -> None:
    async with Shop().open() as shop:
        page = await browser.new_page(viewport={"width": 360, "height": 640})
        await page.goto(f"{(await shop.link()).url}?lang={language}")
        wide = "document.documentElement.scrollWidth"
        assert await page.evaluate(wide) <= 360
        assert (
            await page.evaluate("Math.min(...[...document.querySelectorAll('button')].map(b => b.offsetHeight))") >= 44
        )
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.value") == "pay"
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text(words)
        assert await page.evaluate(wide) <= 360
        await shop.paytr.idle()
        assert await shop.settled() == [9600]
        await page.close()
