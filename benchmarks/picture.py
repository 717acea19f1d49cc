"""The README's pictures: letter, papers and window by the hand that draws letters, the playground by a browser."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from shutil import which

import aiohttp
from playwright.async_api import async_playwright, expect

from bot.base import log
from bot.base.clock import SharedClock
from bot.demo.driver import Play, Watch, order_a_letter
from bot.demo.environment import Environment
from bot.demo.people import ADMINS, AGENT, GROUP, GROUP_TITLE, Colleague
from bot.demo.second_story import assemble
from locales import say
from rendering import pdf, sample
from rendering.choice import papers_side_by_side
from rendering.images.window import window
from rendering.layout.envelopes import DEFAULT
from rendering.processes.pool import Pool
from rendering.stationery import labels

DOCS = Path(__file__).parent.parent / "docs"
SIZE = {"width": 1400, "height": 900}
MORNING = datetime.fromisoformat("2026-11-24T10:25:00+03:00")  # before the cut-off: the letter is posted the same day
CHROMIUM = which("chromium") or ""
FLAGS = [  # a browser that looks at nothing but the page: no first-run screens, no calls home
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

DENIZ = Colleague(1002, "Deniz")  # a sender who asks in English
QUESTION = "Anneanneme yazdığım mektup ne zaman yola çıkar?"


async def the_desk_answers(isil: Play) -> None:
    """Two questions: one answered from a template, the other waiting in its topic."""
    room = await assemble(isil)
    selin, ece = isil.colleague(ADMINS[0], room), isil.colleague(AGENT, room)
    await selin.says(f"/personel ekle {AGENT.id} {AGENT.role} {AGENT.first_name}")
    await isil.says(f"/destek {QUESTION}")
    topic = (await isil.get(f"chats/{GROUP}/messages", bot="staff"))[-1]["message_thread_id"]
    await ece.says("/t", message_thread_id=topic)
    await ece.taps("durum")
    await ece.taps("Gönder")


async def another_asks(isil: Play) -> None:
    """In English, once the desk has gone over to other things."""
    await isil.post("users", id=DENIZ.id, first_name=DENIZ.first_name, last_name="Kaya", language_code="en")
    deniz = isil.colleague(DENIZ, Watch(DENIZ.id))
    await deniz.says("/start")
    await deniz.taps("I have read it, continue")
    await deniz.says("1 March 1988")
    await deniz.taps("Yes")
    for words in ("Deniz Kaya", "/support Can I choose the paper?", "/support And may I add a drawing?"):
        await deniz.says(words)


async def the_playground(out: Path) -> None:
    """A sender beside the staff group: one letter lies in the tray, one question is answered, another one waits."""
    with tempfile.TemporaryDirectory(prefix="mektupx-") as folder:
        log.configure(Path(folder) / "mektupx.log")
        SharedClock(Path(folder) / "clock").travel(MORNING)
        stage = Environment(Path(folder), staff=True)
        await stage.start()
        try:
            async with aiohttp.ClientSession() as session:
                url = stage.playground.url
                isil = Play(url, session, lambda _: None)
                await order_a_letter(isil)
                await the_desk_answers(isil)
                async with async_playwright() as driver:
                    browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                    page = await browser.new_page(viewport=SIZE, color_scheme="light")
                    await page.goto(url)
                    group = page.get_by_role("region", name=GROUP_TITLE, exact=True)
                    await group.get_by_role("button", name=AGENT.first_name).click()
                    await group.get_by_role("navigation").get_by_role("button", name="Işıl").click()
                    await expect(group.get_by_role("button", name="Gönder", exact=True).first).to_be_visible()
                    await another_asks(isil)
                    await expect(group.get_by_role("button", name="2 · 3 okunmamış")).to_be_visible()
                    await page.get_by_role("region", name="Deniz Kaya").get_by_label("Sütunu gizle").click()
                    await page.mouse.move(0, 0)
                    await page.wait_for_function("[...document.images].every((image) => image.naturalWidth)")
                    await page.screenshot(path=out, animations="disabled")
                    await browser.close()
        finally:
            await stage.stop()


async def the_papers() -> bytes:
    """What a sender looks at before choosing one."""
    captions = {name: say(label, "tr") for name, label in labels().items()}
    async with Pool(1) as pool:
        return await papers_side_by_side(pool, captions)


def main() -> int:
    done = sample.main([str(DOCS / "letter.png")])
    (DOCS / "papers.png").write_bytes(asyncio.run(the_papers()))
    (DOCS / "window.png").write_bytes(window(pdf.draw(sample.LETTER).pdf, DEFAULT))
    if not CHROMIUM:
        sys.stderr.write("docs/playground.png stays as it is: Debian's package chromium is not installed\n")
        return 1
    asyncio.run(the_playground(DOCS / "playground.png"))
    return done


if __name__ == "__main__":
    raise SystemExit(main())
