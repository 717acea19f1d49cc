"""The translator's tools: nothing a person could read escapes them, and they never lose a translation."""

import json
from pathlib import Path

import pytest

from flows.words.text import Count, Text
from locales import catalog
from locales.languages import LANGUAGES
from locales.loading import compiled, read_catalog
from locales.speech import names_in, say, strict

SOURCE = """
from flows import text as words
from flows.core.step import button
from flows.words.text import Text, plural, text as sentence

STEP = "age"
ASK = sentence(STEP, "What is your date of birth? "
               "Example: {example}", example="5 March 1990")
PAGES = plural("letter", "{n} page", "{n} pages", 3)
TOLD = Text("order", message="Printed.")
MANY = Text("order", "one", {}, "many", 2)
OTHER = words.text("order", "Posted." if TOLD else "Returned.")
BACK = button("buttons", "Back", "back")
"""
FOREIGN = 'from sqlalchemy import text\nASK = text("SELECT 1", "not a sentence")\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for room in ("flows", "storage"):
        (tmp_path / room).mkdir()
    (tmp_path / "flows" / "age.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "storage" / "query.py").write_text(FOREIGN, encoding="utf-8")
    catalog.update(tmp_path)
    return tmp_path


def seeded(project: Path, entries: list[list[str]], *, replace: bool = False) -> list[str]:
    file = project / "seed.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    return catalog.seed([file], project, replace=replace)


def turkish(project: Path) -> Path:
    return project / "locales/tr/LC_MESSAGES/messages.po"


ALL = [
    ["age", "What is your date of birth? Example: {example}", "Doğum tarihiniz nedir? Örnek: {example}"],
    ["letter", "{n} page", "{n} pages", "{n} sayfa"],
    ["order", "Printed.", "Basıldı."],
    ["order", "one", "many", "çok"],
    ["order", "Posted.", "Postaya verildi."],
    ["order", "Returned.", "Geri döndü."],
    ["buttons", "Back", "Geri"],
]


def test_every_way_of_writing_a_sentence_is_found_and_nothing_else(project: Path) -> None:
    found = catalog.update(project)
    assert {(s.context, s.message, s.many) for s in found.sentences} == {
        (entry[0], entry[1], entry[2] if len(entry) == 4 else "") for entry in ALL
    }
    assert found.problems == []


def test_holes_are_listed_until_each_is_filled(project: Path) -> None:
    assert sum("untranslated" in problem for problem in catalog.check(project)) == len(ALL)
    assert seeded(project, ALL) == []
    assert catalog.check(project) == []


def test_english_needs_no_translation(project: Path) -> None:
    assert not [problem for problem in catalog.check(project) if problem.startswith("en")]


def test_update_is_deterministic_and_keeps_translations(project: Path) -> None:
    seeded(project, ALL)
    before = turkish(project).read_bytes(), (project / "locales/messages.pot").read_bytes()
    catalog.update(project)
    assert (turkish(project).read_bytes(), (project / "locales/messages.pot").read_bytes()) == before
    assert b"age.py" not in before[0]


def test_a_changed_sentence_is_a_hole_and_its_translation_waits_for_its_return(project: Path) -> None:
    seeded(project, ALL)
    source = project / "flows" / "age.py"
    source.write_text(SOURCE.replace("Printed.", "It is printed."), encoding="utf-8")
    stale = catalog.check(project)
    assert any(p.startswith("tr: not in the catalog") for p in stale)
    assert any(p.startswith("messages.pot") for p in stale)
    catalog.update(project)
    problems = catalog.check(project)
    assert any("untranslated: order: 'It is printed.'" in p for p in problems)
    assert any("obsolete" in p for p in problems)
    source.write_text(SOURCE, encoding="utf-8")
    catalog.update(project)
    assert catalog.check(project) == []


def test_prune_drops_what_is_gone(project: Path) -> None:
    seeded(project, ALL)
    (project / "flows" / "age.py").write_text(SOURCE.replace("Printed.", "It is printed."), encoding="utf-8")
    catalog.update(project)
    assert catalog.prune(project) == 1
    assert not any("obsolete" in problem for problem in catalog.check(project))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (["age", ALL[0][1], "Doğum tarihiniz nedir? Örnek: {exampel}"], "placeholders differ (exampel, example)"),
        (["age", ALL[0][1], "Doğum tarihiniz nedir? Örnek: 5 Mart"], "placeholders differ (example)"),
        (["letter", "{n} page", "{n} pages", "{n} sayfalar"], "counted plural"),
        (["order", "Printed.", "Basıldı"], "final punctuation"),
    ],
)
def test_flaws_of_a_translation_are_listed(project: Path, entry: list[str], problem: str) -> None:
    seeded(project, ALL)
    seeded(project, [entry], replace=True)
    assert any(problem in line for line in catalog.check(project))


def test_a_fuzzy_translation_is_a_hole(project: Path) -> None:
    seeded(project, ALL)
    po = turkish(project)
    po.write_text(po.read_text("utf-8").replace('msgctxt "buttons"', '#, fuzzy\nmsgctxt "buttons"'), "utf-8")
    assert any("fuzzy: buttons" in problem for problem in catalog.check(project))


def test_a_seed_keeps_the_translators_own_words_and_names_what_fits_nowhere(project: Path) -> None:
    seeded(project, ALL)
    notes = seeded(project, [["order", "Printed.", "Çıktı."], ["order", "Unknown.", "?"]])
    assert [note.split(": ")[1] for note in notes] == [
        "kept the catalog's own words for order",
        "no such sentence in the source",
    ]
    assert "Basıldı." in turkish(project).read_text("utf-8")
    seeded(project, [["order", "Printed.", "Çıktı."]], replace=True)
    assert "Çıktı." in turkish(project).read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('X = sentence(STEP, f"Hello {STEP}")', "not written out"),
        ("X = sentence(unknown, 'Hello')", "not written out"),
        ("X = sentence('letter', '{n} page')", "two different plurals"),
        ("X = (", "is not Python yet"),
    ],
)
def test_a_sentence_no_translator_could_see_is_named(project: Path, line: str, complaint: str) -> None:
    (project / "flows" / "age.py").write_text(SOURCE + line + "\n", encoding="utf-8")
    assert any(complaint in problem for problem in catalog.check(project))


# The shipped catalogs -------------------------------------------------------------------------------------------------


def test_the_catalogs_have_no_hole_and_no_pitfall() -> None:
    assert catalog.check() == []


def test_every_sentence_can_be_said_in_every_language() -> None:
    for sentence in catalog.extracted(catalog.ROOT.parent).sentences:
        names = names_in(sentence.message + sentence.many)
        said = Text(
            sentence.context, sentence.message, {name: Count(3) for name in names}, sentence.many or None, number=3
        )
        with strict():
            for language in LANGUAGES:
                assert "{" not in say(said, language, escape=True)


def test_a_turkish_header_with_two_plurals_would_have_said_it_in_english(project: Path) -> None:
    """Pitfall 4 of the model of voice: seen here, refused by read_catalog."""
    seeded(project, ALL)
    good = compiled(read_catalog(turkish(project), "tr"), "tr")
    assert good.npgettext("letter", "{n} page", "{n} pages", 3) == "{n} sayfa"
