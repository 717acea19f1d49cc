"""Telephone numbers as people write them, in E.164; what our metadata does not know is a number all the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType as Type

from flows.words.digits import ascii_digits
from flows.words.invisible import unmarked
from flows.words.text import Text, text

__all__ = ["E164", "doubtful", "has_no_texts", "read_phone"]

E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164: fifteen digits at most
_TYPED_LONGEST = 40
_NO_TEXTS: Final = frozenset(
    {Type.FIXED_LINE, Type.UAN, Type.TOLL_FREE, Type.SHARED_COST, Type.PREMIUM_RATE, Type.VOIP, Type.VOICEMAIL}
)
"""Landlines and switchboards: "0212 …", "444 …", "0850 …"."""


def read_phone(typed: str, region: str = "TR") -> str | Text:
    """A telephone number in E.164 ("+905321234567"); numbers of other countries start with + or 00.

    Of a number only its length is judged: new ranges are given out before any metadata knows them. See `doubtful`.
    """
    digits = ascii_digits(unicodedata.normalize("NFKC", unmarked(typed))).strip()
    if region == "TR" and digits.startswith("00"):
        digits = "+" + digits[2:]
    elif region == "TR" and re.match(r"90[\s().-]*5\d{2}", digits) and len(re.sub(r"\D", "", digits)) == 12:
        digits = "+" + digits
    if len(typed) > _TYPED_LONGEST or re.search(r"[^\W\d_]", digits):
        return _ask_again()
    bare = "+" + re.sub(r"\D", "", digits)
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as unknown:
        new_country = unknown.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return bare if new_country and digits.startswith("+") and E164.fullmatch(bare) else _ask_again()
    if number.extension or not (phonenumbers.is_valid_number(number) or _as_long_as_others(number)):
        return _ask_again()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _as_long_as_others(number: phonenumbers.PhoneNumber) -> bool:
    """As long as a mobile or a landline of its country: half a number has the length of a 444 one."""
    return any(phonenumbers.is_possible_number_for_type(number, kind) for kind in (Type.MOBILE, Type.FIXED_LINE))


def _ask_again() -> Text:
    return text(
        "contact",
        "This does not look like a valid telephone number. Could you please write it with its area code? Numbers"
        " outside Türkiye start with +. Example: 05XX XXX XX XX",
    )


def doubtful(e164: str) -> bool:
    """Whether the metadata does not know such a number: a slip of the finger, or a range that is new."""
    number = _parsed(e164)
    return number is None or not phonenumbers.is_valid_number(number)


def has_no_texts(e164: str) -> bool:
    """Whether it is a landline or a switchboard."""
    number = _parsed(e164)
    return number is not None and phonenumbers.number_type(number) in _NO_TEXTS


def _parsed(e164: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return None
