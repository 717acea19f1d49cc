"""Where a person stands is found again exactly, and nobody else's is touched."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace

import pytest

from flows.core.effects import RecordConsent
from flows.core.events import Moment, Person
from flows.core.state import Draft, Standing, Turn
from flows.input.manuscript import Manuscript
from storage.keys import codecs
from storage.keys.vault import Broken
from storage.rights.export import export
from storage.senders import people as senders
from storage.senders import seen_updates
from storage.senders.conversations import ordered_draft
from storage.store.store import KeptTurn
from tests.storage.conftest import KNOWN, NOON, House


async def test_a_stranger_is_nowhere(house: House) -> None:
    assert await house.store.do(senders.standing_of, house.ayse) is None
    async with house.store.transaction() as tx:
        assert await tx.standings_of([house.ayse, house.bora]) == {}


async def test_the_same_number_in_two_messengers_is_two_people(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    await house.turn(house.cem, step="addressee")
    assert (await house.standing(house.ayse)).step == "letter"
    assert (await house.standing(house.cem)).step == "addressee"


async def test_a_batch_keeps_everybody_as_if_alone(house: House) -> None:
    people = [Person("telegram", str(n)) for n in range(16)]
    async with house.store.transaction() as tx:
        kept = [
            KeptTurn(None, Turn(Standing(p, step=f"step {p.handle}", profile=KNOWN)), (), Moment(NOON, "0" * 32))
            for p in people
        ]
        await tx.keep(kept)
    async with house.store.transaction() as tx:
        found = await tx.standings_of(people)
    assert {key[1]: standing.step for key, standing in found.items()} == {str(n): f"step {n}" for n in range(16)}


async def test_of_several_turns_of_one_person_the_last_standing_and_all_effects_are_kept(house: House) -> None:
    first = Standing(house.ayse, step="one", profile=KNOWN)
    second = replace(first, step="two")
    consents = [RecordConsent("notice", version, "ab") for version in ("1", "2")]
    async with house.store.transaction() as tx:
        await tx.keep(
            [
                KeptTurn(None, Turn(first, (consents[0],)), (), Moment(NOON, "0" * 32)),
                KeptTurn(first, Turn(second, (consents[1],)), (), Moment(NOON, "1" * 32)),
            ]
        )
    assert (await house.standing(house.ayse)).step == "two"
    assert await house.scalar("SELECT count(*) FROM consent") == 2


async def test_whether_the_contact_button_is_shown_is_known_at_the_next_turn(house: House) -> None:
    for shown in (True, False):
        await house.turn(house.ayse, keyboard=shown)
        assert (await house.standing(house.ayse)).keyboard is shown


async def test_a_turn_that_fails_leaves_no_trace(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    with pytest.raises(ValueError, match="needs the id"):
        await house.turn(house.ayse, step="lost", draft=Draft(manuscript=Manuscript(((1, "words"),))), says=["hi"])
    assert (await house.standing(house.ayse)).step == "letter"
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 0


async def test_the_same_update_ten_times_at_once_is_seen_once(house: House) -> None:
    async def deliver() -> set[str]:
        async with house.store.transaction() as tx:
            return await tx.do(seen_updates.first_sight, ["telegram:7"], house.now)

    seen = await asyncio.gather(*(deliver() for _ in range(10)))
    assert sum(map(len, seen)) == 1


async def test_of_many_keys_only_the_new_ones_are_named(house: House) -> None:
    async with house.store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["a", "b", "a"], house.now) == {"a", "b"}
        assert await tx.do(seen_updates.first_sight, ["b", "c"], house.now) == {"c"}
        assert await tx.do(seen_updates.first_sight, [], house.now) == set()


async def test_an_update_whose_turn_failed_is_new_again(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.store.transaction() as tx:
            await tx.do(seen_updates.first_sight, ["a"], house.now)
            raise RuntimeError
    async with house.store.transaction() as tx:
        assert await tx.do(seen_updates.first_sight, ["a"], house.now) == {"a"}


async def test_two_hundred_turns_of_one_person_at_once_lose_nothing(house: House) -> None:
    await house.turn(house.ayse)

    async def tap() -> None:
        async with house.store.transaction() as tx:
            before = (await tx.standings_of([house.ayse]))["telegram", "1001"]
            after = replace(before, screen=before.screen + 1)
            await tx.keep([KeptTurn(before, Turn(after), (), Moment(NOON, "0" * 32))])

    await asyncio.gather(*(tap() for _ in range(200)))
    assert (await house.standing(house.ayse)).screen == 200


async def test_a_moved_chat_keeps_its_conversation(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    assert await house.store.do(senders.replace_handle, house.ayse, "-100500")
    assert await house.store.do(senders.standing_of, house.ayse) is None
    assert (await house.standing(Person("telegram", "-100500"))).step == "letter"
    assert not await house.store.do(senders.replace_handle, house.bora, "7")


async def test_sealed_values_of_two_people_that_were_exchanged_are_refused(house: House) -> None:
    await house.turn(house.ayse, draft=Draft(addressee_name="Leyla"))
    await house.turn(house.bora, draft=Draft(addressee_name="Mecnun"))
    other = "SELECT c.draft FROM conversation c WHERE c.person_id != conversation.person_id"
    await house.execute(f"UPDATE conversation SET draft = ({other})")
    with pytest.raises(Broken):
        await house.store.do(senders.standing_of, house.ayse)


async def test_without_its_key_a_person_is_a_stranger_and_can_begin_anew(house: House) -> None:
    """An old backup is put back after the person was forgotten."""
    await house.turn(house.ayse, step="letter", draft=Draft(addressee_name="Leyla"))
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    assert await house.store.do(senders.standing_of, house.ayse) is None
    await house.turn(house.ayse, step="notice")
    assert (await house.standing(house.ayse)).draft == Draft()


async def test_nothing_a_person_gave_lies_open_in_the_file(sqlite_house: House) -> None:
    house = sqlite_house
    canaries = ("KANARYA-ad", "KANARYA-soz", "KANARYA-tel", "KANARYA-alici", "KANARYA-mesaj", "770077007700")
    person = Person("telegram", canaries[5])
    await house.turn(
        person,
        profile=replace(KNOWN, name=canaries[0], phone=canaries[2]),
        draft=Draft(letter="b" * 32, addressee_name=canaries[3], manuscript=Manuscript(((1, canaries[1]),))),
        last_tap=canaries[0],
        says=[canaries[4]],
    )
    everything = b"".join(file.read_bytes() for file in house.folder.iterdir())
    assert [c for c in canaries if c.encode() in everything] == []
    assert sqlite3.connect(house.folder / "mektupx.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_letter_that_is_ordered_keeps_its_answers_beside_its_words(house: House) -> None:
    """So a cancelled order leaves its letter as a draft; what was only written has no answers to keep."""
    written = Draft(letter="a" * 32, addressee_name="Nermin", manuscript=Manuscript(((1, "Canım anneannem,"),)))
    await house.turn(house.ayse, draft=written)
    assert await house.store.do(ordered_draft, house.ayse, written.letter) is None
    ordered = replace(written, order="1" * 32)
    await house.turn(house.ayse, draft=ordered)
    await house.turn(house.ayse, draft=Draft(), step="home")
    assert await house.store.do(ordered_draft, house.ayse, written.letter) == ordered
    assert await house.store.do(ordered_draft, house.bora, written.letter) is None, "somebody else's"
    (held,) = (await house.store.do(export, house.ayse))["letters"]
    assert held["answers"]["addressee_name"] == "Nermin", "what is held is in the copy that its sender asks for"


async def test_words_kept_before_orders_left_drafts_are_read(house: House) -> None:
    body = b'{"parts":[[1,"Merhaba"]]}'
    assert codecs.read_manuscript(body) == Manuscript(((1, "Merhaba"),))
    assert codecs.read_answers(body).draft is None
