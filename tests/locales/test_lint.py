"""Each pitfall of Turkish is seen in a sentence that has it, and in no sentence of the model conversation."""

import re

import pytest

from locales.lint import RULES, lint

BAD = (
    # rule, English, Turkish
    ("suffix", "Sent to {name}.", "{name}'e gönderildi."),
    ("suffix", "Sent to {name}.", "{name}’e gönderildi."),
    ("suffix", "By {date}", "{date}ye kadar"),
    ("suffix", "Sent to {name}.", "<b>{name}</b>’e gönderildi."),
    ("particle", "Is it {date}?", "{date} mi?"),
    ("particle", "Is your name {name}?", "Adınız {name} miydi?"),
    ("particle", "With {name}.", "{name} ile."),
    ("particle", "Also {name}.", "{name} de var."),
    ("particle", "Since {date}.", "{date} itibaren geçerli."),
    ("counted plural", "{n} pages", "{n} sayfalar"),
    ("counted plural", "3 messages", "3 mesajlar"),
    ("Siz", "You write here.", "Burada Siz yazarsınız."),
    ("Siz", "We thank you.", "Biz Size teşekkür ederiz."),
    ("Bey, Hanım", "Dear {name}", "Sayın Işıl Hanım"),
    ("Bey, Hanım", "Hello.", "Merhaba Ali Bey."),
    ("apostrophe", "Welcome to MektupX.", "MektupX'e hoş geldiniz."),
    ("three dots", "Please wait…", "Bekleyin..."),
    ("double space", "Thanks. Done.", "Teşekkürler.  Oldu."),
    ("lira sign", "48.50 TL", "₺48,50"),
    ("numeric date", "Example: 5 March 1990", "Örnek: 05.03.1990"),
    ("numeric date", "Example: 5 March 1990", "Örnek: 5/3/90"),
    ("clock colon", "At 14:30", "Saat 14:30"),
    ("percent", "20% off", "20% indirim"),
    ("percent", "{n}% off", "{n}% indirim"),
    ("final punctuation", "It is done.", "Tamamdır"),
    ("final punctuation", "Continue", "Devam et."),
    ("final punctuation", "Addressee: ", "Alıcı "),
    ("jargon", "Open the link.", "Linki açın."),
    ("jargon", "Tap the button.", "Butona tıklayın."),
    ("decomposed letters", "Isil", "Is\u0327ıl"),
)


@pytest.mark.parametrize(("rule", "english", "turkish"), BAD)
def test_the_pitfall_is_seen(rule: str, english: str, turkish: str) -> None:
    assert rule in {finding.rule for finding in lint(english, turkish)}


def test_every_rule_has_been_seen_to_catch_something() -> None:
    assert {rule for rule, _, _ in BAD} == {rule.name for rule in RULES}


GOOD = """\
Merhaba, MektupX’e hoş geldiniz. Siz burada yazarsınız; mektubunuzu biz basar, zarflar, postaya veririz.
Teşekkür ederiz. Doğum tarihiniz nedir? Sipariş verebilmek için 18 yaşını doldurmuş olmak gerekiyor. Örnek: 5 Mart 1990
{date}. Doğru mu?
Kodu gönderdik, 10 dakika geçerli. E-postadaki altı haneyi buraya yazar mısınız?
{characters} karakter · {pages} sayfa · {sheets} yaprak · {price}
Artık söz sizde. Mektubunuzu dilediğiniz kadar mesajla yazın, sonunda Bitti düğmesine dokunun.
Siparişi onayladığınızda {amount} ödeme yükümlülüğü doğar.
{amount} öde
Mektubunuz zarfında, postaya verildi. Takip numarası: {tracking}. Tahminî teslim: {first} – {last}.
Fatura bilgileriniz yasa gereği {until} tarihine kadar saklanacak.
Takvimde böyle bir gün yok: {typed}. Doğum tarihinizi gün, ay, yıl olarak yazar mısınız? Örnek: 5 Mart 1990
Mektubunuz {limit} sayfalık sınırı {n} satır aşıyor. Yazdıklarınız duruyor; bir mesajı düzenleyerek kısaltabilirsiniz.
Merhaba {first_name}, mektubunuz yolda. Sipariş: {order}. Takip numarası: {tracking}. Tahminî teslim: {eta}.
Sayın {full_name}
Zarfın üzerinde şöyle görünecek:
Saat 14.30, %20 indirim, {n} dolar, {n} mektup, {n} gün önce.
“Siz yazın, biz basalım.”
""".splitlines()


@pytest.mark.parametrize("turkish", GOOD)
def test_the_model_voice_passes(turkish: str) -> None:
    ending = re.search(r"[.?!:]?”?$", turkish)
    assert ending is not None
    assert lint(f"English{ending[0]}", turkish) == ()


def test_words_of_the_trade_are_allowed_where_the_reader_runs_the_service() -> None:
    assert lint("The token.", "Token burada.", "age") != ()
    assert lint("The token.", "Token burada.", "check") == ()
