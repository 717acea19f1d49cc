"""The page of a link: what is to be paid, the buttons of a real one, and those that misbehave."""

from __future__ import annotations

import base64
import hashlib
import html
from datetime import datetime
from typing import Final

from tests.institutions.paytr.books import ACTS, ISTANBUL, PageLink

__all__ = ["HEADERS", "shown"]

_WORDS: Final = {
    "tr": {
        "title": "PayTR ile güvenli ödeme (deneme)",
        "seller": "Satıcı",
        "name": "Açıklama",
        "amount": "Tutar",
        "until": "Son ödeme zamanı",
        "pay": "{amount} öde",
        "decline": "Kart reddedilsin",
        "try": "Aksilikleri denemek için",
        "twice": "İki kez öde",
        "wrong": "Eksik tutar öde",
        "instalments": "Şirket kartıyla taksitli öde",
        "lost": "Öde, bildirim kaybolsun",
        "late": "Öde, bildirim geç gelsin",
        "doubled": "Öde, bildirim üç kez gelsin",
        "forged": "Sahte bildirim gelsin",
        "end": "Bağlantının süresini bitir",
        "anyway": "Kapalı bağlantıdan öde",
        "declined": "Ödeme tamamlanmadı. Yeniden deneyebilirsiniz.",
        "paid": "Ödeme alındı.",
        "closed": "Bu bağlantı artık geçerli değil. Para çekilmedi.",
        "missing": "Böyle bir ödeme bağlantısı yok.",
        "note": "Deneme kuruluşu: gerçek para çekilmez, kart bilgisi sorulmaz.",
    },
    "en": {
        "title": "Secure payment with PayTR (practice)",
        "seller": "Seller",
        "name": "Description",
        "amount": "Amount",
        "until": "Pay before",
        "pay": "Pay {amount}",
        "decline": "Let the card be declined",
        "try": "To try what can go wrong",
        "twice": "Pay twice",
        "wrong": "Pay less than the price",
        "instalments": "Pay by instalments with a company's card",
        "lost": "Pay, and lose the callback",
        "late": "Pay, and delay the callback",
        "doubled": "Pay, and call back three times",
        "forged": "Send a forged callback",
        "end": "Let the link expire",
        "anyway": "Pay through the closed link",
        "declined": "The payment was not completed. You can try again.",
        "paid": "Payment received.",
        "closed": "This link is not valid any more. No money was taken.",
        "missing": "There is no such payment link.",
        "note": "Practice institution: no real money is taken, no card is asked for.",
    },
}

_STYLE: Final = """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; font: 17px/1.5 system-ui, sans-serif; }
main { max-width: 27rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.2rem; } h2, p.note { font-size: .85rem; font-weight: normal; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; } dd { margin: 0; text-align: right; }
button { display: block; width: 100%; min-height: 44px; margin: .5rem 0; padding: .5rem 1rem; font: inherit; }
button.main { font-weight: bold; }
button:focus-visible { outline: 3px solid; outline-offset: 2px; }
"""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'",
    "Cache-Control": "no-store",
}


def shown(link: PageLink | None, seller: str, language: str, now: datetime) -> str:
    """The whole page as it stands at `now`, in the language that was asked for, else in the link's own."""
    if language not in _WORDS:
        language = link.language if link else "tr"
    words = _WORDS[language]
    if link is None:
        return _frame(language, words, _state(words["missing"]))
    lira, part = divmod(link.price, 100)
    amount = f"{lira},{part:02}\u00a0TL" if language == "tr" else f"{lira}.{part:02}\u00a0TL"
    rows = {"seller": seller, "name": link.name, "amount": amount, "until": _moment(link.until)}
    table = "".join(f"<dt>{words[name]}</dt><dd>{html.escape(value)}</dd>" for name, value in rows.items())
    if link.takes_money(now):
        labels = {act: words[act].replace("{amount}", amount) for act in ACTS}
        rest = (_state(words["declined"]) if link.declined else "") + _form(labels, words["try"])
    else:
        rest = _state(words["paid" if link.state == "paid" else "closed"]) + _form({"pay-anyway": words["anyway"]}, "")
    return _frame(language, words, f"<dl>{table}</dl>{rest}")


def _form(labels: dict[str, str], title: str) -> str:
    buttons = [
        f'<button name=act value="{act}"{" class=main" if act == "pay" else ""}>{label}</button>'
        for act, label in labels.items()
    ]
    others = f"<h2>{title}</h2>{''.join(buttons[2:])}" if title else ""
    return f"<form method=post>{''.join(buttons[:2])}{others}</form>"


def _state(sentence: str) -> str:
    return f"<p role=status>{sentence}</p>"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ISTANBUL):%d.%m.%Y %H.%M}" if at.year < 9999 else "–"


def _frame(language: str, words: dict[str, str], inside: str) -> str:
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8><title>{words['title']}</title>"
        f'<meta name=viewport content="width=device-width, initial-scale=1"><style>{_STYLE}</style>'
        f"<main><h1>{words['title']}</h1>{inside}<p class=note>{words['note']}</p></main></html>"
    )
