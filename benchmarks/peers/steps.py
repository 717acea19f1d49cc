"""The questions all peers ask, the same as ours from /start to the letter, with the least that answers them."""

from __future__ import annotations

import re

# what arrives -> what the next question is; a peer checks a birth date, an address and nothing else
QUESTIONS = (
    "Merhaba, MektupX’e hoş geldiniz. Siz burada yazarsınız; mektubunuzu biz basar, zarflar, postaya veririz.",
    "Teşekkür ederiz. Doğum tarihiniz nedir? Örnek: 5 Mart 1990",
    "5 Mart 1990. Doğru mu?",
    "Tamamdır. Adınız ve soyadınız nedir?",
    "Memnun olduk. Telefon numaranızı yazabilirsiniz.",
)
DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}")
TURNS = ("/start", "tap:accept", "5.3.1990", "tap:yes", "Işıl İnci")
