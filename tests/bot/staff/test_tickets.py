"""Tickets end to end at the staff's side: words in a topic, answers by reply, everything told once and to the right."""

from __future__ import annotations

import pytest

from flows.core.events import Person, TicketAnswered, TicketClosed, TicketReminded, TicketReopened
from storage.support import ticket_writes

from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, SENDER, STRANGER, Desk, gone, staff_desk

pytestmark = pytest.mark.usefixtures("bot")
BORA = Person("telegram", "5002")


async def asked(desk: Desk, words: str = "Mektubum nerede?") -> int:
    """A sender's question has reached the group."""
    await desk.sender()
    return await desk.writes(words)


def topics(desk: Desk) -> list[str]:
    return [topic.name for topic in desk.playground.world.groups[GROUP].topics.values()]


# To the staff ---------------------------------------------------------------------------------------------------------


async def test_a_question_opens_a_topic_with_number_first_name_and_order_and_nothing_private(desk: Desk) -> None:
    number = await asked(desk)
    assert topics(desk) == [f"{number} · Işıl · MX000001"]
    card, words = (await desk.said(GROUP))[-2:]
    assert (
        card == f"#{number} · Işıl · MX000001 · yeni soru\nGöndericinin dili: Türkçe\nSipariş MX000001: postaya verildi"
    )
    assert words == f"#{number} · Işıl · MX000001\n\nMektubum nerede?"


async def test_later_words_join_in_their_order_and_the_topic_is_made_once(desk: Desk) -> None:
    await asked(desk, "bir")
    for n, words in enumerate(("iki", "üç", "dört"), 2):
        await desk.writes(words, message=n)
    said = await desk.said(GROUP)
    assert [one.rpartition("\n")[2] for one in said if "yeni soru" not in one] == ["bir", "iki", "üç", "dört"]
    assert len(topics(desk)) == 1


async def test_a_correction_is_shown_as_one_and_the_first_words_stand(desk: Desk) -> None:
    number = await asked(desk, "Mektubm nerede?")
    assert await desk.corrects("Mektubum nerede?") == number
    assert (await desk.said(GROUP))[-2].endswith("Mektubm nerede?")
    assert (await desk.said(GROUP))[-1] == (
        f"#{number} · Işıl · MX000001 · göndericinin düzeltmesi:\n\nMektubum nerede?"
    )
    assert await desk.corrects("x", message=77) == 0  # no message of the ticket


async def test_words_of_any_length_arrive_whole(desk: Desk) -> None:
    words = " ".join(f"kelime{n}" for n in range(400))
    await asked(desk, words)
    parts = [one.partition("\n\n")[2] for one in await desk.said(GROUP) if "kelime" in one]
    assert len(parts) == 2 and " ".join(parts) == words


async def test_a_topic_that_has_vanished_is_made_anew_and_nothing_is_lost(desk: Desk) -> None:
    await asked(desk)
    group = desk.playground.world.groups[GROUP]
    group.topics.clear()
    await desk.writes("Orada mısınız?", message=2)
    await desk.travel(seconds=5)
    assert topics(desk) == ["1 · Işıl · MX000001"]
    assert (await desk.said(GROUP))[-1].endswith("Orada mısınız?")
    await desk.reply("Buradayız.", "Orada mısınız?")
    assert desk.told == [TicketAnswered(1, "Buradayız.")]


async def test_an_answer_of_telegrams_that_is_lost_lets_nothing_stand_twice_in_a_topic(desk: Desk) -> None:
    await asked(desk)
    before = await desk.said(GROUP)
    await desk.post("faults", bot="staff", method="sendMessage", drop_reply=True)
    await desk.writes("Orada mısınız?", message=2)
    await desk.travel(seconds=5)
    fresh = (await desk.said(GROUP))[len(before) :]
    assert len(fresh) == 1 and fresh[0].endswith("Orada mısınız?")
    await desk.reply("Buradayız.", "Orada mısınız?")  # its number is known, although Telegram's answer was lost
    assert desk.told == [TicketAnswered(1, "Buradayız.")]


async def test_a_group_turned_supergroup_keeps_its_tickets(desk: Desk) -> None:
    await asked(desk)
    await desk.post("faults", bot="staff", method="sendMessage", error="migrate", migrate_to_chat_id=-1002)
    await desk.writes("Orada mısınız?", message=2)
    await desk.travel(seconds=5)
    assert (await desk.said(-1002))[-1].endswith("Orada mısınız?")
    await desk.reply("Buradayız.", "Orada mısınız?", chat=-1002)
    assert desk.told == [TicketAnswered(1, "Buradayız.")]
    await desk.sender(BORA, "Bora Er")
    await desk.writes("Merhaba", BORA)
    assert any("Bora" in one for one in await desk.said(-1002))


async def test_a_move_is_followed_also_where_no_menu_can_be_shown(desk: Desk) -> None:
    await asked(desk)
    assert desk.staff is not None
    await desk.post("faults", bot="staff", method="setMyCommands", error="502", times=9)
    await desk.staff.moved(GROUP, -1002)  # raises nothing: whoever followed the move goes on
    assert desk.staff.group() == -1002


async def test_where_no_topic_can_be_made_the_group_itself_is_used(desk: Desk) -> None:
    desk.playground.world.groups[GROUP].forum = False
    await asked(desk)
    assert topics(desk) == []
    await desk.reply("Yolda.", "Mektubum nerede?")
    assert desk.told == [TicketAnswered(1, "Yolda.")]


# To the sender --------------------------------------------------------------------------------------------------------


async def test_a_reply_to_the_senders_words_is_an_answer_and_other_talk_goes_nowhere(desk: Desk) -> None:
    await asked(desk)
    thread = next(iter(desk.playground.world.groups[GROUP].topics))
    assert await desk.ask("Ben bakarım", AGENT, GROUP, message_thread_id=thread) == []
    assert desk.told == []
    (noted,) = await desk.reply("Yarın elinizde olur.", "Mektubum nerede?")
    assert noted == "Göndericiye iletiliyor. Soru: 1"
    assert desk.told == [TicketAnswered(1, "Yarın elinizde olur.")]
    assert [envelope.person for envelope in desk.brought] == [SENDER]


@pytest.mark.parametrize("command", ["/y", "/reply", "/yanit"])
async def test_an_answer_can_be_a_command_in_the_topic_or_with_the_number_elsewhere(desk: Desk, command: str) -> None:
    await asked(desk)
    thread = next(iter(desk.playground.world.groups[GROUP].topics))
    await desk.ask(f"{command} 3 güne kadar gelir.", AGENT, GROUP, message_thread_id=thread)
    await desk.ask(f"{command} 1 Yolda.", AGENT)
    assert desk.told == [TicketAnswered(1, "3 güne kadar gelir."), TicketAnswered(1, "Yolda.")]
    assert (await desk.said(GROUP))[-1] == "#1 · yanıtlayan: Ece\nYolda."  # colleagues see what was said elsewhere


async def test_in_its_topic_a_tickets_own_number_is_its_number_as_in_every_example(desk: Desk) -> None:
    await asked(desk)
    thread = next(iter(desk.playground.world.groups[GROUP].topics))
    here = {"message_thread_id": thread}
    await desk.ask("/y 1 Yolda.", AGENT, GROUP, **here)
    await desk.ask("/y #1 Yarın gelir.", AGENT, GROUP, **here)
    await desk.ask("/y 2 güne kadar gelir.", AGENT, GROUP, **here)
    assert [one.words for one in desk.told if isinstance(one, TicketAnswered)] == [
        "Yolda.",
        "Yarın gelir.",
        "2 güne kadar gelir.",
    ]
    assert "ertelendi" in (await desk.ask("/ertele 1 2", AGENT, GROUP, **here))[-1]
    assert (await desk.ask("/ata 1", AGENT, GROUP, **here))[-1] == "#1 · üstlenen: Ece"
    assert "mesajları alınmıyor" in (await desk.ask("/engelle 1 2", AGENT, GROUP, **here))[-1]


async def test_in_another_tickets_topic_a_number_closes_its_own_and_answers_nobody_by_a_slip(desk: Desk) -> None:
    await asked(desk)
    await desk.sender(BORA, "Bora Er")
    await desk.writes("Merhaba", BORA)
    _, second = desk.playground.world.groups[GROUP].topics
    (said,) = await desk.ask("/y 1 Yolda.", AGENT, GROUP, message_thread_id=second)
    assert desk.told == [] and "/y #2 …" in said and "/y #1 …" in said
    assert (await desk.reply("1 güne kadar gelir.", "Merhaba")) == ["Göndericiye iletiliyor. Soru: 2"]  # no command
    await desk.ask("/kapat 1", AGENT, GROUP, message_thread_id=second)
    assert [one for one in desk.told if isinstance(one, TicketClosed)] == [TicketClosed(1)]


async def test_a_reply_to_something_that_is_no_senders_word_is_not_sent(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    (told,) = await desk.reply("Teşekkürler!", "Göndericiye iletiliyor")
    assert told.startswith("Bu kimseye gönderilmedi.")
    assert len(desk.told) == 1


async def test_of_two_answers_at_once_the_second_waits_for_a_second_yes(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT)
    (held,) = await desk.reply("Postada.", "Mektubum nerede?", ADMIN)
    assert "Ece" in held and "henüz gönderilmedi" in held
    assert desk.told == [TicketAnswered(1, "Yolda.")]
    assert await desk.tap("O da gönderilsin", "henüz gönderilmedi", AGENT) == "Bunu yalnızca yazan kişi gönderebilir."
    asking = await desk.message(held)
    await desk.tap("O da gönderilsin", held, ADMIN)
    assert (await desk.message(held))["buttons"] == []
    assert desk.told == [TicketAnswered(1, "Yolda."), TicketAnswered(1, "Postada.")]
    assert await desk.tap_again("O da gönderilsin", asking, ADMIN) == "Buna daha önce karar verildi."
    assert len(desk.told) == 2


async def test_held_words_can_be_thrown_away_and_the_same_agent_is_never_asked(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT)
    await desk.reply("Yarın gelir.", "Mektubum nerede?", AGENT)
    assert len(desk.told) == 2
    await desk.reply("Postada.", "Mektubum nerede?", ADMIN)
    assert await desk.tap("Gönderme", "henüz gönderilmedi", ADMIN) == "Gönderilmedi."
    assert (await desk.message("henüz gönderilmedi"))["buttons"] == []
    assert len(desk.told) == 2


async def test_an_edited_answer_is_said_to_be_unchanged_and_edits_of_talk_are_not(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    group = desk.playground.world.groups[GROUP]
    answer = max(number for number, message in group.messages.items() if message.content.get("text") == "Yolda.")
    before = len(await desk.said(GROUP))
    await desk.post(f"chats/{GROUP}/edit", user=AGENT, message_id=answer, text="Yoldadır.")
    await desk.idle()
    (told,) = (await desk.said(GROUP))[before:]
    assert told.startswith("Gönderilen bir yanıt değiştirilemez")
    talk = await desk.post(f"chats/{GROUP}/send", user=AGENT, text="Günaydın", bot="staff")
    await desk.post(f"chats/{GROUP}/edit", user=AGENT, message_id=talk["message_id"], text="Günaydın!")
    await desk.idle()
    assert len(await desk.said(GROUP)) == before + 1
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_an_answer_that_is_empty_or_too_long_is_not_sent(desk: Desk) -> None:
    await asked(desk)
    (empty,) = await desk.ask("/y 1", AGENT)
    (long,) = await desk.ask(f"/y 1 {'a' * 3501}", AGENT)
    assert "boş" in empty and "3501" in long
    assert desk.told == []


# Its life -------------------------------------------------------------------------------------------------------------


async def test_closing_asks_the_sender_and_an_answer_to_a_closed_ticket_names_the_remedy(desk: Desk) -> None:
    await asked(desk)
    await desk.ask("/kapat 1", AGENT)
    assert desk.told == [TicketClosed(1)]
    group = desk.playground.world.groups[GROUP]
    assert all(topic.closed for topic in group.topics.values())
    (closed,) = await desk.reply("Yolda.", "Mektubum nerede?", ADMIN)  # others cannot write into a closed topic
    assert "kapalı" in closed and "/yeniden_ac 1" in closed
    (again,) = await desk.ask("/close 1", ENGLISH_ADMIN)
    assert again == "Ticket 1 is closed already."
    await desk.ask("/yeniden_ac 1", AGENT)
    assert not any(topic.closed for topic in group.topics.values())
    await desk.reply("Yolda.", "Mektubum nerede?")
    assert desk.told == [TicketClosed(1), TicketReopened(1), TicketAnswered(1, "Yolda.")]


async def test_a_closed_ticket_is_not_opened_beside_a_newer_one(desk: Desk) -> None:
    await asked(desk)
    await desk.ask("/kapat 1", AGENT)
    assert await desk.writes("Yine ben", message=5) == 2
    (told,) = await desk.ask("/yeniden_ac 1", AGENT)
    assert "2" in told and TicketReopened(1) not in desk.told


async def test_a_ticket_is_taken_on_given_away_and_put_aside(desk: Desk) -> None:
    await asked(desk)
    assert await desk.tap("Üstleniyorum", "yeni soru") == ""
    assert (await desk.said(GROUP))[-1] == "#1 · üstlenen: Ece"
    await desk.ask(f"/ata 1 {ADMIN}", AGENT)
    assert "Deniz" in (await desk.ask("/sorular", AGENT))[0]
    (nobody,) = await desk.ask(f"/ata 1 {STRANGER}", AGENT)
    assert nobody.startswith("Ekipte bu adda ya da numarada kimse yok")
    for typed, name in (("1 umut", "Umut"), ("1 Ece", "Ece"), ("#1 deniz", "Deniz")):  # as /kayit takes them
        (taken,) = await desk.ask(f"/ata {typed}", AGENT)
        assert f": {name}" in taken
    (aside,) = await desk.ask("/ertele 1 3", AGENT)
    assert aside.startswith("#1 · ertelendi")
    assert "Ertelenen: 1" in (await desk.ask("/sorular", AGENT))[0]
    await desk.writes("Orada mısınız?", message=2)  # the sender's word puts it back on the table
    assert "Ertelenen: 0" in (await desk.ask("/sorular", AGENT))[0]
    await desk.ask("/ertele 1 3", AGENT)
    await desk.travel(days=2, hours=23)
    said = await desk.said(GROUP)
    await desk.travel(hours=2)
    await desk.travel(hours=2)
    (back,) = (await desk.said(GROUP))[len(said) :]  # once, where it is talked about
    assert back == "#1 · Işıl · MX000001 · ertelenen sorunun zamanı geldi. · Deniz"
    assert await desk.reply("Bugün gider.", "zamanı geldi") == ["Göndericiye iletiliyor. Soru: 1"]
    (how,) = await desk.ask("/ertele 1 çok", AGENT)
    assert "/ertele 1 3" in how


async def test_a_silent_senders_ticket_is_announced_on_the_sixth_day_and_closed_on_the_seventh(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    await desk.travel(days=5, hours=23)
    assert len(desk.told) == 1
    await desk.travel(hours=2)
    assert isinstance(desk.told[-1], TicketReminded)
    await desk.travel(hours=23)
    assert isinstance(desk.told[-1], TicketReminded)
    await desk.travel(hours=2)
    assert desk.told[-1] == TicketClosed(1, "silence")
    assert (await desk.said(GROUP))[-1].startswith("#1 · kapatıldı")
    assert len(desk.told) == 3


async def test_a_question_that_nobody_answers_is_closed_after_thirty_days_and_its_sender_told_so(desk: Desk) -> None:
    await asked(desk)
    await desk.travel(days=29, hours=23)
    assert desk.told == []
    await desk.travel(hours=2)
    assert desk.told == [TicketClosed(1, "unanswered")]
    assert (await desk.said(GROUP))[-1] == "#1 · kapatıldı: 30 gün boyunca yanıtlanmadı."


async def test_a_question_put_aside_for_longer_than_a_month_is_on_the_table_again_and_not_closed_at_once(
    desk: Desk,
) -> None:
    await asked(desk)
    await desk.ask("/ertele 1 40", AGENT)
    await desk.travel(days=40, hours=1)
    await desk.travel(days=29)
    assert desk.told == []
    assert sum("ertelenen sorunun zamanı geldi" in said for said in await desk.said(GROUP)) == 1
    await desk.travel(days=1, hours=2)
    assert desk.told == [TicketClosed(1, "unanswered")]


async def test_an_answered_question_is_not_said_to_be_unanswered_however_late_the_clock_comes_to_it(desk: Desk) -> None:
    """The staff bot stood still for five weeks, or the question was put aside after its answer."""
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    await desk.travel(days=35)
    assert [type(one) for one in desk.told] == [TicketAnswered, TicketReminded]
    await desk.travel(days=1, hours=1)
    assert desk.told[-1] == TicketClosed(1, "silence")


async def test_a_sender_who_speaks_keeps_the_ticket_open(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    await desk.travel(days=6, hours=1)
    await desk.writes("Teşekkürler", message=2)
    await desk.travel(days=29)  # for as long as any question waits
    assert [type(one) for one in desk.told] == [TicketAnswered, TicketReminded]


async def test_the_list_counts_ages_and_speed(desk: Desk) -> None:
    assert await desk.ask("/sorular", AGENT) == ["Açık soru yok."]
    await asked(desk)
    await desk.sender(BORA, "Bora Er")
    await desk.travel(hours=30)
    await desk.writes("Merhaba", BORA)
    await desk.reply("Yolda.", "Mektubum nerede?")
    (told,) = await desk.ask("/tickets", ENGLISH_ADMIN)
    lines = told.split("\n")
    assert lines[0] == "Open tickets: 2. Waiting for us: 1. Put aside: 0."
    assert lines[1] == "By age: today 1 · one to three days 1 · older 0"
    assert lines[2] == "First answer, median of 30 days: 30 h 0 min"
    assert lines[-2:] == [
        "#2 · Bora · MX000002 · 0 min · waits for us",
        "#1 · Işıl · MX000001 · 30 h 0 min · waits for the sender",
    ]


async def test_the_senders_stars_are_counted_only_by_the_owner_of_a_closed_ticket(desk: Desk) -> None:
    number = await asked(desk)
    await desk.store.do(ticket_writes.rate, SENDER, number, 5)  # still open
    await desk.ask("/kapat 1", AGENT)
    await desk.sender(BORA, "Bora Er")
    await desk.store.do(ticket_writes.rate, BORA, number, 1)
    assert "5 üzerinden" not in (await desk.ask("/sorular", AGENT))[0]
    await desk.store.do(ticket_writes.rate, SENDER, number, 4)
    assert "5 üzerinden 4,0" in (await desk.ask("/sorular", AGENT))[0]
    assert "4.0 of 5, from one answer" in (await desk.ask("/tickets", ENGLISH_ADMIN))[0]


# Private chats instead of a group -------------------------------------------------------------------------------------


async def test_without_a_staff_chat_every_agent_reads_it_and_one_answers(desk: Desk) -> None:
    await desk.ask("/start", AGENT)
    await gone(desk)
    bot = staff_desk(desk, staff_chat=None)
    await bot.start()
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    for user in (ADMIN, AGENT):
        assert (await desk.said(user))[-1] == "#1 · Işıl · MX000001\n\nMektubum nerede?"
    assert not any("#1" in one for one in await desk.said(AUDITOR))
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT, chat=AGENT)
    assert desk.told == [TicketAnswered(1, "Yolda.")]
    assert (await desk.said(ADMIN))[-1] == "#1 · yanıtlayan: Ece\nYolda."
    (held,) = await desk.reply("Postada.", "Mektubum nerede?", ADMIN, chat=ADMIN)
    assert "henüz gönderilmedi" in held


# When something is away -----------------------------------------------------------------------------------------------


async def test_while_the_senders_door_is_shut_the_staff_is_answered_and_the_answer_goes_out_later_once(
    desk: Desk,
) -> None:
    await asked(desk)
    desk.door_is_shut = True
    (noted,) = await desk.reply("Yolda.", "Mektubum nerede?")
    assert noted.startswith("Göndericiye iletiliyor")
    assert len(await desk.ask("/sorular", AGENT)) == 1
    assert desk.told == []
    desk.door_is_shut = False
    await desk.travel(seconds=5)
    await desk.travel(seconds=5)
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_words_that_come_while_the_staff_bot_is_away_are_there_when_it_is_back(desk: Desk) -> None:
    await gone(desk)
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.writes("Orada mısınız?", message=2)
    bot = staff_desk(desk)
    await bot.start()
    await bot.ready()
    await desk.idle()
    assert [one.rpartition("\n")[2] for one in (await desk.said(GROUP))[-2:]] == ["Mektubum nerede?", "Orada mısınız?"]


# In haste -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["/y 1 Yolda.", "/y\n1 Yolda."])
async def test_a_reply_that_begins_with_another_tickets_number_reaches_nobody(desk: Desk, typed: str) -> None:
    await asked(desk)
    await desk.sender(BORA, "Bora Er")
    await desk.writes("Ya benimki?", BORA)
    (told,) = await desk.reply(typed, "Ya benimki?")
    assert desk.told == [] and "Hangi" in told


async def test_days_in_a_topic_are_days(desk: Desk) -> None:
    await asked(desk)
    thread = next(iter(desk.playground.world.groups[GROUP].topics))
    (aside,) = await desk.ask("/ertele 3", AGENT, GROUP, message_thread_id=thread)
    assert aside.startswith("#1 · ertelendi")


@pytest.mark.parametrize("blank", ["\u00a0", "\n", "\t", "  "])
async def test_a_command_ends_at_any_blank(desk: Desk, blank: str) -> None:
    await asked(desk)
    await desk.ask(f"/y{blank}1{blank}Yolda.", AGENT)
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_a_closed_ticket_is_not_put_aside(desk: Desk) -> None:
    await asked(desk)
    await desk.ask("/kapat 1", AGENT)
    (told,) = await desk.ask("/ertele 1 3", AGENT)
    assert "kapalı" in told
    await desk.ask("/yeniden_ac 1", AGENT)
    assert "Ertelenen: 0" in (await desk.ask("/sorular", AGENT))[0]


async def test_words_that_a_closing_threw_away_are_said_to_be_unsent(desk: Desk) -> None:
    await asked(desk)
    await desk.reply("Yolda.", "Mektubum nerede?")
    await desk.reply("Yarın.", "Mektubum nerede?", ADMIN)
    seen = await desk.message("yanıtladı")
    await desk.ask("/kapat 1", AGENT)
    assert "gönderilmedi" in await desk.tap_again("O da gönderilsin", seen, ADMIN)
    assert TicketAnswered(1, "Yarın.") not in desk.told


async def test_a_voice_message_in_private_is_answered(desk: Desk) -> None:
    await asked(desk)
    (told,) = await desk.shows(b"OggS", AGENT, AGENT, kind="voice", name="a.ogg")
    assert "yazı ve resim" in told
