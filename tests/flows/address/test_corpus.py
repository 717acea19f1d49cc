"""Two hundred and thirty addresses as people type them: none is silently misread, and no question goes in a circle."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from benchmarks.addresses import CORPUS, Judged, Verdict, cases, judged

TURKISH, FOREIGN = 200, 30
"""How many the corpus has, so that a lost line is noticed."""
RIGHT_OR_ASKED = {True: 194, False: 29}
"""The bars: 97 of a hundred Turkish ones, 95 of a hundred foreign ones, right or rightly asked."""


@cache
def found() -> tuple[Judged, ...]:
    return tuple(judged(case) for case in cases(CORPUS))


def test_the_corpus_is_whole() -> None:
    counts = Counter(each.turkish for each in found())
    assert (counts[True], counts[False]) == (TURKISH, FOREIGN)


def test_nothing_is_silently_wrong() -> None:
    """No part stands in another line, is lost, torn or invented, unless somebody was asked."""
    assert [each.case["id"] for each in found() if each.verdict is Verdict.SILENTLY_WRONG] == []


@pytest.mark.parametrize("turkish", [True, False])
def test_nearly_all_are_right_or_rightly_asked(turkish: bool) -> None:
    good = [each for each in found() if each.verdict in (Verdict.RIGHT, Verdict.RIGHTLY_ASKED)]
    assert sum(each.turkish is turkish for each in good) >= RIGHT_OR_ASKED[turkish]


def test_every_question_answered_truthfully_ends_in_two() -> None:
    assert [(each.case["id"], each.asked) for each in found() if len(each.asked) > 2] == []
