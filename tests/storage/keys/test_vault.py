"""The seal: who opens what, and what a tampered value is told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.keys.keyring import KeyGone, Keyring
from storage.keys.vault import Broken, Vault

ROOM = Path(__file__).parents[3]
HERE = {"table": "letter", "column": "manuscript", "row": "a" * 32}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("vault")
    ring = Keyring.init(folder / "master.key", folder / "keys.db")
    yield Vault(ring)
    ring.close()


@given(plain=st.binary(max_size=5000), pad=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_sealed_opens_in_its_place(vault: Vault, plain: bytes, pad: bool) -> None:
    sealed = vault.seal(plain, key_id=vault.keyring.spare(), pad=pad, **HERE)
    assert vault.open(sealed, **HERE) == plain


@pytest.mark.parametrize(
    "elsewhere", [HERE | {"table": "orders"}, HERE | {"column": "pdf"}, HERE | {"row": "b" * 32}], ids=str
)
def test_a_value_moved_to_another_place_is_refused(vault: Vault, elsewhere: dict[str, str]) -> None:
    sealed = vault.seal(b"words", key_id=vault.keyring.spare(), **HERE)
    with pytest.raises(Broken):
        vault.open(sealed, **elsewhere)


def test_parts_of_a_place_cannot_be_shifted_into_each_other(vault: Vault) -> None:
    sealed = vault.seal(b"words", key_id=vault.keyring.spare(), table="ab", column="c", row="d")
    with pytest.raises(Broken):
        vault.open(sealed, table="a", column="bc", row="d")


@given(where=st.integers(min_value=0), flip=st.integers(1, 255))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_changed_byte_is_refused(vault: Vault, where: int, flip: int) -> None:
    sealed = bytearray(vault.seal(b"words", key_id=vault.keyring.spare(), **HERE))
    sealed[where % len(sealed)] ^= flip
    with pytest.raises((Broken, KeyGone)):
        vault.open(bytes(sealed), **HERE)


@pytest.mark.parametrize("length", [0, 1, 20, 44])
def test_a_value_cut_short_is_refused(vault: Vault, length: int) -> None:
    sealed = vault.seal(b"words", key_id=vault.keyring.spare(), **HERE)
    with pytest.raises((Broken, KeyGone)):
        vault.open(sealed[:length], **HERE)


def test_the_error_names_the_place_and_not_the_words(vault: Vault) -> None:
    sealed = vault.seal(b"dear Leyla", key_id=vault.keyring.spare(), **HERE)
    with pytest.raises(Broken) as refused:
        vault.open(sealed, **(HERE | {"row": "b" * 32}))
    assert "letter.manuscript" in str(refused.value)
    assert "Leyla" not in str(refused.value)


def test_letters_of_similar_length_cannot_be_told_apart(vault: Vault) -> None:
    key = vault.keyring.spare()
    lengths = {len(vault.seal(b"x" * n, key_id=key, pad=True, **HERE)) for n in (0, 1, 500, 1020)}
    assert len(lengths) == 1
    assert len(vault.seal(b"x" * 1021, key_id=key, pad=True, **HERE)) == lengths.pop() + 1024


def test_two_seals_of_the_same_words_differ(vault: Vault) -> None:
    key = vault.keyring.spare()
    assert vault.seal(b"words", key_id=key, **HERE) != vault.seal(b"words", key_id=key, **HERE)


def test_a_person_is_found_again_without_being_written_down(vault: Vault) -> None:
    index = vault.blind("person.handle", "telegram\0001001")
    assert index == vault.blind("person.handle", "telegram\0001001")
    assert index != vault.blind("person.phone", "telegram\0001001")
    assert b"1001" not in index


def test_the_cipher_is_imported_in_one_file_only() -> None:
    importing = set()
    for room in ("bot", "flows", "rendering", "storage", "locales"):
        for file in (ROOM / room).rglob("*.py"):
            names = {alias.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)
                     for alias in node.names}  # fmt: skip
            if names & {"AESGCM", "Cipher", "ChaCha20Poly1305", "AESCCM", "AESSIV"}:
                importing.add(file.relative_to(ROOM).as_posix())
    assert importing == {"storage/keys/keyring.py"}
