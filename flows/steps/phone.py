"""The sender's telephone number: shared with a button (verified) or typed (declared), and read back."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, ContactShared, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step, button
from flows.input.phone import E164, doubtful, has_no_texts, read_phone
from flows.steps import email
from flows.words.digits import ascii_digits
from flows.words.text import Phone, Text, text

SHARE = text("phone", "Share my number")
NOT_OWN = text(
    "phone",
    "The contact you shared does not seem to be your own. You can share your own number with the button, or type it."
    " Example: 05XX XXX XX XX",
)


def ask(here: Here) -> Reply:
    """A number that nobody knows is asked about, like a date of birth."""
    if here.draft.phone:
        unknown = text(
            "phone", "We do not know numbers of this kind: {phone}. Is it right?", phone=Phone(here.draft.phone)
        )
        return Reply(unknown, ((button("buttons", "Yes", "yes"), button("buttons", "Correct it", "fix")), (BACK,)))
    return Reply(
        text("phone", "You can share your telephone number with the button, or type it."), ((BACK,),), contact=SHARE
    )


def _keep(here: Here, phone: str, *, verified: bool) -> Move:
    known = replace(here.profile, phone=phone, phone_verified=verified)
    kept = Forward(say=thanks(phone), profile=known, draft=replace(here.draft, phone=""))
    return email.onward(here, kept)


def thanks(phone: str) -> Text:
    """The number is read back."""
    if has_no_texts(phone):
        return text(
            "phone",
            "Thanks. Your number: {phone}. It is a landline or a switchboard, and that is fine: our news come into this"
            " chat and, where we cannot reach it, by e-mail.",
            phone=Phone(phone),
        )
    return text("phone", "Thanks. Your number: {phone}.", phone=Phone(phone))


def take_text(here: Here, said: TextWritten) -> Move:
    phone = read_phone(said.text)
    if isinstance(phone, Text):
        return Stay(say=phone)
    if doubtful(phone):
        return Stay(draft=replace(here.draft, phone=phone), ask=True)
    return _keep(here, phone, verified=False)


def take_contact(here: Here, shared: ContactShared) -> Move:
    """Telegram has verified a shared number: what our metadata does not know yet is taken all the same."""
    if not shared.own:
        return Stay(say=NOT_OWN)
    phone = "+" + "".join(sign for sign in ascii_digits(shared.phone) if sign.isdecimal())
    if not E164.fullmatch(phone):
        return take_text(here, TextWritten(shared.phone, 0))
    return _keep(here, phone, verified=True)


def take_yes(here: Here, tap: ButtonTapped) -> Move:
    return _keep(here, here.draft.phone, verified=False)


def take_fix(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, phone=""), ask=True)


STEP = Step(
    name="phone",
    ask=ask,
    accepts=text("phone", "Please share your number with the button, or type it. Example: 05XX XXX XX XX"),
    on={TextWritten: take_text, ContactShared: take_contact},
    taps={"yes": take_yes, "fix": take_fix},
    needed=lambda here: not here.profile.phone,
    back="name",
)
