"""The error of a partner: whoever we depend on did not do what was asked, and says whether trying again can help."""

from __future__ import annotations

__all__ = ["PartnerError"]


class PartnerError(Exception):
    """A bank, a mail server, a print room or a messenger failed us. With `retry` the same call may succeed later;
    without, it never will.

    The message is for the operator: it names the partner and the call, never a person, a token or a secret. said: how
    the staff hears of it, "" as of any other.
    """

    def __init__(self, message: str, *, retry: bool, said: str = "") -> None:
        super().__init__(message)
        self.retry = retry
        self.said = said
