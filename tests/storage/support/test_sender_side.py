"""The support counter, the counting window and the whole file about one person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from flows.core.effects import DrawPreview, OpenTicket, RecordConsent, RecordInvoice
from flows.core.events import Person, TicketAnswered, TicketClosed
from flows.core.state import Draft
from flows.desk.base.effects import TellSender
from flows.desk.support.effects import BlockSender, CloseTicket, MarkRead
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.monitoring import figures
from storage.queues import chat_moves, desk_events, jobs, messages
from storage.rights import requests
from storage.rights.export import export
from storage.senders import people, seen_updates
from storage.store.requested import By, requested_by
from storage.store.writers import perform
from storage.support import pictures, sender_side, ticket_writes, tickets
from tests.storage.conftest import KNOWN, House


async def test_the_first_words_open_a_ticket_and_the_next_join_it(house: House) -> None:
    await house.turn(house.ayse)
    await house.turn(house.bora)
    assert await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now) == (1, False)
    assert await house.store.do(
        sender_side.open_ticket, 2, house.ayse, "orada mısınız", 6, now=house.later(minutes=1)
    ) == (1, True)
    assert await house.store.do(sender_side.open_ticket, 3, house.bora, "merhaba", 5, now=house.now) == (2, False)


async def test_the_same_work_twice_gives_the_same_ticket(house: House) -> None:
    await house.turn(house.ayse)
    for _ in range(2):
        assert await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now) == (1, False)
    for _ in range(2):
        assert await house.store.do(sender_side.open_ticket, 2, house.ayse, "hâlâ", 6, now=house.later(minutes=1)) == (
            1,
            True,
        )
    assert await house.scalar("SELECT count(*) FROM ticket_message") == 2


async def test_after_closing_a_new_ticket_begins(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    await house.store.database.run(ticket_writes.close, 1, house.now)
    assert await house.store.do(sender_side.open_ticket, 2, house.ayse, "yine ben", 6, now=house.now) == (2, False)


async def test_a_request_is_answered_within_thirty_days_and_keeps_its_number(house: House) -> None:
    await house.turn(house.ayse)
    due = date(2026, 2, 14)
    for _ in range(2):
        assert await house.store.do(requests.open, 1, house.ayse, "access", house.now) == (1, due, False)
    assert await house.store.do(requests.open, 2, house.ayse, "access", house.later(days=3)) == (1, due, True)
    assert await house.store.do(requests.open, 3, house.ayse, "erasure", house.now) == (2, due, False)


async def test_words_for_somebody_forgotten_have_no_counter(house: House) -> None:
    with pytest.raises(LookupError):
        await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    with pytest.raises(LookupError):
        await house.store.do(requests.open, 1, house.ayse, "access", house.now)


async def test_the_figures_count_and_name_nobody(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse)
    await house.turn(house.bora, DrawPreview(1), says=["merhaba"])
    await house.store.do(seen_updates.quarantine, "customers", "telegram:9", "KeyError", house.now)
    found = await house.store.do(figures.count)
    expected = {
        "people": 2,
        "work_waiting": 1,
        "messages_unsent": 1,
        "prints_ready": 1,
        "orders_queued": 1,
        "quarantined": 1,
    }
    assert expected.items() <= found.items()


async def test_the_house_is_busy_while_something_is_due(house: House) -> None:
    assert not await house.store.do(figures.busy, house.now)
    await house.turn(house.ayse, says=["merhaba"])
    assert await house.store.do(figures.busy, house.now)
    assert await house.delivered() == 1
    await house.letter(house.ayse, "sevgili Leyla")
    assert not await house.store.do(figures.busy, house.now)
    order = await house.order(house.ayse)
    assert await house.store.do(figures.busy, house.now)
    await house.lease(house.ayse, order, "t1")
    assert await house.store.do(figures.busy, house.now)
    await house.clear(house.ayse, order, "t1")
    assert await house.store.do(figures.busy, house.now)
    await house.shred()
    assert not await house.store.do(figures.busy, house.now)


async def test_a_person_is_handed_everything_held_about_them_and_nothing_about_others(house: House) -> None:
    person = Person("telegram", "770077")
    await house.letter(person, "sevgili Leyla", letter="b" * 32)
    draft = replace((await house.standing(person)).draft, addressee_name="Leyla")
    await house.turn(person, draft=draft, profile=replace(KNOWN, email="isil@example.org"))
    order = await house.order(person, letter="b" * 32, paid=False)
    await house.turn(
        person, RecordInvoice(order.id, InvoiceParty("Işıl İnci"), Kurus(4850)), RecordConsent("notice", "1", "ab")
    )
    await house.store.do(sender_side.open_ticket, 1, person, "mektubum nerede", 5, now=house.now)
    await house.turn(person, DrawPreview(1), says=["hazır"])
    await house.turn(house.bora, draft=Draft(addressee_name="Mecnun"), says=["KANARYA"])
    held = json.dumps(await house.store.do(export, person), ensure_ascii=False)
    for word in (
        "770077",
        "sevgili Leyla",
        "isil@example.org",
        "MX000001",
        "Işıl İnci",
        "mektubum nerede",
        "hazır",
        "notice",
    ):
        assert word in held
    assert "Mecnun" not in held
    assert "KANARYA" not in held
    assert await house.store.do(export, house.cem) == {}


# The agents' side -----------------------------------------------------------------------------------------------------


async def test_a_senders_words_reach_the_desk_in_their_order_however_they_are_carried(house: House) -> None:
    await house.turn(house.ayse, OpenTicket("bir", 1), OpenTicket("iki", 2))
    first, second = await house.store.do(jobs.take, "w", house.now, house.later(minutes=5), 10)
    with pytest.raises(sender_side.OutOfOrder):
        await house.store.do(sender_side.open_ticket, second.id, house.ayse, "iki", 2, now=house.now)
    await house.store.do(sender_side.open_ticket, first.id, house.ayse, "bir", 1, now=house.now)
    assert await house.store.do(sender_side.open_ticket, second.id, house.ayse, "iki", 2, now=house.now) == (1, True)


async def test_a_flood_is_held_back_for_an_hour_and_nobody_else_with_it(house: House) -> None:
    await house.turn(house.ayse)
    await house.turn(house.bora)
    for n in range(sender_side.FLOOD):
        await house.store.do(sender_side.open_ticket, n + 1, house.ayse, "merhaba", n, now=house.later(minutes=n))
    with pytest.raises(sender_side.NotTaken) as refused:
        await house.store.do(sender_side.open_ticket, 99, house.ayse, "merhaba", 99, now=house.later(minutes=59))
    assert (refused.value.because, refused.value.until) == ("flood", house.later(minutes=60))
    await house.store.do(sender_side.open_ticket, 98, house.bora, "merhaba", 1, now=house.later(minutes=59))
    await house.store.do(sender_side.open_ticket, 99, house.ayse, "merhaba", 99, now=house.later(minutes=61))


async def test_corrections_of_what_was_read_count_like_messages(house: House) -> None:
    """One message, corrected again and again, is as much to read as so many messages."""
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    for n in range(1, sender_side.FLOOD):
        await read(house, n - 1)
        done = await house.store.do(
            sender_side.edit_ticket, n + 1, house.ayse, f"merhaba {n}", 5, now=house.later(minutes=n)
        )
        assert done == sender_side.Corrected(1, True)
    with pytest.raises(sender_side.NotTaken) as refused:
        await house.store.do(sender_side.open_ticket, 98, house.ayse, "merhaba", 6, now=house.later(minutes=30))
    assert (refused.value.because, refused.value.until) == ("flood", house.later(minutes=60))
    await house.store.do(sender_side.open_ticket, 99, house.ayse, "merhaba", 6, now=house.later(minutes=60))


async def read(house: House, minutes: int) -> None:
    """An agent sees all that is due."""
    now = house.later(minutes=minutes)
    async with house.store.transaction() as tx:
        _, said = await tx.do(tickets.to_relay, 1, now)
        await tx.do(perform, requested_by(By("house", "", now), [MarkRead(tuple(one.mark for one in said))]))


async def seen(house: House, minutes: int) -> list[tuple[str, bool, bool]]:
    """What an agent reads now of the first ticket: words, whether they are a correction, whether with a picture."""
    async with house.store.transaction() as tx:
        _, said = await tx.do(tickets.to_relay, 1, house.later(minutes=minutes))
    await read(house, minutes)
    return [(one.words, one.edited, one.picture) for one in said]


async def test_a_picture_that_is_replaced_is_shown_once_more_and_the_same_one_is_not(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "böle", 5, now=house.now, picture=b"first")
    assert await seen(house, 0) == [("böle", False, True)]

    async def edit(words: str, picture: bytes, minutes: int) -> sender_side.Corrected:
        now = house.later(minutes=minutes)
        return await house.store.do(
            sender_side.edit_ticket, 1 + minutes, house.ayse, words, 5, now=now, picture=picture
        )

    assert await edit("böyle", b"first", 1) == sender_side.Corrected(1, True)
    assert await seen(house, 1) == [("böyle", True, False)]
    await edit("böyle", b"second", 2)
    assert await seen(house, 2) == [("böyle", True, True)]
    assert await edit("böyle", b"second", 3) == sender_side.Corrected(1, True, changed=False)
    assert await seen(house, 3) == []
    await edit("böyle", b"third", 4)
    await edit("şöyle", b"third", 5)  # before anybody has read the fourth
    assert await seen(house, 5) == [("şöyle", True, True)]
    await edit("işte", b"", 6)
    assert await seen(house, 6) == [("işte", True, False)]
    assert await house.scalar("SELECT count(*) FROM ticket_picture") == 1


async def test_a_picture_may_come_into_a_message_that_had_words_only(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "bakın", 5, now=house.now)
    await house.store.do(
        sender_side.edit_ticket, 2, house.ayse, "bakın", 5, now=house.later(minutes=1), picture=b"first"
    )
    assert await seen(house, 1) == [("bakın", False, True)]  # nobody had read it


async def test_whether_a_message_may_be_edited_is_asked_before_its_picture_is_fetched(house: House) -> None:
    await house.turn(house.ayse)
    await house.turn(house.bora)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "bakın", 5, now=house.now)
    assert await house.store.do(sender_side.may_edit, house.ayse, 5, house.now)
    assert not await house.store.do(sender_side.may_edit, house.ayse, 6, house.now)
    assert not await house.store.do(sender_side.may_edit, house.bora, 5, house.now)
    assert not await house.store.do(sender_side.may_edit, house.cem, 5, house.now)
    await house.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE ticket SET state = 'closed'"))
    assert not await house.store.do(sender_side.may_edit, house.ayse, 5, house.now)


async def test_of_corrections_beyond_the_limit_the_newest_is_kept_and_shown_when_the_hour_is_over(house: House) -> None:
    await house.turn(house.ayse)
    for n in range(sender_side.FLOOD):
        await house.store.do(sender_side.open_ticket, n + 1, house.ayse, "merhaba", n, now=house.later(minutes=n))
    await read(house, sender_side.FLOOD)
    later = house.later(minutes=60)
    for n in (1, 2, 3):
        done = await house.store.do(
            sender_side.edit_ticket, 50 + n, house.ayse, f"yeni {n}", 7, now=house.later(minutes=30 + n)
        )
        assert done == sender_side.Corrected(1, True, later)
    assert await house.store.do(tickets.unread, 10, house.later(minutes=59)) == []
    assert not await house.store.do(figures.desk_busy)
    assert await house.store.do(tickets.unread, 10, later) == [1]
    async with house.store.transaction() as tx:
        _, said = await tx.do(tickets.to_relay, 1, later)
    assert [(one.words, one.edited) for one in said] == [("yeni 3", True)]
    await read(house, 60)
    (said, *_) = [one for one in (await house.store.do(export, house.ayse))["tickets"] if one["words"] == "yeni 3"]
    assert said  # and nothing of it is lost to the sender either


async def test_a_picture_that_comes_after_its_sender_was_erased_is_not_kept(house: House) -> None:
    await house.turn(house.ayse)
    number, _ = await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    await house.store.do(pictures.keep_for, house.ayse, number, "a" * 32, b"resim", now=house.now)
    await house.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE person SET forgotten_at = 1"))
    with pytest.raises(LookupError):
        await house.store.do(pictures.keep_for, house.ayse, number, "b" * 32, b"resim", now=house.now)
    assert await house.scalar("SELECT count(*) FROM ticket_picture") == 1


async def test_a_blocked_sender_does_not_reach_the_desk_by_editing_what_they_wrote_before(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    blocked = BlockSender(await house.scalar("SELECT person_id FROM ticket"), until := house.later(days=7))
    by = By("staff:1", "", house.now)
    await house.store.database.run(lambda conn: perform(conn, house.store.vault, requested_by(by, [blocked])))
    with pytest.raises(sender_side.NotTaken) as refused:
        await house.store.do(sender_side.edit_ticket, 2, house.ayse, "hakaret", 5, now=house.later(days=1))
    assert (refused.value.because, refused.value.until) == ("blocked", until)
    (said,) = (await house.store.do(export, house.ayse))["tickets"]
    assert said["words"] == "merhaba"
    assert await house.store.do(
        sender_side.edit_ticket, 3, house.ayse, "selam", 5, now=house.later(days=8)
    ) == sender_side.Corrected(1, True)


async def test_a_correction_of_a_closed_question_changes_nothing_and_names_it(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 5, now=house.now)
    assert await house.store.do(
        sender_side.edit_ticket, 2, house.ayse, "selam", 5, now=house.now
    ) == sender_side.Corrected(1, True)
    by = By("staff:1", "", house.now)
    await house.store.database.run(lambda conn: perform(conn, house.store.vault, requested_by(by, [CloseTicket(1)])))
    assert await house.store.do(
        sender_side.edit_ticket, 3, house.ayse, "merhaba!", 5, now=house.later(minutes=1)
    ) == sender_side.Corrected(1)
    assert await house.store.do(  # a reaction to it, which Telegram tells as an edit
        sender_side.edit_ticket, 3, house.ayse, "selam", 5, now=house.later(minutes=1)
    ) == sender_side.Corrected(1, changed=False)
    assert (
        await house.store.do(sender_side.edit_ticket, 4, house.ayse, "merhaba!", 6, now=house.later(minutes=1))
        == sender_side.Corrected()
    )
    (said,) = (await house.store.do(export, house.ayse))["tickets"]
    assert said["words"] == "selam"


async def test_the_desk_takes_nothing_of_a_blocked_sender_until_the_block_ends(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 1, now=house.now)
    person = await house.scalar("SELECT person_id FROM ticket")
    until = house.later(days=7)

    def block(conn: Connection) -> None:
        perform(conn, house.store.vault, requested_by(By("staff:1", "", house.now), [BlockSender(person, until)]))

    await house.store.database.run(block)
    with pytest.raises(sender_side.NotTaken) as refused:
        await house.store.do(sender_side.open_ticket, 2, house.ayse, "hâlâ", 2, now=house.later(days=6))
    assert (refused.value.because, refused.value.until) == ("blocked", until)
    assert await house.store.do(sender_side.open_ticket, 2, house.ayse, "hâlâ", 2, now=house.later(days=8)) == (1, True)


async def test_a_desk_event_is_sealed_brought_in_its_order_and_gone_when_the_door_has_it(house: House) -> None:
    await house.turn(house.ayse)
    row = await house.scalar("SELECT id FROM person")

    def send(conn: Connection) -> None:
        by = By("staff:1", "", house.now)
        told = (TicketAnswered(1, "KANARYA"), TicketClosed(1))
        perform(conn, house.store.vault, requested_by(by, [TellSender(row, one) for one in told]))

    await house.store.database.run(send)
    assert not any("KANARYA" in repr(row) for row in await house.rows("SELECT * FROM errand"))
    waiting = await house.store.do(desk_events.waiting, 10)
    assert [(one.person, one.event) for one in waiting] == [
        (house.ayse, TicketAnswered(1, "KANARYA")),
        (house.ayse, TicketClosed(1)),
    ]
    assert await house.store.do(figures.desk_busy)
    for one in waiting:
        await house.store.do(desk_events.done, one.id)
    assert (await house.store.do(desk_events.waiting, 10), await house.store.do(figures.desk_busy)) == ([], False)


async def test_the_two_postmen_take_their_own_people_only(house: House) -> None:
    staff = Person("staff", "-1001/5")
    for person in (house.ayse, staff, house.cem):
        await house.turn(person, says=["merhaba"])
    theirs = await house.store.do(messages.take, "s", house.now, house.later(minutes=2), 10, staff=True)
    others = await house.store.do(messages.take, "c", house.now, house.later(minutes=2), 10)
    assert [one.person for one in theirs] == [staff]
    assert [one.person for one in others] == [house.ayse, house.cem]


async def test_a_chat_that_moved_to_where_somebody_has_written_from_takes_its_messages_along(house: House) -> None:
    old, new = Person("staff", "-5"), Person("staff", "-1005")
    await house.turn(old, says=["bir"])
    await house.turn(new, says=["iki"])
    assert await house.store.do(people.replace_handle, old, new.handle)
    taken = await house.store.do(messages.take, "s", house.now, house.later(minutes=2), 10, staff=True)
    assert [(one.person, one.message.text) for one in taken] == [(new, "bir"), (new, "iki")]


async def test_where_the_staff_chat_has_moved_to_is_remembered(house: House) -> None:
    assert await house.store.do(chat_moves.chat_now, -5) == -5
    await house.store.do(chat_moves.chat_moved, -5, -1005)
    await house.store.do(chat_moves.chat_moved, -1005, -1006)
    await house.store.do(chat_moves.chat_moved, -7, -7)
    assert [await house.store.do(chat_moves.chat_now, chat) for chat in (-5, -1005, -7)] == [-1006, -1006, -7]
