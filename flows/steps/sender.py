"""Who stands on the envelope as the sender: the service, or the sender's own name and address."""

from flows.core.effects import MeasureAddress, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, GoTo, Here, Move, Stay, Step, button
from flows.words.text import Count, Verbatim, text

SHORTEST, LONGEST = 12, 90  # one small line above the address in the window (DIN 5008)


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "sender",
            "Which address should the envelope show as the sender's? Ours is: {address}. With ours, a returned letter"
            " comes to us and we let you know. For your own, write your name and address in one line.",
            address=Verbatim(", ".join(here.operator.return_address)),
        ),
        ((button("sender", "MektupX's address", "service"),), (BACK,)),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    line = " ".join(said.text.split())
    if not SHORTEST <= len(line) <= LONGEST:
        return Stay(
            say=text(
                "sender",
                "The sender's line takes {least} to {most} characters. Yours: {given}. Example: Işıl İnci,"
                " Ihlamur Sok. 3, 06420 Çankaya/Ankara",
                least=Count(SHORTEST),
                most=Count(LONGEST),
                given=Count(len(line)),
            )
        )
    changed = here.draft.changed(own_sender=line)
    return GoTo(step="delivery", draft=changed, effects=(MeasureAddress(changed.revision, sender=True),))


def take_service(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="delivery", draft=here.draft.changed(own_sender=""))


STEP = Step(
    name="sender",
    ask=ask,
    accepts=text("sender", "Please tap the button, or write your own name and address in one line."),
    on={TextWritten: take_text},
    taps={"service": take_service},
    needed=lambda here: False,
    back="delivery",
)
