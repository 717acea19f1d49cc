"""What the paper says to its addressee, who is a data subject, too (KVKK m.10)."""

from __future__ import annotations

from flows.words.text import Text, text

__all__ = ["addressee_notice"]


def addressee_notice(title: str, contact: str) -> Text:
    """Controller, source, purpose, legal basis, recipients, rights and where to ask; short, at the foot of the last
    page. It holds for every letter: of one whose sender has saved the address and of one whose sender has not.

    title: the controller's, as the seller file has it. contact: the seller's e-mail address.
    """
    return text(
        "paper",
        "This letter was sent with MektupX. Data controller: {title}. The sender gave us your name and address. We use"
        " them only to bring you this letter (legitimate interests, KVKK m.5/2-f). Only those who print and deliver it"
        " receive them, and authorities where the law demands it. We erase them once delivery is settled; what the"
        " sender has saved stays until the sender deletes it. To ask, correct, erase or object (KVKK m.11): {contact}",
        title=title,
        contact=contact,
    )
