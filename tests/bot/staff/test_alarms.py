"""The alarm bell: what the staff chat hears of troubles, and who hears it where there is no staff chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.staff.alarms import AlarmWatch
from bot.staff.desk import StaffDesk
from flows.desk.admin.alarms import LastingAlarm
from storage.monitoring import alarms as alarm_state
from tests.fakes import FakeClock, FakeExecutor

from .conftest import ADMIN, ENGLISH_ADMIN, GROUP, Desk, gone, staff_desk


@dataclass
class Warden(FakeExecutor):
    """What the store knows of troubles."""

    counts: dict[str, int] = field(default_factory=dict)
    known: dict[str, LastingAlarm] = field(default_factory=dict)
    broken: bool = False

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {
            alarm_state.counts: self.counted,
            alarm_state.known: lambda: self.known,
            alarm_state.claim: self.claim,
            alarm_state.unclaim: self.unclaim,
            alarm_state.ended: self.ended,
        }

    def counted(self, now: datetime) -> dict[str, int]:
        if self.broken:
            raise OSError("the database is away")
        return self.counts

    def claim(self, name: str, now: datetime, again: timedelta) -> bool:
        self.known[name] = LastingAlarm(now, now)
        return True

    def unclaim(self, name: str) -> None:
        del self.known[name]

    def ended(self, name: str) -> bool:
        return self.known.pop(name, None) is not None


async def test_the_staff_chat_hears_of_a_trouble_once_a_day_and_of_its_end(desk: Desk, bot: StaffDesk) -> None:
    warden, clock = Warden({"prints_stuck": 2}), FakeClock()
    bell = AlarmWatch(warden, bot.announce, clock)
    for _ in range(3):
        await bell.tick()
        await desk.idle()
        clock.travel(minutes=1)
    assert await desk.said(GROUP) == [
        "Baskı odasının almadığı mektup: 2\n"
        "Yazıcıya bakıp her birini karara bağlayın: /kuyruk ya da `mektupx outbox list`."
    ]
    clock.travel(hours=24)
    await bell.tick()
    await desk.idle()
    assert len(await desk.said(GROUP)) == 2
    warden.counts = {}
    clock.travel(minutes=1)
    await bell.tick()
    await desk.idle()
    await bell.tick()
    await desk.idle()
    assert (await desk.said(GROUP))[2:] == ["Şunlar yeniden yolunda:\n· baskı odası bütün mektupları alıyor"]


async def test_the_alarm_watch_looks_once_a_minute_however_often_it_ticks(desk: Desk, bot: StaffDesk) -> None:
    warden, clock = Warden(), FakeClock()
    bell = AlarmWatch(warden, bot.announce, clock)
    await bell.tick()
    await desk.idle()
    warden.counts = {"payments_held": 1}
    clock.travel(seconds=59)
    await bell.tick()
    await desk.idle()
    assert await desk.said(GROUP) == []
    clock.travel(seconds=1)
    await bell.tick()
    await desk.idle()
    assert len(await desk.said(GROUP)) == 1


async def test_where_telegram_cannot_be_reached_the_alarm_waits_in_the_outbox_and_is_said_once(
    desk: Desk, bot: StaffDesk
) -> None:
    warden, clock = Warden({"prints_stuck": 2}), FakeClock()
    bell = AlarmWatch(warden, bot.announce, clock)
    await desk.post("faults", bot="staff", method="sendMessage", error="502")
    await bell.tick()
    assert await desk.said(GROUP) == []
    clock.travel(minutes=1)
    await bell.tick()
    await desk.travel(seconds=5)
    assert len(await desk.said(GROUP)) == 1


async def test_a_store_that_does_not_answer_stops_no_alarm(desk: Desk, bot: StaffDesk) -> None:
    warden, clock = Warden({"prints_stuck": 2}, broken=True), FakeClock()
    bell = AlarmWatch(warden, bot.announce, clock)
    await bell.tick()
    await desk.idle()
    warden.broken = False
    clock.travel(minutes=1)
    await bell.tick()
    await desk.idle()
    assert len(await desk.said(GROUP)) == 1


async def test_without_a_staff_chat_each_admin_hears_it_who_has_spoken_to_the_bot(desk: Desk) -> None:
    bot = staff_desk(desk, staff_chat=None)
    await bot.start()
    await bot.ready()
    await desk.ask("/durum")  # only this admin has ever written: Telegram lets a bot write to nobody else
    await AlarmWatch(Warden({"prints_stuck": 2}), bot.announce, FakeClock()).tick()
    await desk.idle()
    assert "Baskı odasının almadığı mektup: 2" in (await desk.said(ADMIN))[-1]
    assert await desk.said(ENGLISH_ADMIN) == []
    await gone(desk)


async def test_status_shows_what_is_wrong_at_this_moment() -> None:
    clock = FakeClock()

    async def nobody(_: object) -> bool:
        return False

    bell = AlarmWatch(Warden({"prints_stuck": 2, "work_late": 0}), nobody, clock)
    assert len(await bell.troubles()) == 1
