"""What an older version has written is still read: an invoice was one text, its name in the first line."""

from __future__ import annotations

import msgspec
import pytest

from flows.core.state import Draft, Profile
from flows.input.doubt import Doubt, Reason
from flows.input.manuscript import Manuscript
from flows.invoice.party import InvoiceParty
from flows.words.styles import Kind, Style
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


def test_a_letter_from_before_there_was_formatting_is_set_plainly() -> None:
    assert codecs.read_manuscript(
        b'{"parts": [[1, "bir"]], "doubts": [{"message": 2, "words": "tamam", "reason": "word"}]}'
    ) == (Manuscript(((1, "bir"),), doubts=(Doubt(2, "tamam", Reason.WORD),)))


def test_a_letter_is_read_as_it_was_set() -> None:
    bold = (Style(0, 3, Kind.BOLD),)
    words = Manuscript(((1, "bir"),), doubts=(Doubt(2, "tamam", Reason.WORD, styles=bold),), styles=((1, bold),))
    assert codecs.read_manuscript(codecs.write_letter(words, Draft(order="a"))) == words


def test_what_is_broken_otherwise_is_refused_still() -> None:
    with pytest.raises(msgspec.ValidationError):
        codecs.read_profile(b'{"invoice": 3}')
