"""The sender's telephone number: shared with a button (verified) or typed (declared)."""

import re
from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ContactShared, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.input.contact import read_phone
from flows.steps import email
from flows.words.text import Text, text

E164 = re.compile(r"[1-9][0-9]{6,14}")  # ITU-T E.164: fifteen digits at most
SHARE = text("phone", "Share my number")
NOT_OWN = text(
    "phone",
    "The contact you shared does not seem to be your own. You can share your own number with the button, or type it."
    " Example: 05XX XXX XX XX",
)


def ask(here: Here) -> Reply:
    return Reply(
        text("phone", "You can share your telephone number with the button, or type it."), ((BACK,),), contact=SHARE
    )


def _keep(here: Here, phone: str | Text, *, verified: bool) -> Move:
    if isinstance(phone, Text):
        return Stay(say=phone)
    known = replace(here.profile, phone=phone, phone_verified=verified)
    return email.onward(here, Forward(say=text("phone", "Thanks."), profile=known))


def take_text(here: Here, said: TextWritten) -> Move:
    return _keep(here, read_phone(said.text), verified=False)


def take_contact(here: Here, shared: ContactShared) -> Move:
    """Telegram has verified a shared number: what our metadata does not know yet is taken all the same."""
    if not shared.own:
        return Stay(say=NOT_OWN)
    digits = "".join(sign for sign in shared.phone if sign.isdecimal())
    return _keep(here, f"+{digits}" if E164.fullmatch(digits) else read_phone(shared.phone), verified=True)


STEP = Step(
    name="phone",
    ask=ask,
    accepts=text("phone", "Please share your number with the button, or type it. Example: 05XX XXX XX XX"),
    on={TextWritten: take_text, ContactShared: take_contact},
    needed=lambda here: not here.profile.phone,
    back="name",
)
