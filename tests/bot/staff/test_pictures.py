"""Pictures across the two bots at the staff's side: fetched, drawn anew, shown with their words; never by a file id."""

from __future__ import annotations

import base64

import pytest

from flows.core.events import TicketAnswered
from rendering.images import photos
from storage.rights.export import export
from storage.support import pictures

from .conftest import ADMIN, AGENT, GROUP, SENDER, Desk
from .pictures import CANARY, photo

pytestmark = pytest.mark.usefixtures("bot")


async def asked(desk: Desk, words: str = "Mektubum nerede?", picture: bytes = b"") -> None:
    await desk.sender()
    await desk.writes(words, picture=picture)


async def shown(
    desk: Desk, picture: bytes, to: str = "Mektubum nerede?", user: int = AGENT, **more: object
) -> list[str]:
    """An agent replies with a picture; what the bot says to that."""
    found = await desk.message(to)
    where = {"reply_to": found["message_id"], **desk.topic(GROUP, found["message_id"])}
    return await desk.shows(picture, user, GROUP, **(where | more))


# To the staff ---------------------------------------------------------------------------------------------------------


async def test_a_senders_picture_stands_in_the_topic_with_its_words_and_can_be_answered(desk: Desk) -> None:
    drawn = photos.clean(photo())
    await asked(desk, "Böyle geldi", drawn)
    assert await desk.pictures(GROUP) == [("#1 · Işıl · MX000001\n\nBöyle geldi", drawn)]
    await desk.reply("Yenisini basıyoruz.", "Böyle geldi")
    assert desk.told == [TicketAnswered(1, "Yenisini basıyoruz.")]


async def test_pictures_and_words_come_in_the_order_in_which_they_were_sent(desk: Desk) -> None:
    await asked(desk, "bir")
    await desk.writes("", message=2, picture=photos.clean(photo("red")))
    await desk.writes("üç", message=3)
    await desk.writes("dört", message=4, picture=photos.clean(photo("blue")))
    said = [one.rpartition("\n")[2] for one in await desk.said(GROUP) if "yeni soru" not in one]
    assert said == ["bir", "#1 · Işıl · MX000001", "üç", "dört"]
    assert [words.rpartition("\n")[2] for words, _ in await desk.pictures(GROUP)] == ["#1 · Işıl · MX000001", "dört"]


async def test_words_too_long_for_a_caption_follow_their_picture(desk: Desk) -> None:
    words = " ".join(f"kelime{n}" for n in range(120))
    await asked(desk, words, photos.clean(photo()))
    ((caption, _),) = await desk.pictures(GROUP)
    assert caption == "#1 · Işıl · MX000001"
    assert (await desk.said(GROUP))[-1].endswith(words)


async def test_a_corrected_caption_is_shown_as_a_correction_without_the_picture_again(desk: Desk) -> None:
    taken = photos.clean(photo())
    await asked(desk, "Böle geldi", taken)
    assert await desk.corrects("Böyle geldi", picture=taken) == 1
    assert (await desk.said(GROUP))[-1] == "#1 · Işıl · MX000001 · göndericinin düzeltmesi:\n\nBöyle geldi"
    assert len(await desk.pictures(GROUP)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [("Böyle geldi", "göndericinin düzeltmesi:\n\nBöyle geldi"), ("", "gönderici resmi değiştirdi")],
)
async def test_a_picture_that_was_replaced_is_shown_as_a_correction(desk: Desk, words: str, said: str) -> None:
    await asked(desk, words, photos.clean(photo("red")))
    await desk.corrects(words, picture=photos.clean(photo("blue")))
    (_, first), (caption, second) = await desk.pictures(GROUP)
    assert (first, second) == (photos.clean(photo("red")), photos.clean(photo("blue")))
    assert caption == f"#1 · Işıl · MX000001 · {said}"


# To the sender --------------------------------------------------------------------------------------------------------


async def test_an_agents_picture_is_fetched_drawn_anew_and_brought_to_the_senders_door(desk: Desk) -> None:
    taken = photo()
    assert CANARY in taken
    await asked(desk)
    (noted,) = await shown(desk, taken, caption="Pulu şöyle yapıştırın.")
    assert noted == "Göndericiye iletiliyor. Soru: 1"
    (told,) = desk.told
    assert isinstance(told, TicketAnswered) and (told.number, told.words) == (1, "Pulu şöyle yapıştırın.")
    kept = await desk.store.do(pictures.read, told.picture)
    assert kept == photos.clean(taken) and CANARY not in kept


async def test_a_picture_needs_no_words_and_may_be_a_file(desk: Desk) -> None:
    await asked(desk)
    await shown(desk, photo(kind="PNG"), kind="document", name="a.png")
    (told,) = desk.told
    assert isinstance(told, TicketAnswered) and told.words == ""
    assert await desk.store.do(pictures.read, told.picture) == photos.clean(photo(kind="PNG"))


@pytest.mark.parametrize("command", ["/y", "/reply", "/yanit"])
async def test_in_private_the_command_stands_below_the_picture_and_colleagues_hear_of_it(
    desk: Desk, command: str
) -> None:
    await asked(desk)
    await desk.shows(photo(), AGENT, AGENT, caption=f"{command} 1 Böyle.")
    (told,) = desk.told
    assert isinstance(told, TicketAnswered) and told.words == "Böyle." and told.picture
    await desk.shows(photo(), AGENT, AGENT, caption=f"{command} 1")
    assert [one for one in await desk.said(GROUP) if "yanıtlayan" in one] == [
        "#1 · yanıtlayan: Ece\nBöyle.",
        "#1 · yanıtlayan: Ece\n(resim)",
    ]


async def test_what_is_said_after_a_picture_is_told_after_it_however_long_that_takes(desk: Desk) -> None:
    await asked(desk)
    await desk.post("faults", bot="staff", method="getFile", error="502", times=2)
    playground, desk.playground.busy = desk.playground, None
    await shown(desk, photo(), caption="bir")
    await desk.reply("iki", "Mektubum nerede?")
    assert desk.told == []
    playground.busy = desk.busy
    await desk.travel(seconds=30)
    await desk.travel(seconds=30)
    assert [one.words for one in desk.told if isinstance(one, TicketAnswered)] == ["bir", "iki"]


async def test_a_picture_that_cannot_be_read_is_said_to_its_agent_and_nothing_is_sent(desk: Desk) -> None:
    await asked(desk)
    found = await desk.message("Mektubum nerede?")
    where = desk.topic(GROUP, found["message_id"])
    said = await desk.shows(
        b"no picture", AGENT, GROUP, kind="document", name="a.png", reply_to=found["message_id"], **where
    )
    await desk.travel(seconds=2)
    assert desk.told == []
    assert (await desk.said(GROUP))[-1].startswith("Bu yanıttaki resim alınamadı ya da açılamadı")
    assert said[0].startswith("Göndericiye iletiliyor")
    assert "Mektubum" in str(await desk.store.do(export, SENDER))
    assert not [one for one in (await desk.store.do(export, SENDER))["tickets"] if one["sender"] == "agent"]


async def test_of_two_answers_at_once_the_picture_waits_with_its_words_for_a_second_yes(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT)
    (held,) = await shown(desk, photo(), user=ADMIN, caption="Böyle.")
    assert "henüz gönderilmedi" in held and len(desk.told) == 1
    await desk.tap("O da gönderilsin", "henüz gönderilmedi", ADMIN)
    told = desk.told[-1]
    assert isinstance(told, TicketAnswered) and told.words == "Böyle."
    assert await desk.store.do(pictures.read, told.picture) == photos.clean(photo())


async def test_voice_films_and_pictures_with_other_commands_are_said_not_to_have_been_sent(desk: Desk) -> None:
    await asked(desk)
    for more in ({"kind": "voice", "name": "a.ogg"}, {"kind": "document", "name": "a.pdf"}):
        (told,) = await shown(desk, photo(), **more)
        assert told.startswith("Göndericilere yalnızca yazı ve resim iletilebiliyor")
    (told,) = await shown(desk, photo(), caption="/t nerede")
    assert told.startswith("Göndericilere yalnızca yazı ve resim iletilebiliyor")
    assert desk.told == []


async def test_below_a_picture_a_command_is_carried_out_and_the_picture_is_said_to_be_left_aside(desk: Desk) -> None:
    done, aside = await desk.shows(photo(), AGENT, AGENT, caption="/DURUM")
    assert done == (await desk.ask("/durum", user=AGENT))[0]
    assert aside == "Yalnızca komut okundu; birlikte gönderilen dosyaya bakılmadı."


async def test_a_picture_among_colleagues_goes_nowhere(desk: Desk) -> None:
    await asked(desk)
    assert await desk.shows(photo(), AGENT, GROUP, caption="bakın") == []
    assert desk.told == []


async def test_a_caption_too_long_for_the_sender_is_refused_with_its_length(desk: Desk) -> None:
    await asked(desk)
    (told,) = await shown(desk, photo(), caption="a" * 901)
    assert "901" in told and "900" in told
    assert desk.told == []


async def test_the_senders_export_holds_pictures_of_both_sides(desk: Desk) -> None:
    await asked(desk, "Böyle geldi", photos.clean(photo("red")))
    await shown(desk, photo("blue"), "Böyle geldi", caption="Böyle olmalı")
    found = {one["words"]: one.get("picture", "") for one in (await desk.store.do(export, SENDER))["tickets"]}
    for words, colour in (("Böyle geldi", "red"), ("Böyle olmalı", "blue")):
        assert found[words].endswith(base64.b64encode(photos.clean(photo(colour))).decode())
