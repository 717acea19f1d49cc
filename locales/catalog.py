"""The translator's tools: `python -m locales.catalog update`, `seed FILE…`, `check`, `prune`.

update  reads all sentences from the source into messages.pot and brings each language's messages.po up to date
seed    fills holes of the Turkish catalog from JSON lists [[context, msgid, tr], [context, one, many, tr], …]
check   lists every hole and every pitfall; exit code 1 if there is one
prune   drops translations of sentences that no longer exist
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import write_po

from locales.extraction import Extraction, Sentence, extracted
from locales.languages import LANGUAGES
from locales.lint import lint
from locales.loading import ROOT, SOURCE, CatalogError, catalog_path, read_catalog
from locales.speech import names_in

__all__ = ["check", "main", "prune", "seed", "update"]

# No dates and no line numbers: the same source always gives the same files.
HEADER: Final = """\
# {comment}
msgid ""
msgstr ""
"Project-Id-Version: mektupx\\n"
{language}"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
COMMENTS: Final = {
    "pot": "Every sentence of MektupX, by the step or room it is said in. Written by: python -m locales.catalog update",
    "tr": "The Turkish catalog of MektupX; its pitfalls are listed in locales/lint.py.",
    "en": "English is the language of the msgids: only sentences that should read differently stand here.",
}


def update(project: Path = ROOT.parent) -> Extraction:
    """Write messages.pot and every messages.po; translations are kept, nothing is guessed."""
    found = extracted(project)
    root = project / "locales"
    _write(root / "messages.pot", _template(found), None)
    for language in LANGUAGES:
        path = catalog_path(language, root)
        catalog = read_catalog(path, language) if path.exists() else Catalog(locale=language)
        template = _template(found)
        for message in template:
            for old in [key for key, gone in catalog.obsolete.items() if _key(gone) == _key(message)]:
                catalog[message.id] = catalog.obsolete.pop(old)  # a sentence that came back finds its translation
        catalog.update(template, no_fuzzy_matching=True)
        if language == SOURCE:
            for message in [m for m in catalog if m.id and not any(_forms(m))]:
                catalog.delete(message.id, message.context)
        for key in [key for key, gone in catalog.obsolete.items() if not any(_forms(gone))]:
            del catalog.obsolete[key]
        _write(path, catalog, language)
    return found


def seed(files: Iterable[Path], project: Path = ROOT.parent, *, replace: bool = False) -> list[str]:
    """Fill holes of the Turkish catalog; what did not fit is returned as sentences."""
    path = catalog_path("tr", project / "locales")
    catalog = read_catalog(path, "tr")
    notes = []
    for file in files:
        for context, message, *rest in json.loads(file.read_text(encoding="utf-8")):
            turkish = rest[-1]
            entry = catalog.get(message, context)
            if entry is None or isinstance(entry.id, tuple) != (len(rest) == 2):
                notes.append(f"{file.name}: no such sentence in the source: {context}: {message!r}")
            elif any(_forms(entry)) and turkish not in _forms(entry) and not replace:
                notes.append(f"{file.name}: kept the catalog's own words for {context}: {message!r}")
            else:
                entry.string = (turkish,) if isinstance(entry.id, tuple) else turkish
                entry.flags.discard("fuzzy")
    _write(path, catalog, "tr")
    return notes


def prune(project: Path = ROOT.parent) -> int:
    """Drop obsolete translations; how many there were."""
    dropped = 0
    for language in LANGUAGES:
        path = catalog_path(language, project / "locales")
        catalog = read_catalog(path, language)
        dropped += len(catalog.obsolete)
        catalog.obsolete.clear()
        _write(path, catalog, language)
    return dropped


def check(project: Path = ROOT.parent) -> list[str]:
    """Every reason why somebody would read a wrong sentence; an empty list is what CI wants."""
    found = extracted(project)
    problems = list(found.problems)
    pot = project / "locales" / "messages.pot"
    if not pot.exists() or pot.read_text(encoding="utf-8") != _rendered(_template(found), None):
        problems.append("messages.pot is not what the source gives, run update")
    for language in LANGUAGES:
        catalog = read_catalog(catalog_path(language, project / "locales"), language)
        problems += [f"{language}: {problem}" for problem in _holes(catalog, found.sentences, language)]
    return problems


def _holes(catalog: Catalog, sentences: Iterable[Sentence], language: str) -> Iterator[str]:
    known = {_key(message): message for message in catalog if message.id}
    wanted = {(sentence.context, sentence.message): sentence for sentence in sentences}
    for (context, words), sentence in sorted(wanted.items()):
        message = known.get((words, context))
        if language != SOURCE and (message is None or message.id != sentence.id):
            yield f"not in the catalog, run update: {context}: {words!r}"
    for (words, context), message in known.items():
        where = f"{context}: {words!r}"
        forms = _forms(message)
        if (context, words) not in wanted:
            yield f"no longer in the source, run update: {where}"
        elif not all(forms):
            yield f"untranslated: {where}"
        elif message.fuzzy:
            yield f"fuzzy: {where}"
        else:
            yield from (f"{problem}: {where}" for problem in _flaws(message, forms, language))
    yield from (f"obsolete, run prune: {m.context}: {m.id!r}" for m in catalog.obsolete.values())


def _flaws(message: Message, forms: Sequence[str], language: str) -> Iterator[str]:
    english = _ids(message)
    asked = frozenset[str]().union(*map(names_in, english))
    for form in forms:
        # A plural may say "one page" without its number; everything else must be said in both languages.
        differing = (names_in(form) ^ asked) - ({"n"} if len(english) > 1 and "n" in asked else set())
        if differing or ("{" in form and form.count("{") != form.count("}")):
            yield f"placeholders differ ({', '.join(sorted(differing)) or 'braces'})"
        if language == "tr":
            yield from (str(finding) for finding in lint(english[-1], form, message.context or ""))


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _key(message: Message) -> tuple[str, str]:
    return _ids(message)[0], message.context or ""


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def _template(found: Extraction) -> Catalog:
    catalog = Catalog()
    for sentence in sorted(found.sentences):
        catalog.add(sentence.id, context=sentence.context)
    return catalog


def _rendered(catalog: Catalog, language: str | None) -> str:
    plurals = get_plural(language) if language else None
    lines = f'"Language: {language}\\n"\n"Plural-Forms: {plurals.plural_forms}\\n"\n' if plurals else ""
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, omit_header=True)
    text = HEADER.format(comment=COMMENTS[language or "pot"], language=lines) + buffer.getvalue().decode()
    return text.rstrip("\n") + "\n"


def _write(path: Path, catalog: Catalog, language: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_rendered(catalog, language), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 where something is left to do."""
    parser = argparse.ArgumentParser(prog="python -m locales.catalog", description="The translator's tools.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="read the source, bring the catalogs up to date")
    seeding = commands.add_parser("seed", help="fill holes from JSON lists")
    seeding.add_argument("files", nargs="+", type=Path)
    seeding.add_argument("--replace", action="store_true", help="also where the catalog already has other words")
    commands.add_parser("check", help="list holes and pitfalls")
    commands.add_parser("prune", help="drop translations of sentences that are gone")
    chosen = parser.parse_args(arguments)
    try:
        match chosen.command:
            case "update":
                lines = update().problems
            case "seed":
                lines = seed(chosen.files, replace=chosen.replace)
            case "prune":
                lines, _ = [], prune()
            case _:
                lines = check()
    except (CatalogError, OSError, ValueError) as error:
        lines = [str(error)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines and chosen.command != "seed" else 0


if __name__ == "__main__":
    sys.exit(main())
