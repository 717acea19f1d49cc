"""The print room from the staff bot: the queue, refunds and scans, at the letters' own doors, on the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from bot.printer.reconciling import reconcile
from bot.printer.tray import report
from bot.staff.desk import StaffDesk
from bot.work.data_requests import Requests
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.events import Envelope
from flows.core.state import State
from flows.desk.printing.tray import LARGEST, MOST
from storage.access_log import audit
from storage.printing import outbox as print_outbox
from storage.queues import jobs, keys_to_shred, messages
from storage.rights import requests
from storage.rights.export import export
from tests.fakes import PATIENCE

from .conftest import ADMIN, AGENT, ENGLISH_ADMIN, GROUP, SENDER, Desk, gone, staff_desk
from .room import CANARIES, Room

RR = "RR473124829TR"


@pytest.fixture
async def room(desk: Desk) -> AsyncIterator[Room]:
    found = Room(desk)
    await found.door.start()
    desk.playground.busy = found.busy
    bot: StaffDesk = staff_desk(
        desk,
        receive=found.door.receive,
        report=partial(report, found.store, found.door.receive, found.clock),
        reconcile=partial(reconcile, found.store, found.clock),
    )
    await bot.start()
    await asyncio.wait_for(bot.ready(), PATIENCE)
    await desk.ask(f"/personel ekle {AGENT} temsilci Ece")
    yield found
    await gone(desk)
    await found.door.stop()


# The queue ------------------------------------------------------------------------------------------------------------


async def test_a_piece_is_shown_held_back_and_tried_again(desk: Desk, room: Room) -> None:
    number = await room.paid()
    (listed,) = await desk.ask("/kuyruk")
    assert number in listed and "00000000000" in listed and "basılmayı bekliyor" in listed
    await desk.ask(f"/kuyruk {number}")
    await desk.tap("Beklet", number, ADMIN, ADMIN)
    assert await room.pieces() == ["needs_human"]
    (told,) = await desk.ask(f"/queue {number} retry", ENGLISH_ADMIN)
    assert "is tried again" in told
    assert await room.pieces() == ["submitting"]
    assert len(await room.store.do(print_outbox.ready, room.clock.now(), 10)) == 1
    assert await room.signed() == [("queue_park", number, "done"), ("queue_retry", number, "done")]
    assert await room.store.do(audit.verify) == ()


async def test_a_piece_in_a_dispatchers_hand_stays_there(desk: Desk, room: Room) -> None:
    number = await room.paid()
    await room.claimed()
    (told,) = await desk.ask(f"/kuyruk {number} beklet")
    assert "geri çekilemez" in told
    assert await room.pieces() == ["leased"]
    assert await room.store.do(print_outbox.submitting, [room.order], "t1") == {room.order}
    assert await room.signed() == [("queue_park", number, "refused")]


async def test_seen_at_the_printer_it_is_dispatched_after_a_second_look_and_once(desk: Desk, room: Room) -> None:
    number = await room.paid()
    await room.stuck()
    await desk.ask(f"/kuyruk {number} basildi")
    assert await room.state() is State.STUCK  # nothing before the second look
    asking = await desk.message("bir daha basılamaz", ADMIN)
    await desk.tap_again("Evet: Basıldı", asking, ADMIN, ADMIN)
    await desk.tap_again("Evet: Basıldı", asking, ADMIN, ADMIN)
    assert (await desk.message("bir daha basılamaz", ADMIN))["buttons"] == []
    assert await room.state() is State.DISPATCHED
    assert await desk.rows("SELECT sink FROM dispatch") == [("person",)]
    assert await room.pieces() == []
    (shred,) = await room.store.do(keys_to_shred.pending, 10)
    assert shred.order == room.order
    assert [one for one in await room.signed() if one[2] == "done"] == [("queue_printed", number, "done")]


async def test_not_printed_it_goes_back_into_the_queue(desk: Desk, room: Room) -> None:
    number = await room.paid()
    await room.stuck()
    await desk.ask(f"/queue {number} again", ENGLISH_ADMIN)
    await desk.tap("Yes: It was not printed", "gets it twice", ENGLISH_ADMIN, ENGLISH_ADMIN)
    assert await room.pieces() == ["ready"]


async def test_a_person_is_called_in_the_staff_group(desk: Desk, room: Room) -> None:
    number = await room.paid()
    await desk.ask(f"/kuyruk {number} kisiye")
    assert await room.pieces() == ["needs_human"]
    assert any(number in one and "Yazıcıya ve tepsiye" in one for one in await desk.said(GROUP))


async def test_agents_do_not_see_the_queue_and_move_no_money(desk: Desk, room: Room) -> None:
    number = await room.paid()
    for words in (f"/kuyruk {number} beklet", f"/iade {number} hata", f"/tepsi basildi {number}"):
        (told,) = await desk.ask(words, AGENT)
        assert "yardımcı olabilir" in told
    assert await room.pieces() == ["ready"]
    assert await room.signed() == [(command, "", "no_right") for command in ("/kuyruk", "/iade", "/tepsi")]


async def test_an_order_is_read_with_the_blank_that_a_keyboard_puts_into_its_number(desk: Desk, room: Room) -> None:
    number = await room.paid()
    blank = number.replace("MX", "MX ")
    (shown,) = await desk.ask(f"/kuyruk {blank}")
    (refund,) = await desk.ask(f"/iade {blank}")
    assert number in shown and number in refund
    await desk.ask(f"/kuyruk {blank} beklet")
    assert await room.pieces() == ["needs_human"]
    (page,) = await desk.ask(f"/kayit {blank}", ADMIN)
    assert "baskı kuyruğunda" in page


# Refunds --------------------------------------------------------------------------------------------------------------


async def test_an_unprinted_order_is_refunded_after_a_second_look_and_once(desk: Desk, room: Room) -> None:
    number = await room.paid()
    (asked,) = await desk.ask(f"/iade {number} hata")
    assert number in asked and "96,00" in asked and await room.refunds() == []
    await desk.tap("Evet, iade et: 96,00\u00a0TL", number, ADMIN, ADMIN)
    assert (await desk.message(asked, ADMIN))["buttons"] == []
    assert await room.state() is State.CANCELLED
    assert await room.refunds() == [("sandbox:1", "asked")]
    assert await room.pieces() == []
    assert await room.signed() == [("grant_refund", number, "mistake")]
    (again,) = await desk.ask(f"/iade {number} hata")
    assert "İadesi istendi, henüz yapılmadı" in again
    (told, *_) = [
        one.message.text for one in await room.store.do(messages.take, "p", room.clock.now(), room.clock.now(), 9)
    ]
    assert "iptal edildi" in told


async def test_a_part_of_a_price_goes_back_after_a_second_look_and_the_rest_when_the_order_ends(
    desk: Desk, room: Room
) -> None:
    number = await room.paid()
    (asked,) = await desk.ask(f"/iade {number} 12,50 TL gecikme")
    assert "12,50" in asked and "83,50" in asked and await room.refunds() == []
    await desk.tap("Evet, iade et: 12,50\u00a0TL", number, ADMIN, ADMIN)
    assert await room.state() is State.QUEUED and await room.refunds() == [("sandbox:1", "asked")]
    assert await room.signed() == [("grant_part", number, "delay")]
    (again,) = await desk.ask(f"/iade {number} 83,51 gecikme")
    assert "kalandan fazla" in again
    await room.happens(ev.OrderCancelled(room.order))
    assert await desk.rows("SELECT nth, amount FROM refund ORDER BY nth") == [(1, 1250), (2, 8350)]


async def wished(desk: Desk, room: Room) -> str:
    """An admin asks in English for a refund while a dispatcher has the letter in hand."""
    number = await room.paid()
    await room.claimed()
    await room.store.do(print_outbox.submitting, [room.order], "t1")
    await desk.ask(f"/refunds {number} mistake", ENGLISH_ADMIN)
    await desk.tap("Yes, refund 96.00\u00a0TL", number, ENGLISH_ADMIN, ENGLISH_ADMIN)
    answer = (await desk.said(ENGLISH_ADMIN))[-1]
    assert f"{number} is being stopped" in answer and "We write the outcome here" in answer
    assert await room.refunds() == []
    return number


async def test_of_two_admins_who_ask_for_one_refund_the_second_hears_that_it_was_asked_for(
    desk: Desk, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the sender's own door has it."""
    number = await room.paid()
    await desk.ask(f"/refunds {number} mistake", ENGLISH_ADMIN)
    await desk.ask(f"/iade {number} jest")
    assert desk.staff is not None
    monkeypatch.setattr(desk.staff.relay, "_receive", shut)
    desk.door_is_shut = True
    await desk.tap("Yes, refund 96.00\u00a0TL", number, ENGLISH_ADMIN, ENGLISH_ADMIN)
    await desk.tap("Evet, iade et: 96,00\u00a0TL", number, ADMIN, ADMIN)
    assert "zaten istendi" in (await desk.said(ADMIN))[-1]
    assert [one for one in await room.signed() if one[0] == "grant_refund"] == [
        ("grant_refund", number, "mistake"),
        ("grant_refund", number, "refused"),
    ]


async def shut(envelope: Envelope) -> bool:
    raise OSError("the door is shut")


async def test_an_admin_whose_refund_was_too_late_hears_that_the_letter_was_printed(desk: Desk, room: Room) -> None:
    number = await wished(desk, room)
    before = len(await desk.said(ENGLISH_ADMIN))
    await room.happens(ev.LetterDispatched(room.order, "t1", "folder", "1.pdf"))
    await desk.idle()
    (told,) = (await desk.said(ENGLISH_ADMIN))[before:]
    assert f"The refund of {number} that was asked for was not made" in told and f"/tray spoiled {number}" in told
    assert await room.refunds() == []
    assert (await room.signed())[-1] == ("settle_refund", number, "not_made")
    (log, *_) = await desk.ask(f"/log {number}", ENGLISH_ADMIN)
    assert f"told what became of a refund · {number} · nothing was refunded" in log
    assert await room.store.do(audit.verify) == ()
    await desk.travel(minutes=5)
    assert len(await desk.said(ENGLISH_ADMIN)) == before + 2  # once, and the log


async def test_an_admin_hears_too_when_the_letter_was_stopped_in_time(desk: Desk, room: Room) -> None:
    number = await wished(desk, room)
    before = len(await desk.said(ENGLISH_ADMIN))
    await desk.travel(minutes=1)
    assert len(await desk.said(ENGLISH_ADMIN)) == before  # nothing while nothing is decided
    await room.happens(ev.PrintWithheld(room.order, "t1"))
    await desk.idle()
    (told,) = (await desk.said(ENGLISH_ADMIN))[before:]
    assert f"The refund of {number} that was asked for is on its way" in told
    assert await room.refunds() == [("sandbox:1", "asked")]
    assert (await room.signed())[-1] == ("settle_refund", number, "done")


async def test_where_a_dispatcher_was_faster_than_the_wish_itself_the_admin_hears_of_it(
    desk: Desk, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed between the answer in the staff bot and the sender's own door."""
    number = await room.paid()
    await desk.ask(f"/refunds {number} mistake", ENGLISH_ADMIN)
    receive, door = room.door.receive, room.desk.staff
    assert door is not None

    async def late(envelope: Envelope) -> bool:
        if isinstance(envelope.event, ev.RefundGranted) and await room.state() is State.QUEUED:
            await room.claimed()
            await room.happens(ev.LetterDispatched(room.order, "t1", "folder", "1.pdf"))
        return await receive(envelope)

    monkeypatch.setattr(door.relay, "_receive", late)
    await desk.tap("Yes, refund 96.00\u00a0TL", number, ENGLISH_ADMIN, ENGLISH_ADMIN)
    await desk.idle()
    *_, answer, told = await desk.said(ENGLISH_ADMIN)
    assert f"The refund of {number} is on its way" in answer
    assert f"The refund of {number} that was asked for was not made" in told


async def test_of_a_refund_asked_for_by_somebody_who_is_no_admin_any_more_the_desk_hears(
    desk: Desk, room: Room
) -> None:
    await desk.ask(f"/personel ekle {AGENT} yönetici Ece")
    number = await room.paid()
    await room.claimed()
    await room.store.do(print_outbox.submitting, [room.order], "t1")
    await desk.ask(f"/iade {number} hata", AGENT)
    await desk.tap("Evet, iade et: 96,00\u00a0TL", number, AGENT, AGENT)
    await desk.ask(f"/personel cikar {AGENT}")
    before = len(await desk.said(AGENT))
    await room.happens(ev.LetterDispatched(room.order, "t1", "folder", "1.pdf"))
    await desk.idle()
    assert len(await desk.said(AGENT)) == before
    assert number in (await desk.said(GROUP))[-1]


async def test_where_the_order_table_gives_nothing_back_the_desk_says_why(desk: Desk, room: Room) -> None:
    number = await room.paid(state=State.ERASED)
    (told,) = await desk.ask(f"/iade {number} hata")
    assert "Ücreti iade edilmedi" in told and f"/tepsi bozuldu {number}" in told
    assert await room.refunds() == [] and await room.signed() == [("grant_refund", number, "refused")]


async def test_a_stuck_refund_shows_the_institutions_answer_and_is_tried_again(desk: Desk, room: Room) -> None:
    number = await room.paid()
    assert desk.worker is not None
    await desk.worker.stop()  # the institution is asked by hand
    await desk.ask(f"/iade {number} jest")
    await desk.tap("Evet, iade et: 96,00\u00a0TL", number, ADMIN, ADMIN)
    now = room.clock.now()
    for item in await room.store.do(jobs.take, "w", now, now + timedelta(minutes=5), 100):
        if isinstance(item.effect, fx.Refund):
            await room.store.do(jobs.failed, item.id, None, "w", "refused")
    (listed,) = await desk.ask("/iade")
    assert number in listed and "kesin olarak reddetti" in listed
    await desk.tap(f"Yeniden dene: {number}", "Açık iade", ADMIN, ADMIN)
    waiting = "SELECT parked FROM work WHERE kind = 'Refund'"
    assert await desk.rows(waiting) == [(0,)]
    assert ("retry_refund", number, "done") in await room.signed()


async def test_a_refund_that_waits_for_a_person_is_said_to_be_made_and_its_sender_hears_of_it(
    desk: Desk, room: Room
) -> None:
    number = await room.paid()
    assert desk.worker is not None
    await desk.worker.stop()
    await desk.ask(f"/iade {number} jest")
    await desk.tap("Evet, iade et: 96,00\u00a0TL", number, ADMIN, ADMIN)
    now = room.clock.now()
    for item in await room.store.do(jobs.take, "w", now, now + timedelta(minutes=5), 100):
        if isinstance(item.effect, fx.Refund):
            await room.store.do(jobs.failed, item.id, None, "w", "unsure")
    (listed,) = await desk.ask("/iade")
    assert "Yapılmış olabilir" in listed and f"/iade {number} yapildi" in listed
    await desk.ask(f"/iade {number} yapildi")
    assert await desk.rows("SELECT state FROM refund") == [("asked",)]
    await desk.tap("Evet, yapıldı", number, ADMIN, ADMIN)
    assert await desk.rows("SELECT state FROM refund") == [("settled",)]
    assert await desk.rows("SELECT kind FROM work WHERE kind IN ('Refund', 'MailNews')") == [("MailNews",)]
    assert ("refund_by_hand", number, "done") in await room.signed()


# Scans ----------------------------------------------------------------------------------------------------------------


async def test_scans_in_a_message_are_taken_and_the_same_again_is_one_scan(desk: Desk, room: Room) -> None:
    number = await room.paid(state=State.ERASED)
    (listed,) = await desk.ask("/tepsi")
    assert number in listed
    (told,) = await desk.ask(f"/tepsi gonderildi\n{number} {RR}\nNermin")
    assert told.startswith("Kaydedilen: 1.") and "Nermin" in told
    assert await room.state() is State.POSTED
    (again,) = await desk.ask(f"/tray posted {number} {RR}", ENGLISH_ADMIN)
    assert again.startswith("Noted: 0. Noted before: 1. Refused: 0.")
    assert await desk.rows("SELECT count(*) FROM scan") == [(1,)]
    assert [one[0] for one in await room.signed()] == ["tray_posted", "tray_posted"]


async def test_a_file_of_scans_is_taken_as_its_caption_says(desk: Desk, room: Room) -> None:
    first, second = await room.paid(1, State.ERASED), await room.paid(2, State.ERASED)
    content = f"mektup;takip no\n{first};{RR}\n{second};\n".encode("utf-8-sig")
    (told,) = await room.file(content, "/tepsi gonderildi")
    assert told.startswith("Kaydedilen: 1.") and second in told  # a registered letter needs its number
    assert [one.state for one in await room.orders()] == [State.POSTED, State.ERASED]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"x" * (LARGEST + 1), "büyük"), (b"x\n" * (MOST + 1), "satır")],
    ids=["no text", "too large", "too long"],
)
async def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    desk: Desk, room: Room, content: bytes, why: str
) -> None:
    (told,) = await room.file(content, "/tepsi basildi")
    assert why in told


async def test_a_file_of_somebody_without_the_right_is_not_even_fetched(desk: Desk, room: Room) -> None:
    number = await room.paid(state=State.ERASED)
    (told,) = await room.file(number.encode(), "/tepsi basildi", AGENT)
    assert "yardımcı olabilir" in told
    assert await room.state() is State.ERASED


async def test_a_batch_is_reconciled_in_a_message_and_from_a_file(desk: Desk, room: Room) -> None:
    first, second = await room.paid(1, State.PRINTED), await room.paid(2, State.PRINTED)
    await desk.rows(
        "INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, at)"
        " SELECT id, 'folder', 'x', pages, sha256, dispatched_at FROM orders RETURNING order_id"
    )
    (told,) = await desk.ask(f"/mutabakat\n{first}\nNermin")
    assert "Hiçbir mektubumuza ait olmayan yaprak ya da satır: 1." in told
    assert f"{second}: şu yapraklar sayımda yok: P01/03, P03/03." in told and "Bu parti durduruldu." in told
    (refused,) = await desk.ask(f"/tepsi gonderildi {second}")
    assert f"{second}: bu mektubun partisi durduruldu" in refused
    (found,) = await room.file(f"{first}\n{second}\n".encode(), "/mutabakat")
    assert "Bütün yapraklar zarfında, parti postaya verilebilir. Mektup: 2, yaprak: 4." in found
    (english,) = await desk.ask("/reconcile", ENGLISH_ADMIN)
    assert english.endswith("in its envelope. Its sheets were not counted. Letters: 2, sheets: 4.")
    (forbidden,) = await room.file(first.encode(), "/mutabakat", AGENT)
    assert "yardımcı olabilir" in forbidden
    assert [one for one, _, _ in await room.signed() if one.startswith("tray")] == [
        "tray_reconciled", "tray_posted", "tray_reconciled", "tray_reconciled",
    ]  # fmt: skip


@pytest.mark.parametrize("divided", [", ", " ", ",", "; ", "\n", "\u00a0"])
async def test_letters_stand_one_after_another_however_they_are_divided(desk: Desk, room: Room, divided: str) -> None:
    numbers = [await room.paid(1, State.ERASED), (await room.paid(2, State.ERASED)).replace("MX", "MX ")]
    await desk.rows(
        "INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, at)"
        " SELECT id, 'folder', 'x', pages, sha256, dispatched_at FROM orders RETURNING order_id"
    )
    (told,) = await desk.ask(f"/tepsi basildi {divided.join(numbers)}")
    assert told.startswith("Kaydedilen: 2. Daha önce kaydedilmiş: 0. Kabul edilmeyen: 0.")
    (counted,) = await desk.ask(f"/mutabakat {divided.join(numbers)}")
    assert "Bütün yapraklar zarfında, parti postaya verilebilir. Mektup: 2, yaprak: 4." in counted


async def test_a_file_without_a_sheet_is_refused_as_a_count(desk: Desk, room: Room) -> None:
    await room.paid(1, State.PRINTED)
    (told,) = await room.file(b"", "/mutabakat")
    assert told.startswith("Dosyada hiç yaprak yok.")


@pytest.mark.parametrize("content", [b"x" * (LARGEST + 1), b"x\n" * (MOST + 1)], ids=["too large", "too long"])
async def test_nobody_is_asked_to_divide_a_count(desk: Desk, room: Room, content: bytes) -> None:
    (told,) = await room.file(content, "/mutabakat")
    assert "Sayımı bölmeyin" in told and "mektupx tray reconcile" in told


async def test_a_document_that_no_command_takes_is_answered_in_private(desk: Desk, room: Room) -> None:
    for caption, of_the_print_room in (("fatura", True), ("", True), ("/y 1 Buyurun", False)):
        (told,) = await room.file(b"x", caption)
        assert told.startswith("Göndericilere yalnızca yazı ve resim iletilebiliyor")
        assert ("/mutabakat ya da /tepsi" in told) is of_the_print_room
    (told,) = await room.file(b"x", "", AGENT)
    assert "/mutabakat" not in told


# A letter in print, and its sender wants to be erased -----------------------------------------------------------------


async def test_an_admin_has_a_stuck_letter_stopped_for_an_erasure(desk: Desk, room: Room) -> None:
    number = await room.paid()
    await room.stuck()
    request, _, _ = await room.store.do(requests.open, 1, SENDER, "erasure", room.clock.now(), "send")
    await desk.ask(f"/kvkk_uygula {request}")
    await desk.tap("Mektubu durdur, iade et", "Deneme çalıştırması", ADMIN, ADMIN)
    await desk.ask(f"/dsr_apply {request} confirm", ENGLISH_ADMIN)
    assert await desk.rows("SELECT state, choice FROM data_request") == [("confirmed", "stop")]
    await Requests(room.store, room.clock, room.door.receive).run_once()
    assert await room.state() is State.STUCK  # somebody looks at the printer first
    await desk.ask(f"/kuyruk {number} basilmadi")
    await desk.tap("Evet: Basılmadı", "ücreti iade", ADMIN, ADMIN)
    assert await room.state() is State.CANCELLED
    assert await room.refunds() == [("sandbox:1", "asked")]


# Canaries -------------------------------------------------------------------------------------------------------------


async def test_nothing_private_is_in_what_the_staff_reads(desk: Desk, room: Room) -> None:
    number = await room.paid()
    held = str(await room.store.do(export, SENDER))
    assert [one for one in CANARIES if one not in held] == []
    await room.stuck()
    for words in ("", number, f"{number} kisiye", f"{number} basildi", f"{number} yeniden", f"{number} beklet"):
        await desk.ask(f"/kuyruk {words}")
    for words in ("", number, f"{number} hata"):
        await desk.ask(f"/iade {words}")
    await desk.ask(f"/tepsi basildi {number}")
    await desk.ask("/tepsi")
    seen = "\n".join([*(await desk.said(ADMIN)), *(await desk.said(GROUP))])
    assert number in seen
    assert [one for one in CANARIES if one in seen] == []
