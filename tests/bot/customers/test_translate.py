"""Raw Telegram updates as Envelopes of the house: a table of cases, and nothing else can come out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram.types import Update
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.customers.feed import UPDATES, feed
from bot.customers.keyboard import DATA, markup
from bot.customers.translate import to_envelope
from bot.messenger.message_ids import Numbers
from bot.wording.speak import data
from flows.core.effects import Button
from flows.core.events import (
    ButtonTapped,
    ChatBlocked,
    ChatOpened,
    CommandGiven,
    ContactShared,
    Envelope,
    Event,
    FileSent,
    Moment,
    Person,
    PictureSent,
    Quoted,
    TextEdited,
    TextWritten,
)
from flows.core.outgoing import Key, OutgoingMessage
from flows.words.styles import Kind, Style
from flows.words.text import text
from tests.fakes import NOON

MOMENT = Moment(NOON, "0" * 32)
USER = {"id": 1001, "is_bot": False, "first_name": "Işıl", "language_code": "tr"}
BOT = {"id": 7, "is_bot": True, "first_name": "MektupX"}
CHAT = {"id": 1001, "type": "private", "first_name": "Işıl"}
GROUP = {"id": -100, "type": "supergroup", "title": "Grup"}
ISIL = Person("telegram", "1001", "tr", "Işıl")
LINK = {"type": "text_link", "offset": 6, "length": 6, "url": "https://example.com/a"}
FILE = {"file_id": "f", "file_unique_id": "u"}


def message(**content: Any) -> dict[str, Any]:
    base = {"message_id": 5, "date": 1_780_000_000, "chat": CHAT, "from": USER}
    return {"update_id": 42, "message": base | content}


def command(words: str, length: int, **more: Any) -> dict[str, Any]:
    return message(text=words, entities=[{"type": "bot_command", "offset": 0, "length": length}], **more)


def tap(press: str | None, **more: Any) -> dict[str, Any]:
    query = {"id": "99", "from": USER, "chat_instance": "1", "message": message()["message"]} | more
    return {"update_id": 42, "callback_query": query | ({} if press is None else {"data": press})}


def membership(status: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    new = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    old = {"user": BOT, "status": "member"}
    change = {"chat": chat, "from": USER, "date": 1_780_000_000, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 42, "my_chat_member": change}


def edited(**content: Any) -> dict[str, Any]:
    changed = message(**content)["message"] | {"edit_date": 1_780_000_100}
    return {"update_id": 42, "edited_message": changed}


def contact(owner: int | None) -> dict[str, Any]:
    shared = {"phone_number": "905551112233", "first_name": "Işıl"} | ({"user_id": owner} if owner else {})
    return message(contact=shared)


def read(update: dict[str, Any]) -> Envelope | None:
    return to_envelope(Update.model_validate(update), MOMENT)


SAID: dict[str, tuple[dict[str, Any], Event]] = {
    "words": (message(text="Canım anneannem"), TextWritten("Canım anneannem", 5)),
    "words with line breaks": (message(text="a\n\nb "), TextWritten("a\n\nb ", 5)),
    "a slash inside is text": (message(text="ve/veya /iptal"), TextWritten("ve/veya /iptal", 5)),
    "a command in the middle is text": (
        message(text="dedim ki /iptal", entities=[{"type": "bot_command", "offset": 9, "length": 6}]),
        TextWritten("dedim ki /iptal", 5),
    ),
    "words with an address behind them": (
        message(text="bakın buraya", entities=[LINK]),
        TextWritten("bakın buraya", 5, "bakın buraya (https://example.com/a)", ("https://example.com/a",)),
    ),
    "an edit of words with an address behind them": (
        edited(text="bakın buraya", entities=[LINK]),
        TextEdited("bakın buraya", 5, "", "bakın buraya (https://example.com/a)", ("https://example.com/a",)),
    ),
    "a command with an address behind its words": (
        message(
            text="/destek bakın",
            entities=[{"type": "bot_command", "offset": 0, "length": 7}, LINK | {"offset": 8, "length": 5}],
        ),
        CommandGiven("destek", "bakın (https://example.com/a)", 5),
    ),
    "a caption with an address behind its words": (
        message(photo=[FILE | {"width": 9, "height": 9}], caption="bakın buraya", caption_entities=[LINK]),
        PictureSent("photo", FILE["file_id"], "bakın buraya (https://example.com/a)", 5),
    ),
    "a command": (command("/start", 6), CommandGiven("start", "", 5)),
    "a command with a deep link": (command("/start ref_1", 6), CommandGiven("start", "ref_1", 5)),
    "a command to this bot by name": (
        command("/destek@mektupx_bot Merhaba", 19),
        CommandGiven("destek", "Merhaba", 5, written="/destek@mektupx_bot Merhaba"),
    ),
    "a command and a line break": (
        command("/destek\nMerhaba", 7),
        CommandGiven("destek", "Merhaba", 5, written="/destek\nMerhaba"),
    ),
    "a command keeps the lines of its words": (
        command("/destek İlk satır\nikinci satır\n", 7),
        CommandGiven("destek", "İlk satır\nikinci satır", 5),
    ),
    "a command under bold type": (
        message(
            text="/iptal",
            entities=[{"type": "bold", "offset": 0, "length": 6}, {"type": "bot_command", "offset": 0, "length": 6}],
        ),
        CommandGiven("iptal", "", 5, styles=(Style(0, 6, Kind.BOLD),)),
    ),
    "a command with a Turkish letter, marked up to that letter": (command("/yardım", 5), CommandGiven("yardım", "", 5)),
    "a command with a Turkish letter, not marked at all": (message(text="/İptal"), CommandGiven("İptal", "", 5)),
    "a command in capitals and its words": (
        message(text="/DESTEK Mektubum nerede?"),
        CommandGiven("DESTEK", "Mektubum nerede?", 5),
    ),
    "a command after marks that nobody sees": (message(text="\u200e/iptal"), CommandGiven("iptal", "", 5)),
    "a path is no command": (command("/home/isil", 5), TextWritten("/home/isil", 5)),
    "a number after a slash is no command": (command("/2 porsiyon", 2), TextWritten("/2 porsiyon", 5)),
    "a command below a photo": (
        message(photo=[FILE | {"width": 9, "height": 9}], caption="/İptal"),
        CommandGiven("İptal", "", 5, "photo"),
    ),
    "a command below a photo that is marked": (
        message(
            photo=[FILE | {"width": 9, "height": 9}],
            caption="/yardim@mektupx_bot",
            caption_entities=[{"type": "bot_command", "offset": 0, "length": 19}],
        ),
        CommandGiven("yardim", "", 5, "photo", "/yardim@mektupx_bot"),
    ),
    "a command below a voice recording": (
        message(voice=FILE | {"duration": 3}, caption="/destek Dinler misiniz?"),
        CommandGiven("destek", "Dinler misiniz?", 5, "voice"),
    ),
    "a command below a file": (
        message(document=FILE, caption="/siparişler"),
        CommandGiven("siparişler", "", 5, "document"),
    ),
    "the desk's command below a photo takes the photo with it": (
        message(photo=[FILE | {"width": 9, "height": 9}], caption="/Destek Böyle geldi"),
        PictureSent("photo", FILE["file_id"], "/Destek Böyle geldi", 5),
    ),
    "one's own contact": (contact(1001), ContactShared("905551112233", True)),
    "somebody else's contact": (contact(2002), ContactShared("905551112233", False)),
    "a contact without Telegram": (contact(None), ContactShared("905551112233", False)),
    "a photo": (message(photo=[FILE | {"width": 9, "height": 9}]), PictureSent("photo", FILE["file_id"], "", 5)),
    "a photo with words, the largest of its sizes": (
        message(
            photo=[FILE | {"width": 9, "height": 9, "file_id": "small"}, FILE | {"width": 90, "height": 90}],
            caption="bak",
        ),
        PictureSent("photo", FILE["file_id"], "bak", 5),
    ),
    "a picture as a file": (
        message(document=FILE | {"mime_type": "image/png", "file_size": 77}),
        PictureSent("document", FILE["file_id"], "", 5, 77),
    ),
    "a file of another kind": (message(document=FILE | {"mime_type": "image/tiff"}), FileSent("document")),
    "a correction of a caption": (
        edited(photo=[FILE | {"width": 9, "height": 9}], caption="bakın"),
        TextEdited("bakın", 5, FILE["file_id"]),
    ),
    "a caption that is taken away": (
        edited(photo=[FILE | {"width": 9, "height": 9}]),
        TextEdited("", 5, FILE["file_id"]),
    ),
    "a voice recording": (message(voice=FILE | {"duration": 3}), FileSent("voice")),
    "music": (message(audio=FILE | {"duration": 3}), FileSent("voice")),
    "a document": (message(document=FILE), FileSent("document")),
    "a moving picture": (
        message(animation=FILE | {"width": 9, "height": 9, "duration": 1}, document=FILE),
        FileSent("video"),
    ),
    "a round video": (message(video_note=FILE | {"length": 9, "duration": 1}), FileSent("video")),
    "a sticker": (
        message(sticker=FILE | {"type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}),
        FileSent("sticker"),
    ),
    "a place": (message(location={"latitude": 41.0, "longitude": 29.0}), FileSent("location")),
    "dice": (message(dice={"emoji": "🎲", "value": 3}), FileSent("other")),
    "something newer than this library": (message(hologram={"file_id": "x"}), FileSent("other")),
    "a correction": (edited(text="Canım anneannem,"), TextEdited("Canım anneannem,", 5)),
    "a tap": (tap("done::12"), ButtonTapped("done", "", "12", "99")),
    "a tap with a value": (tap("choose:klasik:3"), ButtonTapped("choose", "klasik", "3", "99")),
    "a tap that lasts": (tap("cancel_order:" + "a" * 32 + ":"), ButtonTapped("cancel_order", "a" * 32, "", "99")),
    "a tap on an old screen": (
        tap("done::1", message={"chat": CHAT, "message_id": 5, "date": 0}),
        ButtonTapped("done", "", "1", "99"),
    ),
    "a forged tap": (tap("'; DROP TABLE orders; --"), ButtonTapped("'; DROP TABLE orders; --", "", "", "99")),
    "a forged tap of colons": (tap("a:b:c:d"), ButtonTapped("a", "b:c", "d", "99")),
    "a tap without data": (tap(None, game_short_name="x"), ButtonTapped("", "", "", "99")),
    "a block": (membership("kicked"), ChatBlocked()),
    "an unblock": (membership("member"), ChatOpened()),
}


BOLD, ITALIC, LINE = ({"type": kind, "offset": 3, "length": 3} for kind in ("bold", "italic", "underline"))

SAID |= {
    # offsets count UTF-16 units: the sparrow is two of them, and one character
    "words in bold after an emoji": (
        message(text="🐦 bir iki", entities=[BOLD]),
        TextWritten("🐦 bir iki", 5, styles=(Style(2, 5, Kind.BOLD),)),
    ),
    "words in two ways at once": (
        message(text="ah bir", entities=[BOLD, ITALIC | {"length": 2}]),
        TextWritten("ah bir", 5, styles=(Style(3, 5, Kind.ITALIC), Style(3, 6, Kind.BOLD))),
    ),
    "what no ink can show": (
        message(text="ah bir", entities=[BOLD | {"type": "spoiler"}, BOLD | {"type": "mention"}]),
        TextWritten("ah bir", 5),
    ),
    "code, quotes and strokes": (
        message(
            text="abcdefgh",
            entities=[
                {"type": kind, "offset": 2 * at, "length": 1}
                for at, kind in enumerate(("pre", "blockquote", "expandable_blockquote", "strikethrough"))
            ],
        ),
        TextWritten(
            "abcdefgh",
            5,
            styles=(
                Style(0, 1, Kind.CODE),
                Style(2, 3, Kind.QUOTE),
                Style(4, 5, Kind.QUOTE),
                Style(6, 7, Kind.STRIKE),
            ),
        ),
    ),
    "an edit that makes words bold": (
        edited(text="ah bir", entities=[BOLD]),
        TextEdited("ah bir", 5, styles=(Style(3, 6, Kind.BOLD),)),
    ),
    "an unknown command with bold words": (
        message(text="/şiir\nah", entities=[BOLD | {"offset": 6, "length": 2}]),
        CommandGiven("şiir", "ah", 5, written="/şiir\nah", styles=(Style(6, 8, Kind.BOLD),)),
    ),
    "a caption whose address is written out inside and before its marks": (
        message(
            photo=[FILE | {"width": 9, "height": 9}],
            caption="bakın buraya, gel",
            caption_entities=[LINK, LINE | {"offset": 0, "length": 13}, BOLD | {"offset": 14, "length": 3}],
        ),
        PictureSent(
            "photo",
            FILE["file_id"],
            "bakın buraya (https://example.com/a), gel",
            5,
            styles=(Style(0, 37, Kind.UNDERLINE), Style(38, 41, Kind.BOLD)),
        ),
    ),
    "an italic caption of a film": (
        message(video=FILE | {"width": 9, "height": 9, "duration": 1}, caption="ah bir", caption_entities=[ITALIC]),
        FileSent("video", "ah bir", 5, (Style(3, 6, Kind.ITALIC),)),
    ),
}

OURS = {"message_id": 4, "date": 1_780_000_000, "chat": CHAT, "from": BOT}
KEYBOARD = {
    "inline_keyboard": [[{"text": "Yanıtla", "callback_data": "answer:41:"}, {"text": "x", "url": "https://x"}]]
}
FORWARDED = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Nermin", "date": 1_780_000_000}}

SAID |= {
    "a forwarded text": (message(text="Canım torunum,", **FORWARDED), TextWritten("Canım torunum,", 5, forwarded=True)),
    "a forwarded command is somebody else's": (command("/sil", 4, **FORWARDED), TextWritten("/sil", 5, forwarded=True)),
    "a reply to the desk": (
        message(text="Zarf da mı?", reply_to_message=OURS | {"text": "Pul gerekmiyor.", "reply_markup": KEYBOARD}),
        TextWritten("Zarf da mı?", 5, quoted=Quoted("Pul gerekmiyor.", ("answer:41:",))),
    ),
    "a reply to the preview": (
        message(text="Güzel", reply_to_message=OURS | {"caption": "Önizleme", "document": FILE}),
        TextWritten("Güzel", 5, quoted=Quoted("Önizleme")),
    ),
    "a reply to oneself": (
        message(text="Hayır", reply_to_message=OURS | {"from": USER, "text": "Evet"}),
        TextWritten("Hayır", 5),
    ),
    "a reply with a picture": (
        message(
            photo=[FILE | {"width": 9, "height": 9}],
            reply_to_message=OURS | {"text": "Pul gerekmiyor.", "reply_markup": KEYBOARD},
        ),
        PictureSent("photo", "f", "", 5, quoted=Quoted("Pul gerekmiyor.", ("answer:41:",))),
    ),
    "a correction of a reply": (
        edited(text="Zarf?", reply_to_message=OURS | {"text": "Pul gerekmiyor.", "reply_markup": KEYBOARD}),
        TextEdited("Zarf?", 5, quoted=Quoted("Pul gerekmiyor.", ("answer:41:",))),
    ),
    "a film with words": (
        message(video=FILE | {"width": 9, "height": 9, "duration": 1}, caption="bak"),
        FileSent("video", "bak", 5),
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_sender_does_is_an_event_of_the_house(case: str) -> None:
    update, event = SAID[case]
    found = read(update)
    assert found is not None
    assert replace(found, moment=MOMENT) == Envelope("customer:42", ISIL, event, MOMENT)
    assert (found.moment.at, found.moment.fresh) == (MOMENT.at, MOMENT.fresh)


def at(**ago: float) -> int:
    return int((NOON - timedelta(**ago)).timestamp())


SENT: dict[str, tuple[dict[str, Any], datetime | None]] = {
    "a moment ago": (message(text="x", date=at(seconds=2)), NOON - timedelta(seconds=2)),
    "an hour ago, before an outage": (message(text="418203", date=at(hours=1)), NOON - timedelta(hours=1)),
    "a command of an hour ago": (command("/iptal", 6, date=at(hours=1)), NOON - timedelta(hours=1)),
    "a day ago": (message(text="x", date=at(hours=24)), NOON - timedelta(hours=24)),
    "older than Telegram keeps anything": (message(text="x", date=at(days=900)), NOON - timedelta(hours=24)),
    "in the future": (message(text="x", date=at(hours=-2)), NOON),
    "an edit counts from the edit": (
        {"update_id": 42, "edited_message": message(text="x", date=at(days=2))["message"] | {"edit_date": at(hours=1)}},
        NOON - timedelta(hours=1),
    ),
    "an edit that Telegram does not date": (
        {"update_id": 42, "edited_message": message(text="x", date=at(hours=3))["message"]},
        NOON - timedelta(hours=3),
    ),
    "a tap has no date": (tap("done::12"), None),
    "a block has none that counts": (membership("kicked"), None),
}


@pytest.mark.parametrize("case", SENT)
def test_an_act_has_the_time_of_its_message_as_far_as_that_can_be_true(case: str) -> None:
    update, sent = SENT[case]
    found = read(update)
    assert found is not None and found.moment == replace(MOMENT, sent=sent)
    assert found.moment.acted == (sent or NOON)


def test_words_under_a_later_picture_of_an_album_are_not_lost_with_it() -> None:
    film = {"video": FILE | {"width": 9, "height": 9, "duration": 1}, "media_group_id": "777"}
    bare, told = read(message(**film)), read(message(**film, caption="bak") | {"update_id": 43})
    assert bare is not None and told is not None
    assert bare.key.startswith("customer:album:") and told.key == "customer:43"


NOT_A_SENDER: dict[str, dict[str, Any]] = {
    "a group": message(text="/start", chat=GROUP),
    "a channel": {"update_id": 42, "channel_post": message(text="x", chat=GROUP)["message"]},
    "another bot": message(text="x", **{"from": BOT}),
    "nobody": message(text="x", **{"from": None}),
    "a correction in a group": edited(text="x", chat=GROUP),
    "a tap in a group": tap("done::1", message=message(chat=GROUP)["message"]),
    "a block in a group": membership("kicked", GROUP),
    "a pinned message": message(pinned_message=message(text="x")["message"]),
    "a timer that was set": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
    "a kind we did not ask for": {
        "update_id": 42,
        "inline_query": {"id": "1", "from": USER, "query": "x", "offset": ""},
    },
    "nothing at all": {"update_id": 42},
}


@pytest.mark.parametrize("case", NOT_A_SENDER)
def test_what_is_no_senders_own_is_passed_over(case: str) -> None:
    assert read(NOT_A_SENDER[case]) is None


def test_an_album_of_films_is_one_thing_to_its_sender() -> None:
    film = {"video": FILE | {"width": 9, "height": 9, "duration": 1}}
    keys = set()
    for number in (42, 43, 44):
        found = read(message(**film, media_group_id="777") | {"update_id": number})
        assert found is not None
        keys.add(found.key)
    (key,) = keys
    assert key.startswith("customer:album:")
    other = read(message(**film, media_group_id="778"))
    assert other is not None
    assert other.key != key


def test_a_command_below_an_album_of_films_is_not_lost_with_the_others() -> None:
    film = {"video": FILE | {"width": 9, "height": 9, "duration": 1}, "media_group_id": "777"}
    first, second = read(message(**film)), read(message(**film, caption="/yardım") | {"update_id": 43})
    assert first is not None and second is not None
    assert second.event == CommandGiven("yardım", "", 5, "video")
    assert second.key != first.key


def test_pictures_of_an_album_arrive_each_by_itself_and_know_their_album() -> None:
    found = [
        read(message(photo=[FILE | {"width": 9, "height": 9}], media_group_id=album) | {"update_id": number})
        for number, album in ((42, "777"), (43, "777"), (44, "778"))
    ]
    assert len({one.key for one in found if one}) == 3
    albums = [one.event.album for one in found if one and isinstance(one.event, PictureSent)]
    assert albums[0] == albums[1] != albums[2]
    assert "777" not in albums[0]


# Fed ------------------------------------------------------------------------------------------------------------------


async def fed(raw: Any) -> list[Envelope]:
    arrived: list[Envelope] = []

    async def receive(envelope: Envelope) -> None:
        arrived.append(envelope)

    await feed(receive, lambda: MOMENT, raw, Numbers("customer"))
    return arrived


@pytest.mark.parametrize("case", SAID)
async def test_every_kind_we_ask_for_reaches_the_door_once(case: str) -> None:
    update, event = SAID[case]
    assert [one.event for one in await fed(update)] == [event]
    assert next(name for name in update if name != "update_id") in UPDATES


@pytest.mark.parametrize("raw", [{"update_id": 42}, NOT_A_SENDER["a kind we did not ask for"]])
async def test_what_we_did_not_ask_for_is_passed_over_without_a_word(
    raw: dict[str, Any], recwarn: pytest.WarningsRecorder
) -> None:
    """A warning could quote it, and warnings go to the log."""
    assert await fed(raw) == []
    assert list(recwarn) == []


async def test_the_doors_refusal_reaches_whoever_brought_the_update() -> None:
    async def refuse(envelope: Envelope) -> None:
        raise OSError("The disk is full")

    with pytest.raises(OSError, match="disk"):
        await feed(refuse, lambda: MOMENT, message(text="x"), Numbers("customer"))


async def test_a_message_of_which_nothing_but_its_sender_can_be_read_is_answered_as_something_unknown() -> None:
    (envelope,) = await fed(message(text=7))
    assert envelope.event == FileSent("other")


UNREADABLE = [{}, {"update_id": "x"}, {"message": {}}, message(text="x", chat={}), tap("x", id=None)]


@pytest.mark.parametrize("raw", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_cannot_be_read_is_a_validation_error_for_the_quarantine(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        await fed(raw)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
fields = st.sampled_from(["message_id", "date", "chat", "from", "text", "entities", "contact", "id", "type", "data"])
nearly = st.fixed_dictionaries(
    {"update_id": st.integers(0, 2**31) | scalars},
    optional={
        kind: st.dictionaries(fields, anything | st.just(USER) | st.just(CHAT), max_size=6)
        | st.fixed_dictionaries(
            {"message_id": st.integers(), "date": st.integers(), "chat": st.just(CHAT), "from": st.just(USER)},
            optional={"text": st.text(max_size=20), "contact": anything, "entities": anything, "photo": anything},
        )
        for kind in UPDATES
    },
)


@settings(max_examples=150, deadline=None)
@given(raw=nearly | st.dictionaries(st.text(max_size=8), anything, max_size=4))
async def test_no_update_does_anything_but_arrive_be_passed_over_or_fail_validation(raw: dict[str, Any]) -> None:
    try:
        arrived = await fed(raw)
    except ValidationError:
        return
    assert len(arrived) <= 1


# Buttons --------------------------------------------------------------------------------------------------------------


@given(
    action=st.from_regex(r"[a-z_]{1,14}", fullmatch=True),
    value=st.from_regex(r"[0-9a-z]{0,32}", fullmatch=True),
    screen=st.integers(0, 10**9),
    lasting=st.booleans(),
)
def test_a_button_of_ours_fits_and_comes_back_as_it_went(action: str, value: str, screen: int, lasting: bool) -> None:
    sent = data(Button(text("test", "x"), action, value, lasting=lasting), screen)
    assert len(sent.encode()) <= DATA
    found = read(tap(sent))
    assert found is not None
    assert found.event == ButtonTapped(action, value, "" if lasting else str(screen), "99")


@pytest.mark.parametrize(("press", "fits"), [("x" * 64, True), ("x" * 65, False), ("ş" * 32, True), ("ş" * 33, False)])
def test_callback_data_is_at_most_64_bytes(press: str, fits: bool) -> None:
    """A button that Telegram would refuse is a mistake of a step: heard here, without its contents."""
    drawn = OutgoingMessage("say", "x", ((Key("Bas", press),),))
    if fits:
        markup(drawn)
        return
    with pytest.raises(ValueError, match="bytes") as refusal:
        markup(drawn)
    assert press not in str(refusal.value)


def test_a_contact_button_stands_above_the_other_keys_and_goes_after_use() -> None:
    drawn = markup(OutgoingMessage("say", "x", ((Key("Geri", "back::1"),),), contact="Numaramı paylaş")).model_dump()
    share, back = drawn["keyboard"]
    assert share[0]["request_contact"] is True
    assert back[0]["text"] == "Geri"
    assert drawn["one_time_keyboard"] is True
