"""Who may do what: every command and button as every role, in private and in the group; membership fails closed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlalchemy import event

from bot.staff.commands import COMMANDS, OTHERS, TAPS, StaffCommand
from bot.staff.desk import StaffDesk
from bot.staff.telegram.translate import WORDS
from bot.wording.speak import words as spelled
from flows.core.events import TicketAnswered
from flows.desk.admin import members
from flows.desk.admin.effects import DismissStaff
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import ALL, Member, Presence, Role, read, written
from flows.desk.support import ticket_commands
from storage import retention
from storage.access_log import audit

from . import rights
from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, STRANGER, Desk, gone, staff_desk

WHO = {ADMIN: ALL, AGENT: frozenset({Role.AGENT}), AUDITOR: frozenset({Role.AUDITOR}), STRANGER: frozenset[Role]()}
NOBODY = "MektupX"


def refused(answers: list[str]) -> bool:
    return any("yardımcı olabilir" in one for one in answers)


@pytest.mark.parametrize("command", COMMANDS, ids=[command.twin for command in COMMANDS])
async def test_every_command_as_every_role_in_private_and_in_the_group(
    desk: Desk, bot: StaffDesk, command: StaffCommand
) -> None:
    """Allowed or refused by either name, as is written by hand; a stranger hears one sentence, in private only."""
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    for (user, roles), chat, name in itertools.product(WHO.items(), (None, GROUP), (command.name, command.twin)):
        answers = await desk.ask(f"/{name} {command.example}", user, chat)
        if not roles:
            assert len(answers) == (chat is None), (user, chat)
            assert not any("/" in one or "1" in one for one in answers)
        else:
            assert answers, (user, chat)
            assert refused(answers) is not bool(roles & rights.COMMANDS[command.name].roles), (user, chat, answers)


@pytest.mark.parametrize("action", TAPS)
async def test_every_button_as_every_role_in_private_and_in_the_group(desk: Desk, bot: StaffDesk, action: str) -> None:
    """A button is no right: whoever sends what it would send is allowed or refused as is written by hand."""
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    card = await desk.message("yeni soru")
    for (user, roles), chat in itertools.product(WHO.items(), (None, GROUP)):
        await desk.ask("/durum", user)  # a message of the bot to tap on
        shown = card if chat else await desk.message("", user)
        done = await desk.post(
            f"chats/{chat or user}/tap", user=user, message_id=shown["message_id"], data=f"{action}:1", bot="staff"
        )
        await desk.idle()
        told = str((done["answer"] or {}).get("text") or "")
        if roles:
            assert ("görevinizin dışında" in told) is not bool(roles & rights.BUTTONS[action].roles), (user, chat, told)
        else:
            assert (NOBODY in told) is (chat is None) and bool(told) is (chat is None), (user, chat, told)
    assert desk.told == [] or action in ticket_commands.BUTTONS


async def test_who_has_left_the_group_does_nothing_privileged_in_private_either(desk: Desk, bot: StaffDesk) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    for user in (AGENT, ADMIN):
        await desk.post(f"groups/{GROUP}/members", user=user, status="left")
        (told,) = await desk.ask("/y 1 Yolda.", user)
        assert told.startswith("Şu anda ekip grubunda değilsiniz")
        await desk.post(f"groups/{GROUP}/members", user=user, status="member")
    assert desk.told == []
    await desk.ask("/y 1 Yolda.", AGENT)
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_every_privileged_row_is_refused_to_whoever_has_left(desk: Desk, bot: StaffDesk) -> None:
    await desk.post(f"groups/{GROUP}/members", user=ADMIN, status="kicked")
    for command in COMMANDS:
        (told, *_) = await desk.ask(f"/{command.name} {command.example}", ADMIN)
        assert told.startswith("Şu anda ekip grubunda değilsiniz") is rights.COMMANDS[command.name].looked_up, (
            command.name
        )
    assert all(row.privileged for row in TAPS.values()) and OTHERS[""].privileged


@pytest.mark.parametrize("error", ["502", "403", "429"])
async def test_where_the_membership_cannot_be_looked_up_nothing_is_done(desk: Desk, bot: StaffDesk, error: str) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.post("faults", bot="staff", method="getChatMember", error=error)
    (told,) = await desk.ask("/y 1 Yolda.", AGENT)
    assert "bakılamadı" in told
    assert desk.told == []
    await desk.ask("/y 1 Yolda.", AGENT)
    assert len(desk.told) == 1


async def test_rights_taken_away_are_gone_at_the_next_word(desk: Desk, bot: StaffDesk) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.ask(f"/personel cikar {AGENT}")
    assert await desk.reply("Yolda.", "Mektubum nerede?") == []  # a stranger in the group is not answered
    (told,) = await desk.ask("/y 1 Yolda.", AGENT)
    assert NOBODY in told and "/" not in told
    assert desk.told == []


STILL = "hâlâ ekip grubunda"


async def test_of_a_dismissed_member_who_is_still_in_the_group_the_admin_hears_in_the_same_breath(
    desk: Desk, bot: StaffDesk
) -> None:
    (told,) = await desk.ask(f"/personel cikar {AGENT}")
    assert told.startswith(f"Listeden çıkarıldı: Ece ({AGENT})") and STILL in told
    (told,) = await desk.ask(f"/staff remove {AUDITOR}", ENGLISH_ADMIN)
    assert "still in the staff group" in told


async def test_of_one_who_has_left_the_group_nothing_more_is_said(desk: Desk, bot: StaffDesk) -> None:
    await desk.post(f"groups/{GROUP}/members", user=AGENT, status="left")
    (told,) = await desk.ask(f"/personel cikar {AGENT}")
    assert told.startswith(f"Listeden çıkarıldı: Ece ({AGENT})") and STILL not in told and "\n" not in told


def test_where_telegram_does_not_say_who_is_in_the_group_the_admin_is_asked_to_look() -> None:
    """Dismissed all the same: rights go at once, whatever Telegram says."""
    asked = Asked("k", ADMIN, "Deniz", "tr", ADMIN, 1, private=True, words=f"cikar {AGENT}", theirs=Presence.UNKNOWN)
    listed = members.Staff(((Member(str(AGENT), "Ece"), frozenset({Role.AGENT})),), frozenset({ADMIN}))
    assert members.leaving(asked) == AGENT
    dismissed, *_, answer = members.staff(asked, listed).effects
    assert dismissed == DismissStaff(AGENT)
    assert isinstance(answer, Say) and "gruba bakıp" in spelled(answer.text, "tr")


async def test_the_other_admins_hear_too_that_a_dismissed_admin_is_still_in_the_group(
    desk: Desk, bot: StaffDesk
) -> None:
    await desk.ask(f"/personel ekle {STRANGER} yönetici Kim")
    await desk.ask("/yardim", ENGLISH_ADMIN)
    before = len(await desk.said(ENGLISH_ADMIN))
    await desk.ask(f"/personel cikar {STRANGER}")
    (news,) = (await desk.said(ENGLISH_ADMIN))[before:]
    assert str(STRANGER) in news and STILL in news
    assert "Listeden çıkarılan kişi" in news  # and not whoever did it, who is named just before


async def test_an_admin_removed_between_the_two_steps_of_an_answer_cannot_send_it(desk: Desk, bot: StaffDesk) -> None:
    await desk.ask(f"/personel ekle {STRANGER} yönetici Kim")
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT)
    await desk.reply("Postada.", "Mektubum nerede?", STRANGER)
    await desk.ask(f"/personel sil {STRANGER}")
    await desk.tap("O da gönderilsin", "henüz gönderilmedi", STRANGER)
    assert desk.told == [TicketAnswered(1, "Yolda.")]


async def test_the_staff_list_is_kept_by_admins_and_shows_the_admins_of_the_settings(
    desk: Desk, bot: StaffDesk
) -> None:
    (listed,) = await desk.ask("/personel")
    assert listed.split("\n")[1:] == [
        f"Deniz ({ADMIN}) · ayarlardaki yönetici",
        f"{ENGLISH_ADMIN} · ayarlardaki yönetici",
        f"Ece ({AGENT}) · temsilci",
        f"Umut ({AUDITOR}) · denetçi",
    ]
    (told,) = await desk.ask(f"/personel cikar {ADMIN}")
    assert "MEKTUPX_ADMINS" in told
    (usage,) = await desk.ask("/staff promote 5", ENGLISH_ADMIN)
    assert "/staff add 123456789 agent Deniz" in usage
    for typed in ("/personel ekle", "/personel ekle Ece temsilci", f"/personel ekle {STRANGER}", "/personel cikar x"):
        assert "/personel ekle 123456789 temsilci Deniz" in (await desk.ask(typed))[0]
    (both,) = await desk.ask(f"/staff add {AGENT} agent auditor Ece Su", ENGLISH_ADMIN)
    assert "Ece Su · agent, auditor" in both


async def test_a_command_in_another_group_or_to_another_bot_is_nothing(desk: Desk, bot: StaffDesk) -> None:
    await desk.post("groups", id=-2002, title="Başka", members=[ADMIN], bots=["staff"])
    assert await desk.ask("/durum", ADMIN, -2002) == []
    assert await desk.ask("/durum@mektupx_staff_bot", ADMIN, -2002) == []


async def test_an_unknown_button_is_answered_and_does_nothing(desk: Desk, bot: StaffDesk) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    card = await desk.message("yeni soru")
    for data in ("", "close", "close:x", "also:1.x", "also:" + "9" * 50, "explode:1"):
        done = await desk.post(
            f"chats/{GROUP}/tap", user=AGENT, message_id=card["message_id"], data=data or "?", bot="staff"
        )
        assert done["answer"] is not None, data
    assert desk.told == []
    tapped = await desk.post(
        f"chats/{GROUP}/tap", user=AUDITOR, message_id=card["message_id"], data="close:1", bot="staff"
    )
    assert "görevinizin dışında" in tapped["answer"]["text"]


async def test_every_act_of_the_staff_is_in_the_visitors_book_with_an_opaque_subject(
    desk: Desk, bot: StaffDesk
) -> None:
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.reply("Yolda.", "Mektubum nerede?")
    for command in ("/ata 1", "/ertele 1 2", "/engelle 1", "/engel_kaldir 1", "/kapat 1", "/yeniden_ac 1"):
        await desk.ask(command, AGENT)
    await desk.ask(f"/personel cikar {AUDITOR}")
    rows = await desk.store.database.run(
        lambda conn: conn.exec_driver_sql("SELECT actor, action, ticket, purpose FROM audit ORDER BY seq").all()
    )
    assert [tuple(row) for row in rows] == [
        (f"staff:{ADMIN}", "appoint_staff", "", "service"),
        (f"staff:{ADMIN}", "appoint_staff", "", "service"),
        *(
            (f"staff:{AGENT}", action, "1", "service")
            for action in (
                *("answer_ticket", "assign_ticket", "snooze_ticket", "block_sender", "unblock_sender"),
                *("close_ticket", "reopen_ticket"),
            )
        ),
        (f"staff:{ADMIN}", "dismiss_staff", "", "service"),
    ]
    assert await desk.store.do(audit.verify) == ()
    assert await desk.store.database.run(audit.count) == len(rows)


async def test_the_books_lock_is_the_last_a_turn_takes(desk: Desk, bot: StaffDesk) -> None:
    """Everybody waits for it, so whoever has it waits for nobody: not even for the row of a chat first spoken to."""
    written: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: object) -> None:
        words = statement.split()
        if words[0] in ("INSERT", "UPDATE") and desk.staff is not None and desk.staff.door.busy:
            written.append(words[2] if words[0] == "INSERT" else words[1])

    engine = await desk.store.database.run(lambda conn: conn.engine)
    event.listen(engine, "before_cursor_execute", note)
    await desk.ask(f"/personel ekle {STRANGER} temsilci Kim")
    event.remove(engine, "before_cursor_execute", note)
    assert "message_outbox" in written and "audit" in written
    assert written.index("message_outbox") < written.index("audit")


async def test_roles_are_kept_as_names_and_unknown_ones_are_no_right() -> None:
    assert read(written(ALL)) == ALL
    assert read("agent emperor") == frozenset({Role.AGENT})
    assert read("") == frozenset()


async def test_a_stranger_leaves_nothing_behind_after_a_day(desk: Desk) -> None:
    bot = staff_desk(desk)
    await bot.start()
    await desk.ask("merhaba", STRANGER)
    await desk.ask("/durum", ADMIN)
    people = "SELECT count(*) FROM person"

    async def count() -> int:
        return int(await desk.store.database.run(lambda conn: conn.exec_driver_sql(people).scalar()))

    assert await count() == 2
    await desk.travel(hours=25)
    await desk.store.do(retention.purge, desk.playground.clock.now())
    assert await count() == 1  # the admin
    await gone(desk)


def test_the_rows_beside_the_commands_are_complete() -> None:
    assert WORDS in OTHERS
    assert all(row.roles for row in (*OTHERS.values(), *TAPS.values()))
