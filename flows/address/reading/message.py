"""What one message holds besides an address: telephone numbers, emoji, the addressee's name, a second address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from flows.address.places import is_place
from flows.address.reading.abbreviations import BREAK, role, tokens
from flows.words.turkish import fold

__all__ = ["Cleaned", "as_form", "cleaned", "several", "without_name"]

_LABEL_OF_PHONE = r"(?:\b(?:cep|tel|telefon|gsm|tlf|mobil|whatsapp)\b\.?\s*(?:no|numaras[ıi])?\s*[:.]?\s*)+"
_NUMBER = (
    r"(?:(?<![\w/])\(?(?:(?:\+|00)\s?90[\s.-]*|0)[(\s.-]*[2-5]\d{2}[)\s.-]*\d{3}[\s.-]*\d{2}[\s.-]*\d{2}(?!\d)"
    r"|(?<![\w/])\(?5\d{2}[)]?[\s.-]*\d{3}[\s.-]*\d{2}[\s.-]*\d{2}(?!\d)"
    r"|\+\d[\d\s().-]{8,16}\d)"
)
_PHONE = re.compile(rf"(?:{_LABEL_OF_PHONE})?{_NUMBER}|{_LABEL_OF_PHONE}\+?[\d(][\d\s().-]{{5,14}}\d", re.IGNORECASE)
"""Written out and not the library's: its metadata knows which numbers are in use, and a wrong one is none of an
address either."""
_MAIL_OR_LINK = re.compile(r"\S+@\S+\.\w+|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_SMILEY = re.compile(r"(?<!\S)[:;=]['-]?[)(DP]+(?!\w)|<3")
_JOINERS = frozenset("\u200d\ufe0f\ufe0e\u20e3")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x2060, 0xFEFF, 0x200E, 0x200F, 0xAD))
_LABEL = re.compile(
    r"^\W*(?:(?:ev|i[şs]|okul|eski|yeni|birinci|ikinci)?\s*(?:adres[ıi]?m?)?\s*\d?\s*:|\d\s?\))\s*", re.IGNORECASE
)
_OR = re.compile(r"\n|;|\s(?:veya|ya da|yada|yahut)\s", re.IGNORECASE)
_OR_COMMA = re.compile(rf"{_OR.pattern}|,", re.IGNORECASE)
_TITLES = frozenset({"sayin", "sn", "bay", "bayan", "hanim", "hanimefendi", "bey", "beyefendi", "bn"})
_BEFORE_NAME = re.compile(
    r"^\W*(?:al[ıi]c[ıi]|k[ıi]me|[ıi]s[ıi]m|ad(?:[ıi])?(?:\s*soyad(?:[ıi])?)?|adres\w*)\s*:\s*", re.IGNORECASE
)
_FORM_LABELS = (
    r"il|ilçe|ilce|şehir|sehir|semt|mahalle|cadde|sokak|bulvar|posta\s*kodu"
    r"|(?:bina|kapı|kapi|dış\s*kapı|dis\s*kapi)\s*no|no|daire|kat"
)
_FORM = re.compile(
    r"^\W*(?:il|ilçe|ilce|mahalle|cadde|sokak|şehir|sehir|posta\s*kodu)(?:\s*:\s*|\s+)(?!mah)[^\W\d]", re.IGNORECASE
)
_FORM_LABEL = re.compile(rf"(?<![^\W_])({_FORM_LABELS})(?![^\W_])\s*:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A message without what no envelope carries, and what was taken out, to be said."""

    words: str
    taken: tuple[str, ...] = ()


def cleaned(typed: str) -> Cleaned:
    """Without telephone numbers, e-mail addresses, links and emoji; flags stay, they name a country."""
    taken: list[str] = []

    def out(found: re.Match[str]) -> str:
        taken.append(found[0].strip())
        return " , "

    words = typed.translate(_INVISIBLE)
    for pattern in (_MAIL_OR_LINK, _PHONE, _SMILEY):
        words = pattern.sub(out, words)
    if words.isascii():
        return Cleaned(words, tuple(taken))
    pictures = [sign for sign in words if _is_picture(sign)]
    if pictures:
        words = "".join(" " if _is_picture(sign) or sign in _JOINERS else sign for sign in words)
        taken.append("".join(dict.fromkeys(pictures)))
    return Cleaned(words, tuple(taken))


def _is_picture(sign: str) -> bool:
    """An emoji or an arrow, neither of which is a word; № and ° are, regional indicators are flags."""
    if sign < "\u2000" or sign == "№" or "\U0001f1e6" <= sign <= "\U0001f1ff":
        return False
    return unicodedata.category(sign) in {"So", "Sk"} or "\u2190" <= sign <= "\u21ff"


def without_name(typed: str, name: str) -> str:
    """Without the lines and parts that only repeat the addressee: "Alıcı: Nermin Öztürk", "Nermin Hanım"."""
    own = set(fold(name).split())
    if not own:
        return typed
    parts = re.split(r"([\n,]+)", typed)
    kept = [part if place % 2 else _unnamed(part, own) for place, part in enumerate(parts)]
    rest = "".join(kept)
    return rest if rest.strip(" \n,") else typed


def _unnamed(part: str, own: set[str]) -> str:
    bare = _BEFORE_NAME.sub("", part)
    words = [word.strip(".:;!") for word in fold(bare).split()]
    said = [word for word in words if word not in _TITLES]
    place = len(said) == len(words) == 1 and is_place(said[0])  # "Fatih" is an ilçe, whoever else is called so
    return "" if said and set(said) <= own and not place else part


def several(typed: str) -> tuple[tuple[str, ...], ...]:
    """How a message may fall into addresses: at its lines, or at its commas too. The same one twice is one."""
    return tuple(dict.fromkeys(_grouped(pattern.split(typed)) for pattern in (_OR, _OR_COMMA)))


def _grouped(pieces: Iterable[str]) -> tuple[str, ...]:
    """Each address as it was typed: a piece that names a door again begins the next one."""
    groups: list[list[str]] = []
    full = False
    for piece in filter(str.strip, pieces):
        opens = _opens(piece)
        if not groups or (opens and full):
            groups.append([])
            full = False
        groups[-1].append(_LABEL.sub("", piece))
        full = full or opens
    whole = ["\n".join(group) for group in groups]
    different = {" ".join(sorted(fold(each).replace(",", " ").replace(".", " ").split())): each for each in whole}
    return tuple(different.values())


def _opens(line: str) -> bool:
    """Whether a line alone says where a door is: the name of a mahalle or a road, and a number."""
    if not any(map(str.isdigit, line)):
        return False
    words = tokens(line)
    roles = [role(word) for word in words if word is not BREAK]
    named = any(each in {"mahalle", "koy", "cadde", "sokak", "bulvar"} for each in roles)
    door = "no" in roles or any(word.word[:1].isdigit() and role(word) is None for word in words)
    return named and door


def as_form(typed: str) -> str:
    """ "il Giresun ilçe Görele mahalle …" as the form that it was copied from, one label a line."""
    labelled = {fold(label[1]) for label in _FORM_LABEL.finditer(typed)}
    if _FORM.match(typed) and len(labelled & {"il", "ilce", "mahalle", "sokak", "cadde"}) >= 3:
        return _FORM_LABEL.sub(r"\n\1:", typed)
    return typed
