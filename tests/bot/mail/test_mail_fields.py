"""Which fields of a sender each mail may hold, and which headers: a closed list, written here by hand.

Mails pass through a provider's hands, and the notice says what it gets (bot/wording/documents.py: RECIPIENTS).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest

from bot.mail.post import Enclosure, compose
from bot.work.handlers import HANDLERS
from flows.address.values import Address
from flows.core import effects as fx
from flows.core.events import Person
from flows.core.state import Draft, Order, Preview, Profile, Standing, State
from flows.input.manuscript import Manuscript
from flows.invoice.party import InvoiceParty
from flows.order.notifications import NEWS
from flows.price.price import Product
from flows.words.text import Kurus
from storage.senders import people
from tests.dialogue import operator, papers
from tests.fakes import NOON

CANARIES = {
    "chat": "700123456789",
    "name": "Işıl Kanarya",
    "phone": "5329998877",
    "email": "kanarya@example.com",
    "national id": "10000000146",
    "invoice name": "Faturakanarya Vakfı",
    "invoice address": "Faturayolu Sok. No: 3",
    "addressee": "Nermin Alıcıkanarya",
    "place": "Kanaryayolu Cad.",
    "letter": "Mektupkanaryası",
    "order": "MX000123",
    "tracking": "RR473124829TR",
    "payment": "odemekanaryasi",
}
"""One for each datum that we hold of a sender, unlike any other word."""

PERSON = Person("telegram", CANARIES["chat"])
ORDER = Order(
    "0" * 32, State.POSTED, Kurus(9600), "a" * 32, "f00d", 1, 1, Product.REGISTERED.value, NOON,
    number=CANARIES["order"], payment=f"sandbox:{CANARIES['payment']}", tracking=CANARIES["tracking"], paid_at=NOON,
)  # fmt: skip
STANDING = Standing(
    PERSON,
    profile=Profile(
        language="tr", name=CANARIES["name"], phone="+905329998877", email=CANARIES["email"], adult_on=NOON.date()
    ),
    draft=Draft(
        letter="a" * 32,
        manuscript=Manuscript(((1, CANARIES["letter"]),)),
        product=ORDER.product,
        addressee_name=CANARIES["addressee"],
        addressee=Address(
            name=CANARIES["addressee"], street=CANARIES["place"], number="12", postcode="34710", ilce="Kadıköy",
            il="İstanbul",
        ),
        invoice=InvoiceParty(CANARIES["invoice name"], CANARIES["invoice address"]),
        national_id=CANARIES["national id"],
        preview=Preview(1, 1, "f00d", approved=True),
    ),
    orders=(ORDER,),
)  # fmt: skip

NOBODY: frozenset[str] = frozenset()
PAPERS = frozenset({"name", "email", "invoice name", "invoice address", "addressee", "place", "order"})
NEWS_OF_AN_ORDER = frozenset({"order"})

MAILS: dict[str, tuple[fx.Work, frozenset[str]]] = {
    "the code": (fx.MailCode(CANARIES["email"]), NOBODY),
    "form and contract": (fx.MailDocuments(ORDER.id), PAPERS),
    "an unused account": (fx.MailIdle(date(2028, 12, 23)), NOBODY),
    "an unfinished letter": (fx.MailDraftEnding(date(2026, 12, 23)), NOBODY),
    "a refusal": (fx.MailRefusal(7, "Gerekçe.", "KVKK m.28"), NOBODY),
    "an answer": (fx.MailAnswer(CANARIES["email"], "tr", 7, "erasure", ()), NOBODY),
    "a letter that was opened": (fx.MailOpened(CANARIES["order"], "legal_order", NOON), NEWS_OF_AN_ORDER),
    **{f"news: {name}": (fx.MailNews(ORDER.id, name), NEWS_OF_AN_ORDER) for name in NEWS},
    "news: posted": (fx.MailNews(ORDER.id, "posted"), NEWS_OF_AN_ORDER | {"tracking"}),
}
"""What a mail is about -> its work, and the data that stand in its subject, its words or its files."""

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
}  # fmt: skip


class Post:
    """bot.mail.post.Post without a server."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    async def send(
        self, to: str, subject: str, text: str, attachments: Sequence[Enclosure] = (), *, at: datetime
    ) -> None:
        sender = Mailbox("MektupX", addr_spec="posta@mektupx.example")
        self.sent.append(compose(sender, to, subject, text, attachments, at=at))


async def mailed(work: fx.Work, language: str) -> EmailMessage:
    standing, post = replace(STANDING, profile=replace(STANDING.profile, language=language)), Post()

    async def do(act: Any, *_: Any) -> Any:
        return standing if act is people.standing_of else None

    context: Any = SimpleNamespace(
        store=SimpleNamespace(do=do),
        post=post,
        clock=SimpleNamespace(now=lambda: NOON),
        documents=papers(),
        operator=operator(),
    )
    await HANDLERS[type(work)](context, SimpleNamespace(person=PERSON), work)  # type: ignore[arg-type]
    (message,) = post.sent
    return message


def words_of(message: EmailMessage) -> str:
    """Everything a reader or a machine on the way finds, the recipient's address apart; digits also without spaces."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    headers = [f"{name}: {value}" for part in message.walk() for name, value in part.items() if name != "To"]
    said = "\n".join((*headers, *(part.get_content() for part in parts)))
    return f"{said}\n{re.sub(r'[^0-9]', '', said)}"


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("mail", MAILS)
async def test_a_mail_holds_its_own_data_and_no_others(mail: str, language: str) -> None:
    work, may = MAILS[mail]
    message = await mailed(work, language)
    assert message["To"] == CANARIES["email"]
    assert {name for part in message.walk() for name in part} <= HEADERS | {"Content-Disposition"}
    assert set(message) <= HEADERS
    said = words_of(message)
    assert {what for what, word in CANARIES.items() if word in said} == may


def test_every_mail_there_is_stands_in_the_table() -> None:
    kinds = {kind for kind in HANDLERS if kind.__name__.startswith("Mail")}
    assert kinds == {type(work) for work, _ in MAILS.values()}
    assert len(kinds) == 8
