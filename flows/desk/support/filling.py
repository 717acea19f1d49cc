"""From codes to the sender's words: the templates of one answer filled, joined in order, or held back, saying why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flows.core.state import State
from flows.desk.base.wording import STATES
from flows.desk.support.placeholders import NAME, PLACEHOLDERS, TemplateFacts, spoken
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_store import LANGUAGES, Speak, TemplateStore, Used, called
from flows.words import turkish
from flows.words.text import Text, Verbatim, text, units

__all__ = ["LIMIT", "Filled", "Unfilled", "fill", "open_places", "to_add", "to_restore", "too_long"]

LIMIT: Final = 3500
"""UTF-16 units of an answer: with the head of its preview it stays one message (Bot API: 4096)."""

OPENING: Final = re.compile(r"\w+(?=(?: \{first_name\})?, )")
"""The word a template greets with."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the sender would read, letter for letter, and which versions it was made of."""

    words: str
    used: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Unfilled:
    """It cannot be sent as it is.

    names: the empty placeholders. because: one sentence each, with its remedy. words: the text with its open places, to
    be finished by hand; "" where there is none. only_a_day: a new day of delivery is all it wants.
    """

    because: tuple[Text, ...]
    names: tuple[str, ...] = ()
    words: str = ""
    used: tuple[Used, ...] = ()
    only_a_day: bool = False


def fill(
    templates: TemplateStore, codes: Sequence[str], facts: TemplateFacts, speak: Speak, reader: str = "tr"
) -> Filled | Unfilled:
    """The templates of these codes (each known), in the sender's language, in the order given. reader: the
    language of whoever hears why not, and of the codes in it."""
    typed = {code: called(code, reader) for code in codes}
    found = {code: templates.words(code, facts.language, speak) for code in dict.fromkeys(codes)}
    unwritten = tuple(_unwritten(typed[code], facts.language) for code, template in found.items() if template is None)
    retired = tuple(_retired(typed[code]) for code in found if not templates.in_use(code))
    if unwritten or retired:
        return Unfilled((*retired, *unwritten))
    chosen = [template for template in found.values() if template is not None]
    words = _greeting_once([template.words for template in chosen], facts.language)
    dated = [code for code, one in zip(found, words, strict=True) if ETA in NAME.findall(one)]
    renewing = [code for code in dated if code in SHIPPED and SHIPPED[code].new_day]
    known = facts if facts.new_day is None else facts.expecting(facts.new_day)
    given = {code: known.expecting(facts.new_day) if code in renewing else known for code in found}
    values = [spoken(one.about(_about(code)), speak) for code, one in given.items()]
    joined = "\n\n".join(_put(one, known) for one, known in zip(words, values, strict=True))
    empty = dict.fromkeys(
        name for one, known in zip(words, values, strict=True) for name in NAME.findall(one) if name not in known
    )
    because = (
        *(_is_empty(name) for name in empty if name != ETA or not renewing),
        *_of_the_day(facts, dated, [typed[code] for code in renewing]),
        *(_untrue(typed[code], facts.state) for code in found if not _true(code, facts.state)),
        *too_long(joined),
    )
    used = tuple(template.used for template in chosen)
    if not because:
        return Filled(joined, used)
    only_a_day = bool(renewing) and facts.new_day is None and len(because) == len(renewing)
    return Unfilled(because, tuple(empty), joined, used, only_a_day)


def _about(code: str) -> str:
    return SHIPPED[code].about if code in SHIPPED else ""


def _put(words: str, values: Mapping[str, str]) -> str:
    """One pass: what a value holds is never looked at again. Empty places stay open."""
    return NAME.sub(lambda place: values.get(place[1], place[0]), words)


def _greeting_once(templates: Sequence[str], language: str) -> list[str]:
    """Those after the first lose the greeting they share with it and begin with a capital."""
    opening = OPENING.match(templates[0])
    if opening is None:
        return list(templates)
    greeting = re.compile(rf"{opening[0]}(?: \{{first_name\}})?, ")
    rest = [greeting.sub("", one, count=1) if greeting.match(one) else one for one in templates[1:]]
    return [templates[0], *(_capital(one[:1], language) + one[1:] for one in rest)]


def _capital(letter: str, language: str) -> str:
    return turkish.upper(letter) if language == "tr" else letter.upper()


ETA: Final = "eta"


def _of_the_day(facts: TemplateFacts, dated: Sequence[str], renewing: Sequence[str]) -> tuple[Text, ...]:
    """What is wrong with the new day of delivery, or that one is missing. dated: what names a day of delivery."""
    if facts.new_day is None:
        return tuple(_day_wanted(code, facts) for code in renewing)
    if not dated:
        return (
            text("template", "This reply names no day of delivery, so yours would be lost: {day}", day=facts.new_day),
        )
    wrong = _no_news(facts)
    return () if wrong is None else (wrong,)


def _no_news(facts: TemplateFacts) -> Text | None:
    """Why the day that an agent gave is no news to the sender, None where it is, or where none was given."""
    day, known = facts.new_day, facts.eta
    if day is None:
        return None
    if day < facts.today:
        return text(
            "template", "The day you wrote is over: {day}. Ask the post for the day that is expected now.", day=day
        )
    if known is not None and day <= known[1]:
        return text(
            "template",
            "The sender expects the letter until {known} already, so {day} is no new day. Ask the post for a later"
            " one.",
            known=known[1],
            day=day,
        )
    return None


def _day_wanted(code: str, facts: TemplateFacts) -> Text:
    """How a day is given to a reply that tells a new one."""
    last = facts.eta[1] if facts.eta else facts.today
    example = text("template", "/use {code} {day}", code=code, day=last + timedelta(days=3))
    if facts.eta is None:
        return text(
            "template",
            "“{code}” tells a new day of delivery: ask the post, and write the day after the code. Example: {example}",
            code=code,
            example=example,
        )
    return text(
        "template",
        "“{code}” tells a new day of delivery, and the sender knows the old one ({known}): ask the post, and write the"
        " new day after the code. Example: {example}",
        code=code,
        known=facts.eta[1],
        example=example,
    )


# Why not --------------------------------------------------------------------------------------------------------------


def _true(code: str, state: State | None) -> bool:
    """Whether a template is true of the order; without one its placeholders say so."""
    when = SHIPPED[code].when if code in SHIPPED else None
    return when is None or state is None or state in when


def _untrue(code: str, state: State | None) -> Text:
    return text(
        "template",
        "“{code}” is not true of this order. Its state: {state}. Is it another order? Otherwise: /use status",
        code=code,
        state=STATES[state] if state else "–",
    )


def _is_empty(name: str) -> Text:
    row = PLACEHOLDERS[name]
    return text(
        "template", "Empty: {what} ({name}). {remedy}", what=row.what, name=Verbatim(f"{{{name}}}"), remedy=row.remedy
    )


def _unwritten(code: str, language: str) -> Text:
    return text(
        "template",
        "“{code}” has no words in the sender's language ({language}). An admin can write them: {example}",
        code=code,
        language=LANGUAGES.get(language, Verbatim(language)),
        example=to_add(code, language),
    )


def to_add(code: str, language: str) -> Text:
    """The command that writes it in that language, as whoever reads this types it."""
    return text("template", "/template add {code} {language}: …", code=code, language=language)


def to_restore(code: str) -> Text:
    """The command that brings it back."""
    return text("template", "/template restore {code}", code=code)


def _retired(code: str) -> Text:
    return text(
        "template",
        "“{code}” is retired. An admin can bring it back: {example}",
        code=code,
        example=to_restore(code),
    )


def too_long(words: str) -> tuple[Text, ...]:
    """The complaint about an answer that is more than one message."""
    if units(words) <= LIMIT:
        return ()
    return (text("template", "The answer is too long for one message. Send its parts one after the other."),)


def open_places(words: str) -> tuple[str, ...]:
    """Placeholders left in words that an agent finished by hand."""
    return tuple(dict.fromkeys(NAME.findall(words)))
