"""What to change, from the preview, the order card or the payment: only that part is asked again, the rest is kept."""

from collections.abc import Mapping
from dataclasses import replace

from flows.core.effects import Button, Reply
from flows.core.events import ButtonTapped
from flows.core.step import BACK, GoTo, Here, Move, Step, Take, button
from flows.words.text import Text, text

__all__ = ["CHANGES", "STEP", "changes"]


def _opens(step: str, say: Text | None = None) -> Take:
    """Nothing is taken away before something else has been given."""
    return lambda here, tap: GoTo(step=step, say=say, draft=replace(here.draft, changing=step))


def _invoice(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="invoice", draft=replace(here.draft, changing="invoice", invoice_for="", invoice_begun=None))


LETTER = text("mend", "You can write more, or edit a message you have sent.")
CHANGES: Mapping[str, Take] = {
    "address": _opens("addressee"),
    "letter": _opens("letter", LETTER),
    "stationery": _opens("stationery"),
    "delivery": _opens("delivery"),
    "invoice": _invoice,
    "contact": _opens("contact"),
}
"""The action of a button -> the question it opens."""

_ALWAYS: tuple[tuple[Button, ...], ...] = (
    (button("mend", "The addressee", "address"), button("mend", "The letter", "letter")),
    (button("mend", "The paper", "stationery"), button("mend", "The delivery", "delivery")),
)
_ONCE_GIVEN = (button("mend", "The invoice", "invoice"), button("mend", "My details", "contact"))


def changes(here: Here) -> tuple[tuple[Button, ...], ...]:
    """The rows of buttons: what has been given so far; invoice and details once the preview is approved."""
    preview = here.draft.preview
    return (*_ALWAYS, _ONCE_GIVEN) if here.draft.invoice and preview and preview.approved else _ALWAYS


def ask(here: Here) -> Reply:
    return Reply(text("mend", "What would you like to change? The rest stays as it is."), (*changes(here), (BACK,)))


STEP = Step(
    name="mend",
    ask=ask,
    accepts=text("mend", "Please tap the part you would like to change."),
    taps=CHANGES,
    needed=lambda here: False,
    back="preview",
)
