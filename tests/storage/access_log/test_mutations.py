"""Whoever can write to database and key store changes the access log: each changed line and each gap is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.access_log.mutations import KINDS, Missed, all_tried

EACH = 4
"""Of each kind here; `make prove` tries 2,000 (its section "access log")."""


@pytest.mark.slow
def test_a_sample_of_mutations_is_named_at_once_and_a_month_later(tmp_path: Path) -> None:
    tried, missed = all_tried(tmp_path, EACH * len(KINDS), seed=3)
    assert (tried, missed) == (72, list[Missed]())
