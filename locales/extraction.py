"""Finds every sentence in the rooms' source: the calls of `text`, `plural` and `Text`, as the translator's work list.

Babel's own Python extractor takes any call named `text` (SQLAlchemy has one too) and silently drops a context that is a
constant; this one follows the imports, resolves constants and names the calls it cannot read.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["ROOMS", "Extraction", "Sentence", "extracted"]

ROOMS: Final = ("flows", "bot", "rendering", "storage")
DEFINES: Final = "flows/words/text.py"

MAKERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "text": {
        "text": ("context", "message"),
        "plural": ("context", "message", "many", "number"),
        "Text": ("context", "message", "values", "many", "number"),
    },
    "step": {"button": ("context", "message", "action", "value")},
}
"""The functions that make a sentence, by the module they come from, and what their arguments mean."""


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One entry of the work list, under gettext's keys; `many` is empty where no number chooses the wording."""

    context: str
    message: str
    many: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        """The msgid as Babel keeps it."""
        return (self.message, self.many) if self.many else self.message


@dataclass(slots=True)
class Extraction:
    """All sentences, and the calls a translator could never be shown."""

    sentences: set[Sentence] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def extracted(project: Path) -> Extraction:
    """The sentences of all rooms of a project."""
    found = Extraction()
    for room in ROOMS:
        for path in sorted((project / room).rglob("*.py")):
            name = path.relative_to(project).as_posix()
            if name != DEFINES:
                _read(name, path.read_text(encoding="utf-8"), found)
    found.problems.extend(_clashes(found.sentences))
    return found


def _read(name: str, source: str, found: Extraction) -> None:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        found.problems.append(f"{name}:{error.lineno}: is not Python yet: {error.msg}")
        return
    reader = _Reader(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (meanings := reader.maker(node)):
            for sentence in reader.sentences(meanings, node):
                if isinstance(sentence, str):
                    found.problems.append(f"{name}:{node.lineno}: {sentence}")
                else:
                    found.sentences.add(sentence)


class _Reader:
    """Reads one module: what it imported from flows.words.text, and its constants."""

    def __init__(self, tree: ast.Module) -> None:
        self.makers: dict[str, tuple[str, ...]] = {}
        self.modules: dict[str, str] = {}
        self.constants: dict[str, ast.expr] = {}
        self.inside: set[ast.AST] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self._imported((node.module or "").rpartition(".")[2], node.names)
            elif isinstance(node, ast.FunctionDef) and any(node.name in makers for makers in MAKERS.values()):
                # A maker's own body passes its arguments on; its callers write the sentence.
                self.inside.update(ast.walk(node))
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.constants[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self.constants[name] = value

    def _imported(self, module: str, names: Collection[ast.alias]) -> None:
        for alias in names:
            known = alias.asname or alias.name
            if alias.name in MAKERS.get(module, {}):
                self.makers[known] = MAKERS[module][alias.name]
            elif module in ("flows", "") and alias.name in MAKERS:
                self.modules[known] = alias.name

    def maker(self, call: ast.Call) -> tuple[str, ...] | None:
        """What the arguments of a call mean, if it makes a sentence."""
        if call in self.inside:
            return None
        match call.func:
            case ast.Name(id=name):
                return self.makers.get(name)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules:
                return MAKERS[self.modules[module]].get(name)
        return None

    def sentences(self, meanings: tuple[str, ...], call: ast.Call) -> Iterator[Sentence | str]:
        """The sentences of a call; a plain string is a complaint about it."""
        given = dict(zip(meanings, call.args, strict=False))
        if "values" in meanings:  # Text itself, whose arguments may also be named
            given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        counted = "many" in given or (meanings[2:3] == ("many",))
        words = [
            self.literals(given[key]) if key in given else () for key in ("context", "message", "many")[: 2 + counted]
        ]
        if not all(words):
            yield "a sentence or its context is not written out, so no translator will see it"
            return
        for context in words[0]:
            for message in words[1]:
                for many in words[2] if counted else ("",):
                    yield Sentence(context, message, many)

    def literals(self, node: ast.expr) -> tuple[str, ...]:
        """The strings an expression can be, if it is written out: a literal, a sum of them, a choice, a constant."""
        match node:
            case ast.Constant(value=str(words)):
                return (words,)
            case ast.IfExp(body=body, orelse=orelse):
                return self.literals(body) + self.literals(orelse)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return tuple(a + b for a in self.literals(left) for b in self.literals(right))
            case ast.Name(id=name) if name in self.constants:
                return self.literals(self.constants[name])
        return ()


def _clashes(sentences: Collection[Sentence]) -> Iterator[str]:
    """gettext knows a sentence by context and singular: the same one cannot be plural here and plain there."""
    forms: dict[tuple[str, str], str] = {}
    for sentence in sorted(sentences):
        if forms.setdefault((sentence.context, sentence.message), sentence.many) != sentence.many:
            yield f"{sentence.context}: {sentence.message!r} is written with two different plurals"
