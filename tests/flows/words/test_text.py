"""Sentences are values: two of the same context and words are one, whatever stands in their places."""

from __future__ import annotations

from flows.core.outgoing import OutgoingMessage
from flows.words.text import plural, text


def test_sentences_can_be_counted_in_a_set() -> None:
    said = {text("a", "Hello"), text("a", "Hello"), text("b", "Hello"), plural("a", "{n} day", "{n} days", 2)}
    assert len(said) == 3


def test_only_the_sign_of_a_tap_or_of_work_is_worth_nothing_later() -> None:
    kinds = ("say", "toast", "busy", "decided", "close")
    assert [kind for kind in kinds if OutgoingMessage(kind).fleeting] == ["toast", "busy"]
