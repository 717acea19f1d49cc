"""The pages for people: each says whom it is for, is short of breath nowhere, and names nothing that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).parent.parent
ROOMS: Final = ("bot", "flows", "rendering", "storage", "locales")
NAMEABLE: Final = (*ROOMS, "docs", "tests", "tools", "deploy", "benchmarks")

LONGEST: Final = 20
"""Words of a sentence; a code, a path or a link counts as one."""

FRONT_PAGE: Final = 1_000
"""Words of the README, its tables and commands among them: what is longer belongs to a reader's page."""

PAGES: Final = {
    "README.md": "for everybody who meets MektupX for the first time",
    "CONTRIBUTING.md": "For whoever changes the code",
    "docs/break-glass.md": "For an admin who has to open a letter",
    "docs/design.md": "For whoever is new to the code",
    "docs/figures.md": "For whoever wants to know how fast",
    "docs/glossary.md": "For everybody",
    "docs/integrators.md": "For whoever connects a payment institution, a print room or a messenger",
    "docs/invoices.md": "For the operator and their accountant",
    "docs/legal-questions.md": "For the operator, and for the counsel",
    "docs/payments.md": "For the operator who goes live with iyzico or PayTR",
    "docs/metrics.md": "For whoever watches the service",
    "docs/mutation.md": "For whoever changes the decisions",
    "docs/operations.md": "For the operator",
    "docs/playground.md": "For whoever writes a program that plays people",
    "docs/print-room.md": "For a clerk who prints and posts letters",
    "docs/staff.md": "For agents, admins and auditors",
    "docs/UNVERIFIED.md": "For the operator who goes live with a payment institution",
}
"""Each page, and whom it is for, in its own first words."""

CORE_TYPES: Final = {
    "flows/core/events.py": {"Envelope", "Event", "Moment", "Person"},
    "flows/core/effects.py": {"Effect", "Outgoing", "Reply", "Work"},
    "flows/core/state.py": {"Draft", "Order", "Profile", "Standing", "State", "Turn"},
    "flows/core/step.py": {"Here", "Move", "Operator", "Step"},
    "flows/core/outgoing.py": {"OutgoingMessage"},
}
"""What an engineer meets on the first day: the glossary has each."""


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# Sentences ------------------------------------------------------------------------------------------------------------


def prose(words: str) -> Iterator[str]:
    """Paragraphs and items of a list, without code, tables, headings, comments and pictures; a link is its words."""
    words = re.sub(r"<!-- [\w ]+ -->\n.*?<!-- /[\w ]+ -->", "", words, flags=re.DOTALL)
    words = re.sub(r"^( *)```.*?^\1```$", "", words, flags=re.DOTALL | re.MULTILINE)
    words = re.sub(r"<!--.*?-->|<img[^>]*>", "", words, flags=re.DOTALL)
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", lambda link: link[1].replace(" ", "\u00a0"), words)
    words = re.sub(r"`[^`]+`", "Code", words)
    lines = ["" if line.startswith(("#", "|")) else line for line in words.splitlines()]
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", "\n".join(lines)):
        if found := " ".join(paragraph.split()):
            yield re.sub(r"^(?:[-*]|\d+\.) ", "", found)


def sentences(words: str) -> Iterator[str]:
    for paragraph in prose(words):
        yield from re.split(r"(?<=[.!?])[\"*)]* ", paragraph)


def count(sentence: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split(" "))


def test_a_long_sentence_would_be_seen() -> None:
    long = " ".join(["word"] * (LONGEST + 1)) + "."
    found = list(
        sentences(f"# Head\n\nShort one. {long}\n\n- An item:\n- {long}\n\n| a | {long} |\n\n```\n{long}\n```\n")
    )
    assert [one for one in found if count(one) > LONGEST] == [long, long]
    assert "Short one." in found


@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_is_longer_than_twenty_words(name: str) -> None:
    assert [(count(one), one) for one in sentences(page(name)) if count(one) > LONGEST] == []


def test_the_readme_stays_a_front_page() -> None:
    assert 500 < len(page("README.md").split()) <= FRONT_PAGE


def test_every_page_says_first_whom_it_is_for() -> None:
    there = {"README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))}
    assert there == set(PAGES)
    first = {name: next(prose(page(name))) for name in PAGES}
    assert [name for name, whom in PAGES.items() if whom not in first[name]] == []


# What is named exists -------------------------------------------------------------------------------------------------


def headings(name: str) -> set[str]:
    """Their anchors, as GitHub makes them."""
    bare = re.sub(r"^```.*?^```$", "", page(name), flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ (.*)$", bare, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def missing_links(name: str, words: str) -> list[str]:
    found = []
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", words):
        target, _, anchor = (link[0] or link[1]).partition("#")
        if target.startswith(("http://", "https://")):
            continue
        path = (ROOT / name).parent / target if target else ROOT / name
        inside = path.resolve().relative_to(ROOT).as_posix() if path.exists() else ""
        if not inside or (anchor and anchor not in headings(inside)):
            found.append(f"{target}#{anchor}")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    assert missing_links(name, page(name)) == []


def test_a_broken_link_would_be_seen() -> None:
    assert missing_links("docs/staff.md", "[a](nowhere.md) [b](operations.md#nowhere) [c](operations.md#settings)") == [
        "nowhere.md#",
        "operations.md#nowhere",
    ]


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([^)#\s]+)", page("README.md")))
    assert set(PAGES) - {"README.md"} <= linked


def named(words: str) -> set[tuple[str, str]]:
    """(path, name in it) of everything in backquotes that reads like a path of the repository; "" for no name."""
    rooms = "|".join(NAMEABLE)
    return set(re.findall(rf"`((?:{rooms})/[\w./*-]*)(?:: (\w+))?`", words))


@pytest.mark.parametrize("name", PAGES)
def test_every_path_and_every_name_in_it_is_there(name: str) -> None:
    found = named(page(name))
    assert [path for path, _ in found if not list(ROOT.glob(path.rstrip("/")))] == []
    inside = [(path, word) for path, word in found if word]
    assert [(path, word) for path, word in inside if word not in page(path)] == []


def test_paths_are_found() -> None:
    assert named("`bot/x.py`, `flows/y.py: WORD`, `docs/`, `/bin`") == {
        ("bot/x.py", ""),
        ("flows/y.py", "WORD"),
        ("docs/", ""),
    }


# The glossary ---------------------------------------------------------------------------------------------------------


def rows(chapter: str, name: str = "docs/glossary.md") -> list[list[str]]:
    """The cells of a chapter's table, without its head."""
    body = page(name).partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_each_word_of_the_code_stands_in_its_file() -> None:
    found = rows("Words of the code")
    assert len(found) > 30
    wrong = []
    for word, where, _ in found:
        path = where.strip("`")
        assert (ROOT / path).exists(), path
        wrong += [f"{path}: {name}" for name in re.findall(r"`(\w+)`", word) if name not in names_of(path)]
    assert wrong == []


@cache
def names_of(path: str) -> frozenset[str]:
    """What a file defines at its top."""
    found = set()
    for node in ast.parse(page(path)).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return frozenset(found)


def test_the_glossary_has_each_core_type() -> None:
    said = {
        (where.strip("`"), name)
        for word, where, _ in rows("Words of the code")
        for name in re.findall(r"`(\w+)`", word)
    }
    assert {(path, name) for path, names in CORE_TYPES.items() for name in names} <= said
    for path, names in CORE_TYPES.items():
        assert names <= names_of(path)


def test_the_turkish_of_the_glossary_is_what_the_catalogs_say() -> None:
    """A word that staff or senders never read would be an invention of ours."""
    catalog = (ROOT / "locales" / "tr" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    documents = [path.read_text(encoding="utf-8") for path in (ROOT / "locales" / "tr" / "documents").glob("*.*")]
    turkish = import_module("flows.words.turkish")
    read = turkish.fold(" ".join(" ".join((catalog.replace('"\n"', ""), *documents)).split()))
    words = [word for _, cell, _ in rows("Words of the product") for word in cell.split(", ") if word != "–"]
    assert len(words) > 20
    assert [word for word in words if turkish.fold(word) not in read] == []


# The life of a letter -------------------------------------------------------------------------------------------------


def test_each_station_of_a_letter_names_tables_and_columns_that_are_there() -> None:
    stations = rows("The life of a letter", "docs/design.md")
    assert len(stations) > 12
    kept = import_module("storage.database.tables").metadata.tables
    columns = {f"{name}.{column.name}" for name, table in kept.items() for column in table.columns} | set(kept)
    named = {name for *_, tables in stations for name in re.findall(r"`([\w.]+)`", tables)}
    assert {"letter.pdf", "print_outbox", "shred"} <= named
    assert named - columns == set()


# The staff's page -----------------------------------------------------------------------------------------------------


LABEL: Final = re.compile(r'"([^"`]+)" \(([A-Z][^)]*)\)')
"""A button as staff.md names it: its Turkish in quotes, its English in brackets."""


def test_the_buttons_of_the_staffs_page_are_those_of_the_catalogs() -> None:
    catalog = read_po((ROOT / "locales" / "tr" / "LC_MESSAGES" / "messages.po").open("rb"))
    known = [(str(one.string), str(one.id)) for one in catalog if one.id and isinstance(one.id, str)]
    named = LABEL.findall(" ".join(page("docs/staff.md").split()))
    assert len(named) >= 7
    strange = [
        (turkish, english)
        for turkish, english in named
        if not any(said.startswith(turkish) and source.startswith(english) for said, source in known)
    ]
    assert strange == []
