"""How we reach the sender: a name exactly as typed, a telephone number, an e-mail address and its six-digit code."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

import phonenumbers

from flows.input.manuscript import has_forbidden
from flows.words.digits import ascii_digits
from flows.words.edit_distance import slips
from flows.words.text import Text, text

__all__ = [
    "CODE_ATTEMPTS",
    "CODE_LENGTH",
    "CODE_LIFE",
    "CODE_RESEND",
    "NAME_LONGEST",
    "read_code",
    "read_email",
    "read_name",
    "read_phone",
    "suggest_email",
]

CODE_LIFE = timedelta(minutes=10)
"""How long a code is valid (docs/design.md, "Limits")."""
CODE_ATTEMPTS = 5
"""How many wrong codes before a new one is needed (docs/design.md, "Limits")."""
CODE_RESEND = timedelta(seconds=60)
"""How soon another code can be asked for (docs/design.md, "Limits")."""
CODE_LENGTH = 6
NAME_LONGEST = 80
_LOCAL_LONGEST, _EMAIL_LONGEST, _LABEL_LONGEST = 64, 254, 63  # RFC 5321 4.5.3.1, RFC 1035 2.3.4


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
    signs = all(sign.isalpha() or unicodedata.combining(sign) or sign in " .'’‘`´-‐‑,ʼ·" for sign in name)
    return signs and not re.search(r"\w\.(com|net|org|tr)\b", name.casefold())


def read_phone(typed: str, region: str = "TR") -> str | Text:
    """A telephone number in E.164 ("+905321234567"); numbers of other countries start with + or 00."""
    digits = ascii_digits(unicodedata.normalize("NFKC", typed)).strip()
    if region == "TR" and digits.startswith("00"):
        digits = "+" + digits[2:]
    elif region == "TR" and re.match(r"90[\s().-]*5\d{2}", digits) and len(re.sub(r"\D", "", digits)) == 12:
        digits = "+" + digits
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return _ask_phone()
    if (
        len(typed) > 40
        or number.extension
        or re.search(r"[^\W\d_]", digits)
        or not phonenumbers.is_valid_number(number)
    ):
        return _ask_phone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _ask_phone() -> Text:
    return text(
        "contact",
        "This does not look like a valid telephone number. Could you please write it with its area code? Numbers"
        " outside Türkiye start with +. Example: 05XX XXX XX XX",
    )


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def read_email(typed: str) -> str | Text:
    """An e-mail address ready to send to: the part before @ as typed, the domain in lower-case ASCII (punycode).

    Lengths by RFC 5321 (64 before @, 254 in all). Case mapping is ASCII: a capital I in a domain is i, never ı.
    """
    address = unicodedata.normalize("NFC", typed).strip().strip("<>").removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    ascii_domain = _punycode(domain)
    if (
        not at
        or ascii_domain is None
        or len(local) > _LOCAL_LONGEST
        or len(local) + 1 + len(ascii_domain) > _EMAIL_LONGEST
    ):
        return _ask_email()
    if not local.isascii():
        return text(
            "contact",
            "The part before the @ sign contains a letter that e-mail cannot carry. Could you please write it"
            " without letters such as ş, ğ, ı? Example: isil@example.com",
        )
    return f"{local}@{ascii_domain}" if _LOCAL.fullmatch(local) else _ask_email()


def _ask_email() -> Text:
    return text(
        "contact",
        "This does not look like a valid e-mail address. Could you please write it again? Example: isil@example.com",
    )


def _punycode(domain: str) -> str | None:
    """The domain in lower-case ASCII, None when it cannot be one; at least two labels, the last one not a number."""
    domain = domain.rstrip(".").replace("İ", "i").lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = domain.split(".")
    fits = len(labels) > 1 and all(len(label) <= _LABEL_LONGEST and _LABEL.fullmatch(label) for label in labels)
    return domain if fits and len(labels[-1]) > 1 and not labels[-1].isdigit() else None


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
    """What was probably meant, to be offered and never applied: "ayse@gmail.con" -> "ayse@gmail.com"; else None.

    A known domain is never doubted; an unknown one is, when one or two slips away from a known one
    (Damerau-Levenshtein), or when only its ending is a well-known slip.
    """
    local, _at, domain = address.rpartition("@")
    if domain in _KNOWN:
        return None
    distance, nearest = min((slips(domain, known), known) for known in _OFFERED)
    if distance <= 2:
        return f"{local}@{nearest}"
    body, _dot, ending = domain.rpartition(".")
    if ending in _TYPING_SLIPS and ending not in _REAL_WITH_SLIP_ENDING:
        return f"{local}@{body}.{_TYPING_SLIPS[ending]}"
    return None


def read_code(typed: str) -> str | Text:
    """The six digits of a code, whatever spaces, dashes or digits of another script they were typed with."""
    code = re.sub(r"[\s.\-–—]", "", ascii_digits(unicodedata.normalize("NFKC", typed)))
    if re.fullmatch(rf"[0-9]{{{CODE_LENGTH}}}", code):
        return code
    return text(
        "contact", "The code has six digits. Could you please write it as it appears in the e-mail? Example: 123456"
    )
