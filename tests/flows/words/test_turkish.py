"""Turkish letters: case, order and loose matching, as a Turkish reader expects them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.address.places import places
from flows.words.turkish import collation_key, fold, lower, title, upper

words = st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ '0123456789", max_size=30)


@pytest.mark.parametrize(
    ("typed", "small", "capital"),
    [
        ("Işıl İnci", "ışıl inci", "IŞIL İNCİ"),
        ("istanbul", "istanbul", "İSTANBUL"),
        ("ISPARTA", "ısparta", "ISPARTA"),
        ("I\u0307zmir", "izmir", "İZMİR"),  # İ as two code points
        ("Muğla", "muğla", "MUĞLA"),
    ],
)
def test_case_follows_the_turkish_mapping(typed: str, small: str, capital: str) -> None:
    """Dotted and dotless i keep their dots in both directions."""
    assert lower(typed) == small
    assert upper(typed) == capital


@pytest.mark.parametrize("typed", ["KADIKÖY", "kadikoy", "Kadıköy", "kadıkoy", " KADIKOY ", "Kadiko\u0308y"])
def test_every_way_to_type_a_place_folds_to_the_same_key(typed: str) -> None:
    """Case, accents and the two letters i do not matter in a typed place."""
    assert fold(typed) == fold("Kadıköy")


def test_folding_keeps_different_words_apart() -> None:
    """Loose, but not so loose that everything is everywhere."""
    assert fold("Kadıköy") != fold("Karaköy")
    assert fold("Şile") == fold("sile") != fold("Şili")


@given(words)
def test_lower_and_upper_undo_each_other(typed: str) -> None:
    """Going up and down again ends where going down does."""
    assert lower(upper(lower(typed))) == lower(typed)
    assert upper(lower(upper(typed))) == upper(typed)
    assert fold(upper(typed)) == fold(lower(typed)) == fold(fold(typed))


@given(st.text(max_size=40))
def test_nothing_typed_makes_the_letters_fail(typed: str) -> None:
    """Any text has a fold, a title and a place in the order."""
    assert fold(typed) == fold(unicodedata.normalize("NFD", typed))
    assert isinstance(title(typed), str)
    assert collation_key(typed)[1] == typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("moda caddesi", "Moda Caddesi"),
        ("IŞIKLAR", "Işıklar"),
        ("ilim ve irfan", "İlim ve İrfan"),
        ("19 mayıs", "19 Mayıs"),
        ("atatürk'ün evi", "Atatürk'ün Evi"),
        ("çay-köy", "Çay-Köy"),
        ("ulus ptt merkezi", "Ulus PTT Merkezi"),
        ("II. abdülhamit", "II. Abdülhamit"),
        ("toki konutları", "TOKİ Konutları"),
    ],
)
def test_titles_stand_as_on_an_envelope(typed: str, shown: str) -> None:
    """Capitals at the beginning of words, by the Turkish mapping."""
    assert title(typed) == shown


def test_the_81_provinces_stand_in_turkish_order() -> None:
    """Ç after C, Iğdır and Isparta before İstanbul, Ş after S."""
    names = sorted(places().plates, key=collation_key)
    assert len(names) == 81
    assert names.index("Bursa") < names.index("Çanakkale") < names.index("Çorum") < names.index("Denizli")
    assert names.index("Iğdır") < names.index("Isparta") < names.index("İstanbul") < names.index("İzmir")
    assert names.index("Sivas") < names.index("Şanlıurfa") < names.index("Tekirdağ")
    assert names[0] == "Adana"
    assert names[-1] == "Zonguldak"


def test_the_table_of_places_is_complete() -> None:
    """81 il, 973 ilçe, 51 of them called Merkez, each postcode under the plate of its il."""
    known = places()
    districts = {(il, ilce) for il, names in known.districts.items() for ilce in names.values()}
    assert len(known.plates) == 81
    assert len(districts) == 973
    assert sum(ilce == "Merkez" for _il, ilce in districts) == 51
    assert len(known.by_postcode) == 2771
    assert all(known.plates[il] == postcode[:2] for postcode, (il, _ilce) in known.by_postcode.items())
