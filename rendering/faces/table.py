"""Which typeface prints which script beside a serif and beside a sans, and which package brings it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ADDRESS_FACE",
    "CODE_FACE",
    "EMOJI_FACE",
    "FAMILIES",
    "SCRIPTS",
    "Company",
    "Family",
    "embeddable",
    "order",
]

Company = Literal["serif", "sans"]

ADDRESS_FACE: Final = "Noto Sans"  # sorting machines read a sans best (UPU S42)
CODE_FACE: Final = "Courier Prime"
EMOJI_FACE: Final = "Noto Color Emoji"


@dataclass(frozen=True, slots=True)
class Family:
    """One typeface. package: Debian's name of what brings its files; "" where rendering/faces/files holds them.
    files: one a style, upright regular first.  styles: what Pango calls these, and so what stands in the PDF."""

    name: str
    package: str
    files: tuple[str, ...]
    styles: tuple[str, ...] = ("", "Bold", "Italic", "Bold-Italic")

    @property
    def printed_names(self) -> frozenset[str]:
        """The names of its styles in a PDF, without the six letters of a subset: WeasyPrint writes Pango's."""
        stem = self.name.replace(" ", "-")
        styles = self.styles[: len(self.files)]
        return frozenset(f"{stem}-{style}" if style else stem for style in styles)


_FOUR = ("Regular", "Bold", "Italic", "BoldItalic")
_TWO = ("Regular", "Bold")


def _family(name: str, package: str, styles: tuple[str, ...] = _TWO) -> Family:
    stem = name.replace(" ", "")
    return Family(name, package, tuple(f"{stem}-{style}.ttf" for style in styles))


# Script, the face beside a serif, the face beside a sans. The order is that of the search: the first face that has a
# character prints it. Scripts that people write today (Unicode Standard Annex 31, tables 5 and 7), and Old Turkic.
SCRIPTS: Final = (
    ("Latin, Greek, Cyrillic", "Noto Serif", "Noto Sans"),
    ("Arabic, also of Urdu, Persian, Uyghur", "Amiri", "Noto Sans Arabic"),
    ("Hebrew", "Noto Serif Hebrew", "Noto Sans Hebrew"),
    ("Armenian", "Noto Serif Armenian", "Noto Sans Armenian"),
    ("Georgian", "Noto Serif Georgian", "Noto Sans Georgian"),
    ("Ethiopic", "Noto Serif Ethiopic", "Noto Sans Ethiopic"),
    ("Devanagari", "Noto Serif Devanagari", "Noto Sans Devanagari"),
    ("Bengali", "Noto Serif Bengali", "Noto Sans Bengali"),
    ("Gujarati", "Noto Serif Gujarati", "Noto Sans Gujarati"),
    ("Gurmukhi", "Noto Serif Gurmukhi", "Noto Sans Gurmukhi"),
    ("Kannada", "Noto Serif Kannada", "Noto Sans Kannada"),
    ("Malayalam", "Noto Serif Malayalam", "Noto Sans Malayalam"),
    ("Tamil", "Noto Serif Tamil", "Noto Sans Tamil"),
    ("Telugu", "Noto Serif Telugu", "Noto Sans Telugu"),
    ("Sinhala", "Noto Serif Sinhala", "Noto Sans Sinhala"),
    ("Thai", "Noto Serif Thai", "Noto Sans Thai"),
    ("Lao", "Noto Serif Lao", "Noto Sans Lao"),
    ("Khmer", "Noto Serif Khmer", "Noto Sans Khmer"),
    ("Burmese", "Noto Serif Myanmar", "Noto Sans Myanmar"),
    ("Tibetan", "Noto Serif Tibetan", "Noto Serif Tibetan"),
    ("Odia", "Noto Sans Oriya", "Noto Sans Oriya"),
    ("Thaana", "Noto Sans Thaana", "Noto Sans Thaana"),
    ("Syriac", "Noto Sans Syriac", "Noto Sans Syriac"),
    ("Mongolian", "Noto Sans Mongolian", "Noto Sans Mongolian"),
    ("Cherokee", "Noto Sans Cherokee", "Noto Sans Cherokee"),
    ("Canadian Aboriginal", "Noto Sans Canadian Aboriginal", "Noto Sans Canadian Aboriginal"),
    ("N'Ko", "Noto Sans NKo", "Noto Sans NKo"),
    ("Tifinagh", "Noto Sans Tifinagh", "Noto Sans Tifinagh"),
    ("Adlam", "Noto Sans Adlam", "Noto Sans Adlam"),
    ("Javanese", "Noto Sans Javanese", "Noto Sans Javanese"),
    ("Ol Chiki", "Noto Sans Ol Chiki", "Noto Sans Ol Chiki"),
    ("Meetei Mayek", "Noto Sans Meetei Mayek", "Noto Sans Meetei Mayek"),
    ("Yi", "Noto Sans Yi", "Noto Sans Yi"),
    ("Old Turkic", "Noto Sans Old Turkic", "Noto Sans Old Turkic"),
    ("signs and arrows", "Noto Sans Symbols", "Noto Sans Symbols"),
    ("more signs", "Noto Sans Symbols2", "Noto Sans Symbols2"),
    ("mathematics", "Noto Sans Math", "Noto Sans Math"),
    ("music", "Noto Music", "Noto Music"),
    ("Chinese, Japanese, Korean", "Droid Sans Fallback", "Droid Sans Fallback"),
)

# Of these the package has the regular weight only; the bold one of Noto Serif Myanmar says that it is regular, too.
_ONE_WEIGHT = frozenset(
    {
        *("Noto Sans Syriac", "Noto Sans Mongolian", "Noto Sans NKo", "Noto Sans Tifinagh", "Noto Sans Yi"),
        *("Noto Sans Old Turkic", "Noto Sans Symbols2", "Noto Sans Math", "Noto Music", "Noto Serif Myanmar"),
    }
)
_NOTO = sorted({face for _, *faces in SCRIPTS for face in faces if face.startswith("Noto ")})

FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        _family("Gentium Plus", "fonts-sil-gentiumplus", _FOUR),
        _family("Vollkorn", "fonts-vollkorn", _FOUR),
        _family("Lato", "fonts-lato", _FOUR),
        _family("Courier Prime", "", _FOUR),
        _family("Caveat", ""),
        _family("Mali", "", _FOUR),
        _family("Atkinson Hyperlegible Next", "", _FOUR),
        _family("Amiri", "fonts-hosny-amiri", ("Regular", "Bold", "Slanted", "BoldSlanted")),
        *(
            _family(
                name,
                "fonts-noto-core",
                _FOUR if name in ("Noto Serif", "Noto Sans") else _TWO[:1] if name in _ONE_WEIGHT else _TWO,
            )
            for name in _NOTO
        ),
        # 3 MB for all of GBK, Big5, JIS X 0208 and KS X 1001; its sister ...Full.ttf has no Korean. Noto's takes 90.
        Family("Droid Sans Fallback", "fonts-droid-fallback", ("DroidSansFallback.ttf",)),
        Family(EMOJI_FACE, "fonts-noto-color-emoji", ("NotoColorEmoji.ttf",)),
    )
}


def order(face: str, company: Company) -> tuple[str, ...]:
    """A face, then the named faces of all scripts beside it; emoji are none of them, Pango finds their face itself."""
    column = 1 if company == "serif" else 2
    return tuple(dict.fromkeys((face, *(row[column] for row in SCRIPTS))))


def embeddable(face: str, company: Company) -> frozenset[str]:
    """The names that a letter in this face may hold in its PDF: of the text, the address, code and emoji."""
    allowed = {*order(face, company), *order(ADDRESS_FACE, "sans"), CODE_FACE, EMOJI_FACE}
    return frozenset().union(*(FAMILIES[name].printed_names for name in allowed))
