"""The real PDF and pictures of its pages: what is approved here is, byte for byte, what is printed.

Whether to print is asked when those very bytes stand in the chat: nobody approves pages that have not arrived.
"""

from dataclasses import replace

from flows.core.effects import Attachment, DrawPreview, Effect, MeasureAddress, Reply, ShowBusy
from flows.core.events import ButtonTapped, PreviewArrived, PreviewDrawn, PreviewRefused, PreviewUndelivered
from flows.core.state import Preview
from flows.core.step import Forward, GoTo, Here, Move, Stay, Step, button
from flows.letter import photo_page
from flows.words.text import Count, plural, text

APPROVE = button("preview", "I approve", "approve")
FIX = button("buttons", "Correct it", "fix")
OUTSIDE = button("preview", "What does the envelope’s window show?", "window")
UNCOVERED = button("preview", "What can be read from outside?", "window")
SHOWN = text(
    "preview",
    "This is how your letter lies in its envelope. However the sheet slides inside, the window shows the whole address,"
    " and nothing of your letter.",
)
FOLDED = text("preview", "This side of your folded letter lies outside: the address, and nothing of your letter.")
LOOKED = text("preview", "Have you looked at the pages? If everything is right, tap “I approve”.")
OUR_MISTAKE = text(
    "machine",
    "Something went wrong on our side, we are sorry. What you wrote is kept. Could you please try again in a few"
    " minutes?",
)
NOT_PASSED = text(
    "preview",
    "The pages of your letter did not pass our last check before printing, so there is no preview to approve yet. The"
    " mistake is ours, we are sorry; a colleague has been told. What you wrote is kept. You can try another paper, or"
    " write to us with /support.",
)
TOO_LARGE = text(
    "preview",
    "There are too many different emoji in your letter to print it: a letter holds about 600. The same emoji may come"
    " as often as you like. What you wrote is kept; could you please take a few out by editing a message?",
)


def ask(here: Here) -> Reply | None:
    preview = here.draft.preview
    if preview is None:
        return None
    return Reply(
        text(
            "preview",
            "Your letter is ready to print, and its preview is attached. What you approve is what is printed;"
            " not a single letter changes.",
        ),
        ((APPROVE, FIX), (UNCOVERED if _by_hand(here) else OUTSIDE,)) if preview.arrived else (),
        attachment=Attachment("preview", here.draft.letter, preview.sha256),
    )


def arrive(here: Here) -> tuple[Effect, ...]:
    """What stands in the window is measured once more: nothing on the envelope is ever cut."""
    draft = here.draft
    if draft.preview is not None:
        return ()
    own = (MeasureAddress(draft.revision, sender=True),) if draft.own_sender else ()
    return (ShowBusy(), MeasureAddress(draft.revision), *own, DrawPreview(draft.revision))


def take_drawn(here: Here, drawn: PreviewDrawn) -> Move:
    draft = here.draft
    if drawn.revision != draft.revision or draft.preview is not None:
        return Stay(silent=True)
    if drawn.lines_over:
        over = plural(
            "letter",
            "Your letter exceeds the limit of {limit} pages by {n} line. What you wrote is kept; you can shorten it by"
            " editing a message.",
            "Your letter exceeds the limit of {limit} pages by {n} lines. What you wrote is kept; you can shorten it by"
            " editing a message.",
            drawn.lines_over,
            limit=Count(here.operator.page_limit),
        )
        return GoTo(step="letter", say=over, draft=replace(draft, finished=False))
    return Stay(draft=replace(draft, preview=Preview(drawn.revision, drawn.pages, drawn.sha256)), ask=True)


def take_arrived(here: Here, arrived: PreviewArrived) -> Move:
    preview = here.draft.preview
    if preview is None or preview.arrived or preview.sha256 != arrived.sha256:
        return Stay(silent=True)
    return Stay(draft=replace(here.draft, preview=replace(preview, arrived=True)), say=LOOKED)


def take_undelivered(here: Here, refused: PreviewUndelivered) -> Move:
    preview = here.draft.preview
    if preview is None or here.draft.letter != refused.letter:
        return Stay(silent=True)
    if preview.arrived:  # it was shown once more: the same pages stand further up
        return Stay(say=LOOKED)
    said = text(
        "preview",
        "Telegram did not take the preview of your letter, so there is nothing to approve yet. What you wrote is kept."
        " Shall we send it once more?",
    )
    again = button("preview", "Send it again", "again")
    return Stay(silent=True, effects=(Reply(said, ((again, FIX),)),))


def take_again(here: Here, tap: ButtonTapped) -> Move:
    return Stay(ask=True)


def take_refused(here: Here, refused: PreviewRefused) -> Move:
    if refused.revision != here.draft.revision or here.draft.preview is not None:
        return Stay(silent=True)
    if refused.final:  # drawing it once more would end the same
        return GoTo(step="mend", say=NOT_PASSED)
    if refused.lost:
        draft, drops = photo_page.without(here.draft, refused.lost)
        return GoTo(step="letter", draft=draft, effects=drops, say=photo_page.lost(len(refused.lost)))
    if refused.too_large:
        return GoTo(step="letter", draft=replace(here.draft, finished=False), say=TOO_LARGE)
    return GoTo(step="delivery", draft=replace(here.draft, product=""), say=OUR_MISTAKE)


def take_approve(here: Here, tap: ButtonTapped) -> Move:
    preview = here.draft.preview
    if preview is None or not preview.arrived:
        return Stay(ask=True)
    return Forward(draft=replace(here.draft, preview=replace(preview, approved=True)))


def take_window(here: Here, tap: ButtonTapped) -> Move:
    """A picture on wish, with the two answers below it: nobody has to look for them further up."""
    preview = here.draft.preview
    if preview is None or not preview.arrived:
        return Stay(ask=True)
    shown = Attachment("window", here.draft.letter, preview.sha256)
    said = FOLDED if _by_hand(here) else SHOWN
    return Stay(silent=True, effects=(Reply(said, ((APPROVE, FIX),), attachment=shown),))


def _by_hand(here: Here) -> bool:
    """Whether letters are enveloped by hand: then the address is not seen through a window."""
    return here.operator.envelope == "hand"


def take_fix(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="mend")


STEP = Step(
    name="preview",
    ask=ask,
    accepts=text("preview", "Please tap “I approve” below the preview, or “Correct it” to change something."),
    on={
        PreviewDrawn: take_drawn,
        PreviewRefused: take_refused,
        PreviewArrived: take_arrived,
        PreviewUndelivered: take_undelivered,
    },
    taps={"approve": take_approve, "fix": take_fix, "again": take_again, "window": take_window},
    drawn_elsewhere=frozenset({"again", "fix"}),
    needed=lambda here: here.draft.preview is None or not here.draft.preview.approved,
    arrive=arrive,
    back="delivery",
    detours=("mend",),
    waiting=text("preview", "We are drawing the preview; it will be here in a moment."),
)
