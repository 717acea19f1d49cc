"""Turkish sentences that readers stumbled over: how each is said now, and that nobody says it the old way again."""

from __future__ import annotations

import pytest

from locales.loading import ROOT, catalog_path, read_catalog

MENDED = {
    "a list is plural": ("Açık KVKK talepleri", "KVKK talebi\n"),
    "a list of tickets, too": ("Açık destek soruları", "destek sorusu\n"),
    "whom a message in the group concerns": (
        "buradan da silin; gruptaki herkesin görmesi gerekmiyor.",
        "Gruptaki herkes için değil",
    ),
    "what an objection brings": (
        "bu adreste bu kişiye artık mektup gönderilmeyecek.",
        "bu ada artık mektup",
    ),
    "until when to pay": ("son ödeme saati {cut_off}; bu saate kadar ödenen mektuplar", "{cut_off} öncesinde"),
    "who has applied": ("göndericilerimizden biri değil", "göndericilerimizden değil"),
    "a colleague": ("bir ekip arkadaşınıza verir", "bir arkadaşınıza"),
    "the complaint": ("Kuruluna şikâyette bulunabilirsiniz", "şikâyet edebilirsiniz"),
    "whose servers": ("yazdıklarınız Telegram’ın sunucularından geçer", "yazdıklarınız sunucularından"),
    "what the printing system processes": ("Metni otomatik baskı sistemi işler.", ". Otomatik baskı sistemi işler"),
    "what is on record": ("kimin, ne zaman, neden açtığı kayda geçer", "neden açtı kaydı"),
    "letter for letter": ("önizlemeyle bire bir aynı olarak basarız", "birebir aynı"),
    "no liability": ("teslim edilemeyen mektuptan sorumlu değiliz", "biz sorumlu değiliz"),
    "the destruction by-law by its full title": (
        "Kişisel Verilerin Silinmesi, Yok Edilmesi veya Anonim Hale Getirilmesi Hakkında Yönetmelik m.7",
        "Anonim Hale Getirme Yönetmeliği",
    ),
}  # fmt: skip
"""What is meant -> (how it is said, how it was said)."""


@pytest.fixture(scope="module")
def said() -> str:
    """Every Turkish sentence there is, one a line: the catalog's and the documents'."""
    catalog = [message.string for message in read_catalog(catalog_path("tr"), "tr") if isinstance(message.string, str)]
    documents = [path.read_text("utf-8") for path in sorted((ROOT / "tr/documents").glob("*.md"))]
    return "\n".join((*catalog, *documents))


@pytest.mark.parametrize("meant", MENDED)
def test_a_mended_sentence_stays_mended(said: str, meant: str) -> None:
    now, before = MENDED[meant]
    assert now in said
    assert before not in said
