"""Reads a request of a bot against schema.json: every parameter known, every required one there, every type right.

Telegram ignores unknown parameters; the playground refuses them, because there a misspelt one would pass unseen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.playground.bot_api.refusals import Refusal, refuse

__all__ = ["METHODS", "UPDATE_KINDS", "Upload", "method_named", "read_arguments"]


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    content: bytes
    mime: str


@cache
def _schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))
    return loaded


METHODS: dict[str, dict[str, Any]] = _schema()["methods"]
UPDATE_KINDS: frozenset[str] = frozenset(_schema()["updates"])
_OBJECTS: dict[str, dict[str, Any]] = _schema()["objects"]
_UNIONS: dict[str, list[str]] = _schema()["unions"]
_BY_LOWER = {name.lower(): name for name in METHODS}
FILE_FIELDS = frozenset(
    {"media", "thumbnail", "cover", "photo", "sticker", "animation", "video"}
)  # String, may be attach://
_SAID = {str: "a string", bool: "a boolean", int: "an integer", float: "a number", list: "an array", dict: "an object"}


def method_named(name: str) -> str | None:
    """All methods of the Bot API are case-insensitive."""
    return _BY_LOWER.get(name.lower())


def _wanted(types: list[Any]) -> str:
    return " or ".join(f"Array of {_wanted(kind['of'])}" if isinstance(kind, dict) else kind for kind in types)


class _Reader:
    def __init__(self, method: str, files: dict[str, Upload]) -> None:
        self.method, self.files, self.used = method, files, set[str]()

    def wrong(self, where: str, types: list[Any], value: Any) -> Refusal:
        got = "null" if value is None else _SAID.get(type(value), "a file")
        try:
            refuse("WRONG_TYPE", where=where, method=self.method, wanted=_wanted(types), got=got)
        except Refusal as refusal:
            return refusal

    def from_text(self, text: str, types: list[Any], where: str) -> Any:
        """A value that came as a form field or in the address."""
        plain = [kind for kind in types if isinstance(kind, str)]
        if "Integer" in plain and text.removeprefix("-").isdecimal() and text.isascii():
            return int(text)
        if "String" in plain or "InputFile" in plain:
            return text
        if "Boolean" in plain or "True" in plain:
            if text.lower() in ("true", "1", "yes", "false", "0", "no"):
                return text.lower() in ("true", "1", "yes")
            raise self.wrong(where, types, text)
        try:
            return json.loads(text)
        except ValueError:
            raise self.wrong(where, types, text) from None

    def value(self, value: Any, types: list[Any], where: str) -> Any:
        refusals = []
        for kind in self.narrowed(types, value):
            try:
                return self.one(value, kind, types, where)
            except Refusal as refusal:
                refusals.append(refusal)
        deeper = [refusal for refusal in refusals if f"'{where}'" not in refusal.description]
        raise deeper[0] if deeper else self.wrong(where, types, value)

    def narrowed(self, types: list[Any], value: Any) -> list[Any]:
        """Of several object types, the one the value says it is: by its "type", or by the field only that one has."""
        flat = [member for kind in types for member in (_UNIONS.get(kind, [kind]) if isinstance(kind, str) else [kind])]
        if len(flat) == 1 or not isinstance(value, dict):
            return flat
        named = [k for k in flat if isinstance(k, str) and k in _OBJECTS]
        constants = {k: {n: f["is"] for n, f in _OBJECTS[k].items() if "is" in f} for k in named}
        matching = [k for k in named if all(value.get(n) == word for n, word in constants[k].items())]
        complete = [k for k in matching if all(n in value for n, f in _OBJECTS[k].items() if f.get("required"))]
        return complete or matching or [k for k in flat if k not in named]

    def one(self, value: Any, kind: Any, types: list[Any], where: str) -> Any:
        if isinstance(kind, dict):
            if not isinstance(value, list):
                raise self.wrong(where, types, value)
            return [self.value(item, kind["of"], f"{where}[{index}]") for index, item in enumerate(value)]
        if kind == "String":
            fits = isinstance(value, str)
        elif kind == "Integer":
            fits = isinstance(value, int) and not isinstance(value, bool)
        elif kind == "Float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        elif kind == "Boolean":
            fits = isinstance(value, bool)
        elif kind == "True":
            fits = value is True
        elif kind == "InputFile":
            fits = isinstance(value, Upload) or (isinstance(value, str) and value.startswith("attach://"))
        elif kind in _OBJECTS:
            return self.object(value, _OBJECTS[kind], types, where)
        else:
            return value
        if not fits:
            raise self.wrong(where, types, value)
        holds_file = kind == "InputFile" or "InputFile" in types or where.rsplit(".", 1)[-1] in FILE_FIELDS
        return self.attached(value) if holds_file and str(value).startswith("attach://") else value

    def object(self, value: Any, fields: dict[str, Any], types: list[Any], where: str) -> Any:
        if types == ["KeyboardButton"] and isinstance(value, str):
            return {"text": value}  # api#keyboardbutton: "For simple text buttons, String can be used"
        if not isinstance(value, dict):
            raise self.wrong(where, types, value)
        return self.fields(value, fields, f"{where}.")

    def fields(self, given: dict[str, Any], fields: dict[str, Any], before: str) -> dict[str, Any]:
        for name in given:
            if name not in fields:
                refuse("UNKNOWN_PARAMETER", where=before + name, method=self.method)
        for name, field in fields.items():
            if field.get("required") and given.get(name) is None:
                refuse("MISSING", where=before + name, method=self.method)
            if "is" in field and given[name] != field["is"]:
                wanted, got = repr(field["is"]), repr(given[name])
                refuse("WRONG_TYPE", where=before + name, method=self.method, wanted=wanted, got=got)
        return {
            name: self.value(value, fields[name]["types"], before + name)
            for name, value in given.items()
            if value is not None
        }

    def attached(self, value: str) -> Upload:
        name = value.removeprefix("attach://")
        if name not in self.files:
            refuse("MISSING", where=f"file {name}", method=self.method)
        self.used.add(name)
        return self.files[name]


def read_arguments(
    method: str, texts: dict[str, str], natives: dict[str, Any], files: dict[str, Upload]
) -> dict[str, Any]:
    """The validated arguments. `texts` came as form fields or in the address, `natives` in a JSON body."""
    fields = METHODS[method]
    reader = _Reader(method, files)
    given: dict[str, Any] = {name: upload for name, upload in files.items() if name in fields}
    reader.used |= set(given)
    for name, text in texts.items():
        given[name] = reader.from_text(text, fields[name]["types"], name) if name in fields else text
    for name, value in natives.items():
        types = fields[name]["types"] if name in fields else []
        # Telegram takes "5" for 5 and JSON inside a string here too
        typed = isinstance(value, str) and types not in ([], ["String"])
        given[name] = reader.from_text(value, types, name) if typed else value
    arguments = reader.fields(given, fields, "")
    for name in files:
        if name not in reader.used:
            refuse("UNUSED_FILE", where=name)
    return arguments
