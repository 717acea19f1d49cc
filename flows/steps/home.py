"""No question is open: the letter is on its way, waits as a draft, or has not been begun."""

from flows.core.effects import OpenTicket, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import Forward, Here, Move, Stay, Step, button
from flows.words.text import text
from flows.words.turkish import fold

THANKS = ("tesekkur", "sagol", "sag ol", "eyvallah", "thank", "thx")


def ask(here: Here) -> Reply:
    new = button("home", "New letter", "new")
    if here.draft.blank:
        return Reply(text("home", "To begin a new letter, just write /new. For a question, write /support."), ((new,),))
    return Reply(
        text("home", "Your letter is kept as a draft. You can go on with it whenever you like."),
        ((button("home", "Go on with the letter", "resume"), new),),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    if here.profile.ticket:
        return Stay(effects=(OpenTicket(said.text, said.message),), silent=True)
    if any(word in fold(said.text) for word in THANKS):
        return Stay(say=text("home", "The pleasure is ours. To begin a new letter, just write /new."))
    return Stay(ask=True)


def take_resume(here: Here, tap: ButtonTapped) -> Move:
    return Forward()


STEP = Step(
    name="home",
    ask=ask,
    accepts=text("home", "To begin a new letter, just write /new. For a question, write /support."),
    on={TextWritten: take_text},
    taps={"resume": take_resume},
    settled=True,
)
