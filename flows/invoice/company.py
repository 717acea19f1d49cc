"""The parts of a message about a company: its title, its tax office, its tax number."""

from __future__ import annotations

import re

from stdnum.tr import tckimlik, vkn

from flows.address.address import read_address
from flows.address.reading.abbreviations import role, tokens
from flows.words.digits import ascii_digits

__all__ = [
    "BETWEEN",
    "ends_title",
    "is_address",
    "parts_of",
    "tax_number",
    "tax_office",
    "ten_digits",
    "title_and_address",
]

BETWEEN = " -–/:"
"""What stands around a part and says nothing."""


def parts_of(typed: str) -> list[str]:
    """What stands between commas and line breaks."""
    stripped = (each.strip(BETWEEN).lstrip(". ") for each in re.split(r"[,;\n]", typed))
    return [part for part in stripped if part]


# Names and titles -----------------------------------------------------------------------------------------------------

_TRADING = (
    r"ltd\.?\s*şt[iİ]\.?|l[iİ]m[iİ]ted\s+ş[iİ]rket[iİ]|a\.?\s?ş\.?|anon[iİ]m\s+ş[iİ]rket[iİ]|koll\.?\s*şt[iİ]\.?"
    r"|kom\.?\s*şt[iİ]\.?|ltd\.?|inc\.?|gmbh"
)
_BODIES = (
    r"koop(?:erat[iİ]f[iİ])?\.?|vakf[ıI]|derneğ[iİ]|ün[iİ]vers[iİ]tes[iİ]|beled[iİ]yes[iİ]|ş[iİ]rket[iİ]|ortaklığ[ıI]"
)
_TRADER = re.compile(rf"(?<!\w)(?:{_TRADING})(?!\w)\.?$", re.IGNORECASE)
_SUFFIX = re.compile(rf"(?<!\w)(?:{_TRADING}|{_BODIES})(?!\w)\.?", re.IGNORECASE)
"""How the titles of companies end (TTK m.39-46), of cooperatives, foundations, associations and public bodies."""


def ends_title(part: str) -> bool:
    """Whether these words are the title of a trading company."""
    return bool(_TRADER.search(part))


def title_and_address(parts: list[str]) -> tuple[str, list[str]]:
    """(title, the parts of the address); "" where no part is surely the title. A title may have commas."""
    for place, part in enumerate(parts):
        if endings := list(_SUFFIX.finditer(part)):
            end = endings[-1].end()
            begin = 0 if not any(map(is_address, parts[:place])) else place
            after = [rest] if (rest := part[end:].strip(BETWEEN)) else []
            return ", ".join((*parts[begin:place], part[:end])), [*parts[:begin], *after, *parts[place + 1 :]]
    for place in (0, -1) if len(parts) > 1 else ():
        if not is_address(parts[place]):
            return parts[place], parts[1:] if place == 0 else parts[:-1]
    return "", parts


def is_address(part: str) -> bool:
    """Whether these words can only be of an address: they have a number, or name a road, a building, a place."""
    if re.search(r"\d", part) or any(role(word) for word in tokens(part)):
        return True
    found = read_address(part, "").address
    return bool((found.il or found.ilce) and not found.unread)


# Tax office and numbers -----------------------------------------------------------------------------------------------

_LABEL = (
    r"(?<!\w)(?:(?:verg[iİ]|tax)\s*(?:k[iİ]ml[iİ]k\s*)?(?:no|numaras[ıI]|number)|v\.?\s?k\.?\s?n|v\.?\s?n|t\.?\s?c\.?\s?k\.?\s?n"
    r"|t\.?\s?c\.?(?:\s*k[iİ]ml[iİ]k)?(?:\s*(?:no|numaras[ıI]))?|no)\.?\s*[:.]?\s*"
)
_DIGITS = r"(?<!\d)\d(?:[ .]?\d){9,10}(?!\d)"
_LABELLED_NUMBER = re.compile(rf"{_LABEL}(?P<number>{_DIGITS})", re.IGNORECASE)
_NUMBER = re.compile(_DIGITS)

_OFFICE_WORD = (
    r"(?:v\.?\s?d\.?(?:\s*(?:bşk|bşkl[ıi]ğ[ıi]|md)\.?)?|verg[iİı]\s+da[iİı]res[iİı](?:\s+(?:müdürlüğü|başkanlığı|md\.?))?"
    r"|malmüdürlüğü|mal\s+müdürlüğü|tax\s+office)(?!\w)"
)
_OFFICE = (
    re.compile(rf"(?<!\w){_OFFICE_WORD}(?:\s*/\s*(?:no|vkn))?\s*:\s*(?P<name>[^,;\n/\d:]+)", re.IGNORECASE),
    re.compile(rf"(?:^|[,;\n])\s*{_OFFICE_WORD}\s+(?P<name>[^,;\n/\d:]+)", re.IGNORECASE),
    re.compile(rf"(?P<name>[^,;\n/:\d]*[^,;\n/:\d\s])\s*(?<!\w){_OFFICE_WORD}\s*[-/:]?", re.IGNORECASE),
)
""" "Vergi dairesi: Çankaya", "Vergi dairesi Çankaya", "Çankaya V.D."."""


def ten_digits(typed: str) -> bool:
    """Whether a number as long as a VKN stands in it, right or wrong."""
    return any(len(re.sub(r"\D", "", found[0])) == 10 for found in _NUMBER.finditer(ascii_digits(typed)))


def tax_number(typed: str) -> tuple[str, str]:
    """(number, the message without it): one with its label, a valid one, or one of ten digits that is asked about."""
    plain = ascii_digits(typed)
    found = [*_LABELLED_NUMBER.finditer(plain), *_NUMBER.finditer(plain)]
    numbers = [(re.sub(r"\D", "", each.groupdict().get("number") or each[0]), each) for each in found]
    valid = [pair for pair in numbers if vkn.is_valid(pair[0]) or tckimlik.is_valid(pair[0])]
    for number, each in valid or [pair for pair in numbers if len(pair[0]) == 10]:
        return number, f"{typed[: each.start()]}, {typed[each.end() :]}"
    return "", typed


def tax_office(typed: str) -> tuple[str, str]:
    """(name of the tax office, the message without it); of "Örnek Ltd. Şti. Çankaya V.D." the title stays."""
    found = next((said for each in _OFFICE if (said := each.search(typed))), None)
    if found is None:
        return "", typed
    before, name = typed[: found.start()], found["name"].strip(BETWEEN)
    endings = list(_SUFFIX.finditer(name))
    title = name[: endings[-1].end()] if endings else ""
    if not endings and not before.strip(" ,") and not _SUFFIX.search(typed):  # "Işıl İnci Çankaya V.D."
        title = name.rpartition(" ")[0]
    return name[len(title) :].strip(BETWEEN), f"{before}, {title}, {typed[found.end() :]}"
