"""What an older version has written is still read: an invoice was one text, its name in the first line."""

from __future__ import annotations

import msgspec
import pytest

from flows.core.state import Draft, Profile
from flows.invoice.party import InvoiceParty
from storage.keys import codecs

WRITTEN = "Işıl İnci\nIhlamur Sok. No: 3, 06420 Çankaya, Ankara"
PARTY = InvoiceParty("Işıl İnci", "Ihlamur Sok. No: 3, 06420 Çankaya, Ankara", il="Ankara", ilce="Çankaya")


def older(value: object, *place: str, text: str) -> bytes:
    """The value as it was written then."""
    held = around = msgspec.to_builtins(value)
    for name in place[:-1]:
        around = around[name]
    around[place[-1]] = text
    return msgspec.json.encode(held)


@pytest.mark.parametrize(("text", "party"), [(WRITTEN, PARTY), ("", None)])
def test_profiles_drafts_and_answers(text: str, party: InvoiceParty | None) -> None:
    profile = codecs.read_profile(older(Profile(name="Işıl İnci"), "invoice", text=text))
    assert profile == Profile(name="Işıl İnci", invoice=party)
    notes = codecs.read_notes(older(codecs.ConversationBody(Draft(order="a")), "draft", "invoice", text=text))
    assert notes.draft == Draft(order="a", invoice=party)
    answers = codecs.read_answers(older(codecs.Answers(Draft(revision=3)), "draft", "invoice", text=text))
    assert answers.draft == Draft(revision=3, invoice=party)


def test_the_invoice_of_an_order() -> None:
    assert codecs.read_invoice(msgspec.json.encode({"party": WRITTEN})).party == PARTY


def test_what_is_written_now_is_read_as_it_is() -> None:
    profile = Profile(invoice=PARTY)
    assert codecs.read_profile(codecs.write(profile)) == profile


def test_what_is_broken_otherwise_is_refused_still() -> None:
    with pytest.raises(msgspec.ValidationError):
        codecs.read_profile(b'{"invoice": 3}')
