"""Every effect has its writer or its words, the writers keep their order, and an effect nobody writes is refused."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import flows
from flows.core import effects as fx
from flows.core.effects import Effect, Outgoing, Work
from flows.core.events import Moment
from flows.core.state import Standing
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender, Topic
from flows.desk.openings.effects import OpeningEffect
from flows.desk.requests.effects import MoveRequest
from flows.desk.support.effects import CloseTicket, TicketEffect
from flows.words.text import Text
from storage.senders import people
from storage.store.requested import By, OfSender, requested_by
from storage.store.writers import WRITERS, perform
from tests.storage.conftest import House

SHAPES = {Effect, Outgoing, Work, TicketEffect, OpeningEffect}
"""What other effects have in common; nobody asks for them."""


def below(kind: type[Effect]) -> Iterator[type[Effect]]:
    for one in kind.__subclasses__():
        if getattr(sys.modules[one.__module__], one.__name__, None) is one:  # not what `slots` made another class of
            yield one
            yield from below(one)


def kinds() -> set[type[Effect]]:
    """Each effect that any file of flows names."""
    for module in pkgutil.walk_packages(flows.__path__, "flows."):
        importlib.import_module(module.name)
    return {kind for kind in below(Effect) if kind.__module__.startswith("flows.")} - SHAPES


KINDS = sorted(kinds(), key=lambda kind: (kind.__module__, kind.__name__))


def test_the_effects_of_senders_and_of_every_room_of_the_desk_are_known_here() -> None:
    assert {fx.Reply, fx.MailCode, LogAccess, CloseTicket, MoveRequest} <= set(KINDS)
    rooms = {kind.__module__ for kind in KINDS}
    desk = {f"flows.desk.{room}.effects" for room in ("admin", "base", "openings", "printing", "requests", "support")}
    assert rooms == {"flows.core.effects", *desk}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_effect_is_either_said_or_written(kind: type[Effect]) -> None:
    assert issubclass(kind, Outgoing) != (kind in WRITERS)


def test_these_are_said_and_no_others() -> None:
    said = {fx.Reply, fx.ShowDocument, fx.Toast, fx.ShowBusy, Say, DropButtons, Topic}
    assert {kind for kind in KINDS if issubclass(kind, Outgoing)} == said


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (fx.QueueForPrint, fx.EraseEverything),  # state before destruction
        (CloseTicket, fx.EraseEverything),
        (fx.EraseEverything, fx.MailAnswer),  # which is about what is gone
        (fx.MailAnswer, fx.Forget),
        (CloseTicket, TellSender),
        *((kind, LogAccess) for kind in WRITERS if kind is not LogAccess),  # the log's lock is everybody's
    ],
    ids=lambda kind: kind.__name__,
)
def test_writers_keep_their_order(first: type[Effect], then: type[Effect]) -> None:
    order = list(WRITERS)
    assert order.index(first) < order.index(then)


async def test_only_a_line_in_the_access_log_has_to_be_signed(house: House) -> None:
    by = By("staff:11", "", house.now)
    for effects, signed in (([], False), ([Say(Text("t", "x"))], False), ([LogAccess("look", "somebody")], True)):
        async with house.store.transaction() as tx:
            assert await tx.do(perform, requested_by(by, effects)) is signed


@dataclass(frozen=True)
class SingAloud(Effect):
    pass


async def test_an_effect_without_a_writer_keeps_nothing_of_its_turn(house: House) -> None:
    with pytest.raises(TypeError, match="SingAloud"):
        await house.turn(house.ayse, SingAloud(), says=["la"])
    assert await house.store.do(people.standing_of, house.ayse) is None


@pytest.mark.parametrize("unheard", [SingAloud(), Effect()], ids=["another", "any"])
async def test_an_effect_of_the_desk_without_a_writer_is_refused(house: House, unheard: Effect) -> None:
    async with house.store.transaction() as tx:
        with pytest.raises(TypeError, match="no writer"):
            await tx.do(perform, requested_by(By("staff:1", "", house.now), [unheard]))


KEPT = [kind for kind in KINDS if not issubclass(kind, Outgoing)]


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.__name__)
async def test_whoever_does_not_decide_on_an_effect_cannot_ask_for_it(house: House, kind: type[Effect]) -> None:
    """The desk never prints, refunds or erases by itself, and no sender's turn answers a ticket or fills the log."""
    nobody: Any = None  # the refusal comes before anybody looks at the row
    sender = OfSender(nobody, Moment(house.now, "00"), Standing(house.ayse), silent=False)
    wrong = sender if kind.__module__.startswith("flows.desk.") else By("staff:1", "", house.now)
    async with house.store.transaction() as tx:
        with pytest.raises(TypeError, match=f"{kind.__name__} is not for {type(wrong).__name__}"):
            await tx.do(perform, requested_by(wrong, [object.__new__(kind)]))
