"""Somebody of whom all is held that can be held, a door for events, and a search that opens every seal it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, LargeBinary, select

from bot.wording.speak import Speaker
from flows.address.address import Address
from flows.conversation import machine
from flows.core import effects as fx
from flows.core.documents import Document
from flows.core.events import Envelope, Person
from flows.core.state import Acceptance, Draft, Order, Profile, State
from flows.input.manuscript import Manuscript
from flows.invoice.document import InvoiceKind
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from storage.database.tables import metadata
from storage.keys.vault import Broken, KeyGone, Vault
from storage.payments import callbacks
from storage.payments.callbacks import Posted
from storage.senders import photos, previews, seen_updates
from storage.store.transaction import KeptTurn
from storage.support import sender_side
from tests.dialogue import operator as seller
from tests.dialogue import papers
from tests.flows.invoice.invoice_examples import LINE, SELLER
from tests.storage.conftest import NOON, House

CANARIES = {
    "chat": "880088001", "name": "Kanarya Adı", "phone": "+905990001122", "email": "kanarya@example.org",
    "saved": "Kayıtlı Kanarya", "addressee": "Alıcı Kanarya", "draft": "taslak kanaryası", "letter": "mektup kanaryası",
    "pdf": "pdf kanaryası", "invoice": "Fatura Kanaryası, Kanarya Sok. 3", "ticket": "destek kanaryası",
    "message": "mesaj kanaryası", "tracking": "RR473124829TR", "callback": "geri bildirim kanaryası",
    "birthday": "1971-02-03", "picture": "resim kanaryası", "contract": "sözleşme kanaryası",
    "photo": "fotoğraf kanaryası",
}  # fmt: skip
KEPT_BY_LAW = {"invoice": {"invoice", "invoice_document"}, "tracking": {"scan"}, "contract": {"contract"}}
"""Canary -> tables in which a law keeps it: TTK 82/5 and VUK 253; Distance Contracts By-law m.20."""

PLACES = {
    "conversation": "person_id", "orders": "id", "invoice": "order_id", "contract": "order_id",
    "invoice_document": "number", "payment_event": "id", "scan": "mark",
    "message_outbox": "mark", "work": "mark", "ticket_message": "id", "ticket_picture": "id",
    "data_request": "number", "person": "id", "letter": "id",
}  # fmt: skip
"""Table -> the column that names a row inside its seals."""


async def everything(house: House, person: Person) -> Order:
    """One posted order with all its traces, a draft, a ticket, an unsent message, waiting work; returns the order."""
    c = CANARIES
    profile = Profile(
        notice=Acceptance("1", "ab", NOON), name=c["name"], phone=c["phone"], email=c["email"],
        birthday_consent=Acceptance("1", "cd", NOON), birth_date=date.fromisoformat(c["birthday"]),
        addressees=(Address(name=c["saved"], il="Ankara"),),
    )  # fmt: skip
    await house.turn(
        person, fx.RecordConsent("notice", "1", "ab"), fx.RecordConsent("birthday", "1", "cd"), profile=profile
    )
    sent = "c" * 32
    draft = Draft(
        letter=sent, manuscript=Manuscript(((1, c["letter"]),)), addressee_name=c["addressee"],
        addressee=Address(name=c["addressee"], il="Ankara", street="Moda Cad.", number="12"),
    )  # fmt: skip
    await house.turn(person, draft=draft)
    assert await house.store.do(previews.keep, sent, c["pdf"].encode(), "f00d", 1)
    order = await _ordered(house, person, sent)
    mine = Posted("k1", order.id, kept={"order": order.id, "buyer": c["callback"]})
    await house.store.do(callbacks.hear, "sandbox", [mine, Posted("k2", kept={"buyer": "somebody else's"})], house.now)
    await house.store.do(callbacks.settled, "sandbox", ["k1"], house.now)
    await house.store.do(
        sender_side.open_ticket, 1, person, c["ticket"], 5, now=house.now, picture=c["picture"].encode()
    )
    words = Draft(letter="d" * 32, manuscript=Manuscript(((2, c["draft"]),)))
    await house.turn(person, fx.MailCode(c["email"]), draft=words, says=[c["message"]])
    photo = photos.Kept(3, c["photo"].encode(), 1280, 853)
    assert await house.store.do(photos.keep, person, words.letter, photo, 4)
    return order


async def _ordered(house: House, person: Person, letter: str) -> Order:
    """Paid, printed, erased, posted: by the house's own effects."""
    order = await house.order(person, letter=letter, payment="sandbox:P-88", posting_date=None)
    await house.turn(
        person,
        fx.RecordInvoice(order.id, InvoiceParty("Işıl İnci", CANARIES["invoice"]), order.amount),
        fx.RecordConsent("contract", "1", "ef", order=order.id),
        fx.KeepContract(order.id, (accepted(),)),
        fx.AcceptPayment(order.id, "sandbox:P-88", Kurus(4850), provider="sandbox"),
        fx.IssueInvoice(order.id, "MX000001", InvoiceKind.SALE, (LINE,), SELLER, "MPX", "sandbox", "sandbox:P-88"),
    )
    await house.lease(person, order, "t1")
    await house.clear(person, order, "t1")
    await house.shred()
    posted = replace(order, state=State.POSTED, dispatched_at=house.now, tracking=CANARIES["tracking"])
    scanned = fx.RecordScan(order.id, "posted", CANARIES["tracking"])
    await house.turn(person, scanned, orders=(posted,))
    return posted


def accepted() -> Document:
    """A contract that names its parties, and the addressee apart."""
    pieces = f"{CANARIES['contract']}\nAlıcı: ", CANARIES["addressee"], "\n"
    return Document("contract", "tr", "1.1", date(2026, 11, 29), pieces, ("addressee",))


def door(house: House) -> Any:
    """`receive` of the customers' door in its plainest form."""
    speaker = Speaker(papers())

    async def receive(envelope: Envelope) -> bool:
        async with house.store.transaction() as tx:
            if not await tx.do(seen_updates.first_sight, [envelope.key], envelope.moment.at):
                return False
            found = await tx.standings_of([envelope.person])
            before = found[envelope.person.channel, envelope.person.handle]
            turn = machine.advance(seller(), before, envelope)
            said = speaker.messages(turn)
            await tx.keep([KeptTurn(before, turn, said, envelope.moment)])
        return True

    return receive


async def held(house: House, canaries: Mapping[str, str] = CANARIES) -> dict[str, set[str]]:
    """Canary -> tables where it is found: in the open, or inside a seal whose key still exists."""

    def act(conn: Connection) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for table, words in _words(conn, house.store.vault):
            for canary, value in canaries.items():
                if value in words:
                    found.setdefault(canary, set()).add(table)
        return found

    house.store.vault.keyring.refresh()
    return await house.store.database.run(act)


def _words(conn: Connection, vault: Vault) -> Iterator[tuple[str, str]]:
    for name, table in metadata.tables.items():
        for row in conn.execute(select(table)).all():
            for column in table.columns:
                value = getattr(row, column.name)
                if isinstance(column.type, LargeBinary) and value is not None:
                    yield name, _opened(vault, name, column.name, row, bytes(value))
                elif value is not None:
                    yield name, str(value)


def _opened(vault: Vault, table: str, column: str, row: Any, value: bytes) -> str:
    """The plain words, or the raw bytes where it is no seal or nobody can open it any more."""
    places = [(table, column, str(getattr(row, PLACES[table])))] if table in PLACES else []
    if table == "print_outbox":
        places = [("letter", "pdf", row.letter_id)]
    for place, part, mark in places:
        try:
            return vault.open(value, table=place, column=part, row=mark).decode(errors="replace")
        except (Broken, KeyGone, IndexError):
            continue
    return value.decode("latin-1")
