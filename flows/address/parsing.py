"""A Turkish address typed in one message, in any sane order, taken apart into mahalle, street, number, ilçe and il."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.address.abbreviations import BREAK, Token, is_number, naming, organisation_word, printed, role, room, tokens
from flows.address.place import take_place
from flows.words.turkish import title, upper

__all__ = ["Found", "read_parts"]

_FILLERS = frozenset({"il", "ili", "ilce", "ilcesi", "turkiye", "turkey", "tr", "adres", "adresi", "sehir", "semt"})
_ROADS = frozenset({"cadde", "sokak", "bulvar", "yol", "asfalt", "meydan", "cikmaz", "gecit", "mevki", "kume"})
_FLOORS = frozenset({"zemin", "giris", "bodrum", "cati"})
_NUMBERLESS = re.compile(r"\bno\s*:?\s*yok\b|\bkapı\s*numarası\s*yok\b|\bnumarasız\b", re.IGNORECASE)


@dataclass
class Found:
    """What one message said; lists are in the order of the envelope's line."""

    organisation: list[str] = field(default_factory=list)
    mahalle: str = ""
    street: list[str] = field(default_factory=list)
    building: list[str] = field(default_factory=list)
    number: str = ""
    floor: str = ""
    flat: str = ""
    postcode: str = ""
    ilce: str = ""
    il: str = ""
    numberless: bool = False


def read_parts(typed: str, il: str = "") -> Found:
    """Everything recognised in a message; `il` is what is known already, for an answer that names only the ilçe."""
    found = Found(il=il, numberless=bool(_NUMBERLESS.search(typed)))
    words = _without_fillers(tokens(_NUMBERLESS.sub(" ", typed)))
    _take_postcode(words, found)
    _take_organisation(words, found)
    found.il, found.ilce = take_place(words, found.postcode, il)
    _Walk(words, found).run()
    return found


def _without_fillers(words: list[Token]) -> list[Token]:
    kept = [
        word
        for place, word in enumerate(words)
        if word.key not in _FILLERS or (place + 1 < len(words) and naming(words[place + 1]))
    ]
    return [BREAK, *kept, BREAK]


def _take_postcode(words: list[Token], found: Found) -> None:
    """The last number of five digits that names no street and no door."""
    for place in range(len(words) - 1, -1, -1):
        digits = re.fullmatch(r"(?:TR-?)?(\d{5})", words[place].word, re.IGNORECASE)
        if digits and not naming(words[place + 1]) and role(words[place - 1]) != "no":
            found.postcode = digits[1]
            words[place] = BREAK
            return


def _take_organisation(words: list[Token], found: Found) -> None:
    """Institutions, from the beginning of their name to its last word: "Silivri 1 Nolu Kapalı Ceza İnfaz Kurumu"."""
    place = 0
    while place < len(words):
        if not organisation_word(words[place]) or naming(words[place + 1]):
            place += 1
            continue
        start = place
        while start > 0 and not _ends_part(words, start - 1):
            start -= 1
        end = place
        ahead = place + 1
        while words[ahead] is not BREAK and not _starts_street(words, ahead):
            if organisation_word(words[ahead]) and not naming(words[ahead + 1]):
                end = ahead
            if room(words[ahead]) and words[ahead + 1] is not BREAK:
                end = ahead + 1
            ahead += 1
        name = words[start : end + 1]
        found.organisation.append(_titled(name))
        words[start : end + 1] = [BREAK] * len(name)
        place = end + 1


def _ends_part(words: list[Token], place: int) -> bool:
    word = words[place]
    if word is BREAK or naming(word):
        return True
    return is_number(word) and place > 0 and role(words[place - 1]) in {"no", "daire", "kat"}


def _starts_street(words: list[Token], place: int) -> bool:
    return role(words[place]) in {"mahalle", "no", "cadde", "sokak", "bulvar"}


class _Walk:
    """One pass over what is left: words gather until one of them says what they were."""

    def __init__(self, words: list[Token], found: Found) -> None:
        self.words, self.found = words, found
        self.place = 0
        self.pending: list[Token] = []
        self.early: list[str] = []
        self.late: list[str] = []
        self.after_road = False
        self.labelled = [role(word) == "no" and self._value(at + 1) != "" for at, word in enumerate(words)]

    def run(self) -> None:
        """Read to the end; afterwards "12/5" is a door and a flat, unless a flat was written."""
        while self.place < len(self.words):
            self._step(self.words[self.place])
            self.place += 1
        found = self.found
        if not found.mahalle and self.early:
            found.mahalle = self.early.pop(0)
        found.organisation.extend(self.early)
        for phrase in self.late:  # "Sakarya Cad. No: 5, Kızılay": a quarter stands where the mahalle does
            if not found.mahalle and len(phrase.split()) <= 2 and not any(sign.isdigit() for sign in phrase):
                found.mahalle = phrase
            else:
                found.building.append(phrase)
        both = re.fullmatch(r"(\d+\w?)/(\d+)", found.number)
        if both and not found.flat:
            found.number, found.flat = both[1], both[2]

    def _step(self, word: Token) -> None:
        kind = role(word)
        if word is BREAK:
            self._flush()
        elif word.key == "pk" and self._value(self.place + 1):
            self._flush()
            office = "" if self.found.street or not self.found.building else self.found.building.pop() + " "
            self.found.street.append(f"{office}PK {self._take_value()}")
        elif kind in {"no", "daire", "kat"}:
            self._door(word, kind)
        elif naming(word) and self._closes(word):
            self._named(word)
        elif self._bare_number(word):
            self._number(upper(word.word))
        else:
            self.pending.append(word)
            self.after_road = False

    def _value(self, place: int) -> str:
        """A door number, a flat or a floor at a place: "12/A", "5", "B", "zemin"; else empty."""
        if place >= len(self.words) or self.words[place] is BREAK:
            return ""
        word = self.words[place]
        floor = word.key in _FLOORS or re.fullmatch(r"-\d{1,2}", word.word)
        following = self.words[place + 1] if place + 1 < len(self.words) else BREAK
        letter = len(word.word) == 1 and word.word.isalpha() and not naming(following)
        letter = letter and not (role(word) and is_number(following))  # "zemin kat D:5"
        return word.word if is_number(word) or floor or letter else ""

    def _take_value(self) -> str:
        self.place += 1
        value = self._value(self.place)
        return title(value) if len(value) > 1 and value.isalpha() else upper(value)

    def _door(self, word: Token, kind: str) -> None:
        if self._value(self.place + 1):
            self._flush()
            value = self._take_value()
            self._number(value) if kind == "no" else self._fill(kind, value)
        elif kind != "no" and len(self.pending) == 1 and self._before(self.pending[0]):
            self._fill(kind, title(self.pending.pop().word))
        else:
            self.pending.append(word)

    def _fill(self, kind: str, value: str) -> None:
        """Floor or flat; a second one is kept among the words, so that the sender sees it."""
        name = "floor" if kind == "kat" else "flat"
        if getattr(self.found, name):
            self.late.append(f"{title(kind)} {value}")
        else:
            setattr(self.found, name, value)

    @staticmethod
    def _before(word: Token) -> bool:
        return is_number(word) or word.key in _FLOORS

    def _number(self, value: str) -> None:
        if not self.found.number:
            self.found.number = value
        elif not self.found.flat:
            self.found.flat = value
        else:
            self.late.append(value)
        self.after_road = False

    def _closes(self, word: Token) -> bool:
        """Whether the word ends a name, rather than being part of one: "Bulvar Apt.", "Yeni Köy Mah.", "Blok A"."""
        following = self.words[self.place + 1] if self.place + 1 < len(self.words) else BREAK
        if role(word) == "kume":
            return True
        if role(word) == "blok" and not self.pending:
            return bool(self._value(self.place + 1)) or len(following.word) <= 2
        if word.colon and not self.pending:
            return following is not BREAK
        return bool(self.pending) and (word.dotted or not naming(following) or role(word) == "mahalle")

    def _named(self, word: Token) -> None:
        kind = role(word)
        if not self.pending and kind != "kume":  # "Blok A", "Mahalle: Caferağa": the name follows
            self.place += 1
            while self.place < len(self.words) and self.words[self.place] is not BREAK:
                if self.pending and (kind == "blok" or role(self.words[self.place])):
                    break
                self.pending.append(self.words[self.place])
                self.place += 1
            self.place -= 1
        parts = self.pending
        self.pending = []
        if kind in _ROADS and len(parts) == 1 and parts[0].word.isdigit():
            parts = [Token(parts[0].word, parts[0].key, dotted=True)]  # 1453. Sok.
        name = f"{_titled(parts)} {title(printed(word)) if kind == 'bina' else printed(word)}"
        self._put(kind, name.strip())

    def _put(self, kind: str | None, name: str) -> None:
        found = self.found
        self.after_road = kind not in {"mahalle", "koy"}
        if kind in {"mahalle", "koy"} and not found.mahalle:
            found.mahalle = name
        elif kind in _ROADS or kind in {"mahalle", "koy"}:
            found.street.append(name)
        else:
            found.building.append(name)

    def _bare_number(self, word: Token) -> bool:
        """A number without label right after a street or a building: "moda cad 12", not "12 sok" or "19 mayıs mah"."""
        if not self.after_road or self.pending or not is_number(word) or word.dotted:
            return False
        following = self.words[self.place + 1] if self.place + 1 < len(self.words) else BREAK
        return not naming(following) and not any(self.labelled[self.place :])

    def _flush(self) -> None:
        if not self.pending:
            return
        phrase = _titled(self.pending)
        lone_number = len(self.pending) == 1 and is_number(self.pending[0])
        self.pending = []
        if lone_number and not self.found.number and not any(self.labelled[self.place :]):
            self.found.number = upper(phrase)
        elif not self.found.street and not self.found.mahalle:
            self.early.append(phrase)
        else:
            self.late.append(phrase)


def _titled(words: list[Token]) -> str:
    return title(" ".join(word.shown for word in words))
