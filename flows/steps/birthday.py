"""The explicit consent to keep the birth date for a birthday discount: separate, off by default, never a condition."""

import hashlib
from dataclasses import replace
from datetime import date

from flows.core.effects import RecordConsent, Reply
from flows.core.events import TextWritten
from flows.core.state import Acceptance
from flows.core.step import Forward, Here, Move, Stay, Step, button
from flows.input.age import is_adult, read_birth_date
from flows.price.discounts import BirthdayDiscount
from flows.steps.birth_date import EXAMPLE
from flows.words.text import Text, plural, text

VERSION = "1.1"
CLOSE = ((button("support", "Never mind", "close"),),)
NONE_NOW = text("birthday", "There is no birthday discount at the moment, so we do not ask for your date of birth.")


def words(discount: BirthdayDiscount) -> Text:
    """What is consented to, with what the tariff gives for it."""
    return plural(
        "birthday",
        "If you like, we keep your birth date to give you a birthday discount: {discount} off one order a year that you"
        " confirm at most {n} day before or after your birthday. This is your explicit consent and entirely up to you:"
        " ordering works the same without it, and you can withdraw it at any time in /settings with one tap."
        " To consent, write your date of birth. Example: {example}",
        "If you like, we keep your birth date to give you a birthday discount: {discount} off one order a year that you"
        " confirm at most {n} days before or after your birthday. This is your explicit consent and entirely up to you:"
        " ordering works the same without it, and you can withdraw it at any time in /settings with one tap."
        " To consent, write your date of birth. Example: {example}",
        discount.days,
        discount=discount.reduction.shown,
        example=EXAMPLE,
    )


def ask(here: Here) -> Reply:
    discount = here.operator.tariff.birthday
    return Reply(words(discount) if discount else NONE_NOW, CLOSE)


def take_text(here: Here, said: TextWritten) -> Move:
    discount = here.operator.tariff.birthday
    if discount is None:
        return Stay(say=NONE_NOW)  # nothing is kept that nothing is given for
    birth = read_birth_date(said.text, here.today)
    if not isinstance(birth, date):
        return Stay(say=birth)
    if not is_adult(birth, here.today):
        return Stay(say=text("birthday", "This date would mean that you are under 18. Could you please check it?"))
    asked = here.operator.words(words(discount), here.profile.language)  # the very words that are consented to
    shown = hashlib.sha256(asked.encode()).hexdigest()
    consent = Acceptance(VERSION, shown, here.at)
    return Forward(
        say=text("birthday", "Thank you, your consent is recorded. You can withdraw it at any time in /settings."),
        profile=replace(here.profile, birthday_consent=consent, birth_date=birth),
        effects=(RecordConsent("birthday", VERSION, shown),),
    )


STEP = Step(
    name="birthday",
    ask=ask,
    accepts=text("birthday", "Please write your date of birth to consent, or tap “Never mind”."),
    on={TextWritten: take_text},
    taps={"close": lambda here, tap: Forward()},
    needed=lambda here: False,
    settled=True,
)
