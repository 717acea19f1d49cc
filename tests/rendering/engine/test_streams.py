"""Where a stream ends is said, whatever byte its last one is."""

from __future__ import annotations

import re

import pydyf
import pytest

from rendering import engine

engine.install()


@pytest.mark.parametrize("last", [b"\r", b"\n", b"\r\n", b"x", b""], ids=repr)
def test_the_bytes_before_the_end_of_the_line_are_as_many_as_it_says(last: bytes) -> None:
    written = pydyf.Stream([b"words" + last]).data
    told = re.fullmatch(rb"<</Length (\d+)>>\nstream\n(.*?)(?:\r\n|\n|\r)endstream", written, re.DOTALL)
    assert told
    assert told[2] == b"words" + last
    assert int(told[1]) == len(told[2])
