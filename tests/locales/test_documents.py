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
    "kep": "ornek@hs01.kep.tr",
    "tax_office": "Kadıköy",
    "tax_number": "4540536920",
}
VALUES = {
    **SELLER,
    "recipients": "• Posta: alıcının adı ve adresi\n• Ödeme kuruluşu: ödeme bilgileri",
    "product": "Taahhütlü",
    "pages": "1",
    "sheets": "1",
    "list_price": "106,00\u00a0TL",
    "discount": "Doğum günü indirimi: −10,00\u00a0TL",
    "price": "96,00\u00a0TL",
    "net": "80,00\u00a0TL",
    "vat": "16,00\u00a0TL",
    "vat_rate": "%20",
    "delivery": "25–27 Kasım 2026",
    "posting": "24 Kasım 2026 Salı",
    "posting_terms": "Postaya verme gününü siz seçtiniz.",
    "cancel_terms": "Siparişi 24 Kasım 2026 Salı 14.00’e kadar iptal edebilirsiniz.",
    "addressee": "Nermin Öztürk",
    "place": "Caferağa Mah., Moda Cad., No: 12, 34710 Kadıköy/İSTANBUL",
    "preview": "f00d",
    "buyer": "Işıl İnci",
    "buyer_address": "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya/Ankara",
    "buyer_email": "isil@example.com",
    "invoice_name": "Işıl İnci",
    "invoice_address": "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya/ANKARA",
    "date": "22 Kasım 2026",
}
EVERY = [(name, language) for name in DOCUMENTS for language in LANGUAGES]
ORDER = {
    "product", "pages", "sheets", "preview", "list_price", "discount", "price", "net", "vat", "vat_rate", "posting",
    "posting_terms", "delivery", "cancel_terms", "addressee", "place", "buyer", "buyer_address", "buyer_email",
    "invoice_name", "invoice_address",
    "date",
}  # fmt: skip
MAY_BE_EMPTY = {"kep", "tax_office", "tax_number"}  # of the seller
ASKED = {
    "notice": (set(SELLER) - MAY_BE_EMPTY) | {"recipients"},
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
    assert (filled.version, filled.dated) == NEWEST[name]
    assert filled.sha256 == hashlib.sha256(filled.text.encode()).hexdigest()
    assert filled == document(name, language, VALUES)
    assert not filled.text.startswith("version")


@pytest.mark.parametrize(("name", "language"), [pair for pair in EVERY if ASKED[pair[0]]])
def test_a_missing_or_empty_value_stops_the_document_and_is_named(name: str, language: str) -> None:
    with pytest.raises(DocumentError, match="mersis"):
        document(name, language, {**VALUES, "mersis": " "})
    with pytest.raises(DocumentError, match="mersis"):
        document(name, language, {key: value for key, value in VALUES.items() if key != "mersis"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["preinfo", "contract"])
def test_a_line_about_something_that_the_seller_does_not_have_is_left_out(name: str, language: str) -> None:
    whole = document(name, language, VALUES).text
    without = document(name, language, {**VALUES, "kep": "", "tax_number": " "}).text
    left_out = set(whole.splitlines()) - set(without.splitlines())
    assert len(left_out) == 2 and all("ornek@hs01.kep.tr" in line or "4540536920" in line for line in left_out)
    assert "Kadıköy" in without and "{" not in without


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["preinfo", "contract"])
def test_a_discount_stands_on_lines_of_its_own_before_the_total_and_only_where_there_is_one(
    name: str, language: str
) -> None:
    whole = document(name, language, VALUES).text.splitlines()
    at = whole.index(VALUES["discount"])
    assert VALUES["list_price"] in whole[at - 1] and VALUES["price"] in whole[at + 1]
    full_price = {key: said for key, said in VALUES.items() if key not in ("list_price", "discount")}
    without = document(name, language, full_price)
    assert without.text.splitlines() == whole[: at - 1] + whole[at + 1 :]


def test_what_stands_apart_is_a_piece_of_its_own() -> None:
    whole = document("contract", "tr", VALUES)
    found = document("contract", "tr", VALUES, apart={"addressee", "place"})
    assert (found.text, found.sha256) == (whole.text, whole.sha256)
    assert found.apart == ("addressee", "place")
    assert found.pieces[1::2] == ("Nermin Öztürk", VALUES["place"])
    assert not any("Nermin" in words or "Moda Cad." in words for words in found.pieces[::2] if "Örnek" not in words)


def test_the_hash_is_that_of_the_words_shown() -> None:
    shown = document("preinfo", "tr", VALUES)
    assert shown.sha256 != document("preinfo", "tr", {**VALUES, "price": "96,01\u00a0TL"}).sha256


def test_a_value_that_looks_like_a_place_is_not_filled_again() -> None:
    assert "{mersis}" in document("notice", "tr", {**VALUES, "title": "{mersis}"}).text


# Versions -------------------------------------------------------------------------------------------------------------

NEWEST = {
    "notice": ("1.2", date(2026, 11, 30)),
    "policy": ("1.0", date(2026, 11, 22)),
    "preinfo": ("1.2", date(2026, 11, 30)),
    "contract": ("1.3", date(2026, 12, 1)),
}
"""What is shown. New words: a new version with its date here, a copy in archive/, and its hash below."""

ARCHIVED = {
    "tr/contract-1.0": "503e89fef08f50416515c2d7d7d514e8fbc64c7f2bda05b29ea28b0b51c19219",
    "tr/contract-1.1": "fb9d92226e77d6366196306ba71aed683cc89c5fb7f91e492503ed634bffabe8",
    "tr/contract-1.2": "5056988568c64f8b39a90cbc8f872b54122b6c2ddfc44ab82afb7e18b56ff1cb",
    "tr/contract-1.3": "b89515c6eaa33b323708e99314541efeafd3c287f7f9729887328fa2d6331356",
    "tr/notice-1.0": "4ff779f66d64840507d1da314759344d6b08cfbb7f6ea9fe748897251a169250",
    "tr/notice-1.1": "546caa0b81ebb426a6ffce7566cb9c1ac0d2ae6bb0d367c1a91d607fa202a676",
    "tr/notice-1.2": "5d11afc3d2c055194a4e9cae847b484426e0581d4fa1721572c64fa2ce9e0b59",
    "tr/policy-1.0": "2b7660a32a1903b22e781752c99eb69c2c9d7f030c6007a6a0b04e746682d568",
    "tr/preinfo-1.0": "f97b8d11388d9a06edcaf63fa3a86a826b147faeeea8d06fb3ccbe137d841221",
    "tr/preinfo-1.1": "51b7e08c13ace7387b6ec3a002cd6d07963968389bdba8dae851220152247afa",
    "tr/preinfo-1.2": "3b9cf56becc69d39e311c611766a065e8b663dde614a2c1996bbf0cdc24cac64",
    "en/contract-1.0": "f92fc614184a343c80e638239401bf18907f51cbdf787e03f1bc22a34d02e73b",
    "en/contract-1.1": "963d5470737fe7e29ccd2b6f9f22fbad96a52a082b760757bc787b7e884a701a",
    "en/contract-1.2": "fd175f8c0f0d690f321ecc61916afa52f61cf77fc5c685311492853313de086a",
    "en/contract-1.3": "897af408b26f8d962f667d382295daf8e09e7204099ec306ad3ad092f6d24d8c",
    "en/notice-1.0": "d160a7659b1dfdfdd96b253f713a9d7532bd3f240c38f7c1e9b5635c9cb7799c",
    "en/notice-1.1": "ca47ef3e789f45603f223c8677c1e7af5dde9a327338a6f175d0076d8d8885d2",
    "en/notice-1.2": "400906ceef106bbd31cf3f41c0ca268d18d3f29f0f7dbcb9cd1b5f92a50ca3c7",
    "en/policy-1.0": "b1557fdc3f5fb69195d4d78b4760603ae5c97748b6840de203c4f5f279f70346",
    "en/preinfo-1.0": "bfd2f87211ace965375a03d3b50f24ddc3ddcdb70c0bf11eb050f1b9efdc8b1f",
    "en/preinfo-1.1": "8d3835c5c761cb51745471bdc0ecd7e5b9569e2a98fbcf5d418c74b051a6e5f8",
    "en/preinfo-1.2": "0f72b5e1b20f12287b7808be1a97322628cab6100db8e0a6b3e74866f5a18571",
}
"""Every version that anybody can have accepted, by the SHA-256 of its file: none of them ever changes again."""


def test_every_version_that_anybody_can_have_accepted_is_archived_unchanged() -> None:
    found = {
        f"{language}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()
        for language in LANGUAGES
        for path in sorted((ROOT / language / "documents/archive").iterdir())
    }
    assert found == ARCHIVED


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_words_do_not_change_without_a_new_version(name: str, language: str) -> None:
    """What is shown is the newest version of the archive, to the last letter."""
    version, dated = NEWEST[name]
    archived = ROOT / language / "documents/archive" / f"{name}-{version}.md"
    assert (ROOT / language / "documents" / f"{name}.md").read_bytes() == archived.read_bytes()
    versions = [key.rpartition("-")[2] for key in ARCHIVED if key.startswith(f"{language}/{name}-")]
    assert max(versions, key=numbered) == version
    assert archived.read_text("utf-8").startswith(f"version: {version}\ndate: {dated}\n")


def test_a_later_version_has_a_later_date() -> None:
    for name, language in EVERY:
        folder = ROOT / language / "documents/archive"
        versions = [documents._parse(name, language, path) for path in folder.glob(f"{name}-*.md")]
        dates = [one.dated for one in sorted(versions, key=lambda one: numbered(one.version))]
        assert dates == sorted(set(dates))


def numbered(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


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
    ("preinfo", "m.73/A"),  # a mediator before the court
    ("preinfo", "e-Arşiv fatura"),
    ("contract", "m.73/A"),
    ("contract", "her yıl belirlediği parasal sınır"),
    ("contract", "e-Arşiv fatura"),
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
    parts = Document("notice", "tr", "1.0", date(2026, 11, 22), (text,)).parts(limit)
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
