"""`say`: a Text becomes the sentence that a person reads, in that person's language."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flows.words.text import Lines, Text, Value
from locales.formats import shown
from locales.languages import LANGUAGES
from locales.loading import Untranslated, translations

__all__ = ["NAME", "SpeechError", "names_in", "say", "strict"]

NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
"""A value's place in a sentence. Nothing but a name: no attribute, index or format that a translation could abuse."""

_log = logging.getLogger("mektupx.locales")
_strict = False


class SpeechError(LookupError):
    """A sentence without its translation or one of its values; raised only where `strict` is on."""


@contextmanager
def strict(on: bool = True) -> Iterator[None]:
    """Tests speak strictly: a hole is an error. The service would rather say the English sentence than nothing."""
    global _strict
    before, _strict = _strict, on
    try:
        yield
    finally:
        _strict = before


def names_in(sentence: str) -> frozenset[str]:
    """The values a sentence asks for."""
    return frozenset(NAME.findall(sentence))


def say(text: Text, language: str, *, escape: bool = False) -> str:
    """The sentence in a supported language, its values formatted; `escape` makes the values safe for Telegram's HTML.

    Only values are escaped: the sentence itself is ours and may hold tags.
    """
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not a supported language; use pick() first.")
    sentence = _sentence(text, language)
    missing = names_in(sentence) - text.values.keys()
    if missing:
        _complain(text, f"is not given {', '.join(sorted(missing))}")
    spoken = {name: _value(text.values[name], language, escape) for name in names_in(sentence) - missing}
    return NAME.sub(lambda found: spoken.get(found[1], "…"), sentence)


def _sentence(text: Text, language: str) -> str:
    table = translations(language)
    try:
        if text.many is None:
            return str(table.pgettext(text.context, text.message))
        return str(table.npgettext(text.context, text.message, text.many, text.number))
    except Untranslated:
        _complain(text, f"is not translated into {language!r}")
        return text.message if text.many is None or text.number == 1 else text.many


def _value(value: Value | Text | Lines, language: str, escape: bool) -> str:
    if isinstance(value, Text):
        return say(value, language, escape=escape)
    if isinstance(value, Lines):
        return value.by.join(_value(part, language, escape) for part in value.parts)
    words = shown(value, language)
    return html.escape(words) if escape else words


def _complain(text: Text, what: str) -> None:
    """The log names the sentence, never what fills it."""
    if _strict:
        raise SpeechError(f"{text.context}: {text.message!r} {what}.")
    _log.warning("%s: %r %s", text.context, text.message, what)
