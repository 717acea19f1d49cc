"""What a payer sees at the pretended iyzico: the amount, one button that pays, one that declines, and misbehaviours."""

from __future__ import annotations

import base64
import hashlib
import html
from typing import Final

from flows.words.text import Kurus
from locales.formats import shown
from tests.institutions.iyzico.books import Page
from tests.institutions.iyzico.faults import ACTS

__all__ = ["back_page", "headers", "language_of", "missing_page", "payment_page"]

# Another company's page: its words are its own, not in our catalogs.
WORDS: Final = {
    "tr": {
        "title": "iyzico ile güvenli ödeme",
        "try": "Aksilikleri denemek için",
        "note": "Deneme sayfası: gerçek para çekilmez, kart bilgisi sorulmaz.",
        "over": "Bu sayfada artık ödeme alınamaz.",
        "missing": "Böyle bir ödeme sayfası yok.",
        "done": "İşleminiz tamamlandı.",
        "back": "{seller} sayfasına dön",
        "pay": "{amount} öde",
        "decline": "Ödeme reddedilsin",
        "hold": "Ödeme incelemeye alınsın",
        "unknown_fraud": "Ödeme bilinmeyen bir inceleme durumunda kalsın",
        "bank": "Bankanın doğrulama sayfasında kal",
        "less": "Eksik tutar öde",
        "more": "Fazla tutar öde",
        "currency": "Dolar ile öde",
        "lost": "Öde, satıcının haberi olmasın",
        "late": "Öde, bildirim bir saat geç gitsin",
        "twice": "Öde, bildirim üç kez gitsin",
        "unsigned": "Öde, bildirim imzasız gitsin",
        "forged": "Ödeme yapılmadan sahte bildirim gitsin",
        "html": "Öde, sorgu HTML ile yanıtlansın",
        "error": "Öde, sorgu 500 ile yanıtlansın",
        "redirect": "Öde, sorgu başka yere yönlendirilsin",
        "end": "Sayfanın süresini bitir",
    },
    "en": {
        "title": "Secure payment with iyzico",
        "try": "To try what can go wrong",
        "note": "Practice page: no real money is taken, no card is asked for.",
        "over": "This page takes no payment any more.",
        "missing": "There is no such payment page.",
        "done": "Your payment was processed.",
        "back": "Return to {seller}",
        "pay": "Pay {amount}",
        "decline": "Let the payment be declined",
        "hold": "Let the payment be reviewed",
        "unknown_fraud": "Leave the review in a state nobody knows",
        "bank": "Stay on the bank's page",
        "less": "Pay too little",
        "more": "Pay too much",
        "currency": "Pay in dollars",
        "lost": "Pay, and the seller hears nothing",
        "late": "Pay, and the webhook comes an hour late",
        "twice": "Pay, and the webhook comes three times",
        "unsigned": "Pay, and the webhook is not signed",
        "forged": "Pay nothing, and a forged webhook comes",
        "html": "Pay, and the question is answered with HTML",
        "error": "Pay, and the question is answered with 500",
        "redirect": "Pay, and the question is redirected",
        "end": "Let the page end",
    },
}

STYLE: Final = """
:root { color-scheme: light dark; --ink: #20242b; --soft: #5f6875; --line: #d5dae2; --sheet: #fff; --seal: #1e64ff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf0; --soft: #a3acba; --line: #3a414c; --sheet: #1b1f26; --seal: #2f6dff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--sheet); color: var(--ink); font: 17px/1.5 "Noto Sans", sans-serif; }
main { max-width: 28rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.25rem; } h2, p.note { color: var(--soft); font-size: .85rem; font-weight: normal; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; } dt { color: var(--soft); }
dd { margin: 0; text-align: right; }
button { display: block; width: 100%; margin: .4rem 0; padding: .7rem 1rem; font: inherit; color: var(--ink);
         background: none; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer; }
button.main { background: var(--seal); border-color: var(--seal); color: #fff; }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
"""

SUBMIT: Final = 'document.getElementById("back").submit()'
"""The real page leads back by itself; without scripts its button does."""


def headers(callback: str = "") -> dict[str, str]:
    """form-action: the seller's address, once there is something to return with."""
    style, script = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (STYLE, SUBMIT))
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}';"
        f" form-action 'self' {callback}; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def language_of(asked: str | None) -> str:
    return asked if asked in WORDS else "tr"


def payment_page(page: Page, seller: str, language: str, *, takes_money: bool) -> str:
    words = WORDS[language]
    amount = shown(Kurus(page.price), language)
    table = f"<dl><dt>{_safe(seller)}</dt><dd>{_safe(page.title)}</dd><dt></dt><dd>{_safe(amount)}</dd></dl>"
    if not takes_money:
        return _frame(language, f"{table}<p role=status>{_safe(words['over'])}</p>")
    first, *others = ACTS
    pay = words[first].replace("{amount}", amount)
    rest = "".join(f'<button name=act value="{act}">{_safe(words[act])}</button>' for act in others)
    return _frame(
        language,
        f'{table}<form method=post action="?token={_safe(page.token)}&amp;lang={language}">'
        f'<button class=main name=act value="{first}">{_safe(pay)}</button><h2>{_safe(words["try"])}</h2>{rest}</form>'
        f"<p class=note>{_safe(words['note'])}</p>",
    )


def back_page(page: Page, seller: str, language: str) -> str:
    """Posts the token to the seller's callback, as the payer's own browser."""
    words = WORDS[language]
    return _frame(
        language,
        f'<p role=status>{_safe(words["done"])}</p><form id=back method=post action="{_safe(page.callback)}">'
        f'<input type=hidden name=token value="{_safe(page.token)}">'
        f"<button class=main>{_safe(words['back'].replace('{seller}', seller))}</button></form>"
        f"<script>{SUBMIT}</script>",
    )


def missing_page(language: str) -> str:
    return _frame(language, f"<p role=status>{_safe(WORDS[language]['missing'])}</p>")


def _frame(language: str, inside: str) -> str:
    title = _safe(WORDS[language]["title"])
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8><title>{title}</title>"
        f'<meta name=viewport content="width=device-width, initial-scale=1"><style>{STYLE}</style>'
        f"<main><h1>{title}</h1>{inside}</main></html>"
    )


def _safe(words: str) -> str:
    return html.escape(words)
