"""The stage directions of the transcripts: how time, money, paper and gestures are written in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from flows.conversation.pictures import goes_to_desk
from flows.core import events as ev
from flows.core.retention_notice import Retained
from flows.desk.openings.table import Why
from flows.input.age import today_in_istanbul
from flows.price.discounts import Code, Reduction
from flows.price.price import Product
from flows.words.slash import slash
from flows.words.text import Kurus
from tests.dialogue import SENDER, TRANSCRIPTS, Conversation, Line, parsed
from tests.fake_worker import ANSWER_WITHIN

__all__ = ["DIRECTIONS", "GESTURES", "direct", "gesture"]

Found = re.Match[str]
Act = Callable[[Conversation, Found], None]

UNITS = {
    "saniye": "seconds", "dakika": "minutes", "saat": "hours", "gün": "days",
    "second": "seconds", "minute": "minutes", "hour": "hours", "day": "days",
}  # fmt: skip
LEASE = timedelta(minutes=5)
REASONS = {"hukuki": Why.LEGAL, "legal": Why.LEGAL, "teknik": Why.TECHNICAL, "technical": Why.TECHNICAL}


def _passes(talk: Conversation, found: Found) -> None:
    talk.travel(timedelta(**{UNITS[found["unit"]]: int(found["n"])}))


def _late(talk: Conversation, found: Found) -> None:
    """The messenger holds back what is written now; everything else goes on."""
    talk.sent = talk.at
    _passes(talk, found)


def _order(talk: Conversation, found: Found) -> str:
    """The newest order, or the one that is named."""
    number = found.groupdict().get("order")
    named = next((order.id for order in talk.standing.orders if order.number == number), None)
    return named or talk.newest_order().id


def _pays(talk: Conversation, found: Found) -> None:
    order = talk.standing.order(_order(talk, found))
    assert order is not None
    talk.payments += 1
    lira = found.groupdict().get("lira")
    amount = Kurus(int(re.sub(r"\D", "", lira))) if lira else order.amount
    currency = found.groupdict().get("currency") or "TRY"
    talk.receive(ev.PaymentSettled(order.id, f"pay-{talk.payments}", amount, currency))


def _given_in_part(talk: Conversation, found: Found) -> None:
    order = talk.standing.order(_order(talk, found))
    assert order is not None
    amount = Kurus(int(re.sub(r"\D", "", found["lira"])))
    talk.receive(ev.PartRefundGranted(order.id, "delay", amount, len(order.parts) + 1))


def _settled_again(talk: Conversation, found: Found) -> None:
    """The institution tells the same payment twice."""
    talk.receive(next(event for event in reversed(talk.events) if isinstance(event, ev.PaymentSettled)))


def _happens(event: Callable[[Conversation, str], ev.Event]) -> Act:
    return lambda talk, found: talk.receive(event(talk, _order(talk, found)))


def _fails(kind: str) -> Act:
    return lambda talk, found: talk.worker.failing.add(kind)


def _halts(talk: Conversation, found: Found) -> None:
    talk.waiting = []


def _goes_on(talk: Conversation, found: Found) -> None:
    work, talk.waiting = talk.waiting or [], None
    for one in work:
        talk.ask(one)


def _swaps(talk: Conversation, found: Found) -> None:
    first = talk.message + 1
    talk.message += 2
    talk.swapped = [first, first + 1]


def _as_usual(talk: Conversation, found: Found) -> None:
    """Plays the happy path, unheard, until the step is open."""
    for line in happy_path(talk.language):
        if talk.standing.question == found["step"]:
            break
        if line.who == "(":
            direct(talk, line.words[1:-1])
        else:
            gesture(talk, line.words)
    assert talk.standing.question == found["step"], found["step"]
    talk.said.clear()


@cache
def happy_path(language: str) -> tuple[Line, ...]:
    file = next((TRANSCRIPTS / language).glob("01-*.txt"))
    lines = parsed(file.read_text(encoding="utf-8"))
    return tuple(line for line in lines if line.who in ("(", SENDER[language]))


def _kept(talk: Conversation) -> tuple[Retained, ...]:
    """What the law keeps of somebody with orders, and of everybody."""
    today = today_in_istanbul(talk.at)
    later = today.replace(year=today.year + 3)
    invoices = Retained("invoices", 1, date(today.year + 10, 12, 31))
    of_orders = (Retained("orders", 1, later), Retained("contracts", 1, later), invoices)
    return (*(of_orders if talk.standing.orders else ()), Retained("consents", 1, later))


def _answers(talk: Conversation, found: Found) -> None:
    """An admin has confirmed, and what had to end first has ended."""
    number, kind, opened = _closed(talk, found)
    talk.receive(ev.RequestAnswered(number, kind, _kept(talk) if kind == "erasure" else (), opened))


def _refuses(talk: Conversation, found: Found) -> None:
    number, _, opened = _closed(talk, found)
    talk.receive(ev.RequestRefused(number, found["reason"], found["article"], opened))


def _closed(talk: Conversation, found: Found) -> tuple[int, str, date]:
    """(number, kind, day it was opened) of a request that has its answer now."""
    number = int(found["request"])
    kind = next(kind for kind, one in talk.worker.requests.items() if one.number == number)
    return number, kind, talk.worker.requests.pop(kind).due - ANSWER_WITHIN


def _claimed(talk: Conversation, found: Found) -> None:
    """No dispatcher takes a letter before its time; until then the day goes on."""
    order = talk.standing.order(_order(talk, found))
    assert order is not None
    if order.print_from is not None and talk.at < order.print_from:
        talk.travel(order.print_from - talk.at)
    talk.receive(ev.PrintClaimed(order.id, "lease-1", talk.at + LEASE))


def _tray(talk: Conversation, order: str) -> ev.Event:
    return ev.LetterDispatched(order, "lease-1", "folder", "tray/1.pdf")


CODES = {
    code.key: code
    for code in (
        Code("HOŞGELDİN", Reduction(percent=20), date(2026, 11, 1), date(2026, 11, 30), 100, 1, frozenset(Product)),
        Code("BAHAR5", Reduction(kurus=500), date(2026, 3, 1), date(2026, 5, 31), None, 1, frozenset(Product)),
        Code("YILBASI", Reduction(kurus=500), date(2026, 12, 15), date(2027, 1, 5), None, 1, frozenset(Product)),
        Code("SADE10", Reduction(percent=10), date(2026, 1, 1), date(2026, 12, 31), 5, 1, frozenset({Product.NORMAL})),
    )
}
"""What the operator's tariff file holds where a transcript says that there are discount codes."""


def _has_codes(talk: Conversation, found: Found) -> None:
    talk.changes_tariff(replace(talk.operator.tariff, codes=CODES))


def _demands_identity(talk: Conversation, found: Found) -> None:
    talk.changes_operator(replace(talk.operator, national_id=True))


def _code_used_up(talk: Conversation, found: Found) -> None:
    talk.standing = replace(talk.standing, code_uses=((found["code"], 1000),))


def _dearer(talk: Conversation, found: Found) -> None:
    """Registered letters of one sheet cost ten lira more."""
    tariff = talk.operator.tariff
    prices = replace(
        tariff.prices[-1],
        valid_from=today_in_istanbul(talk.at),
        first_sheet={**tariff.prices[-1].first_sheet, Product.REGISTERED: 10600},
    )
    talk.changes_tariff(replace(tariff, version="2026-2", prices=(*tariff.prices, prices)))


ORDER = r"(?:, (?P<order>MX\d+))?"

# What happens around the sender: Turkish, English, what it means.
DIRECTIONS: tuple[tuple[str, str, Act], ...] = (
    (r"(?P<n>\d+) (?P<unit>\w+) geçer", r"(?P<n>\d+) (?P<unit>second|minute|hour|day)s? pass(?:es)?", _passes),
    (
        r"sonraki mesaj (?P<n>\d+) (?P<unit>\w+) geç ulaşır",
        r"the next message arrives (?P<n>\d+) (?P<unit>second|minute|hour|day)s? late",
        _late,
    ),
    (rf"öder{ORDER}", rf"pays{ORDER}", _pays),
    (rf"bir daha öder{ORDER}", rf"pays once more{ORDER}", _pays),
    (rf"(?P<lira>\d+,\d\d) TL öder{ORDER}", rf"pays (?P<lira>\d+\.\d\d) TL{ORDER}", _pays),
    (
        rf"(?P<lira>\d+,\d\d) (?P<currency>[A-Z]{{3}}) öder{ORDER}",
        rf"pays (?P<lira>\d+\.\d\d) (?P<currency>[A-Z]{{3}}){ORDER}",
        _pays,
    ),
    (
        rf"bir yönetici (?P<lira>\d+,\d\d) TL iade eder{ORDER}",
        rf"an admin refunds (?P<lira>\d+\.\d\d) TL{ORDER}",
        _given_in_part,
    ),
    (
        f"ödeme kuruluşu sayfayı kapatır{ORDER}",
        f"the institution closes the page{ORDER}",
        _happens(lambda talk, order: ev.LinkExpired(order, closed=True)),
    ),
    ("aynı ödeme bir daha bildirilir", "the same payment is told once more", _settled_again),
    (
        f"ödeme reddedilir{ORDER}",
        f"the payment is declined{ORDER}",
        _happens(lambda talk, order: ev.PaymentDeclined(order)),
    ),
    (
        f"baskı odası mektubu alır{ORDER}",
        f"the print room takes the letter{ORDER}",
        _claimed,
    ),
    (f"baskı durur{ORDER}", f"printing is stuck{ORDER}", _happens(lambda talk, order: ev.PrintStuck(order, "lease-1"))),
    (
        f"silme isteği mektubu durdurur{ORDER}",
        f"the erasure stops the letter{ORDER}",
        _happens(lambda talk, order: ev.StopAsked(order)),
    ),
    (
        f"baskı odası mektubu almamıştır{ORDER}",
        f"the print room did not get the letter{ORDER}",
        _happens(lambda talk, order: ev.PrintWithheld(order, "lease-1")),
    ),
    (
        f"mektup yazıcıda bulunamaz{ORDER}",
        f"nobody finds the letter at the printer{ORDER}",
        _happens(lambda talk, order: ev.FoundUnprinted(order)),
    ),
    (
        f"bir yönetici ücreti iade eder{ORDER}",
        f"an admin refunds the price{ORDER}",
        _happens(lambda talk, order: ev.RefundGranted(order, "lost")),
    ),
    (f"mektup tepsiye konur{ORDER}", f"the letter lies in the tray{ORDER}", _happens(_tray)),
    (
        f"mektubun anahtarı yok edilir{ORDER}",
        f"the letter's key is destroyed{ORDER}",
        _happens(lambda talk, order: ev.LetterShredded(order)),
    ),
    (
        rf"mektup postaya verilir: (?P<tracking>\w+){ORDER}",
        rf"the letter is posted: (?P<tracking>\w+){ORDER}",
        lambda talk, found: talk.receive(ev.LetterPosted(_order(talk, found), found["tracking"])),
    ),
    (
        f"mektup postaya verilir{ORDER}",
        f"the letter is posted{ORDER}",
        _happens(lambda talk, order: ev.LetterPosted(order)),
    ),
    (
        f"mektup basılıp zarflanır{ORDER}",
        f"the letter is printed and enveloped{ORDER}",
        _happens(lambda talk, order: ev.LetterPrinted(order)),
    ),
    (
        f"mektup baskı odasında zarar görür{ORDER}",
        f"the letter is damaged in the print room{ORDER}",
        _happens(lambda talk, order: ev.LetterSpoiled(order)),
    ),
    (
        rf"mektup geri döner: (?P<reason>\w+){ORDER}",
        rf"the letter comes back: (?P<reason>\w+){ORDER}",
        lambda talk, found: talk.receive(ev.LetterReturned(_order(talk, found), found["reason"])),
    ),
    (
        f"mektup imha edilir{ORDER}",
        f"the letter is destroyed{ORDER}",
        _happens(lambda talk, order: ev.LetterDestroyed(order)),
    ),
    (
        f"mektup bir haftadır tepside durur{ORDER}",
        f"the letter has been in the tray for a week{ORDER}",
        _happens(lambda talk, order: ev.TrayOverdue(order)),
    ),
    (
        f"sipariş son gününe gelir{ORDER}",
        f"the order's last day comes{ORDER}",
        _happens(lambda talk, order: ev.LatestEndPassed(order)),
    ),
    ("ödeme kuruluşu kimlik numarası ister", "the payment institution asks for the identity number", _demands_identity),
    ("tarifede indirim kodları vardır", "the tariff has discount codes", _has_codes),
    (r"indirim kodu tükenir: (?P<code>\w+)", r"the discount code is used up: (?P<code>\w+)", _code_used_up),
    ("tarife pahalanır", "the tariff becomes dearer", _dearer),
    (r"talep yanıtlanır: (?P<request>\d+)", r"the request is answered: (?P<request>\d+)", _answers),
    (
        r"talep onaylanır: (?P<request>\d+)",
        r"the request is confirmed: (?P<request>\d+)",
        lambda talk, found: talk.receive(ev.RequestWaits(int(found["request"]), (talk.newest_order().number,))),
    ),
    (
        r"talep reddedilir: (?P<request>\d+), (?P<article>[^:]+): (?P<reason>.+)",
        r"the request is refused: (?P<request>\d+), (?P<article>[^:]+): (?P<reason>.+)",
        _refuses,
    ),
    ("alıcı bize itiraz etmiştir", "the addressee has objected", _fails("address")),
    (
        "mektup 23 gündür yarım durur",
        "the letter has been unfinished for 23 days",
        lambda talk, found: talk.receive(ev.DraftEnding(today_in_istanbul(talk.at + timedelta(days=7)))),
    ),
    (
        "hesap iki yıl kullanılmaz",
        "the account is not used for two years",
        lambda talk, found: talk.receive(ev.AccountIdle(today_in_istanbul(talk.at + timedelta(days=30)))),
    ),
    (
        r"destek yanıtlar, (?P<n>\d+): (?P<words>.+)",
        r"the desk answers, (?P<n>\d+): (?P<words>.+)",
        lambda talk, found: talk.receive(ev.TicketAnswered(int(found["n"]), found["words"])),
    ),
    (
        r"destek altı gündür ses duymaz, (?P<n>\d+)",
        r"the desk has heard nothing for six days, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketReminded(int(found["n"]), (talk.at + timedelta(days=1)).date())),
    ),
    (
        r"destek soruyu kapatır, (?P<n>\d+)",
        r"the desk closes the question, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketClosed(int(found["n"]))),
    ),
    (
        r"destek susulduğu için kapatır, (?P<n>\d+)",
        r"the desk closes for silence, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketClosed(int(found["n"]), "silence")),
    ),
    (
        r"destek soruyu yeniden açar, (?P<n>\d+)",
        r"the desk opens the question again, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketReopened(int(found["n"]))),
    ),
    (
        r"mektup açılır, (?P<why>hukuki|teknik)",
        r"the letter is opened, (?P<why>legal|technical)",
        lambda talk, found: talk.receive(ev.LetterOpened("MX000123", REASONS[found["why"]], talk.at)),
    ),
    (
        "destek mesaj almaz: çok mesaj",
        "the desk takes no messages: flood",
        lambda talk, found: talk.receive(ev.TicketRefused("flood", talk.at + timedelta(hours=1))),
    ),
    (
        "destek mesaj almaz: engel",
        "the desk takes no messages: block",
        lambda talk, found: talk.receive(ev.TicketRefused("blocked", talk.at + timedelta(days=7))),
    ),
    (
        r"destek düzeltmeyi bekletir, (?P<n>\d+)",
        r"the desk keeps the correction back, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketEdited(int(found["n"]), later=talk.at + timedelta(hours=1))),
    ),
    ("botu engeller", "blocks the bot", lambda talk, found: talk.receive(ev.ChatBlocked())),
    ("engeli kaldırır", "unblocks the bot", lambda talk, found: talk.receive(ev.ChatOpened())),
    ("işler bekler", "work waits", _halts),
    ("işler yapılır", "work is done", _goes_on),
    ("posta kutusu bulunamaz", "the mailbox is unknown", _fails("mail")),
    ("posta sunucusu bu harfleri taşımaz", "the mail server does not carry these letters", _fails("letters")),
    ("önizleme yolda gecikir", "the preview is slow on its way", lambda talk, found: setattr(talk, "slow", True)),
    ("önizleme ulaşır", "the preview arrives", lambda talk, found: talk.preview_arrives()),
    (
        "Telegram önizlemeyi almaz",
        "Telegram does not take the preview",
        lambda talk, found: talk.receive(ev.PreviewUndelivered(talk.standing.draft.letter)),
    ),
    (
        r"Telegram soruyu destek grubunda göstermez, (?P<n>\d+)",
        r"Telegram does not show the question to the desk, (?P<n>\d+)",
        lambda talk, found: talk.receive(ev.TicketUnshown(int(found["n"]))),
    ),
    ("önizleme çizilemez", "the preview cannot be drawn", _fails("drawing")),
    ("sayfalar son kontrolden geçmez", "the pages do not pass the last check", _fails("gate")),
    ("ödeme sayfası açılamaz", "the payment page cannot be opened", _fails("link")),
    ("sonraki iki mesaj ters sırada ulaşır", "the next two messages arrive in the wrong order", _swaps),
    (r"her zamanki gibi, sıra şunda: (?P<step>\w+)", r"as usual, up to: (?P<step>\w+)", _as_usual),
)

FILES = {
    "fotoğraf": "photo", "ses kaydı": "voice", "çıkartma": "sticker", "belge": "document", "video": "video",
    "konum": "location", "anket": "poll", "kontrol listesi": "other",
    "photo": "photo", "voice": "voice", "sticker": "sticker", "document": "document",
    "location": "location", "poll": "poll", "checklist": "other",
}  # fmt: skip


def _file(talk: Conversation, found: Found) -> None:
    message, kind = talk.next_message(), FILES[found["kind"]]
    talk.receive(ev.PictureSent(kind, "AgAC", "", message) if kind == "photo" else ev.FileSent(kind))


def _cut(talk: Conversation, found: Found) -> None:
    """A long text as a client sends it: in two messages, the first as long as one can be."""
    words = found["begin"] + " " + found["line"] * int(found["n"])
    whole, last = words[:LONGEST], words[LONGEST:] + found["end"]
    assert len(whole) == LONGEST
    talk.writes(whole)
    talk.writes(last)


LONGEST = 4096  # units of one message (Bot API, Message.text)


_KINDS = "|".join(FILES)


def _captioned(talk: Conversation, found: Found) -> None:
    """A command below a file is a command; a photo goes to the desk with its own."""
    message, kind, caption = talk.next_message(), FILES[found["kind"]], found["caption"]
    talk.written[message] = caption
    given = slash(caption)
    if given is not None and not (kind == "photo" and goes_to_desk(given.name)):
        talk.receive(ev.CommandGiven(given.name, given.words, message, kind))
    elif kind == "photo":
        talk.receive(ev.PictureSent(kind, "AgAC", caption, message))
    else:
        talk.receive(ev.FileSent(kind, caption, message))


def _card(own: bool) -> Act:
    return lambda talk, found: talk.receive(ev.ContactShared("905321234567", own))


def _text(words: Callable[[Found], str]) -> Act:
    return lambda talk, found: talk.writes(words(found))


def _linked(talk: Conversation, found: Found) -> None:
    """Some of the words are a link, whose address nobody sees."""
    words, url = found["words"], found["url"]
    linked = words.replace(found["link"], f"{found['link']} ({url})", 1)
    message = talk.next_message()
    talk.written[message] = words
    talk.receive(ev.TextWritten(words, message, linked, (url,)))


# What the sender does besides writing and tapping.
GESTURES: tuple[tuple[str, str, Act], ...] = (
    (r"\[(?P<label>[^]]+)\] \(eski\)", r"\[(?P<label>[^]]+)\] \(old\)", lambda t, f: t.taps(f["label"], oldest=True)),
    (r"\[(?P<label>[^]]+)\] \(bir daha\)", r"\[(?P<label>[^]]+)\] \(again\)", lambda talk, found: talk.taps_again()),
    (r"\[(?P<label>[^]]+)\]", r"\[(?P<label>[^]]+)\]", lambda talk, found: talk.taps(found["label"])),
    (
        r"\(“(?P<old>[^”]+)” mesajını düzenler\) (?P<new>.+)",
        r"\(edits “(?P<old>[^”]+)”\) (?P<new>.+)",
        lambda talk, found: talk.edits(found["old"], found["new"]),
    ),
    (r"\(başkasının kişi kartı\)", r"\(somebody else's contact\)", _card(own=False)),
    (r"\(kendi kişi kartı\)", r"\(the own contact\)", _card(own=True)),
    (
        r"\((?P<n>\d+) satır: (?P<line>.+)\)",
        r"\((?P<n>\d+) lines: (?P<line>.+)\)",
        _text(lambda found: "\n".join([found["line"]] * int(found["n"]))),
    ),
    (
        r"\((?P<n>\d+) kez: (?P<line>.+)\)",
        r"\((?P<n>\d+) times: (?P<line>.+)\)",
        _text(lambda found: found["line"] * int(found["n"])),
    ),
    (
        r"\(“(?P<link>[^”]+)” bir bağlantı: (?P<url>\S+)\) (?P<words>.+)",
        r"\(“(?P<link>[^”]+)” is a link: (?P<url>\S+)\) (?P<words>.+)",
        _linked,
    ),
    (
        r"\(uzun bir metin: (?P<begin>.+) \+ (?P<n>\d+) kez: (?P<line>.+) \+ (?P<end>.+)\)",
        r"\(a long text: (?P<begin>.+) \+ (?P<n>\d+) times: (?P<line>.+) \+ (?P<end>.+)\)",
        _cut,
    ),
    (
        r"\(iletir\) (?P<words>.+)",
        r"\(forwards\) (?P<words>.+)",
        lambda talk, found: talk.writes(found["words"], forwarded=True),
    ),
    (
        r"\(“(?P<ours>[^”]+)” mesajını yanıtlar\) (?P<words>.+)",
        r"\(replies to “(?P<ours>[^”]+)”\) (?P<words>.+)",
        lambda talk, found: talk.writes(found["words"], quoted=talk.quoted(found["ours"])),
    ),
    (r"\(görünmeyen bir karakter\)", r"\(an invisible character\)", _text(lambda found: "a\x00b")),
    (
        r"\(görünmeyen işaretler arasında\) (?P<words>.+)",
        r"\(among invisible marks\) (?P<words>.+)",
        lambda talk, found: gesture(talk, f"\u202a\u200e{found['words']}\u200b\u202c"),
    ),
    (rf"\((?P<kind>{_KINDS}): (?P<caption>.+)\)", rf"\((?P<kind>{_KINDS}): (?P<caption>.+)\)", _captioned),
    (rf"\((?P<kind>{_KINDS})\)", rf"\((?P<kind>{_KINDS})\)", _file),
)


def direct(talk: Conversation, words: str) -> None:
    """Carries out a direction; one that is not in the table is a mistake in the transcript."""
    if not _done(talk, DIRECTIONS, words):
        raise ValueError(f"No such stage direction: {words}")


def gesture(talk: Conversation, words: str) -> None:
    """What the sender does: a gesture of the table, or plain writing. {kod} is the newest code from the mail."""
    if not _done(talk, GESTURES, words):
        code = talk.worker.codes[-1] if talk.worker.codes else ""
        talk.writes(words.replace("{kod}", code).replace("{code}", code))


def _done(talk: Conversation, table: tuple[tuple[str, str, Act], ...], words: str) -> bool:
    for turkish, english, act in table:
        if found := re.fullmatch(turkish if talk.language == "tr" else english, words, re.DOTALL):
            act(talk, found)
            return True
    return False
