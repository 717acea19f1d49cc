"""Fills the drawn parts of the README and of docs/ from the code: diagrams, tables, skeletons, and figures if given.

python tools/readme.py [BENCH.tsv]
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Final

from bot.base.settings import settings_table
from bot.staff.commands import COMMANDS
from flows.conversation import diagrams
from flows.desk.base.roles import Role
from flows.desk.support.template_defaults import SHIPPED
from locales import say

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = ("README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))
ROOMS: Final = ("bot", "flows", "rendering", "storage", "locales")
SKELETONS: Final = ("provider", "sink", "messenger")

UNITS: Final = (
    (r"^(?:one|four|ten) pages?: ", "", "ms"),
    (r"^letters/s ", "letters ", "letters/s"),
    (r"^seconds to ", "until ", "s"),
    (r"^turns/s", "turns", "turns/s"),
    (r", ms\b", "", "ms"),
    (r"^MB ", "memory ", "MB"),
)
"""How `make bench` names a unit, what stands in its place in the table, and the unit of both columns."""


def parts() -> dict[str, str]:
    """What stands between the markers, by marker."""
    return {
        "conversation": f"```mermaid\n{diagrams.conversation()}\n```",
        "order": f"```mermaid\n{diagrams.order()}\n```",
        "settings": settings_table(),
        "commands": staff_commands(),
        "templates": templates(),
        "rooms": rooms(),
        **{f"skeleton {name}": skeleton(name) for name in SKELETONS},
    }


def staff_commands() -> str:
    """The staff bot's commands by both names, who may use them, and a whole example."""
    head = "| Turkish | English | Who | What it does | Example |\n|---|---|---|---|---|"
    rows = [
        f"| `{one.called('tr')}` | `{one.called('en')}` | {', '.join(role for role in Role if role in one.roles)} "
        f"| {say(one.help, 'en')} | `{one.shown('tr')}` |"
        for one in COMMANDS
    ]
    return "\n".join([head, *rows])


def templates() -> str:
    """The replies that ship, by both codes."""
    rows = [f"| `{one.code}` | `{one.twin}` | {say(one.situation, 'en')} |" for one in SHIPPED.values()]
    return "\n".join(["| Turkish | English | When |\n|---|---|---|", *rows])


def rooms() -> str:
    """Every room and what its own first sentence says of it."""
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("__init__.py"))]
    rows = []
    for path in found:
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = said.split("\n\n")[0].replace("\n", " ")
        rows.append(f"| `{path.parent.relative_to(ROOT).as_posix()}/` | {first} |")
    return "\n".join(["| Room | What it says of itself |\n|---|---|", *rows])


def skeleton(name: str) -> str:
    return f"```python\n{(ROOT / 'tests' / 'skeletons' / f'{name}.py').read_text(encoding='utf-8').rstrip()}\n```"


def filled(page: str, found: dict[str, str]) -> str:
    for name, words in found.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page = marks.sub(lambda match, words=words: f"{match[1]}{words}\n{match[2]}", page)
    return page


def figures(table: str) -> str:
    """The lines of `make bench` as a table: what was measured, its unit, and the three figures."""
    rows = [line.split("\t") for line in table.splitlines() if line.count("\t") == 3 and not line.startswith("name\t")]
    head = "| What | Unit | Ours | Peer or bar | Ours / other (ratio) |\n|---|---|---|---|---|"
    return "\n".join([head, *(f"| {' | '.join((*_with_unit(name), *values))} |" for name, *values in rows)])


def _with_unit(name: str) -> tuple[str, str]:
    """Errors: ValueError for a name that says no unit."""
    for pattern, instead, unit in UNITS:
        if re.search(pattern, name):
            kept = instead or ("" if pattern.startswith(",") else re.match(pattern, name)[0])  # type: ignore[index]
            return re.sub(pattern, kept, name, count=1), unit
    raise ValueError(f"No unit is known for the figure {name!r}; UNITS in tools/readme.py names them.")


def main(bench: Path | None) -> None:
    found = parts()
    if bench is not None:
        found["bench"] = figures(bench.read_text(encoding="utf-8"))
    for name in PAGES:
        page = ROOT / name
        page.write_text(filled(page.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
