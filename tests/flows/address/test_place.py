"""Which il and ilçe an address names: slips, short forms, plate codes and postcodes; what is unsure is asked about."""

from __future__ import annotations

import pytest

from benchmarks.addresses import Verdict, judged
from benchmarks.spellings import SPELLINGS, cases
from flows.address.address import read_address
from flows.words.turkish import fold

STREET = "Gül Sok. No: 3"

# typed after the street -> the il and the ilçe that are printed
FOUND = {
    "Kadıköy/İstanbul": ("İstanbul", "Kadıköy"),
    "kadkıöy istanbul": ("İstanbul", "Kadıköy"),
    "Kadıköy/İstanbıl": ("İstanbul", "Kadıköy"),
    "kadkıöy istanbıl": ("İstanbul", "Kadıköy"),
    "Savvaşetpe/Balıkesir": ("Balıkesir", "Savaştepe"),
    "nide bor": ("Niğde", "Bor"),
    "Merkez, Esirne": ("Edirne", "Merkez"),
    "çınar/d.bakır": ("Diyarbakır", "Çınar"),
    "Kumluca-Ant.": ("Antalya", "Kumluca"),
    "Tosya/Kast.": ("Kastamonu", "Tosya"),
    "Palu/23": ("Elazığ", "Palu"),
    "HORASAN (25)": ("Erzurum", "Horasan"),
    "05 Merkez": ("Amasya", "Merkez"),
    "31-Hassa": ("Hatay", "Hassa"),
    "38 pınarbaşı": ("Kayseri", "Pınarbaşı"),
    "Akçakale 63": ("Şanlıurfa", "Akçakale"),
    "bozüyük bilecik bilecik": ("Bilecik", "Bozüyük"),
    "45120 Manisa": ("Manisa", "Yunusemre"),
    "42340 ereğli": ("Konya", "Ereğli"),
    "Ankara ili Çankaya ilçesi": ("Ankara", "Çankaya"),
    "Boğazkale": ("Çorum", "Boğazkale"),
}  # fmt: skip


@pytest.mark.parametrize("place", FOUND)
def test_a_place_is_found_however_it_is_typed(place: str) -> None:
    """On either side of the street, and nothing of it stays in another line."""
    for typed in (f"{STREET} {place}", f"{place}, {STREET}"):
        reading = read_address(typed, "Ada Lovelace")
        assert (reading.address.il, reading.address.ilce) == FOUND[place], typed
        assert reading.address.street == "Gül Sok."
        assert reading.blocking == ()


# typed -> what is kept of the place, and what is asked for first
ASKED = {
    "gül sok no 3 ulubey": ("", "Ulubey", "il"),  # Ordu or Uşak
    "gül sok no 3 merkez": ("", "Merkez", "il"),  # 51 il have one
    "gül sok no 3 malatya": ("Malatya", "", "ilce"),
    "gül sok no 3 çankaya/istanbul": ("İstanbul", "Çankaya", "ilce"),
    "gül sok no 3 bakırköy/kadıköy/istanbul": ("İstanbul", "Kadıköy", "unread"),
    "lale deniz sok no 3": ("", "", "ilce"),  # neither Kale nor Denizli
}


@pytest.mark.parametrize("typed", ASKED)
def test_what_is_unsure_is_asked_about(typed: str) -> None:
    reading = read_address(typed, "Ada Lovelace")
    assert (reading.address.il, reading.address.ilce, reading.blocking[0].field) == ASKED[typed]


# a mahalle whose name begins with a place's, or holds one -> how it is printed
MAHALLE = {
    "Yıldırım Beyazıt mah. Gül Sok. No: 3 Çankaya/Ankara": "Yıldırım Beyazıt Mah.",
    "ankara yıldırım beyazıt mah. gül sok no 3 çankaya": "Yıldırım Beyazıt Mah.",
    "kadıköy caferağa mah gül sok no 3": "Caferağa Mah.",
    "bolu merkez merkez yayla mah. gül sok no 3": "Merkez Yayla Mah.",
    "hatay iskenderun meydan mah. gül sok no 3": "Meydan Mah.",
    "akçakale 63 aşağıderen mah. gül sok no 3": "Aşağıderen Mah.",
    "bingöl merkez 71 deprem mah. gül sok no 3": "71 Deprem Mah.",
    "YENI MAH GUL SOK NO 3 BOR NIGDE": "Yeni Mah.",
    "94 mahallesi mahallesi, gül sok no 3, ovacik/tunceli": "94 Mahallesi Mah.",
    "çetmibaşı-telligıran mah. gül sok no 3 ayvacık/çanakkale": "Çetmibaşı-Telligıran Mah.",
    "cedidiiye mah. gül sok no 3 merkez/düzce": "Cedidiiye Mah.",  # never corrected: its sender may know better
    "çanakkale ayvacık yayla evleri akpınar mevkii mah. gül sok no 3": "Yayla Evleri Akpınar Mevkii Mah.",
    "elazığ merkez cadde boyu mah. gül sok no 3": "Cadde Boyu Mah.",
    "23350 cadde boyu mah., gül sok, no 3, Mrekez-Elazığ": "Cadde Boyu Mah.",
    "denizli çardak denizli çardak osb mah. gül sok no 3": "Denizli Çardak OSB Mah.",
    "istanbul tuzla aydınlı - istanbul ayosb mah. gül sok no 3": "Aydınlı - İstanbul Ayosb Mah.",
    "Kocaeli-gebze Kömürcüler Osb Mah. Gül Sok. No:3 Dilovası/41": "Kocaeli-Gebze Kömürcüler OSB Mah.",
    "rize merkez camiönü-güneşli-merkez güzelyurt mah. gül sok no 3": "Camiönü-Güneşli-Merkez Güzelyurt Mah.",
    "tokat merkez gaziosmanpaşa üniversitesi kampüsü mah. gül sok no 3": "Gaziosmanpaşa Üniversitesi Kampüsü Mah.",
    "58382 taş ocağı b mah., gül sok, no 3, Ulaş-Sivas": "Taş Ocağı B Mah.",
    "rize pazar sağlık ocağı yolu ve çevresi mevki mah. gül sok no 3": "Sağlık Ocağı Yolu ve Çevresi Mevki Mah.",
    "Camii Kebir Mah. Gül Sok. No:3 Çanakkale Merkez": "Camii Kebir Mah.",
    "dışkapı köyü, gül sok no 3, hafik/sivas": "Dışkapı Köyü",
    "Dışkapı Mevki Mah. Gül Sok. No:3 Pazar/53": "Dışkapı Mevki Mah.",
    "adresi yazıyorum ergene mah gül sok no 3 pehlivanköy/kırklareli": "Ergene Mah.",
}


@pytest.mark.parametrize("typed", MAHALLE)
def test_a_mahalle_is_read_whole_and_founds_no_place(typed: str) -> None:
    reading = read_address(typed, "Ada Lovelace")
    assert (reading.address.mahalle, fold(reading.address.street)) == (MAHALLE[typed], "gul sok.")
    assert reading.blocking == ()


def test_every_so_many_mahalle_is_read_in_five_spellings() -> None:
    """`make addresses ARGS=--everywhere` tries them all, for twenty minutes."""
    found = [judged(case) for case in cases(every=3001)]
    assert len(found) == 25 * len(SPELLINGS)
    assert [each.case["typed"] for each in found if each.verdict is not Verdict.RIGHT] == []
