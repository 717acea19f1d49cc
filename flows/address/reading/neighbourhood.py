"""Where the name of a mahalle begins in a run of words, and how the ilçe itself writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.address.places import is_mahalle_somewhere, is_place, nearly_among, places, squeezed
from flows.address.reading.abbreviations import BREAK, MAHALLE_WORDS, Token, closes, is_number, role, titled
from flows.address.reading.directions import FILLERS, is_direction, is_note
from flows.words.turkish import title

__all__ = ["as_names", "divided", "is_quarter", "is_stray", "known_spans", "named_mahalle"]

_NAMES_TOO = frozenset({"yeni", "eski", "ev", "is", "ad", "adi", "no", "mahalle"})
"""Labels that many a name begins with."""


def as_names(words: Sequence[Token]) -> list[Token]:
    """The words of a message; those that end names elsewhere end none inside a mahalle's: "Cadde Boyu Mah.", "Taş Ocağı
    Mah."."""
    found = list(words)
    for end, word in enumerate(words):
        if role(word) not in {"mahalle", "koy"} or not closes(words, end):
            continue
        for start in range(max(end - MAHALLE_WORDS, 1), end):
            run = words[start:end]
            if BREAK not in run and _begins(words, start) and is_mahalle_somewhere(_typed(run)):
                found[start:end] = (replace(each, named=True) for each in run)
                break
    return found


def _begins(words: Sequence[Token], start: int) -> bool:
    """Whether a name may begin here: one that begins with a road's ending may be the end of a road before it."""
    before = words[start - 1]
    return role(words[start]) is None or before is BREAK or is_number(before) or is_place(before.word)


def named_mahalle(words: Sequence[Token], il: str, ilce: str) -> tuple[list[Token], str]:
    """(what stands before it, its name): the longest end of the run that the ilçe knows, in its spelling.

    A name that it does not know, or that is misspelt, stays as it was typed, and the whole run is its name.
    """
    run = list(words)
    known = places().mahalle(il, ilce) if il else {}
    if name := known.get(_key(run)):
        return [], title(name) if _same_words(name, run) else titled(run)
    if ilce and not nearly_among(_key(run), known):
        for start in range(1, len(run)):
            if name := known.get(_key(run[start:])):
                return run[:start], title(name) if _same_words(name, run[start:]) else titled(run[start:])
        for start in range(1, len(run)):
            if nearly_among(_key(run[start:]), known):
                return run[:start], titled(run[start:])
        for start in range(1, min(len(run), MAHALLE_WORDS)):
            if not is_mahalle_somewhere(_typed(run)) and is_mahalle_somewhere(_typed(run[start:])):
                return run[:start], titled(run[start:])
    start = next((place for place, word in enumerate(run) if not is_stray(word)), 0)
    said = [place + 1 for place, word in enumerate(run[:-1]) if is_direction(word) or is_note([word])]
    start = max((start, *said))
    return run[:start], titled(run[start:])


def known_spans(words: Sequence[Token], il: str, ilce: str) -> dict[int, tuple[int, str]]:
    """First word -> (last word, name) of each mahalle in whose name a word has a part to play, or a break stands:
    "Küme Evler Mah.", "Sakut - Nato Mah."."""
    found: dict[int, tuple[int, str]] = {}
    known = places().mahalle(il, ilce) if il else {}
    for end, word in enumerate(words):
        if role(word) not in {"mahalle", "koy"} or not closes(words, end):
            continue
        for start in range(max(end - MAHALLE_WORDS, 1), end):
            run = words[start:end]
            if BREAK in (run[0], run[-1]) or not any(each is BREAK or role(each) for each in run):
                continue
            if name := known.get(_key([each for each in run if each is not BREAK])):
                found[start] = end, title(name)
                break
    return found


def divided(mahalle: str, il: str) -> tuple[str, str] | None:
    """(ilçe, mahalle) where a name begins with an ilçe of the il that has a mahalle of the other words: in Giresun
    "Merkez Camiyanı Mah." is one, and so is "Camiyanı Mah." in the ilçe Merkez."""
    words = mahalle.split()
    for end in range(1, len(words) - 1):
        ilce = places().district(il, " ".join(words[:end])) if il else None
        if ilce and squeezed(" ".join(words[end:-1])) in places().mahalle(il, ilce):
            return ilce, " ".join(words[end:])
    return None


def is_stray(word: Token) -> bool:
    """Whether a word before a name is none of it: a label, a greeting."""
    return word.key in FILLERS - _NAMES_TOO or is_note([word])


def _same_words(name: str, words: Sequence[Token]) -> bool:
    """Whether both have as many words, so that only letters differ; "D-100" was taken apart."""
    return len(name.replace(" - ", " ").split()) == len(words) or any(len(word.word) == 1 for word in words)


def is_quarter(words: Sequence[Token], il: str, ilce: str) -> bool:
    """Whether a run without any ending is a mahalle of the ilçe."""
    return bool(il) and _key(words) in places().mahalle(il, ilce)


def _key(words: Sequence[Token]) -> str:
    return squeezed(_typed(words))


def _typed(words: Sequence[Token]) -> str:
    return " ".join(word.word for word in words)
