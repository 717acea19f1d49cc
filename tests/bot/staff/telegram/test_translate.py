"""Commands of the staff as Telegram brings them: in any case, with Turkish letters, for a bot by name, below a file."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.staff.commands import find, left_aside, row_of
from bot.staff.telegram.translate import NO_TEXT, WORDS, Me, to_asked
from flows.desk.base.request import Asked
from tests.bot.staff.conftest import ADMIN, GROUP

ME = Me(1000002, "mektupx_staff_bot", GROUP)
PRIVATE = {"id": ADMIN, "type": "private", "first_name": "Deniz"}
THE_GROUP = {"id": GROUP, "type": "supergroup", "title": "Destek"}
DENIZ = {"id": ADMIN, "is_bot": False, "first_name": "Deniz"}
PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]
VOICE = {"file_id": "v", "file_unique_id": "u", "duration": 3}
CARD = {
    "message_id": 4, "date": 0, "chat": THE_GROUP, "text": "#41 · Işıl · MX000123",
    "from": {"id": ME.id, "is_bot": True, "first_name": "MektupX"},
}  # fmt: skip


def asked(**content: Any) -> Asked | None:
    message = {"message_id": 5, "date": 0, "chat": PRIVATE, "from": DENIZ} | content
    return to_asked(Update.de_json({"update_id": 1, "message": message}, None), ME)


def row(found: Asked) -> str:
    """The command whose row serves it, "" for none."""
    _, command = row_of(found)
    return command.name if command else ""


@pytest.mark.parametrize(
    ("typed", "name", "words"),
    [
        ("/kvkk_yeni silme MX000123", "kvkk_yeni", "silme MX000123"),
        ("/KVKK_YENİ silme MX000123", "kvkk_yeni", "silme MX000123"),
        ("/Kvkk_Süre", "kvkk_sure", ""),
        ("/yardım", "yardim", ""),
        ("/ŞABLON ara gecik", "sablon", "ara gecik"),
        ("/KAYIT Ece", "kayit", "Ece"),
        ("/y: 41 Merhaba", "y", "41 Merhaba"),
        ("/durum.", "durum", ""),
        ("\u200e/durum\u200e", "durum", ""),
        ("/DURUM@MEKTUPX_STAFF_BOT", "durum", ""),
        ("/durum@other_bot", "durum", ""),  # in private nobody else could be meant
    ],
)
def test_a_command_is_understood_however_it_is_typed(typed: str, name: str, words: str) -> None:
    found = asked(text=typed)
    assert found is not None
    assert (row(found), found.words) == (name, words)


@pytest.mark.parametrize("typed", ["/durum@other_bot", "/yardım@other_bot", "/DURUM@other_bot x"])
def test_in_the_group_a_command_for_another_bot_is_not_ours(typed: str) -> None:
    assert asked(text=typed, chat=THE_GROUP) is None
    ours = asked(text=typed.replace("other_bot", "MektupX_Staff_Bot"), chat=THE_GROUP)
    assert ours is not None and row(ours) in ("durum", "yardim")


@pytest.mark.parametrize("typed", ["/y.41 Merhaba", "/kapat'ı", "/durm"])
def test_a_misspelt_command_is_no_answer_to_a_sender(typed: str) -> None:
    """Below a sender's question everything else would be sent."""
    assert asked(text="Merhaba", chat=THE_GROUP, reply_to_message=CARD) is not None
    found = asked(text=typed, chat=THE_GROUP, reply_to_message=CARD)
    assert found is not None and found.command and find(found.command) is None


def test_a_slash_before_no_word_is_no_command() -> None:
    found = asked(text="/ 41")
    assert found is not None and found.command == WORDS
    assert asked(text="/ 41", chat=THE_GROUP) is None


@pytest.mark.parametrize("file", [{"photo": PHOTO}, {"voice": VOICE}, {"document": VOICE}])
def test_below_a_file_a_command_is_a_command_and_the_file_is_said_to_be_left_aside(file: dict[str, Any]) -> None:
    found = asked(caption="/DURUM", **file)
    assert found is not None and row(found) == "durum"
    (said,) = left_aside(found, find("durum"))
    assert said.reply_to == 5
    bare = asked(text="/durum")
    assert bare is not None and left_aside(bare, find("durum")) == ()


@pytest.mark.parametrize(
    ("caption", "file", "sent"),
    [
        ("/y 41 Böyle", {"photo": PHOTO}, True),
        ("/y 41 Böyle", {"voice": VOICE}, False),
        ("/t nerede", {"photo": PHOTO}, False),
        ("/t nerede", {"voice": VOICE}, False),
    ],
)
def test_words_for_a_sender_do_not_go_without_their_file(caption: str, file: dict[str, Any], sent: bool) -> None:
    found = asked(caption=caption, **file)
    assert found is not None
    assert bool(row(found)) is sent
    assert left_aside(found, find(found.command)) == ()


def test_a_file_for_the_print_room_is_taken_with_its_command() -> None:
    found = asked(caption="/TEPSİ basildi", document=VOICE)
    assert found is not None and (row(found), found.file) == ("tepsi", "v")
    assert left_aside(found, find("tepsi")) == ()


def test_a_voice_message_without_a_command_is_answered_in_private() -> None:
    found = asked(voice=VOICE)
    assert found is not None and found.command == NO_TEXT
