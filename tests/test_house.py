"""The house rules that a machine can hold: who imports whom, what a file begins with, how long it grows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from io import StringIO
from pathlib import Path
from tokenize import COMMENT
from typing import Final

import pytest

from bot.base.settings import PREFIX, VARIABLES, settings_table

ROOT: Final = Path(__file__).parent.parent
ROOMS: Final = ("bot", "flows", "rendering", "storage", "locales")
LONGEST: Final = 300
CROWDED: Final = 14
"""Files at the top of a folder: about a dozen; beyond that it has rooms of its own."""

ONE_A_ROW: Final = frozenset({"flows/steps", "storage/retention"})
"""Folders of one file for each question of the journey, and for each rule."""

TABLES: Final = frozenset(
    {
        "storage/database/tables.py",  # the database, one table after another
        "flows/order/order.py",  # every state has a row for every event
        "flows/core/events.py",
        "flows/core/effects.py",
        "flows/order/notifications.py",  # what a sender hears of an order, one event after another
        "bot/staff/commands.py",  # what a member of the staff can ask for, one row after another
        "flows/desk/support/template_defaults.py",  # one reply after another
    }
)
"""Files that are one long table, and may be long."""

SEALING: Final = frozenset({"storage/keys/vault.py", "storage/keys/keyring.py"})
"""The only files that open or close what is sealed: each opening passes the audit there."""

CLOCK: Final = "bot/base/clock.py"

WRITTEN: Final = frozenset({"seller.toml"})
"""What the operator writes: their company's details."""


def python_files() -> list[str]:
    """Every source file of the rooms, except generated migrations."""
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    names = (path.relative_to(ROOT).as_posix() for path in found)
    return [name for name in names if not name.startswith("storage/migrations/versions/")]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call by its dotted name, as it is written."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(name: str) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands in it."""
    waiting: list[ast.AST] = [tree(name)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{one.name}" for one in node.names]
            yield from (one for one in inside if is_module(one))
            if not all(map(is_module, inside)):
                yield node.module


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_the_rooms_import_only_what_the_contracts_allow() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_file_says_in_its_first_sentence_what_it_is() -> None:
    silent = [name for name in python_files() if not (ast.get_docstring(tree(name)) or "").split("\n")[0].strip()]
    assert silent == []


def test_first_sentences_end_like_sentences() -> None:
    firsts = {name: (ast.get_docstring(tree(name)) or "").split("\n\n")[0].rstrip() for name in python_files()}
    assert [name for name, first in firsts.items() if not first.endswith((".", "…", "?", "!", "`"))] == []


def test_no_file_of_logic_is_too_long() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in python_files()}
    assert {name: long for name, long in lengths.items() if long > LONGEST and name not in TABLES} == {}


def test_no_folder_is_crowded() -> None:
    folders = Counter(Path(name).parent.as_posix() for name in python_files() if not name.endswith("/__init__.py"))
    assert folders["bot/staff"] > 0
    assert {name: count for name, count in folders.items() if count > CROWDED and name not in ONE_A_ROW} == {}


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Imports for the type checker alone do not count: they are not there when the program runs."""
    files = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in python_files()}
    arrows = {module: {one for one in imported(name) if one in files} - {module} for module, name in files.items()}
    assert "flows.words.text" in arrows["flows.core.effects"]
    TopologicalSorter(arrows).prepare()  # CycleError names the files of a circle


def test_time_is_read_in_one_place() -> None:
    """A naive now() is wrong by three hours in Istanbul; a sleep cannot be travelled over by a test."""
    found = []
    for name in python_files():
        for called, call in calls(name):
            naive = called.endswith(("datetime.now", "datetime.today")) and not call.args and not call.keywords
            if called in ("time.sleep", "datetime.utcnow", "datetime.datetime.utcnow", "date.today") or naive:
                found.append(f"{name}:{call.lineno}: {called}")
    assert [one for one in found if not one.startswith(CLOCK)] == []


def test_only_the_vault_touches_the_cipher() -> None:
    users = {
        name
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom | ast.Import)
        and any("AESGCM" in alias.name or alias.name.endswith("ciphers.aead") for alias in node.names)
    }
    assert users, "nothing is sealed any more?"
    assert users <= SEALING


def test_only_the_settings_read_the_environment() -> None:
    found = {
        name
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.environb")
    }
    # rendering sets SOURCE_DATE_EPOCH for fontTools and FONTCONFIG_FILE for fontconfig, read from nowhere else
    assert found <= {"bot/cli/main.py", "rendering/typesetting.py", "rendering/faces/fontconfig.py"}


def test_every_variable_named_in_the_source_exists() -> None:
    known = {variable.name for variable in VARIABLES}
    unknown = []
    for name in python_files():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for word in node.value.replace("`", " ").replace("=", " ").split():
                    bare = word.strip(".,:;()'\"{}…")
                    if bare.startswith(PREFIX) and bare != PREFIX and bare not in known:
                        unknown.append(f"{name}:{node.lineno}: {bare}")
    assert unknown == []


def test_the_operators_page_holds_the_table_of_settings_as_it_is() -> None:
    assert settings_table() in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_requirements_are_pinned_by_hash_and_name_no_registry() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert all("==" in pin and pin.endswith("\\") for pin in pins)
        assert not any("://" in line or line.startswith("--") for line in lines)


def test_what_the_demo_installs_is_part_of_what_the_tests_install() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if line[:1].isalpha()}

    assert pins("requirements.txt") < pins("requirements-dev.txt")


def test_no_log_call_gives_the_name_structlog_keeps_for_itself() -> None:
    """``log.error("…", event=…)`` is a TypeError at the worst moment: where something has failed already."""
    logging = [
        (name, call) for name in python_files() for said, call in calls(name) if said.startswith(("log.", "_log."))
    ]
    assert len(logging) > 20
    wrong = [f"{name}:{call.lineno}" for name, call in logging if any(word.arg == "event" for word in call.keywords)]
    assert wrong == []


CITED: Final = re.compile(r"(?<![\w/.*-])(?:[\w-]+/)*[\w-]+\.(?:md|toml)\b")
"""A page or a table that a reader is sent to: docs/design.md, flows/data/tariff.toml."""


def remarks(source: str) -> str:
    """What a Python file says to its readers: its comments, and every string that nobody uses."""
    notes = [token.string for token in tokenize.generate_tokens(StringIO(source).readline) if token.type == COMMENT]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            notes.append(node.value.value)
    return "\n".join(notes)


def cited(name: str) -> set[str]:
    words = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".py") and CITED.search(words):  # most files cite nothing, and reading them takes its time
        words = remarks(words)
    return set(CITED.findall(words))


def test_what_a_comment_or_a_page_cites_is_in_the_repository() -> None:
    """A law, a norm and a page of docs/ can be looked up by whoever reads the line; a paper of ours cannot."""
    folders = (*ROOMS, "tests", "tools", "benchmarks", "docs", "deploy")
    paths = [*ROOT.glob("*.*"), *(path for folder in folders for path in (ROOT / folder).rglob("*.*"))]
    files = [path.relative_to(ROOT).as_posix() for path in paths if path.suffix in (".py", ".md", ".toml")]
    assert len(files) > 500
    there = {Path(name).name for name in files} | set(files) | WRITTEN
    found = {name: cited(name) for name in files}
    assert "docs/design.md" in found["flows/input/age.py"]
    assert {name: sorted(one - there) for name, one in found.items() if one - there} == {}


@pytest.mark.parametrize(
    "source", ['"""No longer (product.md, step 3)."""', "x = 1  # (product.md)", 'x = 1\n"""product.md"""']
)
def test_a_paper_that_is_not_in_the_repository_would_be_seen(source: str) -> None:
    assert CITED.findall(remarks(source)) == ["product.md"]
    assert CITED.findall(remarks("x = 'product.md'")) == []


CHAPTER: Final = re.compile(r'(docs/[\w-]+\.md), "([^"]+)"')


def test_a_chapter_that_a_comment_cites_is_in_its_page() -> None:
    sources = [(ROOT / name).read_text(encoding="utf-8") for name in python_files()]
    found = {place for words in sources if CHAPTER.search(words) for place in CHAPTER.findall(remarks(words))}
    assert ("docs/design.md", "Limits") in found
    assert [at for at in found if f"\n## {at[1]}\n" not in (ROOT / at[0]).read_text(encoding="utf-8")] == []
