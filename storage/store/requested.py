"""An effect with whoever asks for it: what a writer is given, and the one shape that writers have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from flows.core.effects import Effect
from flows.core.events import Moment
from flows.core.state import Standing
from storage.keys.vault import Vault
from storage.senders.people import Known

__all__ = ["By", "OfSender", "Requested", "Writer", "asked_by", "each", "requested_by"]


@dataclass(frozen=True, slots=True)
class OfSender:
    """A sender's turn asks: their row, when, where they stand now. `silent`: nothing is said to them in this batch."""

    row: Known
    moment: Moment
    standing: Standing
    silent: bool

    @property
    def at(self) -> datetime:
        return self.moment.at


@dataclass(frozen=True, slots=True)
class By:
    """The staff asks: how the access log names them, their row id ("" for the clock), and when."""

    actor: str
    row: str
    at: datetime


E = TypeVar("E", bound=Effect)
B = TypeVar("B", OfSender, By)


@dataclass(frozen=True, slots=True)
class Requested(Generic[E, B]):
    """An effect, for whom or by whom it is asked for, and when."""

    effect: E
    by: B


def requested_by(by: B, effects: Iterable[Effect]) -> list[Requested[Effect, B]]:
    """All effects of a turn."""
    return [Requested(effect, by) for effect in effects]


Writer = Callable[[Connection, Vault, Sequence[Requested[Any, Any]]], None]
"""Writes all effects of its kind in one transaction."""


def each(write: Callable[[Connection, Vault, Any, Any], object]) -> Writer:
    """A writer from one that takes a single effect, and by whom."""

    def writes(conn: Connection, vault: Vault, requested: Sequence[Requested[Any, Any]]) -> None:
        for one in requested:
            write(conn, vault, one.effect, one.by)

    return writes


def asked_by(side: type[OfSender] | type[By], writers: Mapping[type[Effect], Writer]) -> Mapping[type[Effect], Writer]:
    """The same writers; each refuses with TypeError what the other side asks for: the desk never prints by itself."""

    def strict(writer: Writer) -> Writer:
        def writes(conn: Connection, vault: Vault, requested: Sequence[Requested[Any, Any]]) -> None:
            for one in requested:
                if not isinstance(one.by, side):
                    raise TypeError(f"{type(one.effect).__name__} is not for {type(one.by).__name__} to ask for")
            writer(conn, vault, requested)

        return writes

    made = {writer: strict(writer) for writer in writers.values()}
    return {kind: made[writer] for kind, writer in writers.items()}
