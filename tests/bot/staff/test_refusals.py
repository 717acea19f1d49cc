"""What Telegram refuses at the staff's side: every refusal of the table in a topic, and who is told of what is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.messenger.refusals import REFUSALS, Fault
from bot.outbox.undeliverable import kept_back, to_sender
from bot.staff.alarms import AlarmWatch
from bot.staff.desk import StaffDesk
from flows.core.events import TicketAnswered, TicketUnshown
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Turn
from flows.desk.admin.alarms import UNHEARD
from storage.monitoring import alarms as alarm_state
from storage.senders import people
from storage.store.store import KeptTurn, StoredMessage
from tests.bot.staff.pictures import photo
from tests.fakes import moment

from .conftest import ADMIN, ENGLISH_ADMIN, GROUP, SENDER, Desk

pytestmark = pytest.mark.usefixtures("bot")
UNSHOWN = "burada göndericinin bir mesajı olacaktı"
CLOSED = "not enough rights to send text messages to the chat"


async def refuses(desk: Desk, method: str, words: str, **more: Any) -> None:
    """Telegram does so, with these words."""
    await desk.post("faults", bot="staff", method=method, error="400", description=f"Bad Request: {words}", **more)


@dataclass(frozen=True)
class Met:
    """What Telegram says, how often, and whether the words can never go, in a topic as below a picture."""

    says: str
    code: int
    never: bool
    never_pictured: bool
    times: int = 1
    more: dict[str, Any] = field(default_factory=dict)


def met(row: Any) -> Met:
    lasts = row.fault in (Fault.MESSAGE, Fault.PICTURE)
    return Met(row.words, row.code, lasts, row.fault is Fault.MESSAGE, 99 if lasts else 1)


MET = [
    *map(met, REFUSALS),
    Met("something that nobody has written down", 400, True, True, 99),
    *(Met("", code, False, False) for code in (429, 500, 502, 503, 504)),
    Met("its answer is lost", 0, False, False, 1, {"error": "", "drop_reply": True}),
]


@pytest.mark.parametrize("pictured", [False, True], ids=["words", "a picture"])
async def test_whatever_telegram_refuses_in_a_topic_the_senders_words_stand_there_once_or_both_are_told(
    desk: Desk, pictured: bool
) -> None:
    await desk.sender()
    tried = 0
    for nth, one in enumerate(MET):
        words = f"Soru {nth}."
        description = f"Bad Request: {one.says}" if one.says else ""
        fault = {"error": str(one.code), "description": description, "times": one.times, "words": words} | one.more
        await desk.post("faults", bot="staff", method="sendPhoto" if pictured else "sendMessage", **fault)
        before = len([1 for told in desk.told if isinstance(told, TicketUnshown)])
        await desk.writes(words, message=100 + nth, picture=photo() if pictured else b"")
        for _ in range(3):
            await desk.travel(minutes=6)
        desk.playground.faults.waiting.clear()
        standing = [said for said in await desk.said(GROUP) if words in said]
        missing = [said for said in await desk.said(GROUP) if UNSHOWN in said]
        unshown = len([1 for told in desk.told if isinstance(told, TicketUnshown)]) - before
        never = one.never_pictured if pictured else one.never
        assert len(standing) == (0 if never else 1), (one, standing)
        assert unshown == (1 if never else 0), one
        assert len(missing) == len([1 for told in desk.told if isinstance(told, TicketUnshown)])
        tried += 1
    assert tried == 73


async def test_a_picture_that_telegram_does_not_take_comes_as_a_file_and_then_not_at_all(desk: Desk) -> None:
    await desk.sender()
    await desk.post(
        "faults", bot="staff", method="sendPhoto", error="400", description="Bad Request: IMAGE_PROCESS_FAILED"
    )
    await desk.writes("Bakın.", picture=photo())
    found = await desk.message("Bakın.")
    assert found["file"]["kind"] == "document"
    for method in ("sendPhoto", "sendDocument"):
        await refuses(desk, method, "wrong file identifier/HTTP URL specified")
    await desk.writes("Buna da.", message=2, picture=photo())
    found = await desk.message("Buna da.")
    assert not found["file"]
    assert "Buradaki resmi Telegram kabul etmedi" in found["text"]


async def test_words_wait_for_a_closed_topic_to_be_opened(desk: Desk) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    (topic,) = desk.playground.world.groups[GROUP].topics.values()
    topic.closed = True
    await refuses(desk, "sendMessage", "TOPIC_CLOSED")
    await desk.writes("Orada mısınız?", message=2)
    await desk.travel(minutes=1)
    assert not topic.closed
    assert sum("Orada mısınız?" in one for one in await desk.said(GROUP)) == 1


async def test_an_agent_whose_answer_cannot_be_delivered_reads_it_in_the_topic(desk: Desk) -> None:
    await desk.sender()
    number = await desk.writes("Mektubum nerede?")
    await desk.reply("Yolda.", "Mektubum nerede?")
    assert desk.told == [TicketAnswered(number, "Yolda.")]
    lost = StoredMessage(1, SENDER, OutgoingMessage("say", "Yolda.", relays=number), language="tr")
    now = desk.playground.clock.now
    instead = await to_sender(desk.store, desk.receive, lambda: moment(now()), lost, "Bad Request: MESSAGE_TOO_LONG")
    assert instead is not None
    assert instead.text.startswith("Destek ekibi sorunuzu yanıtladı, ama Telegram yanıtı kabul etmedi.")
    await desk.travel(seconds=2)
    told = (await desk.said(GROUP))[-1]
    assert told.startswith(f"#{number} · yanıtınız göndericiye ulaşmadı")
    assert told.endswith("MESSAGE_TOO_LONG")
    assert await desk.rows("SELECT last_by FROM ticket") == [("person",)]  # it waits for us again
    assert await to_sender(desk.store, desk.receive, lambda: moment(now()), _in_place(lost, instead), "x") is None


async def test_an_agent_who_answers_somebody_who_cannot_be_reached_hears_that_the_answer_waits(desk: Desk) -> None:
    await desk.sender()
    number = await desk.writes("Mektubum nerede?")
    async with desk.store.transaction() as tx:
        before = (await tx.standings_of([SENDER]))[SENDER.channel, SENDER.handle]
        answer = OutgoingMessage("say", "Yolda.", relays=number)
        now = moment(desk.playground.clock.now())
        await tx.keep([KeptTurn(before, Turn(before), (OutgoingMessage("say", "Haber."), answer), now)], taker="")
    await desk.store.do(people.set_reachable, SENDER, False)
    await kept_back(desk.store, now.at, SENDER)
    await desk.travel(seconds=2)
    waits = [one for one in await desk.said(GROUP) if "yanıtınız bekliyor" in one]
    assert waits == [
        f"#{number} · gönderici botu engellemiş ya da Telegram’dan ayrılmış: yanıtınız bekliyor, ancak geri dönerse"
        " iletilir."
    ]
    (said,) = await desk.reply("Orada mısınız?", "Mektubum nerede?")
    assert said.startswith("Gönderici botu engellemiş")


def _in_place(stored: StoredMessage, instead: OutgoingMessage) -> StoredMessage:
    return StoredMessage(stored.id, stored.person, instead)


async def test_while_the_group_cannot_be_written_to_alarms_reach_each_admin_in_private(
    desk: Desk, bot: StaffDesk
) -> None:
    for admin in (ADMIN, ENGLISH_ADMIN):
        await desk.ask("/durum", admin)
    await desk.sender()
    await desk.post(
        "faults", bot="staff", method="sendMessage", error="400", description=CLOSED, times=99, words="Mektubum"
    )
    await desk.writes("Mektubum nerede?")
    await desk.travel(minutes=7)
    await AlarmWatch(desk.store, bot.announce, desk.playground.clock).tick()  # its own looks once a minute
    await desk.idle()
    counts = await desk.store.do(alarm_state.counts, desk.playground.clock.now())
    assert counts[UNHEARD] == 1
    unheard = {
        ADMIN: "Telegram’ın beş dakikadır almadığı mesaj: 1",
        ENGLISH_ADMIN: "Messages to the staff that Telegram has not taken for five minutes: 1",
    }
    for admin, words in unheard.items():
        assert any(words in one for one in await desk.said(admin))
    assert not any("almadığı mesaj" in one for one in await desk.said(GROUP))
    desk.playground.faults.waiting.clear()
    await desk.travel(minutes=6)
    await desk.travel(minutes=6)
    assert sum("Mektubum nerede?" in one for one in await desk.said(GROUP)) == 1
    await AlarmWatch(desk.store, bot.announce, desk.playground.clock).tick()
    await desk.idle()
    assert any("Telegram ekibe yazılanları alıyor" in one for one in await desk.said(GROUP))


async def test_a_group_that_has_put_the_bot_out_is_no_reader_who_has_blocked_us(desk: Desk) -> None:
    """It may let us in again: what waits there is kept, and tried again by itself."""
    await desk.sender()
    put_out = "Forbidden: bot was kicked from the supergroup chat"
    await desk.post("faults", bot="staff", method="sendMessage", error="403", description=put_out, words="Mektubum")
    await desk.writes("Mektubum nerede?")
    await desk.travel(minutes=6)
    assert sum("Mektubum nerede?" in one for one in await desk.said(GROUP)) == 1
