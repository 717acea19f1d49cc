"""What a Turkish reader would stumble over, as a table of rules that runs over every translated sentence.

Each rule looks at the Turkish sentence (and, where it compares, at the English one) and returns the words that offend.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["RULES", "Finding", "Rule", "lint"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pitfall, how it is seen, and why it matters."""

    name: str
    finds: Callable[[str, str], str | None]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """An offence, with the rule it breaks."""

    rule: str
    words: str
    reason: str

    def __str__(self) -> str:
        return f"{self.rule}: …{self.words}… {self.reason}"


def seen(pattern: str) -> Callable[[str, str], str | None]:
    """A rule by regular expression over the Turkish sentence."""
    expression = re.compile(pattern)

    def finds(_english: str, turkish: str) -> str | None:
        found = expression.search(turkish)
        return found[0] if found else None

    return finds


JARGON: Final = (
    "api|buton|butonu|butona|click|database|default|e-mail|email|error|hata kodu|input|invalid|link|linke|linki|"
    "linkine|login|logout|mail|maili|mailiniz|maile|mesaj id|null|offline|online|password|server|string|"
    "submit|swipe|timeout|token|tıkla|tıklayın|tıklayınız|update|username|valide|webhook"
)
NUMBERS: Final = "n|count|limit|pages|sheets|days|hours|minutes|seconds|characters|lines|attempts|messages|left|number"
PARTICLES: Final = (
    "m[iıuü](?:y[dms]\\w*|s[iıuü]n\\w*|d[iıuü]r)?|de|da|ki|ile|ise|göre|beri|itibaren|rağmen|karşı|dek|kadar|dolayı"
)
# An inline tag may stand between a value and what follows it.
AFTER: Final = r"\}(?:</\w+>)*"


def _final(english: str, turkish: str) -> str | None:
    """Both end like a sentence or neither does; a colon announces something in both."""
    ends = [re.search(r"([.?!…:])[”\")\s]*$", re.sub(r"</?\w+>", "", side)) for side in (english, turkish)]
    marks = [end[1] if end else "" for end in ends]
    if bool(marks[0]) != bool(marks[1]) or (marks[0] == ":") != (marks[1] == ":"):
        return turkish[-20:]
    return None


def _decomposed(_english: str, turkish: str) -> str | None:
    return turkish[:20] if unicodedata.normalize("NFC", turkish) != turkish else None


RULES: Final = (
    Rule("suffix", seen(rf"\w*{AFTER}['’]?[^\W\d_]+|{AFTER}['’]"), "no suffix after a value: vowel harmony is unknown"),
    Rule("particle", seen(rf"{AFTER} (?:{PARTICLES})\b"), "no mi, de, ile and the like directly after a value"),
    Rule(
        "counted plural",
        seen(rf"(?:\b\d+|\{{(?:{NUMBERS})\}}) (?!dolar\b)\w+l[ae]r\b"),
        "a counted noun is singular: 3 sayfa",
    ),
    Rule(
        "Siz", seen(r"[^\s.!?…:;“(\]–—•-] Siz(?:e|i|in|den|de|inle|ler\w*)?\b"), "siz is lower case inside a sentence"
    ),
    Rule("Bey, Hanım", seen(r"\b(?:Bey|Hanım)(?:efendi)?\b"), "no Bey or Hanım: we do not guess; Sayın {full_name}"),
    Rule("apostrophe", seen(r"\w*'\w*"), "the typographic apostrophe ’"),
    Rule("three dots", seen(r"\.\.\.?"), "one ellipsis …"),
    Rule("double space", seen(r"\S*  +\S*"), "one space"),
    Rule("lira sign", seen(r"₺"), "amounts are written 48,50 TL"),
    Rule("numeric date", seen(r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"), "days are written 5 Mart 1990"),
    Rule("clock colon", seen(r"\b\d{1,2}:\d{2}\b"), "hours are written 14.30"),
    Rule("percent", seen(r"[\d}] ?%"), "the percent sign comes first: %20"),
    Rule("final punctuation", _final, "ends differently from the English sentence"),
    Rule("jargon", seen(rf"(?i)(?<!\{{)\b(?:{JARGON})\b(?!\}})"), "a word of our trade, not of the reader’s"),
    Rule("decomposed letters", _decomposed, "letters are stored composed (NFC)"),
)


TRADE: Final = frozenset({"check", "cli", "log", "playground"})
"""Contexts whose reader runs the service and is helped by words of the trade."""


def lint(english: str, turkish: str, context: str = "") -> tuple[Finding, ...]:
    """All pitfalls a Turkish sentence has fallen into."""
    rules = (rule for rule in RULES if rule.name != "jargon" or context not in TRADE)
    found = ((rule, rule.finds(english, turkish)) for rule in rules)
    return tuple(Finding(rule.name, words.strip(), rule.reason) for rule, words in found if words)
