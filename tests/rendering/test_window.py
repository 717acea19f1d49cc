"""Through the window of the envelope one sees the address, all of it, and nothing of the letter."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rendering import pdf
from rendering.checks import NotPrintable
from rendering.drawn import Fitted
from rendering.gate import gate
from rendering.layout.envelopes import LAYOUTS
from rendering.layout.geometry import Rectangle
from rendering.sample import LETTER
from rendering.stationery import STATIONERIES
from tests.rendering.paper import glyphs, inked, letter, long_letter, raster
from tests.rendering.paper import marks as marks_of

# Written by hand for the usual layout: what the address may use, and what of the rest a window can show.
ADDRESS = Rectangle(22.5, 56.5, 88, 88.5)
AROUND = (
    Rectangle(1, 45, 110, ADDRESS.top),
    Rectangle(1, ADDRESS.bottom, 110, 99),
    Rectangle(1, 45, ADDRESS.left, 99),
    Rectangle(ADDRESS.right, 45, 110, 99),
)
SIX = (
    "Özgür Öztürk",
    "Öztürk Çiçekçilik",
    "Moda İş Merkezi",
    "Caferağa Mah. Moda Cad.",
    "No: 12 D: 5",
    "34710 Kadıköy",
)


@pytest.mark.parametrize("stationery", STATIONERIES)
@pytest.mark.parametrize("marks", [True, False], ids=["with marks", "without marks"])
def test_no_ink_but_the_address_can_become_visible(stationery: str, marks: bool) -> None:
    sheet = raster(pdf.draw(long_letter(8, stationery=stationery, marks=marks)).pdf)
    assert inked(sheet, ADDRESS)  # the address is there
    assert inked(sheet, Rectangle(22, 105, 188, 260))  # and so is the letter
    for place in AROUND:
        assert not inked(sheet, place)


@pytest.mark.parametrize(
    ("addressee", "top", "bottom"),
    [(SIX[:1], 66, 71), (SIX[:3], 66, 80), (SIX[:4], 66, 84.5), (SIX[:5], 64.5, 85.5), (SIX, 62.7, 87)],
    ids=["1 line", "3 lines", "4 lines", "5 lines", "6 lines"],
)
def test_the_address_stays_in_its_zone(addressee: tuple[str, ...], top: float, bottom: float) -> None:
    """Up to five lines lie inside Pingen's zone, too (y60-85.5); six need the whole of DIN 5008's (y62.7-90)."""
    visible = [(character, box) for character, box in glyphs(pdf.draw(letter("Metin", addressee=addressee)).pdf)]
    visible = [(character, box) for character, box in visible if box.meets(Rectangle(1, 45, 110, 99))]
    assert "".join(character for character, _ in visible).endswith("".join("".join(addressee).split()))
    for _, box in visible[-len("".join("".join(addressee).split())) :]:
        assert ADDRESS.left <= box.left
        assert box.right <= ADDRESS.right
        assert box.bottom <= bottom
        assert box.top >= top - 0.1  # two dots at 600 dpi, for the accent of a capital


def test_six_lines_have_air_between_them() -> None:
    """10 pt are 3.53 mm high: 4 mm from line to line."""
    boxes = [box for character, box in glyphs(pdf.draw(letter("", addressee=("E",) * 6, return_line="")).pdf)]
    tops = sorted(box.top for box in boxes if box.bottom < 90)
    assert len(tops) == 6
    assert min(below - above for above, below in pairwise(tops)) >= 3.99


# What the engine has shaped is measured: an emoji, a cuneiform sign and ﷽ count as they print.
FITTING: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "an everyday address": (("Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12 D: 5", "34710 Kadıköy/İSTANBUL"), ()),
    "wide letters are measured, not counted": (("W" * 25, "i" * 60), ("W" * 25,)),
    "six lines": (tuple("abcdef"), ()),
    "a seventh line": (tuple("abcdefg"), ("g",)),
    "twelve emoji": (("Ad", "🙂" * 12), ()),
    "twenty-three emoji": (("Ad", "🙂" * 23), ("🙂" * 23,)),
    "one bismillah": (("Ad", "﷽"), ()),
    "four of them": (("Ad", "﷽﷽﷽﷽"), ("﷽﷽﷽﷽",)),
    "six wide Tamil signs": (("Ad", "௵" * 6), ()),
    "twenty of them": (("Ad", "௵" * 20), ("௵" * 20,)),
    "a name that does not fit": (("Abdülmuttalip " * 4, "34710 Kadıköy"), ("Abdülmuttalip " * 4,)),
    "Hebrew and Arabic": (("שלום שלום 12", "مرحبا بالعالم"), ()),
    "Hebrew that is too long": (("שלום " * 16,), ("שלום " * 16,)),
    "vowel signs above and below": (("हिन्दी", "தமிழ்", "ไทยกี่", "བོད་ཡིག", "မြန်မာ", "ខ្មែរ"), ()),
    "accents that climb into the line above": (("a", "E" + "\u0301" * 8), ("E" + "\u0301" * 8,)),
}


@pytest.mark.parametrize("case", FITTING)
def test_what_of_an_address_does_not_fit(case: str) -> None:
    lines, refused = FITTING[case]
    assert pdf.fitted(letter(addressee=lines)).lines == refused
    if refused:
        with pytest.raises(NotPrintable, match="does not fit the window"):
            pdf.draw(letter(addressee=lines))


# The typewriter's face has no such accents; Noto Sans, which prints every address, has them. With Gentium it is so that
# it alone has the letter: another face would print it in the address.
OF_THE_ADDRESS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "an accent that only the face of addresses has": ("daktilo", "Zoe\u0308\u0323 x\u0323", ()),
    "a letter that only the face of the text has": ("yas", "Ana \U0001df00", ("\U0001df00",)),
}


@pytest.mark.parametrize("case", OF_THE_ADDRESS)
def test_an_address_is_asked_about_with_its_own_face(case: str) -> None:
    stationery, name, named = OF_THE_ADDRESS[case]
    wanted = letter(addressee=(name, "34710 Kadıköy"), return_line=name, stationery=stationery)
    found = pdf.fitted(wanted)
    assert (found.unprintable, found.sender_unprintable) == (named, named)
    if named:
        with pytest.raises(NotPrintable, match="no font prints"):
            pdf.draw(wanted)
    else:
        pdf.draw(wanted)


# Line -> the words of it whose ink leaves the column, 65 mm wide, in the order in which they are read.
PARTS: dict[str, tuple[str, str]] = {
    "the end of a street": ("Cumhuriyet Mah. Mustafa Kemal Paşa Cad. No: 125", "Cad. No: 125"),
    "a name": ("Abdülmuttalip Nurettin Çekoslovakyalılaştıran", "Çekoslovakyalılaştıran"),
    "a word that nothing breaks": ("W" * 25, "W" * 25),
    "emoji behind a word": ("Ad " + "🙂" * 12 + " " + "🙂" * 5, "🙂" * 5),
    "right to left": ("רחוב " * 8 + "12", "12"),
    "accents that climb": ("Ad E" + "\u0301" * 8 + " Soyad", "E" + "\u0301" * 8),
}


@pytest.mark.parametrize("case", PARTS)
def test_the_words_that_do_not_fit_are_named(case: str) -> None:
    line, part = PARTS[case]
    assert pdf.fitted(letter(addressee=("Ad", line))).parts == (part,)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Fitted()),
        ("Işıl İnci, Ihlamur Sok. 3, 06420 Çankaya", Fitted()),
        ("Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3 Daire 15, 06420 Çankaya/ANKARA, Türkiye", Fitted()),  # two lines
        ("Işıl İnci " * 18, Fitted(sender=True, sender_parts=("Işıl İnci",))),
        ("İ" + "x" * 80, Fitted(sender=True, sender_parts=("İ" + "x" * 80,))),  # nowhere to break it
        ("Işıl \ue000", Fitted(sender_unprintable=("\ue000",))),
    ],
    ids=["none", "one line", "two lines", "three lines", "one long word", "a letter that no font has"],
)
def test_the_return_address_has_two_lines(line: str, expected: Fitted) -> None:
    assert pdf.fitted(letter(return_line=line)) == expected


@pytest.mark.parametrize("envelope", LAYOUTS)
def test_each_layout_shows_the_address_and_nothing_else(envelope: str) -> None:
    layout = LAYOUTS[envelope]
    sheet = raster(pdf.draw(letter("E" + "\u0301" * 3 + "\n" + "Metin. " * 200, envelope=envelope, addressee=SIX)).pdf)
    place = layout.address.around(layout.return_line)
    assert inked(sheet, place)
    assert inked(sheet, Rectangle(22, 109, 188, 260))
    sheet.paste("white", tuple(round(edge * 150 / 25.4) for edge in _edges(place.grown(0.5))))
    assert not inked(sheet, layout.exposed)


def _edges(place: Rectangle) -> tuple[float, ...]:
    return place.left, place.top, place.right, place.bottom


@pytest.mark.parametrize(("paragraphs", "pages"), [(3, 2), (8, 4)], ids=["one sheet", "two sheets"])
def test_a_packet_folded_by_hand_shows_the_address_in_front_and_nothing_behind(paragraphs: int, pages: int) -> None:
    """Behind lies the lowest panel of the last sheet's back: below the second fold, at 210 mm."""
    made = long_letter(paragraphs, envelope="hand")
    drawn = pdf.draw(made)
    gate(drawn.pdf, drawn.pages, made)
    assert drawn.pages == pages
    back = raster(drawn.pdf, pages - 1)
    assert inked(back, Rectangle(20, 25, 190, 183))
    assert not inked(back, Rectangle(0, 208, 210, 297))
    said = "".join(character for character, box in glyphs(drawn.pdf, pages - 1) if 186 < box.top < 207)
    assert said == f"{pages}/{pages}" + "".join(LETTER.footnote.split())
    assert marks_of(drawn.pdf, pages - 1) == [f"MX1|{LETTER.piece_id}|P{pages:02d}/{pages:02d}|S000123"]


def test_the_back_of_an_odd_letter_is_blank_and_its_foot_stands_inside() -> None:
    drawn = pdf.draw(letter(envelope="hand"))
    assert drawn.pages == 1
    assert inked(raster(drawn.pdf), Rectangle(22, 266, 190, 288))
    assert not inked(raster(drawn.pdf, 1), Rectangle(0, 0, 210, 297))


def test_the_addressee_appears_once_on_page_one() -> None:
    drawn = pdf.draw(long_letter(8))
    texts = ["".join(character for character, _ in glyphs(drawn.pdf, page)) for page in range(drawn.pages)]
    assert [text.count("NerminÖztürk") for text in texts] == [1] + [0] * (drawn.pages - 1)
