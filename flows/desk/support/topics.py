"""What the staff is told of a ticket's topic: that it was made anew, or that something of it has to go by hand."""

from __future__ import annotations

from flows.desk.base.effects import EVERYBODY, Say
from flows.words.text import Count, Text, Verbatim, text

__all__ = ["empty_beside", "made_anew", "not_deleted"]


def made_anew(number: int) -> Text:
    return text(
        "ticket",
        "#{number} · the topic of this ticket was deleted, so it goes on here, without what was said before.",
        number=number,
    )


def empty_beside(number: int) -> Text:
    """After a crash, or a lost answer, while a topic was made."""
    return text(
        "ticket",
        "#{number} · there was an interruption while this topic was made. If there is an empty one with the same number"
        " beside it, please delete that one.",
        number=number,
    )


def not_deleted(handle: str, messages: int, reason: str) -> Say:
    """After an erasure: told where the messages are, or to all where it is a topic; a link leads there."""
    chat, _, thread = handle.partition("/")
    if messages:
        said = text(
            "ticket",
            "A ticket was erased, but Telegram does not let the bot delete some of its messages in this chat. Please"
            " delete them by hand. Messages: {n}. Telegram's reason: {reason}",
            n=Count(messages),
            reason=Verbatim(reason),
        )
        return Say(said, to=handle)
    link = f"https://t.me/c/{chat.removeprefix('-100')}/{thread}"
    said = text(
        "ticket",
        "A ticket was erased, but Telegram does not let the bot delete its topic. Please delete it by hand: {link}"
        " Telegram's reason: {reason}",
        link=Verbatim(link),
        reason=Verbatim(reason),
    )
    return Say(said, to=EVERYBODY)
