"""Requests to open a letter as they are kept: claimed once by whichever process, forgotten with their sender."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.web.opening_page import OpeningPage
from flows.core import effects as fx
from flows.core.effects import Effect
from flows.core.events import Moment
from flows.desk.base.request import Asked
from flows.desk.base.roles import Presence
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened, MarkTold, RefuseOpening
from flows.desk.openings.table import LIVES, Left, Opening, Stage, Verdict, Why
from storage.access_log import audit, openings
from storage.rights.export import export
from storage.rights.personal_data import PERSONAL_DATA
from storage.store import writers
from storage.store.requested import By, requested_by
from storage.support import staff
from tests.fakes import FakeClock
from tests.storage.conftest import House

ID, TOKEN = "1" * 32, "2" * 32
LETTER = "a" * 32
ADMIN, OTHER = 11, 12


async def kept(house: House, *effects: Effect, by: int = ADMIN, at: datetime | None = None) -> None:
    """Written as the staff's door writes them."""
    async with house.store.transaction() as tx:
        row = await tx.do(staff.chat, str(by), house.now)
        await tx.do(writers.perform, requested_by(By(f"staff:{by}", row.id, at or house.now), effects))


async def found(house: House, id: str = ID) -> Opening:
    async with house.store.transaction() as tx:
        opening = await tx.do(openings.find, id)
    assert opening is not None
    return opening


async def approved(house: House, *, silent: bool = False) -> str:
    """A letter in the print queue whose opening was approved; what stands behind the # of its link."""
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await kept(house, AskOpening(ID, order.id, Why.LEGAL, "2026/123", silent))
    await kept(house, ApproveOpening(ID, TOKEN, house.now + LIVES), by=OTHER)
    return f"{ID}.{TOKEN}"


def page(house: House) -> OpeningPage:
    async def pictures(pdf: bytes) -> Sequence[bytes]:
        return ()

    async def seen(user: int) -> Presence:
        return Presence.THERE

    return OpeningPage(house.store, FakeClock(house.now), admins={ADMIN, OTHER}, pictures=pictures, seen=seen)


async def test_what_was_asked_is_found_as_it_was_asked(house: House) -> None:
    key = await approved(house, silent=True)
    opening = await found(house)
    assert (opening.stage, opening.why, opening.silent, opening.reference) == (
        Stage.APPROVED, Why.LEGAL, True, "2026/123",
    )  # fmt: skip
    assert opening.asked_by is not None and opening.decided_by is not None
    assert (opening.asked_by.handle, opening.decided_by.handle) == (str(ADMIN), str(OTHER))
    assert (opening.order, opening.letter, opening.until) == ("MX000001", LETTER, house.now + LIVES)
    async with house.store.transaction() as tx:
        assert await tx.do(openings.by_token, key) == opening
        assert await tx.do(openings.by_token, f"{ID}.{'3' * 32}") is None
        assert await tx.do(openings.by_token, "") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((), MarkOpened(ID, True)),
        ((), MarkTold(ID)),
        ((ApproveOpening(ID, TOKEN, FakeClock().now()),), ApproveOpening(ID, TOKEN, FakeClock().now())),
        ((RefuseOpening(ID),), ApproveOpening(ID, TOKEN, FakeClock().now())),
        ((RefuseOpening(ID),), RefuseOpening(ID)),
        (
            (ApproveOpening(ID, TOKEN, FakeClock().now()), MarkOpened(ID, True)),
            MarkOpened(ID, True),
        ),
        ((ApproveOpening(ID, TOKEN, FakeClock().now()), MarkOpened(ID, True)), RefuseOpening(ID)),
    ],
)
async def test_a_step_from_where_it_does_not_stand_is_refused_and_nothing_is_kept(
    house: House, first: tuple[Effect, ...], second: Effect
) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await kept(house, AskOpening(ID, order.id, Why.TECHNICAL, "E-17"))
    for one in first:
        await kept(house, one)
    before = await house.rows("SELECT * FROM opening")
    with pytest.raises(LookupError):
        await kept(house, second)
    assert await house.rows("SELECT * FROM opening") == before


@pytest.mark.parametrize(
    ("drawn", "queued", "expected"),
    [(True, True, Left.PAGES), (True, False, Left.PAGES), (False, False, Left.WORDS)],
)
async def test_what_is_left_follows_the_letter_to_the_printer_and_ends_with_its_key(
    house: House, drawn: bool, queued: bool, expected: Left
) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, paid=queued)
    if not drawn:
        await house.execute("UPDATE letter SET pdf = NULL")

    async def left() -> Left:
        return await house.store.database.run(lambda conn: openings.left(conn, house.store.vault, LETTER))

    assert await left() is expected
    if queued:
        await house.lease(house.ayse, order, "t1")
        await house.clear(house.ayse, order, "t1")
    else:
        await house.turn(house.ayse, fx.ShredLetter(LETTER, order.id))
    assert await left() is Left.NOTHING
    await house.shred()
    shown = await house.store.do(openings.shown, LETTER)
    assert (shown.pdf, shown.words) == (None, "")


async def test_a_letter_that_was_tampered_with_is_not_shown_and_nothing_breaks(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse)
    await house.execute("UPDATE print_outbox SET pdf = (SELECT manuscript FROM letter)")
    assert (await house.store.do(openings.shown, LETTER)).pdf is None


async def test_of_several_processes_that_are_asked_at_once_one_opens(postgres_house: House) -> None:
    house = postgres_house
    key = await approved(house)
    pages = [page(house), page(await house.next_door()), page(await house.next_door())]
    results = await asyncio.gather(*(pages[n % 3]._used(key) for n in range(9)))
    assert sorted(verdict for verdict, _ in results) == sorted([Verdict.OPENED] + [Verdict.USED] * 8)
    await house.store.do(audit.sign)
    assert await house.store.do(audit.verify) == ()
    assert await house.scalar("SELECT count(*) FROM errand") == 1


async def test_of_two_processes_that_approve_at_once_one_does(postgres_house: House) -> None:
    house, other = postgres_house, await postgres_house.next_door()
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await kept(house, AskOpening(ID, order.id, Why.LEGAL, "2026/123"))

    async def approves(at: House, token: str) -> bool:
        try:
            await kept(at, ApproveOpening(ID, token, at.now + LIVES), by=OTHER)
        except LookupError:
            return False
        return True

    done = await asyncio.gather(*(approves(one, secrets.token_hex(16)) for one in (house, other, house, other)))
    assert sorted(done) == [False, False, False, True]


# Its sender ----------------------------------------------------------------------------------------------------------


async def test_a_told_opening_is_part_of_the_export_and_a_silent_one_is_not_until_it_is_told(house: House) -> None:
    await approved(house, silent=True)
    await kept(house, MarkOpened(ID, told=False))
    assert (await house.store.do(export, house.ayse))["openings"] == []
    await kept(house, MarkTold(ID))
    (held,) = (await house.store.do(export, house.ayse))["openings"]
    assert (held["why"], held["at"]) == ("legal_order", house.now.isoformat())


@pytest.mark.parametrize(("opened", "stage"), [(True, "opened"), (False, "refused")])
async def test_with_its_sender_goes_whose_letter_it_was_and_a_link_that_was_not_used(
    house: House, opened: bool, stage: str
) -> None:
    key = await approved(house)
    if opened:
        await kept(house, MarkOpened(ID, told=True))
    (kind,) = (one for one in PERSONAL_DATA if one.identifier == "openings")

    def erase(conn: object) -> tuple[int, int]:
        from storage.rights.kept_until import Subject

        row = conn.exec_driver_sql("SELECT id, key_id FROM person WHERE channel = 'telegram'").one()  # type: ignore[attr-defined]
        who = Subject(row.id, row.key_id)
        before = kind.count(conn, house.store.vault, who)  # type: ignore[arg-type]
        assert kind.erase is not None
        kind.erase(conn, house.store.vault, who, house.now)  # type: ignore[arg-type]
        return before, kind.count(conn, house.store.vault, who)  # type: ignore[arg-type]

    assert await house.store.database.run(erase) == (1, 0)
    rows = await house.rows("SELECT stage, why, person_id, order_id, letter_id, token FROM opening")
    assert rows == [(stage, "legal_order", "", "", "", None)]
    async with house.store.transaction() as tx:
        assert await tx.do(openings.by_token, key) is None
    assert (await found(house)).order == ""


async def test_what_is_open_is_listed_until_it_ends(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await kept(house, AskOpening(ID, order.id, Why.LEGAL, "2026/123", silent=True))

    async def listed(**later: float) -> tuple[list[str], bool]:
        moment = Moment(house.now + timedelta(**later), TOKEN)
        asked = Asked("k", ADMIN, "Deniz", "tr", ADMIN, 1, private=True, moment=moment)
        async with house.store.transaction() as tx:
            shown = await tx.do(openings.facts, asked)
            named = await tx.do(openings.facts, replace(asked, words="MX000001 hukuki x"))
        assert named.order is not None
        return [one.stage.value for one in shown.open], named.order.pending

    assert await listed() == (["asked"], True)
    assert await listed(hours=24) == ([], False)
    await kept(house, ApproveOpening(ID, TOKEN, house.now + LIVES), by=OTHER)
    assert await listed() == ([], True)
    assert await listed(minutes=15) == ([], False)
    await kept(house, MarkOpened(ID, told=False))
    assert await listed(days=900) == (["opened"], False)
    await kept(house, MarkTold(ID))
    assert await listed(days=900) == ([], False)
