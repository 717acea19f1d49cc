"""How fast a messenger lets us speak: what Telegram allows, written by hand, and what is really asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.messenger.rate_limits import RATES, Limits

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


def schedule(addresses: list[str]) -> list[datetime]:
    """When messages go that are all there at noon, one after another to these chats."""
    limits = Limits(RATES)
    return [NOON + timedelta(seconds=limits.wait(address, NOON)) for address in addresses]


def most_within(sent: list[datetime], seconds: float) -> int:
    """The largest number in any stretch of so many seconds, its end left out."""
    ends = ((start, start + timedelta(seconds=seconds)) for start in sent)
    return max(sum(start <= one < end for one in sent) for start, end in ends)


# (chats, messages, seconds, at most so many): core.telegram.org/bots/faq, “My bot is hitting limits”
ALLOWED = {
    "a group: twenty a minute": (["-1001"], 100, 60, 20),
    "a group: its topics share the twenty": (["-1001/1", "-1001/2", "-1001"], 100, 60, 20),
    "a private chat: one a second after a burst of three": (["5001"], 100, 10, 12),
    "a private chat: three at once": (["5001"], 100, 1, 3),
    "everybody together: thirty a second": ([str(chat) for chat in range(5000, 5200)], 200, 1, 30),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_never_faster_than_telegram_allows(name: str) -> None:
    chats, messages, seconds, allowed = ALLOWED[name]
    sent = schedule([chats[nth % len(chats)] for nth in range(messages)])
    assert most_within(sent, seconds) <= allowed


# what stands at the end of the queue is not sent later than needed
LAST = {
    "the third of a burst": (["5001"] * 3, 0),
    "the fourth of a burst": (["5001"] * 4, 3),
    "the twentieth of a group": (["-1001"] * 20, 18),
    "the twenty-first of a group": (["-1001"] * 21, 60),
    "the thirtieth of everybody": ([str(chat) for chat in range(5000, 5030)], 0),
    "the thirty-first of everybody": ([str(chat) for chat in range(5000, 5031)], 1),
}


@pytest.mark.parametrize("name", LAST)
def test_the_last_message_waits_this_long(name: str) -> None:
    addresses, seconds = LAST[name]
    assert schedule(addresses)[-1] == NOON + timedelta(seconds=seconds)


def test_two_groups_do_not_wait_for_each_other() -> None:
    assert schedule([*["-1001"] * 20, "-1002"])[-1] < NOON + timedelta(seconds=1) + timedelta(seconds=18)


def test_a_place_is_not_taken_by_whoever_does_not_want_to_wait_so_long() -> None:
    limits = Limits(RATES)
    for _ in range(3):
        limits.wait("5001", NOON)
    assert [limits.wait("5001", NOON, most=1) for _ in range(2)] == [3, 3]
    assert [limits.wait("5001", NOON) for _ in range(4)] == [3, 3, 3, 6]
