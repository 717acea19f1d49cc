"""What a sender asks the desk: a question that was asked together with its command is corrected without it."""

from __future__ import annotations

import pytest

from flows.conversation.pictures import as_asked
from flows.core.effects import EditTicket
from flows.core.events import TextEdited
from flows.steps.support import corrected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/destek Nerede?", "Nerede?"),
        ("/support@MektupXBot Where?", "Where?"),
        ("/DESTEK\nNerede?", "Nerede?"),
        ("Nerede? /destek yazdım", "Nerede? /destek yazdım"),
        ("/destekler Nerede?", "/destekler Nerede?"),
        ("/destek", "/destek"),
    ],
)
def test_a_correction_is_the_question_without_its_command(typed: str, kept: str) -> None:
    edited = TextEdited(typed, 7)
    assert corrected(as_asked(typed, edited), edited).effects == (EditTicket(kept, 7, ""),)
