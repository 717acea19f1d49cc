"""The conversation as people read it: every transcript is played, and together they leave no step or sentence out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from bot.work.worker import HANDLERS
from flows.conversation.commands import COMMANDS, find
from flows.conversation.journey import STEPS
from flows.core import events as ev
from flows.order import notifications
from locales import LANGUAGES
from tests.dialogue import TRANSCRIPTS, Conversation, difference, parsed, played
from tests.fake_worker import ANSWERS

FILES = sorted(TRANSCRIPTS.glob("*/*.txt"))

# Lines of the model of voice that the happy path says word for word; * stands for an amount, a number or a day.
HAPPY = """
Merhaba, MektupX’e hoş geldiniz. Siz burada yazarsınız; mektubunuzu biz basar, zarflar, postaya veririz. Tek sayfalık mektubun fiyatı: 48,50 TL.
[Örnek mektup] [Fiyatlar]
Önce verilerinizi nasıl koruduğumuzu okumanızı rica ederiz. Sürüm *, *.
[Metnin tamamı] [Okudum, devam et]
Teşekkür ederiz.
Doğum tarihiniz nedir? Sipariş verebilmek için 18 yaşını doldurmuş olmak gerekiyor. Örnek: 5 Mart 1990
5 Mart 1990. Doğru mu? [Evet] [Düzelt]
Tamamdır. Tarihi saklamadık, yalnızca 18 yaşını doldurduğunuzu not ettik.
Mektubunuz kime, nereye gidecek? Adı ve adresi tek mesajda da yazabilirsiniz. [Geri]
Zarfın üzerinde şöyle görünecek:
Nermin Öztürk
Caferağa Mah. Moda Cad. No: 12 D: 5
34710 Kadıköy/İSTANBUL
[Doğru] [Düzelt]
Artık söz sizde. Mektubunuzu dilediğiniz kadar mesajla yazın, sonunda Bitti düğmesine dokunun. Bir mesajı düzenlerseniz mektup da değişir.
104 karakter · 1 sayfa · 1 yaprak · 48,50 TL [Bitti]
Nasıl gönderelim?
[Normal · 48,50 TL] [Taahhütlü · 96,00 TL] [Alma haberli · 118,00 TL]
Mektubunuz baskıya hazır, önizlemesi ekte. Ne onaylarsanız o basılır, tek harfi bile değişmez.
[Onaylıyorum] [Düzelt]
Güzel oldu. Siparişiniz için sizi de tanıyalım: adınız ve soyadınız nedir?
Memnun olduk.
Telefon numaranızı düğmeyle paylaşabilir ya da yazabilirsiniz. [Numaramı paylaş] [Geri]
Teşekkürler. Numaranız: 0532 123 45 67.
E-posta adresiniz nedir? Altı haneli bir onay kodu göndereceğiz.
Kodu gönderdik, 10 dakika geçerli. E-postadaki altı haneyi buraya yazar mısınız? [Yeni kod iste] [Adresi düzelt]
E-posta adresiniz onaylandı.
Fatura adresi nedir?
[Başka bir kişi] [Şirket] [Geri]
Siparişiniz
Alıcı: Nermin Öztürk, Kadıköy/İSTANBUL
Mektup: 1 sayfa, Klasik
Toplam: 96,00 TL (KDV dahil)
Size özel basıldığı için baskıdan sonra cayma hakkı yoktur. Bu iki belgeyi okumanızı rica ederiz.
[Alıcı] [Mektup] [Kâğıt] [Gönderim] [Fatura]
[Ön bilgilendirme formu] [Mesafeli satış sözleşmesi] [Onaylıyorum, 96,00 TL ödeyeceğim]
Ödemeyi lisanslı ödeme kuruluşunun sayfasında yapacaksınız. Kart bilgileriniz bize ulaşmaz. Bağlantı 24 saat geçerli.
[96,00 TL öde] [Değiştir] [Siparişi iptal et]
Ödemeniz ulaştı, teşekkür ederiz. Sipariş numaranız: *. Son iptal ve değişiklik zamanı: *. O zamana kadar ücretin tamamı iade edilir.
[Siparişi iptal et]
Mektubunuz baskı odasında.
Mektubunuz zarfında, postaya verildi. Takip numarası: *. Tahminî teslim: *.
[Gönderiyi takip et]
Mektubunuzun metnini ve PDF dosyasını sistemimizden sildik. Bu sohbetteki kopya duruyor, dilerseniz sohbeti silebilirsiniz. Fatura bilgileriniz yasa gereği * tarihine kadar saklanacak.
Biz teşekkür ederiz. Yeni bir mektup için /yeni yazmanız yeterli.
"""  # noqa: E501

# The model's error sentences. The last one is also the apology of the door, when a mistake of ours stops a turn.
ERRORS = """
Takvimde böyle bir gün yok: *. Doğum tarihinizi gün, ay, yıl olarak yazar mısınız? Örnek: 5 Mart 1990
Sipariş verebilmek için 18 yaşını doldurmuş olmak gerekiyor, bu nedenle şimdilik devam edemiyoruz. Bir yanlışlık olduysa /destek yazabilirsiniz.
Paylaştığınız kişi kartı size ait görünmüyor. Kendi numaranızı düğmeyle paylaşabilir ya da yazabilirsiniz. Örnek: 05XX XXX XX XX
E-posta adresinizde bir yazım hatası olabilir. Şunu mu demek istediniz: *
[Evet, bu] [Hayır, yazdığım doğru]
Kod eşleşmedi. Kalan deneme hakkınız: *. Size gönderdiğimiz son e-postadaki altı haneyi yazar mısınız? Örnek: 123456
Adreste kapı numarası eksik. Yalnızca numarayı yazmanız yeterli. Örnek: No: 12
Posta kodu ile il birbirini tutmuyor. Posta kodu: *. İl: *. Hangisini düzeltmek istersiniz?
[Posta kodu] [İl]
Adreste şu parçayı anlayamadık: *. Nereye yazalım? [Posta kodu] [Sokak] [Adresten çıkar]
Mektubunuz * sayfalık sınırı * satır aşıyor. Yazdıklarınız duruyor; bir mesajı düzenleyerek kısaltabilirsiniz.
Ses kaydı kâğıda basılamıyor. Söylemek istediklerinizi yazarak gönderebilirsiniz. Taslağınız olduğu gibi duruyor.
Şu karakterler baskıda çıkmıyor: *. Geçtikleri mesajı düzenleyip yerlerine başka bir karakter yazabilirsiniz.
Ödeme tamamlanmadı. Siparişiniz bekliyor, aynı düğmeyle yeniden deneyebilirsiniz. Bağlantının son kullanım zamanı: *
Bizden kaynaklanan bir aksaklık oldu, özür dileriz. Yazdıklarınız duruyor. Birkaç dakika sonra yeniden dener misiniz?
"""  # noqa: E501


def named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_transcript_is_what_the_bot_says(file: Path) -> None:
    assert difference(file.read_text(encoding="utf-8"), file.parent.name) == ""


def of(language: str) -> list[Path]:
    return [file for file in FILES if file.parent.name == language]


def said(language: str) -> str:
    files = (file.read_text(encoding="utf-8") for file in of(language))
    return "\n".join(line.words for text in files for line in parsed(text) if line.who in ("B", "M"))


def missing(lines: str, told: str) -> list[str]:
    """Lines of a model that are not said; * is anything within a line."""
    wanted = lines.strip().splitlines()
    return [line for line in wanted if not re.search(re.escape(line).replace(r"\*", r"[^\n]+"), told)]


def test_the_happy_path_of_the_voice_is_said_word_for_word() -> None:
    told = (TRANSCRIPTS / "tr" / "01-mutlu-yol.txt").read_text(encoding="utf-8")
    assert missing(HAPPY, "\n".join(line.words for line in parsed(told))) == []


def acts(*stories: str) -> int:
    """What a sender does, from the first line of the first story to the pay button."""
    return sum(line.who == "K" for story in stories for line in parsed(story))


FIRST_LETTER = """K: /start
K: [Okudum, devam et]
K: 5.3.1990
K: [Evet]
K: Nermin Öztürk, caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul
K: doğru
K: Canım anneannem, sardunyaların bu sabah açtı.
K: [Bitti]
K: [Taahhütlü · 96,00 TL]
K: [Onaylıyorum]
K: Işıl İnci, isil@example.com, 0532 123 45 67
K: 418203
K: Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara
K: [Onaylıyorum, 96,00 TL ödeyeceğim]
"""
SECOND_LETTER = """K: /yeni
K: [Nermin Öztürk]
K: Canım anneannem, yine ben.
K: [Bitti]
K: [Normal · 48,50 TL]
K: [Onaylıyorum]
K: [Evet, aynısı]
K: [Onaylıyorum, 48,50 TL ödeyeceğim]
"""


def test_a_first_letter_needs_fourteen_acts_to_the_pay_button_and_a_second_one_eight() -> None:
    """The second goes to a saved addressee."""
    assert (acts(FIRST_LETTER), acts(SECOND_LETTER)) == (14, 8)
    _, talk = played(FIRST_LETTER.replace("K: doğru", "K: [Doğru, kaydet]"), "tr")
    assert talk.standing.step == "payment" and talk.newest_order().url
    _, talk = played(f"{FIRST_LETTER.replace('K: doğru', 'K: [Doğru, kaydet]')}(öder)\n{SECOND_LETTER}", "tr")
    assert talk.standing.step == "payment" and len(talk.standing.orders) == 2


def test_every_error_sentence_of_the_voice_is_said_somewhere() -> None:
    assert missing(ERRORS, said("tr")) == []


@cache
def told(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Steps, commands and news that occur in the transcripts of a language."""
    talks: list[Conversation] = []
    with overheard() as heard:
        talks += [played(file.read_text(encoding="utf-8"), language)[1] for file in of(language)]
    given = (event.name for talk in talks for event in talk.events if isinstance(event, ev.CommandGiven))
    commands = frozenset(command.name for name in given if (command := find(name)))
    return frozenset().union(*(talk.steps for talk in talks)), commands, frozenset(heard)


@contextmanager
def overheard() -> Iterator[set[str]]:
    """Which news are told."""
    heard: set[str] = set()
    before: Mapping[str, object] = dict(notifications.NEWS)
    table = notifications.NEWS
    assert isinstance(table, dict)

    def telling(name: str) -> object:
        def tell(*given: object) -> object:
            heard.add(name)
            return before[name](*given)  # type: ignore[operator]

        return tell

    try:
        table.update({name: telling(name) for name in before})
        yield heard
    finally:
        table.update(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_occurs_in_a_transcript(language: str) -> None:
    assert set(STEPS) - told(language)[0] == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_occurs_in_a_transcript(language: str) -> None:
    assert {command.name for command in COMMANDS} - told(language)[1] == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_of_news_occurs_in_a_transcript(language: str) -> None:
    assert set(notifications.NEWS) - told(language)[2] == set()


def test_both_languages_tell_the_same_stories() -> None:
    assert [file.name[:2] for file in of("tr")] == [file.name[:2] for file in of("en")]


def test_the_fake_worker_does_all_that_the_real_one_does() -> None:
    assert set(ANSWERS) == set(HANDLERS)
