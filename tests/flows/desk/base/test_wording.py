"""What the staff is told of an order is said to the staff, and each language of a sender has its name in the other."""

from __future__ import annotations

from flows.core.state import State
from flows.desk.base.wording import LANGUAGES, STATES
from flows.order import notifications
from flows.steps.language import NAMES
from locales import LANGUAGES as SPOKEN
from locales import say


def test_every_state_has_words_and_none_speaks_to_the_staff_as_to_a_sender() -> None:
    assert STATES.keys() == set(State)
    for language, your in (("tr", "kararınız"), ("en", "your")):
        assert your in say(notifications.STATES[State.RETURNED], language)
        assert not any(your in say(words, language) for words in STATES.values())


def test_states_that_need_different_hands_read_differently() -> None:
    said = [say(words, "tr") for words in STATES.values()]
    assert len(set(said)) == len(said)


def test_a_language_is_named_in_the_readers_own() -> None:
    assert LANGUAGES.keys() == NAMES.keys() == set(SPOKEN)
    assert say(LANGUAGES["en"], "tr") == "İngilizce" and say(LANGUAGES["tr"], "en") == "Turkish"
