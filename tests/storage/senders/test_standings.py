"""Whatever flows can know about a person, the store knows exactly that afterwards."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import types
import typing
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.core.events import Moment, Person
from flows.core.state import Draft, Order, Standing, Turn
from flows.input.manuscript import Manuscript
from storage.keys.codecs import read_manuscript, read_notes
from storage.keys.vault import Keyring
from storage.senders import people
from storage.store.store import KeptTurn, Store
from tests.storage.conftest import NOON

T = TypeVar("T")
WORDS = st.characters(
    exclude_characters="\0", exclude_categories=["Cs"]
)  # what the desk lets in (flows/input/manuscript.py)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
PLAIN: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    int: lambda: st.integers(0, 2**53),
    str: lambda: st.text(WORDS, max_size=20),
    bool: st.booleans,
    date: st.dates,
    datetime: lambda: INSTANTS,
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as flows declares it: every field counts, also those added tomorrow."""
    if kind in PLAIN:
        return PLAIN[kind]()
    if kind is Manuscript:
        parts = st.lists(
            st.tuples(st.integers(0, 2**53), st.text(WORDS, max_size=50)), max_size=4, unique_by=lambda p: p[0]
        )
        hints = typing.get_type_hints(kind)
        others = {f.name: any_of(hints[f.name]) for f in dataclasses.fields(kind) if f.name != "parts"}
        return st.builds(Manuscript, parts.map(tuple), **others)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{f.name: any_of(hints[f.name]) for f in dataclasses.fields(kind)})  # type: ignore[arg-type]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(st.none() if arg is types.NoneType else any_of(arg) for arg in args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(any_of(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, args))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    raise TypeError(kind)


IDS = st.text("0123456789abcdef", min_size=32, max_size=32)


@st.composite
def standings(draw: st.DrawFn, person: Person) -> Standing:
    draft = draw(any_of(Draft))
    letter = draw(IDS)
    draft = (
        replace(draft, letter=letter)
        if draft.manuscript != Manuscript()
        else replace(draft, letter=draw(st.sampled_from([letter, ""])))
    )
    orders = draw(st.lists(any_of(Order), max_size=2))
    plain = {"number": "", "lease_token": "", "lease_until": None, "print_from": None, "piece": "", "stopping": False}
    orders = [replace(o, id=draw(IDS), **plain) for o in orders]
    rest = draw(any_of(Standing))
    # How often codes are used is counted anew for each turn: nothing of it is kept.
    return replace(rest, person=person, draft=draft, orders=tuple({o.id: o for o in orders}.values()), code_uses=())


ROUND = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # every example is a database on disk: shrinking would take minutes
)
MOVING = (
    "state", "url", "url_until", "payment", "provider", "paid", "currency", "paid_at", "refunds", "dispatched_at",
)  # fmt: skip


def unnumbered(standing: Standing) -> Standing:
    """Without what the store gives; and in its state since it was created, an order is so since None."""
    orders = (replace(one, since=None if one.since == one.created_at else one.since) for one in standing.orders)
    return replace(standing, orders=tuple(replace(one, number="") for one in orders))


@ROUND
@given(data=st.data())
def test_whatever_a_standing_holds_is_found_again(rounds: Rounds, data: st.DataObject) -> None:
    """A chain of turns of one person: after each, the store knows exactly what flows decided."""
    person, orders = rounds.somebody(), ()
    for _ in range(2):  # a third standing is more than Hypothesis draws at once: 27 of 28 examples were thrown away
        after = data.draw(standings(person))
        moved = [
            replace(old, **{name: getattr(new, name) for name in MOVING})
            for old, new in zip(orders, after.orders, strict=False)
        ]
        known = {order.id for order in orders}
        fresh = [order for order in after.orders if order.id not in known]
        after = replace(after, orders=(*moved, *orders[len(moved) :], *fresh))
        found = rounds.run(rounds.keep(person, after))
        assert unnumbered(found) == unnumbered(after)
        orders = found.orders


class Rounds:
    """One store for all examples, each with a person of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self._runner = asyncio.Runner()
        self._keyring = Keyring.init(folder / "master.key", folder / "keys.db")
        self._store = self.run(Store.open(url, self._keyring))
        self._numbers = itertools.count()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(act)

    def somebody(self) -> Person:
        """The only one in the store: examples share ids."""
        for table in ("orders", "person"):
            self.run(self._store.database.run(lambda conn, table=table: conn.exec_driver_sql(f"DELETE FROM {table}")))
        return Person("telegram", str(next(self._numbers)))

    async def keep(self, person: Person, after: Standing) -> Standing:
        async with self._store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            await tx.keep([KeptTurn(before, Turn(after), (), Moment(NOON, "0" * 32))])
        found = await self._store.do(people.standing_of, person)
        assert found is not None
        return found

    def close(self) -> None:
        self.run(self._store.close())
        self._keyring.close()
        self._runner.close()


@pytest.fixture
def rounds(tmp_path: Path, database_url: str) -> Iterator[Rounds]:
    opened = Rounds(tmp_path, database_url)
    yield opened
    opened.close()


def test_a_letter_that_an_older_version_kept_is_read() -> None:
    """Its messages alone: nothing was joined, nothing asked about."""
    older = b'{"parts":[[7,"Can\xc4\xb1m"],[9,"\xc3\xb6zledim"]]}'
    assert read_manuscript(older) == Manuscript(((7, "Canım"), (9, "özledim")))


def test_a_draft_that_an_older_version_kept_is_read() -> None:
    older = b'{"draft":{"letter":"a","revision":3,"last_message":9,"last_question":"letter"},"last_tap":"1:done:"}'
    assert read_notes(older).draft == Draft(letter="a", revision=3, last_message=9, last_question="letter")
