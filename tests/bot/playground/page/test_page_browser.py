"""The page as people use it, in a real browser: a whole order by hand, two people, faults, time, and hostile words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from bot.base.clock import SharedClock
from bot.demo.environment import Environment
from bot.playground.server import Playground
from tests.bot.playground.conftest import TOKENS
from tests.bot.playground.page.browsing import LOOKING, Chat, Visitor, browser, drawn, stage, visitor

__all__ = ["browser", "stage", "visitor"]  # fixtures

pytestmark = LOOKING
PRICE = "96,00\u00a0TL"


async def test_a_whole_order_by_hand(visitor: Visitor, stage: Environment) -> None:
    page, chat = visitor.page, await visitor.adds("Işıl", "İnci")
    await chat.comes_to_the_mail("isil@example.com")
    await visitor.uses_the_code("isil@example.com")
    await expect(chat.input).to_have_value(re.compile(r"^\d{6}$"))
    await chat.root.get_by_role("button", name="Gönder", exact=True).click()
    await chat.hears("Doğum tarihiniz nedir?")
    await chat.says("5.3.1990", "5 Mart 1990. Doğru mu?")
    await chat.taps("Evet", "Mektubunuz kime, nereye gidecek?")
    await chat.says("Nermin Öztürk", "Adresi nedir?")
    await chat.says("caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul", "34710 Kadıköy/İSTANBUL")
    await chat.taps("Doğru", "Artık söz sizde")

    await chat.says("Canım annem,", "12 karakter")
    bubble = await chat.hears("Canım annem,")
    await bubble.get_by_role("button", name="Düzenle").click()
    await expect(chat.input).to_have_value("Canım annem,")
    await chat.says("Canım anneannem,", "16 karakter")
    await expect(chat.bubble("Canım anneannem,")).to_contain_text("düzenlendi")

    await chat.taps("Bitti", "Nasıl gönderelim?")
    await chat.taps("Kâğıt: Klasik", "Hangi kâğıdı seçersiniz?")
    await drawn(chat.bubble("Hangi kâğıdı seçersiniz?").locator("img"))
    await chat.taps("Sade", "Kâğıt: Sade")
    await chat.taps(f"Taahhütlü · {PRICE}", "Mektubunuz baskıya hazır")
    preview = chat.bubble("Mektubunuz baskıya hazır")
    await drawn(preview.locator("img"))
    await expect(preview.get_by_role("link", name="Aç")).to_have_attribute("href", re.compile("/papers/"))
    await preview.get_by_role("button", name="mektup.pdf").click()
    viewer = page.get_by_role("dialog", name="mektup.pdf")
    await drawn(viewer.locator("img").first)
    await viewer.get_by_role("button", name="Kapat").click()

    await expect(chat.bubble("Sayfalara baktınız mı?")).to_be_visible()
    await chat.taps("Onaylıyorum", "sizi de tanıyalım")
    await chat.root.get_by_role("button", name="Evet", exact=True).last.click()  # a screen long gone
    await expect(page.get_by_role("status")).to_contain_text("Bu ekran eskidi")
    await chat.says("Işıl İnci", "Telefon numaranızı düğmeyle paylaşabilir")
    await chat.root.locator(".keys").get_by_role("button", name="Numaramı paylaş").click()
    await chat.hears("Fatura adresi nedir?")
    await expect(chat.root.locator(".keys")).to_be_hidden()
    await chat.says("Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara", "Toplam: 96,00")
    await chat.taps(f"Onaylıyorum, {PRICE} ödeyeceğim", "Kart bilgileriniz bize ulaşmaz")
    async with page.context.expect_page() as opened:
        await chat.root.get_by_role("link", name=f"{PRICE} öde").last.click()
    bank = await opened.value
    await bank.locator('button[value="pay"]').click()
    await expect(bank.locator('button[value="pay"]')).to_have_count(0)
    await bank.close()

    await chat.hears("Ödemeniz ulaştı, teşekkür ederiz.")
    await chat.hears("Mektubunuz baskı odasında.")
    letter = page.locator("#tray article").filter(has_text="MX000001")
    await expect(letter).to_contain_text("1 sayfa")
    await drawn(letter.locator("img"))
    (sheet,) = stage.tray.glob("*.pdf")
    await expect(letter.get_by_role("link", name="Aç")).to_have_attribute("href", f"/playground/tray/{sheet.name}")


async def test_two_people_side_by_side(visitor: Visitor) -> None:
    one, other = await visitor.adds("Ayşe"), await visitor.adds("Deniz", language="en")
    await one.begins()
    await other.root.get_by_role("button", name="Başlat").click()
    await other.hears("Hello, welcome to MektupX.")
    await other.taps("I have read it, continue", "What is your date of birth?")
    await expect(one.bubble("Doğum tarihiniz nedir?")).to_have_count(0)
    left, right = await one.root.bounding_box(), await other.root.bounding_box()
    assert left and right
    assert left["x"] + left["width"] <= right["x"]
    await one.root.get_by_role("button", name="Komutlar").click()
    await one.root.get_by_role("button", name="/gizlilik").click()
    await one.hears("/gizlilik")
    await one.root.get_by_role("button", name="MektupX Ekip").click()
    await expect(one.root).to_contain_text("Burada henüz mesaj yok.")
    await other.root.get_by_role("button", name="Sütunu gizle").click()
    await expect(other.root).to_have_count(0)
    await visitor.page.get_by_role("navigation", name="Kişiler").get_by_role("button", name="Deniz").click()
    await expect(other.input).to_be_focused()


async def test_time_travel_expires_a_code(visitor: Visitor) -> None:
    chat = await visitor.adds("Zeynep")
    await chat.comes_to_the_mail("zeynep@example.com")
    clock = visitor.page.locator("#now b")
    before = await clock.inner_text()
    for label in ("+10 dk", "+1 dk"):
        await visitor.page.get_by_role("button", name=label, exact=True).click()
    await expect(clock).not_to_have_text(re.compile(f"^{before[:4]}"))
    await visitor.uses_the_code("zeynep@example.com")
    await chat.input.press("Enter")
    await chat.hears("Bu kodun süresi doldu.")


async def test_any_moment_and_any_duration(visitor: Visitor) -> None:
    where, clock = visitor.page.get_by_label("Gidilecek an ya da süre"), visitor.page.locator("#now")
    for words, shown in (("2027-03-05T09:30", "5 Mart 2027"), ("P1D", "6 Mart 2027"), ("2027-04-01", "1 Nisan 2027")):
        await where.fill(words)
        await where.press("Enter")
        await expect(clock).to_contain_text(shown)
        await expect(where).to_have_value("")
    await where.fill("yarın")
    await where.press("Enter")
    await expect(visitor.page.get_by_role("status")).to_contain_text("ISO 8601")
    visitor.complaints.clear()  # the browser notes the 400


async def test_a_fault_is_met_and_the_message_comes_all_the_same(visitor: Visitor) -> None:
    chat = await visitor.adds("Fatma")
    await visitor.page.get_by_text("Aksaklık çıkar").click()
    waiting = visitor.page.locator("#faults li")
    for label in ("500", "Kayıp yanıt"):
        await visitor.page.get_by_role("button", name=label, exact=True).click()
    await expect(waiting).to_have_text(["customer · sendMessage · 500 × 1", "customer · sendMessage · Kayıp yanıt × 1"])
    await chat.begins()
    await expect(waiting).to_have_count(0)


async def test_hostile_words_stay_words(visitor: Visitor, stage: Environment) -> None:
    name = "<img src=x onerror=alert(1)>"
    words = '"><script>window.caught = 1; alert(1)</script> \u202eters \u05e9\u05dc\u05d5\u05dd javascript:alert(1)'
    chat = await visitor.adds(name, "<script>alert(2)</script>")
    await chat.says(words, "<script>window.caught = 1")
    await chat.hears("“Okudum, devam et” düğmesine dokunun")
    bubble = chat.bubble("<script>window.caught = 1")
    await expect(bubble.locator(".text")).to_have_attribute("dir", "auto")
    assert words in await bubble.inner_text()
    links = [{"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(3)"}]
    links.append({"type": "text_link", "offset": 5, "length": 4, "url": "https://example.com/"})
    body: dict[str, Any] = {"user": chat.number, "text": "kötü iyi! ", "entities": links}
    await visitor.page.request.post(f"{visitor.address}/playground/api/chats/{chat.number}/send", data=body)
    await expect((await chat.hears("kötü iyi!")).get_by_role("link")).to_have_text(["iyi!"])
    for place in ("#columns", "#people", "#mails"):
        assert await visitor.page.locator(place).locator("script, iframe, img[onerror], [src=x]").count() == 0
    assert await visitor.page.evaluate("window.caught") is None
    await expect(visitor.page.locator("#people")).to_contain_text(name)


async def test_files_of_every_kind(visitor: Visitor, tmp_path: Path) -> None:
    chat = await visitor.adds("Elif")
    await chat.begins()
    dialog = visitor.page.get_by_role("dialog", name="Dosya gönder")
    for kind in ("Fotoğraf", "Belge", "Ses kaydı", "Çıkartma"):
        await chat.root.get_by_role("button", name="Dosya gönder").click()
        await dialog.get_by_role("group", name=kind).get_by_role("button", name="Örnek").click()
        await expect(dialog).to_be_hidden()
    sent = chat.root.locator(".message.own").filter(has_not_text="/start")
    await expect(sent).to_have_count(4)
    await drawn(sent.nth(0).locator("img"))
    await expect(sent.nth(1)).to_contain_text("not.txt")
    await expect(sent.nth(2)).to_contain_text("Ses kaydı")
    await drawn(sent.nth(3).locator("img"))
    (tmp_path / "mektup.txt").write_text("Merhaba")
    await chat.root.get_by_role("button", name="Dosya gönder").click()
    await dialog.get_by_role("group", name="Belge").locator("input").set_input_files(tmp_path / "mektup.txt")
    await expect(sent.nth(4)).to_contain_text("mektup.txt")


async def test_who_blocks_the_bot_cannot_write_until_they_relent(visitor: Visitor) -> None:
    chat = await visitor.adds("Küskün")
    await chat.begins()
    await chat.root.get_by_role("button", name="Engelle").click()
    await expect(chat.input).to_be_disabled()
    await expect(chat.root).to_contain_text("Bu botu engellediniz.")
    await chat.root.get_by_role("button", name="Engeli kaldır").click()
    await expect(chat.input).to_be_enabled()


async def test_a_raw_update_reaches_the_bot(visitor: Visitor, stage: Environment) -> None:
    chat = await visitor.adds("Ham")
    await visitor.page.get_by_text("Ham güncelleme gönder").click()
    box, send = visitor.page.locator("#raw-json"), visitor.page.locator("#raw").get_by_role("button")
    await box.fill("{oops")
    await send.click()
    await expect(visitor.page.get_by_role("status")).to_contain_text("Bu JSON değil.")
    sender = f'{{"id": {chat.number}, "is_bot": false, "first_name": "Ham", "language_code": "tr"}}'
    about = f'"from": {sender}, "chat": {{"id": {chat.number}, "type": "private"}}, "date": 1, "text": "/start"'
    await box.fill(f'{{"update_id": 900000000, "message": {{"message_id": 900000, {about}}}}}')
    await send.click()
    await expect(visitor.page.get_by_role("status")).to_contain_text("Güncelleme gönderildi.")


async def test_topics_albums_alerts_edits_and_what_vanishes(browser: Browser, tmp_path: Path) -> None:
    """What a bot can show, played by the Bot API itself: no service answers here."""
    quiet = Playground(SharedClock(tmp_path / "clock"), TOKENS, limits=False)
    await quiet.start()
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    visitor = Visitor(await context.new_page(), quiet.url)
    page = visitor.page
    await page.goto(quiet.url)

    async def does(bot: str, method: str, **body: Any) -> Any:
        files = {name: value for name, value in body.items() if isinstance(value, bytes)}
        given = {name: value for name, value in body.items() if name not in files}
        form = {
            name: {"name": f"{name}.png", "mimeType": "image/png", "buffer": value} for name, value in files.items()
        }
        sent: dict[str, Any] = {"multipart": {**given, **form}} if files else {"data": given}
        answer = await (await page.request.post(f"{quiet.url}/bot{TOKENS[bot]}/{method}", **sent)).json()
        assert answer["ok"], answer
        return answer["result"]

    chat = await visitor.adds("Ayşe")
    await chat.root.get_by_role("button", name="Başlat").click()
    await chat.hears("/start")
    await page.request.post(
        f"{quiet.url}/playground/api/groups",
        data={"id": -1001, "title": "Destek", "members": [chat.number], "forum": True, "bots": ["staff"]},
    )
    topic = (await does("staff", "createForumTopic", chat_id=-1001, name="Bilet 7"))["message_thread_id"]
    await does("staff", "sendMessage", chat_id=-1001, text="Yeni bilet", message_thread_id=topic)
    await does("staff", "sendMessage", chat_id=-1001, text="Genel duyuru")
    chat = Chat(page.get_by_role("region", name="Destek", exact=True), chat.number)  # a member is played in the group
    await chat.hears("Genel duyuru")
    await chat.root.get_by_role("navigation", name="Konular").get_by_role("button", name="Bilet 7").click()
    await expect(chat.bubble("Genel duyuru")).to_have_count(0)
    await chat.says("bakıyorum", "bakıyorum")
    assert quiet.world.groups[-1001].messages[max(quiet.world.groups[-1001].messages)].thread == topic

    await chat.root.get_by_role("button", name="MektupX", exact=True).click()
    shot = await page.screenshot()
    album = '[{"type": "photo", "media": "attach://one"}, {"type": "photo", "media": "attach://two"}]'
    await does("customer", "sendMediaGroup", chat_id=str(chat.number), media=album, one=shot, two=shot)
    await expect(chat.root.locator(".album img")).to_have_count(2)
    rows = [[{"text": "Sor", "callback_data": "ask"}]]
    asked = await does(
        "customer", "sendMessage", chat_id=chat.number, text="Soru", reply_markup={"inline_keyboard": rows}
    )
    await chat.root.get_by_role("button", name="Sor", exact=True).click()
    updates = await does("customer", "getUpdates", timeout=10, allowed_updates=["callback_query"], offset=-1)
    number = updates[-1]["callback_query"]["id"]
    await does("customer", "answerCallbackQuery", callback_query_id=number, text="<b>Dikkat</b>", show_alert=True)
    alert = page.get_by_role("dialog", name="<b>Dikkat</b>")
    await alert.get_by_role("button", name="Tamam").click()
    await expect(alert).to_be_hidden()
    where = {"chat_id": chat.number, "message_id": asked["message_id"]}
    await does("customer", "editMessageText", **where, text="Yanıt")
    await expect(await chat.hears("Yanıt")).to_contain_text("düzenlendi")
    await does("customer", "deleteMessage", **where)
    await expect(chat.bubble("Yanıt")).to_have_count(0)
    await context.close()
    await quiet.stop()
    assert visitor.complaints == []


async def test_on_a_telephone_and_in_english(browser: Browser, stage: Environment) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark", has_touch=True)
    page = await context.new_page()
    await page.goto(f"{stage.playground.url}/?lang=en")
    post = page.get_by_role("complementary", name="Post office")
    await page.get_by_role("button", name="+ Add a person").click()
    await page.get_by_label("First name").fill("Phone")
    await page.get_by_role("dialog").get_by_role("button", name="Add a person").click()
    await expect(page.get_by_role("region", name="Phone")).to_be_visible()
    await expect(page.locator(".column:visible")).to_have_count(1)
    await expect(post).to_be_hidden()
    await page.get_by_role("button", name="Post office").tap()
    await expect(post).to_be_visible()
    await expect(post).to_contain_text("Mailbox")
    await expect(page.locator(".column:visible")).to_have_count(0)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    await context.close()
