"""In whose name the invoice is, kept in a vault of its own (VUK 253, TTK 82); the last one with one tap."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step, button
from flows.invoice.party import InvoiceParty
from flows.invoice.reading import Part, completed, missing, read_company, read_own, read_person
from flows.words.text import Count, Text, Verbatim, text

LONGEST = 300
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
READERS: Mapping[str, Callable[[str], InvoiceParty]] = {PERSON: read_person, COMPANY: read_company}

# What is asked for where a message did not hold it; what it did hold stands above the question.
MISSING: Mapping[Part, Text] = {
    Part.NAME: text("invoice", "In whose name is it? It is enough to write that. Example: Işıl İnci"),
    Part.TAX_NUMBER: text(
        "invoice",
        "The company's tax number (VKN) is missing; it has ten digits. It is enough to write the number. Example:"
        " 0123456789",
    ),
    Part.TAX_OFFICE: text(
        "invoice", "The tax office is missing. It is enough to write its name. Example: Çankaya V.D."
    ),
    Part.ADDRESS: text(
        "invoice",
        "The address is missing. It is enough to write that. Example: Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya,"
        " Ankara",
    ),
    Part.PLACE: text(
        "invoice",
        "We could not find the province in the address. It is enough to write ilçe and il. Example: Çankaya, Ankara",
    ),
}
TYPO = text(
    "invoice",
    "There seems to be a typo in the tax number: {number}. Could you please check it and write the number once more?",
)


def ask(here: Here) -> Reply:
    """The last one is offered; whoever is asked for the first time writes the address alone."""
    begun = here.draft.invoice_begun
    if begun is not None:
        return Reply(_incomplete(begun), (*_ways_on(begun), (BACK,)))
    whose, last = here.draft.invoice_for, here.draft.invoice or here.profile.invoice
    if last and not whose:
        words = text(
            "invoice", "Shall we make out the invoice with these details again?\n{invoice}", invoice=last.parts
        )
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


def _incomplete(begun: InvoiceParty) -> Text:
    """What has been read so far, and the question for what is missing."""
    part = missing(begun) or Part.PLACE
    question = MISSING[part]
    if part is Part.TAX_NUMBER and begun.tax_number:
        question = replace(TYPO, values={"number": begun.tax_number})
    read = replace(begun, tax_number="") if part is Part.TAX_NUMBER else begun
    return text("invoice", "The invoice so far:\n{parts}\n{question}", parts=read.parts, question=question)


def _ways_on(begun: InvoiceParty) -> tuple[tuple[Button, ...], ...]:
    """An address without a province that we know may be right all the same."""
    anew = (button("invoice", "I will write it all anew", "anew"),)
    if missing(begun) is Part.PLACE:
        return (button("invoice", "The address is complete", "complete"),), anew
    return (anew,)


def take_text(here: Here, said: TextWritten) -> Move:
    begun, whose = here.draft.invoice_begun, here.draft.invoice_for or MYSELF
    given = len(said.text.strip())
    if given > LONGEST:
        return Stay(say=_too_long(given))
    if begun is not None:
        party = completed(begun, said.text)
    elif whose in READERS:
        party = READERS[whose](said.text)
    else:
        party = read_own(said.text, here.profile.name)
    part = missing(party)
    if part is None:
        return _kept(here, party)
    if begun is None and whose == MYSELF and part is Part.ADDRESS and not party.company:
        return Stay(say=NEEDED)
    return Stay(draft=replace(here.draft, invoice_begun=party), ask=True)


def _too_long(given: int) -> Text:
    return text(
        "invoice",
        "Name and address for the invoice can have {most} characters at most. Yours: {given}. Could you please"
        " write them shorter?",
        most=Count(LONGEST),
        given=Count(given),
    )


NEEDED = text(
    "invoice",
    "Please write the address for the invoice. Example: Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
)


def _kept(here: Here, party: InvoiceParty) -> Move:
    """Read back in its parts, and remembered for the next order, too: it is offered there."""
    return Forward(
        say=text("invoice", "We have noted this for the invoice:\n{parts}", parts=party.parts),
        draft=replace(here.draft, invoice=party, invoice_for="", invoice_begun=None),
        profile=replace(here.profile, invoice=party),
    )


def take_same(here: Here, tap: ButtonTapped) -> Move:
    last = here.draft.invoice or here.profile.invoice
    return Forward(draft=replace(here.draft, invoice=last, invoice_for="", invoice_begun=None))


def take_for(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, invoice_for=tap.value, invoice_begun=None), ask=True)


def take_anew(here: Here, tap: ButtonTapped) -> Move:
    return Stay(draft=replace(here.draft, invoice_begun=None), ask=True)


def take_complete(here: Here, tap: ButtonTapped) -> Move:
    begun = here.draft.invoice_begun
    if begun is None or missing(begun) is not Part.PLACE:
        return Stay(ask=True)
    return _kept(here, begun)


STEP = Step(
    name="invoice",
    ask=ask,
    accepts=NEEDED,
    on={TextWritten: take_text},
    taps={"same": take_same, "for": take_for, "anew": take_anew, "complete": take_complete},
    needed=lambda here: here.draft.invoice is None,
    back="preview",
)
