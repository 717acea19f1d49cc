"""Makes schema.json, the playground's table of Bot API methods, from the schema in aiogram's source distribution (MIT).

python -m bot.playground.bot_api.make_schema AIOGRAM_SDIST_FOLDER
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

LICENCE = "Generated from .butcher/schema/schema.json of aiogram, (c) 2017 - present Alex Root Junior, MIT licence."
MEMBER = re.compile(r"^\s*- (\w+)\s*$", re.MULTILINE)
CONSTANT = re.compile(r"(?:must be|always) [“\"*]?([a-z_]+)[”\"*]?\.?$")


def types_of(words: str) -> list[Any]:
    """ "Array of A and B" -> [{"of": ["A", "B"]}]; "Integer or String" -> ["Integer", "String"]."""
    if words.startswith("Array of "):
        return [{"of": types_of(words.removeprefix("Array of "))}]
    return [part for part in re.split(r", | or | and ", words) if part]


def fields_of(entry: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for annotation in entry["annotations"]:
        field: dict[str, Any] = {"types": types_of(annotation["type"])}
        if annotation["required"]:
            field["required"] = True
        if annotation["name"] in ("type", "source") and (
            constant := CONSTANT.search(annotation["description"].strip())
        ):
            field["is"] = constant[1]
        fields[annotation["name"]] = field
    return fields


def names_in(fields: dict[str, Any]) -> set[str]:
    def walk(types: list[Any]) -> set[str]:
        return {name for kind in types for name in (walk(kind["of"]) if isinstance(kind, dict) else {kind})}

    return {name for field in fields.values() for name in walk(field["types"])}


def schema_of(source: dict[str, Any]) -> dict[str, Any]:
    entries = {entry["name"]: entry for section in source["items"] for entry in section["children"]}
    methods = {name: fields_of(entry) for name, entry in entries.items() if name[0].islower()}
    objects: dict[str, Any] = {}
    unions: dict[str, list[str]] = {}
    waiting = set().union(*(names_in(fields) for fields in methods.values()))
    while waiting:  # only what a request can contain
        name = waiting.pop()
        if name in objects or name in unions or name not in entries:
            continue
        if not entries[name]["annotations"] and (members := MEMBER.findall(entries[name]["description"])):
            unions[name] = members
            waiting |= set(members)
        else:
            objects[name] = fields_of(entries[name])
            waiting |= names_in(objects[name])
    return {
        "licence": LICENCE,
        "bot_api": source["api"]["version"],
        "updates": [name for name in fields_of(entries["Update"]) if name != "update_id"],
        "methods": dict(sorted(methods.items())),
        "objects": dict(sorted(objects.items())),
        "unions": dict(sorted(unions.items())),
    }


def main() -> None:
    sdist = Path(sys.argv[1])
    source = json.loads((sdist / ".butcher" / "schema" / "schema.json").read_text("utf-8"))
    written = json.dumps(schema_of(source), ensure_ascii=False, separators=(",", ":"))
    (Path(__file__).parent / "schema.json").write_text(written + "\n", "utf-8")


if __name__ == "__main__":
    main()
