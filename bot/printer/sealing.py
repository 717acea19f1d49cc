"""Letters at rest: sealed with age to the print room's public keys, so that only its station can read them.

The service has no key to open them again (https://age-encryption.org/v1; `age -d` opens the files as well).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pyrage import DecryptError, IdentityError, decrypt, encrypt, x25519

__all__ = ["BEGIN", "Damaged", "NotForUs", "identities", "new_identity", "sealed", "unsealed"]

BEGIN: Final = b"age-encryption.org/v1\n"
"""What every sealed file begins with."""


class NotForUs(Exception):
    """None of our keys opens the file; a sentence."""


class Damaged(NotForUs):
    """It is broken, or was never sealed."""


def sealed(content: bytes, recipients: Sequence[str]) -> bytes:
    """Each of the recipients can open it; no two calls give the same bytes."""
    return encrypt(content, [x25519.Recipient.from_str(one) for one in recipients])


def identities(words: str) -> list[x25519.Identity]:
    """The secret keys of an identity file: one a line, remarks begin with #. Errors: ValueError, without the key."""
    lines = [line.strip() for line in words.splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError:
        raise ValueError("The key file holds something else than a secret key of age (AGE-SECRET-KEY-1…).") from None
    if not found:
        raise ValueError("The key file holds no secret key of age (AGE-SECRET-KEY-1…).")
    return found


def new_identity() -> tuple[str, str]:
    """A new pair: the words of an identity file as age-keygen writes it, and the public key."""
    made = x25519.Identity.generate()
    public = str(made.to_public())
    return f"# public key: {public}\n{made}\n", public


def unsealed(content: bytes, keys: Sequence[x25519.Identity]) -> bytes:
    """The letter. Errors: NotForUs."""
    try:
        return decrypt(content, keys)
    except DecryptError as error:
        said = str(error).lower()
        if "match" in said:
            raise NotForUs("It was sealed to other keys than those of this station.") from None
        raise Damaged("The sealed file is damaged, or is no sealed file.") from None
