"""The setting with the print room's public keys: read, checked, and never a secret key."""

from __future__ import annotations

from pyrage import RecipientError, x25519

from bot.base.setting_types import SettingRefused, existing_file
from flows.words.text import text

__all__ = ["print_room_keys"]


def print_room_keys(value: str) -> tuple[str, ...]:
    """Public keys of age, here or one a line in a file; what a remark (#) says is for people."""
    given = value
    if not value.lower().startswith("age"):
        lines = existing_file(value).read_text(encoding="utf-8", errors="replace").splitlines()
        given = " ".join(line for line in lines if not line.lstrip().startswith("#"))
    keys = tuple(given.replace(",", " ").split())
    if any("SECRET-KEY" in key.upper() for key in keys):
        raise SettingRefused(
            text(
                "check",
                "This is a secret key. It stays in the print room; give the public key, which begins with age1.",
            )
        )
    if not keys or not all(map(_public_key, keys)):
        raise SettingRefused(
            text(
                "check",
                "Write the public keys of the print room, or the path of a file with them. `mektupx press key` makes"
                " a pair. Example: age1…",
            )
        )
    return keys


def _public_key(word: str) -> bool:
    try:
        x25519.Recipient.from_str(word)
    except RecipientError:
        return False
    return True
