"""The README's pictures: a letter by the hand that draws letters, and the playground by a browser that looks on."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from shutil import which

import aiohttp
from playwright.async_api import async_playwright, expect

from bot import log
from bot.clock import SharedClock
from bot.demo import Play, order_a_letter
from bot.stage import Stage
from rendering import sample

DOCS = Path(__file__).parent.parent / "docs"
SIZE = {"width": 1400, "height": 900}
MORNING = datetime.fromisoformat("2026-11-24T10:25:00+03:00")  # before the cut-off: the letter is posted the same day
CHROMIUM = which("chromium") or ""
FLAGS = [  # a browser that looks at nothing but the page: no first-run screens, no calls home
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

GUEST = 1002
LETTER = (
    "Dear Grandmother,",
    "Your geraniums opened this morning. Each time I open the window, I look for the smell of tea in your kitchen.",
    "We are back in İstanbul; Elif has learned to read, and she wants to write her first letter to you herself.",
    "Put the blue chair by the window. We will be there for the feast, and talk for hours.",
    "With a kiss on your hands,\nDeniz",
)


async def a_guest_writes(play: Play) -> None:
    """In English, as far as the preview of the letter."""
    await play.post("users", id=GUEST, first_name="Deniz", last_name="Kaya", language_code="en")
    await play.says("/start")
    await play.taps("I have read it, continue")
    await play.says("1 March 1988")
    await play.taps("Yes")
    await play.says("Deniz Kaya")
    await play.taps("Share my number")
    await play.says(play.mail)
    await play.says(await play.code())
    await play.says("Nermin Öztürk")
    await play.says("Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy, İstanbul")
    await play.taps("Right")
    for words in LETTER:
        await play.says(words)
    await play.taps("Done")
    await play.taps("Classic")
    await play.taps("Registered · 96.00\u00a0TL")


async def the_playground(out: Path) -> None:
    """Two people side by side: one letter lies in the tray, the other is about to be approved."""
    with tempfile.TemporaryDirectory(prefix="mektupx-") as folder:
        log.configure(Path(folder) / "mektupx.log")
        SharedClock(Path(folder) / "clock").travel(MORNING)
        stage = Stage(Path(folder))
        await stage.start()
        try:
            async with aiohttp.ClientSession() as session:
                url = stage.playground.url
                await order_a_letter(Play(url, session, lambda _: None))
                await a_guest_writes(Play(url, session, lambda _: None, GUEST, "deniz@example.com"))
            async with async_playwright() as driver:
                browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                page = await browser.new_page(viewport=SIZE, color_scheme="light")
                await page.goto(url)
                await expect(page.get_by_role("button", name="I approve")).to_be_visible()
                await page.wait_for_function("[...document.images].every((image) => image.naturalWidth)")
                await page.screenshot(path=out, animations="disabled")
                await browser.close()
        finally:
            await stage.stop()


def main() -> int:
    done = sample.main([str(DOCS / "letter.png")])
    if not CHROMIUM:
        sys.stderr.write("docs/playground.png stays as it is: Debian's package chromium is not installed\n")
        return 1
    asyncio.run(the_playground(DOCS / "playground.png"))
    return done


if __name__ == "__main__":
    raise SystemExit(main())
