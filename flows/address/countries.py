"""Which country an address names: in Turkish, in English, in its own language or by its flag, anywhere in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flows.address.places import places, squeezed
from flows.address.reading.abbreviations import naming, tokens

__all__ = [
    "MERSIN",
    "NORTHERN_CYPRUS",
    "NORTHERN_TOWNS",
    "UNNAMED",
    "Named",
    "country_code",
    "country_name",
    "named_country",
    "without_flags",
]

NORTHERN_CYPRUS = "KKTC"
"""No ISO code of its own: mail for it goes by way of Mersin, as "KKTC, Mersin 10, Türkiye"."""
UNNAMED = ""
"""The code of an address that is none of Türkiye and names no country."""
_NORTHERN = frozenset(
    squeezed(name)
    for name in (
        "KKTC", "K.K.T.C.", "TRNC", "Kuzey Kıbrıs", "Kuzey Kıbrıs Türk Cumhuriyeti", "Northern Cyprus", "North Cyprus",
        "Turkish Republic of Northern Cyprus", "Mersin 10", "Mersin 10 Türkiye", "Mersin 10 Turkey", "Kıbrıs KKTC",
        "KKTC Mersin 10", "KKTC Mersin 10 Türkiye", "KKTC Mersin 10 Turkey",
    )
)  # fmt: skip
MERSIN = "Mersin 10"
NORTHERN_TOWNS = frozenset({"lefkosa", "girne", "gazimagusa", "magusa", "magosa", "gazimagosa"})
_SHORT = frozenset({"uk", "us", "gb", "usa", "abd", "uae", "bae", "fas", "cin", "trnc", "kktc", "tr"})
"""Names of two or three letters; every other one is a word of some language."""
_LONGEST = 5
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SUBDIVISION_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007f]+")
_BREAKS = re.compile(r"([\n,;()]+)")


def without_flags(typed: str) -> str:
    """A Turkish address without its flag, which says nothing more."""
    return _FLAG.sub(" ", typed)


@dataclass(frozen=True, slots=True)
class Named:
    """A country and the text without its name."""

    code: str
    rest: str


@cache
def _countries() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """(typed key -> ISO code, ISO code -> English name)."""
    codes: dict[str, str] = {}
    english: dict[str, str] = {}
    for code, name, turkish, others in _rows():
        english[code] = name
        for known in (code, name, turkish, *others.split(",")):
            if known.strip():
                codes.setdefault(squeezed(known), code)
    codes |= dict.fromkeys(_NORTHERN, NORTHERN_CYPRUS)
    english[NORTHERN_CYPRUS] = "KKTC, Mersin 10, Türkiye"
    return codes, english


def country_code(typed: str) -> str | None:
    """The ISO 3166-1 code of a country by any of its names, its own code or a usual short form."""
    return _countries()[0].get(squeezed(typed.strip(" .,")))


def country_name(code: str) -> str:
    """The English name of a country by its ISO code; the code itself when it is unknown."""
    return _countries()[1].get(code.upper(), code.upper())


def named_country(typed: str) -> Named | None:
    """The foreign country that a message names, None where it names none, or Türkiye.

    A name counts as a part of its own, or at the end or the beginning of one: "44137 Dortmund Almanya". The last one
    counts ("Atlanta, Georgia, USA"); a flag does where there is no name.
    """
    typed = typed.strip()
    flags = [_of_flag(flag[0]) for flag in _FLAG.finditer(typed)] + ["GB"] * len(_SUBDIVISION_FLAG.findall(typed))
    bare = _SUBDIVISION_FLAG.sub("", _FLAG.sub("", typed))
    pieces = _BREAKS.split(bare)
    parts = pieces[::2]
    found: tuple[str, int, str] | None = None
    home = northern = False
    ours: dict[int, str] = {}
    for place, part in enumerate(parts):
        code, rest = _in_part(part, alone=place in (0, len(parts) - 1)) or ("", part)
        if code == NORTHERN_CYPRUS:
            northern = True
            pieces[2 * place] = MERSIN if squeezed(MERSIN) in squeezed(part) else rest
        elif code == "TR":
            home = True
            ours[2 * place] = rest
        elif code:
            found = (code, place, rest)
    if northern:
        return Named(NORTHERN_CYPRUS, "".join(ours.get(at, piece) for at, piece in enumerate(pieces)))
    if found is None:
        flag = next(filter(None, flags), "TR")
        return Named(flag, bare) if flag != "TR" and not home else None
    code, place, rest = found
    if home or _is_turkish(parts[place + 1 :]):
        return None
    pieces[2 * place] = rest
    if code == "CY" and any(squeezed(word) in NORTHERN_TOWNS for word in re.findall(r"\w+", bare)):
        code = NORTHERN_CYPRUS
    return Named(code, "".join(pieces))


def _is_turkish(parts: Iterable[str]) -> bool:
    """Whether an il is named behind: "Kosova, Selçuklu, Konya" is a mahalle of Konya."""
    return any(places().province(word) for part in parts for word in re.split(r"[\s/]+", part) if word)


def _in_part(part: str, *, alone: bool) -> tuple[str, str] | None:
    """(code, what is left); a country at the end of a part, or at the beginning of the first or the last one."""
    words = part.replace("/", " / ").split()
    for length in range(min(_LONGEST, len(words)), 0, -1):
        if code := _code(words[-length:]):
            rest = words[:-length]
            return code, _without_slash(rest, -1)
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        if alone and (code := _code(words[:length])) and not _is_name_of_road(words[length:]):
            return code, _without_slash(words[length:], 0)
    return None


def _without_slash(words: list[str], at: int) -> str:
    while words and words[at] in {"/", "-", "–"}:
        del words[at]
    return " ".join(words).replace(" / ", "/")


def _code(words: list[str]) -> str | None:
    said = squeezed(" ".join(words))
    if len(said) <= 3 and (said not in _SHORT or (len(said) == 2 and not words[0].isupper())):
        return None
    return country_code(said)


def _is_name_of_road(words: list[str]) -> bool:
    """ "Azerbaycan Cad. No: 5": the country is part of a road's name."""
    return any(naming(word) for word in tokens(" ".join(words[:3])))


def _of_flag(flag: str) -> str:
    return "".join(chr(ord(sign) - 0x1F1E6 + ord("A")) for sign in flag)


def _rows() -> list[tuple[str, str, str, str]]:
    lines = resources.files("flows.data").joinpath("countries.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(a, b, c, d) for a, b, c, d in rows]
