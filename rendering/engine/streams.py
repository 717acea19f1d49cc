"""Says where the bytes of a stream end, where a carriage return at their end would leave that open.

ISO 19005-2, 6.1.7.1 counts the bytes up to the end of the line before `endstream`, and a carriage return with a line
feed is one end of a line (ISO 32000-1, 7.2.3). One of 256 compressed streams ends like that.
"""

from __future__ import annotations

from typing import Any, Final

import pydyf  # type: ignore[import-untyped]

__all__ = ["data"]

_theirs: Final = pydyf.Stream.data.fget
_OPEN, _SAID = b"\r\nendstream", b"\r\r\nendstream"


def data(stream: Any) -> bytes:
    """See `pydyf.Stream.data`."""
    written: bytes = _theirs(stream)
    return written.removesuffix(_OPEN) + _SAID if written.endswith(_OPEN) else written
