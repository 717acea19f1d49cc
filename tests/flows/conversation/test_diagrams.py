"""The two diagrams are drawn from the tables: these lines, written by hand, stand in them, and those do not."""

from __future__ import annotations

import pytest

from flows.conversation import diagrams

ORDER = """
[*] --> linking: contract accepted
linking --> awaiting: link opened
linking --> expired: link refused / ForgetInvoice
awaiting --> queued: paid / AcceptPayment, QueueForPrint, CloseLink
awaiting --> held: wrong amount paid / AcceptPayment, CloseLink
awaiting --> cancelled: cancelled / ShredLetter, ForgetInvoice, CloseLink
awaiting --> expired: link expired / ForgetInvoice
queued --> cancelled: cancelled / ShredLetter, Refund
queued --> printing: claimed / LeasePrint
printing --> stuck: stuck / ParkPrint
printing --> dispatched: dispatched / ClearOutbox
printing --> cancelled: stop was first / ShredLetter, Refund
stuck --> dispatched: found printed / ClearOutbox
dispatched --> erased: key destroyed
dispatched --> printed: scanned printed / RecordScan, RemoveFromTray, SetTimer
printed --> posted: scanned posted / RecordScan
posted --> returned: scanned returned / RecordScan, SetTimer
returned --> reposting: post it again
returned --> destroying: destroy it unopened
destroying --> destroyed: scanned destroyed / RecordScan
posted --> [*]
cancelled --> [*]
"""
NEVER = (
    "cancelled --> queued", "expired --> queued", "held --> queued", "linking --> printing", "awaiting --> printing",
    "erased --> cancelled", "posted --> cancelled", "printed --> dispatched",
)  # fmt: skip

CONVERSATION = """
notice --> birth_date
birth_date --> birth_check
addressee --> address
invoice --> national_id
national_id --> contract
contract --> payment
birth_check --> blocked
delivery --> sender
any([any question]) --> support
"""


@pytest.mark.parametrize("line", ORDER.strip().splitlines())
def test_the_order_goes_this_way(line: str) -> None:
    assert f"    {line}" in diagrams.order().splitlines()


@pytest.mark.parametrize("way", NEVER)
def test_the_order_never_goes_that_way(way: str) -> None:
    assert way not in diagrams.order()


@pytest.mark.parametrize("line", CONVERSATION.strip().splitlines())
def test_the_conversation_goes_this_way(line: str) -> None:
    assert f"    {line}" in diagrams.conversation().splitlines()


def test_both_are_drawn_as_mermaid() -> None:
    assert diagrams.drawings().count("```mermaid\n") == 2
