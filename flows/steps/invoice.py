"""Name and address for the invoice, kept in a vault of their own (VUK 253, TTK 82)."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import BACK, Forward, Here, Move, Stay, Step
from flows.words.text import Count, text

FEWEST_WORDS, LONGEST = 4, 300


def ask(here: Here) -> Reply:
    return Reply(text("invoice", "To which name and address should the invoice be made out?"), ((BACK,),))


def take_text(here: Here, said: TextWritten) -> Move:
    party = "\n".join(" ".join(line.split()) for line in said.text.splitlines() if line.strip())
    if len(party.split()) < FEWEST_WORDS:
        return Stay(
            say=text(
                "invoice",
                "Name and address are both needed for the invoice. Example: Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3,"
                " 06420 Çankaya, Ankara",
            )
        )
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
    return Forward(say=text("invoice", "Noted."), draft=replace(here.draft, invoice=party))


STEP = Step(
    name="invoice",
    ask=ask,
    accepts=text(
        "invoice",
        "Please write the name and address for the invoice. Example: Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3,"
        " 06420 Çankaya, Ankara",
    ),
    on={TextWritten: take_text},
    needed=lambda here: not here.draft.invoice,
    back="preview",
)
