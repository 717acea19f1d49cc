"""When the staff is told of a trouble: at once, once a day while it lasts, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.desk.admin import alarms
from flows.desk.admin.alarms import ALARMS, NAMES, LastingAlarm, due
from locales import LANGUAGES, say
from storage.monitoring.alarms import QUERIES

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAME = "prints_stuck"
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)

# How many rows, what the staff was told and when, what follows: (to be told, over)
CASES = {
    "all is well": (0, None, ([], [])),
    "something is new": (3, None, ([NAME], [])),
    "it lasts, and was told a moment ago": (3, LastingAlarm(NOON - MOMENT, NOON - MOMENT), ([], [])),
    "it lasts for another day": (3, LastingAlarm(NOON - DAY, NOON - DAY), ([NAME], [])),
    "it lasts for almost a day": (3, LastingAlarm(NOON - DAY, NOON - DAY + MOMENT), ([], [])),
    "nobody could be reached at first": (3, LastingAlarm(NOON - MOMENT, None), ([NAME], [])),
    "it is over": (0, LastingAlarm(NOON - DAY, NOON - DAY), ([], [NAME])),
}


@pytest.mark.parametrize("name", CASES)
def test_the_staff_is_told_what_is_new_lasting_or_over(name: str) -> None:
    count, known, follows = CASES[name]
    assert due({NAME: count}, {} if known is None else {NAME: known}, NOON) == follows


def test_every_trouble_has_a_question_a_remedy_and_a_name_for_its_end() -> None:
    assert set(ALARMS) == set(QUERIES) == set(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_how_many_and_what_to_do(name: str, language: str) -> None:
    what, remedy = say(alarms.told(name, 1234), language).split("\n")
    assert what.endswith(": 1.234" if language == "tr" else ": 1,234")
    assert remedy.endswith((".", "?"))
    assert len(say(alarms.over(list(ALARMS)), language)) < 4096
