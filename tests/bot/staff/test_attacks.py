"""What somebody with bad intentions tries at the staff desk: strangers, senders, agents who want to be more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from telegram import Update

from bot.base import log
from bot.messenger.polling import Slower
from bot.staff.commands import TAPS
from bot.staff.desk import StaffDesk
from bot.staff.telegram.translate import FORWARDED, Me, to_asked
from flows.desk.base.roles import Role
from storage.support import staff
from tests.fakes import answering

from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, STRANGER, Desk

ME = Me(1000002, "mektupx_staff_bot", GROUP)
PRIVATE = {"id": ADMIN, "type": "private", "first_name": "Deniz"}
DENIZ = {"id": ADMIN, "is_bot": False, "first_name": "Deniz"}
FROM_ANOTHER = {"type": "hidden_user", "sender_user_name": "Kim", "date": 0}


def update(**content: Any) -> Update:
    """A message of an admin's as Telegram sends it."""
    message = {"message_id": 5, "date": 0, "chat": PRIVATE, "from": DENIZ} | content
    return Update.de_json({"update_id": 1, "message": message}, None)


# Words of somebody else -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        {"text": "/personel ekle 99 yonetici Kim"},
        {"text": "/kvkk_uygula 12 onay"},
        {"caption": "/tepsi basildi", "document": {"file_id": "f", "file_unique_id": "u", "mime_type": "text/csv"}},
    ],
)
def test_a_forwarded_command_is_somebody_elses_words_and_commands_nothing(content: dict[str, Any]) -> None:
    written = to_asked(update(**content), ME)
    assert written is not None and written.command in ("personel", "kvkk_uygula", "tepsi")
    forwarded = to_asked(update(**content, forward_origin=FROM_ANOTHER), ME)
    assert forwarded is not None and (forwarded.command, forwarded.file) == (FORWARDED, "")


def test_other_words_that_are_forwarded_into_the_group_are_talk() -> None:
    group = {"id": GROUP, "type": "supergroup", "title": "Destek"}
    assert to_asked(update(text="merhaba", chat=group, forward_origin=FROM_ANOTHER), ME) is None


# What is not for the group --------------------------------------------------------------------------------------------


async def test_who_did_what_is_not_shown_to_the_whole_group(desk: Desk, bot: StaffDesk) -> None:
    await desk.sender()
    await desk.ask("/ac MX000001 hukuki gizli 2026/123")
    (alone,) = await desk.ask("/kayit", AUDITOR)
    assert f"Deniz ({ADMIN})" in alone
    for user, command in ((ADMIN, "/kayit"), (AUDITOR, "/kayit MX000001"), (ENGLISH_ADMIN, "/log 1")):
        (answer,) = await desk.ask(command, user, GROUP)
        assert "staff:" not in answer and "Deniz" not in answer and "1 · " not in answer


async def test_a_request_that_names_somebody_is_not_written_in_the_group(desk: Desk, bot: StaffDesk) -> None:
    asked = "/kvkk_yeni itiraz Nermin Öztürk; Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul"
    (refused,) = await desk.ask(asked, chat=GROUP)
    assert "özel" in refused
    assert await desk.rows("SELECT count(*) FROM data_request") == [(0,)]
    await desk.ask(asked)
    assert await desk.rows("SELECT count(*) FROM data_request") == [(1,)]


# Rights ---------------------------------------------------------------------------------------------------------------


async def test_whoever_is_appointed_between_the_look_and_the_act_is_looked_up_first(
    desk: Desk, bot: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.post(f"groups/{GROUP}/members", user=AGENT, status="left")

    async def nobody(user: int) -> frozenset[Role]:
        return frozenset()

    answering(monkeypatch, desk.store, staff.roles_of, nobody)  # as it was a moment ago
    await desk.ask("/y 1 Yolda.", AGENT)
    assert desk.told == []
    assert await desk.rows("SELECT outcome FROM audit WHERE actor = 'staff:13'") == [("unknown",)]


async def test_the_log_has_a_next_page_whatever_its_member_is_called(desk: Desk, bot: StaffDesk) -> None:
    name = "Şükrüşah Öğütçüoğlu Çığüşöıoğlu Üğşçöıoğ"
    await desk.ask(f"/personel ekle {AUDITOR} denetçi {name}")
    for _ in range(13):
        await desk.ask("/kayit", AUDITOR)
    (first,) = await desk.ask(f"/kayit {name}", AUDITOR)
    await desk.tap("Daha eski", first[:30], AUDITOR, AUDITOR)
    assert (await desk.said(AUDITOR))[-1].split("\n")[1].endswith("erişim kaydını okudu")


# In a log ------------------------------------------------------------------------------------------------------------


async def test_a_failure_is_logged_without_what_was_typed(
    desk: Desk, bot: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(typed: str, *_: object) -> None:
        raise RuntimeError(typed)

    monkeypatch.setattr("bot.staff.commands.nearest", broken)
    log.configure(told := io.StringIO())
    (answer,) = await desk.ask("/KANARYAMEKTUP sevgili Nermin")
    assert "aksaklık" in answer
    assert "a staff update failed" in told.getvalue()
    assert "KANARYA" not in told.getvalue() and "Nermin" not in told.getvalue()


# Forged buttons -------------------------------------------------------------------------------------------------------

VALUES = [
    "",
    "0",
    "-1",
    "999999999999999999999",
    "١",
    "²",
    "1.",
    "1.x",
    "x.1",
    "1." + "9" * 50,
    "yes.1.lost",
    "\x00",
    "%s",
]


@pytest.mark.parametrize("user", [AGENT, AUDITOR, STRANGER])
async def test_a_forged_button_gives_nobody_a_right_they_have_not(desk: Desk, bot: StaffDesk, user: int) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    roles = {AGENT: {Role.AGENT}, AUDITOR: {Role.AUDITOR}, STRANGER: set[Role]()}[user]
    before = await desk.rows("SELECT state, number FROM ticket")
    tables = ("opening", "refund", "print_outbox", "data_request", "staff", "desk_block", "template")
    held = {table: await desk.rows(f"SELECT * FROM {table}") for table in tables}
    for number, (action, value) in enumerate(((one, value) for one in TAPS for value in VALUES), 1):
        if roles & TAPS[action].roles and value in ("1.", "1.x", "1." + "9" * 50, "١"):
            continue  # theirs to press
        raw = {
            "update_id": 10_000_000 + number,
            "callback_query": {
                "id": str(number), "chat_instance": "1", "data": f"{action}:{value}"[:64],
                "from": {"id": user, "is_bot": False, "first_name": "Kim"},
                "message": {"message_id": 1, "date": 0, "chat": {"id": user, "type": "private"}},
            },
        }  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bot.bot, "_flood", Unlimited())
            await bot.feed(raw)
    assert await desk.rows("SELECT state, number FROM ticket") == before
    assert {table: await desk.rows(f"SELECT * FROM {table}") for table in tables} == held
    assert desk.told == [] and desk.aside == []


class Unlimited:
    def admit(self, chat: int | None) -> None: ...


# Floods ---------------------------------------------------------------------------------------------------------------


async def test_what_a_stranger_sends_too_fast_is_thrown_away_and_holds_nobody_up(desk: Desk, bot: StaffDesk) -> None:
    async def says(number: int, user: int) -> None:
        person = {"id": user, "is_bot": False, "first_name": "Kim"}
        message = {"message_id": number, "date": 0, "chat": {"id": GROUP, "type": "supergroup", "title": "Destek"}}
        await bot.feed({"update_id": 2_000_000 + number, "message": message | {"from": person, "text": "/durum"}})

    for number in range(200):
        await says(number, STRANGER)
    await says(500, AUDITOR)
    kept = await desk.rows("SELECT key FROM inbox WHERE key LIKE 'staff:2000___'")
    assert ("staff:2000000",) in kept and ("staff:2000500",) in kept and len(kept) < 100


async def test_what_a_member_of_the_staff_sends_too_fast_is_not_lost(desk: Desk, bot: StaffDesk) -> None:
    """After a night without us Telegram brings all of it at once."""
    person = {"id": AGENT, "is_bot": False, "first_name": "Ece"}
    message = {"message_id": 1, "date": 0, "chat": {"id": AGENT, "type": "private"}, "from": person, "text": "/durum"}
    with pytest.raises(Slower):
        for number in range(200):
            await bot.feed({"update_id": 3_000_000 + number, "message": message})


async def test_every_other_admin_hears_of_an_admin_who_comes_or_goes(desk: Desk, bot: StaffDesk) -> None:
    """So that nobody makes themselves the second pair of eyes unseen."""
    await desk.ask("/help", ENGLISH_ADMIN)
    await desk.ask(f"/personel ekle {AGENT} yönetici Ece")
    assert f"{AGENT} · Ece" in (await desk.message("Yeni bir yönetici", ENGLISH_ADMIN))["text"]
    await desk.ask(f"/personel cikar {AGENT}")
    assert str(AGENT) in (await desk.message("Bir yöneticinin görevine", ENGLISH_ADMIN))["text"]


async def test_every_other_admin_hears_of_an_admin_who_is_made_something_less(desk: Desk, bot: StaffDesk) -> None:
    await desk.ask("/help", ENGLISH_ADMIN)
    await desk.ask(f"/personel ekle {AGENT} yonetici Ece")
    before = len(await desk.said(ENGLISH_ADMIN))
    await desk.ask(f"/personel ekle {AGENT} temsilci Ece")
    (told,) = (await desk.said(ENGLISH_ADMIN))[before:]
    assert "görevine son verildi" in told and str(AGENT) in told
