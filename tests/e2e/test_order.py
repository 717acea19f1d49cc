"""A whole order, and everything that may come between: through real bots, a real bank and a real print room."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pypdfium2  # type: ignore[import-untyped]
import pytest

from bot.base import log
from bot.demo.environment import Environment
from bot.demo.main import confirm, introduce, write
from flows.core.events import Person
from flows.core.state import State
from flows.words.text import text
from locales import say
from storage.monitoring import figures
from storage.senders import people, previews
from tests.e2e.conftest import PATIENCE, Sender, piece, trays

pytestmark = pytest.mark.asyncio(loop_scope="module")
People = Callable[[], Sender]


@pytest.mark.parametrize("webhooks", [False, True], ids=["polling", "webhooks"])
async def test_what_was_approved_is_byte_for_byte_what_is_printed(
    tmp_path: Path, session: aiohttp.ClientSession, webhooks: bool
) -> None:
    log.configure(tmp_path / "log")
    stage = Environment(tmp_path, webhooks=webhooks)
    await stage.start()
    try:
        isil = await Sender(stage, session).comes()
        await isil.page(await isil.orders(), "pay")
        approved = await isil.preview()
        (printed,) = trays(stage).values()
        assert printed == approved
        order = await isil.order()
        assert order.sha256 == hashlib.sha256(printed).hexdigest()
        assert order.state is State.ERASED
        words = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(printed))
        assert "Sardunyaların" in words and "Nermin" in words
        assert await stage.service.store.do(previews.read, Person("telegram", str(isil.sender)), order.letter) is None
        assert (await stage.service.store.do(figures.count))["prints_ready"] == 0
        webhook = stage.playground.world.bots["customer"].webhook
        assert bool(webhook.get("url")) is webhooks
    finally:
        async with asyncio.timeout(PATIENCE):
            await stage.stop()
    assert stage.environment["MEKTUPX_CUSTOMER_TOKEN"].split(":")[1] not in (tmp_path / "log").read_text()


async def test_the_contact_button_stays_while_the_number_is_asked_for(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    await write(isil)
    await isil.taps("Onaylıyorum")
    await isil.says("Işıl İnci")
    chat = stage.playground.world.private["customer", isil.sender]
    assert chat.keyboard is not None
    await isil.post(f"chats/{isil.sender}/contact", user=isil.sender, phone_number="+905551112233", contact_user_id=1)
    await isil.settle()
    assert chat.keyboard is not None and any("size ait görünmüyor" in one for one in (await isil.told())[-2:])
    await isil.says("/gizlilik")
    assert chat.keyboard is not None


async def test_a_preview_that_telegram_does_not_take_cannot_be_approved_and_is_sent_again(
    sender: People, stage: Environment
) -> None:
    isil = await sender().comes()
    refused = {"error": "413", "description": "Request Entity Too Large", "words": "baskıya hazır"}
    await isil.post("faults", bot="customer", method="sendDocument", **refused)
    await write(isil)
    assert not any(one.get("file") and "baskıya hazır" in (one["text"] or "") for one in await isil.chat())
    assert "henüz onaylanacak bir şey yok" in (await isil.told())[-1]
    await isil.says("onaylıyorum")
    assert "Önizlemeyi hazırlıyoruz" in (await isil.told())[-1]
    await isil.taps("Yeniden gönderin")
    assert (await isil.told())[-1].startswith("Sayfalara baktınız mı?")
    approved = await isil.preview()
    await isil.page(await confirm(isil), "pay")
    assert hashlib.sha256(approved).hexdigest() in trays(stage)


# Money ----------------------------------------------------------------------------------------------------------------


async def test_a_second_payment_is_given_back_and_prints_nothing_more(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    await isil.page(await isil.orders(), "twice")
    order = await isil.order()
    assert order.state is State.ERASED
    (second,) = order.refunds
    assert second.payment != order.payment and second.amount == order.amount
    assert len(piece(stage, order)) == 1
    payments = await stage.service.provider.query(order.id)
    assert len(payments) == 2
    booked = f"SELECT provider, payment, held FROM payment WHERE order_id = '{order.id}' ORDER BY held"
    kept = await stage.service.store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(booked)])
    assert kept == [("sandbox", order.payment, 0), ("sandbox", second.payment, 1)]


async def test_a_wrong_amount_is_held_and_can_be_cancelled_with_its_refund(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    await isil.page(await isil.orders(), "wrong")
    order = await isil.order()
    assert (order.state, order.paid.amount) == (State.HELD, 9500)
    assert piece(stage, order) == []
    await isil.taps("Siparişi iptal et")
    await isil.taps("Evet, iptal et")
    order = await isil.order()
    assert (order.state, order.left.amount, len(order.refunds)) == (State.CANCELLED, 0, 1)
    refund = await stage.service.provider.refund(order.payment, order.paid, f"refund:{order.payment}")
    assert refund.amount == order.paid  # found under its key: it was made, once


async def test_a_declined_payment_can_be_tried_again_with_the_same_button(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    url = await isil.orders()
    await isil.page(url, "fail")
    assert (await isil.order()).state is State.AWAITING
    await isil.page(url, "pay")
    order = await isil.order()
    assert order.state is State.ERASED
    assert len(piece(stage, order)) == 1


async def test_a_link_that_was_not_used_expires_and_takes_no_money_any_more(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    url = await isil.orders()
    await isil.post("clock", advance="PT24H1M")
    async with asyncio.timeout(PATIENCE):
        while (await isil.order()).state is not State.EXPIRED:
            await isil.travels("PT15S")
    with pytest.raises(RuntimeError, match="no button"):
        await isil.page(url, "pay")
    assert piece(stage, await isil.order()) == []


async def test_a_callback_that_is_forged_changes_nothing(sender: People, session: aiohttp.ClientSession) -> None:
    isil = await sender().comes()
    await isil.orders()
    order = await isil.order()
    url = f"http://127.0.0.1:{isil.stage.service.port}/payments/sandbox"
    forged = {"event": secrets.token_hex(16), "kind": "payment.settled", "order": order.id}
    async with session.post(url, json=forged, headers={"X-Sandbox-Signature": "0" * 64}) as answer:
        assert answer.status == 403
    await isil.settle()
    assert (await isil.order()).state is State.AWAITING


async def test_of_cancel_and_print_exactly_one_wins(
    sender: People, stage: Environment, session: aiohttp.ClientSession
) -> None:
    """The payment page and the cancel button at the same moment."""
    isil = await sender().comes()
    url = await isil.orders()
    await isil.taps("Siparişi iptal et")
    message = await isil.with_button("Evet, iptal et")
    tapped = {"user": isil.sender, "message_id": message["message_id"], "label": "Evet, iptal et", "wait": 0}
    await asyncio.gather(session.post(url, data={"act": "pay"}), isil.post(f"chats/{isil.sender}/tap", **tapped))
    await isil.settle()
    order = await isil.order()
    printed, given_back = len(piece(stage, order)), len(order.refunds)
    paid = len(await stage.service.provider.query(order.id))
    assert (order.state, printed, given_back) in {(State.ERASED, 1, 0), (State.CANCELLED, 0, paid)}


async def test_a_cancelled_order_cannot_be_paid(sender: People) -> None:
    isil = await sender().comes()
    url = await isil.orders()
    await isil.taps("Siparişi iptal et")
    await isil.taps("Evet, iptal et")
    assert (await isil.order()).state is State.CANCELLED
    with pytest.raises(RuntimeError, match="no button"):
        await isil.page(url, "pay")


# People ---------------------------------------------------------------------------------------------------------------


async def test_two_people_at_once_get_each_their_own(sender: People, stage: Environment) -> None:
    isil, ela = sender(), sender()
    await asyncio.gather(introduce(isil), introduce(ela))
    await asyncio.gather(write(isil), write(ela))
    urls = await asyncio.gather(confirm(isil), confirm(ela))
    await asyncio.gather(isil.page(urls[0], "pay"), ela.page(urls[1], "pay"))
    for one in (isil, ela):
        order = await one.order()
        assert order.state is State.ERASED
        (sheet,) = piece(stage, order)
        assert sheet.read_bytes() == await one.preview()


async def test_who_blocks_the_bot_finds_everything_in_order_when_they_come_back(sender: People) -> None:
    isil = await sender().comes()
    await isil.page(await isil.orders(), "pay")
    before = len(await isil.told())
    await isil.says("/yardim")
    await isil.post(f"chats/{isil.sender}/block", user=isil.sender)
    await isil.settle()
    store = isil.stage.service.store
    standing = await store.do(people.standing_of, Person("telegram", str(isil.sender)))
    assert standing is not None and standing.unreachable
    await isil.post(f"chats/{isil.sender}/unblock", user=isil.sender)
    await isil.settle()
    await isil.says("/yardim")
    assert len(await isil.told()) == before + 2


async def test_a_message_that_met_a_block_is_delivered_after_it(sender: People) -> None:
    isil = await sender().comes()
    fault = {"bot": "customer", "method": "sendMessage", "error": "403", "times": 1}
    await isil.post("faults", **fault)
    await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/yardim")
    await isil.settle()
    told = len(await isil.told())
    await isil.post(f"chats/{isil.sender}/block", user=isil.sender)
    await isil.post(f"chats/{isil.sender}/unblock", user=isil.sender)
    await isil.settle()
    await isil.travels("PT5S")
    assert len(await isil.told()) == told + 1


async def test_a_telegram_in_trouble_loses_nothing_and_doubles_no_step(sender: People) -> None:
    isil = sender()
    await isil.arrives()
    lost = {"drop_reply": True}  # the message arrives, and nobody is told
    slow, away, reset = {"error": "429", "retry_after": 5}, {"error": "502"}, {"error": "reset"}
    for fault in (slow, away, lost, reset, away, lost):
        await isil.post("faults", bot="customer", method="sendMessage", **fault)
    await isil.says("/start")
    await isil.taps("Okudum, devam et")
    assert (await isil.told())[-1].startswith("Teşekkür ederiz")
    assert len(await isil.told()) == len(set(await isil.told())) == 3  # two of the welcome, one question


async def test_a_ticket_and_a_request_have_their_numbers(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    before = await stage.service.store.do(figures.count)
    await isil.says("/destek Mektubum nerede?")
    await isil.says("/sil")
    await isil.taps(say(text("rights", "Yes, erase my data"), "tr"))
    after = await stage.service.store.do(figures.count)
    assert after["tickets_open"] == before["tickets_open"] + 1
    assert after["requests_open"] == before["requests_open"] + 1


async def test_the_staff_bot_answers_while_customers_are_served(sender: People) -> None:
    isil, admin = sender(), sender()
    admin.sender = 2001
    await admin.post("users", id=2001, first_name="Yönetici", language_code="tr")
    asked = admin.post("chats/2001/send", user=2001, text="/durum", bot="staff")
    await asyncio.gather(asked, introduce(isil))
    await admin.settle()
    told = [one["text"] for one in await admin.get("chats/2001/messages", bot="staff") if one["from"]["is_bot"]]
    # Without a staff chat the questions of the other scenarios' senders come here as well.
    assert sum("Zaman: " in one for one in told) == 1


# What should not arrive -----------------------------------------------------------------------------------------------


async def test_an_update_that_comes_ten_times_counts_once(sender: People, stage: Environment) -> None:
    isil = await sender().comes()
    words = "Bir kez yazdım."
    update = {
        "update_id": 900_000_001,
        "message": {
            "message_id": 77_001,
            "date": 1_790_000_000,
            "chat": {"id": isil.sender, "type": "private"},
            "from": {"id": isil.sender, "is_bot": False, "first_name": "Işıl"},
            "text": words,
        },
    }
    await asyncio.gather(*(isil.post("deliver", bot="customer", update=update) for _ in range(10)))
    await isil.settle()
    standing = await stage.service.store.do(people.standing_of, Person("telegram", str(isil.sender)))
    assert standing is not None and standing.draft.manuscript.text == words


MALFORMED = [
    {"update_id": 900_000_101},
    {"update_id": 900_000_102, "message": {"text": "x"}},
    {"update_id": 900_000_103, "message": 7},
    {"message": {}},
    "not even an object",
    None,
]


async def test_what_is_malformed_is_set_aside_and_the_next_is_served(sender: People, stage: Environment) -> None:
    isil = sender()
    await isil.arrives()
    before = (await stage.service.store.do(figures.count))["quarantined"]
    for update in MALFORMED:
        await isil.post("deliver", bot="customer", update=update)
    await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/start")
    await isil.hears("okumanızı rica ederiz")
    assert (await stage.service.store.do(figures.count))["quarantined"] > before


async def test_a_forged_button_is_answered_as_an_old_screen_and_moves_nothing(sender: People) -> None:
    isil = await sender().comes()
    other = await sender().comes()
    await other.orders()
    theirs = await other.order()
    message = (await isil.chat())[-1]["message_id"]
    bot_messages = [one["message_id"] for one in await isil.chat() if one["from"]["is_bot"]]
    for forged in (f"cancel_order:{theirs.id}:", "approve::1", "x" * 64, "'; DROP TABLE orders; --", ""):
        body = {"user": isil.sender, "message_id": bot_messages[-1], "data": forged}
        await isil.post(f"chats/{isil.sender}/tap", **body)
        await isil.settle()
    assert message and (await other.order()).state is State.AWAITING


# Coming and going -----------------------------------------------------------------------------------------------------


async def test_a_service_that_stops_between_any_two_steps_goes_on_where_it_was(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    log.configure(tmp_path / "log")
    stage = Environment(tmp_path)
    await stage.start()
    isil = Sender(stage, session)
    await introduce(isil)

    async def anew() -> None:
        async with asyncio.timeout(PATIENCE):
            await stage.end_service()
        await stage.serve()

    await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="Canım anneannem,")  # on its way
    await anew()
    await write(isil)
    await anew()
    url = await confirm(isil)
    await stage.end_service()
    with pytest.raises(aiohttp.ClientError):
        await isil.page(url, "pay")
    await stage.serve()
    await isil.page(url, "pay")
    order = await isil.order()
    assert order.state is State.ERASED
    (sheet,) = piece(stage, order)
    words = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(sheet.read_bytes()))
    assert words.count("anneannem") == 2  # the one on its way, and the one of the second day
    async with asyncio.timeout(PATIENCE):
        await stage.stop()
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert '"level": "error"' not in told, told
