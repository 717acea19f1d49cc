"""A sender's commands: found however they are typed, and carried out below a file as well."""

from __future__ import annotations

import pytest

from flows.conversation.commands import find
from flows.core.effects import OpenTicket, Reply
from flows.core.events import CommandGiven, TextWritten
from flows.core.state import Turn
from flows.letter.unprintable_files import CANNOT_BE_PRINTED
from flows.words.text import Lines, Text
from tests.flows.conversation.test_machine import after, standings

TYPED: dict[str, tuple[str, ...]] = {
    "start": ("start", "START", "Start", "staRt"),
    "yeni": ("yeni", "YENİ", "Yeni", "YENI", "new", "NEW"),
    "siparisler": ("siparişler", "SİPARİŞLER", "Siparisler", "sıparısler", "orders"),
    "destek": ("destek", "DESTEK", "support", "SUPPORT"),
    "verilerim": ("VERİLERİM", "verılerım", "mydata"),
    "sil": ("sil", "SİL", "SIL", "erase"),
    "ayarlar": ("AYARLAR", "settings", "SETTİNGS"),
    "dil": ("dil", "DİL", "language"),
    "gizlilik": ("GİZLİLİK", "gızlılık", "privacy", "prıvacy"),
    "iptal": ("İptal", "IPTAL", "i\u0307ptal", "I\u0307PTAL", "cancel"),
    "yardim": ("yardım", "YARDIM", "Yardım", "help"),
}


@pytest.mark.parametrize(("name", "typed"), [(name, one) for name, many in TYPED.items() for one in many])
def test_a_command_is_found_in_any_case_and_with_turkish_letters(name: str, typed: str) -> None:
    found = find(typed)
    assert found is not None and found.name == name


@pytest.mark.parametrize("typed", ["", "iptal et", "yardim2", "siparis", "x" * 64])
def test_what_is_no_command_is_not_found(typed: str) -> None:
    assert find(typed) is None


def said(turn: Turn) -> list[str]:
    """The first sentence of each message."""
    replies = [effect.text for effect in turn.effects if isinstance(effect, Reply)]
    first = [one.parts[0] if isinstance(one, Lines) else one for one in replies]
    return [one.message if isinstance(one, Text) else one.words for one in first]


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video"])
def test_below_a_file_a_command_is_carried_out_and_the_file_is_named(kind: str) -> None:
    turn = after(standings()["letter"], CommandGiven("yardım", "", 9001, kind))
    assert said(turn) == [CANNOT_BE_PRINTED[kind].message, "You can write any of these:"]
    assert turn.standing.draft.manuscript == standings()["letter"].draft.manuscript


def test_a_question_below_a_voice_message_goes_to_the_desk_and_the_voice_is_said_not_to() -> None:
    turn = after(standings()["letter"], CommandGiven("DESTEK", "Dinler misiniz?", 9001, "voice"))
    assert [effect for effect in turn.effects if isinstance(effect, OpenTicket)] == [
        OpenTicket("Dinler misiniz?", 9001)
    ]
    assert said(turn) == ["Words and pictures reach the support desk; the file that you sent with them does not."]


@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u202a", "\ufeff", "\u00ad", "\u2066"])
@pytest.mark.parametrize(
    ("step", "words", "leads_to"),
    [
        ("birth_date", "5.3.1990", "birth_check"),
        ("birth_check", "evet", "addressee"),
        ("name", "Işıl İnci", "phone"),
        ("phone", "0532 123 45 67", "email"),
        ("phone", "geri", "name"),
        ("email", "ayse@gmail.com", "email"),  # until the code is on its way
    ],
)
def test_marks_around_an_answer_change_nothing(step: str, words: str, leads_to: str, mark: str) -> None:
    bare = after(standings()[step], TextWritten(words, 9001))
    assert bare.standing.step == leads_to
    assert after(standings()[step], TextWritten(f"{mark}{words} {mark}", 9001)) == bare


@pytest.mark.parametrize("step", ["birth_date", "name", "email", "support", "home"])
def test_marks_alone_are_no_answer(step: str) -> None:
    turn = after(standings()[step], TextWritten("\u200b\u200f", 9001))
    assert (turn.standing, said(turn)) == (standings()[step], said(after(standings()[step], TextWritten(" ", 9001))))


def test_a_letter_keeps_the_joiners_that_its_script_needs() -> None:
    turn = after(standings()["letter"], TextWritten("می\u200cخواهم", 9001))
    assert "می\u200cخواهم" in turn.standing.draft.manuscript.text
