"""Fills the README's drawn parts from the code: diagrams, tables of settings and staff commands, and figures if given.

python tools/readme.py [BENCH.tsv]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bot.base.settings import settings_table
from bot.staff.commands import COMMANDS
from flows.conversation import diagrams
from flows.desk.base.roles import Role
from locales import say

README = Path(__file__).parent.parent / "README.md"


def parts() -> dict[str, str]:
    """What stands between the markers, by marker."""
    return {
        "conversation": f"```mermaid\n{diagrams.conversation()}\n```",
        "order": f"```mermaid\n{diagrams.order()}\n```",
        "settings": settings_table(),
        "commands": staff_commands(),
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


def filled(page: str, found: dict[str, str]) -> str:
    for name, words in found.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page = marks.sub(lambda match, words=words: f"{match[1]}{words}\n{match[2]}", page)
    return page


def figures(table: str) -> str:
    rows = [line.split("\t") for line in table.splitlines() if line.count("\t") == 3]
    head = "| | ours | peer or bar | ratio |\n|---|---|---|---|"
    return "\n".join([head, *(f"| {' | '.join(row)} |" for row in rows)])


if __name__ == "__main__":
    found = parts()
    if len(sys.argv) > 1:
        found["bench"] = figures(Path(sys.argv[1]).read_text(encoding="utf-8"))
    README.write_text(filled(README.read_text(encoding="utf-8"), found), encoding="utf-8")
