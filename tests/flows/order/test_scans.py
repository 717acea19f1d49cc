"""A clerk's files as they come out of scanners and spreadsheets, and the number of a registered letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core import events as ev
from flows.order import scans
from flows.order.notifications import REASONS
from flows.order.scans import KINDS, Scan, read, tracking_number
from locales import say
from rendering.layout.marks import content

PIECE, RR = "0123456789AB", "RR473124829TR"

Line = tuple[int | None, str, int, str, str]


def line(number: int | None = 123, piece: str = "", page: int = 0, tracking: str = "", reason: str = "other") -> Line:
    return number, piece, page, tracking, reason


# What a clerk hands in -> what is read
FILES: dict[str, tuple[str, str, list[Line]]] = {
    "a scanner's marks": (
        "printed",
        f"{content(PIECE, 1, 3, 7)}\n{content(PIECE, 3, 3, 7)}\n",
        [line(None, PIECE, 1), line(None, PIECE, 3)],
    ),
    "order numbers by hand": ("printed", "MX000123\nmx000124\n\n", [line(), line(124)]),
    "names of the tray, sealed": ("spoiled", f"MX000123-{PIECE}{'0' * 20}.pdf.age", [line(None, PIECE)]),
    "names of the tray": ("spoiled", f"MX000123-{PIECE}{'0' * 20}.pdf", [line(None, PIECE)]),
    "a piece id": ("posted", PIECE, [line(None, PIECE)]),
    "a second column of the counter": ("posted", "MX000123;rr 4731 2482 9 tr", [line(tracking=RR)]),
    "a heading in Turkish": ("posted", "Takip No;Mektup\nRR473124829TR;MX000123", [line(tracking=RR)]),
    "a heading in English, commas": ("returned", "order,reason\nMX000123,moved", [line(reason="moved")]),
    "a spreadsheet's mark of UTF-8, tabs": (
        "returned",
        "\ufeffmektup\tneden\nMX000123\tTAŞINMIŞ",
        [line(reason="moved")],
    ),
    "Windows line ends and quotes": ("returned", '"MX000123";"kabul etmedi"\r\n', [line(reason="refused")]),
    "no reason at all": ("returned", "MX000123", [line()]),
    "nothing": ("printed", "\n \n", []),
}


def test_a_mark_bears_the_serial_number_of_its_letter_however_long_it_has_grown() -> None:
    marks = "\n".join(content(PIECE, 1, 1, serial) for serial in (7, 999_999, 1_000_000))
    found, wrong = read("printed", marks)
    assert (wrong, [one.serial for one in found]) == ([], [7, 999_999, 1_000_000])


# What was scanned of the letter S000124, three pages long -> the sheets that are not the approved ones
STRAYS: dict[str, tuple[list[tuple[int, int, int]], tuple[str, ...]]] = {
    "its own sheets, both sides": ([(1, 3, 124), (2, 3, 124), (3, 3, 124)], ()),
    "a sheet of an older revision, as long": ([(1, 3, 124), (3, 3, 123)], ("S000123 P03/03",)),
    "a sheet of a revision of another length": ([(1, 2, 123), (3, 3, 124)], ("S000123 P01/02",)),
    "no mark, the clerk's word": ([(0, 0, 0)], ()),
}


@pytest.mark.parametrize("name", STRAYS)
def test_a_sheet_of_another_revision_is_named_and_its_letter_not_noted(name: str) -> None:
    sheets, strays = STRAYS[name]
    scanned = [Scan(nth, "", piece=PIECE, page=page, pages=of, serial=s) for nth, (page, of, s) in enumerate(sheets)]
    assert scans.stray_sheets(scanned, 3, 124) == strays
    assert scans.stray_sheets(scanned, 3, 0) == ()  # a letter of before serial numbers were counted
    against = scans.objection("printed", "MX000123", "normal", 3, scanned, 124)
    assert (against is not None) == bool(strays)
    if against is not None:
        assert all(stray in say(against, "en") for stray in strays)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_its_clerk_means_it(name: str) -> None:
    kind, file, meant = FILES[name]
    found, wrong = read(kind, file)
    assert wrong == []
    assert [(one.number, one.piece, one.page, one.tracking, one.reason) for one in found] == meant


# What is wrong -> the line it is on and words of the sentence
WRONG = {
    "a name instead of a letter": ("printed", "MX000123\nNermin Öztürk", 2, "No letter is called like this"),
    "a digit of the tracking number": ("posted", "MX000123;RR473124828TR", 1, "a digit may be wrong"),
    "a reason nobody knows": ("returned", "MX000123;ıslanmış", 1, "no such reason"),
    "an order number too long": ("printed", "MX" + "1" * 13, 1, "No letter is called like this"),
    "a line longer than csv takes": ("printed", "a" * 200_000, 1, "No letter is called like this"),
    "a formula": ("printed", '=HYPERLINK("http://example.com")', 1, "No letter is called like this"),
    "a code in the middle": ("printed", "MX0001\x0023", 1, "No letter is called like this"),
    "a foreign mark": ("printed", "MX2|0123456789AB|P01/01|S000001", 1, "No letter is called like this"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_line_that_is_wrong_is_named_and_keeps_no_other_back(name: str) -> None:
    kind, file, line, words = WRONG[name]
    found, (misread,) = read(kind, file + "\nMX000777")
    assert misread.line == line
    assert words in say(misread.sentence, "en")
    assert found[-1].number == 777


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=300))
def test_any_file_is_read_or_refused_line_by_line(kind: str, file: str) -> None:
    found, wrong = read(kind, file)
    lines = [one.line for one in (*found, *wrong)]
    assert len(lines) == len(set(lines))
    for misread in wrong:
        assert len(say(misread.sentence, "tr")) < 1000


# UPU S10; the first is the standard's own example
@pytest.mark.parametrize("number", ["RR473124829TR", "rr 47312482 9 tr", "CP-47312482-9-TR"])
def test_a_right_check_digit_is_accepted_however_it_is_written(number: str) -> None:
    assert (tracking_number(number) or "").endswith("473124829TR")


@given(st.text("0123456789", min_size=8, max_size=8))
def test_exactly_one_check_digit_fits_a_serial(serial: str) -> None:
    assert sum(tracking_number(f"RR{serial}{digit}TR") is not None for digit in range(10)) == 1


@pytest.mark.parametrize("rest", ["RR473124829T", "R473124829TR", "RR47312482TR", "ŘR473124829TR", "RR４73124829TR"])
def test_other_shapes_are_no_tracking_numbers(rest: str) -> None:
    assert tracking_number(rest) is None


def sheets(*pages: int) -> list[Scan]:
    return [Scan(n, "", piece=PIECE, page=page, pages=5) for n, page in enumerate(pages, 1)]


@pytest.mark.parametrize(
    ("scanned", "missing"),
    [
        (sheets(1, 3, 5), ()),  # the fronts of three sheets
        (sheets(2, 4, 5), ()),  # some lay face down
        (sheets(1, 2, 5), (2,)),
        (sheets(5), (1, 2)),
        ([Scan(1, "MX000123", number=123)], ()),  # a clerk vouches for the letter
    ],
)
def test_a_gap_among_the_sheets_stops_the_letter(scanned: list[Scan], missing: tuple[int, ...]) -> None:
    assert scans.missing_sheets(scanned, 5) == missing
    refused = scans.objection("printed", "MX000123", "normal", 5, scanned)
    assert bool(refused) is bool(missing)
    assert scans.objection("spoiled", "MX000123", "normal", 5, scanned) is None


@pytest.mark.parametrize(
    ("product", "tracking", "words"),
    [
        ("normal", "", ""),
        ("taahhutlu", "RR473124829TR", ""),
        ("alma_haberli", "RR473124829TR", ""),
        ("taahhutlu", "", "tracking number is missing"),
        ("normal", "RR473124829TR", "Were two letters mixed up"),
    ],
)
def test_a_registered_letter_is_posted_with_its_number_and_a_normal_one_without(
    product: str, tracking: str, words: str
) -> None:
    refused = scans.objection("posted", "MX000123", product, 1, [Scan(1, "", number=123, tracking=tracking)])
    assert words in ("" if refused is None else say(refused, "en"))
    assert bool(refused) is bool(words)


def test_every_reason_a_clerk_can_write_has_words_for_the_sender() -> None:
    assert set(scans.WORDS) == set(REASONS)


def test_each_kind_of_scan_is_an_event_of_the_paper() -> None:
    made = {
        kind: scans.event(kind, "1" * 32, [Scan(1, "", tracking="RR473124829TR", reason="moved")]) for kind in KINDS
    }
    assert made["posted"] == ev.LetterPosted("1" * 32, "RR473124829TR")
    assert made["returned"] == ev.LetterReturned("1" * 32, "moved")
    assert {type(event) for event in made.values()} == {
        ev.LetterPrinted, ev.LetterSpoiled, ev.LetterPosted, ev.LetterReturned, ev.LetterDestroyed,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["spoiled", "returned", "destroyed"])
def test_only_what_is_printed_or_posted_can_be_objected_to(kind: str) -> None:
    assert scans.objection(kind, "MX000123", "taahhutlu", 5, [scans.Scan(1, "MX000123")]) is None
