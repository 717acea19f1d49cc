"""A letter is opened: two admins in the staff bot, one page over HTTP, once; and everything somebody could try."""

from __future__ import annotations

import asyncio
import base64
import html
import io
import os
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import LargeBinary, select

from bot.base import metrics
from bot.web.opening_page import FIELD, LARGEST, OpeningPage, seen_with
from bot.web.server import Web
from flows.core.effects import QueueForPrint
from flows.core.events import LetterOpened, Moment
from flows.core.state import Draft, Order, State, Turn
from flows.desk.openings.commands import PATH
from flows.desk.openings.table import Why
from flows.input.manuscript import Manuscript
from flows.words.styles import Kind, Style
from flows.words.text import Kurus
from rendering.processes.pool import RenderFailed
from storage import retention
from storage.access_log import audit, openings
from storage.database.engine import StorageError
from storage.database.tables import instant, metadata
from storage.printing.outbox import discard
from storage.queues import keys_to_shred
from storage.rights.export import export
from storage.senders import people, previews
from storage.store.store import KeptTurn
from tests.dialogue import operator
from tests.fakes import PATIENCE, answering, plain_logs  # noqa: F401

from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, SENDER, STRANGER, TOKENS, Desk, gone, staff_desk

LETTER, REFERENCE = "KANARYAMEKTUP", "DAYANAKKANARYA 2026/123"
PDF = b"%PDF KANARYAMEKTUP"
ID = "c" * 32
LINK = re.compile(r"(http://\S+)#([0-9a-f]{32}\.[0-9a-f]{32})")
ASK = f"/ac MX000002 hukuki {REFERENCE}"


@dataclass
class Room:
    """The desk, and the page as another process would serve it."""

    desk: Desk
    session: ClientSession
    web: Web
    drawn: list[bytes] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    group: int | None = GROUP
    looked_up: int = 0

    async def chat(self) -> int | None:
        """The staff's group, as the page asks for it before it asks Telegram who is in it."""
        self.looked_up += 1
        return self.group

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web.port}{PATH}"

    async def pictures(self, pdf: bytes) -> Sequence[bytes]:
        if self.trouble:
            raise self.trouble.pop(0)
        self.drawn.append(pdf)
        return (b"PNG of " + pdf,)

    async def written(self, *, drawn: bool = True, queued: bool = True) -> Order:
        """A letter of SENDER's, as far as it has come: MX000002."""
        desk, now = self.desk, self.desk.playground.clock.now()
        await desk.sender()
        await self._turn(draft=Draft(letter=ID, manuscript=Manuscript(((1, LETTER),))))
        if drawn:
            assert await desk.store.do(previews.keep, ID, PDF, "f00d", 1)
        made = Order(os.urandom(16).hex(), State.QUEUED, Kurus(1), ID, "f00d", 1, 1, "normal", now)
        before = await desk.store.do(people.standing_of, SENDER)
        assert before is not None
        later = now + timedelta(days=7000)  # nobody prints here
        effects = (QueueForPrint(made.id, later),) if queued else ()
        await self._turn(*effects, orders=(*before.orders, made))
        return made

    async def _turn(self, *effects: Any, **changes: Any) -> None:
        async with self.desk.store.transaction() as tx:
            before = (await tx.standings_of([SENDER]))[SENDER.channel, SENDER.handle]
            moment = Moment(self.desk.playground.clock.now(), os.urandom(16).hex())
            await tx.keep([KeptTurn(before, Turn(replace(before, **changes), effects), (), moment)])

    async def approved(self, ask: str = ASK) -> str:
        """Asked by one admin, approved by the other: what stands behind the # of the link."""
        await self.desk.ask(ask)
        await self.desk.tap("Onayla", "mektubun açılması isteniyor", ENGLISH_ADMIN, ENGLISH_ADMIN)
        return await self.key()

    async def key(self) -> str:
        told = "\n".join(await self.desk.said(ADMIN))
        return LINK.findall(told)[-1][1]  # type: ignore[no-any-return]

    async def post(self, key: str, **more: Any) -> tuple[int, str, Any]:
        async with self.session.post(self.url, data={FIELD: key}, **more) as answer:
            page = html.unescape(await answer.text())
            found = re.findall(r"base64,([^\"]+)", page)
            return answer.status, page + "".join(base64.b64decode(one).decode() for one in found), answer.headers

    async def purged(self, **how_long: float) -> list[str]:
        """Time goes by, what is past its time is destroyed; the keys that went."""
        store, clock = self.desk.store, self.desk.playground.clock
        await self.desk.travel(**how_long)
        while any((await store.do(retention.purge, clock.now())).values()):
            pass
        return await self.shredded()

    async def shredded(self) -> list[str]:
        keys = [one.key_id for one in await self.desk.store.do(keys_to_shred.pending, 100)]
        self.desk.store.vault.keyring.destroy(keys)
        await self.desk.store.do(keys_to_shred.done, keys, self.desk.playground.clock.now())
        return keys

    async def book(self) -> list[tuple[Any, ...]]:
        found = await self.desk.rows("SELECT actor, action, purpose, outcome FROM audit ORDER BY seq")
        return [row for row in found if row[1].endswith(("opening", "letter"))]


@pytest.fixture
async def room(desk: Desk) -> AsyncIterator[Room]:
    async def ready() -> bool:
        return True

    web = Web(ready)
    async with ClientSession(headers={"Accept-Language": "tr-TR,tr;q=0.9"}) as session:
        room = Room(desk, session, web)
        seen = seen_with(TOKENS["staff"], desk.playground.url, room.chat)
        admins = {ADMIN, ENGLISH_ADMIN}
        page = OpeningPage(desk.store, desk.playground.clock, admins=admins, pictures=room.pictures, seen=seen)
        page.add_to(web.app)
        await web.start("127.0.0.1", 0)
        bot = staff_desk(desk, operator=replace(operator(), public=f"http://127.0.0.1:{web.port}"))
        await bot.start()
        await asyncio.wait_for(bot.ready(), PATIENCE)
        for user in (ADMIN, ENGLISH_ADMIN):
            await desk.ask("/yardim", user)
        yield room
        await gone(desk)
        await web.stop()


# The road that is meant -----------------------------------------------------------------------------------------------


async def test_asked_by_one_approved_by_another_opened_once_and_told(room: Room) -> None:
    desk = room.desk
    await room.written()
    (mine,) = await desk.ask(ASK)
    assert "MX000002" in mine and REFERENCE in mine and "hukuki zorunluluk" in mine
    asked = (await desk.said(ENGLISH_ADMIN))[-1]
    assert "Deniz" in asked and "MX000002" in asked and REFERENCE in asked
    await desk.tap("Onayla", "mektubun açılması isteniyor", ENGLISH_ADMIN, ENGLISH_ADMIN)
    key = await room.key()
    assert desk.told == []
    status, page, _ = await room.post(key)
    assert status == 200
    assert "PNG of %PDF KANARYAMEKTUP" in page and "MX000002" in page
    await desk.idle()
    (news,) = desk.told
    assert isinstance(news, LetterOpened) and (news.order, news.why) == ("MX000002", Why.LEGAL)
    assert "Mektup bir kez açıldı" in (await desk.said(ADMIN))[-1]
    assert "Mektup bir kez açıldı" in (await desk.said(ENGLISH_ADMIN))[-1]
    assert await room.book() == [
        (f"staff:{ADMIN}", "ask_opening", "legal_order", "done"),
        (f"staff:{ENGLISH_ADMIN}", "approve_opening", "legal_order", "done"),
        (f"staff:{ADMIN}", "open_letter", "legal_order", "done"),
    ]
    assert await desk.store.do(audit.verify) == ()


@pytest.mark.parametrize(
    ("drawn", "queued", "shown"), [(True, True, "PNG of"), (True, False, "PNG of"), (False, False, "metni şöyle")]
)
async def test_the_page_shows_the_pages_or_the_words_whichever_is_left(
    room: Room, drawn: bool, queued: bool, shown: str
) -> None:
    await room.written(drawn=drawn, queued=queued)
    status, page, _ = await room.post(await room.approved())
    assert (status, shown in page, LETTER in page) == (200, True, True)


async def test_words_of_a_letter_are_words_and_no_markup(room: Room) -> None:
    await room.written(drawn=False, queued=False)
    key = await room.approved()
    words = "<script>alert(1)</script> & KANARYA"
    await room._turn(draft=Draft(letter=ID, manuscript=Manuscript(((1, words),))))
    async with room.session.post(room.url, data={FIELD: key}) as answer:
        raw = await answer.text()
    assert html.escape(words) in raw and "<script>alert" not in raw


async def test_words_that_are_struck_through_are_so_on_the_page(room: Room) -> None:
    await room.written(drawn=False, queued=False)
    key = await room.approved()
    struck = (Style(4, 8, Kind.STRIKE),)
    await room._turn(
        draft=Draft(letter=ID, manuscript=Manuscript(((1, "Seni seviyorum"),)).edited(1, "Ben özel", struck))
    )
    async with room.session.post(room.url, data={FIELD: key}) as answer:
        raw = await answer.text()
    assert 'Ben <span class="strike">özel</span>' in raw and ".strike { text-decoration: line-through }" in raw


async def test_where_the_pages_cannot_be_drawn_the_words_are_shown(room: Room) -> None:
    await room.written()
    room.trouble.append(RenderFailed("lost"))
    status, page, _ = await room.post(await room.approved())
    assert (status, "PNG of" in page, LETTER in page) == (200, False, True)


async def test_the_answer_is_kept_by_no_browser_proxy_or_frame(room: Room) -> None:
    await room.written()
    key = await room.approved()
    async with room.session.get(room.url) as answer:
        form = answer.headers
    _, _, shown = await room.post(key)
    for headers in (form, shown):
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "img-src data:" in policy
        assert "style-src 'sha256-" in policy and "unsafe-inline" not in policy
    assert "script-src 'sha256-" in form["Content-Security-Policy"]
    assert "script-src" not in shown["Content-Security-Policy"]


async def test_the_only_script_is_the_one_the_policy_names(room: Room) -> None:
    import hashlib

    async with room.session.get(room.url) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", page)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


# Attacks --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_robots_previews_and_prefetching_do_not_burn_the_link(room: Room, method: str) -> None:
    await room.written()
    key = await room.approved()
    for address in (room.url, f"{room.url}?{FIELD}={key}", f"{room.url}#{key}"):
        headers = {"Sec-Purpose": "prefetch;prerender"}
        async with room.session.request(method, address, headers=headers) as answer:
            page = await answer.text()
        assert answer.status == 200 and LETTER not in page and key not in page
    assert (await room.post(key))[0] == 200


async def test_a_second_opening_shows_nothing_and_is_on_record(room: Room) -> None:
    await room.written()
    key = await room.approved()
    assert (await room.post(key))[0] == 200
    status, page, _ = await room.post(key)
    assert (status, LETTER in page, "daha önce açılmış" in page) == (410, False, True)
    assert [row[3] for row in await room.book() if row[1] == "open_letter"] == ["done", "used"]
    await room.desk.idle()
    assert len(room.desk.told) == 1


async def test_of_many_at_once_one_opens(room: Room) -> None:
    await room.written()
    key = await room.approved()
    answers = await asyncio.gather(*(room.post(key) for _ in range(8)))
    assert sorted(status for status, _, _ in answers) == [200] + [410] * 7
    assert sum(LETTER in page for _, page, _ in answers) == 1
    assert len(room.drawn) == 1


async def test_after_a_quarter_of_an_hour_the_link_opens_nothing(room: Room) -> None:
    await room.written()
    key = await room.approved()
    await room.desk.travel(minutes=15)
    status, page, _ = await room.post(key)
    assert (status, LETTER in page, "15 dakikası doldu" in page) == (410, False, True)
    assert room.desk.told == []


async def test_a_forged_token_opens_nothing_and_is_counted(room: Room) -> None:
    await room.written()
    key = await room.approved()
    id, token = key.split(".")
    other = ("0" if token[0] != "0" else "1") + token[1:]
    before = metrics.FORGED_CALLBACKS.labels("opening")._value.get()
    forged = ["", ".", id, f"{id}.", f"{id}.{other}", f"{id}.{token}0", f"{'0' * 32}.{token}", f".{token}", "ş" * 40]
    for one in [*forged, f"{id}.{token[:-1]}", key.upper().replace("C", "X"), "x" * 900, "%00"]:
        status, page, _ = await room.post(one)
        assert (status, LETTER in page) == (404, False), one
    assert metrics.FORGED_CALLBACKS.labels("opening")._value.get() == before + len(forged) + 4
    assert (await room.post(f"{room.url}#{key}"))[0] == 200  # a whole link, pasted into the field


async def test_what_is_no_form_of_ours_is_not_read(room: Room) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * LARGEST

    for body in (b"", b"x" * (LARGEST + 1), b"\xff\xfe=\xff", endless(), f"{FIELD}=a&{FIELD}=b".encode(), b"{}"):
        async with room.session.post(room.url, data=body) as answer:
            assert answer.status == 404


async def test_the_token_is_kept_as_a_keyed_hash_and_compared_in_constant_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.written()
    key = await room.approved()
    ((kept,),) = await room.desk.rows("SELECT token FROM opening")
    token = key.split(".")[1]
    assert len(kept) == 32 and kept not in (token.encode(), bytes.fromhex(token))
    compared: list[bytes] = []

    def watched(a: bytes, b: bytes) -> bool:
        compared.append(a)
        return a == b

    monkeypatch.setattr("storage.access_log.openings.hmac.compare_digest", watched)
    await room.post(key)
    # Before the group is looked up, and when it is claimed; the access log compares its own links in the same way.
    assert [one for one in compared if one == kept] == [kept, kept]


async def test_nobody_approves_what_they_asked_for_themselves(room: Room) -> None:
    await room.written()
    await room.desk.ask(ASK)
    ((id,),) = await room.desk.rows("SELECT id FROM opening")
    mine = await room.desk.message("İstek alındı", ADMIN)
    done = await room.desk.post(
        f"chats/{ADMIN}/tap", user=ADMIN, message_id=mine["message_id"], data=f"openyes:{id}", bot="staff"
    )
    assert "siz istediniz" in done["answer"]["text"]
    assert await room.desk.rows("SELECT stage, token FROM opening") == [("asked", None)]
    assert (await room.book())[-1] == (f"staff:{ADMIN}", "approve_opening", "legal_order", "own")


@pytest.mark.parametrize("user", [AGENT, AUDITOR, STRANGER])
async def test_only_admins_ask_and_approve(room: Room, user: int) -> None:
    await room.written()
    await room.desk.ask(f"/personel ekle {AGENT} temsilci Ece")
    await room.desk.ask(f"/personel ekle {AUDITOR} denetçi Umut")
    await room.desk.ask(ASK, user)
    assert await room.desk.rows("SELECT id FROM opening") == []
    await room.desk.ask(ASK)
    ((id,),) = await room.desk.rows("SELECT id FROM opening")
    (note,) = await room.desk.ask("/durum", user)
    shown = await room.desk.message(note[:20], user)
    await room.desk.post(
        f"chats/{user}/tap", user=user, message_id=shown["message_id"], data=f"openyes:{id}", bot="staff"
    )
    assert await room.desk.rows("SELECT stage FROM opening") == [("asked",)]


async def appointed(room: Room) -> None:
    await room.desk.ask(f"/personel ekle {AGENT} yönetici Ece")
    await room.desk.ask("/yardim", AGENT)


async def test_an_admin_removed_between_asking_and_approval_opens_nothing(room: Room) -> None:
    await room.written()
    await appointed(room)
    await room.desk.ask(ASK, AGENT)
    await room.desk.ask(f"/personel cikar {AGENT}")
    told = await room.desk.tap("Onayla", "mektubun açılması isteniyor", ADMIN, ADMIN)
    assert "artık yönetici değil" in told
    assert await room.desk.rows("SELECT stage FROM opening") == [("asked",)]


async def test_an_admin_removed_between_approval_and_opening_opens_nothing(room: Room) -> None:
    await room.written()
    await appointed(room)
    await room.desk.ask(ASK, AGENT)
    await room.desk.tap("Onayla", "mektubun açılması isteniyor", ADMIN, ADMIN)
    key = LINK.findall("\n".join(await room.desk.said(AGENT)))[-1][1]
    await room.desk.ask(f"/personel cikar {AGENT}")
    status, page, _ = await room.post(key)
    assert (status, LETTER in page, "artık yönetici değil" in page) == (410, False, True)
    assert room.desk.told == [] and room.drawn == []


async def test_an_approver_who_has_left_the_group_approves_nothing(room: Room) -> None:
    await room.written()
    await room.desk.ask(ASK)
    await room.desk.post(f"groups/{GROUP}/members", user=ENGLISH_ADMIN, status="left")
    await room.desk.tap("Onayla", "mektubun açılması isteniyor", ENGLISH_ADMIN, ENGLISH_ADMIN)
    assert await room.desk.rows("SELECT stage FROM opening") == [("asked",)]


@pytest.mark.parametrize("user", [ADMIN, ENGLISH_ADMIN])
@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_while_whoever_asked_or_approved_is_out_of_the_group_the_page_opens_nothing(
    room: Room, user: int, status: str
) -> None:
    await room.written()
    key = await room.approved()
    await room.desk.post(f"groups/{GROUP}/members", user=user, status=status)
    answer, page, _ = await room.post(key)
    assert (answer, LETTER in page, "ekip grubunda değil" in page) == (403, False, True)
    await room.desk.idle()
    assert room.drawn == [] and room.desk.told == []
    assert (await room.book())[-1] == (f"staff:{ADMIN}", "open_letter", "legal_order", "away")
    await room.desk.post(f"groups/{GROUP}/members", user=user, status="member")
    assert (await room.post(key))[0] == 200  # the link was not used up


@pytest.mark.parametrize("method", ["getMe", "getChatMember"])
async def test_where_telegram_cannot_be_asked_who_is_in_the_group_nothing_is_opened(room: Room, method: str) -> None:
    await room.written()
    key = await room.approved()
    await room.desk.post("faults", bot="staff", method=method, error=502, times=1)
    status, page, _ = await room.post(key)
    assert (status, LETTER in page, "bakılamadı" in page) == (503, False, True)
    assert room.drawn == [] and room.desk.told == []
    assert (await room.book())[-1] == (f"staff:{ADMIN}", "open_letter", "legal_order", "unknown")
    assert (await room.post(key))[0] == 200


async def test_telegram_is_asked_for_a_link_that_would_open_and_for_no_other(room: Room) -> None:
    await room.written()
    key = await room.approved()
    await room.post(key[:-1] + ("0" if key[-1] != "0" else "1"))
    assert room.looked_up == 0
    assert (await room.post(key))[0] == 200
    assert room.looked_up == 2
    assert (await room.post(key))[0] == 410
    assert room.looked_up == 2


async def test_where_there_is_no_staff_group_the_roles_alone_decide(room: Room) -> None:
    await room.written()
    room.group = None
    key = await room.approved()
    await room.desk.post(f"groups/{GROUP}/members", user=ADMIN, status="left")
    assert (await room.post(key))[0] == 200


async def test_of_two_who_approve_at_once_one_does_and_there_is_one_link(room: Room) -> None:
    await room.written()
    await appointed(room)
    await room.desk.ask(ASK)
    taps = []
    for user in (ENGLISH_ADMIN, AGENT):
        shown = await room.desk.message("mektubun açılması isteniyor", user)
        tapped = {"user": user, "message_id": shown["message_id"], "label": "Onayla", "bot": "staff"}
        taps.append(room.desk.post(f"chats/{user}/tap", **tapped))
    answers = [(one["answer"] or {}).get("text") or "" for one in await asyncio.gather(*taps)]
    await room.desk.idle()
    assert sum("zaten karar verildi" in one for one in answers) == 1
    assert len(LINK.findall("\n".join(await room.desk.said(ADMIN)))) == 1


async def test_a_request_dies_after_a_day(room: Room) -> None:
    await room.written()
    await room.desk.ask(ASK)
    await room.desk.travel(hours=24)
    told = await room.desk.tap("Onayla", "mektubun açılması isteniyor", ENGLISH_ADMIN, ENGLISH_ADMIN)
    assert "24 hours" in told
    assert await room.desk.rows("SELECT stage FROM opening") == [("asked",)]
    (again, *_) = await room.desk.ask(ASK)
    assert "İstek alındı" in again


async def test_an_approval_that_is_taken_back_opens_nothing(room: Room) -> None:
    await room.written()
    key = await room.approved()
    await room.desk.tap("Take back", "lives for 15 minutes", ENGLISH_ADMIN, ENGLISH_ADMIN)
    status, page, _ = await room.post(key)
    assert (status, LETTER in page) == (404, False)
    assert "Reddeden: Robin" in (await room.desk.said(ADMIN))[-1]


async def erased(room: Room, order: Order) -> None:
    """The letter's rows go, as they do after printing."""
    now = room.desk.playground.clock.now()
    await room.desk.store.database.run(lambda conn: discard(conn, ID, order.id, now))
    assert await room.shredded()


async def test_of_a_letter_that_is_printed_and_erased_nothing_can_be_asked(room: Room) -> None:
    await erased(room, await room.written())
    (told,) = await room.desk.ask(ASK)
    assert "basıldı ve silindi" in told
    assert await room.desk.rows("SELECT id FROM opening") == []


async def test_a_letter_erased_between_approval_and_opening_is_gone_and_its_sender_is_not_told(room: Room) -> None:
    order = await room.written()
    key = await room.approved()
    await erased(room, order)
    status, page, _ = await room.post(key)
    assert (status, "basıldı ve silindi" in page) == (410, True)
    assert room.desk.told == []


async def test_a_letter_whose_key_is_destroyed_is_not_said_to_be_there(room: Room) -> None:
    await room.written()
    ((key,),) = await room.desk.rows(f"SELECT key_id FROM letter WHERE id = '{ID}'")
    room.desk.store.vault.keyring.destroy([key])
    assert "basıldı ve silindi" in (await room.desk.ask(ASK))[0]


# On record before it opens --------------------------------------------------------------------------------------------


async def test_nothing_is_opened_before_the_line_is_committed_and_signed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.written()
    key = await room.approved()
    seen: list[tuple[str, int]] = []
    store = room.desk.store
    opening = store.do

    async def watched(letter: str) -> Any:
        lines = await room.book()
        head = store.vault.keyring.signed_head()
        assert head is not None
        ((last,),) = await room.desk.rows("SELECT max(seq) FROM audit")
        assert (lines[-1][1], head[0]) == ("open_letter", last)
        seen.append(head)  # type: ignore[arg-type]
        return await opening(openings.shown, letter)

    answering(monkeypatch, store, openings.shown, watched)
    assert (await room.post(key))[0] == 200
    assert len(seen) == 1


async def test_where_it_cannot_be_signed_for_nothing_is_opened(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.written()
    key = await room.approved()

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(room.desk.store.vault.keyring, "sign_head", full)
    status, page, _ = await room.post(key)
    assert (status, LETTER in page, "kayda geçirilemedi" in page) == (500, False, True)
    assert room.drawn == []


async def test_while_the_database_is_away_the_link_is_not_burnt(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.written()
    key = await room.approved()

    def away(*_: object, **__: object) -> None:
        raise StorageError("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr("storage.access_log.openings.by_token", away)
        assert (await room.post(key))[0] == 503
    assert (await room.post(key))[0] == 200


# What the order forbids -----------------------------------------------------------------------------------------------


async def test_where_the_order_forbids_it_the_sender_hears_of_it_when_an_admin_says_so(room: Room) -> None:
    desk = room.desk
    await room.written()
    key = await room.approved(f"/open MX000002 legal silent {REFERENCE}")
    assert (await room.post(key))[0] == 200
    ((opened_at,),) = await desk.rows("SELECT opened_at FROM opening")
    await desk.idle()
    assert desk.told == []
    assert (await desk.store.do(export, SENDER))["openings"] == []
    await desk.travel(hours=48)
    *_, listed = await desk.ask("/ac", ENGLISH_ADMIN)
    assert "MX000002" in listed
    await desk.tap("Göndericiye şimdi bildir", "Mektup bir kez açıldı", ENGLISH_ADMIN, ENGLISH_ADMIN)
    await desk.tap("Göndericiye şimdi bildir", "Mektup bir kez açıldı", ADMIN, ADMIN)
    assert desk.told == [LetterOpened("MX000002", Why.LEGAL, instant(opened_at))]
    (held,) = (await desk.store.do(export, SENDER))["openings"]
    assert held["why"] == "legal_order"


# Canaries -------------------------------------------------------------------------------------------------------------


def on_disk(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.name != "clock.lock"}


async def test_the_letter_stands_on_the_page_and_nowhere_else(
    room: Room,
    plain_logs: io.StringIO,  # noqa: F811
    tmp_path: Path,
) -> None:
    desk = room.desk
    await room.written()
    files = on_disk(tmp_path)
    key = await room.approved()
    _, page, _ = await room.post(key)
    await room.post(key)
    await desk.idle()
    assert LETTER in page
    told = "\n".join([*(await desk.said(ADMIN)), *(await desk.said(ENGLISH_ADMIN)), *(await desk.said(GROUP))])
    assert key in told and REFERENCE in told
    logs = plain_logs.getvalue()
    assert "a letter was opened" in logs
    exposed = metrics.exposition().decode()
    for secret in (LETTER, key, key.split(".")[1], REFERENCE, "905321234567", "isil@example.com", "Işıl"):
        assert secret not in logs and secret not in exposed
    assert LETTER not in told and "İnci" not in told

    def words(conn: Any) -> str:
        return "\n".join(repr(row) for table in metadata.tables.values() for row in conn.execute(select(table)))

    held = await desk.store.database.run(words)
    for secret in (LETTER, REFERENCE, key.split(".")[1]):
        assert secret not in held
    assert on_disk(tmp_path) == files
    assert any(isinstance(column.type, LargeBinary) for column in metadata.tables["opening"].columns)


async def test_the_reference_is_sealed_and_goes_with_the_request(room: Room) -> None:
    desk = room.desk
    await room.written()
    await desk.ask(ASK)
    ((key, sealed),) = await desk.rows("SELECT key_id, reference FROM opening")
    assert REFERENCE.encode() not in sealed
    assert key not in await room.purged(days=29)
    assert key in await room.purged(days=2)
    assert await desk.rows("SELECT id FROM opening") == []


async def test_a_used_links_hash_goes_within_the_hour_and_the_request_stays_as_long_as_its_line(room: Room) -> None:
    desk = room.desk
    await room.written()
    await room.post(await room.approved())
    await room.purged(hours=1)
    assert await desk.rows("SELECT stage, token FROM opening") == [("opened", None)]
    await room.purged(days=3600)
    assert await desk.rows("SELECT stage FROM opening") == [("opened",)]
    assert await desk.rows("SELECT action FROM audit WHERE at IS NOT NULL") == [("open_letter",)]
    await room.purged(days=61)
    assert await desk.rows("SELECT stage FROM opening") == []
    assert await desk.store.do(audit.verify) == ()
