"""Name, telephone and e-mail from last time, reused with one tap."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ButtonTapped
from flows.core.step import Forward, Here, Move, Open, Step, button
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
        ),
    )


def take_same(here: Here, tap: ButtonTapped) -> Move:
    return Forward(draft=replace(here.draft, contact_settled=True))


def take_open(here: Here, tap: ButtonTapped) -> Move:
    return Open(step=tap.value)


STEP = Step(
    name="contact",
    ask=ask,
    accepts=text("contact", "Please tap “Go on with these”, or the detail you would like to change."),
    taps={"same": take_same, "open": take_open},
    needed=lambda here: not here.draft.contact_settled,
)
