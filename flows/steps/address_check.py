"""The address as the envelope will show it, with what we are unsure about; the sender has the last word."""

from dataclasses import replace

from flows.address.address import Address, check, is_prison, lines, read_address
from flows.address.answers import corrected
from flows.address.inmate import inmate, of_inmate
from flows.core.effects import MeasureAddress, Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, Forward, GoTo, Here, Move, Stay, Step, button
from flows.core.step import lines as below
from flows.steps import address
from flows.words.text import Text, Verbatim, text
from flows.words.turkish import fold

SAVED_MOST = 10  # saved addressees are buttons: more than ten cannot be read at a glance

PRISON = text(
    "address_check",
    "Letters to a prison are opened and inspected there. A code on the paper can be a reason to refuse them, so we"
    " print none.",
)
OF_INMATE = text(
    "address_check",
    "The father's name or the ward may be needed as well; write it here, and it stands below the institution. Example:"
    " C-12 Koğuşu, baba adı Mehmet",
)
NUMBERED = text(
    "address_check",
    "The prisoner's number may be needed as well; to add it, write the whole address once more, with it.",
)


def on_envelope(found: Address) -> Text:
    """The lines as they will stand in the window."""
    printed = Verbatim("\n".join(lines(found)))
    return text("address_check", "On the envelope it will look like this:\n{lines}", lines=printed)


def ask(here: Here) -> Reply | None:
    found = here.draft.addressee
    if found is None:
        return None
    shown: list[Text] = [on_envelope(found)]
    shown += [problem.text for problem in check(found).problems if not problem.blocking]
    if is_prison(found):
        shown += (PRISON, OF_INMATE if found.country == "TR" else NUMBERED)
    keep = () if _is_saved(here, found) else ((button("address_check", "Right, and save it", "save"),),)
    return Reply(
        below(*shown),
        ((button("address_check", "Right", "right"), button("buttons", "Correct it", "fix")), *keep, (BACK,)),
    )


def _is_saved(here: Here, found: Address) -> bool:
    return found in here.profile.addressees


def unchecked(here: Here) -> bool:
    """A letter whose preview is approved has had its envelope checked."""
    draft = here.draft
    approved = draft.preview is not None and draft.preview.approved
    return draft.addressee is not None and draft.addressee != draft.checked and not approved


YES = frozenset(
    {"evet", "tamam", "dogru", "olur", "ok", "okey", "onayliyorum", "yes", "right", "correct", "evet dogru"}
)
NO = frozenset({"hayir", "yanlis", "duzelt", "degil", "no", "wrong", "hayir yanlis"})


def take_text(here: Here, said: TextWritten) -> Move:
    """Yes or no, one part that was forgotten or mistyped, or the whole address once more."""
    words = fold(said.text).strip(" .!,")
    if words in YES:
        return take_right(here, ButtonTapped("right", "", "", ""))
    if words in NO:
        return take_fix(here, ButtonTapped("fix", "", "", ""))
    found, whole = here.draft.addressee, read_address(said.text, here.draft.addressee_name)
    if found is None or address.stands_alone(whole.address) or whole.candidates:
        return address.judged(here, whole)
    if added := _added(found, whole.address):
        return address.judged(here, check(added))
    part = corrected(found, said.text)
    if part is None and whole.address.organisation:
        return address.judged(here, whole)
    return Stay(say=STEP.accepts) if part is None else address.judged(here, part)


def _added(found: Address, said: Address) -> Address | None:
    """With the ward or the father's name, where a message says nothing else."""
    alone = replace(said, name="", unread=()) == Address() and all(map(of_inmate, said.unread))
    return inmate(found, said.unread) if alone else None


def take_right(here: Here, tap: ButtonTapped) -> Move:
    return Forward(draft=replace(here.draft, mending="", checked=here.draft.addressee))


def take_save(here: Here, tap: ButtonTapped) -> Move:
    """Only on request (docs/design.md, "Limits"); the oldest one makes room, and that is said."""
    found = here.draft.addressee
    kept = (*here.profile.addressees, found)[-SAVED_MOST:] if found else here.profile.addressees
    right = replace(here.draft, mending="", checked=found)
    said = text("address_check", "Saved.")
    if found and len(here.profile.addressees) >= SAVED_MOST:
        gone = Verbatim(here.profile.addressees[0].name)
        said = text("address_check", "Saved. The oldest saved addressee made room: {name}", name=gone)
    return Forward(say=said, draft=right, profile=replace(here.profile, addressees=kept))


def take_fix(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="address", draft=here.draft.changed(addressee=None, mending=""))


STEP = Step(
    name="address_check",
    ask=ask,
    accepts=text(
        "address_check",
        "Please tap “Right” if the address is right, or write what should be different. Example: No: 12",
    ),
    on={TextWritten: take_text},
    taps={"right": take_right, "save": take_save, "fix": take_fix},
    needed=unchecked,
    arrive=lambda here: (MeasureAddress(here.draft.revision),) if here.draft.addressee else (),
    back="address",
)
