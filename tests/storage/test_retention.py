"""The law's calendar: everything goes when its time has come, and not a moment earlier."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from flows.address.address import Address
from flows.core.documents import Document
from flows.core.effects import (
    DrawPreview,
    Effect,
    ForgetInvoice,
    IssueInvoice,
    KeepContract,
    RecordConsent,
    RecordInvoice,
    Refund,
)
from flows.core.events import TicketClosed
from flows.core.state import Draft, Profile, State
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened
from flows.desk.openings.table import Why
from flows.desk.requests.table import Kind
from flows.invoice.document import InvoiceKind
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage import retention
from storage.access_log import audit
from storage.access_log.audit import OPEN_LETTER, Entry, Purpose
from storage.database.tables import do_not_write
from storage.monitoring import figures
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.payments.references import Noted
from storage.printing import outbox as print_outbox
from storage.queues import desk_events, jobs, keys_to_shred
from storage.retention import RULES
from storage.retention.period import past
from storage.rights import requests
from storage.rights.requests import Identity
from storage.senders import previews, seen_updates
from storage.store.requested import By, requested_by
from storage.store.store import Piece
from storage.store.writers import perform
from storage.support import sender_side, ticket_writes
from tests.flows.invoice.invoice_examples import LINE, SELLER
from tests.storage.conftest import KNOWN, NOON, House

Arrange = Callable[[House], Awaitable[object]]
MOMENT = timedelta(microseconds=1)
CONTRACT = Document(
    "contract", "tr", "1.1", date(2026, 1, 1), ("Satıcı: Örnek\nAlıcı: ", "Leyla", "\n96,00 TL"), ("addressee",)
)


async def stranger(house: House) -> None:
    await house.turn(house.ayse, profile=Profile())


async def unfinished(house: House) -> None:
    """Its sender hears of it when the last week begins."""
    await house.letter(house.ayse, "sevgili Leyla")
    await knows(house, house.later(days=23))


async def knows(house: House, at: datetime) -> None:
    """The sender was told when the unfinished letter goes."""
    await house.store.do(retention.drafts.told, await house.scalar("SELECT id FROM person"), at)


async def delivered(house: House) -> None:
    draft = Draft(letter="a" * 32, addressee_name="Leyla", addressee=Address(il="Ankara"))
    await house.turn(house.ayse, draft=draft)
    await house.order(house.ayse, paid=False, state=State.POSTED, dispatched_at=house.now)


async def accepted(house: House) -> None:
    draft = Draft(letter="a" * 32, addressee_name="Leyla", addressee=Address(il="Ankara"))
    await house.turn(house.ayse, draft=draft)
    order = await house.order(house.ayse, paid=False, state=State.POSTED, dispatched_at=house.now)
    await house.turn(house.ayse, KeepContract(order.id, (CONTRACT,)))


async def unsent(house: House) -> None:
    await house.turn(house.ayse, says=["merhaba"])


async def callback(house: House) -> None:
    await house.store.do(callbacks.hear, "sandbox", [Posted("1", kept={"order": "a"})], house.now)


async def closed_ticket(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 1, now=house.now)
    await house.store.database.run(ticket_writes.close, 1, house.now)


async def closed_ticket_with_a_picture(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 1, now=house.now, picture=b"JPEG")
    await house.execute(f"UPDATE ticket_message SET relayed_at = {house.micros()}")
    await house.store.database.run(ticket_writes.close, 1, house.now)


async def answered_request(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(requests.open, 1, house.ayse, "access", house.now)
    await house.execute(f"UPDATE data_request SET state = 'done', closed_at = {house.micros()}")


async def ended_consent(house: House) -> None:
    await house.turn(house.ayse, RecordConsent("notice", "1", "ab"))
    await house.execute(f"UPDATE person SET forgotten_at = {house.micros()}")


async def forgotten(house: House) -> None:
    await house.turn(house.ayse)
    await house.execute(f"UPDATE person SET forgotten_at = {house.micros()}, handle_index = NULL, handle = NULL")


async def visit(house: House) -> None:
    entry = Entry(house.now, "admin:2", "list_queue", "x", Purpose.TECHNICAL_FAULT, "1")
    await house.store.note_access(entry)


async def opened_letter(house: House) -> None:
    await house.store.note_access(Entry(house.now, "a", OPEN_LETTER, "a" * 32, Purpose.LEGAL_ORDER, "1"))


async def asked_opening(house: House, *then: Effect) -> None:
    await house.letter(house.ayse, "merhaba")
    order = await house.order(house.ayse)
    by = By("staff:11", "", house.now)
    for effect in (AskOpening("1" * 32, order.id, Why.LEGAL, "2026/123"), *then):
        await house.store.database.run(perform, house.store.vault, requested_by(by, [effect]))


async def approved_opening(house: House) -> None:
    await asked_opening(house, ApproveOpening("1" * 32, "token", house.later(minutes=15)))


async def used_opening(house: House) -> None:
    await asked_opening(house, ApproveOpening("1" * 32, "token", house.now), MarkOpened("1" * 32, told=False))


async def blocked(house: House) -> None:
    """A block that is over at this moment."""
    await house.turn(house.ayse)
    row = await house.scalar("SELECT id FROM person")
    await house.execute(f"INSERT INTO desk_block VALUES ('{row}', {house.micros()}, 'agent', {house.micros()})")


async def undelivered(house: House) -> None:
    await house.turn(house.ayse)
    row = await house.scalar("SELECT id FROM person")
    event = TicketClosed(1)
    await house.store.database.run(desk_events.add, house.store.vault, row, event, house.now)


async def objection(house: House) -> None:
    await house.store.database.run(
        lambda conn: conn.execute(do_not_write.insert().values(hash=b"h", request=1, at=house.micros()))
    )


async def update_key(house: House) -> None:
    async with house.store.transaction() as tx:
        await tx.do(seen_updates.first_sight, ["telegram:1"], house.now)


async def quarantined(house: House) -> None:
    await house.store.do(seen_updates.quarantine, "customers", "telegram:1", "KeyError", house.now)


async def reconciled(house: House) -> None:
    await house.execute(f"INSERT INTO batch (day, gaps, stopped, at) VALUES ('2026-01-14', 0, 0, {house.micros()})")


async def refused_preview(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    (item,) = await house.store.do(jobs.take, "worker", house.now, house.later(minutes=5), 1)
    await house.store.do(jobs.failed, item.id, None, "worker")


async def shredded(house: House) -> None:
    await unfinished(house)
    over = house.later(days=31)
    await house.store.database.run(retention.drafts.clear_letters, house.store.vault, house.later(days=1), over)
    await house.shred()


def end_of(year: int) -> datetime:
    """The last moment of 15 January in Istanbul, where the day ends three hours earlier."""
    return datetime(year, 1, 15, 21, tzinfo=UTC) - MOMENT


CASES: dict[str, tuple[Arrange, datetime]] = {
    "stranger": (stranger, NOON + timedelta(hours=24)),
    "unfinished letter": (unfinished, NOON + timedelta(days=30)),
    "unfinished order": (unfinished, NOON + timedelta(days=30)),
    "addressee": (delivered, NOON + timedelta(days=7)),
    "outgoing message": (unsent, NOON + timedelta(days=7)),
    "payment callback": (callback, NOON + timedelta(days=30)),
    "picture of a ticket": (closed_ticket_with_a_picture, NOON + timedelta(hours=1)),
    "support ticket": (closed_ticket, end_of(2027)),
    "data request": (answered_request, end_of(2029)),
    "order": (delivered, end_of(2029)),
    "batch": (reconciled, end_of(2029)),
    "contract": (accepted, end_of(2029)),
    "forgotten account": (forgotten, end_of(2029)),
    "consent proof": (ended_consent, end_of(2029)),
    "access log": (visit, end_of(2028)),
    "opened letters log": (opened_letter, end_of(2036)),
    "opening link": (approved_opening, NOON + timedelta(minutes=15)),
    "opening refused": (asked_opening, NOON + timedelta(days=30)),
    "opening": (used_opening, end_of(2036)),
    "block of the desk": (blocked, NOON + timedelta(days=1)),
    "decision of the desk": (undelivered, NOON + timedelta(days=30)),
    "do-not-write mark": (objection, end_of(2036)),
    "update key": (update_key, NOON + timedelta(hours=48)),
    "quarantine": (quarantined, NOON + timedelta(days=30)),
    "refused preview": (refused_preview, NOON + timedelta(days=1)),
    "shred row": (shredded, NOON + timedelta(days=30)),
    "destruction record": (shredded, end_of(2029)),
}
"""What is arranged at noon on 15 January 2026, and the last moment at which it is there."""


def test_every_rule_has_a_case_here() -> None:
    assert set(CASES) | {"invoice", "refused minor"} == {rule.datum for rule in RULES}


@pytest.mark.parametrize("datum", CASES)
async def test_it_goes_when_its_time_has_come_and_not_a_moment_earlier(house: House, datum: str) -> None:
    arrange, last = CASES[datum]
    await arrange(house)
    assert (await house.store.do(retention.purge, last))[datum] == 0
    assert (await house.store.do(retention.purge, last + MOMENT))[datum] == 1
    assert (await house.store.do(retention.purge, last + MOMENT))[datum] == 0


async def test_a_contract_loses_its_addressee_with_the_order_and_its_key_after_three_years(house: House) -> None:
    await accepted(house)
    key = await house.scalar("SELECT key_id FROM contract")
    await house.store.do(retention.purge, house.later(days=8))
    assert await house.rows("SELECT addressee FROM contract") == [(None,)]
    assert key not in await house.shred()
    await house.store.do(retention.purge, house.later(days=3 * 366 + 1))
    assert await house.scalar("SELECT count(*) FROM contract") == 0
    assert key in await house.shred()


async def test_a_contract_stays_as_long_as_its_order_is_open(house: House) -> None:
    await house.turn(house.ayse)
    order = await house.order(house.ayse, paid=False, state=State.RETURNED)
    await house.turn(house.ayse, KeepContract(order.id, (CONTRACT,)))
    assert (await house.store.do(retention.purge, house.later(days=4 * 366)))["contract"] == 0
    assert await house.scalar("SELECT count(*) FROM contract") == 1


async def test_an_invoice_is_kept_to_the_last_day_of_the_tenth_year(house: House) -> None:
    await house.turn(house.ayse, RecordInvoice("b" * 32, InvoiceParty("Işıl İnci"), Kurus(4850)))
    assert (await house.store.do(retention.purge, datetime(2036, 12, 31, 23, 59, tzinfo=UTC)))["invoice"] == 0
    assert (await house.store.do(retention.purge, datetime(2037, 1, 1, tzinfo=UTC)))["invoice"] == 1
    assert [one.key_id for one in await house.store.do(keys_to_shred.pending, 100)] != []


async def test_an_issued_invoice_is_kept_to_the_last_day_of_its_own_tenth_year(house: House) -> None:
    """Ordered in December, issued in January: each has its own year."""
    await house.turn(house.ayse, RecordInvoice("b" * 32, InvoiceParty("Işıl İnci"), Kurus(9600)))
    issued = IssueInvoice("b" * 32, "MX000001", InvoiceKind.SALE, (LINE,), SELLER, "MPX")
    await house.turn(house.ayse, issued, at=datetime(2027, 1, 4, 9, tzinfo=UTC))
    key = await house.scalar("SELECT key_id FROM invoice_document")
    assert (await house.store.do(retention.purge, datetime(2037, 12, 31, 23, 59, tzinfo=UTC)))["invoice"] == 1
    assert await house.scalar("SELECT count(*) FROM invoice_document") == 1
    assert (await house.store.do(retention.purge, datetime(2038, 1, 1, tzinfo=UTC)))["invoice"] == 1
    assert await house.scalar("SELECT count(*) FROM invoice_document") == 0
    assert key in await house.shred()


async def test_when_a_refused_minor_may_try_again_is_forgotten_on_that_day_in_istanbul(house: House) -> None:
    refused = Profile(notice=KNOWN.notice, blocked_until=date(2026, 2, 1))
    await house.turn(house.ayse, step="blocked", screen=4, profile=refused)
    still = datetime(2026, 1, 31, 20, 59, tzinfo=UTC)  # a minute before midnight in Istanbul
    assert (await house.store.do(retention.purge, still))["refused minor"] == 0
    assert (await house.standing(house.ayse)).profile.blocked_until == date(2026, 2, 1)
    assert (await house.store.do(retention.purge, still + timedelta(minutes=1)))["refused minor"] == 1
    found = await house.standing(house.ayse)
    assert (found.profile, found.step, found.screen) == (Profile(notice=KNOWN.notice), "birth_date", 5)
    assert (await house.store.do(retention.purge, still + timedelta(minutes=1)))["refused minor"] == 0


async def test_of_an_order_that_is_never_paid_no_invoice_stays(house: House) -> None:
    await house.turn(house.ayse, RecordInvoice("b" * 32, InvoiceParty("Işıl İnci"), Kurus(4850)))
    await house.turn(house.bora, RecordInvoice("c" * 32, InvoiceParty("Bora"), Kurus(4850)))
    key = await house.scalar(f"SELECT key_id FROM invoice WHERE order_id = '{'b' * 32}'")
    await house.turn(house.ayse, ForgetInvoice("b" * 32))
    assert await house.rows("SELECT order_id FROM invoice") == [("c" * 32,)]
    assert await house.shred() == [key]


async def test_the_key_of_a_requests_file_goes_with_it(house: House) -> None:
    number = await house.store.do(
        requests.open_on_behalf, Kind.ACCESS, Identity("a letter"), order="", by="admin-1", now=house.now
    )
    await house.execute(f"UPDATE data_request SET state = 'done', closed_at = {house.micros()}")
    key = await house.scalar("SELECT key_id FROM data_request")
    assert number == 1 and house.keyring.holds(key)
    await house.store.do(retention.purge, house.later(days=3 * 366, seconds=1))
    assert await house.shred() == [key]


async def test_of_an_addressee_only_a_province_and_a_month_remain(house: House) -> None:
    await delivered(house)
    await house.store.do(retention.purge, house.later(days=8))
    assert (
        await house.scalar("SELECT month || ' ' || province || ' ' || letters FROM destination") == "2026-01 Ankara 1"
    )
    assert await house.scalar("SELECT addressee FROM orders") is None


async def test_a_paid_letter_is_not_a_stale_draft_however_long_it_waits(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    purged = await house.store.do(retention.purge, house.later(days=200))
    assert (purged["unfinished letter"], purged["addressee"], purged["order"]) == (0, 0, 0)
    await house.lease(house.ayse, order, "t1")
    pieces: list[Piece] = await house.store.do(print_outbox.pieces, "t1")
    assert [piece.pdf for piece in pieces] == [b"%PDF approved"]


async def test_a_letter_whose_conversation_went_on_is_not_left(house: House) -> None:
    """Written a month ago, approved now: what was approved is still there to be paid for, though its end was told."""
    letter = await house.letter(house.ayse, "sevgili Leyla")
    await knows(house, house.later(days=-10))
    standing = await house.standing(house.ayse)
    await house.turn(house.ayse, step="letter", draft=standing.draft)
    await house.execute(f"UPDATE letter SET updated_at = {house.micros() - 40 * 24 * 3600 * 1_000_000}")
    await house.store.do(retention.purge, house.now)
    assert await house.store.do(previews.read, house.ayse, letter) == b"%PDF approved"
    await knows(house, house.later(days=23))
    await house.store.do(retention.purge, house.later(days=31))
    assert await house.store.do(previews.read, house.ayse, letter) is None


async def test_somebody_who_left_a_draft_finds_a_rested_conversation(house: House) -> None:
    await house.turn(house.ayse, step="letter", aside="support", screen=5, draft=Draft(addressee_name="Leyla"))
    await house.store.do(retention.purge, house.later(days=31))
    found = await house.standing(house.ayse)
    assert (found.step, found.aside, found.screen, found.draft) == ("home", "", 6, Draft())
    assert found.profile.name == "Işıl İnci"


async def test_a_forgotten_strangers_key_is_shredded(house: House) -> None:
    await stranger(house)
    key = await house.scalar("SELECT key_id FROM person")
    await house.store.do(retention.purge, house.later(days=2))
    assert await house.shred() == [key]
    assert not house.keyring.holds(key)


async def test_blanked_lines_keep_the_access_log_whole(house: House) -> None:
    await visit(house)
    await opened_letter(house)
    await visit(house)
    await house.store.do(retention.purge, house.later(days=3 * 366))
    assert await house.scalar("SELECT count(*) FROM audit WHERE actor IS NULL") == 2
    assert await house.store.do(audit.verify) == ()
    await visit(house)
    assert await house.store.do(audit.verify) == ()


async def test_what_was_destroyed_is_on_record_without_a_name(house: House) -> None:
    await unfinished(house)
    await house.store.do(retention.purge, house.later(days=31))
    recorded = await house.rows("SELECT datum FROM destruction_record ORDER BY id")
    assert recorded == [("unfinished letter",), ("unfinished order",)]


async def test_the_callbacks_key_goes_when_its_month_is_empty(house: House) -> None:
    await callback(house)
    await house.store.do(retention.purge, NOON + timedelta(days=31))
    assert await house.store.do(keys_to_shred.pending, 10) == []
    await house.store.do(retention.purge, NOON + timedelta(days=62))
    assert len(await house.store.do(keys_to_shred.pending, 10)) == 1


@pytest.mark.parametrize("place", ["22483975", "1" * 32], ids=["its payment", "its order, as it was noted before"])
async def test_the_attempts_of_a_refund_are_known_until_it_is_made(house: House, place: str) -> None:
    """Its answer was lost: tried again after a month, as if it had never been sent, a part would be paid twice."""
    await house.turn(house.ayse, Refund("1" * 32, "22483975", Kurus(1250), nth=2))
    (provider,) = await house.rows("SELECT provider FROM refund")
    sent = Noted("payment", "refund:22483975:2#1", until=house.later(minutes=2))
    for name, where, one in (
        (*provider, place, sent),
        (*provider, "22483976", sent),
        ("another", place, sent),
        (*provider, place, Noted("page", "tok-1", "https://pay.example/1", house.now)),
    ):
        known = replace(one, name=f"{one.name}/{name}/{where}") if (name, where) != (*provider, place) else one
        await house.store.do(references.note, name, where, known, house.now)
    await house.store.do(retention.purge, house.later(days=31))
    assert await house.store.do(references.of_order, *provider, place) == (sent,)
    assert await house.scalar("SELECT count(*) FROM payment_reference") == 1
    await house.execute("UPDATE refund SET state = 'settled'")
    await house.store.do(retention.purge, house.later(days=31))
    assert await house.scalar("SELECT count(*) FROM payment_reference") == 0


def test_each_rule_names_its_article_and_stands_in_a_file_of_its_room() -> None:
    folder = Path(retention.__file__).parent
    for rule in RULES:
        assert rule.article
        assert past(NOON, rule.period) < NOON
        assert Path(rule.clear.__code__.co_filename).parent == folder


async def test_what_was_left_by_many_goes_in_slices(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody else waits for the end of a slice: a crowd of strangers must not stop the house."""
    monkeypatch.setattr(retention.strangers, "SLICE", 2)
    for person in (house.ayse, house.bora, house.cem):
        await house.turn(person, profile=Profile())
    slices = [(await house.store.do(retention.purge, house.later(days=2)))["stranger"] for _ in range(3)]
    assert slices == [2, 1, 0]
    assert await house.scalar("SELECT count(*) FROM person") == 0


@pytest.mark.parametrize(("datum", "room"), [("unfinished order", retention.drafts), ("update key", retention.traces)])
async def test_so_does_what_goes_by_one_statement(
    house: House, monkeypatch: pytest.MonkeyPatch, datum: str, room: Any
) -> None:
    monkeypatch.setattr(room, "MANY", 2)
    for number, person in enumerate((house.ayse, house.bora, house.cem)):
        await house.turn(person)
        async with house.store.transaction() as tx:
            await tx.do(seen_updates.first_sight, [f"telegram:{number}"], house.now)
    slices = [(await house.store.do(retention.purge, house.later(days=40)))[datum] for _ in range(3)]
    assert slices == [2, 1, 0]


CROWDED = ("person", "conversation", "letter", "orders", "contract", "consent", "inbox", "print_outbox")


async def test_no_round_looks_at_everybody(sqlite_house: House) -> None:
    """Retention, the figures every few seconds and /readyz: no whole walk over people."""
    house = sqlite_house
    statements: list[tuple[str, Any]] = []

    def listening(conn: Connection) -> None:
        @event.listens_for(conn.engine, "before_cursor_execute")
        def heard(_conn: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
            statements.append((statement, parameters))

    await house.store.database.run(listening)
    await house.store.do(retention.purge, house.now)
    await house.store.do(figures.waiting)
    await house.store.do(figures.busy, house.now)
    asked = [one for one in statements if one[0].split()[0] in ("SELECT", "UPDATE", "DELETE")]
    assert len(asked) > len(RULES)

    def walked(conn: Connection) -> set[str]:
        """The statements that look at every row of a table as large as the house has people."""
        found = set()
        for statement, parameters in asked:
            plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            if any(line.startswith("SCAN") and line.split()[1] in CROWDED for line in plan):
                found.add(statement)
        return found

    assert await house.store.database.run(walked) == set()


@pytest.mark.parametrize(
    "on_its_way",
    [
        "UPDATE ticket_message SET relayed_at = NULL",  # no agent has seen it
        "UPDATE ticket SET state = 'open', closed_at = NULL",
    ],
)
async def test_a_picture_stays_while_it_is_on_its_way_or_its_ticket_is_open(house: House, on_its_way: str) -> None:
    await closed_ticket_with_a_picture(house)
    await house.execute(on_its_way)
    assert (await house.store.do(retention.purge, house.later(days=2)))["picture of a ticket"] == 0


async def test_a_picture_stays_while_something_is_still_to_be_said_to_its_sender(house: House) -> None:
    await closed_ticket_with_a_picture(house)
    await house.turn(house.ayse, says=["merhaba"])
    assert (await house.store.do(retention.purge, house.later(days=2)))["picture of a ticket"] == 0
