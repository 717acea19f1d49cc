"""A person who asked for it is erased everywhere but where a law keeps something, whatever interrupts it."""

from __future__ import annotations

import contextlib
import json
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import LargeBinary

from bot.base.clock import Clock
from bot.work.data_requests import Requests
from flows.core import effects as fx
from flows.core.events import Envelope, Moment, OrderCancelled, PaymentSettled, Person
from flows.core.state import Draft, State
from flows.desk.requests import table as flow
from flows.desk.requests.table import DataRequest, Kind
from flows.desk.requests.wording import ARTICLES, DATA
from flows.input.doubt import Doubt, Reason
from flows.input.manuscript import Manuscript
from storage import retention
from storage.access_log import audit
from storage.database.tables import metadata
from storage.monitoring import alarms
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.payments.references import Noted
from storage.queues import jobs, message_state, messages
from storage.rights import erasure, requests
from storage.rights.export import export
from storage.rights.personal_data import NAMELESS, PERSONAL_DATA
from storage.rights.requests import ErasureNotYet
from storage.senders import orders, people
from storage.support import sender_side
from tests.storage.conftest import House
from tests.storage.erasure import CANARIES, KEPT_BY_LAW, door, everything, held
from tests.storage.test_remnants import found_in

KANARYA = Person("telegram", CANARIES["chat"])


class Stopped(Clock):
    """The house's own hour."""

    def __init__(self, house: House) -> None:
        self._house = house

    def now(self) -> datetime:
        return self._house.now


async def confirmed(house: House, person: Person = KANARYA, kind: str = "erasure", choice: str = "") -> DataRequest:
    """A request that two admins have looked at."""
    number, _, _ = await house.store.do(requests.open, 99, person, kind, house.now, choice)
    for happened in (flow.DryRunShown("admin-1"), flow.Confirmed("admin-2")):
        request = await house.store.do(requests.find, number)
        assert request is not None
        after, _ = flow.advance(request, happened, house.now)
        assert await house.store.do(requests.move, request, after)
    request = await house.store.do(requests.find, number)
    assert request is not None
    return request


async def carried_out(house: House, receive: Any = None) -> int:
    return await Requests(house.store, Stopped(house), receive or door(house)).run_once()


async def delivered(house: House) -> list[str]:
    """What the person is told; afterwards it is off the outbox."""
    waiting = await house.store.do(messages.take, "message sender", house.now, house.later(minutes=2), 100)
    await house.store.do(message_state.note, [fx_sent(one.id) for one in waiting])
    return [one.message.text for one in waiting]


def fx_sent(number: int) -> Any:
    from storage.queues.message_state import Delivered

    return Delivered(number)


async def erased(house: House) -> list[str]:
    """Answered, delivered, and the keys destroyed."""
    await confirmed(house)
    await carried_out(house)
    told = await delivered(house)
    await carried_out(house)
    await house.shred()
    return told


# The registry ---------------------------------------------------------------------------------------------------------


def test_every_table_has_a_row_or_is_known_to_hold_nothing_of_anybody() -> None:
    covered = {table.name for one in PERSONAL_DATA for table in one.tables}
    assert covered.isdisjoint(NAMELESS)
    assert covered | set(NAMELESS) == set(metadata.tables)


def test_a_table_with_a_person_an_order_or_a_seal_is_not_called_nameless() -> None:
    hashes = {"meta": {"value"}, "do_not_write": {"hash"}}
    for name in NAMELESS:
        if name == "staff":  # its people are members of the staff, who are no senders
            continue
        table = metadata.tables[name]
        sealed = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
        assert sealed <= hashes.get(name, set()), name
        assert not {"person_id", "order_id", "letter_id"} & set(table.columns.keys()), name


def test_every_kind_has_its_name_and_what_is_kept_its_article() -> None:
    assert [one.identifier for one in PERSONAL_DATA] == list(dict.fromkeys(one.identifier for one in PERSONAL_DATA))
    assert {one.identifier for one in PERSONAL_DATA} == set(DATA)
    assert {one.identifier for one in PERSONAL_DATA if one.until} == set(ARTICLES)
    assert {one.identifier for one in PERSONAL_DATA if not one.erase and not one.until} == {"prints", "keys"}


async def test_every_kind_is_a_part_of_the_export(house: House) -> None:
    await everything(house, KANARYA)
    exported = await house.store.do(export, KANARYA)
    assert {one.exported for one in PERSONAL_DATA if one.exported} <= set(exported)
    words = json.dumps(exported, ensure_ascii=False)
    gone = {"letter", "pdf"}  # printed: nobody holds them any more
    for name in ("picture", "photo"):
        assert b64encode(CANARIES[name].encode()).decode() in words
        words += CANARIES[name]
    assert [name for name, value in CANARIES.items() if value not in words] == [n for n in CANARIES if n in gone]
    assert "somebody else" not in words


async def test_a_message_that_a_letter_has_asked_about_is_a_part_of_the_export(house: House) -> None:
    asked = Manuscript(((1, "Canım"),)).doubting(Doubt(2, "tamam", Reason.DONE, "tamam"))
    await house.turn(house.ayse, draft=Draft(letter="a" * 32, manuscript=asked))
    (letter,) = (await house.store.do(export, house.ayse))["letters"]
    assert (letter["text"], letter["asked_about"]) == ("Canım", ["tamam"])


# The dry run ----------------------------------------------------------------------------------------------------------


async def test_a_dry_run_counts_every_kind_and_changes_nothing(house: House) -> None:
    await everything(house, KANARYA)
    request = await confirmed(house)
    before = await held(house)
    plan = await house.store.do(erasure.dry_run, request, house.now)
    assert dict(plan.counts) == {
        "conversation": 1, "letters": 1, "prints": 0, "work": 1, "messages": 1, "tickets": 1, "errands": 0,
        "openings": 0, "callbacks": 1, "payment_pages": 0, "addressees": 1, "tracking": 1, "orders": 1, "contracts": 1,
        "invoices": 1, "consents": 3,
        "requests": 1, "access_log": 0, "account": 1, "keys": 2,
    }  # fmt: skip
    assert {one.datum: one.until for one in plan.kept} == {
        "tracking": date(2029, 1, 15), "orders": date(2029, 1, 15), "contracts": date(2029, 1, 15),
        "invoices": date(2036, 12, 31),
        "consents": date(2029, 1, 15), "requests": date(2029, 1, 15),
    }  # fmt: skip
    assert plan.waits == ()
    assert await held(house) == before


# The execution --------------------------------------------------------------------------------------------------------


async def test_nothing_of_the_person_is_found_outside_what_the_law_keeps(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="mektupx")
    await everything(house, KANARYA)
    person_key = await house.scalar("SELECT key_id FROM person WHERE channel = 'telegram'")
    letter_key = await house.scalar("SELECT key_id FROM letter")

    # Presence first: the search opens every seal and finds each of them.
    before = await held(house)
    assert {name: before.get(name) for name in CANARIES if name not in ("letter", "pdf")} == {
        "chat": {"person"}, "name": {"person"}, "phone": {"person"}, "email": {"person", "work"}, "saved": {"person"},
        "addressee": {"orders", "contract"}, "contract": {"contract"},
        "draft": {"letter"}, "invoice": {"invoice", "invoice_document"},
        "ticket": {"ticket_message"},
        "message": {"message_outbox"}, "tracking": {"orders", "scan"}, "callback": {"payment_event"},
        "birthday": {"person"}, "picture": {"ticket_picture"}, "photo": {"letter"},
    }  # fmt: skip
    assert house.keyring.holds(person_key) and house.keyring.holds(letter_key)

    told = await erased(house)
    assert await held(house) == KEPT_BY_LAW
    assert not house.keyring.holds(person_key) and not house.keyring.holds(letter_key)
    assert await house.store.do(people.standing_of, KANARYA) is None
    assert await house.rows("SELECT handle_index, handle, profile FROM person") == [(None, None, None)]
    assert not any(value in caplog.text for value in CANARIES.values())
    assert len(told) == 1 and "31 Aralık 2036" in told[0] and "30 gün" in told[0] and "60 gün" in told[0]


async def test_no_file_holds_the_ciphertext_or_the_key_any_more(sqlite_house: House) -> None:
    house = sqlite_house
    await everything(house, KANARYA)
    sealed = [await house.scalar(f"SELECT {what}") for what in (
        "profile FROM person", "manuscript FROM letter", "body FROM ticket_message", "addressee FROM orders",
        "draft FROM conversation", "body FROM work", "body FROM message_outbox")]  # fmt: skip
    key = bytes.fromhex(await house.scalar("SELECT key_id FROM person"))
    kept = await house.scalar("SELECT body FROM invoice")
    assert all(found_in(house.folder, one[-32:]) == ["mektupx.db"] for one in sealed)
    assert found_in(house.folder, key) == ["keys.db", "mektupx.db"]
    await erased(house)
    assert [found_in(house.folder, one[-32:]) for one in sealed] == [[]] * len(sealed)
    assert "keys.db" not in found_in(house.folder, key)
    assert found_in(house.folder, kept[-32:]) == ["mektupx.db"]


async def test_others_keep_everything(house: House) -> None:
    await house.letter(house.bora, "Bora'nın sözü")
    await everything(house, KANARYA)
    await house.store.do(sender_side.open_ticket, 2, house.bora, "soru", 6, now=house.now)
    before = await house.store.do(export, house.bora)
    await erased(house)
    assert await house.store.do(export, house.bora) == before
    assert await house.scalar("SELECT count(*) FROM payment_event") == 1


async def test_the_erasure_record_names_nobody_and_stands_for_three_years(house: House) -> None:
    await everything(house, KANARYA)
    await erased(house)
    asked = "SELECT datum, count, article FROM destruction_record WHERE method = 'erasure asked' ORDER BY id"
    recorded = await house.rows(asked)
    assert [row[0] for row in recorded] == [
        "conversation", "letters", "work", "messages", "tickets", "callbacks", "addressees", "account",
    ]  # fmt: skip
    assert {row[2] for row in recorded} == {"KVKK m.7, m.11/1-e"}
    await house.store.do(retention.purge, house.later(days=3 * 365))
    assert await house.rows(asked) == recorded


async def test_consents_end_today_and_their_proof_is_kept_for_three_years(house: House) -> None:
    await everything(house, KANARYA)
    await erased(house)
    ended = await house.rows("SELECT kind, given, at FROM consent WHERE order_id = '' ORDER BY id")
    at = house.micros()
    assert [(kind, given) for kind, given, _ in ended] == [
        ("notice", 1), ("birthday", 1), ("notice", 0), ("birthday", 0),
    ]  # fmt: skip
    assert ended[-1][2] == at
    await house.store.do(retention.purge, house.later(days=3 * 365))
    assert await house.scalar("SELECT count(*) FROM consent WHERE order_id = ''") == 4
    await house.store.do(retention.purge, house.later(days=3 * 366 + 1))
    assert await house.scalar("SELECT count(*) FROM consent WHERE order_id = ''") == 0


async def test_of_the_addressee_a_province_and_a_month_are_counted(house: House) -> None:
    await everything(house, KANARYA)
    await erased(house)
    assert await house.rows("SELECT month, province, letters FROM destination") == [("2026-01", "Ankara", 1)]


async def test_the_address_of_the_chat_stays_until_the_answer_has_arrived_or_a_week_has_passed(house: House) -> None:
    await everything(house, KANARYA)
    await confirmed(house)
    await carried_out(house)
    await carried_out(house)
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 1
    assert {name: where for name, where in (await held(house)).items() if name not in KEPT_BY_LAW} == {
        "chat": {"person"}
    }
    await house.store.do(retention.purge, house.later(hours=1))  # the rule about strangers leaves the answer alone
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 1
    house.now = house.later(days=7, seconds=1)
    await carried_out(house)
    await house.shred()
    assert await held(house) == KEPT_BY_LAW


async def test_what_is_paid_on_a_page_that_outlives_the_erasure_is_given_back_and_told(house: House) -> None:
    """iyzico closes no page. The page, and whom it is of, are known until it was asked about after its end."""
    await everything(house, KANARYA)
    order = await house.order(KANARYA, letter="c" * 32, paid=False)
    page = Noted("page", "tok-1", "https://pay.example/1", house.later(minutes=30))
    asked = Noted("page", "tok-0", "https://pay.example/0", house.later(minutes=-30))
    for one in (page, asked, Noted("payment", "22483975")):
        await house.store.do(references.note, "iyzico", order.id, one, house.now)
    await house.store.do(references.asked, "iyzico", order.id, house.now)
    closed = replace(order, state=State.CANCELLED)
    await house.turn(KANARYA, orders=tuple(closed if one.id == order.id else one
                                           for one in (await house.standing(KANARYA)).orders))  # fmt: skip
    request = await confirmed(house)
    plan = await house.store.do(erasure.dry_run, request, house.now)
    assert {one.datum: (one.count, one.until) for one in plan.kept}["payment_pages"] == (1, date(2026, 1, 22))
    await carried_out(house)
    assert any("açık olan ödeme sayfası" in told and "22 Ocak 2026" in told for told in await delivered(house))
    await carried_out(house)
    assert await house.rows("SELECT name FROM payment_reference") == [("tok-1",)]
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 1

    house.now = house.later(minutes=20)
    named = Posted("e-9", reference=("page", "tok-1"))
    assert await house.store.do(callbacks.hear, "iyzico", [named], house.now) == [order.id]
    assert await house.store.do(orders.person_of, order.id) == KANARYA
    paid = PaymentSettled(order.id, "22483976", order.amount, "TRY", "iyzico")
    await door(house)(Envelope("pay:iyzico:22483976:settled", KANARYA, paid, Moment(house.now, "f" * 32)))
    assert await house.rows("SELECT payment, amount, state FROM refund") == [("22483976", 4850, "asked")]
    assert any("48,50\N{NO-BREAK SPACE}TL" in told for told in await delivered(house))
    await refunds_done(house)

    house.now = house.later(minutes=11)  # the page has ended, and nobody has asked so far
    await carried_out(house)
    assert await house.store.do(references.ended, "iyzico", house.now) == [order.id]
    await house.store.do(references.asked, "iyzico", order.id, house.now)
    await carried_out(house)
    await house.shred()
    assert await held(house) == KEPT_BY_LAW
    assert await house.scalar("SELECT count(*) FROM payment_reference") == 0
    assert await house.scalar(f"SELECT count(*) FROM payment_event WHERE order_id = '{order.id}'") == 0
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 0


async def test_a_page_that_nobody_could_ask_about_keeps_nobody_known_for_longer_than_a_week(house: House) -> None:
    await everything(house, KANARYA)
    order = await house.order(KANARYA, letter="c" * 32, paid=False, state=State.EXPIRED)
    page = Noted("page", "tok-1", "https://pay.example/1", house.later(minutes=30))
    await house.store.do(references.note, "iyzico", order.id, page, house.now)
    await erased(house)
    assert await house.scalar("SELECT count(*) FROM payment_reference") == 1
    house.now = house.later(days=7, seconds=1)
    before = await counted_unknown(house)
    await carried_out(house)
    assert await left_to_staff(house, before) == [("iyzico", "MX000002")]
    assert await house.scalar("SELECT count(*) FROM payment_reference") == 0
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 0


async def counted_unknown(house: House) -> int:
    return (await house.store.do(alarms.counts, house.later(minutes=1)))["callbacks_unknown"]


async def left_to_staff(house: House, before: int) -> list[tuple[str, str]]:
    """What /iade names as left of somebody erased, and an alarm calls for. before: what it called for before that."""
    found = [one for one in await house.store.do(callbacks.unknown, 20) if one.erased]
    assert await counted_unknown(house) == before + 1
    return [(one.provider, one.erased) for one in found]


async def test_a_callback_that_nobody_has_asked_about_is_left_to_the_staff_by_the_orders_number(house: House) -> None:
    """Its order was cancelled, the institution is away, and the erasure comes in between: money may be there."""
    await everything(house, KANARYA)
    order = await house.order(KANARYA, letter="c" * 32, paid=False, state=State.CANCELLED)
    posted = [Posted(f"e-{nth}", order.id, ("payment", f"P{nth}"), {"order": order.id}) for nth in range(2)]
    await house.store.do(callbacks.hear, "paytr", posted, house.now)
    before = await counted_unknown(house)
    await erased(house)
    assert await left_to_staff(house, before) == [("paytr", "MX000002")]
    house.now = house.later(days=7, seconds=1)
    await carried_out(house)
    await house.shred()
    assert [one.erased for one in await house.store.do(callbacks.unknown, 20) if one.provider == "paytr"] == [
        "MX000002"
    ]
    assert await held(house) == KEPT_BY_LAW


async def test_a_page_that_nobody_asked_about_is_left_to_the_staff_also_a_week_after_a_callback(house: House) -> None:
    """Both are of the same order: what was told on the first day hides nothing of the seventh."""
    await everything(house, KANARYA)
    order = await house.order(KANARYA, letter="c" * 32, paid=False, state=State.EXPIRED)
    page = Noted("page", "tok-1", "https://pay.example/1", house.later(minutes=30))
    await house.store.do(references.note, "iyzico", order.id, page, house.now)
    await house.store.do(callbacks.hear, "iyzico", [Posted("e-1", order.id)], house.now)
    before = await counted_unknown(house)
    await erased(house)
    assert await left_to_staff(house, before) == [("iyzico", "MX000002")]
    house.now = house.later(days=7, seconds=1)
    assert await counted_unknown(house) == 0
    await carried_out(house)
    assert await left_to_staff(house, 0) == [("iyzico", "MX000002"), ("iyzico", "MX000002")]


async def test_a_refund_that_is_not_made_within_a_week_of_the_erasure_is_left_to_the_staff(house: House) -> None:
    """Asked for on a page that outlived the erasure. Its work goes with the key; the books and the alarm stay."""
    await everything(house, KANARYA)
    order = await house.order(KANARYA, letter="c" * 32, paid=False, state=State.EXPIRED)
    page = Noted("page", "tok-1", "https://pay.example/1", house.later(minutes=30))
    await house.store.do(references.note, "iyzico", order.id, page, house.now)
    await erased(house)
    paid = PaymentSettled(order.id, "22483976", order.amount, "TRY", "iyzico")
    await door(house)(Envelope("pay:iyzico:22483976:settled", KANARYA, paid, Moment(house.now, "f" * 32)))
    await house.store.do(references.asked, "iyzico", order.id, house.later(hours=1))
    assert (await house.store.do(alarms.counts, house.now))["refunds_stuck"] == 0
    house.now = house.later(days=7, seconds=1)
    await carried_out(house)
    assert await house.scalar("SELECT count(*) FROM work") == 0
    assert await house.rows("SELECT payment, state FROM refund WHERE provider = 'iyzico'") == [("22483976", "asked")]
    assert (await house.store.do(alarms.counts, house.now))["refunds_stuck"] == 1


LATER = {
    "draft": "sonradan taslak",
    "ticket": "sonradan soru",
    "message": "sonradan mesaj",
    "mail": "sonra@example.org",
}
"""What somebody says between the answer and its arrival."""


async def test_what_came_in_after_the_answer_goes_with_the_address(house: House) -> None:
    """They have been told that nothing but what a law keeps is held."""
    await confirmed_of_all(house)
    await carried_out(house)
    written = Draft(letter="e" * 32, manuscript=Manuscript(((9, LATER["draft"]),)))
    await house.turn(KANARYA, fx.MailCode(LATER["mail"]), draft=written, says=[LATER["message"]])
    await house.store.do(sender_side.open_ticket, 2, KANARYA, LATER["ticket"], 9, now=house.now)
    assert set(await held(house, LATER)) == set(LATER)
    house.now = house.later(days=7, seconds=1)
    await carried_out(house)
    await house.shred()
    assert await held(house, LATER) == {}
    assert await held(house) == KEPT_BY_LAW
    for table in ("letter", "conversation", "ticket", "ticket_message", "work", "message_outbox"):
        assert await house.scalar(f"SELECT count(*) FROM {table}") == 0, table
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 0


async def confirmed_of_all(house: House) -> DataRequest:
    await everything(house, KANARYA)
    return await confirmed(house)


async def test_the_rule_about_strangers_leaves_somebody_whose_answer_is_on_its_way_alone(house: House) -> None:
    await house.turn(KANARYA)
    await confirmed(house)
    await carried_out(house)
    await house.store.do(retention.purge, house.later(hours=25))
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 1
    assert await house.scalar("SELECT count(*) FROM person WHERE forgotten_at IS NOT NULL") == 1


async def test_who_comes_back_is_somebody_new(house: House) -> None:
    await everything(house, KANARYA)
    await erased(house)
    await house.turn(KANARYA, says=["merhaba"])
    assert (await house.standing(KANARYA)).orders == ()
    assert await house.scalar("SELECT count(*) FROM person") == 2


# Interrupted anywhere -------------------------------------------------------------------------------------------------


class PowerCut(Exception):
    pass


CUT = {"request_ends.decide", "requests.due", "requests.person_of", "erasure.dry_run", "erasure.begin", "door"} | {
    "erasure.finish"
}
"""Every act of the round. What is cut after it has been carried out moves the next round on: there the n-th act is
never the one that signs."""


@pytest.mark.parametrize("afterwards", [False, True], ids=["before an act", "after an act"])
async def test_interrupted_at_any_act_it_goes_on_and_ends_the_same(house: House, afterwards: bool) -> None:
    """Every call of store and door is cut in turn; after each cut the next round goes on."""
    await everything(house, KANARYA)
    await house.letter(KANARYA, "ödenen mektup", letter="e" * 32)
    order = await house.order(KANARYA, letter="e" * 32, payment="sandbox:P-89")
    await house.order(KANARYA, letter="e" * 32, paid=False)
    await confirmed(house, choice="stop")
    left = 0
    cuts: list[str] = []
    for _ in range(60):
        acts = Cut(house, left, afterwards)
        with contextlib.suppress(PowerCut):
            await Requests(acts, Stopped(house), acts.receive).run_once()  # type: ignore[arg-type]
        cuts += [acts.cut] if acts.cut else []
        left = left + 1 if acts.cut else 0
        await refunds_done(house)
        await delivered(house)
        await house.shred()
        if not await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL"):
            break
    assert len(cuts) >= 5
    assert set(cuts) == CUT | (set() if afterwards else {"note_access"})
    assert await held(house) == KEPT_BY_LAW
    assert await house.rows("SELECT state FROM data_request") == [("done",)]
    assert await house.scalar(f"SELECT state FROM orders WHERE id = '{order.id}'") == "cancelled"
    assert await house.rows("SELECT payment, state FROM refund") == [("sandbox:P-89", "settled")]
    recorded = "SELECT count(*) FROM destruction_record WHERE method = 'erasure asked' AND datum = 'account'"
    assert await house.scalar(recorded) == 1


async def refunds_done(house: House) -> None:
    """The worker: money goes back, pages close."""
    for item in await house.store.do(jobs.take, "worker", house.now, house.now, 100):
        await house.store.do(jobs.done, [item.id])


class Cut:
    """The store and the door with a power cut at the n-th act; `cut` names it once it has come."""

    def __init__(self, house: House, left: int, afterwards: bool) -> None:
        self._house, self._left, self._afterwards = house, left, afterwards
        self._door = door(house)
        self.cut = ""

    async def do(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        name = f"{act.__module__.rpartition('.')[2]}.{act.__name__}"
        return await self._maybe(name, partial(self._house.store.do, act, *given, **named))

    async def note_access(self, entry: Any) -> None:
        await self._maybe("note_access", partial(self._house.store.note_access, entry))

    async def receive(self, envelope: Any) -> Any:
        return await self._maybe("door", partial(self._door, envelope))

    async def _maybe(self, name: str, act: Callable[[], Awaitable[Any]]) -> Any:
        self._left -= 1
        last = self._left == -1
        if last and not self._afterwards:
            self.cut = name
            raise PowerCut
        found = await act()
        if last:
            self.cut = name
            raise PowerCut
        return found


# What has to end first ------------------------------------------------------------------------------------------------


async def test_an_open_order_is_ended_by_the_order_table_as_the_person_chose(house: House) -> None:
    await house.letter(KANARYA, "ödenen mektup")
    order = await house.order(KANARYA, payment="sandbox:P-89")
    request = await confirmed(house, choice="stop")
    assert [(one.number, one.state) for one in (await house.store.do(erasure.dry_run, request, house.now)).waits] == [
        ("MX000001", State.QUEUED)
    ]
    heard: list[Any] = []

    async def receive(envelope: Any) -> Any:
        heard.append(envelope.event)
        return await door(house)(envelope)

    await carried_out(house, receive)
    assert heard == [OrderCancelled(order.id)]
    waits = (await house.store.do(erasure.dry_run, request, house.now)).waits
    assert [one.work for one in waits] == ["Refund"]  # the money first
    await carried_out(house, receive)
    assert len(heard) == 1
    await refunds_done(house)
    await carried_out(house, receive)
    assert type(heard[-1]).__name__ == "RequestAnswered"


async def test_a_letter_that_is_to_be_sent_first_is_waited_for_and_the_request_can_still_be_taken_back(
    house: House,
) -> None:
    await house.letter(KANARYA, "ödenen mektup")
    order = await house.order(KANARYA, payment="sandbox:P-89")
    request = await confirmed(house, choice="send")
    await carried_out(house)
    assert await house.scalar(f"SELECT state FROM orders WHERE id = '{order.id}'") == "queued"
    assert await house.store.do(requests.withdraw, KANARYA, request.number, house.now)
    assert await house.store.do(requests.withdraw, KANARYA, request.number, house.now)  # tapped twice
    await carried_out(house)
    assert (await house.standing(KANARYA)).profile.name == "Işıl İnci"


async def test_once_an_order_was_ended_for_it_it_cannot_be_taken_back_and_never_by_another(house: House) -> None:
    await house.turn(house.bora)
    await house.letter(KANARYA, "ödenen mektup")
    await house.order(KANARYA, payment="sandbox:P-89")
    request = await confirmed(house, choice="stop")
    assert not await house.store.do(requests.withdraw, house.bora, request.number, house.now)
    await carried_out(house)
    assert not await house.store.do(requests.withdraw, KANARYA, request.number, house.now)


async def test_the_turn_itself_refuses_while_an_order_is_open_or_the_request_was_taken_back(house: House) -> None:
    await house.letter(KANARYA, "ödenen mektup")
    await house.order(KANARYA, payment="sandbox:P-89")
    request = await confirmed(house)
    with pytest.raises(ErasureNotYet):
        await house.turn(KANARYA, fx.EraseEverything(request.number))
    await house.store.do(requests.withdraw, KANARYA, request.number, house.now)
    await house.turn(KANARYA, orders=(replace((await house.standing(KANARYA)).orders[0], state=State.POSTED),))
    with pytest.raises(ErasureNotYet):
        await house.turn(KANARYA, fx.EraseEverything(request.number))
    assert (await house.standing(KANARYA)).profile.name == "Işıl İnci"


async def test_the_opening_is_signed_for_before_it_happens(house: House) -> None:
    await house.turn(KANARYA)
    await erased(house)
    assert await house.rows("SELECT actor, action, purpose, ticket FROM audit") == [
        ("admin-2", "erase_person", "data_request", "1")
    ]
    assert await house.store.do(audit.verify) == ()


async def test_an_answer_of_access_goes_to_the_chat_and_to_nobody_else(house: House) -> None:
    await everything(house, KANARYA)
    await delivered(house)
    number, _, _ = await house.store.do(requests.open, 7, KANARYA, "access", house.now)
    await carried_out(house)
    waiting = await house.store.do(messages.take, "message sender", house.now, house.later(minutes=2), 100)
    assert [(one.person, one.message.attachment) for one in waiting] == [
        (KANARYA, fx.Attachment("export", "pdf")), (KANARYA, fx.Attachment("export", "json")),
    ]  # fmt: skip
    request = await house.store.do(requests.find, number)
    assert request is not None and request.state is flow.State.DONE and request.kind is Kind.ACCESS


async def test_an_unreachable_person_is_answered_by_mail_and_then_forgotten(house: House) -> None:
    await everything(house, KANARYA)
    await house.turn(KANARYA, unreachable=True)
    await confirmed(house)
    await carried_out(house)
    (item,) = await house.store.do(jobs.take, "worker", house.now, house.later(minutes=5), 10)
    assert isinstance(item.effect, fx.MailAnswer) and item.effect.address == CANARIES["email"]
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 0
    await carried_out(house)
    assert await house.scalar("SELECT count(*) FROM person WHERE handle_index IS NOT NULL") == 1
    await house.store.do(jobs.done, [item.id])
    await carried_out(house)
    await house.shred()
    assert await held(house) == KEPT_BY_LAW
