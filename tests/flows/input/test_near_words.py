"""What looks as if it were said to us while a letter is written, and what is somebody's own line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.doubt import Doubt, Reason
from flows.input.near_words import key, near_line, near_word

SAID_TO_US: dict[str, Reason] = {
    "tamam": Reason.DONE,
    "Tamam.": Reason.DONE,
    "TAMAM!!!": Reason.DONE,
    "tamammmm": Reason.DONE,
    "bitti": Reason.DONE,
    "Bitti.": Reason.DONE,
    "BİTTİ": Reason.DONE,
    "bitti 😊": Reason.DONE,
    "bittiiii": Reason.DONE,
    "bitirdim": Reason.DONE,
    "gönder": Reason.DONE,
    "gonder": Reason.DONE,
    "gönderr": Reason.DONE,
    "göndre": Reason.DONE,
    "yolla": Reason.DONE,
    "lütfen gönderin": Reason.DONE,
    "tamam gönder": Reason.DONE,
    "Tamamdır, mektubu gönderebilirsiniz": Reason.DONE,
    "mektubum bitti teşekkürler": Reason.DONE,
    "bu kadar": Reason.DONE,
    "ok": Reason.DONE,
    "done": Reason.DONE,
    "Done!": Reason.DONE,
    "I'm done": Reason.DONE,
    "send it please": Reason.DONE,
    "That’s all": Reason.DONE,
    "geri": Reason.BACK,
    "Geri dön": Reason.BACK,
    "GERİ": Reason.BACK,
    "go back": Reason.BACK,
    "vazgeç": Reason.LEAVE,
    "Vazgeçtim.": Reason.LEAVE,
    "daha sonra": Reason.LEAVE,
    "never mind": Reason.LEAVE,
    "iptal": Reason.WORD,
    "İptal et": Reason.WORD,
    "sil": Reason.WORD,
    "yeni mektup": Reason.WORD,
    "ne kadar?": Reason.WORD,
    "ne kadar tutar": Reason.WORD,
    "fiyatı ne": Reason.WORD,
    "How much is it?": Reason.WORD,
    "yardım": Reason.WORD,
    "evet": Reason.WORD,
    "hayır": Reason.WORD,
    "cancel": Reason.WORD,
    "/siparişim nerede": Reason.COMMAND,
    "/gönder": Reason.COMMAND,
    " /İptal": Reason.COMMAND,
    "tamam geri": Reason.WORD,  # two meanings are none in particular
}


@pytest.mark.parametrize("line", SAID_TO_US)
def test_a_word_to_us_is_known_in_every_way_it_is_typed(line: str) -> None:
    assert near_word(line) is SAID_TO_US[line]


OWN = (
    "Canım anneannem,", "Işıl", "Nasılsın?", "Sevgiler", "Tamam, yarın sabah otobüsle geliyorum.", "Önder", "Tamer",
    "Gönül", "Bahçede güller bitti mi?", "Ne kadar özledim bilemezsin.", "Geri geldim.", "Sil gözyaşlarını",
    "Dear grandmother,", "Back in May we planted roses.", "How much I miss you!", "5.3.1990", "", "😊", "...", "❤️❤️❤️",
    "Seni seviyorum", "Hoşça kal", "Teşekkürler", "Lütfen", "Mektup", "2 lira tamam",
    "/ 5", "1/2", "ve/veya", "İptal etmedim hiçbir şeyi.",
)  # fmt: skip


@pytest.mark.parametrize("line", OWN)
def test_what_says_more_is_a_line_of_the_letter(line: str) -> None:
    assert near_word(line) is None


LINES: dict[str, str] = {
    "tamam": "tamam",
    "Canım anneannem,\nseni özledim.\nBitti.": "Bitti.",
    "Tamam\nYarın geliyorum.": "Tamam",
    "Tamam\nYarın geliyorum.\ngönder": "gönder",
    "\nYarın geliyorum.\n\nyolla\n": "yolla",
    "Canım,\ntamam\nseni özledim.": "",
    "Canım anneannem,": "",
}


@pytest.mark.parametrize("message", LINES)
def test_the_last_and_the_first_line_of_a_message_are_looked_at(message: str) -> None:
    assert near_line(message) == LINES[message]


REST: dict[tuple[str, str], str] = {
    ("Canım,\nBitti.", "Bitti."): "Canım,",
    ("Tamam\nYarın geliyorum.", "Tamam"): "Yarın geliyorum.",
    ("tamam\nYarın tamam olur.\ntamam", "tamam"): "tamam\nYarın tamam olur.",
    ("tamam", "tamam"): "",
    ("Torunum,", ""): "",
}


@pytest.mark.parametrize(("words", "line"), REST)
def test_whatever_is_said_of_a_line_the_others_are_kept(words: str, line: str) -> None:
    assert Doubt(1, words, Reason.WORD, line).rest == REST[words, line]


@pytest.mark.parametrize("alike", ["Tamam", "tamam!", "TAMAM 👍", "tamammm"])
def test_the_same_word_is_the_same_however_it_is_typed(alike: str) -> None:
    assert key(alike) == key("tamam") != key("geri")


@given(st.text(max_size=60))
def test_any_line_is_one_or_the_other(line: str) -> None:
    assert near_word(line) in {None, *Reason}
