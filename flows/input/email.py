"""E-mail addresses as people type them: ready to send to, shown in their own letters, and what was probably meant."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna
from email_validator import EmailNotValidError, validate_email

from flows.words.edit_distance import slips
from flows.words.invisible import answered, unmarked
from flows.words.text import Text, text
from flows.words.turkish import fold

__all__ = ["read_email", "readable", "suggest_email"]


def read_email(typed: str) -> str | Text:
    """An e-mail address ready to send to: the part before @ as typed, the domain in lower-case ASCII (IDNA 2008).

    The part before @ may hold any letter (RFC 6531); whether it can be mailed, the mail server says. Case mapping is
    ASCII: a capital I in a domain is i, never ı.
    """
    address = unicodedata.normalize("NFC", unmarked(answered(typed))).replace("＠", "@").strip()
    local, _at, domain = address.strip("<>").removeprefix("mailto:").rpartition("@")
    domain = domain.strip().rstrip(".,;").replace("İ", "i")
    try:
        found = validate_email(f"{local.strip()}@{domain}", check_deliverability=False, strict=True)
    except EmailNotValidError:
        return _ask_again()
    if not found.ascii_domain or len(found.ascii_domain.rpartition(".")[2]) < 2:
        return _ask_again()
    return f"{found.local_part}@{found.ascii_domain}"


def _ask_again() -> Text:
    return text(
        "contact",
        "This does not look like a valid e-mail address. Could you please write it again? Example: isil@example.com",
    )


def readable(address: str) -> str:
    """An address or a domain as its owner writes it: "jens@xn--fa-hia.de" -> "jens@faß.de"."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


_OFFERED = tuple(
    """
    gmail.com hotmail.com outlook.com yahoo.com icloud.com windowslive.com yandex.com mynet.com protonmail.com
    hotmail.com.tr outlook.com.tr yahoo.com.tr yandex.com.tr googlemail.com t-online.de superonline.com
    hotmail.de hotmail.fr outlook.de outlook.fr
    """.split()  # noqa: SIM905 - a table to read
)
_KNOWN = frozenset(_OFFERED) | frozenset(
    """
    live.com msn.com me.com mac.com mail.com email.com ymail.com rocketmail.com aol.com proton.me pm.me hey.com
    gmx.de gmx.net gmx.com gmx.at gmx.ch web.de freenet.de live.nl live.de live.fr live.co.uk yahoo.de yahoo.fr
    yahoo.co.uk yahoo.ca hotmail.co.uk hotmail.it hotmail.es hotmail.nl hotmail.be outlook.es outlook.it yandex.ru
    mail.ru bk.ru fastmail.com tutanota.com zoho.com ttmail.com turk.net
    """.split()  # noqa: SIM905
)
"""Domains never doubted: ymail.com is one letter from gmail.com, and real."""
_TYPING_SLIPS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "xom": "com", "comm": "com", "coml": "com", "co": "com",
    "cm": "com", "om": "com", "cpm": "com", "cim": "com", "nte": "net", "ent": "net", "ogr": "org", "rog": "org",
}  # fmt: skip
_REAL_WITH_SLIP_ENDING = frozenset({"co", "cm", "om"})
"""Country codes: "example.co" is left alone, "gmail.co" is close enough to a known domain to be offered."""


def suggest_email(address: str) -> str | None:
    """What was probably meant, to be offered and never applied: "ayse@gmaıl.com" -> "ayse@gmail.com"; else None.

    Before the @ sign letters that hardly any mailbox has are doubted ("ayşe" -> "ayse"), after it look-alikes and slips
    of a known domain. What cannot be sent to, as it was typed, may miss a dot: "ayse@gmail,com".
    """
    if isinstance(read_email(address), Text):
        return _dotted(address)
    local, _at, domain = address.rpartition("@")
    plain = _look_alike(local)
    meant = f"{plain if plain.isascii() else local}@{_meant(domain)}"
    return None if meant == address else meant


def _dotted(typed: str) -> str | None:
    """With a dot for each other mark of its domain, or with the ending of a known one; None if that is none either."""
    local, _at, domain = answered(typed).replace("＠", "@").partition("@")
    labels = re.findall(r"[^\s.,:;]+", domain)
    meant = ".".join(labels)
    if len(labels) == 1:
        near = (known for known in _OFFERED if meant.lower() in (known.replace(".", ""), known.partition(".")[0]))
        meant = next(near, "")
    found = read_email(f"{local.strip()}@{meant}")
    return None if isinstance(found, Text) else suggest_email(found) or found


def _meant(domain: str) -> str:
    """The known domain that it looks like or is one or two slips away from (Damerau-Levenshtein), or its ending mended;
    else itself."""
    seen = _look_alike(readable(domain))
    if seen in _KNOWN:
        return seen
    if seen.removesuffix(".tr") in _OFFERED:
        return seen.removesuffix(".tr")  # gmail.com.tr is nobody's
    distance, nearest = min((slips(seen, known), known) for known in _OFFERED)
    if distance <= 2:
        return nearest
    body, _dot, ending = domain.rpartition(".")
    if ending in _TYPING_SLIPS and ending not in _REAL_WITH_SLIP_ENDING:
        return f"{body}.{_TYPING_SLIPS[ending]}"
    return domain


def _look_alike(words: str) -> str:
    """In the ASCII letters that it looks like: ı is i, ş is s, a Cyrillic а is a; what looks like none stays."""
    return words if words.isascii() else "".join(map(_ascii_of, words))


@lru_cache(maxsize=1024)
def _ascii_of(sign: str) -> str:
    bare = fold(sign)
    if sign.isascii() or (bare and bare.isascii()):
        return sign if sign.isascii() else bare
    # Imported late: its tables are large, and few addresses need them.
    from confusable_homoglyphs import confusables  # type: ignore[import-untyped]  # noqa: PLC0415

    found = confusables.is_confusable(sign, greedy=True) or [{"homoglyphs": []}]
    letters = [one["c"] for one in found[0]["homoglyphs"] if one["c"].isascii()]
    return min(letters, key=lambda one: (not one.islower(), len(one), one), default=sign)
