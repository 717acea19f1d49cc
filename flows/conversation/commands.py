"""What is always there: the slash commands of a sender, each with its Turkish and its English name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from flows.conversation import context
from flows.conversation.journey import BEGIN
from flows.conversation.moves import moved, open_step
from flows.core.effects import Attachment, Button, Reply, ShowDocument
from flows.core.events import CommandGiven
from flows.core.state import Order, Standing, State, Turn
from flows.core.step import GoTo, Here, Move, Open, Stay, lines
from flows.input.age import today_in_istanbul
from flows.input.manuscript import clean, clean_styles
from flows.letter.unprintable_files import CANNOT_BE_PRINTED
from flows.order.notifications import decisions, link_screen, payable, state_of
from flows.order.price_lines import explained, vat_inside
from flows.order.quoting import quoted
from flows.price.price import Product, price, sheets_of, weight_grams
from flows.steps import blocked, letter, support
from flows.steps.delivery import PRODUCTS
from flows.words.styles import Styled
from flows.words.text import Count, Kurus, Lines, Percent, Text, text
from flows.words.turkish import fold

__all__ = ["COMMANDS", "Command", "find", "nearest", "take"]


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is Turkish, `twin` English; both work in every language. early: allowed before the notice is accepted."""

    name: str
    twin: str
    help: Text
    take: Callable[[Here, CommandGiven], Move]
    early: bool = False


DESTRUCTIVE = frozenset({"sil", "iptal"})
"""Never offered for their likeness to what somebody typed: they take something away."""
CANCELLABLE = (State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.PRINTING, State.STUCK)
"""Until the print room has the letter; on its way there a stop and the print are decided against each other."""
SHOWN = 10  # the newest orders of the list


BEFORE_ANYTHING = (
    Button(text("start", "Sample letter"), "sample", lasting=True),
    Button(text("start", "Prices"), "prices", lasting=True),
)


def greeting_of(here: Here) -> Reply:
    """What it is, what it costs and how long it takes, before anything is asked."""
    least = price(here.operator.tariff, Product.NORMAL, 1, here.today)
    first, last = here.operator.tariff.delivery[Product.NORMAL]
    words = text(
        "start",
        "Hello, welcome to MektupX. You write here; we print your letter, put it in an envelope and post it."
        " A letter of one page costs: {amount}. Expected delivery: {first}–{last} working days after posting.",
        amount=least,
        first=first,
        last=last,
    )
    return Reply(words, (BEFORE_ANYTHING,))


def start(here: Here, given: CommandGiven) -> Move:
    greeting = (greeting_of(here),)
    if here.standing.step == "blocked":
        return replace(blocked.asked_again(here), effects=greeting)
    return Stay(effects=greeting, ask=True)


def new(here: Here, given: CommandGiven) -> Move:
    """A letter that has words, or waits for its payment, is not thrown away without asking."""
    if here.standing.step == "blocked":
        return blocked.asked_again(here)
    if not here.draft.manuscript.empty or (here.standing.step == "home" and not here.draft.blank):
        return Open(step="restart")
    return GoTo(step=BEGIN) if here.standing.step in ("home", "contact") else Stay(ask=True)


def prices(here: Here, given: CommandGiven) -> Move:
    """By product: the first sheet, and how long it travels; then what more sheets cost."""
    tariff = here.operator.tariff
    rows = tuple(
        text(
            "prices",
            "{product}: {amount} · expected delivery {first}–{last} working days after posting",
            product=PRODUCTS[product],
            amount=price(tariff, product, 1, here.today),
            first=tariff.delivery[product][0],
            last=tariff.delivery[product][1],
        )
        for product in Product
    )
    now = tariff.in_force(here.today)
    head = text("prices", "Prices for a letter of one sheet (two pages), VAT, envelope and postage included:")
    more = text("prices", "Each further sheet: {amount}.", amount=Kurus(now.sheet))
    page = now.photo_page
    photos = (
        () if page is None else (text("prices", "A page of one to four photos: {amount} more.", amount=Kurus(page)),)
    )
    longest = weight_grams(sheets_of(here.operator.page_limit), tariff.paper)
    heavier = tuple(
        text("prices", "Heavier letters, up to {grams} g: {amount} more.", grams=Count(grams), amount=Kurus(extra))
        for (lighter, _), (grams, extra) in pairwise(((0, 0), *now.steps))
        if extra and lighter < longest
    )
    vat = text("prices", "The VAT in these prices: {percent}.", percent=Percent(now.vat_percent))
    return Stay(effects=(Reply(lines(head, *rows, more, *photos, *heavier, vat, *_own_price(here))),), silent=True)


def _own_price(here: Here) -> tuple[Text, ...]:
    """How the price of the letter that is being written comes about."""
    if not (here.draft.preview or here.draft.measure) or here.draft.order:
        return ()
    found = quoted(here.operator, here.standing, here.at)
    return (
        text("prices", "Your letter as it is now:"),
        *explained(found, here.operator.tariff, PRODUCTS[found.product]),
        text("contract", "Total: {amount} (VAT included)", amount=found.total),
        vat_inside(found.vat_percent, found.vat),
    )


def sample(here: Here, given: CommandGiven) -> Move:
    """A letter as it will look, on each paper."""
    shown = Reply(
        text("sample", "This is how a letter looks on our papers. Yours is shown to you before you order anything."),
        attachment=Attachment("stationery", ""),
    )
    return Stay(effects=(shown,), silent=True)


def orders(here: Here, given: CommandGiven) -> Move:
    newest = sorted(here.standing.orders, key=lambda order: order.created_at, reverse=True)[:SHOWN]
    if not newest:
        return Stay(say=text("orders", "You have no orders yet. To begin a letter, just write /new."))
    rows = tuple(_way(here, order) for order in newest)
    shown = Lines((text("orders", "Your orders"), *(_line(order) for order in newest)))
    return Stay(effects=(Reply(shown, tuple(row for row in rows if row)),), silent=True)


def _line(order: Order) -> Text:
    return text(
        "orders",
        "{order} · {day} · {amount} · {state}",
        order=order.number or "…",
        day=today_in_istanbul(order.created_at),
        amount=order.amount,
        state=state_of(order),
    )


def _way(here: Here, order: Order) -> tuple[Button, ...]:
    if order.state is State.RETURNED:
        return decisions(order)
    if order.state not in CANCELLABLE or order.stopping:
        return ()
    cancel = Button(text("orders", "Cancel {order}", order=order.number), "cancel_order", order.id, lasting=True)
    if payable(order, here.at):
        return (*link_screen(here.operator, order, None, here.at)[1][0], cancel)
    return (cancel,)


def ask_support(here: Here, given: CommandGiven) -> Move:
    return support.given_at_once(here, given) or Open(step="support")


def opens(step: str) -> Callable[[Here, CommandGiven], Move]:
    return lambda here, given: Open(step=step)


def privacy(here: Here, given: CommandGiven) -> Move:
    """Telegram's terms: a bot answers /privacy with its policy."""
    return Stay(effects=(ShowDocument("policy"),), silent=True)


def cancel(here: Here, given: CommandGiven) -> Move:
    """The order that waits for its payment, the letter, or the only order that can still be cancelled; always asked."""
    if here.draft.order:
        return Open(step="cancel_order", about=here.draft.order)
    if not here.draft.blank:
        return Open(step="cancel")
    open_ones = [order for order in here.standing.orders if order.state in CANCELLABLE and not order.stopping]
    if len(open_ones) == 1:
        return Open(step="cancel_order", about=open_ones[0].id)
    return Stay(say=text("cancel", "There is no letter to throw away. An order can be cancelled in /orders."))


def help_(here: Here, given: CommandGiven) -> Move:
    english = here.profile.language == "en"
    named = tuple(
        text("help", "/{command} – {what}", command=command.twin if english else command.name, what=command.help)
        for command in COMMANDS
    )
    return Stay(effects=(Reply(lines(text("help", "You can write any of these:"), *named)),), silent=True)


COMMANDS: tuple[Command, ...] = (
    Command("start", "start", text("help", "greets and shows where you are"), start, early=True),
    Command("yeni", "new", text("help", "begins a new letter"), new),
    Command("fiyat", "prices", text("help", "what a letter costs"), prices, early=True),
    Command("ornek", "sample", text("help", "shows a sample letter"), sample, early=True),
    Command("siparisler", "orders", text("help", "shows your orders"), orders),
    Command("destek", "support", text("help", "sends your question to the support desk"), ask_support),
    Command("verilerim", "mydata", text("help", "asks for a copy of your data"), opens("mydata")),
    Command("sil", "erase", text("help", "asks for your data to be erased"), opens("erase")),
    Command("ayarlar", "settings", text("help", "your details and consents"), opens("settings")),
    Command("dil", "language", text("help", "changes the language"), opens("language"), early=True),
    Command("gizlilik", "privacy", text("help", "the privacy policy, word for word"), privacy, early=True),
    Command("iptal", "cancel", text("help", "throws away the letter you are writing, after asking"), cancel),
    Command("yardim", "help", text("help", "shows this list"), help_, early=True),
)

_BY_NAME: Mapping[str, Command] = {name: command for command in COMMANDS for name in (command.name, command.twin)}


def find(name: str) -> Command | None:
    """The command of that name, in any case and with Turkish letters: "İptal", "yardım"."""
    return _BY_NAME.get(fold(name))


def nearest(here: Here, name: str) -> str:
    """The command somebody may have meant, by its name in their language; never one that takes something away."""
    refused = DESTRUCTIVE if here.draft.blank and not here.draft.order else DESTRUCTIVE | {"yeni"}
    offered = [known for known, command in _BY_NAME.items() if command.name not in refused]
    meant = _BY_NAME[next(iter(difflib.get_close_matches(fold(name), offered, 1, 0.0)), "yardim")]
    return meant.twin if here.profile.language == "en" else meant.name


# What a sender gives --------------------------------------------------------------------------------------------------


NOT_TO_DESK = text("support", "Words and pictures reach the support desk; the file that you sent with them does not.")


def take(here: Here, given: CommandGiven) -> Turn[Standing]:
    """Below a file it is a command all the same; what becomes of the file is said first."""
    turn = _taken(here, given)
    if not given.below:
        return turn
    known = find(given.name)
    to_desk = known is not None and known.take is ask_support
    left = NOT_TO_DESK if to_desk else CANNOT_BE_PRINTED.get(given.below, CANNOT_BE_PRINTED["other"])
    return replace(turn, effects=(Reply(left), *turn.effects))


def _taken(here: Here, given: CommandGiven) -> Turn[Standing]:
    known = find(given.name)
    if open_step(here.standing).name == "letter" and (known is None or _tells_more(known, given)):
        return _asked_about(here, given)
    if known is None:
        meant = nearest(here, given.name)
        said = text("machine", "There is no such command. Did you mean /{command}? All commands: /help", command=meant)
        return moved(here, Stay(say=said))
    if here.profile.notice is None and not known.early:
        return moved(here, Stay(ask=True))
    words = clean(given.words)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    # A command closes a side question that is still open, and says nothing about it.
    if here.standing.aside:
        here = here.now(replace(here.standing, aside="", screen=here.standing.screen + 1))
    return moved(here, known.take(here, replace(given, words=words.strip())))


def _tells_more(known: Command, given: CommandGiven) -> bool:
    """Lines below a command that takes none would be lost with it."""
    return "\n" in given.typed.strip() and known.take is not ask_support


def _asked_about(here: Here, given: CommandGiven) -> Turn[Standing]:
    """It may stand in the letter: nothing is offered for its likeness, and nothing lost."""
    words = clean(given.typed)
    if isinstance(words, Text):
        return moved(here, Stay(say=words))
    said = Styled(words, clean_styles(given.typed, given.styles))
    here = context.heard(here, given.message, words, styles=said.styles)
    return moved(here, letter.take_unknown_command(here, given.message, said))
