"""Name and address for the invoice, kept in a vault of their own (VUK 253, TTK 82); the last one with one tap."""

import re
from collections.abc import Mapping
from dataclasses import replace

from stdnum.tr import vkn

from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step, button
from flows.words.digits import ascii_digits
from flows.words.text import Count, Text, Verbatim, text
from flows.words.turkish import fold

FEWEST_WORDS, LONGEST = 3, 300
MYSELF, PERSON, COMPANY = "self", "person", "company"
LAST = "last"  # the invoice of the last order is offered

QUESTIONS: Mapping[str, Text] = {
    PERSON: text(
        "invoice",
        "Please write the name and address for the invoice in one message. Example: Işıl İnci, Kızılay Mah."
        " Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
    ),
    COMPANY: text(
        "invoice",
        "Please write the company's title, tax office, tax number and address in one message. Example: Örnek Ltd. Şti.,"
        " Çankaya V.D. 0123456789, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
    ),
}


def ask(here: Here) -> Reply:
    """The last one is offered; whoever is asked for the first time writes the address alone."""
    whose, last = here.draft.invoice_for, here.draft.invoice or here.profile.invoice
    if last and not whose:
        words = text("invoice", "Shall we make out the invoice as last time?\n{invoice}", invoice=Verbatim(last))
        return Reply(words, ((button("invoice", "Yes, the same", "same"),), _whose(here, LAST), (BACK,)))
    whose = whose or MYSELF
    mine = text(
        "invoice",
        "The invoice is in your name: {name}. Please write its address. Example: Kızılay Mah. Ihlamur Sok. No: 3,"
        " 06420 Çankaya, Ankara",
        name=Verbatim(here.profile.name),
    )
    return Reply(QUESTIONS.get(whose, mine), (_whose(here, whose), (BACK,)))


def _whose(here: Here, now: str) -> tuple[Button, ...]:
    """In whose name it could be instead."""
    mine = button("invoice", "Another address", "for", MYSELF)
    keys = (
        mine if now == LAST else button("invoice", "{name}", "for", MYSELF, name=Verbatim(here.profile.name)),
        button("invoice", "Somebody else", "for", PERSON),
        button("invoice", "A company", "for", COMPANY),
    )
    return tuple(key for key in keys if key.value != now)


def take_text(here: Here, said: TextWritten) -> Move:
    party = "\n".join(" ".join(line.split()) for line in said.text.splitlines() if line.strip())
    if here.draft.invoice_for == COMPANY:
        trouble = _tax_number(party)
        if trouble is not None:
            return Stay(say=trouble)
    elif here.draft.invoice_for != PERSON:
        party = f"{here.profile.name}\n{_without(here.profile.name, party)}"
    if len(party.split()) < FEWEST_WORDS + len(here.profile.name.split()):
        return Stay(say=QUESTIONS.get(here.draft.invoice_for, NEEDED))
    if len(party) > LONGEST:
        return Stay(
            say=text(
                "invoice",
                "Name and address for the invoice can have {most} characters at most. Yours: {given}. Could you please"
                " write them shorter?",
                most=Count(LONGEST),
                given=Count(len(party)),
            )
        )
    return _kept(here, party)


NEEDED = text(
    "invoice",
    "Please write the address for the invoice. Example: Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
)


def _without(name: str, party: str) -> str:
    """The address alone, where the own name was written before it all the same."""
    rest = party[len(name) :]
    own = fold(party).startswith(fold(name)) and not rest[:1].isalnum()  # "Ali Can" is not the "Ali Canbaz Sok."
    return rest.lstrip(" ,;\n") if own else party


def _tax_number(party: str) -> Text | None:
    """What is wrong with the company's tax number: ten digits, the last of which is a check digit (VUK m.8)."""
    found = re.findall(r"(?<!\d)\d{10}(?!\d)", re.sub(r"(?<=\d) (?=\d)", "", ascii_digits(party)))
    if not found:
        return text(
            "invoice",
            "The company's tax number (VKN) is missing; it has ten digits. Please write title, tax office, tax number"
            " and address in one message. Example: Örnek Ltd. Şti., Çankaya V.D. 0123456789, Kızılay Mah. Ihlamur Sok."
            " No: 3, 06420 Çankaya, Ankara",
        )
    if not any(vkn.is_valid(number) for number in found):
        return text(
            "invoice",
            "There seems to be a typo in the tax number: {number}. Could you please check it and write title, tax"
            " office, tax number and address once more?",
            number=found[0],
        )
    return None


def _kept(here: Here, party: str) -> Move:
    """Remembered for the next order, too: it is offered there."""
    return Forward(
        say=text("invoice", "Noted."),
        draft=replace(here.draft, invoice=party, invoice_for=""),
        profile=replace(here.profile, invoice=party),
    )


def take_same(here: Here, tap: ButtonTapped) -> Move:
    return Forward(draft=replace(here.draft, invoice=here.draft.invoice or here.profile.invoice, invoice_for=""))


def take_for(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, invoice_for=tap.value), ask=True)


STEP = Step(
    name="invoice",
    ask=ask,
    accepts=NEEDED,
    on={TextWritten: take_text},
    taps={"same": take_same, "for": take_for},
    needed=lambda here: not here.draft.invoice,
    back="preview",
)
