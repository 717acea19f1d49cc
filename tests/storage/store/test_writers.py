"""Every effect has its writer, and an effect nobody writes is refused."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flows.core import effects
from flows.core.effects import Effect, Outgoing, Work
from storage.senders import people
from storage.store.writers import SPOKEN, WRITERS
from tests.storage.conftest import House

KINDS = [
    kind
    for kind in vars(effects).values()
    if isinstance(kind, type) and issubclass(kind, Effect) and kind not in (Effect, Outgoing, Work)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_effect_is_either_said_or_written(kind: type[Effect]) -> None:
    assert (kind in SPOKEN) != (kind in WRITERS)


async def test_an_effect_without_a_writer_keeps_nothing_of_its_turn(house: House) -> None:
    @dataclass(frozen=True)
    class SingAloud(Effect):
        pass

    with pytest.raises(TypeError, match="SingAloud"):
        await house.turn(house.ayse, SingAloud(), says=["la"])
    assert await house.store.do(people.standing_of, house.ayse) is None
