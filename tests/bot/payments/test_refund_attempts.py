"""An attempt to send money back is noted by one process, which alone sends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.payments.provider import ProviderError, Reference
from bot.payments.refund_attempts import SETTLING, RefundAttempts
from tests.fakes import FakeReferences

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class ReadBefore(FakeReferences):
    """What another process read before we noted ours."""

    def __init__(self, shared: FakeReferences) -> None:
        super().__init__()
        self.noted, self._read = shared.noted, list(shared.noted)

    async def of(self, order: str) -> tuple[Reference, ...]:
        return tuple(reference for of, reference in self._read if of == order)


@pytest.mark.parametrize("whole", [True, False])
async def test_of_two_processes_that_have_read_the_same_one_sends(whole: bool) -> None:
    references = FakeReferences()
    late = RefundAttempts("PayTR", ReadBefore(references))
    attempt = await RefundAttempts("PayTR", references).begin("P1", "refund:P1", NOW, whole=whole)
    assert attempt == Reference("payment", "refund:P1#1", until=NOW + SETTLING)
    with pytest.raises(ProviderError, match="somebody else") as waits:
        await late.begin("P1", "refund:P1", NOW, whole=whole)
    assert (waits.value.retry, waits.value.said) == (True, "")
    assert references.noted == [("P1", attempt)]


async def test_an_attempt_is_new_also_where_an_earlier_one_is_forgotten() -> None:
    """Those that were noted under an order go with its erasure."""
    references, later = FakeReferences(), NOW + timedelta(days=1)
    await references.note("P1", Reference("payment", "refund:P1#2", until=NOW))
    attempt = await RefundAttempts("PayTR", references).begin("P1", "refund:P1", later, whole=True)
    assert attempt.name == "refund:P1#3"
