"""Money goes back once for each key and never more than was paid, whatever answers are lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payments.paytr import PayTRProvider, wire
from bot.payments.provider import Access, ProviderError, SettledRefund
from bot.payments.refund_attempts import SETTLING
from flows.words.text import Kurus
from tests.bot.payments.paytr.conftest import CREDENTIALS, PRICE, UNTIL, Shop
from tests.fakes import FakeClock, FakeReferences
from tests.institutions.paytr import ACTS, PayTR, Sale
from tests.institutions.paytr.direct import Direct

KEY = "refund:1"


def returned(sale: Sale) -> list[int]:
    return [one.amount for one in sale.returns]


async def test_a_refund_says_lira_with_a_dot_and_carries_our_name_for_it(shop: Shop) -> None:
    (sale,) = await shop.paid()
    assert await shop.provider.refund(sale.oid, PRICE, KEY) == SettledRefund(sale.oid, PRICE)
    (call, form) = shop.paytr.asked[-1]
    assert (call, form["return_amount"], form["merchant_oid"]) == ("iade", "96.00", sale.oid)
    assert form["reference_no"] == wire.reference_no(KEY)


async def test_a_refund_with_the_same_key_happens_once(shop: Shop) -> None:
    (sale,) = await shop.paid()
    for _ in range(2):
        assert await shop.provider.refund(sale.oid, PRICE, KEY) == SettledRefund(sale.oid, PRICE)
    assert returned(sale) == [9600]
    with pytest.raises(ProviderError, match="009") as too_much:
        await shop.provider.refund(sale.oid, Kurus(1), "refund:2")
    assert not too_much.value.retry


async def test_ten_refunds_at_once_with_the_same_key_happen_once(shop: Shop) -> None:
    (sale,) = await shop.paid()
    await asyncio.gather(*(shop.provider.refund(sale.oid, Kurus(1000), KEY) for _ in range(10)))
    await shop.provider.refund(sale.oid, Kurus(1000), "refund:2")  # a part of the same size, and another refund
    assert returned(sale) == [1000, 1000]


@pytest.mark.parametrize("amount", [Kurus(1000), PRICE])
@pytest.mark.parametrize("fault", ["lost", "truncated"])
async def test_a_refund_whose_answer_was_lost_is_found_again(shop: Shop, fault: str, amount: Kurus) -> None:
    (sale,) = await shop.paid()
    shop.paytr.fail("iade", fault)
    with pytest.raises(ProviderError) as lost:
        await shop.provider.refund(sale.oid, amount, KEY)
    assert lost.value.retry
    assert await shop.provider.refund(sale.oid, amount, KEY) == SettledRefund(sale.oid, amount)
    assert returned(sale) == [amount.amount]


@pytest.mark.parametrize(("amount", "again"), [(Kurus(1000), False), (Kurus(9599), False), (PRICE, True)])
@pytest.mark.parametrize("fault", ["html", "unavailable", "redirect"])
async def test_what_paytr_does_not_list_after_a_lost_answer_is_sent_again_only_as_a_whole(
    shop: Shop, fault: str, amount: Kurus, again: bool
) -> None:
    """Its list may lag; a second whole refund is refused with 009, and a part would be paid twice."""
    (sale,) = await shop.paid()
    shop.paytr.fail("iade", fault)
    for words in ("iade", "not certain yet"):
        with pytest.raises(ProviderError, match=words) as waits:
            await shop.provider.refund(sale.oid, amount, KEY)
        assert waits.value.retry
    for wait in (SETTLING, timedelta(days=20)):
        await shop.clock.pause(wait.total_seconds())
        if again:
            assert await shop.provider.refund(sale.oid, amount, KEY) == SettledRefund(sale.oid, amount)
            continue
        with pytest.raises(ProviderError, match="in its panel") as unsure:
            await shop.provider.refund(sale.oid, amount, KEY)
        assert (unsure.value.retry, unsure.value.said) == (False, "unsure")
    assert returned(sale) == ([amount.amount] if again else [])
    assert [call for call, _ in shop.paytr.asked].count("iade") == 1 + again


@pytest.mark.parametrize("amount", [Kurus(1000), PRICE])
async def test_a_list_that_lags_behind_leads_to_no_second_refund_and_to_a_person(shop: Shop, amount: Kurus) -> None:
    """PayTR refuses a second whole one for good, although it has made the first."""
    (sale,) = await shop.paid()
    shop.paytr.books.lag = timedelta(days=1)
    shop.paytr.fail("iade", "lost")
    told = []
    for _ in range(3):
        with pytest.raises(ProviderError) as waits:
            await shop.provider.refund(sale.oid, amount, KEY)
        told.append((waits.value.retry, waits.value.said))
        await shop.clock.pause(60)
    assert told == [(True, ""), (True, ""), (False, "unsure")]
    await shop.clock.pause(timedelta(days=1).total_seconds())
    assert await shop.provider.refund(sale.oid, amount, KEY) == SettledRefund(sale.oid, amount)
    assert returned(sale) == [amount.amount]


async def test_a_part_that_paytr_has_refused_is_sent_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    (sale,) = await shop.paid()
    real: Any = shop.paytr.interface.answer
    refusal = {"status": "error", "err_no": "010", "err_msg": "Net bakiyeniz yetersiz"}
    with monkeypatch.context() as empty:
        empty.setattr(shop.paytr.interface, "answer", lambda *call: refusal if call[0] == "iade" else real(*call))
        for _ in range(3):
            with pytest.raises(ProviderError, match="010"):
                await shop.provider.refund(sale.oid, Kurus(1000), KEY)
    assert await shop.provider.refund(sale.oid, Kurus(1000), KEY) == SettledRefund(sale.oid, Kurus(1000))
    assert returned(sale) == [1000]


async def test_a_key_cannot_be_used_for_another_amount(shop: Shop) -> None:
    (sale,) = await shop.paid()
    await shop.provider.refund(sale.oid, Kurus(1000), KEY)
    with pytest.raises(ProviderError, match="another amount") as refused:
        await shop.provider.refund(sale.oid, Kurus(2000), KEY)
    assert (refused.value.retry, refused.value.said) == (False, "unsure")
    assert returned(sale) == [1000]


async def test_another_amount_sent_back_than_was_asked_is_looked_at_by_a_person(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sale,) = await shop.paid()
    real: Any = shop.paytr.interface.answer
    monkeypatch.setattr(
        shop.paytr.interface, "answer",
        lambda *call: real(*call) | ({"return_amount": "11.00"} if call[0] == "iade" else {}),
    )  # fmt: skip
    with pytest.raises(ProviderError, match="another amount") as odd:
        await shop.provider.refund(sale.oid, Kurus(1000), KEY)
    assert (odd.value.retry, odd.value.said) == (False, "unsure")


async def test_where_paytr_lists_no_references_a_person_decides_whether_a_refund_was_made(shop: Shop) -> None:
    (sale,) = await shop.paid()
    shop.paytr.interface.references = False
    shop.paytr.fail("iade", "lost")
    for words in ("did not answer", "without our reference"):
        with pytest.raises(ProviderError, match=words) as unsure:
            await shop.provider.refund(sale.oid, Kurus(1000), KEY)
    assert (unsure.value.retry, unsure.value.said) == (False, "unsure")
    await shop.provider.refund(sale.oid, Kurus(2500), "refund:2")  # of another size: it cannot be that one
    assert returned(sale) == [1000, 2500]


@pytest.mark.parametrize("listed", [{"3": {}}, [{"return_amount": ""}], [{"reference_no": "x"}], ["1"], "1", [None]])
async def test_a_list_of_refunds_that_cannot_be_read_sends_nothing_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, listed: object
) -> None:
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: {"status": "success", "returns": listed})
    with pytest.raises(ProviderError) as unread:
        await shop.provider.refund("PT1", PRICE, KEY)
    assert unread.value.retry
    assert [call for call, _ in shop.paytr.asked] == ["durum-sorgu"]


async def test_a_list_with_a_gap_is_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """PHP writes it as an object."""
    listed = {"2": {"return_amount": 96, "reference_no": wire.reference_no(KEY)}}
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *_: {"status": "success", "returns": listed})
    assert await shop.provider.refund("PT1", PRICE, KEY) == SettledRefund("PT1", PRICE)
    assert [call for call, _ in shop.paytr.asked] == ["durum-sorgu"]


async def test_another_amount_sent_back_than_was_asked_is_for_a_person(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sale,) = await shop.paid()
    real: Any = shop.paytr.interface.answer
    monkeypatch.setattr(
        shop.paytr.interface,
        "answer",
        lambda *call: real(*call) | ({"return_amount": "96.00"} if call[0] == "iade" else {}),
    )
    with pytest.raises(ProviderError, match="another amount") as wrong:
        await shop.provider.refund(sale.oid, Kurus(1000), KEY)
    assert not wrong.value.retry


# What PayTR refuses (dev.paytr.com/hata-kodlari) -> whether it may pass
REFUSALS = {
    "000": ("iade yapilamiyor, daha sonra tekrar deneyin", True),
    "001": ("Gecersiz istek veya magaza aktif degil", True),
    "002": ("Gecersiz merchant_oid", False),
    "003": ("Gecersiz return_amount", False),
    "004": ("paytr_token gonderilmedi veya gecersiz", True),
    "005": ("merchant_oid ile basarili odeme bulunamadi", False),
    "006": ("Toplam iade tutarı odeme tutarindan fazla olamaz", False),
    "007": ("merchant_oid bulundu ancak odeme henuz siteye bildirilmemis", True),
    "008": ("XYZ odeme tipi iade desteklemiyor", False),
    "009": ("Toplam iade tutari odeme tutarindan fazla olamaz", False),
    "010": ("Net bakiyeniz yetersiz", True),
    "011": ("Bir yildan eski islemler icin iade islemi yapilamaz.", False),
    "": ("", False),
}


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("status", ["error", "failed"])
async def test_a_refusal_is_final_unless_it_may_pass(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str, status: str
) -> None:
    (sale,) = await shop.paid()
    words, passing = REFUSALS[code]
    real: Any = shop.paytr.interface.answer
    refusal = {"status": status, "err_no": code, "err_msg": words}
    monkeypatch.setattr(shop.paytr.interface, "answer", lambda *call: refusal if call[0] == "iade" else real(*call))
    with pytest.raises(ProviderError) as refused:
        await shop.provider.refund(sale.oid, PRICE, KEY)
    assert refused.value.retry is passing
    assert words in str(refused.value) and code in str(refused.value)
    assert returned(sale) == []


async def test_money_that_never_came_is_not_given_back(shop: Shop) -> None:
    for amount in (PRICE, Kurus(0), Kurus(-1)):
        with pytest.raises(ProviderError) as refused:
            await shop.provider.refund("PTNONE", amount, KEY)
        assert not refused.value.retry
    assert [call for call, _ in shop.paytr.asked] == ["durum-sorgu"]  # about the price; nobody asks about nothing


# Whatever is lost -----------------------------------------------------------------------------------------------------

ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from(["full", "part", "other"]),  # which refund is tried, again perhaps
        st.lists(st.sampled_from(["", "lost", "away"]), min_size=2, max_size=2),  # its question, and its call
    ),
    max_size=8,
)
AMOUNTS = {"full": PRICE, "part": Kurus(1000), "other": Kurus(1000)}


@given(ATTEMPTS)
def test_whatever_answers_are_lost_a_refund_is_made_at_most_once_and_nothing_more_than_was_paid(
    attempts: list[tuple[str, list[str]]],
) -> None:
    clock = FakeClock()
    paytr = PayTR(CREDENTIALS, clock)
    provider = PayTRProvider(Access(CREDENTIALS, "", "", clock, FakeReferences()))
    direct = Direct(CREDENTIALS, paytr.interface)
    provider._calls = direct  # type: ignore[assignment]
    sale = sold(paytr)

    async def play() -> set[str]:
        done = set()
        for key, faults in attempts:
            direct.faults.clear()
            direct.faults.extend(faults)
            try:
                assert await provider.refund(sale.oid, AMOUNTS[key], key) == SettledRefund(sale.oid, AMOUNTS[key])
            except ProviderError:
                continue
            done.add(key)
        return done

    done = asyncio.run(play())
    made = [one.reference for one in sale.returns]
    assert len(made) == len(set(made))
    assert {wire.reference_no(key) for key in done} <= set(made) <= {wire.reference_no(key) for key, _ in attempts}
    assert sum(returned(sale)) <= PRICE.amount


def sold(paytr: PayTR) -> Sale:
    """A payment whose callback was answered."""
    form = {"name": "Mektup", "price": str(PRICE.amount), "currency": "TL", "max_installment": "1", "min_count": "1"}
    form |= {"link_type": "product", "lang": "tr", "expiry_date": wire.stamp(UNTIL)}
    whole = wire.signed(wire.credentials_of(CREDENTIALS), wire.CREATE, form)
    made = paytr.interface.answer("link/create", list(whole.items()))
    (notice,) = paytr.books.pay(paytr.books.links[made["id"]], ACTS["pay"], UNTIL)
    notice.sale.told = True
    return notice.sale
