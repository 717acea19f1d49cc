"""The documents a sender accepts: complete, unchanged by a hair, and short enough for a chat."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words.text import units
from locales import DOCUMENTS, LANGUAGES, Document, DocumentError, document, documents, placeholders
from locales.lint import lint
from locales.loading import ROOT

SELLER = {
    "title": "Örnek Mektup Ltd. Şti.",
    "mersis": "0123456789012345",
    "address": "Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İSTANBUL",
    "phone": "0216 123 45 67",
    "email": "merhaba@example.com",
}
VALUES = {
    **SELLER,
    "recipients": "• Posta: alıcının adı ve adresi\n• Ödeme kuruluşu: ödeme bilgileri",
    "order": "Bir mektup gönderisi",
    "product": "Taahhütlü",
    "pages": "1",
    "sheets": "1",
    "price": "96,00\u00a0TL",
    "delivery": "Tahminî teslim: 25 Kasım 2026 – 27 Kasım 2026",
    "buyer": "Işıl İnci",
    "invoice_address": "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya/ANKARA",
    "date": "22 Kasım 2026",
}
EVERY = [(name, language) for name in DOCUMENTS for language in LANGUAGES]
ORDER = {"order", "product", "pages", "sheets", "price", "delivery", "buyer", "invoice_address", "date"}
ASKED = {
    "notice": set(SELLER) | {"recipients"},
    "policy": set(),
    "preinfo": set(SELLER) | ORDER,
    "contract": set(SELLER) | ORDER,
}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_each_document_asks_for_the_same_values_in_every_language(name: str, language: str) -> None:
    assert placeholders(name, language) == ASKED[name]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_filled_document_has_every_value_and_no_empty_place(name: str, language: str) -> None:
    filled = document(name, language, VALUES)
    assert not re.search(r"[{}]", filled.text)
    assert all(VALUES[field] in filled.text for field in ASKED[name])
    assert (filled.version, filled.dated) == ("1.0", date(2026, 11, 22))
    assert filled.sha256 == hashlib.sha256(filled.text.encode()).hexdigest()
    assert filled == document(name, language, VALUES)
    assert not filled.text.startswith("version")


@pytest.mark.parametrize(("name", "language"), [pair for pair in EVERY if ASKED[pair[0]]])
def test_a_missing_or_empty_value_stops_the_document_and_is_named(name: str, language: str) -> None:
    with pytest.raises(DocumentError, match="mersis"):
        document(name, language, {**VALUES, "mersis": " "})
    with pytest.raises(DocumentError, match="mersis"):
        document(name, language, {key: value for key, value in VALUES.items() if key != "mersis"})


def test_the_hash_is_that_of_the_words_shown() -> None:
    shown = document("preinfo", "tr", VALUES)
    assert shown.sha256 != document("preinfo", "tr", {**VALUES, "price": "96,01\u00a0TL"}).sha256


def test_a_value_that_looks_like_a_place_is_not_filled_again() -> None:
    assert "{mersis}" in document("notice", "tr", {**VALUES, "title": "{mersis}"}).text


# The owner's privacy policy -------------------------------------------------------------------------------------------

OWNERS_POLICY = "91de83f5256b8eb1f4948110f6745f60e0deac7d8b889f6ae724fb7ddfdbc628"


def test_the_policy_is_the_owners_word_for_word() -> None:
    original = (ROOT / "tr/documents/policy.txt").read_bytes()
    assert hashlib.sha256(original).hexdigest() == OWNERS_POLICY
    policy = document("policy", "tr", {}).text
    assert len(policy.split()) > 200
    assert policy.split() == original.decode().split()


def test_each_translation_of_a_document_says_which_text_binds() -> None:
    for name in DOCUMENTS:
        assert "Turkish text is binding" in document(name, "en", VALUES).text


LAW = (
    ("notice", "m.10"),
    ("notice", "m.11"),
    ("notice", "m.5/2-c"),
    ("notice", "m.5/2-ç"),
    ("notice", "m.5/2-f"),
    ("notice", "m.5/1"),
    ("notice", "m.9"),
    ("notice", "uçtan uca şifreli değildir"),
    ("notice", "10 yıl (Türk Ticaret Kanunu m.82/5"),
    ("notice", "/verilerim"),
    ("preinfo", "24 saat"),
    ("preinfo", "m.15/1-b"),  # goods made to the consumer's wishes
    ("preinfo", "Tüketici Hakem Heyeti"),
    ("preinfo", "Bütün vergiler"),
    ("contract", "ödeme yükümlülüğü"),
    ("contract", "m.15/1-b"),
    ("contract", "tamamı"),
)


@pytest.mark.parametrize(("name", "words"), LAW)
def test_what_the_law_demands_is_said(name: str, words: str) -> None:
    assert words in document(name, "tr", VALUES).text


@pytest.mark.parametrize("name", ["notice", "preinfo", "contract"])
def test_our_own_turkish_documents_have_no_pitfall(name: str) -> None:
    source = (ROOT / "tr/documents" / f"{name}.md").read_text("utf-8").partition("\n\n")[2]
    for line in source.splitlines():
        assert lint(line, line) == ()


# Messages of a chat ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_parts_fit_telegram_and_keep_every_word(name: str, language: str) -> None:
    whole = document(name, language, VALUES)
    parts = whole.parts()
    assert all(0 < units(part) <= 4000 for part in parts)
    assert "\n\n".join(parts) == whole.text
    assert len(parts) == -(-units(whole.text) // 4000)


@given(
    st.lists(st.text(st.sampled_from("aı𝄞😀 \n"), min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=8),
    st.integers(min_value=4, max_value=50),
)
def test_parts_of_any_text_lose_no_letter(paragraphs: list[str], limit: int) -> None:
    text = "\n\n".join(paragraphs).strip()
    parts = Document("notice", "tr", "1.0", date(2026, 11, 22), text).parts(limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_an_unknown_document_or_language_never_becomes_a_path() -> None:
    for name, language in (("../notice", "tr"), ("notice", "../tr"), ("terms", "tr")):
        with pytest.raises(DocumentError, match="no document"):
            document(name, language, VALUES)


def test_a_file_without_its_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notice.md"
    file.write_text("Aydınlatma metni\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="version and date"):
        documents._parse("notice", "tr", file)
