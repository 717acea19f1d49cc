"""One contract has one text: what is read, accepted, mailed, kept and exported are the same words, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.post import Enclosure
from bot.wording.speak import Speaker
from bot.work.mail_handlers import mail_documents
from flows.address.address import Address
from flows.conversation import machine
from flows.core import effects as fx
from flows.core.events import ButtonTapped, Person
from flows.core.state import Draft, Preview, Profile, Standing, Turn
from flows.core.step import Here, Move
from flows.invoice.party import InvoiceParty
from flows.price.price import POSTING_AHEAD, Product
from flows.steps import contract
from storage.payments import contracts
from storage.rights.export import export
from storage.senders import people
from storage.store.store import KeptTurn, Store
from tests.dialogue import operator, papers
from tests.fakes import NOON, envelope, moment, open_store

NAMES = st.text(st.sampled_from("Iışİ “{name}”\u0301'’&<>–"), min_size=1, max_size=30).filter(str.strip)


@dataclass
class Mailbox:
    """bot.mail.post.Post as the handler uses it."""

    mails: list[tuple[str, str, Sequence[Enclosure]]] = field(default_factory=list)

    async def send(
        self, to: str, subject: str, text: str, attachments: Sequence[Enclosure] = (), *, at: datetime
    ) -> None:
        self.mails.append((subject, text, attachments))


@st.composite
def senders(draw: st.DrawFn) -> Standing:
    """Somebody at the order card."""
    name = draw(NAMES)
    ahead = draw(st.none() | st.integers(1, POSTING_AHEAD.days))
    draft = Draft(
        letter=draw(st.text("0123456789abcdef", min_size=32, max_size=32)),
        product=draw(st.sampled_from([product.value for product in Product])),
        posting_date=None if ahead is None else NOON.date() + timedelta(days=ahead),
        addressee_name=draw(NAMES),
        addressee=Address(name="x", street=draw(NAMES), number="12", postcode="34710", ilce="Kadıköy", il="İstanbul"),
        invoice=InvoiceParty(draw(st.just(name) | NAMES), draw(NAMES)),
        preview=Preview(1, draw(st.integers(1, 10)), draw(st.text("0123456789abcdef", min_size=64, max_size=64)), True),
    )
    profile = Profile(language=draw(st.sampled_from(["tr", "en"])), name=name, email="isil@example.com")
    person = Person("telegram", str(draw(st.integers(1, 10**15))))
    return Standing(person, step="contract", profile=profile, draft=draft)


def here(standing: Standing, at: datetime = NOON) -> Here:
    return Here(standing, operator(), at, standing.draft.letter[::-1])


def accept(now: Here) -> Move:
    """Taps the button that the card shows."""
    asked = contract.ask(now)
    assert asked is not None
    (key,) = (key for row in asked.buttons for key in row if key.action == "accept")
    return contract.take_accept(now, ButtonTapped("accept", key.value, "1", "t"))


def read(now: Here, name: str) -> str:
    """What stands in the chat, in the parts that a messenger takes."""
    move = contract.take_read(now, ButtonTapped("read", name, "1", "t"))
    said = Speaker(papers()).messages(Turn(now.standing, move.effects))
    return "\n\n".join(one.text for one in said)


async def ordered(store: Store, now: Here) -> Standing:
    """Accepted at the door, without the work that follows."""
    move = accept(now)
    assert move.order is not None and move.draft is not None
    after = replace(now.standing, draft=move.draft).with_order(move.order)
    kept = tuple(one for one in move.effects if not isinstance(one, fx.Work))
    async with store.transaction() as tx:
        await tx.standings_of([now.standing.person])
        await tx.keep([KeptTurn(None, Turn(after, kept), (), moment(now.at))])
    found = await store.do(people.standing_of, now.standing.person)
    assert found is not None
    return found


async def mailed(store: Store, standing: Standing) -> tuple[str, dict[str, bytes]]:
    """(the words of the mail, its files in their order) of the newest order."""
    box = Mailbox()
    context: Any = SimpleNamespace(store=store, post=box, documents=papers(), operator=operator())
    item: Any = SimpleNamespace(person=standing.person)
    await mail_documents(context, item, fx.MailDocuments(standing.orders[-1].id))
    ((subject, words, files),) = box.mails
    assert standing.orders[-1].number in subject and standing.orders[-1].number in words
    return words, {one.name: one.content for one in files}


@given(st.lists(senders(), min_size=1, max_size=4, unique_by=(lambda one: one.person, lambda one: one.draft.letter)))
@settings(max_examples=6)
async def test_read_accepted_mailed_kept_and_exported_are_the_same_words(somebody: list[Standing]) -> None:
    hashes = []
    with TemporaryDirectory() as folder:
        async with open_store(Path(folder)) as store:
            for standing in somebody:
                now = here(standing)
                shown = [read(now, name) for name in contract.DOCUMENTS]
                after = await ordered(store, now)
                words, files = await mailed(store, after)
                assert [content.decode() for content in files.values()] == shown
                assert all(document in words for document in shown)
                kept = await store.do(contracts.of_order, after.orders[-1].id)
                assert kept is not None and [one.document.text for one in kept.documents] == shown
                told = (await store.do(export, standing.person))["contracts"]
                assert [one["text"] for one in told] == shown
                digests = [hashlib.sha256(document.encode()).hexdigest() for document in shown]
                assert [one.sha256 for one in kept.documents] == [one["sha256"] for one in told] == digests
                consents = (await store.do(export, standing.person))["consents"]
                assert [(one["kind"], one["sha256"]) for one in consents] == list(
                    zip(contract.DOCUMENTS, digests, strict=True)
                )
                hashes += digests
    assert len(set(hashes)) == len(hashes)  # no two orders have accepted the same words


# The card and its button ----------------------------------------------------------------------------------------------

ISIL = Standing(
    Person("telegram", "1"),
    step="contract",
    profile=Profile(name="Işıl İnci", email="isil@example.com"),
    draft=Draft(
        letter="a" * 32,
        product="normal",
        addressee_name="Nermin",
        addressee=Address(name="Nermin", il="Ankara"),
        invoice=InvoiceParty("Işıl İnci", "Ankara"),
        preview=Preview(1, 1, "f00d", True),
    ),
)


def button_of(now: Here) -> str:
    asked = contract.ask(now)
    assert asked is not None
    return next(key.value for row in asked.buttons for key in row if key.action == "accept")


EARLY = NOON.replace(hour=9)  # noon in Istanbul, before the cut-off


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        (ISIL, EARLY + timedelta(days=1)),
        (ISIL, EARLY + timedelta(hours=2)),
        (replace(ISIL, profile=replace(ISIL.profile, name="Bora")), EARLY),
        (replace(ISIL, draft=replace(ISIL.draft, posting_date=date(2026, 3, 2))), EARLY),
    ],
    ids=["another day", "past the cut-off", "another buyer", "another day of posting"],
)
def test_the_button_of_the_card_accepts_what_stood_on_it_and_nothing_else(changed: Standing, at: datetime) -> None:
    assert button_of(here(ISIL, EARLY)) == button_of(here(ISIL, EARLY + timedelta(minutes=1)))
    assert button_of(here(ISIL, EARLY)) != button_of(here(changed, at))


def test_a_day_later_the_card_is_shown_again_before_anything_is_accepted() -> None:
    """The same button, tapped when its words have changed, accepts nothing."""
    tap = ButtonTapped("accept", button_of(here(ISIL, EARLY)), str(ISIL.screen), "t")
    assert machine.advance(operator(), ISIL, envelope(ISIL.person, tap, at=EARLY)).standing.orders
    late = machine.advance(operator(), ISIL, envelope(ISIL.person, tap, at=EARLY + timedelta(days=1)))
    assert late.standing.orders == ()
    assert [effect.action for row in _buttons(late) for effect in row].count("accept") == 1


def _buttons(turn: Turn[Standing]) -> fx.Buttons:
    return next(effect.buttons for effect in turn.effects if isinstance(effect, fx.Reply))
