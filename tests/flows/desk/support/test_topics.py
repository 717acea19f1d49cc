"""What the staff is told of a ticket's topic, and where."""

from __future__ import annotations

from flows.desk.base.effects import EVERYBODY
from flows.desk.support import topics
from tests.flows.desk.support.template_examples import spoken


def test_a_topic_that_was_made_anew_and_one_that_may_be_empty_name_their_ticket() -> None:
    assert spoken(topics.made_anew(41), "en").startswith("#41 · the topic of this ticket was deleted")
    assert spoken(topics.empty_beside(41), "en").startswith("#41 · there was an interruption")


def test_messages_that_the_bot_may_not_delete_are_named_where_they_are() -> None:
    said = topics.not_deleted("-1001234/7", 3, "message can't be deleted")
    assert said.to == "-1001234/7"
    assert "Messages: 3. Telegram's reason: message can't be deleted" in spoken(said.text, "en")


def test_a_topic_that_the_bot_may_not_delete_is_named_to_all_with_a_link() -> None:
    said = topics.not_deleted("-1001234/7", 0, "not enough rights")
    assert said.to == EVERYBODY
    assert "https://t.me/c/1234/7 Telegram's reason: not enough rights" in spoken(said.text, "en")
