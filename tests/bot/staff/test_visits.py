"""The access log read at the desk: newest first, by order or by member, page by page, and nothing of a sender in it."""

from __future__ import annotations

import re

import pytest

from bot.staff.desk import StaffDesk
from flows.desk.admin.access_log import ACTIONS, PAGE, Wanted, wanted
from flows.desk.base.request import Asked
from flows.desk.printing import pieces, tray
from flows.desk.requests.table import Choice
from storage.access_log import audit

from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, SENDER, STRANGER, Desk


async def lived(desk: Desk, times: int = 1) -> None:
    """A ticket that is answered, and put aside as often as asked."""
    await desk.sender()
    await desk.writes("Mektubum nerede?")
    await desk.reply("Yolda.", "Mektubum nerede?", AGENT)
    for _ in range(times):
        await desk.ask("/ertele 1 2", AGENT)


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"^(\d+) · ", page, re.MULTILINE)]


async def test_the_newest_line_comes_first_in_words(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk)
    (turkish,) = await desk.ask("/kayit", AUDITOR)
    (english,) = await desk.ask("/log", ENGLISH_ADMIN)
    assert numbers(turkish) == [4, 3, 2, 1]
    assert f"Ece ({AGENT}) · soruyu erteledi · 1" in turkish.split("\n")[1]
    assert numbers(english) == [5, 4, 3, 2, 1]
    assert english.split("\n")[1].endswith(f"({AUDITOR}) · read this log")
    assert f"Ece ({AGENT}) · answered a ticket · 1" in english


async def test_the_log_keeps_numbers_and_a_name_goes_with_its_member(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk)
    kept = "\n".join(str(row) for row in await desk.rows("SELECT actor, action, ticket, outcome FROM audit"))
    assert f"staff:{AGENT}" in kept and "Ece" not in kept
    await desk.ask(f"/personel cikar {AGENT}", ADMIN)
    (told,) = await desk.ask("/kayit", AUDITOR)
    assert f"staff:{AGENT} · soruyu erteledi · 1" in told and "Ece" not in told


@pytest.mark.parametrize(("typed", "shown"), [("/kuyruk", "/queue"), ("/queue", "/queue"), ("/kayit", "/log")])
async def test_a_command_is_called_as_its_reader_types_it(desk: Desk, bot: StaffDesk, typed: str, shown: str) -> None:
    await desk.ask(typed, AGENT)
    (english,) = await desk.ask("/log", ENGLISH_ADMIN)
    assert f"Ece ({AGENT}) · {shown} · refused: not in their role" in english
    (turkish,) = await desk.ask("/kayit", AUDITOR)
    assert f"Ece ({AGENT}) · {shown.replace('/queue', '/kuyruk').replace('/log', '/kayit')} · yapılmadı" in turkish


@pytest.mark.parametrize(("words", "where"), [("/kayit", None), ("/kuyruk", None), ("/kuyruk", GROUP)])
async def test_who_tries_without_the_right_stands_in_it(
    desk: Desk, bot: StaffDesk, words: str, where: int | None
) -> None:
    await desk.ask(words, AGENT, where)
    (told,) = await desk.ask("/kayit", AUDITOR)
    assert f"Ece ({AGENT}) · {words} · yapılmadı: görevinin dışında" in told


async def test_a_stranger_who_tries_leaves_nothing_in_it(desk: Desk, bot: StaffDesk) -> None:
    before = await desk.rows("SELECT count(*) FROM audit")
    await desk.ask("/kayit", STRANGER)
    assert await desk.rows("SELECT count(*) FROM audit") == before


async def test_reading_it_is_an_act_of_its_own_in_it(desk: Desk, bot: StaffDesk) -> None:
    await desk.ask("/kayit", AUDITOR)
    rows = await desk.rows("SELECT actor, action, outcome FROM audit ORDER BY seq DESC LIMIT 1")
    assert rows == [(f"staff:{AUDITOR}", "read_log", "done")]
    assert await desk.store.do(audit.verify) == ()


async def test_pages_are_turned_by_button_and_by_number(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk, 2 * PAGE)
    (first,) = await desk.ask("/kayit", AUDITOR)
    last = numbers(first)[0]
    assert numbers(first) == list(range(last, last - PAGE, -1))
    await desk.tap("Daha eski", first[:30], AUDITOR, AUDITOR)
    second = (await desk.said(AUDITOR))[-1]
    assert numbers(second)[0] == last + 1 - PAGE  # the reading itself is a line too
    (by_number,) = await desk.ask("/kayit 2", AUDITOR)
    assert numbers(by_number)[0] == last + 2 - PAGE
    (empty,) = await desk.ask("/kayit 999", AUDITOR)
    assert "kayıt yok" in empty


async def test_by_an_order_stands_what_was_done_about_it_and_its_sender(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk)
    (all_of_it,) = await desk.ask("/kayit", AUDITOR)
    (of_order,) = await desk.ask("/kayit mx000001", AUDITOR)
    assert "ekibe birini aldı" in all_of_it and "ekibe birini aldı" not in of_order
    assert numbers(of_order) == [4, 3]
    (again,) = await desk.ask("/kayit MX000001", AUDITOR)
    assert numbers(again) == [6, 4, 3]  # that somebody has looked is known too
    for typed in ("MX000002", "MX", "MX" + "9" * 30):
        (unknown,) = await desk.ask(f"/kayit {typed}", AUDITOR)
        assert "/kayit MX000001" not in unknown and "/kayit MX000123" in unknown


@pytest.mark.parametrize("typed", [str(AGENT), "Ece", "ECE", "ece"])
async def test_by_a_member_stands_what_they_did(desk: Desk, bot: StaffDesk, typed: str) -> None:
    await lived(desk)
    (found,) = await desk.ask(f"/kayit {typed}", AUDITOR)
    assert numbers(found) == [4, 3]
    assert f"staff:{ADMIN}" not in found


async def test_by_a_member_who_has_left_it_still_stands(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk)
    await desk.ask(f"/personel cikar {AGENT}")
    (found,) = await desk.ask(f"/kayit {AGENT}", AUDITOR)
    assert numbers(found) == [4, 3]


@pytest.mark.parametrize("typed", ["Kim", "99999", "' OR 1=1", "💥", "MX000001 MX000001"])
async def test_whatever_else_is_typed_is_answered_with_an_example(desk: Desk, bot: StaffDesk, typed: str) -> None:
    await lived(desk)
    (told,) = await desk.ask(f"/kayit {typed}", AUDITOR)
    assert "/kayit MX000123" in told


@pytest.mark.parametrize("value", ["", "2", "x.MX000001", "0.", "99999.", "1." + "9" * 50, "1.staff"])
async def test_a_forged_button_is_answered_and_changes_nothing(desk: Desk, bot: StaffDesk, value: str) -> None:
    (shown,) = await desk.ask("/kayit", AUDITOR)
    found = await desk.message(shown[:30], AUDITOR)
    tap = {"user": AUDITOR, "message_id": found["message_id"], "data": f"visits:{value}", "bot": "staff"}
    assert (await desk.post(f"chats/{AUDITOR}/tap", **tap))["answer"] is not None
    await desk.idle()
    assert await desk.store.do(audit.verify) == ()


@pytest.mark.parametrize(("user", "chat"), [(AGENT, None), (AGENT, GROUP), (STRANGER, None)])
async def test_it_is_for_admins_and_auditors(desk: Desk, bot: StaffDesk, user: int, chat: int | None) -> None:
    (told,) = await desk.ask("/kayit", user, chat)
    assert numbers(told) == []


async def test_a_blank_line_says_that_its_period_is_over(desk: Desk, bot: StaffDesk) -> None:
    await lived(desk)
    await desk.travel(days=800)
    await desk.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE audit SET at = NULL WHERE seq < 3"))
    (told,) = await desk.ask("/kayit", AUDITOR)
    assert "1 · boş: süresi doldu" in told


async def test_nothing_of_any_sender_stands_in_it(desk: Desk, bot: StaffDesk) -> None:
    await desk.sender(name="Işıl KANARYASOYAD", email="kanarya@example.com")
    await desk.writes("SORUKANARYA")
    await desk.reply("YANITKANARYA", "SORUKANARYA", AGENT)
    await desk.ask("/engelle 1 7", AGENT)
    told = "\n".join([*await desk.ask("/kayit", AUDITOR), *await desk.ask("/kayit MX000001", AUDITOR)])
    assert "göndericiyi engelledi" in told
    for canary in ("Işıl", "KANARYA", "kanarya", SENDER.handle, "905321234567"):
        assert canary not in told


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Wanted()),
        ("3", Wanted("3")),
        ("MX000001", Wanted("MX000001")),
        ("MX000001 3", Wanted("MX000001", 3)),
        ("Ece Su 2", Wanted("Ece Su", 2)),
        ("Ece Su", Wanted("Ece Su")),
        ("MX000001 0", Wanted("MX000001 0")),
    ],
)
def test_what_is_asked_for(words: str, expected: Wanted) -> None:
    assert wanted(Asked("k", 1, "Deniz", "tr", 1, 1, private=True, words=words)) == expected


def test_what_is_done_with_letters_refunds_and_requests_has_words_in_the_log() -> None:
    queue = {f"queue_{act}" for act in pieces.PIECE_ACTIONS}
    scans = {f"tray_{kind}" for kind in tray.WORDS}
    choices = {f"choose_{choice}" for choice in Choice}
    refunds = {"grant_refund", "settle_refund", "show_refunds", "retry_refund", "refund_by_hand"}
    assert queue and scans and choices
    assert (queue | scans | choices | refunds) - ACTIONS.keys() == set()
