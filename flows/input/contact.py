"""Who the sender is: a name exactly as typed, and the six-digit code that proves an e-mail address."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from flows.input.manuscript import has_forbidden
from flows.words.digits import ascii_digits
from flows.words.invisible import unmarked
from flows.words.text import Text, text

__all__ = [
    "CODE_ATTEMPTS",
    "CODE_LENGTH",
    "CODE_LIFE",
    "CODE_RESEND",
    "NAME_LONGEST",
    "read_code",
    "read_name",
]

CODE_LIFE = timedelta(minutes=10)
"""How long a code is valid (docs/design.md, "Limits")."""
CODE_ATTEMPTS = 5
"""How many wrong codes before a new one is needed (docs/design.md, "Limits")."""
CODE_RESEND = timedelta(seconds=60)
"""How soon another code can be asked for (docs/design.md, "Limits")."""
CODE_LENGTH = 6
NAME_LONGEST = 80
_SIGNS = " .'’‘`´-‐‑,ʼ·\u200c\u200d"  # the last two join letters within a Persian or an Indian name


def read_name(typed: str) -> str | Text:
    """A name and surname exactly as typed, apart from the spaces around and between; never re-capitalised.

    Two words at least, 80 characters at most, no digits, no addresses; anything else is the sentence that asks again.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if len(name) > NAME_LONGEST:
        return text(
            "contact",
            "This name does not fit on an envelope; up to {limit} characters fit. Could you please write it shorter?"
            " Example: Işıl İnci",
            limit=NAME_LONGEST,
        )
    if has_forbidden(name) or not _is_name(name):
        return text(
            "contact",
            "A name consists of letters only. Could you please write the name and surname? Example: Işıl İnci",
        )
    if len([word for word in name.split(" ") if any(sign.isalpha() for sign in word)]) < 2:
        return text("contact", "Could you please write both the name and the surname? Example: Işıl İnci")
    return name


def _is_name(name: str) -> bool:
    if "www." in name.casefold():
        return False
    signs = all(sign.isalpha() or unicodedata.combining(sign) or sign in _SIGNS for sign in name)
    return signs and not re.search(r"\w\.(com|net|org|tr)\b", name.casefold())


def read_code(typed: str) -> str | Text:
    """The six digits of a code, whatever spaces, dashes or digits of another script they were typed with."""
    code = re.sub(r"[\s.\-–—]", "", ascii_digits(unicodedata.normalize("NFKC", unmarked(typed))))
    if re.fullmatch(rf"[0-9]{{{CODE_LENGTH}}}", code):
        return code
    return text(
        "contact", "The code has six digits. Could you please write it as it appears in the e-mail? Example: 123456"
    )
