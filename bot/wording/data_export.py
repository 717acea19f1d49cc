"""Everything held about a person, made readable: the answer to /verilerim as a page and as JSON (KVKK m.11/1-b)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flows.words.text import Text, text
from locales import say
from rendering.layout.report import Report, Section

__all__ = ["SECTIONS", "as_json", "readable"]

TITLE = text("export", "Everything we hold about you")
LEAD = text(
    "export",
    "This page and the JSON file beside it were made for you at this moment and are not kept by us. Amounts are in"
    " kuruş, times in UTC.",
)
CUT = text("export", "(longer; the whole of it is in the JSON file)")
NOTHING = text("export", "nothing")
YES, NO = text("export", "yes"), text("export", "no")

SECTIONS: Mapping[str, Text] = {
    "messenger": text("export", "Your chat"),
    "profile": text("export", "Your details"),
    "conversation": text("export", "The open conversation and its answers"),
    "letters": text("export", "Letters whose text we still hold"),
    "orders": text("export", "Orders"),
    "scans": text("export", "What the print room has scanned"),
    "dispatches": text("export", "Letters handed to the print room"),
    "contracts": text("export", "Documents you accepted with an order"),
    "invoices": text("export", "Who your invoices are made out to"),
    "issued_invoices": text("export", "Invoices"),
    "payments": text("export", "Payments"),
    "refunds": text("export", "Refunds"),
    "payment_callbacks": text("export", "Messages of the payment institution"),
    "consents": text("export", "What you have accepted or withdrawn"),
    "requests": text("export", "Your requests"),
    "tickets": text("export", "Support messages"),
    "unsent_messages": text("export", "Messages to you that are not sent yet"),
    "work_waiting": text("export", "Tasks in the queue"),
    "openings": text("export", "Letters that had to be opened"),
    "access_log": text("export", "Accesses to your data for another purpose than serving you"),
}
"""A heading for each part of storage.rights.export; the suite compares."""

LABELS: Mapping[str, Text] = {
    "name": text("export", "Name"),
    "phone": text("export", "Telephone"),
    "email": text("export", "E-mail"),
    "language": text("export", "Language"),
    "birth_date": text("export", "Birth date"),
    "blocked_until": text("export", "No order before"),
    "addressees": text("export", "Saved addressee"),
    "addressee": text("export", "Addressee"),
    "invoice": text("export", "Name and address of the last invoice"),
    "address": text("export", "Address"),
    "tax_office": text("export", "Tax office"),
    "tax_number": text("export", "Tax number"),
    "national_id": text("export", "Turkish identity number, until the order is paid or closed"),
    "addressee_name": text("export", "Addressee"),
    "text": text("export", "Text"),
    "words": text("export", "Words"),
    "formatting": text("export", "Formatting"),
    "photos": text("export", "Photos"),
    "bold": text("export", "Bold"),
    "italic": text("export", "Italic"),
    "underline": text("export", "Underlined"),
    "strike": text("export", "Struck through"),
    "quote": text("export", "Quotation"),
    "code": text("export", "Code"),
    "number": text("export", "Number"),
    "state": text("export", "State"),
    "amount": text("export", "Amount"),
    "paid": text("export", "Paid"),
    "tariff": text("export", "Tariff"),
    "vat_percent": text("export", "VAT in percent"),
    "discount": text("export", "Discount"),
    "discount_code": text("export", "Discount code"),
    "birthday_year": text("export", "Year of the last birthday discount"),
    "birthday_order": text("export", "Order with the birthday discount"),
    "wrong_codes": text("export", "Discount codes that did not match"),
    "kind": text("export", "Kind"),
    "at": text("export", "Time"),
    "due": text("export", "Due"),
    "party": text("export", "Name and address"),
    "tracking": text("export", "Tracking number"),
    "handle": text("export", "Number of the chat"),
    "channel": text("export", "Messenger"),
}
"""Words for the commonest fields; the others are shown by the name the JSON file gives them."""


def as_json(held: Mapping[str, Any]) -> bytes:
    """The same for a computer: UTF-8, indented, letters as they are."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=str).encode()


def readable(held: Mapping[str, Any], language: str) -> Report:
    """The page: a section for each kind of data, a row for each value that is not empty."""
    sections = tuple(
        Section(say(SECTIONS[part], language), tuple(_rows(value, language)) or ((say(NOTHING, language), "–"),))
        for part, value in held.items()
    )
    return Report(language, say(TITLE, language), say(LEAD, language), sections, say(CUT, language))


def _rows(value: Any, language: str, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _rows(part, language, (*path, _label(str(name), language)))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value, 1):
            yield from _rows(part, language, (*path, str(number)))
    elif value not in (None, ""):
        shown = say(YES if value else NO, language) if isinstance(value, bool) else str(value)
        yield " › ".join(path) or "–", shown


def _label(name: str, language: str) -> str:
    return say(LABELS[name], language) if name in LABELS else name
