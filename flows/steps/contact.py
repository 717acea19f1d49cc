"""The sender's own name, telephone and e-mail, to be changed before an order."""

from flows.core.effects import Reply
from flows.core.events import ButtonTapped
from flows.core.step import BACK, Forward, Here, Move, Open, Step, button
from flows.input.email import readable
from flows.words.text import Phone, Verbatim, text


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "contact",
            "Shall we go on with these details?\n{name}\n{phone}\n{email}",
            name=Verbatim(here.profile.name),
            phone=Phone(here.profile.phone),
            email=Verbatim(readable(here.profile.email)),
        ),
        (
            (button("contact", "Go on with these", "same"),),
            (
                button("contact", "Change the name", "open", "name"),
                button("contact", "Change the telephone", "open", "phone"),
                button("contact", "Change the e-mail", "open", "email"),
            ),
            (BACK,),
        ),
    )


def take_same(here: Here, tap: ButtonTapped) -> Move:
    return Forward()


def take_open(here: Here, tap: ButtonTapped) -> Move:
    return Open(step=tap.value)


STEP = Step(
    name="contact",
    ask=ask,
    accepts=text("contact", "Please tap “Go on with these”, or the detail you would like to change."),
    taps={"same": take_same, "open": take_open},
    needed=lambda here: False,
    back="contract",
)
