"""Turkish letters treated as Turkish: upper and lower case, alphabetical order, and loose matching of typed words.

Only for Turkish text. E-mail addresses, codes and URLs are ASCII and use Python's own case mapping.
"""

from __future__ import annotations

import unicodedata

from flows.words.invisible import unmarked

__all__ = ["collation_key", "fold", "lower", "title", "upper"]

_TO_LOWER = str.maketrans({"İ": "i", "I": "ı"})
_TO_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
"""The 29 letters in the order of the Turkish Language Association, with q, w, x where the Latin alphabet has them."""
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET, start=100)}
_CIRCUMFLEX = str.maketrans("âîû", "aiu")
_SMALL_WORDS = frozenset({"ve", "ile"})
_ACRONYMS = frozenset(
    {"PTT", "TOKİ", "OSB", "KYK", "ODTÜ", "İTÜ", "TBMM", "TCDD", "DSİ", "AVM", "PK", "TSK", "GATA", "CİK"}
)
_ROMAN = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII"})


def lower(words: str) -> str:
    """Lower case by the Turkish mapping: "IŞIL İNCİ" -> "ışıl inci".

    NFC first, so an İ typed as two code points counts.
    """
    return unicodedata.normalize("NFC", words).translate(_TO_LOWER).lower()


def upper(words: str) -> str:
    """Upper case by the Turkish mapping: "istanbul" -> "İSTANBUL", "ılgaz" -> "ILGAZ"."""
    return unicodedata.normalize("NFC", words).translate(_TO_UPPER).upper()


def fold(words: str) -> str:
    """The same key for every way a Turkish word is typed: "KADIKÖY", "kadikoy" and "Kadıköy" -> "kadikoy".

    Case, accents, dots of i, marks that nobody sees and runs of spaces disappear. For comparing, never for showing.
    """
    bare = unicodedata.normalize("NFD", unmarked(words)).casefold().replace("ı", "i")
    bare = unicodedata.normalize("NFD", bare)
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


def collation_key(words: str) -> tuple[tuple[int, ...], str]:
    """What to sort Turkish names by: Çorum after Zonguldak never happens, Iğdır stands before İstanbul.

    Spaces and digits come before letters, foreign letters after z; the words themselves break ties.
    """
    plain = lower(words).translate(_CIRCUMFLEX)
    return tuple(
        _PLACE.get(letter, ord(letter) if ord(letter) < 100 else ord(letter) + 1000) for letter in plain
    ), words


def title(words: str) -> str:
    """Capitals as an envelope has them: "MODA caddesi" -> "Moda Caddesi", "19 mayıs mah" -> "19 Mayıs Mah".

    A word starts after a space, hyphen, slash, dot or bracket. A letter after an apostrophe is a suffix and stays small
    ("Atatürk'ün"), so does one after a digit ("3b" stays). "ve" stays small inside; PTT, TOKİ and Roman numerals keep
    their capitals.
    """
    return " ".join(_shown(word, first=not place) for place, word in enumerate(words.split(" ")))


def _shown(word: str, *, first: bool) -> str:
    if upper(word.strip(".,()")) in _ACRONYMS or word.rstrip(".") in _ROMAN:
        return upper(word) if word.rstrip(".") not in _ROMAN else word
    if not first and lower(word) in _SMALL_WORDS:
        return lower(word)
    letters: list[str] = []
    start = True
    for letter in lower(word):
        letters.append(upper(letter) if start and letter.isalpha() else letter)
        start = not (letter.isalnum() or letter in "'’" or unicodedata.combining(letter))
    return "".join(letters)
