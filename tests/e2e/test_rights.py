"""A sender has a copy of everything, then is erased: on the real service, two admins deciding, every file searched."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.base import log
from bot.demo.environment import Environment
from flows.core.events import Envelope, LetterPosted, Moment, Person
from flows.desk.base.request import Asked
from flows.desk.requests import commands
from flows.desk.requests.effects import MoveRequest
from storage.rights import request_facts
from storage.senders import people
from storage.store import writers
from storage.store.requested import By, requested_by
from tests.e2e.conftest import ADDRESSES, LETTER, NAMES, PATIENCE, Sender
from tests.e2e.test_remnants import found_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUESTION = "Mektubum kanarya gibi nerede"


async def admin(stage: Environment, by: str, words: str) -> None:
    """/kvkk_uygula as an admin gives it, in the desk's own transaction."""
    now = stage.service.clock.now()
    asked = Asked("k", int(by), "Deniz", "tr", int(by), 5, True, words=words, moment=Moment(now, "f" * 32))
    store = stage.service.store

    def act(conn: Any) -> None:
        turn = commands.apply(asked, request_facts.facts_of_one(conn, store.vault, asked))
        moved = [one for one in turn.effects if isinstance(one, MoveRequest)]
        assert len(moved) == 1
        writers.perform(conn, store.vault, requested_by(By(asked.actor, "", now), moved))

    await store.database.run(act)


async def files(sender: Sender) -> dict[str, bytes]:
    """Documents of the chat by name."""
    found = {}
    for message in await sender.chat():
        file = message.get("file") or {}
        if file.get("name"):
            async with sender._http.get(f"{sender._api}/files/{file['file_id']}") as answer:
                found[file["name"]] = await answer.read()
    return found


async def test_a_copy_of_everything_then_nothing_but_what_the_law_keeps(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    log.configure(tmp_path / "log")
    stage = Environment(tmp_path)
    await stage.start()
    isil = await Sender(stage, session).comes()
    await isil.page(await isil.orders(), "pay")
    order = await isil.order()
    me, now = Person("telegram", str(isil.sender)), stage.service.clock.now()
    posted = LetterPosted(order.id, "RR473124829TR")
    await stage.service.door.receive(Envelope("t:1", me, posted, Moment(now, secrets.token_hex(16))))
    await isil.settle()
    await isil.says(f"/destek {QUESTION}")

    # The copy: two files, in this chat.
    await isil.says("/verilerim")
    await isil.taps("Evet, verilerimi istiyorum")
    await isil.hears("Aynı bilgiler, bilgisayarların")
    had = await files(isil)
    assert had["verilerim.pdf"].startswith(b"%PDF")
    copy = json.loads(had["verilerim.json"])
    assert copy["profile"]["email"] == isil.mail and copy["messenger"]["handle"] == str(isil.sender)
    assert copy["tickets"][0]["words"] == QUESTION and copy["scans"][-1]["tracking"] == "RR473124829TR"

    # The erasure: proposed by one admin, confirmed by another, answered in the chat.
    store, keyring = stage.service.store, stage.service.store.vault.keyring
    key = await store.database.run(
        lambda conn: conn.exec_driver_sql("SELECT key_id FROM person WHERE channel = 'telegram'").scalar_one()
    )
    assert keyring.holds(key)
    await isil.says("/sil")
    await isil.taps("Evet, verilerimi silin")
    await admin(stage, "2001", "2")
    await admin(stage, "2002", "2 onay")
    answer = await isil.hears("Talebiniz yerine getirildi")
    assert "Vergi Usul Kanunu m.253" in answer and "60 gün" in answer
    async with asyncio.timeout(PATIENCE):
        while keyring.holds(key):  # noqa: ASYNC110 - the answer, the round after it, the shredder: no event tells
            await asyncio.sleep(0.05)
    assert await store.do(people.standing_of, me) is None
    left = await store.database.run(
        lambda conn: conn.exec_driver_sql(
            "WITH theirs AS (SELECT id AS person_id FROM person WHERE channel = 'telegram')"
            " SELECT (SELECT count(*) FROM conversation NATURAL JOIN theirs) + (SELECT count(*) FROM letter)"
            " + (SELECT count(*) FROM work)"
            " + (SELECT count(*) FROM ticket_message) + (SELECT count(*) FROM message_outbox NATURAL JOIN theirs)"
            " + (SELECT count(*) FROM person WHERE channel = 'telegram' AND handle IS NOT NULL)"
            " + (SELECT count(*) FROM orders WHERE addressee IS NOT NULL OR tracking IS NOT NULL OR url IS NOT NULL)"
        ).scalar_one()
    )
    assert left == 0
    phone = stage.playground.world.people[isil.sender].phone_number
    async with asyncio.timeout(PATIENCE):
        await stage.stop()

    canaries = [*LETTER, *NAMES, *ADDRESSES, isil.mail, str(isil.sender), phone[-10:], QUESTION]
    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "note").write_text(" ".join(canaries), encoding="utf-8")
    assert set(found_in(tmp_path / "marked", canaries, without=stage.tray)) == set(canaries)  # presence first
    (tmp_path / "marked" / "note").unlink()
    assert found_in(tmp_path, canaries, without=stage.tray) == {}
    assert list(stage.tray.glob("*.pdf")) == []
