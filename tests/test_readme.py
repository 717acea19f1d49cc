"""The README and docs/ say what the code says: what is drawn, tabled or shown is compared, not believed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
tool = import_module("tools.readme")

STANDS_IN: Final = {
    "conversation": "docs/design.md",
    "order": "docs/design.md",
    "settings": "docs/operations.md",
    "commands": "docs/staff.md",
    "templates": "docs/staff.md",
    "rooms": "docs/glossary.md",
    "skeleton provider": "docs/integrators.md",
    "skeleton sink": "docs/integrators.md",
    "skeleton messenger": "docs/integrators.md",
}
"""Which page holds which drawn part: that of the reader who needs it."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_drawn_part_has_its_page() -> None:
    assert set(tool.parts()) == set(STANDS_IN)


@pytest.mark.parametrize(("part", "where"), STANDS_IN.items())
def test_a_drawn_part_is_what_the_code_draws_today(part: str, where: str) -> None:
    words = page(where)
    assert words.count(f"<!-- {part} -->\n") == 1
    assert tool.filled(words, {part: tool.parts()[part]}) == words, "run: python -m tools.readme"


def test_a_part_that_differs_would_be_seen() -> None:
    assert tool.filled(page("docs/operations.md"), {"settings": "something else"}) != page("docs/operations.md")


def test_every_command_of_the_operator_is_in_the_table() -> None:
    cli = import_module("bot.cli.main")
    actions = next(action for action in cli._parser()._actions if action.choices)
    assert actions.choices
    rows = [line for line in page("docs/operations.md").splitlines() if line.startswith("| `")]
    assert [name for name in actions.choices if not any(f"`{name}" in row.split(" |")[0] for row in rows)] == []


def test_the_table_of_staff_commands_has_every_command_with_both_names_its_roles_and_an_example() -> None:
    commands = import_module("bot.staff.commands").COMMANDS
    rows = [line for line in tool.parts()["commands"].splitlines() if line.startswith("| `/")]
    assert len(rows) == len(commands) > 10
    for row, command in zip(rows, commands, strict=True):
        turkish, english, who, _, example = (cell.strip() for cell in row.strip("|").split("|"))
        assert (turkish, english) == (f"`/{command.name}`", f"`/{command.twin}`")
        assert set(who.split(", ")) == set(command.roles)
        assert example.startswith(f"`/{command.name}")


@pytest.mark.parametrize(
    ("measured", "row"),
    [
        ("ten pages: letter / fpdf2\t320.7\t350.5\t0.91", "| ten pages: letter / fpdf2 | ms | 320.7 | 350.5 | 0.91 |"),
        ("MB idle, beside the bar\t275\t280\t0.98", "| memory idle, beside the bar | MB | 275 | 280 | 0.98 |"),
        ("p99 of a turn, ms, beside x\t71\t167\t0.42", "| p99 of a turn, beside x | ms | 71 | 167 | 0.42 |"),
        ("turns/s, beside x\t429\t705\t0.61", "| turns, beside x | turns/s | 429 | 705 | 0.61 |"),
        ("seconds to /readyz\t4.4\t6.0\t0.74", "| until /readyz | s | 4.4 | 6.0 | 0.74 |"),
        ("letters/s to tray\t101\t100\t1.01", "| letters to tray | letters/s | 101 | 100 | 1.01 |"),
    ],
)
def test_a_figure_bears_its_unit(measured: str, row: str) -> None:
    assert tool.figures(f"name\tours\tpeer\tratio\n{measured}\n").splitlines()[2:] == [row]


def test_a_figure_without_a_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="No unit"):
        tool.figures("speed\t1\t2\t0.5")
