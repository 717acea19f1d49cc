"""The table of countries: code, English and Turkish name, and what people who live there call it, from Unicode CLDR.

    python -m tools.make_countries flows/data/countries.tsv

Source: Unicode CLDR through Babel 2.18.0 (Unicode License v3). Short forms that CLDR lacks, such as "UK", stay as the
table has them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

HEAD = (
    "# Countries by ISO 3166-1 code: English name, Turkish name, other names people write"
    " (Unicode CLDR through Babel 2.18.0)."
)
EVERYWHERE = ("de", "fr", "es", "it", "nl", "ru")
"""Languages in which Turkish families abroad write any country's name."""


def rows(kept: Path) -> list[tuple[str, str, str, str]]:
    """(code, English, Turkish, others): what the table has already, and each name in the country's own languages."""
    found = []
    for line in kept.read_text("utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        code, english, turkish, others = line.split("\t")
        names = [name.strip() for name in others.split(",") if name.strip()]
        for language in (*get_official_languages(code, de_facto=True, regional=True), *EVERYWHERE):
            name = _name(code, language)
            if name and "," not in name and name not in (english, turkish, *names):
                names.append(name)
        found.append((code, english, turkish, ", ".join(names)))
    return found


def _name(code: str, language: str) -> str | None:
    try:
        return Locale.parse(language.replace("-", "_")).territories.get(code)
    except (UnknownLocaleError, ValueError):
        return None


def main(target: str) -> None:
    """Adds to the table; a second run changes nothing."""
    lines = ["\t".join(row) for row in rows(Path(target))]
    Path(target).write_text("\n".join((HEAD, *lines)) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
