"""What was accepted with an order: its filled documents, sealed for three years with a key of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select, update

from flows.core.documents import Document
from flows.order.number import written
from storage.database.dialects import many, once
from storage.database.tables import contract, instant, micros, orders
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault

__all__ = [
    "TAKEN_OUT",
    "Accepted",
    "KeptContract",
    "KeptDocument",
    "forget_addressee",
    "keep",
    "of_number",
    "of_order",
    "of_person",
]

TAKEN_OUT: Final = "[…]"
"""What stands where the addressee's name and place stood."""

_NEW = once(contract)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The documents of one order, whose they are (a row and its key), and when they were accepted."""

    order: str
    person: str
    person_key: str
    documents: tuple[Document, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """One of them. sha256: of the words that were accepted. The addressee stands in `document` until it is forgotten;
    `whole` says whether it still does."""

    document: Document
    sha256: str
    whole: bool

    def with_addressee(self, known: Mapping[str, str]) -> Document:
        """As it was accepted, if these are the values that were taken out: its hash then says so."""
        pieces = list(self.document.pieces)
        for nth, name in enumerate(self.document.apart):
            pieces[2 * nth + 1] = known.get(name, pieces[2 * nth + 1])
        return replace(self.document, pieces=tuple(pieces))


@dataclass(frozen=True, slots=True)
class KeptContract:
    """What is kept of an order: its id and number, whose it is (a row), when it was accepted, and what."""

    order: str
    number: str
    person: str
    at: datetime
    documents: tuple[KeptDocument, ...]


def keep(conn: Connection, vault: Vault, accepted: Iterable[Accepted]) -> None:
    """Writes them down in the transaction that accepts the orders. What was kept before is not replaced."""
    many(conn, _NEW, [_row(vault, one) for one in accepted])


def _row(vault: Vault, one: Accepted) -> dict[str, Any]:
    """The addressee under the sender's key, as in `orders`: whoever erases the sender has erased it, too."""
    own = vault.keyring.spare()

    def sealed(column: str, value: object, key: str) -> bytes:
        return vault.seal(codecs.write(value), key_id=key, table="contract", column=column, row=one.order)

    body = [
        codecs.AcceptedDocument(
            paper.name, paper.language, paper.version, paper.dated, paper.sha256, paper.pieces[::2], paper.apart
        )
        for paper in one.documents
    ]
    apart = tuple(paper.pieces[1::2] for paper in one.documents)
    return {
        "order_id": one.order,
        "person_id": one.person,
        "key_id": own,
        "body": sealed("body", codecs.ContractBody(tuple(body)), own),
        "addressee": sealed("addressee", codecs.ContractAddressee(apart), one.person_key),
        "at": micros(one.at),
    }


_KEPT = select(contract, orders.c.number).join_from(contract, orders, orders.c.id == contract.c.order_id, isouter=True)


def of_order(conn: Connection, vault: Vault, order: str) -> KeptContract | None:
    """What was accepted with an order; None where nothing is kept of it."""
    return _first(conn, vault, contract.c.order_id == order)


def of_number(conn: Connection, vault: Vault, number: int) -> KeptContract | None:
    """The same by the number that people know."""
    return _first(conn, vault, orders.c.number == number)


def of_person(conn: Connection, vault: Vault, person_id: str) -> list[KeptContract]:
    """All that a person has accepted, in the order of time."""
    found = conn.execute(_KEPT.where(contract.c.person_id == person_id).order_by(contract.c.at, contract.c.order_id))
    return [kept for row in found if (kept := _opened(vault, row)) is not None]


def forget_addressee(conn: Connection, order: str) -> None:
    """The name and the place that the kept copy has of somebody else go; its hash stays that of the whole."""
    conn.execute(update(contract).where(contract.c.order_id == order).values(addressee=None))


def _first(conn: Connection, vault: Vault, which: ColumnElement[bool]) -> KeptContract | None:
    row = conn.execute(_KEPT.where(which)).first()
    return None if row is None else _opened(vault, row)


def _opened(vault: Vault, row: Any) -> KeptContract | None:
    def opened(column: str) -> bytes:
        return vault.open(getattr(row, column), table="contract", column=column, row=row.order_id)

    try:
        body = codecs.read_contract(opened("body")).documents
    except KeyGone:
        return None
    known = None
    if row.addressee is not None:
        with suppress(KeyGone):
            known = codecs.read_contract_addressee(opened("addressee")).values
    papers = tuple(_read(paper, known[nth] if known else None) for nth, paper in enumerate(body))
    number = "" if row.number is None else written(row.number)
    return KeptContract(row.order_id, number, row.person_id, instant(row.at), papers)


def _read(kept: codecs.AcceptedDocument, known: tuple[str, ...] | None) -> KeptDocument:
    values = known if known is not None else (TAKEN_OUT,) * len(kept.apart)
    pieces = [kept.words[0]]
    for value, words in zip(values, kept.words[1:], strict=True):
        pieces += [value, words]
    document = Document(kept.name, kept.language, kept.version, kept.dated, tuple(pieces), kept.apart)
    return KeptDocument(document, kept.sha256, known is not None or not kept.apart)
