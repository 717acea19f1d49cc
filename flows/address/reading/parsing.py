"""A Turkish address typed in one message, in any sane order, taken apart into mahalle, street, number, ilçe and il."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.address.places import MERKEZ, places
from flows.address.reading.abbreviations import BREAK, FLOORS, Token, is_number, naming, printed, role, titled, tokens
from flows.address.reading.directions import FILLERS, is_building, is_direction, is_note
from flows.address.reading.message import as_form
from flows.address.reading.neighbourhood import as_names, is_quarter, is_stray, known_spans, named_mahalle
from flows.address.reading.organisations import take_organisations
from flows.address.reading.place import take_place
from flows.address.reading.postcode import take_odd_postcode, take_postcode
from flows.words.turkish import fold, title, upper

__all__ = ["Found", "read_parts"]

_ROADS = frozenset({"cadde", "sokak", "bulvar", "yol", "asfalt", "meydan", "cikmaz", "gecit", "mevki", "kume"})
_VILLAGES = frozenset({"mahalle", "koy", "belde"})
_NUMBERLESS = re.compile(
    r"\b(?:kap[ıi]\s*)?(?:no|numara(?:s[ıi])?)\s*:?\s*yok\b|\bnumaras[ıi]z\b|\bno\s+number\b", re.IGNORECASE
)


@dataclass
class Found:
    """What one message said; lists are in the order of the envelope's line.

    unread: what nobody could place. notes: words to people, which no envelope carries.
    """

    organisation: list[str] = field(default_factory=list)
    landmark: list[str] = field(default_factory=list)
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
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_parts(typed: str, il: str = "", name: str = "") -> Found:
    """Everything recognised in a message.

    il: what is known already, for an answer that names only the ilçe. name: the addressee, who is no part of it.
    """
    found = Found(il=il, numberless=bool(_NUMBERLESS.search(typed)))
    words = as_names([BREAK, *tokens(as_form(_NUMBERLESS.sub(" ", typed))), BREAK])
    found.postcode = take_postcode(words) or take_odd_postcode(words, begins=True)
    found.organisation = take_organisations(words)
    found.il, found.ilce = take_place(words, found.postcode, il)
    found.postcode = found.postcode or take_odd_postcode(words)
    _Walk(words, found, frozenset(fold(name).split())).run()
    return found


class _Walk:
    """One pass over what is left: words gather until one of them says what they were."""

    def __init__(self, words: list[Token], found: Found, name: frozenset[str]) -> None:
        self.words, self.found, self.name = words, found, name
        self.place = 0
        self.pending: list[Token] = []
        self.after_road = False
        self.known = known_spans(words, found.il, found.ilce)
        self.labelled = [role(word) == "no" and self._value(at + 1) != "" for at, word in enumerate(words)]

    def run(self) -> None:
        """Read to the end; afterwards "12/5" is a door and a flat, unless a flat was written."""
        while self.place < len(self.words):
            self._step(self.words[self.place])
            self.place += 1
        both = re.fullmatch(r"(\d+\w?)/(\d+)", self.found.number)
        if both and not self.found.flat:
            self.found.number, self.found.flat = both[1], both[2]

    def _step(self, word: Token) -> None:
        kind = role(word)
        if word is BREAK:
            self._flush()
        elif self.place in self.known:
            self._flush()
            self.place, name = self.known[self.place]
            self._put(role(self.words[self.place]), f"{name} {printed(self.words[self.place])}")
        elif word.key == "pk" and self._value(self.place + 1):
            self._flush()
            office = "" if self.found.street or not self.found.building else self.found.building.pop() + " "
            self.found.street.append(f"{office}PK {self._take_value()}")
        elif kind in {"no", "daire", "kat"}:
            self._door(word, kind)
        elif word.key == "koy" and is_direction(self.words[self.place + 1]):
            self._flush()
            self.pending.append(word)
        elif kind in {"cikmaz", "gecit"} and not self.pending and self.found.street and self._ends_part():
            self.found.street[-1] += f" {printed(word)}"
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
        floor = word.key in FLOORS or re.fullmatch(r"-\d{1,2}", word.word)
        following = self.words[place + 1] if place + 1 < len(self.words) else BREAK
        letter = len(word.word) == 1 and word.word.isalpha() and not naming(following)
        letter = letter and not (role(word) and is_number(following))  # "zemin kat D:5"
        return word.word if is_number(word) or floor or letter else ""

    def _take_value(self) -> str:
        self.place += 1
        value = self._value(self.place)
        return title(value) if len(value) > 1 and value.isalpha() else upper(value)

    def _door(self, word: Token, kind: str) -> None:
        floor = kind == "kat" and bool(self.pending) and self.pending[-1].key in FLOORS
        if self._value(self.place + 1) and not floor and not self._says_after(kind):
            self._flush()
            value = self._take_value()
            self._number(value) if kind == "no" else self._fill(kind, value)
        elif self.pending and self._before(self.pending[-1]):
            value = title(self.pending.pop().word)
            self._flush()
            self._number(upper(value)) if kind == "no" else self._fill(kind, value)
        else:
            self.pending.append(word)

    def _ends_part(self) -> bool:
        """Whether no name follows: a break, a number or a door's label."""
        following = self.words[self.place + 1]
        return following is BREAK or is_number(following) or role(following) in {"no", "kat", "daire"}

    def _says_after(self, kind: str) -> bool:
        """ "12 numara 3 daire": the label stands behind its number, and so does the next one."""
        following = self.words[self.place + 2] if self.place + 2 < len(self.words) else BREAK
        behind = role(following) in {"daire", "kat"} and not self._value(self.place + 3)
        return kind == "no" and behind and bool(self.pending) and is_number(self.pending[-1])

    def _fill(self, kind: str, value: str) -> None:
        """Floor or flat; a second one that says something else is asked about."""
        name = "floor" if kind == "kat" else "flat"
        if not getattr(self.found, name):
            setattr(self.found, name, value)
        elif getattr(self.found, name) != value:
            self.found.unread.append(f"{title(kind)} {value}")

    @staticmethod
    def _before(word: Token) -> bool:
        return is_number(word) or word.key in FLOORS

    def _number(self, value: str) -> None:
        if not self.found.number:
            self.found.number = value
        elif value == self.found.number:
            return
        elif not self.found.flat and not self.labelled[self.place - 1]:
            self.found.flat = value
        else:
            self.found.unread.append(value)

    def _closes(self, word: Token) -> bool:
        """Whether the word ends a name, or is part of one: "Bulvar Apt.", "Yeni Köy Mah.", "Blok A"."""
        following = self.words[self.place + 1] if self.place + 1 < len(self.words) else BREAK
        if role(word) == "kume":
            return True
        if role(word) == "blok" and not self.pending:
            return bool(self._value(self.place + 1)) or len(following.word) <= 2
        if word.colon and not self.pending:
            return following is not BREAK
        if role(word) in {"yol", "meydan"} and is_direction(following):
            return False  # "okul yolu üzeri"
        if role(word) == "mahalle":
            return bool(self.pending) and role(following) != "mahalle"  # "94 Mahallesi Mahallesi"
        return bool(self.pending) and (word.dotted or not self._is_ending(self.place + 1, word))

    def _is_ending(self, place: int, before: Token) -> bool:
        """Whether a word belongs to the name before it: "Köy Mah.", but not "Lale Sok. Bulvar Apt."."""
        word, following = self.words[place], self.words[min(place + 1, len(self.words) - 1)]
        if not naming(word) or (word.key == "koy" and is_direction(following)):
            return False
        if before.key == "koyu":
            return role(word) == "mahalle"
        if role(before) in {"cadde", "sokak", "bulvar"}:
            return not naming(following)
        return not (role(before) in {"site", "apartman", "bina"} and role(word) == "blok")

    def _named(self, word: Token) -> None:
        kind = role(word)
        if not self.pending and kind != "kume":  # "Blok A", "Mahalle: Caferağa": the name follows
            self.place += 1
            while self.place < len(self.words) and self.words[self.place] is not BREAK:
                if self.pending and (kind == "blok" or role(self.words[self.place])):
                    break
                self.pending.append(self.words[self.place])
                self.place += 1
            word = self._same_kind(kind) or word
            self.place -= 1
        parts = self.pending
        self.pending = []
        if kind in _VILLAGES:
            before, name = named_mahalle(parts, self.found.il, self.found.ilce)
            self._unclear(before)
            return self._put(kind, f"{name} {printed(word)}".strip())
        if kind in {"apartman", "site", "bina"} and any(is_direction(part) for part in parts):
            return self._unclear([*parts, word])
        parts = self._without_strays(parts)
        if kind in _ROADS and len(parts) == 1 and parts[0].word.isdigit():
            parts = [Token(parts[0].word, parts[0].key, dotted=True)]  # 1453. Sok.
        name = f"{titled(parts)} {title(printed(word)) if kind == 'bina' else printed(word)}"
        self._put(kind, name.strip())

    def _put(self, kind: str | None, name: str) -> None:
        found = self.found
        self.after_road = kind not in _VILLAGES
        if kind in _VILLAGES and not found.mahalle:
            found.mahalle = name
        elif name in (found.mahalle, *found.street, *found.building):
            return
        elif kind in _ROADS or kind in _VILLAGES:
            found.street.append(name)
        else:
            found.building.append(name)

    def _bare_number(self, word: Token) -> bool:
        """A number without label right after a street or a building: "moda cad 12", not "12 sok" or "19 mayıs mah"."""
        if not self.after_road or self.pending or not is_number(word) or word.dotted:
            return False
        following = self.words[self.place + 1] if self.place + 1 < len(self.words) else BREAK
        if role(following) == "kat" and not self._value(self.place + 2):
            return False  # "2 kat"
        return not naming(following) and not any(self.labelled[self.place :])

    def _flush(self) -> None:
        pending, self.pending = self.pending, []
        lone = len(pending) == 1 and is_number(pending[0])
        if lone and not self.found.number and not any(self.labelled[self.place :]):
            self._number(upper(pending[0].word))
        else:
            self._unclear(pending)

    def _same_kind(self, kind: str | None) -> Token | None:
        """ "Cadde: Atatürk Bulvarı", "Mahalle: Kızılay Mah.": the ending that was typed wins over the label."""
        word = self.words[self.place] if self.place < len(self.words) else BREAK
        alike = role(word) == kind or (role(word) in _ROADS and kind in _ROADS)
        if not alike or word.colon:
            return None
        self.place += 1
        return word

    def _without_strays(self, parts: list[Token]) -> list[Token]:
        """Without the addressee's whole name, and without greetings, before the name of a road or a building."""
        own = 0
        while own < len(parts) - 1 and parts[own].key in self.name:
            own += 1
        parts = parts[own if own > 1 else 0 :]
        start = next((place for place, word in enumerate(parts[:-1]) if not is_stray(word)), 0)
        self._unclear(parts[:start])
        return parts[start:]

    def _unclear(self, words: list[Token]) -> None:
        """What no word has named: a quarter, a landmark, a word to the postman; all else is asked about."""
        while words and is_stray(words[0]) and not is_note(words):
            words = words[1:]
        if words and titled(words) == MERKEZ and self.found.il:
            self.found.ilce = self.found.ilce or places().district(self.found.il, MERKEZ) or ""
            return
        if all(word.key in FILLERS | self.name for word in words):
            return
        phrase, found = titled(words), self.found
        if any(is_direction(word) for word in words):
            found.landmark.append(phrase)
        elif is_building(words[-1]):
            found.building.append(phrase)
        elif is_note(words):
            found.notes.append(" ".join(word.shown for word in words))
        elif not found.mahalle and is_quarter(words, found.il, found.ilce):
            found.mahalle = named_mahalle(words, found.il, found.ilce)[1]
        else:
            found.unread.append(phrase)
