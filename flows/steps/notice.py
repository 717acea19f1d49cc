"""The first screen: how we protect data, before anything is asked (KVKK m.10)."""

from dataclasses import replace

from flows.core.effects import RecordConsent, Reply, ShowDocument
from flows.core.events import ButtonTapped
from flows.core.state import Acceptance
from flows.core.step import Forward, Here, Move, Stay, Step, button
from flows.words.text import text


def ask(here: Here) -> Reply:
    document = here.document("notice")
    return Reply(
        text(
            "notice",
            "First, please read how we protect your data. Version {version}, {dated}.",
            version=document.version,
            dated=document.dated,
        ),
        (
            (button("notice", "The whole text", "read"),),
            (button("notice", "I have read it, continue", "accept"),),
        ),
    )


def outdated(here: Here) -> bool:
    """Not read yet, or not in these words: a new version, seller or recipient is shown again (KVKK m.10). Whoever has
    read it in one language has read it."""
    read = here.profile.notice
    words = {one.sha256 for (name, _), one in here.operator.documents.items() if name == "notice"}
    return read is None or (bool(words) and read.sha256 not in words)


def take_read(here: Here, tap: ButtonTapped) -> Move:
    return Stay(effects=(ShowDocument("notice"),), ask=True)


def take_accept(here: Here, tap: ButtonTapped) -> Move:
    document = here.document("notice")
    accepted = Acceptance(document.version, document.sha256, here.at)
    return Forward(
        say=text("notice", "Thank you."),
        profile=replace(here.profile, notice=accepted),
        effects=(RecordConsent("notice", document.version, document.sha256),),
    )


STEP = Step(
    name="notice",
    ask=ask,
    accepts=text(
        "notice",
        "To go on, please read the notice and tap “I have read it, continue”. Nothing you write is stored before that.",
    ),
    taps={"read": take_read, "accept": take_accept},
    needed=outdated,
)
