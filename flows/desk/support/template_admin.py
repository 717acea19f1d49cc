"""/sablon: the templates themselves. Everybody lists, searches and looks; admins add, change, retire and restore."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flows.core.effects import Effect
from flows.core.state import Turn
from flows.desk.base.effects import LogAccess
from flows.desk.base.request import Asked
from flows.desk.base.roles import Role
from flows.desk.base.turns import does, replies, reply
from flows.desk.support.effects import PutTemplate, RestoreTemplate, RetireTemplate
from flows.desk.support.filling import to_add, to_restore
from flows.desk.support.placeholders import names_in
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_store import LANGUAGES, TemplateStore, called, new_code, objection, short, version_line
from flows.desk.support.template_use import no_such
from flows.words.text import Count, Lines, Text, Verbatim, text
from flows.words.turkish import fold

__all__ = ["TEMPLATE_ACTIONS", "TemplateAction", "take"]


@dataclass(frozen=True, slots=True)
class TemplateAction:
    """One word after /sablon: its names, whether it changes the templates, an example of what follows it in either."""

    name: str
    twin: str
    changes: bool
    example: str
    example_en: str
    what: Text
    run: Callable[[Asked, TemplateStore, str], Turn[None]]

    def shown(self, language: str) -> str:
        """A whole example, as a reader of that language types it."""
        if language == "en":
            return f"/template {self.twin} {self.example_en}"
        return f"/sablon {self.name} {self.example}"


def take(asked: Asked, templates: TemplateStore) -> Turn[None]:
    """The answer to /sablon: alone the whole list; with a code, that template; with a word of ACTS, its act."""
    word, rest = asked.parted
    if not word:
        return _list(asked, templates)
    act = next((one for one in TEMPLATE_ACTIONS if fold(word) in (one.name, one.twin)), None)
    if act is None:
        return (
            _show(asked, templates, word) if templates.find(word) else replies(asked, _unknown(asked, templates, word))
        )
    if act.changes and Role.ADMIN not in asked.roles:
        searched = _named("search").shown(asked.language)
        said = text("template", "Only an admin changes templates. You can search them: {it}", it=searched)
        return replies(asked, said)
    return act.run(asked, templates, rest) if rest else _example(asked, act.twin)


def _unknown(asked: Asked, templates: TemplateStore, typed: str) -> Text:
    names = {name: one for one in TEMPLATE_ACTIONS for name in (one.name, one.twin)}
    close = difflib.get_close_matches(fold(typed), names, 1, 0.6)
    if not close:
        return no_such(asked, typed, templates)
    return text(
        "template",
        "There is no such act: {typed}\nDid you mean this one? {example}",
        typed=Verbatim(typed[:40]),
        example=names[close[0]].shown(asked.language),
    )


def _named(twin: str) -> TemplateAction:
    return next(one for one in TEMPLATE_ACTIONS if one.twin == twin)


def _example(asked: Asked, twin: str) -> Turn[None]:
    shown = _named(twin).shown(asked.language)
    return replies(asked, text("template", "Something is missing. Example: {example}", example=shown))


def _of_one(
    act: Callable[[Asked, TemplateStore, str], Turn[None]],
) -> Callable[[Asked, TemplateStore, str], Turn[None]]:
    """What follows is the code of a template that is there."""

    def run(asked: Asked, templates: TemplateStore, typed: str) -> Turn[None]:
        code = templates.find(typed)
        return replies(asked, no_such(asked, typed, templates)) if code is None else act(asked, templates, code)

    return run


# Looking --------------------------------------------------------------------------------------------------------------


LINES: Final = (
    44  # Templates listed with their situation; further ones by code alone, so that the list stays one message.
)


def _list(asked: Asked, templates: TemplateStore) -> Turn[None]:
    codes = [code for code in templates.codes() if templates.in_use(code)]
    rows = [_line(asked, templates, code) for code in codes[:LINES]]
    rest = [called(code, asked.language) for code in codes[LINES:]]
    more = [text("template", "Also: {codes}", codes=Verbatim(", ".join(rest)))] if rest else []
    gone = [called(code, asked.language) for code in templates.codes() if not templates.in_use(code)]
    acts = [
        text("template", "{example} · {what}", example=one.shown(asked.language), what=one.what)
        for one in TEMPLATE_ACTIONS
    ]
    end = [text("template", "Retired: {codes}", codes=Verbatim(", ".join(gone)))] if gone else []
    said = text(
        "template",
        "Templates: {n}\n{rows}\n\n{acts}",
        n=Count(len(codes)),
        rows=Lines((*rows, *more, *end)),
        acts=Lines(tuple(acts)),
    )
    return replies(asked, said)


def _line(asked: Asked, templates: TemplateStore, code: str) -> Text:
    what = templates.situation(code) or Verbatim(_beginning(asked, templates, code))
    named, times = called(code, asked.language), Count(templates.used(code))
    return text("template", "{code} · {what} · used: {n}", code=named, what=what, n=times)


def _beginning(asked: Asked, templates: TemplateStore, code: str) -> str:
    written = (templates.words(code, one, asked.speak) for one in dict.fromkeys((asked.language, *LANGUAGES)))
    return short(next(one.words for one in written if one is not None), 60)


def _found(asked: Asked, templates: TemplateStore, rest: str) -> Turn[None]:
    codes = templates.search(rest, asked.speak)
    if not codes:
        none = text(
            "template", "No template has these words: {typed}\nAll of them: /template", typed=Verbatim(rest[:60])
        )
        return replies(asked, none)
    return replies(asked, Lines(tuple(_line(asked, templates, code) for code in codes)))


@_of_one
def _show(asked: Asked, templates: TemplateStore, code: str) -> Turn[None]:
    found = [templates.words(code, one, asked.speak) for one in LANGUAGES]
    rows = tuple(
        text(
            "template",
            "{language}, version {version}:\n{words}",
            language=LANGUAGES[one.used.language],
            version=one.used.version,
            words=Verbatim(one.words),
        )
        for one in found
        if one is not None
    )
    return replies(asked, Lines((_line(asked, templates, code), *rows), "\n\n"))


@_of_one
def _history(asked: Asked, templates: TemplateStore, code: str) -> Turn[None]:
    rows = tuple(version_line(one) for one in templates.history(code)[-LAST:])
    if not rows:
        as_shipped = text(
            "template", "“{code}” is as it ships; nobody has changed it.", code=called(code, asked.language)
        )
        return replies(asked, as_shipped)
    return replies(asked, Lines((_line(asked, templates, code), *rows), "\n\n"))


LAST: Final = 10  # changes shown, each with its beginning: one message


# Changing -------------------------------------------------------------------------------------------------------------


def _put(asked: Asked, templates: TemplateStore, rest: str, *, new: bool) -> Turn[None]:
    """KOD dil: metin. A new one must not exist in that language, a changed one must."""
    head, colon, words = rest.partition(":")
    named, words = head.split(), words.strip()
    if not colon or len(named) != 2:
        return _example(asked, "add" if new else "change")
    typed, language = named[0], fold(named[1])
    if language not in LANGUAGES:
        return replies(asked, _no_language(named[1]))
    code = templates.find(typed)
    there = code is not None and templates.words(code, language, asked.speak) is not None
    if code is not None and there and new:
        return replies(asked, _exists(called(code, asked.language), language))
    if not new and not there:
        return replies(asked, _not_yet(asked, typed, language, templates))
    made = code or new_code(typed)
    if isinstance(made, Text):
        return replies(asked, made)
    if wrong := _reserved(made) or objection(language, words):
        return replies(asked, wrong)
    return _recorded(asked, PutTemplate(made, language, words), _kept(asked, templates, made, language, words))


def _no_language(typed: str) -> Text:
    return text(
        "template",
        "There is no such language: {typed}\nThere are: {known}",
        typed=Verbatim(typed[:40]),
        known=Verbatim(", ".join(LANGUAGES)),
    )


def _exists(code: str, language: str) -> Text:
    example = text("template", "/template change {code} {language}: …", code=code, language=language)
    return text("template", "“{code}” exists. To change it: {example}", code=code, example=example)


def _not_yet(asked: Asked, typed: str, language: str, templates: TemplateStore) -> Text:
    code = templates.find(typed)
    if code is None:
        return no_such(asked, typed, templates)
    shown = called(code, asked.language)
    said = to_add(shown, language)
    return text("template", "“{code}” has no words in this language yet: {example}", code=shown, example=said)


def _reserved(code: str) -> Text | None:
    if not any(code in (one.name, one.twin) for one in TEMPLATE_ACTIONS):
        return None
    return text("template", "“{code}” is a word of this command. Please choose another code.", code=code)


def _kept(asked: Asked, templates: TemplateStore, code: str, language: str, words: str) -> Text | Lines:
    kept = text(
        "template",
        "Kept: “{code}”, {language}. Its placeholders: {names}",
        code=called(code, asked.language),
        language=LANGUAGES[language],
        names=Verbatim(", ".join(sorted(names_in(words))) or "–"),
    )
    others = [one for one in LANGUAGES if one != language]
    missing = tuple(LANGUAGES[one] for one in others if templates.words(code, one, asked.speak) is None)
    if not missing:
        return kept
    todo = text("template", "Its words are still missing in: {languages}", languages=Lines(missing, ", "))
    return Lines((kept, todo))


def _add(asked: Asked, templates: TemplateStore, rest: str) -> Turn[None]:
    return _put(asked, templates, rest, new=True)


def _change(asked: Asked, templates: TemplateStore, rest: str) -> Turn[None]:
    return _put(asked, templates, rest, new=False)


@_of_one
def _retire(asked: Asked, templates: TemplateStore, code: str) -> Turn[None]:
    shown = called(code, asked.language)
    if not templates.in_use(code):
        return replies(asked, text("template", "“{code}” is retired already.", code=shown))
    said = text("template", "Retired: “{code}”. To bring it back: {example}", code=shown, example=to_restore(shown))
    return _recorded(asked, RetireTemplate(code), said)


@_of_one
def _restore(asked: Asked, templates: TemplateStore, code: str) -> Turn[None]:
    shown = called(code, asked.language)
    newest = {one.language: one for one in templates.history(code)}.values()
    if not any(one.retired or (code in SHIPPED and one.words is not None) for one in newest):
        there = text("template", "There is nothing to bring back: “{code}” is in use as it is.", code=shown)
        return replies(asked, there)
    said = (
        text("template", "“{code}” is in use again, with the words that ship.", code=shown)
        if code in SHIPPED
        else text("template", "“{code}” is in use again, with its last words.", code=shown)
    )
    return _recorded(asked, RestoreTemplate(code), said)


def _recorded(asked: Asked, change: Effect, said: Text | Lines) -> Turn[None]:
    return does(change, reply(asked, said), LogAccess("change_template", asked.actor))


TEMPLATE_ACTIONS: Final[tuple[TemplateAction, ...]] = (
    TemplateAction("ara", "search", False, "gecik", "late", text("template", "searches codes, situations and words"),
        _found),
    TemplateAction("goster", "show", False, "nerede", "where", text("template", "shows the words in every language"),
        _show),
    TemplateAction("gecmis", "history", False, "nerede", "where", text("template", "shows every change"), _history),
    TemplateAction("ekle", "add", True, "bayram tr: Merhaba {first_name}, …", "newyear en: Hello {first_name}, …",
        text("template", "adds a template"), _add),
    TemplateAction("degistir", "change", True, "nerede tr: Merhaba …", "where en: Hello …",
        text("template", "changes one, keeping the old words"), _change),
    TemplateAction("emekli", "retire", True, "nerede", "where", text("template", "takes one out of use"), _retire),
    TemplateAction("geri", "restore", True, "nerede", "where",
        text("template", "brings one back, with the words that ship"), _restore),
)  # fmt: skip
