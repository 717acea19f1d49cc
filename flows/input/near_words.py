"""Words that look as if they were said to us and not to the addressee: "tamam", "gönder", "ne kadar?", "geri"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from flows.input.doubt import Reason
from flows.words.edit_distance import slips
from flows.words.turkish import fold

__all__ = ["key", "near_line", "near_word"]

LONGEST: Final = 6  # words of a line; whoever says more tells something
LIKE: Final = 6  # letters of a word in which one slip of the finger is looked through; shorter ones resemble names

PHRASES: Final[Mapping[Reason, str]] = {
    Reason.DONE: """
        bitti, bitirdim, bitirdik, bitir, bitirelim, bitsin, bitmiştir, tamam, tamamdır, tamamla, tamamladım, tamamdı,
        tamamlandı, hazır, hazırım, hazırdır, son, sonu, bu kadar, hepsi bu, o kadar, gönder, gönderin, gönderiniz,
        gönderelim, gönderebilirsin, gönderebilirsiniz, gönderir misin, gönderir misiniz, gönderilsin, gönderildi mi,
        yolla, yollayın, yollayalım, yollayabilirsin, yollayabilirsiniz, yollar mısınız, postala, postalayın, bas,
        basın, basalım, basabilirsiniz, yazdır, onayla, onaylıyorum, kaydet, ok, okey, okay, oldu, olur, devam, ileri,
        devam et, devam edelim, sonraki, done, finished, finish, i finished, end, the end, send, send it, ready, submit,
        that's it, that's all, thats all, that is all, complete, completed, print, print it, post it, go on, next, go,
        continue, proceed, confirm, save
    """,
    Reason.BACK: "geri, geri dön, geri git, geri al, geriye, geriye dön, önceki, back, go back, previous, undo",
    Reason.LEAVE: """
        vazgeç, vazgeçtim, boş ver, boşver, sonra, sonra devam, sonra devam ederim, daha sonra, çık, çıkış, kapat, dur,
        bırak, ara ver, leave, exit, quit, stop, later, not now, never mind, nevermind, close, pause
    """,
    Reason.WORD: """
        iptal, iptal et, iptal edin, sil, sil bunu, siliver, hepsini sil, yeni, yeni mektup, yeniden, baştan, başla,
        başlat, başlayalım, sıfırla, cancel, delete, erase, new, new letter, restart, start, reset, start over,
        remove, ne kadar, ne kadar tutar, ne kadar tuttu, ne kadar eder, kaç lira, kaç para, kaç tl, kaça, fiyat,
        fiyatı, fiyatlar, fiyatı ne, fiyatı nedir, fiyat ne, fiyat nedir, ücret, ücreti, ücreti ne, ücreti nedir,
        ücret ne kadar, fiyatı ne kadar, how much, how much is it, how much is this, price, prices, cost,
        what does it cost, öde, ödeme, ödeyeyim, pay, yardım, yardım et, yardım edin, destek, nasıl,
        nasıl gönderirim, nasıl göndereceğim, nasıl yapacağım, ne yapacağım, ne yapmalıyım, ne yazayım, ne yazacağım,
        help, help me, support, what now, how does it work, ayarlar, settings, dil, language, siparişler,
        siparişlerim, orders, my orders, verilerim, gizlilik, privacy, önizle, önizleme, göster, preview, show,
        show me, örnek, örnek mektup, sample, evet, hayır, yok, yes, no, nope, yep, düzelt, değiştir, ekle, ekleme,
        çıkar, fix, edit, change, add, merhaba bot, bot, anladım, peki, test, deneme, alo, kimse var mı,
        orada mısınız, is anybody there
    """,
}
"""What is said to a program, by what it would mean as its answer."""

FILLERS: Final = """
    mektup, mektubu, mektubum, mektubumu, mektubun, yazım, metin, mesaj, mesajı, lütfen, artık, şimdi, hadi, haydi,
    hemen, işte, ya, e, o zaman, ben, benden, benim, benimki, bu, bunu, şunu, hepsi, hepsini, teşekkürler, teşekkür,
    ederim, sağol, sağolun, sağ olun, please, it, letter, the, my, i, i'm, im, am, is, now, then, thanks, thank you,
    this, all, just, ok
"""
"""Words that say nothing more beside one of them."""


_COMMAND: Final = re.compile(r"/[^\W\d_]")
"""A slash and a letter: no messenger marks it where the letter is a Turkish one (Bot API, MessageEntity)."""


def _tokens(line: str) -> list[str]:
    """Folded words without punctuation, emoji and drawled letters: "Bittiii 😊!" -> ["biti"]."""
    bare = fold(line).replace("'", "").replace("’", "")
    return ["".join(letter for letter, _ in groupby(word)) for word in re.findall(r"[^\W_]+", bare)]


def _listed(phrases: str) -> Iterator[str]:
    return (" ".join(_tokens(phrase)) for phrase in phrases.split(","))


_MEANT: Final[Mapping[str, Reason | None]] = {
    **dict.fromkeys(_listed(FILLERS)),
    **{phrase: reason for reason, phrases in PHRASES.items() for phrase in _listed(phrases)},
}
_MOST: Final = max(phrase.count(" ") + 1 for phrase in _MEANT)


def near_word(line: str) -> Reason | None:
    """What a line would mean if it were said to us; None where it says more than such words do.

    Several meanings in one line are none in particular: it is asked about all the same.
    """
    if _COMMAND.match(line.lstrip()):
        return Reason.COMMAND
    tokens = _tokens(line)
    if not 0 < len(tokens) <= LONGEST or _strange(line):
        return None
    found: set[Reason] = set()
    while tokens:
        length = next((n for n in range(_MOST, 0, -1) if " ".join(tokens[:n]) in _MEANT), 0)
        meant = _MEANT[" ".join(tokens[:length])] if length else _alike(tokens[0])
        if not length and meant is None:
            return None
        found |= {meant} if meant else set()
        tokens = tokens[max(length, 1) :]
    return found.pop() if len(found) == 1 else Reason.WORD if found else None


def _alike(token: str) -> Reason | None:
    """One slip of the finger away from a longer word of ours: "göndeer", "bitirdm"."""
    if len(token) < LIKE:
        return None
    near = (meant for phrase, meant in _MEANT.items() if meant and len(phrase) >= LIKE and slips(token, phrase) == 1)
    return next(near, None)


def _strange(line: str) -> bool:
    """Digits and signs of a sum or a date make it somebody's own line."""
    return any(unicodedata.category(sign) in ("Nd", "Sc", "Sm") for sign in line)


def key(line: str) -> str:
    """The same for every way in which one such line is typed: it is asked about once."""
    return " ".join(_tokens(line)) or line


def near_line(message: str) -> str:
    """The last or the first line of a message if it is such a word, "" if neither is."""
    lines = [line for line in message.split("\n") if line.strip()]
    return next((line for line in (*lines[-1:], *lines[:1]) if near_word(line)), "")
