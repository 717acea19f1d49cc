"""A discount code, asked for from the order card; codes are no secret, but guessing at them has an end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, GoTo, Here, Move, Stay, Step, button
from flows.order.price_lines import code_name
from flows.order.quoting import code_refused, quoted
from flows.price.discounts import code_key
from flows.words.text import Text, text

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
AN_HOUR, A_DAY = 5, 15  # wrong codes of one person (docs/design.md, "Limits")

UNKNOWN = text(
    "discount",
    "We do not know this code. Could you please check its letters and digits and write it once more? Your order is the"
    " same without a code; “Back” leads to it.",
)
REFUSED: Mapping[str, Text] = {
    "early": text("discount", "The code {code} is not valid yet; its first day is: {first}."),
    "over": text("discount", "The code {code} is not valid any more; its last day was: {last}."),
    "yours": text("discount", "You have used the code {code} already, as often as one person can."),
    "used_up": text("discount", "The code {code} has been used up meanwhile."),
    "product": text("discount", "The code {code} is not for the way of delivery that you have chosen."),
}
"""Why a code does not count (flows.order.quoting.code_refused)."""


def refusal(here: Here, key: str) -> Text | None:
    """Why a code does not count for this order now, None where it does; one that is gone from the tariff is over."""
    code = here.operator.tariff.codes.get(key)
    if code is None:
        return text("discount", "The code {code} is not valid any more.", code=code_name(here.operator.tariff, key))
    because = code_refused(here.standing, code, here.today)
    if not because:
        return None
    name = code_name(here.operator.tariff, key)
    return replace(REFUSED[because], values={"code": name, "first": code.valid_from, "last": code.valid_until})


def ask(here: Here) -> Reply:
    typed = here.draft.discount_code
    if not typed:
        words = text(
            "discount",
            "What is your discount code? You can write it in capital or small letters. Your order waits meanwhile.",
        )
        return Reply(words, ((BACK,),))
    words = text(
        "discount",
        "Your discount code: {code}. To use another one, please write it here.",
        code=code_name(here.operator.tariff, typed),
    )
    return Reply(words, ((button("discount", "Take the code out", "drop"),), (BACK,)))


def take_text(here: Here, said: TextWritten) -> Move:
    tried = tuple(at for at in here.profile.wrong_codes if here.at - at < DAY)
    if sum(here.at - at < HOUR for at in tried) >= AN_HOUR or len(tried) >= A_DAY:
        return Stay(
            say=text(
                "discount",
                "Too many codes were tried. Could you please try again in an hour or later? Your order is the same"
                " without a code; “Back” leads to it.",
            )
        )
    key = code_key(said.text)
    if key not in here.operator.tariff.codes:
        return Stay(say=UNKNOWN, profile=replace(here.profile, wrong_codes=(*tried, here.at)))
    refused = refusal(here, key)
    if refused is not None:
        return Stay(say=refused)
    draft = replace(here.draft, discount_code=key)
    return GoTo(step="begin", draft=draft, say=_taken(here.now(replace(here.standing, draft=draft)), key))


def _taken(here: Here, key: str) -> Text:
    name = code_name(here.operator.tariff, key)
    if quoted(here.operator, here.standing, here.at).code == key:
        return text("discount", "The code is valid: {code}.", code=name)
    return text(
        "discount",
        "The code is valid: {code}. But only one discount applies to an order, and your birthday discount is the better"
        " one for you. We leave your code for another time.",
        code=name,
    )


def take_drop(here: Here, tap: ButtonTapped) -> Move:
    said = text("discount", "We have taken the code out.")
    return GoTo(step="begin", draft=replace(here.draft, discount_code=""), say=said)


STEP = Step(
    name="discount",
    ask=ask,
    accepts=text("discount", "Please write your discount code, or go back to your order."),
    on={TextWritten: take_text},
    taps={"drop": take_drop},
    needed=lambda here: False,
    back="contract",
)
