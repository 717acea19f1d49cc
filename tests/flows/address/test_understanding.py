"""What a message holds besides an address, and what is asked about it: nothing slips into another line in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.address.address import Address, Kind, check, lines, name_and_address, read_address
from flows.address.answers import OUT, complete, corrected, place_unread

NAME = "Nermin Öztürk"
WHOLE = "Caferağa Mah. Moda Cad. No: 12 Kadıköy/İstanbul"

# typed -> what is said to be left out
TAKEN = {
    f"{WHOLE} 0532 123 45 67": ("0532 123 45 67",),
    f"Tel: 0 216 345 67 89 {WHOLE}": ("Tel: 0 216 345 67 89",),
    f"{WHOLE} +90 532 123 45 67, ayse@example.com": ("ayse@example.com", "+90 532 123 45 67"),
    f"📍 {WHOLE} 😊": ("📍😊",),
    f"{WHOLE} :)": (":)",),
    f"{WHOLE} (kapıcıya bırakın)": ("kapıcıya bırakın",),
    f"{WHOLE}\nteşekkürler": ("teşekkürler",),
}


@pytest.mark.parametrize("typed", TAKEN)
def test_what_no_envelope_carries_is_taken_out_and_said(typed: str) -> None:
    reading = read_address(typed, NAME)
    assert lines(reading.address) == (NAME, "Caferağa Mah. Moda Cad. No: 12", "Kadıköy/İSTANBUL")
    assert (reading.taken, reading.blocking) == (TAKEN[typed], ())


@pytest.mark.parametrize(
    "typed",
    [f"{NAME}\n{WHOLE}", f"Alıcı: {NAME}\n{WHOLE}", f"nermin öztürk, {WHOLE}", f"{WHOLE}\nNERMİN ÖZTÜRK",
     f"Nermin Hanım, {WHOLE}", f"Sayın {NAME}\nAdres: {WHOLE}"],
)  # fmt: skip
def test_the_addressee_stands_on_the_envelope_once(typed: str) -> None:
    assert lines(read_address(typed, NAME).address) == (NAME, "Caferağa Mah. Moda Cad. No: 12", "Kadıköy/İSTANBUL")


def test_a_street_named_like_the_addressee_stays_whole() -> None:
    found = read_address("Öztürk Sok. No: 12 Kadıköy/İstanbul", NAME).address
    assert found.street == "Öztürk Sok."


def test_a_place_with_the_addressees_name_stays() -> None:
    assert read_address("Moda Cad. No: 12, Fatih, İstanbul", "Fatih Yıldız").address.ilce == "Fatih"


# typed -> the street's line, in full, below the landmarks
STREETS = {
    "Yeni Mah. Gül Sok. Çıkmazı No 5 Bor Niğde": "Yeni Mah. Gül Sok. Çıkmazı No: 5",
    "Akkuş Köyü Köy Yolu Cad. No 5 Kahta Adıyaman": "Akkuş Köyü Köy Yolu Cad. No: 5",
    "Yalıntepe Köyü Çıkmaz Dere sk. No 5 Cizre Şırnak": "Yalıntepe Köyü Çıkmaz Dere Sok. No: 5",
    "Mahalle: Kızılay Mah. Cadde: Atatürk Bulvarı No: 5 Çankaya Ankara": "Kızılay Mah. Atatürk Bulv. No: 5",
    "Kızılay mahallesi Atatürk bulvarı 12 numara 3 daire, Çankaya, Ankara": "Kızılay Mah. Atatürk Bulv. No: 12 D: 3",
    "Gül Sok. No: 5 Kat -1 No: 5, okul yolu üzeri, Bor, Niğde": "Okul Yolu Üzeri / Gül Sok. No: 5 K: -1",
    "nermin öztürk gül sok no-5 kat 2 kat 2 bor niğde": "Gül Sok. No: 5 K: 2",
    "Yeni Mah. Gül Sok. A1-Blok No 5 Bor Niğde": "Yeni Mah. Gül Sok. A1 Blok No: 5",
    "mavi kapı yeni mah gül sok no 5 bor niğde": "Yeni Mah. Gül Sok. No: 5",
    "mavi kapı cediddiye mah gül sok no 5 merkez düzce": "Cediddiye Mah. Gül Sok. No: 5",
    "cami karşısı xyz mah gül sok no 5 bor niğde": "Cami Karşısı / Xyz Mah. Gül Sok. No: 5",
    "gül sok no 5 şok marketin arkası bor niğde": "Şok Marketin Arkası / Gül Sok. No: 5",
    "yeni mah gül sok migros'un yanı no 5 d 3 bor niğde": "Migros'un Yanı / Yeni Mah. Gül Sok. No: 5 D: 3",
    "okulun karşısı, köprünün altı, gül sok no 5 bor niğde": "Okulun Karşısı / Köprünün Altı / Gül Sok. No: 5",
    "kastamonuu tosya merkez mah. gül sok no 5 37300": "Merkez Mah. Gül Sok. No: 5",
    "37300 kastamonu xyz tosya merkez mah. gül sok no 5": "Merkez Mah. Gül Sok. No: 5",
}


@pytest.mark.parametrize("typed", STREETS)
def test_the_streets_line_is_read_whole(typed: str) -> None:
    assert " / ".join(lines(replace(read_address(typed, NAME).address, name=""))[:-1]) == STREETS[typed]


def test_a_landmark_is_no_door_and_stays_when_the_street_is_corrected() -> None:
    found = read_address("okulun karşısı, yeni mah gül sok bor niğde", NAME)
    assert [problem.field for problem in found.blocking] == ["number"]
    said = complete(found.address, "number", "12").address
    assert (said.landmark, said.number) == ("Okulun Karşısı", "12")
    changed = corrected(said, "Lale Sok. No: 7")
    assert changed is not None and (changed.address.landmark, changed.address.street) == ("Okulun Karşısı", "Lale Sok.")


def test_a_mahalle_of_one_word_that_is_longer_than_a_line_is_broken_at_a_dash() -> None:
    """The longest of the table; it cannot be written shorter, so nobody is asked to."""
    typed = "Pireli/aşakbel-geven-dikenli-ormanlı-çukur-çetincy Mah. Gül Sok. No: 12\nSarıveliler/KARAMAN"
    reading = read_address(typed, NAME)
    assert reading.blocking == ()
    assert lines(reading.address)[1:] == (
        "Pireli/Aşakbel-Geven-Dikenli-Ormanlı-", "Çukur-Çetincy Mah. Gül Sok. No: 12", "Sarıveliler/KARAMAN",
    )  # fmt: skip


def test_landmarks_that_do_not_fit_are_named() -> None:
    typed = (
        f"gül sok no 5, {', '.join(f'{n}. okulun çok uzun bir duvarının tam karşısı' for n in range(1, 5))}, bor niğde"
    )
    (problem,) = read_address(typed, NAME).blocking
    assert (problem.kind, problem.field) == (Kind.TOO_LONG, "landmark")


def test_the_centre_is_the_ilce_where_the_il_has_one() -> None:
    """ "Merkez" that stands elsewhere than beside the il."""
    found = read_address("Merkez, Gül Sok. No: 5, Düzce", NAME)
    assert (found.address.ilce, found.blocking) == ("Merkez", ())


def test_a_word_beside_the_il_is_asked_about_as_its_ilce() -> None:
    found = read_address("Gül Sok. No 5 Gümüşhıaköy/Amasya", NAME)
    assert [(problem.field, problem.choices) for problem in found.blocking] == [("ilce", ("ilce", "il"))]
    assert complete(found.address, "ilce", "gümüşhacıköy").blocking == ()


# institutions and go-betweens, with ward, class, room and cell -> the line they are
ORGANISATIONS = {
    "Eskişehir Şehir Hastanesi Ortopedi Servisi Oda 412, Tepebaşı, Eskişehir":
        "Eskişehir Şehir Hastanesi Ortopedi Servisi Oda 412",
    "Hatay Erkek Öğrenci Yurdu Oda No 12 Altınözü Hatay": "Hatay Erkek Öğrenci Yurdu Oda No 12",
    "Adana İl Jandarma Komutanlığı, Kozan, Adana": "Adana İl Jandarma Komutanlığı",
    "atatürk ilkokulu 3-b sınıfı merkez nevşehir": "Atatürk İlkokulu 3-B Sınıfı",
    "artvin ruh sağlığı hastanesi 3. servis yatak 6, şavşat/artvin": "Artvin Ruh Sağlığı Hastanesi 3. Servis Yatak 6",
    "tunceli e tipi kapalı cezaevi b-12 merkez tunceli": "Tunceli E Tipi Kapalı Cezaevi B-12",
    "Bayat L Tipi Kapalı Ceza ve İnfaz Kurumu D3 Koğuş, Bayat Çorum":
        "Bayat L Tipi Kapalı Ceza ve İnfaz Kurumu D3 Koğuş",
    "Hasan Kaya eliyle, Yeni Mah. Gül Sok. No 5, Bor/Niğde": "Hasan Kaya eliyle",
    "Yeni Mah. Gül Sok. No 5 Bor/Niğde Hasan Kaya eli ile": "Hasan Kaya eliyle",
}  # fmt: skip


@pytest.mark.parametrize("typed", ORGANISATIONS)
def test_an_institution_and_a_go_between_are_lines_of_their_own(typed: str) -> None:
    reading = read_address(typed, NAME)
    assert (reading.address.organisation, reading.address.flat, reading.blocking) == (ORGANISATIONS[typed], "", ())


def test_a_prison_without_a_place_is_asked_for_it_by_name() -> None:
    reading = read_address("Silivri 5 No'lu L Tipi Kapalı Ceza İnfaz Kurumu C-12 koğuşu", NAME)
    assert [problem.field for problem in reading.problems] == ["ilce", "il"]
    assert complete(reading.address, "ilce", "silivri").problems == ()
    assert complete(read_address(WHOLE, NAME).address, "number", "kapı no yok").address.numberless


@pytest.mark.parametrize("typed", ["3471", "347100", "34 7 1"])
def test_a_postcode_of_another_length_is_asked_about(typed: str) -> None:
    """The right one answers; so does a button that it is something else."""
    digits = typed.replace(" ", "")
    reading = read_address(f"moda cad no 12 daire 5 posta kodu {digits} kadıköy", NAME)
    assert [(problem.field, problem.choices) for problem in reading.blocking] == [("postcode", ("street", "out"))]
    assert complete(reading.address, "postcode", "34710").blocking == ()
    assert place_unread(reading.address, OUT).postcode == ""


def test_a_number_of_four_digits_that_is_the_only_door_is_the_door() -> None:
    assert read_address("moda cad 1234 kadıköy", NAME).address.number == "1234"


def test_a_part_that_is_not_understood_goes_where_the_sender_says() -> None:
    found = read_address("Moda Cad. No: 12 mavi panjurlu Kadıköy/İstanbul", NAME)
    assert found.address.unread == ("Mavi Panjurlu",)
    assert [problem.field for problem in found.blocking] == ["unread"]
    assert "Mavi Panjurlu" not in " ".join(lines(found.address))
    assert place_unread(found.address, "street").street == "Moda Cad., Mavi Panjurlu"
    assert complete(found.address, "unread", "adresten çıkar").address == place_unread(found.address, OUT)
    assert complete(found.address, "unread", "yok artık").address == found.address
    assert complete(found.address, "unread", "Mavi Apt. kat 3").address.building == "Mavi Apt."
    number = read_address("gül sok bor niğde 12 a 445 x", NAME).address
    assert place_unread(replace(number, unread=("445",), number=""), "street").number == "445"


TWO_WAYS = {
    # typed: (ilçe, mahalle) of each reading
    "giresun merkez camiyani mah. gul sok no 12": (("Merkez", "Camiyani Mah."), ("Merkez", "Merkez Camiyani Mah.")),
    "rize merkez asagi mah. no 12": (("Merkez", "Asagi Mah."), ("Merkez", "Merkez Asagi Mah.")),
    "nevsehir acigol nevsehir mah. no 12": (("Acıgöl", "Nevsehir Mah."), ("Acıgöl", "Acigol Nevsehir Mah.")),
}


@pytest.mark.parametrize("typed", TWO_WAYS)
def test_a_mahalle_that_may_begin_with_its_ilce_is_asked_about(typed: str) -> None:
    reading = read_address(typed, NAME)
    assert [problem.kind for problem in reading.blocking] == [Kind.SEVERAL]
    assert tuple((each.ilce, each.mahalle) for each in reading.candidates) == TWO_WAYS[typed]
    assert not any(check(each).blocking for each in reading.candidates)


@pytest.mark.parametrize("typed", ["giresun merkez camiyani mah. no 12 merkez", "bolu gerede yayla mah. no 12"])
def test_where_the_ilce_is_said_nothing_is_asked(typed: str) -> None:
    assert read_address(typed, NAME).blocking == ()


def test_two_addresses_in_one_message_are_asked_about() -> None:
    other = "Kızılay Mah. Ihlamur Sok. No: 3 Çankaya/Ankara"
    for typed in (f"{WHOLE}\n{other}", f"ev: {WHOLE}\niş: {other}", f"1) {WHOLE}\n2) {other}", f"{WHOLE} veya {other}",
                  f"{WHOLE}, {other}"):  # fmt: skip
        reading = read_address(typed, NAME)
        assert [problem.field for problem in reading.blocking] == ["whole"], typed
        assert [each.il for each in reading.candidates] == ["İstanbul", "Ankara"], typed
    assert read_address(f"{WHOLE}\n{WHOLE}", NAME).blocking == ()


@pytest.mark.parametrize(
    ("typed", "country"),
    [("Königsplatz 5, 34117 Kassel", ""), ("Ringstraße 5, Wien", ""), ("Hauptstr. 5 10115 Berlin 🇩🇪", "DE"),
     ("Almanya\nHauptstr. 5\n10115 Berlin", "DE"), 
     ("almanya hauptstr. 5 10115 berlin", "DE"), ("5 rue de Metz 57000 Metz fransa", "FR"),
     ("Bulevar 9\n75000 Tuzla\nBosna i Hercegovina", "BA"), ("Atatürk Cad. 5, Girne, Kıbrıs", "KKTC"),
     ("Atatürk Cad. 5, Lefkoşa, Mersin 10, Türkiye", "KKTC"), ("Azerbaycan Cad. No: 5 Çankaya Ankara", "TR"),
     ("Kosova Mah. Gül Sok. No 3 Selçuklu Konya", "TR"), ("moda cad no 3 34710", "TR")],
)  # fmt: skip
def test_a_country_is_found_wherever_it_stands_and_a_postcode_alone_is_none(typed: str, country: str) -> None:
    assert read_address(typed, NAME).address.country == country


def test_a_country_is_asked_for_alone() -> None:
    found = read_address("Königsplatz 5, 34117 Kassel", NAME)
    assert [problem.field for problem in found.blocking] == ["country"]
    assert lines(complete(found.address, "country", "almanya").address)[-1] == "GERMANY"
    assert complete(found.address, "country", "Narnia").address == found.address
    assert complete(found.address, "country", "Türkiye").address.country == "TR"
    again = complete(found.address, "country", "Hauptstr. 5, 10115 Berlin, Almanya").address
    assert (again.country, again.foreign_lines) == ("DE", ("Hauptstr. 5", "10115 Berlin"))
    assert lines(read_address("Hauptstr. 5\n10115 Berlin\nGermany", NAME, "DE").address)[-2:] == (
        "10115 Berlin",
        "GERMANY",
    )


@pytest.mark.parametrize("typed", ["Atatürk Cad. No: 12, Girne", "Atatürk Cad. No: 12 Girne KKTC"])
def test_a_town_of_northern_cyprus_is_a_line_of_its_own(typed: str) -> None:
    found = read_address(typed, NAME).address
    assert (found.country, found.foreign_lines) == ("KKTC", ("Atatürk Cad. No: 12", "Girne"))


def test_northern_cyprus_goes_by_way_of_mersin() -> None:
    found = read_address("Atatürk Cad. No: 12\nLefkoşa\nMersin 10\nKKTC", NAME)
    assert lines(found.address) == (NAME, "Atatürk Cad. No: 12", "Lefkoşa", "KKTC, MERSİN 10, TÜRKİYE")
    assert found.problems == ()


BOTH = {
    f"{NAME}, {WHOLE}": (NAME, WHOLE),
    f"{NAME}\n{WHOLE}": (NAME, WHOLE),
    f"{WHOLE}\n{NAME}": (NAME, WHOLE),
    "Nermin Öztürk caferağa mah moda cad no 12 kadıköy istanbul": (
        NAME,
        "caferağa mah moda cad no 12 kadıköy istanbul",
    ),
    "Hans Müller\nHauptstr. 5\n10115 Berlin\nAlmanya": ("Hans Müller", "Hauptstr. 5\n10115 Berlin\nAlmanya"),
    NAME: None,
    "x" * 700: None,
    "Öztürk, Nermin": None,
    WHOLE: None,
    "Deniz Apartmanı, moda cad no 3 kadıköy": None,
    "Devlet Hastanesi, Muş": None,
}


@pytest.mark.parametrize("typed", BOTH)
def test_name_and_address_in_one_message(typed: str) -> None:
    assert name_and_address(typed) == BOTH[typed]


@pytest.mark.parametrize(
    ("typed", "changed"),
    [("daire 6", {"flat": "6"}), ("34710", {"postcode": "34710"}), ("no: 14", {"number": "14"}),
     ("Beşiktaş", {"ilce": "Beşiktaş"}), ("Bağdat Cad. No: 3", {"street": "Bağdat Cad.", "number": "3"})],
)  # fmt: skip
def test_one_part_corrects_an_address_that_is_shown(typed: str, changed: dict[str, str]) -> None:
    before = read_address("Moda Cad. No: 12 D: 5 Kadıköy/İstanbul", NAME).address
    found = corrected(before, typed)
    assert found is not None
    differences = {
        part for part in Address.__dataclass_fields__ if getattr(found.address, part) != getattr(before, part)
    }
    assert differences == changed.keys()
    assert all(getattr(found.address, part) == value for part, value in changed.items())


@pytest.mark.parametrize("typed", ["merhaba", "", "Merkez Efendi Hastanesi"])
def test_other_words_correct_nothing(typed: str) -> None:
    assert corrected(read_address(WHOLE, NAME).address, typed) is None
