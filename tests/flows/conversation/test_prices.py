"""A price is paid as it was shown and confirmed, whatever the day, the tariff and the discount codes do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flows.core import events as ev
from flows.core.state import Order, State
from flows.price.price import Product, Tariff, default_tariff
from flows.words.text import Kurus
from tests.dialogue import Conversation
from tests.directions import CODES, direct

TOMORROW = date(2026, 11, 24)  # START is a Monday morning, 23 November


def dearer(from_day: date) -> Tariff:
    """Registered letters cost 106,00 TL instead of 96,00 from a day on."""
    tariff = default_tariff()
    first = tariff.prices[-1]
    later = replace(first, valid_from=from_day, first_sheet={**first.first_sheet, Product.REGISTERED: 10600})
    return replace(tariff, version="2026-2", prices=(first, later))


def at_the_card(tariff: Tariff | None = None) -> Conversation:
    talk = Conversation("en")
    talk.changes_tariff(tariff or default_tariff())
    direct(talk, "as usual, up to: contract")
    return talk


def confirms(talk: Conversation, shown: str) -> None:
    talk.said.clear()
    talk.taps(f"I confirm and will pay {shown} TL")


def told(talk: Conversation) -> str:
    return "\n".join(line.words for line in talk.said)


def paid(talk: Conversation, amount: int) -> Order:
    talk.receive(ev.PaymentSettled(talk.newest_order().id, "pay-1", Kurus(amount)))
    return talk.newest_order()


def test_a_price_that_changed_overnight_is_shown_before_it_is_confirmed() -> None:
    talk = at_the_card(dearer(TOMORROW))
    talk.travel(timedelta(days=1))
    confirms(talk, "96.00")
    assert talk.standing.orders == () and talk.standing.step == "contract"
    assert "Your order or its price has changed since this was shown." in told(talk) and "106.00 TL" in told(talk)
    confirms(talk, "96.00")  # the older card is still in the chat
    assert talk.standing.orders == ()
    confirms(talk, "106.00")
    order = talk.newest_order()
    assert (order.amount, order.tariff, order.vat_percent) == (Kurus(10600), "2026-2", 20)


def test_a_card_of_yesterday_is_shown_once_more_though_its_price_did_not_change() -> None:
    """Both documents name the day of posting, and that is another one now: nobody accepts what they have not seen."""
    talk = at_the_card()
    talk.travel(timedelta(days=1))
    confirms(talk, "96.00")
    assert talk.standing.orders == () and "please look at it once more" in told(talk)
    confirms(talk, "96.00")
    assert talk.newest_order().amount == Kurus(9600)


def test_a_confirmed_price_is_honoured_while_its_link_lives() -> None:
    """The tariff changes at midnight, and the service is started with another file: 96,00 TL pay the letter."""
    talk = at_the_card(dearer(TOMORROW))
    confirms(talk, "96.00")
    talk.travel(timedelta(hours=20))
    talk.changes_tariff(replace(dearer(TOMORROW), version="2026-3"))
    order = paid(talk, 9600)
    assert (order.state, order.amount, order.tariff) == (State.QUEUED, Kurus(9600), "2026-2")
    assert talk.outbox == [order.id]


def test_the_new_price_does_not_pay_an_order_of_the_old_one() -> None:
    talk = at_the_card(dearer(TOMORROW))
    confirms(talk, "96.00")
    talk.travel(timedelta(hours=20))
    assert paid(talk, 10600).state is State.HELD


def test_after_its_link_an_order_is_confirmed_again_at_the_new_price() -> None:
    talk = at_the_card(dearer(TOMORROW))
    confirms(talk, "96.00")
    talk.said.clear()
    talk.travel(timedelta(hours=24))
    assert talk.newest_order().state is State.EXPIRED
    assert "I confirm and will pay 106.00 TL" in told(talk)


def with_code(tariff: Tariff | None = None) -> Conversation:
    talk = at_the_card(replace(tariff or default_tariff(), codes=CODES))
    talk.taps("I have a discount code")
    talk.writes("hosgeldin")
    return talk


def test_a_code_that_is_used_up_before_it_is_confirmed_is_said_and_stays_in_the_draft() -> None:
    talk = with_code()
    talk.standing = replace(talk.standing, code_uses=(("HOSGELDIN", 100),))
    confirms(talk, "76.80")
    assert talk.standing.orders == ()
    assert "The code HOŞGELDİN has been used up meanwhile." in told(talk)
    talk.standing = replace(talk.standing, code_uses=())  # somebody's order has expired
    confirms(talk, "96.00")
    assert talk.standing.orders == () and "76.80 TL" in told(talk)
    confirms(talk, "76.80")
    order = talk.newest_order()
    assert (order.amount, order.discount, order.discount_code) == (Kurus(7680), Kurus(1920), "HOSGELDIN")


def test_a_code_that_ends_at_midnight_is_said() -> None:
    """HOŞGELDİN's last day is 30 November."""
    talk = with_code()
    talk.travel(timedelta(days=8))
    confirms(talk, "76.80")
    assert talk.standing.orders == ()
    assert "The code HOŞGELDİN is not valid any more; its last day was: 30 November 2026." in told(talk)


def test_a_code_is_free_again_when_the_order_that_used_it_expires_or_is_cancelled() -> None:
    talk = with_code()
    confirms(talk, "76.80")
    talk.said.clear()
    talk.travel(timedelta(hours=24))
    assert "I confirm and will pay 76.80 TL" in told(talk)
    confirms(talk, "76.80")
    talk.receive(ev.OrderCancelled(talk.newest_order().id, "kept"))
    assert talk.newest_order().state is State.CANCELLED
    assert talk.standing.draft.discount_code == "HOSGELDIN"


def test_a_birthday_discount_that_was_confirmed_stays_when_the_consent_is_withdrawn() -> None:
    """A promise is a promise; the date itself is gone."""
    talk = at_the_card()
    for words in ("/settings", "[Birthday discount: off]", "25 November 1990", "[I confirm and will pay 86.40 TL]"):
        talk.taps(words[1:-1]) if words.startswith("[") else talk.writes(words)
    talk.writes("/settings")
    talk.taps("Withdraw the birthday consent")
    assert talk.standing.profile.birth_date is None and talk.standing.profile.birthday_consent is None
    assert paid(talk, 8640).state is State.QUEUED


# A tariff without prices for today ------------------------------------------------------------------------------------


def ended() -> Tariff:
    tariff = default_tariff()
    return replace(tariff, prices=(replace(tariff.prices[-1], valid_until=date(2026, 11, 23)),))


def test_without_prices_for_today_the_sender_hears_it_and_nothing_is_lost() -> None:
    talk = at_the_card(ended())
    talk.travel(timedelta(days=1))
    before = talk.standing
    confirms(talk, "96.00")
    assert "Our new prices are not ready yet" in told(talk)
    assert talk.standing == before
    talk.changes_tariff(default_tariff())
    for _ in range(2):  # the card of yesterday, and then the one of today
        confirms(talk, "96.00")
    assert talk.newest_order().amount == Kurus(9600)


def test_without_prices_for_today_a_confirmed_letter_is_paid_and_printed() -> None:
    talk = at_the_card(ended())
    confirms(talk, "96.00")
    talk.at += timedelta(hours=20)
    assert paid(talk, 9600).state is State.QUEUED
