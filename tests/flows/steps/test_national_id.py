"""The payer's identity number is asked for only where the institution demands it, checked, and kept for one payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.conversation import machine
from flows.conversation.journey import next_open
from flows.core.events import Envelope, LinkExpired, Moment, TextWritten
from flows.core.state import Draft
from flows.core.step import Forward, Here, Operator, Stay
from flows.input.manuscript import Manuscript
from flows.invoice.party import InvoiceParty
from flows.steps import national_id
from storage.keys import codecs
from tests.dialogue import operator
from tests.flows.conversation.test_machine import standings

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
NUMBER = "10000000146"


def demanding() -> Operator:
    return replace(operator(), national_id=True)


def here(asked_by: Operator) -> Here:
    """Somebody whose order card is open."""
    return Here(standings()["contract"], asked_by, NOON, "f" * 32)


def test_it_is_asked_for_where_the_institution_demands_it_and_nowhere_else() -> None:
    assert next_open(here(operator())) == "contract"
    assert next_open(here(demanding())) == "national_id"
    given = here(demanding())
    given = given.now(replace(given.standing, draft=replace(given.draft, national_id=NUMBER)))
    assert next_open(given) == "contract"


# what is written -> whether it is taken as 10000000146
WRITTEN = {
    NUMBER: True,
    " 100 000 001 46 ": True,
    "١٠٠٠٠٠٠٠١٤٦": True,
    "10000000147": False,  # its last digit checks the others
    "00000000146": False,  # none begins with 0
    "1000000014": False,
    "bilmiyorum": False,
    "": False,
    "1" * 4000: False,
}


@pytest.mark.parametrize("typed", WRITTEN)
def test_a_number_is_taken_only_with_its_check_digits(typed: str) -> None:
    move = national_id.take_text(here(demanding()), TextWritten(typed, 1))
    assert isinstance(move, Forward if WRITTEN[typed] else Stay)
    if WRITTEN[typed]:
        assert move.draft is not None and move.draft.national_id == NUMBER


def test_no_digest_of_it_is_kept_to_compare_with() -> None:
    """Beside the letter it would outlive the number, and there are few enough to try them all."""
    standing = replace(standings()["contract"], step="national_id")
    said = Envelope("1", standing.person, TextWritten(NUMBER, 77), Moment(NOON, "f" * 32))
    draft = machine.advance(demanding(), standing, said).standing.draft
    assert draft.national_id == NUMBER and 77 not in dict(draft.heard)


def test_it_goes_with_an_order_that_was_not_paid() -> None:
    standing = standings()["payment"]
    standing = replace(standing, draft=replace(standing.draft, national_id=NUMBER))
    event = Envelope("1", standing.person, LinkExpired(standing.draft.order), Moment(NOON, "f" * 32))
    after = machine.advance(demanding(), standing, event).standing
    assert after.draft.invoice and after.draft.national_id == ""


def test_it_is_not_sealed_beside_an_ordered_letter() -> None:
    body = codecs.write_letter(Manuscript(), Draft(national_id=NUMBER, invoice=InvoiceParty("Işıl İnci")))
    assert NUMBER not in body.decode() and "Işıl İnci" in body.decode()
