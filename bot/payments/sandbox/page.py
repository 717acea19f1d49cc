"""The page a payer sees at the sandbox institution: amount, order number, one button that pays, four that misbehave."""

from __future__ import annotations

import base64
import hashlib
import html
from datetime import datetime
from typing import Final

from bot.payments.sandbox.books import Link
from flows.words.text import Kurus, Value
from locales.formats import shown

__all__ = ["ACTS", "HEADERS", "language_of", "missing_page", "payment_page"]

ACTS: Final = ("pay", "fail", "twice", "wrong", "expire")
"""What the buttons do, in their order on the page; the first is the one a real institution has."""

# The bank is another company: its words are its own, as iyzico's or PayTR's would be, and not in our catalogs.
_WORDS: Final = {
    "tr": {
        "title": "Güvenli ödeme",
        "seller": "Satıcı",
        "order": "Sipariş numarası",
        "amount": "Tutar",
        "until": "Son ödeme zamanı",
        "pay": "{amount} öde",
        "try": "Aksilikleri denemek için",
        "fail": "Ödeme başarısız olsun",
        "twice": "İki kez öde",
        "wrong": "Yanlış tutar öde",
        "expire": "Bağlantının süresini bitir",
        "note": "Deneme kuruluşu: gerçek para çekilmez, kart bilgisi sorulmaz.",
        "paid": "Ödeme alındı, Telegram’a dönebilirsiniz.",
        "declined": "Ödeme tamamlanmadı. Yeniden deneyebilirsiniz.",
        "expired": "Bu bağlantının süresi doldu. Para çekilmedi.",
        "missing": "Böyle bir ödeme bağlantısı yok. Telegram’daki düğmeyle yeniden açabilirsiniz.",
    },
    "en": {
        "title": "Secure payment",
        "seller": "Seller",
        "order": "Order number",
        "amount": "Amount",
        "until": "Pay before",
        "pay": "Pay {amount}",
        "try": "To try what can go wrong",
        "fail": "Let the payment fail",
        "twice": "Pay twice",
        "wrong": "Pay a wrong amount",
        "expire": "Let the link expire",
        "note": "Practice institution: no real money is taken, no card is asked for.",
        "paid": "Payment received, you can return to Telegram.",
        "declined": "The payment was not completed. You can try again.",
        "expired": "This link has expired. No money was taken.",
        "missing": "There is no such payment link. Please open it again with the button in Telegram.",
    },
}

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #22211f; --soft: #6b6660; --line: #ddd6cc; --sheet: #fffdf9; --seal: #8c2f2b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece7df; --soft: #a8a199; --line: #45403a; --sheet: #24211e; --seal: #b5534c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--sheet); color: var(--ink); font: 17px/1.5 Georgia, "Noto Serif", serif; }
main { max-width: 28.5rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.35rem; font-weight: normal; margin: 0 0 1.5rem; padding-bottom: .75rem;
     border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.25rem; margin: 0 0 1.75rem; }
dt { color: var(--soft); } dd { margin: 0; text-align: right; } dd.amount { font-size: 1.25rem; }
p.state { margin: 0 0 1.75rem; font-size: 1.1rem; } p.note, h2 { color: var(--soft); font-size: .85rem; }
h2 { font-weight: normal; margin: 2.25rem 0 .5rem; }
button { display: block; width: 100%; margin: .4rem 0; padding: .6rem 1rem; font: inherit; color: var(--ink);
         background: none; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer; font-size: .95rem; }
button.main { background: var(--seal); border-color: var(--seal); color: #fff; font-size: 1.1rem; padding: .8rem 1rem; }
button:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The address of the page is what allows to pay, so no other site gets to see it, frame it or keep it."""


def language_of(asked: str | None, accept_language: str) -> str:
    """`?lang=` if it is one of ours, else the browser's first language that is, else Turkish."""
    if asked in _WORDS:
        return asked
    wishes: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(wishes, key=lambda wish: wish[0]) if tag in _WORDS), "tr")


def payment_page(link: Link, seller: str, language: str, now: datetime) -> str:
    """The whole page as it stands at `now`: with buttons while the link takes money, else with the sentence why not."""
    words = _WORDS[language]
    open_still = link.takes_money(now)
    rows = [
        _row(words["seller"], seller),
        _row(words["order"], link.number),
        _row(words["amount"], _shown(Kurus(link.amount), language), "amount"),
    ]
    if open_still:
        rows.append(_row(words["until"], _shown(link.until, language)))
        state = _state(words["declined"]) if link.declined else ""
        rest = state + _buttons(link, words, language)
    else:
        rest = _state(words["paid" if link.state == "paid" else "expired"])
    return _frame(language, f"<dl>{''.join(rows)}</dl>{rest}<p class=note>{_safe(words['note'])}</p>")


def missing_page(language: str) -> str:
    """For an address that belongs to no link."""
    return _frame(language, _state(_WORDS[language]["missing"]))


def _buttons(link: Link, words: dict[str, str], language: str) -> str:
    pay = words["pay"].replace("{amount}", _shown(Kurus(link.amount), language))
    first, *others = ACTS
    rest = "".join(f'<button name="act" value="{act}">{_safe(words[act])}</button>' for act in others)
    return (
        f'<form method="post" action="?lang={language}">'
        f'<button class="main" name="act" value="{first}">{_safe(pay)}</button>'
        f"<h2>{_safe(words['try'])}</h2>{rest}</form>"
    )


def _frame(language: str, inside: str) -> str:
    title = _safe(_WORDS[language]["title"])
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8><title>{title}</title>"
        f'<meta name=viewport content="width=device-width, initial-scale=1"><style>{_STYLE}</style>'
        f"<main><h1>{title}</h1>{inside}</main></html>"
    )


def _row(name: str, value: str, kind: str = "") -> str:
    return f'<dt>{_safe(name)}</dt><dd class="{kind}">{_safe(value)}</dd>'


def _state(sentence: str) -> str:
    return f"<p class=state role=status>{_safe(sentence)}</p>"


def _safe(words: str) -> str:
    return html.escape(words)


def _shown(value: Value, language: str) -> str:
    return shown(value, language)
