"""Answers to people who are no senders of ours: the staff is given the words, and posts them."""

from __future__ import annotations

from flows.core.retention_notice import Days
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.desk.base.turns import reply
from flows.desk.base.wording import LANGUAGES
from flows.desk.requests.table import UNDECIDED, DataRequest
from flows.desk.requests.wording import UNDECIDED as NOBODY_DECIDED
from flows.desk.requests.wording import refusal
from flows.words.dates import today_in_istanbul
from flows.words.text import Lines, Verbatim, text

__all__ = ["days", "to_be_posted", "unsent"]

BY_POST = text(
    "request", "Whoever asked is no sender of ours: please send this answer by post, in the language of their letter."
)


def to_be_posted(asked: Asked, answer: Lines) -> Say:
    """In each language: in which one a letter was written, only its reader knows."""
    assert asked.operator is not None
    written = ("\n\n".join(asked.speak(part, one) for part in answer.parts) for one in LANGUAGES)  # type: ignore[arg-type]
    return reply(asked, Lines((BY_POST, *(Verbatim(one) for one in written)), "\n\n"))


def days(asked: Asked, request: DataRequest) -> Days:
    """Of a request that is answered now."""
    return Days(today_in_istanbul(request.opened_at), today_in_istanbul(asked.at))


def unsent(asked: Asked, request: DataRequest) -> tuple[Say, ...]:
    """The answer of a request that nobody decided: it was given on its last day, and a person has to post it."""
    if request.person or request.article != UNDECIDED or request.closed_at is None:
        return ()
    given = Days(today_in_istanbul(request.opened_at), today_in_istanbul(request.closed_at))
    return (to_be_posted(asked, refusal(request.number, NOBODY_DECIDED, request.article, given)),)
