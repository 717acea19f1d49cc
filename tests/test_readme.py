"""The README says what the code says: diagrams, settings and commands are compared, not believed."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
tool = import_module("tools.readme")


@pytest.mark.parametrize("part", ["conversation", "order", "settings", "commands"])
def test_a_drawn_part_is_what_the_code_draws_today(part: str) -> None:
    assert f"<!-- {part} -->" in README
    assert tool.filled(README, {part: tool.parts()[part]}) == README, "run: python tools/readme.py"


def test_a_part_that_differs_would_be_seen() -> None:
    assert tool.filled(README, {"settings": "something else"}) != README


def test_every_file_and_folder_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:bot|flows|rendering|storage|locales|docs)/[\w./*-]*)`", README)
    assert len(named) >= 5
    assert [name for name in named if not list(ROOT.glob(name.rstrip("/")))] == []


def test_every_command_is_in_the_readme() -> None:
    cli = import_module("bot.cli.main")
    actions = next(action for action in cli._parser()._actions if action.choices)
    assert actions.choices
    assert [name for name in actions.choices if f"`{name}" not in README] == []


def test_the_table_of_staff_commands_has_every_command_with_both_names_its_roles_and_an_example() -> None:
    commands = import_module("bot.staff.commands").COMMANDS
    rows = [line for line in tool.parts()["commands"].splitlines() if line.startswith("| `/")]
    assert len(rows) == len(commands) > 10
    for row, command in zip(rows, commands, strict=True):
        turkish, english, who, _, example = (cell.strip() for cell in row.strip("|").split("|"))
        assert (turkish, english) == (f"`/{command.name}`", f"`/{command.twin}`")
        assert set(who.split(", ")) == set(command.roles)
        assert example.startswith(f"`/{command.name}")
