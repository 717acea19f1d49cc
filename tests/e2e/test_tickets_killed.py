"""A small sample of the desk's proof: both bots are killed while people talk, and nothing is lost or out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove.tickets import prove


@pytest.mark.timeout(900)  # four starts of a whole process each
async def test_while_both_bots_are_killed_every_word_arrives_in_its_order(tmp_path: Path) -> None:
    report = await prove(tmp_path, tickets=4, each=2, kills=1, seed=7)
    assert report.good, report
    assert (report.kills, report.messages) == (2, 16)
