"""An addressee who has objected is known again however the address is typed, and nobody else is taken for them."""

from __future__ import annotations

import pytest

from flows.address.address import Address, read_address
from flows.address.do_not_write import marks

OBJECTED = "Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İstanbul"


def keys(address: str, name: str = "Nermin Öztürk") -> set[str]:
    return set(marks(read_address(address, name).address))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Nermin Öztürk", OBJECTED),
        ("NERMİN ÖZTÜRK", "caferağa mah moda cad no 12 34710 kadıköy istanbul"),
        ("nermin ozturk", "Moda Caddesi No: 12, Kadıköy/İstanbul"),
        ("Öztürk Nermin", "Caferaga Mahallesi No 12 Kadikoy Istanbul"),
    ],
)
def test_the_same_door_in_other_words(name: str, address: str) -> None:
    assert keys(OBJECTED) & keys(address, name)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Nermin Özgür", OBJECTED),
        ("Nermin Öztürk", OBJECTED.replace("No: 12", "No: 14")),
        ("Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12, 06420 Çankaya/Ankara"),
        ("Nermin Öztürk", "Kadıköy/İstanbul"),
    ],
)
def test_another_name_door_or_town_is_somebody_else(name: str, address: str) -> None:
    assert not keys(OBJECTED) & keys(address, name)


def test_a_foreign_address_is_known_by_its_lines() -> None:
    one = Address(country="DE", name="Jürgen Groß", foreign_lines=("Hauptstr. 5", "10115 Berlin"))
    other = Address(country="DE", name="JÜRGEN GROSS", foreign_lines=("Hauptstr 5, 10115", "BERLIN"))
    assert set(marks(one)) & set(marks(other))
    assert not marks(Address(country="DE", name="Jürgen Groß"))


def test_without_a_name_there_is_no_mark() -> None:
    assert marks(Address(il="Ankara", street="Moda Cad.", number="1")) == ()
