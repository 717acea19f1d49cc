"""The payer's national identity number (TCKN), asked for only where the payment institution demands it.

It stays sealed in the draft until the order is paid or closed, goes to that institution alone, and is kept nowhere else
(KVKK m.4: as much as the purpose needs).
"""

from dataclasses import replace

from stdnum.tr import tckimlik

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.words.digits import ascii_digits
from flows.words.text import text

NEEDED = text(
    "national_id",
    "The payment institution asks for the payer's Turkish identity number (TCKN). We pass it on for this payment only"
    " and do not keep it. What is it? Eleven digits. Example: 10000000146",
)
WRONG = text(
    "national_id",
    "There seems to be a typo in this number. A Turkish identity number has eleven digits, and the last two check the"
    " others. Could you please write it again? Example: 10000000146",
)


def ask(here: Here) -> Reply:
    return Reply(NEEDED, ((BACK,),))


def take_text(here: Here, said: TextWritten) -> Move:
    number = "".join(sign for sign in ascii_digits(said.text) if not sign.isspace() and sign not in ".-")
    if not any(map(str.isdigit, number)):
        return Stay(say=NEEDED)  # somebody asks why
    if not tckimlik.is_valid(number):
        return Stay(say=WRONG)
    return Forward(
        say=text("national_id", "Noted, for this payment only."), draft=replace(here.draft, national_id=number)
    )


STEP = Step(
    name="national_id",
    ask=ask,
    accepts=WRONG,
    on={TextWritten: take_text},
    needed=lambda here: here.operator.national_id and not here.draft.national_id and not here.draft.order,
    back="invoice",
)
