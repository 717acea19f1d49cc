"""Two senders confirm with the last use of a discount code at the same moment: one has it, the other hears so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from bot.intake.door import Door
from bot.wording.speak import Speaker
from flows.conversation import machine
from flows.core.events import ButtonTapped, Moment, Person
from flows.core.state import Standing, Turn
from flows.core.step import Here
from flows.price.price import default_tariff
from flows.words.text import Kurus
from storage.senders import people
from storage.store.store import KeptTurn, Store
from tests.dialogue import operator, papers
from tests.directions import CODES
from tests.fakes import NOON, FakeClock, Heard, envelope, open_store
from tests.flows.conversation.test_machine import standings
from tests.flows.wanderer import accepting

AYSE, BORA = (Person("pigeon", roost) for roost in ("elm", "oak"))
LAST = replace(CODES["HOSGELDIN"], uses=1, valid_from=date(2026, 1, 1))
OPERATOR = replace(operator(), tariff=replace(default_tariff(), codes={LAST.key: LAST}))


async def at_the_card(store: Store, person: Person, letter: str) -> Standing:
    """With the code typed, 76,80 TL on the button."""
    card = standings()["contract"]
    draft = replace(card.draft, letter=letter, discount_code=LAST.key)
    standing = replace(card, person=person, draft=draft, orders=())
    async with store.transaction() as tx:
        await tx.keep([KeptTurn(None, Turn(standing), (), Moment(FakeClock().now(), letter))])
    return standing


async def test_of_two_who_confirm_at_once_one_has_the_last_use_and_the_other_sees_the_price_without(
    tmp_path: Path, database_url: str
) -> None:
    async with open_store(tmp_path, database_url) as store:
        cards = [await at_the_card(store, AYSE, "a" * 32), await at_the_card(store, BORA, "b" * 32)]
        heard = Heard()
        advance = partial(machine.advance, OPERATOR)
        door = Door(store, advance, Speaker(papers()), FakeClock(), heard, taker="here")  # type: ignore[arg-type]
        await door.start()
        taps = [
            envelope(card.person, ButtonTapped(*accepting(Here(card, OPERATOR, NOON, "f" * 32)), str(card.screen), "t"))
            for card in cards
        ]
        assert await asyncio.gather(*(door.receive(tap) for tap in taps)) == [True, True]
        await door.stop()
        after = [await store.do(people.standing_of, person) for person in (AYSE, BORA)]
        orders = [order for one in after if one for order in one.orders]
        assert [(order.amount, order.discount_code) for order in orders] == [(Kurus(7680), "HOSGELDIN")]
        (other,) = [one for one in after if one and not one.orders]
        assert other.step == "contract" and other.draft.discount_code == "HOSGELDIN"
        said = "\n".join(one.message.text for one in heard.messages)
        assert "Bu kodun kullanım hakkı tükendi: HOŞGELDİN." in said and "özür dileriz" not in said
