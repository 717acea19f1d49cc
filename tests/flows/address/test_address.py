"""Turkish addresses as people type them, and the lines the envelope shows for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.address.address import (
    LINE_LONGEST,
    LINES_LIMIT,
    Address,
    Kind,
    fits,
    is_prison,
    lines,
    read_address,
)
from flows.address.answers import complete
from flows.address.places import places
from flows.words.turkish import fold, lower, upper

NAME = "Nermin Öztürk"
MODEL = "Caferağa Mah. Moda Cad. No: 12 D: 5 / 34710 Kadıköy/İSTANBUL"

COMPLETE = {
    # the model conversation, in every order and punctuation
    "caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul": MODEL,
    "CAFERAĞA MAH. MODA CAD. NO:12 D:5 34710 KADIKÖY / İSTANBUL": MODEL,
    "34710 kadıköy istanbul caferağa mah moda cad 12/5": MODEL,
    "istanbul kadıköy caferağa mah. moda cad.no:12/5 34710": MODEL,
    "Caferağa Mahallesi, Moda Caddesi No:12/5, 34710 Kadıköy/İstanbul": MODEL,
    "caferaga mh moda cd n:12 d:5 34710 kadikoy ist": MODEL,
    "Nermin Öztürk\nCaferağa Mah.\nModa Cad. 12 D.5\n34710 Kadıköy İSTANBUL\nTürkiye": MODEL,
    "Mahalle: Caferağa\nCadde: Moda\nKapı no: 12\nDaire: 5\nİlçe: Kadıköy\nİl: İstanbul\nPosta kodu: 34710": MODEL,
    "No 12 Daire 5 Moda Cad. Caferağa Mah. Kadıköy İstanbul, PK: 34710": MODEL,
    "caferağa mah moda cad no 12 d 5 kadikoy/istanbul/turkiye": MODEL.replace("34710 ", ""),
    "Caferağa Mah. Moda Cad. No: 12 D: 5 - 34710 - Kadıköy - İstanbul": MODEL,
    # numbers, floors, buildings
    "1453. sok no 7 kat 3 daire 9 bornova izmir": "1453. Sok. No: 7 K: 3 D: 9 / Bornova/İZMİR",
    "1453 sk. 7/9 Bornova/İzmir": "1453. Sok. No: 7 D: 9 / Bornova/İZMİR",
    "1748/3 sk. no 23 karşıyaka izmir": "1748/3 Sok. No: 23 / Karşıyaka/İZMİR",
    "moda cad.no:12/a d:5 kadıköy/ist.": "Moda Cad. No: 12/A D: 5 / Kadıköy/İSTANBUL",
    "3. Kat Daire 7 No 5 Moda Cad Kadıköy İstanbul": "Moda Cad. No: 5 K: 3 D: 7 / Kadıköy/İSTANBUL",
    "Atatürk cad no:5 kat:-1 merkez bolu": "Atatürk Cad. No: 5 K: -1 / Merkez/BOLU",
    "Moda Cad. Deniz Apt. No:12 zemin kat D:5 Kadıköy İstanbul":
        "Moda Cad. / Deniz Apt. No: 12 K: Zemin D: 5 / Kadıköy/İSTANBUL",
    "Moda cad 12 deniz apt daire 5 kadıköy istanbul": "Moda Cad. Deniz Apt. No: 12 D: 5 / Kadıköy/İSTANBUL",
    "moda cad 19 mayıs apt no 3 kadıköy istanbul": "Moda Cad. 19 Mayıs Apt. No: 3 / Kadıköy/İSTANBUL",
    "Cumhuriyet Mh. Zafer Sk. Huzur Sit. C Bl. K.4 D.9 Esenyurt/İst":
        "Cumhuriyet Mah. Zafer Sok. / Huzur Sitesi C Blok K: 4 D: 9 / Esenyurt/İSTANBUL",
    "atatürk mah. 100. yıl cad. no:4, a blok, daire 12, çayırova/kocaeli":
        "Atatürk Mah. 100. Yıl Cad. / A Blok No: 4 D: 12 / Çayırova/KOCAELİ",
    "atatürk mah okul sok no 3 blok b daire 2 gebze kocaeli":
        "Atatürk Mah. Okul Sok. / B Blok No: 3 D: 2 / Gebze/KOCAELİ",
    "Istanbul, Sisli, Halaskargazi Cd. 38-66 D4": "Halaskargazi Cad. No: 38-66 D: 4 / Şişli/İSTANBUL",
    "hürriyet mah. dr. sadık ahmet cad. no 14-16 bahçelievler/istanbul":
        "Hürriyet Mah. / Dr. Sadık Ahmet Cad. No: 14-16 / Bahçelievler/İSTANBUL",
    # names of places inside the names of streets
    "Ankara Cad. No 5 Bornova İzmir": "Ankara Cad. No: 5 / Bornova/İZMİR",
    "Ordu cad. no 5 altınordu ordu": "Ordu Cad. No: 5 / Altınordu/ORDU",
    "Van yolu cad no 3 ipekyolu van": "Van Yolu Cad. No: 3 / İpekyolu/VAN",
    "aydın güneş sok no 5 karşıyaka izmir": "Aydın Güneş Sok. No: 5 / Karşıyaka/İZMİR",
    "Yenimahalle Mah. Gül Sok. No 3 Yenimahalle Ankara": "Yenimahalle Mah. Gül Sok. No: 3 / Yenimahalle/ANKARA",
    "Fatih Sultan Mehmet Mah. Balkan Cad. No: 62/A Ümraniye İstanbul":
        "Fatih Sultan Mehmet Mah. / Balkan Cad. No: 62/A / Ümraniye/İSTANBUL",
    "Yeni Köy Mah. Köy Yolu Cad. No:3 Gebze Kocaeli": "Yeni Köy Mah. Köy Yolu Cad. No: 3 / Gebze/KOCAELİ",
    "Merkez Mah. Atatürk Bulv. No: 1 Merkez/Isparta": "Merkez Mah. Atatürk Bulv. No: 1 / Merkez/ISPARTA",
    "Cumhuriyet Mah. 19 Mayıs Cad. No:3 D:2 19 Mayıs Samsun":
        "Cumhuriyet Mah. / 19 Mayıs Cad. No: 3 D: 2 / 19 Mayıs/SAMSUN",
    # other names of il and ilçe, and an ilçe typed in two words
    "büyük çekmece istanbul 19 mayıs mah çiğdem sk no8": "19 Mayıs Mah. Çiğdem Sok. No: 8 / Büyükçekmece/İSTANBUL",
    "Eyüp İstanbul Rami Mah. Talimhane Cd. No: 3": "Rami Mah. Talimhane Cad. No: 3 / Eyüpsultan/İSTANBUL",
    "yeni mah. gül sok. no 4 haliliye/ş.urfa": "Yeni Mah. Gül Sok. No: 4 / Haliliye/ŞANLIURFA",
    # the il follows from the ilçe or from the postcode
    "istiklal caddesi no:5 beyoğlu": "İstiklal Cad. No: 5 / Beyoğlu/İSTANBUL",
    "moda cad no 3 34710": "Moda Cad. No: 3 / 34710 Kadıköy/İSTANBUL",
    "tr-34710 kadıköy moda cad no 2": "Moda Cad. No: 2 / 34710 Kadıköy/İSTANBUL",
    "Kadkıöy/İstanbul Moda Cad. No 3": "Moda Cad. No: 3 / Kadıköy/İSTANBUL",
    "diyarbakır hani gül mah. lale sok. no 3": "Gül Mah. Lale Sok. No: 3 / Hani/DİYARBAKIR",
    # quarters, villages, post boxes, institutions
    "Kavaklıdere, Tunalı Hilmi Cd. 88/12, Çankaya/ANKARA":
        "Kavaklıdere / Tunalı Hilmi Cad. No: 88 D: 12 / Çankaya/ANKARA",
    "yeşilova köyü yusufeli artvin": "Yeşilova Köyü / Yusufeli/ARTVİN",
    "Aşağı Mah. Küme Evler No:14 Akseki/Antalya": "Aşağı Mah. Küme Evler No: 14 / Akseki/ANTALYA",
    "PK 543 Kadıköy İstanbul 34710": "PK 543 / 34710 Kadıköy/İSTANBUL",
    "P.K. 12 Merkez Rize": "PK 12 / Merkez/RİZE",
    "nazilli devlet hastanesi sümer mah 123 sok no 5 nazilli aydın":
        "Nazilli Devlet Hastanesi / Sümer Mah. 123. Sok. No: 5 / Nazilli/AYDIN",
    "kyk atatürk kız öğrenci yurdu oda 305 görükle mah nilüfer bursa":
        "KYK Atatürk Kız Öğrenci Yurdu / Oda 305 / Görükle Mah. / Nilüfer/BURSA",
    "5. Piyade Eğitim Tugay Komutanlığı 2. Tabur 3. Bölük Sincan Ankara":
        "5. Piyade Eğitim Tugay Komutanlığı / 2. Tabur 3. Bölük / Sincan/ANKARA",
    "Silivri Açık Ceza İnfaz Kurumu, Semizkumlar Mah. Silivri/İstanbul":
        "Silivri Açık Ceza İnfaz Kurumu / Semizkumlar Mah. / Silivri/İSTANBUL",
    "ODTÜ Matematik Bölümü, Üniversiteler Mah. Dumlupınar Bulv. No:1 06800 Çankaya/Ankara":
        "ODTÜ Matematik Bölümü / Üniversiteler Mah. / Dumlupınar Bulv. No: 1 / 06800 Çankaya/ANKARA",
}  # fmt: skip


@pytest.mark.parametrize("typed", COMPLETE)
def test_a_typed_address_stands_on_the_envelope(typed: str) -> None:
    """Read in any sane order, printed in the order of the post, nothing left to ask."""
    reading = read_address(typed, NAME)
    assert " / ".join(lines(reading.address)) == f"{NAME} / {COMPLETE[typed]}"
    assert reading.problems == ()


@pytest.mark.parametrize("typed", COMPLETE)
def test_the_printed_lines_read_again_are_the_same_address(typed: str) -> None:
    """What the sender sees and copies gives the same envelope."""
    printed = lines(read_address(typed, NAME).address)
    assert lines(read_address("\n".join(printed), NAME).address) == printed


@pytest.mark.parametrize("typed", [each for each in COMPLETE if "ı" not in each.casefold() or "ş" in each])
def test_caps_lock_changes_nothing(typed: str) -> None:
    """Turkish capitals give the same lines."""
    assert lines(read_address(upper(typed), NAME).address) == lines(read_address(lower(typed), NAME).address)


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("Caferağa Mah. Moda Cad. Kadıköy/İstanbul", ["number"]),
        ("34710 Kadıköy İstanbul", ["street"]),
        ("fatih sultan mehmet bulv. no 5 istanbul", ["ilce"]),
        ("Fatih Sultan Mehmet Mah. Gül Sok. No: 5 İstanbul", ["ilce"]),
        ("Atatürk Blv. no.1 Isparta", ["ilce"]),
        ("atatürk cad 5 edremit", ["il"]),  # Balıkesir or Van
        ("Atatürk cad no 5 merkez", ["il"]),  # 51 il have one
        ("moda cad no 5", ["ilce", "il"]),
        ("anneannemin evi", ["street", "ilce", "il"]),
        ("12", ["street", "ilce", "il"]),
        ("", ["street", "ilce", "il"]),
    ],
)
def test_missing_parts_are_named(typed: str, missing: list[str]) -> None:
    """Each with its own sentence, its example, and blocking."""
    problems = read_address(typed, NAME).problems
    assert [problem.field for problem in problems] == missing
    assert all(problem.kind is Kind.MISSING and problem.blocking for problem in problems)
    assert all("Example: " in problem.text.message for problem in problems)


def test_a_postcode_of_another_il_must_be_corrected() -> None:
    """Both values are shown, and the sender chooses which one is wrong."""
    (problem,) = read_address("Caferağa Mah. Moda Cad. No: 12, 06420 Kadıköy/İstanbul", NAME).problems
    assert problem.kind is Kind.CONTRADICTION
    assert problem.blocking
    assert problem.choices == ("postcode", "il")
    assert problem.text.values == {"postcode": "06420", "province": "İstanbul"}


@pytest.mark.parametrize(
    ("postcode", "kind"), [("34300", Kind.UNKNOWN), ("34999", Kind.UNKNOWN), ("34349", Kind.ELSEWHERE)]
)
def test_an_unusual_postcode_is_a_warning(postcode: str, kind: Kind) -> None:
    """The list lacks official ones, so the sender may overrule it."""
    (problem,) = read_address(f"Caferağa Mah. Moda Cad. No: 12, {postcode} Kadıköy/İstanbul", NAME).problems
    assert problem.kind is kind
    assert not problem.blocking


def test_an_ilce_of_another_il_must_be_corrected() -> None:
    """Çankaya is in Ankara."""
    reading = read_address("Moda Cad. No: 3 Çankaya/İstanbul", NAME)
    assert [(problem.kind, problem.field) for problem in reading.blocking] == [(Kind.CONTRADICTION, "ilce")]


@pytest.mark.parametrize("typed", ["x" * 700, "Moda\x00 Cad. No: 3", "Moda \ud800 Cad", "\u202eModa Cad. No: 3"])
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    """A book, a control character, half a character."""
    (problem,) = read_address(typed, NAME).problems
    assert problem.kind is Kind.UNREADABLE


def test_too_much_text_is_asked_about_and_never_cut() -> None:
    """Every word is still there."""
    reading = read_address("çok " * 90 + "uzun mah. moda cad. no 3 kadıköy istanbul", NAME)
    assert [problem.kind for problem in reading.blocking] == [Kind.TOO_LONG]
    assert not fits(reading.address)
    assert " ".join(lines(reading.address)).count("Çok") == 90


@pytest.mark.parametrize(
    ("field", "typed", "changed"),
    [
        ("number", "12", {"number": "12"}),
        ("number", "No: 12", {"number": "12"}),
        ("number", "no:12/5", {"number": "12", "flat": "5"}),
        ("number", "12 daire 5 kat 2", {"number": "12", "flat": "5", "floor": "2"}),
        ("number", "yok", {"numberless": True}),
        ("postcode", "34710", {"postcode": "34710"}),
        ("postcode", "34 710", {"postcode": "34710"}),
        ("ilce", "Beşiktaş", {"ilce": "Beşiktaş"}),
        ("ilce", "besiktas", {"ilce": "Beşiktaş"}),
        ("ilce", "Beşiktas/İstanbul", {"ilce": "Beşiktaş"}),
        ("il", "ankara", {"il": "Ankara", "ilce": ""}),
        ("il", "Çankaya/Ankara", {"il": "Ankara", "ilce": "Çankaya"}),
        ("street", "Bağdat cad no 3", {"mahalle": "", "street": "Bağdat Cad.", "number": "3"}),
    ],
)
def test_one_part_is_answered_and_the_rest_stays(field: str, typed: str, changed: dict[str, object]) -> None:
    """Nothing already given is lost."""
    before = read_address("caferağa mah moda cad kadıköy istanbul", NAME).address
    after = complete(before, field, typed).address
    differences = {name for name in Address.__dataclass_fields__ if getattr(after, name) != getattr(before, name)}
    assert differences <= changed.keys()
    assert all(getattr(after, name) == value for name, value in changed.items())


@pytest.mark.parametrize(
    ("field", "typed"),
    [("number", "bilmem"), ("postcode", "3471"), ("ilce", "Çankaya"), ("il", "Narnia"), ("street", "12"),
     ("number", ""), ("number", "\x00")],
)  # fmt: skip
def test_an_answer_that_is_none_is_asked_again_and_changes_nothing(field: str, typed: str) -> None:
    """The reason comes first."""
    before = read_address("caferağa mah moda cad kadıköy istanbul", NAME).address
    reading = complete(before, field, typed)
    assert reading.address == before
    assert (reading.problems[0].kind, reading.problems[0].field) == (Kind.UNREADABLE, field)


def test_a_whole_address_answers_any_question() -> None:
    """Who is asked for a number and writes everything again is understood."""
    before = read_address("caferağa mah moda cad kadıköy istanbul", NAME).address
    after = complete(before, "number", "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara")
    assert after.problems == ()
    assert lines(after.address)[-1] == "06420 Çankaya/ANKARA"
    assert after.address.name == NAME


def test_question_by_question_to_a_complete_address() -> None:
    """The way a hurried sender goes."""
    reading = read_address("atatürk cad edremit", NAME)
    assert [problem.field for problem in reading.problems] == ["number", "il"]
    reading = complete(reading.address, "number", "No: 5")
    reading = complete(reading.address, "il", "van")
    assert reading.problems == ()
    assert lines(reading.address) == (NAME, "Atatürk Cad. No: 5", "Edremit/VAN")


@pytest.mark.parametrize(
    ("typed", "prison"),
    [
        ("silivri 5 nolu l tipi kapalı ceza infaz kurumu c-7 koğuşu silivri istanbul", True),
        ("SİNCAN 2 NOLU YÜKSEK GÜVENLİKLİ KAPALI CİK, SİNCAN/ANKARA", True),
        ("Metris cezaevi Esenler İstanbul", True),
        ("Bakırköy Kadın Kapalı C.İ.K. Bakırköy İstanbul", True),
        ("Açık ceza evi Merkez Bolu", True),
        ("Justizvollzugsanstalt Tegel\nSeidelstr. 39\n13507 Berlin\nGermany", True),
        ("HMP Wandsworth\nHeathfield Road\nLondon SW18 3HU\nUnited Kingdom", True),
        ("Cezaevi Cad. No: 3 Bayrampaşa İstanbul", False),
        ("Caferağa Mah. Moda Cad. No: 12 Kadıköy İstanbul", False),
        ("Çicek Sok. No: 3 Kadıköy İstanbul", False),
    ],
)
def test_a_prison_is_recognised_and_a_street_named_after_one_is_not(typed: str, prison: bool) -> None:
    """For the warning before any payment."""
    assert is_prison(read_address(typed, NAME).address) is prison


@given(st.text(max_size=120))
def test_any_text_is_answered(typed: str) -> None:
    """A reading with lines, never an exception; no problem means it fits and is complete."""
    reading = read_address(typed, NAME)
    assert all(isinstance(line, str) for line in lines(reading.address))
    if not reading.problems and reading.address.country == "TR":
        assert fits(reading.address)
        assert reading.address.ilce
        assert reading.address.il
    for field in ("number", "postcode", "ilce", "il", "street"):
        complete(reading.address, field, typed)


districts = st.sampled_from(sorted({(il, ilce) for il, names in places().districts.items() for ilce in names.values()}))


@given(districts, st.sampled_from(["{s} {c} {p}", "{p} {c}, {s}", "{s}, {c}/{p}", "{p}\n{c}\n{s}", "{s} {c}\n{p}"]))
def test_all_973_districts_are_found_in_every_order(place: tuple[str, str], order: str) -> None:
    """Wherever a letter can go, in the spelling of the table."""
    il, ilce = place
    reading = read_address(order.format(s="gül mah. lale sok. no 3", c=ilce, p=il), NAME)
    assert (reading.address.il, reading.address.ilce) == (il, ilce)
    assert lines(reading.address)[1:] == ("Gül Mah. Lale Sok. No: 3", f"{ilce}/{upper(il)}")


garbled = st.sampled_from(
    """gül mah. lale cad. no 3 daire 5 kat 2 deniz apt. a blok 34710 kadıköy istanbul yanı""".split()  # noqa: SIM905
)


@given(st.lists(garbled, max_size=14))
def test_no_word_is_ever_lost(words: list[str]) -> None:
    """However garbled: names and numbers all stand on the envelope, are asked about, or are said to be left out."""
    reading = read_address(" ".join(words), NAME)
    told = fold(" ".join((*lines(reading.address), *reading.address.unread, *reading.taken)))
    assert [word for word in words if word in {"gül", "lale", "deniz", "yanı"} and fold(word) not in told] == []
    assert all(number in re.findall(r"\d+", told) for number in words if number.isdigit())


@given(st.lists(st.text(alphabet="abcçğıİöşü ", min_size=1, max_size=30), max_size=6))
def test_lines_are_short_or_told(parts: list[str]) -> None:
    """`fits` and the problem agree."""
    reading = read_address(", ".join(parts), NAME)
    short = len(lines(reading.address)) <= LINES_LIMIT and max(map(len, lines(reading.address))) <= LINE_LONGEST
    assert fits(reading.address) is short
    assert short is not any(problem.kind is Kind.TOO_LONG for problem in reading.problems)
