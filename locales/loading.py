"""The translators' catalogs as the program holds them: read from the .po file once, checked, kept in memory.

There is no compiled .mo in the repository: what a translator edits is what a person reads after the next start.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from locales.languages import LANGUAGES

__all__ = ["ROOT", "SOURCE", "CatalogError", "Untranslated", "catalog_path", "compiled", "read_catalog", "translations"]

ROOT: Final = Path(__file__).parent

SOURCE: Final = "en"
"""The language of the msgids: complete by construction, its catalog holds exceptions only."""


_LINE: Final = re.compile(r'(?:#.*|(?:msg\w+(?:\[\d+\])?\s+)?"(?:[^"\\]|\\.)*")?')


class CatalogError(Exception):
    """A catalog that cannot be used; the operator reads which file and why."""


class Untranslated(LookupError):
    """A sentence the catalog does not hold."""


class _Hole(NullTranslations):
    """Stands behind a catalog and reports a hole, where gettext would silently answer in English."""

    def pgettext(self, context: str, message: str) -> str:
        raise Untranslated(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        raise Untranslated(context, msgid1)


def catalog_path(language: str, root: Path = ROOT) -> Path:
    """Where the catalog of a supported language lies."""
    if language not in LANGUAGES:
        raise CatalogError(f"There is no catalog for the language {language!r}; supported are {', '.join(LANGUAGES)}.")
    return root / language / "LC_MESSAGES" / "messages.po"


def read_catalog(path: Path, language: str) -> Catalog:
    """The catalog as Babel's value; a damaged file is refused with a sentence."""
    try:
        content = path.read_bytes()
        _refuse_broken_lines(content.decode())
        catalog = read_po(BytesIO(content), locale=language, abort_invalid=True)
    except OSError as error:
        raise CatalogError(f"The catalog {path.name} of {language!r} cannot be read: {error.strerror}.") from error
    except (PoFileError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise CatalogError(f"The catalog {path.name} of {language!r} is damaged: {error}") from error
    expected = get_plural(language)[0]
    if catalog.num_plurals != expected:
        # With a header of nplurals=2 and one msgstr, Turkish would silently come out in English.
        raise CatalogError(
            f"The catalog of {language!r} declares nplurals={catalog.num_plurals}; this language has {expected}."
        )
    return catalog


def _refuse_broken_lines(content: str) -> None:
    """Babel's parser takes an unclosed quotation mark without a word, and with it half a sentence."""
    for number, line in enumerate(content.splitlines(), start=1):
        if not _LINE.fullmatch(line.strip()):
            raise ValueError(f"line {number} is neither a comment nor a quoted string")


def compiled(catalog: Catalog, language: str) -> Translations:
    """The lookup table gettext answers from; fuzzy and half-filled messages count as holes."""
    for message in list(catalog):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            catalog.delete(message.id, message.context)
    buffer = BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    table = Translations(buffer)
    if language != SOURCE:
        table.add_fallback(_Hole())
    return table


@cache
def translations(language: str) -> Translations:
    """The catalog of a language, loaded when the first sentence in it is said."""
    return compiled(read_catalog(catalog_path(language), language), language)
