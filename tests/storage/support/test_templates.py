"""Reply templates: the store keeps every version, counts what was sent, and shows of a sender what an agent may see."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, insert

from flows.core.effects import Effect
from flows.core.events import Moment
from flows.core.state import State
from flows.core.step import in_english
from flows.desk.base.request import Asked
from flows.desk.support.effects import PutTemplate, RestoreTemplate, RetireTemplate
from flows.desk.support.placeholders import Request
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_facts import Desk
from flows.desk.support.template_store import Used
from storage.database.tables import ticket_message
from storage.rights import requests
from storage.store.requested import By, requested_by
from storage.store.writers import perform
from storage.support import sender_side, templates, ticket_writes, topics
from tests.storage.conftest import KNOWN, House


async def put(house: House, code: str, language: str, words: str) -> int:
    return await house.store.database.run(templates.put, code, language, words, by="s1", at=house.now)


async def facts(house: House, number: int | None, words: str = "") -> Desk:
    """What is known when it is asked in the topic of a question, or elsewhere."""
    moment = Moment(house.now, "f" * 32)
    asked = Asked("k", 13, "Ece", "tr", -1001, 5, False, thread=number or 0, command="t", words=words, moment=moment)

    def found(conn: Connection) -> Desk:
        if number is not None:
            topics.settle(conn, house.store.vault, number, asked.here, house.now)
        return templates.facts(conn, house.store.vault, asked)

    return await house.store.database.run(found)


async def asked(house: House) -> int:
    """A sender with a profile, an order and an open question."""
    await house.turn(house.ayse, profile=replace(KNOWN, name="Işıl İnci", phone="+905321234567", language="en"))
    await house.order(house.ayse, paid=False, state=State.POSTED, tracking="RR473124829TR")
    return (await house.store.do(sender_side.open_ticket, 1, house.ayse, "mektubum nerede", 5, now=house.now))[0]


async def test_every_change_is_a_version_and_the_old_words_stay(house: House) -> None:
    assert await put(house, "bayram", "tr", "İyi bayramlar {first_name}.") == 1
    assert await put(house, "bayram", "tr", "Bayramınız kutlu olsun {first_name}.") == 2
    assert await put(house, "bayram", "en", "Happy holidays {first_name}.") == 1
    found = await house.store.database.run(templates.find, "bayram", "tr")
    assert [(one.version, one.words, one.by, one.at) for one in found] == [
        (1, "İyi bayramlar {first_name}.", "s1", house.now),
        (2, "Bayramınız kutlu olsun {first_name}.", "s1", house.now),
    ]
    found = (await facts(house, None)).templates
    used = found.words("bayram", "tr", in_english)
    assert used is not None
    assert used.words == "Bayramınız kutlu olsun {first_name}."
    assert used.used == Used("bayram", "tr", 2)


async def test_a_shipped_template_is_overridden_and_restored_and_its_history_kept(house: House) -> None:
    run = house.store.database.run
    await put(house, "nerede", "tr", "Yolda, {first_name}.")
    assert await run(templates.restore, "nerede", by="s2", at=house.later(days=1))
    assert not await run(templates.restore, "nerede", by="s2", at=house.later(days=1))
    found = await run(templates.find, "nerede", "tr")
    assert [(one.version, one.words, one.by) for one in found] == [(1, "Yolda, {first_name}.", "s1"), (2, None, "s2")]
    found = (await facts(house, None)).templates
    shown = found.words("nerede", "tr", in_english)
    assert shown is not None
    assert (shown.words, shown.used.version) == (SHIPPED["nerede"].words.message, 2)
    assert await run(templates.find, "nerede", "en") == ()


@pytest.mark.parametrize("code", ["nerede", "bayram"])
async def test_a_retired_template_is_out_of_use_in_every_language_until_it_is_brought_back(
    house: House, code: str
) -> None:
    run = house.store.database.run
    for language in ("tr", "en"):
        await put(house, "bayram", language, "{first_name}")
    assert await run(templates.retire, code, by="s1", at=house.now)
    assert not await run(templates.retire, code, by="s1", at=house.now)
    assert not (await facts(house, None)).templates.in_use(code)
    assert await run(templates.restore, code, by="s1", at=house.now)
    found = (await facts(house, None)).templates
    assert found.in_use(code)
    assert all(found.words(code, language, in_english) for language in ("tr", "en"))


async def test_a_code_nobody_wrote_is_neither_retired_nor_restored(house: House) -> None:
    run = house.store.database.run
    assert not await run(templates.retire, "yok", by="s1", at=house.now)
    assert not await run(templates.restore, "yok", by="s1", at=house.now)
    assert (await facts(house, None)).templates.versions == ()


async def test_two_admins_at_once_make_two_versions(house: House) -> None:
    other = await house.next_door()
    made = await asyncio.gather(*(put(house if n % 2 else other, "bayram", "tr", f"{n}") for n in range(6)))
    assert sorted(made) == [1, 2, 3, 4, 5, 6]


async def test_uses_are_counted_by_the_version_that_was_sent(house: House) -> None:
    old, new, other = Used("nerede", "tr", 0), Used("nerede", "tr", 1), Used("gecikme", "tr", 0)
    for sent in ([old], [old, other], [new, other]):
        await house.store.database.run(templates.count_use, sent)
    found = (await facts(house, None)).templates
    assert found.uses == {old: 2, new: 1, other: 2}
    assert (found.used("nerede"), found.used("gecikme"), found.used("iptal")) == (3, 2, 0)


async def test_the_writer_performs_what_an_admin_decided_and_refuses_the_rest(house: House) -> None:
    async def write(effect: Effect) -> None:
        by = By("staff:11", "s1", house.now)
        await house.store.database.run(lambda conn: perform(conn, house.store.vault, requested_by(by, [effect])))

    for effect in (PutTemplate("bayram", "tr", "Kutlu olsun."), RetireTemplate("bayram"), RestoreTemplate("bayram")):
        await write(effect)
    found = await house.store.database.run(templates.find, "bayram", "tr")
    assert [(one.version, one.words, one.retired, one.by) for one in found] == [
        (1, "Kutlu olsun.", False, "s1"),
        (2, "Kutlu olsun.", True, "s1"),
        (3, "Kutlu olsun.", False, "s1"),
    ]
    with pytest.raises(TypeError):
        await write(Effect())


async def test_the_facts_of_a_question_are_first_name_language_orders_and_open_requests(house: House) -> None:
    number = await asked(house)
    await house.store.do(requests.open, 2, house.ayse, "erasure", house.now)
    ticket = (await facts(house, number)).ticket
    assert ticket is not None
    assert (ticket.number, ticket.open, ticket.language, ticket.first_name) == (number, True, "en", "Işıl")
    assert [(one.number, one.state, one.tracking) for one in ticket.orders] == [
        ("MX000001", State.POSTED, "RR473124829TR")
    ]
    assert ticket.requests == (Request("erasure", 1, date(2026, 2, 14)),)
    assert ticket.answers == 0
    shown = repr(ticket)
    assert "Işıl" in shown
    assert "İnci" not in shown
    assert "+905321234567" not in shown


async def test_answers_are_counted_and_answered_requests_are_no_longer_named(house: House) -> None:
    number = await asked(house)
    await house.store.do(requests.open, 2, house.ayse, "erasure", house.now)
    await house.execute("UPDATE data_request SET state = 'done'")
    answer = {"id": "b" * 32, "ticket": number, "sender": "agent", "message": 0, "body": b"sealed", "at": 1}
    await house.store.database.run(lambda conn: conn.execute(insert(ticket_message), answer))
    ticket = (await facts(house, number)).ticket
    assert ticket is not None
    assert (ticket.answers, ticket.requests) == (1, ())


async def test_a_closed_question_and_one_that_is_not_there(house: House) -> None:
    number = await asked(house)
    await house.store.database.run(ticket_writes.close, number, house.now)
    ticket = (await facts(house, number)).ticket
    assert ticket is not None
    assert not ticket.open
    assert (await facts(house, number + 1)).ticket is None


async def test_the_question_named_counts_more_than_the_topic_it_is_asked_in(house: House) -> None:
    number = await asked(house)
    assert (await facts(house, number, "nerede")).ticket is not None
    assert (await facts(house, None, f"#{number} nerede")).ticket is not None
    assert (await facts(house, number, f"#{number + 1} nerede")).ticket is None
    assert (await facts(house, None, "nerede")).ticket is None


async def test_a_forgotten_sender_has_no_first_name(house: House) -> None:
    number = await asked(house)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    await house.execute("DELETE FROM orders")
    ticket = (await facts(house, number)).ticket
    assert ticket is not None
    assert (ticket.first_name, ticket.orders) == ("", ())
