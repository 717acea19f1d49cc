"""Words around an address: directions that help the postman, and words to people that no envelope carries."""

from __future__ import annotations

from collections.abc import Iterable

from flows.address.reading.abbreviations import Token

__all__ = ["FILLERS", "is_building", "is_direction", "is_note", "is_said"]

FILLERS = frozenset(
    """
    il ili ilce ilcesi turkiye turkey turkiyecumhuriyeti tc tr adres adresi adresim adresimiz sehir semt semti ev is
    eski yeni alici kime sayin sn isim ad adi soyad soyadi postakodu mahalle cadde sokak no
    """.split()  # noqa: SIM905 - a table to read
)
"""Labels that say what follows; without it they say nothing."""
_DIRECTIONS = frozenset(
    """
    yani yaninda karsisi karsisinda karsisindaki ustu ustunde alti altinda arkasi arkasinda onu onunde bitisigi bitisik
    kosesi kosesinde ici icinde icindeki uzeri uzerinde civari yakini yakininda girisi mevkisi evi
    """.split()  # noqa: SIM905 - a table to read
)
_BUILDINGS = frozenset(
    """
    han hani ofis ofisi carsi pasaj villa villasi konak konagi kosk kosku yalisi lojman market marketi bakkali eczanesi
    dukkan dukkani ishan dernek lokali kahvesi kahvehanesi muhtarligi muhtarlik magazasi
    """.split()  # noqa: SIM905 - a table to read
)
_NOTES = frozenset(
    """
    lutfen tesekkurler tesekkur tesekkurederim sagolun sagol merhaba selam selamlar rica ederim kapiciya guvenlige
    postaciya kargocuya kargo birakin birakiniz birakilsin teslim edin ediniz edilsin arayin arayiniz kopek var zil
    zili zile calin caliniz basmayin bekleyin acin gelsin simdiden buraya benim iste mektup icin bozuk yaziyorum
    gonderin gonderiniz gonderebilirsiniz sudur budur adresi adresim
    """.split()  # noqa: SIM905 - a table to read
)


_POLITE = ("bilirsiniz", "misiniz", "meyiniz", "mayiniz", "meyin", "mayin")
"""How a request to somebody ends."""


def is_said(word: Token) -> bool:
    """Whether the word is none of a name: a label, a direction, a building's ending, a word to somebody."""
    return word.key in FILLERS | _DIRECTIONS | _BUILDINGS | _NOTES


def is_building(word: Token) -> bool:
    """Whether the word ends the name of a building that has no short form: "Deniz Han", "Mai Ofis"."""
    return word.key in _BUILDINGS


def is_direction(word: Token) -> bool:
    """Whether the word ends a direction: "Migros'un yanı", "eczane üstü", "köy içi"."""
    return word.key in _DIRECTIONS


def is_note(words: Iterable[Token]) -> bool:
    """Whether somebody is spoken to: "kapıcıya bırakın", "3. zil", "komşuya verebilirsiniz"."""
    return any(word.key in _NOTES or word.key.endswith(_POLITE) for word in words)
