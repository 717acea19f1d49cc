"""What the sender approved is, byte for byte, what is printed; no letter reaches out or breaks the press."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import weasyprint
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps import preview
from rendering import checks, faces, pdf
from rendering.checks import NotPrintable
from rendering.drawn import BYTE_LIMIT, TOO_LARGE
from rendering.gate import gate
from rendering.images.pictures import pictures
from rendering.layout.geometry import FOOT, MARGIN_SIDE, PAGE_WIDTH
from tests.rendering.paper import SENTENCE, glyphs, inked, letter, long_letter, raster, streams, words

TYPED = st.text(alphabet="abcçğıİöşü  \n.,!🙂❤é", max_size=400)


@given(TYPED)
@settings(max_examples=20, deadline=None)
def test_the_same_letter_gives_the_same_bytes(text: str) -> None:
    if checks.unprintable(text):
        return
    first = pdf.draw(letter(text))
    pdf.draw(long_letter(1, stationery="sade"))  # other letters in between leave no trace
    second = pdf.draw(letter(text))
    assert first == second
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()


def test_another_process_on_another_day_gives_the_same_bytes() -> None:
    program = (
        "from tests.rendering.paper import letter; from rendering import pdf; print(pdf.draw(letter('Işıl ❤️')).sha256)"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == pdf.draw(letter("Işıl ❤️")).sha256


def test_one_letter_more_or_less_gives_other_bytes() -> None:
    assert pdf.draw(letter("Işıl")).sha256 != pdf.draw(letter("Işil")).sha256


def test_qpdf_finds_nothing_wrong_and_every_font_is_inside() -> None:
    drawn = pdf.draw(letter("Işıl ❤️ שלום"))
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        assert document.check_pdf_syntax() == []
        assert [float(edge) for edge in document.pages[0].MediaBox] == pytest.approx([0, 0, 595.28, 841.89], abs=0.01)
        fonts = [font for page in list(document.pages)[: drawn.pages] for font in page.Resources.Font.values()]
        assert len(fonts) >= 3
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(key.startswith("/FontFile") for key in descriptor)


def test_it_says_it_is_pdf_a_and_says_nothing_about_people() -> None:
    drawn = pdf.draw(letter())
    with pikepdf.open(io.BytesIO(drawn.pdf)) as document:
        metadata = document.Root.Metadata.read_bytes()
        assert b'part="2"' in metadata
        assert b'conformance="U"' in metadata
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert set(document.docinfo.keys()) == {"/Producer"}


def test_the_ink_is_black_only() -> None:
    pages = [stream for stream in streams(pdf.draw(letter()).pdf) if b" Tf" in stream]
    assert pages
    for stream in pages:
        assert b"0 g" in stream
        assert b" rg" not in stream
        assert b" RG" not in stream


def test_the_words_can_be_found_in_the_paper() -> None:
    text = words(pdf.draw(letter("Sevgili Ayşe,\n\nIğdır’dan\nselamlar")).pdf)
    assert "Sevgili Ayşe," in text
    assert "Iğdır’dan\nselamlar" in text


def test_spaces_and_blank_lines_take_the_room_they_were_given() -> None:
    def places(text: str) -> dict[str, tuple[float, float]]:
        boxes = glyphs(pdf.draw(letter(text, addressee=(), return_line="", footnote="")).pdf)
        return {character: (box.left, box.bottom) for character, box in boxes}

    assert places("Q   W")["W"][0] > places("Q W")["W"][0] + 2
    assert places("   Q")["Q"][0] > places("Q")["Q"][0] + 2
    lines = [places("Q" + "\n" * breaks + "W")["W"][1] for breaks in (1, 2, 3, 4)]
    assert lines == sorted(set(lines))


def test_hebrew_stands_at_the_right_and_latin_at_the_left() -> None:
    hebrew = [box for c, box in glyphs(pdf.draw(letter("שלום")).pdf) if c in "שלום"]
    latin = [box for c, box in glyphs(pdf.draw(letter("Q")).pdf) if c == "Q"]
    assert max(box.right for box in hebrew) == pytest.approx(PAGE_WIDTH - MARGIN_SIDE, abs=1)
    assert latin[0].left == pytest.approx(MARGIN_SIDE, abs=1)


@pytest.mark.parametrize(
    "text",
    ["W" * 500, "👨‍👩‍👧‍👦" * 100, "a" + "\u00a0a" * 400, "kelime\t" * 200, "ش" * 500],
    ids=["a word of 500 letters", "100 families", "no-break spaces", "tabs", "Arabic"],
)
def test_nothing_runs_over_the_side_of_the_page(text: str) -> None:
    from rendering.layout.geometry import Rectangle

    sheet = raster(pdf.draw(letter(text, marks=False)).pdf)
    # Two millimetres of the margin are tolerated: an Arabic letter grows where a line breaks after it.
    assert inked(sheet, Rectangle(MARGIN_SIDE, 105, PAGE_WIDTH - MARGIN_SIDE, 260))
    assert not inked(sheet, Rectangle(PAGE_WIDTH - MARGIN_SIDE + 2, 0, PAGE_WIDTH, 297))
    assert not inked(sheet, Rectangle(0, 0, MARGIN_SIDE - 2, 297))


def test_the_notice_to_the_addressee_stands_once_at_the_foot_of_the_last_page() -> None:
    drawn = pdf.draw(long_letter(7, footnote="Alıcıya not."))
    assert [words(drawn.pdf, page).count("Alıcıya not.") for page in range(drawn.pages)] == [0, 0, 1]


@given(st.integers(1, 60))
@settings(max_examples=15, deadline=None)
def test_the_notice_never_takes_a_page_of_its_own(lines: int) -> None:
    with_notice = pdf.measure(letter("\n".join("x" * lines), footnote="Not. " * 40))
    assert with_notice == pdf.measure(letter("\n".join("x" * lines), footnote=""))


def test_the_longest_notice_ends_inside_the_foot_and_a_longer_one_is_refused() -> None:
    longest = max(
        (text for text in ("sözcük " * count for count in range(200)) if not checks.note_overflow(text)), key=len
    )
    boxes = [box for _, box in glyphs(pdf.draw(letter("Metin", footnote=longest)).pdf) if box.top > 200]
    assert len({round(box.bottom) for box in boxes}) >= 4
    assert min(box.top for box in boxes) >= FOOT.top
    assert max(box.bottom for box in boxes) <= FOOT.bottom
    with pytest.raises(NotPrintable, match="does not fit the foot"):
        pdf.draw(letter("Metin", footnote=longest + "sözcük "))


def test_a_printer_is_told_neither_to_shrink_the_page_nor_to_turn_it_over_its_short_edge() -> None:
    with pikepdf.open(io.BytesIO(pdf.draw(letter()).pdf)) as document:
        told = document.Root.ViewerPreferences
        assert (told.PrintScaling, told.Duplex) == ("/None", "/DuplexFlipLongEdge")


@pytest.mark.parametrize(("paragraphs", "pages", "sides"), [(1, 1, 2), (4, 2, 2), (7, 3, 4)])
def test_a_letter_of_an_odd_number_of_pages_ends_with_a_blank_back(paragraphs: int, pages: int, sides: int) -> None:
    drawn = pdf.draw(long_letter(paragraphs))
    assert (drawn.pages, len(pypdfium2.PdfDocument(drawn.pdf))) == (pages, sides)
    assert all(raster(drawn.pdf, page).convert("L").getextrema()[0] < 250 for page in range(pages))
    assert all(raster(drawn.pdf, page).convert("L").getextrema() == (255, 255) for page in range(pages, sides))
    assert len(pictures(drawn.pdf, width=100)) == pages  # nobody wants to see the blank one


def test_a_file_that_its_pictures_make_too_large_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "BYTE_LIMIT", 60_000)
    assert pdf.draw(letter("🙂" * 50)).pages == 1  # the same one costs no more
    with pytest.raises(NotPrintable) as refusal:
        pdf.draw(letter("".join(map(chr, range(0x1F600, 0x1F610)))))
    assert refusal.value.reason == TOO_LARGE == "more than 5,000,000 bytes"


# --- how long it is -------------------------------------------------------------------------------------------------


def test_measuring_counts_pages_and_duplex_sheets() -> None:
    assert pdf.measure(letter()) == pdf.Measured(pages=1, sheets=1, lines_over=0, unprintable=())
    measured = pdf.measure(long_letter(7))
    assert (measured.pages, measured.sheets) == (pdf.draw(long_letter(7)).pages, 2) == (3, 2)


def test_measuring_names_what_no_font_prints() -> None:
    assert pdf.measure(letter("Sevgiler 𒀀 🇽🇽")).unprintable == ("𒀀", "🇽🇽")


@given(
    st.lists(st.integers(1, 9), min_size=8, max_size=30),
    st.integers(1, 2),
)
@settings(max_examples=25, deadline=None)
def test_taking_away_exactly_the_lines_over_makes_it_fit(paragraphs: list[int], limit: int) -> None:
    lines = "\n\n".join("\n".join("satır" for _ in range(count)) for count in paragraphs).split("\n")
    over = pdf.measure(letter("\n".join(lines)), limit).lines_over
    if over:
        assert pdf.measure(letter(_without_last(lines, over)), limit).pages <= limit
        assert pdf.measure(letter(_without_last(lines, over - 1)), limit).pages > limit


def _without_last(lines: list[str], count: int) -> str:
    kept = list(lines)
    for _ in range(count):
        while not kept[-1]:
            kept.pop()
        kept.pop()
    return "\n".join(kept)


def test_a_letter_over_the_limit_is_not_drawn() -> None:
    assert pdf.draw(long_letter(7), limit=3).pages == 3
    with pytest.raises(NotPrintable, match="more than 2 pages"):
        pdf.draw(long_letter(7), limit=2)


# --- hostile letters ------------------------------------------------------------------------------------------------


def test_a_letter_reaches_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'SIR' }")
    page = f'<link rel="stylesheet" href="{secret.as_uri()}"><p>Merhaba</p>'
    assert "SIR" in words(weasyprint.HTML(string=page).write_pdf())  # plain WeasyPrint reads it
    assert "SIR" not in words(weasyprint.HTML(string=page, url_fetcher=pdf.OfflineFetcher()).write_pdf())
    drawn = words(pdf.draw(letter(page)).pdf)
    assert "stylesheet" in drawn  # printed as typed, letter for letter
    assert "SIR" not in drawn


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "http://localhost/", "https://x.example/", "data:text/css,a{}"]
)
def test_the_fetcher_serves_only_what_it_holds(url: str) -> None:
    assert pdf.OfflineFetcher({"held:a": b"bytes"}).fetch("held:a").read() == b"bytes"
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf.OfflineFetcher({"held:a": b"bytes"}).fetch(url)
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf.OfflineFetcher().open(url)


@pytest.mark.parametrize(
    "text",
    [
        "a\ud800b",
        "a\x00b",
        "a\x1bb",
        "a" + "\u0301" * 50_000,
        "👩" + "\u200d\u0301" * 40_000,
        "x" * 100_001,
        "ש\na\n" * 1_000,
        "\uffff",
    ],
    ids=[
        "half a surrogate pair",
        "NUL",
        "escape",
        "50,000 marks",
        "40,000 marks between joiners",
        "100,001 letters",
        "2,000 lines",
        "no character",
    ],
)
def test_refused_before_layout_without_repeating_a_word(text: str) -> None:
    for job in (pdf.draw, pdf.measure):
        with pytest.raises(NotPrintable) as refusal:
            job(letter("gizli " + text))
        assert "gizli" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "\u202e tersten \u202d\u2066\u2067",
        "<script>while(1);</script>",
        "</div></body></html><style>*{display:none}</style>",
        "&#x0; &lt;b&gt; ]]> <!-- --> <![CDATA[",
        "{{ 7*7 }} %s {0} \\u0000 url(file:///etc/passwd)",
        "\n" * 300 + "son",
        "e" + "\u0301" * 8,
        "",
    ],
    ids=["bidi overrides", "script", "early end", "markup", "templates", "blank lines", "8 marks", "nothing"],
)
def test_survived_as_plain_text(text: str) -> None:
    drawn = pdf.draw(letter(text))
    gate(drawn.pdf, drawn.pages)


def test_characters_no_font_prints_are_never_drawn_as_boxes() -> None:
    for changes in ({"text": "𒀀"}, {"addressee": ("𒀀",)}, {"footnote": "𒀀"}):
        with pytest.raises(NotPrintable, match="characters no font prints"):
            pdf.draw(letter(**changes))


@contextmanager
def heard(*names: str) -> Iterator[list[str]]:
    """What reaches these loggers, theirs and their children's, however little somebody wants to miss."""
    told: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(f"{record.name}: {record.getMessage()}")

    ear, loggers = Ear(), [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(ear)
        logger.setLevel(logging.DEBUG)
    yield told
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(ear)
        logger.setLevel(level)


@pytest.mark.parametrize("library", ["fontTools", "fontTools.subset", "weasyprint", "weasyprint.progress"])
def test_what_a_drawing_library_says_reaches_no_log(library: str) -> None:
    """A filter of a logger does not see what its children say: the whole family has to be kept out."""
    with heard("") as log:
        for name in (library, "mektupx"):
            logging.getLogger(name).error("gizli")
    assert log == ["mektupx: gizli"]


def test_no_word_of_a_letter_is_logged() -> None:
    with heard("") as log, heard("fontTools", "weasyprint") as libraries:
        pdf._lay_out(letter("𒀀 gizli"), 10).write_pdf()
        pdf.draw(letter(f"{SENTENCE} ❤️"))
    assert any("𒀀" in line for line in libraries)  # presence first
    assert any(line.startswith("fontTools.") for line in libraries)
    assert [line for line in log if line.startswith(("fontTools", "weasyprint"))] == []
    assert not any(word in line for line in log for word in ("𒀀", "gizli", "Sardunya"))


def test_as_many_different_emoji_as_its_sender_is_told_fit_a_letter() -> None:
    """The largest pictures of the face, each a character of its own."""
    told = re.search(r"a letter holds about (\d+)\.", preview.TOO_LARGE.message)
    assert told is not None
    many, largest = int(told[1]), _emoji_by_size()
    assert len(pdf.draw(letter(" ".join(largest[:many]))).pdf) <= BYTE_LIMIT
    with pytest.raises(NotPrintable, match="bytes"):
        pdf.draw(letter(" ".join(largest[: many + 100])))


def _emoji_by_size() -> list[str]:
    with TTFont(faces.file_of(faces.EMOJI_FACE), lazy=True) as font:
        pictures = font["CBDT"].strikeData[0]
        names = {chr(code): name for code, name in font.getBestCmap().items() if 0x1F300 <= code < 0x1FB00}
        skins = {chr(code) for code in range(0x1F3FB, 0x1F400)}  # they join the emoji before them
        sizes = {sign: len(pictures[name].data) for sign, name in names.items() if sign not in skins}
    return sorted(sizes, key=lambda sign: -sizes[sign])
