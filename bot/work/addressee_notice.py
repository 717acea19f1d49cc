"""What the paper says to its addressee, who is a data subject, too (KVKK m.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flows.words.text import Text, text

__all__ = ["CHANNELS", "addressee_notice"]

TELEGRAM: Final = "telegram"
CHANNELS: Final = (TELEGRAM, "")
"""One for each wording."""


BY_TELEGRAM = text(
    "paper",
    "This letter was sent with MektupX. Data controller: {title}. The sender wrote your name and address to us on"
    " Telegram; we use them only to bring you this letter (legitimate interests, KVKK m.5/2-f). They pass only through"
    " Telegram (abroad) and go to those who print and deliver it, and to authorities where the law demands it. We erase"
    " them once delivery is settled; what the sender has saved stays until they delete it. To ask, correct, erase or"
    " object (KVKK m.11): {contact}",
)
BY_MESSENGER = text(
    "paper",
    "This letter was sent with MektupX. Data controller: {title}. The sender wrote your name and address to us in a"
    " messenger; we use them only to bring you this letter (legitimate interests, KVKK m.5/2-f). They pass only through"
    " that messenger and go to those who print and deliver it, and to authorities where the law demands it. We erase"
    " them once delivery is settled; what the sender has saved stays until they delete it. To ask, correct, erase or"
    " object (KVKK m.11): {contact}",
)


def addressee_notice(title: str, contact: str, *, channel: str = TELEGRAM) -> Text:
    """Controller, source, purpose, legal basis, recipients, transfer, rights and where to ask; short, at the foot of
    the last page. It holds for every letter: of one whose sender has saved the address and of one whose sender has not.

    title: the controller's, as the seller file has it. contact: the seller's e-mail address. channel: the messenger in
    which the sender has written.
    """
    said = BY_TELEGRAM if channel == TELEGRAM else BY_MESSENGER
    return replace(said, values={"title": title.removesuffix("."), "contact": contact})  # "Ltd. Şti." ends a sentence
