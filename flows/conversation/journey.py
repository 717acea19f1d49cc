"""The sender's journey: the questions in their order, and the side questions that can stand before any of them."""

from __future__ import annotations

from collections.abc import Mapping

from flows.core.step import Here, Step
from flows.steps import (
    address,
    address_check,
    addressee,
    birth_check,
    birth_date,
    birthday,
    blocked,
    cancel,
    code,
    contact,
    contract,
    delivery,
    discount,
    email,
    home,
    invoice,
    language,
    letter,
    mend,
    name,
    national_id,
    notice,
    payment,
    phone,
    posting,
    preview,
    rights,
    sender,
    settings,
    stationery,
    support,
)

__all__ = ["ASIDES", "BEGIN", "JOURNEY", "LEAVING", "RESTING", "STEPS", "further", "next_open"]

# A new step is one file in steps/ and one line here.
JOURNEY: tuple[Step, ...] = (
    notice.STEP,
    birth_date.STEP,
    birth_check.STEP,
    addressee.STEP,
    address.STEP,
    address_check.STEP,
    letter.STEP,
    delivery.STEP,
    preview.STEP,
    name.STEP,
    phone.STEP,
    email.STEP,
    code.STEP,
    invoice.STEP,
    national_id.STEP,
    contract.STEP,
    payment.STEP,
    home.STEP,
)

# Beside the way: reached by name, left by name.
DETOURS: tuple[Step, ...] = (
    blocked.STEP,
    stationery.STEP,
    sender.STEP,
    posting.STEP,
    mend.STEP,
    contact.STEP,
    discount.STEP,
)

# Standing before whatever question is open; answered or closed, that question is asked again.
ASIDES: tuple[Step, ...] = (
    support.STEP,
    rights.MYDATA,
    rights.ERASE,
    settings.STEP,
    settings.FORGET,
    settings.FORGET_INVOICE,
    language.STEP,
    birthday.STEP,
    cancel.CANCEL,
    cancel.RESTART,
    cancel.CANCEL_ORDER,
)

LEAVING = frozenset(
    {"cancel", "restart", "cancel_order"}
)  # side questions about the draft: their answer moves the journey itself
# Where a question can be left open for later: what is changed before one of them has been taken in.
RESTING = frozenset({"preview", "contract", "payment", "home"})

STEPS: Mapping[str, Step] = {step.name: step for step in (*JOURNEY, *DETOURS, *ASIDES)}
BEGIN = "begin"  # the first question that is still needed


def next_open(here: Here) -> str:
    """The first question of the way that is still needed: a new letter's, or what is left after an answer."""
    return next(step.name for step in JOURNEY if step.needed(here))


def further(name: str, than: str) -> bool:
    """Whether a question stands further along the way; one beside the way stands where it leads back to."""
    return _place(name) > _place(than)


def _place(name: str) -> int:
    names = [step.name for step in JOURNEY]
    while name and name not in names:
        name = STEPS[name].back
    return names.index(name) if name else 0
