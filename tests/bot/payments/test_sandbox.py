"""The sandbox institution as a payer, a seller and a thief meet it, over real HTTP."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payments.hooks import findings
from bot.payments.provider import Access, Checkout, Forged, ProviderError, SettledRefund
from bot.payments.registry import PROVIDERS, institution_named
from bot.payments.sandbox import SandboxProvider, wire
from bot.payments.sandbox import books as sandbox_books
from bot.payments.sandbox.books import Books
from flows.core.events import PaymentDeclined, PaymentSettled
from flows.words.text import Kurus
from storage.database import patient
from storage.database.patient import PatientConnection
from tests.bot.payments.conftest import ORDER, PRICE, Town, TownClock
from tests.fakes import PATIENCE, FakeReferences

OTHER = "0" * 31 + "2"


# One of the web processes that share the books: opens a link, and its payer pays.
TELLER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from bot.payments.sandbox import books as sandbox_books
from bot.payments.sandbox.books import Books
from bot.payments.sandbox.wire import LinkRequest

now, books, paid, tokens = datetime(2026, 1, 15, tzinfo=UTC), Books(Path(sys.argv[1])), 0, []
for n in range(60):
    link = books.open_link(LinkRequest(f"{n:032x}", "MX1", 4850, "TRY", now + timedelta(days=1), "x", "http://x"))
    tokens.append(link.token)
    paid += books.act(link.token, "payment.settled", (4850,), "paid", now)
    for call in books.pending(link.order):
        books.told(call.event, done=True)
print(paid, *tokens)
"""


async def settled(town: Town, order: str = ORDER) -> list[int]:
    """The amounts the seller finds paid when it asks, in kuruş."""
    return [p.amount.amount for p in await town.provider.query(order) if p.status == "settled"]


# The payer's page -----------------------------------------------------------------------------------------------------


async def test_the_page_names_seller_amount_and_order_and_paying_says_where_to_go(town: Town) -> None:
    link = await town.link()
    page = await town.look(link.url)
    assert "<html lang=tr>" in page
    for words in (
        "MektupX",
        "MX000123",
        "96,00\u00a0TL öde",
        "İki kez öde",
        "Yanlış tutar",
        "süresini bitir",
        "başarısız",
    ):
        assert words in page
    paid = await town.tap(link.url, "pay")
    assert "Ödeme alındı, Telegram’a dönebilirsiniz." in paid
    assert "<button" not in paid
    assert await settled(town) == [9600]


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "", "tr"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de,en;q=0.5,tr;q=0.9", "tr"),
        ("", "fr;q=x,;;,*", "tr"),
        ("?lang=en", "tr", "en"),
        ("?lang=../../x", "en", "en"),
    ],
)
async def test_the_page_speaks_the_payers_language(town: Town, query: str, accept: str, language: str) -> None:
    page = await town.look((await town.link()).url + query, **{"Accept-Language": accept})
    assert f"<html lang={language}>" in page
    assert ("Pay 96.00" in page) == (language == "en")


async def test_the_page_keeps_its_address_to_itself_and_runs_nothing(town: Town) -> None:
    async with town.browser.get((await town.link()).url) as page:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "<script" not in await page.text()


async def test_what_the_seller_wrote_cannot_become_markup(town: Town) -> None:
    until = town.clock.now() + timedelta(hours=1)
    link = await town.provider.open_link(Checkout(ORDER, "<b>MX</b>", PRICE, until, ""))
    assert "<b>MX" not in await town.look(link.url)


async def test_looking_at_a_link_pays_nothing(town: Town) -> None:
    """Messengers fetch links for their previews."""
    link = await town.link()
    for _ in range(3):
        await town.look(link.url)
    assert await town.provider.query(ORDER) == ()


async def test_an_address_that_belongs_to_no_link_is_answered_kindly(town: Town) -> None:
    link = await town.link()
    for url in (link.url[:-1], f"{town.root}/sandbox/pay/{ORDER}"):
        async with town.browser.get(url) as page:
            assert (page.status, "Böyle bir ödeme bağlantısı yok" in await page.text()) == (404, True)
        async with town.browser.post(url, data={"act": "pay"}) as page:
            assert page.status == 404
    async with town.browser.post(link.url, data={"act": "rob"}) as page:
        assert page.status == 400
    assert await town.provider.query(ORDER) == ()


async def test_addresses_cannot_be_guessed(town: Town) -> None:
    tokens = [(await town.link(f"{n:032x}")).reference for n in range(20)]
    assert len(set(tokens)) == 20
    assert min(map(len, tokens)) >= 43  # 32 random bytes


# What the buttons do --------------------------------------------------------------------------------------------------


async def test_a_failed_payment_can_be_tried_again(town: Town) -> None:
    link = await town.link()
    assert "Yeniden deneyebilirsiniz" in await town.tap(link.url, "fail")
    await town.tap(link.url, "pay")
    events = [event for _, event in (await findings(town.provider, ORDER)).events]
    first, second = await town.provider.query(ORDER)
    assert events == [PaymentDeclined(ORDER, first.id), PaymentSettled(ORDER, second.id, PRICE, "TRY", "sandbox")]


async def test_ten_taps_on_pay_are_one_payment(town: Town) -> None:
    link = await town.link()
    await asyncio.gather(*(town.tap(link.url, "pay") for _ in range(10)))
    assert await settled(town) == [9600]
    assert len({hint.event_key for hint in town.heard}) == 1


async def test_paying_twice_is_two_payments_with_two_numbers(town: Town) -> None:
    await town.tap((await town.link()).url, "twice")
    assert await settled(town) == [9600, 9600]
    assert len({key for key, _ in (await findings(town.provider, ORDER)).events}) == 2
    assert len({hint.event_key for hint in town.heard}) == 2


@pytest.mark.parametrize("price", [1, 100, 101, 9600])
async def test_a_wrong_amount_is_never_the_price_and_never_nothing(town: Town, price: int) -> None:
    await town.tap((await town.link(amount=Kurus(price))).url, "wrong")
    (paid,) = await settled(town)
    assert paid not in (0, price)
    assert paid > 0


async def test_an_ended_link_says_so_and_takes_no_money(town: Town) -> None:
    link = await town.link()
    assert "süresi doldu" in await town.tap(link.url, "expire")
    assert "süresi doldu" in await town.tap(link.url, "pay")
    assert [hint.order for hint in town.heard] == [ORDER]  # the expiry itself, so that the seller asks
    assert (await findings(town.provider, ORDER)).events == ()


async def test_a_link_ends_with_its_time(town: Town) -> None:
    link = await town.link()
    town.clock.time = link.until
    assert "süresi doldu" in await town.look(link.url)
    await town.tap(link.url, "pay")
    assert await settled(town) == []


async def test_the_seller_can_close_a_link_but_not_undo_a_payment(town: Town) -> None:
    link, paid = await town.link(), await town.link(OTHER)
    await town.tap(paid.url, "pay")
    for order in (ORDER, ORDER, OTHER, "unknown"):
        await town.provider.expire(order)
    await town.tap(link.url, "pay")
    assert (await settled(town), await settled(town, OTHER)) == ([], [9600])


# Links and refunds ----------------------------------------------------------------------------------------------------


async def test_asking_again_for_a_link_gives_the_same_link(town: Town) -> None:
    links = await asyncio.gather(*(town.link() for _ in range(5)))
    assert len(set(links)) == 1
    assert links[0].until == town.clock.now() + timedelta(hours=24)
    with pytest.raises(ProviderError) as refused:
        await town.link(amount=Kurus(1))
    assert not refused.value.retry


async def test_the_bank_tells_whether_a_page_takes_no_more_money(town: Town) -> None:
    assert not await town.provider.page_closed(ORDER)  # never opened
    link = await town.link()
    assert not await town.provider.page_closed(ORDER)
    await town.tap(link.url, "expire")
    assert await town.provider.page_closed(ORDER)


async def test_a_refund_with_the_same_key_happens_once(town: Town) -> None:
    await town.tap((await town.link()).url, "pay")
    (payment,) = await town.provider.query(ORDER)
    for _ in range(2):
        assert await town.provider.refund(payment.id, PRICE, "refund:1") == SettledRefund(payment.id, PRICE)
    with pytest.raises(ProviderError) as too_much:
        await town.provider.refund(payment.id, Kurus(1), "refund:2")
    assert not too_much.value.retry


async def test_ten_refunds_at_once_with_the_same_key_happen_once(town: Town) -> None:
    await town.tap((await town.link()).url, "pay")
    (payment,) = await town.provider.query(ORDER)
    half = Kurus(PRICE.amount // 2)
    await asyncio.gather(*(town.provider.refund(payment.id, half, "refund:1") for _ in range(10)))
    await town.provider.refund(payment.id, half, "refund:2")  # the other half is still there
    with pytest.raises(ProviderError):
        await town.provider.refund(payment.id, Kurus(1), "refund:3")


async def test_money_that_never_came_is_not_given_back(town: Town) -> None:
    await town.tap((await town.link()).url, "fail")
    (declined,) = await town.provider.query(ORDER)
    for payment, amount in ((declined.id, PRICE), ("SB0", PRICE), (declined.id, Kurus(0))):
        with pytest.raises(ProviderError) as refused:
            await town.provider.refund(payment, amount, f"refund:{payment}:{amount.amount}")
        assert not refused.value.retry


async def test_a_refund_key_cannot_be_used_for_another_refund(town: Town) -> None:
    await town.tap((await town.link()).url, "twice")
    first, second = await town.provider.query(ORDER)
    await town.provider.refund(first.id, PRICE, "refund:1")
    with pytest.raises(ProviderError) as refused:
        await town.provider.refund(second.id, PRICE, "refund:1")
    assert not refused.value.retry


# Callbacks ------------------------------------------------------------------------------------------------------------


async def test_a_callback_not_answered_is_repeated_as_the_same_event(town: Town) -> None:
    link = await town.link()
    town.troubles = [
        ProviderError("the institution does not answer when asked", retry=True),
        RuntimeError("our own fault"),
    ]
    await town.tap(link.url, "pay")
    assert len(town.raw) == 3
    assert len({raw for _, raw in town.raw}) == 1
    assert len(town.heard) == 1


async def test_a_callback_lost_for_good_is_found_by_asking(town: Town) -> None:
    town.troubles = [RuntimeError("our own fault, every time")] * 9
    await town.tap((await town.link()).url, "pay")
    assert len(town.raw) == 4  # then the bank gives up
    assert town.heard == []
    ((key, event),) = (await findings(town.provider, ORDER)).events
    assert isinstance(event, PaymentSettled)
    assert key == f"pay:sandbox:{event.payment}:settled"


def forged(town: Town, headers: dict[str, str], raw: bytes) -> bool:
    try:
        town.provider.read_callback(headers, raw)
    except Forged:
        return True
    return False


async def test_only_what_the_bank_signed_is_believed(town: Town) -> None:
    await town.tap((await town.link()).url, "pay")
    ((headers, raw),) = town.raw
    signature, time = headers[wire.SIGNATURE_HEADER], headers[wire.TIME_HEADER]
    assert not forged(town, headers, raw)
    assert not forged(town, {name.upper(): value for name, value in headers.items()}, raw)
    for altered in (raw.replace(ORDER.encode(), OTHER.encode()), raw + b" ", raw[:-1], b"", b"\xff"):
        assert forged(town, headers, altered)
    for odd in ("", signature[:-1], signature.upper(), "é" * 64, "\udcff", signature[:-1] + "\u0660"):
        assert forged(town, headers | {wire.SIGNATURE_HEADER: odd}, raw)
    for odd in ("", "now", "-1", str(int(time) + 1), f" {time}", "9" * 400, "\u0661", "1e9"):
        assert forged(town, headers | {wire.TIME_HEADER: odd}, raw)
    assert forged(town, {}, raw)


async def test_a_callback_that_comes_late_is_not_believed(town: Town) -> None:
    await town.tap((await town.link()).url, "pay")
    ((headers, raw),) = town.raw
    sent = town.clock.time
    for off, believed in ((timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)):
        for at in (sent + off, sent - off):
            town.clock.time = at
            assert forged(town, headers, raw) is not believed


async def test_signed_by_another_secret_or_for_another_purpose_is_forged(town: Town) -> None:
    time = wire.stamp(town.clock.now())
    raw = b'{"event":"e","kind":"payment.settled","order":"' + ORDER.encode() + b'"}'
    ours, theirs = b"cok gizli bir anahtar", b"baska bir anahtar"
    good = wire.callback_signature(ours, time, raw)
    for signature, believed in (
        (good, True),
        (wire.callback_signature(theirs, time, raw), False),
        (wire.call_signature(ours, time=time, method="POST", path="", idempotency="", raw=raw), False),
    ):
        assert forged(town, {wire.TIME_HEADER: time, wire.SIGNATURE_HEADER: signature}, raw) is not believed
    nonsense = b"[1]"
    signature = wire.callback_signature(ours, time, nonsense)
    assert forged(town, {wire.TIME_HEADER: time, wire.SIGNATURE_HEADER: signature}, nonsense)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([ORDER, OTHER]), st.sampled_from(["pay", "fail", "twice", "wrong", "expire"])),
        max_size=8,
    )
)
def test_whatever_is_tapped_each_callback_is_true_and_the_books_add_up(
    tmp_path_factory: pytest.TempPathFactory, taps: list[tuple[str, str]]
) -> None:
    """Each callback verifies, names an order that was touched, and no alteration of it verifies for anything else."""

    async def play() -> None:
        async with Town(tmp_path_factory.mktemp("town")).open() as town:
            urls = {order: (await town.link(order)).url for order in (ORDER, OTHER)}
            for order, act in taps:
                await town.tap(urls[order], act)
            assert len(town.heard) == len(town.raw) == len({hint.event_key for hint in town.heard})
            for headers, raw in town.raw:
                assert town.provider.read_callback(headers, raw).order in {order for order, _ in taps}
                swapped = raw.translate(bytes.maketrans(b"12", b"21"))
                assert swapped == raw or forged(town, headers, swapped)
            for order in urls:
                acts = [act for at, act in taps if at == order]
                closing = next((act for act in acts if act != "fail"), "")
                expected = {"pay": [9600], "twice": [9600, 9600], "wrong": [9500]}.get(closing, [])
                assert await settled(town, order) == expected

    asyncio.run(play())


# A bank that restarts, hides, or talks nonsense -----------------------------------------------------------------------


async def test_a_restart_of_the_bank_loses_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    async with town.open():
        link, other = await town.link(), await town.link(OTHER)
        await town.tap(link.url, "pay")
        before = await town.provider.query(ORDER)
        await town.provider.refund(before[0].id, PRICE, "refund:1")
    async with town.open():
        assert await town.link() == link
        assert await town.provider.query(ORDER) == before
        assert await town.provider.refund(before[0].id, PRICE, "refund:1") == SettledRefund(before[0].id, PRICE)
        assert "Ödeme alındı" in await town.look(link.url)
        await town.tap(other.url, "pay")
        assert await settled(town, OTHER) == [9600]


async def test_a_callback_the_bank_still_owed_when_it_died_is_made_after_its_restart(tmp_path: Path) -> None:
    town = Town(tmp_path)
    async with town.open():
        link = await town.link()
        town.troubles, town.clock.stopped = [RuntimeError("our own fault")], True
        async with town.browser.post(link.url, data={"act": "pay"}):
            pass
        await asyncio.wait_for(town.knocked.wait(), PATIENCE)
    town.clock.stopped = False
    async with town.open():
        await asyncio.wait_for(town.bank.idle(), PATIENCE)
        assert [hint.order for hint in town.heard] == [ORDER]


async def test_the_books_are_readable_by_their_owner_only(town: Town) -> None:
    await town.link()
    assert stat.S_IMODE((town.folder / "bank.sqlite").stat().st_mode) == 0o600


async def test_only_the_seller_gets_answers_from_the_interface(town: Town) -> None:
    await town.tap((await town.link()).url, "pay")
    for path in ("links", "links/close", "refunds"):
        async with town.browser.post(f"{town.root}/sandbox/api/{path}", json={"order": ORDER}) as answer:
            assert answer.status == 401
    time, path = wire.stamp(town.clock.now()), f"/sandbox/api/payments?order={ORDER}"
    good = wire.call_signature(b"cok gizli bir anahtar", time=time, method="GET", path=path, idempotency="", raw=b"")
    headers = {wire.KEY_HEADER: "dukkan", wire.TIME_HEADER: time, wire.SIGNATURE_HEADER: good}
    for where, changed, late, status in (
        (path, {}, 0, 200),
        (path.replace(ORDER, OTHER), {}, 0, 401),
        (path, {wire.KEY_HEADER: "baska"}, 0, 401),
        (path, {wire.IDEMPOTENCY_HEADER: "x"}, 0, 401),
        (path, {wire.SIGNATURE_HEADER: "0" * 64}, 0, 401),
        (path, {}, 301, 401),
    ):
        town.clock.time += timedelta(seconds=late)
        async with town.browser.get(town.root + where, headers=headers | changed) as answer:
            assert (answer.status, where) == (status, where)


@pytest.mark.parametrize(
    ("status", "body", "retry"),
    [
        (500, "", True),
        (503, "", True),
        (429, "", True),
        (401, "", True),
        (400, "", False),
        (200, "<html>", True),
        (302, "", True),
    ],
)
async def test_a_bank_that_answers_badly_is_a_partners_error(status: int, body: str, retry: bool) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    async with TestServer(app) as server:
        provider = SandboxProvider(Access("key:secret", str(server.make_url("")), "", TownClock(), FakeReferences()))
        with pytest.raises(ProviderError) as error:
            await provider.query(ORDER)
        await provider.close()
    assert error.value.retry is retry


async def test_a_bank_that_is_not_there_is_asked_again_later(unused_tcp_port: int) -> None:
    provider = SandboxProvider(
        Access("key:secret", f"http://127.0.0.1:{unused_tcp_port}", "", TownClock(), FakeReferences())
    )
    with pytest.raises(ProviderError) as error:
        await provider.refund("SB0", PRICE, "refund:1")
    await provider.close()
    assert error.value.retry


# Settings -------------------------------------------------------------------------------------------------------------


def test_the_operator_is_told_which_providers_there_are_and_never_shown_the_secret() -> None:
    access = Access("gizli", "http://127.0.0.1", "", TownClock(), FakeReferences())
    with pytest.raises(ValueError, match=re.escape(", ".join(sorted(PROVIDERS)))):
        institution_named("paypal")
    with pytest.raises(ValueError, match="key:secret") as raised:
        institution_named("sandbox").provider(access)
    assert "gizli" not in str(raised.value)
    assert "gizli" not in repr(access)
    assert all(name.isascii() and name.islower() for name in PROVIDERS)


@pytest.mark.parametrize("statement", sandbox_books.PRAGMAS)
def test_books_are_opened_as_soon_as_another_process_lets_go_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    """From one statement on somebody keeps everybody out, as in a commit, until they have been asked fifty times."""
    Books(tmp_path / "books.db").close()
    with closing(sqlite3.connect(tmp_path / "books.db", isolation_level=None)) as holder:
        asked = 0

        class Late(PatientConnection):
            def execute(self, asks: str, values: Any = (), /) -> sqlite3.Cursor:
                if asks == f"PRAGMA {statement}":
                    holder.execute("BEGIN EXCLUSIVE")
                return super().execute(asks, values)

        def monotonic() -> float:
            nonlocal asked
            asked += holder.in_transaction
            if asked == 50 and holder.in_transaction:
                holder.execute("ROLLBACK")
            return 0.0

        monkeypatch.setattr(sandbox_books, "PatientConnection", Late)
        monkeypatch.setattr(patient, "time", SimpleNamespace(monotonic=monotonic))
        Books(tmp_path / "books.db").close()
    assert asked == 50


def test_web_processes_that_share_the_books_make_one_link_an_order_and_take_one_payment_for_it(tmp_path: Path) -> None:
    """They also start at once, on books that are not there yet."""
    command = [sys.executable, "-c", TELLER, str(tmp_path / "books.db")]
    tellers = [
        subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [teller.communicate()[0].split() for teller in tellers]
    assert [teller.returncode for teller in tellers] == [0, 0, 0]
    assert sum(int(paid) for paid, *_ in said) == 60
    assert said[0][1:] == said[1][1:] == said[2][1:]
