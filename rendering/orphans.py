"""Names marks that stand on no letter, and signs that part a syllable: HarfBuzz prints a dotted circle below them.

Which they are, the rules of each script say (Unicode Standard, 12.1; HarfBuzz, hb-ot-shaper-indic-machine.rl). HarfBuzz
alone knows them all, so each line that might hold one is shaped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import regex  # type: ignore[import-untyped]

from rendering import faces, typesetting
from rendering.engine import circles
from rendering.stamping import UNSTAMPED

__all__ = ["orphans"]

# A mark with no letter before it in its line, or one of a script whose syllables have rules. Marks that any letter may
# bear, and those of Arabic and Hebrew, stand on whatever is before them.
_DOUBTFUL: Final = regex.compile(r"(?V1)^\p{M}|[\p{M}--\p{Script=Inherited}--\p{Script=Arabic}--\p{Script=Hebrew}]")
_RULES: Final = "p { white-space: pre-wrap }"


def orphans(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What these faces would print with a circle: in the order of the text, each once."""
    doubtful = [line for line in dict.fromkeys(text.split("\n")) if _DOUBTFUL.search(line)]
    if not doubtful:
        return ()
    style = _style(faces.families(names))
    found = (words.strip() for line in doubtful for words in circles.on_circles(line, style))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=64)
def _style(families: str) -> Any:
    """How WeasyPrint shapes words in these faces; the page that says so holds none."""
    page = "<html><body><p>\N{NO-BREAK SPACE}</p></body></html>"
    document = typesetting.render(page, f"{_RULES} p {{ font-family: {families} }}", UNSTAMPED)
    (line,) = typesetting.lines(document.pages[0]._page_box)
    return line.children[0].style
