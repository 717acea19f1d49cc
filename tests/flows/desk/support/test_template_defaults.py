"""The shipped replies: complete in every language, in the house's voice, word for word where the voice was given."""

from __future__ import annotations

import re

import pytest

from flows.desk.support.placeholders import PLACEHOLDERS, names_in
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_store import CODE, LANGUAGES, TemplateStore, as_written, objection
from locales import LANGUAGES as SPOKEN
from locales import say
from locales.lint import lint

VOICE = """\
- nerede: Merhaba {first_name}, mektubunuz yolda. Sipariş: {order}. Takip numarası: {tracking}. Tahminî teslim: {eta}.
- gecikme: Merhaba {first_name}, mektubunuz beklediğimizden geç ulaşacak, özür dileriz. Sipariş: {order}. \
Yeni tahminî teslim: {eta}.
- dondu: Merhaba {first_name}, mektubunuz alıcısına teslim edilemedi ve kapalı zarfıyla bize döndü. \
Postanın belirttiği neden: {reason}. Yeniden gönderelim mi, açmadan imha mı edelim?
- iptal: Merhaba {first_name}, siparişiniz iptal edildi, mektubunuz basılmadı. Sipariş: {order}. \
İade tutarı: {amount}. Tahminî iade süresi: {refund_time}.
- adres: Merhaba {first_name}, baskı başladıktan sonra adresi değiştiremiyoruz. Siparişinizin durumu: {status}. \
Henüz basılmadıysa iptal edip doğru adresle yeniden verebilirsiniz.
- odeme: Merhaba {first_name}, ödeme kuruluşundan henüz onay gelmedi. Kart bilgilerinizi görmüyoruz, dilerseniz \
bankanıza danışabilir ya da yeniden deneyebilirsiniz. Sipariş: {order}.
- cezaevi: Merhaba {first_name}, ceza infaz kurumuna gelen mektuplar orada açılıp incelenir. Alıcının baba adı veya \
koğuşu da gerekebilir; adrese ekleyebilirsiniz.
- silme: Merhaba {first_name}, silme talebinizi aldık. Talep numarası: {request}. En geç yanıt tarihi: {due_date}. \
Silinenleri, yasa gereği saklananları ve süresini yazılı bildireceğiz.
"""
"""The model of voice, "Destek şablonları"."""

ALL = [(code, language) for code in SHIPPED for language in SPOKEN]


@pytest.mark.parametrize("line", VOICE.splitlines())
def test_the_given_eight_ship_word_for_word(line: str) -> None:
    code, words = line.removeprefix("- ").split(": ", 1)
    assert as_written(SHIPPED[code].words, "tr", say) == words


def test_there_are_at_least_twenty_two_situations() -> None:
    assert len(SHIPPED) >= 22


def test_the_desk_speaks_the_languages_of_the_house() -> None:
    assert set(LANGUAGES) == set(SPOKEN)


@pytest.mark.parametrize(("code", "language"), ALL)
def test_every_situation_has_words_in_every_language_with_the_same_places(code: str, language: str) -> None:
    row = SHIPPED[code]
    written = TemplateStore().words(code, language, say)
    assert written is not None
    assert names_in(written.words) == names_in(row.words.message) <= PLACEHOLDERS.keys()
    assert objection(language, written.words) is None
    assert say(row.situation, language).strip()
    if language != "en":
        assert written.words != row.words.message
        assert say(row.situation, language) != row.situation.message


@pytest.mark.parametrize("code", SHIPPED)
def test_the_turkish_falls_into_no_pitfall_and_is_polite(code: str) -> None:
    turkish = as_written(SHIPPED[code].words, "tr", say)
    assert lint(SHIPPED[code].words.message, turkish, "template") == ()
    assert turkish.startswith("Merhaba")
    assert not re.search(r"\b(?:sen|senin|sana|seni|yazarsın|edersen|görürsün|yapabilirsin)\b", turkish)


def test_codes_are_short_and_no_name_means_two_templates() -> None:
    names = [name for code, row in SHIPPED.items() for name in (code, row.twin)]
    assert len(names) == len(set(names))
    assert all(CODE.fullmatch(name) for name in names)


def test_only_what_is_true_of_an_order_names_one() -> None:
    """A reply that asks for a value of an order says in which states it is true, unless it is true in all of them."""
    anywhere = {code for code, row in SHIPPED.items() if row.when is None and "order" in names_in(row.words.message)}
    assert anywhere == {"durum", "fatura"}
