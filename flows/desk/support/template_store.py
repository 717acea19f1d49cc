"""The agents' templates: what ships and what admins wrote, every version, found by code or by any word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from flows.desk.base.wording import LANGUAGES
from flows.desk.support.placeholders import NAME, PLACEHOLDERS, names_in
from flows.desk.support.template_defaults import SHIPPED
from flows.words.text import Count, Text, Verbatim, text
from flows.words.turkish import collation_key, fold

__all__ = [
    "LANGUAGES",
    "Speak",
    "Template",
    "TemplateStore",
    "Used",
    "Version",
    "called",
    "new_code",
    "objection",
    "short",
    "version_line",
]

Speak = Callable[[Text, str], str]
"""`Operator.words`: a sentence in a language."""

CODE: Final = re.compile(r"[a-z][a-z0-9]{1,11}")
LONGEST: Final = 1500
"""Letters of one template: three of them and what fills them fit into one message (Bot API: 4096 UTF-16 units)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One change by an admin, kept for ever: the newest one counts. words None: as shipped. by: the staff row."""

    code: str
    language: str
    version: int
    words: str | None
    by: str = ""
    at: datetime | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """Which words were sent; version 0 is what ships."""

    code: str
    language: str
    version: int

    @property
    def label(self) -> str:
        return f"{self.code}/{self.language}/{self.version}"

    @classmethod
    def of(cls, label: str) -> tuple[Used, ...]:
        """Those of an answer, as its ticket remembers them (flows.desk.support.template_use)."""
        parts = (one.split("/") for one in label.rstrip("*").split())
        return tuple(cls(code, language, int(version)) for code, language, version in parts)


@dataclass(frozen=True, slots=True)
class Template:
    """The words that count now, in one language."""

    used: Used
    words: str


@dataclass(frozen=True)
class TemplateStore:
    """Everything on it. versions: the changes admins made, in any order. uses: how often which words were sent."""

    versions: tuple[Version, ...] = ()
    uses: Mapping[Used, int] = field(default_factory=dict)

    @cached_property
    def _newest(self) -> dict[tuple[str, str], Version]:
        return {(one.code, one.language): one for one in sorted(self.versions, key=lambda one: one.version)}

    def codes(self) -> tuple[str, ...]:
        """All of them, also retired ones: what ships in its own order, then the admins' own alphabetically."""
        own = {one.code for one in self.versions} - SHIPPED.keys()
        return (*SHIPPED, *sorted(own, key=collation_key))

    def find(self, typed: str) -> str | None:
        """The code somebody typed: GECİKME, gecıkme, /gecikme and late are the same."""
        key = fold(typed).lstrip("/")
        twins = {row.twin: row.code for row in SHIPPED.values()}
        return key if key in self.codes() else twins.get(key)

    def nearest(self, typed: str) -> str:
        """The code that was most likely meant, among those in use."""
        twins = {row.twin: row.code for row in SHIPPED.values()}
        known = {name: code for name, code in {**{c: c for c in self.codes()}, **twins}.items() if self.in_use(code)}
        return known[difflib.get_close_matches(fold(typed), known, 1, 0.0)[0]] if known else next(iter(SHIPPED))

    def in_use(self, code: str) -> bool:
        """Not retired (a code is retired as a whole)."""
        newest = [self._newest[code, one] for one in LANGUAGES if (code, one) in self._newest]
        return not any(one.retired for one in newest) if newest else code in SHIPPED

    def words(self, code: str, language: str, speak: Speak) -> Template | None:
        """The words that count, retired or not; None where nobody has written any in this language."""
        newest = self._newest.get((code, language))
        used = Used(code, language, newest.version if newest else 0)
        if newest is not None and newest.words is not None:
            return Template(used, newest.words)
        row = SHIPPED.get(code)
        return None if row is None else Template(used, as_written(row.words, language, speak))

    def situation(self, code: str) -> Text | None:
        """When to use it; the admins' own have none but their words."""
        row = SHIPPED.get(code)
        return None if row is None else row.situation

    def used(self, code: str) -> int:
        """How often it was sent, all languages and versions together."""
        return sum(count for used, count in self.uses.items() if used.code == code)

    def history(self, code: str) -> tuple[Version, ...]:
        """Its changes, language by language, the oldest first."""
        return tuple(sorted((v for v in self.versions if v.code == code), key=lambda v: (v.language, v.version)))

    def search(self, typed: str, speak: Speak) -> tuple[str, ...]:
        """Codes in use that hold every word typed: in the code first, then in the situation, then in the words."""
        wanted = fold(typed).split()
        ranked: list[tuple[int, int, str]] = []
        for place, code in enumerate(self.codes()):
            searched = self._looked_through(code, speak)
            if wanted and self.in_use(code) and all(word in " ".join(searched) for word in wanted):
                rank = next((n for n, one in enumerate(searched) if wanted[0] in one), len(searched))
                ranked.append((rank, place, code))
        return tuple(code for _, _, code in sorted(ranked))

    def _looked_through(self, code: str, speak: Speak) -> tuple[str, str, str]:
        row = SHIPPED.get(code)
        names = f"{code} {row.twin}" if row else code
        situations = " ".join(speak(row.situation, one) for one in LANGUAGES) if row else ""
        written = [self.words(code, one, speak) for one in LANGUAGES]
        return fold(names), fold(situations), fold(" ".join(one.words for one in written if one))


def called(code: str, language: str) -> str:
    """The code as a reader of that language types it."""
    return code if language == "tr" or code not in SHIPPED else SHIPPED[code].twin


def as_written(words: Text, language: str, speak: Speak) -> str:
    """A shipped template in a language, its placeholders still open."""
    return speak(replace(words, values={name: f"{{{name}}}" for name in names_in(words.message)}), language)


# What an admin may write ----------------------------------------------------------------------------------------------


def new_code(typed: str) -> str | Text:
    """The code as it is kept, or why it cannot be one."""
    code = fold(typed)
    if CODE.fullmatch(code):
        return code
    return text(
        "template",
        "This cannot be a code: {typed}. A code has 2 to 12 letters and digits and begins with a letter."
        " Example: newyear",
        typed=Verbatim(typed[:40]),
    )


_SUFFIX: Final = re.compile(r"\{[a-z_]+\}['’]?[^\W\d_]+|\{[a-z_]+\}['’]")


def objection(language: str, words: str) -> Text | None:
    """Why these words cannot be a template, None if they can: too long, a stray brace, an unknown placeholder, or a
    Turkish suffix on a value (its vowels are not known beforehand)."""
    if not words.strip():
        return text("template", "The words are missing. After the colon comes what the sender will read.")
    if len(words) > LONGEST:
        return text(
            "template",
            "This is too long: {n} letters. A template has at most: {most}",
            n=Count(len(words)),
            most=Count(LONGEST),
        )
    if unknown := sorted(names_in(words) - PLACEHOLDERS.keys()):
        return text(
            "template",
            "There is no such placeholder: {unknown}\nThere are: {known}",
            unknown=shown(unknown),
            known=shown(PLACEHOLDERS),
        )
    if {"{", "}"} & set(NAME.sub("", words)):
        return text(
            "template",
            "A brace stands alone or around something else than a name. A placeholder looks like this: {example}"
            "\nThere are: {known}",
            example=shown(["first_name"]),
            known=shown(PLACEHOLDERS),
        )
    if language == "tr" and (found := _SUFFIX.search(words)):
        return text(
            "template",
            "No suffix can follow a placeholder: {found}. Put the name before it. Example: {example}",
            found=Verbatim(found[0]),
            example=Verbatim("Takip numarası: {tracking}"),
        )
    return None


def shown(names: Iterable[str]) -> Verbatim:
    """Placeholders as they are typed."""
    return Verbatim(", ".join(f"{{{name}}}" for name in names))


def short(words: str, most: int) -> str:
    """The beginning of a template's words."""
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


def version_line(one: Version) -> Text:
    """A version as the history lists it: from when, in use or not, and how it begins."""
    state = text("template", "retired") if one.retired else text("template", "in use from then on")
    return text(
        "template",
        "{language}, version {version}, {at}, {state}:\n{words}",
        language=LANGUAGES.get(one.language, Verbatim(one.language)),
        version=one.version,
        at=one.at or "–",
        state=state,
        words=text("template", "(as it ships)") if one.words is None else Verbatim(short(one.words, 250)),
    )
