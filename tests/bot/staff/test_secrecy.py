"""What the staff never reads: letter, address, telephone, e-mail. Canaries, whose presence is asserted first."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace

from bot.staff.commands import COMMANDS
from bot.staff.desk import StaffDesk
from flows.address.address import Address
from flows.core.effects import RecordInvoice
from flows.core.events import Moment
from flows.core.state import Draft, Order, State, Turn
from flows.input.manuscript import Manuscript
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.rights.export import export
from storage.store.store import KeptTurn

from .conftest import ADMIN, AGENT, AUDITOR, GROUP, SENDER, Desk

LETTER, ADDRESSEE, STREET = "KANARYAMEKTUP", "KANARYAALICI", "KANARYASOKAK"
PHONE, MAIL, SURNAME, INVOICE = "905559998877", "kanarya@example.com", "KANARYASOYAD", "KANARYAFATURA"
CANARIES = (LETTER, ADDRESSEE, STREET, PHONE, MAIL, SURNAME, INVOICE)


async def whole_person(desk: Desk) -> None:
    """Somebody in the middle of a second letter, the first one on its way."""
    await desk.sender(name=f"Işıl {SURNAME}", email=MAIL, phone=f"+{PHONE}")
    now = desk.playground.clock.now()
    async with desk.store.transaction() as tx:
        before = (await tx.standings_of([SENDER]))[SENDER.channel, SENDER.handle]
        address = Address(name=ADDRESSEE, street=f"{STREET} Sok.", il="Ankara")
        draft = Draft(
            letter="c" * 32,
            manuscript=Manuscript(((9, LETTER),)),
            addressee_name=ADDRESSEE,
            addressee=address,
            invoice=InvoiceParty(INVOICE, INVOICE),
        )
        made = Order(os.urandom(16).hex(), State.AWAITING, Kurus(1), "c" * 32, "f", 1, 1, "normal", now)
        after = replace(before, draft=draft, orders=(*before.orders, made), step="letter")
        effects = (RecordInvoice(made.id, InvoiceParty(INVOICE, INVOICE), Kurus(1)),)
        await tx.keep([KeptTurn(before, Turn(after, effects), (), Moment(now, os.urandom(16).hex()))])


async def test_no_message_to_the_staff_holds_anything_private(desk: Desk, bot: StaffDesk) -> None:
    await whole_person(desk)
    held = json.dumps(await desk.store.do(export, SENDER), ensure_ascii=False)
    assert [canary for canary in CANARIES if canary not in held] == []
    await desk.writes("Mektubum nerede?")
    await desk.corrects("Mektubum nerede acaba?")
    await desk.reply("Yolda.", "Mektubum nerede acaba?")
    for command in COMMANDS:
        for user in (ADMIN, AGENT, AUDITOR):
            await desk.ask(f"/{command.name} {command.example}", user)
            await desk.ask(f"/{command.twin} {command.example}", user, GROUP)
    await desk.travel(days=8)
    seen = "\n".join(
        [*(await desk.said(GROUP)), *[one for user in (ADMIN, AGENT, AUDITOR) for one in await desk.said(user)]]
    )
    names = "\n".join(topic.name for topic in desk.playground.world.groups[GROUP].topics.values())
    assert "Mektubum nerede acaba?" in seen and "Işıl" in names and "MX00000" in names
    assert [canary for canary in CANARIES if canary in seen + names] == []


async def test_what_waits_for_either_side_is_sealed(desk: Desk, bot: StaffDesk) -> None:
    await whole_person(desk)
    await desk.writes("SORUKANARYA")
    desk.door_is_shut = True
    await desk.reply("YANITKANARYA", "SORUKANARYA")
    told = "\n".join(await desk.said(GROUP))
    assert "SORUKANARYA" in told
    assert await desk.store.database.run(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM errand").scalar()) == 1
    tables = await desk.store.database.run(
        lambda conn: [
            repr(row)
            for table in ("errand", "ticket_message", "message_outbox", "ticket", "staff", "person", "audit", "inbox")
            for row in conn.exec_driver_sql(f"SELECT * FROM {table}").all()
        ]
    )
    assert not any(word in row for row in tables for word in ("SORUKANARYA", "YANITKANARYA", "Ece"))
    assert not any(re.search(r"\b5001\b", row) for row in tables)  # a longer number may hold these digits by chance
