"""The words of a Turkish address: how people shorten Mahalle, Cadde, Sokak, and what an envelope prints for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.address.places import is_mahalle_somewhere, is_place
from flows.words.digits import ascii_digits
from flows.words.turkish import fold, title

__all__ = [
    "BREAK",
    "FLOORS",
    "MAHALLE_WORDS",
    "Token",
    "closes",
    "is_number",
    "naming",
    "printed",
    "role",
    "titled",
    "tokens",
]

_ROLES = {
    "mahalle": "mah mh mhl mahalle mahallesi mahallsi",
    "koy": "koyu koy",
    "belde": "beldesi",
    "cadde": "cad cd cadde caddesi",
    "sokak": "sok sk sokak sokagi sokaği skk",
    "bulvar": "bulv blv bul bulvar bulvari",
    "yol": "yolu",
    "asfalt": "asfalti",
    "meydan": "meydani meydan myd",
    "cikmaz": "cikmazi cikmaz ckm",
    "gecit": "geciti gecidi",
    "mevki": "mevkii mevki mvk",
    "kume": "kumeevler kumeevleri",
    "apartman": "apt ap apartman apartmani",
    "site": "sitesi sit site siteleri sts",
    "blok": "blok blk bl bloklari",
    "bina": "plaza plazasi konutlari konaklari evleri rezidans rezidansi residence carsisi pasaji merkezi ishani avm"
    " kule kulesi",
    "no": "no n nu num numara numarasi nr",
    "daire": "daire dairesi d da",
    "kat": "kat k kt kati",
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}
_PRINTED = {
    "mahalle": "Mah.", "koy": "Köyü", "belde": "Beldesi", "cadde": "Cad.", "sokak": "Sok.", "bulvar": "Bulv.",
    "yol": "Yolu", "asfalt": "Asfaltı", "meydan": "Meydanı", "cikmaz": "Çıkmazı", "gecit": "Geçidi", "mevki": "Mevkii",
    "kume": "Küme Evler", "apartman": "Apt.", "site": "Sitesi", "blok": "Blok",
}  # fmt: skip
_NAMING = frozenset(_PRINTED) | {"bina"}
"""Roles that close a name: everything before them belongs to it ("Fatih Sultan Mehmet" + Bulv.)."""

FLOORS = frozenset({"zemin", "giris", "bodrum", "cati", "asma", "bahce"})
"""Floors that have a name instead of a number."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as typed without its dot, its folded key, whether a dot or a colon stood after it, a slash before.

    named: it stands inside a mahalle's name, where "Cadde" and "Camii" are words like any other.
    """

    word: str
    key: str
    dotted: bool = False
    colon: bool = False
    slashed: bool = False
    named: bool = False

    @property
    def shown(self) -> str:
        """The word with its dot: "Dr.", "1453."."""
        return self.word + "." * self.dotted


BREAK = Token("|", "|")
"""A comma, a new line or a slash between words: here one part of an address ends."""

_ANY_I = "[ıIiİ]"
_SHORT = "mah|mh|mhl|cad|cd|sok|sk|bulv|blv|apt|ap|blk|bl"
_NUMBERED_DOOR = rf"(?:\s*(?:no|numaras{_ANY_I})\b|(?=\s*:|[\s.]*\d))"
"""A label says a number; without one Dışkapı is a village."""
_BEFORE = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"n°|№|\bnº", " no "),
        (rf"\bk[uü]me\s+(evler{_ANY_I}?)\b", r" küme\1 "),
        (r"\bposta\s*kodu\b|\bzip\b|\bp\.?\s*k\.?(?=\s*:?\s*\d{5}(?!\d))", " , postakodu "),
        (rf"\b(el|vas[ıi]tas|arac[ıi]l[ıi][gğ]){_ANY_I}\s+{_ANY_I}le\b", r"\1iyle"),
        (r"\b(?=k[öo]y\s+(?:kahve|i[çc]i|muhtar|okul|cami|konağ))", " , "),
        (r"\bposta\s+kutusu\b|\bp\.?\s*k\.?(?=[\s:]*\d)", " PK "),
        (rf"\b{_ANY_I}[cç]\s*kap{_ANY_I}{_NUMBERED_DOOR}|\b(?:daire|d)[\s.]*no\b\.?", " daire "),
        (rf"\bd{_ANY_I}[sş]\s*kap{_ANY_I}{_NUMBERED_DOOR}", " no "),
        (rf"\bkap{_ANY_I}\s*(?:no|numaras{_ANY_I})\b|\bbina\s*no\b", " no "),
        (
            r"(?<![^\W_])(no|nu|num|nr|n|daire|kat|kt|d|k)\s*[.:]?\s*(?=\d+[^\W\d_]?(?![^\W_])(?!\s*ko[gğ]u[sş]))",
            r" \1 ",
        ),
        (r"(?<=\d)\s*([/-])\s*(?=\d)", r"\1"),
        (r"\b(kat|kt|k)\s*[.:]?\s*-\s*(?=\d)", r"\1 -"),
        (rf"\b({_SHORT})\.(?=\w)", r"\1. "),
        (r"\b(\d+)\.(?=[^\W\d_])", r"\1. "),
        (rf"\bc\.?\s*{_ANY_I}\.?\s*k\.(?=\W|$)", " CİK "),
        (r"[“”\"]", " "),
    )
)
_PIECES = re.compile(
    r"(?P<number>\d{1,4}[^\W\d_]?(?:[/-](?:\d{1,4}[^\W\d_]?|[^\W\d_])(?!\w|\s*:|\s*\.\s*\d{1,3}(?!\d)))+)"
    r"|(?P<word>[^\s,;:/|()\[\]\n]+)"
    r"|(?P<colon>:)"
    r"|(?P<break>[,;/|()\[\]\n]+)"
)
_DASH = re.compile(r"(?P<left>[^\s,;:/()–—-]*)(?P<dash>\s*[-–—]+\s*)(?=(?P<right>[^\s,;:/()–—-]*)(?P<colon>\s*:)?)")
_TURKISH_LETTERS = re.compile("[çğıöşüÇĞÖŞÜİ]")
_DOTLESS = re.compile(r"\b[Ii](?=hlamur|rmak|s[ıi]k|l[ıi]ca|t[ıi]r|gd[ıi]r|sparta|lgaz|lg[ıi]n|hlara)", re.IGNORECASE)
"""Words of streets that begin with ı, as a keyboard without Turkish letters leaves them."""


def _dotted(typed: str) -> str:
    """Typed without any Turkish letter, I is nobody's ı: "YENI" is Yeni; except where a word is known to begin so."""
    if _TURKISH_LETTERS.search(typed):
        return typed
    return _DOTLESS.sub("ı", typed).replace("I", "İ")


def _parted(found: re.Match[str]) -> str:
    """A dash parts two words, "Mah.-Gül", "Bozüyük-Bilecik", or belongs to a name or a number: "C-7", "5-7"."""
    left, dash, right = found["left"], found["dash"], found["right"]
    if _inside_mahalle(found):
        return f"{left} " if dash.startswith(" ") else found[0]
    first, last = _ROLE_OF.get(fold(left.strip("."))), _ROLE_OF.get(fold(right.strip(".")))
    if last == "blok" and len(left) <= _CODE_LONGEST:
        return f"{left} "
    if first == "kat" and right.isdigit():
        return f"{left} -"
    if first in {"no", "daire"} and right[:1].isdigit():
        return f"{left} "
    around = dash.startswith(" ") and dash.endswith(" ")
    labelled = bool(_DOOR.match(right)) or bool(last and (len(right) > 1 or found["colon"]))
    numbered = bool(_NUMBERED.search(left)) and len(right) >= _WORD_SHORTEST and not right[:1].isdigit()
    postcode = any(len(part) == _POSTCODE and part.isdigit() for part in (left, right))
    if around or first or labelled or numbered or postcode:
        return f"{left} , "
    beside_place = (is_place(left) or is_place(right)) and not is_mahalle_somewhere(left + right)
    return f"{left} , " if beside_place else found[0]


def _inside_mahalle(found: re.Match[str]) -> bool:
    """Whether one mahalle stands on both sides of the dash: "Aydınlı - İstanbul Ayosb Mah."."""
    behind = _TO_MAHALLE.match(found.string, found.end())
    if behind is None:
        return False
    before = re.split(r"[,;:/()\n]", found.string[: found.start("dash")])[-1].split()
    return any(is_mahalle_somewhere(" ".join([*before[start:], behind[1]])) for start in range(-MAHALLE_WORDS, 0))


MAHALLE_WORDS = 6
"""How many words the name of a mahalle has at most."""
_TO_MAHALLE = re.compile(r"([^,;:/()\n]+?)\s+(?:mah|mh|mhl)", re.IGNORECASE)
_DOOR = re.compile(
    r"(?:no|nu|n|kat|kt|k|daire|da|d|zemin|giri[sş]|kap[ıi]|numara|i[çc]|d[ıi][şs])\.?(?:\d|$)", re.IGNORECASE
)
_NUMBERED = re.compile(r"\d[^\W\d_]?$")
_CODE_LONGEST, _WORD_SHORTEST, _POSTCODE = 3, 2, 5


def tokens(typed: str) -> list[Token]:
    """The words of an address with their breaks; abbreviations glued together are taken apart ("cad.no:12", "d5")."""
    words = _DASH.sub(_parted, _dotted(ascii_digits(typed)))
    for pattern, replacement in _BEFORE:
        words = pattern.sub(replacement, words)
    found: list[Token] = []
    slashed = False
    for piece in _PIECES.finditer(words):
        if piece["break"]:
            if found and found[-1] is not BREAK:
                found.append(BREAK)
            slashed = "/" in piece["break"] or "(" in piece["break"]
        elif piece["colon"]:
            if found and found[-1] is not BREAK:
                found[-1] = replace(found[-1], colon=True)
        elif bare := piece[0] if re.fullmatch(r"-\d{1,2}", piece[0]) else piece[0].strip(".-–—'’!?*•#"):
            found.append(Token(bare, fold(bare), dotted=piece[0].endswith("."), slashed=slashed))
            slashed = False
    while found and found[-1] is BREAK:
        found.pop()
    return found


def role(token: Token) -> str | None:
    """What a word does in an address ("cadde", "no", "kat" …), None for a name."""
    if token.named or (token.word[:1] in "şŞ" and token.key == "sok"):  # "Cadde Boyu Mah.", "Şok Market"
        return None
    return _ROLE_OF.get(token.key)


def naming(token: Token) -> bool:
    """Whether the word closes the name of a mahalle, a road or a building."""
    return role(token) in _NAMING


def closes(words: Sequence[Token], place: int) -> bool:
    """Whether the word at a place ends a name by itself: "Cad." does, the first word of "Meydan Mah." does not."""
    word, following = words[place], words[place + 1] if place + 1 < len(words) else BREAK
    if role(word) == "mahalle" or word.key == "koyu":
        return role(following) != "mahalle"
    if word.key == "koy":
        return following is BREAK or is_number(following) or role(following) in {"no", "kat", "daire"}
    return naming(word) and (word.dotted or not naming(following))


def printed(token: Token) -> str:
    """The ending an envelope prints for it: "caddesi" -> "Cad."; a building's own word stays as it is."""
    return _PRINTED.get(role(token) or "", token.word)


def is_number(token: Token) -> bool:
    """Whether it can be a door number: "12", "12A", "12/5", "14-16"."""
    return bool(re.fullmatch(r"\d{1,5}[^\W\d_]?(?:[/-][^\W_]{1,5})*", token.word))


def titled(words: Iterable[Token]) -> str:
    """Words in the capitals of an envelope."""
    return title(" ".join(word.shown for word in words))
