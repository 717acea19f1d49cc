"""What is left of somebody the service has erased: searched for everywhere, told with the law that keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from bot.demo.environment import Environment
from bot.demo.people import Writer
from bot.demo.search import Hits, in_files, in_tables, spoken
from flows.core.events import Person
from flows.core.retention_notice import Retained
from flows.desk.requests.wording import DATA, counted
from flows.words.text import Lines, Text, Verbatim, text
from locales import say
from storage.database.tables import letter
from storage.rights.personal_data import PERSONAL_DATA, Subject
from storage.senders.people import row_id

__all__ = ["LANGUAGE", "Found", "Show", "Traces", "account", "in_chats", "search", "tell", "traces_of"]

LANGUAGE: Final = "tr"  # the stories' own

Show = Callable[[str], None]


@dataclass
class Traces:
    """Whose they are, by which words they can be found, and under which keys their words are sealed."""

    subject: Subject
    words: dict[str, str]
    keys: set[str] = field(default_factory=set)


async def traces_of(stage: Environment, number: int, writer: Writer, **more: str) -> Traces:
    store, me = stage.service.store, Person("telegram", str(number))
    found = await store.database.run(row_id, store.vault, me)
    assert found is not None
    of_letters = select(letter.c.key_id).where(letter.c.person_id == found[0])
    keys = await store.database.run(lambda conn: set(conn.scalars(of_letters)))
    phone = stage.playground.world.people[number].phone_number
    words = {
        "first name": writer.first_name, "surname": writer.last_name, "telephone": phone[-10:], "e-mail": writer.mail,
        "chat": str(number), "addressee": writer.addressee, "address": writer.street, "letter": writer.phrase,
        **more,
    }  # fmt: skip
    return Traces(Subject(*found), words, {found[1], *keys})


@dataclass(frozen=True, slots=True)
class Found:
    """Where the words stand, by kind of place."""

    tables: Hits
    files: Hits
    topics: Hits
    own: Hits


OWN: Final = {"own": "Telegram", "e-posta": "e-posta"}


async def search(stage: Environment, traces: Traces) -> Found:
    store = stage.service.store
    tables = await store.database.run(in_tables, store.vault, traces.words)
    files = await asyncio.to_thread(in_files, stage.folder, traces.words)
    return Found(tables, files, *in_chats(stage, traces))


def in_chats(stage: Environment, traces: Traces) -> tuple[Hits, Hits]:
    """(the staff's chats, the sender's own): what still stands there, names of topics included."""
    said: dict[str, list[str]] = {"e-posta": [str(mail) for mail in stage.playground.mailbox.mails]}
    for chat in stage.playground.world.chats():
        place = chat.title or ("own" if str(chat.id) == traces.words["chat"] else f"{chat.id}")
        said.setdefault(place, []).extend(str(one.content) for one in chat.messages.values() if not one.deleted)
        said[place] += [topic.name for topic in chat.topics.values()]
    hits = {place: named for place, words in said.items() if (named := _named(traces, "\n".join(words)))}
    own = {name: hits.pop(place) for place, name in OWN.items() if place in hits}
    return hits, own


def _named(traces: Traces, said: str) -> set[str]:
    return {name for name, words in traces.words.items() if spoken(words) in spoken(said)}


async def account(stage: Environment, traces: Traces, before: Found, show: Show) -> bool:
    """What the search finds now, each place with the law that keeps it; True if each has one."""
    store, now = stage.service.store, stage.service.clock.now()
    after = await search(stage, traces)

    def held(conn: Any) -> list[tuple[str, int, Retained | None]]:
        of_whom = (conn, store.vault, traces.subject)
        return [(one.identifier, one.count(*of_whom), one.kept(*of_whom, now)) for one in PERSONAL_DATA]

    left = {name: (count, kept) for name, count, kept in await store.database.run(held) if count}
    keys = sum(store.vault.keyring.holds(key) for key in traces.keys)
    tell(show, text("demo", "Searched for: {words}", words=_words(traces.words)))
    tell(show, text("demo", "Before, they stood in these tables: {places}", places=_places(before.tables)))
    tell(show, text("demo", "Now, in these tables: {places}", places=_places(after.tables)))
    tell(show, text("demo", "In files: {places}", places=_places(after.files)))
    tell(show, text("demo", "In chats of the staff: {places}", places=_places(after.topics)))
    tell(
        show,
        text("demo", "Keys of the sender and the letter that are left: {n} of {all}", n=keys, all=len(traces.keys)),
    )
    tell(show, text("demo", "Only in the sender's own chat and mailbox, which are theirs: {places}",
                     places=_places(after.own)))  # fmt: skip
    tell(show, text("demo", "What a law keeps:"))
    kept = [one for _, one in left.values() if one is not None]
    for line in counted([(one.datum, one.count) for one in kept], kept).parts:
        if isinstance(line, Text):
            show(f"   {say(line, LANGUAGE)}")
    lawless = {table for table in after.tables if not _keepers(table, left)} | {*after.files, *after.topics}
    lawless |= {say(DATA[name], LANGUAGE) for name, (_, law) in left.items() if law is None}
    for place in sorted(lawless):
        tell(show, text("demo", "No law keeps what is here: {place}", place=Verbatim(place)))
    return not (keys or lawless)


def _keepers(table: str, left: dict[str, tuple[int, Retained | None]]) -> list[Retained]:
    """What keeps the words of a table: the laws of the data that are in it."""
    named = [one.identifier for one in PERSONAL_DATA if table in {of.name for of in one.tables}]
    return [kept for name in named if name in left and (kept := left[name][1]) is not None]


def tell(show: Show, words: Text) -> None:
    show(f"· {say(words, LANGUAGE)}")


NAMES: Final = {
    "first name": text("demo", "first name"),
    "surname": text("demo", "surname"),
    "telephone": text("demo", "telephone"),
    "e-mail": text("demo", "e-mail"),
    "chat": text("demo", "number of the chat"),
    "addressee": text("demo", "addressee"),
    "address": text("demo", "address"),
    "letter": text("demo", "words of the letter"),
    "question": text("demo", "the question"),
    "tracking": text("demo", "tracking number"),
}


def _words(names: Collection[str]) -> Lines:
    return Lines(tuple(NAMES[name] for name in NAMES if name in names), by=", ")


def _places(hits: Hits) -> Text | Lines:
    if not hits:
        return text("demo", "none")
    rows = [
        text("demo", "{place} ({words})", place=Verbatim(place), words=_words(names)) for place, names in hits.items()
    ]
    return Lines(tuple(rows), by=", ")
