"""A code is asked for where there is one, and guessing has an end; a birthday only where it is worth something."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.core.effects import RecordConsent
from flows.core.events import ButtonTapped, TextWritten
from flows.core.state import Profile, Standing
from flows.core.step import Forward, GoTo, Here, Stay
from flows.order.quoting import UNUSED
from flows.price.discounts import BirthdayDiscount, Reduction
from flows.price.price import Tariff, default_tariff
from flows.steps import birthday, contract, discount, settings
from locales import say
from tests.dialogue import operator
from tests.directions import CODES
from tests.flows.conversation.test_machine import standings

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WITH_CODES = replace(default_tariff(), codes=CODES)
UNASKED = replace(default_tariff(), birthday=None)


def here(standing: Standing, tariff: Tariff, at: datetime = NOON) -> Here:
    return Here(standing, replace(operator(), tariff=tariff), at, "f" * 32)


def at_the_question(*wrong: timedelta) -> Here:
    """With so many wrong codes behind them, so long ago."""
    standing = standings()["contract"]
    profile = replace(standing.profile, wrong_codes=tuple(NOON - ago for ago in wrong))
    return here(replace(standing, step="discount", profile=profile), WITH_CODES)


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# wrong codes so long ago -> whether the right one is taken now
GUESSES = {
    "none": ((), True),
    "four in an hour": ((MINUTE,) * 4, True),
    "five in an hour": ((MINUTE,) * 5, False),
    "five an hour ago": ((HOUR,) * 5, True),
    "fourteen in a day": ((2 * HOUR,) * 14, True),
    "fifteen in a day": ((2 * HOUR,) * 15, False),
    "fifteen a day ago": ((24 * HOUR,) * 15, True),
}


@pytest.mark.parametrize("name", GUESSES)
def test_guessing_has_an_end(name: str) -> None:
    wrong, taken = GUESSES[name]
    move = discount.take_text(at_the_question(*wrong), TextWritten("HOŞGELDİN", 1))
    assert isinstance(move, GoTo if taken else Stay)
    assert taken == (move.draft is not None and move.draft.discount_code == "HOSGELDIN")


def test_only_a_code_that_nobody_has_made_counts_as_guessed() -> None:
    for typed, counted in (("NOBODYS", 1), ("BAHAR5", 0), ("SADE10", 0)):
        move = discount.take_text(at_the_question(), TextWritten(typed, 1))
        assert len((move.profile or Profile()).wrong_codes) == counted, typed


def test_guesses_of_yesterday_are_forgotten_with_the_next_one() -> None:
    move = discount.take_text(at_the_question(25 * HOUR, MINUTE), TextWritten("NOBODYS", 1))
    assert move.profile is not None and move.profile.wrong_codes == (NOON - MINUTE, NOON)


@pytest.mark.parametrize(
    ("tariff", "day", "asked"),
    [(WITH_CODES, NOON, True), (default_tariff(), NOON, False), (WITH_CODES, NOON.replace(year=2028), False)],
    ids=["codes", "no codes", "codes of another year"],
)
def test_a_code_is_asked_for_only_where_one_is_valid(tariff: Tariff, day: datetime, asked: bool) -> None:
    shown = contract.code_button(here(standings()["contract"], tariff, day))
    assert bool(shown) == asked


def test_these_orders_give_their_discount_back() -> None:
    assert {str(state) for state in UNUSED} == {"cancelled", "expired", "spoiled"}


# The birthday ---------------------------------------------------------------------------------------------------------


def actions(at: Here) -> set[tuple[str, str]]:
    return {(key.action, key.value) for row in settings.ask(at).buttons for key in row}


def test_the_consent_is_offered_only_where_the_tariff_gives_something_for_it() -> None:
    adult = replace(standings()["home"], profile=replace(standings()["home"].profile, adult_on=date(2026, 1, 1)))
    assert ("open", "birthday") in actions(here(adult, default_tariff()))
    assert ("open", "birthday") not in actions(here(adult, UNASKED))
    consented = replace(adult, profile=replace(adult.profile, birthday_consent=adult.profile.notice))
    assert ("withdraw", "") in actions(here(consented, UNASKED))  # what was given can be taken back all the same


def test_without_a_birthday_discount_no_date_is_kept() -> None:
    move = birthday.take_text(here(standings()["birthday"], UNASKED), TextWritten("5.3.1990", 1))
    assert isinstance(move, Stay) and move.profile is None and move.effects == ()


def test_what_is_consented_to_says_how_much_and_is_what_is_proven() -> None:
    five = replace(default_tariff(), birthday=BirthdayDiscount(Reduction(kurus=500), 3))
    asked_by = here(standings()["birthday"], five)
    read = say(birthday.words(BirthdayDiscount(Reduction(kurus=500), 3)), "tr")
    assert "İndirim: 5,00\u00a0TL; yılda bir kez, doğum gününüzden en çok 3 gün önce ya da sonra" in read
    move = birthday.take_text(asked_by, TextWritten("5.3.1990", 1))
    assert isinstance(move, Forward)
    (proof,) = move.effects
    assert isinstance(proof, RecordConsent)
    assert (proof.version, proof.sha256) == ("1.1", hashlib.sha256(read.encode()).hexdigest())


def test_the_consent_that_is_withdrawn_takes_the_date_along() -> None:
    standing = standings()["settings"]
    known = replace(standing.profile, birthday_consent=standing.profile.notice, birth_date=date(1990, 3, 5))
    given = replace(standing, profile=known)
    move = settings.take_withdraw(here(given, default_tariff()), ButtonTapped("withdraw", "", "1", "t"))
    assert move.profile is not None
    assert (move.profile.birthday_consent, move.profile.birth_date) == (None, None)
